"""Assemblies and their members' opinions over REST: sight, verbs, refusals in their order, retries."""

from collections.abc import Iterator

import pytest
from rest_framework.test import APIClient

from accounts import tokens
from ground import clock
from tests.cast import people
from tests.votes.assembling import START, Assembling
from votes.models import EFFECT, AssemblyOpinion

pytestmark = pytest.mark.django_db
ALL = "/api/v1/assembly-opinions/"


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        made = Assembling(people())
        made.sitting(3)
        yield made


def api(told: Assembling, who: str) -> APIClient:
    user = told.user(told.cast.users[who])
    return APIClient(HTTP_AUTHORIZATION=f"Token {tokens.issue(user, many=True)[0]}")


def test_an_assembly_shows_its_people_without_private_data(told: Assembling) -> None:
    told.candidate("林一")
    shown = APIClient().get("/api/v1/assemblies/bh-gw-1/").json()
    assert (shown["name"], shown["organ"], shown["effect"]) == ("北河街道议事代表会", "bh-gw", EFFECT)
    assert [m["name"] for m in shown["members"]] == ["曹阳", "代表1", "代表2"], "a candidate is not public"
    assert set(shown["members"][0]) == {"number", "name", "region", "way", "state", "since", "until"}
    office = api(told, "feng").get("/api/v1/assemblies/bh-gw-1/").json()
    assert "林一" in [m["name"] for m in office["members"]]
    assert APIClient().get("/api/v1/assemblies/").json()["results"][0]["code"] == "bh-gw-1"
    assert APIClient().get("/api/v1/assemblies/none/").status_code == 404


def test_an_opinion_goes_its_way(told: Assembling) -> None:
    told.clerk("bh-jdb")
    member, office, unit = api(told, "cao"), api(told, "feng"), api(told, "gao")
    body = {"title": "桥东路路灯不亮", "text": "坏了两个月。"}
    key = {"HTTP_IDEMPOTENCY_KEY": "k" * 22}
    made = member.post(ALL, body, format="json", **key)
    assert made.status_code == 201, made.content
    assert member.post(ALL, body, format="json", **key).json()["number"] == made.json()["number"]
    assert AssemblyOpinion.objects.count() == 1
    at = f"{ALL}{made.json()['number']}/"
    assert made.json()["actions"] == ["link", "withdraw"]
    assert unit.get(at).status_code == 404 and APIClient().get(at).status_code == 404
    assert office.post(f"{at}accept/", {}, format="json").json()["register"] == "〔2026〕1 号"
    given = office.post(f"{at}assign/", {"organ": "bh-jdb"}, format="json").json()
    assert (given["state"], given["handler"], given["due"][0]["kind"]) == ("assigned", "bh-jdb", "reply")
    assert unit.get(at).json()["actions"] == ["hand_back", "reply"]
    assert unit.post(f"{at}reply/", {"text": "已更换。"}, format="json").json()["state"] == "replied"
    assert member.post(f"{at}rate/", {"grade": "satisfied"}, format="json").json()["state"] == "done"
    assert office.post(f"{at}publish/", {}, format="json").json()["is_public"]
    public = APIClient().get(at).json()
    assert public["replies"][0]["text"] == "已更换。" and public["due"] == [] and public["place"] == ""


def test_refusals_come_in_order(told: Assembling) -> None:
    at = f"{ALL}{told.filed().number}/"
    office, outsider = api(told, "feng"), api(told, "wang")
    assert outsider.post(ALL, {}, format="json").status_code == 403
    assert outsider.post(f"{at}accept/", {}, format="json").status_code == 404
    assert api(told, "cao").post(f"{at}accept/", {}, format="json").status_code == 403
    assert office.post(f"{at}assign/", {"organ": "bh-jdb"}, format="json").status_code == 409
    office.post(f"{at}accept/", {}, format="json")
    assert office.post(f"{at}assign/", {}, format="json").status_code == 422
    wrong = office.post(f"{at}assign/", {"organ": "dh-zjj"}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "route")
    unknown = office.post(f"{at}assign/", {"organ": "nowhere"}, format="json")
    assert unknown.status_code == 422 and "核对代码" in unknown.json()["errors"][0]["detail"]
    assert api(told, "cao").post(ALL, {"title": "", "text": "x"}, format="json").status_code == 422
    assert APIClient().get(f"{ALL}?state=nothing").json()["results"] == []
