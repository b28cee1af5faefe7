"""多人反映: what many people said near the deputy, and one press that makes a joint suggestion of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.faces import face
from suggestions import joint
from suggestions.views.deputy.frame import page


@face("my")
@require_safe
def hotspots(request: HttpRequest) -> HttpResponse:
    return page(request, "hotspots", offers=joint.offers_to(request.user))


@face("my")
@require_POST
def hotspot_draft(request: HttpRequest, key: str) -> HttpResponse:
    made = joint.take_up(joint.offer_of(key, request.user), by=request.user)
    messages.success(request, "已写好情况和群众的话。补上建议和领域，就可以请相关代表联名。")
    return redirect("deputy:suggestion-edit", made.number)
