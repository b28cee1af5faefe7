"""整改清单 at the desk of the unit: by date like every other thing it owes, one item whole, its verbs and pictures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries import desk as queries
from suggestions.views.department.shell import only_for, page, pills
from suggestions.views.department.worklist import board_row
from votes.forms.rectification import ITEM_ACTS
from votes.models import RectificationItem
from votes.views.of_any_face import dues_of, picture_of, source_url

TABS: queries.Tabs = (
    ("", "要整改的", ("listed", "accepted", "in_progress", "sent_back")),
    ("claimed", "等核查", ("claimed_done",)),
    ("long", "长期整改", ("long_term",)),
    ("struck", "已销号", ("struck",)),
    ("all", "全部", ()),
)


def find(request: HttpRequest, number: str) -> RectificationItem:
    only_for(request, "unit", "government")
    return get_object_or_404(RectificationItem.objects.visible_to(request.user).with_parts(), number=number)


@face("desk")
@require_safe
def rectifications(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government")
    rows = RectificationItem.objects.visible_to(request.user).of_units(request.user)
    tab = request.GET.get("tab", "")
    shown = keyset(queries.in_tab(rows.with_parts(), TABS, tab), request, order=("due_on", "pk"))
    dates = queries.nearest("rectification", list(shown))
    lines = [board_row("rectification", item, dates.get(item.pk), request.user) for item in shown]
    return page(
        request, "rectifications", page=shown, rows=lines, pills=pills(request, TABS, queries.counts_in(rows, TABS))
    )


@face("desk")
@require_safe
def rectification(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = ITEM_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:rectification-verb", args=[found.number, verb])
    )
    return page(
        request, "rectification", item=found, verbs=one_main(buttons), steps=list(found.steps.all()),
        dues=dues_of(found),
        source_url=source_url(found, "department", request.user),
    )  # fmt: skip


@face("desk")
def rectification_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return ITEM_ACTS.page(
        request, found, verb, actor=request.user, template="department/rectification_verb.html",
        back=reverse("department:rectification", args=[number]), item=found,
    )  # fmt: skip


@face("desk")
@require_safe
def rectification_file(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    return picture_of(find(request, number), pk, size)
