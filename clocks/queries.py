"""Deadlines by what they belong to and how they stand."""

from django.db import models

from ground import clock
from ground.refs import kind_of


class DeadlineQuerySet(models.QuerySet):
    def open(self) -> "DeadlineQuerySet":
        return self.filter(met_at=None, dropped_at=None)

    def of(self, obj: models.Model) -> "DeadlineQuerySet":
        return self.filter(object_kind=kind_of(obj), object_id=obj.pk)

    def under(self, matter: models.Model) -> "DeadlineQuerySet":
        """Those of a root matter and of all its parts."""
        return self.filter(matter_kind=kind_of(matter), matter_id=matter.pk)

    def owed(self) -> "DeadlineQuerySet":
        """Without windows and signs of life, for which nobody in office is late."""
        return self.filter(owed=True)

    def overdue(self) -> "DeadlineQuerySet":
        return self.open().owed().filter(due_at__lt=clock.now())
