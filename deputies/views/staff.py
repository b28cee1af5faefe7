"""Pages of the console about seats: what the congress decided is entered, with what it hands over shown first."""

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.rules import DWC, prefixes
from deputies import handovers
from deputies.forms import HANDS_OVER, SEAT_ACTS
from deputies.models import Seat
from deputies.states import SEAT


def seat_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    seats = Seat.objects.visible_to(request.user).under(prefixes(request.user, *DWC))
    seat = get_object_or_404(seats.select_related("deputy", "organ", "term"), pk=pk)
    rows, seen = handovers.preview(handovers.change(HANDS_OVER[verb], [seat])) if verb in HANDS_OVER else ([], "")
    return SEAT_ACTS.page(
        request, seat, verb, actor=request.user, template="console/place_verb.html",
        back=reverse("admin:deputies_seat_change", args=[seat.pk]),
        title=f"{SEAT.labels.get(verb, '')}：{seat}", rows=rows, seen=seen, **site.each_context(request),
    )  # fmt: skip
