"""Rectification lists on the console: by state and date, one item whole, its verbs and pictures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.rectification import ITEM_ACTS
from votes.models import RectificationItem
from votes.queries.rectification import SOURCES
from votes.states.rectification import RECTIFICATION
from votes.views.of_any_face import dues_of, picture_of, source_url
from votes.views.staff.inquiries import enter

TABS = (
    ("", "未销号"),
    ("listed", "待认领"),
    ("work", "整改中"),
    ("claimed_done", "待销号"),
    ("long_term", "长期整改"),
    ("struck", "已销号"),
)
IN_TAB = {
    "": ("listed", "accepted", "in_progress", "sent_back", "claimed_done", "long_term"),
    "work": ("accepted", "in_progress", "sent_back"),
}


def find(request: HttpRequest, number: str) -> RectificationItem:
    enter(request)
    return get_object_or_404(RectificationItem.objects.visible_to(request.user).with_parts(), number=number)


def rectifications(request: HttpRequest) -> HttpResponse:
    enter(request)
    tab = request.GET.get("tab", "")
    rows = RectificationItem.objects.visible_to(request.user).of_desk(request.user).select_related("unit", *SOURCES)
    rows = rows.filter(state__in=IN_TAB.get(tab, (tab,)))
    return page(
        request, "rectifications", "整改清单", page=keyset(rows, request, order=("due_on", "pk")),
        tabs=tabs(request, TABS, {}),
    )  # fmt: skip


def rectification(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = ITEM_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:rectification-verb", args=[found.number, verb])
    )
    return page(
        request, "rectification", found.title, item=found, verbs=one_main(buttons), steps=list(found.steps.all()),
        dues=dues_of(found), source_url=source_url(found, "admin", request.user),
    )  # fmt: skip


def rectification_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = RECTIFICATION.labels.get(verb, "办理")
    return ITEM_ACTS.page(
        request, found, verb, actor=request.user, template="console/rectification_verb.html",
        back=reverse("admin:rectification", args=[number]), item=found, **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


@require_safe
def rectification_file(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    return picture_of(find(request, number), pk, size)
