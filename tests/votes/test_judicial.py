"""Appraisals of judges: a draw that can be repeated, sums that are shown, files that open with a reason, and nobody who should not
see anything of it, whichever way they come."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Anyone, Notice
from clocks.models import Deadline
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, WrongState
from ground.models import AuditLine
from ground.outbox import tell_steps
from suggestions.queries import desk
from suggestions.todo import waiting_for
from tests.cast import people
from tests.votes.judging import Judging
from tests.votes.polling import START
from tests.votes.test_api import api
from tests.votes.test_appraisal import client_of
from votes import draw
from votes.models import JudicialAppraisal, JudicialScore, Poll, RectificationItem
from votes.workflow import judicial, poll as polls, rectification

pytestmark = pytest.mark.django_db

INSIDE = {"chen", "sun", "shi", "shen"}


@pytest.fixture
def told() -> Iterator[Judging]:
    with clock.at(START):
        yield Judging(people())


# -- the list and the draw ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "taken"), [(date(2023, 3, 2), True), (date(2023, 3, 3), False)])
def test_only_who_has_been_in_post_for_three_years_is_listed(told: Judging, since: date, taken: bool) -> None:
    found = told.judicial()
    if taken:
        judicial.add_person(found, by=told.cast.chen, name="甲法官", post="审判员", since=since)
        return
    with pytest.raises(Invalid) as refused:
        judicial.add_person(found, by=told.cast.chen, name="甲法官", post="审判员", since=since)
    assert refused.value.errors[0][0] == "since"


def test_a_name_stands_on_the_list_once_and_positions_have_no_gap(told: Judging) -> None:
    found = told.judges_listed()
    with pytest.raises(Invalid):
        judicial.add_person(found, by=told.cast.chen, name="甲法官", post="民一庭审判员", since=date(2019, 5, 1))
    second = found.people.all()[1]
    judicial.remove_person(told.seen(found), by=told.cast.chen, person=second, reason="已调离。")
    assert [(p.position, p.name) for p in told.seen(found).people.all()] == [
        (1, "甲法官"),
        (2, "丙法官"),
        (3, "丁法官"),
    ]


def test_anybody_inside_can_repeat_the_draw(told: Judging) -> None:
    found = told.judges_drawn()
    digests = {n: sha256(f"{found.seed}-{n}".encode()).hexdigest() for n in range(1, 5)}
    assert sorted(person.position for person in found.chosen) == sorted(sorted(digests, key=digests.get)[:2])
    step = found.steps.last()
    assert step.recorded == {"seed": found.seed, "listed": 4, "drawn": draw.drawn(found.seed, 4, 2)}
    assert found.drawn_by == told.cast.chen and step.at - found.drawn_at < timedelta(seconds=9)
    page = client_of(told.cast.shen).get(f"/admin/judicial-appraisals/{found.number}/").content.decode()
    assert found.seed in page and digests[1][:12] in page
    with pytest.raises(WrongState):
        judicial.draw(found, by=told.cast.chen, witness="再抽一次")
    with pytest.raises(DatabaseError), transaction.atomic():
        JudicialAppraisal.objects.update(seed="")


def test_a_draw_takes_as_many_as_were_asked_for_whatever_the_seed() -> None:
    for seed in ("a", "b", "c"):
        found = draw.drawn(seed, 9, 4)
        assert len(set(found)) == 4 and found == sorted(found) and set(found) <= set(range(1, 10))
    assert len({tuple(draw.drawn(str(n), 9, 4)) for n in range(50)}) > 20


def test_fewer_on_the_list_than_to_be_drawn_are_not_drawn(told: Judging) -> None:
    with pytest.raises(GuardFailed) as refused:
        judicial.draw(told.judicial(), by=told.cast.chen, witness="唐勇")
    assert refused.value.code == "enough"
    for words in ({"places": 0}, {"court": told.cast.organs["dh-zjj"]}):
        with pytest.raises(Invalid):
            told.judicial(**words)


# -- cases, interviews, files ------------------------------------------------------------------------------------------


def test_the_sheet_is_whole_and_its_sum_is_shown(told: Judging) -> None:
    found = told.judges_drawn()
    person = found.chosen[0]
    for wrong in ({"points": {"程序合法": 90}}, {"points": {**told.marks(), "程序合法": 101}}, {"number": " "}):
        with pytest.raises(Invalid):
            told.sample(found, person, **wrong)
    undrawn = next(one for one in found.people.all() if not one.is_drawn)
    with pytest.raises(Invalid):
        told.sample(found, undrawn)
    told.sample(found, person)
    with pytest.raises(Invalid):
        told.sample(found, person)
    opened = judicial.open_file(told.seen(found), by=told.cast.shen, person=person, reason="写评查小结")
    case = opened.cases.get()
    assert (case.total, case.arithmetic) == (87.2, "30%×90＋25%×80＋25%×85＋20%×95＝87.2")
    with pytest.raises(DatabaseError), transaction.atomic():
        JudicialScore.objects.update(points=101)


def test_a_file_opens_with_a_reason_that_stays_on_record(told: Judging) -> None:
    found = told.judges_sampled()
    person = found.chosen[0]
    address = f"/admin/judicial-appraisals/{found.number}/people/{person.position}/"
    client = client_of(told.cast.shi)
    whole = client.get(f"/admin/judicial-appraisals/{found.number}/")
    assert "民间借贷" not in whole.content.decode() and "87.2" not in whole.content.decode()
    assert "民间借贷" not in client.get(address).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    assert not AuditLine.objects.filter(act="votes.open_judicial_file").exists()
    shown = client.post(address, {"reason": "主任会议研究"})
    assert "民间借贷" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    step = found.steps.last()
    assert (step.verb, step.by, step.note, step.recorded) == (
        "open_file", told.cast.shi, "主任会议研究", {"position": person.position}
    )  # fmt: skip
    assert AuditLine.objects.filter(act="votes.open_judicial_file", actor=f"user:{told.cast.shi.pk}").count() == 1
    with pytest.raises(Forbidden):
        judicial.open_file(told.seen(found), by=told.user(told.cast.tang), person=person, reason="看看")


# -- who sees it -------------------------------------------------------------------------------------------------------


def test_nobody_but_office_council_and_committee_sees_anything_before_the_letter(told: Judging) -> None:
    found = told.judges_voted()
    for key, user in told.cast.users.items():
        user = told.user(user)
        seen = JudicialAppraisal.objects.visible_to(user).exists()
        assert seen == (key in INSIDE), key
        status = client_of(user).get(f"/admin/judicial-appraisals/{found.number}/").status_code
        assert (status == 200) == (key in INSIDE), key
    assert not JudicialAppraisal.objects.visible_to(Anyone()).exists()


def test_the_poll_is_seen_by_its_office_its_officers_and_its_roll(told: Judging) -> None:
    poll = Poll.objects.get(pk=told.judges_voted().poll_id)
    seen = {k for k, user in told.cast.users.items() if Poll.objects.visible_to(told.user(user)).filter(pk=poll.pk)}
    assert seen == {"chen", "sun", "shi", "tang", "zhao", "cai", "he"}, "the last five count or vote"
    assert APIClient().get(f"/api/v1/polls/{poll.number}/").status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Poll.objects.filter(pk=poll.pk).update(is_public=True)
    assert Client().get(f"/polls/{poll.number}/").status_code == 404


def test_a_void_poll_stays_as_closed_as_the_one_that_follows(told: Judging) -> None:
    found = told.judges_in_rating()
    with pytest.raises(Invalid):
        polls.revise(told.fresh(found.poll), by=told.cast.chen, is_public=True)
    polls.void(told.fresh(found.poll), by=told.cast.sun, reason="名单有误")
    judicial.call_rating(told.seen(found), by=told.cast.chen)
    assert Poll.objects.count() == 2
    for outsider in (told.cast.cai, told.cast.tang, told.cast.wang):
        assert not Poll.objects.visible_to(told.user(outsider)).exists()


def test_what_has_to_be_put_right_is_seen_by_no_deputy_and_by_nobody_outside(told: Judging) -> None:
    found = told.judges_to_mend()
    item = found.items.get()
    seen = {k for k, user in told.cast.users.items() if RectificationItem.objects.visible_to(told.user(user)).exists()}
    assert seen == {*INSIDE, "jiang_min"}
    assert not RectificationItem.objects.visible_to(Anyone()).exists()
    assert Client().get(f"/rectifications/{item.number}/").status_code == 404
    assert api(told.cast.wang).get(f"/api/v1/rectifications/{item.number}/").status_code == 404
    assert client_of(told.cast.tang).get(f"/admin/rectifications/{item.number}/").status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        RectificationItem.objects.update(is_public=True)


def test_the_court_reads_the_letter_and_its_people_but_no_file(told: Judging) -> None:
    rated = told.judges_rated()
    liaison = client_of(told.cast.jiang_min)
    address = f"/desk/judicial-appraisals/{rated.number}/"
    assert liaison.get(address).status_code == 404
    judicial.feed_back(rated, by=told.cast.sun, text="请加强裁判文书说理。")
    tell_steps()
    page = liaison.get(address).content.decode()
    person = rated.chosen[0]
    assert "请加强裁判文书说理" in page and person.name in page and person.grade in page
    assert "民间借贷" not in page and "87.2" not in page and rated.seed not in page
    assert Notice.objects.filter(user=told.cast.jiang_min, url=address).exists()
    assert client_of(told.cast.gao).get(address).status_code == 403
    assert liaison.get(f"/admin/judicial-appraisals/{rated.number}/").status_code == 403


def test_no_notice_names_a_judge(told: Judging) -> None:
    told.judges_done()
    tell_steps()
    assert not Notice.objects.filter(title__contains="法官（").exists()
    assert not Notice.objects.filter(title__contains="甲法官").exists()


# -- the vote and what follows -----------------------------------------------------------------------------------------


def test_the_letter_is_owed_after_the_vote_and_the_list_is_worked_off_by_the_court(told: Judging) -> None:
    rated = told.judges_rated()
    assert [person.grade for person in rated.chosen] == ["满意", "基本满意"]
    owed = Deadline.objects.open().get(object_kind="judicial", object_id=rated.pk)
    assert (owed.kind, owed.organ) == ("feed_back", told.cast.organs["dh-rd"])
    assert "反馈履职评议意见" in [t.words for t in waiting_for(told.user(told.cast.sun))]
    found = told.judges_to_mend()
    item, head = found.items.get(), told.of_the_court()
    assert {d.code for d in desk.owed_by(head)} == {"rectification.accept"}
    assert client_of(head).get(f"/desk/rectifications/{item.number}/").status_code == 200
    with pytest.raises(GuardFailed) as refused:
        judicial.close(found, by=told.cast.sun)
    assert refused.value.code == "rectified"
    item = told.item_again(rectification.accept(item, by=head, owner="副院长", measure="集中培训"))
    item = told.item_again(rectification.report(item, by=head, text="已培训两次。"))
    item = told.item_again(rectification.claim_done(item, by=head, text="全部完成。"))
    rectification.strike(item, by=told.cast.sun, text="抽查属实。")
    assert judicial.close(told.seen(found), by=told.cast.sun).state == "closed"


def test_the_appraisal_is_in_no_list_of_a_city_above_or_a_township_below(told: Judging) -> None:
    told.judges_to_mend()
    assert client_of(told.cast.han).get("/admin/judicial-appraisals/").status_code == 403
    assert "法官检察官评议" not in client_of(told.cast.ma).get("/admin/").content.decode()
    page = client_of(told.cast.liu).get("/admin/judicial-appraisals/").content.decode()
    assert "2026 年市中级法院" not in page
    with clock.at(START + timedelta(days=30)):
        assert "裁判文书" not in client_of(told.cast.wang).get("/my/").content.decode()
