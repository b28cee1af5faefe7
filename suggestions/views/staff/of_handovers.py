"""Handovers: what a plan moves is shown before it is applied, and can be undone. Here, in the room whose matters move."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.queries import within
from accounts.rules import DWC, prefixes
from deputies import handovers as plans
from deputies.models import Handover
from ground import jobs
from ground.errors import GuardFailed, WrongState
from ground.paging import keyset
from suggestions.views.staff.frame import enter, page


def handovers(request: HttpRequest) -> HttpResponse:
    enter(request, "handovers")
    shown = keyset(_visible(request).select_related("organ", "made_by"), request)
    return page(request, "handovers", "交接方案", page=shown, lines=[(h, len(plans.rows_of(h))) for h in shown])


def handover(request: HttpRequest, pk: int) -> HttpResponse:
    enter(request, "handovers")
    found = get_object_or_404(_visible(request).select_related("organ", "made_by"), pk=pk)
    rows = plans.rows_of(found)
    return page(request, "handover", found.title, handover=found, rows=rows, shown=plans.first_of(rows, request.GET))


@require_POST
def handover_apply(request: HttpRequest, pk: int) -> HttpResponse:
    return _carry(request, pk, plans.apply, "已按方案交接。")


@require_POST
def handover_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _carry(request, pk, plans.undo, "已撤销交接，还没有人接着办的事项都已退回原处。")


def _carry(request: HttpRequest, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
    enter(request, "handovers")
    found = get_object_or_404(_visible(request), pk=pk)
    if len(plans.rows_of(found)) > plans.AT_ONCE:
        what = "apply" if act is plans.apply else "undo"
        title = f"{'按方案交接' if what == 'apply' else '撤销交接'}：{found.title}"[:120]
        job = jobs.start(f"handover-{what}", by=request.user, title=title, body={"handover": found.pk})
        return redirect("admin:job", job.pk)
    try:
        act(found, by=request.user)
        messages.success(request, done)
    except (GuardFailed, WrongState) as refusal:
        messages.error(request, refusal.detail)
    return redirect("admin:handover", pk)


def _visible(request: HttpRequest) -> Any:
    """Plans about the trees the reader's own office keeps."""
    return Handover.objects.filter(within(prefixes(request.user, *DWC)))
