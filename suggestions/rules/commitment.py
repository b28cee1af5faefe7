"""Who may do what to a promise (lifecycles.md §5), and the guards its edges name."""

from typing import Any

import rules

from clocks.defaults import POLICIES
from ground import clock
from suggestions.rules import assignment as work
from suggestions.states.commitment import COMMITMENT


@rules.predicate
def is_unit(actor: Any, commitment: Any) -> bool:
    return work.is_unit(actor, commitment.assignment)


@rules.predicate
def is_unit_lead(actor: Any, commitment: Any) -> bool:
    return work.is_unit_lead(actor, commitment.assignment)


@rules.predicate
def is_rater(actor: Any, commitment: Any) -> bool:
    return work.whole.leads_or_acts(actor, commitment.suggestion)


@rules.predicate
def is_dwc_lead(actor: Any, commitment: Any) -> bool:
    return work.whole.is_dwc_lead(actor, commitment.suggestion)


rules.add_perm("suggestions.reply_commitment", is_unit_lead)
rules.add_perm("suggestions.report_commitment", is_unit)
rules.add_perm("suggestions.rate_commitment", is_rater)
rules.add_perm("suggestions.change_commitment", is_unit_lead)
rules.add_perm("suggestions.settle_commitment_change", is_dwc_lead)
rules.add_perm("suggestions.end_commitment", is_dwc_lead)


@COMMITMENT.guard("change_open", "改期要在到期前申请，最多两次，且没有正在审批的申请。")
def is_change_open(commitment: Any, actor: Any) -> bool:
    pending = any(c.decided_at is None for c in commitment.change_requests.all())
    left = commitment.changes < POLICIES["commitment.changes"].value
    return left and not pending and clock.today() <= commitment.due_on


@COMMITMENT.guard("change_waits", "没有待审批的改期申请。")
def does_change_wait(commitment: Any, actor: Any) -> bool:
    return any(c.decided_at is None for c in commitment.change_requests.all())
