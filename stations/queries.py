"""Venues: public, narrowed by adjectives; and the questions which station it is."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from ground import trees
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

    def under(self, paths: list[str]) -> "VenueQuerySet":
        """Venues of organs at or below any of the organ paths."""
        below = Q(pk__in=[])
        for path in paths:
            below |= Q(organ__path__startswith=path)
        return self.filter(below)

    def found_by(self, words: str) -> "VenueQuerySet":
        """Each word stands in the name, the address or the name of the division; or it is the code."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word) | Q(address__icontains=word) | Q(region__name__icontains=word) | Q(code__iexact=word)
            )
        return found

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
    order = Case(*(When(kind=kind, then=n) for n, kind in enumerate(STATION_ORDER)), output_field=IntegerField())
    return (
        venues().receiving().filter(region__path__in=trees.above(region.path), kind__in=STATION_ORDER)
        .annotate(order=order).order_by("-region__path", "order", "code").first()
    )  # fmt: skip


def station_of_seat(seat: Any) -> Any | None:
    """The station where the seat's deputy is stationed (the first one, if there are several); None if nowhere."""
    stationed = seat.venues.filter(until=None).select_related("venue__merged_into", "venue__parent").order_by("since", "pk")
    return next((station for row in stationed if (station := station_of(row.venue))), None)
