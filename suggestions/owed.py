"""What is owed, in words, with who owes it and the one verb that helps: rows of the board and of 督办台."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from clocks.models import Deadline
from clocks.workflow import due_view
from ground import clock
from ground.refs import model_of
from ground.workflow import available
from suggestions import boards

# The clock → what has not been done, and the verbs that do it or move whoever owes it, the best first.
OWES: dict[str, tuple[str, tuple[str, ...]]] = {
    "suggestion.hand_over": ("未交办", ("register", "assign")),
    "suggestion.hand_over_session": ("未交办", ("register", "assign")),
    "suggestion.returned": ("退回后未修改", ()),
    "suggestion.take_lead": ("无人接任领衔", ()),
    "suggestion.publish": ("未决定公开", ("publish",)),
    "suggestion.archive": ("未归档", ("archive",)),
    "assignment.dispatch": ("未分办", ("dispatch", "chase", "reassign")),
    "assignment.sign": ("未签收", ("chase",)),
    "assignment.settle": ("退办申请未处理", ("settle_objection",)),
    "assignment.first_contact": ("未联系代表", ("chase",)),
    "assignment.opinion": ("未提交协办意见", ("chase",)),
    "assignment.late_opinion": ("协办意见仍未提交", ("chase",)),
    "assignment.reply": ("未答复", ("chase",)),
    "assignment.settle_extension": ("延期申请未审批", ("settle_extension",)),
    "assignment.rate": ("未评价", ()),
    "assignment.attitude": ("态度评价未处理", ("settle_attitude",)),
    "assignment.call_both": ("未约谈双方", ("chase",)),
    "assignment.redo": ("未重新答复", ("chase",)),
    "assignment.mediate": ("未会商", ("mediate",)),
    "commitment.promise": ("承诺未兑现", ("chase",)),
    "commitment.report": ("未报承诺进展", ("chase",)),
    "commitment.rate_commitment": ("未评价承诺落实", ()),
    "commitment.check": ("承诺落实未核查", ("end_commitment",)),
    "commitment.settle_change": ("改期申请未审批", ("settle_commitment_change",)),
    "commitment.end": ("承诺未终结", ("end_commitment",)),
    "opinion.screen": ("未审核", ("accept",)),
    "opinion.review": ("未复核", ("accept",)),
    "opinion.claim": ("无人接单", ("claim",)),
    "opinion.first_contact": ("未联系群众", ("release",)),
    "opinion.answer": ("未答复", ("answer", "release")),
    "opinion.coordinate": ("协调未结束", ("answer", "release")),
    "opinion.hazard": ("险情未响应", ("acknowledge",)),
    "opinion.secure": ("险情未处置", ("secure", "chase")),
    "opinion.refer_decision": ("转办建议未处理", ("refer", "decline_refer")),
    "opinion.refer": ("单位未回报", ("chase", "recall")),
    "opinion.question": ("单位未补充", ("chase", "recall")),
    "opinion.settle_extension": ("延期申请未审批", ("settle_extension",)),
    "opinion.confirm": ("回报未转告群众", ("confirm",)),
    "opinion.confirm_escalated": ("答复未转告群众", ("confirm",)),
    "opinion.send_draft": ("建议未提交", ()),
    "opinion.explain": ("未说明情况", ("explain",)),
    "opinion.tell": ("未告知群众", ("record_told",)),
    "opinion.transcribe": ("来信未录入", ("transcribe",)),
}


@dataclass(frozen=True)
class Owed:
    """One thing that is owed: `title` and `url` of its matter, what has not been done, by whom, since when."""

    title: str
    number: str
    url: str
    holder: str
    what: str
    since: datetime  # when it fell due
    due: dict[str, Any]
    verb: str = ""
    verb_label: str = ""
    verb_url: str = ""

    @property
    def is_late(self) -> bool:
        return self.due["level"] == "red"

    @property
    def overdue(self) -> str:
        """How long past its date: 3 天, 2 小时."""
        return str(self.due["words"]).removeprefix("已逾期 ")


def owes_of(code: str) -> tuple[str, tuple[str, ...]]:
    return OWES.get(code) or boards.owes_of(code) or ("未办理", ())


def words_of(deadline: Deadline) -> str:
    return owes_of(deadline.code)[0]


NAMES = {
    "suggestion.returned": "修改",
    "assignment.settle": "退办决定",
    "assignment.settle_extension": "延期批复",
    "assignment.first_contact": "首次联系",
    "assignment.opinion": "协办意见",
    "assignment.late_opinion": "协办意见",
    "assignment.attitude": "态度处理",
    "commitment.promise": "完成",
    "commitment.report": "季度报告",
    "opinion.settle_extension": "延期批复",
    "opinion.coordinate": "协调",
    "opinion.refer": "回报",
}


def name_of(deadline: Deadline) -> str:
    """What falls due, as a date is called: 签收期限, 答复期限."""
    what = NAMES.get(deadline.code) or words_of(deadline).replace("仍未", "").replace("未", "").replace("无人", "")
    return f"{what}期限"


def holder_of(deadline: Deadline) -> str:
    return str(deadline.organ or deadline.user or "")


def table(deadlines: Iterable[Deadline], actor: Any, *, helps: bool = True) -> dict[int, Owed]:
    """The rows of some deadlines (with organ and user) by their id, in a fixed number of queries, whatever they belong
    to; those of matters the actor may not see are left out. Paper has no buttons: without `helps` no verb is looked
    for, and of the matters nothing but themselves is read."""
    deadlines = list(deadlines)
    matters = {kind: _matters(kind, deadlines, actor, helps=helps) for kind in {d.matter_kind for d in deadlines}}
    parts = {kind: _parts(kind, matters) for kind in ("assignment", "commitment") if helps}
    told = {}
    for deadline in deadlines:
        matter = matters[deadline.matter_kind].get(deadline.matter_id)
        if matter is not None:
            part = parts.get(deadline.object_kind, {}).get(deadline.object_id)
            told[deadline.pk] = _row(deadline, matter, part, actor, helps=helps)
    return told


def rows(deadlines: Iterable[Deadline], actor: Any, *, helps: bool = True) -> list[Owed]:
    return list(table(deadlines, actor, helps=helps).values())


def _row(deadline: Deadline, matter: Any, part: Any, actor: Any, *, helps: bool) -> Owed:
    what, verbs = owes_of(deadline.code)
    verb, label, url = _help(verbs, deadline, matter, part, actor) if helps else ("", "", "")
    return Owed(
        title=_title(matter), number=getattr(matter, "register_short", "") or matter.number,
        url=reverse(f"admin:{boards.page_of(deadline.matter_kind)}", args=[matter.number]), holder=holder_of(deadline), what=what,
        since=min(deadline.due_at, clock.now()), due=due_view(deadline), verb=verb, verb_label=label, verb_url=url,
    )  # fmt: skip


def _help(helps: tuple[str, ...], deadline: Deadline, matter: Any, part: Any, actor: Any) -> tuple[str, str, str]:
    """The first verb that is open to the actor on the part or on its matter: name, label, address."""
    for target, kind in ((part, deadline.object_kind), (matter, deadline.matter_kind)):
        open_now = available(target, actor) if target is not None else []
        for verb in helps:
            if verb in open_now:
                return verb, target.workflow.labels.get(verb, verb), _address(kind, target, verb, part)
    return "", "", ""


def _address(kind: str, target: Any, verb: str, part: Any) -> str:
    key = target.number if hasattr(target, "number") else target.pk
    of_unit = verb == "chase" and part is not None and part.workflow.name == "assignment"
    return reverse(f"admin:{boards.page_of(kind)}-verb", args=[key, verb]) + (
        f"?assignment={part.pk}" if of_unit else ""
    )


def _title(matter: Any) -> str:
    return str(getattr(matter, "title", "") or getattr(matter, "masked_text", "") or matter.number)[:60]


def _matters(kind: str, deadlines: list[Deadline], actor: Any, *, helps: bool) -> dict[int, Any]:
    ids = {d.matter_id for d in deadlines if d.matter_kind == kind}
    seen = model_of(kind).objects.visible_to(actor)
    return (seen.with_parts() if helps else seen).in_bulk(ids)


def _parts(kind: str, matters: dict[str, dict[int, Any]]) -> dict[int, Any]:
    """Assignments or commitments of the suggestions that were read, by id."""
    found = {
        part.pk: part for matter in matters.get("suggestion", {}).values() for part in getattr(matter, f"{kind}s").all()
    }
    if kind == "commitment" and found:
        prefetch_related_objects(list(found.values()), "change_requests")
    return found
