"""The draft of a duty report, from what the deputy did in the term: numbers of the platform's own matters, and the places
only the deputy can fill."""

from typing import Any

from ground import clock
from suggestions.queries.mine import record_of
from votes.models import DutyReport
from votes.states.duty import Listeners
from votes.workflow.duty import TO_FILL


def draft_of(report: DutyReport, actor: Any) -> str:
    """`actor` is the deputy, whose record is counted for the seat that reports."""
    seat, session = report.seat, report.session
    done = record_of(actor, [seat.pk]) or {}
    whom = "各位选民" if session.listeners == Listeners.VOTERS else "各位领导、同志们"
    since = max(seat.since, session.term.opens_on)
    today = clock.today()
    return "\n\n".join(
        [
            f"{whom}：",
            f"我是{seat.post}{seat.deputy.name}。现将 {since.year} 年 {since.month} 月任职以来到 {today.year} 年 {today.month} 月的"
            "履职情况报告如下，请评议。",
            f"一、学习宣传和出席会议。{TO_FILL}",
            f"二、联系群众。接办群众意见 {done.get('opinions', 0)} 件，已答复 {done.get('replied', 0)} 件；群众评价 "
            f"{done.get('judged', 0)} 次，满意或者基本满意 {done.get('pleased', 0)} 次。",
            f"三、提出建议。领衔提出代表建议 {done.get('led', 0)} 件，其中 {done.get('answered', 0)} 件已经答复；联名提出 "
            f"{done.get('signed', 0)} 件。",
            f"四、小组活动和为民办实事。{TO_FILL}",
            f"五、不足和打算。{TO_FILL}",
        ]
    )  # fmt: skip
