"""Opinions like an opinion, for whoever works on it: to see what was done the last time, to handle one matter once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from suggestions import likeness
from suggestions.likeness import Wanted
from suggestions.models import Opinion
from suggestions.routing import shelf
from suggestions.states.opinion import HEADS


def wanted_of(opinion: Opinion) -> Wanted:
    """The masked words and the place of an opinion."""
    point = (opinion.lng, opinion.lat) if opinion.lng is not None and opinion.lat is not None else None
    return Wanted.said(opinion.masked_text, key=opinion.pk, place=opinion.place, town_id=opinion.town_id, point=point)


def like(opinion: Opinion, rows: QuerySet, *, most: int, published: bool = False) -> list[Opinion]:
    """Those among `rows` that are like it, the most alike first."""
    found = likeness.opinions_like(
        rows.exclude(pk=opinion.pk), [wanted_of(opinion)], rarity=shelf.rarity(), published=published, most=most,
        enough=likeness.ENOUGH,
    )  # fmt: skip
    return [row for row, _ in found[opinion.pk]]


def merge_candidates(opinions: Sequence[Opinion], actor: Any, *, most: int = 3) -> dict[int, list[Opinion]]:
    """opinion id → the matters of the same congress that it might be joined to, as far as `actor` may see them: one search
    for all. Titles are masked; what concerns the actor does not come through `visible_to`."""
    rows = Opinion.objects.visible_to(actor).filter(state__in=HEADS, avoided=False)
    found: dict[int, list[Opinion]] = {}
    by_congress: dict[int, list[Opinion]] = {}
    rarity = shelf.rarity() if opinions else None
    for opinion in opinions:
        if not opinion.avoided and opinion.masked_text:
            by_congress.setdefault(opinion.congress_id, []).append(opinion)
    for congress_id, group in by_congress.items():
        near = likeness.opinions_like(
            rows, [wanted_of(opinion) for opinion in group], rarity=rarity, congress_id=congress_id, most=most + 1,
            enough=likeness.ENOUGH,
        )  # fmt: skip
        for opinion in group:
            others = [row for row, _ in near[opinion.pk] if row.pk != opinion.pk]
            found[opinion.pk] = others[:most]
    return found
