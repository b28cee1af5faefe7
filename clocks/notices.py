"""Reminders: the room that owns the object says who hears of its deadline, in which words."""

from collections.abc import Iterable

from clocks import timers
from clocks.models import Reminder
from ground.outbox import Telling, teller


@teller(Reminder)
def remind(reminder: Reminder) -> Iterable[Telling]:
    """Nobody is warned of what was done meanwhile; what a rung did is told all the same."""
    deadline = reminder.deadline
    obj = deadline.object
    moved = deadline.due_at != reminder.due_at
    if obj is None or (not reminder.level.startswith("rung-") and (moved or not deadline.is_open)):
        return ()
    return timers.reminding_of(deadline.object_kind)(deadline, obj, reminder.level)
