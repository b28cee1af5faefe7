"""Duty reports in a browser: every page at its sizes, in both modes; a report drafted and handed in on a phone, ballots keyed in
at the office, by hand and without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ground import clock
from tests.browser.conftest import SIZES, look_at, press
from tests.browser.test_deputy import cookies
from tests.cast import people
from tests.votes.polling import START
from tests.votes.reporting import BAD, Reporting
from votes.workflow import duty

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Reporting]:
    with clock.at(START):
        yield Reporting(people())


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_of_citizens_and_deputies_is_clean(
    page_at: Callable[..., Any], told: Reporting, size: tuple[int, int]
) -> None:
    called, public = told.duty_called(), told.duty_public(rating=BAD)
    report = public.heard[0]
    citizen = ["/duty-reports/", f"/duty-reports/{report.number}/", "/d/D00001/", "/inquiries/"]
    deputy = ["/my/", "/my/me/", "/my/duty-sessions/", f"/my/duty-sessions/{called.number}/",
              f"/my/duty-sessions/{called.number}/write_report/", f"/my/duty-sessions/{public.number}/",
              f"/my/duty-sessions/{public.number}/rectify/"]  # fmt: skip
    found = []
    for elder in (False, True):
        found += look_at(page_at(*size, elder=elder, cookies=cookies(told.user(told.cast.wang))), [*citizen, *deputy])
    assert not found, "\n".join(found)


def test_the_pages_of_the_console_are_clean(page_at: Callable[..., Any], told: Reporting) -> None:
    planned, called, begun = told.duty_planned(), told.duty_called(), told.duty_begun()
    held, keyed, public = told.duty_held(), told.duty_keyed(), told.duty_public(rating=BAD)
    heard, rated = held.heard[0].number, keyed.heard[0].number
    paths = [
        "/admin/", "/admin/duty-sessions/", "/admin/duty-unreported/", "/admin/duty-sessions/new/",
        *(f"/admin/duty-sessions/{session.number}/" for session in (planned, called, held, public)),
        f"/admin/duty-sessions/{planned.number}/call/", f"/admin/duty-sessions/{planned.number}/revise/",
        f"/admin/duty-sessions/{planned.number}/name_deputies/", f"/admin/duty-sessions/{begun.number}/hold/",
        f"/admin/duty-sessions/{planned.number}/cancel/", f"/admin/duty-reports/{heard}/",
        f"/admin/duty-reports/{heard}/key_rating/", f"/admin/duty-reports/{heard}/note_question/",
        f"/admin/duty-reports/{rated}/", f"/admin/duty-reports/{rated}/confirm_rating/",
        f"/admin/duty-reports/{public.heard[0].number}/",
    ]  # fmt: skip
    assert look_at(page_at(1280, 800, cookies=cookies(told.user(told.cast.sun))), paths) == []


def test_a_deputy_hands_a_report_in_and_the_office_keys_the_ballots(
    page_at: Callable[..., Any], told: Reporting
) -> None:
    with told.before():
        session = told.duty_called("qs-rd")
    page = page_at(js=False, cookies=cookies(told.user(told.cast.zhang)), path="/my/")
    press(page, f"a:has-text('{session.title}')")
    press(page, "a:has-text('写述职报告')")
    page.check("[name=way][value=oral]")
    press(page, "button:has-text('写述职报告')")
    assert "请补充" in page.inner_text(".errors"), "the draft is not a report yet"
    page.fill("[name=text]", "各位选民：我接办群众意见三件。请评议。")
    press(page, "button:has-text('写述职报告')")
    assert "我接办群众意见三件" in page.inner_text("main")

    duty.hold(told.session(session), by=told.cast.han, came=58)
    report = told.first(session)
    page = page_at(1280, 800, js=False, cookies=cookies(told.user(told.cast.han)), path="/admin/duty-sessions/")
    press(page, f"a:has-text('{session.title}')")
    press(page, "a:has-text('张海')")
    press(page, "a:has-text('录入测评票数')")
    typed = {
        "issued": 58,
        "returned": 56,
        "valid": 55,
        "spoiled": 1,
        "grade0": 30,
        "grade1": 18,
        "grade2": 5,
        "grade3": 3,
    }
    for name, n in typed.items():
        page.fill(f"[name={name}]", str(n))
    press(page, "button:has-text('录入测评票数')")
    assert "优秀 30＋称职 18＋基本称职 5＋不称职 3＝56，不等于有效票 55 张" in page.inner_text(".errors")
    page.fill("[name=grade3]", "2")
    press(page, "button:has-text('录入测评票数')")
    assert "待核对" in page.inner_text("main") and told.report(report).state == "rated"
    assert page.locator("button:has-text('核对测评票数')").count() == 0, "not by who keyed it in"
