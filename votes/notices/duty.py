"""Who is told of the steps of a duty session and of the reports at it."""

from collections.abc import Iterable

from accounts.rules import DWC
from ground.outbox import Telling, teller
from votes.models import DutyReport, DutyReportStep, DutySession, DutySessionStep
from votes.notices.readers import CONSOLE, MY, Readers


def readers_of(session: DutySession, but: int | None = None) -> Readers:
    return Readers(session, "duty-sessions", but=but)


@teller(DutySessionStep)
def tell(step: DutySessionStep) -> Iterable[Telling]:
    session = step.obj
    readers = readers_of(session, step.by_id)
    match step.verb:
        case "call":
            return _deputies(readers, asked="请准备述职，按时提交述职报告").tell("请您述职")
        case "name_deputies" if step.after == "called":
            return _deputies(readers, asked="请准备述职，按时提交述职报告", seats=step.recorded["seats"]).tell(
                "请您述职"
            )
        case "revise" if step.after == "called":
            return _deputies(readers, asked="述职评议会安排有变化，请查看").tell("述职评议会安排有变化")
        case "chase":
            return _deputies(readers, "called", asked="请抓紧提交述职报告").tell("请抓紧提交述职报告")
        case "hold":
            return readers.dwc().tell("述职评议会已召开，请录入测评")
        case "publish":
            return _deputies(readers).council().tell("述职评议结果已公布")
        case "cancel" if step.before == "called":
            return _deputies(readers, "excused").tell("述职评议会已取消")
    return ()


@teller(DutyReportStep)
def tell_of_report(step: DutyReportStep) -> Iterable[Telling]:
    report = step.obj
    readers = readers_of(report.session, step.by_id)
    name = report.seat.deputy.name
    match step.verb:
        case "write_report" if step.before == "called":
            return readers.dwc().tell(f"{name}代表提交了述职报告")
        case "key_rating":
            return _another_hand(readers, report).tell(f"{name}代表的测评票数请核对")
        case "excuse" if step.before != "named":
            return _own(readers, report).tell("您本次不述职，另行安排")
        case "give_feedback":
            return _own(readers, report, "述职评议意见已反馈，请查看").tell("述职评议意见已反馈")
        case "publish" if step.after == "rectifying":
            return _own(readers, report, "请提交述职评议书面整改").tell("请提交书面整改")
        case "rectify":
            return readers.dwc("请审核述职整改").tell(f"{name}代表提交了书面整改")
        case "accept_rectification":
            return _own(readers, report).tell("书面整改已通过")
        case "return_rectification":
            return _own(readers, report, "书面整改退回，请重新提交").tell("书面整改退回")
    return ()


def _another_hand(readers: Readers, report: DutyReport) -> Readers:
    """Whoever else is at the office; where nobody is, the office above."""
    readers.dwc("请核对述职测评票数")
    above = report.session.organ.parent_id
    return readers if readers.found else readers.at(above, *DWC, face=CONSOLE, asked="请核对述职测评票数")


def _own(readers: Readers, report: DutyReport, asked: str = "") -> Readers:
    return readers.add([report.seat.deputy.user_id], MY, asked)


def _deputies(readers: Readers, state: str = "", asked: str = "", seats: Iterable[int] | None = None) -> Readers:
    """Those who report at the session, or of them those in one state or with these seats."""
    rows = readers.matter.reports.filter(state=state) if state else readers.matter.reports.exclude(state="excused")
    if seats is not None:
        rows = rows.filter(seat__in=seats)
    return readers.add(rows.values_list("seat__deputy__user_id", flat=True), MY, asked)
