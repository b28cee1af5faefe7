"""Signing in and out: pages for whoever is not signed in yet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import signin, sms
from accounts.faces import home_of
from accounts.forms import CodeForm, LoginForm, PasswordForm, PhoneForm, ProofForm
from accounts.models import User
from ground import audit
from ground.errors import DomainError, NotSignedIn, Throttled
from ground.outbox import NotSent

NOT_SENT = "短信没有发出去，请稍后再试一次。"


@never_cache
@sensitive_post_parameters("password", "otp")
@sensitive_variables("asked")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Phone and password; whoever is signed in already proves here, where it is asked for, to be still there."""
    here = request.user.is_authenticated
    if here and request.method != "POST" and (not _next(request) or _is_fresh(request)):
        return redirect(_target(request, request.user))
    form = (ProofForm if here else LoginForm)(request.POST or None, label_suffix="")
    status, asks_otp = 200, False
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            user = signin.prove(request, **{"phone": request.user.phone if here else "", **asked})
            return _enter(request, user)
        except DomainError as refusal:
            asks_otp = refusal.code == "otp_required"
            status = _put(form, refusal)
    elif request.method == "POST":
        status = 422
    told = {"form": form, "next": _next(request), "asks_otp": asks_otp, "again": here}
    return _page(request, "accounts/login.html", told, status)


@never_cache
@sensitive_post_parameters("sms_code")
@require_http_methods(["GET", "HEAD", "POST"])
def login_sms(request: HttpRequest) -> HttpResponse:
    """Two steps on one address: the phone, then the code that was sent to it; the browser is bound with it."""
    return _by_code(request, "login", CodeForm, _enter_bound, "accounts/login_sms.html")


@never_cache
@sensitive_post_parameters("sms_code", "password", "repeated")
@require_http_methods(["GET", "HEAD", "POST"])
def login_password(request: HttpRequest) -> HttpResponse:
    """A first or a forgotten password: set by whoever holds the phone, told to nobody else's."""
    return _by_code(request, "password", PasswordForm, _set_password, "accounts/login_password.html")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return redirect("/")


def _by_code(request: HttpRequest, purpose: str, second: type[PhoneForm], done: Any, template: str) -> HttpResponse:
    """The phone first; once a code was asked for, the second form, with whatever was typed kept."""
    sent, status = False, 200
    form: Form = PhoneForm(label_suffix="")
    if request.method == "POST" and "sms_code" in request.POST:
        sent, form = True, second(request.POST, label_suffix="")
        status = 422
        if form.is_valid():
            try:
                return done(request, **form.cleaned_data)
            except DomainError as refusal:
                status = _put(form, refusal)
    elif request.method == "POST":
        form = PhoneForm(request.POST, label_suffix="")
        status = 422
        if form.is_valid():
            phone = form.cleaned_data["phone"]
            sent, status = True, 200
            form = second(initial={"phone": phone}, label_suffix="")
            try:
                sms.send_code(phone, purpose, really=_may_have_code(purpose, signin.find(phone)))
            except (Throttled, NotSent) as refusal:
                form = second({"phone": phone}, label_suffix="")
                form.errors.clear()
                status = _put(form, refusal if isinstance(refusal, Throttled) else DomainError(NOT_SENT))
    return _page(request, template, {"form": form, "next": _next(request), "sent": sent}, status)


def _may_have_code(purpose: str, user: User | None) -> bool:
    if purpose == "login":
        return signin.may_use_sms(user)
    return signin.may_sign_in(user) and not user.is_demo


def _enter_bound(request: HttpRequest, *, phone: str, sms_code: str) -> HttpResponse:
    user = signin.prove(request, phone=phone, sms_code=sms_code)
    return _enter(request, user, bind=True)


def _set_password(request: HttpRequest, *, phone: str, sms_code: str, password: str, repeated: str) -> HttpResponse:
    user = signin.find(phone)
    if not sms.check_code(phone, "password", sms_code) or not _may_have_code("password", user):
        raise NotSignedIn(signin.WRONG_CODE)
    user.set_password(password)
    user.save(update_fields=["password"])
    signin.drop_sessions(user)
    audit.write(user, "accounts.set_password", user, "password")
    messages.success(request, "密码已设置，请用新密码登录。")
    return redirect("login")  # the password alone lets nobody in past a second factor


def _enter(request: HttpRequest, user: User, *, bind: bool = False) -> HttpResponse:
    signin.open_session(request, user, bind=bind)
    response = redirect(_target(request, user))
    signin.remember_device(request, response, user)
    return response


def _is_fresh(request: HttpRequest) -> bool:
    try:
        signin.require_fresh_proof(request)
    except NotSignedIn:
        return False
    return True


def _put(form: Form, refusal: DomainError) -> int:
    form.add_error(None, refusal.detail)
    return refusal.status


def _next(request: HttpRequest) -> str:
    """The link that was followed, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


def _target(request: HttpRequest, user: User) -> str:
    return _next(request) or home_of(user)


def _page(request: HttpRequest, template: str, told: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, told, status=status)
