"""Where printed codes lead: the page of a deputy, of a venue, of a village or community."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from deputies.posters import note_scan
from suggestions.places import announcement, deputies_at, figures_of, place_of
from suggestions.views.citizen.shell import page

SHOWN_FROM = 5  # figures about a person are shown from so many matters on


@require_safe
def deputy(request: HttpRequest, code: str) -> HttpResponse:
    place = place_of("d", code)
    note_scan(request, code)
    if place.elsewhere:
        return redirect(place.elsewhere)
    received, answered = figures_of(place.deputy)
    told = {
        "lines": [*place.posts, f"代表码 {place.code}"],
        "announced": announcement(place, request.GET.get("from", "")),
        "received": received if received >= SHOWN_FROM else 0,
        "answered": answered,
    }
    return page(request, "citizen/deputy.html", told, place=place)


@require_safe
def venue(request: HttpRequest, code: str) -> HttpResponse:
    place = place_of("s", code)
    note_scan(request, code)
    if place.elsewhere:
        return redirect(place.elsewhere)
    told = {
        "announced": announcement(place, request.GET.get("from", "")),
        "deputies": deputies_at(place),
        "passed_on": place.station if place.station != place.venue else None,
    }
    return page(request, "citizen/venue.html", told, place=place)


@require_safe
def division(request: HttpRequest, code: str) -> HttpResponse:
    place = place_of("v", code)
    if place.elsewhere:
        return redirect(place.elsewhere)
    return page(request, "citizen/division.html", {"deputies": deputies_at(place)}, place=place)
