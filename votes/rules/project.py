"""Who may do what to a livelihood project, and the guards its edges name."""

from typing import Any

import rules

from accounts.rules import UNIT, has_role, is_unit_of, leads_unit_of
from accounts.states import Role
from stations.rules import works_at
from votes.rules.round import keeps, leads
from votes.states import PROJECT, Proposer

NEEDED = ("content", "target", "place", "total_cost", "year_cost", "funding", "leader", "unit_id", "starts_on", "ends_on",
          "beneficiaries", "feasibility")  # fmt: skip


@rules.predicate
def is_proposer_by_code(actor: Any, project: Any) -> bool:
    return actor.actor_kind == "code" and actor.number == project.number


@rules.predicate
def may_propose(actor: Any, project: Any) -> bool:
    """A citizen for themselves; a deputy of the congress; people of a station; people of a unit or a government's office."""
    if actor.actor_kind == "code":
        return is_proposer_by_code(actor, project) and project.proposer_kind == Proposer.CITIZEN
    if actor.actor_kind != "user":
        return False
    if project.proposer_kind == Proposer.DEPUTY:
        return any(seat.is_active and seat.id == project.proposer_seat_id for seat in actor.facts.seats)
    if project.proposer_kind == Proposer.STATION:
        return works_at(actor, project.proposer_venue_id)
    if project.proposer_kind == Proposer.DEPARTMENT:
        return has_role(actor, project.proposer_organ_id, *UNIT, Role.GOV_OFFICE)
    return False


@rules.predicate
def reviews(actor: Any, project: Any) -> bool:
    """Whoever has an active seat in the congress that decides."""
    return any(seat.is_active and seat.organ_id == project.organ_id for seat in actor.facts.seats)


@rules.predicate
def is_unit(actor: Any, project: Any) -> bool:
    return project.unit_id is not None and (
        is_unit_of(actor, project.unit_id) or has_role(actor, project.unit_id, Role.GOV_OFFICE)
    )


@rules.predicate
def leads_unit(actor: Any, project: Any) -> bool:
    return project.unit_id is not None and leads_unit_of(actor, project.unit_id)


@rules.predicate
def is_government(actor: Any, project: Any) -> bool:
    """The office of the government that stands beside the congress."""
    return any(
        post.role == Role.GOV_OFFICE and post.congress_id == project.organ_id for post in actor.facts.posts
    )  # fmt: skip


rules.add_perm("votes.propose_project", may_propose)
rules.add_perm("votes.follow_project", is_proposer_by_code)
rules.add_perm("votes.keep_project", keeps)
rules.add_perm("votes.lead_project", leads)
rules.add_perm("votes.review_project", reviews)
rules.add_perm("votes.report_project", is_unit)
rules.add_perm("votes.adjust_project", leads_unit)
rules.add_perm("votes.forward_project", is_government)


def seat_in(actor: Any, organ_id: int) -> int | None:
    """The active seat by which the actor reviews what this organ decides."""
    return next((seat.id for seat in actor.facts.seats if seat.is_active and seat.organ_id == organ_id), None)


def _round_stands(project: Any, *states: str) -> bool:
    return project.round is not None and project.round.state in states


@PROJECT.guard("unverified", "手机号已经验证过，或者没有留手机号。")
def is_unverified(project: Any, actor: Any) -> bool:
    contact = project.contact
    return contact is not None and contact.phone_sealed is not None and contact.verified_at is None


@PROJECT.guard("has_phone", "没有留手机号，或者已经删除。")
def has_phone(project: Any, actor: Any) -> bool:
    return project.contact is not None and project.contact.phone_sealed is not None


@PROJECT.guard("has_contact", "没有留联系方式，或者已经删除。")
def has_contact(project: Any, actor: Any) -> bool:
    return project.contact is not None and project.contact.erased_at is None


@PROJECT.guard("in_screening", "现在不在论证筛选阶段，请先在“民生实事”里转入论证筛选。")
def is_in_screening(project: Any, actor: Any) -> bool:
    return _round_stands(project, "screening")


@PROJECT.guard("before_candidates", "正式候选已经确定，材料不能再改。")
def is_before_candidates(project: Any, actor: Any) -> bool:
    return _round_stands(project, "screening", "shortlisted", "reviewing")


@PROJECT.guard("in_review", "现在不在审议阶段。")
def is_in_review(project: Any, actor: Any) -> bool:
    return _round_stands(project, "reviewing")


@PROJECT.guard("complete", "候选材料没有填全，请补全建设内容、目标、资金、单位、时间、节点和可行性意见。")
def is_complete(project: Any, actor: Any) -> bool:
    version = project.version
    whole = version is not None and all(getattr(version, name) not in (None, "") for name in NEEDED)
    return whole and bool(version.schedule) and version.schedule[-1][1] == 100


@PROJECT.guard("unforwarded", "已经报送。")
def is_unforwarded(project: Any, actor: Any) -> bool:
    return project.adjustment is not None and project.adjustment.forwarded_at is None


@PROJECT.guard("forwarded", "政府办公室还没有报送调整申请。")
def is_forwarded(project: Any, actor: Any) -> bool:
    return project.adjustment is not None and project.adjustment.forwarded_at is not None


@PROJECT.guard("no_live_vote", "正在表决，公布结果后自动生效。")
def has_no_live_vote(project: Any, actor: Any) -> bool:
    asked = project.adjustment
    return asked is None or asked.poll is None or asked.poll.state in ("void", "published")


@PROJECT.guard("all_done", "责任单位还没有报告完成 100%。")
def is_all_done(project: Any, actor: Any) -> bool:
    report = project.last_report
    return report is not None and report.percent == 100


@PROJECT.guard("next_year", "结转到的那一年还没有转入实施。")
def is_next_year(project: Any, actor: Any) -> bool:
    return project.carried_to is not None and project.round is not None and _stands_in_the_year(project)


def _stands_in_the_year(project: Any) -> bool:
    rounds = type(project.round)._base_manager.filter(organ=project.organ_id, year=project.carried_to)
    return rounds.filter(state="implementing").exists()


@PROJECT.guard("unrated_by_me", "您已经评价过这个项目。")
def is_unrated_by_me(project: Any, actor: Any) -> bool:
    mine = {seat.id for seat in actor.facts.seats}
    return not any(rating.seat_id in mine for rating in project.ratings.all() if rating.seat_id is not None)
