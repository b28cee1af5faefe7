"""The small print of the contract: refusals, keys, codes, lists, choices, reference data, masking, photos, one's own."""

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from PIL import Image

from accounts.models import User
from ground import clock
from stations.models import VenuePost
from tests.stories.client import (
    API,
    LAMP,
    PROBLEM,
    Author,
    Person,
    Town,
    at_once,
    check_described,
    description,
    due,
    refusal,
    told,
    verbs,
)

KEY = "0123456789abcdef0123456789abcdef"
SUBMIT = {"deputy": "D00001", "category": "urban", "content": LAMP, "consent": True}
PRIVATE = {"contact_name": "李秀兰", "phone": "19900007601"}
TELLING = "我家在清水花园 3 号楼 2 单元 501，电话 13812345678，身份证 11010519491231002X，车牌京A12345，楼道灯坏了。"


def raw(method: str, path: str, body: Any = b"", kind: str = "application/json", **headers: str) -> Any:
    answer = Client().generic(method.upper(), f"{API}{path}", body, content_type=kind, headers=headers)
    check_described(method, f"{API}{path}", answer)
    return answer


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_each_kind_of_refusal_is_a_problem_with_its_status(town: Town) -> None:
    number = town.accepted().number
    at = f"opinions/{number}"
    refusal(raw("post", "opinions/", b"{not json"), 400)
    refusal(raw("post", "opinions/", b"\xff\xfe"), 400)
    refusal(raw("post", "opinions/preview/", b"[" * 100_000), 400)
    refusal(raw("get", "me/"), 401)
    refusal(raw("get", "me/", Authorization="Token nonsense"), 401)
    refusal(raw("get", "me/", Authorization="Bearer nonsense"), 401)
    town.wang.cannot(number, "accept", 403)
    town.liu.cannot(number, "accept", 404)
    town.zhou.cannot(number, "accept", 409, "wrong_state")
    town.wang.is_refused(422, f"{at}/set_urgency/", {"urgency": "at once"})
    refusal(raw("post", "opinions/", b"<a/>", "application/xml"), 415)
    refusal(raw("post", "opinions/", json.dumps(SUBMIT | {"content": "长" * 3_000_000}).encode()), 413)
    assert raw("delete", f"{at}/").status_code == 405
    answer = Client().get(f"{API}nowhere/at/all/")
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    answer = Client().get(f"{API}opinions/", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer["Content-Type"]) == (406, PROBLEM)


def test_the_order_of_refusal_is_sight_permission_state_body_guard(town: Town) -> None:
    citizen = town.claimed()
    number, nonsense = citizen.number, {"organ": 7, "surprise": []}
    town.gao.cannot(number, "refer", 404, **nonsense)
    town.wang.cannot(number, "refer", 403, **nonsense)
    town.wu.cannot(number, "accept", 409, **nonsense)
    body = town.wu.cannot(number, "refer", 422, "invalid", **nonsense)
    assert body["errors"][0]["pointer"] == "/organ" and body["errors"][0]["detail"]
    town.wu.cannot(number, "refer", 422, "route", organ="dh-court")
    seen = town.wu.sees(number)
    assert seen["state"] == "claimed" and "refer" not in verbs(seen), "a refused verb leaves no trace"


def test_a_sign_in_says_nothing_of_who_exists_and_locks_after_five(town: Town) -> None:
    def knock(phone: str, password: str) -> Any:
        return raw("post", "auth/login/", json.dumps({"phone": phone, "password": password}).encode())

    known, unknown = refusal(knock("19900000011", "wrong-1"), 401), refusal(knock("19900009999", "wrong-1"), 401)
    assert known == unknown
    for n in range(4):
        assert knock("19900000011", f"wrong-{n}").status_code == 401
    locked = knock("19900000011", "demo-2026")
    refusal(locked, 429)
    assert int(locked["Retry-After"]) > 0
    assert knock("19900000012", "demo-2026").status_code == 200, "never by address alone"


def test_a_deputy_signs_in_by_sms_and_a_clerk_does_not(town: Town) -> None:
    for phone in ("19900000001", "19900000021", "19900009998"):
        told(raw("post", "auth/sms/", json.dumps({"phone": phone}).encode()), 202)
    refusal(raw("post", "auth/sms/", json.dumps({"phone": "19900000001"}).encode()), 429)
    code = town.sms_code("19900000001")
    body = {"phone": "19900000001", "sms_code": code}
    token = told(raw("post", "auth/login/", json.dumps(body).encode()))["token"]
    assert told(raw("get", "me/", Authorization=f"Token {token}"))["name"] == "王建国"
    refusal(raw("post", "auth/login/", json.dumps(body).encode()), 401)  # used up
    assert "验证码" not in town.mailbox("19900000021")
    assert raw("post", "auth/logout/", b"{}", Authorization=f"Token {token}").status_code == 204
    refusal(raw("get", "me/", Authorization=f"Token {token}"), 401)


def test_a_token_stands_idle_half_an_hour_and_what_was_typed_is_sent_again_once(town: Town) -> None:
    """The session ended while somebody typed: nothing was stored, and the same key after a new sign-in makes one draft."""
    old = Person(headers={"Authorization": _token("19900000001")})
    text = {"title": "写了很久的建议", "situation": "一个字一个字写的。", "kind": "snap"}
    town.wait(minutes=31)
    old.is_refused(401, "suggestions/", text)
    assert town.wang.finds("suggestions", mine="1") == []
    made = [town.wang.post("suggestions/", text, 201, **{"Idempotency-Key": KEY})["number"] for _ in range(2)]
    assert made[0] == made[1] and town.wang.finds("suggestions", mine="1") == [made[0]]


def _token(phone: str) -> str:
    body = json.dumps({"phone": phone, "password": "demo-2026"}).encode()
    return "Token " + told(raw("post", "auth/login/", body))["token"]


# -- keys --------------------------------------------------------------------------------------------------------------


def test_the_same_key_and_body_is_one_act_and_another_body_is_refused(town: Town) -> None:
    first = town.anybody.post("opinions/", SUBMIT, 201, **{"Idempotency-Key": KEY})
    again = town.anybody.post("opinions/", dict(reversed(SUBMIT.items())), 201, **{"Idempotency-Key": KEY})
    assert (first["number"], first["query_code"]) == (again["number"], again["query_code"])
    refusal(
        town.anybody.send("post", "opinions/", SUBMIT | {"content": "别的事"}, **{"Idempotency-Key": KEY}),
        422,
        "idempotency_key",
    )
    refusal(town.anybody.send("post", "opinions/", SUBMIT, **{"Idempotency-Key": "1"}), 422, "idempotency_key")
    assert town.zhou.finds("opinions", state="screening") == [first["number"]]

    path = f"opinions/{first['number']}/accept/"
    town.zhou.post(path, {}, **{"Idempotency-Key": "zhou-1"})
    town.wang.does(first["number"], "claim")
    assert town.zhou.post(path, {}, **{"Idempotency-Key": "zhou-1"})["state"] == "claimed", "rendered anew"
    refusal(town.wu.send("post", path, {}, **{"Idempotency-Key": "zhou-1"}), 409)  # a key is its caller's own
    town.wait(hours=25)
    refusal(town.zhou.send("post", path, {}, **{"Idempotency-Key": "zhou-1"}), 409)


class Stubborn(Person):
    """A client that sends everything three times."""

    sent = 0

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if method == "get":
            return super().send(method, path, body, **headers)
        Stubborn.sent += 1
        key = {"Idempotency-Key": f"stubborn-client-retries-{Stubborn.sent:06}"}
        answers = [super(Stubborn, self).send(method, path, body, **headers, **key) for _ in range(3)]
        assert len({answer.status_code for answer in answers}) == 1, [a.content.decode()[:200] for a in answers]
        return answers[-1]


def test_a_client_that_retries_everything_does_everything_once(town: Town) -> None:
    zhou, wang = Stubborn("19900000011"), Stubborn("19900000001")
    zhou.sent = 0
    made = Stubborn().post("opinions/", SUBMIT, 201)
    number, code = made["number"], {"Query-Code": made["query_code"]}
    zhou.does(number, "accept")
    wang.does(number, "claim")
    wang.does(number, "coordinate", note="请物业到站")
    wang.does(number, "answer", text="修好了。")
    citizen = Stubborn(headers=code)
    citizen.does(number, "rate", grade="satisfied")
    assert verbs(town.zhou.sees(number)) == ["submit", "accept", "claim", "coordinate", "answer", "rate"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_one_key_is_one_opinion(town: Town) -> None:
    answers = at_once(*[lambda: raw("post", "opinions/", json.dumps(SUBMIT).encode(), **{"Idempotency-Key": KEY})] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert len(town.zhou.finds("opinions")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_claim_in_the_same_instant_and_one_is_told(town: Town) -> None:
    number = town.accepted().number
    town.zhao.sees(number)
    town.wang.sees(number)
    answers = at_once(
        *(lambda who=who: who.send("post", f"opinions/{number}/claim/", {}) for who in (town.wang, town.zhao))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert verbs(town.zhou.sees(number)).count("claim") == 1


# -- the query code ----------------------------------------------------------------------------------------------------


def test_the_code_opens_its_own_number_by_header_or_body_and_nothing_else(town: Town) -> None:
    mine, other = town.says(), town.says("另一件事。")
    assert re.fullmatch(r"\d{10}", mine.code.replace("-", "").replace(" ", ""))
    digits = re.sub(r"\D", "", mine.code)
    spaced = f"{digits[:3]} {digits[3:6]}-{digits[6:]}"
    assert Author(headers={"Query-Code": spaced}).sees(mine.number)["number"] == mine.number
    missing = town.anybody.cannot_see(mine.number)
    wrong = Author(headers={"Query-Code": "0000000000"}).cannot_see(mine.number)
    foreign = Author(headers={"Query-Code": mine.code}).cannot_see(other.number)
    unknown = Author(headers={"Query-Code": mine.code}).cannot_see("Y2026-999999")
    assert missing == wrong == foreign == unknown
    assert town.anybody.send("get", f"opinions/{mine.number}/", {"query_code": digits}).status_code == 404, (
        "never in a URL"
    )
    town.anybody.cannot(mine.number, "withdraw", 404, query_code="1234567890")
    assert town.anybody.does(mine.number, "withdraw", query_code=digits)["state"] == "withdrawn"


def test_wrong_codes_are_throttled_like_unknown_numbers(town: Town) -> None:
    number = town.says().number
    guesser = Author(headers={"Query-Code": "1111111111"})
    for n in range(10):
        guesser.cannot_see(number if n % 2 else "Y2026-888888")
    answer = guesser.send("get", f"opinions/{number}/")
    refusal(answer, 429)
    assert int(answer["Retry-After"]) > 0


def test_a_lost_code_comes_from_the_station_or_by_sms_to_the_verified_phone(town: Town) -> None:
    citizen = town.verified(phone="19900007602")
    number, path = citizen.number, f"opinions/{citizen.number}/reissue/"
    town.wang.is_refused(403, path, {"seen": "本人身份证"})
    new = town.zhou.post(path, {"seen": "回执单"})["query_code"]
    citizen.cannot_see(number)
    assert Author(headers={"Query-Code": new}).sees(number)["number"] == number
    town.wait(minutes=2)
    for phone in ("19900007602", "19900007603"):
        told(town.anybody.send("post", path, {"phone": phone}), 202)
    town.anybody.is_refused(404, path, {"phone": "19900007603", "sms_code": "123456"})
    town.anybody.is_refused(404, path, {"phone": "19900007602", "sms_code": "000000"})
    by_sms = town.anybody.post(path, {"phone": "19900007602", "sms_code": town.sms_code("19900007602")})["query_code"]
    assert by_sms != new and Author(headers={"Query-Code": by_sms}).sees(number)
    Author(headers={"Query-Code": new}).cannot_see(number)


def test_a_phone_is_verified_by_sms_and_a_clean_matter_is_then_accepted_at_once(town: Town) -> None:
    town.says().cannot(town.says().number, "verify_phone", 404)
    silent = town.says("没留电话的事。")
    silent.cannot(silent.number, "verify_phone", 422, "has_phone")
    citizen = town.says(phone="19900007604", is_public=True)
    assert citizen.sees_it()["is_public"] is True
    told(citizen.send("post", f"opinions/{citizen.number}/verify_phone/", {}), 202)
    refusal(citizen.send("post", f"opinions/{citizen.number}/verify_phone/", {}), 429)
    citizen.cannot(citizen.number, "verify_phone", 422, sms_code="000000")
    seen = citizen.does(citizen.number, "verify_phone", sms_code=town.sms_code("19900007604"))
    assert (seen["state"], verbs(seen)) == ("open", ["submit", "verify_phone", "accept"])
    assert town.anybody.sees(citizen.number)["state"] == "open", "public once verified and accepted"


# -- lists -------------------------------------------------------------------------------------------------------------


def test_lists_turn_by_cursor_filter_by_name_and_count_nothing(town: Town) -> None:
    numbers = [town.says(f"第 {n} 盏路灯坏了。", category="urban" if n % 2 else "safety").number for n in range(7)]
    page = town.zhou.get("opinions/", limit=3)
    assert set(page) == {"next", "previous", "results"} and page["previous"] is None
    seen = [row["number"] for row in page["results"]]
    while page["next"]:
        assert "cursor=" in page["next"] and "limit=3" in page["next"]
        page = told(Client().get(page["next"], headers=town.zhou.headers))
        seen += [row["number"] for row in page["results"]]
    assert seen == numbers[::-1]
    back = told(Client().get(page["previous"], headers=town.zhou.headers))
    assert [row["number"] for row in back["results"]] == numbers[::-1][3:6]
    assert town.zhou.finds("opinions", category="safety") == numbers[::-1][::2]
    assert town.zhou.finds("opinions", q="第 3 盏") == [numbers[3]]
    assert town.zhou.finds("opinions", q=numbers[2]) == [numbers[2]]
    assert town.zhou.finds("opinions", state="open") == []
    assert town.zhou.finds("opinions", overdue="1") == []
    town.wait(days=2)
    assert town.zhou.finds("opinions", overdue="1") == numbers[::-1]
    assert town.anybody.finds("opinions") == [] and town.liu.finds("opinions") == []
    for wrong in (
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"cursor": "nonsense"},
        {"state": "nowhere"},
        {"category": "x"},
    ):
        town.zhou.is_refused(422, "opinions/", wrong, method="get")


def test_mine_are_the_callers_own(town: Town) -> None:
    mine, other = town.claimed(), town.accepted("另一件事。", station="S00001")
    assert town.wang.finds("opinions", mine="1") == [mine.number]
    assert set(town.wang.finds("opinions")) == {mine.number, other.number}
    town.wu.does(mine.number, "refer", organ="qs-gov", note="请修复")
    assert town.deng.finds("opinions", mine="1") == [mine.number] == town.deng.finds("opinions")


# -- choices and reference data ----------------------------------------------------------------------------------------

LISTS = {
    "category": "urban, labour, education, commerce, health, transport, environment, rural, safety, other",
    "urgency": "normal, quick, hazard",
    "channel": "web, station, paper, call, hotline",
    "tell_by": "phone, visit, landline, village, delivery",
    "concerns": "station, town, deputy, department",
    "reason_code": "litigation, petition, accusation, personal, illegal, duplicate, outside, unclear",
    "reasons": "not_solved, no_contact, too_slow, untrue, not_same, other",
    "outcome": "rated, unrated, self_solved, unsettled",
    "entered_way": "paper, voice",
    "way": "phone, visit, landline, village, delivery",
    "field": "finance, urban_env, agriculture, education_health, justice, social, general",
    "kind": "full, snap",
    "priority": "7, 15, 30",
    "mode": "sole, main_assist, separate",
    "role": "main, assist",
    "rule_code": "personal, letter, case, promotion, empty, outside_powers, unlawful",
    "send_back_reason_code": "unclear, several_matters, incomplete, wording, signature, other",
    "return_reply_reason_code": "no_contact, not_point_by_point, assist_missing, class_wrong, format, privacy",
    "method": "face, phone, video, meeting, visit, chat",
    "stage": "before, during, after",
    "result_class": "A, B, C, D",
    "publicity": "full, summary, none",
    "scope": "full, summary, none",
    "grade": "satisfied, basically, dissatisfied",
    "attitude": "satisfied, basically, dissatisfied",
    "result": "satisfied, basically, dissatisfied",
    "solved": "yes, partly, no",
    "mediate_outcome": "redo, close",
    "assignment_outcome": "rated, rating_expired, rating_waived, settled",
    "note_supervision_kind": "site, meeting, report",
    "marks": "objection, redo_one, assist_missing, rating_due, extension, key, kept, unkept",
    "opinion": "screening, rejected, merged, open, claimed, coordinating, referred, escalated, replied, reopened, closed, withdrawn",
    "referral": "sent, reported, questioned, confirmed, returned, ended",
    "suggestion": "draft, cosigning, submitted, returned, not_accepted, registered, assigned, objected, handling, replied, "
    "redoing, mediating, tracking, closed, archived, withdrawn",
    "assignment": "pending_dispatch, dispatched, pending_sign, signed, objected, released, replied, redoing, mediating, done, "
    "opinion_submitted, opinion_missing",
    "commitment": "open, reported, disputed, replaced, kept, unkept",
    "cosign": "invited, confirmed, stale, declined, lapsed",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_every_list_of_codes_is_complete(name: str) -> None:
    listed = Person().get("choices/")[name]
    assert {row["code"] for row in listed} == set(LISTS[name].split(", "))
    assert len({row["code"] for row in listed}) == len(listed)
    assert all(row["label"] for row in listed)
    if name in ("opinion", "referral", "suggestion", "assignment", "commitment", "cosign"):
        assert all(row["tone"] in ("neutral", "info", "ok", "warn", "danger", "review") for row in listed)
        assert all(row["citizen_label"] for row in listed)


def test_reference_data_is_public_by_code_and_organs_for_whoever_signed_in(town: Town) -> None:
    anybody = town.anybody
    deputies = anybody.get("deputies/", q="王建国")["results"]
    assert [(row["code"], row["station"], row["accepts_opinions"]) for row in deputies] == [("D00001", "S00001", True)]
    assert deputies[0]["posts"] == [{"organ": "dh-rd", "level": "city"}] and deputies[0]["skills"] == [
        "水利",
        "农村道路",
    ]
    for query in ({"organ": "nh-rd"}, {"group": "北河代表小组"}, {"skill": "养老"}, {"division": "990101001001"}):
        assert "D00003" in [row["code"] for row in anybody.get("deputies/", **query)["results"]], query
    assert "1990000" not in json.dumps(anybody.get("deputies/"), ensure_ascii=False), "never a phone without consent"
    assert anybody.get("deputies/D00004/")["station"] is None
    anybody.is_refused(404, "deputies/D99999/", method="get")
    station = anybody.get("stations/S00001/")
    assert (station["kind"], station["location"], station["moved_to"]) == (
        "center_station",
        {"lng": 118.4212, "lat": 30.512},
        None,
    )
    assert {"D00001", "D00002", "D00005"} <= set(station["deputies"]) and station["phone"] and station["reception"]
    near = [row["code"] for row in anybody.get("stations/", near="118.50,30.55")["results"]]
    assert near[0] in ("S00002", "S00006")
    assert [row["code"] for row in anybody.get("stations/", kind="studio")["results"]] == ["S00005"]
    anybody.is_refused(422, "stations/", {"near": "north"}, method="get")
    divisions = anybody.get("divisions/", parent="990100101")["results"]
    assert {"990100101001", "990100101201"} <= {row["code"] for row in divisions}
    assert all(isinstance(row["code"], str) and row["station"] for row in divisions if row["code"] == "990100101001")
    there = [row["code"] for row in anybody.get("divisions/990100101201/deputies/")["results"]]
    assert "D00005" in there and "D00001" in there
    anybody.is_refused(401, "organs/", method="get")
    assert town.wang.get("organs/dh-zjj/")["parent"] == "dh-gov"
    assert {row["code"] for row in town.wang.get("organs/", kind="court")["results"]} == {"dh-court"}


# -- what others see ---------------------------------------------------------------------------------------------------


def test_what_others_would_see_is_shown_before_and_stores_nothing(town: Town) -> None:
    shown = town.anybody.post("opinions/preview/", {"content": TELLING})
    for secret in ("13812345678", "11010519491231002X", "京A12345", "501"):
        assert secret not in shown["masked"]
    assert len(shown["hints"]) >= 4 and "楼道灯坏了" in shown["masked"]
    assert town.zhou.finds("opinions") == []


def test_a_unit_and_the_public_never_read_name_phone_or_door(town: Town) -> None:
    """Every answer that a unit or a stranger can get about it, as text."""
    citizen = town.says(
        TELLING,
        place="清水花园 3 号楼 2 单元 501",
        location={"lng": 118.42345, "lat": 30.51234},
        is_public=True,
        **PRIVATE,
    )
    citizen.upload(f"opinions/{citizen.number}/photos/", picture())
    town.verify(citizen, PRIVATE["phone"])
    if citizen.state == "screening":
        town.zhou.does(citizen.number, "accept")
    number = citizen.number
    town.wang.does(number, "claim")
    town.wu.does(number, "refer", organ="qs-gov", note="请修复")
    town.deng.does(number, "report", text="已修。")
    town.wait(minutes=2)
    texts = {
        "unit": [
            town.deng.sees(number),
            town.deng.get("opinions/"),
            town.deng.get("me/todo/"),
            town.deng.get("me/notices/"),
        ],
        "public": [
            town.anybody.sees(number),
            town.anybody.get("opinions/"),
            town.anybody.post("opinions/similar/", {"content": TELLING}),
        ],
    }
    for who, answers in texts.items():
        whole = json.dumps(answers, ensure_ascii=False)
        assert number in whole
        for secret in ("李秀兰", "19900007601", "13812345678", "11010519491231002X", "京A12345", "2 单元", "118.42345"):
            assert secret not in whole, f"{who} reads {secret}"
    assert town.deng.sees(number)["photos"] == [] and town.deng.sees(number)["location"] is None
    town.deng.cannot(number, "open_contact", 403, reason="想打电话")
    town.deng.is_refused(404, f"opinions/{number}/contact/", method="get")
    assert town.anybody.sees(number)["rating"] is None and town.anybody.sees(number)["members"] == []
    similar = town.anybody.post("opinions/similar/", {"content": "楼道灯坏了"})
    assert similar[0]["number"] == number and "people" not in similar[0]


def test_ones_own_contact_is_read_corrected_and_erased_and_shows_who_opened_it(town: Town) -> None:
    citizen = town.claimed(**PRIVATE)
    path = f"opinions/{citizen.number}/contact/"
    town.zhou.cannot(citizen.number, "open_contact", 403, reason="想看看")
    opened = town.wang.post(f"opinions/{citizen.number}/open_contact/", {"reason": "约看现场"})
    assert opened == {"name": "李秀兰", "phone": "19900007601"}
    town.wang.is_refused(422, f"opinions/{citizen.number}/open_contact/", {"reason": " "})
    seen = citizen.get(path)
    assert (seen["name"], seen["phone"], seen["verified"]) == ("李秀兰", "19900007601", False)
    assert [(row["reason"], "王建国" in row["by_label"]) for row in seen["opened"]] == [("约看现场", True)]
    assert any("约看现场" in step["text"] for step in citizen.sees_it()["steps"])
    for other in (town.anybody, town.wang, town.wu):
        other.is_refused(404, path, method="get")
    assert citizen.patch(path, {"phone": "199 0000 7605"})["phone"] == "19900007605"
    refusal(citizen.send("patch", path, {"phone": "12"}), 422)
    assert citizen.send("delete", path).status_code == 204
    assert citizen.get(path)["phone"] == ""
    town.wang.is_refused(422, f"opinions/{citizen.number}/open_contact/", {"reason": "再约"})


def test_twenty_contacts_a_day_and_a_proof_of_five_minutes(town: Town) -> None:
    """Somebody of the station who is none of the cast proves again who he is."""
    user = User.objects.make("19900006500", "站务", password=make_password("Zhan-wu-2026"))
    VenuePost.objects.create(
        venue=town.cast.venues["S00001"], user=user, role=VenuePost.Role.STAFF, since=clock.today()
    )
    body = {"phone": "19900006500", "password": "Zhan-wu-2026"}
    auth = {"Authorization": "Token " + told(raw("post", "auth/login/", json.dumps(body).encode()))["token"]}
    worker = Person(headers=auth)
    numbers = [town.says(f"第 {n} 件。", phone=f"199000066{n:02}").number for n in range(21)]
    worker.post(f"opinions/{numbers[0]}/open_contact/", {"reason": "核实"})
    town.wait(minutes=6)
    worker.is_refused(401, f"opinions/{numbers[1]}/open_contact/", {"reason": "核实"}, code="reauth_required")
    worker.is_refused(401, "auth/reauth/", {"password": "wrong"})
    worker.post("auth/reauth/", {"password": "Zhan-wu-2026"})
    for number in numbers[1:20]:
        worker.post(f"opinions/{number}/open_contact/", {"reason": "核实"})
    worker.is_refused(422, f"opinions/{numbers[20]}/open_contact/", {"reason": "核实"}, code="contact_limit")


# -- photos ------------------------------------------------------------------------------------------------------------


def test_photos_are_drawn_anew_six_at_most_and_within_the_hour(town: Town) -> None:
    citizen = town.says("")
    path = f"opinions/{citizen.number}/photos/"
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif.get_ifd(0x8825)[2] = (30.0, 30.0, 30.0)
    made = told(citizen.upload(path, picture(exif=exif)), 201)["id"]
    for kind in ("PNG", "WEBP", "JPEG", "JPEG", "PNG"):
        told(citizen.upload(path, picture(kind=kind)), 201)
    for _ in range(14):
        refusal(citizen.upload(path, picture()), 422, "photos")
    rows = citizen.sees_it()["photos"]
    assert len(rows) == 6 and {row["stage"] for row in rows} == {"before"}
    url = next(row["url"] for row in rows if row["id"] == made)
    shown = Client().get(url, headers=citizen.headers)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    again = Image.open(BytesIO(shown.content))
    assert b"SecretPhoneMaker" not in shown.content and len(again.getexif()) == 0
    assert Client().get(url).status_code == 404

    late = town.says("一小时后再补照片。")
    town.wait(minutes=61)
    refusal(late.upload(f"opinions/{late.number}/photos/", picture()), 422, "photo_window")
    town.zhou.upload(f"opinions/{late.number}/photos/", picture())
    refusal(town.liu.upload(f"opinions/{late.number}/photos/", picture()), 404)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"MZ not a picture at all", 415),
        (b"", 422),
        (picture()[:200], 415),
        (b"GIF89a" + b"\x00" * 64, 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (picture() + archive(), 415),
        (picture() + b"<html><script>alert(1)</script></html>", 415),
        (b"\xff\xd8\xff" + b"\x00" * (20 * 1024 * 1024 + 1), 413),
    ],
    ids=["program", "empty", "torn", "gif", "svg", "archive-behind", "page-behind", "over-20-MB"],
)
def test_what_is_no_photo_is_refused_by_its_content(town: Town, content: bytes, status: int) -> None:
    citizen = town.says()
    refusal(citizen.upload(f"opinions/{citizen.number}/photos/", content, name="holiday.jpg"), status)
    assert citizen.sees_it()["photos"] == []


def test_a_picture_that_unpacks_into_a_giant_is_refused(town: Town) -> None:
    citizen = town.says()
    out = BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    refusal(citizen.upload(f"opinions/{citizen.number}/photos/", out.getvalue(), name="bomb.png"), 413)


# -- one's own ---------------------------------------------------------------------------------------------------------


def test_me_tells_seats_posts_and_faces(town: Town) -> None:
    me = town.wang.get("me/")
    assert (me["name"], me["faces"], me["leave_until"]) == ("王建国", ["my"], None)
    assert me["seats"] == [{"organ": "dh-rd", "deputy": "D00001", "state": "active"}]
    faces = {
        who: set(getattr(town, who).get("me/")["faces"]) for who in ("zhou", "chen", "gao", "deng", "shi", "cai", "ma")
    }
    assert faces["zhou"] == {"desk"} and faces["chen"] == {"console"} and faces["gao"] == {"desk"}
    assert (
        faces["shi"] == {"my", "console"}
        and faces["cai"] == {"console"}
        and "console" in faces["ma"]
        and "desk" in faces["deng"]
    )


def test_on_leave_the_station_holds_what_would_come_and_gets_what_was_claimed(town: Town) -> None:
    claimed = town.claimed()
    refusal(town.zhou.send("patch", "me/", {"leave_until": "2026-03-20"}), 403)
    refusal(town.wang.send("patch", "me/", {"leave_until": "2026-02-01"}), 422)
    assert town.wang.patch("me/", {"leave_until": "2026-03-20"})["leave_until"] == "2026-03-20"
    seen = claimed.sees_it()
    assert (seen["state"], seen["holder"]["code"]) == ("open", "S00001")
    new = town.accepted("请假期间的事。")
    assert new.sees_it()["holder"]["code"] == "S00001"
    assert town.wang.patch("me/", {"leave_until": None})["leave_until"] is None
    assert town.accepted("回来后的事。").sees_it()["holder"]["code"] == "D00001"


def test_todo_is_the_nearest_date_first_and_notices_are_read_once(town: Town) -> None:
    first = town.claimed()
    second = town.accepted("第二件。")
    rows = town.wang.get("me/todo/")
    assert [row["number"] for row in rows if row["due"]] == [second.number, first.number]
    for row in rows:
        assert set(row["actions"]) and row["title"] and row["object"] == "opinion" and row["due"]["reasons"]
    town.wait(minutes=2)
    page = town.wang.get("me/notices/")["results"]
    assert page and page[0]["read_at"] is None
    read = town.wang.post(f"me/notices/{page[0]['id']}/read/", {})
    assert read["read_at"]
    town.zhao.is_refused(404, f"me/notices/{page[0]['id']}/read/")
    town.anybody.is_refused(401, "me/todo/", method="get")
    town.anybody.is_refused(401, "me/notices/", method="get")


def test_warnings_rise_and_a_change_of_class_gains_nobody_time(town: Town) -> None:
    number = town.claimed().number
    first, levels = due(town.wang.sees(number), "answer")["at"], []
    for _ in range(5):
        levels.append(due(town.wang.sees(number), "answer")["level"])
        town.wait(days=1)
        town.wang.cannot(number, "set_urgency", 422, urgency="normal", reason="仍在办")
        town.wang.does(number, "set_urgency", urgency="quick", reason="是小事")
        town.wang.cannot(number, "set_urgency", 422, urgency="normal")
        town.wang.does(number, "set_urgency", urgency="normal", reason="不是小事")
    assert due(town.wang.sees(number), "answer")["at"] == first
    assert levels[0] == "" and "orange" in levels
    assert sorted(levels, key=["", "yellow", "orange", "red"].index) == levels


# -- the description ---------------------------------------------------------------------------------------------------

OPINION_VERBS = [
    "accept", "reject", "ask_review", "merge", "unmerge", "claim", "release", "coordinate", "answer",
    "suggest_refer", "decline_refer", "refer", "recall", "send_back", "report", "question", "confirm",
    "ask_extension", "settle_extension", "escalate", "rate", "reopen", "solved", "withdraw", "explain",
    "acknowledge", "secure", "set_urgency", "avoid", "lift_avoidance", "verify_phone", "reissue", "record_told",
    "open_contact", "chase",
]  # fmt: skip
SUGGESTION_VERBS = [
    "revise", "invite", "cosign", "decline_cosign", "submit", "send_back", "refuse", "register", "merge", "unmerge",
    "assign", "dispatch", "reassign", "add_assist", "sign", "object", "settle_objection", "ask_extension",
    "settle_extension", "record_contact", "confirm_contact", "contribute", "draft_reply", "reply", "return_reply",
    "correct_class", "give_view", "rate", "settle_attitude", "mediate", "report_commitment", "rate_commitment",
    "change_commitment", "settle_commitment_change", "end_commitment", "take_lead", "key_supervise",
    "note_supervision", "publish", "chase", "archive", "withdraw",
]  # fmt: skip
ROUTES = [
    *(f"post auth/{name}/" for name in ("login", "sms", "reauth", "logout")),
    *(f"get {name}/" for name in ("choices", "deputies", "stations", "divisions", "organs", "opinions", "suggestions")),
    "get me/", "get me/todo/", "get me/notices/",
    *(f"get {name}/{{}}/" for name in ("deputies", "stations", "organs", "opinions", "suggestions")),
    "get divisions/{}/deputies/", "post opinions/", "post opinions/preview/", "post opinions/similar/", "post opinions/{}/photos/",
    "get opinions/{}/contact/", "patch opinions/{}/contact/", "delete opinions/{}/contact/",
    "post suggestions/", "patch suggestions/{}/", "post suggestions/{}/files/", "post suggestions/suggest-handlers/",
    "patch me/", "post me/notices/{}/read/",
    *(f"post opinions/{{}}/{verb}/" for verb in OPINION_VERBS),
    *(f"post suggestions/{{}}/{verb}/" for verb in SUGGESTION_VERBS),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_the_description_names_every_call_of_the_contract(route: str) -> None:
    book = description()
    assert book["openapi"].startswith("3.1")
    method, _, path = route.partition(" ")
    blank = {re.sub(r"{\w+}", "{}", known.removeprefix(API)): known for known in book["paths"]}
    assert path in blank and method in book["paths"][blank[path]], f"{route} is not described"


@pytest.mark.django_db
def test_the_description_can_be_browsed_with_assets_of_our_own() -> None:
    page = Client().get(f"{API}docs/")
    assert page.status_code == 200
    assert not re.search(r"(src|href)=\"(https?:)?//", page.content.decode())


def test_numbers_are_for_life_and_tell_the_year(town: Town) -> None:
    first, second = town.says(), town.says("第二件。")
    assert re.fullmatch(r"Y2026-\d{6}", first.number) and first.number < second.number
    number = town.wang.post("suggestions/", {"kind": "snap", "title": "井盖", "situation": "松了"}, 201)["number"]
    assert re.fullmatch(r"J2026-\d{6}", number)
    assert town.wang.sees(number)["register_no"] is None
