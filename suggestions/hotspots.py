"""热点: clusters and hot words of a month in an area, computed at night from masked texts.

A matter is what is handled; its people are its author and those who joined it. Nothing is kept that fewer than five
people said, and nothing of what its author wants kept in confidence or away from somebody.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Region
from ground import clock, workdays
from ground.bigrams import grams
from ground.masking import mask
from suggestions import likeness
from suggestions.likeness import Corpus, Rarity
from suggestions.models import Cluster, HotWord, Opinion
from suggestions.models.hotspot import LEAST_PEOPLE
from suggestions.routing import shelf
from suggestions.routing.night import UNSAID, person_of

SAME = 0.22  # the angle from which two matters speak of the same thing
NEIGHBOURS = 60
MOST_CLUSTERS, MOST_WORDS, TERMS = 20, 30, 4
LONGEST_TERM = 6
LONGEST_PLACE = 8  # characters of a division's name
WITHIN = 0.8  # a run that mostly stands inside a longer one is no word of its own
# Characters that make no part of a word people search by.
PARTICLES = frozenset(
    "的了是在我你他她它们这那有和与及等也都就还很请希望要不没给让把被到从对为已又个着过能会吧吗呢啊去来上"
    "下里一二三几多十两年月日天时候每人家大小说问题情况反映解决建议可以现因但其中此各某后前元夜晚早昨今明"
    "越更最较太真再才只内外边些"
)


@dataclass
class Matter:
    """One thing that is handled, with everybody who stands behind it."""

    id: int
    text: str
    place: str
    people: set[Hashable] = field(default_factory=set)
    opinions: list[int] = field(default_factory=list)


def refresh(now: datetime | None = None) -> int:
    """Computes this month and the one before anew, for every area; answers how many clusters and words were kept."""
    this = (now or clock.now()).astimezone(clock.SHANGHAI).date().replace(day=1)
    former = (this - timedelta(days=1)).replace(day=1)
    rarity = shelf.rarity()
    return sum(_refresh_month(month, rarity) for month in (former, this))


def _refresh_month(month: date, rarity: Rarity) -> int:
    kept = 0
    areas = matters_by_area(month, _places())
    stale = set(Cluster.objects.filter(month=month).values_list("area", flat=True)) | set(
        HotWord.objects.filter(month=month).values_list("area", flat=True)
    )
    for area in sorted(stale | set(areas)):
        kept += _refresh_area(area, month, areas.get(area, []), rarity)
    return kept


def _refresh_area(area: int, month: date, matters: list[Matter], rarity: Rarity) -> int:
    found = clusters(matters, rarity)[:MOST_CLUSTERS]
    said = words(matters, rarity)[:MOST_WORDS]
    former = (month - timedelta(days=1)).replace(day=1)
    with transaction.atomic():
        before = dict(HotWord.objects.filter(area=area, month=former).values_list("word", "people"))
        Cluster.objects.filter(area=area, month=month).delete()
        HotWord.objects.filter(area=area, month=month).delete()
        for group in found:
            people = set().union(*(matter.people for matter in group))
            row = Cluster.objects.create(
                area_id=area, month=month, people=len(people), matters=len(group), terms=terms(group, rarity)
            )
            row.opinions.set([pk for matter in group for pk in matter.opinions])
        HotWord.objects.bulk_create(
            HotWord(area_id=area, month=month, word=word, people=people, matters=n, before=before.get(word, 0))
            for word, people, n in said
        )
    return len(found) + len(said)


def _places() -> frozenset[str]:
    """The names of divisions: where something is is no word of what it is."""
    return frozenset(Region.objects.values_list("name", flat=True))


def _without_places(text: str, places: frozenset[str]) -> str:
    if not places:
        return text
    for name in sorted(places.intersection(grams(text, 2, LONGEST_PLACE)), key=len, reverse=True):
        text = text.replace(name, "，")
    return text


def matters_by_area(month: date, places: frozenset[str] = frozenset()) -> dict[int, list[Matter]]:
    """area (a town's or street's office, and the congress) → the matters of the month, without the names of `places`."""
    after = (month + timedelta(days=32)).replace(day=1)
    rows = (
        Opinion.objects.filter(
            submitted_at__gte=workdays.start_of_day(month), submitted_at__lt=workdays.start_of_day(after),
            accepted_at__isnull=False, avoided=False, confidential=False,
        )
        .exclude(state__in=UNSAID)
        .exclude(masked_text="")
        .select_related("contact")
        .order_by("pk")
    )  # fmt: skip
    found: dict[int, dict[int, Matter]] = defaultdict(dict)
    for row in rows.iterator(chunk_size=2000):
        head = row.merged_into_id if row.state == "merged" else row.pk
        text = _without_places(mask(row.masked_text).text, places)
        for area in {row.town_id, row.congress_id} - {None}:
            matter = found[area].setdefault(head, Matter(head, text, row.place))
            matter.people.add(person_of(row))
            matter.opinions.append(row.pk)
    return {area: list(matters.values()) for area, matters in found.items()}


def clusters(matters: Sequence[Matter], rarity: Rarity) -> list[list[Matter]]:
    """Groups around the matter that most others are like; each of at least five people, the largest first."""
    corpus = Corpus(matters, _text, rarity)
    near = [
        {other for other, alike in corpus.like(*_text(matter), NEIGHBOURS, leave_out=n) if alike >= SAME}
        for n, matter in enumerate(matters)
    ]
    free = set(range(len(matters)))
    found = []
    while free:
        centre = max(free, key=lambda n: (len(near[n] & free), -n))
        group = sorted({centre} | near[centre] & free)
        free -= set(group)
        members = [matters[n] for n in group]
        if len(set().union(*(matter.people for matter in members))) >= LEAST_PEOPLE:
            found.append(members)
    return sorted(found, key=lambda group: -len(set().union(*(matter.people for matter in group))))


def words(matters: Iterable[Matter], rarity: Rarity) -> list[tuple[str, int, int]]:
    """(word, people, matters): the runs of characters that at least five people said, the most telling first."""
    users, n_of = _said(matters)
    kept = {term: people for term, people in users.items() if len(people) >= LEAST_PEOPLE}
    weights = dict(zip(kept, rarity.weights(list(kept)), strict=True))
    ranked = sorted(kept, key=lambda term: (-len(kept[term]) * weights[term], term))
    return [(term, len(kept[term]), len(n_of[term])) for term in _apart(ranked, kept)]


def terms(group: Sequence[Matter], rarity: Rarity) -> list[str]:
    """What a cluster is called by: words most of its people use."""
    return [word for word, _, _ in words(group, rarity)[:TERMS]]


def _text(matter: Matter) -> tuple[str, str]:
    return matter.text[: likeness.TITLE], f"{matter.text}\n{matter.place}"


def _said(matters: Iterable[Matter]) -> tuple[dict[str, set[Hashable]], dict[str, Counter[int]]]:
    """run → the people who said it, and → the matters it stands in."""
    users: dict[str, set[Hashable]] = defaultdict(set)
    n_of: dict[str, Counter[int]] = defaultdict(Counter)
    for matter in matters:
        for term in set(grams(matter.text[: likeness.READ], 2, LONGEST_TERM)):
            if not term.isascii() and PARTICLES.isdisjoint(term):
                users[term] |= matter.people
                n_of[term][matter.id] += 1
    return users, n_of


def _apart(ranked: list[str], people: Mapping[str, set[Hashable]]) -> list[str]:
    """Without the runs that stand in a longer one nearly always, and without pieces that lap over a better one."""
    longer = [term for term in people if len(term) > 2]
    inside = {
        piece
        for term in longer
        for n in range(2, len(term))
        for i in range(len(term) - n + 1)
        if (piece := term[i : i + n]) in people and len(people[term]) >= WITHIN * len(people[piece])
    }
    found: list[str] = []
    for term in ranked:
        if term not in inside and not any(_laps(term, other) for other in found):
            found.append(term)
    return found


def _laps(one: str, other: str) -> bool:
    """The end of one run is the beginning of the other, or one holds the other."""
    if one in other or other in one:
        return True
    return any(one.endswith(other[:n]) or other.endswith(one[:n]) for n in range(2, min(len(one), len(other))))
