"""The password before a ballot opens (security.md §2.5): 2 hours on this sign-in, again after 10 minutes in background."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from accounts import signin
from ground import audit, clock
from ground.errors import Forbidden, NotSignedIn
from ground.models import AuditLine

LIFE, SETTLED = timedelta(hours=2), timedelta(hours=24)
KEY = "ballot_proved_at"
TOO_NEW = "您在 24 小时内换过密码或绑定过新手机，这次请到现场领取纸质票。"


def is_proved(request: HttpRequest) -> bool:
    """Whether this browser session has proved by password within two hours."""
    at = request.session.get(KEY)
    return bool(at) and clock.now() - datetime.fromisoformat(at) <= LIFE


def prove(request: HttpRequest, password: str) -> None:
    """Password, never an SMS code: a thief holds the phone. Raises NotSignedIn, Throttled, Forbidden."""
    signin.prove(request, phone=request.user.phone, password=password)
    _refuse_new_credentials(request)
    request.session[KEY] = clock.now().isoformat()


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def require_of_token(request: Any) -> None:
    """The same of a token: 2 hours since its password. The demonstration's cast, from this machine, is spared."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    if signin.is_spared(request.user, request):
        return
    if request.auth is None or clock.now() - request.auth.proved_at > LIFE:
        raise NotSignedIn("为了安全，请先再输入一次密码。", code="reauth_required")
    _refuse_new_credentials(request)


def _refuse_new_credentials(request: Any) -> None:
    """A password, phone or device changed within a day: somebody else may have done it."""
    if signin.is_spared(request.user, request):
        return
    since = clock.now() - SETTLED
    acts = ("accounts.set_password", "accounts.bind_device", "accounts.change_phone")
    changed = AuditLine.objects.filter(at__gt=since, actor=audit.name_of(request.user), act__in=acts)
    if changed.exists():
        raise Forbidden(TOO_NEW)
