"""Who may do what to a round: the office of its organ keeps it. Guards of the edges."""

from typing import Any

import rules

from accounts.rules import DWC, holds, is_dwc_of, leads_dwc_of
from accounts.states import OrganKind
from votes.queries.round import READERS
from votes.states import ROUND


@rules.predicate
def keeps(actor: Any, matter: Any) -> bool:
    return holds(actor, *DWC) if matter is None else is_dwc_of(actor, matter.organ_id)


@rules.predicate
def leads(actor: Any, matter: Any) -> bool:
    """The lead of the office; in a street, whose committee is often one person and decides nothing, also the clerk."""
    if leads_dwc_of(actor, matter.organ_id):
        return True
    return matter.organ.kind == OrganKind.STREET and is_dwc_of(actor, matter.organ_id)


rules.add_perm("votes.keep_round", keeps)
rules.add_perm("votes.lead_round", leads)


def states_of(round_: Any) -> list[str]:
    return [project.state for project in round_.projects.all()]


@ROUND.guard("screened", "还有建议没有处理：每一件都要列为初步候选、并入同类，或者写明不列入的原因。")
def is_screened(round_: Any, actor: Any) -> bool:
    return not {"proposed", "pooled"} & set(states_of(round_))


@ROUND.guard("some_shortlisted", "还没有初步候选项目。")
def has_shortlist(round_: Any, actor: Any) -> bool:
    return "shortlisted" in states_of(round_)


@ROUND.guard("reviewed", "还有初步候选没有处理：请列为正式候选，或者写明不列入的原因。")
def is_reviewed(round_: Any, actor: Any) -> bool:
    return "shortlisted" not in states_of(round_)


@ROUND.guard("some_candidates", "没有等待票决的候选项目。")
def has_candidates(round_: Any, actor: Any) -> bool:
    return "candidate" in states_of(round_)


@ROUND.guard("no_live_ballot", "已有一次票决还没有结果。")
def has_no_live_ballot(round_: Any, actor: Any) -> bool:
    return all(ballot.poll.state in ("published", "void") for ballot in round_.ballots.all())


@ROUND.guard("some_ballot", "还没有票决过。")
def was_voted(round_: Any, actor: Any) -> bool:
    return any(ballot.poll.state == "published" for ballot in round_.ballots.all())


@ROUND.guard("decided", "还有候选项目没有结果：请再次票决，或者说明不再票决。")
def is_decided(round_: Any, actor: Any) -> bool:
    told = states_of(round_)
    return "candidate" not in told and bool({"elected", "not_elected"} & set(told))


@ROUND.guard("finished", "还有项目没有评价、取消或结转。")
def is_finished(round_: Any, actor: Any) -> bool:
    return not {"elected", "implementing", "adjusting", "accepted", "candidate"} & set(states_of(round_))


def opens_rounds(actor: Any) -> bool:
    """Who finds the round desk on the console."""
    return holds(actor, *READERS)
