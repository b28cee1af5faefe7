"""Who asks, and how often: the client's address, counters in the cache, and counters that must hold in the database.

Keys are HMACs under a key of the day: no address and no phone stays readable (security.md §10).
"""

import ipaddress
import math
import time
from datetime import timedelta
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest

from ground import clock, sealed
from ground.errors import Throttled
from ground.models import Try

_local: dict[str, tuple[int, float]] = {}
_lock = Lock()
MOST_LOCAL = 10_000  # counters a process keeps while the cache is away


def client_address(request: Any) -> str:
    """The right-most address that is none of our proxies; without TRUSTED_PROXIES the peer of the socket."""
    address = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return address
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while _is_proxy(address) and forwarded:
        address = forwarded.pop()
    return address


def _is_proxy(address: str) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in settings.TRUSTED_PROXIES)
    except ValueError:
        return False


def check(name: str, key: Any, limit: int, seconds: int) -> None:
    """Counts one call of `name` for `key` in the cache; the one beyond `limit` in `seconds` raises Throttled.

    While the cache does not answer, the process counts for itself. Not undone by a rollback.
    """
    window, left = divmod(time.time(), seconds)
    counter = f"throttle:{_mac(name, key).hex()}:{int(window)}"
    try:
        cache.add(counter, 0, timeout=seconds)
        count = cache.incr(counter)
    except Exception:  # noqa: BLE001 a counter that is lost must not close the door
        count = _count_here(counter, time.time() + seconds)
    if count > limit:
        raise Throttled(math.ceil(seconds - left))


def check_address(request: HttpRequest, name: str, limit: int, seconds: int) -> None:
    """`check` by the client's address; soft, and left out in the demonstration (security.md §10, §13)."""
    if not settings.DEMO or settings.DEMO_PUBLIC:
        check(name, client_address(request), limit, seconds)


def count_in_db(name: str, key: Any, limit: int, seconds: int) -> None:
    """Counts one try in the database; the one beyond `limit` within `seconds` raises Throttled and is not counted.

    For sign-in, query codes and SMS. Call it outside the transaction that a refusal rolls back.
    """
    mac = _mac(name, key)
    with transaction.atomic():
        _one_at_a_time(mac)
        _refuse_beyond(mac, limit, seconds)
        Try.objects.create(key=mac, at=clock.now())


def note(name: str, key: Any) -> int:
    """Notes one try, such as a wrong password; returns how many there are for this key today."""
    mac = _mac(name, key)
    Try.objects.create(key=mac, at=clock.now())
    return Try.objects.filter(key=mac).count()


def refuse_after(name: str, key: Any, limit: int, seconds: int, lock: int = 0) -> None:
    """Raises Throttled where `limit` tries were noted within `seconds`, until `lock` seconds after the last of them."""
    _refuse_beyond(_mac(name, key), limit, seconds, lock)


def forget(name: str, key: Any) -> None:
    Try.objects.filter(key=_mac(name, key)).delete()


def drop_old() -> int:
    """Deletes tries that no rule looks at any more."""
    return Try.objects.filter(at__lt=clock.now() - timedelta(days=2)).delete()[0]


def _refuse_beyond(mac: bytes, limit: int, seconds: int, lock: int = 0) -> None:
    now = clock.now()
    since = now - timedelta(seconds=seconds + lock)
    newest = list(Try.objects.filter(key=mac, at__gt=since, at__lte=now).order_by("-at").values_list("at", flat=True))
    # A lock begins with the try that filled the window and lasts `lock` seconds, whatever came before.
    for last, first in zip(newest, newest[limit - 1 :], strict=False):
        free = last + timedelta(seconds=lock) if lock else first + timedelta(seconds=seconds)
        if last - first < timedelta(seconds=seconds) and free > now:
            raise Throttled(max(1, math.ceil((free - now).total_seconds())))


def _one_at_a_time(mac: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mac[:8], "big", signed=True)])


def _mac(name: str, key: Any) -> bytes:
    text = key.hex() if isinstance(key, bytes) else str(key)
    return sealed.blind_index(f"{clock.today()}\x1f{text}", table="throttle", column=name)


def _count_here(counter: str, ends: float) -> int:
    with _lock:
        if len(_local) > MOST_LOCAL:
            _local.clear()
        count, until = _local.get(counter, (0, ends))
        count = count + 1 if until > time.time() else 1
        _local[counter] = (count, until if until > time.time() else ends)
        return count
