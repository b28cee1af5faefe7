"""Who represents whom: the person, the seats, the groups, the codes on the wall."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from deputies import queries
from deputies.states import SEAT, EndReason, GroupKind, PosterSize, SeatState
from ground.refs import RefFields
from ground.workflow import Step


class Deputy(models.Model):
    """The person, whatever seats they hold. `code` is for life and printed on walls."""

    code = models.CharField("代表码", max_length=10, unique=True)
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField(max_length=120, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="deputy", verbose_name="账号"
    )
    photo = models.ForeignKey("ground.StoredFile", models.PROTECT, null=True, blank=True, verbose_name="照片")
    photo_consent_at = models.DateTimeField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField("出生年", null=True, blank=True)  # tells namesakes apart; not public
    occupation = models.CharField("单位职务", max_length=80, blank=True)
    employer = models.ForeignKey(
        "accounts.Organ", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="任职单位（回避用）"
    )
    skills = models.CharField("专长", max_length=120, blank=True)
    phone_public = models.CharField("本人同意公开的电话", max_length=20, blank=True)

    objects = queries.DeputyQuerySet.as_manager()

    class Meta:
        ordering = ["pinyin", "code"]
        verbose_name = verbose_name_plural = "代表"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/d/{self.code}/"


class Term(models.Model):
    """届: one term of one congress."""

    congress = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="terms", verbose_name="人大")
    ordinal = models.PositiveSmallIntegerField("届次")
    opens_on = models.DateField("自")
    closes_on = models.DateField("至", null=True, blank=True)

    class Meta:
        ordering = ["congress", "-ordinal"]
        verbose_name = verbose_name_plural = "届"
        constraints = [models.UniqueConstraint(fields=["congress", "ordinal"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.congress}第 {self.ordinal} 届"


class Plenary(models.Model):
    """次会议: one plenary session of a congress."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="plenaries", verbose_name="届")
    ordinal = models.PositiveSmallIntegerField("次")
    opens_on = models.DateField("开幕")
    closes_on = models.DateField("闭幕")

    class Meta:
        ordering = ["term", "ordinal"]
        verbose_name = verbose_name_plural = "次会议"
        constraints = [models.UniqueConstraint(fields=["term", "ordinal"], name="plenary_once")]

    def __str__(self) -> str:
        return f"{self.term}第 {self.ordinal} 次会议"


class Group(models.Model):
    """代表团、代表小组 of any kind, also across levels."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=15, choices=GroupKind)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="groups", verbose_name="人大")

    class Meta:
        ordering = ["organ", "name"]
        verbose_name = verbose_name_plural = "代表团、代表小组"
        constraints = [models.UniqueConstraint(fields=["organ", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """任职: one person's seat in one congress for one term. Credit goes to a seat."""

    workflow = SEAT

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="seats", verbose_name="代表")
    term = models.ForeignKey(Term, models.PROTECT, related_name="seats", verbose_name="届")
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="seats", verbose_name="人大")
    state = models.CharField("状态", max_length=20, choices=SeatState, default="elected_pending", editable=False)
    reason = models.CharField("终止原因", max_length=15, choices=EndReason, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    document_no = models.CharField("文号", max_length=40, blank=True)
    delegation = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="代表团"
    )
    constituency = models.CharField("选区或选举单位", max_length=60, blank=True)
    divisions = models.ManyToManyField(
        "accounts.Region", blank=True, related_name="seats", verbose_name="选区所辖村、社区"
    )
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="继任")
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    objects = queries.SeatQuerySet.as_manager()

    class Meta:
        ordering = ["organ", "deputy"]
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.UniqueConstraint(fields=["deputy", "term"], name="one_seat_per_term"),
            models.CheckConstraint(condition=~Q(state="terminated") | ~Q(reason=""), name="terminated_seat_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}（{self.organ}）"

    @property
    def post(self) -> str:
        """What the seat makes of its holder, in words: 市人大代表."""
        return f"{str(self.organ).removesuffix('常务委员会').removesuffix('常委会')}代表"


class SeatStep(Step):
    obj = models.ForeignKey(Seat, models.CASCADE, related_name="steps")


class GroupMembership(models.Model):
    class Role(models.TextChoices):
        CONVENER = "convener", "召集人"
        MEMBER = "member", "成员"

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", verbose_name="小组")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="memberships", verbose_name="任职")
    role = models.CharField("职务", max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        ordering = ["group", "role"]
        verbose_name = verbose_name_plural = "小组成员"
        constraints = [models.UniqueConstraint(fields=["group", "seat"], name="group_member_once")]


class CodeTarget(models.Model):
    """Where a printed code leads: for life, to the deputy or venue, or on to a successor."""

    code = models.CharField(max_length=10, primary_key=True)
    kind = models.CharField(max_length=10)  # deputy | venue
    deputy = models.ForeignKey(Deputy, models.PROTECT, null=True, related_name="+")
    venue_code = models.CharField(max_length=10, blank=True)
    redirect_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    announced = models.BooleanField(default=True)  # False: the page leads on without a word (suspension)

    def __str__(self) -> str:
        return self.code


class Poster(models.Model):
    """One printed sheet or card: `code` stands in the address it is printed with (?p=), so that its use can be counted.

    The same sheet for the same place is the same poster, however often it is printed.
    """

    code = models.CharField(max_length=8, primary_key=True)
    target = models.ForeignKey(CodeTarget, models.PROTECT, related_name="posters", verbose_name="码")
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="人大")
    size = models.CharField("尺寸", max_length=2, choices=PosterSize)
    place = models.CharField("张贴地点", max_length=40, blank=True)
    issued_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = queries.PosterQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "size", "place"], condition=Q(withdrawn_at=None), name="one_poster_per_place"
            ),
        ]
        indexes = [models.Index(fields=["organ", "-issued_at", "code"], name="poster_by_organ")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.place or self.get_size_display()}"


class PosterScans(models.Model):
    """How many people opened a poster's address on a day; who they were is nowhere."""

    poster = models.ForeignKey(Poster, models.CASCADE, related_name="scans")
    day = models.DateField()
    n = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["poster", "day"], name="poster_scans_once_a_day")]

    def __str__(self) -> str:
        return f"{self.poster_id} {self.day}: {self.n}"


class Handover(models.Model):
    """A plan of what moves from whom to whom: stored, shown, applied, undone."""

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+")
    plan = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]


class DutyLine(RefFields):
    """履职记录: one thing done by a seat, from an event; reversed by a line, never edited."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="duty_lines")
    event = models.CharField(max_length=40)
    at = models.DateTimeField()
    points = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    rule = models.ForeignKey("clocks.RulePolicy", models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "event", "object_kind", "object_id"], condition=Q(reverses=None), name="duty_line_once"
            ),
        ]
