"""Tally 计数: how many matters of each kind, place and month have each mark; and what a recount had to mend."""

from django.db import models

from suggestions.states.tally import TallyKind

ORGAN = "accounts.Organ"


class Cell(models.Model):
    """Where a number belongs: a kind of matter, a month, and the places it is told by; what a kind has not is empty."""

    kind = models.CharField(max_length=10, choices=TallyKind)
    month = models.DateField()  # its first day
    congress = models.ForeignKey(ORGAN, models.CASCADE, related_name="+")
    organ = models.ForeignKey(ORGAN, models.CASCADE, null=True, related_name="+")  # unit; of an opinion its town
    via = models.ForeignKey(ORGAN, models.CASCADE, null=True, related_name="+")  # the government that dispatched it
    venue = models.ForeignKey("stations.Venue", models.CASCADE, null=True, related_name="+")
    seat = models.ForeignKey("deputies.Seat", models.CASCADE, null=True, related_name="+")
    plenary = models.ForeignKey("deputies.Plenary", models.CASCADE, null=True, related_name="+")  # 会议期间的
    key = models.CharField(max_length=30)

    class Meta:
        abstract = True


class Tally(Cell):
    """One number. Written by `workflow.tallies` alone, from the rows themselves: it can always be made again."""

    n = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "计数"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "month", "congress", "organ", "via", "venue", "seat", "plenary", "key"],
                name="one_tally_per_cell_and_key",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "congress", "month"], name="tally_by_congress"),
            models.Index(fields=["kind", "organ", "month"], name="tally_by_organ"),
            models.Index(fields=["kind", "venue", "month"], name="tally_by_venue"),
            models.Index(fields=["kind", "seat", "month"], name="tally_by_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m} {self.key} = {self.n}"


class TallyEvent(models.Model):
    """Something happened to a matter whose numbers have not been made again since. Inserted by the gate, taken away by
    the next fold: no counter is ever locked by a verb."""

    kind = models.CharField(max_length=10)  # opinion | suggestion
    matter = models.BigIntegerField()


class TallyMend(Cell):
    """A number the nightly recount found wrong: 0 where nothing was, or nothing should have been."""

    was = models.BigIntegerField()
    is_now = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "计数更正"

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m} {self.key} {self.was} → {self.is_now}"
