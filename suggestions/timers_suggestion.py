"""What happens when a clock of a suggestion, an assignment, a promise or a cosign fires, and who hears of it
(lifecycles.md §3.2, §4.2, §5, §6)."""

from collections.abc import Callable, Iterable
from typing import Any

from clocks import on_due, remind_with, workflow as clocks
from clocks.models import Deadline
from deputies.models import GroupMembership
from ground import clock
from ground.outbox import Telling
from ground.workflow import SYSTEM
from suggestions.models import Assignment, Commitment, Cosign, Suggestion
from suggestions.notices.readers import MY, Readers
from suggestions.states.suggestion import UNSENT
from suggestions.workflow import assignment as work, commitment as promises, suggestion as whole
from suggestions.workflow.course import is_active

# -- what fires --------------------------------------------------------------------------------------------------------


def _nobody_took_the_lead(suggestion: Suggestion, deadline: Deadline) -> None:
    """Before submission it ends with its lead; later it goes on, and no rating will be waited for."""
    clocks.stop(suggestion, "take_lead")
    if suggestion.state in UNSENT and suggestion.lead.state in ("terminated", "term_ended"):
        whole.withdraw_for(suggestion, "领衔代表任职结束，没有联名代表接任")


def _next_turn(suggestion: Suggestion, deadline: Deadline) -> None:
    """Five working days later the next co-signer is asked as well, until somebody takes the lead."""
    clocks.stop(suggestion, "take_lead_turn")
    if suggestion.cosigns.filter(may_lead_at__gt=deadline.due_at).exists():
        clocks.start(suggestion, "take_lead_turn", rules_of=suggestion.congress)


def _lapse_withdrawal(suggestion: Suggestion, deadline: Deadline) -> None:
    clocks.stop(suggestion, "withdraw_request")
    whole.lapse_withdrawal(suggestion)


def _window_over(assignment: Assignment, deadline: Deadline) -> None:
    """Silence in the objection window is acceptance: the system signs (the matter is received, whoever presses)."""
    clocks.stop(assignment, "objection")
    if assignment.state == "pending_sign":
        work.sign(assignment, by=SYSTEM)


def _contact_unconfirmed(assignment: Assignment, deadline: Deadline) -> None:
    clocks.stop(assignment, "confirm_contact")
    work.pass_contacts(assignment)


def _opinion_missing(assignment: Assignment, deadline: Deadline) -> None:
    if assignment.state in ("pending_sign", "signed"):
        work.mark_missing(assignment)


def _rating_lapses(assignment: Assignment, deadline: Deadline) -> None:
    work.expire_rating(assignment)


def _remind_of_rating(assignment: Assignment, deadline: Deadline) -> None:
    work.remind_of_rating(assignment)


def _attitude_passes(assignment: Assignment, deadline: Deadline) -> None:
    work.pass_attitude(assignment)


def _promise_past_due(commitment: Commitment, deadline: Deadline) -> None:
    promises.demand_end(commitment)


def _promise_unrated(commitment: Commitment, deadline: Deadline) -> None:
    promises.demand_check(commitment)


def bind() -> None:
    """Called once from `apps.ready`."""
    on_due("suggestion.cosigning", 0)
    on_due("suggestion.returned", 0)
    on_due("suggestion.take_lead", 0, _nobody_took_the_lead)
    on_due("suggestion.take_lead_turn", 0, _next_turn)
    on_due("suggestion.withdraw_request", 0, _lapse_withdrawal)
    on_due("assignment.dispatch", 0)
    on_due("assignment.objection", 0, _window_over)
    on_due("assignment.confirm_contact", 0, _contact_unconfirmed)
    on_due("assignment.opinion", 0, _opinion_missing)
    for rung in range(3):
        on_due("assignment.reply", rung)
        on_due("assignment.redo", rung)
    on_due("assignment.rate", 0, _remind_of_rating)
    on_due("assignment.rate", 1, _rating_lapses)
    on_due("assignment.attitude", 0, _attitude_passes)
    on_due("commitment.promise", 0, _promise_past_due)
    for rung in range(1, 4):
        on_due("commitment.promise", rung)
    on_due("commitment.rate_commitment", 0)
    on_due("commitment.rate_commitment", 1, _promise_unrated)
    on_due("commitment.end", 0)
    on_due("cosign.reminder", 0)
    remind_with("suggestion", _of_suggestion)
    remind_with("assignment", _of_assignment)
    remind_with("commitment", _of_commitment)
    remind_with("cosign", _of_cosign)


# -- who hears ---------------------------------------------------------------------------------------------------------

Hear = Callable[[Readers, Any, str], Readers]

# What is owed, in the words of a reminder; whoever owes it hears of yellow and orange, and of red each morning.
WORDS = {
    "hand_over": "交办",
    "hand_over_session": "交办",
    "cosigning": "联名征集",
    "returned": "修改后再提交",
    "take_lead": "接任领衔",
    "take_lead_turn": "接任领衔",
    "withdraw_request": "联名代表对撤回表态",
    "publish": "决定答复是否公开",
    "archive": "归档",
    "dispatch": "分办",
    "sign": "签收",
    "settle": "处理退办申请",
    "first_contact": "与代表首次沟通",
    "confirm_contact": "确认沟通记录",
    "opinion": "提交协办意见",
    "late_opinion": "补交协办意见",
    "reply": "答复代表",
    "redo": "重新办理后答复代表",
    "settle_extension": "审批延期",
    "rate": "评价答复",
    "attitude": "处理态度评价",
    "call_both": "联系代表与承办单位",
    "mediate": "会商",
    "promise": "兑现承诺",
    "report": "报告承诺进展",
    "rate_commitment": "评价承诺落实",
    "check": "实地核实承诺",
    "settle_change": "审批承诺改期",
    "end": "终结承诺",
    "reminder": "确认联名",
}

# Beyond whoever owes it: (kind, level) → who else. "above" is each week one level up, "rung-n" what the clock says.
ELSE: dict[tuple[str, str], Hear] = {
    ("hand_over", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("hand_over", "above"): lambda r, o, asked: r.council_leaders(),
    ("hand_over_session", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("hand_over_session", "above"): lambda r, o, asked: r.council_leaders(),
    ("publish", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("archive", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("dispatch", "red"): lambda r, o, asked: r.dwc(),
    ("dispatch", "rung-0"): lambda r, o, asked: r.dwc("政府办逾期未分办，请改交"),
    ("sign", "red"): lambda r, o, asked: r.unit_lead(o, asked).gov_office(o),
    ("settle", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("first_contact", "red"): lambda r, o, asked: r.unit_lead(o, asked).dwc(),
    ("late_opinion", "red"): lambda r, o, asked: r.unit_lead(o, asked).dwc(),
    ("reply", "red"): lambda r, o, asked: r.unit_lead(o, asked).dwc(),
    ("reply", "rung-0"): lambda r, o, asked: r.gov_office(o),
    ("reply", "rung-1"): lambda r, o, asked: r.committees(),
    ("reply", "rung-2"): lambda r, o, asked: r.council_leaders(),
    ("redo", "red"): lambda r, o, asked: r.unit_lead(o, asked).dwc(),
    ("redo", "rung-0"): lambda r, o, asked: r.gov_office(o),
    ("redo", "rung-1"): lambda r, o, asked: r.committees(),
    ("redo", "rung-2"): lambda r, o, asked: r.council_leaders(),
    ("rate", "rung-0"): lambda r, o, asked: r.lead(asked).cosigners(),
    ("mediate", "red"): lambda r, o, asked: r.dwc_lead(asked),
    ("mediate", "above"): lambda r, o, asked: r.council_leaders(),
    ("promise", "rung-0"): lambda r, o, asked: r.unit_lead(o.assignment, "承诺逾期，督办通知单请查收").dwc(),
    ("promise", "rung-1"): lambda r, o, asked: r.gov_office(o.assignment),
    ("promise", "rung-2"): lambda r, o, asked: r.committees(),
    ("promise", "rung-3"): lambda r, o, asked: r.council_leaders(),
    ("report", "red"): lambda r, o, asked: r.unit_lead(o.assignment, asked).dwc(),
    ("rate_commitment", "rung-0"): lambda r, o, asked: r.lead(asked),
    ("rate_commitment", "rung-1"): lambda r, o, asked: r.dwc_lead("代表未评价承诺，请实地核实"),
    ("end", "rung-0"): lambda r, o, asked: r.dwc_lead(asked),
}


# What these clocks do is told by the step of their verb.
TOLD_BY_VERB = {("objection", "rung-0"), ("opinion", "rung-0"), ("rate", "rung-1"), ("attitude", "rung-0"),
                ("confirm_contact", "rung-0")}  # fmt: skip


def _of_suggestion(deadline: Deadline, suggestion: Suggestion, level: str) -> Iterable[Telling]:
    if deadline.kind in ("take_lead", "take_lead_turn"):
        return _whose_turn(Readers(suggestion), suggestion)
    return _remind(deadline, suggestion, suggestion, level)


def _of_assignment(deadline: Deadline, assignment: Assignment, level: str) -> Iterable[Telling]:
    return _remind(deadline, assignment, assignment.suggestion, level)


def _of_commitment(deadline: Deadline, commitment: Commitment, level: str) -> Iterable[Telling]:
    return _remind(deadline, commitment, commitment.suggestion, level)


def _of_cosign(deadline: Deadline, cosign: Cosign, level: str) -> Iterable[Telling]:
    return _remind(deadline, cosign, cosign.suggestion, level)


def _remind(deadline: Deadline, obj: Any, suggestion: Suggestion, level: str) -> Iterable[Telling]:
    if (deadline.kind, level) in TOLD_BY_VERB:
        return ()
    words = WORDS[deadline.kind]
    asked = f"请{words}" if level in ("yellow", "orange", "rung-0") else f"{words}已逾期"
    readers = Readers(suggestion)
    key, _, n = level.partition("-")
    if key == "rung" and deadline.kind in ("reply", "redo"):
        level = f"rung-{min(int(n), 2)}"
    elif key == "rung" and deadline.kind == "promise":
        level = f"rung-{min(int(n), 3)}"
    if more := ELSE.get((deadline.kind, key if key != "rung" else level)):
        more(readers, obj, asked)
    if key in ("yellow", "orange", "red") or (deadline.kind, level) not in ELSE:
        _holder(readers, deadline, obj, asked if key != "red" or not n else "")
    title = (
        f"{words}将到期" if key in ("yellow", "orange") else f"{words}到期提醒" if key == "rung" else f"{words}已逾期"
    )
    return readers.tell(title)


def _holder(readers: Readers, deadline: Deadline, obj: Any, asked: str) -> None:
    """Whoever owes it: a deputy, the unit, the government's or the congress's office."""
    if deadline.user_id is not None:
        readers.add([deadline.user_id], MY, asked)
    elif deadline.organ_id == readers.suggestion.congress_id:
        readers.dwc(asked)
    elif isinstance(obj, Assignment) and deadline.kind == "settle":
        readers.gov_office(obj, asked)
    elif deadline.organ_id is not None:
        readers.unit(obj if isinstance(obj, Assignment) else obj.assignment, asked)


def _whose_turn(readers: Readers, suggestion: Suggestion) -> Iterable[Telling]:
    """The co-signers whose turn has begun; without any the convener of the delegation, as contact, and the congress."""
    asked = suggestion.cosigns.filter(may_lead_at__lte=clock.now()).select_related("seat__deputy")
    for mine in asked:
        if is_active(mine.seat):
            readers.deputy(mine.seat, "领衔代表空缺，请您考虑接任领衔")
    if not readers.found:
        conveners = GroupMembership.objects.filter(group=suggestion.lead.delegation_id, role="convener")
        for row in conveners.select_related("seat__deputy"):
            readers.deputy(row.seat)
        readers.dwc()
    return readers.tell("领衔代表空缺")
