"""REST plumbing over a small set of routes on venues: refusals in order, bodies, verbs, the description."""

import json

import pytest
from django.test import Client
from django.urls import include, path, re_path
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers

from accounts import tokens
from ground import api
from ground.api import Body, Done, Nowhere, Shown, Verb, VerbViewSet
from ground.choices import Choices
from ground.errors import GuardFailed, Invalid, NotSignedIn, Throttled
from ground.models import IdempotencyKey
from stations import workflow as stations
from stations.models import Venue
from tests.cast import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class VenueShown(Shown):
    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()


class CloseBody(Body):
    reason = serializers.CharField(label="原因", max_length=20)
    urgent = serializers.BooleanField(required=False)
    days = serializers.IntegerField(required=False, min_value=1)
    on = serializers.DateField(required=False)
    organs = serializers.ListField(child=serializers.CharField(), required=False)


class FoundBody(Body):
    name = serializers.CharField(max_length=40)
    organ = serializers.CharField()


class Secret(serializers.Serializer):
    word = serializers.CharField()


def close(venue, *, by, reason, urgent=False, days=1, on=None, organs=()):
    if reason == "guard":
        raise GuardFailed("not_now", "现在还不能关闭。")
    if reason == "later":
        return Done({}, 202)
    return stations.close(venue, by=by)


def found(*, by, name, organ):
    from accounts.models import Organ

    made = stations.found(name, by=by, kind="station", organ=Organ.objects.get(code=organ))
    if name == "guard":
        raise GuardFailed("not_now", "现在还不能设立。")
    return made


class Venues(VerbViewSet):
    kind = "venue"
    serializer_class = VenueShown
    lookup_field = "code"
    ordering = "code"
    queryset = Venue.objects.none()
    creates = Verb(found, FoundBody)
    verbs = {
        "close": Verb(close, CloseBody, also=(202,)),
        "reopen": Verb(lambda venue, *, by: {"word": venue.name}, answer=Secret, fresh=True),
        "merge": Verb(lambda venue, *, by: venue),
    }

    def get_queryset(self):
        return Venue.objects.exclude(code="S00002").select_related("organ")


class Trouble(api.ApiView):
    def post(self, request):
        raise {
            "throttled": Throttled(17),
            "invalid": Invalid("phone", "请填写 11 位手机号。", errors=[("", "另一处")]),
            "signed": NotSignedIn(code="otp_required"),
        }[request.data["raise"]]


routes = [*Venues.paths("venues"), path("trouble/", Trouble.as_view()), path("choices/", Choices.as_view())]
urlpatterns = [
    path("api/v1/", include((routes, "api"))),
    re_path(r"^api/v1/(?:.*/)?$", Nowhere.as_view()),
]


@pytest.fixture
def cast(db):
    return people()


def client_of(user=None):
    if user is None:
        return Client()
    key, _ = tokens.issue(user, many=True)
    return Client(headers={"Authorization": f"Token {key}"})


def post(client, path, body=None, **headers):
    return client.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers)


def is_problem(response, status, code=None):
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"].startswith("application/problem+json")
    told = response.json()
    assert told["status"] == status and told["title"] and told["detail"].endswith("。")
    if code:
        assert told["code"] == code
    return told


# -- reading


def test_one_object_comes_with_the_verbs_that_are_open_to_the_caller(cast):
    assert client_of(cast.sun).get("/api/v1/venues/S00001/").json()["actions"] == ["merge", "close"]
    assert client_of().get("/api/v1/venues/S00001/").json()["actions"] == []


def test_a_list_has_whole_addresses_and_no_count(cast):
    client = client_of(cast.sun)
    first = client.get("/api/v1/venues/?limit=1").json()
    assert set(first) == {"next", "previous", "results"} and first["previous"] is None
    for wrong in ("0", "101", "x", "²", "-1"):
        assert is_problem(client.get(f"/api/v1/venues/?limit={wrong}"), 422)["errors"][0]["pointer"] == "/limit"
    is_problem(client.get("/api/v1/venues/?cursor=nonsense"), 422)


# -- the order of refusal


def test_what_one_cannot_see_is_404_before_anything_else(cast):
    told = is_problem(post(client_of(), "venues/S00002/close/"), 404, "not_found")
    assert told == is_problem(post(client_of(cast.sun), "venues/none/close/", {"reason": 5}), 404)


def test_permission_comes_before_state_and_body(cast):
    is_problem(post(client_of(cast.wang), "venues/S00001/close/", {"reason": 5}), 403, "forbidden")


def test_state_comes_before_body(cast):
    is_problem(post(client_of(cast.sun), "venues/S00001/reopen/", {"reason": 5}), 409, "wrong_state")


def test_body_comes_before_guard_and_names_its_places(cast):
    sun = client_of(cast.sun)
    told = is_problem(post(sun, "venues/S00001/close/", {"urgent": "yes", "reason": "guard"}), 422, "invalid")
    assert told["errors"] == [{"pointer": "/urgent", "detail": "请填 true 或 false。"}]
    is_problem(post(sun, "venues/S00001/close/", {"reason": "guard"}), 422, "not_now")
    assert Venue.objects.get(code="S00001").state == "open"


@pytest.mark.parametrize(("body", "pointer", "sentence"), [
    ({}, "/reason", "请填写原因。"),
    ({"reason": ""}, "/reason", "请填写原因。"),
    ({"reason": None}, "/reason", "请填写原因。"),
    ({"reason": 5}, "/reason", "请填一段文字。"),
    ({"reason": ["a"]}, "/reason", "请填一段文字。"),
    ({"reason": "a", "days": "3"}, "/days", "请填一个整数。"),
    ({"reason": "a", "days": True}, "/days", "请填一个整数。"),
    ({"reason": "a", "days": 3.5}, "/days", "请填一个整数。"),
    ({"reason": "a", "on": "明天"}, "/on", "请按 2026-09-30 的样子填写日期。"),
    ({"reason": "a", "organs": "dh-zjj"}, "/organs", "这一项要是一个列表。"),
    ({"reason": "a", "organs": [1]}, "/organs", "这一项要是一个列表。"),
    ([], "", None),
    ("a", "", None),
])  # fmt: skip
def test_json_types_are_taken_at_their_word(cast, body, pointer, sentence):
    response = client_of(cast.sun).post(
        "/api/v1/venues/S00001/close/", json.dumps(body), content_type="application/json"
    )
    line = is_problem(response, 422, "invalid")["errors"][0]
    assert line["pointer"] == pointer and (sentence is None or line["detail"] == sentence)


def test_a_verb_may_only_have_been_taken_in(cast):
    response = post(client_of(cast.sun), "venues/S00001/close/", {"reason": "later"})
    assert response.status_code == 202 and response.json() == {}


def test_a_delicate_verb_asks_for_a_new_proof(cast, settings):
    venue = Venue.objects.get(code="S00001")
    Venue.objects.filter(pk=venue.pk).update(state="closed")  # only to open the verb's edge for this probe
    sun = client_of(cast.sun)
    assert post(sun, "venues/S00001/reopen/").json() == {"word": venue.name}
    assert post(sun, "venues/S00001/reopen/")["Cache-Control"] == "no-store"
    cast.sun.is_demo = False
    cast.sun.save()
    assert post(sun, "venues/S00001/reopen/").status_code == 200
    from datetime import timedelta

    from ground import clock

    cast.sun.tokens.update(proved_at=clock.now() - timedelta(minutes=6))
    is_problem(post(sun, "venues/S00001/reopen/"), 401, "reauth_required")


# -- making


def test_making_answers_201_and_a_refused_making_leaves_no_trace(cast):
    sun = client_of(cast.sun)
    response = post(sun, "venues/", {"name": "新站", "organ": "dh-rd"})
    assert response.status_code == 201 and response.json()["state"] == "open"
    before = Venue.objects.count()
    is_problem(post(sun, "venues/", {"name": "guard", "organ": "dh-rd"}, **{"Idempotency-Key": "k1"}), 422, "not_now")
    assert Venue.objects.count() == before and not IdempotencyKey.objects.exists()


# -- problems of every kind


def test_malformed_and_foreign_requests_are_problems_too(cast):
    sun = client_of(cast.sun)
    close_it = "/api/v1/venues/S00001/close/"
    is_problem(sun.post(close_it, "{", content_type="application/json"), 400)
    is_problem(sun.post(close_it, b"\xff\xfe{}", content_type="application/json"), 400)
    is_problem(sun.post(close_it, "[" * 100_000, content_type="application/json"), 400)
    is_problem(sun.post(close_it, '{"reason": NaN}', content_type="application/json"), 400)
    is_problem(sun.post(close_it, "a=b", content_type="text/plain"), 415)
    assert "POST" in is_and_allows(sun.put(close_it, "{}", content_type="application/json"))
    is_problem(sun.get("/api/v1/venues/", headers={"Accept": "text/csv"}), 406)
    is_problem(sun.get("/api/v1/no/such/thing/"), 404)
    is_problem(sun.post("/api/v1/nowhere/"), 404)
    is_problem(sun.post(close_it, json.dumps({"reason": "字" * 3_000_000}), content_type="application/json"), 413)
    is_problem(Client(headers={"Authorization": "Token wrong"}).get("/api/v1/venues/"), 401)
    is_problem(Client(headers={"Authorization": "Basic 5"}).get("/api/v1/venues/"), 401)


@pytest.mark.parametrize("address", ["venues/?q=%00", "venues/%00/", "venues/%00/close/", "venues/?cursor=%00"])
def test_an_address_no_database_can_hold_is_malformed(cast, address):
    is_problem(client_of(cast.sun).get(f"/api/v1/{address}"), 400, "malformed")


def is_and_allows(response):
    is_problem(response, 405)
    return response["Allow"]


def test_domain_errors_carry_what_a_client_needs(cast):
    assert post(Client(), "trouble/", {"raise": "throttled"})["Retry-After"] == "17"
    is_problem(post(Client(), "trouble/", {"raise": "throttled"}), 429, "throttled")
    told = is_problem(post(Client(), "trouble/", {"raise": "invalid"}), 422, "invalid")
    assert [line["pointer"] for line in told["errors"]] == ["/phone", ""]
    response = post(Client(), "trouble/", {"raise": "signed"})
    is_problem(response, 401, "otp_required")
    assert response["WWW-Authenticate"] == "Token"


# -- the lists of codes


def test_choices_have_labels_and_states_have_tones():
    told = Client().get("/api/v1/choices/").json()
    assert {"code": "congress", "label": "人民代表大会"} in told["organ_kind"]
    assert all(set(entry) >= {"code", "label"} for entries in told.values() for entry in entries)


# -- the description


def test_every_verb_is_described_with_all_its_answers():
    schema = SchemaGenerator(patterns=urlpatterns).get_schema(public=True)
    assert schema["openapi"].startswith("3.1")
    verb = schema["paths"]["/api/v1/venues/{code}/close/"]["post"]
    assert set(verb["responses"]) == {
        "200", "202", "400", "401", "403", "404", "406", "409", "413", "415", "422", "429",
    }  # fmt: skip
    assert list(verb["responses"]["422"]["content"]) == ["application/problem+json"]
    assert list(verb["requestBody"]["content"]) == ["application/json"]
    assert "Idempotency-Key" in {one["name"] for one in verb["parameters"]}
    made = schema["paths"]["/api/v1/venues/"]
    assert "201" in made["post"]["responses"] and {"limit", "cursor"} <= {p["name"] for p in made["get"]["parameters"]}
    listed = made["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert set(schema["components"]["schemas"][listed]["properties"]) == {"next", "previous", "results"}
