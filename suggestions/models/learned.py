"""What the night learnt, the table for the cold start, and how good the guesses were."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from suggestions.states.lists_suggestion import Field, HandlerRole

ORGAN = "accounts.Organ"


class LearnedKind(models.TextChoices):
    ROUTING = "routing", "承办单位"
    LIKENESS = "likeness", "相似意见"


class Learned(models.Model):
    """Arrays that a night wrote, in a file whose sha256 stands in `file`. Routing is learnt for each congress, likeness for
    all. `top_1`, `top_3` and `calibration` are what it reached on parts it had not seen, between 0 and 1."""

    kind = models.CharField(max_length=10, choices=LearnedKind)
    congress = models.ForeignKey(ORGAN, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.OneToOneField("ground.StoredFile", models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    terms = models.PositiveIntegerField()
    top_1 = models.FloatField(null=True, blank=True)
    top_3 = models.FloatField(null=True, blank=True)
    calibration = models.FloatField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="routing", congress__isnull=False) | Q(kind="likeness", congress=None),
                name="routing_is_learned_for_a_congress",
            ),
        ]
        indexes = [models.Index(fields=["kind", "congress", "-id"], name="learned_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%F}"


class SubjectUnit(models.Model):
    """A line of the table subject → unit: matters with one of these words, or of this field, are for this unit."""

    congress = models.ForeignKey(ORGAN, models.PROTECT, related_name="+", verbose_name="人大")
    field = models.CharField("领域", max_length=20, choices=Field, blank=True)
    keywords = models.CharField("关键词", max_length=500, blank=True, help_text="用顿号隔开，例如：路灯、井盖、下水道")
    organ = models.ForeignKey(ORGAN, models.PROTECT, related_name="+", verbose_name="承办单位")
    role = models.CharField("角色", max_length=6, choices=HandlerRole, default=HandlerRole.MAIN)

    class Meta:
        ordering = ["congress", "organ", "pk"]
        verbose_name = verbose_name_plural = "交办对照表"
        constraints = [
            models.CheckConstraint(condition=~Q(field="", keywords=""), name="subject_names_a_field_or_a_word"),
            models.UniqueConstraint(fields=["congress", "organ", "role", "field"], name="one_line_per_unit_and_field"),
        ]

    def __str__(self) -> str:
        return f"{self.keywords or self.get_field_display()} → {self.organ}"

    @property
    def words(self) -> list[str]:
        return [
            word for word in self.keywords.replace("，", "、").replace(",", "、").replace(" ", "").split("、") if word
        ]


class RoutingOutcome(models.Model):
    """What was guessed when a person handed a matter to a unit, and which of the guesses was taken: `rank` 1 is the first,
    0 none of them."""

    suggestion = models.ForeignKey("suggestions.Suggestion", models.CASCADE, related_name="routing_outcomes")
    congress = models.ForeignKey(ORGAN, models.PROTECT, related_name="+")
    organ = models.ForeignKey(ORGAN, models.PROTECT, related_name="+")
    guesses = ArrayField(models.BigIntegerField(), default=list)  # organs, the likeliest first
    rank = models.PositiveSmallIntegerField()
    learned = models.BooleanField()  # whether a model had a voice in it, or the table alone
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "organ"], name="one_outcome_per_unit")]
        indexes = [models.Index(fields=["congress", "-at"], name="outcome_by_congress")]

    def __str__(self) -> str:
        return f"{self.suggestion_id} {self.rank}"
