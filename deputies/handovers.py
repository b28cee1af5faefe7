"""Handovers in two steps: what would move is planned, stored and shown; then applied; and can be undone.

Rooms that hold open matters register a carrier each (their `handover.py`). A plan is data: {carrier: [row]}.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from django.db import models, transaction

from accounts.models import Organ
from deputies.models import Handover, Seat
from ground import clock, refs
from ground.errors import GuardFailed, WrongState

TITLES = {
    "seat_ended": "任职终止交接",
    "seat_suspended": "暂停职务交接",
    "venue_merged": "站点合并交接",
    "venue_closed": "站点关闭交接",
    "organ_merged": "单位合并交接",
    "term_ended": "换届交接",
}

AT_ONCE = 100  # rows a request moves at most: larger plans are a job
SHOWN = 200  # rows a page lists at once
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Change:
    """What is about to happen. `kind` is one of TITLES; `subjects` are seats, or one venue or organ; `successors` maps
    a subject's id to the object of the same kind that follows it, where there is one."""

    kind: str
    subjects: tuple[Any, ...]
    successors: dict[int, Any] = field(default_factory=dict)

    def successor_of(self, subject: Any) -> Any | None:
        return self.successors.get(subject.pk)


@dataclass(frozen=True)
class Row:
    """One thing that moves: `kind` and `id` name it as in ground.refs, `label` and `words` tell whoever reviews the
    plan what it is and what becomes of it. `verb`, `origin` and `target` are the carrier's own (numbers, texts)."""

    kind: str
    id: int
    label: str
    words: str
    verb: str = ""
    origin: Any = None
    target: Any = None


class Carrier(Protocol):
    """A room's part in handovers; `undo` gets the same rows in reverse order.

    `plan` reads open matters and the change alone, never the state of the subjects: the verb that ends a seat or
    closes a venue has run when the plan is compared and applied.
    """

    def plan(self, change: Change) -> Iterable[Row]: ...

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None: ...

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None: ...


class PlanChanged(GuardFailed):
    def __init__(self) -> None:
        super().__init__("plan_changed", "要交接的事项有了变化，请重新核对后再确认。")


_carriers: dict[str, Carrier] = {}


def carry(name: str, carrier: Carrier) -> None:
    """Registers the carrier of a room under its name; called once from the room's `apps.ready`."""
    _carriers[name] = carrier


def change(kind: str, subjects: Iterable[models.Model], successors: dict[int, models.Model] | None = None) -> Change:
    """The change that is about to happen; a seat without an entry in `successors` is followed by `seat.successor`."""
    subjects, followed = tuple(subjects), dict(successors or {})
    for seat in subjects:
        if isinstance(seat, Seat) and seat.successor_id and seat.pk not in followed:
            followed[seat.pk] = seat.successor
    return Change(kind, subjects, followed)


def preview(coming: Change) -> tuple[list[Row], str]:
    """What would move now, and a digest of it: a form carries it back so that what is done is what was shown."""
    rows = _collect(coming)
    return _flat(rows), _digest(rows)


def plan(
    kind: str,
    subjects: Iterable[models.Model],
    *,
    by: Any,
    organ: Organ | None = None,
    successors: dict[int, models.Model] | None = None,
    seen: str = "",
) -> Handover:
    """Collects from every carrier what `kind` would move and stores it, to be shown; moves nothing.

    Raises PlanChanged if `seen`, the digest of what was shown before, is given and differs.
    """
    coming = change(kind, subjects, successors)
    rows = _collect(coming)
    if seen and seen != _digest(rows):
        raise PlanChanged
    first = coming.subjects[0]
    names = "、".join(str(subject) for subject in coming.subjects[:3])
    more = f"等 {len(coming.subjects)} 个" if len(coming.subjects) > 3 else ""
    if kind == "term_ended":
        names, more = str(organ or first.organ), f"，{len(coming.subjects)} 名代表"
    return Handover.objects.create(
        kind=kind,
        title=f"{TITLES[kind]}：{names}{more}"[:120],
        organ=organ or (first if isinstance(first, Organ) else first.organ),
        plan={
            "kind_of": refs.kind_of(first),
            "subjects": [subject.pk for subject in coming.subjects],
            "successors": {str(pk): successor.pk for pk, successor in coming.successors.items()},
            "rows": rows,
        },
        made_by_id=by.pk,
        made_at=clock.now(),
    )


@transaction.atomic
def apply(handover: Handover, *, by: Any) -> Handover:
    """Moves exactly what the stored plan lists.

    Raises WrongState if that was done before, PlanChanged if something came or went since the plan was made.
    """
    handover.refresh_from_db(from_queryset=Handover.objects.select_for_update())
    if handover.applied_at:
        raise WrongState
    coming = change_of(handover)
    if _collect(coming) != handover.plan["rows"]:
        raise PlanChanged
    for name, rows in handover.plan["rows"].items():
        _carriers[name].apply([Row(**row) for row in rows], coming, by=by)
    handover.applied_at = clock.now()
    handover.save(update_fields=["applied_at"])
    return handover


@transaction.atomic
def undo(handover: Handover, *, by: Any) -> Handover:
    """Brings back what the plan moved, as far as nobody has gone on with it; each carrier says how."""
    handover.refresh_from_db(from_queryset=Handover.objects.select_for_update())
    if handover.applied_at is None or handover.undone_at:
        raise WrongState
    past = change_of(handover)
    for name, rows in reversed(handover.plan["rows"].items()):
        _carriers[name].undo([Row(**row) for row in reversed(rows)], past, by=by)
    handover.undone_at = clock.now()
    handover.save(update_fields=["undone_at"])
    return handover


def change_of(handover: Handover) -> Change:
    """The change a stored plan is about, its subjects read afresh."""
    model = refs.model_of(handover.plan["kind_of"])
    wanted = handover.plan["subjects"]
    rows = model._base_manager.all()
    if model is Seat:
        rows = rows.select_related("deputy__user", "organ", "term")
    found = rows.in_bulk([*wanted, *handover.plan["successors"].values()])
    followed = {int(pk): found[successor] for pk, successor in handover.plan["successors"].items()}
    return Change(handover.kind, tuple(found[pk] for pk in wanted), followed)


def rows_of(handover: Handover) -> list[Row]:
    """Everything the plan moves, for the page that shows it."""
    return _flat(handover.plan["rows"])


def first_of(rows: list[Row], asked: Mapping[str, str]) -> list[Row]:
    """What a page lists of a plan: its beginning, everything where `all` is asked for."""
    return rows if "all" in asked else rows[:SHOWN]


def last_of(subject: models.Model, *kinds: str) -> Handover | None:
    """The newest applied and not undone handover of these kinds about `subject`."""
    applied = Handover.objects.filter(kind__in=kinds, undone_at=None).exclude(applied_at=None)
    about = applied.filter(plan__kind_of=refs.kind_of(subject), plan__subjects__contains=[subject.pk])
    return about.order_by("-pk").first()


def _collect(coming: Change) -> Rows:
    found = {name: [asdict(row) for row in carrier.plan(coming)] for name, carrier in sorted(_carriers.items())}
    return {name: rows for name, rows in found.items() if rows}


def _flat(rows: Rows) -> list[Row]:
    return [Row(**row) for part in rows.values() for row in part]


def _digest(rows: Rows) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
