"""What the congress office does about ratings: it talks with all sides where they disagree, and calls back a share of
those another hand wrote down."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from suggestions.models.assignment import Reply
from suggestions.models.opinion import OpinionAnswer, OpinionRating
from suggestions.states.lists import CallOutcome, TalkOutcome


class DisagreementTalk(models.Model):
    """All sides were talked with, and what came of it. It moves no matter and changes nobody's word."""

    answer = models.OneToOneField(OpinionAnswer, models.CASCADE, null=True, related_name="talk")
    reply = models.OneToOneField(Reply, models.CASCADE, null=True, related_name="talk")
    outcome = models.CharField("结果", max_length=10, choices=TalkOutcome)
    note = models.CharField("经过", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "分歧会商"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer=None, reply__isnull=False) | Q(answer__isnull=False, reply=None),
                name="talk_is_about_one_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class CallBack(models.Model):
    """回访: a rating entered by another hand, drawn by lot, and what its author said on the telephone or at the door."""

    rating = models.OneToOneField(OpinionRating, models.CASCADE, related_name="call_back")
    outcome = models.CharField("结果", max_length=10, choices=CallOutcome, blank=True)
    note = models.CharField("经过", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "代录评价回访"
        constraints = [
            models.CheckConstraint(
                condition=Q(at=None, outcome="", by=None) | (Q(at__isnull=False, by__isnull=False) & ~Q(outcome="")),
                name="called_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display() or "待回访"
