"""机构改革 for what the committee asked for and decided: the work of a unit goes on in the other one, with its dates, and comes
back when the merger is undone."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Notice
from clocks.models import Deadline
from deputies import handovers, mergers
from deputies.handovers import Change
from deputies.models import Handover
from ground import clock
from ground.errors import GuardFailed
from suggestions.queries import desk
from tests.cast import Cast, people
from tests.votes.appraising import Appraising
from tests.votes.assembling import Assembling
from tests.votes.building import Building
from tests.votes.inquiring import Inquiring
from tests.votes.polling import START
from votes.handover_unit import VotesUnitsCarrier
from votes.models import AppraisalTarget, InquiryUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.at(START):
        yield people()


def merge(cast: Cast, into: str = "dh-jtj") -> Handover:
    plan = mergers.plan(cast.organs["dh-zjj"], cast.organs[into], by=cast.sun)
    return handovers.apply(plan, by=cast.sun)


def owed(matter: Any) -> dict[str, tuple[Any, str]]:
    rows = Deadline.objects.open().under(matter).select_related("organ")
    return {row.kind: (row.due_at, row.organ.code if row.organ else "") for row in rows}


def moved(dates: dict[str, tuple[Any, str]]) -> dict[str, tuple[Any, str]]:
    return {kind: (due, "dh-jtj" if code == "dh-zjj" else code) for kind, (due, code) in dates.items()}


@pytest.mark.parametrize("kind", ["project", "rectification", "deliberation"])
def test_the_work_goes_on_with_its_dates_and_comes_back(cast: Cast, kind: str) -> None:
    if kind == "project":
        _, (matter, _) = Building(cast).implementing()
    else:
        matter = Inquiring(cast).accepted() if kind == "rectification" else Appraising(cast).handed()
    before, state = owed(matter), matter.state
    assert "dh-zjj" in {code for _, code in before.values()}
    plan = merge(cast)
    assert matter.number in {row.label.split()[-1] for row in handovers.rows_of(plan)}
    matter.refresh_from_db()
    assert (matter.unit.code, matter.state, owed(matter)) == ("dh-jtj", state, moved(before))
    step = matter.steps.get(verb="follow_merger")
    assert (step.recorded, step.by_kind) == ({"from": "dh-zjj", "to": "dh-jtj"}, "system")
    assert "并入市交通局" in step.note
    assert Notice.objects.filter(user=cast.ding, number=matter.number, title__contains="请接着办理").exists()
    assert matter.pk in desk.owed_by(fresh(cast.ding)).filter(matter_kind=kind).values_list("matter_id", flat=True)
    handovers.undo(plan, by=cast.sun)
    matter.refresh_from_db()
    assert (matter.unit.code, owed(matter)) == ("dh-zjj", before)
    assert "单位合并已撤销" in matter.steps.filter(verb="follow_merger").latest("pk").note


def test_what_is_finished_stays_in_the_books_of_the_unit_that_did_it(cast: Cast) -> None:
    told = Appraising(cast)
    struck = told.struck_off().items.get(unit__code="dh-zjj")
    assert struck.state == "struck"
    merge(cast)
    struck.refresh_from_db()
    assert struck.unit.code == "dh-zjj" and not struck.steps.filter(verb="follow_merger").exists()


def test_a_unit_among_others_is_followed_unless_both_are_asked(cast: Cast) -> None:
    inquiry = Inquiring(cast).studying()
    target = Appraising(cast).running().targets.get(unit__code="dh-zjj", is_chosen=True)
    progress = Deadline.objects.open().get(object_kind="appraisaltarget", object_id=target.pk)
    with pytest.raises(GuardFailed) as refused:
        mergers.plan(cast.organs["dh-zjj"], cast.organs["dh-jyj"], by=cast.sun)  # 市教育局 is asked as well
    assert refused.value.code == "both_asked" and inquiry.number in refused.value.detail
    AppraisalTarget.objects.filter(appraisal=target.appraisal_id, unit__code="dh-jtj").delete()
    plan = merge(cast)
    assert set(InquiryUnit.objects.filter(inquiry=inquiry).values_list("organ__code", flat=True)) == {
        "dh-jtj",
        "dh-jyj",
    }
    target.refresh_from_db()
    progress.refresh_from_db()
    assert target.unit.code == progress.organ.code == "dh-jtj"
    handovers.undo(plan, by=cast.sun)
    target.refresh_from_db()
    progress.refresh_from_db()
    assert target.unit.code == progress.organ.code == "dh-zjj"


def test_an_opinion_of_an_assembly_goes_along(cast: Cast) -> None:
    told = Assembling(cast)
    told.sitting()
    opinion = told.assigned("nh-zjj")
    former, heir = told.cast.organs["nh-zjj"], cast.organs["dh-jtj"]
    change = Change("organ_merged", (former,), {former.pk: heir})
    [row] = VotesUnitsCarrier().plan(change)
    assert (row.kind, row.id, row.verb) == ("assemblyopinion", opinion.pk, "follow")
    VotesUnitsCarrier().apply([row], change, by=cast.sun)
    opinion.refresh_from_db()
    assert opinion.handler == heir and "dh-jtj" in {code for _, code in owed(opinion).values()}


def fresh(user: Any) -> Any:
    """Posts are facts of the next request."""
    return type(user).objects.get(pk=user.pk)
