"""Who may do what to an inquiry, and the guards its edges name."""

from typing import Any

import rules

from accounts.rules import DWC, UNIT, has_role, holds, is_dwc_of, leads_dwc_of
from accounts.states import Role
from votes.queries.inquiry import READERS
from votes.states.inquiry import INQUIRY


def opens_inquiries(actor: Any) -> bool:
    """Who finds inquiries, rectification lists and appraisals on the console."""
    return holds(actor, *READERS, Role.SPECIAL_COMMITTEE, Role.GOV_OFFICE)


def may_plan(actor: Any) -> bool:
    return holds(actor, *DWC)


@rules.predicate
def keeps(actor: Any, inquiry: Any) -> bool:
    return is_dwc_of(actor, inquiry.organ_id)


@rules.predicate
def leads_office(actor: Any, inquiry: Any) -> bool:
    return leads_dwc_of(actor, inquiry.organ_id)


@rules.predicate
def serves_committee(actor: Any, inquiry: Any) -> bool:
    """Of the committee that leads the inquiry."""
    return inquiry.committee_id is not None and has_role(actor, inquiry.committee_id, Role.SPECIAL_COMMITTEE)


@rules.predicate
def sits_in_congress(actor: Any, inquiry: Any) -> bool:
    return any(seat.is_active and seat.organ_id == inquiry.organ_id for seat in actor.facts.seats)


@rules.predicate
def is_asked(actor: Any, inquiry: Any) -> bool:
    """Of a unit that has to answer."""
    return any(has_role(actor, unit.organ_id, *UNIT) for unit in inquiry.units.all())


rules.add_perm("votes.keep_inquiry", keeps)
rules.add_perm("votes.lead_inquiry", leads_office)
rules.add_perm("votes.study_inquiry", keeps | serves_committee)
rules.add_perm("votes.ask_inquiry", sits_in_congress)
rules.add_perm("votes.answer_inquiry", keeps | is_asked)


def may_answer(actor: Any, inquiry: Any, question: Any) -> bool:
    """The congress's office records any answer, a unit its own."""
    return keeps(actor, inquiry) or has_role(actor, question.unit_id, *UNIT)


@INQUIRY.guard("asked", "没有等采纳的线上提问。")
def is_asked_online(inquiry: Any, actor: Any) -> bool:
    return bool(inquiry.offered)


@INQUIRY.guard("questioned", "请先列出要问的问题，每个被询问单位至少一个。")
def is_questioned(inquiry: Any, actor: Any) -> bool:
    units = {unit.organ_id for unit in inquiry.units.all()}
    return bool(units) and units <= {question.unit_id for question in inquiry.adopted}


@INQUIRY.guard("unanswered", "没有等您答复的问题。")
def is_unanswered(inquiry: Any, actor: Any) -> bool:
    return any(not q.is_answered and may_answer(actor, inquiry, q) for q in inquiry.adopted)


@INQUIRY.guard("answered", "还有问题没有答复，请先补记答复。")
def is_answered(inquiry: Any, actor: Any) -> bool:
    return all(question.is_answered for question in inquiry.adopted)


@INQUIRY.guard("uncalled", "满意度测评已经发起。")
def is_uncalled(inquiry: Any, actor: Any) -> bool:
    """A void rating may be called again."""
    return inquiry.poll is None or inquiry.poll.state == "void"


@INQUIRY.guard("rating_published", "请先发起满意度测评，公布测评结果后再登记。")
def is_rating_published(inquiry: Any, actor: Any) -> bool:
    return inquiry.poll is not None and inquiry.poll.state == "published"


@INQUIRY.guard("micro", "专题询问要先测评，再列整改清单；只有微询问可以不测评。")
def is_micro(inquiry: Any, actor: Any) -> bool:
    return inquiry.is_micro


@INQUIRY.guard("unpublished", "已经公布过了。")
def is_unpublished(inquiry: Any, actor: Any) -> bool:
    return inquiry.published_at is None


@INQUIRY.guard("rectified", "整改清单还没有全部销号或者转为长期整改。")
def is_rectified(inquiry: Any, actor: Any) -> bool:
    return all(item.state in ("struck", "long_term") for item in inquiry.items.all())


@INQUIRY.guard("kept_word", "答复里的承诺要先列入整改清单。")
def are_promises_listed(inquiry: Any, actor: Any) -> bool:
    return not any(q.is_answered and q.answer.promise and not hasattr(q.answer, "item") for q in inquiry.adopted)
