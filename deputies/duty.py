"""履职记录: one line a thing done by a seat, written from events; taken back by a line, never edited (代表法 §58)."""

from datetime import datetime

from django.db import models, transaction

from deputies.models import DutyLine, Seat
from ground import clock, refs


@transaction.atomic
def record(seat: Seat, *, event: str, source: models.Model, at: datetime | None = None) -> DutyLine:
    """Writes down that `seat` did `event` on `source`; a second call changes nothing, after a reversal it stands."""
    first, made = DutyLine.objects.get_or_create(
        seat=seat, event=event, object_kind=refs.kind_of(source), object_id=source.pk, reverses=None,
        defaults={"at": at or clock.now()},
    )  # fmt: skip
    if made:
        return first
    chain = _chain(first)
    return first if len(chain) % 2 else _turn(chain[-1], at)


@transaction.atomic
def reverse(seat: Seat, *, event: str, source: models.Model, at: datetime | None = None) -> DutyLine | None:
    """Takes back what was recorded, by a line of its own; None if nothing stands."""
    first = DutyLine.objects.filter(
        seat=seat, event=event, object_kind=refs.kind_of(source), object_id=source.pk, reverses=None
    ).first()
    chain = _chain(first) if first else []
    return _turn(chain[-1], at) if len(chain) % 2 else None


def _chain(first: DutyLine) -> list[DutyLine]:
    """The line and the lines that took it back and set it again, in order; an odd number stands."""
    lines = [DutyLine.objects.select_for_update().get(pk=first.pk)]
    while following := DutyLine.objects.filter(reverses=lines[-1]).first():
        lines.append(following)
    return lines


def _turn(last: DutyLine, at: datetime | None) -> DutyLine:
    return DutyLine.objects.create(
        seat_id=last.seat_id, event=last.event, object_kind=last.object_kind, object_id=last.object_id,
        at=at or clock.now(), points=None if last.points is None else -last.points, rule_id=last.rule_id, reverses=last,
    )  # fmt: skip
