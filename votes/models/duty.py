"""代表述职评议: a session of voters or of the electing unit, the deputies who report at it, what they were asked, and how the
ballots fell. The counts add up or are not stored: PostgreSQL holds the sums."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from ground.workflow import Step
from votes.models.inquiry import Written
from votes.queries import duty as queries
from votes.states.duty import (
    DUTY_REPORT,
    DUTY_SESSION,
    PUBLIC,
    REPORTED,
    DutyReportState,
    DutySessionState,
    Grading,
    Listeners,
    Way,
)


class DutySession(models.Model):
    workflow = DUTY_SESSION
    forget_on_lock = ("_prefetched_objects_cache",)
    origin = "述职评议"

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="+", verbose_name="届")
    title = models.CharField("名称", max_length=120)
    electorate = models.CharField("选区或选举单位", max_length=60)
    starts_at = models.DateTimeField("开会时间")
    place = models.CharField("地点", max_length=120)
    listeners = models.CharField("向谁述职", max_length=8, choices=Listeners, default=Listeners.VOTERS)
    grading = models.CharField("测评等次", max_length=7, choices=Grading)
    state = models.CharField(max_length=10, choices=DutySessionState, default="planned", editable=False)
    reports_due_on = models.DateField("报告最迟提交", null=True)
    came = models.PositiveIntegerField("到会人数", null=True)
    few_why = models.CharField("到会不足的原因", max_length=200, blank=True)
    next_due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = queries.DutySessionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "述职评议会"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="called") | Q(reports_due_on__isnull=False), name="called_duty_has_a_date"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "published"]) | Q(came__isnull=False, held_at__isnull=False),
                name="held_duty_was_counted",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
                name="published_duty_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def grades(self) -> tuple[str, ...]:
        return Grading(self.grading).grades

    @property
    def reporting(self) -> list["DutyReport"]:
        """Those who report or did, in the order they were named."""
        return [report for report in self.reports.all() if report.state != "excused"]

    @property
    def heard(self) -> list["DutyReport"]:
        return [report for report in self.reports.all() if report.state in REPORTED]


class DutySessionStep(Step):
    obj = models.ForeignKey(DutySession, models.CASCADE, related_name="steps")


class DutyReport(models.Model):
    """What one deputy tells at a session, what they were asked and how they were rated."""

    workflow = DUTY_REPORT
    forget_on_lock = ("_prefetched_objects_cache",)
    matter_field = "session"

    number = models.CharField(max_length=20, unique=True)
    session = models.ForeignKey(DutySession, models.PROTECT, related_name="reports")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="duty_reports", verbose_name="代表")
    state = models.CharField(max_length=10, choices=DutyReportState, default="named", editable=False)
    way = models.CharField("述职方式", max_length=7, choices=Way, default=Way.ORAL)
    text = models.TextField("述职报告", blank=True)
    written_at = models.DateTimeField(null=True)
    feedback = models.TextField("评议意见反馈", blank=True)  # for the deputy and the office
    rectification = models.TextField("书面整改", blank=True)  # for the deputy and the office

    objects = queries.DutyReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "述职报告"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "seat"], condition=~Q(state="excused"), name="duty_report_once_a_session"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["named", "called", "excused"]) | (~Q(text="") & Q(written_at__isnull=False)),
                name="duty_report_is_written",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["fed_back", *PUBLIC]) | ~Q(feedback=""), name="public_duty_report_was_fed_back"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/duty-reports/{self.number}/"

    @property
    def title(self) -> str:
        return f"{self.seat.deputy.name}代表述职报告"

    @property
    def organ_id(self) -> int:
        return self.session.organ_id

    @property
    def organ(self) -> Any:
        return self.session.organ

    @property
    def counted(self) -> "DutyRating | None":
        """The ballots, once somebody keyed them in."""
        return getattr(self, "rating", None)


class DutyReportStep(Step):
    obj = models.ForeignKey(DutyReport, models.CASCADE, related_name="steps")


class DutyQuestion(Written):
    """What somebody asked and the deputy answered; who asked stands nowhere."""

    report = models.ForeignKey(DutyReport, models.CASCADE, related_name="questions")
    text = models.TextField("提问")
    answer = models.TextField("代表的回答")


class DutyRating(Written):
    """The ballots on one report, keyed in by one person and compared by another. The best grade is `first`; a place with
    three grades has no `fourth`."""

    report = models.OneToOneField(DutyReport, models.PROTECT, related_name="rating")
    issued = models.PositiveIntegerField("发出")
    returned = models.PositiveIntegerField("收回")
    valid = models.PositiveIntegerField("有效票")
    spoiled = models.PositiveIntegerField("废票")
    first = models.PositiveIntegerField()
    second = models.PositiveIntegerField()
    third = models.PositiveIntegerField()
    fourth = models.PositiveIntegerField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(Written.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(issued__gte=F("returned")), name="duty_ballots_came_from_somewhere"),
            models.CheckConstraint(condition=Q(returned=F("valid") + F("spoiled")), name="duty_ballots_valid_or_not"),
            models.CheckConstraint(
                condition=Q(valid=F("first") + F("second") + F("third") + Coalesce("fourth", 0)),
                name="duty_grades_sum_to_valid",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("by")), name="duty_rating_seen_by_two"
            ),
        ]

    @property
    def counts(self) -> list[int]:
        rows = [self.first, self.second, self.third, self.fourth]
        return [n for n in rows if n is not None]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """grade, n, share (per cent of the valid ballots), the best first."""
        return [
            {"grade": grade, "n": n, "share": round(100 * n / self.valid, 1) if self.valid else 0}
            for grade, n in zip(self.report.session.grades, self.counts, strict=True)
        ]

    @property
    def lowest(self) -> int:
        return self.counts[-1]

    @property
    def is_failed(self) -> bool:
        """Over half of the valid ballots are in the lowest grade."""
        return self.lowest * 2 > self.valid

    @property
    def arithmetic(self) -> str:
        """优秀 30＋称职 20＋基本称职 5＋不称职 1＝有效票 56；有效票 56＋废票 2＝收回 58；发出 60，没有收回 2"""
        sums = "＋".join(f"{line['grade']} {line['n']}" for line in self.lines)
        rest = f"；发出 {self.issued}，没有收回 {self.issued - self.returned}"
        return f"{sums}＝有效票 {self.valid}；有效票 {self.valid}＋废票 {self.spoiled}＝收回 {self.returned}{rest}"
