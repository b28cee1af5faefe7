"""审议意见 at the desk of the unit that studies them: the list by date, one whole, the pages of its verbs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries import desk as queries
from suggestions.views.department.shell import only_for, page
from suggestions.views.department.worklist import board_row
from votes.forms.deliberation import DELIBERATION_ACTS
from votes.models import DeliberationOpinion
from votes.views.of_any_face import dues_of


def find(request: HttpRequest, number: str) -> DeliberationOpinion:
    only_for(request, "unit", "government")
    return get_object_or_404(DeliberationOpinion.objects.visible_to(request.user).with_parts(), number=number)


@face("desk")
@require_safe
def deliberations(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government")
    shown = keyset(DeliberationOpinion.objects.of_units(request.user).with_parts(), request)
    dates = queries.nearest("deliberation", list(shown))
    lines = [board_row("deliberation", row, dates.get(row.pk), request.user) for row in shown]
    return page(request, "deliberations", page=shown, rows=lines)


@face("desk")
@require_safe
def deliberation(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = DELIBERATION_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:deliberation-verb", args=[found.number, verb])
    )
    return page(
        request, "deliberation", deliberation=found, verbs=one_main(buttons), steps=list(found.steps.all()),
        dues=dues_of(found, organ=found.unit_id),
    )  # fmt: skip


@face("desk")
def deliberation_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return DELIBERATION_ACTS.page(
        request, found, verb, actor=request.user, template="department/deliberation_verb.html", deliberation=found,
        back=reverse("department:deliberation", args=[number]),
    )  # fmt: skip
