"""The console's page for a changed calendar: what would move, then one press."""

from django.contrib import messages
from django.contrib.admin import site
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clocks import preview
from clocks.forms import CalendarForm
from ground import refs
from ground.errors import Forbidden

SHOWN = 200


def calendar_preview(request: HttpRequest) -> HttpResponse:
    """Shows which open dates would move; changes nothing."""
    _check(request)
    form = CalendarForm(request.POST if request.method == "POST" else {})
    return _page(request, form)


def calendar_apply(request: HttpRequest) -> HttpResponse:
    """Moves them, if they are still the ones that were shown."""
    _check(request)
    form = CalendarForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    if preview.stamp(preview.preview(form.changes)) != form.cleaned_data["stamp"]:
        form.add_error(None, "这期间有期限发生了变化，请核对下面的新清单后再确认。")
        return _page(request, form)
    shifts = preview.apply_change(form.changes, request.user)
    messages.success(request, f"日历已更新，{len(shifts)} 项期限已重新计算。")
    return redirect("admin:calendar-preview")


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("clocks.keep_holiday"):
        raise Forbidden


def _page(request: HttpRequest, form: CalendarForm) -> HttpResponse:
    shifts = preview.preview(form.changes) if "days" not in form.errors else []
    named = [shift.deadline for shift in shifts[:SHOWN]]
    refs.attach(named)
    prefetch_related_objects(named, "organ", "user")
    shown = CalendarForm(initial={"days": form.data.get("days", ""), "stamp": preview.stamp(shifts)})
    context = {
        **site.each_context(request),
        "title": "节假日变化预览",
        "form": form if form.errors else shown,
        "stamp": preview.stamp(shifts),
        "days": form.data.get("days", ""),
        "shifts": shifts[:SHOWN],
        "count": len(shifts),
        "asked": bool(form.data.get("days")),
    }
    return render(request, "console/calendar_preview.html", context, status=422 if form.errors else 200)
