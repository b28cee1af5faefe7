from django.db import models
from django.db.models import Q


class OpinionLink(models.Model):
    """An opinion that waits for a suggestion. The citizen hears of the last live link that ends."""

    opinion = models.ForeignKey("suggestions.Opinion", models.PROTECT, related_name="links")
    suggestion = models.ForeignKey("suggestions.Suggestion", models.PROTECT, related_name="links")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "suggestion"], name="linked_once"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(why=""), name="ended_link_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} → {self.suggestion_id}"
