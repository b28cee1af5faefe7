"""Idempotency-Key: the same call, sent twice, is done once (security.md §3).

The row is inserted in the transaction of the act, so a refused act keeps none and a second request waits until the
first has ended. Neither body nor answer is kept: MACs of both request and key, the status and the object's number.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import QueryDict
from rest_framework.request import Request

from ground import clock, sealed
from ground.audit import name_of
from ground.errors import GuardFailed
from ground.models import IdempotencyKey

LIFE = timedelta(hours=24)
ANONYMOUS_LENGTH = 22  # 128 random bits in base64: an anonymous caller is everybody, so only the key tells them apart
SHAPE = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass
class Kept:
    """The row of one key: a new one to be completed by `done`, or what the first request left."""

    pk: int
    is_repeat: bool
    status: int = 0
    number: str = ""

    def done(self, status: int, number: str) -> None:
        IdempotencyKey.objects.filter(pk=self.pk).update(status=status, number=number)


def keep(key: str, caller: Any, route: str, request: Request) -> Kept:
    """Inserts the row of this key, waiting for a request under way with the same one. Call inside the act's transaction.

    Raises GuardFailed `idempotency_key` where the key was used for another body, or is too short for an anonymous caller.
    """
    named = getattr(caller, "pk", None) is not None or bool(getattr(caller, "number", ""))
    if not SHAPE.fullmatch(key) or not named and len(key) < ANONYMOUS_LENGTH:
        raise GuardFailed(
            "idempotency_key", f"Idempotency-Key 请用至少 {ANONYMOUS_LENGTH} 个随机字符，每次提交换一个。"
        )
    who = name_of(caller) if named else "anon"
    key_mac, body_mac = _mac("key", f"{who}\x1f{route}\x1f{key}"), _mac("body", canonical(request))
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_idempotencykey (key_mac, body_mac, status, number, expires_at) "
            "VALUES (%s, %s, 0, '', %s) ON CONFLICT (key_mac) DO UPDATE SET body_mac = EXCLUDED.body_mac, status = 0, "
            "number = '', expires_at = EXCLUDED.expires_at WHERE ground_idempotencykey.expires_at <= %s RETURNING id",
            [key_mac, body_mac, now + LIFE, now],
        )
        made = cursor.fetchone()
    if made:
        return Kept(made[0], is_repeat=False)
    row = IdempotencyKey.objects.get(key_mac=key_mac)
    if bytes(row.body_mac) != body_mac:
        raise GuardFailed("idempotency_key", "这个 Idempotency-Key 已用于另一次提交，请换一个。")
    return Kept(row.pk, is_repeat=True, status=row.status, number=row.number)


def canonical(request: Request) -> str:
    """The body in one form whatever its spacing and order; of files their SHA-256."""
    data = request.data
    if isinstance(data, QueryDict):
        data = {name: [_told(value) for value in values] for name, values in data.lists()}
    return json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def drop_old_keys() -> int:
    return IdempotencyKey.objects.filter(expires_at__lte=clock.now()).delete()[0]


def _told(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return {"sha256": digest.hexdigest(), "name": value.name}


def _mac(column: str, text: str) -> bytes:
    return sealed.blind_index(text, table="ground_idempotencykey", column=column)
