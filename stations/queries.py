"""Venues: public, narrowed by adjectives."""

from typing import Any

from django.db import models


class VenueQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "VenueQuerySet":
        """Everybody may know where deputies can be met."""
        return self

    def open(self) -> "VenueQuerySet":
        return self.filter(state="open")
