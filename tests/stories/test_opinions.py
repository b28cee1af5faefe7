"""What citizens say, told from outside: hazards, small things, crowds, wrong doors, people without a phone, complaints."""

from datetime import timedelta

import pytest

from ground import clock
from tests.stories.client import LAMP, Town, due, due_on, verbs

pytestmark = pytest.mark.stories

OLD_MAN = "李大爷：村口的桥栏杆断了一截，晚上看不见，想请代表来看看。"


def test_a_hazard_is_in_somebodys_hands_within_two_hours_and_public_only_when_safe(town: Town) -> None:
    citizen = town.says(
        "学校门口燃气味很重，一打火就怕出事。", category="safety", urgency="hazard", is_public=True, phone="19900007201"
    )
    number = citizen.number
    town.verify(citizen, "19900007201")
    assert citizen.state == "screening", "a hazard is never accepted by the system"
    seen = town.wu.sees(number)
    assert due(seen, "hazard")["at"][:16] == (clock.now() + timedelta(hours=2)).isoformat()[:16]
    assert due(seen, "screen")
    town.wait(minutes=1)
    for who in (town.wu, town.han):
        assert who.was_told_of(number), "head and town are told at submit"
    assert "acknowledge" in town.wu.may(number)

    # Two hours pass: the town and the lead of the office are told.
    town.wait(hours=2, minutes=5)
    assert any("隐患" in title for title in town.han.was_told_of(number))
    town.liu.cannot(number, "acknowledge", 404, note="我来")
    seen = town.wu.does(number, "acknowledge", note="已打燃气公司电话，人正在路上")
    assert (seen["state"], due(seen, "secure")["at"][:10]) == ("claimed", "2026-03-03")
    assert due_on(seen, "answer") == "2026-03-09", "then the clocks of a small matter"
    town.zhou.cannot(number, "acknowledge", 422, note="再确认一次")
    town.anybody.cannot_see(number)
    assert "acknowledge" in citizen.steps

    town.wang.cannot(number, "secure", 403, text="我到了")
    town.wu.does(number, "secure", text="已关阀、拉警戒线，学生改走东门")
    assert town.anybody.sees(number)["state"] == "claimed"
    assert any("关阀" in step["text"] for step in citizen.sees_it()["steps"])
    town.wu.cannot(number, "secure", 422, text="再报一次")
    assert town.wu.does(number, "answer", text="管线已更换，复测无漏气。", solved="yes")["state"] == "replied"
    assert citizen.does(number, "rate", grade="satisfied")["outcome"] == "rated"


def test_a_hazard_nobody_secures_is_cried_out_every_two_hours(town: Town) -> None:
    number = town.says("井盖没了，旁边就是小学。", urgency="hazard").number
    town.zhou.does(number, "acknowledge", note="马上去")
    town.wait(hours=25)
    first = len(town.han.was_told_of(number))
    town.wait(hours=4)
    assert len(town.han.was_told_of(number)) >= first + 2
    assert due(town.zhou.sees(number), "secure")["level"] == "red"
    assert "secure" in town.zhou.waits_for(number)


def test_a_quick_matter_is_answered_within_five_days_and_dated_once_by_the_unit_itself(town: Town) -> None:
    citizen = town.accepted("楼下垃圾桶满了一周没人清。", urgency="quick")
    number = citizen.number
    seen = town.wang.sees(number)
    assert due_on(seen, "first_contact") == "2026-03-04"
    town.wang.does(number, "claim")
    assert due_on(town.wang.sees(number), "answer") == "2026-03-09"
    town.wang.cannot(number, "refer", 403, organ="qs-gov")
    town.wang.does(number, "suggest_refer", organ="qs-gov", note="属于镇环卫所")
    assert "refer_decision" in town.wu.waits_for(number)
    town.wu.cannot(number, "refer", 422, "route", organ="dh-zjj")
    town.wu.cannot(number, "refer", 422, "route", organ="dh-court")
    seen = town.wu.does(number, "refer", organ="qs-gov", note="请尽快清运")
    assert (seen["state"], seen["referral"]["organ"], seen["referral"]["state"]) == ("referred", "qs-gov", "sent")
    assert seen["referral"]["due_on"] == "2026-03-09", "five working days from accept"
    town.deng.cannot(number, "ask_extension", 422, until="2026-04-20", reason="太远")
    town.deng.cannot(number, "ask_extension", 422, until="2026-03-05", reason="不是延期")
    seen = town.deng.does(number, "ask_extension", until="2026-03-20", reason="清运车在修")
    assert seen["referral"]["due_on"] == "2026-03-20", "granted by the system"
    assert any("3 月 20 日" in step["text"] for step in citizen.sees_it()["steps"])
    town.deng.cannot(number, "ask_extension", 422, until="2026-03-25", reason="再延一次")
    town.deng.does(number, "report", text="已清运，改为每日两清。", solved="yes")
    seen = citizen.sees_it()
    assert "report" not in seen["referral"] and "report" not in verbs(seen), "not yet with the citizen"
    town.deng.cannot(number, "send_back", 409, reason="不归我们")
    town.wu.cannot(number, "confirm", 422, "not_yet", text="清了")
    town.wang.does(number, "confirm", text="垃圾已经清走，以后每天两次。", solved="yes")
    seen = citizen.sees_it()
    assert (seen["state"], seen["answer"]["text"]) == ("replied", "垃圾已经清走，以后每天两次。")
    assert seen["referral"]["report"] == "已清运，改为每日两清。"


def test_nobody_claims_and_the_matter_falls_from_deputy_to_station_to_town(town: Town) -> None:
    citizen = town.accepted()
    number = citizen.number
    town.zhou.cannot(number, "claim", 422, "not_yet")
    assert "claim" not in town.zhou.may(number)
    town.wait(hours=24, minutes=5)
    assert town.wang.sees(number)["holder"]["code"] == "S00001"
    assert "claim" in town.zhou.may(number) and "claim" not in town.han.may(number)
    town.wait(hours=24)
    assert town.wang.sees(number)["holder"]["code"] == "qs-rd"
    town.wait(days=3)
    assert due(town.han.sees(number), "claim")["level"] == "red"
    assert town.han.does(number, "claim")["claimed_by"]
    town.han.does(number, "answer", text="镇里已安排修灯。")
    town.wait(days=10)
    seen = citizen.sees_it()
    assert (seen["state"], seen["outcome"], seen["rating"]) == ("closed", "unrated", None)


def test_a_claim_asleep_is_let_go_and_asked_of_the_station(town: Town) -> None:
    citizen = town.claimed()
    town.wait(days=8)
    seen = town.zhou.sees(citizen.number)
    assert (seen["state"], seen["holder"]["code"], seen["claimed_by"]) == ("open", "S00001", "")
    town.wang.cannot(citizen.number, "claim", 422)
    assert town.zhou.does(citizen.number, "claim")["state"] == "claimed"


def test_a_report_nobody_words_is_passed_on_as_it_came(town: Town) -> None:
    citizen = town.claimed()
    number = citizen.number
    town.wu.does(number, "refer", organ="qs-gov", note="请修复")
    town.wang.does(number, "chase", note="老人天天问")
    town.deng.does(number, "report", text="修了两盏。")
    town.wang.does(number, "question", reason="一共几盏没有说")
    town.deng.does(number, "report", text="共修 3 盏，当晚亮灯。", solved="yes")
    town.wang.cannot(number, "question", 422, reason="再问一次")
    town.wait(days=6)
    seen = citizen.sees_it()
    assert seen["state"] == "replied"
    assert "承办单位答复原文" in seen["answer"]["text"] and "共修 3 盏" in seen["answer"]["text"]


def test_a_unit_sends_it_back_and_the_head_sends_it_on_and_calls_it_in_again(town: Town) -> None:
    citizen = town.claimed()
    number = citizen.number
    town.wu.does(number, "refer", organ="qs-gov", note="请修复")
    assert town.deng.does(number, "send_back", reason="路灯归供电所")["state"] == "claimed"
    town.wu.does(number, "refer", organ="dh-12345", note="请转供电", order_no="DH2026030200017")
    town.wu.does(number, "recall", reason="供电所已自行修复")
    town.wang.does(number, "coordinate", note="请物业和供电所到站", parties=["物业", "供电所"])
    assert town.wang.does(number, "answer", text="已经修好。")["state"] == "replied"
    assert [verb for verb in citizen.steps if verb in ("refer", "send_back", "recall")] == [
        "refer",
        "send_back",
        "refer",
        "recall",
    ]


def test_forty_people_on_one_plant_are_answered_together_and_judge_alone(town: Town) -> None:
    """Thirty-nine joined to one head; one finds it is not the same; some are not satisfied and ask for it anew."""
    head = town.claimed("化工厂夜里排气，呛得睡不着，孩子一直咳。", category="environment", phone="19900007300")
    others = [town.says(f"厂子半夜冒白烟，味道刺鼻，第 {i} 次反映了。", category="environment") for i in range(39)]
    for one in others:
        town.zhou.does(one.number, "merge", into=head.number)
    seen = town.wang.sees(head.number)
    assert (seen["people"], len(seen["members"])) == (40, 39)
    town.wait(minutes=2)
    for who in (town.wu, town.han, town.chen):
        assert [title[:8] for title in who.was_told_of(head.number) if "多人" in title] == ["多人反映同一件事"], (
            "told once"
        )
    seen = others[0].sees_it()
    assert (seen["state"], seen["state_label"]) == ("merged", "与同一件事一并办理")
    assert seen["number"] == others[0].number and seen["members"] == [], "never another member"
    assert not any(each.number in str(seen) for each in others[1:])

    # One of them says it is another plant.
    apart = others[7]
    assert "unmerge" in town.zhou.may(apart.number)
    assert apart.does(apart.number, "unmerge", reason="我说的是河对面那家")["state"] == "open"
    assert town.wang.sees(head.number)["people"] == 39

    # The head's work is everybody's answer.
    town.wang.does(head.number, "answer", text="环保所已责令停产检修，10 日内加装设施。", solved="partly")
    crowd = [one for one in others if one is not apart]
    for one in (crowd[0], crowd[-1]):
        seen = one.sees_it()
        assert (seen["state"], seen["answer"]["text"]) == ("replied", "环保所已责令停产检修，10 日内加装设施。")
    assert apart.state == "open"
    for one in crowd[:30]:
        assert one.does(one.number, "rate", grade="satisfied")["outcome"] == "rated"

    # Five are not satisfied: the first leads the second round, the others follow, one stays alone.
    first, second, third, alone, late = crowd[30:35]
    assert first.does(first.number, "rate", grade="dissatisfied", reasons=["not_solved"])["state"] == "closed"
    assert first.does(first.number, "reopen", reasons=["not_solved"], text="昨晚又排了")["state"] == "reopened"
    for one in (second, third):
        assert one.does(one.number, "reopen", reasons=["untrue"])["state"] == "merged"
    assert alone.does(alone.number, "reopen", reasons=["not_same"], not_same=True)["state"] == "reopened"
    late.cannot(late.number, "reopen", 422, reasons=[])
    assert set(town.wang.sees(first.number)["members"]) == {second.number, third.number}
    assert head.state == "replied", "the first head is answered for its own author"

    # The last claimant comes first for a day; the second answer reaches all of the second round.
    town.zhao.cannot(first.number, "claim", 422, "not_yet")
    town.wang.does(first.number, "claim")
    town.wang.does(first.number, "answer", text="设施已装好，在线监测正常。", solved="yes")
    assert [one.state for one in (second, third)] == ["replied", "replied"]
    assert second.does(second.number, "rate", grade="satisfied")["outcome"] == "rated"
    seen = third.does(third.number, "rate", grade="dissatisfied", reasons=["untrue"])
    assert (seen["outcome"], seen["round"]) == ("unsettled", 2)
    third.cannot(third.number, "reopen", 422, reasons=["untrue"])
    assert "explain" in town.han.waits_for(third.number)
    town.han.does(third.number, "explain", text="监测数据每周公示在村口，欢迎监督。")
    assert any("每周公示" in step["text"] for step in third.sees_it()["steps"])
    town.han.cannot(third.number, "explain", 422, text="再说一次")


def test_when_the_head_withdraws_the_next_one_leads_with_all_that_was_done(town: Town) -> None:
    head = town.claimed(LAMP)
    first, second = (town.says(f"路灯不亮，{i}。") for i in ("请修", "很暗"))
    for one in (first, second):
        town.zhou.does(one.number, "merge", into=head.number)
    town.wu.does(head.number, "refer", organ="qs-gov", note="请修复")
    assert head.does(head.number, "withdraw", text="搬家了")["state"] == "withdrawn"
    seen = first.sees_it()
    assert (seen["state"], seen["claimed_by"], seen["referral"]["organ"]) == ("referred", "王建国代表", "qs-gov")
    town.deng.does(first.number, "report", text="修好了。")
    town.wang.does(first.number, "confirm", text="修好了。")
    assert second.state == "replied"


def test_a_dispute_that_does_not_belong_here_is_seen_after_the_claim_and_reviewed_once_one_level_up(town: Town) -> None:
    citizen = town.claimed("邻居借了我五万块钱不还，请代表帮我要回来。", category="other")
    number = citizen.number
    town.wang.cannot(number, "reject", 403, reason_code="personal", note="不是公共事务")
    town.zhou.cannot(number, "reject", 403, reason_code="personal", note="不是公共事务")
    town.wu.is_refused(422, f"opinions/{number}/reject/", {"reason_code": "nonsense", "note": "x"})
    seen = town.wu.does(number, "reject", reason_code="personal", note="个人借款纠纷，代表核实后说明")
    assert seen["state"] == "rejected"
    seen = citizen.sees_it()
    assert (seen["state_label"], seen["may_review_until"][:10]) == ("不在本渠道范围（告诉您去哪里）", "2026-03-17")
    words = seen["steps"][-1]["text"]
    assert "人民调解" in words and "12348" in words, "where to go instead"

    citizen.does(number, "ask_review", reason="村里调解过，没有用")
    seen = citizen.sees_it()
    assert (seen["state"], seen["holder"]["code"]) == ("screening", "dh-rd")
    for first_reader in (town.wu, town.zhou):
        first_reader.cannot(number, "accept", 403)
    assert due_on(town.chen.sees(number), "review") == "2026-03-05"
    assert "review" in town.chen.waits_for(number)
    town.chen.does(number, "reject", reason_code="personal", note="复核维持")
    citizen.cannot(number, "ask_review", 422, "review_open", reason="再复核一次")
    assert citizen.sees_it()["may_review_until"] is None


def test_a_review_can_let_it_in_after_all(town: Town) -> None:
    citizen = town.says("村里的水渠塌了没人管。", category="rural")
    town.zhou.does(citizen.number, "reject", reason_code="unclear", note="看不明白在哪里")
    citizen.does(citizen.number, "ask_review", reason="就在大湾村东头")
    assert town.chen.does(citizen.number, "accept")["state"] == "open"
    assert town.wang.does(citizen.number, "claim")["state"] == "claimed"
    late = town.says("另一件说不清的事。")
    town.zhou.does(late.number, "reject", reason_code="unclear", note="看不明白")
    town.wait(days=16)
    late.cannot(late.number, "ask_review", 422, "review_open", reason="晚了")


def test_an_old_man_without_a_phone_is_told_by_people_and_rates_by_another_hand(town: Town) -> None:
    told_by = {"channel": "station", "tell_by": "visit", "category": "transport", "contact_name": "李大爷"}
    old_man = town.says(OLD_MAN, by=town.zhou, station="S00001", **told_by)
    number = old_man.number
    town.anybody.is_refused(
        422,
        "opinions/",
        {"deputy": "D00001", "category": "other", "content": "x", "consent": True, "channel": "station"},
    )
    assert town.zhou.sees(number)["channel"] == "station"
    town.zhou.does(number, "accept")
    town.zhou.does(number, "claim")
    assert due_on(town.zhou.sees(number), "tell") == "2026-03-04"
    assert "tell" in town.zhou.waits_for(number) and "record_told" in town.zhou.may(number)
    town.zhou.cannot(number, "record_told", 422, way="visit", at=(clock.now() + timedelta(hours=1)).isoformat())
    town.zhou.does(number, "record_told", way="visit", at=clock.now().isoformat(), person="本人")
    assert "tell" not in town.zhou.waits_for(number)

    # The answer too has to be carried to him; his days begin when it was.
    town.zhou.does(number, "answer", text="栏杆已修好，装了反光条。", solved="yes")
    town.wait(days=10)
    assert old_man.state == "replied", "the days of rating have not begun"
    assert due(town.wu.sees(number), "tell")["level"] == "red"
    assert town.wu.was_told_of(number)
    town.wu.does(number, "record_told", way="landline", at=clock.now().isoformat(), person="儿子")
    entered = {"way": "paper", "note": "签字回单 2026-17"}
    town.zhou.cannot(number, "rate", 422, grade="satisfied", entered=entered)  # who handled it
    town.wu.cannot(number, "rate", 422, grade="satisfied")
    town.wang.cannot(number, "rate", 403, grade="satisfied", entered=entered)
    seen = town.wu.does(number, "rate", grade="satisfied", solved="yes", entered=entered)
    assert (seen["state"], seen["rating"]["entered"], seen["rating"]["grade"]) == ("closed", True, "satisfied")


def test_untold_for_thirty_days_the_windows_begin_and_it_closes_unrated(town: Town) -> None:
    old_man = town.says(
        OLD_MAN, by=town.zhou, station="S00001", channel="call", tell_by="village", category="transport"
    )
    number = old_man.number
    town.zhou.does(number, "accept")
    town.zhou.does(number, "claim")
    town.zhou.does(number, "answer", text="已修好。")
    town.wait(days=29)
    assert old_man.state == "replied"
    town.wait(days=10)
    seen = old_man.sees_it()
    assert (seen["state"], seen["outcome"]) == ("closed", "unrated"), "never 满意"


def test_a_complaint_about_the_station_itself_never_reaches_the_station(town: Town) -> None:
    citizen = town.says(
        "联络站的人对来访群众态度很差，登记了也不回话。",
        station="S00001",
        category="other",
        concerns=["station"],
        phone="19900007400",
    )
    number = citizen.number
    for concerned in (town.zhou, town.wu, town.wang, town.zhao):
        concerned.cannot_see(number)
        assert number not in concerned.finds("opinions") and number not in concerned.finds("opinions", q="态度很差")
        assert not concerned.waits_for(number) and not concerned.was_told_of(number)
        concerned.cannot(number, "accept", 404)
    assert citizen.sees_it()["avoidance"] is False, "only those inside know"
    seen = town.chen.sees(number)
    assert (seen["holder"]["code"], seen["avoidance"]) == ("dh-rd", True)
    assert "screen" in town.chen.waits_for(number)
    town.chen.does(number, "accept")
    town.zhou.cannot_see(number)
    town.chen.does(number, "claim")
    town.chen.does(number, "answer", text="已约谈联络站，安排专人回访，向您致歉。")
    town.wait(days=1)
    assert not town.wu.was_told_of(number) and not town.zhou.was_told_of(number)
    assert citizen.does(number, "rate", grade="basically")["outcome"] == "rated"
    town.chen.cannot(number, "lift_avoidance", 403, reason="与站无关")
    town.sun.does(number, "lift_avoidance", reason="核实后与站内无关")
    assert town.zhou.sees(number)["state"] == "closed"


def test_a_concern_found_late_takes_the_matter_out_of_the_concerned_hands(town: Town) -> None:
    citizen = town.claimed("王代表在水利站，水利站挖断了我家的水管。")
    number = citizen.number
    town.zhou.does(number, "avoid", concerns=["deputy"], reason="与代表本人单位有关")
    town.wang.cannot_see(number)
    seen = town.sun.sees(number)
    assert (seen["state"], seen["holder"]["code"]) == ("open", "dh-rd")
    assert "release" in citizen.steps
    town.chen.does(number, "claim")
    town.chen.is_refused(422, f"opinions/{number}/release/", {"reason": "请代表跟进", "to": "D00001"})
    seen = town.chen.does(number, "release", reason="请代表跟进", to="D00002")
    assert seen["holder"]["code"] == "D00002"
    assert town.zhao.does(number, "claim")["state"] == "claimed"


def test_an_escalated_draft_never_sent_comes_back_after_ten_working_days(town: Town) -> None:
    citizen = town.claimed("三个村合用的卫生室半年没有医生。", category="health")
    number = citizen.number
    draft = town.wang.does(number, "escalate")["suggestion"]
    assert due_on(town.wang.sees(number), "send_draft") == "2026-03-16"
    town.wait(days=12)
    reminded = [title for title in town.wang.was_told_of(number) if "待提交" in title]
    assert reminded and not any("已逾期" in title for title in reminded), "reminded beforehand"
    assert citizen.state == "escalated"
    town.wait(days=4)
    seen = citizen.sees_it()
    assert (seen["state"], seen["claimed_by"]) == ("claimed", "王建国代表")
    assert "没有作为代表建议交办" in next(step for step in seen["steps"] if step["verb"] == "come_back")["text"]
    assert due(town.wang.sees(number), "answer")
    assert town.wang.sees(draft)["opinions"] == []
    # It can go into that same draft once more, and so on its way.
    assert town.wang.does(number, "escalate", suggestion=draft)["suggestion"] == draft


def test_each_month_without_an_end_the_author_hears_where_it_lies(town: Town) -> None:
    citizen = town.claimed("三个村合用的卫生室半年没有医生。", category="health", phone="19900007500")
    number = citizen.number
    draft = town.wang.does(number, "escalate")["suggestion"]
    words = {
        "title": "关于配齐村卫生室医生的建议",
        "situation": "半年无医生。",
        "proposal": "轮派。",
        "field": "education_health",
    }
    town.wang.patch(f"suggestions/{draft}/", words)
    town.wang.does(draft, "submit")
    before = town.mailbox("19900007500").count(number)
    town.wait(days=31)
    assert town.mailbox("19900007500").count(number) > before


@pytest.mark.parametrize("verb", ["solved", "withdraw"])
def test_the_author_ends_it_himself_while_a_unit_works_on_it(town: Town, verb: str) -> None:
    citizen = town.claimed()
    town.wu.does(citizen.number, "refer", organ="qs-gov", note="请修复")
    seen = citizen.does(citizen.number, verb, text="自己修好了")
    assert (seen["state"], seen["outcome"]) == {"solved": ("closed", "self_solved"), "withdraw": ("withdrawn", "")}[
        verb
    ]
    town.deng.cannot(citizen.number, "report", 403, text="正要去")  # no longer its unit
    citizen.cannot(citizen.number, verb, 409, "wrong_state")
