"""What of opinions moves when a seat ends, is suspended or its holder is on leave (lifecycles.md §7.1).

Citizens hear who goes on, never why.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from clocks import workflow as clocks
from deputies.handovers import Change, Row
from deputies.models import Deputy, Seat
from ground.workflow import SYSTEM, lock
from suggestions.models import Opinion
from suggestions.states.opinion import WAITING
from suggestions.workflow import opinion as verbs
from suggestions.workflow.opinion_course import owes

ENDING = ("seat_ended", "term_ended")
IN_HAND = ("claimed", "coordinating")
WHY = "接手人变更"


class OpinionsCarrier:
    """Rows by verb: `release` (claimed), `fall` (waits for the deputy), `unclaim` (at a unit: the station head words the
    report), `pass` (to the same person's new seat). An escalated matter follows its suggestion."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind not in (*ENDING, "seat_suspended"):
            return []
        open_now = _open_of(change.subjects)
        return [row for seat in change.subjects for row in self._of(seat, change, open_now[seat.pk])]

    def _of(self, seat: Seat, change: Change, opinions: list[Opinion]) -> Iterator[Row]:
        heir = change.successor_of(seat)
        goes_on = heir is not None and heir.deputy_id == seat.deputy_id
        for opinion in opinions:
            label = f"意见 {opinion.number}"
            to = opinion.station or opinion.congress
            if goes_on:
                yield Row("opinion", opinion.pk, label, "转到本人新一届任职", "pass", seat.pk, heir.pk)
            elif opinion.state in IN_HAND:
                yield Row("opinion", opinion.pk, label, f"由{to}继续跟进", "release", seat.pk, to.pk)
            elif opinion.state in WAITING:
                yield Row("opinion", opinion.pk, label, f"由{to}接手", "fall", seat.pk, to.pk)
            elif opinion.state == "referred":
                yield Row("opinion", opinion.pk, label, f"办理结果由{to}转告群众", "unclaim", seat.pk, to.pk)

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        for row in rows:
            opinion = Opinion.objects.get(pk=row.id)
            match row.verb:
                case "pass":
                    _take(opinion, Seat.objects.select_related("deputy__user").get(pk=row.target))
                case "release":
                    verbs.release(opinion, by=SYSTEM, reason=WHY)
                case "fall":
                    verbs.fall(opinion, to=opinion.station or opinion.congress, why=WHY)
                case "unclaim":
                    _unclaim(opinion)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        """What nobody has taken up since waits for the deputy again."""
        for row in rows:
            opinion = Opinion.objects.get(pk=row.id)
            seat = Seat.objects.select_related("deputy__user").get(pk=row.origin)
            if row.verb == "pass" and (opinion.claimed_seat_id == row.target or opinion.holder_seat_id == row.target):
                _take(opinion, seat)
            elif row.verb in ("release", "fall") and opinion.state in WAITING and not opinion.avoided:
                verbs.fall(opinion, to=seat, why="恢复原接手人")
            elif row.verb == "unclaim" and opinion.state == "referred" and opinion.claimed_by_id is None:
                _take(opinion, seat, claims=True)


def _open_of(seats: Iterable[Seat]) -> dict[int, list[Opinion]]:
    """seat id → what its deputy has claimed and what waits for them, by one query for all seats."""
    ids = {seat.pk for seat in seats}
    claimed = Q(claimed_seat__in=ids, state__in=[*IN_HAND, "referred", "escalated"])
    waiting = Q(holder_seat__in=ids, state__in=WAITING)
    found: dict[int, list[Opinion]] = defaultdict(list)
    for opinion in Opinion.objects.filter(claimed | waiting).select_related("station", "congress").order_by("pk"):
        of = {opinion.holder_seat_id} if opinion.state in WAITING else {opinion.claimed_seat_id}
        for pk in of & ids:
            found[pk].append(opinion)
    return found


def _take(opinion: Opinion, seat: Seat, *, claims: bool = False) -> None:
    """The same person goes on by another seat, or takes back what was only held for them."""
    lock(opinion)
    columns = ["holder_kind", "holder_seat", "holder_venue", "holder_organ"]
    if opinion.holder_seat_id is not None or claims:
        opinion.hold(seat)
    if opinion.claimed_seat_id is not None or claims:
        opinion.claimed_seat, opinion.claimed_by = seat, seat.deputy.user
        columns += ["claimed_seat", "claimed_by"]
    opinion.save(update_fields=columns)


def _unclaim(opinion: Opinion) -> None:
    """The unit goes on; the station (its head) tells the author what it reports."""
    lock(opinion)
    opinion.claimed_by = opinion.claimed_seat = None
    opinion.hold(opinion.above if opinion.avoided else opinion.station or opinion.congress)
    opinion.save(
        update_fields=["claimed_by", "claimed_seat", "holder_kind", "holder_seat", "holder_venue", "holder_organ"]
    )
    owner = {name: value for name, value in owes(opinion).items() if name != "rules_of"}
    clocks.hand_to(opinion, "confirm", **owner)


def stand_in(sender: type, deputy: Deputy, until: date | None, by: Any, **kwargs: Any) -> None:
    """请假代管: what the deputy had claimed is let go, what waits for the deputy goes to the station."""
    if until is None:
        return
    seats = list(deputy.seats.values_list("pk", flat=True))
    for opinion in Opinion.objects.filter(claimed_seat__in=seats, state__in=IN_HAND).order_by("pk"):
        verbs.release(opinion, by=SYSTEM, reason="代表请假，由联络站代管")
    for opinion in Opinion.objects.filter(holder_seat__in=seats, state__in=WAITING).order_by("pk"):
        verbs.fall(opinion, to=opinion.station or opinion.congress, why="代表请假，由联络站代管")
