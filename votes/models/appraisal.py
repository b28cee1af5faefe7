"""部门工作评议: candidates with what people complained of, the chosen ones with problems, progress, scores and grades."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from ground.workflow import Step
from votes.models.inquiry import Written
from votes.queries import appraisal as queries
from votes.states.appraisal import APPRAISAL, AppraisalState


class WorkAppraisal(models.Model):
    workflow = APPRAISAL
    forget_on_lock = ("_prefetched_objects_cache",)
    origin = "工作评议"

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="+", verbose_name="届")
    title = models.CharField("名称", max_length=120)
    committee = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="牵头委员会")
    since = models.DateField("投诉统计自")
    until = models.DateField("投诉统计至")
    places = models.PositiveSmallIntegerField("确定几个对象", default=3)
    state = models.CharField(max_length=10, choices=AppraisalState, default="drafted", editable=False)
    ballot = models.OneToOneField("votes.Poll", models.PROTECT, null=True, related_name="appraisal_ballot")
    poll = models.OneToOneField("votes.Poll", models.PROTECT, null=True, related_name="appraisal_rating")
    begun_on = models.DateField(null=True)
    next_due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = queries.AppraisalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "部门工作评议"
        constraints = [
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="appraisal_window_runs_forward"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "closed"]) | Q(published_at__isnull=False, poll__isnull=False),
                name="published_appraisal_was_rated",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/appraisals/{self.number}/"

    @property
    def candidates(self) -> list["AppraisalTarget"]:
        """Most complained of first."""
        return sorted(self.targets.all(), key=lambda t: (-t.before, t.pk))

    @property
    def chosen(self) -> list["AppraisalTarget"]:
        return [target for target in self.targets.all() if target.is_chosen]

    @property
    def result(self) -> list[dict[str, Any]]:
        return self.poll.result["classes"] if self.poll is not None and self.poll.state == "published" else []


class AppraisalStep(Step):
    obj = models.ForeignKey(WorkAppraisal, models.CASCADE, related_name="steps")


class AppraisalTarget(models.Model):
    """A unit on the list: how much people complained in the window, whether the ballot chose it, and what came of it."""

    matter_field = "appraisal"

    appraisal = models.ForeignKey(WorkAppraisal, models.CASCADE, related_name="targets")
    unit = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+")
    opinions = models.PositiveIntegerField("群众意见转办")
    suggestions = models.PositiveIntegerField("代表建议")
    dissatisfied = models.PositiveIntegerField("评价不满意")
    is_chosen = models.BooleanField(default=False)
    pledge = models.TextField("公开承诺", blank=True)
    after = models.PositiveIntegerField("回访时的投诉", null=True)
    grade = models.CharField("测评结果", max_length=10, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "unit"], name="appraisal_target_once")]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def before(self) -> int:
        return self.opinions + self.suggestions + self.dissatisfied

    @property
    def total(self) -> float | None:
        """The weighted sum of the sheet, of a hundred."""
        lines = list(self.scores.all())
        return round(sum(line.weight * line.points for line in lines) / 100, 1) if lines else None

    @property
    def arithmetic(self) -> str:
        """40%×90＋20%×75 … ＝ 84.0"""
        lines = list(self.scores.all())
        return "＋".join(f"{line.weight}%×{line.points}" for line in lines) + f"＝{self.total}" if lines else ""


class AppraisalProblem(Written):
    target = models.ForeignKey(AppraisalTarget, models.CASCADE, related_name="problems")
    text = models.TextField("突出问题")


class AppraisalProgress(Written):
    """What a unit reported for one month."""

    target = models.ForeignKey(AppraisalTarget, models.CASCADE, related_name="progress")
    month = models.DateField()  # its first day
    text = models.TextField("进展")

    class Meta(Written.Meta):
        constraints = [models.UniqueConstraint(fields=["target", "month"], name="one_progress_a_month")]


class AppraisalVisit(Written):
    target = models.ForeignKey(AppraisalTarget, models.CASCADE, related_name="visits")
    text = models.TextField("走访情况")


class ScoreLine(models.Model):
    """One line of the score sheet of one unit. The weights of a sheet are a hundred together (workflow)."""

    target = models.ForeignKey(AppraisalTarget, models.CASCADE, related_name="scores")
    name = models.CharField("项目", max_length=40)
    weight = models.PositiveSmallIntegerField("权重")
    points = models.PositiveSmallIntegerField("得分", validators=[MaxValueValidator(100)])
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["target", "name"], name="score_line_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100, points__lte=100), name="score_line_is_of_a_hundred"
            ),
        ]
