"""The whole chain of the contract's cast: 群众提 → 代表接 → 成建议 → 部门办 → 人大督 → 双方评, by its calls alone."""

import pytest

from ground import clock
from tests.stories.client import Town, due, due_on, part_of, state_of, verbs

pytestmark = pytest.mark.stories

CARPORT = "清水花园小区三百多辆电动车在楼道里充电，夜里常有焦糊味，盼着建个充电车棚。"
TEXT = {
    "title": "关于清水花园小区增设充电车棚的建议",
    "situation": "小区内有 300 多辆电动自行车，楼道充电有火灾隐患。",
    "proposal": "一、建设充电车棚。二、明确管理单位。",
    "field": "urban_env",
}
PHONE = "19900007100"


def test_a_citizen_scans_a_code_and_hears_in_the_end_that_the_promise_was_kept(town: Town) -> None:
    """One story from the QR code to the archive; each step says who may act now, by when and why."""
    wang, zhao, zhou, wu, chen, sun = town.wang, town.zhao, town.zhou, town.wu, town.chen, town.sun
    gao, zheng, ding, ye = town.gao, town.zheng, town.ding, town.ye

    # The code leads to a deputy who can be spoken to.
    deputy = town.anybody.get("deputies/D00001/")
    assert (deputy["name"], deputy["accepts_opinions"], deputy["station"]) == ("王建国", True, "S00001")

    # Said: number, code, and by when the next step comes. Nobody but the screener reads it.
    citizen = town.says(CARPORT, category="safety", place="清水花园小区 3 号楼", contact_name="李秀兰", phone=PHONE)
    opinion = citizen.number
    seen = citizen.sees_it()
    assert (seen["state"], seen["state_label"], seen["content"]) == ("screening", "已收到，正在核对", CARPORT)
    assert verbs(seen) == ["submit"]
    assert due_on(seen, "screen") == "2026-03-03"
    assert seen["target"] == {"kind": "deputy", "code": "D00001", "name": "王建国"}
    assert {"withdraw", "verify_phone"} <= set(seen["actions"])
    for stranger in (wang, gao, town.liu, town.anybody):
        stranger.cannot_see(opinion)
    assert "screen" in zhou.waits_for(opinion)
    assert zhou.finds("opinions", state="screening") == [opinion]

    # Accepted and claimed: one named person is responsible, by a date.
    zhou.does(opinion, "accept")
    seen = wang.sees(opinion)
    assert (seen["state"], seen["holder"]["code"]) == ("open", "D00001")
    assert due(seen, "claim")["at"][:13] == "2026-03-03T10"
    assert "claim" in wang.may(opinion) and "claim" not in town.gao.get("me/")["faces"]
    assert "claim" in wang.waits_for(opinion)
    wang.does(opinion, "claim")
    seen = citizen.sees_it()
    assert (seen["state"], seen["claimed_by"]) == ("claimed", "王建国代表")
    assert due_on(seen, "answer") == "2026-03-09"
    assert any("5 工作日" in reason or "5 个工作日" in reason for reason in due(seen, "answer")["reasons"])

    # Escalated: a new draft that only its lead sees, linked to the matter.
    seen = wang.does(opinion, "escalate")
    assert seen["state"] == "escalated"
    number = seen["suggestion"]
    assert seen["suggestions"] == [number]
    assert due_on(seen, "send_draft") == "2026-03-16"
    assert citizen.sees_it()["state_label"] == "转为代表建议"
    zhao.cannot_see(number)
    draft = wang.sees(number)
    assert (draft["state"], draft["version"], draft["opinions"]) == ("draft", 1, [opinion])

    # The text, then a co-signer of exactly that text.
    draft = wang.patch(f"suggestions/{number}/", TEXT)
    assert (draft["title"], draft["version"]) == (TEXT["title"], 2)
    assert wang.does(number, "invite", deputies=["D00002"])["state"] == "cosigning"
    assert "cosign" in zhao.may(number)
    zhao.cannot(number, "cosign", 422, version=1)
    assert zhao.does(number, "cosign", version=2)["cosigners"][0]["state"] == "confirmed"
    chen.cannot_see(number)

    # Submitted and registered.
    assert wang.does(number, "submit")["state"] == "submitted"
    seen = chen.sees(number)
    assert due_on(seen, "hand_over") == "2026-03-09"
    assert {"register", "send_back"} <= set(seen["actions"])
    seen = chen.does(number, "register", field="urban_env")
    assert (seen["state"], seen["register_no"]) == (
        "registered",
        {"display": "市十九届人大二次会议闭会期间第001号", "short": "19-2闭-001"},
    )
    assert chen.finds("suggestions", q="19-2闭-001") == [number]

    # Handed over to 主办 + 协办; the assisting unit objects, which stops nobody.
    handlers = [{"organ": "dh-zjj", "role": "main"}, {"organ": "dh-jtj", "role": "assist"}]
    chen.cannot(number, "assign", 422, mode="sole", handlers=handlers)
    seen = chen.does(number, "assign", mode="main_assist", handlers=handlers)
    assert (seen["state"], seen["assigned_on"]) == ("assigned", "2026-03-02")
    main = part_of(gao.sees(number), "dh-zjj")
    assert (main["state"], main["role"], due_on(main, "reply")) == ("pending_sign", "main", "2026-06-02")
    assert {due_on(main, kind) for kind in ("sign", "first_contact")} == {"2026-03-04", "2026-03-30"}
    town.he.cannot_see(number)
    ding.cannot(number, "object", 403, reason="与道路运输无关")
    seen = ye.does(number, "object", reason="与道路运输无关", proposed_organ="dh-jyj")
    assert (seen["state"], seen["marks"], state_of(seen, "dh-jtj")) == ("assigned", ["objection"], "objected")
    assert part_of(seen, "dh-jtj")["objection"]["proposed_organ"] == "dh-jyj"
    chen.is_refused(422, f"suggestions/{number}/settle_objection/", {"accept": False})
    seen = chen.does(number, "settle_objection", accept=False, reason="车棚选址涉及道路占用，仍请协办")
    assert (seen["marks"], state_of(seen, "dh-jtj")) == ([], "signed")
    seen = gao.does(number, "sign")
    assert (seen["state"], state_of(seen, "dh-zjj")) == ("handling", "signed")

    # Talked with the deputy, who confirms it; the assisting unit gives its view.
    zheng.cannot(number, "reply", 422, "contacted", text="同意。", result_class="A", publicity="full")
    contact = {"method": "face", "at": clock.now().isoformat(), "summary": "到小区看了现场，商量了选址"}
    gao.does(number, "record_contact", **contact)
    [row] = wang.sees(number)["contacts"]
    assert (row["stage"], row["reached"], row["agrees"]) == ("during", True, None)
    assert wang.does(number, "confirm_contact", contact=row["id"], agrees=True)["contacts"][0]["agrees"] is True
    seen = ding.does(number, "contribute", text="占道部分可以按临时占用办理。")
    assert state_of(seen, "dh-jtj") == "opinion_submitted"

    # The clerk drafts, the lead issues: class B, with a promise and its date.
    town.wait(days=20)
    reply = {
        "text": "已会同镇政府完成选址，车棚列入今年改造计划。",
        "result_class": "B",
        "publicity": "full",
        "commitments": [{"text": "建成充电车棚 3 处", "due_on": "2026-09-30"}],
    }
    gao.cannot(number, "reply", 403, **reply)
    gao.does(number, "draft_reply", **reply)
    assert wang.sees(number)["replies"] == []
    zheng.cannot(number, "reply", 422, text="只说原则。", result_class="B", publicity="full")
    seen = zheng.does(number, "reply")
    assert (seen["state"], seen["marks"], state_of(seen, "dh-zjj")) == ("replied", ["rating_due"], "replied")
    assert seen["replies"][0]["result_class"] == "B"
    promise = seen["commitments"][0]["id"]
    assert (seen["commitments"][0]["state"], seen["commitments"][0]["due_on"]) == ("open", "2026-09-30")
    town.wait(minutes=2)
    assert any("答复" in title for title in wang.was_told_of(number))
    assert any("答复" in title for title in zhao.was_told_of(number))

    # The deputy rates attitude and result apart.
    assert "rate" in wang.may(number) and "rate" not in zhao.may(number)
    wang.cannot(number, "rate", 422, attitude="satisfied", result="dissatisfied")
    seen = wang.does(number, "rate", attitude="satisfied", result="basically", solved="partly")
    assert (seen["state"], part_of(seen, "dh-zjj")["outcome"]) == ("tracking", "rated")
    assert {"attitude": "satisfied", "result": "basically"}.items() <= seen["ratings"][0].items()
    sun.does(number, "publish", scope="full")
    assert town.anybody.sees(number)["replies"][0]["text"] == reply["text"]

    # The deputy words it for the citizen, who is told and rates.
    assert due(wang.sees(opinion), "confirm_escalated")["at"]
    assert "confirm" in wang.may(opinion)
    wang.does(opinion, "confirm", text="市住建局答应九月底前建好三处车棚，我会盯着。", solved="partly")
    town.wait(minutes=5)
    seen = citizen.sees_it()
    assert (seen["state"], seen["answer"]["by_label"], seen["answer"]["solved"]) == ("replied", "王建国代表", "partly")
    assert "三处车棚" in seen["answer"]["text"]
    assert seen["can_reopen_until"][:10] == "2026-04-07" and {"rate", "reopen"} <= set(seen["actions"]), "not on 清明"
    assert due_on(wang.sees(opinion), "rate") == "2026-03-30", "the last day moves off a Sunday"
    assert opinion in town.mailbox(PHONE)
    seen = citizen.does(opinion, "rate", grade="satisfied", solved="partly")
    assert (seen["state"], seen["outcome"], seen["rating"]["grade"]) == ("closed", "rated", "satisfied")

    # The promise is moved once, with the deputy heard; every date stays visible.
    town.wait(days=120)
    gao.cannot(number, "change_commitment", 403, commitment=promise, due_on="2026-11-30", reason="管线迁改")
    seen = zheng.does(number, "change_commitment", commitment=promise, due_on="2026-11-30", reason="管线迁改")
    assert seen["commitments"][0]["change"]["accepted"] is None
    chen.cannot(number, "settle_commitment_change", 403, commitment=promise, accept=True, reason="同意")
    seen = sun.does(number, "settle_commitment_change", commitment=promise, accept=True, reason="已听取代表意见，同意")
    assert (seen["commitments"][0]["due_on"], seen["commitments"][0]["old_dates"]) == ("2026-11-30", ["2026-09-30"])

    # Done, rated by the deputy, kept; published before, so the archive closes by itself.
    town.wait(days=90)
    gao.does(number, "report_commitment", commitment=promise, text="两处已完工，第三处正在接电")
    gao.cannot(number, "report_commitment", 403, commitment=promise, text="三处全部建成", final=True)
    seen = zheng.does(number, "report_commitment", commitment=promise, text="三处全部建成", final=True)
    assert seen["commitments"][0]["state"] == "reported"
    seen = wang.does(number, "rate_commitment", commitment=promise, result="satisfied")
    assert (seen["state"], seen["marks"], seen["commitments"][0]["state"]) == ("archived", ["kept"], "kept")
    assert seen["actions"] == []

    # The citizen behind it hears of the move, the report and the end.
    town.wait(minutes=5)
    steps = citizen.sees_it()["steps"]
    told = [step["text"] for step in steps if step["verb"] == "follow_up"]
    assert ["11 月 30 日" in told[0], "已完成" in told[1], "已兑现" in told[2]] == [True] * 3
    assert citizen.steps[:7] == ["submit", "accept", "claim", "escalate", "confirm", "rate", "follow_up"]
    assert wu.sees(opinion)["state"] == "closed"
