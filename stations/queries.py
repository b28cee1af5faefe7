"""Venues: public, narrowed by adjectives; and the questions which station it is."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from accounts.queries import within
from ground import trees
from ground.compiled import Compiled, Given
from stations.states import PASSING_ON, VenueKind, VenueState

EARTH_RADIUS = 6_371_000  # metres
# Which of a division's own venues is its station: the nearest to people first.
STATION_ORDER = (VenueKind.VILLAGE_STATION, VenueKind.CENTER_STATION, VenueKind.STATION)


class VenueQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "VenueQuerySet":
        """Everybody may know where deputies can be met."""
        return self

    def open(self) -> "VenueQuerySet":
        return self.filter(state=VenueState.OPEN)

    def receiving(self) -> "VenueQuerySet":
        """Stations, which answer for what is said there: not the points, posts and spots that pass it on."""
        return self.open().exclude(kind__in=PASSING_ON)

    def able_to_take(self, venue: Any) -> "VenueQuerySet":
        """Stations that another one of their congress may be merged into: neither itself nor one below it."""
        return self.receiving().filter(organ__congress=venue.organ.congress_id).exclude(path__startswith=venue.path)

    def under(self, paths: list[str]) -> "VenueQuerySet":
        """Venues of organs at or below any of the organ paths."""
        return self.filter(within(paths))

    def found_by(self, words: str) -> "VenueQuerySet":
        """Each word stands in the name, the address or the name of the division; or it is the code."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(address__icontains=word)
                | Q(region__name__icontains=word)
                | Q(code__iexact=word)
            )
        return found

    def placed(self) -> "VenueQuerySet":
        """Venues whose place on the map is known."""
        return self.exclude(lng=None).exclude(lat=None)

    def nearest(self, lng: float, lat: float) -> "VenueQuerySet":
        """Annotates `distance` in metres from a WGS84 point (great circle) and sorts by it; without place last."""
        half_lat = (Radians(F("lat")) - Radians(Value(lat))) / 2.0
        half_lng = (Radians(F("lng")) - Radians(Value(lng))) / 2.0
        chord = Power(Sin(half_lat), 2) + Cos(Radians(Value(lat))) * Cos(Radians(F("lat"))) * Power(Sin(half_lng), 2)
        distance = Value(2.0 * EARTH_RADIUS) * ASin(Least(Sqrt(chord), Value(1.0)))
        return self.annotate(distance=distance).order_by(F("distance").asc(nulls_last=True), "code")

    def with_parts(self) -> "VenueQuerySet":
        """What a list or page shows of each venue, in a constant number of queries."""
        stationed = (
            apps.get_model("stations", "VenueDeputy").objects.filter(until=None, seat__state="active")
            .select_related("seat__deputy").order_by("seat__deputy__code")
        )  # fmt: skip
        return self.select_related("parent", "merged_into", "organ", "region").prefetch_related(
            Prefetch("deputies", stationed, to_attr="stationed")
        )


def venues() -> VenueQuerySet:
    return apps.get_model("stations", "Venue").objects.all()


def venue_path(venue: Any) -> list[Any]:
    """The venues from the top of the tree down to `venue` itself."""
    return list(venues().filter(path__in=trees.above(venue.path)).order_by("path"))


def station_of(venue: Any) -> Any | None:
    """The open station that answers for `venue`: itself, its successor, or the nearest station above; None if none."""
    seen: set[int] = set()
    while venue is not None and venue.pk not in seen:
        seen.add(venue.pk)
        if venue.state == VenueState.OPEN and venue.kind not in PASSING_ON:
            return venue
        venue = venue.merged_into or venue.parent
    return None


def station_of_division(region: Any) -> Any | None:
    """The station of a village or community: one of its own, else that of the smallest division above that has one."""
    return stations_of_divisions([region])[region.code]


def stations_of_divisions(regions: Iterable[Any]) -> dict[str, Any | None]:
    """`station_of_division` for many divisions by one query: code of the division → its station or None."""
    ways = {region.code: trees.above(region.path) for region in regions}
    order = Case(*(When(kind=kind, then=n) for n, kind in enumerate(STATION_ORDER)), output_field=IntegerField())
    found: dict[str, Any] = {}
    rows = (
        venues().receiving()
        .filter(region__path__in={path for way in ways.values() for path in way}, kind__in=STATION_ORDER)
        .select_related("region", "organ").order_by(order, "code")
    )  # fmt: skip
    for venue in rows:
        found.setdefault(venue.region.path, venue)
    return {code: next((found[path] for path in reversed(way) if path in found), None) for code, way in ways.items()}


def station_of_seat(seat: Any) -> Any | None:
    """The station where the seat's deputy is stationed (the first one, if there are several); None if nowhere."""
    return next((station for row in _stationed.objects(seat=seat.pk) if (station := station_of(row.venue))), None)


_stationed = Compiled(
    lambda: apps.get_model("stations", "VenueDeputy").objects.filter(seat=Given("seat"), until=None)
    .select_related("venue__organ__parent", "venue__organ__congress", "venue__merged_into", "venue__parent")
    .order_by("since", "pk")
)  # fmt: skip


def deputies_of_division(region: Any) -> Any:
    """Serving deputies of the constituency a division belongs to (or lies above), and those stationed there."""
    seats = apps.get_model("deputies", "Seat").objects.active()
    elected = seats.filter(Q(divisions__path__in=trees.above(region.path)) | Q(divisions__path__startswith=region.path))
    stationed = apps.get_model("stations", "VenueDeputy").objects.filter(until=None)
    there = Q(venue__region__path__startswith=region.path)
    station = station_of_division(region)
    if station is not None:
        there |= Q(venue=station)
    return apps.get_model("deputies", "Deputy").objects.with_seat(
        Q(pk__in=elected.values("pk")) | Q(pk__in=stationed.filter(there).values("seat")), state="active"
    )


def with_stations(deputies: Any) -> Any:
    """Deputies with `serving_seats`, each seat with its live `stationed` rows down to venue, parent and successor."""
    rows = (
        apps.get_model("stations", "VenueDeputy").objects.filter(until=None).order_by("since", "pk")
        .select_related("venue__parent__parent", "venue__merged_into")
    )  # fmt: skip
    return deputies.with_seats().prefetch_related(Prefetch("serving_seats__venues", rows, to_attr="stationed"))


def station_of_deputy(deputy: Any) -> Any | None:
    """The station of a deputy read by `with_stations`: the first seat's first open one."""
    rows = (row for seat in deputy.serving_seats for row in seat.stationed)
    return next((station for row in rows if (station := station_of(row.venue))), None)
