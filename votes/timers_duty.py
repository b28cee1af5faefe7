"""What happens when a clock of a duty session or of a report fires: nothing but that people are told."""

from collections.abc import Iterable
from typing import Any

from clocks import on_due, remind_with
from clocks.models import Deadline
from ground.outbox import Telling
from votes.notices.duty import readers_of
from votes.notices.readers import MY

# What is owed, in the words of a reminder.
WORDS = {
    "dutysession.hold": "登记述职评议会",
    "dutysession.publish": "公布述职评议结果",
    "dutyreport.write": "提交述职报告",
    "dutyreport.rectify": "提交书面整改",
    "dutyreport.check": "审核述职整改",
}


def bind() -> None:
    """Called once from `apps.ready`."""
    on_due("dutyreport.rectify", 0)
    remind_with("dutysession", remind)
    remind_with("dutyreport", lambda deadline, report, level: remind(deadline, report.session, level))


def remind(deadline: Deadline, session: Any, level: str) -> Iterable[Telling]:
    """The deputy or the office that owes it hears of yellow, orange and red; of what a deputy is late with the office too,
    each week and at the rung the council of chairpersons."""
    readers, words = readers_of(session), WORDS[deadline.code]
    key, _, n = level.partition("-")
    soon = key in ("yellow", "orange")
    if key in ("rung", "above"):
        readers.council().dwc()
        return readers.tell(f"{words}已逾期")
    asked = f"请{words}" if soon else f"{words}已逾期"
    if deadline.user_id is not None:
        readers.add([deadline.user_id], MY, asked)
        return (readers if soon else readers.dwc()).tell(f"{words}将到期" if soon else f"{words}已逾期")
    return readers.dwc(asked).tell(f"{words}将到期" if soon else f"{words}已逾期")
