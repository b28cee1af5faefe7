"""Who may do what to an appraisal of judges or prosecutors, and the guards its edges name."""

from typing import Any

import rules

from accounts.rules import holds
from accounts.states import OrganKind, Role
from votes.queries.judicial import OF_COURT, OFFICE
from votes.rules.deliberation import keeps, leads_council, leads_office, serves_committee
from votes.states.judicial import JUDICIAL

COURTS = (OrganKind.COURT, OrganKind.PROCURATORATE)


def opens_judicial(actor: Any) -> bool:
    """Who finds it on the console; a township has no court."""
    at_congress = any(
        post.role in OFFICE and post.kind == "congress" and post.level != "town" for post in actor.facts.posts
    )
    return at_congress or holds(actor, Role.SPECIAL_COMMITTEE)


def is_of_court(actor: Any) -> bool:
    """Who finds it on the desk."""
    return any(post.role in OF_COURT and post.kind in COURTS for post in actor.facts.posts)


rules.add_perm("votes.keep_judicial", keeps)
rules.add_perm("votes.lead_judicial", leads_office)
rules.add_perm("votes.study_judicial", keeps | serves_committee)
rules.add_perm("votes.read_judicial", keeps | serves_committee | leads_council)


@JUDICIAL.guard("listed", "名单里还没有人。")
def is_listed(appraisal: Any, actor: Any) -> bool:
    return bool(appraisal.people.all())


@JUDICIAL.guard("enough", "名单里的人数要不少于抽取的人数，请先录入。")
def is_enough(appraisal: Any, actor: Any) -> bool:
    return len(appraisal.people.all()) >= appraisal.places


@JUDICIAL.guard("all_sampled", "每个评议对象至少评查一件案件。")
def are_all_sampled(appraisal: Any, actor: Any) -> bool:
    return all(person.cases.all() for person in appraisal.chosen)


@JUDICIAL.guard("rating_void", "测评正在进行。")
def is_rating_void(appraisal: Any, actor: Any) -> bool:
    return appraisal.poll is not None and appraisal.poll.state == "void"


@JUDICIAL.guard("rating_published", "请先在票决里完成测评并公布结果。")
def is_rating_published(appraisal: Any, actor: Any) -> bool:
    return appraisal.poll is not None and appraisal.poll.state == "published"


@JUDICIAL.guard("rectified", "整改清单还没有全部销号或者转为长期整改。")
def is_rectified(appraisal: Any, actor: Any) -> bool:
    return all(item.state in ("struck", "long_term") for item in appraisal.items.all())
