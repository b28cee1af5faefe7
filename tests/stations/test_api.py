"""Reference data as the contract (§3.2) promises it."""

import pytest
from rest_framework.test import APIClient

from deputies import workflow
from stations import workflow as venues
from tests import factories
from tests.cast import Cast


@pytest.fixture
def api() -> APIClient:
    return APIClient()


def codes(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


def test_a_deputy_as_everybody_sees_one(cast: Cast, api: APIClient):
    assert api.get("/api/v1/deputies/D00001/").json() == {
        "code": "D00001",
        "name": "王建国",
        "posts": [{"organ": "dh-rd", "level": "city"}],
        "group": "清水代表小组",
        "station": "S00001",
        "skills": ["水利", "农村道路"],
        "photo": None,
        "accepts_opinions": True,
        "phone": "",
    }
    assert "19900000001" not in api.get("/api/v1/deputies/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["D00001", "D00002", "D00003", "D00004", "D00005", "D00006"]),
        ("q=王建国", ["D00001"]),
        ("q=wangjian", ["D00001"]),
        ("q=zhm", ["D00002"]),
        ("q=d00003", ["D00003"]),
        ("q=没有这个人", []),
        ("organ=qs-rd", ["D00005"]),
        ("group=清水代表小组", ["D00001", "D00002", "D00005"]),
        ("division=X0003", ["D00003", "D00004"]),
        ("division=nowhere", []),
        ("skill=教育", ["D00002"]),
        ("organ=dh-rd&skill=水利", ["D00001"]),
    ],
)
def test_deputies_are_found_by(cast: Cast, api: APIClient, query: str, found: list[str]):
    assert codes(api.get(f"/api/v1/deputies/?{query}")) == found


def test_a_former_deputy_stays_readable_and_takes_no_opinions(cast: Cast, api: APIClient):
    workflow.terminate(cast.seat("D00003"), by=cast.sun, reason="moved", document_no="1")
    assert "D00003" not in codes(api.get("/api/v1/deputies/"))
    one = api.get("/api/v1/deputies/D00003/").json()
    assert (one["posts"], one["accepts_opinions"], one["station"]) == ([], False, None)


def test_a_venue_as_everybody_sees_one(cast: Cast, api: APIClient):
    assert api.get("/api/v1/stations/S00001/").json() == {
        "code": "S00001",
        "name": "清水镇中心联络站",
        "kind": "center_station",
        "parent": None,
        "address": "清水镇人民路 18 号",
        "location": {"lng": 118.4212, "lat": 30.512},
        "phone": "0990-8500011",
        "reception": "每周三 9:00—11:30",
        "deputies": ["D00001", "D00002", "D00005"],
        "moved_to": None,
    }
    assert api.get("/api/v1/stations/S00003/").json()["parent"] == "S00001"


def test_venues_are_found_by_words_kind_and_distance(cast: Cast, api: APIClient):
    assert codes(api.get("/api/v1/stations/?q=北河")) == ["S00002", "S00006"]
    assert codes(api.get("/api/v1/stations/?kind=point")) == ["S00003"]
    near = codes(api.get("/api/v1/stations/?near=118.5010,30.5560"))
    assert near[:2] == ["S00006", "S00002"]
    first = api.get("/api/v1/stations/?near=118.5010,30.5560&limit=3").json()
    rest = api.get(first["next"]).json()
    assert [row["code"] for row in first["results"] + rest["results"]][: len(near)] == near[:6]


def test_a_merged_venue_says_where_it_went(cast: Cast, api: APIClient):
    venues.merge(cast.venues["S00001"], by=cast.sun, into=cast.venues["S00002"])
    assert api.get("/api/v1/stations/S00001/").json()["moved_to"] == "S00002"
    assert "S00001" not in codes(api.get("/api/v1/stations/"))


def test_divisions_name_their_station_and_their_deputies(cast: Cast, api: APIClient):
    rows = {row["code"]: row for row in api.get("/api/v1/divisions/?parent=990100101").json()["results"]}
    assert set(rows) == {"990100101001", "990100101201", "990100101202", "990100101203", "X0002"}
    assert {row["station"] for row in rows.values()} == {"S00001"}
    estate = api.get("/api/v1/divisions/X0001/").json()
    assert estate == {
        "code": "X0001", "name": "清水花园小区", "level": "estate", "parent": "990100101001", "station": "S00001",
    }  # fmt: skip
    assert codes(api.get("/api/v1/divisions/?q=杨柳")) == ["X0002"]
    assert codes(api.get("/api/v1/divisions/990100101201/deputies/")) == ["D00001", "D00002", "D00005"]


@pytest.mark.parametrize(
    "address",
    [
        "deputies/D99999/",
        "stations/S99999/",
        "divisions/none/",
        "divisions/none/deputies/",
    ],
)
def test_what_does_not_exist_is_not_found(cast: Cast, api: APIClient, address: str):
    response = api.get(f"/api/v1/{address}")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "address",
    [
        "stations/?near=here",
        "stations/?near=200,1",
        "stations/?near=nan,nan",
        "stations/?kind=palace",
        "deputies/?limit=1000",
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_parameter(cast: Cast, api: APIClient, address: str):
    response = api.get(f"/api/v1/{address}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/" + address.split("?")[1].split("=")[0]


def test_organs_are_for_whoever_is_signed_in(cast: Cast, api: APIClient):
    assert api.get("/api/v1/organs/").status_code == 401
    api.force_authenticate(cast.gao)
    assert codes(api.get("/api/v1/organs/?kind=department")) == ["dh-jtj", "dh-jyj", "dh-zjj"]
    assert codes(api.get("/api/v1/organs/?parent=qs-rd")) == ["qs-gov"]
    assert codes(api.get("/api/v1/organs/?q=住建")) == ["dh-zjj"]
    assert api.get("/api/v1/organs/dh-zjj/").json() == {
        "code": "dh-zjj", "name": "东湖市住房和城乡建设局", "kind": "department", "level": "city", "parent": "dh-gov",
    }  # fmt: skip
    assert api.get("/api/v1/organs/?kind=palace").status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "deputies/",
        "deputies/?division=990100101201",
        "stations/",
        "stations/?near=118.4,30.5",
        "divisions/",
        "divisions/990100101/deputies/",
    ],
)
def test_many_rows_cost_as_many_queries_as_few(cast: Cast, api: APIClient, address: str, django_assert_max_num_queries):
    def cost() -> int:
        with django_assert_max_num_queries(12) as captured:
            api.get(f"/api/v1/{address}")
        return len(captured)

    few = cost()
    for n in range(12):
        seat = factories.a_seat(cast, name=f"代表{n}", divisions=[cast.regions["990100101"]])
        venues.station(seat, at=cast.venues["S00001"])
        factories.a_venue(cast, name=f"新站{n}", parent=cast.venues["S00001"], lng=118.4, lat=30.5)
    assert cost() == few
