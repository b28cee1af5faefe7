"""履职评议 as the court or procuratorate reads it once the letter has come: the letter, names and grades, what to put right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.errors import Forbidden
from ground.paging import keyset
from suggestions.views.department.shell import page
from votes.models import JudicialAppraisal
from votes.rules.judicial import is_of_court


def enter(request: HttpRequest) -> None:
    if not is_of_court(request.user):
        raise Forbidden("您的岗位没有这一页。")


@face("desk")
@require_safe
def judicial_appraisals(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows = JudicialAppraisal.objects.of_court(request.user).select_related("organ")
    return page(request, "judicial_appraisals", page=keyset(rows, request))


@face("desk")
@require_safe
def judicial_appraisal(request: HttpRequest, number: str) -> HttpResponse:
    enter(request)
    found = get_object_or_404(JudicialAppraisal.objects.of_court(request.user).with_parts(), number=number)
    return page(request, "judicial_appraisal", appraisal=found)
