"""Sign-in of REST clients by token: 256 random bits of which only the SHA-256 is kept (security.md §3).

The framework reads this class while its own modules load, so nothing here may import its views.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from ground import clock
from ground.errors import NotSignedIn

LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
WRITES_APART = timedelta(minutes=1)  # how exactly the last use is kept
ENDED = "登录已失效，请重新登录。"


def issue(user: Any, *, many: bool = False) -> tuple[str, datetime]:
    """A new token and the moment its life ends. Staff hold one at a time, unless `many` (the demonstration's cast)."""
    from accounts.models import Token
    from accounts.signin import works_in_office

    now = clock.now()
    kept = Token.objects.filter(user=user)
    if works_in_office(user) and not many:
        kept.delete()
    kept.filter(expires_at__lte=now).delete()
    key = secrets.token_urlsafe(32)
    Token.objects.create(
        user=user,
        key_hash=hash_of(key),
        auth_hash=user.get_session_auth_hash(),
        made_at=now,
        proved_at=now,
        used_at=now,
        expires_at=now + LIFE,
    )
    return key, now + LIFE


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class TokenAuthentication(BaseAuthentication):
    """Header `Authorization: Token <token>`; a token that is unknown or has ended is 401 everywhere."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        from accounts.models import Token
        from accounts.signin import may_sign_in, works_in_office

        keyword, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if not keyword:
            return None
        if keyword.lower() != "token" or not key:
            raise NotSignedIn(ENDED)
        token = Token.objects.select_related("user").filter(key_hash=hash_of(key.strip())).first()
        now = clock.now()
        if token is None or token.expires_at <= now or not may_sign_in(token.user):
            raise NotSignedIn(ENDED)
        if not hmac.compare_digest(token.auth_hash, token.user.get_session_auth_hash()):
            raise NotSignedIn(ENDED)
        idle = now - token.used_at
        if idle > IDLE or (idle > IDLE_STAFF and works_in_office(token.user)):
            token.delete()
            raise NotSignedIn(ENDED)
        if idle > WRITES_APART:
            Token.objects.filter(pk=token.pk).update(used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"
