from django.db import models

from ground.workflow import Step
from suggestions.models.suggestion import Suggestion, TextVersion
from suggestions.states.cosign import COSIGN, CosignState


class Cosign(models.Model):
    """One deputy's own word for one exact text: `version` is what they were shown or confirmed."""

    workflow = COSIGN
    matter_field = "suggestion"

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="cosigns")
    seat = models.ForeignKey("deputies.Seat", models.PROTECT, related_name="cosigns")
    version = models.ForeignKey(TextVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=CosignState, default="invited", editable=False)
    invited_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    may_lead_at = models.DateTimeField(null=True, blank=True)  # when this deputy's turn to take the lead begins
    hash = models.CharField(max_length=64, blank=True)  # of the confirmed text

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "seat"], name="one_cosign_per_seat"),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | (models.Q(confirmed_at__isnull=False) & ~models.Q(hash="")),
                name="confirmed_cosign_names_its_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion.number} {self.seat}"


class CosignStep(Step):
    obj = models.ForeignKey(Cosign, models.CASCADE, related_name="steps")
