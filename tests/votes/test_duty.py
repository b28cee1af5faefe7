"""Duty reports: who owes what by when, sums that PostgreSQL holds, two pairs of eyes, what stays inside and what everybody reads."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Anyone, Notice
from clocks.models import Deadline, RulePolicy
from clocks.sweep import sweep
from deputies.models import DutyLine
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, WrongState
from ground.models import Message
from ground.outbox import tell_steps
from suggestions.todo import waiting_for
from tests.cast import people
from tests.factories import a_seat
from tests.votes.polling import START
from tests.votes.reporting import BAD, GOOD, TEXT, Reporting
from tests.votes.test_appraisal import client_of
from votes.duty_draft import draft_of
from votes.models import DutyRating, DutyReport, DutySession
from votes.queries.duty import unreported
from votes.workflow import duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Reporting]:
    with clock.at(START):
        yield Reporting(people())


def dues(obj, kind: str) -> dict[str, Deadline]:
    return {d.kind: d for d in Deadline.objects.open().filter(object_kind=kind, object_id=obj.pk)}


def refused(run) -> Invalid:
    with pytest.raises(Invalid) as found, transaction.atomic():
        run()
    return found.value


# -- before the session ------------------------------------------------------------------------------------------------


def test_a_called_deputy_owes_the_report_by_the_day_that_was_named(told: Reporting) -> None:
    session = told.duty_called("qs-rd")
    report = session.reporting[0]
    owed = dues(report, "dutyreport")["write"]
    assert (owed.user, owed.due_at.astimezone(clock.SHANGHAI).date()) == (told.cast.zhang, told.in_days(7))
    found = waiting_for(told.user(told.cast.zhang))
    assert [(t.words, t.url, t.actions) for t in found] == [
        ("提交述职报告", f"/my/duty-sessions/{session.number}/", ["write_report"])
    ]
    tell_steps()
    assert Notice.objects.filter(user=told.cast.zhang, title=f"请您述职：{session.title}").exists()
    assert Message.objects.filter(recipient_id=told.cast.zhang.pk, template="votes.act").exists()
    duty.write_report(report, by=told.user(told.cast.zhang), text=TEXT)
    assert waiting_for(told.user(told.cast.zhang)) == [] and dues(report, "dutyreport") == {}


def test_a_silent_deputy_is_reminded_and_the_office_hears_of_it(told: Reporting) -> None:
    session = told.duty_called("qs-rd")
    with clock.at(START + timedelta(days=8)):
        sweep()
        tell_steps()
        titles = set(Notice.objects.filter(url__contains=session.number).values_list("user__name", "title"))
        assert ("张海", f"提交述职报告已逾期：{session.title}") in titles
        assert ("韩卫", f"提交述职报告已逾期：{session.title}") in titles
        duty.chase(told.session(session), by=told.cast.han, note="明天就要付印。")


def test_a_report_may_be_written_anew_until_the_session_is_held(told: Reporting) -> None:
    session = told.duty_begun("qs-rd")
    report = told.first(session)
    duty.write_report(report, by=told.user(told.cast.zhang), text=f"{TEXT}（改）", way="written")
    duty.hold(told.session(session), by=told.cast.han, came=60)
    with pytest.raises(WrongState):
        duty.write_report(told.report(report), by=told.user(told.cast.zhang), text=TEXT)
    assert told.report(report).text.endswith("（改）")


def test_only_the_deputy_writes_but_for_one_without_an_account(told: Reporting) -> None:
    report = told.first(told.duty_called("qs-rd"))
    for stranger in (told.cast.han, told.cast.wang):
        with pytest.raises(Forbidden):
            duty.write_report(report, by=told.user(stranger), text=TEXT)
    old = a_seat(told.cast, organ="qs-rd", name="老代表")
    session = told.session(duty.name_deputies(report.session, by=told.cast.han, seats=[old]))
    paper = next(r for r in session.reporting if r.seat_id == old.pk)
    assert (paper.state, dues(paper, "dutyreport")["write"].organ) == ("called", told.cast.organs["qs-rd"])
    duty.write_report(told.report(paper), by=told.user(told.cast.han), text=TEXT)


def test_the_draft_tells_what_the_platform_knows_and_asks_for_the_rest(told: Reporting) -> None:
    report = told.first(told.duty_called("qs-rd"))
    draft = draft_of(report, told.user(told.cast.zhang))
    assert "我是清水镇人大" in draft or "清水镇" in draft
    assert "接办群众意见 0 件" in draft and duty.TO_FILL in draft
    assert refused(lambda: duty.write_report(report, by=told.user(told.cast.zhang), text=draft)).errors[0][0] == "text"


@pytest.mark.parametrize("words", [{"starts_at": START}, {"title": " "}, {"place": ""}, {"electorate": ""}])
def test_a_plan_needs_a_day_to_come_and_a_place(told: Reporting, words: dict) -> None:
    assert refused(lambda: told.duty_planned(**words)).errors[0][0] == next(iter(words))


def test_only_deputies_of_the_congress_report(told: Reporting) -> None:
    assert refused(lambda: told.duty_planned("qs-rd", "D00001")).errors[0][0] == "seats"


def test_a_report_cannot_be_due_after_the_session(told: Reporting) -> None:
    session = told.duty_planned()
    for due_on in (told.in_days(11), told.in_days(-1)):
        assert refused(lambda due_on=due_on: duty.call(session, by=told.cast.chen, due_on=due_on)).errors[0][0] == (
            "due_on"
        )


def test_grades_are_those_of_the_place(told: Reporting) -> None:
    city = told.cast.organs["dh-rd"]
    rule = RulePolicy.objects.create(
        organ=city, code="duty.grades", version=1, value="content", valid_from=START.date()
    )
    assert told.duty_planned().grades == ("满意", "基本满意", "不满意")
    RulePolicy.objects.filter(pk=rule.pk).update(value="marks")
    assert "duty.grades" in refused(told.duty_planned).detail


# -- the session -------------------------------------------------------------------------------------------------------


def test_it_is_not_held_before_its_hour_nor_without_the_reports(told: Reporting) -> None:
    with pytest.raises(GuardFailed) as early:
        duty.hold(told.duty_written(), by=told.cast.chen, came=60)
    with told.before():
        called = told.duty_called()
    with pytest.raises(GuardFailed) as unwritten:
        duty.hold(called, by=told.cast.chen, came=60)
    assert (early.value.code, unwritten.value.code) == ("begun", "all_written")


def test_whoever_does_not_report_this_time_is_excused_and_stays_on_the_list(told: Reporting) -> None:
    with told.before():
        session = told.duty_called()
        for report in session.reporting[1:]:
            duty.write_report(report, by=told.user(report.seat.deputy.user), text=TEXT)
    away, there = told.report(session.reporting[0]), told.cast.seat("D00002")
    duty.excuse(away, by=told.cast.chen, reason="住院。")
    held = told.session(duty.hold(told.session(session), by=told.cast.chen, came=60))
    assert [report.seat for report in held.heard] == [there]
    left = set(unreported(told.cast.terms["dh-rd"]).values_list("pk", flat=True))
    assert away.seat_id in left and there.pk not in left
    assert DutyLine.objects.filter(event="duty.reported").count() == 1


def test_fewer_voters_than_the_rule_says_need_a_reason(told: Reporting) -> None:
    session = told.duty_begun()
    found = refused(lambda: duty.hold(session, by=told.cast.chen, came=49))
    assert found.errors[0] == ("few_why", "到会选民 49 人，少于规定的 50 人：请另行召开，或者写明原因。")
    duty.hold(session, by=told.cast.chen, came=49, few_why="当天大雪封路。")
    assert told.session(session).few_why == "当天大雪封路。"
    unit = told.duty_begun(listeners="electors")
    duty.hold(unit, by=told.cast.chen, came=20)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"issued": 59}, "issued"),
        ({"returned": 59}, "returned"),
        ({"valid": 54}, "valid"),
        ({"counts": [30, 18, 5, 3]}, "counts"),
        ({"counts": [30, 18, 7]}, "counts"),
        ({"counts": [57, 0, 0, -2]}, "issued"),
    ],
)
def test_ballots_that_do_not_add_up_are_refused_with_the_sum(told: Reporting, change: dict, where: str) -> None:
    report = told.first(told.duty_held())
    found = refused(lambda: duty.key_rating(report, by=told.cast.chen, **{**GOOD, **change}))
    assert found.errors[0][0] == where
    assert not DutyRating.objects.exists()


@pytest.mark.parametrize("change", [{"issued": 55}, {"spoiled": 2}, {"first": 31}, {"fourth": None}])
def test_postgresql_holds_the_sums(told: Reporting, change: dict) -> None:
    told.duty_keyed("D00001")
    with pytest.raises(DatabaseError), transaction.atomic():
        DutyRating.objects.update(**change)


def test_the_counts_are_compared_by_somebody_else(told: Reporting) -> None:
    report = told.first(told.duty_keyed("D00001"))
    with pytest.raises(GuardFailed) as own:
        duty.confirm_rating(report, by=told.cast.chen)
    assert own.value.code == "another_hand"
    with pytest.raises(DatabaseError), transaction.atomic():
        DutyRating.objects.update(confirmed_by=told.cast.chen)
    duty.key_rating(told.report(report), by=told.cast.sun, **BAD)
    assert told.report(report).rating.by == told.cast.sun, "who keyed it in anew does not compare it"
    duty.confirm_rating(told.report(report), by=told.cast.chen)


def test_a_township_with_one_person_is_compared_from_above(told: Reporting) -> None:
    report = told.first(told.duty_held("qs-rd"))
    duty.key_rating(report, by=told.cast.han, **GOOD)
    tell_steps()
    assert Notice.objects.filter(user=told.cast.chen, title__startswith="张海代表的测评票数请核对").exists()
    duty.confirm_rating(told.report(report), by=told.user(told.cast.chen))


# -- the result --------------------------------------------------------------------------------------------------------


def test_nothing_is_public_before_everybody_was_fed_back_and_the_lead_publishes(told: Reporting) -> None:
    session = told.duty_compared()
    duty.give_feedback(told.first(session), by=told.cast.chen, text="继续努力。")
    with pytest.raises(GuardFailed) as early:
        duty.publish(told.session(session), by=told.cast.sun)
    assert early.value.code == "all_fed_back"
    assert not DutyReport.objects.visible_to(Anyone()).exists()
    assert Client().get(f"/duty-reports/{told.first(session).number}/").status_code == 404


def test_everybody_reads_report_questions_and_counts_but_not_what_was_written_to_the_deputy(told: Reporting) -> None:
    report = told.first(told.duty_public("D00001"))
    page = Client().get(f"/duty-reports/{report.number}/").content.decode()
    assert "推动修通大湾村道路" in page and "大湾村的路什么时候修" in page and "54.5%" in page
    assert "优秀 30＋称职 18＋基本称职 5＋不称职 2＝有效票 55" in page
    assert "希望多走访" not in page
    shown = APIClient().get(f"/api/v1/duty-reports/{report.number}/").json()
    assert shown["rating"]["lines"][0] == {"grade": "优秀", "n": 30, "share": 54.5}
    assert "feedback" not in shown and "rectification" not in shown
    assert report.number in Client().get("/d/D00001/").content.decode()
    own = client_of(told.cast.wang).get(f"/my/duty-sessions/{report.session.number}/").content.decode()
    assert "希望多走访" in own


def test_a_deputy_reads_no_other_deputys_report_before_it_is_public(told: Reporting) -> None:
    session = told.duty_written()
    seen = DutyReport.objects.visible_to(told.user(told.cast.wang))
    assert [report.seat_id for report in seen] == [told.cast.seat("D00001").pk]
    assert not DutySession.objects.visible_to(told.user(told.cast.zhang)).exists()
    assert client_of(told.cast.zhang).get(f"/my/duty-sessions/{session.number}/").status_code == 404


def test_more_than_half_in_the_lowest_grade_owe_a_written_rectification(told: Reporting) -> None:
    report = told.first(told.duty_public("D00001", rating=BAD))
    assert report.state == "rectifying"
    owed = dues(report, "dutyreport")["rectify"]
    assert (owed.user, owed.due_at.astimezone(clock.SHANGHAI).date().isoformat()) == (told.cast.wang, "2026-04-02")
    assert [t.words for t in waiting_for(told.user(told.cast.wang))] == ["提交书面整改"]
    duty.rectify(report, by=told.user(told.cast.wang), text="一、每月进站两次。")
    duty.return_rectification(told.report(report), by=told.cast.sun, reason="没有写时间。")
    page = client_of(told.cast.wang).get(f"/my/duty-sessions/{report.session.number}/").content.decode()
    assert "没有写时间" in page
    assert "没有写时间" not in Client().get(f"/duty-reports/{report.number}/").content.decode()
    duty.rectify(told.report(report), by=told.user(told.cast.wang), text="一、每月进站两次，6 月底前做到。")
    assert [t.words for t in waiting_for(told.user(told.cast.sun))] == ["审核述职整改"]
    duty.accept_rectification(told.report(report), by=told.cast.sun)
    assert dues(report, "dutyreport") == {}


@pytest.mark.parametrize(("others", "state"), [(27, "published"), (26, "rectifying")])
def test_half_is_not_more_than_half(told: Reporting, others: int, state: str) -> None:
    valid = others + 27
    rating = {"issued": 58, "returned": valid, "valid": valid, "spoiled": 0, "counts": [others, 0, 0, 27]}
    assert told.first(told.duty_public("D00001", rating=rating)).state == state


def test_a_cancelled_session_leaves_nothing_owed(told: Reporting) -> None:
    session = told.duty_cancelled()
    assert {report.state for report in session.reports.all()} == {"excused"}
    assert not Deadline.objects.open().filter(matter_kind="dutysession").exists()
    tell_steps()
    assert Notice.objects.filter(user=told.cast.wang, title__startswith="述职评议会已取消").exists()
    again = told.duty_called()
    assert len(again.reporting) == 2


def test_the_board_says_what_is_late_and_offers_what_helps(told: Reporting) -> None:
    held, called = told.duty_held("qs-rd"), told.duty_called("qs-rd")
    with clock.at(START + timedelta(days=9)):
        page = client_of(told.cast.han).get("/admin/supervise/").content.decode()
        assert "未提交述职报告" in page and f"/admin/duty-sessions/{called.number}/chase/" in page
    with clock.at(START + timedelta(days=60)):
        page = client_of(told.cast.han).get("/admin/supervise/").content.decode()
        assert "述职评议未公布" in page and held.number in page
        assert held.number not in client_of(told.cast.ma).get("/admin/supervise/").content.decode()


def test_the_office_sees_who_has_not_reported_and_plans_with_them(told: Reporting) -> None:
    client = client_of(told.cast.han)
    seat = told.cast.seat("D00005")
    assert "张海" in client.get("/admin/duty-unreported/").content.decode()
    page = client.get(f"/admin/duty-sessions/new/?seats={seat.pk}&seats=x").content.decode()
    assert f'value="{seat.pk}"' in page and "checked" in page
    body = {"title": "第二选区述职", "listeners": "voters", "electorate": "第二选区", "starts_at": "2026-03-12T09:00",
            "place": "柳溪村部", "seats": [seat.pk]}  # fmt: skip
    assert client.post("/admin/duty-sessions/new/", {**body, "starts_at": "2020-01-01T09:00"}).status_code == 422
    assert client.post("/admin/duty-sessions/new/", body).status_code == 302
    session = DutySession.objects.get()
    assert session.number in client.get("/admin/duty-unreported/").content.decode()
    assert client_of(told.cast.gao).get("/admin/duty-sessions/").status_code == 403
