"""Who may do what to 审议意见."""

from typing import Any

import rules

from accounts.rules import has_role, is_dwc_of, is_unit_of, leads_dwc_of, leads_unit_of
from accounts.states import Role


@rules.predicate
def keeps(actor: Any, obj: Any) -> bool:
    return is_dwc_of(actor, obj.organ_id)


@rules.predicate
def leads_office(actor: Any, obj: Any) -> bool:
    return leads_dwc_of(actor, obj.organ_id)


@rules.predicate
def serves_committee(actor: Any, obj: Any) -> bool:
    """Of the committee that leads it."""
    return has_role(actor, obj.committee_id, Role.SPECIAL_COMMITTEE)


@rules.predicate
def leads_council(actor: Any, obj: Any) -> bool:
    """主任会议 decides what comes onto the agenda (监督法 §17)."""
    return has_role(actor, obj.organ_id, Role.COUNCIL_LEADER)


@rules.predicate
def is_unit(actor: Any, obj: Any) -> bool:
    return is_unit_of(actor, obj.unit_id)


@rules.predicate
def leads_unit(actor: Any, obj: Any) -> bool:
    return leads_unit_of(actor, obj.unit_id)


rules.add_perm("votes.keep_deliberation", keeps)
rules.add_perm("votes.lead_deliberation", leads_office)
rules.add_perm("votes.comment_deliberation", keeps | serves_committee)
rules.add_perm("votes.set_agenda", leads_council)
rules.add_perm("votes.work_deliberation", is_unit)
rules.add_perm("votes.sign_deliberation", leads_unit)
