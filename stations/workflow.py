"""The verbs of a venue: founded, merged, closed, opened again; and who is stationed there."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Organ, Region
from deputies import codes, handovers
from deputies.models import CodeTarget, Handover, Seat
from ground import clock, trees
from ground.errors import GuardFailed, Invalid
from ground.workflow import Actor, begin, begin_all, move
from stations.models import Venue, VenueDeputy
from stations.queries import station_of
from stations.states import VenueState


@transaction.atomic
def found(name: str, *, by: Actor, kind: str, organ: Organ, code: str = "", parent: Venue | None = None,
          region: Region | None = None, **fields: Any) -> Venue:  # fmt: skip
    """Opens a venue with a code for life: the given one, else the next free."""
    code = code or codes.next_code("S")
    codes.issue(code)
    venue = Venue(code=code, name=name, kind=kind, organ=organ, parent=parent, region=region, path=f"+{code}", **fields)
    with begin(venue, "found", by=by):
        trees.plant(venue)
    return venue


@transaction.atomic
def found_all(venues: list[Venue], *, by: Actor) -> list[Venue]:
    """`found` for many unsaved venues, parents before children; those without a code get the next free ones."""
    fresh = [venue for venue in venues if not venue.code]
    for venue, code in zip(fresh, codes.next_codes("S", len(fresh)) if fresh else [], strict=True):
        venue.code = code
    codes.issue_all([CodeTarget(code=venue.code, kind="venue", venue_code=venue.code) for venue in venues])
    waiting = venues
    while waiting:  # one storey of the tree after the other: a path needs the ids above
        storey = [venue for venue in waiting if venue.parent is None or venue.parent.pk is not None]
        waiting = [venue for venue in waiting if venue.parent is not None and venue.parent.pk is None]
        if not storey:
            raise Invalid("parent", "上级绕成了一圈，请核对。")
        for venue in storey:
            venue.path = f"+{venue.code}"
        with begin_all(storey, "found", by=by):
            for venue in storey:
                venue.path = f"{venue.parent.path if venue.parent else ''}{venue.pk}."
    return venues


@transaction.atomic
def merge(venue: Venue, *, by: Actor, into: Venue, seen: str = "") -> Venue:
    """Merges a venue into another: code, deputies, posts, places below and open matters pass to it by the handover.

    `seen` is the digest of the handover that was shown: if it differs now, nothing is done.
    """
    with move(venue, "merge", by=by) as m:
        if into.state != VenueState.OPEN or into.path.startswith(venue.path):
            raise Invalid("into", "请选择另一个开放的站点，不能是它自己或它的下级。")
        plan = handovers.plan("venue_merged", [venue], by=by, successors={venue.pk: into}, seen=seen)
        venue.merged_into = into
        m.recorded = {"into": into.code}
    handovers.apply(plan, by=by)
    return venue


@transaction.atomic
def close(venue: Venue, *, by: Actor, seen: str = "") -> Venue:
    """Closes a venue for good; what is open passes to the station above. Raises GuardFailed `no_station_above`."""
    with move(venue, "close", by=by) as m:
        heir = successor_of(venue)
        if heir is None:
            raise GuardFailed("no_station_above", "上级没有开放的联络站可以接手，请改用“并入其他站点”。")
        plan = handovers.plan("venue_closed", [venue], by=by, successors={venue.pk: heir}, seen=seen)
        m.recorded = {"heir": heir.code}
    handovers.apply(plan, by=by)
    return venue


@transaction.atomic
def reopen(venue: Venue, *, by: Actor) -> Venue:
    """Undoes a merge or close: the last handover goes back as far as nobody has gone on with what it moved."""
    with move(venue, "reopen", by=by):
        venue.merged_into = None
    last = _last_of(venue)
    if last is not None:
        handovers.undo(last, by=by)
    return venue


def moved_by(venue: Venue) -> int:
    """How many things went away with a merged or closed venue, and come back when it opens again."""
    last = _last_of(venue)
    return len(handovers.rows_of(last)) if last else 0


def _last_of(venue: Venue) -> Handover | None:
    return handovers.last_of(venue, "venue_merged", "venue_closed")


def successor_of(venue: Venue) -> Venue | None:
    """The station that takes over from a venue that closes: the nearest open station above it."""
    return station_of(venue.parent) if venue.parent_id else None


@transaction.atomic
def place_under(venue: Venue, parent: Venue | None) -> Venue:
    """Moves a venue, with everything below it, to another place in the tree."""
    venue.parent = parent
    trees.plant(venue)
    return venue


@transaction.atomic
def station(seat: Seat, *, at: Venue, since: date | None = None) -> VenueDeputy:
    """Stations a deputy at a venue by one of their seats; a second call changes nothing."""
    return VenueDeputy.objects.get_or_create(
        venue=at, seat=seat, until=None, defaults={"since": since or clock.today()}
    )[0]
