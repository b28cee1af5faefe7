"""The contract of §3.4 over HTTP, with nothing but the contract in hand."""

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

from accounts import tokens
from ground import clock
from tests.cast import people
from tests.suggestions.calling import Call, call, ok, refused  # noqa: F401 a fixture
from tests.suggestions.narrator import PROMISE, REPLY, START, WORDS, Narrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def test_the_chain_of_the_contract(call: Call) -> None:
    row = ok(call("wang", "suggestions/", WORDS), 201)
    number = row["number"]
    assert (row["state"], row["version"], row["register_no"]) == ("draft", 1, None)
    assert set(row["actions"]) >= {"revise", "invite", "submit", "withdraw"}
    at = f"suggestions/{number}"
    refused(call("zhao", f"{at}/", method="get"), 404)
    assert ok(call("wang", f"{at}/invite/", {"deputies": ["D00002"]}))["state"] == "cosigning"
    row = ok(call("zhao", f"{at}/cosign/", {"version": 1}))
    assert row["cosigners"][0]["state"] == "confirmed"
    refused(call("zhao", f"{at}/cosign/", {"version": 1}), 409, "wrong_state")
    refused(call("chen", f"{at}/", method="get"), 404)
    assert ok(call("wang", f"{at}/submit/"))["state"] == "submitted"
    row = ok(call("chen", f"{at}/register/", {"field": "urban_env"}))
    assert row["register_no"] == {"display": "市十九届人大二次会议闭会期间第001号", "short": "19-2闭-001"}
    handlers = [{"organ": "dh-zjj", "role": "main"}, {"organ": "dh-jtj", "role": "assist"}]
    refused(call("chen", f"{at}/assign/", {"mode": "sole", "handlers": handlers}), 422, "mode")
    row = ok(call("chen", f"{at}/assign/", {"mode": "main_assist", "handlers": handlers}))
    assert (row["state"], row["assigned_on"]) == ("assigned", "2026-03-02")
    main, assist = row["assignments"]
    assert "2026-06-02" in next(
        due["at"]
        for due in call("wang", f"{at}/", method="get").json()["assignments"][0]["due"]
        if due["kind"] == "reply"
    )
    refused(call("gao", f"{at}/object/", {"reason": "不归我们管"}), 403)
    row = ok(
        call("zheng", f"{at}/object/", {"assignment": main["id"], "reason": "不归我们管", "proposed_organ": "dh-jyj"})
    )
    assert row["assignments"][0]["objection"]["proposed_organ"] == "dh-jyj"
    body = {"accept": False, "reason": "属于住建部门职责"}
    refused(call("liu", f"{at}/settle_objection/", body), 404)
    assert ok(call("chen", f"{at}/settle_objection/", body))["state"] == "handling"
    ok(call("ding", f"{at}/sign/"))
    refused(call("zheng", f"{at}/reply/", REPLY), 422, "contacted")
    later = (clock.now() + timedelta(days=1)).isoformat()
    contact = {"method": "face", "at": later, "summary": "现场察看"}
    refused(call("gao", f"{at}/record_contact/", contact), 422)
    row = ok(call("gao", f"{at}/record_contact/", contact | {"at": clock.now().isoformat()}))
    assert (row["contacts"][0]["stage"], row["contacts"][0]["agrees"]) == ("during", None)
    row = ok(call("wang", f"{at}/confirm_contact/", {"contact": row["contacts"][0]["id"], "agrees": True}))
    assert row["contacts"][0]["agrees"] is True
    refused(call("zheng", f"{at}/reply/", REPLY), 422, "assists_in")
    row = ok(call("ding", f"{at}/contribute/", {"text": "无意见"}))
    assert row["contributions"][0]["version"] == 1
    draft = REPLY | {"result_class": "B", "commitments": [PROMISE]}
    refused(call("gao", f"{at}/reply/", draft), 403)
    row = ok(call("gao", f"{at}/draft_reply/", draft))
    assert row["replies"][0]["issued_at"] is None
    assert ok(call("wang", f"{at}/", method="get"))["replies"] == []
    refused(call("zheng", f"{at}/reply/", REPLY | {"result_class": "B"}), 422, "promise_needed")
    row = ok(call("zheng", f"{at}/reply/"))
    assert (row["state"], row["replies"][0]["result_class"], row["commitments"][0]["state"]) == ("replied", "B", "open")
    refused(call("wang", f"{at}/rate/", {"attitude": "satisfied", "result": "dissatisfied"}), 422)
    row = ok(call("wang", f"{at}/rate/", {"attitude": "satisfied", "result": "basically", "solved": "partly"}))
    assert (row["state"], row["assignments"][0]["outcome"], row["ratings"][0]["by_label"]) == (
        "tracking",
        "rated",
        "王建国",
    )
    promise = row["commitments"][0]["id"]
    change = {"commitment": promise, "due_on": "2027-06-30", "reason": "管线迁改"}
    row = ok(call("zheng", f"{at}/change_commitment/", change))
    assert row["commitments"][0]["change"]["accepted"] is None
    row = ok(call("sun", f"{at}/settle_commitment_change/", {"commitment": promise, "accept": True, "reason": "同意"}))
    assert (row["commitments"][0]["due_on"], row["commitments"][0]["old_dates"]) == ("2027-06-30", ["2026-12-31"])
    refused(call("gao", f"{at}/report_commitment/", {"commitment": promise, "text": "已建成", "final": True}), 403)
    ok(call("zheng", f"{at}/report_commitment/", {"commitment": promise, "text": "已建成", "final": True}))
    row = ok(call("wang", f"{at}/rate_commitment/", {"commitment": promise, "result": "satisfied"}))
    assert (row["state"], row["marks"]) == ("closed", ["kept"])
    row = ok(call("sun", f"{at}/publish/", {"scope": "full"}))
    assert row["state"] == "archived"
    verbs = [step["verb"] for step in row["steps"]]
    assert verbs[:4] == ["create", "invite", "cosign", "submit"] and verbs[-2:] == ["publish", "archive"]


def test_the_public_reads_what_was_published_and_no_more(tell: Narrator, call: Call) -> None:
    row = tell.rated(tell.replied(text="已联系业主张先生 13800001234 解决。"))
    at = f"suggestions/{row.number}/"
    refused(call("", at, method="get"), 404)
    ok(call("sun", f"{at}publish/", {"scope": "full"}))
    seen = ok(call("", at, method="get"))
    assert (seen["title"], seen["contacts"], seen["ratings"], seen["due"], seen["actions"]) == (
        WORDS["title"],
        [],
        [],
        [],
        [],
    )
    assert "13800001234" not in str(seen) and seen["replies"][0]["text"]
    assert [step["verb"] for step in seen["steps"]] == ["register", "assign", "reply", "publish"]
    assert [each["number"] for each in ok(call("", "suggestions/", method="get"))["results"]] == [row.number]
    refused(call("", f"{at}archive/"), 401)
    refused(call("", "suggestions/", WORDS), 401)
    refused(call("gao", "suggestions/", WORDS), 403)


def test_a_secret_name_is_nobodys_outside(tell: Narrator, call: Call) -> None:
    row = tell.rated(tell.replied(tell.signed(suggestion=tell.cosigned(confidential=True))))
    ok(call("sun", f"suggestions/{row.number}/publish/", {"scope": "full"}))
    seen = call("", f"suggestions/{row.number}/", method="get").content.decode()
    assert "王建国" not in seen and "赵慧敏" not in seen
    assert ok(call("zheng", f"suggestions/{row.number}/", method="get"))["lead"]["name"] == "王建国"


def test_several_parts_must_be_named(tell: Narrator, call: Call) -> None:
    row = tell.signed(("dh-zjj", "main"), ("dh-jyj", "main"), mode="separate")
    for organ in ("dh-zjj", "dh-jyj"):
        tell.replied(row, organ)
    grades = {"attitude": "satisfied", "result": "satisfied"}
    at = f"suggestions/{row.number}"
    refused(call("wang", f"{at}/rate/", grades), 422, "which_assignment")
    refused(call("wang", f"{at}/rate/", grades | {"assignment": 999999}), 422, "which_assignment")
    refused(call("wang", f"{at}/rate/", grades | {"assignment": "1"}), 422)
    units = ok(call("wang", f"{at}/", method="get"))["assignments"]
    assert all("rate" in unit["actions"] for unit in units)
    ok(call("wang", f"{at}/rate/", grades | {"assignment": units[1]["id"]}))
    assert ok(call("wang", f"{at}/rate/", grades))["state"] == "closed"
    refused(call("wang", f"{at}/rate/", grades), 409, "wrong_state")


def test_the_order_of_refusal(tell: Narrator, call: Call) -> None:
    row = tell.submitted()
    at = f"suggestions/{row.number}"
    refused(call("liu", f"{at}/register/"), 404)
    refused(call("sun", f"{at}/register/", {"field": "nonsense"}), 403)
    refused(call("chen", f"{at}/assign/", {"mode": "nonsense"}), 409)
    body = refused(call("chen", f"{at}/register/", {"field": "nonsense"}), 422)
    assert body["errors"][0]["pointer"] == "/field"
    refused(call("chen", f"{at}/sign/"), 403)
    refused(call("sun", f"{at}/mediate/", {"minutes": "无", "outcome": "close"}), 409)
    refused(call("wang", "suggestions/J2026-999999/submit/"), 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "　\u200b"},
        {"title": "长" * 81},
        {"situation": "长" * 5001},
        {"field": "sport"},
        {"kind": "song"},
        {"title": 7},
        {"is_public": "yes"},
        {"opinions": ["Y2026-999999"]},
        {"opinions": "Y2026-000001"},
        {"copy_of": "J2026-999999"},
        {"proposal": "\x00\x01"},
    ],
)
def test_bad_input_is_refused_where_it_stands(call: Call, wrong: dict[str, Any]) -> None:
    body = refused(call("wang", "suggestions/", WORDS | wrong), 422)
    assert body["errors"][0]["pointer"].startswith(f"/{next(iter(wrong))}")


def test_rare_characters_markup_and_sql_are_text(call: Call) -> None:
    odd = {"title": "龘靐齉𠮷👩‍👩‍👧 <b>x</b> {{ 7*7 }}'; DROP TABLE x;--"}
    row = ok(call("wang", "suggestions/", WORDS | odd), 201)
    assert row["title"] == odd["title"]
    found = ok(call("wang", "suggestions/", {"q": "龘靐"}, method="get"))["results"]
    assert [each["number"] for each in found] == [row["number"]]
    assert ok(call("wang", "suggestions/", {"q": "'; DROP <>"}, method="get"))["results"]


def test_a_snap_needs_only_title_and_situation(call: Call) -> None:
    row = ok(call("wang", "suggestions/", {"kind": "snap", "title": "井盖松动", "situation": "人民路 18 号门前"}), 201)
    at = f"suggestions/{row['number']}"
    ok(call("wang", f"{at}/submit/"))
    refused(call("chen", f"{at}/register/"), 422, "priority")
    ok(call("chen", f"{at}/register/", {"priority": 7}))
    row = ok(call("chen", f"{at}/assign/", {"mode": "sole", "handlers": [{"organ": "dh-zjj", "role": "main"}]}))
    assert next(due for due in row["assignments"][0]["due"] if due["kind"] == "reply")["at"].startswith("2026-03-09")


def test_patch_is_revise_and_takes_opinions_off(call: Call) -> None:
    row = ok(call("wang", "suggestions/", WORDS), 201)
    row = ok(call("wang", f"suggestions/{row['number']}/", {"title": "新的标题", "opinions": []}, method="patch"))
    assert (row["title"], row["version"], row["opinions"]) == ("新的标题", 2, [])
    refused(call("zhao", f"suggestions/{row['number']}/", {"title": "别人的"}, method="patch"), 404)


def test_a_repeated_key_does_it_once(call: Call) -> None:
    first = ok(call("wang", "suggestions/", WORDS, **{"Idempotency-Key": "k1"}), 201)
    again = ok(call("wang", "suggestions/", WORDS, **{"Idempotency-Key": "k1"}), 201)
    assert first["number"] == again["number"]
    at = f"suggestions/{first['number']}/submit/"
    ok(call("wang", at, **{"Idempotency-Key": "k2"}))
    assert ok(call("wang", at, **{"Idempotency-Key": "k2"}))["state"] == "submitted"
    refused(call("wang", at), 409)


def test_lists_are_filtered_and_bounded(tell: Narrator, call: Call) -> None:
    first, second = tell.signed(), tell.submitted(tell.cosigned(title="关于增设公交站牌的建议"))

    def numbers(who: str, **asked: Any) -> list[str]:
        return [row["number"] for row in ok(call(who, "suggestions/", asked, method="get"))["results"]]

    assert numbers("chen") == [second.number, first.number]
    assert numbers("chen", state="handling") == [first.number]
    assert numbers("gao") == [first.number]
    assert numbers("chen", organ="dh-zjj") == [first.number]
    assert numbers("chen", q="公交") == [second.number]
    assert numbers("chen", q=first.register_short) == [first.number]
    assert numbers("wang", mine="1") == [second.number, first.number]
    assert numbers("shi", mine="1") == []
    assert numbers("chen", overdue="1") == []
    assert numbers("liu") == []
    page = ok(call("chen", "suggestions/", {"limit": 1}, method="get"))
    assert len(page["results"]) == 1 and page["next"]
    refused(call("chen", "suggestions/", {"state": "nowhere"}, method="get"), 422)


def test_twenty_rows_cost_what_two_rows_cost(tell: Narrator, call: Call) -> None:
    def cost(who: str) -> int:
        ok(call(who, "suggestions/", {"limit": 1}, method="get"))
        with CaptureQueriesContext(connection) as spent:
            ok(call(who, "suggestions/", {"limit": 100}, method="get"))
        return len(spent)

    tell.rated(tell.replied(result_class="B", commitments=[PROMISE]))
    tell.signed(("dh-gov", "main"))
    tell.replied()
    tell.draft()
    people_asked = ("chen", "wang", "zhao", "gao", "ma", "sun")
    two = {who: cost(who) for who in people_asked}
    for _ in range(4):
        tell.rated(tell.replied(result_class="B", commitments=[PROMISE]))
        tell.signed(("dh-gov", "main"))
        tell.replied()
        tell.draft()
    assert {who: cost(who) for who in people_asked} == two


def test_units_are_suggested_by_subject_and_by_what_became_of_like_matters(tell: Narrator, call: Call) -> None:
    body = {"title": "关于小区充电车棚的建议", "text": "小区电动自行车充电难。"}
    assert ok(call("wang", "suggestions/suggest-handlers/", body))[0]["organ"] == "dh-zjj"
    past = tell.signed(("dh-jyj", "main"))
    found = ok(call("chen", "suggestions/suggest-handlers/", body))
    assert {hint["organ"]: hint["past"] for hint in found}["dh-jyj"] == [past.number]
    assert all(hint["past"] == [] for hint in ok(call("ma", "suggestions/suggest-handlers/", body)))
    refused(call("gao", "suggestions/suggest-handlers/", body), 403)
    refused(call("", "suggestions/suggest-handlers/", body), 401)


def test_a_file_lies_beside_the_suggestion(tell: Narrator, call: Call, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = tell.draft()
    auth = {"Authorization": f"Token {tokens.issue(tell.cast.wang, many=True)[0]}"}
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")

    def send(content: bytes, kind: str = "photo") -> Any:
        data = {"file": SimpleUploadedFile("a.png", content), "kind": kind}
        return Client().post(f"/api/v1/suggestions/{row.number}/files/", data, headers=auth)

    made = ok(send(picture.getvalue()), 201)
    seen = Client().get(f"/api/v1/suggestions/{row.number}/files/{made['id']}/", headers=auth)
    assert seen["Content-Type"] == "image/jpeg" and seen["X-Content-Type-Options"] == "nosniff"
    refused(call("zhao", f"suggestions/{row.number}/files/{made['id']}/", method="get"), 404)
    refused(send(b"MZ not a picture"), 415)
    refused(send(b"%PDF-1.4 /JavaScript (x)", "scan"), 415)
    refused(send(picture.getvalue(), "song"), 422)
