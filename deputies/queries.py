"""Deputies and seats: public reference data, narrowed by adjectives."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef


class DeputyQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "DeputyQuerySet":
        """Everybody may know who represents them."""
        return self

    def serving(self) -> "DeputyQuerySet":
        """Deputies with at least one active seat."""
        seats = apps.get_model("deputies", "Seat").objects.filter(deputy=OuterRef("pk"), state="active")
        return self.filter(Exists(seats))


class SeatQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "SeatQuerySet":
        return self

    def active(self) -> "SeatQuerySet":
        return self.filter(state="active")
