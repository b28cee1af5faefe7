"""Polls over REST."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import tokens
from ground import clock
from ground.models import IdempotencyKey
from tests.cast import people
from tests.votes.polling import START, Polling

pytestmark = pytest.mark.django_db
KEY = "k" * 22


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def api(user: object) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user, many=True)[0]}")
    return client


def test_a_vote_is_cast_once_and_a_retry_answers_the_same(told: Polling) -> None:
    poll = told.opened()
    client, url = api(told.cast.wang), f"/api/v1/polls/{poll.number}/cast/"
    seen = client.get(f"/api/v1/polls/{poll.number}/").json()
    assert seen["channel"] == "" and seen["marks"][0] == {"code": "+", "label": "赞成"} and seen["result"] is None
    first = client.post(url, {"marks": "+-0"}, HTTP_IDEMPOTENCY_KEY=KEY)
    assert (first.status_code, first.json()["stored"]) == (200, "now")
    again = client.post(url, {"marks": "+-0"}, HTTP_IDEMPOTENCY_KEY=KEY)
    assert again.json() == {**first.json(), "stored": "earlier"}
    other = client.post(url, {"marks": "+-0"}, HTTP_IDEMPOTENCY_KEY="o" * 22)
    assert (other.status_code, other.json()["code"]) == (409, "already_cast")
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [({"marks": "+-"}, KEY, 422), ({"marks": "+-x"}, KEY, 422), ({}, KEY, 422), ({"marks": 1}, KEY, 422),
     ({"marks": "+-0"}, "", 422), ({"marks": "+-0"}, "short", 422)],
)  # fmt: skip
def test_bad_bodies_leave_the_roll_alone(told: Polling, body: dict, key: str, status: int) -> None:
    poll = told.opened()
    answer = api(told.cast.wang).post(f"/api/v1/polls/{poll.number}/cast/", body, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == status
    assert not poll.roll.exclude(channel="").exists()


def test_who_may_not_vote_is_told_why(told: Polling) -> None:
    seats = told.seats(2)
    poll = told.opened()
    url = f"/api/v1/polls/{poll.number}/cast/"
    body, key = {"marks": "+++"}, {"HTTP_IDEMPOTENCY_KEY": KEY}
    assert APIClient().post(url, body, **key).status_code == 401
    assert api(told.cast.li).post(url, body, **key).status_code == 404
    assert api(told.cast.chen).post(url, body, **key).status_code == 403
    told.hand_out(poll, seats[0])
    assert api(seats[0].deputy.user).post(url, body, **key).json()["code"] == "paper_issued"
    stale = api(seats[1].deputy.user)
    stale_token = seats[1].deputy.user.tokens.get()
    stale_token.proved_at = START.replace(hour=7)
    stale_token.save()
    assert stale.post(url, body, **key).json()["code"] == "reauth_required"
    told.closed(poll)
    assert api(told.cast.wang).post(url, body, **key).status_code == 409


def test_a_vote_costs_at_most_seven_queries(told: Polling) -> None:
    poll = told.opened(secret=False)
    client = api(told.cast.wang)
    with CaptureQueriesContext(connection) as queries:
        assert (
            client.post(f"/api/v1/polls/{poll.number}/cast/", {"marks": "+-0"}, HTTP_IDEMPOTENCY_KEY=KEY).status_code
            == 200
        )
    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]  # the test itself is a transaction
    assert len(asked) <= 7, "\n".join(sql[:120] for sql in asked)


def test_the_bundle_is_there_once_the_result_is_published(told: Polling) -> None:
    poll = told.opened()
    url = f"/api/v1/polls/{poll.number}/bundle.zip"
    assert api(told.cast.chen).get(url).status_code == 404
    told.published(told.counted(told.closed(poll)))
    assert APIClient().get(url).content[:2] == b"PK"
    assert APIClient().get("/api/v1/polls/").json()["results"][0]["number"] == poll.number
