"""How much the public asks for projects: what the index (votes/demand.py) is made of, for many rows in a few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count

from votes import demand


@dataclass(frozen=True)
class Demand:
    """公众需求度 of one project, with its parts."""

    supporters: int = 0
    opinions: int = 0
    opinion_people: int = 0
    suggestions: int = 0
    areas: tuple[str, ...] = ()

    @property
    def index(self) -> int:
        return demand.index(
            supporters=self.supporters,
            opinion_people=self.opinion_people,
            suggestions=self.suggestions,
            areas=self.areas,
        )


def demands(projects: Iterable[Any]) -> dict[int, Demand]:
    """project id → its demand. Three queries, whatever the number of projects."""
    ids = [project.pk for project in projects]
    if not ids:
        return {}
    supports, areas = _supports(ids)
    opinions: dict[int, list[int]] = defaultdict(list)  # people behind each linked opinion
    suggestions: dict[int, int] = defaultdict(int)
    links = apps.get_model("votes", "ProjectLink").objects.filter(project__in=ids).select_related("opinion__town")
    rows = list(links.annotate(joined=Count("opinion__members")))
    for link in rows:
        if link.opinion_id is None:
            suggestions[link.project_id] += 1
            continue
        opinions[link.project_id].append(1 + link.joined)
        areas[link.project_id].add(str(link.opinion.town or link.opinion.division_id or ""))
    return {
        pk: Demand(
            supports[pk], len(opinions[pk]), sum(opinions[pk]), suggestions[pk], tuple(sorted(areas[pk] - {""}))
        )
        for pk in ids
    }  # fmt: skip


def _supports(ids: list[int]) -> tuple[dict[int, int], dict[int, set[str]]]:
    rows = apps.get_model("votes", "ProjectSupport").objects.filter(project__in=ids)
    counts: dict[int, int] = defaultdict(int)
    areas: dict[int, set[str]] = defaultdict(set)
    for project, area, n in rows.values_list("project", "area").order_by("project").annotate(n=Count("pk")):
        counts[project] += n
        if area:
            areas[project].add(area)
    return counts, areas
