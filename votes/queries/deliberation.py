"""Which 审议意见 an actor may see."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.rules import prefixes
from accounts.states import Role
from suggestions.queries.desk import units_of
from votes.queries.inquiry import at_desks, at_offices
from votes.states.deliberation import WITH_UNIT


class DeliberationQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "DeliberationQuerySet":
        """Published ones are everybody's. Before that the congress's offices and committees, from the hand-over on the unit,
        its government's office, and the deputies of the congress."""
        if actor.actor_kind == "system":
            return self
        seen = Q(published_at__isnull=False)
        if actor.actor_kind == "user":
            seen |= at_offices(actor)
            handed = Q()
            for path in prefixes(actor, Role.GOV_OFFICE):
                handed |= Q(unit__path__startswith=path)
            if units := units_of(actor):
                handed |= Q(unit__in=units)
            if congresses := [seat.organ_id for seat in actor.facts.seats if seat.is_active]:
                handed |= Q(organ__in=congresses)
            if handed:
                seen |= Q(state__in=WITH_UNIT) & handed
        return self.filter(seen)

    def published(self) -> "DeliberationQuerySet":
        return self.filter(published_at__isnull=False)

    def of_desk(self, actor: Any) -> "DeliberationQuerySet":
        found = at_desks(actor)
        for path in prefixes(actor, Role.GOV_OFFICE):
            found |= Q(unit__path__startswith=path)
        return self.filter(found)

    def of_units(self, actor: Any) -> "DeliberationQuerySet":
        return self.filter(unit__in=units_of(actor), state__in=WITH_UNIT)

    def with_parts(self) -> "DeliberationQuerySet":
        return self.select_related("organ", "unit", "committee", "inquiry").prefetch_related(
            "papers", "items__unit", "steps"
        )
