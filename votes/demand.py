"""公众需求度: how much the public asks for a project, shown beside each candidate. Pure.

    people = supporters (one for a phone that was proved) + people behind the linked opinions
             + 5 for each linked suggestion of deputies, who speak for many
    index  = people, and a tenth more for each further area (town, village, community) they come from, at most twice as much

Rounded down. It orders nothing and excludes nothing: the deputies decide. Somebody who both supports and is behind an
opinion counts in both, for the two are never joined by person.
"""

from collections.abc import Iterable

OF_SUGGESTION = 5
MOST_AREAS = 11  # so many make it twice as much


def people(supporters: int, opinion_people: int, suggestions: int = 0) -> int:
    return supporters + opinion_people + OF_SUGGESTION * suggestions


def index(*, supporters: int, opinion_people: int, suggestions: int = 0, areas: Iterable[str] = ()) -> int:
    """The index. `areas` are names, the same one counts once, an empty one not at all."""
    distinct = len({area for area in areas if area})
    return people(supporters, opinion_people, suggestions) * (9 + min(max(distinct, 1), MOST_AREAS)) // 10
