"""What a person is in this room: posts at venues, and where their seats are stationed."""

from dataclasses import dataclass
from typing import Any

from stations.models import VenueDeputy, VenuePost
from stations.states import VenueState


@dataclass(frozen=True)
class VenuePostFact:
    venue_id: int
    role: str  # station_staff | station_head
    organ_id: int
    path: str


@dataclass(frozen=True)
class StationedFact:
    venue_id: int
    seat_id: int


def venue_posts_of(user: Any) -> tuple[VenuePostFact, ...]:
    rows = VenuePost.objects.filter(user=user, until=None, venue__state=VenueState.OPEN).order_by("pk")
    return tuple(VenuePostFact(*row) for row in rows.values_list("venue_id", "role", "venue__organ_id", "venue__path"))


def stationed_of(user: Any) -> tuple[StationedFact, ...]:
    """The venues where the person's active seats are stationed."""
    rows = VenueDeputy.objects.filter(seat__deputy__user=user, seat__state="active", until=None).order_by("pk")
    return tuple(StationedFact(*row) for row in rows.values_list("venue_id", "seat_id"))


def works_somewhere(user: Any) -> bool:
    return bool(user.facts.venue_posts)
