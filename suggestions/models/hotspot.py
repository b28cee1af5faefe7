"""热点: what many people of an area said in a month. Written by the night; nothing stands here that fewer than five said."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

LEAST_PEOPLE = 5  # security.md §6.8


class Hotspot(models.Model):
    """In an area (the congress office of a town or street, or a congress) and a month (its first day); `people` are
    citizens, `matters` what is handled: those who joined one matter are people of it, not matters."""

    area = models.ForeignKey("accounts.Organ", models.CASCADE, related_name="+")
    month = models.DateField()
    people = models.PositiveIntegerField()
    matters = models.PositiveIntegerField()

    class Meta:
        abstract = True


class Cluster(Hotspot):
    """Matters that speak of the same thing."""

    terms = ArrayField(models.CharField(max_length=12))  # what its people say, the most telling first
    opinions = models.ManyToManyField("suggestions.Opinion", related_name="+")

    class Meta:
        ordering = ["-month", "-people", "pk"]
        constraints = [models.CheckConstraint(condition=Q(people__gte=LEAST_PEOPLE), name="cluster_of_enough_people")]
        indexes = [models.Index(fields=["area", "-month", "-people"], name="cluster_by_area")]

    def __str__(self) -> str:
        return "、".join(self.terms)


class HotWord(Hotspot):
    word = models.CharField(max_length=12)
    before = models.PositiveIntegerField()  # people who said it in the month before; 0 also for fewer than five

    class Meta:
        ordering = ["-month", "-people", "word"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=LEAST_PEOPLE), name="hot_word_of_enough_people"),
            models.UniqueConstraint(fields=["area", "month", "word"], name="hot_word_once"),
        ]

    def __str__(self) -> str:
        return self.word
