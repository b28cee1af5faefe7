"""How alike two matters are: runs of two and three characters, weighed by rarity, the title thrice, the angle between them.

In requests PostgreSQL finds a bounded set of candidates by the rarest pairs of the text (`bigrams` columns), and the
angle puts them in order, with the place counted beside the words. How rare a run is the night has counted over masked
texts (`Rarity`, kept as arrays); without that file every run counts the same, and what is found is only less well ordered.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

from ground.bigrams import bigrams, grams

SHORTEST, LONGEST, TITLE_WEIGHT = 2, 3, 5
READ = 600  # characters of a text that are compared: what is alike is said at the beginning
SOUGHT = 40  # pairs a search is made of, the rarest
MOST_MET = 4_000  # rows that those pairs may be expected in, all together
ENOUGH = 0.18  # the likeness, place counted, from which a matter is shown as like another
SAID_ALL = 0.5  # or so much of its words stand in the other
LEAST_WORDS = 20  # shorter texts are not thought more alike for being short
CANDIDATES = 80  # rows whose texts are compared
FLOOR = 5  # people who used a term before it is kept (security.md §6.8)
KEPT_TERMS = 200_000

Vector = dict[str, float]
Row = TypeVar("Row")


class Rarity:
    """In how many of `rows` texts each run of characters stands. Runs that are not known stand in fewer than `least`."""

    def __init__(self, rows: int = 0, terms: Any = None, met: Any = None, least: int = FLOOR) -> None:
        self.rows, self.least = rows, least
        self._vocabulary, self._met = terms, met

    @property
    def terms(self) -> int:
        """How many are known."""
        return 0 if self._vocabulary is None else len(self._vocabulary)

    def met(self, words: list[str]) -> list[int]:
        """For each word in how many texts it is expected."""
        if self._vocabulary is None or not words:
            return [self.least - 1] * len(words)
        places = self._vocabulary.find(words)
        return [int(self._met[place]) if place >= 0 else self.least - 1 for place in places.tolist()]

    def weights(self, words: list[str]) -> list[float]:
        return [math.log((1 + self.rows) / (1 + n)) + 1 if self.rows else 1.0 for n in self.met(words)]

    def pack(self) -> bytes:
        import numpy as np

        from suggestions.routing.arrays import pack

        return pack({
            "rows": np.array(self.rows), "least": np.array(self.least),
            "terms": self._vocabulary.terms, "met": self._met,
        })  # fmt: skip

    @classmethod
    def unpack(cls, content: bytes) -> "Rarity":
        """Raises Invalid for a file that holds no such arrays."""
        from suggestions.routing.arrays import Vocabulary, unpack

        found = unpack(content)
        return cls(int(found["rows"]), Vocabulary(found["terms"]), found["met"], int(found["least"]))


def count(texts: Iterable[tuple[str, str, Hashable]]) -> Rarity:
    """Counts the runs of (title, body, person); those that fewer than five people used are dropped."""
    import numpy as np

    from suggestions.routing.arrays import Vocabulary

    met: Counter[str] = Counter()
    users: dict[str, set[Hashable]] = defaultdict(set)
    rows = 0
    for title, body, person in texts:
        rows += 1
        for term in set(_runs(title, body)):
            met[term] += 1
            if len(users[term]) < FLOOR:
                users[term].add(person)
    kept = [(term, n) for term, n in met.most_common() if len(users[term]) >= FLOOR]
    least = kept[KEPT_TERMS][1] + 1 if len(kept) > KEPT_TERMS else FLOOR
    kept = sorted(kept[:KEPT_TERMS])
    return Rarity(
        rows, Vocabulary(np.array([t for t, _ in kept], dtype=np.str_)), np.array([n for _, n in kept]), least
    )


def _runs(title: str, body: str) -> list[str]:
    return grams(title[:READ], SHORTEST, LONGEST) * TITLE_WEIGHT + grams(body[:READ], SHORTEST, LONGEST)


def vector(title: str, body: str, rarity: Rarity) -> Vector:
    """The runs of a matter with their weights; of length one. Empty for a text without a word."""
    found = Counter(_runs(title, body))
    weighed = {
        term: n * weight for (term, n), weight in zip(found.items(), rarity.weights(list(found)), strict=True)
    }  # fmt: skip
    length = math.sqrt(sum(value * value for value in weighed.values()))
    return {term: value / length for term, value in weighed.items()} if length else {}


def angle(one: Vector, other: Vector) -> float:
    """1 for the same words, 0 for none in common."""
    small, large = sorted((one, other), key=len)
    return sum(value * large[term] for term, value in small.items() if term in large)


def sought(title: str, body: str, rarity: Rarity) -> list[tuple[str, float]]:
    """The pairs and words to seek candidates by, each with its weight: the weightiest first, the title's before others, as
    long as they lead to a bounded number of rows. What stands everywhere is not sought."""
    n_of = Counter(grams(body[:READ], SHORTEST, SHORTEST))
    for word, n in Counter(grams(title[:READ], SHORTEST, SHORTEST)).items():
        n_of[word] += n * TITLE_WEIGHT
    words = [word for word in n_of if len(word) > 1]
    weights = [n_of[word] * weight for word, weight in zip(words, rarity.weights(words), strict=True)]
    found, left = [], MOST_MET
    for weight, met, word in sorted(
        zip(weights, rarity.met(words), words, strict=True), key=lambda row: (-row[0], row[2])
    ):
        if met <= left and len(found) < SOUGHT:
            left -= met
            found.append((word, weight))
    return found


def shared(mine: Vector, other: Vector) -> float:
    """How much of the weight of `mine` stands in the other, from 0 to 1: a few words may all be in a long text."""
    return sum(value * value for term, value in mine.items() if term in other)


@dataclass(frozen=True)
class Corpus(Generic[Row]):
    """What PostgreSQL does for requests, in memory: for measuring, and for the night."""

    rows: Sequence[Row]
    texts: Callable[[Row], tuple[str, str]]
    rarity: Rarity

    def __post_init__(self) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        lengths = []
        for n, row in enumerate(self.rows):
            title, body = self.texts(row)
            words = bigrams(f"{title}\n{body}").split()
            lengths.append(math.sqrt(max(len(words), LEAST_WORDS)))
            for word in words:
                places[word].append(n)
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_lengths", lengths)
        object.__setattr__(self, "_vectors", {})

    def like(self, title: str, body: str, most: int, *, leave_out: int = -1) -> list[tuple[int, float]]:
        """The places of the rows most alike, with their likeness."""
        met: dict[int, float] = defaultdict(float)
        for word, weight in sought(title, body, self.rarity):
            for n in self._places.get(word, ()):
                met[n] += weight
        met.pop(leave_out, None)
        near = sorted(met, key=lambda n: (-met[n] / self._lengths[n], -n))[:CANDIDATES]
        wanted = vector(title, body, self.rarity)
        ranked = sorted(((n, angle(wanted, self._vector(n))) for n in near), key=lambda pair: (-pair[1], -pair[0]))
        return ranked[:most]

    def _vector(self, n: int) -> Vector:
        if n not in self._vectors:
            self._vectors[n] = vector(*self.texts(self.rows[n]), self.rarity)
        return self._vectors[n]


# -- in requests -------------------------------------------------------------------------------------------------------

SAME_TOWN, OTHER_TOWN, AT_HAND, NEAR = 1.15, 0.7, 1.4, 1.2  # what the place makes of the likeness
AT_HAND_KM, NEAR_KM = 0.3, 1.5
MASKED = re.compile(r"[0-9A-Za-z]*\*+[0-9A-Za-z]*")
TITLE = 30  # characters of a text that stand for its title, as `Opinion.title` shows them

# The candidates of every matter that is sought, in one query: the rows each of its words stands in, the weights summed
# up, the longer text less. What a page may see is asked of them afterwards.
NEAREST = """
SELECT key, id FROM (
  SELECT w.key, m.id, row_number() OVER (
    PARTITION BY w.key ORDER BY sum(w.weight) / sqrt(greatest(min(m.words), {least})) DESC, m.id DESC) AS n
  FROM unnest(%s::bigint[], %s::text[], %s::float8[]) AS w(key, word, weight)
  CROSS JOIN LATERAL (
    SELECT t.id, length(t.bigrams) AS words FROM {table} t
    WHERE t.bigrams @@ to_tsquery('simple', w.word) AND {where} LIMIT {most}
  ) m
  GROUP BY w.key, m.id
) ranked WHERE n <= %s"""


@dataclass(frozen=True)
class Wanted:
    """A matter whose like are sought; `key` names it in the answer. Town and point say where it is."""

    key: int
    title: str
    body: str
    town_id: int | None = None
    point: tuple[float, float] | None = None  # lng, lat

    @classmethod
    def said(cls, text: str, *, key: int = 0, place: str = "", **where: Any) -> "Wanted":
        """Words without a title: how they begin stands for it. What is masked in them is not sought."""
        text = MASKED.sub(" ", text)
        return cls(key, text[:TITLE], f"{text}\n{place}", **where)


def opinions_like(
    rows: QuerySet,
    wanted: Sequence[Wanted],
    *,
    rarity: Rarity,
    published: bool = False,
    congress_id: int | None = None,
    most: int = 5,
    enough: float = 0.0,
) -> dict[int, list[tuple[Any, float]]]:
    """key → the opinions among `rows` most alike, by their masked words and place. `published` and `congress_id` say, for
    the search, what holds for all of `rows` anyway."""
    where, given = ["TRUE"], []
    if published:
        where.append("t.published_at IS NOT NULL")
    if congress_id is not None:
        where.append("t.congress_id = %s")
        given.append(congress_id)

    def words(row: Any) -> Vector:
        return vector(row.masked_text[:TITLE], f"{row.masked_text}\n{row.place}", rarity)

    return nearest(
        rows, wanted, "suggestions_opinion", " AND ".join(where), given, words, rarity, most, enough, _by_place
    )  # fmt: skip


def suggestions_like(
    rows: QuerySet, wanted: Sequence[Wanted], *, congress_id: int, rarity: Rarity, most: int = 12
) -> dict[int, list[tuple[Any, float]]]:
    """key → the registered suggestions of a congress among `rows` most alike, with versions and assignments."""

    def words(row: Any) -> Vector:
        text = row.text
        return vector(text.title, f"{text.situation}\n{text.proposal}", rarity)

    rows = rows.prefetch_related("versions", "assignments")
    where = "t.congress_id = %s AND t.registered_at IS NOT NULL"
    return nearest(rows, wanted, "suggestions_suggestion", where, [congress_id], words, rarity, most)


def candidates(
    cursor: Any, wanted: Sequence[Wanted], table: str, where: str, given: list[Any], rarity: Rarity, most: int
) -> dict[int, list[int]]:
    """key → ids of the rows worth comparing, at most so many each, by one query; the weightiest first."""
    keys, words, weights = [], [], []
    for matter in wanted:
        for word, weight in sought(matter.title, matter.body, rarity):
            keys.append(matter.key)
            words.append(f"'{word}'")
            weights.append(weight)
    near: dict[int, list[int]] = defaultdict(list)
    if keys:
        query = NEAREST.format(table=table, where=where, least=LEAST_WORDS, most=MOST_MET)
        cursor.execute(query, [keys, words, weights, *given, most])
        for key, pk in cursor.fetchall():
            near[key].append(pk)
    return near


def nearest(
    rows: QuerySet, wanted: Sequence[Wanted], table: str, where: str, given: list[Any], vector_of: Callable[[Any], Vector],
    rarity: Rarity, most: int, enough: float = 0.0, factor: Callable[[Wanted, Any], float] = lambda matter, row: 1.0,
) -> dict[int, list[tuple[Any, float]]]:  # fmt: skip
    """key → rows of any table with an id and `bigrams` that are most alike by `vector_of`; `factor` says what nearness makes
    of the likeness. `where` and `given` say, for the search, what holds for all of `rows` anyway."""
    with connection.cursor() as cursor:
        near = candidates(cursor, wanted, table, where, given, rarity, max(CANDIDATES // max(len(wanted), 1), most * 3))
    seen = rows.in_bulk({pk for pks in near.values() for pk in pks}) if near else {}
    vectors = {pk: vector_of(row) for pk, row in seen.items()}
    found = {}
    for matter in wanted:
        mine = vector(matter.title, matter.body, rarity)
        judged = []
        for pk in near[matter.key]:
            if pk not in seen:
                continue
            by_place = factor(matter, seen[pk])
            alike = angle(mine, vectors[pk]) * by_place
            if alike >= enough or shared(mine, vectors[pk]) * by_place >= SAID_ALL:
                judged.append((seen[pk], alike))
        judged.sort(key=lambda pair: (-pair[1], -pair[0].pk))
        found[matter.key] = judged[:most]
    return found


def _by_place(matter: Wanted, row: Any) -> float:
    """How much nearer, or farther, the place makes a matter."""
    if matter.point is not None and row.lng is not None and row.lat is not None:
        away = distance_km(matter.point, (row.lng, row.lat))
        if away <= NEAR_KM:
            return AT_HAND if away <= AT_HAND_KM else NEAR
    if matter.town_id is None or row.town_id is None:
        return 1.0
    return SAME_TOWN if matter.town_id == row.town_id else OTHER_TOWN


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (lng, lat), near enough for a town."""
    east = math.radians(other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return 6371 * math.hypot(east, math.radians(other[1] - one[1]))
