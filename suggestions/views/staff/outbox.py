"""Messages that reached nobody, with the matter each belongs to: somebody has to tell these people another way."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.rules import holds
from accounts.states import Role
from ground.paging import keyset
from suggestions.queries import board
from suggestions.views.staff.frame import enter, page


def undelivered(request: HttpRequest) -> HttpResponse:
    enter(request, "messages")
    rows = board.dead_messages(request.user, everything=holds(request.user, Role.SYS_ADMIN))
    shown = keyset(rows, request)
    return page(request, "undelivered", "未送达消息", page=shown, lines=[(m, _matter(m)) for m in shown])


def _matter(message: Any) -> str:
    """The number of the matter the message speaks of, from its address."""
    parts = [part for part in message.url.split("?")[0].split("/") if part]
    return parts[-1] if parts else ""
