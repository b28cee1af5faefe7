"""Pages of the console about venues: merging, closing, opening again."""

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.rules import DWC, prefixes
from deputies import handovers
from stations.forms import VENUE_ACTS
from stations.models import Venue
from stations.states import VENUE
from stations.workflow import successor_of


def venue_verb(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    venues = Venue.objects.visible_to(request.user).under(prefixes(request.user, *DWC))
    venue = get_object_or_404(venues.select_related("organ", "parent"), code=code)
    kind, heir = _heir(request, venue, verb)
    rows, seen = handovers.preview(handovers.change(kind, [venue], {venue.pk: heir})) if heir else ([], "")
    return VENUE_ACTS.page(
        request, venue, verb, actor=request.user, template="console/place_verb.html",
        back=reverse("admin:stations_venue_change", args=[venue.pk]),
        title=f"{VENUE.labels.get(verb, '')}：{venue}", rows=rows, seen=seen, chooses=verb == "merge" and heir is None,
        chosen=heir if verb == "merge" else None,
        **site.each_context(request),
    )  # fmt: skip


def _heir(request: HttpRequest, venue: Venue, verb: str) -> tuple[str, Venue | None]:
    """The kind of handover and who would take over: for a merge the chosen venue, once one is chosen."""
    if verb == "close":
        return "venue_closed", successor_of(venue)
    chosen = request.POST.get("into") or request.GET.get("into")
    if verb == "merge" and chosen:
        return "venue_merged", Venue.objects.receiving().filter(code=chosen).exclude(pk=venue.pk).first()
    return "", None
