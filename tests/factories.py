"""Things made the way the product makes them: through verbs, never by setting a state."""

from datetime import date
from itertools import count
from typing import Any

from accounts.models import Organ, User
from deputies import workflow as deputies
from deputies.models import Seat
from ground import clock
from stations import workflow as stations
from stations.models import Venue
from tests.cast import Cast

_phones = count(19900001000)  # beyond the cast's own numbers


def a_user(name: str = "甲", **fields: Any) -> User:
    """Somebody with an account and nothing else."""
    return User.objects.make(str(next(_phones)), name, **fields)


def a_seat(cast: Cast, *, organ: str = "dh-rd", name: str = "乙", user: User | None = None, code: str = "",
           since: date | None = None, **fields: Any) -> Seat:  # fmt: skip
    """An active seat in one of the cast's congresses, elected and confirmed by the city's congress office."""
    deputy = deputies.enrol(name, code=code, user=user)
    seat = deputies.elect(deputy, by=cast.sun, term=cast.terms[organ], since=since or clock.today(), **fields)
    return deputies.seat(seat, by=cast.sun, on=since)


def a_venue(
    cast: Cast, *, name: str = "丙联络站", kind: str = "station", organ: str | Organ = "qs-rd", **fields: Any
) -> Venue:
    owner = cast.organs[organ] if isinstance(organ, str) else organ
    return stations.found(name, by=cast.sun, kind=kind, organ=owner, **fields)
