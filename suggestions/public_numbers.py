"""What the public reads of the counting: congresses, months and stations, never a person (mission.md, second list 5).

Only kept numbers, so nothing under 回避 is in them; a rate stands only where enough citizens have spoken.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from clocks import rules as policies
from stations.models import Venue
from suggestions.models import Tally
from suggestions.places import top_congress
from suggestions.queries import reported

MOST_STATIONS = 30


@dataclass(frozen=True)
class Shown:
    """One line of the page. `solved` and `closed` are whole per cents, None where too few have spoken or nothing was
    owed; `worded` is how many citizens said whether it was solved."""

    label: str
    received: int
    closed_n: int
    owed: int
    solved_n: int
    worded: int
    floor: int

    @property
    def closed(self) -> int | None:
        return round(100 * self.closed_n / self.owed) if self.owed >= self.floor else None

    @property
    def solved(self) -> int | None:
        return round(100 * self.solved_n / self.worded) if self.worded >= self.floor else None


def years_of(year: int) -> dict[str, Any]:
    """whole, months, stations (those with most first), suggestions (total, answered, closed) of a year; two queries."""
    period, congress = reported.year(year), top_congress()
    floor = policies.value("reports.public_floor", congress)
    rows = Tally.objects.filter(month__gte=period.since, month__lt=period.until)
    cells: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    wanted = ("received", "owed", "closed", "worded", "solved")
    opinions = rows.filter(kind="opinion", key__in=wanted).order_by().values_list("month", "venue", "key")
    for month, venue, key, n in opinions.annotate(total=Sum("n")):
        for cell in ("whole", month, venue and f"v{venue}"):
            if cell:
                cells[cell][key] += n
    suggestions = dict(
        rows.filter(kind="suggestion", key__in=["assigned", "answered", "closed"])
        .order_by()
        .values_list("key")
        .annotate(n=Sum("n"))
    )
    names = Venue.objects.in_bulk([int(cell[1:]) for cell in cells if isinstance(cell, str) and cell[0] == "v"])
    stations = [_shown(str(venue), cells[f"v{pk}"], floor) for pk, venue in names.items()]
    months = sorted(cell for cell in cells if not isinstance(cell, str))
    return {
        "whole": _shown("全年", cells["whole"], floor),
        "months": [_shown(f"{month.month}月", cells[month], floor) for month in months],
        "most": max((cells[month]["received"] for month in months), default=1),
        "stations": sorted(stations, key=lambda row: -row.received)[:MOST_STATIONS],
        "suggestions": {key: suggestions.get(key, 0) for key in ("assigned", "answered", "closed")},
        "floor": floor,
    }


def _shown(label: str, cell: dict[str, int], floor: int) -> Shown:
    return Shown(label, cell["received"], cell["closed"], cell["owed"], cell["solved"], cell["worded"], floor)
