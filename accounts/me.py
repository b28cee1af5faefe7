"""What `/me/` tells and changes that higher rooms know: they bind it when the process starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ground.errors import Forbidden


@dataclass(frozen=True)
class HeldSeat:
    """A seat of the person, as `/me/` shows it."""

    organ: str  # code
    deputy: str  # code
    state: str


def _nothing(user: Any) -> list[HeldSeat]:
    return []


def _nobody(user: Any, until: date | None) -> None:
    raise Forbidden("只有代表可以请假代管。")


seats_of: Callable[[Any], list[HeldSeat]] = _nothing
take_leave: Callable[[Any, date | None], None] = _nobody


def bind(*, seats: Callable[[Any], list[HeldSeat]], leave: Callable[[Any, date | None], None]) -> None:
    """Called once by the room of deputies: which seats there are, and what a leave does (Forbidden for others)."""
    global seats_of, take_leave
    seats_of, take_leave = seats, leave
