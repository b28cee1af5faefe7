"""A special inquiry 专题询问 and its parts: the units that answer, what study found, questions, answers with promises.

The rating is a Poll of the one engine, with the units as its options and the classes counted apart.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from votes.queries import inquiry as queries
from votes.states.inquiry import INQUIRY, InquiryState, Meeting, QuestionKind, Scale


class Inquiry(models.Model):
    workflow = INQUIRY
    forget_on_lock = ("_prefetched_objects_cache",)
    origin = "专题询问"

    number = models.CharField(max_length=20, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="inquiries", verbose_name="机关")
    term = models.ForeignKey("deputies.Term", models.PROTECT, related_name="inquiries", verbose_name="届")
    title = models.CharField("询问题目", max_length=120)
    about = models.TextField("方案", blank=True)
    scale = models.CharField("规模", max_length=5, choices=Scale, default=Scale.FULL)
    meeting = models.CharField("会议形式", max_length=7, choices=Meeting, default=Meeting.JOINT)
    committee = models.ForeignKey(
        "accounts.Organ", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头委员会"
    )
    held_on = models.DateField("询问日期", null=True, blank=True)
    state = models.CharField(max_length=10, choices=InquiryState, default="planned", editable=False)
    poll = models.OneToOneField("votes.Poll", models.PROTECT, null=True, related_name="inquiry")
    next_due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = queries.InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "专题询问"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "studying"]) | Q(held_on__isnull=False), name="held_inquiry_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="rated") | Q(poll__isnull=False), name="rated_inquiry_has_a_poll"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(state__in=["planned", "studying"]), name="public_inquiry_was_held"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/inquiries/{self.number}/"

    @property
    def is_micro(self) -> bool:
        return self.scale == Scale.MICRO

    @property
    def adopted(self) -> list["Question"]:
        """The questions of the meeting in their order, each follow-up behind what it follows."""
        rows = [q for q in self.questions.all() if q.order is not None]
        return sorted(rows, key=lambda q: (q.order, q.pk))

    @property
    def offered(self) -> list["Question"]:
        """What deputies asked and nobody has taken up yet."""
        return [q for q in self.questions.all() if q.order is None]

    @property
    def result(self) -> list[dict[str, Any]]:
        """The classes of the published rating."""
        return self.poll.result["classes"] if self.poll is not None and self.poll.state == "published" else []


class InquiryStep(Step):
    obj = models.ForeignKey(Inquiry, models.CASCADE, related_name="steps")


class InquiryUnit(models.Model):
    """A unit that has to answer; in this order the units stand on the ballot of the rating."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="units")
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "organ"], name="inquiry_unit_once")]

    def __str__(self) -> str:
        return str(self.organ)


class Written(models.Model):
    """A row somebody wrote at a moment."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]


class Finding(Written):
    """What a team found before the meeting; `unit` is whose matter it is, where that is known."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="findings")
    team = models.CharField("调研组", max_length=60)
    text = models.TextField("发现的问题")
    unit = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, related_name="+")


class Question(Written):
    """One question to one unit. Without `order` it was asked by a deputy and waits to be taken up."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="questions")
    kind = models.CharField("类型", max_length=8, choices=QuestionKind)
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, null=True, related_name="+", verbose_name="提问代表")
    asker = models.CharField("提问人", max_length=40)
    unit = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, related_name="+", verbose_name="答复单位")
    order = models.PositiveSmallIntegerField(null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followups")
    text = models.TextField("问题")

    class Meta(Written.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(order=None) | Q(unit__isnull=False), name="question_is_put_to_somebody"),
            models.CheckConstraint(condition=~Q(kind="followup") | Q(follows__isnull=False), name="followup_follows"),
        ]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def is_answered(self) -> bool:
        return hasattr(self, "answer")


class Answer(Written):
    """What was answered, by whom in which post, and what was promised for when. Never changed (migration 0007)."""

    question = models.OneToOneField(Question, models.PROTECT, related_name="answer")
    answerer = models.CharField("答复人", max_length=40)
    post = models.CharField("职务", max_length=60)
    text = models.TextField("答复")
    promise = models.CharField("承诺", max_length=300, blank=True)
    due_on = models.DateField("承诺完成日期", null=True)

    class Meta(Written.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(promise="", due_on=None) | (~Q(promise="") & Q(due_on__isnull=False)),
                name="promise_has_a_date",
            )
        ]
