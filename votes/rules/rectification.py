"""Who may do what to a line of a rectification list, and the guards its edges name."""

from typing import Any

import rules

from accounts.rules import has_role, is_dwc_of, is_unit_of, leads_dwc_of, leads_unit_of
from accounts.states import Role
from votes.states.rectification import RECTIFICATION


@rules.predicate
def is_dwc(actor: Any, item: Any) -> bool:
    return is_dwc_of(actor, item.organ_id)


@rules.predicate
def leads_office(actor: Any, item: Any) -> bool:
    return leads_dwc_of(actor, item.organ_id)


@rules.predicate
def serves_committee(actor: Any, item: Any) -> bool:
    """Of the committee that leads what the item comes from."""
    source = item.source
    committee = getattr(source, "committee_id", None)
    return committee is not None and has_role(actor, committee, Role.SPECIAL_COMMITTEE)


@rules.predicate
def is_unit(actor: Any, item: Any) -> bool:
    return is_unit_of(actor, item.unit_id)


@rules.predicate
def leads_unit(actor: Any, item: Any) -> bool:
    return leads_unit_of(actor, item.unit_id)


rules.add_perm("votes.list_item", is_dwc | serves_committee)
rules.add_perm("votes.work_item", is_unit)
rules.add_perm("votes.sign_item", leads_unit)
rules.add_perm("votes.check_item", is_dwc | serves_committee)
rules.add_perm("votes.strike_item", leads_office)


@RECTIFICATION.guard("proved", "请先报告进展，或者上传整改照片，再报告完成。")
def is_proved(item: Any, actor: Any) -> bool:
    """Something was reported or shown since the item was last sent back."""
    back = max((step.at for step in item.steps.all() if step.verb == "send_back"), default=None)
    shown = [row.at for row in (*item.reports.all(), *item.files.all())]
    return any(back is None or at >= back for at in shown)


def may_add_files(actor: Any, item: Any) -> bool:
    """The unit while it works on it."""
    return is_unit(actor, item) and item.state in ("accepted", "in_progress", "sent_back", "long_term")
