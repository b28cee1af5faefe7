"""Where deputies can be met: the list of venues and their codes. A venue's page stands in the suggestions room."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import Region
from deputies.codes import printed_url
from ground.codes import qr_png, qr_svg
from ground.paging import keyset
from stations.models import Venue
from stations.queries import stations_of_divisions
from stations.states import VenueKind


class StationFilter(forms.Form):
    """What the list is narrowed by; whatever is wrong in an address typed by hand is left out."""

    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部类别"), *VenueKind.choices])
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    form = StationFilter(request.GET, label_suffix="")
    form.full_clean()
    asked = form.cleaned_data
    words = request.GET.get("q", "").strip()[:60]
    here = asked.get("lng"), asked.get("lat")
    venues = Venue.objects.visible_to(request.user).open().with_parts()
    if asked.get("kind"):
        venues = venues.filter(kind=asked["kind"])
    if words:
        venues = venues.found_by(words)
    order = ("code",)
    if None not in here:
        venues, order = venues.placed().nearest(*here), ("distance", "code")
    page = keyset(venues, request, order=order)
    return render(request, "citizen/stations.html", {
        "page": page,
        "filter": form,
        "query": words,
        "is_near": None not in here,
        "places": _places(words) if words else [],
    })  # fmt: skip


def _places(words: str) -> list[tuple[Region, Venue]]:
    """Divisions whose name was typed, with the station that answers for them, though it may bear another name."""
    regions = list(
        Region.objects.filter(name__icontains=words, level__in=("town", "village", "estate")).order_by("code")[:10]
    )
    answering = stations_of_divisions(regions)
    return [(region, answering[region.code]) for region in regions if answering[region.code]]


@require_safe
@cache_control(public=True, max_age=86400)
def venue_qr_svg(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(qr_svg(printed_url(settings.PUBLIC_URL, "venue", code)), content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=86400)
def venue_qr_png(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(qr_png(printed_url(settings.PUBLIC_URL, "venue", code)), content_type="image/png")
