"""Limits: by key, in the cache, in the process while the cache is away, and in the database where they must hold."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisGone

from ground import clock, throttle
from ground.audit import write
from ground.errors import Throttled
from ground.models import AuditLine, Try
from ground.workflow import SYSTEM, CodeHolder
from tests.factories import a_user


def request(peer="10.0.0.9", forwarded=""):
    return RequestFactory().get("/", REMOTE_ADDR=peer, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))


def test_without_proxies_the_peer_is_the_client_whatever_it_claims(settings):
    settings.TRUSTED_PROXIES = []
    assert throttle.client_address(request("203.0.113.7", "1.2.3.4")) == "203.0.113.7"


def test_the_right_most_address_that_is_no_proxy_is_the_client(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    assert throttle.client_address(request(forwarded="1.2.3.4, 203.0.113.7, 10.1.1.1")) == "203.0.113.7"
    assert throttle.client_address(request(forwarded="1.2.3.4, nonsense")) == "nonsense"
    assert throttle.client_address(request("203.0.113.8", "1.2.3.4")) == "203.0.113.8"
    assert throttle.client_address(request()) == "10.0.0.9"


def test_the_call_beyond_the_limit_is_refused_with_a_wait():
    for _ in range(3):
        throttle.check("t", "a", 3, 60)
    throttle.check("t", "b", 3, 60)
    throttle.check("u", "a", 3, 60)
    with pytest.raises(Throttled) as refused:
        throttle.check("t", "a", 3, 60)
    assert 1 <= refused.value.retry_after <= 60


def test_the_process_counts_while_the_cache_is_away(monkeypatch):
    def gone(*args, **kwargs):
        raise RedisGone

    monkeypatch.setattr(throttle.cache, "incr", gone)
    for _ in range(2):
        throttle.check("away", "a", 2, 3600)
    with pytest.raises(Throttled):
        throttle.check("away", "a", 2, 3600)


def test_the_demonstration_spares_addresses_but_not_targets(settings):
    for _ in range(5):
        throttle.check_address(request(), "form", 1, 60)
    settings.DEMO = False
    throttle.check_address(request(), "form", 1, 60)
    with pytest.raises(Throttled):
        throttle.check_address(request(), "form", 1, 60)


NOON = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.mark.django_db
def test_a_window_in_the_database_slides():
    with clock.at(NOON):
        throttle.count_in_db("sms", "1", 2, 600)
    with clock.at(NOON + timedelta(minutes=5)):
        throttle.count_in_db("sms", "1", 2, 600)
    with clock.at(NOON + timedelta(minutes=9)):
        with pytest.raises(Throttled) as refused:
            throttle.count_in_db("sms", "1", 2, 600)
        assert 50 <= refused.value.retry_after <= 62
        throttle.count_in_db("sms", "2", 2, 600)
    with clock.at(NOON + timedelta(minutes=10, seconds=1)):
        throttle.count_in_db("sms", "1", 2, 600)
    assert bytes(Try.objects.first().key) != b"1" and len(Try.objects.first().key) == 32


@pytest.mark.django_db
def test_a_lock_begins_with_the_last_of_too_many_tries():
    for minute in range(5):
        with clock.at(NOON + timedelta(minutes=minute)):
            throttle.refuse_after("in", "a", 5, 900, 1800)
            throttle.note("in", "a")
    with clock.at(NOON + timedelta(minutes=33)):
        with pytest.raises(Throttled) as refused:
            throttle.refuse_after("in", "a", 5, 900, 1800)
        assert 30 <= refused.value.retry_after <= 62
    with clock.at(NOON + timedelta(minutes=34, seconds=1)):
        throttle.refuse_after("in", "a", 5, 900, 1800)


@pytest.mark.django_db
def test_tries_far_apart_lock_nothing_and_old_ones_are_dropped():
    for n in range(5):
        with clock.at(NOON + timedelta(minutes=10 * n)):
            throttle.note("in", "a")
    with clock.at(NOON + timedelta(minutes=41)):
        throttle.refuse_after("in", "a", 5, 900, 1800)
        throttle.forget("in", "a")
        assert not Try.objects.exists()
        throttle.note("in", "a")
    with clock.at(NOON + timedelta(days=3)):
        assert throttle.drop_old() == 1


@pytest.mark.django_db
def test_an_audit_line_names_numbers_and_columns_only():
    user = a_user("吴某")
    write(user, "accounts.open_contact", user, "name phone")
    write(CodeHolder("Y2026-000001"), "suggestions.verify_phone", "Y2026-000001")
    write(SYSTEM, "clocks.sweep")
    assert list(AuditLine.objects.order_by("pk").values_list("actor", "act", "object", "columns")) == [
        (f"user:{user.pk}", "accounts.open_contact", f"user:{user.pk}", "name phone"),
        ("code:Y2026-000001", "suggestions.verify_phone", "Y2026-000001", ""),
        ("system", "clocks.sweep", "", ""),
    ]
