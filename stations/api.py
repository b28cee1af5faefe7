"""Deputies, venues and divisions over REST: who represents whom and where they can be met. Public, read only."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Region
from accounts.states import Level
from deputies.models import Deputy
from ground.errors import Invalid, NotVisible
from ground.reading import ReadingViewSet
from stations.models import Venue
from stations.queries import deputies_of_division, station_of_deputy, stations_of_divisions, with_stations
from stations.states import VenueKind


class PostSerializer(serializers.Serializer):
    """A seat as others see it: in which congress, at which level."""

    organ = serializers.CharField(source="organ.code")
    level = serializers.ChoiceField(Level.choices, source="organ.level")


class DeputySerializer(serializers.ModelSerializer):
    posts = PostSerializer(source="serving_seats", many=True)
    group = serializers.SerializerMethodField()
    station = serializers.SerializerMethodField()
    skills = serializers.SerializerMethodField()
    photo = serializers.SerializerMethodField()
    accepts_opinions = serializers.SerializerMethodField()
    phone = serializers.CharField(source="phone_public", help_text="only what the deputy agreed to publish, else empty")

    class Meta:
        model = Deputy
        fields = ("code", "name", "posts", "group", "station", "skills", "photo", "accepts_opinions", "phone")

    def get_group(self, deputy: Deputy) -> str | None:
        """The deputy's own group, else the delegation."""
        groups = [row.group for seat in deputy.serving_seats for row in seat.memberships.all()]
        groups.sort(key=lambda group: group.kind == "delegation")
        return groups[0].name if groups else None

    def get_station(self, deputy: Deputy) -> str | None:
        station = station_of_deputy(deputy)
        return station.code if station else None

    def get_skills(self, deputy: Deputy) -> list[str]:
        return [skill for skill in deputy.skills.replace("，", "、").split("、") if skill]

    def get_photo(self, deputy: Deputy) -> str | None:
        return f"/d/{deputy.code}/photo/" if deputy.photo_id and deputy.photo_consent_at else None

    def get_accepts_opinions(self, deputy: Deputy) -> bool:
        return bool(deputy.serving_seats)


class DeputyViewSet(ReadingViewSet):
    """Deputies in office. A printed code stays readable after the last seat has ended, then without posts."""

    queryset = Deputy.objects.none()
    serializer_class = DeputySerializer

    def get_queryset(self) -> QuerySet[Deputy]:
        deputies = with_stations(Deputy.objects.visible_to(self.request.user))
        if self.action != "list":
            return deputies
        deputies = deputies.serving()
        if words := self.asked("q"):
            deputies = deputies.found_by(words)
        if organ := self.asked("organ"):
            deputies = deputies.with_seat(organ__code=organ, state="active")
        if group := self.asked("group"):
            deputies = deputies.with_seat(memberships__group__name=group, state="active")
        if skill := self.asked("skill"):
            deputies = deputies.filter(skills__icontains=skill)
        if division := self.asked("division"):
            region = Region.objects.filter(code=division).first()
            deputies = deputies.filter(pk__in=deputies_of_division(region).values("pk")) if region else deputies.none()
        return deputies

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="name, pinyin, initials or code"),
            OpenApiParameter("organ", str, description="code of a congress"),
            OpenApiParameter("group", str, description="name of a delegation or group"),
            OpenApiParameter("division", str, description="code of a village or community"),
            OpenApiParameter("skill", str),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class LocationSerializer(serializers.Serializer):
    """WGS84."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()


class VenueSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(VenueKind.choices)
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    location = serializers.SerializerMethodField()
    deputies = serializers.SerializerMethodField(help_text="codes of the deputies stationed here")
    moved_to = serializers.CharField(source="merged_into.code", default=None, allow_null=True)

    class Meta:
        model = Venue
        fields = ("code", "name", "kind", "parent", "address", "location", "phone", "reception", "deputies", "moved_to")

    @extend_schema_field(LocationSerializer(allow_null=True))
    def get_location(self, venue: Venue) -> dict[str, float] | None:
        return None if venue.lng is None or venue.lat is None else {"lng": venue.lng, "lat": venue.lat}

    def get_deputies(self, venue: Venue) -> list[str]:
        return [row.seat.deputy.code for row in venue.stationed]


class StationViewSet(ReadingViewSet):
    """Venues of every kind. A merged venue stays readable and says in `moved_to` where its people went."""

    queryset = Venue.objects.none()
    serializer_class = VenueSerializer

    def get_queryset(self) -> QuerySet[Venue]:
        venues = Venue.objects.visible_to(self.request.user).with_parts()
        if self.action != "list":
            return venues
        venues = venues.open()
        if words := self.asked("q"):
            venues = venues.found_by(words)
        if kind := self.asked("kind", VenueKind.values):
            venues = venues.filter(kind=kind)
        if near := self.asked("near"):
            venues = venues.placed().nearest(*point(near))
            self.ordering = ("distance", "code")
        return venues

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="part of a name, address or division, or a code"),
            OpenApiParameter("kind", enum=VenueKind.values),
            OpenApiParameter("near", str, description="lng,lat (WGS84): nearest first, only venues with a location"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class DivisionSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent_id", allow_null=True)
    station = serializers.SerializerMethodField()

    class Meta:
        model = Region
        fields = ("code", "name", "level", "parent", "station")

    def get_station(self, region: Region) -> str | None:
        stations = self.context.setdefault("stations", {})
        if region.code not in stations:
            rows = getattr(self.parent, "instance", None) if self.parent else None
            stations |= stations_of_divisions(rows if rows is not None else [region])
        station = stations[region.code]
        return station.code if station else None


class DivisionViewSet(ReadingViewSet):
    """Divisions down to villages, communities and estates; those without a national code have one made here."""

    queryset = Region.objects.none()
    serializer_class = DivisionSerializer

    def get_queryset(self) -> QuerySet[Region]:
        regions = Region.objects.all()
        if self.action != "list":
            return regions
        if words := self.asked("q"):
            regions = regions.filter(Q(name__icontains=words) | Q(code=words))
        if parent := self.asked("parent"):
            regions = regions.filter(parent_id=parent)
        return regions

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="part of a name, or a code"),
            OpenApiParameter("parent", str, description="code of the division above"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class DivisionDeputiesViewSet(ReadingViewSet):
    """The deputies of a division's constituency and those stationed there."""

    queryset = Deputy.objects.none()
    serializer_class = DeputySerializer

    def get_queryset(self) -> QuerySet[Deputy]:
        code = self.kwargs["code"]
        region = None if "\x00" in code else Region.objects.filter(code=code).first()
        if region is None:
            raise NotVisible("没有找到这个村、社区或小区。")
        return with_stations(deputies_of_division(region))


def point(typed: str) -> tuple[float, float]:
    """“118.42,30.51” as (lng, lat) in degrees. Raises Invalid."""
    try:
        lng, lat = (float(part) for part in typed.split(","))
    except ValueError:
        raise Invalid("near", "请按“经度,纬度”填写位置。") from None
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):  # false for nan, too
        raise Invalid("near", "经度在 -180 到 180 之间，纬度在 -90 到 90 之间。")
    return lng, lat


LIST, ONE = {"get": "list"}, {"get": "retrieve"}
api = [
    path("deputies/", DeputyViewSet.as_view(LIST), name="deputies"),
    path("deputies/<str:code>/", DeputyViewSet.as_view(ONE), name="deputy"),
    path("stations/", StationViewSet.as_view(LIST), name="stations"),
    path("stations/<str:code>/", StationViewSet.as_view(ONE), name="station"),
    path("divisions/", DivisionViewSet.as_view(LIST), name="divisions"),
    path("divisions/<str:code>/", DivisionViewSet.as_view(ONE), name="division"),
    path("divisions/<str:code>/deputies/", DivisionDeputiesViewSet.as_view(LIST), name="division-deputies"),
]
