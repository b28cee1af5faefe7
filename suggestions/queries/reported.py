"""Numbers of a report: whose matters (scope), which time (period), by which places; and the rows behind one number."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet, Sum

from accounts.states import Level, OrganKind
from ground import clock
from suggestions.queries.counted import KINDS, Counted, avoided, opinions_with_words

TOWNS = (OrganKind.TOWN, OrganKind.STREET)
Numbers = dict[tuple[int | None, ...], dict[str, int]]  # ids of the places asked for → "kind.key" → n
EVERYTHING = (date(1900, 1, 1), date(9999, 1, 1))


@dataclass(frozen=True)
class Period:
    """A year, a quarter, a month, a term of the congress (本届), or what was raised at one plenary session."""

    code: str
    label: str
    since: date  # first month
    until: date  # first month after it
    plenary: int | None = None

    @property
    def is_year(self) -> bool:
        return bool(re.fullmatch(r"\d{4}", self.code))


def year(n: int) -> Period:
    return Period(str(n), f"{n}年", date(n, 1, 1), date(n + 1, 1, 1))


def quarter(n: int, q: int) -> Period:
    until = date(n + 1, 1, 1) if q == 4 else date(n, 3 * q + 1, 1)
    return Period(f"{n}-Q{q}", f"{n}年第{'一二三四'[q - 1]}季度", date(n, 3 * q - 2, 1), until)


def month(n: int, m: int) -> Period:
    until = date(n + 1, 1, 1) if m == 12 else date(n, m + 1, 1)
    return Period(f"{n}-{m:02}", f"{n}年{m}月", date(n, m, 1), until)


def of_term(term: Any) -> Period:
    """Numbers are kept by month: the first one is counted whole."""
    since, last = term.opens_on.replace(day=1), term.closes_on
    until = month(last.year, last.month).until if last else EVERYTHING[1]
    return Period(f"t{term.pk}", f"第 {term.ordinal} 届（自{since.year}年{since.month}月）", since, until)


def period_of(code: str) -> Period:
    """2026, 2026-Q1, 2026-03, t3 (from the first month of term 3 to the end of its last), or s7 (what was raised at plenary
    7); this year for whatever else is typed."""
    if found := re.fullmatch(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", code, re.ASCII):
        n, q, m = (int(part) if part else 0 for part in found.groups())
        return quarter(n, q) if q else month(n, m) if m else year(n)
    if re.fullmatch(r"t\d{1,9}", code, re.ASCII):
        term = apps.get_model("deputies", "Term").objects.filter(pk=int(code[1:])).first()
        if term is not None:
            return of_term(term)
    if re.fullmatch(r"s\d{1,9}", code, re.ASCII):
        plenary = (
            apps.get_model("deputies", "Plenary")
            .objects.filter(pk=int(code[1:]))
            .select_related("term__congress")
            .first()
        )
        if plenary is not None:
            return Period(code, f"{plenary}期间", *EVERYTHING, plenary=plenary.pk)
    return year(clock.today().year)


@dataclass(frozen=True)
class Scope:
    """Whose matters: of an office (with what lies below it), through a government's office, of a unit, of a station;
    narrowed by the places of one row of a report (0: none there)."""

    organ: Any = None
    venue: Any = None
    role: str = "office"  # office | government | unit | station
    below: bool = False
    at: tuple[tuple[str, int], ...] = ()

    def at_place(self, **places: int | None) -> "Scope":
        return replace(self, at=(*self.at, *((place, pk or 0) for place, pk in places.items())))

    @property
    def name(self) -> str:
        return str(self.venue or self.organ) + ("（含下级）" if self.below else "")

    @property
    def is_town(self) -> bool:
        return self.organ.level == Level.TOWN or self.organ.kind in TOWNS

    def of_tallies(self, kind: str) -> Q:
        columns = {place: f"{place}_id" for place in ("congress", "organ", "via", "venue", "seat", "plenary")}
        return Q(kind=kind) & self._narrow(kind, columns)

    def of_rows(self, counted: Counted) -> Q:
        return self._narrow(counted.kind, counted.places)

    def _narrow(self, kind: str, columns: dict[str, str]) -> Q:
        found = self._whose(kind, columns)
        for place, pk in self.at:
            if place == "group":
                found &= Q(**{f"{columns['seat']}__in": members_of(self.organ, pk).values("pk")})
                continue
            found &= Q(**{columns[place]: pk}) if pk else Q(**{f"{columns[place]}__isnull": True})
        return found

    def _whose(self, kind: str, columns: dict[str, str]) -> Q:
        if self.role == "station":
            return Q(**{columns["venue"]: self.venue.pk}) if "venue" in columns else Q(pk__in=[])
        if self.role in ("government", "unit"):
            place = "via" if self.role == "government" else "organ"
            return Q(**{columns[place]: self.organ.pk}) if kind in ("assignment", "commitment") else Q(pk__in=[])
        if kind == "opinion" and self.is_town:
            return Q(**{columns["organ"]: self.organ.pk})
        if not self.below:
            return Q(**{columns["congress"]: self.organ.pk})
        found = Q(**{f"{columns['congress'].removesuffix('_id')}__path__startswith": self.organ.path})
        if kind == "opinion":
            found |= Q(**{f"{columns['organ'].removesuffix('_id')}__path__startswith": self.organ.path})
        return found


def numbers(kinds: Iterable[str], scope: Scope, period: Period, *by: str, actor: Any, live: bool = True) -> Numbers:
    """Every mark of these kinds, by the places named: what is kept, what holds at this moment, what one reader may see
    of matters under avoidance. At most one query each."""
    found: Numbers = defaultdict(lambda: defaultdict(int))
    wanted = Q(pk__in=[])
    for kind in kinds:
        wanted |= scope.of_tallies(kind)
    rows = in_period(apps.get_model("suggestions", "Tally").objects.filter(wanted), period, "plenary_id")
    columns = [f"{place}_id" for place in by]
    for *place, kind, key, n in rows.order_by().values_list(*columns, "kind", "key").annotate(total=Sum("n")):
        found[tuple(place)][f"{kind}.{key}"] += n
    for kind in kinds:
        if live:
            _add_live(found, KINDS[kind], scope, period, by)
        if kind == "opinion":
            _add_avoided(found, scope, period, by, actor)
    return found


def _add_live(found: Numbers, counted: Counted, scope: Scope, period: Period, by: tuple[str, ...]) -> None:
    now = {key: mark for key, mark in counted.marks.items() if mark.live}
    if not now:
        return
    anything = Q(pk__in=[])
    for mark in now.values():
        anything |= mark.holds
    rows = in_period(counted.rows().filter(scope.of_rows(counted)), period, "met_in").filter(anything)
    for cell in _by(rows, counted, by).annotate(**avoided(now)):
        _add(found, counted, cell, by)


def _add_avoided(found: Numbers, scope: Scope, period: Period, by: tuple[str, ...], actor: Any) -> None:
    if actor is None:
        return
    counted = KINDS["opinion"]
    rows = opinions_with_words().filter(scope.of_rows(counted), avoided=True, pk__in=_seen("opinion", actor))
    for cell in _by(in_period(rows, period, ""), counted, by).annotate(**avoided(counted.kept())):
        _add(found, counted, cell, by)


def _by(rows: QuerySet, counted: Counted, by: tuple[str, ...]) -> QuerySet:
    return rows.order_by().values(**{f"c_{place}": F(counted.places[place]) for place in by})


def _add(found: Numbers, counted: Counted, cell: dict[str, Any], by: tuple[str, ...]) -> None:
    place = tuple(cell[f"c_{name}"] for name in by)
    for name, n in cell.items():
        if name.startswith("m_") and n:
            found[place][f"{counted.kind}.{name[2:]}"] += int(n)


def in_period(rows: QuerySet, period: Period, plenary: str) -> QuerySet:
    if period.plenary is not None:
        return rows.filter(**{plenary: period.plenary}) if plenary else rows.none()
    return rows.filter(month__gte=period.since, month__lt=period.until)


# -- the rows behind a number ------------------------------------------------------------------------------------------


def behind(kind: str, key: str, scope: Scope, period: Period, actor: Any) -> tuple[QuerySet, int]:
    """The rows a number counts, as far as the actor may see them, and how many more there are."""
    counted = KINDS[kind]
    rows = opinions_with_words() if kind == "opinion" else counted.rows()
    rows = in_period(rows.filter(scope.of_rows(counted)), period, "" if kind == "opinion" else "met_in")
    rows = rows.filter(counted.marks[key].holds)
    seen = rows.filter(**{f"{_matter(kind)}__in": _seen("opinion" if kind == "opinion" else "suggestion", actor)})
    everything = rows.filter(avoided=False).count() if kind == "opinion" else rows.count()
    shown = seen.filter(avoided=False).count() if kind == "opinion" else seen.count()
    return seen, everything - shown


def _matter(kind: str) -> str:
    return "pk" if kind in ("opinion", "suggestion", "led") else "suggestion"


def _seen(matter: str, actor: Any) -> QuerySet:
    model = apps.get_model("suggestions", "Opinion" if matter == "opinion" else "Suggestion")
    return model.objects.visible_to(actor).values("pk")


def members_of(organ: Any, group: int) -> QuerySet:
    """Seats in office of a delegation or group as it is made up today; of the whole congress where `group` is 0."""
    seats = apps.get_model("deputies", "Seat").objects.filter(organ=organ, state="active")
    return seats.filter(Q(delegation=group) | Q(memberships__group=group)).distinct() if group else seats


def raisers(organ: Any, group: int, scope: Scope, period: Period) -> QuerySet:
    """Members who led or signed a suggestion of the period."""
    raised = Q(pk__in=[])
    for kind in ("led", "cosigned"):
        rows = in_period(KINDS[kind].rows().filter(scope.of_rows(KINDS[kind])), period, "met_in")
        raised |= Q(pk__in=rows.values(KINDS[kind].places["seat"]))
    return members_of(organ, group).filter(raised)
