"""The demonstration at the size of a city or a province: places and people are copied, then their told histories.

1. Each town with its organs, stations, deputies and staff is copied under other names; single villages, points,
   deputies and departments follow until the sizes are reached.
2. Histories are copied onto copies of the places they touch. Time moves by whole weeks, never past now, and never so that
   an open deadline would already have been due.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import count, cycle, islice
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Organ, Post, Region, User
from accounts.states import OrganKind
from clocks.models import Deadline
from config.demo import words
from config.demo.copies import Copy, Model, Pattern, Web, Writer
from config.demo.customs import Maker, keeps_its_date
from deputies.models import CodeTarget, Deputy, Group, Plenary, Seat, Term
from ground import clock
from ground.clock import SHANGHAI
from stations.models import Venue, VenueDeputy
from stations.states import PASSING_ON
from suggestions.models import Opinion, Suggestion

WEEK = timedelta(weeks=1)
JITTER = 50 * 60  # seconds by which the acts of a copy lie earlier in the day
CITY = "dh-rd"
CITY_COPIES = 3  # of the city's own deputies who sign in: leads and co-signers of suggestions
FIRST_CODE = 400  # of made divisions; those of the told city have lower ones

Ids = dict[Model, dict[Any, Any]]


@dataclass(frozen=True)
class Size:
    """How many there are in the end, the told ones included."""

    deputies: int
    stations: int
    points: int
    departments: int
    opinions: int
    suggestions: int

    def part(self, percent: float) -> "Size":
        return Size(**{name: round(many * percent / 100) for name, many in asdict(self).items()})


SIZES = {
    "city": Size(4_360, 280, 3_000, 150, 20_000, 2_000),
    "province": Size(150_000, 15_000, 120_000, 20_000, 2_000_000, 90_000),
}


def scale(size: Size, seed: int = 20260302) -> Iterator[tuple[str, int]]:
    """Multiplies what was told up to `size`. Answers after each batch what is being made and how many rows were written.

    Inside one transaction of the caller; what it copies is whatever stands when it begins.
    """
    growth = Growth(size, random.Random(seed))
    for what in growth.grow():
        growth.to.flush()
        yield what, growth.to.written
    growth.maker.close_books()


@dataclass
class Variant:
    """What the rows and words of a place are in one copy of it; in the told place itself nothing changes."""

    base: Ids = field(default_factory=lambda: defaultdict(dict))
    words: dict[str, str] = field(default_factory=dict)


class Place:
    """Rows that are copied together, and every copy there is of them, the told one first."""

    def __init__(self, web: Web, kept: Mapping[str, str] | None = None, words: tuple[str, ...] = ()) -> None:
        """`kept`: names that stay although a word of the place is in them; `words`: what a copy gives anew."""
        self.web, self.kept, self.own = web, dict(kept or {}), words
        self.variants = [Variant()]

    @cached_property
    def pattern(self) -> Pattern:
        return Pattern(self.web, known={}, words=[*self.kept, *self.own])

    @cached_property
    def words(self) -> set[str]:
        return {key for key, _ in self.pattern.keys} | set(self.kept) | set(self.own)

    def copy(self, c: Copy, to: Writer) -> Variant:
        self.pattern.write(to, c)
        base: Ids = defaultdict(dict, self.pattern.ids(c))
        self.variants.append(Variant(base, c.words))
        return self.variants[-1]


class Town(Place):
    """A town or street: its organs, divisions and venues, whoever works there, and the deputies who sit or meet there."""

    def __init__(self, organ: Organ) -> None:
        self.organ, self.region = organ, organ.region
        self.stem = organ.region.name.removesuffix("街道").rstrip("镇乡")
        organs = Organ.objects.filter(path__startswith=organ.path)
        regions = Region.objects.filter(path__startswith=organ.region.path)
        venues = Venue.objects.filter(organ__in=organs)
        seats = Seat.objects.filter(Q(organ__in=organs) | Exists(_stationed(venues)))
        people = User.objects.filter(
            Q(deputy__seats__in=seats) | Q(posts__organ__in=organs) | Q(venue_posts__venue__in=venues)
        ).exclude(Exists(Post.objects.filter(user=OuterRef("pk")).exclude(organ__in=organs)))
        deputies = Deputy.objects.filter(seats__in=seats)
        codes = [*deputies.values_list("code", flat=True), *venues.values_list("code", flat=True)]
        web = Web.of(
            {
                Region: _pks(regions),
                Organ: _pks(organs),
                User: _pks(people),
                Term: _pks(Term.objects.filter(congress__in=organs)),
                Plenary: _pks(Plenary.objects.filter(term__congress__in=organs)),
                Group: _pks(Group.objects.filter(organ__in=organs)),
                Deputy: _pks(deputies),
                Seat: _pks(seats),
                Post: _pks(Post.objects.filter(organ__in=organs, user__in=people)),
                Venue: _pks(venues),
                CodeTarget: codes,
            }
        )
        outside = Region.objects.exclude(pk__in=web.rows[Region]).filter(name__contains=self.stem)
        super().__init__(
            web,
            kept={name: name for name in outside.values_list("name", flat=True)},
            words=(self.stem, *web.rows[Region], *(row["name"] for row in web.rows[Region].values())),
        )

    def single(self, kinds: list[str]) -> list[Web]:
        """Each venue of these kinds below the town's own, with its village."""
        rows = [row for row in self.web.rows[Venue].values() if row["kind"] in kinds and row["parent_id"]]
        return [
            Web.of({Region: [row["region_id"]], Venue: [row["id"]], CodeTarget: [row["code"]]})
            for row in rows
            if row["region_id"] != self.region.pk
        ]

    def members(self) -> list[Web]:
        """Each deputy of the town's own congress; a street has none."""
        seats = [row for row in self.web.rows[Seat].values() if row["organ_id"] in self.web.rows[Organ]]
        deputies = self.web.rows[Deputy]
        return [
            Web.of(
                {
                    Deputy: [seat["deputy_id"]],
                    Seat: [seat["id"]],
                    CodeTarget: [deputies[seat["deputy_id"]]["code"]],
                }
            )
            for seat in seats
        ]


@dataclass
class History:
    """One told web of matters, the places it touches, and the weeks it may be moved by."""

    pattern: Pattern
    places: list[Place]
    begun: datetime
    weeks: list[int]
    wakes: datetime | None  # the first of its open deadlines

    @property
    def opinions(self) -> int:
        return self.pattern.web.count("suggestions.Opinion")

    @property
    def suggestions(self) -> int:
        return self.pattern.web.count("suggestions.Suggestion")


class Growth:
    def __init__(self, size: Size, dice: random.Random) -> None:
        self.size, self.dice, self.now = size, dice, clock.now()
        self.to = Writer()
        self.maker = Maker(self.to, dice)
        self.numbers = count(1)
        taken = " ".join(Region.objects.values_list("name", flat=True))
        self.stems = (stem for stem in words.stems() if stem not in taken)
        self.codes: Counter[str] = Counter()
        self.merged: dict[tuple[int, ...], Variant] = {}
        stations = Venue.objects.filter(parent=None, region__level="town").select_related("organ__region")
        self.towns = [Town(organ) for organ in {venue.organ_id: venue.organ for venue in stations}.values()]
        self.city = Place(_citys_own(self.towns))

    def grow(self) -> Iterator[str]:
        """Everything, batch by batch: after each answer what waits is written."""
        histories = list(self._histories())  # what was told, before anything stands beside it
        yield from self._places()
        yield from self._copies(histories)
        yield "办理过程"

    # -- places --------------------------------------------------------------------------------------------------------

    def _places(self) -> Iterator[str]:
        others = [kind for kind in Venue._meta.get_field("kind").choices if kind[0] not in PASSING_ON]
        stations = Venue.objects.exclude(kind__in=PASSING_ON)
        wanted = max(0, self.size.stations - stations.count()) // 4  # a town brings two; then one goes to each old one
        for town in islice(cycle(self.towns), wanted):
            self._town(town)
            if self.to.is_full():
                yield "乡镇街道"
        for _ in range(CITY_COPIES):
            self.city.copy(self._copy(Variant()), self.to)
        yield "市级代表"
        yield from self._departments()
        yield from self._venues([kind for kind, _ in others], self.size.stations - stations.count(), "联络站")
        points = Venue.objects.filter(kind__in=PASSING_ON)
        yield from self._venues(list(PASSING_ON), self.size.points - points.count(), "联系点")
        yield from self._members(self.size.deputies - Deputy.objects.count())

    def _copy(self, variant: Variant, without: Pattern | None = None, **more: Any) -> Copy:
        """A copy that begins from a place: all its ids and words, but those the pattern makes itself."""
        own = {key for key, _ in without.keys} if without else ()
        told = {word: new for word, new in variant.words.items() if word not in own}
        return Copy(base=variant.base, words=told | more.pop("words", {}), maker=self.maker, number=next(self.numbers),
                    **more)  # fmt: skip

    def _town(self, town: Town) -> None:
        stem = next(self.stems)
        names = town.kept | {town.stem: stem}
        for code, row in town.web.rows[Region].items():
            names[code] = self._code(names.get(row["parent_id"], row["parent_id"]))
            name = row["name"].replace(town.stem, stem)
            names[row["name"]] = name if name != row["name"] else words.a_village(self.dice)
        town.copy(self._copy(Variant(words=names), drift=self.dice.uniform(-0.2, 0.2)), self.to)

    def _code(self, above: str) -> str:
        """The next code of a made division: three digits below its parent's."""
        self.codes[above] += 1
        return f"{above}{FIRST_CODE + self.codes[above]:03}"

    def _departments(self) -> Iterator[str]:
        """The city's departments again under the governments of counties, then of towns."""
        organs = Organ.objects.filter(kind=OrganKind.DEPARTMENT)
        missing = self.size.departments - organs.count()
        patterns = []
        for organ in organs.filter(congress__code=CITY, posts__isnull=False).distinct().select_related("region"):
            posts = Post.objects.filter(organ=organ)
            web = Web.of({Organ: [organ.pk], User: _pks(posts, "user"), Post: _pks(posts)})
            above = {Organ: [organ.parent_id, organ.congress_id], Region: [organ.region_id]}
            patterns.append((organ, Pattern(web, known=above, words=[organ.name, organ.short_name])))
        governments = Organ.objects.filter(kind=OrganKind.GOVERNMENT).exclude(congress__code=CITY)
        order = governments.select_related("region").order_by("level", "pk")
        pairs = ((organ, pattern, above) for above in order for organ, pattern in patterns)
        for organ, pattern, above in islice(pairs, max(0, missing)):
            kind = organ.short_name.removeprefix("市")
            base: Ids = defaultdict(dict)
            base[Organ] = {organ.parent_id: above.pk, organ.congress_id: above.congress_id}
            base[Region] = {organ.region_id: above.region_id}
            names = {organ.name: f"东湖市{above.region.name}{kind}", organ.short_name: f"{above.region.name}{kind}"}
            pattern.write(self.to, self._copy(Variant(base, names)))
        yield "部门"

    def _venues(self, kinds: list[str], missing: int, what: str) -> Iterator[str]:
        """Single stations or points, in villages of their own, in every town in turn."""
        found = [(town, self._patterns(town, town.single(kinds))) for town in self.towns]
        for variant, pattern in islice(self._in_turn(found), max(0, missing)):
            c = self._copy(variant, pattern, drift=self.dice.uniform(-0.03, 0.03))
            for code, row in pattern.web.rows[Region].items():
                c.words[code] = self._code(c.base[Region].get(row["parent_id"], row["parent_id"]))
                c.words[row["name"]] = words.a_village(self.dice)
            pattern.write(self.to, c)
            if self.to.is_full():
                yield what
        yield what

    def _members(self, missing: int) -> Iterator[str]:
        """Deputies without an account yet, in every town in turn."""
        found = [(town, self._patterns(town, town.members(), without=User)) for town in self.towns]
        for variant, pattern in islice(self._in_turn(found), max(0, missing)):
            pattern.write(self.to, self._copy(variant, pattern))
            if self.to.is_full():
                yield "代表"
        yield "代表"

    def _patterns(self, town: Town, webs: list[Web], without: Model | None = None) -> list[Pattern]:
        known = {model: found for model, found in town.web.rows.items() if model is not without}
        return [Pattern(web, known=known, words=town.words) for web in webs]

    def _in_turn(self, found: list[tuple[Town, list[Pattern]]]) -> Iterator[tuple[Variant, Pattern]]:
        turns = [(variant, cycle(patterns)) for town, patterns in found if patterns for variant in town.variants]
        for variant, patterns in cycle(turns):
            yield variant, next(patterns)

    # -- histories -----------------------------------------------------------------------------------------------------

    def _histories(self) -> Iterator[History]:
        told = Web.of({Opinion: _pks(Opinion.objects.all()), Suggestion: _pks(Suggestion.objects.all())})
        for web in told.split():
            if not web.count("suggestions.Opinion") + web.count("suggestions.Suggestion"):
                continue
            places = [place for place in (*self.towns, self.city) if _touches(web, place.web)]
            known: dict[Model, set[Any]] = defaultdict(set)
            for place in places:
                for model, found in place.web.rows.items():
                    known[model] |= set(found)
            pattern = Pattern(web, known=known, words={*words.PHRASES}.union(*(place.words for place in places)))
            yield self._history(pattern, places)

    def _history(self, pattern: Pattern, places: list[Place]) -> History:
        web = pattern.web
        past = sorted(at for at in web.moments() if at <= self.now)
        floor = datetime.combine(Term.objects.earliest("opens_on").opens_on, time(9), SHANGHAI)
        still = False
        for row in web.rows.get(Suggestion, {}).values():
            still = still or row["in_session"]
            if row["plenary_id"]:
                closed = Plenary.objects.get(pk=row["plenary_id"]).closes_on
                floor = max(floor, datetime.combine(closed + timedelta(days=1), time(9), SHANGHAI))
        open_ones = [row for row in web.rows.get(Deadline, {}).values() if row["met_at"] is row["dropped_at"] is None]
        wakes = min((row["wake_at"] for row in open_ones), default=None)
        back = max(0, (past[0] - floor) // WEEK)
        if wakes is not None:
            back = max(0, min(back, (wakes - self.now) // WEEK))
        forth = max(0, (self.now - past[-1]) // WEEK)
        weeks = [n for n in range(-back, forth + 1) if all(keeps_its_date(row, n * WEEK) for row in open_ones)]
        return History(pattern, places, past[0], [0] if still else weeks, wakes)

    def _copies(self, histories: list[History]) -> Iterator[str]:
        """Copies in the order of the days they begin on, so that later numbers are later matters."""
        days: dict[Any, Counter[tuple[int, int]]] = defaultdict(Counter)
        for n, weeks in self._plan(histories):
            days[(histories[n].begun + weeks * WEEK).date()][n, weeks] += 1
        for day in sorted(days):
            todays = list(days[day].elements())
            self.dice.shuffle(todays)
            for n, weeks in todays:
                self._tell(histories[n], weeks)
                if self.to.is_full():
                    yield f"{day:%Y-%m} 的办理过程"

    def _plan(self, histories: list[History]) -> Iterator[tuple[int, int]]:
        """Which history is copied how often, by how many weeks it moves: round after round while there is room."""
        opinions = self.size.opinions - Opinion.objects.count()
        suggestions = self.size.suggestions - Suggestion.objects.count()
        went_on = True
        while went_on:
            went_on = False
            for n, history in enumerate(histories):
                if history.opinions <= opinions and history.suggestions <= suggestions:
                    opinions -= history.opinions
                    suggestions -= history.suggestions
                    went_on = True
                    yield n, self.dice.choice(history.weeks)

    def _tell(self, history: History, weeks: int) -> None:
        variant = self._variant(history.places)
        c = self._copy(variant, history.pattern, weeks=weeks * WEEK)
        spare = JITTER
        if history.wakes is not None:
            spare = min(spare, max(0, int((history.wakes + c.weeks - self.now).total_seconds()) - 60))
        c.jitter = timedelta(seconds=self.dice.randint(0, spare))
        regions = (row["name"] for place in history.places for row in place.web.rows.get(Region, {}).values())
        c.spoken = {name: f"{c.words.get(name, name)}{words.a_spot(self.dice)}" for name in regions}
        c.spoken |= {phrase: self.dice.choice(others) for phrase, others in words.PHRASES.items()}
        c.spoken["area"] = self.dice.choice(AREAS)
        history.pattern.write(self.to, c)

    def _variant(self, places: list[Place]) -> Variant:
        """One copy of each place a history touches; told towns keep their own histories and get no more."""
        chosen = [
            self.dice.choice(p.variants[1:] if isinstance(p, Town) and p.variants[1:] else p.variants) for p in places
        ]
        if len(chosen) == 1:
            return chosen[0]
        key = tuple(map(id, chosen))
        if key not in self.merged:
            both = self.merged[key] = Variant()
            for variant in chosen:
                both.words |= variant.words
                for model, ids in variant.base.items():
                    both.base[model] = both.base[model] | ids
        return self.merged[key]


AREAS = (
    "",
    "中心城区",
    "南湖区",
    "岭西区",
    "白桦县",
    "青禾县",
    "各乡镇",
    "开发区",
    "老城区",
    "沿湖一带",
    "山区",
    "城乡结合部",
)


def _pks(rows: models.QuerySet, name: str = "pk") -> list[Any]:
    return list(rows.order_by(name).values_list(name, flat=True).distinct())


def _stationed(venues: models.QuerySet) -> models.QuerySet:
    return VenueDeputy.objects.filter(seat=OuterRef("pk"), venue__in=venues)


def _citys_own(towns: list[Town]) -> Web:
    """Deputies of the city who sign in, hold no post and are stationed in no town: with seat, account and code."""
    seats = Seat.objects.filter(organ__code=CITY, deputy__user__posts=None, deputy__user__isnull=False)
    seats = seats.exclude(pk__in={pk for town in towns for pk in town.web.rows[Seat]}).select_related("deputy")
    return Web.of(
        {
            User: [seat.deputy.user_id for seat in seats],
            Deputy: [seat.deputy_id for seat in seats],
            Seat: [seat.pk for seat in seats],
            CodeTarget: [seat.deputy.code for seat in seats],
        }
    )


def _touches(web: Web, place: Web) -> bool:
    """Whether any row of the history points to a row of the place."""
    for model, found in web.rows.items():
        keys = [f for f in model._meta.concrete_fields if f.is_relation and f.related_model in place.rows]
        for row in found.values():
            if any(row[f.attname] in place.rows[f.related_model] for f in keys):
                return True
    return False
