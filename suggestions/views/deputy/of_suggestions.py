"""我的建议 on the deputy's phone: lists, one suggestion with each unit's part, the pages of its verbs, the sheet to sign."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from clocks.workflow import due_view
from deputies.rules import held_seat
from ground import clock, files
from ground.errors import NotVisible
from ground.pages import Button, one_main
from ground.paging import keyset
from ground.templatetags.ui import chip, zh_date, zh_day
from suggestions.differences import Piece, difference
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.commitment import COMMITMENT_ACTS
from suggestions.forms.suggestion import SUGGESTION_ACTS
from suggestions.models import Assignment, Commitment, Cosign, Reply, Suggestion
from suggestions.queries import hotspot, mine
from suggestions.queries.board import nearest
from suggestions.queries.sought import OWN
from suggestions.queries.suggestion import marks
from suggestions.rules.suggestion import cosign_of
from suggestions.showing_suggestion import SuggestionShown, show
from suggestions.states.lists_suggestion import Mark, ResultClass
from suggestions.states.suggestion import UNSENT
from suggestions.views.deputy.frame import congress_name, page, shell, tabs
from suggestions.workflow.files import thumb_or_whole

MARK_TONES = {"objection": "danger", "redo_one": "danger", "assist_missing": "danger", "unkept": "danger", "kept": "ok"}

STAGES = ("起草", "审查", "交办", "办理", "评价", "办结")
NOW_AT = {
    "draft": 0, "cosigning": 0, "returned": 0, "submitted": 1, "registered": 2, "assigned": 3, "objected": 3, "handling": 3, "redoing": 3,
    "mediating": 3, "replied": 4, "tracking": 5,
}  # fmt: skip


# -- the lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    suggestion: Suggestion
    sub: str
    due: dict[str, Any] | None


@face("my")
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    told = shell(request)
    counted = told["counts"]
    tab, shown_tabs = tabs(request, mine.SUGGESTION_TABS, {"asked": counted["asked"], "rate": counted["rate"]})
    words = request.GET.get("q", "").strip()
    rows = (
        mine.suggestions_of(request.user).search(words, people=True)
        if words
        else mine.suggestions_in_tab(request.user, tab)
    )
    found = keyset(rows.with_parts(), request, **(OWN if words else {}))
    due = nearest("suggestion", found)
    lines = [Line(row, _sub(row, request.user), due_view(due[row.pk]) if row.pk in due else None) for row in found]
    return page(request, "suggestions", tabs=shown_tabs, tab=tab, page=found, lines=lines, query=words)


def _sub(suggestion: Suggestion, actor: Any) -> str:
    led = held_seat(actor, suggestion.lead_id)
    who = "" if led else f"{suggestion.lead.deputy.name}代表领衔"
    units = "、".join(str(a.organ) for a in suggestion.assignments.all() if a.is_live and a.is_main)
    return "，".join(part for part in (suggestion.register_short or suggestion.number, who, units) if part)


# -- one suggestion ----------------------------------------------------------------------------------------------------


@dataclass
class Unit:
    """One unit's part."""

    assignment: Assignment
    due: dict[str, Any] | None
    facts: list[tuple[str, Any]]
    replies: list["Answer"]
    contacts: list[Any]  # records that wait for a yes or no
    buttons: list[Button]
    files: list[Any]
    note: str = ""


@dataclass
class Answer:
    """One issued reply with what it promises, what co-signers told the lead, and how it was rated."""

    reply: Reply
    result: str
    promises: list["Promise"] = field(default_factory=list)
    views: list[Any] = field(default_factory=list)
    rating: Any = None


@dataclass
class Promise:
    commitment: Commitment
    old: list[Any]  # dates it had before
    asked: Any  # a new date that is asked for
    buttons: list[Button]


@face("my")
@require_safe
def suggestion(request: HttpRequest, number: str) -> HttpResponse:
    found, shown = _whole(request, number)
    actor = request.user
    buttons = _buttons(found, actor)
    own = cosign_of(actor, found)
    asks = own is not None and own.state in ("invited", "stale") and found.state == "cosigning"
    units = [_unit(row, shown, actor) for row in _in_order(shown.assignments)]
    reached = (
        shown.leads or _supervises(found, actor) or (own is not None and own.state in ("invited", "stale", "confirmed"))
    )
    waits = [button for unit in units for button in unit.buttons if button.is_main]
    waits += [
        b
        for unit in units
        for answer in unit.replies
        for promise in answer.promises
        for b in promise.buttons
        if b.is_main
    ]
    open_now = {button.verb for button in buttons}
    apart = ("revise", "invite", "cosign", "decline_cosign", "withdraw")  # each has its own place on the page
    now = one_main([*waits[:1], *(button for button in buttons if button.verb not in apart)])
    return page(
        request, "suggestion", suggestion=found, shown=shown, text=found.text, marks=_marks(found), own=own, asks=asks,
        pieces=_changes(found, own) if asks else [], say=_say(found, shown, units, waits, own), stages=_stages(found), days=_days(found),
        due=_due(found, shown), now=now, rest=[b for b in buttons if b.verb in ("withdraw", "decline_cosign") and not asks],
        units=[_plain(unit) for unit in units] if reached else [], steps=[_step(step) for step in shown.steps] if reached else [],
        may_write=found.state in UNSENT and "revise" in open_now, may_invite="invite" in open_now, cosigners=shown.cosigners,
        photos=[row for row in found.files.all() if row.assignment_id is None], behind=_behind(found, shown),
    )  # fmt: skip


def _supervises(found: Suggestion, actor: Any) -> bool:
    kept = getattr(found, "key_supervision", None)
    return kept is not None and held_seat(actor, kept.leader_id)


def _whole(request: HttpRequest, number: str) -> tuple[Suggestion, SuggestionShown]:
    rows = mine.suggestions_of(request.user).with_sight(request.user).whole().prefetch_related("links__opinion")
    found = get_object_or_404(rows.prefetch_related("cosigns__seat__organ"), number=number)
    return found, show([found], request.user)[0]


def _buttons(found: Suggestion, actor: Any) -> list[Button]:
    return SUGGESTION_ACTS.buttons(
        found, actor, lambda verb: reverse("deputy:suggestion-verb", args=[found.number, verb])
    )


def _marks(found: Suggestion) -> list[SafeString]:
    return [
        chip(Mark(mark).label, MARK_TONES.get(mark, "neutral"), "" if mark in MARK_TONES else "mark")
        for mark in marks(found)
    ]


def _due(found: Suggestion, shown: SuggestionShown) -> dict[str, Any] | None:
    """The nearest date somebody owes on the whole or any part."""
    rows = [row for of_one in shown.deadlines.values() for row in of_one if row.owed]
    return due_view(min(rows, key=lambda row: row.due_at)) if rows else None


def _stages(found: Suggestion) -> list[dict[str, str]]:
    """Each stage, done, now or next; what ended early says so in place of what would have followed."""
    if found.state in ("not_accepted", "withdrawn"):
        labels = ("起草", "审查", "不作为建议" if found.state == "not_accepted" else "已撤回")
        labels = labels if found.first_submitted_at else (labels[0], labels[2])
        return [{"label": label, "stage": "done" if n + 1 < len(labels) else "now"} for n, label in enumerate(labels)]
    at = NOW_AT.get(found.state, len(STAGES))
    labels = (*STAGES[:-1], "跟踪") if found.state == "tracking" else STAGES
    return [
        {"label": label, "stage": "done" if n < at else "now" if n == at else "next"} for n, label in enumerate(labels)
    ]


def _days(found: Suggestion) -> list[tuple[str, str]]:
    """The days that count: label and date of each that has come."""
    days = (
        ("提交", found.first_submitted_at),
        ("登记", found.registered_at),
        ("交办", found.assigned_at),
        ("全部答复", found.answered_at),
    )
    return [(label, zh_day(at)) for label, at in days if at]


def _unit(assignment: Assignment, shown: SuggestionShown, actor: Any) -> Unit:
    def url(verb: str) -> str:
        return reverse("deputy:assignment-verb", args=[assignment.pk, verb])

    buttons = ASSIGNMENT_ACTS.buttons(assignment, actor, url)
    open_now = {button.verb for button in buttons}
    owed = [row for row in shown.deadlines.get(("assignment", assignment.pk), ()) if row.owed]
    contacts = [row for row in assignment.contacts.all() if row.agrees is None and not row.is_unanswered]
    return Unit(
        assignment, due_view(owed[0]) if owed else None, _facts(assignment, "您" if shown.leads else "代表"),
        [_answer(reply, assignment, shown, actor) for reply in assignment.issued[::-1]],
        contacts if "confirm_contact" in open_now else [], [b for b in buttons if b.verb != "confirm_contact"],
        [row for row in shown.suggestion.files.all() if row.assignment_id == assignment.pk], _note(assignment),
    )  # fmt: skip


def _plain(unit: Unit) -> Unit:
    """The card as it stands below the sentence that already holds the one red button."""
    unit.buttons = [replace(button, tone="" if button.is_main else button.tone) for button in unit.buttons]
    for answer in unit.replies:
        for promise in answer.promises:
            promise.buttons = [
                replace(button, tone="" if button.is_main else button.tone) for button in promise.buttons
            ]
    return unit


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """A line of the timeline: who did what, and about which unit where it was another's doing."""
    organ = step["organ"]
    about = f"（{organ}）" if organ and organ not in step["by_label"] else ""
    return {"at": step["at"], "by_label": step["by_label"], "label": f"{step['label']}{about}", "text": step["text"]}


def _facts(assignment: Assignment, whose: str) -> list[tuple[str, Any]]:
    """Label and value, in the order in which things happened."""
    facts: list[tuple[str, Any]] = [("交办", zh_day(assignment.handed_over_at))]
    facts.append(("签收", zh_day(assignment.signed_at) if assignment.signed_at else "还没有"))
    talks = list(assignment.contacts.all())
    if talks:
        last = talks[-1]
        met = {
            True: f"{whose}已确认",
            False: f"{whose}已否认",
            None: "逾期未确认" if last.is_unanswered else f"等{whose}确认",
        }[last.agrees]
        facts.append(
            (
                "沟通",
                f"{len(talks)} 次，最近 {zh_day(last.held_at)}{last.get_method_display()}，{met if last.reached else '未联系上'}",
            )
        )
    elif assignment.is_main:
        facts.append(("沟通", "还没有"))
    if given := list(assignment.contributions.all()):
        facts.append(("协办意见", f"{zh_day(given[-1].at)}提交"))
    if assignment.outcome:
        facts.append(("结果", assignment.get_outcome_display()))
    return facts


def _note(assignment: Assignment) -> str:
    """What a unit asks for, in a sentence: to be let off, or for more time."""
    objection = getattr(assignment, "objection", None)
    if objection is not None and objection.decided_at is None:
        return f"{assignment.organ}申请退办，理由是“{objection.reason}”。答复期限照常计算。"
    asked = next((row for row in assignment.extensions.all() if row.decided_at is None), None)
    if asked is not None:
        return f"{assignment.organ}申请延期到 {zh_day(asked.until)}，理由：{asked.reason}。批准前原期限照常计算。"
    granted = [row for row in assignment.extensions.all() if row.accepted]
    return f"经批准延期到 {zh_day(granted[-1].until)}。" if granted else ""


def _answer(reply: Reply, assignment: Assignment, shown: SuggestionShown, actor: Any) -> Answer:
    promises = [_promise(row, actor) for row in shown.commitments if row.reply_id == reply.pk]
    views = list(reply.views.all())
    seen = views if shown.leads else [view for view in views if held_seat(actor, view.seat_id)]
    names = {c.seat_id: c.seat.deputy.name for c in shown.suggestion.cosigns.all()}
    for view in seen:
        view.who = names.get(view.seat_id, "")
    return Answer(reply, ResultClass(reply.result_class).label, promises, seen, getattr(reply, "rating", None))


def _promise(commitment: Commitment, actor: Any) -> Promise:
    changes = list(commitment.change_requests.all())
    buttons = COMMITMENT_ACTS.buttons(
        commitment, actor, lambda verb: reverse("deputy:commitment-verb", args=[commitment.pk, verb])
    )
    asked = next((row for row in changes if row.decided_at is None), None)
    return Promise(commitment, [row.old for row in changes if row.accepted], asked, buttons)


def _changes(found: Suggestion, own: Cosign) -> list[tuple[str, list[Piece]]]:
    """What is different from the text the deputy had confirmed; nothing where it is still the same."""
    if own.version.no == found.current_version:
        return []
    old, new = own.version, found.text
    parts = (("标题", "title"), ("情况与问题", "situation"), ("建议", "proposal"))
    return [
        (label, difference(getattr(old, name), getattr(new, name)))
        for label, name in parts
        if getattr(old, name) != getattr(new, name)
    ]


def _say(found: Suggestion, shown: SuggestionShown, units: list[Unit], waits: list[Button], own: Cosign | None) -> str:
    """What happens next, in one sentence; first what waits for the reader."""
    if any(button.verb == "rate" for button in waits):
        unit = next(u for u in units if any(b.verb == "rate" for b in u.buttons))
        by = f"请在 {zh_date(unit.due['at'])} 前" if unit.due else "请"
        return format_html(
            "<b>{}已经答复，{}评价</b>态度和结果。不满意的，单位一个月内重新办理。", unit.assignment.organ, by
        )
    if any(button.verb == "rate_commitment" for button in waits):
        return mark_safe("<b>单位报告承诺已经完成，请您评价</b>落实得怎么样。")
    talked = next((unit for unit in units if unit.contacts), None)
    if talked is not None:
        return format_html("<b>{}说与您联系过</b>，请在下面确认是否属实。", talked.assignment.organ)
    return _whose_turn(found, shown, units, own)


def _whose_turn(found: Suggestion, shown: SuggestionShown, units: list[Unit], own: Cosign | None) -> str:
    lead = f"{found.lead.deputy.name}代表"
    if found.state in UNSENT:
        if not shown.leads:
            return format_html(
                "<b>{}请您联名</b>，请看过全文再决定。"
                if own and own.state in ("invited", "stale")
                else "{}还没有提交。",
                lead,
            )
        waiting = sum(1 for c in shown.cosigners if c.state in ("invited", "stale"))
        if found.state == "returned":
            back = next((step for step in reversed(shown.steps) if step["verb"] == "send_back"), None)
            return format_html("<b>代表工委退回修改</b>：{} 改好后请再提交。", back["text"] if back else "")
        return (
            f"还有 {waiting} 位代表没有确认这一稿，可以等，也可以直接提交。"
            if waiting
            else "写好以后提交，由代表工委审查。"
        )
    owing = next((unit for unit in units if unit.due and unit.assignment.is_main and unit.assignment.is_live), None)
    unit = owing.assignment.organ if owing else "承办单位"
    until = f"，期限 {zh_day(owing.due['at'])}" if owing else ""
    sentences = {
        "submitted": "代表工委正在审查，一般 5 个工作日内交办。",
        "registered": "已经登记编号，等代表工委交办。",
        "assigned": f"已交给{unit}，等它签收。",
        "objected": f"{unit}申请退办，等代表工委决定。答复期限照常计算。",
        "handling": f"{unit}正在办理{until}。答复前会先与您沟通。",
        "redoing": f"{unit}正在重新办理{until}。",
        "mediating": "代表工委将请您和承办单位一起会商。",
        "replied": "承办单位已经答复，等领衔代表评价。",
        "tracking": "答复已经评价，承诺还在跟踪落实。",
        "closed": "已经办结，等代表工委决定公开范围后归档。",
        "archived": "已经归档，不再变动。",
        "not_accepted": "不作为代表建议处理，原因见办理经过。",
        "withdrawn": "已经撤回，不再办理。",
    }
    return sentences.get(found.state, "")


def _behind(found: Suggestion, shown: SuggestionShown) -> list[Any]:
    """The opinions it was written for, as far as the deputy may see them."""
    return [link.opinion for link in found.links.all() if link.opinion.number in shown.opinions]


def _in_order(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Live ones first, main units before assists, in the order in which they were handed over."""
    return sorted(assignments, key=lambda a: (not a.is_live, not a.is_main, a.pk))


# -- the pages of the verbs --------------------------------------------------------------------------------------------


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = get_object_or_404(_parts(request), number=number)
    words = " ".join(request.GET.get("q", "").split()) if verb == "invite" else ""
    return SUGGESTION_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/suggestion_verb.html", back=_page_of(found, verb),
        initial=_invited(found) if verb == "invite" else None,
        suggestion=found, text=found.text, query=words, colleagues=mine.colleagues(found, words) if words else [], **shell(request),
    )  # fmt: skip


def _invited(found: Suggestion) -> dict[str, str]:
    """Whom the opinions behind it concern as well: their codes stand in the form, to be sent or struck out."""
    behind = any(link.ended_at is None for link in found.links.all())
    codes = [seat.deputy.code for seat in hotspot.deputies_concerned(found)] if behind else []
    return {"others": "、".join(codes)}


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    found = get_object_or_404(_parts(request), assignments__pk=pk)
    part = next(a for a in found.assignments.all() if a.pk == pk)
    return ASSIGNMENT_ACTS.page(
        request, part, verb, actor=request.user, template="deputy/assignment_verb.html", back=_page_of(found),
        suggestion=found, assignment=part, reply=part.last_reply, views=_views(found, part, request.user),
        **shell(request),
    )  # fmt: skip


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    found = get_object_or_404(_parts(request), commitments__pk=pk)
    part = next(c for c in found.commitments.all() if c.pk == pk)
    return COMMITMENT_ACTS.page(
        request, part, verb, actor=request.user, template="deputy/commitment_verb.html", back=_page_of(found),
        suggestion=found, commitment=part, reports=list(part.reports.all())[::-1], **shell(request),
    )  # fmt: skip


def _views(found: Suggestion, part: Assignment, actor: Any) -> list[Any]:
    """What the co-signers told whoever rates."""
    if part.last_reply is None or not any(held_seat(actor, seat) for seat in (found.lead_id, found.acting_lead_id)):
        return []
    names = {c.seat_id: c.seat.deputy.name for c in found.cosigns.all()}
    return [(names.get(view.seat_id, ""), view) for view in part.last_reply.views.all()]


def _parts(request: HttpRequest) -> Any:
    return mine.suggestions_of(request.user).with_parts().prefetch_related("versions", "commitments__change_requests")


def _page_of(found: Suggestion, verb: str = "") -> str:
    name = "suggestion-edit" if verb in ("revise", "invite") else "suggestion"
    return reverse(f"deputy:{name}", args=[found.number])


# -- files and paper ---------------------------------------------------------------------------------------------------


@face("my")
@require_safe
def suggestion_file(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    """One picture of a suggestion the deputy has a part in."""
    found = get_object_or_404(mine.suggestions_of(request.user), number=number)
    row = found.files.select_related("file", "thumb").filter(pk=pk).first()
    if row is None:
        raise NotVisible("没有找到这张照片。")
    return files.answer(thumb_or_whole(row, size))


@face("my")
@require_safe
def suggestion_print(request: HttpRequest, number: str) -> HttpResponse:
    """The letter on paper, with a line for every name under it."""
    found, shown = _whole(request, number)
    signed = [c for c in shown.cosigners if c.state == "confirmed"]
    return page(
        request, "suggestion_print", suggestion=found, congress=congress_name(found.congress), text=found.text,
        signed=signed, waiting=[c for c in shown.cosigners if c.state in ("invited", "stale")], today=clock.today(),
    )  # fmt: skip
