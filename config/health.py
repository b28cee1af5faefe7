"""Is the product up: for load balancers, and in detail for the people who run it."""

import ipaddress
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView

from ground import clock
from ground.errors import Forbidden
from ground.models import Heartbeat
from ground.throttle import client_address

log = logging.getLogger(__name__)
STALE = timedelta(minutes=3)  # a periodic task runs once a minute
STALE_NIGHTLY = timedelta(hours=26)  # or once a night


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, cache, broker, periodic tasks; what exactly is wrong is told inside our networks only."""
    details = {name: _tried(name, check) for name, check in CHECKS.items()}
    ok = all(told == "ok" for told in details.values())
    body = {"ok": ok} | ({"details": details} if is_operator(request) else {})
    return JsonResponse(body, status=200 if ok else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    if not is_operator(request):
        raise Forbidden("这个地址只对运行维护网络开放。")
    return ExportToDjangoView(request)


def is_operator(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return False
    return any(address in network for network in settings.OPERATIONS_NETWORKS)


def _tried(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever it is, it means "not ready", and the details say which
        log.warning("not ready: %s: %s", name, error)
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _cache() -> str:
    return _ping(settings.REDIS_URL)


def _broker() -> str:
    return _ping(settings.CELERY_BROKER_URL)


def _ping(url: str) -> str:
    with redis.Redis.from_url(
        url, socket_timeout=settings.REDIS_TIMEOUT, socket_connect_timeout=settings.REDIS_TIMEOUT
    ) as client:
        client.ping()
    return "ok"


def _worker() -> str:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    late = [name for name in settings.CELERY_BEAT_SCHEDULE if name not in beats or _is_late(name, beats[name])]
    return f"late: {', '.join(late)}" if late else "ok"


def _is_late(name: str, at: datetime) -> bool:
    return clock.now() - at > (STALE_NIGHTLY if name in settings.NIGHTLY else STALE)


CHECKS = {"database": _database, "cache": _cache, "broker": _broker, "worker": _worker}
