"""The citizen's own corner: how the pages look, what happens to one's data, and ways to what one has said."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from suggestions.proofs import TRACKED, proven
from suggestions.views.citizen.shell import choose_mode, page


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return page(request, "citizen/mine.html", {"proof": proven(request, TRACKED)})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return page(request, "citizen/privacy.html")


@require_safe
def mode(request: HttpRequest) -> HttpResponse:
    """Turns 长辈版 on or off and goes back to where one was."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) or not back.startswith("/"):
        back = "/"
    response = redirect(back)
    choose_mode(response, "1" if request.GET.get("to") == "elder" else "0")
    return response
