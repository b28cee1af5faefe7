"""Who may do what to a session or a report of duty, and the guards their edges name."""

from typing import Any

import rules

from accounts.rules import holds, oversees
from accounts.states import Role
from deputies.rules import holds_seat
from ground import clock
from votes.queries.inquiry import READERS
from votes.rules.deliberation import keeps, leads_office
from votes.states.duty import DUTY_REPORT, DUTY_SESSION


def opens_duty(actor: Any) -> bool:
    """Who finds duty reports on the console."""
    return holds(actor, *READERS, Role.SPECIAL_COMMITTEE)


@rules.predicate
def reports(actor: Any, report: Any) -> bool:
    """It is the deputy's own report."""
    return holds_seat(actor, report.seat_id)


@rules.predicate
def writes_for(actor: Any, report: Any) -> bool:
    """The office types what a deputy without an account, or whose seat has ended since, handed in on paper."""
    on_paper = report.seat.deputy.user_id is None or report.seat.state != "active"
    return on_paper and keeps(actor, report)


@rules.predicate
def compares(actor: Any, report: Any) -> bool:
    """The office, or one above it: a township's has often but one person."""
    return oversees(actor, report.organ.path)


rules.add_perm("votes.keep_duty", keeps)
rules.add_perm("votes.compare_duty", compares)
rules.add_perm("votes.lead_duty", leads_office)
rules.add_perm("votes.write_duty", reports | writes_for)


@DUTY_SESSION.guard("named", "请先确定述职代表。")
def is_named(session: Any, actor: Any) -> bool:
    return bool(session.reporting)


@DUTY_SESSION.guard("ahead", "开会时间已经过去，请先修改安排。")
def is_ahead(session: Any, actor: Any) -> bool:
    return session.starts_at > clock.now()


@DUTY_SESSION.guard("unwritten", "述职报告都已经提交。")
def is_unwritten(session: Any, actor: Any) -> bool:
    return any(report.state == "called" for report in session.reports.all())


@DUTY_SESSION.guard("begun", "还没有到开会时间，开会以后再登记。")
def has_begun(session: Any, actor: Any) -> bool:
    return session.starts_at <= clock.now()


@DUTY_SESSION.guard("all_written", "还有代表没有提交述职报告，请催交；确实不能述职的，在他的述职页登记“本次不述职”。")
def are_all_written(session: Any, actor: Any) -> bool:
    return bool(session.reporting) and not is_unwritten(session, actor)


@DUTY_SESSION.guard("all_fed_back", "每位述职代表的测评核对、意见反馈都办完以后再公布。")
def are_all_fed_back(session: Any, actor: Any) -> bool:
    return all(report.state == "fed_back" for report in session.reporting)


@DUTY_REPORT.guard("another_hand", "测评票数由另一个人核对，录入的人不能自己核对。")
def is_another_hand(report: Any, actor: Any) -> bool:
    return report.counted is not None and report.counted.by_id != actor.pk
