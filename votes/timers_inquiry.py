"""What happens when a clock of an inquiry or of what follows of it fires, and who hears of it."""

from collections.abc import Iterable
from typing import Any

from accounts.rules import DWC, UNIT
from accounts.states import Role
from clocks import on_due, remind_with
from clocks.models import Deadline
from ground.outbox import Telling
from votes.notices.appraisal import readers_of as readers_of_appraisal
from votes.notices.deliberation import readers_of as readers_of_deliberation
from votes.notices.inquiry import readers_of as readers_of_inquiry
from votes.notices.judicial import readers_of as readers_of_judicial
from votes.notices.readers import CONSOLE, DESK, Readers
from votes.notices.rectification import committee_of, readers_of as readers_of_item
from votes.workflow import deliberation as deliberations

# What is owed, in the words of a reminder.
WORDS = {
    "inquiry.list": "列出整改清单",
    "rectification.accept": "认领整改事项",
    "rectification.finish": "完成整改",
    "rectification.redo": "重新整改",
    "rectification.check": "核查整改",
    "rectification.review": "报告长期整改进展",
    "deliberation.hand_over": "交办审议意见",
    "deliberation.report": "书面报告研究处理情况",
    "deliberation.redo": "重新报告研究处理情况",
    "deliberation.comment": "对报告稿提意见",
    "deliberation.publish": "通报并公布研究处理情况",
    "deliberation.hear": "组织二次听取",
    "appraisaltarget.progress": "报告本月评议进展",
    "appraisal.follow_up": "评议回访",
    "judicial.feed_back": "反馈履职评议意见",
}


def bind() -> None:
    """Called once from `apps.ready`."""
    for rung in range(3):
        on_due("rectification.finish", rung)
        on_due("rectification.redo", rung)
        on_due("deliberation.report", rung)
        on_due("deliberation.redo", rung)
    on_due("deliberation.comment", 0, lambda obj, deadline: deliberations.pass_comment(obj))
    on_due("deliberation.second", 0, lambda obj, deadline: deliberations.fall_due(obj))
    remind_with("inquiry", _of_inquiry)
    remind_with("deliberation", _of_deliberation)
    remind_with("appraisal", _of_appraisal)
    remind_with("appraisaltarget", _of_target)
    remind_with("judicial", _of_judicial)
    remind_with("rectification", _of_item)


def _of_inquiry(deadline: Deadline, inquiry: Any, level: str) -> Iterable[Telling]:
    return remind(deadline, readers_of_inquiry(inquiry), inquiry.committee_id, level)


def _of_item(deadline: Deadline, item: Any, level: str) -> Iterable[Telling]:
    return remind(deadline, readers_of_item(item), committee_of(item), level)


# What these clocks do is told by the step of their verb.
TOLD_BY_VERB = ("deliberation.comment", "deliberation.second")


def _of_deliberation(deadline: Deadline, obj: Any, level: str) -> Iterable[Telling]:
    if level == "rung-0" and deadline.code in TOLD_BY_VERB:
        return ()
    return remind(deadline, readers_of_deliberation(obj), obj.committee_id, level)


def _of_appraisal(deadline: Deadline, appraisal: Any, level: str) -> Iterable[Telling]:
    return remind(deadline, readers_of_appraisal(appraisal), appraisal.committee_id, level)


def _of_judicial(deadline: Deadline, appraisal: Any, level: str) -> Iterable[Telling]:
    return remind(deadline, readers_of_judicial(appraisal), appraisal.committee_id, level)


def _of_target(deadline: Deadline, target: Any, level: str) -> Iterable[Telling]:
    return _of_appraisal(deadline, target.appraisal, level)


def remind(deadline: Deadline, readers: Readers, committee: int | None, level: str) -> Iterable[Telling]:
    """Whoever owes it hears of yellow and orange, and of red each morning. What is late is told to the congress's office
    too; each rung goes one step further: the unit's government, the committee, the council of chairpersons."""
    words = WORDS[deadline.code]
    key, _, n = level.partition("-")
    asked = f"请{words}" if key in ("yellow", "orange") else f"{words}已逾期" if level in ("red", "rung-0") else ""
    at = {readers.matter.organ_id: (DWC, CONSOLE), committee: ((Role.SPECIAL_COMMITTEE,), CONSOLE)}
    roles, face = at.get(deadline.organ_id, (UNIT, DESK))
    if key == "rung":
        _further(readers, deadline, committee, int(n))
    elif key == "above":
        readers.council()
    else:
        readers.at(deadline.organ_id, *roles, face=face, asked=asked)
        if key == "red" and not n:
            readers.dwc()
    return readers.tell(f"{words}将到期" if key in ("yellow", "orange") else f"{words}已逾期")


def _further(readers: Readers, deadline: Deadline, committee: int | None, rung: int) -> None:
    if rung == 0 and deadline.organ is not None:
        readers.unit_lead(deadline.organ_id, "整改逾期，请抓紧").at(
            deadline.organ.parent_id, Role.GOV_OFFICE, face=CONSOLE
        )
    elif rung == 1:
        readers.committee(committee)
    else:
        readers.council()
