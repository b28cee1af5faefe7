"""When a deadline has to be looked at: rungs, warnings, weeks. Reads the row and the calendar, writes nothing."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from clocks import calendar
from clocks.defaults import SPANS, Clock
from clocks.models import Deadline
from clocks.rules import overridden
from ground import workdays
from ground.clock import SHANGHAI
from ground.workdays import Calendar, Span

PASSED = timedelta(seconds=1)  # a date is kept until its last second: what follows from it begins one second later
MORNING = time(9)  # when whoever is late hears of it again
NEVER = datetime(9999, 1, 1, tzinfo=SHANGHAI)


def clock_of(deadline: Deadline) -> Clock:
    """The clock as the rule stood when the deadline was started."""
    default = SPANS[deadline.code]
    return overridden(default, deadline.rule) if deadline.rule else default


def moment(due_at: datetime, offset: str, cal: Calendar) -> datetime:
    """When a rung's offset from the due date is reached: "0", "24h+2wd", "-5wd" (from the beginning of that day)."""
    if offset.startswith("-"):
        before, last = Span.parse(offset[1:]), due_at.astimezone(SHANGHAI).date()
        if before.is_clock:
            return due_at - before.length
        day = workdays.add_workdays(last, -before.n, cal) if before.unit == "wd" else last - timedelta(days=before.n)
        return workdays.start_of_day(day)
    at = due_at
    for part in offset.split("+"):
        if part != "0":
            at = workdays.due(at, Span.parse(part), cal).at
    return at + PASSED


def rung_at(deadline: Deadline, rung: int, rule: Clock, cal: Calendar) -> datetime:
    """When rung `rung` is reached; NEVER beyond the last one unless it repeats."""
    if rung < len(rule.rungs):
        return moment(deadline.due_at, rule.rungs[rung], cal)
    if not (rule.rungs and rule.repeat):
        return NEVER
    last, again = moment(deadline.due_at, rule.rungs[-1], cal) - PASSED, Span.parse(rule.repeat)
    return moment(last, f"{again.n * (rung - len(rule.rungs) + 1)}{again.unit}", cal)


def newest_rung(deadline: Deadline, now: datetime, rule: Clock, cal: Calendar) -> int | None:
    """The rung that has to fire at `now`: the next, of repeats missed meanwhile the newest; None if none has to."""
    rung = deadline.rung
    if rung_at(deadline, rung, rule, cal) > now:
        return None
    while rung >= len(rule.rungs) and rung_at(deadline, rung + 1, rule, cal) <= now:
        rung += 1
    return rung


def weeks(deadline: Deadline, now: datetime) -> int:
    """How many weeks the deadline has been red at `now`."""
    return max((now - _after(deadline, 0)) // timedelta(weeks=1), 0)


def _after(deadline: Deadline, n: int) -> datetime:
    """The morning n weeks after the day on which the deadline became red."""
    return datetime.combine(_red_from(deadline).date() + timedelta(weeks=n), MORNING, SHANGHAI)


def next_wake(deadline: Deadline, now: datetime) -> datetime:
    """When the deadline has to be looked at next; not after `now` while a rung that was reached has not fired; NEVER if
    nothing more will happen."""
    rule, cal = clock_of(deadline), calendar.current()
    ahead = min((at for at in _warnings(deadline, now) if at > now), default=NEVER)
    end = deadline.due_at + PASSED if rule.window else NEVER
    return min(rung_at(deadline, deadline.rung, rule, cal), end, ahead)


def _warnings(deadline: Deadline, now: datetime) -> Iterator[datetime]:
    """The moments at which a warning is given."""
    if not deadline.owed:
        return
    if deadline.yellow_at:
        yield deadline.yellow_at
    if deadline.orange_at:
        yield deadline.orange_at
    yield _red_from(deadline)
    yield _after(deadline, weeks(deadline, now) + 1)


def _red_from(deadline: Deadline) -> datetime:
    return (deadline.due_at + PASSED).astimezone(SHANGHAI)


def check_spans() -> None:
    """Every span, rung and repeat of the table can be read; asked by a test."""
    for code, rule in SPANS.items():
        for text in (rule.span, rule.repeat or "1d", *(part for r in rule.rungs for part in r.lstrip("-").split("+"))):
            if text != "0" and not re.fullmatch(r"\d+(wd|d|m|h|min)", text):
                raise ValueError(f"{code}: {text!r}")
