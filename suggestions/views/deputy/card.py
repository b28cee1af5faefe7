"""The deputy's own card: a picture to send on in WeChat, and a sheet to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from deputies.models import Deputy, Poster
from deputies.posters import issue
from deputies.states import PosterSize
from ground import paper
from ground.errors import NotVisible
from stations import posters as sheets
from suggestions.views.deputy.frame import page

PLACE = "代表名片"  # what stands on the card, and what the count of scans calls it


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """Issued by one press, then the same card for good."""
    if request.method == "POST":
        code = _deputy(request).code
        issue(sheets.organs_of([code]), size=PosterSize.A6, place=PLACE, by=request.user)
        return redirect("deputy:card")
    own = _own(request)
    scans = Poster.objects.filter(pk=own.pk).with_scans().get().recent if own else 0
    return page(request, "card", card=own, scans=scans, refusal="" if paper.has_chinese() else paper.NO_FONT)


@face("my")
@require_safe
def card_file(request: HttpRequest, kind: str) -> HttpResponse:
    """`png` stands in the page, so that a long press keeps it; `pdf` is saved."""
    own = _own(request)
    if own is None or kind not in ("png", "pdf"):
        raise NotVisible("还没有生成代表名片。")
    if kind == "pdf":
        return sheets.file_of([own], "pdf")
    return HttpResponse(sheets.png(own), content_type="image/png", headers={"Cache-Control": "no-store"})


def _deputy(request: HttpRequest) -> Deputy:
    deputy = getattr(request.user, "deputy", None)
    if deputy is None:
        raise NotVisible("您没有代表码，不能生成代表名片。")
    return deputy


def _own(request: HttpRequest) -> Poster | None:
    hanging = Poster.objects.hanging().filter(target=_deputy(request).code, size=PosterSize.A6, place=PLACE)
    return hanging.first()
