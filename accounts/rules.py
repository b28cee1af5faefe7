"""The vocabulary of posts: sentences over `actor.facts.posts` that compare ids and never query."""

from typing import Any

import rules

from accounts.states import ADMINISTRATORS, Role

DWC = (Role.DWC_CLERK, Role.DWC_LEAD)
UNIT = (Role.HANDLER_CLERK, Role.HANDLER_LEAD)
DESK = (*UNIT, Role.GOV_OFFICE, Role.LIAISON)
CONSOLE = (
    *DWC,
    Role.SESSION_SECRETARIAT,
    Role.GOV_OFFICE,
    Role.SPECIAL_COMMITTEE,
    Role.COUNCIL_LEADER,
    Role.SC_MEMBER,
    *ADMINISTRATORS,
)


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


# -- reference data: kept by the administrators, who hold no business permission (security.md §2.1) --------------------


@rules.predicate
def keeps_regions(actor: Any, region: Any) -> bool:
    return holds(actor, Role.SYS_ADMIN)


@rules.predicate
def keeps_organ(actor: Any, organ: Any) -> bool:
    """The administrators of the organ's tree."""
    roles = (Role.SYS_ADMIN, Role.SEC_ADMIN)
    return holds(actor, *roles) if organ is None or not organ.path else oversees(actor, organ.path, *roles)


@rules.predicate
def keeps_user(actor: Any, user: Any) -> bool:
    return holds(actor, Role.SYS_ADMIN, Role.SEC_ADMIN)


@rules.predicate
def keeps_post(actor: Any, post: Any) -> bool:
    """The security administrator grants roles in the own tree, never to himself."""
    if post is None:
        return holds(actor, Role.SEC_ADMIN)
    return post.user_id != actor.pk and oversees(actor, post.organ.path, Role.SEC_ADMIN)


rules.add_perm("accounts.keep_region", keeps_regions)
rules.add_perm("accounts.keep_organ", keeps_organ)
rules.add_perm("accounts.keep_user", keeps_user)
rules.add_perm("accounts.keep_post", keeps_post)


def acts_for_a_unit(actor: Any) -> bool:
    """Enters `/desk/`: handlers, government offices that dispatch, liaisons of court and procuratorate."""
    return holds(actor, *DESK)


def is_staff_of_congress(actor: Any) -> bool:
    """Enters the console: congress offices of every level, their bodies, government offices, the three administrators."""
    return holds(actor, *CONSOLE)
