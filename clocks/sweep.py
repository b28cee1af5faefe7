"""The sweep: looks at every deadline whose moment has come, one transaction each, and heals whatever was missed.

Lock order: due ids are read without a lock; then the root matter is taken, skipped where somebody works on it; then the
deadline is read again under that lock; only then a timer's verb runs.
"""

import logging
from datetime import datetime, timedelta

from django.db import models, transaction

from clocks import calendar, timers
from clocks.models import Deadline, Reminder
from clocks.plan import clock_of, newest_rung, next_wake, weeks
from ground import clock
from ground.refs import model_of, resolve

log = logging.getLogger(__name__)

BATCH = 500
RUNGS_AT_ONCE = 50  # how many missed rungs of one deadline are caught up in one sweep
PUSHED_BACK = timedelta(minutes=5)  # a deadline whose timer failed is tried again after this


def sweep(now: datetime | None = None) -> int:
    """Fires what is due at `now` (default: the clock's); returns how many deadlines were moved on.

    Running it twice, or twice at once, changes nothing more. One that fails is logged, pushed back and stops no other.
    """
    now = now or clock.now()
    done, last = 0, 0
    due = Deadline.objects.open().filter(wake_at__lte=now).order_by("pk").values_list("pk", flat=True)
    while ids := list(due.filter(pk__gt=last)[:BATCH]):
        for pk in ids:
            done += _look_at(pk, now)
        last = ids[-1]
    return done


def _look_at(pk: int, now: datetime) -> bool:
    """Moves one deadline on until nothing more of it is due, one transaction for each rung."""
    moved = False
    try:
        for _ in range(RUNGS_AT_ONCE):
            if not _move_on(pk, now):
                break
            moved = True
    except Exception:
        log.exception("the deadline %s could not be moved on", pk)
        Deadline.objects.open().filter(pk=pk).update(wake_at=now + PUSHED_BACK)
    return moved


@transaction.atomic
def _move_on(pk: int, now: datetime) -> bool:
    """Fires the next rung that is due, or gives the warning that is due; False if somebody else did or works on it."""
    seen = Deadline.objects.open().filter(pk=pk, wake_at__lte=now).first()
    if seen is None:
        return False
    matter = _take(seen.matter_kind, seen.matter_id)
    if matter is None:
        return False
    deadline = Deadline.objects.open().select_related("rule").filter(pk=pk, wake_at__lte=now).first()
    if deadline is None:
        return False
    _fire(deadline, _object(deadline, matter), now)
    deadline.refresh_from_db()
    if deadline.is_open:
        _warn(deadline, now)
        deadline.set_columns(wake_at=next_wake(deadline, now))
    return True


def _take(kind: str, pk: int) -> models.Model | None:
    """The root matter with its lock, or None where a verb holds it now; of a merged one the head is taken first, as the
    gate does."""
    model = model_of(kind)
    rows = model._base_manager.select_for_update(skip_locked=True, of=("self",))
    name = getattr(model, "matter_field", "")
    if not name or model._meta.get_field(name).related_model is not model:
        return rows.filter(pk=pk).first()
    head = model._base_manager.filter(pk=pk).values_list(name, flat=True).first()
    if head is not None and rows.filter(pk=head).first() is None:
        return None
    matter = rows.filter(pk=pk).first()
    return matter if matter is not None and getattr(matter, f"{name}_id") == head else None


def _object(deadline: Deadline, matter: models.Model) -> models.Model:
    if (deadline.object_kind, deadline.object_id) == (deadline.matter_kind, deadline.matter_id):
        return matter
    part = resolve(deadline.object_kind, deadline.object_id)
    if part is None:
        raise LookupError(f"{deadline} belongs to nothing")
    setattr(part, part.matter_field, matter)
    return part


def _fire(deadline: Deadline, obj: models.Model, now: datetime) -> None:
    """Runs the timer of the rung that is due, if one is. The row says so before, for the timer may start a new run."""
    rule = clock_of(deadline)
    rung = newest_rung(deadline, now, rule, calendar.current())
    if rung is not None:
        deadline.set_columns(rung=rung + 1)
        _remind(deadline, f"rung-{rung}", now)
        timers.timer_of(deadline.code, rung)(obj, deadline)
    if rule.window and now > deadline.due_at:
        Deadline.objects.open().filter(pk=deadline.pk).update(dropped_at=now)


def _warn(deadline: Deadline, now: datetime) -> None:
    """Gives the warning of the level that holds now; levels and weeks that were missed are not told late."""
    level = deadline.level_at(now)
    if level and level != deadline.level:
        deadline.set_columns(level=level)
        _remind(deadline, level, now)
    if level == "red" and (n := weeks(deadline, now)):
        _remind(deadline, f"above-{n}", now)


def _remind(deadline: Deadline, level: str, now: datetime) -> None:
    Reminder.objects.get_or_create(deadline=deadline, level=level, due_at=deadline.due_at, defaults={"at": now})
