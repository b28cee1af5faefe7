"""Inquiries at the desk of a unit that has to answer: the list, the questions put to it, the page of its answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.department.shell import only_for, page
from votes.forms.inquiry import INQUIRY_ACTS
from votes.models import Inquiry


def find(request: HttpRequest, number: str) -> Inquiry:
    only_for(request, "unit", "government")
    return get_object_or_404(Inquiry.objects.visible_to(request.user).with_parts(), number=number)


@face("desk")
@require_safe
def inquiries(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government")
    rows = Inquiry.objects.of_units(request.user).select_related("organ")
    return page(request, "inquiries", page=keyset(rows, request))


@face("desk")
@require_safe
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = INQUIRY_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:inquiry-verb", args=[found.number, verb])
    )
    return page(
        request, "inquiry", inquiry=found, verbs=one_main(buttons), words=dict(found.poll.codes) if found.poll else {}
    )


@face("desk")
def inquiry_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return INQUIRY_ACTS.page(
        request, found, verb, actor=request.user, template="department/inquiry_verb.html",
        back=reverse("department:inquiry", args=[number]), inquiry=found,
    )  # fmt: skip
