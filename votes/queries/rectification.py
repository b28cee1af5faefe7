"""Which lines of rectification lists an actor may see."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.rules import prefixes
from accounts.states import Role
from suggestions.queries.desk import units_of
from votes.queries.inquiry import at_desks, at_offices

SOURCES = ("inquiry", "deliberation", "appraisal", "judicial")


class RectificationQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "RectificationQuerySet":
        """What was published is everybody's; before that the congress's offices, committees and deputies, the unit that has
        to put it right, and its government's office. What comes from an appraisal of judges or prosecutors is seen by
        whoever sees that."""
        if actor.actor_kind == "system":
            return self
        seen = Q(is_public=True)
        if actor.actor_kind == "user":
            seen |= at_offices(actor)
            for path in prefixes(actor, Role.GOV_OFFICE):
                seen |= Q(unit__path__startswith=path)
            if own := [seat.organ_id for seat in actor.facts.seats if seat.is_active]:
                seen |= Q(organ__in=own)
            if units := units_of(actor):
                seen |= Q(unit__in=units)
        restricted = apps.get_model("votes", "JudicialAppraisal").objects.visible_to(actor)
        return self.filter(Q(seen, judicial=None) | Q(judicial__in=restricted.values("pk")))

    def published(self) -> "RectificationQuerySet":
        return self.filter(is_public=True)

    def of_desk(self, actor: Any) -> "RectificationQuerySet":
        """Those a desk of the console answers for: of the own congress; of a government's office those of its units."""
        found = at_desks(actor)
        for path in prefixes(actor, Role.GOV_OFFICE):
            found |= Q(unit__path__startswith=path)
        return self.filter(found)

    def of_units(self, actor: Any) -> "RectificationQuerySet":
        return self.filter(unit__in=units_of(actor))

    def open(self) -> "RectificationQuerySet":
        return self.exclude(state__in=["struck", "long_term"])

    def with_parts(self) -> "RectificationQuerySet":
        return self.select_related("organ", "unit", *SOURCES, "answer").prefetch_related(
            "reports__by", "files", "steps"
        )
