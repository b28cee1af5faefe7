"""The verbs of a promise (lifecycles.md §5): reported on, rated, moved at most twice, kept or unkept for good."""

from datetime import date

from django.db import transaction

from clocks import workflow as clocks
from ground import clock, workdays
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.wording import clean_text
from ground.workflow import STAY, SYSTEM, Actor
from suggestions.models import Commitment, CommitmentChange, CommitmentRating, CommitmentReport
from suggestions.rules.commitment import is_unit_lead
from suggestions.states.lists import Grade
from suggestions.workflow import assignment as work, links
from suggestions.workflow.course import LONGEST_TEXT, act, one_of, owed_by, owed_by_congress, owed_by_lead


@transaction.atomic
def report_commitment(commitment: Commitment, *, by: Actor, text: str, final: bool = False) -> Commitment:
    """Progress, each quarter; `final`, by the unit's lead, says it is done: 再次答复."""
    with act(commitment, "report_commitment", by=by) as m:
        if final and not is_unit_lead(by, commitment):
            raise Forbidden("报告完成要由承办负责人签发。")
        m.note = clean_text(text, limit=LONGEST_TEXT, name="进展情况", pointer="text")
        CommitmentReport.objects.create(commitment=commitment, text=m.note, final=final, by_id=by.pk, at=clock.now())
        m.recorded = {"final": final}
        clocks.stop(commitment, "report")
        if final:
            m.to("reported")
            clocks.stop(commitment, "promise", "end")
            clocks.drop(commitment, "settle_change")
            _void_request(commitment)
            clocks.start(commitment, "rate_commitment", **owed_by_lead(commitment.suggestion))
        else:
            m.to(STAY)
            clocks.start(commitment, "report", **owed_by(commitment.assignment.organ, commitment.suggestion))
    if final:
        links.follow_up(commitment.suggestion, f"{commitment.assignment.organ}报告承诺事项已完成：{commitment.text}")
    return commitment


def _void_request(commitment: Commitment) -> None:
    """A new date that was asked for is no longer needed."""
    commitment.change_requests.filter(decided_at=None).update(
        accepted=False, decision="已报完成，申请终止", decided_at=clock.now()
    )


@transaction.atomic
def rate_commitment(commitment: Commitment, *, by: Actor, result: str, text: str = "") -> Commitment:
    """Kept, or disputed: then its unit redoes (`reopen_promise`)."""
    with act(commitment, "rate_commitment", by=by) as m:
        bad = one_of(result, Grade, "result") == Grade.DISSATISFIED
        m.note = clean_text(text, limit=1000, name="不满意的原因", required=bad, pointer="text")
        CommitmentRating.objects.create(commitment=commitment, result=result, text=m.note, by_id=by.pk, at=clock.now())
        m.recorded = {"result": result}
        m.to("disputed" if bad else "kept")
        clocks.stop(commitment, "rate_commitment", "check")
    assignment = commitment.assignment
    assignment.refresh_from_db()
    assignment.suggestion = commitment.suggestion
    if bad and assignment.state == "done":
        work.reopen_promise(assignment)
    if not bad:
        links.follow_up(commitment.suggestion, f"承诺事项已兑现：{commitment.text}")
    return commitment


def change_commitment(
    commitment: Commitment, *, by: Actor, due_on: date, reason: str, text: str = "", signed_by: str = ""
) -> Commitment:
    """A new date asked for before the old one; the second change bears the signature of the unit's head."""
    with act(commitment, "change_commitment", by=by) as m:
        if due_on <= commitment.due_on:
            raise Invalid("due_on", "新的期限要晚于原来的期限。")
        if due_on > commitment.due_on.replace(year=commitment.due_on.year + work.LATEST_PROMISE_YEARS, day=1):
            raise Invalid("due_on", f"新的期限要在 {work.LATEST_PROMISE_YEARS} 年以内。")
        m.note = clean_text(reason, limit=1000, name="改期理由", pointer="reason")
        signature = clean_text(
            signed_by, limit=40, name="单位主要负责人签名", required=commitment.changes == 1, pointer="signed_by"
        )
        CommitmentChange.objects.create(
            commitment=commitment,
            old=commitment.due_on,
            due_on=due_on,
            text=clean_text(text, limit=1000, name="说明", required=False, pointer="text"),
            reason=m.note,
            signed_by=signature,
            by_id=by.pk,
            at=clock.now(),
        )
        m.recorded = {"old": str(commitment.due_on), "new": str(due_on), "signed_by": signature}
        clocks.start(commitment, "settle_change", **owed_by_congress(commitment.suggestion))
    return commitment


@transaction.atomic
def settle_commitment_change(commitment: Commitment, *, by: Actor, accept: bool, reason: str) -> Commitment:
    """Decided after the deputy was heard; every old date stays visible."""
    with act(commitment, "settle_commitment_change", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="审批意见", pointer="reason")
        request = commitment.change_requests.get(decided_at=None)
        request.accepted, request.decision = accept, m.note
        request.decided_by_id, request.decided_at = by.pk, clock.now()
        request.save(update_fields=["accepted", "decision", "decided_by", "decided_at"])
        m.recorded = {"accept": accept, "old": str(request.old), "new": str(request.due_on)}
        clocks.stop(commitment, "settle_change")
        if accept:
            commitment.due_on, commitment.changes = request.due_on, commitment.changes + 1
            clocks.postpone(commitment, "promise", workdays.end_of_day(request.due_on), why="经批准改期", by=by)
    if accept:
        links.follow_up(
            commitment.suggestion, f"承诺事项改期到 {request.due_on:%Y 年 %-m 月 %-d 日}：{commitment.text}"
        )
    return commitment


@transaction.atomic
def end_commitment(commitment: Commitment, *, by: Actor, outcome: str, reason: str) -> Commitment:
    """Ends a promise for good, the deputy heard, with a reason that is published. Kept only where it was reported done
    and the congress saw it on the spot."""
    with act(commitment, "end_commitment", by=by) as m:
        if outcome not in ("kept", "unkept"):
            raise Invalid("as", "请选择已兑现或未兑现。")
        if outcome == "kept" and m.before != "reported":
            raise GuardFailed("not_reported", "承办单位还没有报告完成，不能记为已兑现。")
        m.note = m.public_text = clean_text(reason, limit=1000, name="理由", pointer="reason")
        m.recorded = {"as": outcome}
        if m.before == "reported":
            m.to(outcome)
        _void_request(commitment)
        clocks.drop(commitment)
    words = "已兑现" if outcome == "kept" else "未兑现，已终结"
    links.follow_up(commitment.suggestion, f"承诺事项{words}：{commitment.text}。{commitment.steps.last().public_text}")
    return commitment


def demand_end(commitment: Commitment) -> None:
    """Past its date after two changes: the congress has thirty days to end it."""
    if commitment.changes >= 2 and commitment.state == "open":
        clocks.start(commitment, "end", **owed_by_congress(commitment.suggestion))


def demand_check(commitment: Commitment, *, by: Actor = SYSTEM) -> None:
    """The deputy is silent: the congress looks on the spot within ten working days and ends it."""
    clocks.drop(commitment, "rate_commitment")
    clocks.start(commitment, "check", **owed_by_congress(commitment.suggestion))
