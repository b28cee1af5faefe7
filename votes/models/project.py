"""A livelihood project, its versions and nodes, and who proposed, supports and rates it (domain.md §4.3–4.6)."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from ground import codes
from ground.workflow import Step
from votes.queries import project as queries
from votes.states import PROJECT, Field, Grade, ProjectState, Proposer, RaterKind, ScreenReason

SEAT, ORGAN, VENUE, USER = "deputies.Seat", "accounts.Organ", "stations.Venue", settings.AUTH_USER_MODEL


class LivelihoodProject(models.Model):
    """One thing that many people need. It is a proposal first; what the deputies decide on is a version of it."""

    workflow = PROJECT
    forget_on_lock = ("_prefetched_objects_cache",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=20, unique=True)
    organ = models.ForeignKey(ORGAN, models.PROTECT, related_name="projects", verbose_name="机关")
    round = models.ForeignKey("votes.Round", models.PROTECT, null=True, blank=True, related_name="projects")
    state = models.CharField("状态", max_length=15, choices=ProjectState, default="proposed", editable=False)

    proposer_kind = models.CharField("提出人", max_length=10, choices=Proposer)
    proposer_seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+")
    proposer_venue = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="+")
    proposer_organ = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("accounts.Contact", models.PROTECT, null=True, blank=True, related_name="projects")
    consent_version = models.CharField(max_length=20, blank=True)
    code_key_id = models.CharField(max_length=20)
    code_version = models.PositiveSmallIntegerField(default=1)

    title = models.CharField("名称", max_length=60)
    text = models.TextField("内容")
    masked_text = models.TextField("公开文字")  # what others may read; the office may correct it
    category = models.CharField("类别", max_length=12, choices=Field)
    place = models.CharField("地点", max_length=120, blank=True)
    bigrams = SearchVectorField(null=True, editable=False)

    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")
    screen_reason = models.CharField("未列入原因", max_length=12, choices=ScreenReason, blank=True)
    public_reason = models.TextField("公开说明", blank=True)
    current_no = models.PositiveSmallIntegerField("现行版本", default=0)  # 0: no candidate material yet
    unit = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    carried_to = models.PositiveSmallIntegerField("结转到", null=True, blank=True)  # a year

    proposed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # since when everybody may read it
    begun_on = models.DateField("开始实施", null=True, blank=True)  # in this year, where it was carried over
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)  # of the evaluation as it was published
    next_due_at = models.DateTimeField(null=True, blank=True)

    objects = queries.ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "民生实事项目"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="merged_project_has_a_head"
            ),
            models.CheckConstraint(
                condition=~Q(state="screened_out") | (~Q(screen_reason="") & ~Q(public_reason="")),
                name="screened_out_project_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "pooled", "screened_out", "merged"]) | Q(round__isnull=False),
                name="project_in_the_course_has_a_round",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "pooled", "screened_out", "merged", "shortlisted"])
                | Q(current_no__gte=1, unit__isnull=False),
                name="candidate_has_material",
            ),
            models.CheckConstraint(
                condition=Q(proposer_kind="deputy", proposer_seat__isnull=False, contact=None)
                | Q(proposer_kind="department", proposer_organ__isnull=False, contact=None)
                | Q(proposer_kind="station", proposer_venue__isnull=False)
                | Q(proposer_kind="citizen", proposer_seat=None, proposer_venue=None, proposer_organ=None),
                name="project_names_its_proposer",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organ", "state"], name="project_by_organ"),
            models.Index(fields=["round", "state"], name="project_by_round"),
            models.Index(fields=["unit", "state"], name="project_by_unit"),
            models.Index(fields=["-id"], condition=Q(published_at__isnull=False), name="project_published"),
            GinIndex(fields=["bigrams"], name="project_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/projects/{self.number}/"

    @property
    def query_code(self) -> str:
        return codes.query_code(self.uuid, self.code_version, self.code_key_id)

    @property
    def has_verified_proposer(self) -> bool:
        """Its words may be shown: written in an office or by a deputy, or by a phone that was proved."""
        if self.proposer_kind != Proposer.CITIZEN:
            return True
        return self.contact is not None and self.contact.verified_at is not None and self.contact.erased_at is None

    @property
    def version(self) -> Any | None:
        """The version that holds now."""
        return next((v for v in self.versions.all() if v.no == self.current_no), None)

    @property
    def last_report(self) -> Any | None:
        return max(self.reports.all(), key=lambda report: report.pk, default=None)

    @property
    def adjustment(self) -> Any | None:
        """The request that is being decided on."""
        return next((one for one in self.adjustments.all() if not one.outcome), None)

    @property
    def by_words(self) -> str:
        """Who proposed it, as everybody may read it: never a citizen's name."""
        if self.proposer_seat is not None:
            return f"{self.proposer_seat.deputy.name}代表"
        return str(self.proposer_venue or self.proposer_organ or "群众")

    @property
    def origin(self) -> str:
        """Where it stands, as a desk says it: its round, else who proposed it."""
        return self.round.title if self.round else self.by_words


class ProjectStep(Step):
    obj = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="steps")


class ProjectVersion(models.Model):
    """Candidate material (domain.md §4.3). Frozen when the project becomes a candidate; an adjustment makes the next one
    and the old one stays, both held by a trigger."""

    project = models.ForeignKey(LivelihoodProject, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=60)
    category = models.CharField("类别", max_length=12, choices=Field)
    content = models.TextField("建设内容", blank=True)
    target = models.CharField("量化目标", max_length=300, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    total_cost = models.DecimalField("总投资（万元）", max_digits=12, decimal_places=2, null=True, blank=True)
    year_cost = models.DecimalField("当年投资（万元）", max_digits=12, decimal_places=2, null=True, blank=True)
    funding = models.CharField("资金来源", max_length=200, blank=True)
    leader = models.CharField("责任领导", max_length=60, blank=True)
    unit = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    helpers = models.CharField("配合单位", max_length=200, blank=True)
    starts_on = models.DateField("开工", null=True, blank=True)
    ends_on = models.DateField("完工", null=True, blank=True)
    beneficiaries = models.CharField("受益人群", max_length=200, blank=True)
    feasibility = models.TextField("可行性意见", blank=True)
    made_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["project", "no"], name="project_version_once"),
            models.CheckConstraint(
                condition=Q(total_cost=None) | Q(total_cost__gte=0, year_cost__gte=0, year_cost__lte=F("total_cost")),
                name="project_money_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="project_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第 {self.no} 版）"

    @property
    def schedule(self) -> list[tuple[Any, int]]:
        """The nodes as the light reads them: (due on, per cent)."""
        return [(node.due_on, node.percent) for node in self.nodes.all()]


class Node(models.Model):
    """季度节点: what stands by when, and which share of the whole that is."""

    version = models.ForeignKey(ProjectVersion, models.CASCADE, related_name="nodes")
    no = models.PositiveSmallIntegerField()
    due_on = models.DateField("到")
    percent = models.PositiveSmallIntegerField("形象进度（%）")
    text = models.CharField("完成什么", max_length=200)

    class Meta:
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["version", "no"], name="node_once"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="node_percent_is_a_share"),
        ]


class ProjectLink(models.Model):
    """来源: an opinion or a suggestion that asks for the same thing."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="links")
    opinion = models.ForeignKey("suggestions.Opinion", models.PROTECT, null=True, blank=True, related_name="+")
    suggestion = models.ForeignKey("suggestions.Suggestion", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "opinion"], name="project_opinion_once"),
            models.UniqueConstraint(fields=["project", "suggestion"], name="project_suggestion_once"),
            models.CheckConstraint(
                condition=Q(opinion__isnull=False, suggestion=None) | Q(opinion=None, suggestion__isnull=False),
                name="project_link_names_one",
            ),
        ]


class ProjectSupport(models.Model):
    """“我也需要”: one line for a phone that was proved, whoever holds it. Only the phone's blind index is kept."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="supports")
    phone_index = models.BinaryField(max_length=32)
    area = models.CharField("村、社区", max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "phone_index"], name="one_support_a_phone")]


class ProjectRating(models.Model):
    """满意度测评: by deputies, by the public (one for a phone), and at a station's tablet, each counted apart."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="ratings")
    kind = models.CharField(max_length=7, choices=RaterKind)
    grade = models.CharField("评价", max_length=12, choices=Grade)
    text = models.CharField("说明", max_length=300, blank=True)
    seat = models.ForeignKey(SEAT, models.PROTECT, null=True, blank=True, related_name="+")
    venue = models.ForeignKey(VENUE, models.PROTECT, null=True, blank=True, related_name="+")
    phone_index = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "seat"], name="one_rating_a_deputy"),
            models.UniqueConstraint(fields=["project", "phone_index"], name="one_rating_a_phone"),
            models.CheckConstraint(
                condition=Q(kind="deputy", seat__isnull=False, venue=None, phone_index=None)
                | Q(kind="public", seat=None, venue=None, phone_index__isnull=False)
                | Q(kind="tablet", seat=None, venue__isnull=False, phone_index=None),
                name="rating_names_its_rater",
            ),
        ]
