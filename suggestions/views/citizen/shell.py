"""What the frame of every citizen page needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ground.templatetags import ui
from suggestions.places import Place, top_congress

YEAR = 365 * 24 * 3600


def page(
    request: HttpRequest,
    template: str,
    told: dict[str, Any] | None = None,
    *,
    place: Place | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draws a citizen page with the name and the telephone of whoever speaks on it: the place's, or those given in the
    context, else the platform's own."""
    told = told or {}
    if place is not None:
        told = {"organ_name": place.organ_name, "phone": place.phone} | told
    elif "organ_name" not in told:
        congress = top_congress()
        told = ({"organ_name": congress.name, "phone": congress.phone} if congress else {}) | told
    return render(request, template, {"place": place, **told}, status=status)


def is_elder(request: HttpRequest) -> bool:
    """长辈版, as the templates decide it."""
    return ui.mode({"request": request}) == "elder"


def choose_mode(response: HttpResponse, elder: str) -> None:
    """Keeps the choice of 长辈版 ("1") or the normal look ("0") on this phone for a year."""
    response.set_cookie("elder", elder, max_age=YEAR, samesite="Lax", httponly=True)
    response["Cache-Control"] = "no-store"
