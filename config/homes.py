"""Pages that gather from every room: each only calls the rooms' own queries."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.models import Region
from deputies.models import Deputy
from stations.models import Venue
from stations.queries import stations_of_divisions, with_stations
from suggestions.places import post_of
from suggestions.views.citizen.shell import page

MOST_FOUND = 10
NEAR_AT_HAND = 3  # stations shown before anybody has searched


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The citizen's first page: one line to find one's deputies and station; `?for=say` when one came to say something."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:40]
    found = _found(words) if words else {}
    venues = Venue.objects.visible_to(request.user).receiving().with_parts()
    return page(request, "citizen/home.html", {
        **found,
        "query": words,
        "is_saying": request.GET.get("for") == "say",
        "found_nothing": bool(words) and not any(found.values()),
        "near": [] if words else list(venues.order_by("code")[:NEAR_AT_HAND]),
    })  # fmt: skip


def _found(words: str) -> dict[str, list]:
    """Divisions with the station that answers for them, deputies by name, and stations by their own name."""
    regions = list(Region.objects.filter(name__icontains=words, level__in=("town", "village", "estate")).order_by("code")[:MOST_FOUND])
    answering = stations_of_divisions(regions)
    deputies = with_stations(Deputy.objects.serving().found_by(words)).order_by("pinyin", "code")[:MOST_FOUND]
    venues = Venue.objects.open().found_by(words).with_parts().order_by("code")[:MOST_FOUND]
    return {
        "places": [(region, answering[region.code]) for region in regions if answering[region.code]],
        "deputies": [(deputy, "、".join(post_of(seat) for seat in deputy.serving_seats)) for deputy in deputies],
        "venues": list(venues),
    }


citizen = [path("", home, name="home")]
