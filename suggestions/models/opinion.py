"""Opinion 群众意见: the matter, who holds it, and what stands beside its state."""

import uuid
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from clocks.models import Deadline
from ground import codes, refs
from ground.indexes import filled
from ground.workflow import Step
from suggestions.queries.opinion import OpinionQuerySet
from suggestions.states.lists import (
    Category,
    Channel,
    Complaint,
    Concern,
    EnteredWay,
    FilterList,
    Grade,
    OpinionOutcome,
    OpinionSolved,
    PhotoStage,
    RejectReason,
    TellBy,
    Urgency,
)
from suggestions.states.opinion import OPINION, OpinionState
from suggestions.states.referral import LIVE

ORGAN = "accounts.Organ"
SEAT = "deputies.Seat"
VENUE = "stations.Venue"


class HolderKind(models.TextChoices):
    SEAT = "seat", "代表"
    STATION = "station", "联络站"
    ORGAN = "organ", "人大"


class Opinion(models.Model):
    """One matter a citizen raised with a deputy or a station. Writing needs no account: number and query code prove it.

    `station`, `town`, `congress` and `above` are where the matter lies: the station that answers for it, the town's or
    street's congress office, the congress office beyond it, and who acts one level up. `holder_*` is who must act now.
    """

    workflow = OPINION
    matter_field = "merged_into"  # the head of a merged group is locked first
    forget_on_lock = (
        "_prefetched_objects_cache", "live_avoidances", "live_referral", "pending_extension", "live_links", "windows"
    )  # fmt: skip

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    state = models.CharField("状态", max_length=15, choices=OpinionState, default="screening", editable=False)
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency, default=Urgency.NORMAL)
    channel = models.CharField("渠道", max_length=10, choices=Channel, default=Channel.WEB)
    tell_by = models.CharField("告知方式", max_length=10, choices=TellBy, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    code_used = models.CharField("所扫的码", max_length=20, blank=True)
    target_deputy = models.ForeignKey(
        "deputies.Deputy", models.PROTECT, null=True, blank=True, related_name="opinions", db_index=False
    )
    target_seat = models.ForeignKey(
        SEAT, models.PROTECT, null=True, blank=True, related_name="opinions", db_index=False
    )
    target_venue = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    division = models.ForeignKey(
        "accounts.Region", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    station = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="opinions", db_index=False)
    town = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    congress = models.ForeignKey(ORGAN, models.PROTECT, related_name="+", db_index=False)
    above = models.ForeignKey(ORGAN, models.PROTECT, related_name="+")
    holder_kind = models.CharField(max_length=7, choices=HolderKind)
    holder_seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder_venue = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder_organ = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    last_claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    category = models.CharField("类别", max_length=15, choices=Category)
    text = models.TextField("内容")
    masked_text = models.TextField("脱敏内容")  # what others may read; the screener may correct it
    place = models.CharField("地点", max_length=120, blank=True)
    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    is_public = models.BooleanField("愿意公开", default=False)  # the wish
    published_at = models.DateTimeField(null=True, blank=True)  # since when others may read it
    confidential = models.BooleanField("要求保密", default=False)
    contact = models.ForeignKey(
        "accounts.Contact", models.PROTECT, null=True, blank=True, related_name="opinions", db_index=False
    )
    consent_version = models.CharField(max_length=20)
    code_key_id = models.CharField(max_length=20)
    code_version = models.PositiveSmallIntegerField(default=1)
    order_no = models.CharField("12345 工单号", max_length=40, blank=True)
    joins = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # asked for at submit
    filter_hits = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    filter_version = models.PositiveSmallIntegerField(default=0)

    avoided = models.BooleanField("回避", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", db_index=False
    )
    group = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # the first head
    former_state = models.CharField(max_length=15, blank=True)  # before it was merged
    reopened = models.BooleanField(default=False)  # the one reopening is used up: round 2
    outcome = models.CharField("结果", max_length=12, choices=OpinionOutcome, blank=True)
    reject_reason = models.CharField("原因", max_length=12, choices=RejectReason, blank=True)
    guide = models.TextField("引导", blank=True)
    first_reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reviewed = models.BooleanField("已申请复核", default=False)
    suggested_organ = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    suggested_note = models.TextField(blank=True)
    staff_may_refer = models.BooleanField(default=False)  # rule opinion.refer_by as it stood at submit

    submitted_at = models.DateTimeField("提出时间")
    accepted_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)  # open or reopened: when the `claim` clock began
    others_from = models.DateTimeField(null=True, blank=True)  # until then the last claimant alone may take it up again
    station_from = models.DateTimeField(null=True, blank=True)  # whose turn it is from when, by the rules of that day
    congress_from = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    secured_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when the author was told the answer: windows run from here
    closed_at = models.DateTimeField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    bigrams = SearchVectorField(null=True, editable=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "群众意见"
        constraints = [
            models.CheckConstraint(
                condition=Q(target_deputy__isnull=False, target_venue=None)
                | Q(target_deputy=None, target_venue__isnull=False),
                name="opinion_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(holder_kind="seat", holder_seat__isnull=False, holder_venue=None, holder_organ=None)
                | Q(holder_kind="station", holder_seat=None, holder_venue__isnull=False, holder_organ=None)
                | Q(holder_kind="organ", holder_seat=None, holder_venue=None, holder_organ__isnull=False),
                name="opinion_has_one_holder",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "coordinating"]) | Q(claimed_by__isnull=False),
                name="claimed_opinion_names_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="merged_opinion_has_a_head"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="opinion_not_merged_into_itself"
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(outcome=""), name="closed_opinion_has_an_outcome"),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reject_reason=""), name="rejected_opinion_says_why"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(avoided=False), name="avoided_opinion_is_not_public"
            ),
            models.CheckConstraint(
                condition=~Q(state="replied") | Q(replied_at__isnull=False), name="replied_opinion_says_when"
            ),
        ]
        indexes = [
            GinIndex(fields=["bigrams"], name="opinion_bigrams"),
            models.Index(fields=["station", "state", "next_due_at"], name="opinion_by_station"),
            models.Index(fields=["town", "state", "next_due_at"], name="opinion_by_town"),
            models.Index(fields=["congress", "state", "next_due_at"], name="opinion_by_congress"),
            models.Index(
                fields=["target_seat", "state"], condition=Q(target_seat__isnull=False), name="opinion_by_seat"
            ),
            models.Index(
                fields=["claimed_by", "state"], condition=Q(claimed_by__isnull=False), name="opinion_by_claimant"
            ),
            models.Index(fields=["next_due_at"], name="opinion_next_due"),
            models.Index(
                F("published_at").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(published_at__isnull=False),
                name="opinion_published",
            ),
            models.Index(fields=["-id"], condition=Q(published_at__isnull=False), name="opinion_published_id"),
            *filled(
                "opinion", "target_deputy", "target_venue", "division", "holder_seat", "holder_venue", "holder_organ"
            ),
            *filled("opinion", "claimed_seat", "last_claimant", "first_reader", "entered_by", "suggested_organ"),
            *filled("opinion", "contact", "joins", "merged_into", "group"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/opinions/{self.number}/"

    @property
    def title(self) -> str:
        """The first words of what others may read."""
        line = " ".join(self.masked_text.split())
        return line if len(line) <= 30 else f"{line[:29]}…"

    @property
    def round(self) -> int:
        return 2 if self.reopened else 1

    @property
    def filter_words(self) -> list[str]:
        """What a reader is asked to look at."""
        return [FilterList(code).label for code in self.filter_hits]

    @property
    def query_code(self) -> str:
        """Derived, never stored; the present version alone is good."""
        return codes.query_code(self.uuid, self.code_version, self.code_key_id)

    @property
    def is_hazard(self) -> bool:
        return self.urgency == Urgency.HAZARD

    @property
    def is_quick(self) -> bool:
        return self.urgency == Urgency.QUICK

    @property
    def has_verified_author(self) -> bool:
        return self.contact is not None and self.contact.verified_at is not None and self.contact.erased_at is None

    @property
    def has_phone(self) -> bool:
        return self.contact is not None and bool(self.contact.phone_mask) and self.contact.erased_at is None

    @property
    def is_told_by_hand(self) -> bool:
        """The author came without a mobile: every step has to be told by a person (待告知)."""
        return not self.has_phone and self.channel in (Channel.STATION, Channel.PAPER, Channel.CALL)

    @property
    def holder(self) -> models.Model:
        return self.holder_seat or self.holder_venue or self.holder_organ

    @property
    def target(self) -> models.Model:
        return self.target_deputy or self.target_venue

    @property
    def root_id(self) -> int:
        """What the opinions of one group have in common, whoever leads it now."""
        return self.group_id or self.pk

    # What predicates read: a list that prefetched it costs no query.

    @cached_property
    def live_avoidances(self) -> list["Avoidance"]:
        return [row for row in self.avoidances.all() if row.lifted_at is None] if self.avoided else []

    @cached_property
    def live_referral(self) -> Any | None:
        """The referral a unit works on now."""
        return next((row for row in self.referrals.all() if row.state in LIVE), None)

    @cached_property
    def pending_extension(self) -> Any | None:
        referral = self.live_referral
        return next((row for row in referral.extensions.all() if row.settled_at is None), None) if referral else None

    @cached_property
    def live_links(self) -> list[Any]:
        """The links to suggestions that have not ended."""
        return [row for row in self.links.all() if row.ended_at is None]

    @cached_property
    def windows(self) -> dict[str, datetime]:
        """When the rights of the author lapse, by the kind of their open deadlines: a list brings those of all its rows."""
        rows = Deadline.objects.open().filter(matter_kind=refs.kind_of(self), matter_id=self.pk)
        return dict(rows.values_list("kind", "due_at"))

    def hold(self, holder: models.Model) -> None:
        """Names who must act now: a seat, a venue or an organ."""
        kind = {"seat": "seat", "venue": "station", "organ": "organ"}[holder._meta.model_name]
        self.holder_kind = kind
        self.holder_seat = holder if kind == "seat" else None
        self.holder_venue = holder if kind == "station" else None
        self.holder_organ = holder if kind == "organ" else None


class OpinionStep(Step):
    obj = models.ForeignKey(Opinion, models.CASCADE, related_name="steps")
    organ = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+")  # the unit it speaks of


class Avoidance(models.Model):
    """回避: whom the matter must not reach. A row each for a station, an organ (and all below it), a deputy's seat."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="avoidances")
    concern = models.CharField(max_length=10, choices=Concern)
    venue = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="+")
    organ = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+")
    seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=200)
    by_label = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(venue=None, organ=None) | Q(venue=None, seat=None) | Q(organ=None, seat=None),
                name="avoidance_names_at_most_one",
            ),
            models.CheckConstraint(
                condition=~Q(concern="station") | Q(venue__isnull=False), name="avoidance_of_station_names_it"
            ),
            models.CheckConstraint(
                condition=~Q(concern="town") | Q(organ__isnull=False), name="avoidance_of_town_names_it"
            ),
        ]
        indexes = [models.Index(fields=["opinion"], condition=Q(lifted_at=None), name="avoidance_live")]

    def __str__(self) -> str:
        return self.get_concern_display()


class OpinionRelease(models.Model):
    """Somebody let the matter go; whom a clock released may not claim it again."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="releases")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+")
    by_clock = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class OpinionAnswer(models.Model):
    """The words the citizen was answered with in one round; a member's row points at the head's (`source`)."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="answers")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    solved = models.CharField(max_length=6, choices=OpinionSolved, blank=True)
    unit_solved = models.CharField(max_length=6, choices=OpinionSolved, blank=True)
    by_label = models.CharField(max_length=60)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="inherited")
    at = models.DateTimeField()

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["opinion", "round"], name="one_answer_per_round")]

    def __str__(self) -> str:
        return f"{self.opinion_id} 第 {self.round} 次答复"


class OpinionRating(models.Model):
    """How the citizen judged one round, by own hand or entered by another (代录, counted apart)."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=12, choices=Grade)
    reasons = ArrayField(models.CharField(max_length=12, choices=Complaint), default=list, blank=True)
    solved = models.CharField(max_length=6, choices=OpinionSolved, blank=True)
    text = models.TextField(blank=True)
    entered_way = models.CharField(max_length=5, choices=EnteredWay, blank=True)
    entered_note = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "round"], name="one_rating_per_round"),
            models.CheckConstraint(
                condition=Q(entered_way="", entered_by=None) | (~Q(entered_way="") & Q(entered_by__isnull=False)),
                name="entered_rating_names_the_hand",
            ),
        ]

    def __str__(self) -> str:
        return self.get_grade_display()


class OpinionPhoto(models.Model):
    """A photo drawn anew (no place, no device in it); six at most in each stage."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="photos")
    file = models.OneToOneField("ground.StoredFile", models.PROTECT, related_name="+")
    thumb = models.OneToOneField("ground.StoredFile", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=PhotoStage, default=PhotoStage.BEFORE)
    by_kind = models.CharField(max_length=6)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.get_stage_display()}"


class Telling(models.Model):
    """待告知: a step an author without a mobile has to be told by a person; done with time, way and person."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="tellings")
    step = models.ForeignKey(OpinionStep, models.CASCADE, related_name="+")
    words = models.TextField()
    starts_windows = models.BooleanField(default=False)  # the answer: rating and reopening run from being told it
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=10, choices=TellBy, blank=True)
    person = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "step"], name="told_once_per_step"),
            models.CheckConstraint(
                condition=Q(done_at=None, way="") | (Q(done_at__isnull=False) & ~Q(way="")), name="told_in_some_way"
            ),
        ]
        indexes = [models.Index(fields=["opinion"], condition=Q(done_at=None), name="telling_open")]

    def __str__(self) -> str:
        return self.words[:40]
