"""Is the product up, and who is told what exactly is wrong."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from config.celery import beat_the_heart
from ground import clock
from ground.models import Heartbeat

pytestmark = pytest.mark.django_db
DEAD_REDIS = "redis://127.0.0.1:1/0"


def beat(late: timedelta = timedelta()) -> None:
    for name in settings.CELERY_BEAT_SCHEDULE:
        Heartbeat.objects.create(name=name, at=clock.now() - late)


def test_alive_needs_nothing() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_ready_when_everything_answers() -> None:
    beat()
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ok": True,
        "details": {"database": "ok", "cache": "ok", "broker": "ok", "worker": "ok"},
    }


def test_a_worker_that_stopped_is_not_ready() -> None:
    beat(late=timedelta(minutes=4))
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "clocks.sweep" in response.json()["details"]["worker"]


def test_a_task_of_the_beat_that_ended_well_is_heard() -> None:
    beat(late=timedelta(minutes=4))
    for name in settings.CELERY_BEAT_SCHEDULE:
        beat_the_heart(sender=SimpleNamespace(name=name))
    beat_the_heart(sender=SimpleNamespace(name="somebody.else"))
    assert Client().get("/readyz").status_code == 200
    assert not Heartbeat.objects.filter(name="somebody.else").exists()


def test_a_dead_redis_is_not_ready(settings) -> None:
    beat()
    settings.REDIS_URL = DEAD_REDIS
    details = Client().get("/readyz").json()["details"]
    assert (details["cache"], details["broker"]) == ("ConnectionError", "ok")


def test_strangers_are_told_ok_or_not_alone(settings) -> None:
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["testserver"]
    response = Client(REMOTE_ADDR="10.0.0.7").get("/readyz")
    assert (response.status_code, response.json()) == (503, {"ok": False})


def test_metrics_are_for_the_operators_networks(settings) -> None:
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["testserver"]
    assert b"django_http_requests" in Client().get("/metrics").content
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics").status_code == 403
