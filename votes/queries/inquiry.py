"""Which inquiries an actor may see."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.rules import prefixes
from accounts.states import Role
from suggestions.queries.desk import units_of

READERS = (Role.DWC_CLERK, Role.DWC_LEAD, Role.COUNCIL_LEADER, Role.SC_MEMBER)


def congresses_of(actor: Any, *roles: str) -> list[int]:
    """The congresses whose bodies (committees among them) the actor serves in one of the roles."""
    return [post.congress_id for post in actor.facts.posts if post.role in roles and post.congress_id]


def at_offices(actor: Any) -> Q:
    """Of the congresses whose offices the actor reads for, those above them, and those whose committees the actor serves."""
    found = Q(organ__in=congresses_of(actor, Role.SPECIAL_COMMITTEE))
    for path in prefixes(actor, *READERS):
        found |= Q(organ__path__startswith=path)
    return found


def at_desks(actor: Any) -> Q:
    """Of the congresses a desk of the console answers for: the own ones."""
    own = [post.organ_id for post in actor.facts.posts if post.role in READERS]
    return Q(organ__in=[*own, *congresses_of(actor, Role.SPECIAL_COMMITTEE)])


class InquiryQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "InquiryQuerySet":
        """Published ones are everybody's. Before that: the congress's offices and those above, its committees, its deputies
        (they may ask), and, once the study has begun, the units asked and their government's office."""
        if actor.actor_kind == "system":
            return self
        seen = Q(published_at__isnull=False)
        if actor.actor_kind == "user":
            seen |= at_offices(actor)
            if congresses := [seat.organ_id for seat in actor.facts.seats if seat.is_active]:
                seen |= Q(organ__in=congresses)
            asked = Q()
            if units := units_of(actor):
                asked |= Q(organ__in=units)
            for path in prefixes(actor, Role.GOV_OFFICE):
                asked |= Q(organ__path__startswith=path)
            if asked:
                rows = apps.get_model("votes", "InquiryUnit").objects.filter(asked, inquiry=OuterRef("pk"))
                seen |= ~Q(state="planned") & Q(Exists(rows))
        return self.filter(seen)

    def published(self) -> "InquiryQuerySet":
        return self.filter(published_at__isnull=False)

    def of_desk(self, actor: Any) -> "InquiryQuerySet":
        """Those a desk of the console answers for: of the own congress."""
        return self.filter(at_desks(actor))

    def of_units(self, actor: Any) -> "InquiryQuerySet":
        """Those in which the actor's units have to answer."""
        rows = apps.get_model("votes", "InquiryUnit").objects.filter(organ__in=units_of(actor), inquiry=OuterRef("pk"))
        return self.exclude(state="planned").filter(Exists(rows))

    def with_parts(self) -> "InquiryQuerySet":
        items = apps.get_model("votes", "RectificationItem").objects.select_related("unit").order_by("pk")
        questions = apps.get_model("votes", "Question").objects.select_related("unit", "answer", "answer__item", "seat")
        return self.select_related("organ", "committee", "poll").prefetch_related(
            "units__organ", "findings__unit", "steps", Prefetch("questions", questions), Prefetch("items", items)
        )
