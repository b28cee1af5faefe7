"""A poll, its roll, its papers and its box (ballots.md §2). Whatever must never be false is held by PostgreSQL as well.

No column of the roll tells a time, and between roll and box there is no key and no order: what was cast stands on the roll
sealed, what was counted lies in the box sorted.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ground.workflow import Step
from votes import majority
from votes.models.assembly import EFFECT, AssemblyMeeting, DeliberativeAssembly
from votes.queries import poll as queries
from votes.states import BATCH, POLL, Away, BatchState, Channel, Mode, Office, PollState, Unit, VoterClass

UNCOUNTED = ("draft", "open", "closed")
ONE_VOTER = Q(seat__isnull=False, member=None) | Q(seat=None, member__isnull=False)


class Poll(models.Model):
    """One decision. `options` are the texts of what is decided on, `rule` is data (votes.majority)."""

    workflow = POLL

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="polls", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, null=True, related_name="polls", verbose_name="届")
    assembly = models.ForeignKey(DeliberativeAssembly, models.PROTECT, null=True, related_name="polls")
    meeting = models.ForeignKey(AssemblyMeeting, models.PROTECT, null=True, related_name="polls")
    title = models.CharField("名称", max_length=120)
    about = models.TextField("说明", blank=True)
    state = models.CharField(max_length=10, choices=PollState, default="draft", editable=False)
    mode = models.CharField("表决方式", max_length=10, choices=Mode)
    secret = models.BooleanField("无记名", default=True)
    options = models.JSONField("表决项")
    rule = models.JSONField("规则")
    rule_sha256 = models.BinaryField(max_length=32)
    unit = models.CharField("计票单位", max_length=5, choices=Unit)
    k = models.PositiveSmallIntegerField("开箱人数", default=2)
    is_public = models.BooleanField("公布后向社会公开", default=True)
    is_restricted = models.BooleanField("只有本级机关看得到", default=False)  # on persons: judges and prosecutors
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next_rounds")

    public_key = models.BinaryField(max_length=32, null=True)
    sealed_len = models.PositiveSmallIntegerField(default=0)
    roll_sha256 = models.BinaryField(max_length=32, null=True)
    box_sha256 = models.BinaryField(max_length=32, null=True)
    result = models.JSONField(null=True)  # as published: one entry a class
    bundle = models.ForeignKey("ground.StoredFile", models.PROTECT, null=True, related_name="+")

    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = queries.PollQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "表决"
        constraints = [
            models.CheckConstraint(
                condition=Q(term__isnull=False, assembly=None, meeting=None) | Q(term=None, assembly__isnull=False),
                name="poll_of_a_term_or_an_assembly",
            ),
            models.CheckConstraint(condition=Q(k__gte=2), name="poll_needs_two_officers"),
            models.CheckConstraint(
                condition=Q(is_restricted=False) | Q(is_public=False), name="restricted_poll_is_never_public"
            ),
            models.CheckConstraint(
                condition=Q(secret=False) | Q(public_key__isnull=False) | Q(state__in=["draft", "void"]),
                name="secret_poll_has_a_key",
            ),
            models.CheckConstraint(
                condition=Q(roll_sha256__isnull=False) | ~Q(state__in=["closed", "counted", "published"]),
                name="closed_poll_has_its_roll",
            ),
            models.CheckConstraint(
                condition=Q(box_sha256__isnull=False) | ~Q(state__in=["counted", "published"]),
                name="counted_poll_has_its_box",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/polls/{self.number}/"

    @property
    def is_advice(self) -> bool:
        """An assembly recommends; it decides nothing (domain.md §4.7)."""
        return self.assembly_id is not None

    @property
    def effect(self) -> str:
        """What has to stand beside every result that binds nobody; "" of a decision."""
        return EFFECT if self.is_advice else ""

    @property
    def body(self) -> str:
        """Who decides or recommends."""
        return str(self.assembly.name if self.assembly_id else self.organ.name)

    @property
    def is_named(self) -> bool:
        return not self.secret

    @property
    def codes(self) -> list[tuple[str, str]]:
        return majority.codes(self.mode, self.rule, len(self.options))

    @property
    def sentence(self) -> str:
        return majority.sentence(self.mode, self.rule, len(self.options))

    @property
    def items(self) -> list[int]:
        """The pieces a paper is cut into; 0 is the whole of it."""
        return [0] if self.unit == Unit.WHOLE else list(range(1, len(self.options) + 1))

    def key_officers(self) -> list[Any]:
        """Who holds a slip, by id: 总监票人 and 监票人."""
        return sorted((o for o in self.officers.all() if o.role != Office.TELLER), key=lambda o: o.user_id)


class PollStep(Step):
    obj = models.ForeignKey(Poll, models.CASCADE, related_name="steps")


class PollClass(models.Model):
    """One class of voters with its figures; all but 名额 are taken when the poll opens."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="classes")
    code = models.CharField(max_length=10, choices=VoterClass)
    quota = models.PositiveIntegerField("名额")
    actual = models.PositiveIntegerField("实有", default=0)
    suspended = models.PositiveIntegerField("暂停执行职务", default=0)
    due = models.PositiveIntegerField("应出席", default=0)
    leave = models.PositiveIntegerField("请假", default=0)
    present = models.PositiveIntegerField("实到", default=0)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "code"], name="poll_class_once"),
            models.CheckConstraint(
                condition=Q(due__lte=F("actual")) & Q(present__lte=F("due") - F("leave")) & Q(quota__gte=F("actual")),
                name="poll_class_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    @property
    def people(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("quota", "actual", "suspended", "due", "leave", "present")}


class PollAway(models.Model):
    """Whoever is not there when the poll opens: on leave, or simply absent. They get no line in the roll."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="away")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("votes.AssemblyMember", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Away)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "seat"], name="poll_away_once"),
            models.UniqueConstraint(fields=["poll", "member"], name="poll_away_member_once"),
            models.CheckConstraint(condition=ONE_VOTER, name="poll_away_is_a_seat_or_a_member"),
        ]

    @property
    def voter_id(self) -> int:
        return self.seat_id or self.member_id


class Officer(models.Model):
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="officers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="poll_offices")
    role = models.CharField(max_length=10, choices=Office)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "user"], name="poll_officer_once"),
            models.UniqueConstraint(fields=["poll"], condition=Q(role="chief"), name="poll_has_one_chief"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user}"


class KeyWrap(models.Model):
    """The private key of a poll, wrapped for one k-subset of its officers."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="wraps")
    officers = models.CharField(max_length=120)
    wrapped = models.BinaryField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "officers"], name="key_wrap_once")]


class RollLine(models.Model):
    """One seat, or one member of an assembly, in one poll: whether it voted and by which channel, and until the count its
    envelope."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="roll")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("votes.AssemblyMember", models.PROTECT, null=True, related_name="+")
    voter_class = models.CharField(max_length=10, choices=VoterClass)
    channel = models.CharField(max_length=6, choices=Channel, default="", blank=True)
    sealed = models.BinaryField(null=True)
    mac = models.BinaryField(max_length=32, null=True)
    fingerprint = models.BinaryField(max_length=32, null=True)
    cast_tag = models.BinaryField(max_length=32, null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "seat"], name="roll_line_once"),
            models.UniqueConstraint(fields=["poll", "member"], name="roll_line_of_a_member_once"),
            models.CheckConstraint(condition=ONE_VOTER, name="roll_line_is_a_seat_or_a_member"),
            models.UniqueConstraint(fields=["poll", "fingerprint"], name="roll_fingerprint_once"),
            models.CheckConstraint(
                condition=Q(channel="online", fingerprint__isnull=False)
                | (~Q(channel="online") & Q(fingerprint__isnull=True)),
                name="online_line_has_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(channel="online"), name="only_online_lines_hold_papers"
            ),
        ]

    @property
    def voter(self) -> Any:
        """The seat or the member the line stands for."""
        return self.seat if self.seat_id else self.member

    @property
    def person(self) -> Any:
        """The deputy or the member: whoever has the name."""
        return self.seat.deputy if self.seat_id else self.member

    @property
    def key(self) -> str:
        """What an envelope's MAC binds it to (votes.sealing.mac)."""
        return key_of(self.seat_id, self.member_id)


def key_of(seat: int | None, member: int | None) -> str:
    """A seat by its id alone, a member marked as one: the two never meet in one number."""
    return str(seat) if seat else f"m{member}"


class PaperBatch(models.Model):
    """A stack of paper ballots of one class, keyed by two people who do not see each other's numbers."""

    workflow = BATCH
    matter_field = "poll"

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="batches")
    voter_class = models.CharField("类别", max_length=10, choices=VoterClass)
    number = models.PositiveSmallIntegerField("批号")
    state = models.CharField(max_length=10, choices=BatchState, default="waiting", editable=False)
    issued = models.PositiveIntegerField("发出")
    returned = models.PositiveIntegerField("收回", null=True)
    unreturned = models.PositiveIntegerField("未收回", null=True)
    valid = models.PositiveIntegerField("有效", null=True)
    spoiled = models.PositiveIntegerField("废票", null=True)
    marks = models.JSONField(null=True)  # the agreed pieces: [[item, choices, copies], …]

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="paper_batch_once"),
            models.CheckConstraint(
                condition=Q(returned=None, unreturned=None, valid=None, spoiled=None)
                | Q(issued=F("returned") + F("unreturned"), returned=F("valid") + F("spoiled")),
                name="paper_batch_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(valid__isnull=False, marks__isnull=False), name="agreed_batch_is_keyed"
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 批"


class BatchStep(Step):
    obj = models.ForeignKey(PaperBatch, models.CASCADE, related_name="steps")


class Keying(models.Model):
    """What one of the two keyers read off a batch."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="keyings")
    keyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    returned = models.PositiveIntegerField()
    spoiled = models.PositiveIntegerField()
    marks = models.JSONField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "keyer"], name="keyed_once_each")]


class BoxPaper(models.Model):
    """The box: how many equal papers there are. A sorted multiset, no row per voter."""

    pk = models.CompositePrimaryKey("poll_id", "voter_class", "item", "choices")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="box")
    voter_class = models.CharField(max_length=10, choices=VoterClass)
    item = models.PositiveSmallIntegerField()
    choices = models.CharField(max_length=40)
    copies = models.PositiveIntegerField()

    class Meta:
        ordering = ["voter_class", "item", "choices"]
        constraints = [models.CheckConstraint(condition=Q(copies__gt=0), name="box_holds_papers")]
