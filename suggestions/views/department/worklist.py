"""What is owed at a desk, in words, with the one verb that comes next: the rows of 办理台 and of the day's list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.safestring import SafeString

from clocks.models import Deadline
from clocks.workflow import due_view
from ground.pages import Acts, Button, Press
from ground.refs import model_of
from ground.templatetags.ui import chip, status_chip
from ground.workflow import available
from suggestions import boards
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.commitment import COMMITMENT_ACTS
from suggestions.forms.opinion import OPINION_ACTS
from suggestions.progress import claimant_name, holder_name
from suggestions.queries import desk as queries
from suggestions.queries.suggestion import marks
from suggestions.rules.assignment import is_contacted
from suggestions.showing import Shown
from suggestions.states.lists_suggestion import Mark
from suggestions.views.department.shell import Desk

# At the desk nobody judges an answer: what a citizen said of it is entered for him.
DESK_OPINION_ACTS = replace(OPINION_ACTS, labels={**OPINION_ACTS.labels, "rate": "代录评价"})
ACTS: dict[str, Acts] = {"assignment": ASSIGNMENT_ACTS, "commitment": COMMITMENT_ACTS, "opinion": DESK_OPINION_ACTS}
REPLYING = ("sign", "reply", "record_contact", "draft_reply")

# The clock → what has to be done by its date, and the verbs that do it or come before it, the first that is open.
WORK: dict[str, tuple[str, tuple[str, ...]]] = {
    "assignment.dispatch": ("分办", ("dispatch",)),
    "assignment.settle": ("处理退办申请", ("settle_objection",)),
    "assignment.sign": ("签收", ("sign",)),
    "assignment.first_contact": ("联系代表", ("sign", "record_contact")),
    "assignment.reply": ("答复", REPLYING),
    "assignment.redo": ("重新答复", REPLYING),
    "assignment.opinion": ("提交协办意见", ("contribute",)),
    "assignment.late_opinion": ("补交协办意见", ("contribute",)),
    "commitment.promise": ("兑现承诺", ("report_commitment",)),
    "commitment.report": ("报告承诺进展", ("report_commitment",)),
    "opinion.screen": ("审核", ("acknowledge", "accept")),
    "opinion.hazard": ("确认隐患", ("acknowledge",)),
    "opinion.secure": ("现场采取措施", ("secure",)),
    "opinion.claim": ("接单", ("claim",)),
    "opinion.first_contact": ("联系群众", ("claim", "answer")),
    "opinion.answer": ("答复", ("answer",)),
    "opinion.coordinate": ("协调出结果", ("answer",)),
    "opinion.refer_decision": ("决定是否转办", ("refer", "decline_refer")),
    "opinion.refer": ("回报", ("report",)),
    "opinion.question": ("补充回报", ("report",)),
    "opinion.settle_extension": ("审批延期", ("settle_extension",)),
    "opinion.confirm": ("转告群众", ("confirm",)),
    "opinion.confirm_escalated": ("转告群众", ("confirm",)),
    "opinion.send_draft": ("提交建议", ()),
    "opinion.review": ("复核", ()),
    "opinion.tell": ("告知群众", ("record_told",)),
    "opinion.explain": ("说明情况", ("explain",)),
}


@dataclass(frozen=True)
class Row:
    """One matter of a list. `origin` is who raised it, `part` what the desk is in it, `what` has to be done by `due`;
    `key` names the part where several are taken at once."""

    number: str
    title: str
    url: str
    origin: str
    part: str
    chips: list[SafeString]
    what: str = ""
    due: dict[str, Any] | None = None
    next: Button | None = None
    holder: str = ""
    key: int = 0


def rows(deadlines: Iterable[Deadline], actor: Any) -> list[Row]:
    """The rows of some deadlines in their order, in a fixed number of queries; matters the actor may not see are left
    out."""
    deadlines = list(deadlines)
    matters = {kind: _matters(kind, deadlines, actor) for kind in ("suggestion", "opinion", *boards.kinds())}
    parts = {kind: _parts(kind, matters["suggestion"].values()) for kind in ("assignment", "commitment")}
    found = []
    for deadline in deadlines:
        matter = matters[deadline.matter_kind].get(deadline.matter_id)
        if matter is None:
            continue
        part = parts.get(deadline.object_kind, {}).get(deadline.object_id, matter)
        make = {"opinion": _of_opinion, "suggestion": _of_suggestion}.get(deadline.matter_kind, _of_higher_room)
        found.append(make(deadline, matter, part, actor))
    return found


def _of_opinion(deadline: Deadline, opinion: Any, part: Any, actor: Any) -> Row:
    return opinion_row(Shown(opinion, actor), deadline)


def _of_suggestion(deadline: Deadline, suggestion: Any, part: Any, actor: Any) -> Row:
    if deadline.object_kind == "commitment":
        return replace(
            assignment_row(part.assignment, None, actor), title=f"承诺：{part.text}", part="承诺", chips=[status_chip(part)],
            what=what_of(deadline), due=due_view(deadline), next=next_button("commitment", part, deadline.code, actor),
        )  # fmt: skip
    return assignment_row(part, deadline, actor)


def _of_higher_room(deadline: Deadline, matter: Any, part: Any, actor: Any) -> Row:
    return board_row(deadline.matter_kind, matter, deadline, actor)


def board_row(kind: str, matter: Any, deadline: Deadline | None, actor: Any) -> Row:
    """A matter of a higher room, with the nearest date that is owed on it, if any."""
    told, url = boards.find(kind), reverse(f"department:{boards.page_of(kind)}", args=[matter.number])
    return Row(
        number=getattr(matter, "register", "") or matter.number, title=matter.title, url=url,
        origin=matter.origin, part=told.part if told else "", chips=[status_chip(matter)], what=what_of(deadline),
        due=due_view(deadline) if deadline else None,
        next=next_button(kind, matter, deadline.code, actor) if deadline else None,
    )  # fmt: skip


def opinion_row(shown: Shown, deadline: Deadline | None) -> Row:
    """An opinion with the nearest date that is owed on it, if any."""
    opinion, actor = shown.opinion, shown.actor
    referral = shown.referral if shown.reader == "unit" else None
    return Row(
        number=opinion.number, title=heading(shown), url=reverse("department:opinion", args=[opinion.number]),
        origin=referral.sent_by_label if referral else opinion.get_channel_display(),
        part="转办" if referral else "群众意见", chips=[status_chip(referral or opinion), *opinion_chips(shown)],
        what=what_of(deadline), due=due_view(deadline) if deadline else None,
        next=next_button("opinion", opinion, deadline.code, actor) if deadline else None,
        holder=_hands(opinion) if shown.is_inside else "",
    )  # fmt: skip


def _hands(opinion: Any) -> str:
    """In whose hands it is: the unit's while it is there, else whoever claimed it, else who is asked."""
    if opinion.state == "referred" and opinion.live_referral.state != "reported":
        return str(opinion.live_referral.organ)
    return claimant_name(opinion) if opinion.claimed_by_id else holder_name(opinion)


def assignment_row(part: Any, deadline: Deadline | None, actor: Any) -> Row:
    """A unit's part of a suggestion that was read by `with_parts`."""
    suggestion = part.suggestion
    return Row(
        number=suggestion.register_short or suggestion.number, title=suggestion.title,
        url=reverse("department:suggestion", args=[suggestion.number]), origin=f"{suggestion.rater_seat.deputy.name}代表",
        part=part.get_role_display(), chips=[status_chip(part), *assignment_chips(part)], what=what_of(deadline),
        due=due_view(deadline) if deadline else None, holder=str(part.organ), key=part.pk,
        next=next_button("assignment", part, deadline.code, actor) if deadline else None,
    )  # fmt: skip


def what_of(deadline: Deadline | None) -> str:
    return work_of(deadline.code)[0] if deadline else ""


def work_of(code: str) -> tuple[str, tuple[str, ...]]:
    return WORK.get(code) or boards.work_of(code) or ("办理", ())


def next_button(kind: str, part: Any, code: str, actor: Any) -> Button | None:
    """The first verb of the clock `code` that is open to the actor on the part."""
    open_now = available(part, actor)
    for verb in work_of(code)[1]:
        done = verb == "record_contact" and code != "assignment.first_contact" and is_contacted(part, actor)
        if verb in open_now and not done:
            return button_of(kind, part, verb)
    return None


def button_of(kind: str, part: Any, verb: str) -> Button:
    told = boards.find(kind)
    acts = told.acts if told else ACTS[kind]
    label = acts.labels.get(verb, verb)
    return Button(verb, label, verb_url(kind, part, verb), presses=acts.table[verb].form is Press)


def verb_url(kind: str, part: Any, verb: str) -> str:
    return reverse(f"department:{boards.page_of(kind)}-verb", args=[getattr(part, "number", part.pk), verb])


# -- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """One figure that leads to its list."""

    label: str
    n: int
    url: str
    tone: str = "neutral"
    where: str = ""


def tiles(desk: Desk) -> list[Tile]:
    """What waits at this desk: only what one's posts know."""
    owed, waits = queries.owed_tallies(desk.user), desk.tallies
    home = reverse("department:home")
    found: list[Tile] = []

    def add(show: str, n: int, tone: str, where: str = "", url: str = "") -> None:
        label = queries.SHOWS.get(show, show)
        found.append(Tile(label, n, url or f"{home}?show={show}", tone if n else "neutral", where))

    if desk.is_unit:
        add("sign", waits["sign"], "warn", "签收表示收到", f"{reverse('department:suggestions')}?tab=sign")
    if desk.is_government:
        add(
            "分办台",
            waits["dispatch"] + waits["objections"],
            "warn",
            "待分办和退办申请",
            reverse("department:dispatch"),
        )
    if desk.is_station:
        add("screen", waits["screening"], "review", "1 个工作日内", reverse("department:screening"))
        add("tell", waits["telling"], "warn", "没有手机的群众", reverse("department:tellings"))
    add("soon", owed["soon"], "warn")
    add("late", owed["late"], "danger")
    if desk.is_unit:
        add("promise", owed["promise"], "warn", "答复里承诺的事")
        add("back", queries.returned(queries.assignments_of(desk.user)).count(), "danger", "期限照常计算")
    return found


# -- words and marks ---------------------------------------------------------------------------------------------------


def heading(shown: Shown) -> str:
    """The first words a reader may know of an opinion; to a unit never more than its summary."""
    line = " ".join((shown.opinion.masked_text if shown.is_inside else shown.text).split())
    return (line if len(line) <= 30 else f"{line[:29]}…") or "（照片）"


def opinion_chips(shown: Shown) -> list[SafeString]:
    opinion = shown.opinion
    marked = {
        "第 2 轮": opinion.reopened,
        "小事快办": opinion.is_quick,
        "回避": opinion.avoided and shown.is_inside,
        "申请延期": opinion.pending_extension is not None,
    }
    danger = [chip("安全隐患", "danger")] if opinion.is_hazard else []
    return [*danger, *(chip(word, "neutral", "mark") for word, holds in marked.items() if holds)]


def assignment_chips(assignment: Any) -> list[SafeString]:
    """What stands beside a unit's state: of the whole matter only what concerns the unit's own work."""
    found = []
    if assignment.round > 1:
        found.append(chip(f"第 {assignment.round} 轮", "neutral", "mark"))
    if is_sent_back(assignment):
        found.append(chip("退回补正", "danger"))
    if any(asked.decided_at is None for asked in assignment.extensions.all()):
        found.append(chip("申请延期", "neutral", "mark"))
    if assignment.is_late:
        found.append(chip("协办逾期", "danger"))
    whole = [mark for mark in marks(assignment.suggestion) if mark in ("key", "assist_missing") and assignment.is_main]
    return found + [chip(Mark(mark).label, "neutral", "mark") for mark in whole]


def is_sent_back(assignment: Any) -> bool:
    last = assignment.last_reply
    return last is not None and last.is_returned and assignment.state in ("signed", "redoing")


# -- reading -----------------------------------------------------------------------------------------------------------


def _matters(kind: str, deadlines: list[Deadline], actor: Any) -> dict[int, Any]:
    ids = {deadline.matter_id for deadline in deadlines if deadline.matter_kind == kind}
    if not ids:
        return {}
    queryset = model_of(kind).objects.visible_to(actor).with_parts()
    return queryset.prefetch_related("members").in_bulk(ids) if kind == "opinion" else queryset.in_bulk(ids)


def _parts(kind: str, suggestions: Collection[Any]) -> dict[int, Any]:
    """Assignments or commitments of the suggestions that were read, by id."""
    found = {part.pk: part for matter in suggestions for part in getattr(matter, f"{kind}s").all()}
    if kind == "commitment" and found:
        prefetch_related_objects(list(found.values()), "change_requests")
        whole = {part.pk: part for matter in suggestions for part in matter.assignments.all()}
        for promise in found.values():
            promise.assignment = whole[promise.assignment_id]
    return found
