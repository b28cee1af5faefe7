"""The list of one's own phones, in the deputy's workspace."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.faces import face
from accounts.models import Device
from accounts.signin import unbind
from ground.errors import NotVisible


@face("my")
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    return render(request, "deputy/devices.html", {"devices": bound(request), "face": "deputy"})


@face("my")
@require_POST
def device_unbind(request: HttpRequest, pk: int) -> HttpResponse:
    return let_go(request, pk, "deputy:devices")


def bound(request: HttpRequest) -> list[Device]:
    """The bound phones of the signed-in user; `is_this` marks the one that asks."""
    rows = list(request.user.devices.filter(ended_at=None))
    for row in rows:
        row.is_this = bool(row.session_key) and row.session_key == request.session.session_key
    return rows


def let_go(request: HttpRequest, pk: int, back: str) -> HttpResponse:
    """解绑 one of them; whoever unbinds the phone in hand is signed out."""
    device = next((row for row in bound(request) if row.pk == pk), None)
    if device is None:
        raise NotVisible("没有找到这部手机。")
    unbind(device, by=request.user)
    if device.is_this:
        request.session.flush()
        return redirect("login")
    messages.success(request, "已解绑，那部手机要重新登录才能使用。")
    return redirect(back)
