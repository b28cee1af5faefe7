"""The offices a person holds in polls and the assemblies they are a member of, as small rows of ids."""

from dataclasses import dataclass
from typing import Any

from votes.models import AssemblyMember, Officer


@dataclass(frozen=True)
class OfficeFact:
    poll_id: int
    role: str  # chief | scrutineer | teller
    is_over: bool


def offices_of(user: Any) -> tuple[OfficeFact, ...]:
    rows = Officer.objects.filter(user=user).order_by("pk").values_list("poll_id", "role", "poll__state")
    return tuple(OfficeFact(poll, role, state in ("published", "void")) for poll, role, state in rows)


def counts_votes(user: Any) -> bool:
    """An officer of a poll that is not over: whoever holds no other post enters the console for it."""
    return any(not fact.is_over for fact in user.facts.poll_offices)


@dataclass(frozen=True)
class MembershipFact:
    id: int
    assembly_id: int
    organ_id: int
    state: str

    @property
    def is_live(self) -> bool:
        return self.state == "confirmed"


def memberships_of(user: Any) -> tuple[MembershipFact, ...]:
    """Every assembly the person is or was a member of."""
    rows = AssemblyMember.objects.filter(user=user, state__in=("confirmed", "ended")).order_by("pk")
    return tuple(MembershipFact(*row) for row in rows.values_list("pk", "assembly_id", "assembly__organ_id", "state"))


def is_member(user: Any) -> bool:
    return any(fact.is_live for fact in user.facts.memberships)
