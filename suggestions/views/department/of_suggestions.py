"""建议 at a unit: the unit's list, one suggestion whole with everything the unit owes on it, the pages of its verbs; and
分办台, where a government's office hands on what came to the government."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.faces import face
from clocks.workflow import due_view
from ground import files
from ground.errors import Forbidden, GuardFailed, Invalid, NotAPicture, NotVisible, TooLarge
from ground.pages import Button, one_main
from ground.paging import Page, keyset
from ground.templatetags.ui import chip, status_chip, zh_date, zh_day
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.commitment import COMMITMENT_ACTS
from suggestions.forms.department import FilesForm
from suggestions.models import Assignment, Commitment, Suggestion
from suggestions.queries import desk as queries
from suggestions.routing.ranking import Ranked, rank_all
from suggestions.rules.assignment import assists_beside, is_assist_settled, is_attempted, is_reached, is_reply_near
from suggestions.showing_suggestion import SuggestionShown, show
from suggestions.states.lists_suggestion import Mark
from suggestions.views.department.shell import only_for, page, pills
from suggestions.views.department.worklist import Row, assignment_chips, assignment_row, next_button, verb_url, what_of
from suggestions.workflow import files as files_of
from suggestions.workflow.assignment import sign

MOST_AT_ONCE = 100
REPLYING = ("signed", "redoing")


# -- lists -------------------------------------------------------------------------------------------------------------


@face("desk")
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit")
    rows = _searched(request, queries.assignments_of(request.user))
    counts = queries.counts_in(rows, queries.ASSIGNMENT_TABS)
    tab = request.GET.get("tab") or next((f"{name}" for name in ("sign", "work") if counts[f"tab_{name}"]), "work")
    shown = keyset(queries.in_tab(rows, queries.ASSIGNMENT_TABS, tab), request, order=("due_at", "-pk"))
    lines = _lines(shown, request.user)
    return page(
        request, "suggestions", page=shown, rows=lines, query=_query(request), tab=tab,
        pills=pills(request, queries.ASSIGNMENT_TABS, counts, here=tab),
        may_sign=[row.key for row in lines if row.next and row.next.verb == "sign"] if tab == "sign" else [],
        keep=[("tab", tab)],
    )  # fmt: skip


@face("desk")
@require_safe
def dispatch(request: HttpRequest) -> HttpResponse:
    """分办台: what came to the government and waits for a unit, by date; whose units object; what they are doing."""
    only_for(request, "government")
    rows = _searched(request, queries.dispatches_of(request.user))
    tab = request.GET.get("tab", "")
    shown = keyset(queries.in_tab(rows, queries.DISPATCH_TABS, tab), request, order=("due_at", "-pk"))
    return page(
        request, "dispatch", page=shown, rows=_lines(shown, request.user), query=_query(request), tab=tab,
        pills=pills(request, queries.DISPATCH_TABS, queries.counts_in(rows, queries.DISPATCH_TABS)), keep=[("tab", tab)],
    )  # fmt: skip


def _searched(request: HttpRequest, rows: QuerySet) -> QuerySet:
    words = _query(request)
    if not words:
        return rows
    return rows.filter(
        suggestion__in=Suggestion.objects.visible_to(request.user).search(words, people=True).values("pk")
    )


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:40]


def _lines(shown: Page, actor: Any) -> list[Row]:
    """The assignments of a page as rows, each with its suggestion's parts and its own nearest date."""
    whole = Suggestion.objects.visible_to(actor).with_parts().in_bulk({row.suggestion_id for row in shown})
    parts = {part.pk: part for suggestion in whole.values() for part in suggestion.assignments.all()}
    due = queries.nearest("assignment", list(shown))
    return [assignment_row(parts[row.pk], due.get(row.pk), actor) for row in shown if row.pk in parts]


@face("desk")
@require_POST
def suggestions_sign(request: HttpRequest) -> HttpResponse:
    """签收 of several at once: whatever of them may be signed for now."""
    only_for(request, "unit")
    chosen = [int(pk) for pk in request.POST.getlist("key") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    rows = (
        queries.assignments_of(request.user).filter(pk__in=chosen[:MOST_AT_ONCE], state="pending_sign").order_by("pk")
    )
    signed = [sign(row, by=request.user) for row in rows.select_related("suggestion")]
    if signed:
        messages.success(request, f"已签收 {len(signed)} 件。")
    else:
        messages.info(request, "没有选中待签收的建议。")
    return redirect("department:suggestions")


# -- one suggestion ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One line of what has to be there before a reply is issued."""

    done: bool
    words: str


@dataclass
class Unit:
    """A unit's part as the page shows it."""

    assignment: Assignment
    chips: list[SafeString]
    is_mine: bool
    due: dict[str, Any] | None
    what: str
    buttons: list[Button]
    checks: list[Check] = field(default_factory=list)


@dataclass(frozen=True)
class Promise:
    commitment: Commitment
    due: dict[str, Any] | None
    buttons: list[Button]
    earlier: list[Any]  # the dates before each accepted change


@face("desk")
@require_safe
def suggestion(request: HttpRequest, number: str) -> HttpResponse:
    shown = _shown(request, number=number)
    if not shown.is_inside:
        return redirect("citizen:suggestion", number)
    units = [_unit(shown, row) for row in _in_order(shown)]
    mine = [unit for unit in units if unit.is_mine and unit.assignment.is_live]
    asked = [unit for unit in units if not unit.is_mine and unit.buttons]
    promises = [_promise(shown, row) for row in shown.commitments]
    waits = next((unit for unit in (*mine, *asked) if unit.buttons), mine[0] if mine else None)
    return page(
        request, "suggestion", suggestion=shown.suggestion, shown=shown, text=shown.text, units=units, mine=mine,
        waits=waits, say=_say(waits), verbs=one_main(waits.buttons) if waits else [],
        may_add=files_of.unit_of(shown.suggestion, request.user) is not None, promises=promises,
        marks=[chip(Mark(mark).label, "neutral", "mark") for mark in shown.marks], deputy=_deputy(shown),
        replies=[(reply, text) for reply, text in shown.replies if reply.issued_at][::-1],
        drafts=[reply for reply, _ in shown.replies if not reply.issued_at],
        steps=[{**step, "by_label": step["organ"] or step["by_label"]} for step in shown.steps],
    )  # fmt: skip


def _unit(shown: SuggestionShown, assignment: Assignment) -> Unit:
    actor = shown.actor
    is_mine = assignment.organ_id in {*queries.units_of(actor), *queries.governments_of(actor)}
    deadline = next((row for row in shown.deadlines.get(("assignment", assignment.pk), ()) if row.owed), None)
    buttons = ASSIGNMENT_ACTS.buttons(assignment, actor, lambda verb: verb_url("assignment", assignment, verb))
    first = next_button("assignment", assignment, deadline.code, actor) if deadline else None
    buttons = (
        [replace(b, tone="main" if b.verb == first.verb else b.tone if b.tone == "danger" else "") for b in buttons]
        if first
        else buttons
    )
    return Unit(
        assignment, [status_chip(assignment), *assignment_chips(assignment)], is_mine,
        due_view(deadline) if deadline else None, what_of(deadline), buttons,
        checklist(assignment) if is_mine and assignment.is_main and assignment.state in REPLYING else [],
    )  # fmt: skip


def checklist(assignment: Assignment) -> list[Check]:
    """What the guards of `reply` ask, line by line, and how each stands."""
    return [_contact_check(assignment), *_assist_checks(assignment), *_draft_checks(assignment)]


def _contact_check(assignment: Assignment) -> Check:
    counted = sum(1 for c in assignment.contacts.all() if c.round == assignment.round and c.counts)
    if is_reached(assignment):
        return Check(True, f"本轮已与代表沟通 {counted} 次")
    if is_attempted(assignment):
        return Check(True, "多次没有联系上代表，答复中会注明")
    return Check(False, "本轮还没有与代表沟通；联系不上的，两天内至少联系三次并记录")


def _assist_checks(assignment: Assignment) -> list[Check]:
    checks = []
    for assist in assists_beside(assignment):
        if assist.state == "opinion_submitted":
            checks.append(Check(True, f"{assist.organ}已提交协办意见"))
        elif is_assist_settled(assist):
            checks.append(Check(True, f"{assist.organ}逾期没有提交协办意见，答复中会注明"))
        elif is_reply_near(assignment):
            checks.append(Check(True, f"{assist.organ}还没有提交协办意见；答复快到期，可以先签发"))
        else:
            by = f"，期限 {zh_day(assist.opinion_due_at)}" if assist.opinion_due_at else ""
            checks.append(Check(False, f"等{assist.organ}的协办意见{by}"))
    return checks


def _draft_checks(assignment: Assignment) -> list[Check]:
    draft = assignment.draft
    if draft is None:
        return [Check(False, "写好答复，选定办理结果类别和公开属性")]
    promised = draft.promised.get("commitments", [])
    checks = [
        Check(True, f"草稿已写好，{draft.drafted_by}，{zh_day(draft.drafted_at)}"),
        Check(True, f"{draft.proposed_class} 类，{draft.get_publicity_display()}"),
    ]
    if draft.proposed_class == "B":
        dated = f"承诺 {len(promised)} 项，都有完成日期" if promised else "B 类答复要写明承诺事项和完成日期"
        checks.append(Check(bool(promised), dated))
    settled = {*draft.promised.get("done", []), *(row.get("replaces") for row in promised)}
    disputed = [c for c in assignment.commitments.all() if c.state == "disputed"]
    checks += [Check(c.pk in settled, f"未落实的承诺“{c.text[:20]}”写明已完成或重新承诺") for c in disputed]
    return checks


def _promise(shown: SuggestionShown, commitment: Commitment) -> Promise:
    deadline = next((row for row in shown.deadlines.get(("commitment", commitment.pk), ()) if row.owed), None)
    buttons = COMMITMENT_ACTS.buttons(commitment, shown.actor, lambda verb: verb_url("commitment", commitment, verb))
    earlier = [change.old for change in commitment.change_requests.all() if change.accepted]
    return Promise(commitment, due_view(deadline) if deadline else None, buttons, earlier)


# What is said of a part that waits for somebody else: the sentence that stands out, and what follows it.
WAITS_FOR_OTHERS = {
    "objected": ("退办申请等待决定。", "决定以前仍由本单位办理，答复期限照常计算。"),
    "replied": ("已答复，等代表评价。", ""),
    "mediating": ("由代表工委召集会商。", ""),
    "done": ("已办结。", "没有要办的事。"),
    "opinion_submitted": ("协办意见已提交。", "有补充的可以再提交一版。"),
    "dispatched": ("已分办。", "由各承办单位办理，期限自交办之日算起。"),
}


def _say(unit: Unit | None) -> SafeString:
    """One sentence: what waits for this unit and until when; else for whom it waits."""
    if unit is None:
        return format_html("{}", "本单位已不再办理这件建议。")
    state = unit.assignment.state
    if state in WAITS_FOR_OTHERS and unit.is_mine:
        return format_html("<b>{}</b>{}", *WAITS_FOR_OTHERS[state])
    by = f"，{zh_date(unit.due['at'])} 前" if unit.due else ""
    missing = next((check for check in unit.checks if not check.done), None)
    if missing and state in REPLYING:
        return format_html(
            "<b>{}{}。</b>签发答复前还差：{}。", f"要{unit.what}" if unit.what else "要答复代表", by, missing.words
        )
    main = next((button for button in unit.buttons if button.is_main), None)
    if main:
        return format_html("<b>等{}{}{}。</b>", "本单位" if unit.is_mine else "您", main.label, by)
    return format_html("<b>{}{}。</b>", unit.what or unit.assignment.get_state_display(), by)


def _deputy(shown: SuggestionShown) -> dict[str, Any]:
    """Whom to talk to, and by which number: the one the deputy agreed to give, else the congress office's."""
    seat = shown.suggestion.rater_seat
    live = any(row.is_live and shown.is_unit(row) for row in shown.assignments)
    own = seat.deputy.phone_public if live else ""
    return {"name": seat.deputy.name, "phone": own, "office": shown.suggestion.congress}


def _in_order(shown: SuggestionShown) -> list[Assignment]:
    """Live ones first, main units before assists, in the order in which they were handed over."""
    return sorted(shown.assignments, key=lambda a: (not a.is_live, not a.is_main, a.pk))


@face("desk")
@require_safe
def suggestion_file(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    """A picture beside a suggestion, for whoever reads it whole."""
    shown = _shown(request, number=number)
    row = next((row for row in shown.suggestion.files.all() if row.pk == pk), None) if shown.is_inside else None
    if row is None:
        raise NotVisible("没有找到这张照片。")
    return files.answer(row.thumb if size == "thumb" else row.file)


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_files(request: HttpRequest, number: str) -> HttpResponse:
    """The unit's own papers and pictures beside the suggestion: the signed letter, minutes, proof of the work."""
    shown = _shown(request, number=number)
    own = files_of.unit_of(shown.suggestion, request.user)
    if own is None:
        raise Forbidden("只有正在办理的单位可以添加材料。")
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            files_of.add_photos(shown.suggestion, by=request.user, **form.cleaned_data)
            messages.success(request, "材料已添加。")
            return redirect(_page_of(shown))
        except (Invalid, GuardFailed, NotAPicture, TooLarge) as refusal:
            form.add_error("photos", refusal.detail)
    status = 422 if request.method == "POST" else 200
    return page(
        request, "suggestion_files", status=status, suggestion=shown.suggestion, form=form, back=_page_of(shown)
    )


# -- the pages of the verbs --------------------------------------------------------------------------------------------


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    shown = _shown(request, assignments__pk=pk)
    part = next(row for row in shown.assignments if row.pk == pk)
    replying = verb in ("reply", "draft_reply")
    return ASSIGNMENT_ACTS.page(
        request, part, verb, actor=request.user, template="department/assignment_verb.html", back=_page_of(shown),
        suggestion=shown.suggestion, text=shown.text, assignment=part, unit=_unit(shown, part),
        checks=checklist(part) if replying else [], deputy=_deputy(shown), ranked=_ranked(shown, part, verb, request.user),
        contributions=[(a, list(a.contributions.all())[-1]) for a in assists_beside(part) if a.contributions.all()] if replying else [],
    )  # fmt: skip


def _ranked(shown: Any, part: Assignment, verb: str, actor: Any) -> Ranked | None:
    """The government's units that fit, while it chooses."""
    if verb != "dispatch":
        return None
    return rank_all([shown.suggestion], actor=actor, within={shown.suggestion.pk: part.organ})[shown.suggestion.pk]


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    shown = _shown(request, commitments__pk=pk)
    part = next(row for row in shown.commitments if row.pk == pk)
    return COMMITMENT_ACTS.page(
        request, part, verb, actor=request.user, template="department/commitment_verb.html", back=_page_of(shown),
        suggestion=shown.suggestion, text=shown.text, promise=_promise(shown, part),
    )  # fmt: skip


def _shown(request: HttpRequest, **which: Any) -> SuggestionShown:
    rows = Suggestion.objects.visible_to(request.user).with_sight(request.user).whole()
    return show([get_object_or_404(rows.prefetch_related("assignments__commitments"), **which)], request.user)[0]


def _page_of(shown: SuggestionShown) -> str:
    return reverse("department:suggestion", args=[shown.suggestion.number])
