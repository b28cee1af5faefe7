"""Which work appraisals an actor may see, and how much people complained of a unit."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from accounts.rules import prefixes
from accounts.states import Role
from ground import workdays
from suggestions.queries.desk import units_of
from votes.queries.inquiry import at_desks, at_offices
from votes.states.appraisal import OPEN_TO_UNITS


class AppraisalQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "AppraisalQuerySet":
        """Published ones are everybody's. Before that the congress's offices and committees; once they are chosen, the units
        and their government's office."""
        if actor.actor_kind == "system":
            return self
        seen = Q(published_at__isnull=False)
        if actor.actor_kind == "user":
            seen |= at_offices(actor)
            units = Q()
            for path in prefixes(actor, Role.GOV_OFFICE):
                units |= Q(unit__path__startswith=path)
            if own := units_of(actor):
                units |= Q(unit__in=own)
            if units:
                seen |= Q(state__in=OPEN_TO_UNITS) & Q(Exists(_targets().filter(units, appraisal=OuterRef("pk"))))
        return self.filter(seen)

    def published(self) -> "AppraisalQuerySet":
        return self.filter(published_at__isnull=False)

    def of_desk(self, actor: Any) -> "AppraisalQuerySet":
        return self.filter(at_desks(actor))

    def of_units(self, actor: Any) -> "AppraisalQuerySet":
        mine = _targets().filter(unit__in=units_of(actor), appraisal=OuterRef("pk"))
        return self.filter(Exists(mine), state__in=OPEN_TO_UNITS)

    def with_parts(self) -> "AppraisalQuerySet":
        return self.select_related("organ", "committee", "ballot", "poll").prefetch_related(
            "targets__unit", "targets__problems", "targets__progress", "targets__visits", "targets__scores",
            "items__unit", "steps",
        )  # fmt: skip


def _targets() -> Any:
    """The chosen units."""
    return apps.get_model("votes", "AppraisalTarget").objects.filter(is_chosen=True)


def complaints(units: Any, since: date, until: date) -> dict[int, dict[str, int]]:
    """unit id → opinions (群众意见转办), suggestions (交办的代表建议), dissatisfied (citizens and deputies who were not
    content) within [since, until]: counted from the matters themselves, in four queries whatever the number of units."""
    begin, end = workdays.start_of_day(since), workdays.end_of_day(until)
    model = apps.get_model
    referrals = model("suggestions", "Referral").objects.filter(
        organ__in=units, sent_at__range=(begin, end), opinion__avoided=False
    )
    assigned = model("suggestions", "Assignment").objects.filter(organ__in=units, handed_over_at__range=(begin, end))
    unhappy = model("suggestions", "OpinionRating").objects.filter(at__range=(begin, end), grade="dissatisfied")
    not_content = Exists(unhappy.filter(opinion=OuterRef("opinion")))
    rated = model("suggestions", "ReplyRating").objects.filter(
        reply__assignment__organ__in=units, at__range=(begin, end), result="dissatisfied"
    )
    found: dict[int, dict[str, int]] = {}

    def add(name: str, rows: Any, column: str = "organ") -> None:
        for organ, n in rows.order_by().values_list(column).annotate(n=Count("pk")):
            cell = found.setdefault(organ, {"opinions": 0, "suggestions": 0, "dissatisfied": 0})
            cell[name] += n

    add("opinions", referrals)
    add("suggestions", assigned)
    add("dissatisfied", referrals.filter(not_content))
    add("dissatisfied", rated, "reply__assignment__organ")
    return found
