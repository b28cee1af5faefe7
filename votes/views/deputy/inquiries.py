"""Inquiries of a deputy's congress: ask, read the answers, see what was promised and what came of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from accounts.faces import face
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries.mine import active_seats_of
from suggestions.views.deputy.frame import page
from votes.forms.inquiry import INQUIRY_ACTS
from votes.models import Inquiry


def _of_own_congress(request: HttpRequest) -> list[int]:
    return [seat.organ_id for seat in request.user.facts.seats if seat.is_active]


@face("my")
@require_GET
def inquiries(request: HttpRequest) -> HttpResponse:
    rows = Inquiry.objects.visible_to(request.user).filter(organ__in=_of_own_congress(request)).select_related("organ")
    return page(request, "inquiries", page=keyset(rows, request))


@face("my")
@require_safe
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Inquiry.objects.visible_to(request.user).with_parts(), number=number)
    buttons = INQUIRY_ACTS.buttons(
        found, request.user, lambda verb: reverse("deputy:inquiry-verb", args=[found.number, verb])
    )
    seats = active_seats_of(request.user)
    return page(
        request, "inquiry", inquiry=found, verbs=one_main([b for b in buttons if b.verb == "ask"]),
        own=[q for q in found.questions.all() if q.seat_id in seats], words=dict(found.poll.codes) if found.poll else {},
        may_vote=found.poll is not None and found.poll.state == "open",
    )  # fmt: skip


@face("my")
def inquiry_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = get_object_or_404(Inquiry.objects.visible_to(request.user).with_parts(), number=number)
    return INQUIRY_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/inquiry_verb.html",
        back=reverse("deputy:inquiry", args=[number]), inquiry=found,
    )  # fmt: skip
