"""Who comes in: by phone and password, or by phone and SMS code (security.md §2).

Two classes of sign-in. Staff and units: 15 minutes idle, 12 hours in all, one browser. Deputies, 议事代表 and station
workers on a phone of their own: bound once by an SMS code, signed in for 30 days.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user, login
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import sms, tokens
from accounts.models import Anyone, Device, Notice, User
from ground import audit, clock, sealed, throttle
from ground.errors import Invalid, NotSignedIn, NotVisible
from ground.middleware import comes_from_here

BACKEND = "accounts.signin.PhoneBackend"
WRONG = "手机号或密码不对，请核对后再试。"
WRONG_CODE = "手机号或验证码不对，请核对后再试。"
FAILURES, WINDOW, LOCK = 5, 15 * 60, 30 * 60  # wrong passwords, seconds counted together, seconds locked
TELL_OWNER_AFTER = 3

FRESH = timedelta(minutes=5)  # how old a proof may be for what is delicate
OFFICE_IDLE, OFFICE_LIFE = timedelta(minutes=15), timedelta(hours=12)
PHONE_LIFE = timedelta(days=30)
SEEN_APART = timedelta(minutes=1)

DEVICE_COOKIE, DEVICE_SALT = "device", "accounts.device"
DEVICE_LIFE = timedelta(days=365)
REMEMBERED = 5  # people a browser is known to have signed in

SecondFactor = Callable[[User, str], bool]
second_factor: SecondFactor | None = None  # the one seam: whoever brings a second factor binds it here


class PhoneBackend(BaseBackend):
    """Finds users by the keyed index of their phone. Permissions are the rules' alone."""

    def authenticate(
        self, request: HttpRequest | None, phone: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if phone is None or password is None:
            return None
        user = find(phone)
        return user if password_fits(user, password) and may_sign_in(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if may_sign_in(user) else None


# -- who may, and as whom ----------------------------------------------------------------------------------------------


def find(phone: str) -> User | None:
    try:
        return User.objects.by_phone(phone)
    except ValueError:
        return None


def may_sign_in(user: User | None) -> bool:
    """Active, and not one of the cast where this is no demonstration (security.md §13)."""
    return user is not None and user.is_active and (settings.DEMO or not user.is_demo)


def works_in_office(user: Any) -> bool:
    """Staff and units, who sign in for hours; deputies and station workers without a post sign in on their own phone."""
    return bool(user.facts.posts)


def may_use_sms(user: User | None) -> bool:
    """Whose phone alone may let them in: deputies, 议事代表, station workers."""
    return may_sign_in(user) and not works_in_office(user)


def is_spared(user: User, request: HttpRequest) -> bool:
    """The cast, from this machine, is spared second factor and renewed proof."""
    return settings.DEMO and not settings.DEMO_PUBLIC and user.is_demo and comes_from_here(request)


def password_fits(user: User | None, password: str) -> bool:
    """Takes the same time whether or not there is such a user."""
    if user is None or not user.has_usable_password():
        make_password(password)
        return False
    return user.check_password(password)


# -- proofs ------------------------------------------------------------------------------------------------------------


def prove(request: HttpRequest, *, phone: str, password: str = "", sms_code: str = "", otp: str = "") -> User:
    """Who proves to be whom; the same refusal for an unknown phone and a wrong secret.

    Raises Invalid (no phone number), NotSignedIn (`otp_required` where a second factor is wanted), Throttled.
    """
    try:
        phone = sealed.normalise_phone(phone)
    except ValueError as error:
        raise Invalid("phone", str(error)) from None
    user = find(phone)
    counter = _counter(request, phone, user)
    throttle.refuse_after("sign-in", counter, FAILURES, WINDOW, LOCK)
    if sms_code:
        right = sms.check_code(phone, "login", sms_code) and may_use_sms(user)
    else:
        right = password_fits(user, password) and may_sign_in(user)
    if not right or user is None:
        if throttle.note("sign-in", counter) == TELL_OWNER_AFTER and user is not None:
            _tell_owner(user)
        raise NotSignedIn(WRONG_CODE if sms_code else WRONG)
    if second_factor is not None and works_in_office(user) and not is_spared(user, request):
        if not otp:
            raise NotSignedIn("请再填写动态口令。", code="otp_required")
        if not second_factor(user, otp):
            throttle.note("sign-in", counter)
            raise NotSignedIn(WRONG)
    throttle.forget("sign-in", counter)
    return user


def require_fresh_proof(request: Any) -> None:
    """Refuses a sign-in whose last password or code is older than 5 minutes (401 `reauth_required`)."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    if is_spared(request.user, request):
        return
    token = getattr(request, "auth", None)
    proved_at = token.proved_at if token is not None else _moment(request.session.get("proved_at"))
    if proved_at is None or clock.now() - proved_at > FRESH:
        raise NotSignedIn("为了安全，请再输入一次密码。", code="reauth_required")


def renew_proof(request: Any, *, password: str, otp: str = "") -> None:
    """The signed-in user proves again to be present."""
    prove(request, phone=request.user.phone, password=password, otp=otp)
    now = clock.now()
    if (token := getattr(request, "auth", None)) is not None:
        type(token).objects.filter(pk=token.pk).update(proved_at=now)
    else:
        request.session["proved_at"] = now.isoformat()


def _counter(request: HttpRequest, phone: str, user: User | None) -> str:
    """A phone with a browser that signed its owner in before, else with an address: never one of them alone."""
    known = known_device(request)
    if user is not None and known and str(user.uuid) in known["users"]:
        return f"{phone}\x1fdevice\x1f{known['id']}"
    return f"{phone}\x1faddress\x1f{throttle.client_address(request)}"


def _tell_owner(user: User) -> None:
    now = clock.now()
    Notice.objects.get_or_create(
        user=user, step=f"sign-in:{now:%Y%m%d}",
        defaults={"title": "有人多次输错您的登录密码，如不是您本人，请联系管理员。", "url": "/", "at": now},
    )  # fmt: skip


# -- sessions ----------------------------------------------------------------------------------------------------------


def open_session(request: HttpRequest, user: User, *, bind: bool = False) -> None:
    """Signs the browser in, for 30 days where it is the user's own phone (`bind`), else for half a day.

    A new sign-in of staff ends the one they had in another browser.
    """
    office = works_in_office(user)
    if office and not (settings.DEMO and user.is_demo):
        _end_browser_sessions(user)
    login(request, user, backend=BACKEND)
    now = clock.now().isoformat()
    request.session.update({"proved_at": now, "signed_at": now, "seen_at": now, "office": office})
    request.session.set_expiry(PHONE_LIFE if bind and not office else OFFICE_LIFE)
    audit.write(user, "accounts.sign_in")
    if bind:
        bind_device(request, user)


def bind_device(request: HttpRequest, user: User) -> Device:
    """The browser that proved an SMS code is the user's own phone from now on; bound again, it is the same device."""
    now = clock.now()
    if not request.session.session_key:
        request.session.save()
    fields = {"bound_at": now, "seen_at": now, "ended_at": None, "session_key": request.session.session_key}
    device, _ = Device.objects.update_or_create(
        user=user,
        key_hash=tokens.hash_of(f"{device_of(request)['id']}:{user.uuid}"),
        defaults={"label": _browser(request), **fields},
    )
    audit.write(user, "accounts.bind_device", f"device:{device.pk}")
    return device


@transaction.atomic
def unbind(device: Device, *, by: User) -> None:
    """解绑: the phone is signed out at once."""
    if device.user_id != by.pk:
        raise NotVisible
    Session.objects.filter(session_key=device.session_key).delete()
    device.ended_at, device.session_key = clock.now(), ""
    device.save(update_fields=["ended_at", "session_key"])
    audit.write(by, "accounts.unbind_device", f"device:{device.pk}")


@transaction.atomic
def drop_sessions(user: User) -> None:
    """Ends every browser session, bound phone and token of the user at once: new password, end of a post or seat, lock."""
    _end_browser_sessions(user)
    user.tokens.all().delete()
    user.devices.filter(ended_at=None).update(ended_at=clock.now(), session_key="")


class ThreeClasses:
    """The rule for new passwords, asked by every form that takes one (等保三级 身份鉴别)."""

    sentence = "密码至少 8 位，并含大写字母、小写字母、数字、符号中的三种。"

    def validate(self, password: str, user: User | None = None) -> None:
        classes = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
        if len(password) < 8 or sum(any(is_one(c) for c in password) for is_one in classes) < 3:
            raise ValidationError(self.sentence, code="password_too_simple")

    def get_help_text(self) -> str:
        return self.sentence


def _end_browser_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
    user.refresh_from_db(fields=["sign_ins_ended"])


class SignedIn(AuthenticationMiddleware):
    """`request.user`: the user whose session is alive, or Anyone."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: _user_of(request))
        request.auser = partial(sync_to_async(_user_of), request)


def _user_of(request: HttpRequest) -> Any:
    if not hasattr(request, "_cached_user"):
        user = get_user(request)
        if user.is_authenticated and _has_lapsed(request):
            request.session.flush()  # not logout(): that asks for request.user, which is being found out here
            user = Anyone()
        request._cached_user = user if user.is_authenticated else Anyone()
    return request._cached_user


def _has_lapsed(request: HttpRequest) -> bool:
    """Whether an office session stood idle too long or has lasted its day; notes that it is used."""
    session, now = request.session, clock.now()
    if not session.get("office"):
        return False
    seen, signed = _moment(session.get("seen_at")), _moment(session.get("signed_at"))
    if seen is None or signed is None or now - seen > OFFICE_IDLE or now - signed > OFFICE_LIFE:
        return True
    if now - seen > SEEN_APART:
        session["seen_at"] = now.isoformat()
    return False


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# -- browsers that signed somebody in before ---------------------------------------------------------------------------


def known_device(request: HttpRequest) -> dict[str, Any] | None:
    try:
        known = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_LIFE.total_seconds()
        )
    except signing.BadSignature:
        return None
    return known


def device_of(request: HttpRequest) -> dict[str, Any]:
    """This browser by its cookie, or a new one: the same for the whole request."""
    if not hasattr(request, "_device"):
        request._device = known_device(request) or {"id": secrets.token_urlsafe(16), "users": []}
    return request._device


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Lets the failures of others never lock this browser for this user."""
    known = device_of(request)
    users = [str(user.uuid), *(u for u in known["users"] if u != str(user.uuid))][:REMEMBERED]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"id": known["id"], "users": users}, salt=DEVICE_SALT),
        max_age=int(DEVICE_LIFE.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _browser(request: HttpRequest) -> str:
    """“安卓手机”, “苹果手机”, “电脑”: as much as a list of phones needs."""
    agent = request.headers.get("User-Agent", "")
    kinds = {"iPhone": "苹果手机", "iPad": "平板", "Android": "安卓手机"}
    kind = next((label for mark, label in kinds.items() if mark in agent), "电脑")
    return f"{kind}（微信）" if "MicroMessenger" in agent else kind
