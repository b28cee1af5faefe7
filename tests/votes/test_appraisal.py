"""审议意见 and work appraisals: numbers, dates that fire by themselves, counts from real matters, sums that are shown."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import Anyone, Notice
from clocks.models import Deadline
from clocks.sweep import sweep
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.outbox import tell_steps
from suggestions.queries import desk
from suggestions.todo import waiting_for
from tests.cast import people
from tests.suggestions.narrator import Narrator
from tests.votes.appraising import Appraising
from tests.votes.polling import START
from votes.api.appraisals import AppraisalShown
from votes.models import DeliberationOpinion, ScoreLine, WorkAppraisal
from votes.queries.appraisal import complaints
from votes.workflow import appraisal as appraisals, deliberation as deliberations

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Appraising]:
    with clock.at(START):
        yield Appraising(people())


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return client


def dues(kind: str, obj) -> dict[str, Deadline]:
    return {d.kind: d for d in Deadline.objects.open().filter(object_kind=kind, object_id=obj.pk)}


# -- 审议意见 -----------------------------------------------------------------------------------------------------------


def test_numbers_of_what_was_handed_over_have_no_gap(told: Appraising) -> None:
    told.drafted()
    assert [told.handed().register_short for _ in range(2)] == ["〔2026〕1 号", "〔2026〕2 号"]


def test_a_report_is_owed_two_months_after_the_hand_over(told: Appraising) -> None:
    obj = told.handed()
    report = dues("deliberation", obj)["report"]
    assert report.organ == told.cast.organs["dh-zjj"]
    assert report.due_at.astimezone(clock.SHANGHAI).date().isoformat() == "2026-05-06", (
        "2 May is a holiday, so is 5 May"
    )
    assert [d.code for d in desk.owed_by(told.user(told.cast.zheng))] == ["deliberation.report"]


def test_a_silent_committee_lets_the_report_go_out(told: Appraising) -> None:
    obj = told.draft_sent()
    assert any(t.words == "对报告稿提意见" for t in waiting_for(told.user(told.cast.shen)))
    with clock.at(START + timedelta(days=20)):
        sweep()
    obj.refresh_from_db()
    assert (obj.state, obj.steps.last().by_kind) == ("commented", "system")


def test_the_second_hearing_falls_due_by_itself_and_may_send_it_round_again(told: Appraising) -> None:
    obj = told.made_public()
    with clock.at(START + timedelta(days=70)):
        sweep()
        tell_steps()
        obj = told.of(obj)
        assert obj.state == "second_due"
        assert Notice.objects.filter(user=told.cast.chen, title__startswith="到二次听取时间").exists()
        obj = told.of(deliberations.hear_again(obj, by=told.cast.sun, content=False, text="还有两处没有开工。"))
        assert (obj.state, obj.round) == ("handed_over", 2)
        assert set(dues("deliberation", obj)) == {"redo"}


def test_deputies_are_told_and_everybody_reads_what_was_published(told: Appraising) -> None:
    obj = told.reported_on()
    assert not DeliberationOpinion.objects.visible_to(Anyone()).exists()
    obj = told.of(deliberations.publish(obj, by=told.cast.sun))
    tell_steps()
    assert Notice.objects.filter(user=told.cast.wang, url=f"/my/deliberations/{obj.number}/").exists()
    page = Client().get(f"/deliberations/{obj.number}/").content.decode()
    assert "闲置地块已开工三处" in page and "请补充时间表" not in page, "the comment was for those inside"
    assert "请补充时间表" in client_of(told.cast.zheng).get(f"/desk/deliberations/{obj.number}/").content.decode()


def test_a_point_becomes_a_line_of_the_rectification_list(told: Appraising) -> None:
    obj = told.handed()
    deliberations.list_item(obj, by=told.cast.shen, problem="规划没有公示", due_on=told.in_days(30))
    item = obj.items.get()
    assert (item.unit, item.source, item.origin) == (obj.unit, obj, "审议意见")


# -- work appraisal ----------------------------------------------------------------------------------------------------


def test_candidates_stand_by_what_people_complained_of(told: Appraising) -> None:
    narrator = Narrator(told.cast)
    narrator.replied()
    narrator.replied()
    counted = complaints([unit.pk for unit in told.departments], START.date() - timedelta(days=30), START.date())
    zjj = told.cast.organs["dh-zjj"].pk
    assert counted[zjj]["suggestions"] == 2
    first = told.nominated().candidates[0]
    assert (first.unit_id, first.before) == (zjj, 2)


def test_more_candidates_than_places(told: Appraising) -> None:
    with pytest.raises(Invalid):
        appraisals.nominate(told.appraisal(places=3), by=told.cast.chen, units=told.departments)


def test_each_chosen_department_gets_three_problems_on_its_list(told: Appraising) -> None:
    found = told.named()
    with pytest.raises(Invalid):
        appraisals.name_problem(told.chosen(), by=told.cast.shen, target=found.chosen[0], text="别次评议的对象")
    running = told.at(appraisals.begin_work(found, by=told.cast.chen, due_on=told.in_days(90)))
    assert running.items.count() == 6
    assert {d.code for d in desk.owed_by(told.user(told.cast.zheng))} == {
        "appraisaltarget.progress",
        "rectification.accept",
    }


def test_progress_is_reported_once_a_month(told: Appraising) -> None:
    found = told.running()
    appraisals.report_progress(found, by=told.cast.gao, text="已开工")
    with pytest.raises(GuardFailed) as refused:
        appraisals.report_progress(told.at(found), by=told.cast.zheng, text="又报一次")
    assert refused.value.code == "month_open"
    with clock.at(START + timedelta(days=31)):
        appraisals.report_progress(told.at(found), by=told.cast.zheng, text="过半")
    target = next(t for t in told.at(found).chosen if t.unit.code == "dh-zjj")
    assert [row.month.month for row in target.progress.all()] == [3, 4]


def test_the_sum_of_the_sheet_is_shown(told: Appraising) -> None:
    found = told.running()
    with pytest.raises(Invalid):
        appraisals.score(found, by=told.cast.shen, target=found.chosen[0], points={"问题整改": 90})
    with pytest.raises(Invalid):
        appraisals.score(found, by=told.cast.shen, target=found.chosen[0], points={**told.points(), "问题整改": 101})
    appraisals.score(found, by=told.cast.shen, target=found.chosen[0], points=told.points())
    target = told.at(found).chosen[0]
    assert target.total == 84.0
    assert target.arithmetic == "40%×90＋20%×75＋20%×80＋20%×85＝84.0"
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreLine.objects.update(points=101)


def test_a_department_reads_only_its_own_part_before_the_result_is_public(told: Appraising) -> None:
    found = told.sheeted()
    address = f"/desk/appraisals/{found.number}/"
    own = client_of(told.cast.zheng).get(address).content.decode()
    assert "市住建局第 1 个问题" in own and "市教育局第 1 个问题" not in own
    shown = AppraisalShown(found, context={"actor": told.user(told.cast.zheng)}).data
    assert [target["unit"] for target in shown["targets"]] == ["dh-zjj"]
    assert client_of(told.cast.ye).get(address).status_code == 404, "not chosen"
    assert not WorkAppraisal.objects.visible_to(Anyone()).exists()


def test_the_published_result_shows_problems_scores_and_grades(told: Appraising) -> None:
    found = told.result_public()
    assert [target.grade for target in found.chosen] == ["满意", "基本满意"]
    page = Client().get(f"/appraisals/{found.number}/").content.decode()
    assert "84.0" in page and "40%×90" in page and "市教育局第 3 个问题" in page and "基本满意" in page
    with pytest.raises(GuardFailed) as refused:
        appraisals.follow_up(found, by=told.cast.sun, text="回访")
    assert refused.value.code == "two_months_on"
    assert set(dues("appraisal", found)) == {"follow_up"}


@pytest.mark.parametrize("name", ["inquiries", "deliberations", "appraisals", "judicial-appraisals", "duty-sessions"])
def test_what_is_new_and_cannot_be_taken_comes_back_as_it_was_typed(told: Appraising, name: str) -> None:
    answer = client_of(told.cast.chen).post(f"/admin/{name}/new/", {"title": "说好的名称"})
    assert answer.status_code == 422 and "说好的名称" in answer.content.decode()


def test_an_appraisal_is_begun_by_hand(told: Appraising) -> None:
    client, committee = client_of(told.cast.chen), told.cast.organs["dh-cjw"].pk
    body = {"title": "年度评议", "committee": committee, "since": "2025-01-01", "until": "2025-12-31", "places": "3"}
    answer = client.post("/admin/appraisals/new/", body)
    assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
