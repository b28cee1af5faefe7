"""Commitment 承诺事项: what a reply promised with a date. Every old date stays visible."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from suggestions.models.assignment import Assignment, Reply
from suggestions.models.suggestion import Suggestion
from suggestions.states.commitment import COMMITMENT, CommitmentState
from suggestions.states.lists import Grade


class Commitment(models.Model):
    workflow = COMMITMENT
    matter_field = "suggestion"
    forget_on_lock = ("_prefetched_objects_cache",)

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="commitments")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="commitments")
    reply = models.ForeignKey(Reply, models.PROTECT, related_name="commitments")
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=CommitmentState, default="open", editable=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    done_by = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="says_done"
    )  # a redo's reply
    changes = models.PositiveSmallIntegerField(default=0)  # accepted ones; those of the promise it replaces count on

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(changes__lte=2), name="at_most_two_changes")]

    def __str__(self) -> str:
        return f"{self.suggestion.number} {self.text[:20]}"


class CommitmentStep(Step):
    obj = models.ForeignKey(Commitment, models.CASCADE, related_name="steps")


class OfCommitment(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]


class CommitmentReport(OfCommitment):
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="reports")
    text = models.TextField()
    final = models.BooleanField(default=False)


class CommitmentChange(OfCommitment):
    """A new date asked for before the old one; decided by the congress after the deputy was heard."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="change_requests")
    old = models.DateField()
    due_on = models.DateField()
    text = models.TextField(blank=True)
    reason = models.TextField()
    signed_by = models.CharField(max_length=40, blank=True)
    accepted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(OfCommitment.Meta):
        constraints = [
            models.UniqueConstraint(fields=["commitment"], condition=Q(decided_at=None), name="one_pending_change"),
        ]


class CommitmentRating(OfCommitment):
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="ratings")
    result = models.CharField(max_length=12, choices=Grade)
    text = models.TextField(blank=True)

    class Meta(OfCommitment.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(result="dissatisfied") | ~Q(text=""), name="unkept_promise_says_why"),
        ]
