"""Suggestion 代表建议: the matter, its texts, and what stands beside its state."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from suggestions.queries.suggestion import SuggestionQuerySet
from suggestions.states.lists_suggestion import Field, FileKind, Kind, Mode, NoteKind, Priority, Publicity
from suggestions.states.suggestion import SUGGESTION, SuggestionState


class Suggestion(models.Model):
    """One matter that a deputy, alone or with others, asks organs to handle (代表法 §51).

    The state is the suggestion's own until it is handed over, then it follows from the assignments. `register_*` is the
    official number, gap-free in its series; `number` is for life.
    """

    workflow = SUGGESTION
    forget_on_lock = ("_prefetched_objects_cache",)

    number = models.CharField("编号", max_length=20, unique=True)
    state = models.CharField("状态", max_length=20, choices=SuggestionState, default="draft", editable=False)
    kind = models.CharField("类型", max_length=4, choices=Kind, default=Kind.FULL)
    lead = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="led", verbose_name="领衔代表")
    acting_lead = models.ForeignKey(
        "deputies.Seat", models.PROTECT, null=True, blank=True, related_name="led_for", verbose_name="代行领衔"
    )
    lead_vacant_at = models.DateTimeField(null=True, blank=True)  # since when the lead's seat is not active
    congress = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="suggestions", verbose_name="人大")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="suggestions", verbose_name="届")
    plenary = models.ForeignKey(
        "deputies.Plenary", models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name="次会议"
    )
    in_session = models.BooleanField("会议期间", default=False)  # False: 闭会期间 after `plenary`
    title = models.CharField("标题", max_length=80)
    field = models.CharField("领域", max_length=20, choices=Field, blank=True)
    priority = models.PositiveSmallIntegerField("办理时限", choices=Priority, null=True, blank=True)
    current_version = models.PositiveSmallIntegerField(default=1)
    spelling_only = models.BooleanField(default=False)  # sent back for wording alone: confirmed names stay confirmed
    is_public = models.BooleanField("同意公开", default=True)
    confidential = models.BooleanField("要求保密", default=False)
    copy_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField("办理方式", max_length=12, choices=Mode, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并案"
    )
    publication = models.CharField("公开", max_length=8, choices=Publicity, blank=True)  # "" = not decided
    refused_for = models.CharField("不作为建议的原因", max_length=15, blank=True)
    letter_ref = models.CharField("来信编号", max_length=40, blank=True)

    register_series = models.CharField(max_length=60, blank=True)
    register_ordinal = models.PositiveIntegerField(null=True, blank=True)
    register_display = models.CharField("登记号", max_length=60, blank=True)
    register_short = models.CharField(max_length=20, blank=True)

    made_at = models.DateTimeField()
    first_submitted_at = models.DateTimeField(null=True, blank=True)  # decides session or 闭会
    registered_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField("交办之日", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)  # when every main unit had replied for the first time
    rating_reminded_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    bigrams = SearchVectorField(null=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "代表建议"
        constraints = [
            models.UniqueConstraint(
                fields=["register_series", "register_ordinal"],
                condition=~Q(register_series=""),
                name="register_no_once",
            ),
            models.CheckConstraint(
                condition=Q(register_series="", register_ordinal=None)
                | (~Q(register_series="") & Q(register_ordinal__gte=1)),
                name="register_no_whole",
            ),
            models.CheckConstraint(
                condition=Q(register_ordinal__isnull=False)
                | Q(state__in=["draft", "cosigning", "submitted", "returned", "not_accepted", "withdrawn"]),
                name="worked_on_only_when_registered",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="not_merged_into_itself"),
        ]
        indexes = [
            GinIndex(fields=["bigrams"], name="suggestion_bigrams"),
            models.Index(fields=["congress", "state", "next_due_at"], name="suggestion_by_board"),
            models.Index(fields=["next_due_at"], name="suggestion_next_due"),
            models.Index(fields=["publication", "-id"], condition=~Q(publication=""), name="suggestion_published"),
            models.Index(fields=["register_short"], name="suggestion_register_short"),
            models.Index(
                fields=["register_ordinal"], condition=Q(register_ordinal__isnull=False), name="suggestion_ordinal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/suggestions/{self.number}/"

    @property
    def is_snap(self) -> bool:
        return self.kind == Kind.SNAP

    @property
    def text(self) -> "TextVersion":
        """The text as it stands now."""
        return next(v for v in self.versions.all() if v.no == self.current_version)

    @property
    def rater_seat(self) -> "models.Model":
        """Who stands for the suggestion now: the acting lead where there is one."""
        return self.acting_lead or self.lead


class SuggestionStep(Step):
    obj = models.ForeignKey(Suggestion, models.CASCADE, related_name="steps")


class TextVersion(models.Model):
    """One exact text: what a co-signer confirms. `hash` is the SHA-256 of title, situation and proposal."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="versions")
    no = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    situation = models.TextField()
    proposal = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "no"], name="text_version_once")]

    def __str__(self) -> str:
        return f"{self.title}（第 {self.no} 稿）"


class SuggestionFile(models.Model):
    """A photo, scan, letter or proof beside the suggestion; whoever may see the suggestion may see it."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="files")
    assignment = models.ForeignKey(
        "suggestions.Assignment", models.CASCADE, null=True, blank=True, related_name="files"
    )
    file = models.OneToOneField("ground.StoredFile", models.PROTECT, related_name="+")
    thumb = models.OneToOneField("ground.StoredFile", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=FileKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Withdrawal(models.Model):
    """One signatory's written wish to withdraw; the suggestion is withdrawn when all have said so."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="withdrawals")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "seat"], condition=Q(lapsed_at=None), name="one_wish_to_withdraw"
            ),
        ]


class KeySupervision(models.Model):
    """重点督办 (代表法 §52, domain.md §2.9): led by a member of the council of chairpersons, kept by a committee."""

    suggestion = models.OneToOneField(Suggestion, models.CASCADE, related_name="key_supervision")
    leader = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="+")
    committee = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+")
    plan = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class SupervisionNote(models.Model):
    supervision = models.ForeignKey(KeySupervision, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind)
    text = models.TextField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Publication(models.Model):
    """What the public reads: the masked text as it was decided. A later decision is a new row."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="publications")
    scope = models.CharField(max_length=8, choices=Publicity)
    reason = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=80, blank=True)
    situation = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(scope="none") | ~Q(reason=""), name="not_published_needs_a_reason"),
        ]


class PublishedReply(models.Model):
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="replies")
    reply = models.ForeignKey("suggestions.Reply", models.PROTECT, related_name="+")
    text = models.TextField(blank=True)  # masked; empty where the unit's reply is not public

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["publication", "reply"], name="reply_published_once")]
