"""One line of a rectification list 整改清单, what its unit reported, and the pictures that prove it."""

from typing import Any

from django.db import models
from django.db.models import Q

from ground.workflow import Step
from votes.models.appraisal import WorkAppraisal
from votes.models.deliberation import DeliberationOpinion
from votes.models.inquiry import Answer, Inquiry, Written
from votes.models.judicial import JudicialAppraisal
from votes.queries import rectification as queries
from votes.states.rectification import RECTIFICATION, RectificationState


class RectificationItem(models.Model):
    workflow = RECTIFICATION
    forget_on_lock = ("_prefetched_objects_cache",)

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+", verbose_name="交办机关")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="items", verbose_name="来自询问")
    deliberation = models.ForeignKey(
        DeliberationOpinion, models.PROTECT, null=True, related_name="items", verbose_name="来自审议意见"
    )
    appraisal = models.ForeignKey(
        WorkAppraisal, models.PROTECT, null=True, related_name="items", verbose_name="来自评议"
    )
    judicial = models.ForeignKey(
        JudicialAppraisal, models.PROTECT, null=True, related_name="items", verbose_name="来自履职评议"
    )
    answer = models.OneToOneField(Answer, models.PROTECT, null=True, related_name="item", verbose_name="来自承诺")
    unit = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="rectifications", verbose_name="整改单位")
    problem = models.TextField("问题")
    measure = models.TextField("整改措施", blank=True)
    owner = models.CharField("责任人", max_length=60, blank=True)
    due_on = models.DateField("整改期限")
    state = models.CharField(max_length=12, choices=RectificationState, default="listed", editable=False)
    is_public = models.BooleanField("向社会公开", default=False)
    next_due_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)

    objects = queries.RectificationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "整改清单"
        constraints = [
            models.CheckConstraint(
                condition=Q(inquiry__isnull=False, deliberation=None, appraisal=None, judicial=None)
                | Q(inquiry=None, deliberation__isnull=False, appraisal=None, judicial=None)
                | Q(inquiry=None, deliberation=None, appraisal__isnull=False, judicial=None)
                | Q(inquiry=None, deliberation=None, appraisal=None, judicial__isnull=False, is_public=False),
                name="item_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(state="struck", struck_at__isnull=False) | (~Q(state="struck") & Q(struck_at=None)),
                name="struck_item_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="listed") | (~Q(owner="") & ~Q(measure="")), name="accepted_item_has_an_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/rectifications/{self.number}/"

    @property
    def title(self) -> str:
        line = " ".join(self.problem.split())
        return line if len(line) <= 60 else f"{line[:59]}…"

    @property
    def source(self) -> Any:
        """The inquiry, 审议意见 or appraisal it comes from."""
        return self.inquiry or self.deliberation or self.appraisal or self.judicial

    @property
    def origin(self) -> str:
        """What it comes from, in one word."""
        return str(self.source.origin)


class RectificationStep(Step):
    obj = models.ForeignKey(RectificationItem, models.CASCADE, related_name="steps")


class RectificationReport(Written):
    """What the unit said it did; `final` where it said that all is done."""

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="reports")
    text = models.TextField("进展")
    final = models.BooleanField(default=False)


class RectificationFile(Written):
    """A picture or scan that proves it, drawn anew like every photo."""

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="files")
    file = models.ForeignKey("ground.StoredFile", models.PROTECT, related_name="+")
    thumb = models.ForeignKey("ground.StoredFile", models.PROTECT, related_name="+")
