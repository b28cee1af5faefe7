"""The same call sent twice is done once, also when both arrive at the same moment."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import include, path
from rest_framework import serializers

from accounts import tokens
from accounts.models import Organ
from ground import clock
from ground.api import Body, Shown, Verb, VerbViewSet
from ground.errors import GuardFailed
from ground.idempotency import drop_old_keys
from ground.models import IdempotencyKey
from ground.tasks import drop_old_keys as task
from stations import workflow as stations
from stations.models import Venue
from tests.cast import people

pytestmark = pytest.mark.urls(__name__)
KEY = "4f1c7a52-9d0b-4d8e-9c53-1f6f8f5f2f10"


class VenueShown(Shown):
    code = serializers.CharField()
    name = serializers.CharField()


class FoundBody(Body):
    name = serializers.CharField()
    note = serializers.CharField(required=False)


class RenameBody(Body):
    name = serializers.CharField()


def found(*, by, name, note=""):
    if name == "refused":
        raise GuardFailed("not_now", "现在还不能设立。")
    time.sleep(0.3 if name == "slow" else 0)
    return stations.found(name, by=people().sun, kind="station", organ=Organ.objects.get(code="dh-rd"))


def rename(venue, *, by, name):
    Venue.objects.filter(pk=venue.pk).update(name=f"{venue.name}{name}")


class Venues(VerbViewSet):
    kind = "venue"
    serializer_class = VenueShown
    lookup_field = "code"
    ordering = "code"
    queryset = Venue.objects.all()
    creates = Verb(found, FoundBody)
    verbs = {"close": Verb(rename, RenameBody)}


urlpatterns = [path("api/v1/", include((Venues.paths("venues"), "api")))]


def send(path, body, key=KEY, user=None):
    token = {"Authorization": f"Token {tokens.issue(user, many=True)[0]}"} if user else {}
    return Client().post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key, **token}
    )


@pytest.mark.django_db
def test_a_repeat_answers_the_first_result_as_it_is_now():
    cast = people()
    first = send("venues/", {"name": "甲站"}, user=cast.sun)
    Venue.objects.filter(code=first.json()["code"]).update(name="改名站")
    again = send("venues/", {"name": "甲站"}, user=cast.sun)
    assert (again.status_code, again.json()) == (201, {**first.json(), "name": "改名站"})
    assert IdempotencyKey.objects.get().number == first.json()["code"]


@pytest.mark.django_db
def test_a_repeated_verb_is_not_done_again():
    cast = people()
    name = Venue.objects.get(code="S00001").name
    for _ in range(2):
        response = send("venues/S00001/close/", {"name": "东"}, user=cast.sun)
        assert response.status_code == 200 and response.json()["name"] == f"{name}东"


@pytest.mark.django_db
def test_spacing_and_order_do_not_make_another_body():
    cast = people()
    first = send("venues/", {"name": "甲站", "note": "一"}, user=cast.sun).json()
    assert send("venues/", {"note": "一", "name": "甲站"}, user=cast.sun).json()["code"] == first["code"]


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused():
    cast = people()
    send("venues/", {"name": "甲站"}, user=cast.sun)
    refused = send("venues/", {"name": "乙站"}, user=cast.sun)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key")
    assert not Venue.objects.filter(name="乙站").exists()


@pytest.mark.django_db
def test_callers_and_routes_have_keys_of_their_own():
    cast = people()
    codes = {send("venues/", {"name": "甲站"}, user=user).json()["code"] for user in (cast.sun, cast.chen, None)}
    assert len(codes) == 3
    assert send("venues/S00001/close/", {"name": "甲站"}, user=cast.sun).json()["code"] == "S00001"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["short", "a" * 21, "a" * 201, "with blank in it and long enough", "ключ" * 9])
def test_somebody_without_sign_in_needs_a_long_random_key(key):
    people()
    refused = send("venues/", {"name": "甲站"}, key=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key")


@pytest.mark.django_db
def test_a_refused_act_keeps_no_key():
    cast = people()
    assert send("venues/", {"name": "refused"}, user=cast.sun).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert send("venues/", {"name": "甲站"}, user=cast.sun).status_code == 201


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day():
    cast = people()
    first = send("venues/", {"name": "甲站"}, user=cast.sun).json()["code"]
    with clock.at(clock.now() + timedelta(hours=25)):
        second = send("venues/", {"name": "甲站"}, user=cast.sun).json()["code"]
        assert second != first and IdempotencyKey.objects.count() == 1
        task()
        assert IdempotencyKey.objects.count() == 1
    with clock.at(clock.now() + timedelta(hours=50)):
        assert drop_old_keys() == 1


@pytest.mark.django_db
def test_neither_body_nor_key_is_kept():
    cast = people()
    send("venues/", {"name": "秘密站"}, user=cast.sun)
    row = IdempotencyKey.objects.get()
    kept = bytes(row.key_mac) + bytes(row.body_mac) + row.number.encode()
    assert len(row.key_mac) == len(row.body_mac) == 32
    assert KEY.encode() not in kept and "秘密".encode() not in kept


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_object():
    cast = people()
    answers, ready = [], threading.Barrier(2)

    def call():
        ready.wait()
        try:
            answers.append(send("venues/", {"name": "slow"}, user=cast.sun))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Venue.objects.filter(name="slow").count() == 1
