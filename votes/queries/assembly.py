"""Whose assemblies, members and meetings an actor may see."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.states import Role

READERS = (*DWC, Role.COUNCIL_LEADER, Role.SC_MEMBER)


def memberships(actor: Any) -> list[int]:
    """Assemblies the actor is a member of now."""
    return [row.assembly_id for row in actor.facts.memberships if row.is_live]


def reads(actor: Any, organ: str = "assembly__organ__") -> Q:
    """What the committees of the street and the congress offices above it read."""
    return within(prefixes(actor, *READERS), organ)


class AssemblyQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "AssemblyQuerySet":
        """That there is an assembly, everybody may know."""
        return self

    def of_console(self, actor: Any) -> "AssemblyQuerySet":
        """Those the actor's post reads on the console."""
        return self.filter(reads(actor, "organ__"))

    def with_counts(self) -> "AssemblyQuerySet":
        sitting = Count("members", filter=Q(members__state="confirmed"))
        return self.select_related("organ__region").annotate(sitting=sitting)


class MemberQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "MemberQuerySet":
        """Who sits and who is publicised is public; candidates and the refused are the committee's matter."""
        if actor.actor_kind == "system":
            return self
        seen = Q(state__in=("publicised", "confirmed", "ended"))
        if actor.actor_kind == "user":
            seen |= reads(actor) | Q(user=actor.pk)
        return self.filter(seen)

    def sitting(self) -> "MemberQuerySet":
        return self.filter(state="confirmed")

    def with_parts(self) -> "MemberQuerySet":
        return self.select_related("assembly__organ", "region", "user", "deputy")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "MeetingQuerySet":
        """A closed meeting is everybody's; one that is called is its members'; planned ones are the committee's."""
        if actor.actor_kind == "system":
            return self
        seen = Q(state="closed")
        if actor.actor_kind == "user":
            seen |= reads(actor)
            if mine := memberships(actor):
                seen |= Q(assembly__in=mine) & ~Q(state="planned")
        return self.filter(seen)

    def with_parts(self) -> "MeetingQuerySet":
        return self.select_related("assembly__organ").prefetch_related("agenda", "attendance", "polls")

    def to_come(self) -> "MeetingQuerySet":
        return self.filter(state__in=("convened", "open"))


def sitting_in(assembly: Any) -> Any:
    """The members an assembly has now, in the order of their names."""
    return apps.get_model("votes", "AssemblyMember").objects.filter(assembly=assembly, state="confirmed")


def roll_of(meeting: Any) -> list[tuple[Any, Any]]:
    """Every member of the assembly with what is known of them at this meeting (or None)."""
    known = {row.member_id: row for row in meeting.attendance.all()}
    members = sitting_in(meeting.assembly_id).select_related("region").order_by("region", "pinyin", "pk")
    return [(member, known.get(member.pk)) for member in members]


def has_live_membership(user: Any) -> Exists:
    return Exists(apps.get_model("votes", "AssemblyMember").objects.filter(user=OuterRef("pk"), state="confirmed"))
