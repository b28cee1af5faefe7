"""The stories of opinions at the level of the machine, from what a citizen says to the last rating."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.models import Notice
from clocks.workflow import open_of
from deputies import workflow as deputies
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, WrongState
from ground.models import DemoMail, Message
from ground.workflow import available
from suggestions.models import Opinion, OpinionRating, Suggestion, Telling
from suggestions.showing import Shown
from suggestions.workflow import opinion as verbs
from tests.cast import people
from tests.suggestions.citizens import START, Citizens, author, fresh, later, verbs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(caplog: pytest.LogCaptureFixture) -> Iterator[Citizens]:
    with clock.at(START):
        yield Citizens(people())
    failed = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    assert failed == []  # no timer and no teller failed behind the story


def kinds(opinion: Opinion) -> set[str]:
    return {deadline.kind for deadline in open_of(opinion)}


def notices(user, opinion: Opinion) -> list[str]:
    return list(Notice.objects.filter(user=user, number=opinion.number).values_list("title", flat=True))


def test_said_accepted_claimed_answered_and_rated(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.say(phone="19900008801")
    assert (row.state, row.holder, kinds(row)) == ("screening", cast.venues["S00001"], {"screen"})
    assert len(row.query_code) == 10
    row = tell.accepted(row)
    assert (row.state, row.holder_seat, kinds(row)) == ("open", cast.seat("D00001"), {"claim"})
    row = tell.claimed(row)
    assert (row.state, row.claimed_by, kinds(row)) == ("claimed", cast.wang, {"answer", "idle"})
    row = tell.replied(row)
    assert (row.state, kinds(row)) == ("replied", {"rate", "reopen_window"})
    row = fresh(verbs.rate(row, by=author(row), grade="satisfied", solved="yes"))
    assert (row.state, row.outcome, row.round) == ("closed", "rated", 1)
    later(minutes=1)
    texts = " ".join(DemoMail.objects.values_list("text", flat=True))
    assert "已收到" in texts or "新进展" in texts
    assert cast.seat("D00001").duty_lines.filter(event="opinion.answer").count() == 1


def test_a_matter_nobody_claims_falls_to_station_then_town_then_turns_red(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.accepted()
    with pytest.raises(GuardFailed) as refused:
        verbs.claim(row, by=cast.zhou)
    assert refused.value.code == "not_yet"
    later(hours=24, minutes=5)
    row = fresh(row)
    assert row.holder == cast.venues["S00001"]
    assert "claim" in available(row, cast.zhou)
    assert "claim" not in available(row, cast.han)
    later(hours=24)
    row = fresh(row)
    assert row.holder == cast.organs["qs-rd"]
    assert "claim" in available(row, cast.han)
    later(days=4)
    assert any("无人接手" in title or "等待接单" in title for title in notices(cast.han, row))
    row = fresh(verbs.claim(row, by=cast.han))
    assert (row.state, row.claimed_by, row.claimed_seat) == ("claimed", cast.han, None)
    later(days=20)
    assert fresh(row).state == "claimed"  # an office is never released: it turns red


def test_a_claim_asleep_is_let_go_and_not_claimed_again_by_who_slept(tell: Citizens) -> None:
    row = tell.claimed()
    later(days=8)
    row = fresh(row)
    assert (row.state, row.holder, row.claimed_by) == ("open", tell.cast.venues["S00001"], None)
    with pytest.raises(GuardFailed) as refused:
        verbs.claim(row, by=tell.cast.wang)
    assert refused.value.code == "not_released"
    assert fresh(verbs.claim(row, by=tell.cast.zhou)).holder == tell.cast.venues["S00001"]


def test_a_hazard_is_acknowledged_secured_and_then_handled_quickly(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.verified(content="学校门口燃气味很重", urgency="hazard", is_public=True, phone="19900008802")
    assert row.state == "screening"
    assert {"screen", "hazard"} <= kinds(row)
    later(minutes=1)
    assert any("待审核" in title for title in notices(cast.wu, row))
    assert notices(cast.han, row)
    later(hours=2, minutes=5)
    assert any("安全隐患" in title for title in notices(cast.han, row))
    row = fresh(verbs.acknowledge(fresh(row), by=cast.wu, note="已打燃气公司电话，人正在路上"))
    assert (row.state, row.claimed_by, row.published_at) == ("claimed", cast.wu, None)
    assert {"secure", "answer"} <= kinds(row)
    row = fresh(verbs.secure(row, by=cast.wu, text="已关阀、拉警戒线"))
    assert row.published_at is not None
    assert "secure" not in kinds(row)
    with pytest.raises(GuardFailed):
        verbs.acknowledge(row, by=cast.zhou, note="再确认")
    urgent = Message.objects.filter(urgent=True, recipient_kind="contact")
    assert urgent.filter(template="opinion.acknowledge").exists() or later(minutes=1) is None
    row = fresh(verbs.answer(row, by=cast.wu, text="管线已更换"))
    assert row.state == "replied"


def test_a_small_matter_is_dated_from_the_day_it_was_accepted(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.accepted(urgency="quick")
    assert {"claim", "first_contact"} <= kinds(row)
    row = tell.referred(tell.claimed(row))
    assert "first_contact" not in kinds(row)
    due = next(d for d in open_of(row) if d.kind == "refer")
    assert due.due_at.date().isoformat() == "2026-03-10"
    until = due.due_at.date().replace(day=20)
    row = fresh(verbs.ask_extension(row, by=cast.deng, until=until, reason="等灯具到货"))
    assert row.pending_extension is None
    assert next(d for d in open_of(row) if d.kind == "refer").due_at.date() == until
    with pytest.raises(GuardFailed):
        verbs.ask_extension(row, by=cast.deng, until=until.replace(day=25), reason="再延")


def test_a_unit_reports_the_deputy_words_it_and_late_words_are_passed_on(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.reported()
    assert (row.state, row.live_referral.state) == ("referred", "reported")
    with pytest.raises(WrongState):
        verbs.send_back(row, by=cast.deng, reason="不归我们")
    with pytest.raises(GuardFailed) as refused:
        verbs.confirm(row, by=cast.wu, text="修好了")
    assert refused.value.code == "not_yet"
    row = fresh(verbs.question(row, by=cast.wang, reason="修了几盏没有写"))
    assert row.live_referral.state == "questioned"
    row = fresh(verbs.report(row, by=cast.deng, text="共修 3 盏。"))
    with pytest.raises(GuardFailed):
        verbs.question(row, by=cast.wang, reason="再问")
    later(days=6)
    row = fresh(row)
    assert row.state == "replied"
    assert "承办单位答复原文" in row.answers.get().text
    assert "共修 3 盏" in row.answers.get().text


def test_routes_are_open_only_to_the_right_sender(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.claimed()
    for organ in ("dh-zjj", "dh-court", "dh-cjw"):
        with pytest.raises(GuardFailed) as refused:
            verbs.refer(row, by=cast.wu, organ=organ)
        assert refused.value.code == "route"
    with pytest.raises(Forbidden):
        verbs.refer(row, by=cast.zhou, organ="qs-gov")
    with pytest.raises(GuardFailed):
        verbs.refer(row, by=cast.chen, organ="dh-court")
    row = fresh(verbs.refer(row, by=cast.chen, organ="dh-zjj"))
    assert row.live_referral.organ.code == "dh-zjj"
    assert row in Opinion.objects.visible_to(cast.gao)
    assert row not in Opinion.objects.visible_to(cast.he)


def test_forty_people_on_one_plant_are_answered_together_and_rate_alone(tell: Citizens) -> None:
    cast = tell.cast
    head = tell.claimed(content="化工厂夜里排放刺鼻气味", phone="19900008810")
    members = [tell.merged(head, content=f"化工厂气味大，第 {n} 户", phone=f"199000091{n:02}") for n in range(40)]
    alone = fresh(verbs.unmerge(members[0], by=author(members[0]), reason="我说的是噪声"))
    assert (alone.state, alone.merged_into) == ("open", None)
    later(minutes=1)
    assert sum("多人反映" in title for title in notices(cast.wu, head)) == 1
    head = fresh(verbs.answer(fresh(head), by=cast.wang, text="厂方已停产整改"))
    members = [fresh(m) for m in members[1:]]
    assert {m.state for m in members} == {"replied"}
    assert {m.answers.get().text for m in members} == {"厂方已停产整改"}
    for n, member in enumerate(members[:6]):
        verbs.rate(member, by=author(member), grade="dissatisfied" if n < 3 else "satisfied")
    assert OpinionRating.objects.filter(grade="dissatisfied").count() == 3
    first = fresh(verbs.reopen(fresh(members[0]), by=author(members[0]), reasons=["not_solved"]))
    second = fresh(verbs.reopen(fresh(members[1]), by=author(members[1]), reasons=["untrue"]))
    third = fresh(verbs.reopen(fresh(members[2]), by=author(members[2]), reasons=["other"], not_same=True))
    assert (first.state, second.state, second.merged_into) == ("reopened", "merged", first)
    assert (third.state, third.group) == ("reopened", None)
    assert fresh(head).state == "replied"
    with pytest.raises(GuardFailed):
        verbs.claim(first, by=cast.zhao)
    first = fresh(verbs.claim(first, by=cast.wang))
    verbs.answer(first, by=cast.wang, text="第二次：复查达标")
    assert fresh(second).state == "replied"
    assert fresh(second).answers.count() == 2


def test_when_the_head_leaves_the_eldest_member_goes_on(tell: Citizens) -> None:
    head = tell.referred()
    first, second = tell.merged(head), tell.merged(head)
    verbs.withdraw(head, by=author(head))
    first, second = fresh(first), fresh(second)
    assert (fresh(head).state, first.state, second.merged_into) == ("withdrawn", "referred", first)
    assert first.live_referral.organ.code == "qs-gov"
    assert first.claimed_by == tell.cast.wang
    assert {"refer", "life_sign"} <= kinds(first)
    verbs.report(first, by=tell.cast.deng, text="已处理")
    verbs.confirm(fresh(first), by=tell.cast.wang, text="已经处理好了")
    assert fresh(second).state == "replied"


def test_a_dispute_found_after_the_claim_is_guided_elsewhere_and_reviewed_once(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.claimed(content="邻居借钱不还")
    with pytest.raises(Forbidden):
        verbs.reject(row, by=cast.wang, reason_code="personal", note="借款纠纷")
    row = fresh(verbs.reject(row, by=cast.wu, reason_code="personal", note="王代表核实：借款纠纷"))
    assert (row.state, row.reject_reason, kinds(row)) == ("rejected", "personal", {"review_window"})
    assert "12348" in row.guide
    row = fresh(verbs.ask_review(row, by=author(row), reason="他还占了公共通道"))
    assert (row.state, row.holder, kinds(row)) == ("screening", cast.organs["dh-rd"], {"review"})
    with pytest.raises(Forbidden):
        verbs.accept(row, by=cast.wu)
    row = fresh(verbs.accept(row, by=cast.chen))
    assert row.state == "open"
    row = fresh(verbs.reject(row, by=cast.zhou, reason_code="personal", note="仍是借款"))
    with pytest.raises(GuardFailed) as refused:
        verbs.ask_review(row, by=author(row), reason="再复核")
    assert refused.value.code == "review_open"


def test_a_draft_that_is_never_sent_brings_the_matter_back(tell: Citizens) -> None:
    row = tell.escalated(phone="19900008820")
    assert (row.state, kinds(row)) == ("escalated", {"send_draft", "life_sign"})
    later(days=10)
    assert any("草稿" in title for title in notices(tell.cast.wang, row))
    later(days=8)
    row = fresh(row)
    assert (row.state, row.claimed_by) == ("claimed", tell.cast.wang)
    assert "没有作为代表建议交办" in row.steps.get(verb="come_back").public_text
    assert Suggestion.objects.get().state == "draft"


def test_an_old_man_without_a_phone_is_told_by_a_person_and_rates_by_another_hand(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.at_station(by=cast.zhou, channel="station", tell_by="visit")
    row = fresh(verbs.claim(fresh(verbs.accept(row, by=cast.zhou)), by=cast.zhou))
    assert Telling.objects.filter(opinion=row, done_at=None).count() == 2
    assert "tell" in kinds(row)
    later(days=4)
    assert any("待告知" in title for title in notices(cast.wu, row))
    row = fresh(verbs.record_told(fresh(row), by=cast.zhou, way="visit", at=clock.now(), person="本人"))
    assert "tell" not in kinds(row)
    row = fresh(verbs.answer(row, by=cast.zhou, text="已修好"))
    assert row.told_at is None
    assert "rate" not in kinds(row)
    later(days=3)
    with pytest.raises(Invalid):
        verbs.record_told(fresh(row), by=cast.zhou, way="visit", at=clock.now().replace(year=2030))
    row = fresh(verbs.record_told(fresh(row), by=cast.zhou, way="visit", at=clock.now(), person="本人"))
    assert row.told_at is not None
    assert "rate" in kinds(row)
    with pytest.raises(GuardFailed) as refused:
        verbs.rate(row, by=cast.zhou, grade="satisfied", entered={"way": "paper", "note": "回单已签"})
    assert refused.value.code == "not_handler"
    with pytest.raises(Invalid):
        verbs.rate(row, by=cast.wu, grade="satisfied")
    row = fresh(verbs.rate(row, by=cast.wu, grade="basically", entered={"way": "paper", "note": "回单已签"}))
    assert (row.state, row.ratings.get().entered_by) == ("closed", cast.wu)


def test_what_nobody_told_for_thirty_days_begins_its_windows(tell: Citizens) -> None:
    row = tell.replied(by=tell.cast.zhou, channel="paper")
    assert kinds(row) == {"untold", "tell"}
    later(days=31)
    row = fresh(row)
    assert row.told_at is not None
    later(days=8)
    assert fresh(row).outcome == "unrated"


def test_a_complaint_about_the_station_itself_never_reaches_it(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.at_station("站里的人让我跑了三趟", concerns=["station"], phone="19900008830")
    assert (row.avoided, row.holder) == (True, cast.organs["dh-rd"])
    for user in (cast.zhou, cast.wu, cast.wang, cast.zhao, cast.zhang, cast.han, cast.liu, cast.gao):
        assert row not in Opinion.objects.visible_to(user), user
        assert available(row, user) == [], user
    assert row in Opinion.objects.visible_to(cast.chen)
    row = fresh(verbs.accept(row, by=cast.chen))
    assert row.holder == cast.organs["dh-rd"]
    later(minutes=1)
    assert notices(cast.zhou, row) == []
    row = fresh(verbs.claim(row, by=cast.chen))
    row = fresh(verbs.release(row, by=cast.chen, reason="请石建代表跟进", to="D00004"))
    assert row.holder_seat == cast.seat("D00004")
    row = fresh(verbs.claim(row, by=cast.shi))
    assert row.claimed_by == cast.shi
    with pytest.raises(Forbidden):
        verbs.lift_avoidance(row, by=cast.chen, reason="无关")
    row = fresh(verbs.lift_avoidance(row, by=cast.sun, reason="核实与联络站无关"))
    assert row in Opinion.objects.visible_to(cast.zhou)


def test_avoidance_set_later_takes_it_from_the_concerned_claimant(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.claimed()
    row = fresh(verbs.avoid(row, by=cast.wu, concerns=["deputy"], reason="就是这位代表家的工地"))
    assert (row.state, row.holder) == ("open", cast.organs["dh-rd"])
    assert row not in Opinion.objects.visible_to(cast.wang)
    assert "claim" in available(row, cast.chen)


def test_a_deputy_who_resigns_leaves_every_open_matter_with_somebody(tell: Citizens) -> None:
    cast = tell.cast
    waiting, working = tell.accepted(), tell.claimed()
    at_unit, coming = tell.reported(), tell.escalated()
    deputies.terminate(cast.seat("D00001"), by=cast.sun, reason="resigned", document_no="东人发〔2026〕3 号")
    waiting, working, at_unit, coming = fresh(waiting), fresh(working), fresh(at_unit), fresh(coming)
    station = cast.venues["S00001"]
    assert (waiting.state, waiting.holder) == ("open", station)
    assert (working.state, working.holder) == ("open", station)
    assert "由清水镇中心联络站继续跟进" in working.steps.get(verb="release").public_text
    assert (at_unit.state, at_unit.holder, at_unit.claimed_by) == ("referred", station, None)
    assert fresh(verbs.confirm(at_unit, by=cast.wu, text="路灯修好了")).state == "replied"
    assert (coming.state, coming.holder) == ("open", station)  # the draft was withdrawn with its lead


def test_leave_gives_the_matters_to_the_station(tell: Citizens) -> None:
    cast = tell.cast
    waiting, working = tell.accepted(), tell.claimed()
    deputies.take_leave(cast.deputies["D00001"], by=cast.wang, until=clock.today().replace(day=20))
    assert fresh(waiting).holder == fresh(working).holder == cast.venues["S00001"]
    assert tell.accepted().holder == cast.venues["S00001"]


def test_a_verified_clean_author_is_accepted_at_once_and_shown_masked(tell: Citizens) -> None:
    row = tell.verified(content="人民路 12 号门口井盖松动，电话 13812345678", is_public=True)
    assert (row.state, row.holder_seat) == ("open", tell.cast.seat("D00001"))
    assert row.published_at is not None
    assert "13812345678" not in row.masked_text
    assert row in Opinion.objects.visible_to(None)
    found = verbs.similar("人民路的井盖松了")
    assert row in found
    joined = tell.verified(content="人民路井盖也松了", joins=row.number, phone="19900008841")
    assert (joined.state, joined.merged_into) == ("merged", row)
    unverified = tell.say(is_public=True, phone="19900008842")
    assert unverified not in Opinion.objects.visible_to(None)
    erased = verbs.erase_contact(row)
    assert erased.phone_mask == "" and fresh(row).published_at is None


def test_a_second_dissatisfied_rating_is_unsettled_explained_and_may_become_a_suggestion(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.unsettled()
    assert (row.state, row.outcome, kinds(row)) == ("closed", "unsettled", {"explain"})
    with pytest.raises(GuardFailed):
        verbs.reopen(row, by=author(row), reasons=["other"])
    row = fresh(verbs.explain(row, by=cast.han, text="受管网限制，列入明年计划。"))
    with pytest.raises(GuardFailed):
        verbs.explain(row, by=cast.han, text="再说明")
    from suggestions.workflow.suggestion import escalate_opinion

    row = fresh(escalate_opinion(row, by=cast.wang))
    assert row.state == "escalated"


def test_an_unanswered_rating_closes_unrated_and_may_still_be_reopened(tell: Citizens) -> None:
    row = tell.replied(phone="19900008850")
    later(days=7, hours=15)
    row = fresh(row)
    assert (row.state, row.outcome) == ("closed", "unrated")
    later(days=5)
    assert fresh(verbs.reopen(row, by=author(row), reasons=["not_solved"])).state == "reopened"
    other = tell.replied()
    later(days=17)
    with pytest.raises(GuardFailed) as refused:
        verbs.reopen(fresh(other), by=author(other), reasons=["not_solved"])
    assert refused.value.code == "reopen_open"


def test_solved_by_itself_counts_apart_and_ends_the_referral(tell: Citizens) -> None:
    row = tell.referred()
    row = fresh(verbs.solved(row, by=author(row)))
    assert (row.state, row.outcome, row.live_referral) == ("closed", "self_solved", None)
    assert row.referrals.get().state == "ended"


def test_silence_refuses_an_extension(tell: Citizens) -> None:
    row = tell.referred()
    due = next(d for d in open_of(row) if d.kind == "refer").due_at
    verbs.ask_extension(row, by=tell.cast.deng, until=due.date().replace(day=due.day + 3), reason="备料")
    later(days=2)
    row = fresh(row)
    assert row.referrals.get().extensions.get().accepted is False
    assert next(d for d in open_of(row) if d.kind == "refer").due_at == due


def test_the_contact_is_opened_by_who_holds_it_and_the_author_reads_it(tell: Citizens) -> None:
    cast = tell.cast
    row = tell.claimed(phone="19900008860", contact_name="老李")
    with pytest.raises(Forbidden):
        verbs.open_contact(row, by=cast.zhou, reason="好奇")
    opened = verbs.open_contact(row, by=cast.wang, reason="核实地点")
    assert (opened.name, opened.phone) == ("老李", "19900008860")
    assert row.contact.openings.get().reason == "核实地点"
    assert "核实地点" in row.steps.get(verb="open_contact").public_text


def test_the_whole_way_of_verbs_is_on_record(tell: Citizens) -> None:
    row = tell.closed()
    assert verbs_of(row) == ["submit", "accept", "claim", "answer", "rate"]
    states = list(row.steps.values_list("before", "after"))
    assert [after for _, after in states] == ["screening", "open", "claimed", "replied", "closed"]
    assert [before for before, _ in states][1:] == [after for _, after in states][:-1]


@pytest.mark.parametrize(("way", "verb"), [("replied", "reopen"), ("solved", "reopen"), ("rejected", "ask_review")])
def test_a_right_that_would_lapse_on_a_saturday_lasts_through_monday(tell: Citizens, way: str, verb: str) -> None:
    """domain.md §2.1, arithmetic rule 3: 15 days from Friday the 6th end on Saturday the 21st."""
    later(days=3)
    made = {
        "replied": lambda: tell.replied(phone="19900008840"),
        "rejected": tell.rejected,
        "solved": lambda: verbs.solved(row := tell.claimed(), by=author(row)),
    }[way]()
    row = fresh(made)
    shown = Shown(row, author(row))
    until = shown.may_review_until if verb == "ask_review" else shown.may_reopen_until
    assert f"{until.astimezone(clock.SHANGHAI):%m-%d %H:%M}" == "03-23 23:59"
    with clock.at(until - timedelta(minutes=1)):
        assert verb in available(fresh(row), author(row))
    with clock.at(until + timedelta(seconds=1)):
        assert verb not in available(fresh(row), author(row))
        later(hours=1)
        assert verb not in available(fresh(row), author(row))
