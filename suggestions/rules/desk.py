"""Who may open which page of the console: sentences over posts; what one may do there is asked of each matter."""

from collections.abc import Callable
from typing import Any

import rules

from accounts.rules import DWC, holds, oversees
from accounts.states import OrganKind, Role


def keeps_congress(actor: Any) -> bool:
    """Of the office of a congress: a street's or zone's committee numbers and hands over no suggestion."""
    return any(post.role in DWC and post.kind != OrganKind.STREET for post in actor.facts.posts)


def keeps_office(actor: Any) -> bool:
    return holds(actor, *DWC)


def is_secretariat(actor: Any) -> bool:
    return holds(actor, Role.SESSION_SECRETARIAT)


def is_government_office(actor: Any) -> bool:
    return holds(actor, Role.GOV_OFFICE)


def oversees_work(actor: Any) -> bool:
    """Council leaders, special committees and members of the standing committee."""
    return holds(actor, Role.COUNCIL_LEADER, Role.SPECIAL_COMMITTEE, Role.SC_MEMBER)


def _any(*sentences: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda actor: any(sentence(actor) for sentence in sentences)


def leads_council(actor: Any) -> bool:
    return holds(actor, Role.COUNCIL_LEADER)


def sits_in_committee(actor: Any) -> bool:
    return holds(actor, Role.SPECIAL_COMMITTEE)


OPENS: dict[str, Callable[[Any], bool]] = {
    "review": _any(keeps_office, is_secretariat),
    "assign": _any(keeps_congress, is_secretariat, is_government_office),
    "supervise": _any(keeps_office, is_government_office, oversees_work),
    "opinions": _any(keeps_office, leads_council),
    "hotspots": _any(keeps_office, leads_council),
    "routing": _any(keeps_congress, is_secretariat, is_government_office),
    "suggestions": _any(keeps_congress, is_secretariat, is_government_office, oversees_work),
    "replies": keeps_congress,
    "ratings": _any(keeps_office, leads_council),
    "reports": _any(keeps_office, is_secretariat, is_government_office, leads_council, sits_in_committee),
    "mends": _any(lambda actor: holds(actor, Role.SYS_ADMIN, Role.DWC_LEAD)),
    "handovers": keeps_office,
    "posters": keeps_office,
    "messages": _any(keeps_office, lambda actor: holds(actor, Role.SYS_ADMIN)),
}


def may_open(actor: Any, page: str) -> bool:
    return OPENS[page](actor)


_of_congress = _any(keeps_congress, is_secretariat, leads_council, sits_in_committee)
_of_units = _any(_of_congress, is_government_office)
_of_places = _any(keeps_office, leads_council)
READS: dict[str, Callable[[Any], bool]] = {
    "handling": _of_congress,
    "fields": _of_congress,
    "units": _of_units,
    "groups": _of_congress,
    "key": _of_congress,
    "promises": _of_units,
    "overdue": _any(_of_units, keeps_office),
    "opinions": _of_places,
    "stations": _of_places,
}


def may_read_report(actor: Any, code: str) -> bool:
    return READS[code](actor)


# -- reference data ----------------------------------------------------------------------------------------------------


@rules.predicate
def keeps_subject_unit(actor: Any, line: Any) -> bool:
    """The congress office keeps the table of its own congress and of those below."""
    return keeps_congress(actor) if line is None or line.congress_id is None else oversees(actor, line.congress.path)


rules.add_perm("suggestions.keep_subjectunit", keeps_subject_unit)
