"""Which units fit a suggestion: what they are called, what they handled in the same field, what they have on their hands.

A proposal for people, never a decision. Every number is shown, so that whoever hands over can see why.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Q

from accounts.states import OrganKind
from ground.bigrams import bigrams
from suggestions.queries.board import load_of

UNITS = (OrganKind.DEPARTMENT, OrganKind.GOVERNMENT, OrganKind.TOWN, OrganKind.COURT, OrganKind.PROCURATORATE)
# Words every name has, which say nothing of what a unit does.
EMPTY_WORDS = re.compile("人民|政府|办公室|委员会|管理|工作|监督|东|西|南|北|省|市|县|区|镇|乡|街道|局|和|与")
BY_NAME, BY_NAME_MOST, BY_FIELD = (
    15,
    45,
    55,
)  # points: a pair of characters of its name in the text, and the share of its field


@dataclass(frozen=True)
class Fit:
    """One proposed unit: points up to 100, why, and what it has done and has to do."""

    organ: Any
    score: int
    reason: str
    past: int
    running: int
    late: int
    is_best: bool = False


def suggest_handlers(suggestions: Iterable[Any], *, limit: int = 3) -> dict[int, list[Fit]]:
    """suggestion id → the units that fit best, for suggestions with their versions, in three queries for each congress."""
    by_congress: dict[int, list[Any]] = defaultdict(list)
    for suggestion in suggestions:
        by_congress[suggestion.congress_id].append(suggestion)
    found: dict[int, list[Fit]] = {}
    for congress_id, group in by_congress.items():
        judge = Judge(congress_id)
        for s in group:
            taken = {a.organ_id for a in s.assignments.all() if a.is_live}
            found[s.pk] = judge.fits(
                s.text.title, f"{s.text.situation} {s.text.proposal}", s.field, limit, leave_out=taken
            )
    return found


class Judge:
    """The units of one congress with their experience, read once."""

    def __init__(self, congress_id: int) -> None:
        organs = apps.get_model("accounts", "Organ").objects.live()
        self.units = list(organs.filter(congress=congress_id, kind__in=UNITS).select_related("region").order_by("code"))
        self.load = load_of(unit.pk for unit in self.units)
        self.experience = self._experience(congress_id)
        self.words = {unit.pk: _words_of(unit) for unit in self.units}

    @staticmethod
    def _experience(congress_id: int) -> Mapping[str, Mapping[int, int]]:
        """field → unit → how many it handled as main unit."""
        rows = apps.get_model("suggestions", "Assignment").objects.filter(
            ~Q(state__in=["released", "dispatched"]), role="main", suggestion__congress=congress_id
        )
        table: dict[str, dict[int, int]] = defaultdict(dict)
        for name, organ, n in rows.values_list("suggestion__field", "organ").annotate(n=Count("pk")):
            table[name][organ] = n
        return table

    def fits(self, title: str, text: str, field: str, limit: int, *, leave_out: Iterable[int] = ()) -> list[Fit]:
        here = self.experience.get(field, {}) if field else {}
        most = max(here.values(), default=0)
        pairs = set(bigrams(f"{title} {text}").split())
        ranked = []
        for unit in self.units:
            if unit.pk in leave_out:
                continue
            named = [word for word in self.words[unit.pk] if word in pairs]
            score = min(len(named) * BY_NAME, BY_NAME_MOST) + (
                round(BY_FIELD * here.get(unit.pk, 0) / most) if most else 0
            )
            ranked.append((score, unit, named))
        ranked.sort(key=lambda row: (-row[0], row[1].kind == OrganKind.GOVERNMENT, row[1].code))
        return [
            self._fit(score, unit, named, here.get(unit.pk, 0), n == 0)
            for n, (score, unit, named) in enumerate(ranked[:limit])
        ]

    def _fit(self, score: int, unit: Any, named: list[str], past_here: int, first: bool) -> Fit:
        load = self.load.get(unit.pk, {"past": 0, "running": 0, "late": 0})
        why = [f"正文提到“{'、'.join(named[:2])}”"] if named else []
        why += [f"办过同类 {past_here} 件"] if past_here else []
        return Fit(unit, min(score, 99), "；".join(why) or "没有办过同类建议", **load, is_best=first and score > 0)


def _words_of(unit: Any) -> list[str]:
    """The pairs of characters in a unit's name that say what it does."""
    said = EMPTY_WORDS.sub(" ", unit.name.removeprefix(str(unit.region.name) if unit.region_id and unit.region else ""))
    return [word for word in bigrams(said).split() if len(word) == 2]
