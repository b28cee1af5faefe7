"""机构改革: a department is merged into another; what it has in hand goes on there, dates kept (lifecycles.md §7.3)."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Organ
from accounts.rules import DWC
from accounts.states import OrganKind
from deputies import handovers
from deputies.models import Handover
from ground.errors import Forbidden, Invalid


def units_of(actor: Any) -> QuerySet[Organ]:
    """The departments the actor's congress offices hand work to."""
    congresses = {post.congress_id for post in actor.facts.posts if post.role in DWC}
    return Organ.objects.live().filter(congress__in=congresses, kind=OrganKind.DEPARTMENT).order_by("code")


def preview(organ: Organ, into: Organ) -> tuple[list[handovers.Row], str]:
    """What would move, and its digest. Raises Invalid, and GuardFailed for what has to be settled first."""
    check_fit(organ, into)
    return handovers.preview(handovers.change("organ_merged", [organ], {organ.pk: into}))


def plan(organ: Organ, into: Organ, *, by: Any, seen: str = "") -> Handover:
    """Stores the plan, to be applied on its own page. Raises Forbidden, Invalid, GuardFailed, PlanChanged."""
    if not by.has_perm("deputies.merge_organ", organ):
        raise Forbidden
    check_fit(organ, into)
    successors = {organ.pk: into}
    return handovers.plan("organ_merged", [organ], by=by, organ=organ.congress, successors=successors, seen=seen)


def check_fit(organ: Organ, into: Organ) -> None:
    """Two departments of one congress, both alive, neither above the other."""
    for one, name in ((organ, "unit"), (into, "into")):
        if one.kind != OrganKind.DEPARTMENT or one.merged_into_id or one.closed_on:
            raise Invalid(name, f"{one}不是在用的部门，不能合并。")
    if organ.congress_id != into.congress_id:
        raise Invalid("into", "只能并入同一级人大的部门。")
    if into.path.startswith(organ.path):
        raise Invalid("into", "不能并入它自己或它的下级。")
