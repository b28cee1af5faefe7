"""How good the guesses are: what was guessed at the moment a person chose, and whether the choice was among it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Organ
from accounts.states import OrganKind
from ground import clock
from suggestions.models import RoutingOutcome, Suggestion
from suggestions.routing.ranking import Judge, places_of_opinions, wanted_of

COUNTED = timedelta(days=365)
ENOUGH = 20  # handings-over below which a share says nothing


@dataclass(frozen=True)
class Record:
    """Of how many handings-over in the last year the first guess, or one of the first three, was taken."""

    n: int
    first: int
    third: int

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def first_percent(self) -> int:
        return round(100 * self.first / self.n) if self.n else 0

    @property
    def third_percent(self) -> int:
        return round(100 * self.third / self.n) if self.n else 0


def note(suggestion: Suggestion, mains: Iterable[Organ], *, by: Any, within: Organ | None = None) -> None:
    """Called by the verb that hands over, before the units have it. A government that will pass it on is no guess's answer."""
    chosen = [organ for organ in mains if organ.kind != OrganKind.GOVERNMENT or within is not None]
    if not chosen:
        return
    judge = Judge(suggestion.congress_id, within=within)
    known = places_of_opinions([suggestion.pk]).get(suggestion.pk, ())
    ranked = judge.rank([wanted_of(suggestion, known)], actor=by)[suggestion.pk]
    guesses = [fit.organ.pk for fit in ranked.fits if fit.score]
    RoutingOutcome.objects.bulk_create(
        [
            RoutingOutcome(
                suggestion=suggestion, congress_id=suggestion.congress_id, organ=organ, guesses=guesses,
                rank=guesses.index(organ.pk) + 1 if organ.pk in guesses else 0, learned=ranked.learned,
                by_id=by.pk if by.actor_kind == "user" else None, at=clock.now(),
            )
            for organ in chosen
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def record_of(congresses: Iterable[int]) -> Record:
    rows = RoutingOutcome.objects.filter(congress__in=list(congresses), at__gte=clock.now() - COUNTED)
    return Record(**rows.aggregate(
        n=Count("pk"), first=Count("pk", filter=Q(rank=1)), third=Count("pk", filter=Q(rank__range=(1, 3)))
    ))  # fmt: skip
