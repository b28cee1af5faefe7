"""The deputy's own corner: what was told, leave, how the pages look, the phones one is signed in on."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import me as own
from accounts.faces import face
from accounts.workflow import read
from deputies.queries import is_on_leave
from ground.errors import Invalid, NotVisible
from ground.paging import keyset
from stations.models import Venue
from suggestions.forms.fields import day
from suggestions.views.deputy.frame import congress_name, page


class LeaveForm(forms.Form):
    """请假代管: until which day. The switch takes effect at once."""

    leave_until = day("请假到哪一天", hint="当天仍由联络站代管，第二天恢复")


@face("my")
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return page(request, "notices", page=keyset(request.user.notices.all(), request))


@face("my")
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens what the notice speaks of, and notes that it was read."""
    found = request.user.notices.filter(pk=pk).first()
    if found is None:
        raise NotVisible("没有找到这条消息。")
    read(found, by=request.user)
    return redirect(found.url if found.url.startswith("/") else "deputy:notices")


@face("my")
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    for found in request.user.notices.unread():
        read(found, by=request.user)
    messages.success(request, "消息都已标为已读。")
    return redirect("deputy:notices")


@face("my")
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    user = request.user
    deputy = getattr(user, "deputy", None)
    seats = list(deputy.seats.active().select_related("organ", "delegation").order_by("organ__path")) if deputy else []
    stations = Venue.objects.filter(pk__in=[row.venue_id for row in user.facts.stationed]).order_by("code")
    return page(
        request, "me", deputy=deputy, seats=[(congress_name(seat.organ), seat) for seat in seats], stations=list(stations),
        on_leave=is_on_leave(user), leave_form=LeaveForm(label_suffix="") if deputy else None,
    )  # fmt: skip


@face("my")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The switch: on until a day, or off."""
    if "back" in request.POST:
        own.take_leave(request.user, None)
        messages.success(request, "欢迎回来。新的群众意见会直接送给您。")
        return redirect("deputy:me")
    form = LeaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请选择请假到哪一天。")
        return redirect("deputy:me")
    try:
        own.take_leave(request.user, form.cleaned_data["leave_until"])
    except Invalid as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "已开始请假。群众意见由联络站代管，您的建议照常办理。")
    return redirect("deputy:me")
