"""督办台, 答复把关, 评价与分歧: what is late and with whom, replies to be looked at, and sides that disagree."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from clocks.workflow import due_view
from ground import clock
from ground.pages import one_main
from ground.paging import keyset
from suggestions import owed
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.suggestion import SUGGESTION_ACTS
from suggestions.models import Commitment, Suggestion
from suggestions.queries import board
from suggestions.rules.desk import keeps_congress, keeps_office
from suggestions.states.commitment import ALIVE
from suggestions.views.staff.frame import chosen, enter, page, tabs
from suggestions.views.staff.of_suggestions import _promise, _url

MOVED_WITHIN = timedelta(days=14)

# -- 督办台 --------------------------------------------------------------------------------------------------------------

SUPERVISED = (
    ("", "已逾期"),
    ("today", "今天到期"),
    ("soon", "快到期"),
    ("mine", "等本单位办"),
    ("promises", "承诺事项"),
    ("key", "重点督办"),
    ("moved", "日期有变动"),
)


class SuperviseFilter(forms.Form):
    organ = forms.CharField(label="单位代码", max_length=30, required=False)
    kind = forms.ChoiceField(
        label="事项", choices=[("", "全部"), ("suggestion", "代表建议"), ("opinion", "群众意见")], required=False
    )


def supervise(request: HttpRequest) -> HttpResponse:
    enter(request, "supervise")
    user, tab = request.user, request.GET.get("tab", "")
    form, wanted, is_narrowed = chosen(request, SuperviseFilter)
    everything = board.owed(user)
    counts = {
        "": board.late(everything).count(),
        "today": board.due_today(everything).count(),
        "mine": board.owed_by(user).count(),
    }
    context = {
        "tabs": tabs(request, SUPERVISED, counts),
        "tab": tab,
        "filters": form,
        "is_narrowed": is_narrowed,
        "keep": [("tab", tab)] if tab else [],
        "organ": wanted.get("organ", ""),
    }
    shows = {"promises": _promises, "key": _key, "moved": _moved}
    return page(request, "supervise", "督办台", **context, **shows.get(tab, _owed)(request, wanted))


def _owed(request: HttpRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    """Open dates under the chosen tab, the oldest first."""
    tab, rows = request.GET.get("tab", ""), board.owed(request.user)
    if tab == "today":
        rows = board.due_today(rows)
    elif tab == "soon":
        rows = rows.filter(due_at__gt=clock.now(), orange_at__lte=clock.now())
    elif tab == "mine":
        rows = board.owed_by(request.user)
    else:
        rows = board.late(rows)
    if "organ" in wanted:
        rows = rows.filter(organ__code=wanted["organ"])
    if "kind" in wanted:
        rows = rows.filter(matter_kind=wanted["kind"])
    shown = keyset(rows.select_related("organ", "user"), request, order=("due_at", "pk"))
    return {"page": shown, "lines": owed.rows(shown, request.user)}


def _promises(request: HttpRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    rows = Commitment.objects.filter(suggestion__in=board.suggestions_of(request.user), state__in=ALIVE)
    if "organ" in wanted:
        rows = rows.filter(assignment__organ__code=wanted["organ"])
    parts = rows.select_related("suggestion", "assignment__organ", "reply").prefetch_related(
        "change_requests", "reports"
    )
    shown = keyset(parts, request, order=("due_on", "pk"))
    matters = Suggestion.objects.filter(pk__in=[c.suggestion_id for c in shown]).with_parts().in_bulk()
    for commitment in shown:
        commitment.suggestion = matters[commitment.suggestion_id]
    return {
        "page": shown,
        "promises": [_promise(commitment, request.user) for commitment in shown],
        "today": clock.today(),
    }


def _key(request: HttpRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    rows = board.suggestions_of(request.user).filter(key_supervision__isnull=False).with_parts()
    rows = rows.select_related("key_supervision__leader__deputy", "key_supervision__committee").prefetch_related(
        "key_supervision__notes"
    )
    shown = keyset(rows, request, order=("next_due_at", "-pk"))
    return {"page": shown, "keys": [(s, _note_buttons(s, request)) for s in shown]}


def _note_buttons(suggestion: Suggestion, request: HttpRequest) -> list[Any]:
    buttons = SUGGESTION_ACTS.buttons(
        suggestion, request.user, lambda verb: _url("suggestion", suggestion.number, verb)
    )
    return [button for button in buttons if button.verb in ("note_supervision", "chase")]


def _moved(request: HttpRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    shown = keyset(board.moved_dates(request.user, clock.now() - MOVED_WITHIN), request, order=("-pk",))
    told = owed.table([change.deadline for change in shown], request.user)
    return {
        "page": shown,
        "moves": [(change, told[change.deadline_id]) for change in shown if change.deadline_id in told],
    }


# -- 答复把关 ------------------------------------------------------------------------------------------------------------

CHECKED = (("", "可以退回补正"), ("publish", "待定公开"), ("all", "全部答复"))


def replies(request: HttpRequest) -> HttpResponse:
    enter(request, "replies")
    tab = request.GET.get("tab", "")
    counts = {
        "": board.assignment_tallies(request.user)["returnable"],
        "publish": board.to_publish(request.user).count(),
    }
    context: dict[str, Any] = {"tabs": tabs(request, CHECKED, counts), "tab": tab}
    if tab == "publish":
        shown = keyset(board.to_publish(request.user).with_parts(), request, order=("next_due_at", "pk"))
        due = board.nearest("suggestion", shown)
        context["matters"] = [
            (s, due_view(due[s.pk]) if s.pk in due else None, _suggestion_buttons(s, request, "publish")) for s in shown
        ]
    else:
        rows = board.assignments_of(request.user)
        rows = board.waiting(rows, "returnable") if not tab else rows.filter(first_replied_at__isnull=False)
        shown = keyset(rows, request, order=("-first_replied_at", "-pk"))
        context["lines"] = _assignment_lines(shown, request, ("return_reply", "correct_class"))
    return page(request, "replies", "答复把关", page=shown, **context)


def _suggestion_buttons(suggestion: Suggestion, request: HttpRequest, *verbs: str) -> list[Any]:
    buttons = SUGGESTION_ACTS.buttons(
        suggestion, request.user, lambda verb: _url("suggestion", suggestion.number, verb)
    )
    return [button for button in buttons if button.verb in verbs]


def _assignment_lines(shown: Any, request: HttpRequest, verbs: tuple[str, ...]) -> list[tuple[Any, Any, list[Any]]]:
    """Assignments with their whole matter and the verbs of this page, in a fixed number of queries."""
    matters = Suggestion.objects.filter(pk__in=[a.suggestion_id for a in shown]).with_parts().in_bulk()
    lines = []
    for row in shown:
        whole = matters[row.suggestion_id]
        part = next(a for a in whole.assignments.all() if a.pk == row.pk)
        buttons = ASSIGNMENT_ACTS.buttons(part, request.user, lambda verb, pk=part.pk: _url("assignment", pk, verb))
        lines.append((whole, part, one_main(b for b in buttons if b.verb in verbs)))
    return lines


# -- 评价与分歧 ----------------------------------------------------------------------------------------------------------

RATED = (
    ("", "待代表评价"),
    ("attitude", "态度不满意"),
    ("mediate", "待会商"),
    ("disputed", "建议：说法不一"),
    ("opinions", "群众意见：说法不一"),
    ("calls", "代录评价回访"),
)
QUEUES = {"": "unrated", "attitude": "attitudes", "mediate": "mediating"}


def ratings(request: HttpRequest) -> HttpResponse:
    enter(request, "ratings")
    user = request.user
    of_opinions = ("opinions", "calls")
    listed = [row for row in RATED if row[0] not in of_opinions or keeps_office(user)]
    if not keeps_congress(user) and keeps_office(user):
        listed = [("", "群众意见：说法不一"), RATED[-1]]
    tab = request.GET.get("tab", "")
    tally = board.assignment_tallies(user)
    counts = {code: tally[queue] for code, queue in QUEUES.items()} if len(listed) > 2 else {}
    if keeps_office(user):
        counts["calls"] = board.calls_back(user).count()
    context: dict[str, Any] = {"tabs": tabs(request, listed, counts), "tab": tab}
    if tab == "calls" and keeps_office(user):
        rows = board.calls_back(user).select_related("rating__opinion", "rating__entered_by")
        return page(
            request,
            "ratings",
            "评价与分歧",
            page=(shown := keyset(rows, request, order=("pk",))),
            calls=shown.rows,
            **context,
        )
    if tab == "opinions" or len(listed) == 2:
        shown = keyset(
            board.disagreeing(user).with_parts().prefetch_related("ratings", "answers"), request, order=("-pk",)
        )
        context["opinions"] = [(o, list(o.answers.all())[-1], list(o.ratings.all())[-1]) for o in shown]
        return page(request, "ratings", "评价与分歧", page=shown, **context)
    rows = (
        board.disputed_replies(user)
        if tab == "disputed"
        else board.waiting(board.assignments_of(user), QUEUES.get(tab, "unrated"))
    )
    shown = keyset(rows, request, order=("first_replied_at", "pk"))
    due = list(
        board.owed(user)
        .filter(object_kind="assignment", object_id__in=[a.pk for a in shown])
        .select_related("organ", "user")
    )
    by_part = {d.object_id: due_view(d) for d in due[::-1]}
    lines = _assignment_lines(shown, request, ("settle_attitude", "mediate"))
    context["may_talk"] = tab == "disputed" and keeps_congress(user)
    context["lines"] = [(whole, part, by_part.get(part.pk), buttons) for whole, part, buttons in lines]
    return page(request, "ratings", "评价与分歧", page=shown, **context)
