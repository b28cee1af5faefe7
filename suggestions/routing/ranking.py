"""The units a matter is likely for, with a share each and the past matters it rests on. A hint: a person decides.

Two voices: the table of subjects, and what was learnt from the congress's own closed matters. The more of those there
are the more the second counts. Then the place: a unit that serves another part of the area falls back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from accounts.models import Organ
from accounts.states import OrganKind
from suggestions import likeness
from suggestions.models import Assignment, LearnedKind, SubjectUnit, Suggestion
from suggestions.queries.board import load_of
from suggestions.routing import places, shelf
from suggestions.routing.subjects import UNSURE, Found, Table
from suggestions.states.assignment import GONE

UNITS = (OrganKind.DEPARTMENT, OrganKind.GOVERNMENT, OrganKind.TOWN, OrganKind.COURT, OrganKind.PROCURATORATE)
HALF_AT = 100  # closed matters from which on the model counts as much as the table
EXPERIENCE = 1.0  # points for the unit that handled most matters of the field
ALIKE = 2.0  # points for the units that handled the past matters most alike, all together
SEEN = 0.05  # a learnt share that is worth a reason
SHOWN, PAST_SHOWN = 5, 3
LIKE_ENOUGH = 0.1  # the angle from which a past matter is shown as a reason


@dataclass(frozen=True)
class Wanted:
    """A matter to rank units for. `places` are paths of divisions known beside the text: where its opinions lie."""

    key: int
    title: str
    body: str
    field: str = ""
    places: tuple[str, ...] = ()
    leave_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Fit:
    """One unit: `score` is its share in percent, `past` the numbers of past matters it rests on that the reader may see,
    and what it has done and has to do."""

    organ: Any
    score: int
    reason: str
    past: tuple[str, ...] = ()
    done: int = 0
    running: int = 0
    late: int = 0
    is_best: bool = False


@dataclass
class Ranked:
    """The likeliest units first, and those the city's table names as assisting."""

    fits: list[Fit] = field(default_factory=list)
    helpers: list[Any] = field(default_factory=list)
    learned: bool = False


def wanted_of(suggestion: Suggestion, places_known: Iterable[str] = ()) -> Wanted:
    """A suggestion with its versions and assignments prefetched, as a matter to rank units for."""
    text = suggestion.text
    taken = frozenset(a.organ_id for a in suggestion.assignments.all() if a.is_live)
    return Wanted(
        suggestion.pk, text.title, f"{text.situation}\n{text.proposal}", suggestion.field, tuple(places_known), taken
    )  # fmt: skip


def rank_all(
    suggestions: Iterable[Suggestion], *, actor: Any, most: int = SHOWN, within: Mapping[int, Organ] | None = None
) -> dict[int, Ranked]:
    """suggestion id → its units, for suggestions with versions and assignments: in a fixed number of queries for each
    congress. `within` names the government whose units alone are meant, by suggestion id."""
    groups: dict[tuple[int, Organ | None], list[Suggestion]] = defaultdict(list)
    for suggestion in suggestions:
        groups[suggestion.congress_id, (within or {}).get(suggestion.pk)].append(suggestion)
    known = places_of_opinions(s.pk for group in groups.values() for s in group)
    found: dict[int, Ranked] = {}
    for (congress_id, government), group in groups.items():
        matters = [wanted_of(s, known.get(s.pk, ())) for s in group]
        found |= Judge(congress_id, within=government).rank(matters, actor=actor, most=most)
    return found


def places_of_opinions(suggestions: Iterable[int]) -> dict[int, list[str]]:
    """suggestion id → the paths of the divisions where the opinions behind it lie."""
    rows = (
        Suggestion.objects.filter(
            pk__in=list(suggestions), links__ended_at=None, links__opinion__town__region__isnull=False
        )
        .values_list("pk", "links__opinion__town__region__path")
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for pk, path in rows:
        found[pk].append(path)
    return found


class Judge:
    """The units of one congress, of one government where `within` names it, with table, model and experience, read once."""

    def __init__(self, congress_id: int, *, within: Organ | None = None) -> None:
        self.congress = Organ.objects.select_related("region").get(pk=congress_id)
        units = (
            Organ.objects.live().filter(congress=congress_id, kind__in=UNITS).select_related("region").order_by("code")
        )
        if within is not None:
            units = units.filter(path__startswith=within.path).exclude(pk=within.pk)
        self.units = list(units)
        lines = SubjectUnit.objects.filter(congress=congress_id)
        self.table = Table(self.units, lines)
        learned = shelf.newest(LearnedKind.ROUTING, congress_id)
        self.scorer = shelf.scorer(learned)
        self.trust = learned.rows / (learned.rows + HALF_AT) if self.scorer else 0.0
        self.experience = self._experience(congress_id)

    @staticmethod
    def _experience(congress_id: int) -> Mapping[str, Mapping[int, int]]:
        """field → unit → how many it handled as main unit."""
        rows = Assignment.objects.filter(~Q(state__in=GONE), role="main", suggestion__congress=congress_id)
        table: dict[str, dict[int, int]] = defaultdict(dict)
        for name, organ, n in rows.order_by().values_list("suggestion__field", "organ").annotate(n=Count("pk")):
            table[name][organ] = n
        return table

    def rank(self, matters: Sequence[Wanted], *, actor: Any, most: int = SHOWN) -> dict[int, Ranked]:
        """key → its units. Past matters are those `actor` has a part in."""
        past = self._past(matters, actor)
        shares = {matter.key: self._shares(matter, past[matter.key]) for matter in matters}
        first = {key: self._first(found, most) for key, found in shares.items()}
        load = load_of(unit.pk for units in first.values() for unit in units)
        ranked = {}
        for matter in matters:
            fits = [
                self._fit(
                    unit, shares[matter.key], past[matter.key].get(unit.pk, {}), load.get(unit.pk, {}), matter, n == 0
                )
                for n, unit in enumerate(first[matter.key])
            ]
            # Where nothing speaks for a unit it is no guess: a court would be guessed for a lamp.
            fits = [fit for fit in fits if fit.score]
            helpers = [
                unit for unit in self.table.helpers(matter.title, matter.body) if unit.pk not in matter.leave_out
            ]
            ranked[matter.key] = Ranked(fits, helpers, self.trust > 0)
        return ranked

    def _shares(self, matter: Wanted, past: Mapping[int, Mapping[str, float]]) -> dict[int, tuple[float, Found]]:
        """unit id → share of all, and what of the table speaks for it."""
        said = self.table.ask(matter.title, matter.body, matter.field)
        handled = self.experience.get(matter.field, {}) if matter.field else {}
        most = max(handled.values(), default=0)
        alike = sum(sum(numbers.values()) for numbers in past.values())
        points = {}
        for unit in self.units:
            points[unit.pk] = said.get(unit.pk, Found()).points
            points[unit.pk] += EXPERIENCE * handled.get(unit.pk, 0) / most if most else 0
            points[unit.pk] += ALIKE * sum(past.get(unit.pk, {}).values()) / alike if alike else 0
        whole = sum(points.values()) + UNSURE
        learned = self._learned(matter)
        trust = self.trust if learned else 0.0
        area = self.congress.region
        named = [*matter.places, *places.places_in(f"{matter.title}\n{matter.body}", area)] if self._is_divided else []
        shares = {}
        for unit in self.units:
            if unit.pk in matter.leave_out:
                continue
            share = (1 - trust) * points[unit.pk] / whole + trust * learned.get(unit.code, 0.0)
            path = unit.region.path if unit.region else ""
            weight = places.factor(path, area.path if area else "", named)
            if weight == places.COVERS:
                share = max(share, 0.5 / len(self.units))
            shares[unit.pk] = share * weight
        scale = max(sum(shares.values()), 1.0)
        return {pk: (share / scale, said.get(pk, Found())) for pk, share in shares.items()}

    @property
    def _is_divided(self) -> bool:
        """Whether some unit serves a part of the area only: else no place can tell units apart."""
        area = self.congress.region
        return area is not None and any(unit.region_id and unit.region_id != area.pk for unit in self.units)

    def _learned(self, matter: Wanted) -> dict[str, float]:
        if self.scorer is None or not len(self.scorer.vector(matter.title, matter.body)[0]):
            return {}
        return dict(zip(self.scorer.labels, self.scorer.shares(matter.title, matter.body).tolist(), strict=True))

    def _first(self, shares: Mapping[int, tuple[float, Found]], most: int) -> list[Any]:
        units = [unit for unit in self.units if unit.pk in shares]
        return sorted(units, key=lambda u: (-shares[u.pk][0], u.kind == OrganKind.GOVERNMENT, u.code))[:most]

    def _fit(
        self, unit: Any, shares: Mapping[int, tuple[float, Found]], past: Mapping[str, float], load: Mapping[str, int],
        matter: Wanted, first: bool,
    ) -> Fit:  # fmt: skip
        share, said = shares[unit.pk]
        here = self.experience.get(matter.field, {}).get(unit.pk, 0) if matter.field else 0
        why = [f"提到“{'、'.join(said.words[:2])}”"] if said.words else []
        why += [f"办过同类 {here} 件"] if here else []
        if not why:
            why = ["以往相近的建议由它办理"] if past or (self.trust and share >= SEEN) else ["没有办过同类建议"]
        done, running, late = (load.get(name, 0) for name in ("past", "running", "late"))
        score = min(round(share * 100), 99)
        return Fit(unit, score, "；".join(why), tuple(list(past)[:PAST_SHOWN]), done, running, late, first)

    def _past(self, matters: Sequence[Wanted], actor: Any) -> dict[int, dict[int, dict[str, float]]]:
        """key → main unit → number and likeness of the past matters most alike, the nearest first."""
        inside = (
            Suggestion.objects.visible_to(actor).with_sight(actor).filter(is_inside=True, registered_at__isnull=False)
        )
        wanted = [likeness.Wanted(matter.key, matter.title, matter.body) for matter in matters]
        near = likeness.suggestions_like(inside, wanted, congress_id=self.congress.pk, rarity=shelf.rarity())
        found: dict[int, dict[int, dict[str, float]]] = {}
        for key, rows in near.items():
            units: dict[int, dict[str, float]] = defaultdict(dict)
            for row, alike in rows:
                if row.pk == key or alike < LIKE_ENOUGH:
                    continue
                for part in row.assignments.all():
                    if part.is_main and part.is_live:
                        units[part.organ_id][row.number] = alike
            found[key] = units
        return found
