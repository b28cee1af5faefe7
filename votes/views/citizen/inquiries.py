"""What the committee asked for on everybody's behalf: published inquiries, answers and promises, and the lists of what is
being put right."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground.errors import NotVisible
from ground.paging import keyset
from suggestions.views.citizen.shell import page
from votes.models import Inquiry, RectificationItem
from votes.views.of_any_face import source_url

NOT_FOUND = "没有找到这次公布的询问，请从“专题询问”里查找。"
NO_ITEM = "没有找到这件公开的整改事项，请从“整改清单”里查找。"
STATES = (("", "全部", ()), ("open", "整改中", ("listed", "accepted", "in_progress", "claimed_done", "sent_back")),
          ("long", "长期推进", ("long_term",)), ("struck", "已解决", ("struck",)))  # fmt: skip


@require_safe
def inquiries(request: HttpRequest) -> HttpResponse:
    rows = Inquiry.objects.published().select_related("organ")
    return page(request, "citizen/inquiries.html", {"page": keyset(rows, request, order=("-published_at", "-pk"))})


@require_safe
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    found = Inquiry.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible(NOT_FOUND)
    words = dict(found.poll.codes) if found.result else {}
    return page(request, "citizen/inquiry.html", {"inquiry": found, "words": words})


@require_safe
def rectifications(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("show", "")
    states = next((states for code, _, states in STATES if code == chosen), ())
    rows = RectificationItem.objects.published().select_related("unit")
    rows = rows.filter(state__in=states) if states else rows
    pills = [
        {"url": f"?show={code}" if code else "?", "label": label, "here": code == chosen} for code, label, _ in STATES
    ]
    return page(request, "citizen/rectifications.html", {"page": keyset(rows, request), "pills": pills})


@require_safe
def rectification(request: HttpRequest, number: str) -> HttpResponse:
    found = RectificationItem.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible(NO_ITEM)
    told = {"item": found, "steps": list(found.steps.all()), "source_url": source_url(found, "citizen", request.user)}
    return page(request, "citizen/rectification.html", told)
