"""Livelihood projects over REST: with number and code, by the offices, and as open data."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from ground import clock, outbox
from ground.outbox import ToContact
from ground.workflow import CodeHolder
from suggestions import owed as owed_rows
from suggestions.queries import board, desk
from suggestions.views.department import worklist
from tests.cast import people
from tests.votes.building import Building
from tests.votes.polling import START
from tests.votes.test_api import api
from votes.models import LivelihoodProject, Round
from votes.notices.project import tell
from votes.showing import Shown
from votes.workflow import proposal

pytestmark = pytest.mark.django_db
SAID = {"organ": "dh-rd", "title": "大湾村路灯", "text": "村口到学校没有路灯，电话 13912345678。", "category": "road"}


@pytest.fixture
def told() -> Iterator[Building]:
    with clock.at(START):
        yield Building(people())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that were sent, in their order."""
    found: list[str] = []
    monkeypatch.setattr(outbox, "send_now", lambda phone, name, variables, url="": found.append(variables["code"]))
    return found


def test_whoever_has_no_account_proposes_and_follows_by_number_and_code(told: Building) -> None:
    client = APIClient()
    body = {**SAID, "phone": "19912345678", "contact_name": "老李", "consent": True}
    made = client.post("/api/v1/projects/", body, format="json", HTTP_IDEMPOTENCY_KEY="k" * 30)
    assert made.status_code == 201, made.json()
    number, code = made.json()["number"], made.json()["query_code"]
    again = client.post("/api/v1/projects/", body, format="json", HTTP_IDEMPOTENCY_KEY="k" * 30)
    assert again.json()["number"] == number and LivelihoodProject.objects.count() == 1
    assert client.get(f"/api/v1/projects/{number}/").status_code == 404
    assert client.get(f"/api/v1/projects/{number}/", HTTP_QUERY_CODE="000-000-0000").status_code == 404
    seen = client.get(f"/api/v1/projects/{number}/", HTTP_QUERY_CODE=code).json()
    assert seen["actions"] == ["verify_phone", "erase_contact"] and "13912345678" not in seen["text"]
    assert "老李" not in str(seen) and "19912345678" not in str(seen)


def test_the_office_calls_whoever_proposed_it_and_he_reads_why(told: Building) -> None:
    row = told.proposed(phone="19912345678", contact_name="老李")
    url, code = f"/api/v1/projects/{row.number}", {"HTTP_QUERY_CODE": row.query_code}
    assert api(told.cast.wang).post(f"{url}/open_contact/", {"reason": "好奇"}, format="json").status_code == 404
    chen = api(told.cast.chen)
    wrong = chen.post(f"{url}/open_contact/", {"reason": " "}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/reason")
    opened = chen.post(f"{url}/open_contact/", {"reason": "约看现场"}, format="json")
    assert opened.json() == {"name": "老李", "phone": "19912345678"} and "no-store" in opened["Cache-Control"]
    assert [(o.by_label, o.reason) for o in row.contact.openings.all()] == [(str(row.organ), "约看现场")]
    row = LivelihoodProject.objects.whole().get(pk=row.pk)
    mine, theirs = Shown(row, CodeHolder(row.number)).lines, Shown(row, told.cast.wang).lines
    assert "约看现场" in mine[-1]["text"] and [line["verb"] for line in theirs] == ["propose"]
    told_by_sms = [one for step in row.steps.all() for one in tell(step) if isinstance(one, ToContact)]
    assert [one.template for one in told_by_sms] == ["project.propose", "project.open_contact"]
    assert APIClient().post(f"{url}/erase_contact/", {}, format="json", **code).status_code == 200
    gone = chen.post(f"{url}/open_contact/", {"reason": "再约"}, format="json")
    assert (gone.status_code, gone.json()["code"]) == (422, "has_phone")


def test_the_number_is_opened_on_the_console_too(told: Building, settings: Any) -> None:
    row = told.proposed(phone="19912345678")
    settings.DEMO = True
    client, path = Client(), reverse("admin:project-contact", args=[row.number])
    client.force_login(told.cast.chen)
    assert path in client.get(reverse("admin:project", args=[row.number])).content.decode()
    assert client.post(path, {"reason": ""}).status_code == 422
    opened = client.post(path, {"reason": "核实地点"})
    assert "19912345678" in opened.content.decode() and "no-store" in opened["Cache-Control"]
    client.force_login(told.cast.wang)
    assert client.post(path, {"reason": "好奇"}).status_code in (302, 403, 404)
    assert row.contact.openings.count() == 1


def test_a_phone_makes_it_public_and_counts_once(told: Building, sent: list[str]) -> None:
    row = told.pooled(phone="19912345678")
    client, url = APIClient(), f"/api/v1/projects/{row.number}"
    assert client.get(f"{url}/").status_code == 404
    proposal.send_verification(row)
    answer = client.post(f"{url}/verify_phone/", {"sms_code": sent[-1]}, format="json", HTTP_QUERY_CODE=row.query_code)
    assert answer.status_code == 200, answer.json()
    assert client.get(f"{url}/").status_code == 200
    for phone, counted in (("19912345670", True), ("19912345671", True)):
        assert client.post(f"{url}/sms/", {"phone": phone, "purpose": "support"}, format="json").status_code == 202
        body = {"phone": phone, "sms_code": sent[-1], "area": "大湾村"}
        assert client.post(f"{url}/support/", body, format="json").json()["counted"] is counted
    wrong = client.post(f"{url}/support/", {"phone": "19912345672", "sms_code": "000000"}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "sms_code")
    assert client.get(f"{url}/").json()["demand"]["supporters"] == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"title": ""}, "/title"), ({"category": "x"}, "/category"), ({"organ": "nowhere"}, "/organ"), ({"text": "字" * 1001}, "/text"),
     ({"phone": "12"}, "/phone"), ({"consent": False}, "/consent"), ({"opinion": "Y2026-000000"}, "/opinion")],
)  # fmt: skip
def test_bad_proposals_get_a_sentence_and_leave_nothing(told: Building, change: dict, pointer: str) -> None:
    answer = APIClient().post("/api/v1/projects/", {**SAID, "consent": True, **change}, format="json")
    assert answer.status_code == 422
    assert [line["pointer"] for line in answer.json()["errors"]] == [pointer]
    assert re.search("[一-鿿]", answer.json()["errors"][0]["detail"])
    assert not LivelihoodProject.objects.exists()


def test_an_office_leads_a_round_over_rest(told: Building) -> None:
    chen, sun, wang = api(told.cast.chen), api(told.cast.sun), api(told.cast.wang)
    body = {"organ": "dh-rd", "year": 2027, "collects_until": "2026-04-01", "places": 1}
    made = chen.post("/api/v1/rounds/", body, format="json")
    assert made.status_code == 201, made.json()
    number = made.json()["number"]
    assert wang.post("/api/v1/rounds/", {**body, "year": 2026}, format="json").status_code == 403
    row = chen.post(f"/api/v1/projects/{told.proposed(by=told.cast.wang).number}/accept/", {}, format="json").json()
    assert row["state"] == "pooled" and row["round"] == number
    assert chen.post(f"/api/v1/rounds/{number}/screen/", {}, format="json").json()["state"] == "screening"
    assert sun.post(f"/api/v1/rounds/{number}/shortlist/", {}, format="json").json()["code"] == "screened"
    url = f"/api/v1/projects/{row['number']}"
    assert chen.post(f"{url}/shortlist/", {}, format="json").json()["version"]["no"] == 1
    material = {
        "content": "改扩建", "target": "180 个学位", "total_cost": "620.00", "year_cost": "700.00", "unit": "dh-zjj",
        "nodes": [{"due_on": "2026-06-30", "percent": 50, "text": "主体"}, {"due_on": "2026-11-30", "percent": 100, "text": "完工"}],
    }  # fmt: skip
    wrong = chen.post(f"{url}/edit/", material, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/year_cost")
    right = chen.post(f"{url}/edit/", {**material, "year_cost": "400.00"}, format="json").json()
    assert [node["percent"] for node in right["version"]["nodes"]] == [50, 100] and right["unit"] == "dh-zjj"
    listed = APIClient().get(f"/api/v1/projects/?round={number}").json()["results"]
    assert [one["number"] for one in listed] == [row["number"]]
    assert APIClient().get("/api/v1/rounds/").json()["results"][0]["counts"] == {"shortlisted": 1}
    assert Round.objects.count() == 1


def test_what_is_owed_on_projects_stands_on_every_desk(told: Building) -> None:
    cast = told.cast
    round_, (first, second) = told.implementing()
    told.asked(second)
    waiting = told.proposed(phone="19912345678", title="大湾村路灯")
    unit, government, office = told.user(cast.zheng), told.user(cast.ma), told.user(cast.sun)
    owed = {(d.code, d.matter_id) for d in desk.owed_by(unit)}
    assert {("project.report", first.pk), ("project.finish", second.pk)} & owed and all(
        code.startswith("project.") for code, _ in owed
    )
    lines = {row.number: row for row in worklist.rows(desk.owed_by(unit), unit)}
    assert (lines[first.number].part, lines[first.number].origin) == ("民生实事", round_.title)
    assert lines[first.number].next.verb == "report" and lines[first.number].url.endswith(
        f"/desk/projects/{first.number}/"
    )
    [letter] = [row for row in worklist.rows(desk.owed_by(government), government) if row.number == second.number]
    assert (letter.what, letter.next.verb) == ("报送调整申请", "forward_adjustment")
    on_board = owed_rows.rows(board.owed(office).select_related("organ", "user"), office)
    screen = next(row for row in on_board if row.number == waiting.number)
    assert (screen.what, screen.verb) == ("未审核", "accept") and waiting.number in screen.verb_url
    todo = api(cast.sun).get("/api/v1/me/todo/").json()
    assert waiting.number in str(todo)
    assert waiting.number not in str(api(cast.wang).get("/api/v1/me/todo/").json())


def test_a_round_whose_collecting_is_over_waits_on_the_board(told: Building) -> None:
    round_ = told.round()
    office = told.user(told.cast.sun)
    rows = owed_rows.rows(board.owed(office).select_related("organ", "user"), office)
    [row] = [row for row in rows if row.number == round_.number]
    assert (row.what, row.verb, row.url) == ("征集未结束", "screen", reverse("admin:round", args=[round_.number]))


def test_the_public_rates_once_for_a_phone(told: Building, sent: list[str]) -> None:
    _, rows = told.implementing()
    row = told.accepted(rows[0])
    client, url = APIClient(), f"/api/v1/projects/{row.number}"
    client.post(f"{url}/sms/", {"phone": "19912345670", "purpose": "rate"}, format="json")
    body = {"phone": "19912345670", "sms_code": sent[-1], "grade": "satisfied"}
    assert client.post(f"{url}/rate_publicly/", body, format="json").status_code == 201
    assert client.post(f"{url}/rate_publicly/", body, format="json").json()["code"] == "sms_code"  # a code serves once
    answer = api(told.cast.wang).post(f"{url}/rate/", {"grade": "dissatisfied"}, format="json")
    assert answer.status_code == 422  # says why
    assert api(told.cast.wang).post(f"{url}/rate/", {"grade": "satisfied"}, format="json").status_code == 200
    seen = api(told.cast.wang).post(f"{url}/rate/", {"grade": "satisfied"}, format="json")
    assert seen.json()["code"] == "unrated_by_me"
    ratings = {one["kind"]: one for one in client.get(f"{url}/").json()["ratings"]}
    assert ratings["public"] == {"kind": "public", "label": "群众", "people": 1, "grades": None}


def test_open_data_holds_no_person(told: Building) -> None:
    told.implementing()
    told.proposed(contact_name="老李", phone="19912345678")
    for path in ("/api/v1/projects/open.json", "/api/v1/projects/open.csv"):
        answer = APIClient().get(path)
        text = answer.content.decode("utf-8")
        assert answer.status_code == 200 and "第二幼儿园改扩建" in text
        assert not re.search(r"1\d{10}", text) and "老李" not in text and "19912345678" not in text
