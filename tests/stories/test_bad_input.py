"""Everything people and programs send that nobody asked for (issue 2): refused where it stands, or kept as plain words."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from deputies import workflow as deputies
from ground import clock
from tests.stories.client import API, LAMP, Author, Person, Town, at_once, check_described, refusal, told, verbs
from tests.stories.test_suggestions import WORDS, assigned, draft

SAID = {"deputy": "D00001", "category": "urban", "content": LAMP, "consent": True}

STRANGE = {
    "rare characters": "龘靐齉爩鱻麤龗 𠮷野家𡘙𪚥 的路灯坏了",
    "emoji": "路灯坏了😡👩‍👩‍👧‍👦🇨🇳，请修一下🙏",
    "markup": "<b>路灯</b><script>alert('x')</script><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }} {% debug %} ${7*7} #{7*7} <%= 7 %>",
    "sql": "'; DROP TABLE suggestions_opinion; -- \" OR 1=1 /* */",
    "format": "%s %d %n %(name)s {0} {name!r}",
    "path": "../../../../etc/passwd file:///etc/passwd",
    "formula": '=HYPERLINK("http://x","y") +1+1 @SUM(A1)',
    "json": '{"state": "closed"} \\u0041 \\" \\\\',
    "long line": "路" * 2000,
    "many lines": "\n".join(["路灯坏了"] * 300),
    "minority scripts": "བོད་ཡིག ئۇيغۇرچە ᠮᠣᠩᠭᠣᠯ 路灯",
    "combining": "e\u0301 ﷺ Ａ１ ⅷ 路灯",
}  # fmt: skip


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE.keys())
def test_strange_words_are_kept_as_words_and_found_again(town: Town, words: str) -> None:
    citizen = town.says(words)
    kept = citizen.sees_it()["content"]
    assert kept.replace(" ", "")[:4] and len(kept) <= 2000
    assert kept == town.zhou.sees(citizen.number)["content"]
    if words.isascii() or "e\u0301" not in words:
        assert kept == words
    town.zhou.does(citizen.number, "accept")
    town.wang.does(citizen.number, "claim")
    town.wang.does(citizen.number, "answer", text=words)
    assert citizen.sees_it()["answer"]["text"] == kept
    assert (
        citizen.does(citizen.number, "rate", grade="dissatisfied", reasons=["other"], text=words[:900])["state"]
        == "closed"
    )
    if word := re.search(r"[A-Za-z]{2,}|[一-鿿]{2}", kept):
        assert citizen.number in town.zhou.finds("opinions", q=word[0])
    assert town.zhou.send("get", "opinions/", {"q": words[:100]}).status_code == 200
    town.wait(minutes=2)  # and it can be told


def test_controls_and_turned_lines_are_taken_out_of_what_is_kept(town: Town) -> None:
    kept = town.says("路灯\x07坏\x1b[31m了\u202e\u2066，\r\n请修\ufeff\x7f。\u0085谢谢").sees_it()["content"]
    assert kept == "路灯坏[31m了，\n请修。\n谢谢"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"content": ""}, ""),
        ({"content": "   \n\t　"}, ""),
        ({"content": "\u200b\u200d\ufe0f"}, "/content"),
        ({"content": "路" * 2001}, "/content"),
        ({"content": "\x00\x01\x02路灯\x00" * 600}, "/content"),
        ({"content": None}, "/content"),
        ({"content": 7}, "/content"),
        ({"content": ["路灯"]}, "/content"),
        ({"category": "nonsense"}, "/category"),
        ({"category": ""}, "/category"),
        ({"category": None}, "/category"),
        ({"urgency": "at once"}, "/urgency"),
        ({"consent": False}, "/consent"),
        ({"consent": "true"}, "/consent"),
        ({"consent": None}, "/consent"),
        ({"deputy": "D99999"}, "/deputy"),
        ({"deputy": "d 1'--"}, "/deputy"),
        ({"deputy": "\x00"}, "/deputy"),
        ({"deputy": ""}, "/deputy"),
        ({"station": "S00001"}, "/deputy"),
        ({"deputy": None, "station": "S99999"}, "/"),
        ({"place": "路" * 121}, "/place"),
        ({"location": {"lng": 200, "lat": 30}}, "/location"),
        ({"location": {"lng": 118.4}}, "/location"),
        ({"location": {"lng": "NaN", "lat": 30}}, "/location"),
        ({"location": "118,30"}, "/location"),
        ({"contact_name": "李" * 41}, "/contact_name"),
        ({"phone": "12345"}, "/phone"),
        ({"phone": "一三八"}, "/phone"),
        ({"phone": "1" * 31}, "/phone"),
        ({"is_public": "yes"}, "/is_public"),
        ({"concerns": ["mayor"]}, "/concerns"),
        ({"concerns": "station"}, "/concerns"),
        ({"joins": "Y2026-999999"}, "/joins"),
        ({"joins": "'; --"}, "/joins"),
        ({"channel": "station"}, "/channel"),
        ({"channel": "smoke"}, "/channel"),
        ({"order_no": "9" * 41}, "/order_no"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_named_and_stores_nothing(town: Town, change: dict[str, Any], pointer: str) -> None:
    """Empty content alone waits for a photo; then it says nothing to anybody until one came."""
    body = SAID | change
    answer = town.anybody.send("post", "opinions/", body)
    if not pointer:
        told(answer, 201)
        return
    problem = refusal(answer, 422)
    assert any(line["pointer"].startswith(pointer) for line in problem["errors"]), problem
    assert all(line["detail"].endswith(("。", "？")) for line in problem["errors"])
    assert town.zhou.finds("opinions") == []


@pytest.mark.parametrize("body", [[], "路灯", 7, None, True, [SAID]], ids=str)
def test_a_body_that_is_no_object_is_refused(town: Town, body: Any) -> None:
    answer = Client().post(f"{API}opinions/", json.dumps(body), content_type="application/json")
    check_described("post", f"{API}opinions/", answer)
    refusal(answer, 422)


@pytest.mark.parametrize(
    "number", ["Y2026-999999", "y2026-1", "%00", "..%2F..", "Y2026-000001%27--", "龘", "J2026-000001", "1" * 300]
)
def test_numbers_that_do_not_exist_are_not_found_whatever_they_look_like(town: Town, number: str) -> None:
    town.says()
    for who in (town.anybody, town.zhou, Author(headers={"Query-Code": "1234567890"})):
        for path in (f"opinions/{number}/", f"suggestions/{number}/"):
            answer = Client().get(f"{API}{path}", headers=_signed(who))
            assert answer.status_code in (400, 404), path
        answer = Client().post(
            f"{API}opinions/{number}/claim/", "{}", content_type="application/json", headers=_signed(who)
        )
        assert answer.status_code in (400, 404)


def _signed(who: Person) -> dict[str, str]:
    who._sign_in()
    return who.headers


@pytest.mark.parametrize(
    "code", ["", " ", "0", "abc", "１２３４５６７８９０", "1234567890123456", "𠮷", "-1", "1234567890' OR 1"]
)
def test_codes_that_cannot_be_are_like_wrong_ones(town: Town, code: str) -> None:
    number = town.says().number
    body = {"query_code": code} if code.strip() else {}
    town.anybody.cannot(number, "withdraw", 404 if len(code) <= 20 else 422, **body)
    assert town.zhou.sees(number)["state"] == "screening"


def test_a_code_that_moved_leads_to_who_follows_and_one_that_ended_to_the_station(town: Town) -> None:
    deputies.terminate(town.cast.seat("D00002"), by=town.cast.sun, reason="moved", document_no="1 号", on=clock.today())
    citizen = town.says(deputy="D00002")
    assert citizen.sees_it()["target"] == {"kind": "station", "code": "S00001", "name": "清水镇中心联络站"}
    point = town.says("村里的水渠塌了。", station="S00003")
    assert point.sees_it()["target"]["code"] == "S00001", "what is said at a point goes to its parent station"
    village = town.says("村道太窄。", division="990100101201")
    assert village.sees_it()["target"]["code"] == "S00001"
    assert (
        town.anybody.get("deputies/D00002/")["posts"] == []
        and town.anybody.get("deputies/D00002/")["accepts_opinions"] is False
    )


def test_dates_that_cannot_be_are_refused(town: Town) -> None:
    number = town.claimed().number
    town.wu.does(number, "refer", organ="qs-gov", note="请修复")
    for until in ("2026-02-30", "yesterday", "2020-01-01", "9999-12-31", "2026-13-01", 20260401, "2026-03-23T10:00:00"):
        town.deng.cannot(number, "ask_extension", 422, until=until, reason="等灯具")
    matter = assigned(town)
    town.gao.does(matter, "sign")
    for at in (
        "2027-01-01T00:00:00+08:00",
        "1900-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59+08:00",
        "now",
        "",
        None,
        0,
    ):
        town.gao.cannot(matter, "record_contact", 422, method="face", summary="看了现场", at=at)
    contact = {"method": "face", "summary": "看了现场", "at": clock.now().isoformat()}
    town.gao.does(matter, "record_contact", **contact)
    reply = {"text": "答复如下。", "result_class": "B", "publicity": "full"}
    for due_on in ("2026-03-01", "2020-01-01", "2126-01-01", "soon", None):
        town.zheng.cannot(matter, "reply", 422, commitments=[{"text": "建成", "due_on": due_on}], **reply)
    assert "reply" not in verbs(town.wang.sees(matter))


def test_a_visitor_cannot_have_been_told_before_he_spoke_or_tomorrow(town: Town) -> None:
    old_man = town.says(by=town.zhou, station="S00001", channel="station", tell_by="visit")
    town.zhou.does(old_man.number, "accept")
    for at in (
        "2026-01-01T08:00:00+08:00",
        "2026-03-05T08:00:00+08:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ):
        town.zhou.cannot(old_man.number, "record_told", 422, way="visit", at=at)


def test_verbs_out_of_order_and_twice_are_told_so_and_change_nothing(town: Town) -> None:
    citizen = town.says()
    number = citizen.number
    for who, verb, body in (
        (citizen, "rate", {"grade": "satisfied"}),
        (citizen, "reopen", {"reasons": ["not_solved"]}),
        (citizen, "ask_review", {"reason": "不服"}),
        (town.zhou, "answer", {"text": "好了"}),
        (town.zhou, "unmerge", {"reason": "不是"}),
        (town.wu, "refer", {"organ": "qs-gov"}),
        (town.wu, "recall", {"reason": "收回"}),
    ):
        who.cannot(number, verb, 409, "wrong_state", **body)
    assert citizen.steps == ["submit"]
    town.zhou.does(number, "accept")
    town.zhou.cannot(number, "accept", 409, "wrong_state")
    town.han.cannot(number, "explain", 409, "wrong_state", text="说明")
    town.wang.does(number, "claim")
    town.wang.cannot(number, "claim", 409, "wrong_state")
    town.wang.does(number, "answer", text="修好了。")
    town.wang.cannot(number, "answer", 409, text="又修好了。")
    citizen.does(number, "rate", grade="satisfied")
    citizen.cannot(number, "rate", 409, grade="dissatisfied")
    citizen.does(number, "reopen", reasons=["other"], text="又坏了")
    town.wang.does(number, "claim")
    town.wang.does(number, "answer", text="再次修好。")
    citizen.cannot(number, "reopen", 422, "reopen_open", reasons=["other"])


def test_a_matter_does_not_merge_into_itself_its_own_member_or_what_one_cannot_see(town: Town) -> None:
    head, member, avoided = town.claimed(), town.says("同一盏灯。"), town.says("站里的人态度差。", concerns=["station"])
    town.zhou.cannot(head.number, "merge", 422, into=head.number)
    town.zhou.cannot(member.number, "merge", 422, into=avoided.number)
    town.zhou.cannot(member.number, "merge", 422, into="Y2026-999999")
    town.zhou.does(member.number, "merge", into=head.number)
    town.zhou.cannot(head.number, "merge", 422, into=member.number)
    assert town.wang.sees(head.number)["members"] == [member.number]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": "\u200b　"}, "/title"),
        ({"title": "长" * 81}, "/title"),
        ({"title": 7}, "/title"),
        ({"situation": "长" * 5001}, "/situation"),
        ({"proposal": "\x00\x01"}, "/proposal"),
        ({"field": "sport"}, "/field"),
        ({"kind": "song"}, "/kind"),
        ({"is_public": "yes"}, "/is_public"),
        ({"opinions": ["Y2026-999999"]}, "/opinions"),
        ({"opinions": "Y2026-000001"}, "/opinions"),
        ({"opinions": [None]}, "/opinions"),
        ({"copy_of": "J2026-999999"}, "/copy_of"),
    ],
    ids=str,
)
def test_a_draft_that_cannot_be_is_named_where_it_fails(town: Town, change: dict[str, Any], pointer: str) -> None:
    problem = town.wang.is_refused(422, "suggestions/", WORDS | change)
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert town.wang.finds("suggestions", mine="1") == []


def test_strange_words_of_a_suggestion_stay_words(town: Town) -> None:
    odd = "龘靐齉𠮷👩‍👩‍👧 <b>x</b> {{ 7*7 }}'; DROP TABLE x;--"
    number = draft(town, title=odd, situation=odd, proposal=odd)
    assert town.wang.sees(number)["title"] == odd
    assert town.wang.finds("suggestions", q="龘靐") == [number]
    town.wang.does(number, "submit")
    assert town.chen.sees(number)["situation"] == odd


@pytest.mark.parametrize(
    "handlers",
    [
        [],
        [{"organ": "dh-zjj"}],
        [{"organ": "nowhere", "role": "main"}],
        [{"organ": "dh-zjj", "role": "boss"}],
        [{"organ": "dh-zjj", "role": "main"}, {"organ": "dh-zjj", "role": "assist"}],
        [{"organ": "dh-zjj", "role": "assist"}],
        [{"organ": "dh-rd", "role": "main"}],
        [{"organ": "lx-rd", "role": "main"}],
        "dh-zjj",
        [None],
    ],
    ids=str,
)
def test_units_that_cannot_be_asked_are_refused(town: Town, handlers: Any) -> None:
    number = draft(town)
    town.wang.does(number, "submit")
    town.chen.does(number, "register", field="urban_env")
    mode = "main_assist" if isinstance(handlers, list) and len(handlers) > 1 else "sole"
    town.chen.cannot(number, "assign", 422, mode=mode, handlers=handlers)
    assert town.chen.sees(number)["state"] == "registered"


@pytest.mark.django_db(transaction=True)
def test_two_sign_and_two_withdraw_in_the_same_instant_and_one_is_told(town: Town) -> None:
    number = assigned(town)
    town.gao.sees(number)
    town.zheng.sees(number)
    answers = at_once(
        *(lambda who=who: who.send("post", f"suggestions/{number}/sign/", {}) for who in (town.gao, town.zheng))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert verbs(town.chen.sees(number)).count("sign") == 1
    citizen = town.accepted()
    answers = at_once(*[lambda: citizen.send("post", f"opinions/{citizen.number}/withdraw/", {})] * 3)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert citizen.steps.count("withdraw") == 1


@pytest.mark.django_db(transaction=True)
def test_a_citizen_withdraws_while_a_deputy_claims_and_both_are_told_the_truth(town: Town) -> None:
    """Whichever came first, the other's answer and the history agree."""
    town.wang.get("me/")
    for n in range(4):
        citizen = town.accepted(f"第 {n} 盏灯坏了。")
        claim, withdrawal = at_once(
            lambda c=citizen: town.wang.send("post", f"opinions/{c.number}/claim/", {}),
            lambda c=citizen: c.send("post", f"opinions/{c.number}/withdraw/", {}),
        )
        assert withdrawal.status_code == 200 and claim.status_code in (200, 409)
        assert citizen.steps[-1] == "withdraw" and ("claim" in citizen.steps) == (claim.status_code == 200)
