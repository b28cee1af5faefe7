"""交办台: which unit gets what, several at a press, after a page that shows every date before anything is done.

The congress hands suggestions over; a government office passes on what was handed to it. Both see the same desk.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import Organ
from clocks import calendar, rules
from clocks.workflow import due_view
from ground import clock, workdays
from ground.errors import DomainError
from ground.paging import keyset
from ground.workdays import Span
from ground.workflow import available
from suggestions.forms.fields import units_of
from suggestions.models import Assignment, Suggestion
from suggestions.queries import board
from suggestions.routing.ranking import Ranked, rank_all
from suggestions.rules.desk import is_government_office, is_secretariat, keeps_congress
from suggestions.states.lists_suggestion import HandlerRole, Mode
from suggestions.views.staff.frame import enter, page, tabs
from suggestions.views.staff.of_suggestions import Unit, _unit
from suggestions.workflow import assignment as assignments, suggestion as suggestions

TABS = (("", "待交办"), ("dispatch", "待分办"), ("objections", "退办申请"), ("extensions", "延期申请"))
OFFERED = 3  # units a row suggests
SIZE = 20


@dataclass(frozen=True)
class Row:
    """One thing to hand over: a suggestion, or a government's row to pass on; `key` names it in the form."""

    key: str
    suggestion: Suggestion
    due: dict[str, Any] | None
    ranked: Ranked
    verb_url: str  # "" for whoever only looks on


def assign(request: HttpRequest) -> HttpResponse:
    enter(request, "assign")
    user, tab = request.user, request.GET.get("tab", "")
    tallies = board.assignment_tallies(user)
    listed = _tabs(user)
    tab = tab if tab in dict(listed) else listed[0][0]
    counts = {
        "dispatch": tallies["undispatched"],
        "objections": tallies["objections"],
        "extensions": tallies["extensions"],
    }
    counts[""] = board.suggestion_tallies(user)["registered"]
    context = {"tabs": tabs(request, listed, counts), "tab": tab, "query": request.GET.get("q", "")}
    if tab in ("objections", "extensions"):
        return page(request, "assign", "交办台", **context, **_requests(request, tab))
    return page(request, "assign", "交办台", **context, **_to_hand_over(request, tab))


def _tabs(user: Any) -> list[tuple[str, str]]:
    hands_over = keeps_congress(user) or is_secretariat(user)
    mine = {
        "": hands_over,
        "dispatch": is_government_office(user),
        "objections": True,
        "extensions": keeps_congress(user),
    }
    return [(code, label) for code, label in TABS if mine[code]]


def _to_hand_over(request: HttpRequest, tab: str) -> dict[str, Any]:
    """Rows with the units that fit, nearest date first."""
    typed = request.GET.get("q", "").strip()
    rows = board.suggestions_of(request.user)
    rows = rows.search(typed, people=True) if typed else rows
    if tab == "dispatch":
        parts = board.waiting(board.assignments_of(request.user), "undispatched").filter(suggestion__in=rows)
        shown = keyset(
            parts.select_related("suggestion", "organ").order_by(), request, order=("received_at", "pk"), size=SIZE
        )
        matters = (
            Suggestion.objects.filter(pk__in=[a.suggestion_id for a in shown]).with_parts().prefetch_related("versions")
        )
        by_id = matters.select_related("lead__delegation").in_bulk()
        found = [(f"a{a.pk}", by_id[a.suggestion_id], a) for a in shown]
    else:
        waiting = (
            rows.filter(state="registered").with_parts().prefetch_related("versions").select_related("lead__delegation")
        )
        shown = keyset(waiting, request, order=("next_due_at", "pk"), size=SIZE)
        found = [(f"s{s.pk}", s, None) for s in shown]
    due = board.nearest("suggestion", [s for _, s, _ in found])
    governments = {s.pk: a.organ for _, s, a in found if a}
    ranked = rank_all([s for _, s, _ in found], actor=request.user, most=OFFERED, within=governments)
    listed = [
        Row(key, s, due_view(due[s.pk]) if s.pk in due else None, ranked[s.pk], _hand_over_url(request.user, s, a))
        for key, s, a in found
    ]
    hands_over = any(row.verb_url for row in listed)
    return {
        "page": shown, "rows": listed, "hands_over": hands_over, "reply": reply_due(found[0][1]) if found else None
    }  # fmt: skip


def _hand_over_url(actor: Any, s: Suggestion, part: Assignment | None) -> str:
    """The page of the verb with all its choices, where it is open to `actor`: a lead sees the desk, a clerk works at it."""
    if part is not None:
        return (
            reverse("admin:assignment-verb", args=[part.pk, "dispatch"]) if "dispatch" in available(part, actor) else ""
        )
    return reverse("admin:suggestion-verb", args=[s.number, "assign"]) if "assign" in available(s, actor) else ""


def _requests(request: HttpRequest, tab: str) -> dict[str, Any]:
    """Objections or extensions that somebody has to decide."""
    parts = board.waiting(board.assignments_of(request.user), tab)
    shown = keyset(parts.select_related("suggestion"), request, order=("reply_due_at", "pk"), size=SIZE)
    matters = (
        Suggestion.objects.filter(pk__in=[a.suggestion_id for a in shown])
        .with_parts()
        .select_related("lead__delegation")
        .in_bulk()
    )
    due = list(
        board.owed(request.user)
        .filter(object_kind="assignment", object_id__in=[a.pk for a in shown])
        .select_related("organ")
    )
    units: list[tuple[Suggestion, Unit]] = []
    for part in shown:
        whole = matters[part.suggestion_id]
        own = next(a for a in whole.assignments.all() if a.pk == part.pk)
        wanted = "settle" if tab == "objections" else "settle_extension"
        units.append((whole, _unit(own, [d for d in due if d.kind == wanted], request.user)))
    return {"page": shown, "requests": units}


@dataclass(frozen=True)
class Planned:
    """One line of the check page: what goes to whom and when the reply is due, or why it cannot go."""

    key: str
    suggestion: Suggestion
    organ: Organ | None
    due_at: datetime | None
    reasons: list[str]
    refusal: str = ""


@require_POST
def assign_check(request: HttpRequest) -> HttpResponse:
    """First shows what would be handed over, with every date and its reasons; confirmed, hands over one by one."""
    enter(request, "assign")
    plan = [_planned(key, request) for key in dict.fromkeys(request.POST.getlist("pick"))]
    if not plan:
        messages.warning(request, "请先勾选要交办的建议。")
        return redirect("admin:assign")
    if "confirm" not in request.POST:
        return page(request, "assign_check", "核对交办", plan=plan, ready=[line for line in plan if not line.refusal])
    done, refused = 0, []
    for line in plan:
        sentence = line.refusal or _hand_over(line, request.user)
        done += not sentence
        refused += [f"{line.suggestion.title}：{sentence}"] if sentence else []
    if done:
        messages.success(request, f"已交办 {done} 件，承办单位和代表都会收到通知。")
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("admin:assign")


def _planned(key: str, request: HttpRequest) -> Planned:
    """What was ticked, read afresh: sight, the verb, the unit, the date."""
    found, part = _find(key, request.user)
    target, verb = (part, "dispatch") if part else (found, "assign")
    if verb not in available(target, request.user):
        return Planned(key, found, None, None, [], "这件已经交办，或不由您交办。")
    code = request.POST.get(f"unit-{key}", "")
    organ = units_of(found, within=part.organ if part else None).filter(code=code).first()
    if organ is None:
        return Planned(key, found, None, None, [], "还没有选承办单位。")
    if part:
        return Planned(key, found, organ, part.reply_due_at, ["答复期限自交办之日算起，分办不顺延"])
    due = reply_due(found)
    return Planned(key, found, organ, due.at, list(due.reasons))


def _find(key: str, user: Any) -> tuple[Suggestion, Assignment | None]:
    pk = int(key[1:]) if key[1:].isdecimal() and len(key) < 12 else 0
    rows = board.suggestions_of(user).with_parts().prefetch_related("versions")
    if key[:1] == "a":
        found = get_object_or_404(rows, assignments__pk=pk)
        return found, next(a for a in found.assignments.all() if a.pk == pk)
    return get_object_or_404(rows, pk=pk), None


def _hand_over(line: Planned, user: Any) -> str:
    """Hands one thing over; answers why it could not be done, or nothing."""
    handlers = [(line.organ, str(HandlerRole.MAIN))]
    found, part = _find(line.key, user)
    try:
        if part:
            assignments.dispatch(part, by=user, handlers=handlers)
        else:
            suggestions.assign(found, by=user, mode=str(Mode.SOLE), handlers=handlers)
    except DomainError as refusal:  # one that was taken meanwhile does not stop the others
        return refusal.detail
    return ""


def reply_due(suggestion: Suggestion) -> workdays.Due:
    """When the reply would be due if it were handed over now, with its reasons."""
    span = rules.clock_of("assignment.reply", suggestion.congress)[0].span
    if suggestion.is_snap and suggestion.priority:
        span = f"{suggestion.priority}d"
    return workdays.due(clock.now(), Span.parse(span), calendar.current())
