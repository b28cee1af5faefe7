"""Who may do what to a suggestion (lifecycles.md §3.2), as sentences over ids; and the guards its edges name."""

from typing import Any

import rules

from accounts.rules import has_role, is_dwc_of, leads_dwc_of
from accounts.states import Role
from deputies.rules import holds_seat
from ground import clock
from suggestions.states.assignment import GONE
from suggestions.states.suggestion import SUGGESTION

# -- relations ---------------------------------------------------------------------------------------------------------


@rules.predicate
def leads(actor: Any, suggestion: Any) -> bool:
    return suggestion is not None and holds_seat(actor, suggestion.lead_id)


@rules.predicate
def leads_or_acts(actor: Any, suggestion: Any) -> bool:
    """Lead or acting lead."""
    return holds_seat(actor, suggestion.lead_id) or holds_seat(actor, suggestion.acting_lead_id)


@rules.predicate
def is_invited(actor: Any, suggestion: Any) -> bool:
    """One of the actor's active seats was asked to sign with the lead, whatever became of it."""
    return cosign_of(actor, suggestion) is not None


@rules.predicate
def has_signed(actor: Any, suggestion: Any) -> bool:
    cosign = cosign_of(actor, suggestion)
    return cosign is not None and cosign.state == "confirmed"


@rules.predicate
def is_signatory(actor: Any, suggestion: Any) -> bool:
    """The lead, or a co-signer who counts because the text was submitted with their name."""
    return leads(actor, suggestion) or (suggestion.first_submitted_at is not None and has_signed(actor, suggestion))


@rules.predicate
def is_dwc(actor: Any, suggestion: Any) -> bool:
    return is_dwc_of(actor, suggestion.congress_id)


@rules.predicate
def is_dwc_clerk(actor: Any, suggestion: Any) -> bool:
    return has_role(actor, suggestion.congress_id, Role.DWC_CLERK)


@rules.predicate
def is_dwc_lead(actor: Any, suggestion: Any) -> bool:
    return leads_dwc_of(actor, suggestion.congress_id)


@rules.predicate
def is_desk(actor: Any, suggestion: Any) -> bool:
    """The clerk of the congress office, or the session's secretariat."""
    return has_role(actor, suggestion.congress_id, Role.DWC_CLERK, Role.SESSION_SECRETARIAT)


@rules.predicate
def is_council_leader(actor: Any, suggestion: Any) -> bool:
    return has_role(actor, suggestion.congress_id, Role.COUNCIL_LEADER)


@rules.predicate
def is_committee(actor: Any, suggestion: Any) -> bool:
    """The special committee that keeps the key supervision."""
    supervision = getattr(suggestion, "key_supervision", None)
    return supervision is not None and has_role(actor, supervision.committee_id, Role.SPECIAL_COMMITTEE)


@rules.predicate
def is_its_gov_office(actor: Any, suggestion: Any) -> bool:
    """The office of a government that got the suggestion, or one of whose units did through it."""
    return any(
        has_role(actor, a.organ_id, Role.GOV_OFFICE)
        or (a.dispatched_from_id is not None and has_role(actor, a.dispatched_from.organ_id, Role.GOV_OFFICE))
        for a in suggestion.assignments.all()
    )


def cosign_of(actor: Any, suggestion: Any) -> Any | None:
    """The cosign of the actor's own active seat."""
    return next((c for c in suggestion.cosigns.all() if holds_seat(actor, c.seat_id)), None)


for verb, predicate in {
    "create": leads,
    "revise": leads,
    "invite": leads,
    "cosign": is_invited,
    "decline_cosign": is_invited,
    "submit": leads,
    "send_back": is_desk,
    "refuse": is_dwc_lead,
    "register": is_desk,
    "merge": is_dwc_clerk,
    "assign": is_desk,
    "take_lead": has_signed,
    "withdraw": is_signatory,
    "publish": is_dwc_lead,
    "archive": is_dwc_clerk,
    "key_supervise": is_council_leader | is_dwc_lead,
    "note_supervision": is_council_leader | is_dwc | is_committee,
    "chase": is_dwc | is_its_gov_office,
}.items():
    rules.add_perm(f"suggestions.{verb}_suggestion", predicate)


# -- guards ------------------------------------------------------------------------------------------------------------


@SUGGESTION.guard("complete", "请先把标题、领域、情况和建议填写完整。")
def is_complete(suggestion: Any, actor: Any) -> bool:
    """Title and situation for a snap; field and proposal too for a full suggestion."""
    text = suggestion.text
    whole = bool(text.title and text.situation)
    return whole if suggestion.is_snap else whole and bool(text.proposal and suggestion.field)


@SUGGESTION.guard("cosign_waits", "您已经对这份文本表过态了。", part=True)
def cosign_waits(suggestion: Any, actor: Any) -> bool:
    return cosign_of(actor, suggestion).state in ("invited", "stale")


@SUGGESTION.guard("cosign_stands", "您没有待确认或已确认的联名。", part=True)
def cosign_stands(suggestion: Any, actor: Any) -> bool:
    return cosign_of(actor, suggestion).state in ("invited", "stale", "confirmed")


@SUGGESTION.guard("not_merged", "这件建议已经并案。")
def is_not_merged(suggestion: Any, actor: Any) -> bool:
    return suggestion.merged_into_id is None


@SUGGESTION.guard("uncovered", "没有并案，或合并办理的答复已经签发。")
def is_uncovered(suggestion: Any, actor: Any) -> bool:
    """Merged, and no issued reply covers it yet."""
    return suggestion.merged_into_id is not None and not suggestion.covered_by.all()


@SUGGESTION.guard("lead_vacant", "领衔代表仍在履职，或还没有轮到您接任。")
def is_lead_vacant(suggestion: Any, actor: Any) -> bool:
    """The lead's seat is not active, or the lead is silent after the rating reminder; then in order of signing: each
    co-signer's turn begins at `may_lead_at`."""
    cosign = cosign_of(actor, suggestion)
    if suggestion.acting_lead_id is not None or cosign.may_lead_at is None:
        return False
    return clock.now() >= cosign.may_lead_at


@SUGGESTION.guard("unanswered", "已有单位答复，不能再撤回。")
def is_unanswered(suggestion: Any, actor: Any) -> bool:
    return not any(a.first_replied_at for a in suggestion.assignments.all() if a.state not in GONE)


@SUGGESTION.guard("not_asked", "您已经提出撤回，正在等其他联名代表。", part=True)
def has_not_asked(suggestion: Any, actor: Any) -> bool:
    return not any(w.lapsed_at is None and holds_seat(actor, w.seat_id) for w in suggestion.withdrawals.all())


@SUGGESTION.guard("publication_decided", "请先决定答复是否公开。")
def is_publication_decided(suggestion: Any, actor: Any) -> bool:
    return bool(suggestion.publication)


@SUGGESTION.guard("not_key", "已经列为重点督办。")
def is_not_key(suggestion: Any, actor: Any) -> bool:
    return getattr(suggestion, "key_supervision", None) is None


@SUGGESTION.guard("is_key", "这件建议没有列为重点督办。")
def is_key(suggestion: Any, actor: Any) -> bool:
    return not is_not_key(suggestion, actor)
