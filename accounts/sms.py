"""One-time codes by SMS: who holds the phone now (security.md §2, §4, §10)."""

import hmac
import secrets
from datetime import timedelta

from django.db import models

from accounts.models import SmsCode
from ground import clock, outbox, sealed, throttle
from ground.errors import Throttled

LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)
TRIES = 5
APART, A_DAY = 60, 5  # seconds between two codes, codes a day to one phone
TEMPLATE = "sms-code"

outbox.template(TEMPLATE, "验证码 {code}，10 分钟内有效，请勿告诉他人")


def send_code(phone: str, purpose: str, *, really: bool = True) -> None:
    """Sends six digits to the phone and makes older ones of this purpose void.

    1 in 60 seconds and 5 a day per phone, whatever they are for: Throttled. With `really=False` it counts and sends
    nothing, so that nobody learns whose phone is known. Raises `ground.outbox.NotSent`.
    """
    phone = sealed.normalise_phone(phone)
    throttle.count_in_db("sms-minute", phone, 1, APART)
    throttle.count_in_db("sms-day", phone, A_DAY, 24 * 3600)
    now = clock.now()
    SmsCode.objects.filter(made_at__lt=now - KEPT).delete()
    if not really:
        return
    code = f"{secrets.randbelow(10**6):06}"
    _open(phone, purpose).update(used_at=now)
    SmsCode.objects.create(
        phone_index=_index(phone), purpose=purpose, code_hash=_hash(phone, purpose, code), made_at=now,
        expires_at=now + LIFE,
    )  # fmt: skip
    outbox.send_now(phone, TEMPLATE, {"code": code})


def check_code(phone: str, purpose: str, code: str) -> bool:
    """Whether this is the last code sent to the phone for this purpose; a right one is used up, five wrong ones void it.

    Tries count in the row and, since a refused act undoes its rows, in the cache as well.
    """
    try:
        phone = sealed.normalise_phone(phone)
    except ValueError:
        return False
    row = _open(phone, purpose).order_by("-pk").first()
    if row is None or row.expires_at <= clock.now() or row.tries >= TRIES:
        return False
    try:
        throttle.check("sms-tries", row.pk, TRIES, int(LIFE.total_seconds()))
    except Throttled:
        return False
    right = hmac.compare_digest(bytes(row.code_hash), _hash(phone, purpose, code.strip()))
    row.tries += 1
    row.used_at = clock.now() if right else None
    row.save(update_fields=["tries", "used_at"])
    return right


def _open(phone: str, purpose: str) -> models.QuerySet[SmsCode]:
    return SmsCode.objects.filter(phone_index=_index(phone), purpose=purpose, used_at=None)


def _index(phone: str) -> bytes:
    return sealed.blind_index(phone, table="accounts_smscode", column="phone")


def _hash(phone: str, purpose: str, code: str) -> bytes:
    return sealed.blind_index(f"{purpose}\x1f{phone}\x1f{code}", table="accounts_smscode", column="code")
