"""The shell of 履职通: whose congress speaks, and how much waits under each tab."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from deputies.queries import active_seat_of
from suggestions.queries.mine import counts


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: seat (the highest active one, or None), organ_name, counts."""
    seat = active_seat_of(request.user)
    return {"seat": seat, "organ_name": str(seat.organ) if seat else "", "counts": counts(request.user)}


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"deputy/{template}.html", shell(request) | context, status=status)


def congress_name(organ: Any) -> str:
    """东湖市人民代表大会: deputies sit in the congress, whose standing committee keeps the house."""
    return organ.name.removesuffix("常务委员会")


def tabs(
    request: HttpRequest, listed: Iterable[tuple[str, str]], waiting: dict[str, int]
) -> tuple[str, list[dict[str, Any]]]:
    """The tab that is open, and all of them for the filter bar; what was searched for is kept."""
    listed = list(listed)
    chosen = request.GET.get("tab", "")
    here = chosen if chosen in dict(listed) else listed[0][0]
    shown = []
    for code, label in listed:
        query = request.GET.copy()
        query.pop("cursor", None)
        query.pop("tab", None)
        if code:
            query["tab"] = code
        shown.append(
            {"url": f"?{query.urlencode()}", "label": label, "count": waiting.get(code) or "", "here": code == here}
        )
    return here, shown
