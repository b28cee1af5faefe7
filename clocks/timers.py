"""The one place a timer meets a verb: rooms above bind what happens when a clock's rung fires, and who hears of it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from clocks.defaults import SPANS

if TYPE_CHECKING:
    from clocks.models import Deadline
    from ground.outbox import Telling

Timer = Callable[[Any, "Deadline"], object]
Reminding = Callable[["Deadline", Any, str], "Iterable[Telling]"]

_timers: dict[tuple[str, int], Timer] = {}
_reminders: dict[str, Reminding] = {}


def only_told(obj: Any, deadline: "Deadline") -> None:
    """For a rung at which nothing happens but that people are told, through `remind_with` at the level "rung-<n>"."""


def on_due(code: str, rung: int, function: Timer = only_told) -> None:
    """Binds `function(obj, deadline)` to rung `rung` (from 0, see clocks/defaults.py) of the clock `code`.

    It is called in a transaction that holds the root matter's lock; a rung that repeats calls it each time.
    """
    if code not in SPANS or rung >= len(SPANS[code].rungs):
        raise ValueError(f"clocks/defaults.py knows no rung {rung} of {code}")
    _timers[code, rung] = function


def remind_with(object_kind: str, function: Reminding) -> None:
    """Binds `function(deadline, obj, level)`, which answers whom to tell of a deadline on an object of this kind.

    Levels: "yellow", "orange", "red", "above-<n>" each week after (one level up), "rung-<n>".
    """
    _reminders[object_kind] = function


def timer_of(code: str, rung: int) -> Timer:
    """What is bound to a rung; a rung beyond the last one is the last one again."""
    return _timers[code, min(rung, len(SPANS[code].rungs) - 1)]


def reminding_of(object_kind: str) -> Reminding:
    return _reminders[object_kind]


def check_registered() -> None:
    """Every rung of every clock is bound and every kind of object has its words: asked once when the process starts."""
    missing = [
        f"{code} rung {rung}"
        for code, clock in SPANS.items()
        for rung in range(len(clock.rungs))
        if (code, rung) not in _timers
    ]
    missing += [f"words of {kind}" for kind in sorted({code.partition(".")[0] for code in SPANS} - set(_reminders))]
    if missing:
        raise ValueError(f"nothing bound for {', '.join(missing)}")
