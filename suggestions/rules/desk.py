"""Who may open which page of the console: sentences over posts; what one may do there is asked of each matter."""

from collections.abc import Callable
from typing import Any

from accounts.rules import DWC, holds
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


OPENS: dict[str, Callable[[Any], bool]] = {
    "review": _any(keeps_office, is_secretariat),
    "assign": _any(keeps_congress, is_secretariat, is_government_office),
    "supervise": _any(keeps_office, is_government_office, oversees_work),
    "opinions": _any(keeps_office, leads_council),
    "suggestions": _any(keeps_congress, is_secretariat, is_government_office, oversees_work),
    "replies": keeps_congress,
    "ratings": _any(keeps_office, leads_council),
    "handovers": keeps_office,
    "messages": _any(keeps_office, lambda actor: holds(actor, Role.SYS_ADMIN)),
}


def may_open(actor: Any, page: str) -> bool:
    return OPENS[page](actor)
