"""Which places a text speaks of, and whether a unit's region covers them."""

from collections.abc import Iterable

from accounts.models import Region
from ground.bigrams import grams

SHORTEST, LONGEST = 3, 8  # characters of a division's name as people write it
COVERS, ELSEWHERE, UNSAID = 2.0, 0.2, 0.5  # what becomes of the share of a unit that serves a part of the area only
READ = 600


def places_in(text: str, within: Region | None) -> list[str]:
    """The paths of divisions below `within` that the text names: towns, streets, villages, estates."""
    names = set(grams(text[:READ], SHORTEST, LONGEST))
    if within is None or not names:
        return []
    below = Region.objects.filter(path__startswith=within.path).exclude(pk=within.pk)
    return list(below.filter(name__in=names).order_by("path").values_list("path", flat=True))


def factor(unit_path: str, area_path: str, places: Iterable[str]) -> float:
    """1 for a unit that serves the whole area; for others by whether they serve where it happened."""
    if not unit_path or not area_path or area_path.startswith(unit_path):
        return 1.0
    places = list(places)
    if not places:
        return UNSAID
    return COVERS if any(place.startswith(unit_path) for place in places) else ELSEWHERE
