"""机构改革: a department goes into another by a plan that is shown, applied and undone; dates, codes and history stay."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, Organ, Post
from clocks.models import Deadline
from config.demo.time import pass_time
from deputies import handovers, mergers
from deputies.models import Deputy, Handover, Seat
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from suggestions.models import Assignment, Avoidance, Opinion, Referral, SubjectUnit, Suggestion, Tally
from suggestions.workflow import assignment as work, opinion as verbs, tallies
from tests.cast import people
from tests.suggestions.citizens import START, Citizens
from tests.suggestions.narrator import Narrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def merge(tell: Narrator, unit: str = "dh-zjj", into: str = "dh-jtj") -> Handover:
    organs = tell.cast.organs
    plan = mergers.plan(organs[unit], organs[into], by=tell.cast.sun)
    return handovers.apply(plan, by=tell.cast.sun)


def organ_of(assignment: Assignment) -> str:
    return Assignment.objects.get(pk=assignment.pk).organ.code


def owed(assignment: Assignment) -> list[tuple[str, Any, str]]:
    rows = Deadline.objects.open().of(assignment).select_related("organ").order_by("kind")
    return [(row.kind, row.due_at, row.organ.code if row.organ else "") for row in rows]


def moved(rows: list[tuple[str, Any, str]], unit: str, into: str) -> list[tuple[str, Any, str]]:
    return [(kind, due, into if organ == unit else organ) for kind, due, organ in rows]


def afresh(tell: Narrator) -> None:
    """Everybody's posts are read anew, as in the next request."""
    for user in tell.cast.users.values():
        user.__dict__.pop("facts", None)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return client


def test_what_is_live_goes_on_with_its_dates_and_what_is_done_stays(tell: Narrator) -> None:
    signed, waiting = tell.of(tell.signed()), tell.of(tell.assigned())
    promised, done = tell.promised(), tell.of(tell.rated(tell.replied()))
    dates = {part.pk: owed(part) for part in (signed, waiting)}
    plan = merge(tell)
    assert [organ_of(part) for part in (signed, waiting, promised.assignment, done)] == [
        "dh-jtj", "dh-jtj", "dh-jtj", "dh-zjj",
    ]  # fmt: skip
    for part in (signed, waiting):
        assert owed(part) == moved(dates[part.pk], "dh-zjj", "dh-jtj")
        assert Assignment.objects.get(pk=part.pk).state == part.state
    promise = Deadline.objects.open().of(promised).filter(kind="promise").get()
    assert promise.organ.code == "dh-jtj"
    step = signed.steps.get(verb="follow_merger")
    assert (step.recorded, step.before) == ({"from": "dh-zjj", "to": "dh-jtj"}, step.after)
    organ = Organ.objects.get(code="dh-zjj")
    assert (organ.merged_into.code, organ.closed_on) == ("dh-jtj", clock.today())
    assert organ not in Organ.objects.live()
    assert {row.label for row in handovers.rows_of(plan)} >= {"市住建局（dh-zjj）"}
    handovers.undo(plan, by=tell.cast.sun)
    assert [organ_of(part) for part in (signed, waiting, promised.assignment)] == ["dh-zjj"] * 3
    assert {part.pk: owed(part) for part in (signed, waiting)} == dates
    assert Organ.objects.get(code="dh-zjj") in Organ.objects.live()


def test_its_people_work_on_in_the_other_unit(tell: Narrator) -> None:
    part = tell.of(tell.signed())
    plan = merge(tell)
    roles = set(Post.objects.live().filter(organ__code="dh-jtj").values_list("user__name", "role"))
    assert roles == {
        ("丁洋", "handler_clerk"), ("叶宏", "handler_lead"), ("高峰", "handler_clerk"), ("郑伟", "handler_clerk"),
    }  # fmt: skip
    assert not Post.objects.live().filter(organ__code="dh-zjj").exists()
    afresh(tell)
    work.record_contact(
        Assignment.objects.get(pk=part.pk), by=tell.cast.gao, method="phone", at=clock.now(), summary="电话沟通"
    )
    assert tell.cast.gao.has_perm("suggestions.work_assignment", Assignment.objects.get(pk=part.pk))
    handovers.undo(plan, by=tell.cast.sun)
    live = Post.objects.live().filter(organ__code="dh-zjj").values_list("user__name", "role")
    assert set(live) == {("高峰", "handler_clerk"), ("郑伟", "handler_lead")}
    assert Post.objects.live().filter(organ__code="dh-jtj").count() == 2


def test_both_units_and_the_deputy_are_told(tell: Narrator) -> None:
    suggestion = tell.signed()
    pass_time(clock.now() + timedelta(minutes=2))
    merge(tell)
    pass_time(clock.now() + timedelta(minutes=2))
    heard = Notice.objects.filter(title__startswith="承办单位合并", number=suggestion.number)
    assert {notice.user.name for notice in heard} >= {"王建国", "高峰", "丁洋", "叶宏"}


def test_of_two_parts_of_one_suggestion_the_assisting_one_gives_way(tell: Narrator) -> None:
    row = tell.signed(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
    main, assist = tell.of(row, "dh-zjj"), tell.of(row, "dh-jtj")
    dates = owed(assist)
    plan = merge(tell)
    assist.refresh_from_db()
    assert (organ_of(main), assist.state, owed(assist)) == ("dh-jtj", "released", [])
    handovers.undo(plan, by=tell.cast.sun)
    assist.refresh_from_db()
    assert (organ_of(main), assist.state, assist.released_at) == ("dh-zjj", "signed", None)
    assert owed(assist) == dates


def test_the_merged_units_assistance_gives_way_to_the_main_part_of_the_other(tell: Narrator) -> None:
    row = tell.signed(("dh-jtj", "main"), ("dh-zjj", "assist"), mode="main_assist")
    merge(tell)
    assert tell.of(row, "dh-zjj").state == "released"
    assert tell.of(row, "dh-jtj").state == "signed"


def test_two_answers_that_wait_for_their_rating_are_settled_first(tell: Narrator) -> None:
    row = tell.signed(("dh-zjj", "main"), ("dh-jtj", "main"), mode="separate")
    tell.replied(row, "dh-zjj")
    tell.replied(Suggestion.objects.get(pk=row.pk), "dh-jtj")
    organs = tell.cast.organs
    with pytest.raises(GuardFailed, match="两个单位都已答复"):
        mergers.preview(organs["dh-zjj"], organs["dh-jtj"])
    page = as_(tell.cast.sun).get("/admin/organs/merge/", {"unit": "dh-zjj", "into": "dh-jtj"}).content.decode()
    assert "两个单位都已答复" in page


def test_referrals_and_avoidance_go_along(tell: Narrator) -> None:
    citizens = Citizens(tell.cast)
    referral = verbs.refer(citizens.claimed(), by=tell.cast.chen, organ="dh-zjj").referrals.get()
    hidden = citizens.say()
    Avoidance.objects.create(
        opinion=hidden, concern="department", organ=tell.cast.organs["dh-zjj"], why="反映的就是这个单位", by_label="周静",
        at=clock.now(),
    )  # fmt: skip
    due = Deadline.objects.open().under(referral.opinion).get(kind="refer")
    plan = merge(tell)
    assert Referral.objects.get(pk=referral.pk).organ.code == "dh-jtj"
    moved_due = Deadline.objects.get(pk=due.pk)
    assert (moved_due.organ.code, moved_due.due_at) == ("dh-jtj", due.due_at)
    afresh(tell)
    assert Opinion.objects.visible_to(tell.cast.ding).filter(pk=referral.opinion_id).exists()
    assert set(Avoidance.objects.filter(opinion=hidden).values_list("organ__code", flat=True)) == {"dh-zjj", "dh-jtj"}
    handovers.undo(plan, by=tell.cast.sun)
    assert Referral.objects.get(pk=referral.pk).organ.code == "dh-zjj"
    assert set(Avoidance.objects.filter(opinion=hidden).values_list("organ__code", flat=True)) == {"dh-zjj"}


def test_table_employer_and_numbers_follow(tell: Narrator) -> None:
    organs = tell.cast.organs
    line = SubjectUnit.objects.create(congress=organs["dh-rd"], organ=organs["dh-zjj"], keywords="电梯")
    Deputy.objects.filter(code="D00001").update(employer=organs["dh-zjj"])
    tell.signed()
    tallies.fold_all()
    merge(tell)
    tallies.fold_all()
    line.refresh_from_db()
    assert line.organ.code == "dh-jtj"
    assert Deputy.objects.get(code="D00001").employer.code == "dh-jtj"
    assert set(Tally.objects.filter(kind="assignment").values_list("organ__code", flat=True)) == {"dh-jtj"}
    assert tallies.recount() == []


def test_a_part_finished_meanwhile_stays_where_it_was_finished(tell: Narrator) -> None:
    row = tell.signed()
    plan = merge(tell)
    afresh(tell)
    work.record_contact(tell.of(row, "dh-jtj"), by=tell.cast.gao, method="phone", at=clock.now(), summary="电话沟通")
    tell.replied(Suggestion.objects.get(pk=row.pk), "dh-jtj")
    tell.rated(Suggestion.objects.get(pk=row.pk), "dh-jtj")
    handovers.undo(plan, by=tell.cast.sun)
    assert row.assignments.get().organ.code == "dh-jtj"


def test_what_changed_since_the_plan_was_shown_stops_it(tell: Narrator) -> None:
    organs, sun = tell.cast.organs, tell.cast.sun
    _, seen = mergers.preview(organs["dh-zjj"], organs["dh-jtj"])
    tell.signed()
    with pytest.raises(handovers.PlanChanged):
        mergers.plan(organs["dh-zjj"], organs["dh-jtj"], by=sun, seen=seen)
    plan = mergers.plan(organs["dh-zjj"], organs["dh-jtj"], by=sun)
    tell.assigned()
    with pytest.raises(handovers.PlanChanged):
        handovers.apply(plan, by=sun)


@pytest.mark.parametrize(
    ("unit", "into"), [("dh-zjj", "dh-zjj"), ("dh-gov", "dh-zjj"), ("dh-zjj", "dh-gov"), ("dh-rd", "dh-jtj")]
)
def test_only_two_departments_of_one_congress_are_merged(tell: Narrator, unit: str, into: str) -> None:
    organs = tell.cast.organs
    with pytest.raises(Invalid):
        mergers.preview(organs[unit], organs[into])
    for stranger in (tell.cast.liu, tell.cast.zheng, tell.cast.shi):
        with pytest.raises(Forbidden):
            mergers.plan(organs["dh-zjj"], organs["dh-jtj"], by=stranger)


def test_the_console_shows_settles_applies_and_undoes(tell: Narrator) -> None:
    row = tell.signed()
    client = as_(tell.cast.chen)
    assert "请选择" in client.get("/admin/organs/merge/?unit=&into=").content.decode()
    page = client.get("/admin/organs/merge/", {"unit": "dh-zjj", "into": "dh-jtj"})
    assert "由市交通局继续办理，期限不变" in page.content.decode()
    typed = {"unit": "dh-zjj", "into": "dh-jtj", "seen": page.context["seen"]}
    assert client.post("/admin/organs/merge/", {**typed, "seen": "old"}).status_code == 422
    answer = client.post("/admin/organs/merge/", typed)
    plan = Handover.objects.get()
    assert answer.url == f"/admin/handovers/{plan.pk}/"
    client.post(f"{answer.url}apply/")
    assert row.assignments.get().organ.code == "dh-jtj"
    client.post(f"{answer.url}undo/")
    assert row.assignments.get().organ.code == "dh-zjj"
    assert as_(tell.cast.luo).get("/admin/organs/merge/").status_code == 403


def test_a_plan_for_many_seats_costs_what_one_for_two_costs(tell: Narrator) -> None:
    tell.signed()
    Citizens(tell.cast).claimed()
    seats = list(Seat.objects.select_related("deputy__user", "organ", "term").filter(state="active").order_by("pk"))
    assert len(seats) > 4

    def cost(some: list[Seat]) -> int:
        with CaptureQueriesContext(connection) as caught:
            handovers.preview(handovers.change("seat_ended", some))
        return len(caught)

    assert cost(seats) == cost(seats[:2])
