"""Referral 转办: one sending of an opinion to a unit, what the unit reported, and the time it asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ground.workflow import Step
from suggestions.models.opinion import Opinion
from suggestions.states.lists import OpinionSolved
from suggestions.states.referral import LIVE, REFERRAL, ReferralState


class Referral(models.Model):
    """转办函: a letter, not an order. The unit reads the masked text, or `summary` where its author must stay unknown."""

    workflow = REFERRAL
    matter_field = "opinion"

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="referrals")
    letter_no = models.CharField("转办函编号", max_length=30, unique=True)
    organ = models.ForeignKey("accounts.Organ", models.PROTECT, related_name="referrals", verbose_name="承办单位")
    round = models.PositiveSmallIntegerField()
    state = models.CharField("状态", max_length=12, choices=ReferralState, default="sent", editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_by_label = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    send_back_until = models.DateTimeField()
    due_at = models.DateTimeField()  # of the report, as it stands now
    note = models.TextField("要求", blank=True)
    summary = models.TextField("摘要", blank=True)
    order_no = models.CharField("12345 工单号", max_length=40, blank=True)
    report = models.TextField("回报", blank=True)
    report_solved = models.CharField(max_length=6, choices=OpinionSolved, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    head_confirms_from = models.DateTimeField(null=True, blank=True)  # when the claimant's two days are over
    questioned = models.BooleanField(default=False)
    confirmed_text = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "转办"
        constraints = [
            models.UniqueConstraint(fields=["opinion"], condition=Q(state__in=LIVE), name="one_live_referral"),
            models.CheckConstraint(
                condition=~Q(state__in=["reported", "confirmed"]) | ~Q(report=""), name="reported_referral_has_a_report"
            ),
        ]
        indexes = [models.Index(fields=["organ", "state"], name="referral_by_organ")]

    def __str__(self) -> str:
        return f"{self.letter_no} {self.organ}"


class ReferralStep(Step):
    obj = models.ForeignKey(Referral, models.CASCADE, related_name="steps")


class ReferralReport(models.Model):
    """One version of the unit's report; a question asks for the next one."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="reports")
    no = models.PositiveSmallIntegerField()
    text = models.TextField()
    solved = models.CharField(max_length=6, choices=OpinionSolved, blank=True)
    by_label = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering = ["no"]
        constraints = [models.UniqueConstraint(fields=["referral", "no"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.referral_id} 第 {self.no} 次回报"


class ReferralExtension(models.Model):
    """延期: asked before the date, once; silence is refusal, and the old date stands until somebody decides."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="extensions")
    until = models.DateField("延至")
    reason = models.CharField("原因", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral"], name="one_extension_per_referral"),
            models.CheckConstraint(
                condition=Q(accepted=None, settled_at=None) | Q(accepted__isnull=False, settled_at__isnull=False),
                name="settled_extension_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"延至 {self.until}"
