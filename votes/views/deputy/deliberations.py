"""审议意见 as a deputy of the congress reads them: what was asked for, and what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.paging import keyset
from suggestions.views.deputy.frame import page
from votes.models import DeliberationOpinion


@face("my")
@require_safe
def deliberations(request: HttpRequest) -> HttpResponse:
    own = [seat.organ_id for seat in request.user.facts.seats if seat.is_active]
    rows = DeliberationOpinion.objects.visible_to(request.user).filter(organ__in=own).select_related("unit")
    return page(request, "deliberations", page=keyset(rows.exclude(state="drafted"), request))


@face("my")
@require_safe
def deliberation(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(DeliberationOpinion.objects.visible_to(request.user).with_parts(), number=number)
    return page(request, "deliberation", deliberation=found, steps=list(found.steps.all()))
