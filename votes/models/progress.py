"""What is done on a chosen project: quarterly reports, visits, adjustments, photos (domain.md §4.5, §4.6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from votes.models.project import SEAT, USER, LivelihoodProject, ProjectVersion
from votes.states import AdjustKind, Decider, NoteKind

OUTCOMES = (("agreed", "同意"), ("refused", "不同意"))


class ProgressReport(models.Model):
    """季度进度, written by the responsible unit. `quarter` is year × 10 + quarter: 20262. What is sent again in a quarter is
    a further line; the last one holds."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="reports")
    quarter = models.PositiveIntegerField("季度")
    no = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField("形象进度（%）")
    money_in = models.DecimalField("到位资金（万元）", max_digits=12, decimal_places=2)
    money_paid = models.DecimalField("支付资金（万元）", max_digits=12, decimal_places=2)
    done = models.CharField("完成的节点", max_length=300)
    problems = models.CharField("存在的问题", max_length=300, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "quarter", "no"], name="progress_report_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_is_a_share"),
            models.CheckConstraint(
                condition=Q(money_in__gte=0, money_paid__gte=0, money_paid__lte=F("money_in")),
                name="paid_from_what_came",
            ),
        ]

    @property
    def quarter_words(self) -> str:
        return quarter_words(self.quarter)


def quarter_words(quarter: int) -> str:
    return f"{quarter // 10} 年第{'一二三四'[quarter % 10 - 1]}季度"


class ProjectNote(models.Model):
    """A deputy's view while the candidates are reviewed, or what a deputy saw on a visit."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=5, choices=NoteKind)
    seat = models.ForeignKey(SEAT, models.PROTECT, related_name="+")
    text = models.TextField("内容")
    on = models.DateField("日期")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class ProjectAdjustment(models.Model):
    """A written request to change or to cancel what was decided on, its way and its decision (domain.md §4.5)."""

    project = models.ForeignKey(LivelihoodProject, models.PROTECT, related_name="adjustments")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField("申请", max_length=6, choices=AdjustKind)
    reason = models.TextField("理由")
    letter_no = models.CharField("请示文号", max_length=40, blank=True)
    version = models.OneToOneField(ProjectVersion, models.PROTECT, null=True, blank=True, related_name="adjustment")
    asked_at = models.DateTimeField()
    forwarded_at = models.DateTimeField(null=True, blank=True)
    poll = models.OneToOneField("votes.Poll", models.PROTECT, null=True, blank=True, related_name="adjustment")
    outcome = models.CharField("决定", max_length=7, choices=OUTCOMES, blank=True)
    decider = models.CharField("决定机关", max_length=10, choices=Decider, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    document_no = models.CharField("决定文号", max_length=40, blank=True)

    class Meta:
        ordering = ["no"]
        constraints = [
            models.UniqueConstraint(fields=["project", "no"], name="adjustment_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(outcome=""), name="one_open_adjustment"),
            models.CheckConstraint(
                condition=Q(kind="cancel", version=None) | Q(kind="change", version__isnull=False),
                name="adjustment_brings_its_version",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on=None)
                | (~Q(outcome="") & Q(decided_on__isnull=False) & ~Q(decider="")),
                name="decided_adjustment_says_by_whom",
            ),
        ]


class ProjectFile(models.Model):
    """A picture of the place or of the work, drawn anew like every photo."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="files")
    report = models.ForeignKey(ProgressReport, models.CASCADE, null=True, blank=True, related_name="files")
    note = models.ForeignKey(ProjectNote, models.CASCADE, null=True, blank=True, related_name="files")
    file = models.ForeignKey("ground.StoredFile", models.PROTECT, related_name="+")
    thumb = models.ForeignKey("ground.StoredFile", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
