"""The contract of §3.3 over HTTP: the chain, each reader's own view, and every kind of bad input."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ground import clock
from suggestions.models import Opinion, OpinionPhoto
from suggestions.workflow import opinion as verbs
from tests.cast import people
from tests.suggestions.calling import Call, call, ok, refused  # noqa: F401 a fixture
from tests.suggestions.citizens import LAMP, START, Citizens, author

pytestmark = pytest.mark.django_db
WORDS = {"category": "urban", "content": LAMP, "consent": True}
SAID = {**WORDS, "deputy": "D00001"}


@pytest.fixture
def tell() -> Iterator[Citizens]:
    with clock.at(START):
        yield Citizens(people())


def picture(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, format=kind)
    return buffer.getvalue()


# -- the chain ---------------------------------------------------------------------------------------------------------


def test_said_handled_at_a_unit_told_on_and_rated(call: Call) -> None:
    made = ok(call("", "opinions/", {**SAID, "phone": "19900008900", "contact_name": "老周"}), 201)
    number, code = made["number"], made["query_code"]
    assert (made["state"], len(code), number[0]) == ("screening", 10, "Y")
    assert made["next_by"].startswith("2026-03-04")
    path = f"opinions/{number}"
    mine = ok(call("", f"{path}/", method="get", code=f"{code[:3]} {code[3:6]}-{code[6:]}"))
    assert (mine["content"], mine["actions"]) == (LAMP, ["withdraw", "verify_phone", "reissue"])
    refused(call("wang", f"{path}/", method="get"), 404)
    accepted = ok(call("zhou", f"{path}/accept/"))
    assert accepted["holder"] == {"kind": "deputy", "code": "D00001", "name": "王建国"}
    claimed = ok(call("wang", f"{path}/claim/"))
    assert claimed["state"] == "claimed"
    assert {due["kind"] for due in claimed["due"]} >= {"answer"}
    ok(call("wang", f"{path}/suggest_refer/", {"organ": "qs-gov", "note": "归镇里管"}))
    refused(call("zhou", f"{path}/refer/", {"organ": "qs-gov"}), 403)
    refused(call("wu", f"{path}/refer/", {"organ": "dh-court"}), 422, "route")
    ok(call("wu", f"{path}/refer/", {"organ": "qs-gov"}))
    unit = call("deng", f"{path}/", method="get")
    assert ok(unit)["referral"]["organ"] == "qs-gov"
    assert "19900008900" not in unit.content.decode()
    assert "老周" not in unit.content.decode()
    assert ok(unit)["location"] is None
    ok(call("deng", f"{path}/report/", {"text": "已换灯", "solved": "yes"}))
    before = ok(call("", f"{path}/", method="get", code=code))
    assert "report" not in before["referral"]
    told = ok(call("wang", f"{path}/confirm/", {"text": "路灯修好了", "solved": "yes"}))
    assert told["state"] == "replied"
    rated = ok(call("", f"{path}/rate/", {"grade": "basically", "query_code": code}))
    assert (rated["state"], rated["outcome"], rated["answer"]["text"]) == ("closed", "rated", "路灯修好了")
    assert rated["can_reopen_until"].startswith("2026-03-18")
    reopened = ok(call("", f"{path}/reopen/", {"reasons": ["not_solved"]}, code=code))
    assert (reopened["state"], reopened["round"]) == ("reopened", 2)


def test_a_retried_submit_is_one_opinion_and_answers_its_code_again(call: Call) -> None:
    key = {"Idempotency-Key": "k" * 32}
    first = ok(call("", "opinions/", SAID, **key), 201)
    assert ok(call("", "opinions/", SAID, **key), 201) == first
    refused(call("", "opinions/", {**SAID, "content": "别的事"}, **key), 422)
    refused(call("", "opinions/", SAID, **{"Idempotency-Key": "short"}), 422)
    assert Opinion.objects.count() == 1


# -- who sees what -----------------------------------------------------------------------------------------------------


def test_unknown_number_and_wrong_code_are_the_same_and_throttled(call: Call, settings: Any, tell: Citizens) -> None:
    number = ok(call("", "opinions/", SAID), 201)["number"]
    wrong = refused(call("", f"opinions/{number}/", method="get", code="0000000000"), 404)
    unknown = refused(call("", "opinions/Y2026-999999/", method="get", code="0000000000"), 404)
    bare = refused(call("", f"opinions/{number}/", method="get"), 404)
    assert wrong == unknown == bare
    for _ in range(12):
        last = call("", f"opinions/{number}/withdraw/", {"query_code": "1234567890"})
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0
    assert Opinion.objects.get(number=number).state == "screening"


def test_the_public_reads_masked_words_and_nothing_of_the_person(call: Call, tell: Citizens) -> None:
    row = tell.verified(
        content="清水花园 3 号楼 2 单元 501 室漏水，身份证 110101199003074610，电话 13812345678，车牌京A12345",
        is_public=True, place="清水花园 3 号楼", location={"lng": 118.1, "lat": 30.2}, contact_name="赵六",
    )  # fmt: skip
    assert row.published_at is not None
    answer = call("", f"opinions/{row.number}/", method="get")
    shown, text = ok(answer), answer.content.decode()
    for secret in ("110101199003074610", "13812345678", "501", "A12345", "赵六", "8888", "118.1"):
        assert secret not in text, secret
    assert (shown["actions"], shown["location"], shown["rating"]) == ([], None, None)
    listed = ok(call("", "opinions/", method="get"))["results"]
    assert [one["number"] for one in listed] == [row.number]
    assert ok(call("", "opinions/", {"q": "漏水"}, method="get"))["results"]
    assert ok(call("", "opinions/", {"q": "13812345678"}, method="get"))["results"] == []


def test_preview_masks_and_similar_finds_published_words_alone(call: Call, tell: Citizens) -> None:
    shown = ok(call("", "opinions/preview/", {"content": "我的手机 13812345678"}))
    assert "13812345678" not in shown["masked"]
    assert shown["hints"]
    public = tell.verified(content="人民路路口的路灯不亮", is_public=True)
    tell.say("人民路路口路灯坏了很久")
    found = ok(call("", "opinions/similar/", {"content": "人民路路灯不亮"}))
    assert [one["number"] for one in found] == [public.number]
    assert "people" not in found[0]


def test_own_contact_is_read_corrected_and_erased_by_the_author_alone(call: Call, tell: Citizens) -> None:
    row = tell.claimed(phone="19900008901", contact_name="老吴")
    verbs.open_contact(row, by=tell.cast.wang, reason="核实")
    path, code = f"opinions/{row.number}/contact/", row.query_code
    refused(call("wang", path, method="get"), 404)
    own = ok(call("", path, method="get", code=code))
    assert (own["name"], own["phone"], own["opened"][0]["reason"]) == ("老吴", "19900008901", "核实")
    assert ok(call("", path, {"name": "吴先生"}, method="patch", code=code))["name"] == "吴先生"
    assert call("", path, method="delete", code=code).status_code == 204
    assert ok(call("", path, method="get", code=code))["phone"] == ""


def test_lists_cost_the_same_for_two_rows_and_for_twenty(call: Call, tell: Citizens) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ok(call("wang", "opinions/", method="get"))
        return len(queries)

    tell.claimed(), tell.accepted()
    call("wang", "opinions/", method="get")
    few = cost()
    for n in range(9):
        tell.claimed(content=f"第 {n} 件")
        tell.accepted(content=f"又 {n} 件")
    assert cost() == few


def test_filters_narrow_a_list(call: Call, tell: Citizens) -> None:
    one, other = tell.claimed(category="health"), tell.accepted()
    numbers = lambda **asked: [r["number"] for r in ok(call("wang", "opinions/", asked, method="get"))["results"]]  # noqa: E731
    assert numbers(state="claimed") == [one.number]
    assert numbers(category="urban") == [other.number]
    assert set(numbers(mine="1")) == {one.number, other.number}
    assert numbers(overdue="1") == []
    refused(call("wang", "opinions/", {"state": "lost"}, method="get"), 422)


# -- bad input ---------------------------------------------------------------------------------------------------------

RARE = "龘靐齉𠀀𪚥的井盖😀👨‍👩‍👧"
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% debug %}'; DROP TABLE suggestions_opinion; --"


@pytest.mark.parametrize("content", [RARE, HOSTILE, "e\u0301\u202e反转", "一" * 2000])
def test_strange_words_are_kept_as_words(call: Call, content: str) -> None:
    made = ok(call("", "opinions/", {**SAID, "content": content}), 201)
    shown = ok(call("", f"opinions/{made['number']}/", method="get", code=made["query_code"]))
    assert "\u202e" not in shown["content"]
    assert shown["content"][:20] == content.replace("e\u0301", "é").replace("\u202e", "")[:20]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"content": "一" * 2001}, "content"),
        ({"content": 7}, "content"),
        ({"consent": False}, "consent"),
        ({"category": "nothing"}, "category"),
        ({"station": "S00001"}, "deputy"),
        ({"deputy": "D99999"}, "deputy"),
        ({"deputy": "\x00"}, "deputy"),
        ({"deputy": "' OR 1=1"}, "deputy"),
        ({"phone": "123"}, "phone"),
        ({"location": {"lng": 500, "lat": 1}}, "location"),
        ({"concerns": ["nobody"]}, "concerns"),
        ({"joins": "Y2026-000001"}, "joins"),
        ({"channel": "paper"}, "channel"),
        ({"place": "长" * 121}, "place"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(call: Call, change: dict[str, Any], pointer: str) -> None:
    body = refused(call("", "opinions/", {**SAID, **change}), 422)
    assert any(line["pointer"].startswith(f"/{pointer}") for line in body["errors"]), body
    assert Opinion.objects.count() == 0


def test_malformed_json_and_control_characters(call: Call) -> None:
    broken = Client().post("/api/v1/opinions/", data='{"a":', content_type="application/json")
    assert broken.status_code == 400
    made = ok(call("", "opinions/", {**SAID, "content": "a\x07b\r\nc\ttail"}), 201)
    shown = ok(call("", f"opinions/{made['number']}/", method="get", code=made["query_code"]))
    assert shown["content"] == "ab\nc\ttail"


def test_a_code_that_has_moved_leads_on(call: Call, tell: Citizens) -> None:
    from deputies import workflow as deputies

    deputies.suspend(tell.cast.seat("D00001"), by=tell.cast.sun)
    made = ok(call("", "opinions/", SAID), 201)
    shown = ok(call("", f"opinions/{made['number']}/", method="get", code=made["query_code"]))
    assert shown["target"]["code"] == "S00001"
    at_point = ok(call("", "opinions/", {**WORDS, "station": "S00003"}), 201)
    row = Opinion.objects.get(number=at_point["number"])
    assert (row.target_venue.code, row.code_used) == ("S00001", "S00003")
    village = ok(call("", "opinions/", {**WORDS, "division": "990100101201"}), 201)
    assert Opinion.objects.get(number=village["number"]).target_venue.code == "S00001"


def test_photos_are_judged_by_content_and_counted(call: Call, tell: Citizens) -> None:
    row = tell.say()
    url, proof = f"/api/v1/opinions/{row.number}/photos/", {"Query-Code": row.query_code}

    def send(data: bytes, **headers: str) -> Any:
        file = SimpleUploadedFile("灯.jpg", data, content_type="image/jpeg")
        return Client().post(url, {"file": file}, headers=headers or proof)

    assert send(b"<html>not a picture</html>").status_code == 415
    assert send(picture() + b"PK\x03\x04" + b"\x00" * 30).status_code in (201, 415)
    assert send(b"\xff\xd8\xff" + b"0" * 100).status_code == 415
    assert send(picture(), **{"Query-Code": "0000000000"}).status_code == 404
    had = OpinionPhoto.objects.filter(opinion=row).count()
    for _ in range(6 - had):
        assert send(picture()).status_code == 201
    assert refused(send(picture()), 422)["code"] == "photos"
    photo = OpinionPhoto.objects.filter(opinion=row).first()
    shown = Client().get(f"{url}{photo.pk}/", headers=proof)
    assert shown["Content-Type"] == "image/jpeg"
    assert Client().get(f"{url}{photo.pk}/").status_code == 404
    with clock.at(START + timedelta(hours=2)):
        assert refused(send(picture()), 422)["code"] in ("photo_window", "photos")


def test_a_verb_out_of_order_twice_and_with_dates_that_cannot_be(call: Call, tell: Citizens) -> None:
    row = tell.accepted()
    path = f"opinions/{row.number}"
    refused(call("wang", f"{path}/answer/", {"text": "先答"}), 403)  # nobody has claimed it: no claimant yet
    refused(call("zhou", f"{path}/answer/", {"text": "先答"}), 409, "wrong_state")
    ok(call("wang", f"{path}/claim/"))
    refused(call("zhao", f"{path}/claim/"), 409, "wrong_state")
    refused(call("wang", f"{path}/answer/", {"text": "   "}), 422)
    refused(call("wang", f"{path}/answer/", {"text": "好", "solved": "maybe"}), 422)
    refused(call("liu", f"{path}/claim/"), 404)
    refused(call("wang", f"{path}/pass_on/"), 404)
    refused(call("wang", f"{path}/nonsense/"), 404)
    ok(call("wu", f"{path}/refer/", {"organ": "qs-gov"}))
    for until in ("2020-01-01", "2026-03-24", "2099-01-01"):
        refused(call("deng", f"{path}/ask_extension/", {"until": until, "reason": "备料"}), 422)
    refused(call("deng", f"{path}/ask_extension/", {"until": "31.12.2026", "reason": "备料"}), 422)
    ok(call("deng", f"{path}/ask_extension/", {"until": "2026-03-30", "reason": "备料"}))


def test_a_refused_verb_leaves_no_trace(call: Call, tell: Citizens) -> None:
    row = tell.claimed()
    steps = row.steps.count()
    key = {"Idempotency-Key": "r" * 30}
    refused(call("wang", f"opinions/{row.number}/answer/", {"text": ""}, **key), 422)
    refused(call("deng", f"opinions/{row.number}/answer/", {"text": "好"}, **key), 404)
    assert row.steps.count() == steps
    ok(call("wang", f"opinions/{row.number}/answer/", {"text": "修好了"}, **key))
    assert ok(call("wang", f"opinions/{row.number}/answer/", {"text": "修好了"}, **key))["state"] == "replied"
    assert row.steps.count() == steps + 1


def test_a_lost_code_comes_back_to_the_verified_phone_alone(call: Call, tell: Citizens) -> None:
    from ground.models import DemoMail

    row = tell.verified(phone="19900008902")
    path, old = f"opinions/{row.number}/reissue/", row.query_code
    later = START + timedelta(minutes=5)
    with clock.at(later):
        assert call("", path, {"phone": "19900008903"}).status_code == 202
        had = DemoMail.objects.count()
        assert call("", path, {"phone": "19900008902"}).status_code == 202
        assert DemoMail.objects.count() == had + 1
        sms = "".join(c for c in DemoMail.objects.latest("pk").text.split("，")[0] if c.isdigit())
        refused(call("", path, {"phone": "19900008902", "sms_code": "000000"}), 404)
        new = ok(call("", path, {"phone": "19900008902", "sms_code": sms}))["query_code"]
    assert new != old
    refused(call("", f"opinions/{row.number}/", method="get", code=old), 404)
    assert ok(call("", f"opinions/{row.number}/", method="get", code=new))["number"] == row.number


def test_the_station_types_for_a_visitor_and_gives_the_code_again(call: Call, tell: Citizens) -> None:
    body = {**WORDS, "station": "S00001", "channel": "station", "tell_by": "visit"}
    made = ok(call("zhou", "opinions/", body), 201)
    row = Opinion.objects.get(number=made["number"])
    assert (row.channel, row.entered_by, row.is_told_by_hand) == ("station", tell.cast.zhou, True)
    again = ok(call("wu", f"opinions/{row.number}/reissue/", {"seen": "看过受理单"}))
    assert again["query_code"] != made["query_code"]
    refused(call("wang", f"opinions/{row.number}/reissue/", {"seen": "看过"}), 404)
    own = ok(call("", f"opinions/{row.number}/", method="get", code=again["query_code"]))
    assert own["state"] == "screening"
    assert author(row).number == own["number"]
