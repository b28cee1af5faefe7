"""Which opinions of members an actor may see, and where they wait."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.rules import DWC, UNIT
from accounts.states import OrganKind
from votes.queries.assembly import memberships, reads
from votes.states.assembly_opinion import OPEN_STATES

AT_UNIT = ("assigned", "replied", "redoing", "done", "reported")

TABS = (
    ("", "在办", OPEN_STATES),
    ("filed", "待受理", ("filed",)),
    ("accepted", "待交办", ("accepted",)),
    ("working", "办理中", ("assigned", "redoing")),
    ("replied", "待评价", ("replied",)),
    ("done", "已办结", ("done", "reported")),
    ("ended", "退回与撤回", ("returned", "withdrawn")),
    ("all", "全部", ()),
)
UNIT_TABS = (("", "待答复", ("assigned", "redoing")), ("replied", "已答复", ("replied",)), ("all", "全部", ()))


class AssemblyOpinionQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "AssemblyOpinionQuerySet":
        """Its member; the committee of the street and the congress offices above; the unit it was given to; fellow members
        once it is accepted; everybody where the street made it public."""
        if actor.actor_kind == "system":
            return self
        seen = Q(is_public=True)
        if actor.actor_kind == "user":
            seen |= reads(actor) | Q(member__user=actor.pk)
            if units := units_of(actor):
                seen |= Q(handler__in=units, state__in=AT_UNIT)
            if mine := memberships(actor):
                seen |= Q(assembly__in=mine) & ~Q(state__in=("filed", "returned", "withdrawn"))
        return self.filter(seen)

    def published(self) -> "AssemblyOpinionQuerySet":
        return self.filter(is_public=True)

    def with_parts(self) -> "AssemblyOpinionQuerySet":
        return self.select_related("assembly__organ", "member__region", "handler", "heard_in").prefetch_related(
            "replies__rating", "replies__organ", "steps", "links"
        )

    def in_tab(self, tabs: Any, code: str) -> "AssemblyOpinionQuerySet":
        states = next((states for name, _, states in tabs if name == code), tabs[0][2])
        return self.filter(state__in=states) if states else self

    def of_member(self, actor: Any) -> "AssemblyOpinionQuerySet":
        return self.filter(member__user=actor.pk)

    def of_units(self, actor: Any) -> "AssemblyOpinionQuerySet":
        return self.filter(handler__in=units_of(actor), state__in=AT_UNIT)

    def of_desk(self, actor: Any) -> "AssemblyOpinionQuerySet":
        """Those a desk of the console answers for: of the office's own assembly."""
        own = [post.organ_id for post in actor.facts.posts if post.role in DWC and post.kind == OrganKind.STREET]
        return self.filter(assembly__organ__in=own)

    def of_console(self, actor: Any) -> "AssemblyOpinionQuerySet":
        return self.filter(reads(actor))

    def to_report(self, assembly: Any) -> "AssemblyOpinionQuerySet":
        """What the next meeting has to hear of: whatever was accepted and no meeting has heard the end of."""
        return self.filter(assembly=assembly, register_no__isnull=False, heard_in=None).exclude(state="withdrawn")


def units_of(actor: Any) -> list[int]:
    return [post.organ_id for post in actor.facts.posts if post.role in UNIT]
