"""A deputy's printed code as pictures. The page behind it stands in the suggestions room."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from deputies.codes import printed_url
from deputies.models import Deputy
from ground import files
from ground.codes import qr_png, qr_svg
from ground.errors import NotVisible


@require_safe
@cache_control(public=True, max_age=3600)
def deputy_photo(request: HttpRequest, code: str) -> HttpResponse:
    """The portrait, as long as the person consents."""
    shown = Deputy.objects.visible_to(request.user).exclude(photo=None).exclude(photo_consent_at=None)
    deputy = shown.select_related("photo").filter(code=code).first() if code.isalnum() else None
    if deputy is None:
        raise NotVisible("没有照片。")
    return files.answer(deputy.photo)


@require_safe
@cache_control(public=True, max_age=86400)
def deputy_qr_svg(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(qr_svg(printed_url(settings.PUBLIC_URL, "deputy", code)), content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=86400)
def deputy_qr_png(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(qr_png(printed_url(settings.PUBLIC_URL, "deputy", code)), content_type="image/png")
