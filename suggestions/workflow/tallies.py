"""Counting: the gate says that something happened to a matter, the fold makes its numbers again, and each night a
recount compares every number with the rows and reports what it had to mend.

Nothing is added up: a cell (kind, month, places) is counted afresh from its rows, so a fold that ran twice, or a lost
event, does no harm that the night does not heal, and two verbs never wait for one counter.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from accounts.models import Organ
from ground import clock
from ground.compiled import insert, new_row
from suggestions.models import Assignment, Commitment, Opinion, Suggestion, Tally, TallyEvent, TallyMend
from suggestions.queries.counted import KINDS, PLACES, Counted
from suggestions.states import ASSIGNMENT, COMMITMENT, OPINION, SUGGESTION

log = logging.getLogger(__name__)

LOCK = 0x54414C  # advisory: one fold at a time
BATCH = 2000  # events of one fold

Place = tuple[Any, ...]  # month, then the ids of PLACES
Numbers = dict[tuple[Place, str], int]


# A referral and a cosign move only inside a verb of their matter: its own Step speaks for them.

# -- the gate's word ---------------------------------------------------------------------------------------------------


@OPINION.watch
def _opinion_moved(opinion: Opinion) -> None:
    insert(new_row(TallyEvent, kind="opinion", matter=opinion.pk))


@SUGGESTION.watch
def _suggestion_moved(suggestion: Suggestion) -> None:
    insert(new_row(TallyEvent, kind="suggestion", matter=suggestion.pk))


@ASSIGNMENT.watch
@COMMITMENT.watch
def _part_moved(part: Assignment | Commitment) -> None:
    insert(new_row(TallyEvent, kind="suggestion", matter=part.suggestion_id))


# -- the fold ----------------------------------------------------------------------------------------------------------


@dataclass
class Touched:
    """The cells some matters lie in: months and the places that narrow them, never fewer cells than the matters have."""

    kind: str
    months: set[date] = field(default_factory=set)
    places: dict[str, set[int | None]] = field(default_factory=dict)

    def add(self, month: date, **places: int | None) -> None:
        self.months.add(month)
        for place, pk in places.items():
            self.places.setdefault(place, set()).add(pk)

    def of_tallies(self) -> Q:
        return self._narrow({place: f"{place}_id" for place in PLACES})

    def of_rows(self, counted: Counted) -> Q:
        return self._narrow(counted.places)

    def covers(self, place: Place) -> bool:
        here = dict(zip(PLACES, place[1:], strict=True))
        return place[0] in self.months and all(here[name] in ids for name, ids in self.places.items())

    def _narrow(self, columns: dict[str, str]) -> Q:
        found = Q(month__in=self.months)
        for place, ids in self.places.items():
            known = Q(**{f"{columns[place]}__in": [pk for pk in ids if pk is not None]})
            found &= known | Q(**{f"{columns[place]}__isnull": True}) if None in ids else known
        return found


def fold(most: int = BATCH) -> int:
    """Makes the numbers of what happened again; answers for how many events. Nothing where another fold runs."""
    with transaction.atomic():
        if not _alone():
            return 0
        ids = list(TallyEvent.objects.order_by("pk").values_list("pk", flat=True)[:most])
        if not ids:
            return 0
        events = TallyEvent.objects.filter(pk__in=ids)
        matters = list(events.values_list("kind", "matter"))
        events.delete()  # first: whatever commits from now on brings an event of its own
        for touched in _touched(matters):
            _write(touched.kind, _differences(touched.kind, touched))
        return len(ids)


def fold_all() -> None:
    while fold():
        pass


def is_waiting() -> bool:
    """Something happened that the numbers do not show yet."""
    return TallyEvent.objects.exists()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _touched(matters: Iterable[tuple[str, int]]) -> list[Touched]:
    """The cells of these matters, kind by kind."""
    ids: dict[str, set[int]] = {"opinion": set(), "suggestion": set()}
    for kind, pk in matters:
        ids[kind].add(pk)
    cells = {kind: Touched(kind) for kind in KINDS}
    rows = Opinion._base_manager.filter(pk__in=ids["opinion"])
    for at, congress, station in rows.values_list("submitted_at", "congress_id", "station_id"):
        cells["opinion"].add(_month(at), congress=congress, venue=station)
    whole = Suggestion._base_manager.filter(pk__in=ids["suggestion"], registered_at__isnull=False)
    for registered, assigned, congress in whole.values_list("registered_at", "assigned_at", "congress_id"):
        for at in {registered, assigned} - {None}:  # it moves from the one month to the other when it is handed over
            for kind in ("suggestion", "led", "cosigned"):
                cells[kind].add(_month(at), congress=congress)
    parts = Assignment._base_manager.filter(suggestion__in=ids["suggestion"])
    merged = parts.filter(steps__verb="follow_merger")  # it was counted where it was before
    former = list(merged.values_list("first_handed_over_at", "steps__recorded__from"))
    organs = dict(Organ.objects.filter(code__in={code for _, code in former}).values_list("code", "pk"))
    there = {(at, organs[code]) for at, code in former if code in organs}
    for at, organ in {*parts.values_list("first_handed_over_at", "organ_id"), *there}:
        for kind in ("assignment", "commitment"):
            cells[kind].add(_month(at), organ=organ)
    return [touched for touched in cells.values() if touched.months]


def _month(at: Any) -> date:
    return at.astimezone(clock.SHANGHAI).date().replace(day=1)


# -- numbers -----------------------------------------------------------------------------------------------------------


def counted_now(kind: str, touched: Touched | None = None, month: date | None = None) -> Numbers:
    """What the rows say."""
    counted = KINDS[kind]
    rows = _narrowed(counted.rows(), touched and touched.of_rows(counted), month)
    found: Numbers = {}
    for cell in counted.cells(rows).iterator(chunk_size=2000):
        place = (cell["month"], *(cell.get(f"c_{place}") for place in PLACES))
        for name, n in cell.items():
            if name.startswith("m_") and n:
                found[place, name[2:]] = int(n)
    return found


def kept_now(kind: str, touched: Touched | None = None, month: date | None = None) -> Numbers:
    """What is kept."""
    rows = _narrowed(Tally.objects.filter(kind=kind), touched and touched.of_tallies(), month)
    columns = ["month", *(f"{place}_id" for place in PLACES), "key", "n"]
    return {(tuple(cell), key): n for *cell, key, n in rows.values_list(*columns)}


def _narrowed(rows: QuerySet, touched: Q | None, month: date | None) -> QuerySet:
    if touched is not None:
        rows = rows.filter(touched)
    return rows.filter(month=month) if month else rows


def _differences(
    kind: str, touched: Touched | None = None, month: date | None = None
) -> list[tuple[Place, str, int, int]]:
    """place, key, what is kept, what the rows say."""
    now, kept = counted_now(kind, touched, month), kept_now(kind, touched, month)
    changed = sorted((now.keys() | kept.keys()), key=str)
    return [(*cell, kept.get(cell, 0), now.get(cell, 0)) for cell in changed if kept.get(cell, 0) != now.get(cell, 0)]


def _write(kind: str, differences: list[tuple[Place, str, int, int]]) -> None:
    fresh = [Tally(**_columns(kind, place, key), n=n) for place, key, was, n in differences if not was]
    for place, key, was, n in differences:
        if was:
            row = Tally.objects.filter(**_columns(kind, place, key))
            row.update(n=n) if n else row.delete()
    Tally.objects.bulk_create(fresh, batch_size=1000)


def _columns(kind: str, place: Place, key: str) -> dict[str, Any]:
    return {"kind": kind, "month": place[0], "key": key} | dict(
        zip((f"{name}_id" for name in PLACES), place[1:], strict=True)
    )


# -- the night ---------------------------------------------------------------------------------------------------------


def recount() -> list[TallyMend]:
    """Compares every number with its rows, month by month, mends what differs and answers it; each is logged as well."""
    fold_all()
    mended: list[TallyMend] = []
    for kind in KINDS:
        for month in _months(kind):
            mended += _recount(kind, month)
    return mended


def _recount(kind: str, month: date) -> list[TallyMend]:
    with transaction.atomic():
        if not _alone():
            return []
        found = _differences(kind, month=month)
        if not found:
            return []
        # Whatever happened meanwhile has its event by now: its cells are the next fold's and nobody's mistake.
        waiting = [t for t in _touched(TallyEvent.objects.values_list("kind", "matter")) if t.kind == kind]
        wrong = [row for row in found if not any(touched.covers(row[0]) for touched in waiting)]
        _write(kind, wrong)
        mends = [
            TallyMend(**_columns(kind, place, key), was=was, is_now=n, at=clock.now()) for place, key, was, n in wrong
        ]
        TallyMend.objects.bulk_create(mends)
    for mend in mends:
        log.warning(
            "tally mended: %s (congress %s, organ %s, venue %s)", mend, mend.congress_id, mend.organ_id, mend.venue_id
        )
    return mends


def _months(kind: str) -> Iterator[date]:
    """Every month that has rows or numbers."""
    rows = KINDS[kind].rows().order_by().values_list("month", flat=True).distinct()
    kept = Tally.objects.filter(kind=kind).order_by().values_list("month", flat=True).distinct()
    yield from sorted({*rows, *kept} - {None})
