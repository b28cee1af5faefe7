"""Hotspots an actor may read, and the matters behind them: figures are for whoever oversees or serves the area, matters
come through `visible_to`."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from accounts.rules import prefixes
from ground import clock, trees
from suggestions.queries.mine import active_seats_of, opinions_of
from suggestions.queries.opinion import OVERSEERS

LEADABLE = ("open", "reopened", "claimed", "coordinating")


def areas_overseen(actor: Any) -> QuerySet:
    """The offices and congresses at or below the actor's posts of oversight."""
    paths = prefixes(actor, *OVERSEERS)
    organs = apps.get_model("accounts", "Organ").objects
    return organs.under(paths).filter(kind__in=["congress", "street", "town"]) if paths else organs.none()


def areas_served(actor: Any) -> list[int]:
    """The congresses a deputy sits in, and the towns of the stations where the deputy can be met."""
    stations = [row.venue_id for row in actor.facts.stationed]
    towns = apps.get_model("stations", "Venue").objects.filter(pk__in=stations).values_list("organ", flat=True)
    return [*towns, *(seat.organ_id for seat in actor.facts.seats if seat.is_active)]


def months(count: int = 12) -> list[date]:
    """This month and those before it, each as its first day."""
    found = [clock.today().replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def clusters_of(areas: Any, month: date | None = None) -> QuerySet:
    rows = apps.get_model("suggestions", "Cluster").objects.filter(area__in=areas).select_related("area")
    return rows.filter(month=month) if month else rows


def words_of(areas: Any, month: date) -> QuerySet:
    return apps.get_model("suggestions", "HotWord").objects.filter(area__in=areas, month=month).select_related("area")


def opinions_saying(word: Any, actor: Any) -> QuerySet:
    """The area's matters of the month that hold the word, as far as the actor may see them."""
    first = datetime.combine(word.month, time(), clock.SHANGHAI)
    after = datetime.combine((word.month + timedelta(days=32)).replace(day=1), time(), clock.SHANGHAI)
    inside = Q(town=word.area_id) | Q(congress=word.area_id)
    rows = apps.get_model("suggestions", "Opinion").objects.visible_to(actor)
    return rows.filter(inside, submitted_at__gte=first, submitted_at__lt=after, avoided=False).search(word.word)


def crowded_near(actor: Any, people: int, since: datetime) -> QuerySet:
    """Heads a deputy may lead that so many people raised since then: nobody else has taken them up."""
    joined = Count("members", filter=Q(members__state="merged", members__submitted_at__gte=since), distinct=True)
    rows = (
        opinions_of(actor).filter(state__in=LEADABLE, avoided=False).filter(Q(claimed_by=None) | Q(claimed_by=actor.pk))
    )
    return rows.annotate(joined=joined).filter(joined__gte=people - 1).order_by("-joined", "-pk")


def clusters_near(actor: Any) -> QuerySet:
    """Clusters of the last two months in the deputy's areas with matters of the deputy's own."""
    if not active_seats_of(actor):
        return apps.get_model("suggestions", "Cluster").objects.none()
    own = opinions_of(actor).filter(avoided=False).values("pk")
    rows = clusters_of(areas_served(actor)).filter(month__in=months(2), opinions__in=own)
    return rows.annotate(mine=Count("opinions", distinct=True)).order_by("-people", "pk")


def deputies_near(cluster: Any) -> QuerySet:
    """Active seats of the area's deputies who have a part in the cluster: its matters were said to them, or lie at a
    station where they can be met."""
    opinions = cluster.opinions.filter(avoided=False)
    stationed = apps.get_model("stations", "VenueDeputy").objects.filter(
        venue__in=opinions.values("station"), until=None
    )  # fmt: skip
    seats = apps.get_model("deputies", "Seat").objects.filter(state="active", organ__in=_congresses_of(cluster.area))
    return seats.filter(Q(pk__in=opinions.values("target_seat")) | Q(pk__in=stationed.values("seat"))).order_by("pk")


def _congresses_of(area: Any) -> list[int]:
    """The area's own congress and those above it: a deputy of the city serves the town as well."""
    paths = trees.above(area.path)
    return list(apps.get_model("accounts", "Organ").objects.filter(path__in=paths).values_list("pk", flat=True))


def deputies_concerned(suggestion: Any) -> QuerySet:
    """Other deputies of the congress whom the opinions behind a suggestion were said to, or whose station they lie at."""
    opinions = apps.get_model("suggestions", "Opinion").objects.filter(
        Q(links__suggestion=suggestion, links__ended_at=None)
        | Q(merged_into__links__suggestion=suggestion, merged_into__links__ended_at=None)
    )
    stationed = apps.get_model("stations", "VenueDeputy").objects.filter(
        venue__in=opinions.values("station"), until=None
    )  # fmt: skip
    seats = apps.get_model("deputies", "Seat").objects.filter(organ=suggestion.congress_id, state="active")
    asked = suggestion.cosigns.filter(state__in=["invited", "confirmed", "stale"]).values("seat")
    return (
        seats.filter(Q(pk__in=opinions.values("target_seat")) | Q(pk__in=stationed.values("seat")))
        .exclude(deputy=suggestion.lead.deputy_id)
        .exclude(pk__in=asked)
        .select_related("deputy")
        .order_by("deputy__code")
    )
