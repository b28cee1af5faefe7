"""Who may do what in an assembly: the committee of the street keeps it, its members attend. Guards of the edges."""

from typing import Any

import rules

from accounts.rules import DWC, holds, is_dwc_of
from accounts.states import Level, OrganKind
from ground import clock
from votes.models import DeliberativeAssembly
from votes.queries.assembly import READERS
from votes.states import MEETING, MEMBER


def assembly_of(obj: Any) -> Any:
    """The assembly something belongs to: itself, or that of a member, meeting or opinion."""
    return obj if isinstance(obj, DeliberativeAssembly) else obj.assembly


def is_member_of(actor: Any, assembly_id: int) -> bool:
    """A member now: an ended membership opens nothing."""
    return any(fact.assembly_id == assembly_id and fact.is_live for fact in actor.facts.memberships)


@rules.predicate
def keeps_assembly(actor: Any, obj: Any) -> bool:
    """人大街道工委 keeps its own assembly (地方组织法 §59: it does the congress's work in the street)."""
    return holds(actor, *DWC) if obj is None else is_dwc_of(actor, assembly_of(obj).organ_id)


@rules.predicate
def attends(actor: Any, meeting: Any) -> bool:
    return is_member_of(actor, meeting.assembly_id)


rules.add_perm("votes.keep_assembly", keeps_assembly)
rules.add_perm("votes.attend_assembly", attends)


@MEMBER.guard("publicity_over", "公示期还没有满，不能确认。")
def is_publicity_over(member: Any, actor: Any) -> bool:
    return member.publicised_until is not None and clock.now() > member.publicised_until


@MEETING.guard("not_excused", "您已经请过假了。")
def is_not_excused(meeting: Any, actor: Any) -> bool:
    mine = {fact.id for fact in actor.facts.memberships if fact.assembly_id == meeting.assembly_id}
    return not any(row.member_id in mine and row.presence == "leave" for row in meeting.attendance.all())


@MEETING.guard("quorate", "到会人数没有超过议事代表的半数，不能开会。")
def is_quorate(meeting: Any, actor: Any) -> bool:
    """More than half of the members are there (domain.md §4.7)."""
    there = sum(row.presence == "present" for row in meeting.attendance.all())
    return there * 2 > meeting.assembly.members.filter(state="confirmed").count()


@MEETING.guard("polls_ended", "本次会议还有没有公布的投票，请先公布或者作废。")
def is_polls_ended(meeting: Any, actor: Any) -> bool:
    return all(poll.state in ("published", "void") for poll in meeting.polls.all())


def opens_assemblies(actor: Any) -> bool:
    """Whose menu has them: offices of streets and zones, and of the districts that set those up."""
    return any(
        post.role in DWC and (post.kind == OrganKind.STREET or post.level == Level.COUNTY) for post in actor.facts.posts
    )


def keeps_some_assembly(actor: Any) -> bool:
    """Who finds the assemblies on the console: committees of streets and zones, and the congress offices above them."""
    return holds(actor, *READERS)
