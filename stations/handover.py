"""What of venues moves: codes, deputies and staff stationed there, places below."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.signin import drop_sessions
from deputies import codes
from deputies.handovers import Change, Row
from deputies.models import Seat
from ground import clock, trees
from stations.models import Venue, VenueDeputy, VenuePost
from stations.queries import station_of


class StationsCarrier:
    """Rows by verb: `lead_on` (a printed code), `unstation`, `restation`, `end_post`, `repost`, `rehang`."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind in ("seat_ended", "seat_suspended", "term_ended"):
            return list(self._of_seats(change))
        if change.kind in ("venue_merged", "venue_closed"):
            return [row for venue in change.subjects for row in self._of_venue(venue, change.successor_of(venue))]
        return []

    def _of_seats(self, change: Change) -> Iterator[Row]:
        """A fixed number of queries, however many seats end at a change of term."""
        seats = [*change.subjects, *change.successors.values()]
        at = _stationed(seat.pk for seat in seats)
        going_on = _going_on(change.subjects)
        for seat in change.subjects:
            successor = change.successor_of(seat)
            follower = successor if successor and successor.deputy_id != seat.deputy_id else None
            if change.kind == "seat_suspended":
                follower = None  # nobody succeeds somebody who may come back
            if seat.deputy_id not in going_on and not (successor and successor.deputy_id == seat.deputy_id):
                station = next((found for row in at[seat.pk] if (found := station_of(row.venue))), None)
                to = follower.deputy.code if follower else station.code if station else ""
                if to:
                    name = follower.deputy.name if follower else station.name
                    label = f"代表码 {seat.deputy.code}"
                    yield Row("seat", seat.pk, label, f"扫码转到{name}", "lead_on", seat.deputy.code, to)
            if change.kind == "seat_suspended":
                continue
            there = {row.venue_id for row in at[successor.pk]} if successor else set()
            for row in at[seat.pk]:
                label = f"进站：{row.venue}"
                yield Row("seat", seat.pk, label, f"不再列为{row.venue}进站代表", "unstation", row.pk)
                if successor and row.venue_id not in there:
                    words = f"{successor.deputy}列为{row.venue}进站代表"
                    yield Row("seat", successor.pk, label, words, "restation", successor.pk, row.venue_id)

    def _of_venue(self, venue: Venue, heir: Venue | None) -> Iterator[Row]:
        if heir is None:
            return
        yield Row("venue", venue.pk, f"站点码 {venue.code}", f"扫码转到{heir.name}", "lead_on", venue.code, heir.code)
        for child in venue.children.exclude(pk=heir.pk).order_by("code"):
            yield Row("venue", child.pk, str(child), f"改挂在{heir.name}之下", "rehang", venue.pk, heir.pk)
        for row in venue.deputies.filter(until=None).select_related("seat__deputy"):
            yield Row("venue", venue.pk, f"进站代表{row.seat.deputy}", f"不再列为{venue}进站代表", "unstation", row.pk)
            if not heir.deputies.filter(seat=row.seat_id, until=None).exists():
                words = f"列为{heir.name}进站代表"
                yield Row("venue", heir.pk, f"进站代表{row.seat.deputy}", words, "restation", row.seat_id, heir.pk)
        for row in venue.posts.filter(until=None).select_related("user"):
            yield Row("venue", venue.pk, f"工作人员{row.user}", f"在{venue}的岗位结束", "end_post", row.pk)
            if not heir.posts.filter(user=row.user_id, until=None).exists():
                # two heads of one station would be nobody's head: whoever comes along works as staff
                yield Row(
                    "venue", heir.pk, f"工作人员{row.user}", f"到{heir.name}任工作人员", "repost", row.user_id, heir.pk
                )

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        today = clock.today()
        for row in rows:
            match row.verb:
                case "lead_on":
                    codes.lead_on(row.origin, row.target, announced=change.kind.startswith("venue"))
                case "unstation":
                    VenueDeputy.objects.filter(pk=row.origin).update(until=today)
                case "restation":
                    VenueDeputy.objects.get_or_create(
                        venue_id=row.target, seat_id=row.origin, until=None, defaults={"since": today}
                    )
                case "end_post":
                    VenuePost.objects.filter(pk=row.origin).update(until=today)
                    drop_sessions(VenuePost.objects.select_related("user").get(pk=row.origin).user)
                case "repost":
                    VenuePost.objects.create(
                        venue_id=row.target, user_id=row.origin, role=VenuePost.Role.STAFF, since=today
                    )
                case "rehang":
                    _hang(row.id, row.target)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        for row in rows:
            match row.verb:
                case "lead_on":
                    codes.lead_home(row.origin)
                case "unstation":
                    VenueDeputy.objects.filter(pk=row.origin).update(until=None)
                case "restation":
                    VenueDeputy.objects.filter(venue_id=row.target, seat_id=row.origin, until=None).delete()
                case "end_post":
                    VenuePost.objects.filter(pk=row.origin).update(until=None)
                case "repost":
                    VenuePost.objects.filter(venue_id=row.target, user_id=row.origin, until=None).delete()
                case "rehang":
                    if Venue.objects.get(pk=row.id).parent_id == row.target:
                        _hang(row.id, row.origin)


def _hang(venue_id: int, parent_id: int) -> None:
    venue = Venue.objects.select_for_update().get(pk=venue_id)
    venue.parent_id = parent_id
    trees.plant(venue)


def _stationed(seats: Iterable[int]) -> dict[int, list[VenueDeputy]]:
    """seat id → where its deputy is stationed, the first place first."""
    found: dict[int, list[VenueDeputy]] = defaultdict(list)
    rows = VenueDeputy.objects.filter(seat__in=list(seats), until=None)
    for row in rows.select_related("venue__merged_into", "venue__parent__parent").order_by("since", "pk"):
        found[row.seat_id].append(row)
    return found


def _going_on(ending: Iterable[Seat]) -> set[int]:
    """The deputies who keep a seat elsewhere."""
    deputies = {seat.pk: seat.deputy_id for seat in ending}
    others = Seat.objects.active().filter(deputy__in=set(deputies.values())).exclude(pk__in=list(deputies))
    return set(others.values_list("deputy_id", flat=True))
