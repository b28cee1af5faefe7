"""The vocabulary of posts: sentences over `actor.facts.posts` that compare ids and never query."""

from typing import Any

from accounts.states import Role

DWC = (Role.DWC_CLERK, Role.DWC_LEAD)
UNIT = (Role.HANDLER_CLERK, Role.HANDLER_LEAD)


def holds(actor: Any, *roles: str) -> bool:
    """The actor has one of the roles in some organ."""
    return any(post.role in roles for post in actor.facts.posts)


def has_role(actor: Any, organ_id: int | None, *roles: str) -> bool:
    """The actor has one of the roles in this very organ."""
    return any(post.organ_id == organ_id and post.role in roles for post in actor.facts.posts)


def roles_at(actor: Any, organ_id: int | None) -> frozenset[str]:
    return frozenset(post.role for post in actor.facts.posts if post.organ_id == organ_id)


def is_dwc_of(actor: Any, organ_id: int | None) -> bool:
    """Clerk or lead of the congress office of this very organ (congress, or street and zone committee)."""
    return has_role(actor, organ_id, *DWC)


def leads_dwc_of(actor: Any, organ_id: int | None) -> bool:
    return has_role(actor, organ_id, Role.DWC_LEAD)


def is_unit_of(actor: Any, organ_id: int | None) -> bool:
    """Clerk or lead of the handling unit."""
    return has_role(actor, organ_id, *UNIT)


def leads_unit_of(actor: Any, organ_id: int | None) -> bool:
    return has_role(actor, organ_id, Role.HANDLER_LEAD)


def oversees(actor: Any, path: str, *roles: str) -> bool:
    """The actor has one of the roles (by default dwc) in the organ with this path or in one above it."""
    return any(post.role in (roles or DWC) and path.startswith(post.path) for post in actor.facts.posts)


def prefixes(actor: Any, *roles: str) -> list[str]:
    """The paths the actor's sight reaches through posts in these roles; all roles where none is named."""
    return [post.path for post in actor.facts.posts if not roles or post.role in roles]
