"""What deputies ask of departments, told from outside: many names, several units, redos, promises, and a deputy who leaves."""

from datetime import date, timedelta
from typing import Any

import pytest

from deputies import workflow as deputies
from ground import clock
from tests.stories.client import Person, Town, due, due_on, part_of, state_of, verbs

pytestmark = pytest.mark.stories

WORDS = {
    "title": "关于清水花园小区增设充电车棚的建议",
    "situation": "小区内有 300 多辆电动自行车，楼道充电有火灾隐患。",
    "proposal": "一、建设充电车棚。二、明确管理单位。",
    "field": "urban_env",
}
UNITS = {"dh-zjj": ("gao", "zheng"), "dh-jyj": ("he", "luo"), "dh-jtj": ("ding", "ye"), "qs-gov": ("deng", "deng")}
ANSWER = {"text": "已会同有关单位研究，答复如下。", "result_class": "A", "publicity": "full"}
PROMISE = {"text": "建成充电车棚 3 处", "due_on": "2026-09-30"}
GOOD = {"attitude": "satisfied", "result": "satisfied"}
BAD = {"attitude": "satisfied", "result": "dissatisfied", "text": "只说原则，没有措施"}


def draft(town: Town, **words: Any) -> str:
    return town.wang.post("suggestions/", WORDS | words, 201)["number"]


def submitted(town: Town, *cosigners: str, **words: Any) -> str:
    number = draft(town, **words)
    if cosigners:
        version = town.wang.does(number, "invite", deputies=list(cosigners))["version"]
        for code in cosigners:
            {"D00002": town.zhao, "D00006": town.tang}[code].does(number, "cosign", version=version)
    town.wang.does(number, "submit")
    return number


def assigned(town: Town, *handlers: tuple[str, str], mode: str = "sole", number: str = "", **words: Any) -> str:
    number = number or submitted(town, "D00002", **words)
    town.chen.does(number, "register", field="urban_env")
    rows = [{"organ": organ, "role": role} for organ, role in handlers or (("dh-zjj", "main"),)]
    town.chen.does(number, "assign", mode=mode, handlers=rows)
    return number


def clerk(town: Town, organ: str) -> Person:
    return getattr(town, UNITS[organ][0])


def lead(town: Town, organ: str) -> Person:
    return getattr(town, UNITS[organ][1])


def talks(town: Town, number: str, organ: str) -> None:
    contact = {"method": "visit", "at": clock.now().isoformat(), "summary": "到小区看了现场", "reached": True}
    clerk(town, organ).does(number, "record_contact", **contact)


def replies(town: Town, number: str, organ: str = "dh-zjj", **body: Any) -> dict[str, Any]:
    """Signed where it was not, talked with the deputy, issued by the unit's lead."""
    if state_of(clerk(town, organ).sees(number), organ) == "pending_sign":
        clerk(town, organ).does(number, "sign")
    talks(town, number, organ)
    return lead(town, organ).does(number, "reply", **(ANSWER | body))


def promised(town: Town, *, by_government: bool = False) -> tuple[str, int]:
    """A promise of a reply that was rated; the unit got it from the office of the congress, or from its government."""
    number = assigned(town, ("dh-gov" if by_government else "dh-zjj", "main"))
    if by_government:
        town.ma.does(number, "dispatch", handlers=[{"organ": "dh-zjj", "role": "main"}])
    seen = replies(town, number, result_class="B", commitments=[PROMISE])
    town.wang.does(number, "rate", **GOOD)
    return number, seen["commitments"][0]["id"]


def test_twelve_sign_three_units_answer_separately_one_objects_one_answer_does_not_satisfy(town: Town) -> None:
    colleagues = town.elect(13)
    *signers, silent = colleagues
    number = draft(town)
    town.wang.does(number, "invite", deputies=signers[:6])
    town.wang.does(number, "invite", deputies=[*signers[6:], silent])
    town.wang.is_refused(422, f"suggestions/{number}/invite/", {"deputies": ["D00003"]})  # of another congress
    for code in signers:
        assert "cosign" in colleagues[code].may(number)
        colleagues[code].does(number, "cosign", version=1)

    # The text is changed: who had signed is asked again, with the former version refused.
    seen = town.wang.patch(f"suggestions/{number}/", {"proposal": "一、建车棚。二、定管理单位。三、装消防喷淋。"})
    assert [row["state"] for row in seen["cosigners"]].count("stale") == 12
    for code in signers:
        colleagues[code].cannot(number, "cosign", 422, "version", version=1)
        colleagues[code].does(number, "cosign", version=2)
    colleagues[signers[0]].cannot(number, "cosign", 409, "wrong_state", version=2)
    town.wang.does(number, "submit")
    seen = town.wang.sees(number)
    assert {row["deputy"]: row["state"] for row in seen["cosigners"]} == dict.fromkeys(signers, "confirmed") | {
        silent: "lapsed"
    }
    seen = town.chen.sees(number)
    assert [row["deputy"] for row in seen["cosigners"]] == signers, "names that did not confirm are never printed"

    # Three units, each answering for itself.
    mains = [("dh-zjj", "main"), ("dh-jyj", "main"), ("dh-jtj", "main")]
    assigned(town, *mains, mode="separate", number=number)
    town.gao.does(number, "sign")
    town.ding.does(number, "sign")
    seen = town.luo.does(number, "object", reason="学校没有产权")
    assert (seen["state"], seen["marks"]) == ("handling", ["objection"]), "the others go on"
    town.luo.cannot(number, "object", 409, reason="再申请一次")
    seen = town.chen.does(number, "settle_objection", accept=False, reason="校门口车棚由教育部门协调")
    assert (state_of(seen, "dh-jyj"), seen["marks"]) == ("signed", [])
    town.luo.cannot(number, "object", 422, "objection_open", reason="再申请一次")

    replies(town, number, "dh-zjj")
    seen = replies(town, number, "dh-jyj")
    assert seen["state"] == "handling", "one still owes its first reply"
    seen = replies(town, number, "dh-jtj")
    assert (seen["state"], seen["marks"]) == ("replied", ["rating_due"])

    # A co-signer tells the lead what he thinks; nobody else reads it.
    first = {row["organ"]: row["id"] for row in town.wang.sees(number)["assignments"]}
    colleagues[signers[3]].does(number, "give_view", assignment=first["dh-zjj"], grade="dissatisfied", text="没有期限")
    [view] = town.wang.sees(number)["views"]
    assert (view["deputy"], view["grade"]) == (signers[3], "dissatisfied")
    for other in (town.chen, town.zheng, colleagues[signers[4]]):
        assert other.sees(number)["views"] == [] and "没有期限" not in str(other.sees(number))

    # Rated one by one; a dissatisfied result is done again by that unit alone.
    town.wang.cannot(number, "rate", 422, "which_assignment", **GOOD)
    town.wang.cannot(number, "rate", 422, assignment=first["dh-zjj"], **(BAD | {"text": ""}))
    seen = town.wang.does(number, "rate", assignment=first["dh-zjj"], **BAD)
    assert (seen["state"], state_of(seen, "dh-zjj"), part_of(seen, "dh-zjj")["round"]) == ("redoing", "redoing", 2)
    assert set(seen["marks"]) == {"redo_one", "rating_due"}
    assert due_on(part_of(seen, "dh-zjj"), "redo") == "2026-04-02"
    for organ in ("dh-jyj", "dh-jtj"):
        seen = town.wang.does(number, "rate", assignment=first[organ], **GOOD)
    assert seen["state"] == "redoing"
    town.zheng.cannot(number, "reply", 422, "contacted", **ANSWER)  # a contact counts for its round
    seen = replies(town, number, "dh-zjj", text="四月底前完成选址，五月动工。")
    assert [row["round"] for row in seen["replies"] if row["assignment"] == first["dh-zjj"]] == [1, 2]

    # Dissatisfied again: the office brings both to one table, and may let it be done once more only once.
    seen = town.wang.does(number, "rate", **BAD)
    assert (seen["state"], due(part_of(seen, "dh-zjj"), "mediate")["at"][:10]) == ("mediating", "2026-03-23")
    town.chen.cannot(number, "mediate", 403, minutes="会商", outcome="redo")
    town.sun.does(number, "mediate", minutes="三方到场，再办一次", outcome="redo")
    replies(town, number, "dh-zjj", text="五月十日前动工，工期 60 天。")
    town.wang.does(number, "rate", **BAD)
    town.sun.cannot(number, "mediate", 422, minutes="再会商", outcome="redo")
    seen = town.sun.does(number, "mediate", minutes="已尽到责任，评价存档", outcome="close")
    assert (seen["state"], part_of(seen, "dh-zjj")["outcome"]) == ("closed", "settled")
    grades = [row["result"] for row in seen["ratings"]]
    assert grades.count("dissatisfied") == 3, "the grade stands"
    town.chen.cannot(number, "archive", 422, "publication_decided")
    town.sun.does(number, "publish", scope="full")
    assert town.chen.does(number, "archive")["state"] == "archived"


def test_an_assisting_unit_that_never_contributes_blocks_nobody(town: Town) -> None:
    number = assigned(town, ("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
    town.gao.does(number, "sign")
    talks(town, number, "dh-zjj")
    town.zheng.cannot(number, "reply", 422, "assists_in", **ANSWER)
    assert due(part_of(town.ding.sees(number), "dh-jtj"), "opinion")["at"][:10] == "2026-04-02"
    town.wait(days=32)
    seen = town.zheng.sees(number)
    assert (state_of(seen, "dh-jtj"), seen["marks"]) == ("opinion_missing", ["assist_missing"])
    assert "mark_missing" in verbs(seen)
    assert town.ye.was_told_of(number)
    seen = town.zheng.does(number, "reply", **ANSWER)
    assert seen["state"] == "replied"
    assert "市交通局逾期未提供协办意见" in town.wang.sees(number)["replies"][0]["text"]

    # Still owed: within ten working days after the main reply, then red at the office.
    assert "late_opinion" in town.ding.waits_for(number)
    town.wait(days=20)
    assert due(part_of(town.chen.sees(number), "dh-jtj"), "late_opinion")["level"] == "red"
    assert any("协办意见" in title for title in town.chen.was_told_of(number))
    seen = town.ding.does(number, "contribute", text="迟到的意见：无异议。")
    assert (state_of(seen, "dh-jtj"), seen["contributions"][0]["late"]) == ("opinion_submitted", True)


def test_a_promise_changed_twice_and_not_kept_stays_in_the_figures_for_good(town: Town) -> None:
    number, promise = promised(town, by_government=True)
    town.sun.does(number, "publish", scope="summary")

    def change(due_on: str, **more: str) -> dict[str, Any]:
        town.zheng.does(number, "change_commitment", commitment=promise, due_on=due_on, reason="施工受阻", **more)
        return town.sun.does(number, "settle_commitment_change", commitment=promise, accept=True, reason="同意")

    town.zheng.cannot(number, "change_commitment", 422, commitment=promise, due_on="2026-09-01", reason="提前不是改期")
    change("2026-11-30")
    town.zheng.cannot(number, "change_commitment", 422, commitment=promise, due_on="2027-02-26", reason="没有签名")
    seen = change("2027-02-26", signed_by="局长")
    row = seen["commitments"][0]
    assert (row["due_on"], row["old_dates"], row["changes"]) == ("2027-02-26", ["2026-09-30", "2026-11-30"], 2)
    town.zheng.cannot(
        number,
        "change_commitment",
        422,
        "change_open",
        commitment=promise,
        due_on="2027-06-30",
        reason="三改",
        signed_by="局长",
    )

    # Past its date: the unit, then one office after the other hears of it; the lead of the office has to end it.
    town.wait_until(clock.now().replace(year=2027, month=3, day=20))
    seen = town.sun.sees(number)
    assert (seen["state"], due(seen["commitments"][0], "promise")["level"]) == ("tracking", "red")
    assert "end" in town.sun.waits_for(number)
    for who in (town.zheng, town.ma, town.sun):
        assert any("承诺" in title for title in who.was_told_of(number))
    town.chen.cannot(number, "end_commitment", 403, commitment=promise, reason="代表", **{"as": "unkept"})
    town.sun.is_refused(422, f"suggestions/{number}/end_commitment/", {"commitment": promise, "as": "unkept"})
    town.sun.cannot(
        number, "end_commitment", 422, "not_reported", commitment=promise, reason="说做了", **{"as": "kept"}
    )
    seen = town.sun.does(
        number, "end_commitment", commitment=promise, reason="两次改期后仍未动工，已听取代表意见", **{"as": "unkept"}
    )
    assert (seen["state"], seen["marks"], seen["commitments"][0]["state"]) == ("archived", ["unkept"], "unkept")
    public = town.anybody.sees(number)
    assert "unkept" in public["marks"] and any("仍未动工" in step["text"] for step in public["steps"])


def test_a_promise_reported_done_and_not_believed_is_done_again_by_its_unit(town: Town) -> None:
    number, promise = promised(town)
    town.zheng.does(number, "report_commitment", commitment=promise, text="已经建成", final=True)
    town.wang.cannot(number, "rate_commitment", 422, commitment=promise, result="dissatisfied")
    seen = town.wang.does(number, "rate_commitment", commitment=promise, result="dissatisfied", text="只建成一处")
    assert (seen["state"], seen["commitments"][0]["state"], part_of(seen, "dh-zjj")["round"]) == (
        "redoing",
        "disputed",
        2,
    )
    talks(town, number, "dh-zjj")
    town.zheng.cannot(number, "reply", 422, "disputed_promises", **ANSWER)
    new = {"text": "补建两处", "due_on": "2026-12-31", "replaces": promise}
    seen = town.zheng.does(number, "reply", **(ANSWER | {"result_class": "B", "commitments": [new]}))
    assert [row["state"] for row in seen["commitments"]] == ["replaced", "open"]
    town.wang.does(number, "rate", **GOOD)
    second = seen["commitments"][1]["id"]
    town.zheng.does(number, "report_commitment", commitment=second, text="补建完成", final=True)
    seen = town.wang.does(number, "rate_commitment", commitment=second, result="satisfied")
    assert (seen["state"], seen["marks"]) == ("closed", ["kept"])


def test_a_deputy_resigns_and_every_open_matter_finds_a_hand(town: Town) -> None:
    """Claimed, waiting, at a unit, in a draft; a suggestion asking for names, one waiting to be rated, one with a promise."""
    waiting, claimed, sent, drafted = (
        town.accepted("楼道灯坏了。"),
        town.claimed("下水道堵了。"),
        town.claimed(),
        town.claimed("卫生室没有医生。"),
    )
    town.wu.does(sent.number, "refer", organ="qs-gov", note="请修复")
    idea = town.wang.does(drafted.number, "escalate")["suggestion"]
    asking = draft(town, title="关于联名中的建议")
    town.wang.does(asking, "invite", deputies=["D00002"])
    town.zhao.does(asking, "cosign", version=1)
    rated_next = assigned(town, title="关于待评价的建议")
    replies(town, rated_next)
    number, promise = promised(town)
    old_token = dict(town.wang.headers)

    seat = town.cast.seat("D00001")
    deputies.terminate(seat, by=town.cast.sun, reason="resigned", document_no="东常〔2026〕7 号", on=clock.today())
    town.wait(minutes=5)

    # Signed out, and the code leads on.
    Person(headers=old_token).is_refused(401, "me/", method="get")
    later = town.says("新的一件事。")
    assert later.sees_it()["target"]["code"] == "S00001"

    # Opinions: the station goes on, and the citizens hear who, never why.
    assert (waiting.state, claimed.state) == ("open", "open")
    for one in (waiting, claimed):
        seen = one.sees_it()
        assert seen["holder"]["code"] == "S00001" and "辞" not in str(seen)
    assert town.zhou.does(claimed.number, "claim")["state"] == "claimed"
    town.deng.does(sent.number, "report", text="已修好。")
    assert "confirm" in town.wu.may(sent.number)
    assert town.wu.does(sent.number, "confirm", text="路灯修好了。")["state"] == "replied"
    seen = drafted.sees_it()
    assert (seen["state"], seen["holder"]["code"], seen["suggestion"]) == ("open", "S00001", None)
    assert "come_back" in verbs(seen)
    town.zhao.cannot_see(idea)

    # Suggestions: the co-signer takes the lead of what was not sent, and acts as lead of what was.
    seen = town.zhao.does(asking, "take_lead")
    assert seen["lead"]["code"] == "D00002" and "submit" in seen["actions"]
    town.zhao.does(asking, "submit")
    town.zhao.cannot(rated_next, "rate", 403, **GOOD)
    seen = town.zhao.does(rated_next, "take_lead")
    assert (seen["lead"]["code"], seen["acting_lead"]["code"]) == ("D00001", "D00002")
    assert town.zhao.does(rated_next, "rate", **GOOD)["state"] == "closed"
    town.zhao.does(number, "take_lead")
    town.zheng.does(number, "report_commitment", commitment=promise, text="已建成", final=True)
    assert town.zhao.does(number, "rate_commitment", commitment=promise, result="satisfied")["marks"] == ["kept"]


def test_nobody_takes_the_lead_and_what_was_not_sent_is_withdrawn(town: Town) -> None:
    asking = draft(town)
    town.wang.does(asking, "invite", deputies=["D00002"])
    town.zhao.does(asking, "cosign", version=1)
    unrated = assigned(town)
    replies(town, unrated)
    deputies.terminate(
        town.cast.seat("D00001"), by=town.cast.sun, reason="moved", document_no="东常〔2026〕8 号", on=clock.today()
    )
    town.wait(days=20)
    assert town.zhao.sees(asking)["state"] == "withdrawn"
    town.wait(days=20)
    seen = town.chen.sees(unrated)
    assert (seen["state"], part_of(seen, "dh-zjj")["outcome"]) == ("closed", "rating_waived"), "no rater is left"
    assert all(row["expired"] and not row["result"] for row in seen["ratings"]), "never counted as satisfied"


def test_a_government_hands_on_to_its_units_and_settles_their_objections(town: Town) -> None:
    number = assigned(town, ("dh-gov", "main"))
    seen = town.ma.sees(number)
    assert (seen["state"], state_of(seen, "dh-gov"), due(part_of(seen, "dh-gov"), "dispatch")["at"][:10]) == (
        "assigned",
        "pending_dispatch",
        "2026-03-09",
    )
    town.gao.cannot_see(number)
    town.ma.cannot(number, "dispatch", 422, handlers=[{"organ": "qs-gov", "role": "main"}])
    handlers = [{"organ": "dh-zjj", "role": "main"}, {"organ": "dh-jtj", "role": "assist"}]
    seen = town.ma.does(number, "dispatch", handlers=handlers)
    assert (seen["mode"], state_of(seen, "dh-gov"), state_of(seen, "dh-zjj")) == (
        "main_assist",
        "dispatched",
        "pending_sign",
    )
    town.zheng.does(number, "object", reason="属于教育部门", proposed_organ="dh-jyj")
    assert town.ma.sees(number)["state"] == "objected"
    town.ma.cannot(number, "settle_objection", 422, accept=True, reason="同意")  # the only main needs a successor
    seen = town.ma.does(number, "settle_objection", accept=True, reason="同意，改由教育局主办", reassign_to="dh-jyj")
    assert [state_of(seen, organ) for organ in ("dh-zjj", "dh-jyj")] == ["released", "pending_sign"]
    new = part_of(seen, "dh-jyj")
    assert due_on(new, "reply") == "2026-06-02" and due(new, "reply")["reasons"]
    town.gao.cannot(number, "sign", 409, "wrong_state")  # it reads on what it gave back, and does nothing more
    town.wait(days=9)
    seen = town.he.sees(number)
    assert (state_of(seen, "dh-jyj"), seen["state"]) == ("signed", "handling"), (
        "the system signs when the window is over"
    )


def test_a_reply_may_be_late_by_leave_but_not_without_and_the_clock_never_pauses(town: Town) -> None:
    number = assigned(town)
    town.gao.does(number, "sign")
    town.gao.cannot(number, "ask_extension", 422, until="2026-12-31", reason="超过六个月")
    town.gao.cannot(number, "ask_extension", 422, until="2026-05-01", reason="早于到期日")
    seen = town.gao.does(number, "ask_extension", until="2026-07-31", reason="等市里统一规划")
    assert due_on(part_of(seen, "dh-zjj"), "reply") == "2026-06-02", "a pending request moves nothing"
    town.chen.cannot(number, "settle_extension", 403, accept=True, reason="同意")
    seen = town.sun.does(number, "settle_extension", accept=True, reason="同意")
    assert due_on(part_of(seen, "dh-zjj"), "reply") == "2026-07-31"
    assert any(
        "6 月 2 日" in reason or "7 月 31 日" in reason for reason in due(part_of(seen, "dh-zjj"), "reply")["reasons"]
    )
    town.wait(days=165)
    seen = town.chen.sees(number)
    assert due(part_of(seen, "dh-zjj"), "reply")["level"] == "red"
    assert number in town.chen.finds("suggestions", overdue="1")
    for who in (town.zheng, town.chen):
        assert any("答复代表已逾期" in title for title in who.was_told_of(number))
    town.chen.does(number, "chase", note="请尽快答复")
    assert any("催办" in step["label"] for step in town.gao.sees(number)["steps"])


def test_three_calls_on_two_days_stand_for_a_talk_with_a_deputy_nobody_reaches(town: Town) -> None:
    number = assigned(town)
    town.gao.does(number, "sign")
    attempt = {"method": "phone", "summary": "无人接听", "reached": False}
    for hours in (0, 1):
        town.gao.does(number, "record_contact", at=(clock.now() - timedelta(hours=hours)).isoformat(), **attempt)
    future = (clock.now() + timedelta(minutes=5)).isoformat()
    town.gao.cannot(number, "record_contact", 422, at=future, **attempt)
    town.zheng.cannot(number, "reply", 422, "contacted", **ANSWER)
    town.wait(days=1)
    town.gao.does(number, "record_contact", at=clock.now().isoformat(), **attempt)
    seen = town.zheng.does(number, "reply", **ANSWER)
    assert "未联系上代表" in town.wang.sees(number)["replies"][0]["text"] and seen["state"] == "replied"


def test_a_denied_talk_does_not_count_and_a_reply_can_be_sent_back_for_completion(town: Town) -> None:
    number = assigned(town)
    town.gao.does(number, "sign")
    talks(town, number, "dh-zjj")
    contact = town.wang.sees(number)["contacts"][0]["id"]
    town.wang.does(number, "confirm_contact", contact=contact, agrees=False)
    town.zheng.cannot(number, "reply", 422, "contacted", **ANSWER)
    talks(town, number, "dh-zjj")
    town.zheng.does(number, "reply", **ANSWER)
    before = due_on(part_of(town.wang.sees(number), "dh-zjj"), "rate")
    town.sun.cannot(number, "return_reply", 403, reason_code="not_point_by_point", note="没有逐条答复")
    seen = town.chen.does(number, "return_reply", reason_code="not_point_by_point", note="没有逐条答复")
    assert (state_of(seen, "dh-zjj"), seen["replies"][0]["returned"], before) == ("signed", True, "2026-03-30")
    assert due_on(part_of(seen, "dh-zjj"), "reply") == "2026-06-02", "owed as if it had never been given"
    seen = town.zheng.does(number, "reply", **(ANSWER | {"text": "逐条答复如下。"}))
    assert [row["version"] for row in seen["replies"]] == [1, 2]
    town.sun.does(number, "correct_class", result_class="C", reason="尚不具备条件")
    assert town.wang.sees(number)["replies"][-1]["result_class"] == "C"


def test_an_attitude_alone_goes_to_the_lead_of_the_office_who_may_let_it_be_done_again(town: Town) -> None:
    number = assigned(town)
    replies(town, number)
    seen = town.wang.does(number, "rate", attitude="dissatisfied", result="satisfied", text="电话里说话难听")
    assert (state_of(seen, "dh-zjj"), due_on(part_of(seen, "dh-zjj"), "attitude")) == ("replied", "2026-03-09")
    town.wang.cannot(number, "rate", 409, **GOOD)
    assert "settle_attitude" in town.sun.may(number)
    assert town.sun.does(number, "settle_attitude", redo=True, note="已约谈分管领导")["state"] == "redoing"
    second = assigned(town, title="关于另一件事的建议")
    replies(town, second)
    town.wang.does(second, "rate", attitude="dissatisfied", result="basically", text="拖了两个月")
    town.wait(days=9)
    seen = town.sun.sees(second)
    assert "pass_attitude" in verbs(seen) and part_of(seen, "dh-zjj")["state"] == "done"


def test_a_rating_nobody_gives_expires_and_is_never_taken_for_satisfied(town: Town) -> None:
    number = assigned(town)
    replies(town, number)
    town.wait(days=25)
    assert any("评价" in title for title in town.wang.was_told_of(number)), "reminded before"
    assert "take_lead" in town.zhao.may(number), "a co-signer may take over after the reminder"
    town.wait(days=10)
    seen = town.chen.sees(number)
    assert (seen["state"], part_of(seen, "dh-zjj")["outcome"]) == ("closed", "rating_expired")
    assert not any(row["result"] == "satisfied" for row in seen["ratings"])


def test_sent_back_for_spelling_keeps_the_names_and_for_more_asks_them_again(town: Town) -> None:
    number = submitted(town, "D00002")
    town.cai.does(number, "send_back", reason="标题有错字", reason_code="wording", spelling_only=True)
    town.wang.patch(f"suggestions/{number}/", {"title": "关于清水花园小区建设充电车棚的建议"})
    seen = town.wang.sees(number)
    assert (seen["state"], seen["cosigners"][0]["state"]) == ("returned", "confirmed")
    town.wang.does(number, "submit")
    town.chen.does(number, "send_back", reason="一事一议", reason_code="several_matters")
    town.wang.patch(f"suggestions/{number}/", {"proposal": "只建车棚。"})
    seen = town.wang.sees(number)
    assert (seen["state"], seen["cosigners"][0]["state"]) == ("cosigning", "stale")
    town.zhao.does(number, "cosign", version=seen["version"])
    assert town.wang.does(number, "submit")["state"] == "submitted"


def test_not_accepted_as_a_suggestion_the_citizen_behind_hears_why_and_the_matter_comes_back(town: Town) -> None:
    citizen = town.claimed("我家宅基地的官司判得不公。")
    number = town.wang.does(citizen.number, "escalate")["suggestion"]
    town.wang.patch(f"suggestions/{number}/", WORDS)
    town.wang.does(number, "submit")
    assert "send_draft" not in {row["kind"] for row in town.wang.sees(citizen.number)["due"]}
    town.chen.cannot(number, "refuse", 403, rule_code="case", reason="涉及具体案件")
    seen = town.sun.does(
        number, "refuse", rule_code="case", reason="涉及具体司法案件，已与领衔代表沟通", letter_ref="信〔2026〕12 号"
    )
    assert (seen["state"], seen["actions"]) == ("not_accepted", [])
    seen = citizen.sees_it()
    assert (seen["state"], seen["claimed_by"]) == ("claimed", "王建国代表")
    assert "没有作为代表建议交办" in seen["steps"][-1]["text"]
    assert "letter" not in str(seen) and "信〔2026〕12 号" not in str(seen)


def test_withdrawn_when_the_last_of_those_who_signed_says_so(town: Town) -> None:
    citizen = town.claimed("路边缺一个公交站牌。")
    number = town.wang.does(citizen.number, "escalate")["suggestion"]
    town.wang.patch(f"suggestions/{number}/", WORDS)
    town.wang.does(number, "invite", deputies=["D00002"])
    town.zhao.does(number, "cosign", version=2)
    town.wang.does(number, "submit")
    assigned(town, number=number)
    town.gao.does(number, "sign")
    assert town.wang.does(number, "withdraw", reason="问题已解决")["state"] == "handling"
    town.wang.cannot(number, "withdraw", 409, reason="再说一次")
    seen = town.zhao.does(number, "withdraw", reason="同意撤回")
    assert (seen["state"], state_of(seen, "dh-zjj")) == ("withdrawn", "released")
    assert citizen.state == "claimed"
    town.gao.cannot(number, "record_contact", 409, method="face", at=clock.now().isoformat(), summary="x")


def test_two_on_one_matter_are_merged_answered_together_and_rated_apart(town: Town) -> None:
    first = assigned(town)
    second = town.zhao.post("suggestions/", WORDS | {"title": "关于老旧小区充电车棚的建议"}, 201)["number"]
    town.zhao.does(second, "submit")
    town.chen.does(second, "register", field="urban_env")
    town.chen.is_refused(422, f"suggestions/{second}/merge/", {"into": second})
    assert town.chen.does(second, "merge", into=first)["merged_into"] == first
    town.chen.does(second, "assign", mode="sole", handlers=[{"organ": "dh-zjj", "role": "main"}])
    town.gao.does(second, "sign")
    town.gao.does(first, "sign")
    talks(town, first, "dh-zjj")
    seen = town.zheng.does(first, "reply", **(ANSWER | {"covers": [second]}))
    assert seen["replies"][0]["covers"] == [second]
    town.chen.cannot(second, "unmerge", 422, reason="分开办")
    assert "rate" in town.wang.may(first)


def test_key_supervision_is_led_by_name_and_noted_by_its_committee(town: Town) -> None:
    number = assigned(town)
    body = {"leader": "D00004", "committee": "dh-cjw", "plan": "六月看现场，八月听汇报"}
    town.chen.cannot(number, "key_supervise", 403, **body)
    seen = town.shi.does(number, "key_supervise", **body)
    assert seen["marks"] == ["key"] and seen["key_supervision"]["leader"] == "D00004"
    town.shen.does(number, "note_supervision", kind="site", text="看了三处选址", at=clock.now().isoformat())
    town.shen.is_refused(
        422, f"suggestions/{number}/note_supervision/", {"kind": "site", "text": "x", "at": "2027-01-01"}
    )
    town.tang.cannot(number, "note_supervision", 404, kind="site", text="x", at=clock.now().isoformat())
    assert town.shi.sees(number)["key_supervision"]["notes"][0]["text"] == "看了三处选址"


@pytest.mark.parametrize(("priority", "due_date"), [(7, "2026-03-09"), (15, "2026-03-17"), (30, "2026-04-01")])
def test_a_snap_needs_two_lines_and_is_answered_in_days(town: Town, priority: int, due_date: str) -> None:
    number = town.wang.post(
        "suggestions/", {"kind": "snap", "title": "井盖松动", "situation": "人民路 18 号门前"}, 201
    )["number"]
    town.wang.does(number, "submit")
    town.chen.cannot(number, "register", 422, "priority")
    town.chen.does(number, "register", priority=priority)
    seen = town.chen.does(number, "assign", mode="sole", handlers=[{"organ": "dh-zjj", "role": "main"}])
    assert due_on(part_of(seen, "dh-zjj"), "reply") == due_date
    assert date.fromisoformat(due_date) > clock.today()
