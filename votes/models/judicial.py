"""法官、检察官履职评议: who was listed and drawn, sampled cases with their sheets, interviews. Never public, never in a search,
in no order but that of the list."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from votes import draw
from votes.models.inquiry import Written
from votes.queries import judicial as queries
from votes.states.judicial import JUDICIAL, JudicialState


class JudicialAppraisal(models.Model):
    workflow = JUDICIAL
    forget_on_lock = ("_prefetched_objects_cache",)
    origin = "履职评议"
    published_at = None  # never; what is listed on a rectification list stays inside with it

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="+", verbose_name="届")
    title = models.CharField("名称", max_length=120)
    court = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="法院或检察院")
    committee = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="牵头委员会")
    places = models.PositiveSmallIntegerField("抽取几人")
    state = models.CharField(max_length=10, choices=JudicialState, default="drafted", editable=False)
    seed = models.CharField("种子", max_length=32, blank=True)
    witness = models.CharField("见证人", max_length=60, blank=True)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    poll = models.OneToOneField("votes.Poll", models.PROTECT, null=True, related_name="judicial")
    letter = models.TextField("评议意见", blank=True)
    next_due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    objects = queries.JudicialQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "法官检察官履职评议"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="drafted", seed="", drawn_at=None, drawn_by=None)
                | (~Q(state="drafted") & ~Q(seed="") & Q(drawn_at__isnull=False, drawn_by__isnull=False)),
                name="judicial_draw_has_its_record",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["fed_back", "closed"]) | (~Q(letter="") & Q(poll__isnull=False)),
                name="fed_back_judicial_was_rated",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chosen(self) -> list["JudicialPerson"]:
        """Those drawn, in the order of the list."""
        return [person for person in self.people.all() if person.is_drawn]

    @property
    def draw_record(self) -> list[dict[str, Any]]:
        """position, person, digest and whether drawn: what a repeated draw has to show."""
        if not self.seed:
            return []
        return [
            {"person": person, "digest": draw.digest(self.seed, person.position)[:12]} for person in self.people.all()
        ]


class JudicialStep(Step):
    obj = models.ForeignKey(JudicialAppraisal, models.CASCADE, related_name="steps")


class JudicialPerson(models.Model):
    """A judge or prosecutor on the list. `position` is what the draw speaks of."""

    appraisal = models.ForeignKey(JudicialAppraisal, models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=60)
    since = models.DateField("任职时间")
    is_drawn = models.BooleanField(default=False)
    grade = models.CharField("测评结果", max_length=10, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "position"], name="judicial_position_once"),
            models.UniqueConstraint(fields=["appraisal", "name", "post"], name="judicial_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）"

    @property
    def average(self) -> float | None:
        """Of the sampled cases' totals."""
        totals = [case.total for case in self.cases.all()]
        return round(sum(totals) / len(totals), 1) if totals else None


class JudicialCase(Written):
    """A sampled case: its number and cause in general words, no party's name; its sheet are the scores."""

    person = models.ForeignKey(JudicialPerson, models.CASCADE, related_name="cases")
    number = models.CharField("案号", max_length=60)
    cause = models.CharField("案由", max_length=60)
    remark = models.TextField("评查意见", blank=True)

    class Meta(Written.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="judicial_case_once")]

    @property
    def total(self) -> float:
        """The weighted sum of the sheet, of a hundred."""
        return round(sum(line.weight * line.points for line in self.scores.all()) / 100, 1)

    @property
    def arithmetic(self) -> str:
        return "＋".join(f"{line.weight}%×{line.points}" for line in self.scores.all()) + f"＝{self.total}"


class JudicialScore(models.Model):
    """One line of the sheet of one case. The weights of a sheet are a hundred together (workflow)."""

    case = models.ForeignKey(JudicialCase, models.CASCADE, related_name="scores")
    name = models.CharField("项目", max_length=40)
    weight = models.PositiveSmallIntegerField("权重")
    points = models.PositiveSmallIntegerField("得分", validators=[MaxValueValidator(100)])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "name"], name="judicial_score_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100, points__lte=100), name="judicial_score_is_of_a_hundred"
            ),
        ]


class JudicialInterview(Written):
    person = models.ForeignKey(JudicialPerson, models.CASCADE, related_name="interviews")
    text = models.TextField("谈话情况")
