"""The list of one's own phones, for station workers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.faces import face
from accounts.views.deputy import bound, let_go


@face("desk")
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    return render(request, "department/devices.html", {"devices": bound(request), "face": "department"})


@face("desk")
@require_POST
def device_unbind(request: HttpRequest, pk: int) -> HttpResponse:
    return let_go(request, pk, "department:devices")
