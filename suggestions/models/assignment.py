"""Assignment 交办: what one unit owes on one suggestion, and everything it does about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from suggestions.models.suggestion import Suggestion
from suggestions.queries.assignment import AssignmentQuerySet
from suggestions.states.assignment import ASSIGNMENT, GONE, AssignmentState
from suggestions.states.lists import Grade
from suggestions.states.lists_suggestion import (
    AssignmentOutcome,
    ContactMethod,
    ContactStage,
    HandlerRole,
    MediationOutcome,
    Mode,
    Publicity,
    ResultClass,
    ReturnReason,
    Solved,
)


class Assignment(models.Model):
    """`handed_over_at` is 交办之日, from which the reply is counted; `received_at` is when this unit got it by name, from
    which its working limits run. `mode` is the suggestion's, copied so that PostgreSQL can hold one live main."""

    workflow = ASSIGNMENT
    matter_field = "suggestion"
    forget_on_lock = ("_prefetched_objects_cache",)

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="assignments")
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="assignments", verbose_name="承办单位")
    role = models.CharField(max_length=6, choices=HandlerRole)
    mode = models.CharField(max_length=12, choices=Mode)
    state = models.CharField(max_length=20, choices=AssignmentState, default="pending_sign", editable=False)
    round = models.PositiveSmallIntegerField(default=1)
    handed_over_at = models.DateTimeField()
    first_handed_over_at = models.DateTimeField()  # of the unit this one follows: the longest time counts from there
    received_at = models.DateTimeField()
    objection_until = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    reply_due_at = models.DateTimeField(null=True, blank=True)  # main: the date the reply of this round is owed
    reply_anyway_at = models.DateTimeField(null=True, blank=True)  # from when a missing assist holds nobody up
    return_until = models.DateTimeField(null=True, blank=True)  # until when the newest reply may be sent back
    view_until = models.DateTimeField(null=True, blank=True)  # until when co-signers may tell the lead their view
    opinion_due_at = models.DateTimeField(null=True, blank=True)  # assist
    is_late = models.BooleanField(default=False)  # assist: the lateness is booked on this unit
    dispatched_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="dispatched_to")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    released_at = models.DateTimeField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=15, choices=AssignmentOutcome, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "交办"
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "organ"], condition=~Q(state__in=GONE), name="one_live_assignment_per_unit"
            ),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=Q(role="main") & ~Q(mode="separate") & ~Q(state__in=GONE),
                name="one_live_main_unless_separate",
            ),
            models.CheckConstraint(condition=Q(role="main") | ~Q(mode="separate"), name="separate_knows_no_assist"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(outcome=""), name="done_has_an_outcome"),
            models.CheckConstraint(condition=~Q(state="signed") | Q(signed_at__isnull=False), name="signed_says_when"),
        ]
        indexes = [models.Index(fields=["organ", "state"], name="assignment_by_unit")]

    def __str__(self) -> str:
        return f"{self.suggestion.number} {self.organ}"

    @property
    def is_main(self) -> bool:
        return self.role == HandlerRole.MAIN

    @property
    def is_live(self) -> bool:
        return self.state not in GONE

    @property
    def issued(self) -> list["Reply"]:
        """Replies that went out, oldest first, from what is prefetched."""
        return [reply for reply in self.replies.all() if reply.issued_at is not None]

    @property
    def last_reply(self) -> "Reply | None":
        return next(reversed(self.issued), None)

    @property
    def draft(self) -> "Reply | None":
        return next((reply for reply in self.replies.all() if reply.issued_at is None), None)


class AssignmentStep(Step):
    obj = models.ForeignKey(Assignment, models.CASCADE, related_name="steps")


class OfAssignment(models.Model):
    """Something that was done about an assignment, in one of its rounds."""

    round = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]


class Objection(OfAssignment):
    """申请退办: once for each unit, in writing, within 5 working days of its own receipt (山东省办理条例 §12)."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="objection")
    former_state = models.CharField(max_length=20)
    reason = models.TextField()
    proposed_organ = models.ForeignKey("accounts.Organ", models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)


class Extension(OfAssignment):
    """延期: asked before the due day, decided by the congress; never beyond 6 months (代表法 §51)."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="extensions")
    until = models.DateField()
    reason = models.TextField()
    accepted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(OfAssignment.Meta):
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(decided_at=None), name="one_pending_extension"),
        ]


class ContactRecord(OfAssignment):
    """办前、办中、办后沟通: counts for its round when the deputy was reached and has not denied it."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="contacts")
    stage = models.CharField(max_length=6, choices=ContactStage)
    method = models.CharField(max_length=7, choices=ContactMethod)
    held_at = models.DateTimeField()
    summary = models.TextField()
    reached = models.BooleanField(default=True)
    cosigners_present = models.PositiveSmallIntegerField(default=0)
    agrees = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_unanswered = models.BooleanField(default=False)  # 代表未确认: ten working days of silence

    @property
    def counts(self) -> bool:
        return self.reached and self.agrees is not False


class Contribution(OfAssignment):
    """协办意见 to the main unit; a later version never overwrites an earlier one."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="contributions")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_late = models.BooleanField(default=False)

    class Meta(OfAssignment.Meta):
        constraints = [models.UniqueConstraint(fields=["assignment", "version"], name="contribution_version_once")]


class Mediation(OfAssignment):
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="mediations")
    outcome = models.CharField(max_length=5, choices=MediationOutcome)
    minutes = models.TextField()


class Reply(models.Model):
    """答复. A row without `issued_at` is the draft; after issue nothing of it can change (a trigger holds that)."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="replies")
    round = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    proposed_class = models.CharField(max_length=1, choices=ResultClass)
    publicity = models.CharField(max_length=8, choices=Publicity)
    publicity_reason = models.CharField(max_length=500, blank=True)
    solved = models.CharField(max_length=6, choices=Solved, blank=True)
    promised = models.JSONField(default=dict)  # what the draft promises; rows of its own once issued
    remarks = models.TextField(blank=True)  # printed below: which assist is late, that nobody was reached
    covers = models.ManyToManyField(Suggestion, blank=True, related_name="covered_by")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "version"], name="reply_version_once"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(issued_at=None), name="one_draft_of_a_reply"),
            models.CheckConstraint(
                condition=~Q(publicity="none") | ~Q(publicity_reason=""), name="private_reply_says_why"
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None) | Q(issued_at__isnull=False, issued_by__isnull=False),
                name="issued_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 第 {self.version} 版答复"

    @property
    def result_class(self) -> str:
        """The class as it stands: the congress may have corrected what the unit proposed."""
        corrections = list(self.corrections.all())
        return corrections[-1].new if corrections else self.proposed_class

    @property
    def full_text(self) -> str:
        return f"{self.text}\n\n{self.remarks}" if self.remarks else self.text

    @property
    def is_returned(self) -> bool:
        return one(self, "returned") is not None


class OfReply(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["pk"]


class ReplyReturn(OfReply):
    """退回补正, counted for each unit; the clock of the reply runs as if it had never stopped."""

    reply = models.OneToOneField(Reply, models.CASCADE, related_name="returned")
    reason_code = models.CharField(max_length=20, choices=ReturnReason)
    note = models.TextField()


class ClassCorrection(OfReply):
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="corrections")
    old = models.CharField(max_length=1, choices=ResultClass)
    new = models.CharField(max_length=1, choices=ResultClass)
    reason = models.CharField(max_length=500)


class ReplyRating(OfReply):
    """Two axes, one rating for each reply (山东省办理条例 §23); an expired one holds no grade and is in no figure."""

    reply = models.OneToOneField(Reply, models.CASCADE, related_name="rating")
    attitude = models.CharField(max_length=12, choices=Grade, blank=True)
    result = models.CharField(max_length=12, choices=Grade, blank=True)
    solved = models.CharField(max_length=6, choices=Solved, blank=True)
    text = models.TextField(blank=True)
    class_disputed = models.BooleanField(default=False)
    by_label = models.CharField(max_length=60, blank=True)
    expired = models.BooleanField(default=False)
    attitude_note = models.TextField(blank=True)
    attitude_settled_at = models.DateTimeField(null=True, blank=True)
    attitude_passed = models.BooleanField(default=False)  # nobody settled it in time: flagged on the board

    class Meta(OfReply.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(expired=True, attitude="", result="")
                | (Q(expired=False) & ~Q(attitude="") & ~Q(result="")),
                name="rating_has_grades_or_expired",
            ),
            models.CheckConstraint(
                condition=~(Q(attitude="dissatisfied") | Q(result="dissatisfied")) | ~Q(text=""),
                name="dissatisfied_says_why",
            ),
        ]

    @property
    def attitude_waits(self) -> bool:
        """The attitude alone did not satisfy, and nobody has settled it yet."""
        return self.attitude == "dissatisfied" and self.result != "dissatisfied" and self.attitude_settled_at is None


class ReplyView(OfReply):
    """What a co-signer tells the lead, and nobody else, before the lead rates."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="views")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="+")
    grade = models.CharField(max_length=12, choices=Grade)
    text = models.TextField(blank=True)

    class Meta(OfReply.Meta):
        constraints = [models.UniqueConstraint(fields=["reply", "seat"], name="one_view_per_seat")]


def one(obj: models.Model, name: str) -> Any:
    """A reverse one-to-one row, or None where there is none; no query where it was prefetched."""
    return getattr(obj, name, None)
