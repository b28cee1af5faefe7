"""A changed calendar: which open dates would move, and the one logged act that moves them.

Nothing moves by itself when a holiday row changes; a date is recomputed only here, where whoever decides sees it first.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction

from clocks import calendar, rules
from clocks.models import Deadline, DueChange, Holiday
from clocks.plan import next_wake
from clocks.workflow import next_due
from ground import audit, clock, workdays
from ground.refs import model_of
from ground.workdays import Calendar, Due, Span

if TYPE_CHECKING:
    from accounts.models import User

WHY = "节假日安排变化，由 {old:%Y 年 %-m 月 %-d 日}改为 {new:%Y 年 %-m 月 %-d 日}"


@dataclass(frozen=True)
class DayChange:
    """A day that is to be off or worked (with its festival), or, with kind "", an ordinary day again."""

    date: date
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Shift:
    """One open deadline that would move."""

    deadline: Deadline
    old: datetime
    due: Due

    @property
    def new(self) -> datetime:
        return self.due.at


def preview(changes: Iterable[DayChange] = ()) -> list[Shift]:
    """The open deadlines whose date differs from what the calendar with `changes` gives, the nearest new date first.

    Writes nothing. Without changes it finds what earlier edits of the calendar left as it was.
    """
    return sorted(_shifts(calendar_with(changes), _counted()), key=lambda shift: (shift.new, shift.deadline.pk))


@transaction.atomic
def apply_change(changes: Iterable[DayChange], by: "User") -> list[Shift]:
    """Writes the holidays and moves what `preview` listed, in one act: a DueChange for each date, one audit line."""
    changes = list(changes)
    now = clock.now()
    _take_matters(preview(changes))
    for change in changes:
        if change.kind:
            columns = {"kind": change.kind, "name": change.name, "provisional": False, "changed_at": now}
            Holiday.objects.update_or_create(date=change.date, defaults=columns)
        else:
            Holiday.objects.filter(date=change.date).delete()
    calendar.forget()
    shifts = sorted(
        _shifts(calendar.current(), _counted().select_for_update(of=("self",)).order_by("pk")),
        key=lambda shift: (shift.new, shift.deadline.pk),
    )
    for shift in shifts:
        _move(shift, by, now)
    for kind, pk in sorted({(s.deadline.matter_kind, s.deadline.matter_id) for s in shifts}):
        _refresh_matter(kind, pk)
    audit.write(by, "clocks.change_calendar", columns=f"{len(changes)} days, {len(shifts)} deadlines")
    return shifts


def calendar_with(changes: Iterable[DayChange]) -> Calendar:
    """The calendar as it would be."""
    rows = {row.date: row for row in Holiday.objects.all()}
    for change in changes:
        if change.kind:
            rows[change.date] = Holiday(date=change.date, kind=change.kind, name=change.name)
        else:
            rows.pop(change.date, None)
    return calendar.of(rows.values())


def stamp(shifts: Iterable[Shift]) -> str:
    """What was shown, in one word: the confirmation is refused where something else would move by now."""
    lines = (f"{shift.deadline.pk} {shift.old.timestamp()} {shift.new.timestamp()}" for shift in shifts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _counted() -> models.QuerySet[Deadline]:
    """Open deadlines that were counted in days: neither by the hour nor named by somebody."""
    return Deadline.objects.open().filter(fixed=False).exclude(span__endswith="h").exclude(span__endswith="min")


def _shifts(cal: Calendar, deadlines: models.QuerySet[Deadline]) -> Iterator[Shift]:
    counted: dict[tuple[date, str], workdays.Due] = {}  # many run from one day over one span
    for deadline in deadlines.iterator(chunk_size=2000):
        run = deadline.started_at.astimezone(clock.SHANGHAI).date(), deadline.span
        due = counted.get(run) or counted.setdefault(
            run, workdays.due(deadline.started_at, Span.parse(deadline.span), cal)
        )
        if due.at != deadline.due_at or due.provisional != deadline.provisional:
            yield Shift(deadline, deadline.due_at, due)


def _take_matters(shifts: list[Shift]) -> None:
    """Locks the root matters first, in one order, as every verb does before it touches a deadline."""
    for kind in sorted({shift.deadline.matter_kind for shift in shifts}):
        ids = {shift.deadline.matter_id for shift in shifts if shift.deadline.matter_kind == kind}
        list(
            model_of(kind)
            ._base_manager.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk")
        )


def _move(shift: Shift, by: "User", now: datetime) -> None:
    """A date that moved begins its warnings and rungs anew; one that only became certain keeps them."""
    deadline, due = shift.deadline, shift.due
    if due.at != shift.old:
        why = WHY.format(old=shift.old.astimezone(clock.SHANGHAI), new=due.at)
        DueChange.objects.create(deadline=deadline, old=shift.old, new=due.at, why=why, by=by, at=now)
        deadline.rung, deadline.level = 0, ""
    deadline.due_at, deadline.provisional = due.at, due.provisional
    deadline.reasons = [*due.reasons, *deadline.changes.values_list("why", flat=True)]
    deadline.yellow_at, deadline.orange_at = workdays.warning_at(
        deadline.started_at, due.at, Span.parse(deadline.span), calendar.current(), rules.fractions(deadline.rules_of)
    )
    deadline.wake_at = next_wake(deadline, now)
    deadline.save()


def _refresh_matter(kind: str, pk: int) -> None:
    model = model_of(kind)
    if not hasattr(model, "next_due_at"):
        return
    matter = model._base_manager.get(pk=pk)
    model._base_manager.filter(pk=pk).update(next_due_at=next_due(matter))
