"""审核登记: what was submitted and waits to be read, suggestions and opinions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clocks.workflow import due_view
from ground.pages import Button, one_main
from ground.paging import keyset
from suggestions.forms.opinion import OPINION_ACTS
from suggestions.forms.suggestion import SUGGESTION_ACTS
from suggestions.queries import board
from suggestions.rules.desk import is_secretariat, keeps_congress, keeps_office
from suggestions.views.staff.frame import enter, page, tabs

VERBS = ("register", "send_back", "refuse")
SCREENS = ("accept", "acknowledge", "reject", "merge")


def review(request: HttpRequest) -> HttpResponse:
    enter(request, "review")
    user = request.user
    has_suggestions, has_opinions = keeps_congress(user) or is_secretariat(user), keeps_office(user)
    tab = request.GET.get("tab", "")
    listed = [("", "代表建议")] if has_suggestions else []
    listed += [("opinions", "群众意见")] if has_opinions else []
    if not has_suggestions:
        tab, listed = "opinions", [("", "群众意见")]
    kind = "opinion" if tab == "opinions" and has_opinions else "suggestion"
    rows = board.to_screen(user) if kind == "opinion" else board.suggestions_of(user).filter(state="submitted")
    shown = keyset(rows.with_parts(), request, order=("next_due_at", "pk"))
    due = board.nearest(kind, shown)
    tallies = board.suggestion_tallies(user) if has_suggestions else {}
    counts = {
        "": tallies.get("submitted", 0),
        "opinions": board.opinion_tallies(user)["screening"] if has_opinions else 0,
    }
    if not has_suggestions:
        counts[""] = counts["opinions"]
    return page(
        request, "review", "审核登记", kind=kind, page=shown, tabs=tabs(request, listed, counts),
        lines=[(matter, due_view(due[matter.pk]) if matter.pk in due else None, _buttons(kind, matter, request)) for matter in shown],
    )  # fmt: skip


def _buttons(kind: str, matter: Any, request: HttpRequest) -> list[Button]:
    """What the reader may decide on a row of the queue."""
    acts, verbs = (SUGGESTION_ACTS, VERBS) if kind == "suggestion" else (OPINION_ACTS, SCREENS)
    buttons = acts.buttons(matter, request.user, lambda verb: reverse(f"admin:{kind}-verb", args=[matter.number, verb]))
    return one_main(button for button in buttons if button.verb in verbs)
