"""The calendar of working days as its rows say, kept in the process until a row changes."""

from collections.abc import Iterable

from chinese_calendar.constants import Holiday as Festival, holidays, workdays

from clocks import in_force
from clocks.models import Holiday
from ground import clock
from ground.workdays import Calendar

# Short names, as reasons say them
NAMES = {Festival.national_day.value: "国庆", Festival.anti_fascist_70th_day.value: "抗战胜利纪念日"}

_kept: tuple[in_force.Stamp, Calendar] | None = None


def current() -> Calendar:
    """The calendar now. A stamp tells whether a row was changed since it was read."""
    global _kept
    stamp = in_force.calendar_stamp()
    if _kept is None or _kept[0] != stamp:
        _kept = stamp, of(Holiday.objects.all())
    return _kept[1]


def forget() -> None:
    """Reads the rows again at the next question."""
    global _kept
    _kept = None


def of(rows: Iterable[Holiday]) -> Calendar:
    """A year is known when its notice is in, that is when its National Day (October) is: the new year's first days may
    stand in the notice of the year before."""
    rows = list(rows)
    return Calendar(
        off=frozenset(row.date for row in rows if row.kind == Holiday.Kind.OFF),
        on=frozenset(row.date for row in rows if row.kind == Holiday.Kind.ON),
        known_years=frozenset(
            row.date.year
            for row in rows
            if row.kind == Holiday.Kind.OFF and row.date.month == 10 and not row.provisional
        ),
        names={row.date: row.name for row in rows},
    )


def load() -> int:
    """Adds the days of every year whose notice the package knows; days that have a row already are left as they are.

    Returns how many were added. A year the package does not know yet stays provisional: nothing fails in January.
    """
    known = set(Holiday.objects.values_list("date", flat=True))
    now = clock.now()
    days = [(day, Holiday.Kind.OFF, name) for day, name in holidays.items()]
    days += [(day, Holiday.Kind.ON, name) for day, name in workdays.items()]
    rows = [
        Holiday(date=day, kind=kind, name=NAMES.get(name) or Festival(name).chinese, changed_at=now)
        for day, kind, name in days
        if day not in known
    ]
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
