"""审议意见: what a standing committee told a unit to study and put right, and the papers that went to and fro."""

from typing import Any

from django.db import models
from django.db.models import Q

from ground.workflow import Step
from votes.models.inquiry import Inquiry, Written
from votes.queries import deliberation as queries
from votes.states.deliberation import DELIBERATION, DeliberationState, PaperKind


class DeliberationOpinion(models.Model):
    workflow = DELIBERATION
    forget_on_lock = ("_prefetched_objects_cache",)
    origin = "审议意见"

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="+", verbose_name="届")
    title = models.CharField("标题", max_length=120)
    text = models.TextField("审议意见")
    meeting = models.CharField("会议", max_length=60)
    met_on = models.DateField("会议日期")
    unit = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="研究处理单位")
    committee = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="对口专工委")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="deliberations")
    state = models.CharField(max_length=12, choices=DeliberationState, default="drafted", editable=False)
    year = models.PositiveSmallIntegerField(null=True)
    ordinal = models.PositiveSmallIntegerField(null=True)  # 审议意见号: gap-free in a congress and year
    round = models.PositiveSmallIntegerField(default=1)
    next_due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = queries.DeliberationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "审议意见"
        constraints = [
            models.UniqueConstraint(fields=["organ", "year", "ordinal"], name="deliberation_ordinal_once"),
            models.CheckConstraint(
                condition=Q(state="drafted") | Q(ordinal__isnull=False, handed_over_at__isnull=False),
                name="handed_over_deliberation_is_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "second_due", "closed"]) | Q(published_at__isnull=False),
                name="published_deliberation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/deliberations/{self.number}/"

    @property
    def register_short(self) -> str:
        """〔2026〕3 号, once it was handed over."""
        return f"〔{self.year}〕{self.ordinal} 号" if self.ordinal else ""

    def newest(self, kind: str) -> Any | None:
        rows = [paper for paper in self.papers.all() if paper.kind == kind]
        return rows[-1] if rows else None

    @property
    def last_report(self) -> Any | None:
        return self.newest(PaperKind.REPORT)


class DeliberationStep(Step):
    obj = models.ForeignKey(DeliberationOpinion, models.CASCADE, related_name="steps")


class DeliberationPaper(Written):
    """A draft report, what the committee said of it, the written report, or the minutes of the second hearing."""

    deliberation = models.ForeignKey(DeliberationOpinion, models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=8, choices=PaperKind)
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
