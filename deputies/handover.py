"""Handovers in two steps: what would move is planned, stored and shown; then applied; and can be undone.

Rooms that hold open matters register a carrier each. A plan is data: {carrier: [row]}, a row being
{"kind", "id", "label", "verb", "from", "to", "words"}: the object, what is done to it, ids of the two holders as the
carrier needs them, and a sentence for whoever reviews it.
"""

from collections.abc import Iterable
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
    "seat_restored": "恢复职务交接",
    "venue_merged": "站点合并交接",
    "venue_closed": "站点关闭交接",
    "organ_merged": "单位合并交接",
    "term_ended": "换届交接",
}


@dataclass(frozen=True)
class Change:
    """What is about to happen. `subjects` are seats, or one venue or organ; `successors` maps a subject's id to the
    object (of the same kind) that follows it, where there is one."""

    kind: str
    subjects: tuple[Any, ...]
    successors: dict[int, Any] = field(default_factory=dict)

    def successor_of(self, subject: Any) -> Any | None:
        return self.successors.get(subject.pk)


@dataclass(frozen=True)
class Row:
    """One thing that moves: `kind` and `id` name it as in ground.refs; `origin` and `target` are the carrier's own."""

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


_carriers: dict[str, Carrier] = {}


def carry(name: str, carrier: Carrier) -> None:
    """Registers the carrier of a room under its name; called once from the room's `apps.ready`."""
    _carriers[name] = carrier


def plan(kind: str, subjects: Iterable[models.Model], *, by: Any, organ: Organ | None = None,
         successors: dict[int, models.Model] | None = None) -> Handover:  # fmt: skip
    """Collects from every carrier what `kind` would move and stores it, to be shown; moves nothing.

    `subjects` are seats, or one venue or organ. `successors` maps subject ids to what follows them; a seat without
    an entry is followed by `seat.successor`.
    """
    subjects = tuple(subjects)
    followed = dict(successors or {})
    for seat in subjects:
        if isinstance(seat, Seat) and seat.successor_id and seat.pk not in followed:
            followed[seat.pk] = seat.successor
    change = Change(kind, subjects, followed)
    first = subjects[0]
    names = "、".join(str(subject) for subject in subjects[:3]) + (f"等 {len(subjects)} 个" if len(subjects) > 3 else "")
    return Handover.objects.create(
        kind=kind,
        title=f"{TITLES[kind]}：{names}"[:120],
        organ=organ or (first if isinstance(first, Organ) else first.organ),
        plan={
            "kind_of": refs.kind_of(first),
            "subjects": [subject.pk for subject in subjects],
            "successors": {str(pk): successor.pk for pk, successor in followed.items()},
            "rows": _collect(change),
        },
        made_by_id=by.pk,
        made_at=clock.now(),
    )


@transaction.atomic
def apply(handover: Handover, *, by: Any) -> Handover:
    """Moves exactly what the stored plan lists. Raises WrongState if that was done before, and GuardFailed
    `plan_changed` if something came or went since the plan was shown: it must be looked at again."""
    handover.refresh_from_db(from_queryset=Handover.objects.select_for_update())
    if handover.applied_at:
        raise WrongState
    change = change_of(handover)
    if _collect(change) != handover.plan["rows"]:
        raise GuardFailed("plan_changed", "要交接的事项有了变化，请重新核对后再确认。")
    for name, rows in handover.plan["rows"].items():
        _carriers[name].apply([Row(**row) for row in rows], change, by=by)
    handover.applied_at = clock.now()
    handover.save(update_fields=["applied_at"])
    return handover


@transaction.atomic
def undo(handover: Handover, *, by: Any) -> Handover:
    """Brings back what the plan moved, as far as nobody has gone on with it; each carrier says how."""
    handover.refresh_from_db(from_queryset=Handover.objects.select_for_update())
    if handover.applied_at is None or handover.undone_at:
        raise WrongState
    change = change_of(handover)
    for name, rows in reversed(handover.plan["rows"].items()):
        _carriers[name].undo([Row(**row) for row in reversed(rows)], change, by=by)
    handover.undone_at = clock.now()
    handover.save(update_fields=["undone_at"])
    return handover


def change_of(handover: Handover) -> Change:
    """The change a stored plan is about, its subjects read afresh."""
    model = refs.model_of(handover.plan["kind_of"])
    wanted = handover.plan["subjects"]
    found = model._base_manager.in_bulk([*wanted, *handover.plan["successors"].values()])
    followed = {int(pk): found[successor] for pk, successor in handover.plan["successors"].items()}
    return Change(handover.kind, tuple(found[pk] for pk in wanted), followed)


def rows_of(handover: Handover) -> list[Row]:
    """Everything the plan moves, for the page that shows it."""
    return [Row(**row) for rows in handover.plan["rows"].values() for row in rows]


def _collect(change: Change) -> dict[str, list[dict[str, Any]]]:
    found = {name: [asdict(row) for row in carrier.plan(change)] for name, carrier in sorted(_carriers.items())}
    return {name: rows for name, rows in found.items() if rows}


def last_of(subject: models.Model, *kinds: str) -> Handover | None:
    """The newest applied and not undone handover of these kinds about `subject`."""
    applied = Handover.objects.filter(kind__in=kinds, undone_at=None).exclude(applied_at=None)
    return applied.filter(plan__kind_of=refs.kind_of(subject), plan__subjects__contains=[subject.pk]).order_by("-pk").first()
