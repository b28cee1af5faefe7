"""What waits for somebody, whoever that is: deputy, station, unit or congress office; the nearest date first.

A thing waits for a person where a clock names the person or one of the person's organs, and a verb that does it is open
to the person now. Invitations to sign with others have no date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from clocks.models import Deadline
from clocks.workflow import due_view
from ground import clock
from ground.refs import model_of
from ground.workflow import available
from suggestions import boards
from suggestions.models import Opinion, Suggestion
from suggestions.queries.mine import active_seats_of

MOST = 100  # dates that are looked through, the nearest first

# The clock → what waits, in words, and the verbs that do it.
WAITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "opinion.screen": ("审核", ("accept", "reject")),
    "opinion.review": ("复核", ("accept", "reject")),
    "opinion.claim": ("接单", ("claim",)),
    "opinion.hazard": ("确认隐患", ("acknowledge",)),
    "opinion.secure": ("采取现场措施", ("secure",)),
    "opinion.first_contact": ("第一次联系群众", ("open_contact", "answer", "coordinate")),
    "opinion.answer": ("答复群众", ("answer", "coordinate", "refer", "suggest_refer", "escalate")),
    "opinion.coordinate": ("协调后答复群众", ("answer", "refer", "suggest_refer")),
    "opinion.refer_decision": ("决定是否转办", ("refer", "decline_refer")),
    "opinion.refer": ("回报办理结果", ("report", "send_back")),
    "opinion.question": ("补充回报", ("report",)),
    "opinion.settle_extension": ("审批延期", ("settle_extension",)),
    "opinion.confirm": ("转告群众", ("confirm", "question")),
    "opinion.confirm_escalated": ("转告群众", ("confirm",)),
    "opinion.send_draft": ("写好建议并提交", ()),
    "opinion.explain": ("向群众说明", ("explain",)),
    "opinion.tell": ("告知群众", ("record_told",)),
    "suggestion.returned": ("修改后重新提交", ("revise", "submit")),
    "suggestion.take_lead": ("接任领衔", ("take_lead",)),
    "suggestion.hand_over": ("审查交办", ("register", "assign", "send_back")),
    "suggestion.hand_over_session": ("审查交办", ("register", "assign", "send_back")),
    "suggestion.publish": ("决定是否公开", ("publish",)),
    "suggestion.archive": ("归档", ("archive",)),
    "assignment.dispatch": ("分办", ("dispatch",)),
    "assignment.sign": ("签收", ("sign",)),
    "assignment.first_contact": ("联系代表", ("record_contact",)),
    "assignment.confirm_contact": ("确认沟通记录", ("confirm_contact",)),
    "assignment.opinion": ("提交协办意见", ("contribute",)),
    "assignment.late_opinion": ("补交协办意见", ("contribute",)),
    "assignment.reply": ("答复代表", ("reply", "draft_reply", "sign")),
    "assignment.redo": ("重新答复代表", ("reply", "draft_reply")),
    "assignment.settle": ("处理退办申请", ("settle_objection",)),
    "assignment.settle_extension": ("审批延期", ("settle_extension",)),
    "assignment.rate": ("评价答复", ("rate",)),
    "assignment.attitude": ("处理态度评价", ("settle_attitude",)),
    "assignment.mediate": ("会商", ("mediate",)),
    "commitment.promise": ("兑现承诺", ("report_commitment", "change_commitment")),
    "commitment.report": ("报告承诺进展", ("report_commitment",)),
    "commitment.rate_commitment": ("评价承诺落实", ("rate_commitment",)),
    "commitment.check": ("核查承诺落实", ("end_commitment",)),
    "commitment.settle_change": ("审批承诺改期", ("settle_commitment_change",)),
    "commitment.end": ("终结承诺", ("end_commitment",)),
}


@dataclass(frozen=True)
class Todo:
    """One thing that waits: `kind` is its clock (or `cosign`), `object` opinion or suggestion, `actions` what is open now
    on the part it speaks of."""

    kind: str
    object: str
    matter: Any
    actions: list[str]
    words: str
    assignment: Any = None
    due: dict[str, Any] | None = None

    @property
    def number(self) -> str:
        return self.matter.number

    @property
    def title(self) -> str:
        return self.matter.title or self.number

    @property
    def url(self) -> str:
        """Its page in 履职通; of what has none there, on the console."""
        is_ours = boards.find(self.object) is None or boards.on_face(self.object, "deputy")
        return reverse(f"{'deputy' if is_ours else 'admin'}:{boards.page_of(self.object)}", args=[self.number])

    @property
    def at(self) -> datetime | None:
        return self.due["at"] if self.due else None


def waiting_for(actor: Any, most: int = MOST) -> list[Todo]:
    """Everything that waits for the actor, nearest date first, in a fixed number of queries."""
    deadlines = list(_deadlines(actor)[:most])
    opinions = _read(Opinion.objects.visible_to(actor).with_parts(), "opinion", deadlines)
    whole = (
        Suggestion.objects.visible_to(actor).with_parts().prefetch_related("versions", "commitments__change_requests")
    )
    suggestions = _read(whole, "suggestion", deadlines)
    matters = {"opinion": opinions, "suggestion": suggestions} | {
        kind: _read(model_of(kind).objects.visible_to(actor).with_parts(), kind, deadlines) for kind in boards.kinds()
    }
    found = []
    for deadline in deadlines:
        matter = matters[deadline.matter_kind].get(deadline.matter_id)
        todo = _todo(deadline, matter, actor) if matter is not None else None
        if todo is not None:
            found.append(todo)
    return found + _invitations(actor)


def _deadlines(actor: Any) -> Any:
    facts = actor.facts
    organs = {post.organ_id for post in facts.posts} | {post.organ_id for post in facts.venue_posts}
    rows = Deadline.objects.open().filter(Q(user=actor.pk) | Q(organ__in=organs))
    kinds = ["opinion", "suggestion", *boards.kinds()]
    return rows.filter(Q(owed=True) | Q(kind="confirm_contact"), matter_kind__in=kinds).order_by("due_at", "pk")


def _read(rows: Any, kind: str, deadlines: Iterable[Deadline]) -> dict[int, Any]:
    ids = {d.matter_id for d in deadlines if d.matter_kind == kind}
    return rows.in_bulk(ids) if ids else {}


def _todo(deadline: Deadline, matter: Any, actor: Any) -> Todo | None:
    words, verbs = WAITS.get(deadline.code) or boards.work_of(deadline.code) or ("", ())
    part = _part(deadline, matter)
    if not words or part is None:
        return None
    actions = available(part, actor)
    if not set(actions) & set(verbs) and not (deadline.kind == "send_draft" and deadline.user_id == actor.pk):
        return None
    if deadline.kind == "claim" and "acknowledge" in actions:
        words = WAITS["opinion.hazard"][0]
    assignment = part if deadline.object_kind == "assignment" else getattr(part, "assignment", None)
    return Todo(deadline.kind, deadline.matter_kind, matter, actions, words, assignment, due_view(deadline))


def _part(deadline: Deadline, matter: Any) -> Any:
    """What the date is about: the matter itself, or the assignment, promise or report among its parts."""
    told = boards.find(deadline.matter_kind)
    if told is not None and deadline.object_kind not in told.parts:
        return matter
    if deadline.object_kind == deadline.matter_kind:
        return matter if deadline.object_id == matter.pk else None
    known = told.parts if told is not None else {"assignment": "assignments", "commitment": "commitments"}
    parts = known.get(deadline.object_kind)
    rows = getattr(matter, parts).all() if parts else ()
    return next((row for row in rows if row.pk == deadline.object_id), None)


def _invitations(actor: Any) -> list[Todo]:
    seats = active_seats_of(actor)
    if not seats:
        return []
    asked = {"cosigns__seat__in": seats, "cosigns__state__in": ["invited", "stale"]}
    rows = (
        Suggestion.objects.visible_to(actor)
        .filter(state="cosigning", **asked)
        .with_parts()
        .prefetch_related("versions")
    )
    found = []
    for row in rows.order_by("-pk")[:MOST]:
        actions = available(row, actor)
        if "cosign" in actions:
            found.append(Todo("cosign", "suggestion", row, actions, "请您联名"))
    return found


def nearest_words(todos: Iterable[Todo]) -> str:
    """How near the nearest date is: 明天到期, 已逾期 2 天, or the day."""
    first = min((todo.at for todo in todos if todo.at), default=None)
    if first is None:
        return ""
    days = (first.astimezone(clock.SHANGHAI).date() - clock.today()).days
    if first < clock.now():
        return "已经逾期"
    return {0: "今天到期", 1: "明天到期", 2: "后天到期"}.get(days, f"{days} 天后到期")
