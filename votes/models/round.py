"""A round of livelihood projects and its ballots (domain.md §4.2, §4.4)."""

from datetime import date

from django.db import models
from django.db.models import Q

from ground.workflow import Step
from votes.queries import round as queries
from votes.states import ROUND, BallotMode, RoundState


class Round(models.Model):
    """The projects of one organ for one year. The dates are what was announced; what happened stands in its steps."""

    workflow = ROUND
    forget_on_lock = ("_prefetched_objects_cache",)

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="rounds", verbose_name="机关")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=15, choices=RoundState, default="collecting", editable=False)
    title = models.CharField("名称", max_length=120)
    about = models.TextField("说明", blank=True)
    places = models.PositiveSmallIntegerField("拟定项目数", default=10)
    mode = models.CharField("票决方式", max_length=10, choices=BallotMode, default=BallotMode.CHOOSE_N)
    collects_until = models.DateField("集中征集到")
    votes_on = models.DateField("拟票决日期", null=True, blank=True)
    rest_reason = models.TextField("少定的说明", blank=True)  # why fewer than planned were decided on
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # of the list of chosen projects
    next_due_at = models.DateTimeField(null=True, blank=True)

    objects = queries.RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        verbose_name = verbose_name_plural = "民生实事年度"
        constraints = [
            models.UniqueConstraint(fields=["organ", "year"], name="one_round_an_organ_and_year"),
            models.CheckConstraint(condition=Q(places__gte=1), name="round_has_places"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False)
                | ~Q(state__in=["published", "implementing", "evaluated", "closed"]),
                name="published_round_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/projects/rounds/{self.number}/"

    @property
    def origin(self) -> str:
        return str(self.organ)

    @property
    def collects(self) -> bool:
        return self.state == "collecting"

    @property
    def year_ends_on(self) -> date:
        return date(self.year, 12, 31)


class RoundStep(Step):
    obj = models.ForeignKey(Round, models.CASCADE, related_name="steps")


class Ballot(models.Model):
    """A poll that decides on projects of a round: the first, a second round of a tie, or another after one that failed."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="ballots")
    poll = models.OneToOneField("votes.Poll", models.PROTECT, related_name="ballot")

    class Meta:
        ordering = ["pk"]


class BallotLine(models.Model):
    """Which option of the poll is which project."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="lines")
    item = models.PositiveSmallIntegerField()
    project = models.ForeignKey("votes.LivelihoodProject", models.PROTECT, related_name="ballot_lines")

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "item"], name="ballot_item_once"),
            models.UniqueConstraint(fields=["ballot", "project"], name="ballot_project_once"),
        ]
