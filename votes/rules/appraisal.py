"""Who may do what to a work appraisal, and the guards its edges name."""

from datetime import date, timedelta
from typing import Any

import rules

from accounts.rules import UNIT, has_role
from accounts.states import Role
from ground import clock
from votes.rules.deliberation import keeps, leads_office, serves_committee
from votes.states.appraisal import APPRAISAL

PROBLEMS = 3  # each chosen department gets so many by name
TWO_MONTHS = timedelta(days=59)


def own_targets(actor: Any, appraisal: Any, *roles: str) -> list[Any]:
    """The chosen units the actor acts for."""
    return [target for target in appraisal.chosen if has_role(actor, target.unit_id, *(roles or UNIT))]


@rules.predicate
def is_appraised(actor: Any, appraisal: Any) -> bool:
    return bool(own_targets(actor, appraisal))


@rules.predicate
def leads_appraised(actor: Any, appraisal: Any) -> bool:
    return bool(own_targets(actor, appraisal, Role.HANDLER_LEAD))


rules.add_perm("votes.keep_appraisal", keeps)
rules.add_perm("votes.lead_appraisal", leads_office)
rules.add_perm("votes.study_appraisal", keeps | serves_committee)
rules.add_perm("votes.work_appraisal", is_appraised)
rules.add_perm("votes.sign_appraisal", leads_appraised)


def this_month() -> date:
    return clock.today().replace(day=1)


def owes_month(target: Any) -> bool:
    return not any(row.month == this_month() for row in target.progress.all())


@APPRAISAL.guard("ballot_void", "票决正在进行。")
def is_ballot_void(appraisal: Any, actor: Any) -> bool:
    return appraisal.ballot is not None and appraisal.ballot.state == "void"


@APPRAISAL.guard("ballot_published", "请先在票决里完成投票、计票并公布结果。")
def is_ballot_published(appraisal: Any, actor: Any) -> bool:
    return appraisal.ballot is not None and appraisal.ballot.state == "published"


@APPRAISAL.guard("rating_void", "满意度测评正在进行。")
def is_rating_void(appraisal: Any, actor: Any) -> bool:
    return appraisal.poll is not None and appraisal.poll.state == "void"


@APPRAISAL.guard("rating_published", "请先在票决里完成测评并公布结果。")
def is_rating_published(appraisal: Any, actor: Any) -> bool:
    return appraisal.poll is not None and appraisal.poll.state == "published"


@APPRAISAL.guard("problems_wanted", "每个单位三个突出问题都已列出。")
def are_problems_wanted(appraisal: Any, actor: Any) -> bool:
    return any(len(target.problems.all()) < PROBLEMS for target in appraisal.chosen)


@APPRAISAL.guard("problems_named", "请先给每个评议对象列出三个突出问题。")
def are_problems_named(appraisal: Any, actor: Any) -> bool:
    return not are_problems_wanted(appraisal, actor)


@APPRAISAL.guard("unpledged", "本单位已经公开承诺。")
def is_unpledged(appraisal: Any, actor: Any) -> bool:
    return any(not target.pledge for target in own_targets(actor, appraisal, Role.HANDLER_LEAD))


@APPRAISAL.guard("month_open", "本月进展已经报告，下个月再报。")
def is_month_open(appraisal: Any, actor: Any) -> bool:
    return any(owes_month(target) for target in own_targets(actor, appraisal))


@APPRAISAL.guard("all_scored", "还有评议对象没有打分。")
def is_all_scored(appraisal: Any, actor: Any) -> bool:
    return all(target.total is not None for target in appraisal.chosen)


@APPRAISAL.guard("two_months_on", "结果公布两个月后再回访。")
def are_two_months_on(appraisal: Any, actor: Any) -> bool:
    return appraisal.published_at is not None and clock.now() >= appraisal.published_at + TWO_MONTHS
