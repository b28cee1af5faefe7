"""The vocabulary of venues: who works there, who heads it, who is stationed there; and who keeps venues."""

from typing import Any

import rules

from accounts.rules import DWC, holds, oversees


def works_at(actor: Any, venue_id: int | None) -> bool:
    """Staff or head of this very venue."""
    return any(post.venue_id == venue_id for post in actor.facts.venue_posts)


def heads(actor: Any, venue_id: int | None) -> bool:
    return any(post.venue_id == venue_id and post.role == "station_head" for post in actor.facts.venue_posts)


def is_stationed_at(actor: Any, venue_id: int | None) -> bool:
    """An active seat of the actor is stationed at this very venue."""
    return any(row.venue_id == venue_id for row in actor.facts.stationed)


@rules.predicate
def keeps_venue(actor: Any, venue: Any) -> bool:
    """The congress office of the venue's organ or of one above it; without a venue: any congress office."""
    return holds(actor, *DWC) if venue is None else oversees(actor, venue.organ.path)


@rules.predicate
def keeps_place_at_venue(actor: Any, row: Any) -> bool:
    return holds(actor, *DWC) if row is None else oversees(actor, row.venue.organ.path)


rules.add_perm("stations.keep_venue", keeps_venue)
rules.add_perm("stations.keep_venuedeputy", keeps_place_at_venue)
rules.add_perm("stations.keep_venuepost", keeps_place_at_venue)
