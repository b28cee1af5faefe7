"""Who may do what to an assignment (lifecycles.md §4.2), and the guards its edges name.

Every predicate reads the suggestion and the government row an assignment came from: `with_parts()` brings both.
"""

from typing import Any

import rules

from accounts.rules import has_role, is_unit_of, leads_unit_of
from accounts.states import Role
from clocks.rules import value
from ground import clock
from suggestions.rules import suggestion as whole
from suggestions.states.assignment import ASSIGNMENT

# -- relations ---------------------------------------------------------------------------------------------------------


@rules.predicate
def is_unit(actor: Any, assignment: Any) -> bool:
    return is_unit_of(actor, assignment.organ_id)


@rules.predicate
def is_unit_lead(actor: Any, assignment: Any) -> bool:
    return leads_unit_of(actor, assignment.organ_id)


@rules.predicate
def is_main(actor: Any, assignment: Any) -> bool:
    return assignment.role == "main"


@rules.predicate
def is_assist(actor: Any, assignment: Any) -> bool:
    return assignment.role == "assist"


@rules.predicate
def is_gov_office(actor: Any, assignment: Any) -> bool:
    """The office of the very government that holds the row."""
    return has_role(actor, assignment.organ_id, Role.GOV_OFFICE)


@rules.predicate
def dispatched_it(actor: Any, assignment: Any) -> bool:
    """The office of the government through which the unit got it."""
    source = assignment.dispatched_from
    return source is not None and has_role(actor, source.organ_id, Role.GOV_OFFICE)


@rules.predicate
def is_dwc(actor: Any, assignment: Any) -> bool:
    return whole.is_dwc(actor, assignment.suggestion)


@rules.predicate
def is_dwc_clerk(actor: Any, assignment: Any) -> bool:
    return whole.is_dwc_clerk(actor, assignment.suggestion)


@rules.predicate
def is_dwc_lead(actor: Any, assignment: Any) -> bool:
    return whole.is_dwc_lead(actor, assignment.suggestion)


@rules.predicate
def is_desk(actor: Any, assignment: Any) -> bool:
    return whole.is_desk(actor, assignment.suggestion)


@rules.predicate
def is_rater(actor: Any, assignment: Any) -> bool:
    return whole.leads_or_acts(actor, assignment.suggestion)


@rules.predicate
def has_signed(actor: Any, assignment: Any) -> bool:
    return whole.has_signed(actor, assignment.suggestion)


for verb, predicate in {
    "assign": is_desk,
    "dispatch": is_gov_office,
    "sign": is_unit,
    "object": is_unit_lead | is_gov_office,
    "settle_objection": is_dwc | dispatched_it,
    "reassign": is_dwc | dispatched_it,
    "add_assist": is_main & (is_dwc | dispatched_it),
    "work": is_unit,
    "confirm_contact": is_rater,
    "contribute": is_unit & is_assist,
    "ask_extension": is_unit & is_main,
    "settle_extension": is_dwc_lead,
    "draft_reply": is_unit & is_main,
    "reply": is_unit_lead & is_main,
    "return_reply": is_dwc_clerk,
    "correct_class": is_dwc_lead,
    "give_view": has_signed,
    "rate": is_rater,
    "settle_attitude": is_dwc_lead,
    "mediate": is_dwc_lead,
}.items():
    rules.add_perm(f"suggestions.{verb}_assignment", predicate)


# -- guards ------------------------------------------------------------------------------------------------------------


@ASSIGNMENT.guard("objection_open", "退办只能在收到后 5 个工作日内申请一次。")
def is_objection_open(assignment: Any, actor: Any) -> bool:
    asked = getattr(assignment, "objection", None) is not None
    return not asked and assignment.objection_until is not None and clock.now() <= assignment.objection_until


@ASSIGNMENT.guard("contact_waits", "没有待确认的沟通记录。")
def does_contact_wait(assignment: Any, actor: Any) -> bool:
    return any(c.agrees is None for c in assignment.contacts.all())


@ASSIGNMENT.guard("extension_open", "延期要在到期前申请，且没有正在审批的申请。")
def is_extension_open(assignment: Any, actor: Any) -> bool:
    pending = any(e.decided_at is None for e in assignment.extensions.all())
    return not pending and assignment.reply_due_at is not None and clock.now() <= assignment.reply_due_at


@ASSIGNMENT.guard("extension_waits", "没有待审批的延期申请。")
def does_extension_wait(assignment: Any, actor: Any) -> bool:
    return any(e.decided_at is None for e in assignment.extensions.all())


@ASSIGNMENT.guard("contacted", "答复前请先与代表沟通并记录；联系不上的，要有分在两天、共三次的联系记录。")
def is_contacted(assignment: Any, actor: Any) -> bool:
    """One contact of this round that reached the deputy and was not denied, or three attempts on two days."""
    return is_reached(assignment) or is_attempted(assignment)


def is_reached(assignment: Any) -> bool:
    return any(c.counts for c in assignment.contacts.all() if c.round == assignment.round)


def is_attempted(assignment: Any) -> bool:
    """代表联系不上: as often and on as many days as the rule asks."""
    days = [c.held_at.astimezone(clock.SHANGHAI).date() for c in assignment.contacts.all()
            if c.round == assignment.round and not c.reached]  # fmt: skip
    if not days:
        return False
    wanted = value("assignment.contact_attempts", assignment.suggestion.congress)
    return len(days) >= wanted["attempts"] and len(set(days)) >= wanted["days"]


@ASSIGNMENT.guard("assists_in", "协办单位的意见还没有到期，请等协办意见，或在答复到期前 5 个工作日内签发。")
def are_assists_in(assignment: Any, actor: Any) -> bool:
    """Each assist is in, past its own date, or this reply is due within five working days."""
    return is_reply_near(assignment) or all(is_assist_settled(a) for a in assists_beside(assignment))


def assists_beside(assignment: Any) -> list[Any]:
    return [a for a in assignment.suggestion.assignments.all() if a.role == "assist" and a.is_live]


def is_assist_settled(assist: Any) -> bool:
    if assist.state in ("opinion_submitted", "opinion_missing"):
        return True
    return assist.opinion_due_at is not None and clock.now() > assist.opinion_due_at


def is_reply_near(assignment: Any) -> bool:
    """So near its own date that nobody can make it late."""
    return assignment.reply_anyway_at is not None and clock.now() >= assignment.reply_anyway_at


@ASSIGNMENT.guard("return_open", "退回补正要在签发后 5 个工作日内、代表评价之前。")
def is_return_open(assignment: Any, actor: Any) -> bool:
    last = assignment.last_reply
    until = assignment.return_until
    return last is not None and not is_rated(assignment) and until is not None and clock.now() <= until


@ASSIGNMENT.guard("unpublished", "已经决定公开，类别不能再改。")
def is_unpublished(assignment: Any, actor: Any) -> bool:
    return not assignment.suggestion.publication


@ASSIGNMENT.guard("view_open", "看法只能在答复后 10 个工作日内提一次。")
def is_view_open(assignment: Any, actor: Any) -> bool:
    last = assignment.last_reply
    cosign = whole.cosign_of(actor, assignment.suggestion)
    if last is None or cosign is None or is_rated(assignment):
        return False
    given = any(v.seat_id == cosign.seat_id for v in last.views.all())
    return not given and assignment.view_until is not None and clock.now() <= assignment.view_until


@ASSIGNMENT.guard("unrated", "这次答复已经评价过了。", part=True)
def is_unrated(assignment: Any, actor: Any) -> bool:
    return assignment.last_reply is not None and not is_rated(assignment)


def is_rated(assignment: Any) -> bool:
    last = assignment.last_reply
    return last is not None and getattr(last, "rating", None) is not None


@ASSIGNMENT.guard("attitude_waits", "没有待处理的态度评价。")
def does_attitude_wait(assignment: Any, actor: Any) -> bool:
    return is_rated(assignment) and assignment.last_reply.rating.attitude_waits
