"""工作评议 at the desk of a unit that is appraised: its problems, monthly progress, pledge, and what came of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries.desk import governments_of, units_of
from suggestions.views.department.shell import only_for, page
from votes.forms.appraisal import APPRAISAL_ACTS
from votes.models import WorkAppraisal


def find(request: HttpRequest, number: str) -> WorkAppraisal:
    only_for(request, "unit", "government")
    return get_object_or_404(WorkAppraisal.objects.visible_to(request.user).with_parts(), number=number)


@face("desk")
@require_safe
def appraisals(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government")
    rows = WorkAppraisal.objects.of_units(request.user).select_related("organ")
    return page(request, "appraisals", page=keyset(rows, request))


@face("desk")
@require_safe
def appraisal(request: HttpRequest, number: str) -> HttpResponse:
    """A unit reads its own part until the result is published; its government's office reads every unit's."""
    found = find(request, number)
    buttons = APPRAISAL_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:appraisal-verb", args=[found.number, verb])
    )
    own = units_of(request.user)
    shown = [t for t in found.chosen if found.published_at or governments_of(request.user) or t.unit_id in own]
    return page(request, "appraisal", appraisal=found, targets=shown, verbs=one_main(buttons))


@face("desk")
def appraisal_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return APPRAISAL_ACTS.page(
        request, found, verb, actor=request.user, template="department/appraisal_verb.html", appraisal=found,
        back=reverse("department:appraisal", args=[number]),
    )  # fmt: skip
