"""What a person is in this room: seats and groups, as small rows of ids."""

from dataclasses import dataclass
from typing import Any

from accounts.me import HeldSeat
from deputies.models import GroupMembership, Seat
from deputies.states import SeatState

HELD = (SeatState.ACTIVE, SeatState.SUSPENDED)


@dataclass(frozen=True)
class SeatFact:
    id: int
    deputy_id: int
    organ_id: int
    organ_path: str
    state: str

    @property
    def is_active(self) -> bool:
        return self.state == SeatState.ACTIVE


@dataclass(frozen=True)
class GroupFact:
    group_id: int
    seat_id: int
    role: str  # convener | member


def seats_of(user: Any) -> tuple[SeatFact, ...]:
    """Every seat of the person, ended ones too: a former deputy keeps sight of what they led."""
    rows = Seat.objects.filter(deputy__user=user).order_by("pk")
    return tuple(SeatFact(*row) for row in rows.values_list("pk", "deputy_id", "organ_id", "organ__path", "state"))


def groups_of(user: Any) -> tuple[GroupFact, ...]:
    rows = GroupMembership.objects.filter(seat__deputy__user=user, seat__state=SeatState.ACTIVE).order_by("pk")
    return tuple(GroupFact(*row) for row in rows.values_list("group_id", "seat_id", "role"))


def held_seats(user: Any) -> list[HeldSeat]:
    """The person's seats as `/me/` shows them."""
    rows = Seat.objects.filter(deputy__user=user).order_by("pk")
    return [HeldSeat(*row) for row in rows.values_list("organ__code", "deputy__code", "state")]


def has_active_seat(user: Any) -> bool:
    return any(seat.is_active for seat in user.facts.seats)
