"""Posters: each printed sheet has an id in its address, so that one sees which wall is read and nobody sees by whom.

A scan is counted once a day for each client. What tells one client from another is a MAC under a key that is drawn anew
each day and kept only in the cache: when the day is over nobody can tell any more, not even with the database. A cache
that was lost forgets who was counted today; that is all that can go wrong.
"""

import os
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest

from deputies.models import Poster, PosterScans
from deputies.states import PosterSize
from ground import clock, sealed
from ground.errors import Invalid
from ground.throttle import client_address

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another
LENGTH = 8
PLACE = 40
ID = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")
MACHINES = re.compile(r"bot|spider|crawl|slurp|preview", re.IGNORECASE)
AT_ONCE = 1000


@transaction.atomic
def issue(codes: Mapping[str, int], *, size: str, place: str = "", by: Any) -> dict[str, Poster]:
    """Posters for `codes` (code → id of the organ it belongs to), by code; one that hangs there already is that one.

    Raises Invalid for a size that is none or a place of more than 40 characters.
    """
    place = " ".join(place.split())
    if size not in PosterSize:
        raise Invalid("size", "请选择 A4 海报或 A6 卡片。")
    if len(place) > PLACE:
        raise Invalid("place", f"张贴地点请写在 {PLACE} 个字以内。")
    now = clock.now()
    made = [
        Poster(code=_new_id(), target_id=code, organ_id=organ, size=size, place=place, issued_at=now, by=by)
        for code, organ in codes.items()
    ]
    Poster.objects.bulk_create(made, ignore_conflicts=True, batch_size=AT_ONCE)
    hanging = Poster.objects.hanging().filter(target__in=list(codes), size=size, place=place)
    return {poster.target_id: poster for poster in hanging}


def withdraw(poster: Poster) -> None:
    """Taken off the wall: its next printing for that place is a new one. The code itself goes on leading where it led."""
    Poster.objects.filter(pk=poster.pk, withdrawn_at=None).update(withdrawn_at=clock.now())


def note_scan(request: HttpRequest, code: str) -> None:
    """Counts `?p=` of a page that a printed code opened: only an id issued for this very `code`, once a day per client.

    Costs two rounds to the cache, and one statement for the first scan of the day.
    """
    poster = request.GET.get("p", "")
    if request.method != "GET" or not ID.fullmatch(poster) or _is_machine(request):
        return
    today = clock.today()
    if (mark := _mark(request, f"{code.upper()} {poster}")) and cache.add(mark, 1, timeout=_left_today()):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {PosterScans._meta.db_table} AS s (poster_id, day, n)"
                f" SELECT code, %s, 1 FROM {Poster._meta.db_table} WHERE code = %s AND target_id = %s"
                " ON CONFLICT (poster_id, day) DO UPDATE SET n = s.n + 1",
                [today, poster, code.upper()],
            )


def _is_machine(request: HttpRequest) -> bool:
    """A robot, or a browser that fetches ahead of a press that may never come."""
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return not agent or bool(MACHINES.search(agent)) or "prefetch" in ahead


def _mark(request: HttpRequest, what: str) -> str:
    """What stands in the cache for this client and that poster today; "" where the cache does not answer."""
    name = f"posters:{clock.today():%Y%m%d}"
    key = cache.get(name)
    if key is None:
        cache.add(name, os.urandom(sealed.KEY_BYTES), timeout=_left_today())
        key = cache.get(name)
    if key is None:
        return ""
    client = f"{client_address(request)}\x1f{request.headers.get('User-Agent', '')}\x1f{what}"
    return f"{name}:{sealed.mac(key, client.encode()).hex()}"


def _left_today() -> int:
    now = clock.now().astimezone(clock.SHANGHAI)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), clock.SHANGHAI)
    return max(60, int((midnight - now).total_seconds()))


def _new_id() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
