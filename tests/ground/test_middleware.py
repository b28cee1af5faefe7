"""Who gets in while the cast may sign in, what stays out of caches, and how refusals become pages."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from ground import errors
from ground.middleware import Refusals, demo_guard, no_store


def passed(**meta: str) -> int:
    request = RequestFactory().get("/", **{"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"} | meta)
    return demo_guard(lambda request: HttpResponse())(request).status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_demo_mode_answers_this_machine(settings, host: str) -> None:
    settings.DEMO, settings.DEMO_PUBLIC = True, False
    assert passed(HTTP_HOST=host) == 200
    assert passed(HTTP_HOST=host, REMOTE_ADDR="::1") == 200


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "localhost"},
        {"HTTP_HOST": "lvzhi.example"},
        {"HTTP_HOST": "127.0.0.1.lvzhi.example"},
        {"HTTP_HOST": "[::1].lvzhi.example"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
    ],
)
def test_demo_mode_refuses_everybody_else(settings, meta: dict[str, str]) -> None:
    settings.DEMO, settings.DEMO_PUBLIC = True, False
    assert passed(**meta) == 403
    settings.DEMO_PUBLIC = True
    assert passed(**meta) == 200
    settings.DEMO, settings.DEMO_PUBLIC = False, False
    assert passed(**meta) == 200


@pytest.mark.parametrize(
    ("meta", "kept"),
    [
        ({}, True),
        ({"HTTP_COOKIE": "elder=1"}, True),
        ({"HTTP_COOKIE": "elder=1; sessionid=x"}, False),
        ({"HTTP_COOKIE": "track=x"}, False),
        ({"HTTP_AUTHORIZATION": "Token x"}, False),
        ({"HTTP_QUERY_CODE": "123-456-7890"}, False),
    ],
)
def test_what_a_proof_opens_is_not_stored(meta: dict[str, str], kept: bool) -> None:
    response = no_store(lambda request: HttpResponse())(RequestFactory().get("/", **meta))
    assert response.get("Cache-Control") == (None if kept else "no-store")


def test_an_answer_that_sets_a_cookie_is_not_stored() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("track", "x")
        return response

    assert no_store(view)(RequestFactory().get("/"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "refusal",
    [
        errors.Forbidden("这里不开放。"),
        errors.NotVisible("没有这件事。"),
        errors.WrongState("已经有人办了。"),
        errors.GuardFailed("not_yet", "还没到时间。"),
        errors.Throttled(60, "请一分钟后再试。"),
    ],
)
def test_a_refusal_becomes_a_page_that_says_it(refusal: errors.DomainError) -> None:
    response = Refusals(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), refusal)
    assert response.status_code == refusal.status
    assert refusal.detail in response.content.decode()
    assert response.get("Retry-After") == ("60" if refusal.status == 429 else None)


def test_who_is_not_signed_in_is_led_to_the_sign_in() -> None:
    request = RequestFactory().get("/desk/?tab=late")
    response = Refusals(lambda request: HttpResponse()).process_exception(request, errors.NotSignedIn())
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=%2Fdesk%2F%3Ftab%3Dlate"


def test_other_errors_are_left_alone() -> None:
    assert Refusals(lambda request: HttpResponse()).process_exception(RequestFactory().get("/"), ValueError()) is None


def test_every_answer_carries_the_content_policy() -> None:
    response = Client().get("/healthz")
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    }
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
