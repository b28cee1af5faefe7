"""建议 on the console: the list, one suggestion whole, and the pages of its verbs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clocks.models import Deadline
from clocks.workflow import due_view
from ground.pages import Button, one_main
from ground.paging import keyset
from ground.templatetags.ui import chip, status_chip, zh_date, zh_day
from suggestions import owed
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.commitment import COMMITMENT_ACTS
from suggestions.forms.suggestion import SUGGESTION_ACTS
from suggestions.letters import FORMATS, is_broken, is_overdue
from suggestions.models import Assignment, Commitment, Suggestion
from suggestions.queries import board
from suggestions.queries.sought import NEWEST
from suggestions.queries.suggestion import marks
from suggestions.routing.ranking import Ranked, rank_all
from suggestions.states.lists_suggestion import Field, Kind, Mark
from suggestions.views.staff.frame import chosen, enter, page, shell, tabs

MARK_TONES = {"objection": "danger", "redo_one": "danger", "assist_missing": "danger", "unkept": "danger", "kept": "ok"}
CHOOSE_UNITS = ("assign", "dispatch", "reassign", "add_assist", "settle_objection")  # verbs that ask for a unit


# -- the list ----------------------------------------------------------------------------------------------------------


class SuggestionFilter(forms.Form):
    field = forms.ChoiceField(label="领域", choices=[("", "全部"), *Field.choices], required=False)
    kind = forms.ChoiceField(label="类型", choices=[("", "全部"), *Kind.choices], required=False)
    reach = forms.ChoiceField(label="范围", choices=[("", "本级"), ("all", "本级和下级")], required=False)
    organ = forms.CharField(label="承办单位代码", max_length=30, required=False)
    overdue = forms.BooleanField(label="只看已逾期", required=False)
    key = forms.BooleanField(label="只看重点督办", required=False)


def suggestions(request: HttpRequest) -> HttpResponse:
    enter(request, "suggestions")
    form, wanted, is_narrowed = chosen(request, SuggestionFilter)
    rows = _narrowed(board.suggestions_of(request.user), request, wanted)
    words = request.GET.get("q", "").strip()
    counts = {} if words else board.tab_counts(rows, board.SUGGESTION_TABS)  # what is found is never counted
    shown = keyset(
        board.in_tab(rows, board.SUGGESTION_TABS, request.GET.get("tab", "")).with_parts(),
        request,
        **(NEWEST if words else {"order": ("next_due_at", "-pk")}),
    )
    due = board.nearest("suggestion", shown)
    return page(
        request, "suggestions", "代表建议",
        tabs=tabs(request, [(c, label) for c, label, _ in board.SUGGESTION_TABS], counts),
        page=shown, filters=form, is_narrowed=is_narrowed, query=request.GET.get("q", ""), keep=_kept(request),
        lines=[_line(s, due.get(s.pk)) for s in shown],
    )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    suggestion: Suggestion
    marks: list[SafeString]
    units: list[tuple[str, str]]  # unit, role
    due: dict[str, Any] | None
    what: str  # is owed by then


def _line(s: Suggestion, due: Deadline | None) -> Line:
    return Line(s, chips_of(s), units_of(s), due_view(due) if due else None, owed.name_of(due) if due else "")


def _narrowed(rows: Any, request: HttpRequest, wanted: dict[str, Any]) -> Any:
    if wanted.get("reach"):
        rows = Suggestion.objects.visible_to(request.user).filter(first_submitted_at__isnull=False)
    for name in ("field", "kind"):
        if name in wanted:
            rows = rows.filter(**{name: wanted[name]})
    if "organ" in wanted:
        rows = rows.of_organ(wanted["organ"])
    if "overdue" in wanted:
        rows = rows.overdue()
    if "key" in wanted:
        rows = rows.filter(key_supervision__isnull=False)
    typed = request.GET.get("q", "").strip()
    return rows.search(typed, people=True) if typed else rows


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What the search carries along beside its own word and the drawer's fields."""
    return [("tab", request.GET["tab"])] if request.GET.get("tab") else []


def chips_of(suggestion: Suggestion) -> list[SafeString]:
    """The marks beside the state."""
    return [
        chip(Mark(mark).label, MARK_TONES.get(mark, "neutral"), "" if mark in MARK_TONES else "mark")
        for mark in marks(suggestion)
    ]


def units_of(suggestion: Suggestion) -> list[tuple[str, str]]:
    live = [a for a in suggestion.assignments.all() if a.is_live]
    return [(str(a.organ), a.get_role_display()) for a in sorted(live, key=lambda a: not a.is_main)]


# -- one suggestion ----------------------------------------------------------------------------------------------------


def suggestion(request: HttpRequest, number: str) -> HttpResponse:
    enter(request, "suggestions")
    found = get_object_or_404(_whole(request), number=number)
    due = list(Deadline.objects.open().under(found).select_related("organ", "user").order_by("due_at", "pk"))
    owing = [d for d in due if d.owed]
    buttons = SUGGESTION_ACTS.buttons(found, request.user, lambda verb: _url("suggestion", found.number, verb))
    units = [_unit(a, due, request.user) for a in _in_order(found.assignments.all())]
    promises = [_promise(c, request.user) for c in found.commitments.all()]
    waits = [wait for part in (*units, *promises) for wait in part.waits]
    mine = [button for wait in waits for button in wait.buttons]
    return page(
        request, "suggestion", found.title, suggestion=found, text=found.text, marks=chips_of(found),
        due=due_view(owing[0]) if owing else None, due_words=owed.name_of(owing[0]) if owing else "",
        older=[v for v in found.versions.all() if v.no != found.current_version][::-1],
        say=_say(found, waits, owing, buttons), verbs=one_main([*mine, *buttons]), units=units, promises=promises,
        live=sum(1 for unit in units if unit.assignment.is_live), steps=_history(found),
        signed=[c for c in found.cosigns.all() if c.state == "confirmed"],
        asked=[c for c in found.cosigns.all() if c.state != "confirmed"],
        replies=[r for a in _in_order(found.assignments.all()) for r in a.issued],
        behind=[link for link in found.links.all() if link.ended_at is None],
    )  # fmt: skip


@dataclass(frozen=True)
class Wait:
    """Something that waits for a decision of the reader: a sentence and its verbs."""

    say: SafeString
    buttons: list[Button]


@dataclass
class Unit:
    """A unit's part as its card shows it."""

    assignment: Assignment
    chips: list[SafeString]
    facts: list[tuple[str, Any]]
    dues: list[tuple[str, dict[str, Any]]]  # what falls due, and when
    links: list[Button]
    waits: list[Wait] = field(default_factory=list)


@dataclass
class Promise:
    commitment: Commitment
    buttons: list[Button]
    dates: list[Any]
    waits: list[Wait] = field(default_factory=list)
    notice: SafeString | str = ""


# Verbs that answer somebody's request: what stands first on the page. The others are links on the unit's card.
DECISIONS = ("settle_objection", "settle_extension", "settle_attitude", "mediate", "dispatch")


def _unit(assignment: Assignment, due: list[Deadline], actor: Any) -> Unit:
    buttons = ASSIGNMENT_ACTS.buttons(assignment, actor, lambda verb: _url("assignment", assignment.pk, verb))
    own = [d for d in due if d.object_kind == "assignment" and d.object_id == assignment.pk and d.owed]
    waits = [Wait(_ask(assignment, b.verb), [b]) for b in buttons if b.verb in DECISIONS]
    links = [b for b in buttons if b.verb not in DECISIONS]
    dues = [(owed.name_of(d), due_view(d)) for d in own]
    return Unit(assignment, _unit_chips(assignment), _facts(assignment), dues, links, waits)


def _unit_chips(assignment: Assignment) -> list[SafeString]:
    chips = [status_chip(assignment)]
    if assignment.round > 1:
        chips.append(chip(f"第 {assignment.round} 轮", "neutral", "mark"))
    if assignment.is_late:
        chips.append(chip("协办逾期", "danger"))
    return chips


def _facts(assignment: Assignment) -> list[tuple[str, Any]]:
    """Label and value, in the order in which things happened."""
    facts: list[tuple[str, Any]] = [("交办" if assignment.is_main else "收到", zh_day(assignment.handed_over_at))]
    if assignment.dispatched_from_id:
        facts.append(("分办", f"{zh_day(assignment.received_at)}，由{assignment.dispatched_from.organ}"))
    facts.append(("签收", zh_day(assignment.signed_at) if assignment.signed_at else "还没有"))
    contacts = list(assignment.contacts.all())
    if contacts:
        facts.append(("最近沟通", _contact(contacts[-1])))
    elif assignment.is_main:
        facts.append(("联系代表", "还没有"))
    for asked in assignment.extensions.all():
        facts.append(("延期", f"申请到 {zh_day(asked.until)}，{_decided(asked.accepted)}"))
    if objection := getattr(assignment, "objection", None):
        facts.append(("退办", f"{zh_day(objection.at)}申请，{_decided(objection.accepted)}"))
    if given := list(assignment.contributions.all()):
        facts.append(("协办意见", f"{zh_day(given[-1].at)}，第 {given[-1].version} 版"))
    if last := assignment.last_reply:
        facts.append(("答复", f"{zh_day(last.issued_at)}，第 {last.version} 版，{last.result_class} 类"))
        facts.append(("评价", _rating(getattr(last, "rating", None))))
    if is_overdue(assignment):
        facts.append(("已经逾期", _notice_of(assignment)))
    if assignment.outcome:
        facts.append(("结果", assignment.get_outcome_display()))
    return facts


def _notice_of(assignment: Assignment) -> SafeString:
    links = [(reverse("admin:overdue-file", args=[assignment.pk, kind]), label) for kind, label in FORMATS]
    return format_html("督办通知单 {}", format_html_join(" ", '<a href="{}">{}</a>', links))


def notice_of_promise(commitment: Commitment) -> SafeString | str:
    """Links to the 督办通知单 of a promise that is past its date."""
    if not is_broken(commitment):
        return ""
    links = [(reverse("admin:broken-file", args=[commitment.pk, kind]), label) for kind, label in FORMATS]
    return format_html("已逾期，督办通知单 {}", format_html_join(" ", '<a href="{}">{}</a>', links))


def _contact(contact: Any) -> str:
    if not contact.reached:
        return f"{zh_day(contact.held_at)}{contact.get_method_display()}，未联系上"
    confirmed = {True: "代表已确认", False: "代表否认", None: "代表未确认" if contact.is_unanswered else "待代表确认"}
    return f"{zh_day(contact.held_at)}{contact.get_method_display()}，{confirmed[contact.agrees]}"


def _decided(accepted: bool | None) -> str:
    return {True: "已同意", False: "未同意", None: "待批复"}[accepted]


def _rating(rating: Any) -> str:
    if rating is None:
        return "还没有"
    if rating.expired:
        return "逾期未评价"
    return f"态度{rating.get_attitude_display()}，结果{rating.get_result_display()}"


def _ask(assignment: Assignment, verb: str) -> SafeString:
    """What waits for the reader, in one sentence."""
    unit = assignment.organ
    if verb == "settle_objection":
        asked = assignment.objection
        instead = f"，建议改由{asked.proposed_organ}办理" if asked.proposed_organ_id else ""
        return format_html(
            "{} {}申请退办，理由是“{}”{}。答复期限照常计算。", unit, zh_day(asked.at), asked.reason, instead
        )
    if verb == "settle_extension":
        asked = next(e for e in assignment.extensions.all() if e.decided_at is None)
        return format_html(
            "{} {}申请把答复期限延到 <b>{}</b>，理由是“{}”。原期限照常计算。", unit, zh_day(asked.at), zh_day(asked.until), asked.reason
        )  # fmt: skip
    if verb == "settle_attitude":
        return format_html("代表对{}的办理结果认可，对态度不满意：“{}”。", unit, assignment.last_reply.rating.text)
    if verb == "mediate":
        return format_html("代表第二次对{}的答复不满意，请召集双方会商。", unit)
    return format_html("{}等待分办到具体单位。", unit)


def _promise(commitment: Commitment, actor: Any) -> Promise:
    buttons = COMMITMENT_ACTS.buttons(commitment, actor, lambda verb: _url("commitment", commitment.pk, verb))
    accepted = [change.old for change in commitment.change_requests.all() if change.accepted]
    waits = []
    pending = next((change for change in commitment.change_requests.all() if change.decided_at is None), None)
    settling = [button for button in buttons if button.verb == "settle_commitment_change"]
    if pending and settling:
        say = format_html(
            "{}申请把承诺“{}”从 {} 改到 <b>{}</b>，理由是“{}”。", commitment.assignment.organ, commitment.text,
            zh_day(pending.old), zh_day(pending.due_on), pending.reason,
        )  # fmt: skip
        waits.append(Wait(say, settling))
    open_now = [button for button in buttons if button not in settling]
    return Promise(commitment, open_now, accepted, waits, notice_of_promise(commitment))


def _say(found: Suggestion, waits: list[Wait], owing: list[Deadline], buttons: list[Button]) -> SafeString:
    """One sentence: what waits for the reader; where nothing does, for whom the matter waits."""
    if waits:
        rest = f" 另有 {len(waits) - 1} 件事等您处理。" if len(waits) > 1 else ""
        return format_html("<b>等您{}：</b>{}{}", waits[0].buttons[0].label, waits[0].say, rest)
    main = next((button for button in buttons if button.is_main), None)
    if main and owing:
        return format_html("<b>等您{}：</b>请在 <b>{}</b> 前办理。", main.label, zh_date(owing[0].due_at))
    if owing:
        first = owing[0]
        return format_html(
            "现在等<b>{}</b>：{}，期限 {}。", owed.holder_of(first), owed.words_of(first), zh_date(first.due_at)
        )
    return format_html("{}，没有要办的事。", found.get_state_display())


def _history(found: Suggestion) -> list[dict[str, Any]]:
    """Steps of the whole and of its units in one line of time; a change that follows from a unit's step is not repeated."""
    told = [_step(step, found.workflow.labels, "") for step in found.steps.all() if not step.recorded.get("derived")]
    for assignment in found.assignments.all():
        whole = {"assign", "dispatch", "withdraw"}
        told += [
            _step(step, assignment.workflow.labels, str(assignment.organ))
            for step in assignment.steps.all()
            if step.verb not in whole
        ]
    for promise in found.commitments.all():
        told += [
            _step(step, promise.workflow.labels, f"承诺“{promise.text[:20]}”")
            for step in promise.steps.all()
            if step.verb not in ("reply", "rate", "mediate")
        ]
    return sorted(told, key=lambda step: step["at"])


def _step(step: Any, labels: dict[str, str], part: str) -> dict[str, Any]:
    label = labels.get(step.verb, step.verb)
    return {
        "at": step.at,
        "by_label": step.by_label,
        "label": f"{label}（{part}）" if part else label,
        "text": step.public_text,
        "note": step.note,
    }


def _in_order(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Live ones first, main units before assists, in the order in which they were handed over."""
    return sorted(assignments, key=lambda a: (not a.is_live, not a.is_main, a.pk))


# -- the pages of the verbs --------------------------------------------------------------------------------------------


def suggestion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    enter(request, "suggestions")
    found = get_object_or_404(_parts(request), number=number)
    label = SUGGESTION_ACTS.labels.get(verb, "办理")
    return SUGGESTION_ACTS.page(
        request, found, verb, actor=request.user, template="console/suggestion_verb.html", back=_page_of(found),
        initial={"assignment": request.GET["assignment"]} if request.GET.get("assignment", "").isdigit() else None,
        suggestion=found, text=found.text, ranked=ranked_for(found, verb, request), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def ranked_for(found: Suggestion, verb: str, request: HttpRequest, part: Assignment | None = None) -> Ranked | None:
    """The units that fit, beside a form that chooses some."""
    if verb not in CHOOSE_UNITS:
        return None
    government = part.organ if part is not None and verb == "dispatch" else None
    return rank_all([found], actor=request.user, within={found.pk: government} if government else None)[found.pk]


def assignment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    enter(request, "suggestions")
    found = get_object_or_404(_parts(request), assignments__pk=pk)
    part = next(a for a in found.assignments.all() if a.pk == pk)
    label = ASSIGNMENT_ACTS.labels.get(verb, "办理")
    return ASSIGNMENT_ACTS.page(
        request, part, verb, actor=request.user, template="console/assignment_verb.html", back=_page_of(found),
        suggestion=found, text=found.text, assignment=part, facts=_facts(part), chips=_unit_chips(part),
        ranked=ranked_for(found, verb, request, part),
        **shell(request, f"{label}：{part.organ}"),
    )  # fmt: skip


def commitment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    enter(request, "suggestions")
    found = get_object_or_404(_parts(request), commitments__pk=pk)
    part = next(c for c in found.commitments.all() if c.pk == pk)
    label = COMMITMENT_ACTS.labels.get(verb, "办理")
    return COMMITMENT_ACTS.page(
        request, part, verb, actor=request.user, template="console/commitment_verb.html", back=_page_of(found),
        suggestion=found, commitment=part, **shell(request, f"{label}：{part.assignment.organ}"),
    )  # fmt: skip


def _whole(request: HttpRequest) -> Any:
    rows = Suggestion.objects.visible_to(request.user).whole()
    return rows.prefetch_related("commitments__steps", "cosigns__seat__delegation").select_related("lead__delegation")


def _parts(request: HttpRequest) -> Any:
    return (
        Suggestion.objects.visible_to(request.user)
        .with_parts()
        .prefetch_related("versions")
        .select_related("lead__delegation")
    )


def _page_of(found: Suggestion) -> str:
    return reverse("admin:suggestion", args=[found.number])


def _url(kind: str, key: Any, verb: str) -> str:
    return reverse(f"admin:{kind}-verb", args=[key, verb])
