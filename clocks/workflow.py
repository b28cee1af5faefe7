"""Starting, stopping and moving deadlines: called by verbs inside their move, under the matter's lock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Max, Min

from clocks import calendar, rules
from clocks.models import Deadline, DueChange
from clocks.plan import next_wake
from ground import clock, workdays
from ground.compiled import insert, new_row
from ground.refs import kind_of
from ground.workdays import Span

if TYPE_CHECKING:
    from accounts.models import Organ, User

INSTANT = timedelta(microseconds=1)  # what begins at the very start (a warning of a short clock) is yet to come


def start(
    obj: models.Model,
    kind: str,
    *,
    organ: "Organ | None" = None,
    user: "User | None" = None,
    at: datetime | None = None,
    span: str | None = None,
    until: date | None = None,
    rules_of: "Organ | None" = None,
) -> Deadline:
    """Starts a new run of the clock `kind` ("claim") of `obj`; a run still open is dropped first.

    `organ` or `user` owes it. It runs from `at` (default now) for `span` ("5wd", default the rule's), or to the end of
    the day `until` that somebody named. `rules_of` is the organ whose rules hold (default `organ`).
    """
    drop(obj, kind)
    runs = Deadline.objects.of(obj).filter(kind=kind).aggregate(last=Max("run"))["last"] or 0
    deadline = plan(obj, kind, organ=organ, user=user, at=at, span=span, until=until, rules_of=rules_of)
    deadline.run = runs + 1
    begin(deadline, obj)
    _refresh(_root(obj))
    return deadline


def plan(
    obj: models.Model,
    kind: str,
    *,
    organ: "Organ | None" = None,
    user: "User | None" = None,
    at: datetime | None = None,
    span: str | None = None,
    until: date | None = None,
    rules_of: "Organ | None" = None,
) -> Deadline:
    """The first run of a clock as `start` would make it, unsaved: `obj` may be unsaved too. A new matter so knows its
    nearest date when it is written, and `begin` adds the row."""
    object_kind = kind_of(obj)
    rules_of = rules_of or organ
    rule_clock, rule = rules.clock_of(f"{object_kind}.{kind}", rules_of)
    started_at = at or clock.now()
    deadline = new_row(
        Deadline,
        object_kind=object_kind,
        kind=kind,
        run=1,
        organ=organ,
        user=user,
        started_at=started_at,
        rule=rule,
        rules_of=rules_of,
        owed=rule_clock.owed,
    )
    if until is not None:
        _name_date(deadline, workdays.end_of_day(until), f"约定日期为 {until.year} 年 {until.month} 月 {until.day} 日")
    else:
        _count(deadline, Span.parse(span or rule_clock.span))
    deadline.wake_at = next_wake(deadline, started_at - INSTANT)
    return deadline


def begin(deadline: Deadline, obj: models.Model) -> None:
    """Writes a planned deadline of `obj`, which is saved by now."""
    matter = _root(obj)
    deadline.object_id, deadline.matter_kind, deadline.matter_id = obj.pk, kind_of(matter), matter.pk
    insert(deadline)


def stop(obj: models.Model, *kinds: str) -> None:
    """What was owed is done: the open runs of `kinds` are met."""
    _close(obj, kinds, "met_at")


def drop(obj: models.Model, *kinds: str) -> None:
    """Nobody owes it any longer: the open runs of `kinds`, of all kinds if none is named, are dropped."""
    _close(obj, kinds, "dropped_at")


def resume(obj: models.Model, runs: Iterable[int]) -> None:
    """Takes back a drop: these runs (by id) are owed again, each with its date, unless a newer one is open."""
    rows = Deadline.objects.of(obj)
    rows.filter(pk__in=list(runs), met_at=None).exclude(kind__in=rows.open().values("kind")).update(dropped_at=None)
    _refresh(_root(obj))


def postpone(obj: models.Model, kind: str, due_at: datetime, *, why: str, by: "User | None") -> Deadline:
    """Moves the open run of `kind` to a date somebody decided; the old one stays on record."""
    deadline = Deadline.objects.open().of(obj).get(kind=kind)
    old = deadline.due_at
    _name_date(deadline, due_at, *deadline.reasons, f"{why}，改为 {due_at:%Y 年 %-m 月 %-d 日}")
    return _moved(obj, deadline, old, why, by)


def extend(obj: models.Model, kind: str, span: str, *, why: str, by: "User | None") -> Deadline:
    """Gives the open run of `kind` a longer span, counted from where it started (six months instead of three)."""
    deadline = Deadline.objects.open().of(obj).get(kind=kind)
    old = deadline.due_at
    _count(deadline, Span.parse(span))
    deadline.reasons = [*deadline.reasons, why]
    return _moved(obj, deadline, old, why, by)


def hand_to(obj: models.Model, kind: str, *, organ: "Organ | None" = None, user: "User | None" = None) -> None:
    """Somebody else owes the open run of `kind` now; the date stays."""
    Deadline.objects.open().of(obj).filter(kind=kind).update(organ=organ, user=user)


def open_of(obj: models.Model) -> list[Deadline]:
    """The open deadlines of one object, the nearest first."""
    return list(Deadline.objects.open().of(obj).order_by("due_at", "pk"))


def due_view(deadline: Deadline) -> dict[str, Any]:
    """A deadline as pages and API show it: kind, at, level ("" | yellow | orange | red), words, reasons. No query."""
    now = clock.now()
    level = deadline.level_at(now)
    return {
        "kind": deadline.kind,
        "at": deadline.due_at,
        "level": level,
        "words": workdays.remaining_words(now, deadline.due_at, level, Span.parse(deadline.span)),
        "reasons": list(deadline.reasons),
    }


# -- the arithmetic on a row -------------------------------------------------------------------------------------------


def _count(deadline: Deadline, span: Span) -> None:
    """Sets the due date by counting a span from the start, with its reasons."""
    due = workdays.due(deadline.started_at, span, calendar.current())
    deadline.span, deadline.due_at, deadline.fixed = span.short, due.at, False
    deadline.reasons, deadline.provisional = list(due.reasons), due.provisional
    _warn_from(deadline)


def _name_date(deadline: Deadline, due_at: datetime, *reasons: str) -> None:
    """Sets a due date somebody named; its length in days serves the warnings alone."""
    days = (due_at.astimezone(clock.SHANGHAI).date() - deadline.started_at.astimezone(clock.SHANGHAI).date()).days
    by_hour = due_at - deadline.started_at < timedelta(days=1)
    minutes = max(int((due_at - deadline.started_at).total_seconds()) // 60, 1)
    deadline.span = f"{minutes}min" if by_hour else f"{max(days, 1)}d"
    deadline.due_at, deadline.fixed, deadline.reasons, deadline.provisional = due_at, True, list(reasons), False
    _warn_from(deadline)


def _warn_from(deadline: Deadline) -> None:
    deadline.yellow_at, deadline.orange_at = workdays.warning_at(
        deadline.started_at,
        deadline.due_at,
        Span.parse(deadline.span),
        calendar.current(),
        rules.fractions(deadline.rules_of),
    )


def _moved(obj: models.Model, deadline: Deadline, old: datetime, why: str, by: "User | None") -> Deadline:
    """A moved date begins its warnings and rungs anew."""
    now = clock.now()
    deadline.rung, deadline.level = 0, ""
    deadline.wake_at = next_wake(deadline, now)
    deadline.save()
    DueChange.objects.create(deadline=deadline, old=old, new=deadline.due_at, why=why[:200], by=by, at=now)
    _refresh(_root(obj))
    return deadline


def _close(obj: models.Model, kinds: Iterable[str], column: str) -> None:
    rows = Deadline.objects.open().of(obj)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if rows.update(**{column: clock.now()}):
        _refresh(_root(obj))


def _root(obj: models.Model) -> models.Model:
    """The root matter a part hangs on, the object itself where it is one. Who was merged with another keeps their own
    dates: only the lock goes by the head."""
    name = getattr(obj, "matter_field", "")
    root = getattr(obj, name) if name and getattr(obj, f"{name}_id") is not None else obj
    return obj if isinstance(root, type(obj)) else root


def _refresh(matter: models.Model) -> None:
    """Keeps `next_due_at` of the root matter: lists sort on it. In memory too, for the gate writes what it holds."""
    if not hasattr(matter, "next_due_at"):
        return
    matter.next_due_at = next_due(matter)
    type(matter)._base_manager.filter(pk=matter.pk).update(next_due_at=matter.next_due_at)


def next_due(matter: models.Model) -> datetime | None:
    """The nearest date owed on a matter or any of its parts."""
    return Deadline.objects.open().owed().under(matter).aggregate(at=Min("due_at"))["at"]
