"""Appraisals of judges in a browser: the console's and the court's pages; a list, a draw and a file opened by hand, without script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ground import clock
from tests.browser.conftest import look_at, press
from tests.browser.test_deputy import cookies
from tests.cast import people
from tests.votes.judging import Judging
from tests.votes.polling import START

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Judging]:
    with clock.at(START):
        yield Judging(people())


def test_the_pages_of_the_console_and_of_the_court_are_clean(page_at: Callable[..., Any], told: Judging) -> None:
    listed, sampled, mending = told.judges_listed(), told.judges_sampled(), told.judges_to_mend()
    at, position = "/admin/judicial-appraisals/", sampled.chosen[0].position
    paths = [
        at, f"{at}new/", *(f"{at}{found.number}/" for found in (listed, sampled, mending)), f"{at}{listed.number}/add_person/",
        f"{at}{listed.number}/remove_person/", f"{at}{listed.number}/draw/", f"{at}{sampled.number}/note_case/",
        f"{at}{sampled.number}/note_interview/", f"{at}{sampled.number}/people/{position}/", f"{at}{mending.number}/list_item/",
        f"/admin/rectifications/{mending.items.get().number}/",
    ]  # fmt: skip
    found = look_at(page_at(1280, 800, cookies=cookies(told.user(told.cast.sun))), paths)
    desk = ["/desk/", "/desk/judicial-appraisals/", f"/desk/judicial-appraisals/{mending.number}/"]
    for user in (told.cast.jiang_min, told.of_the_court()):
        found += look_at(page_at(1280, 800, cookies=cookies(told.user(user))), desk)
        found += look_at(page_at(390, 844, cookies=cookies(told.user(user))), desk)
    assert found == []


def test_the_office_draws_and_opens_a_file(page_at: Callable[..., Any], told: Judging) -> None:
    listed = told.judges_listed()
    page = page_at(1280, 800, js=False, cookies=cookies(told.user(told.cast.chen)), path="/admin/judicial-appraisals/")
    press(page, f"a:has-text('{listed.title}')")
    press(page, "a:has-text('录入评议人选')")
    page.fill("[name=name]", "戊法官")
    page.fill("[name=post]", "立案庭审判员")
    page.fill("[name=since]", "2024-05-01")
    press(page, "button:has-text('录入评议人选')")
    assert "任职满 3 年的才列入评议" in page.inner_text(".errors")
    page.fill("[name=since]", "2019-05-01")
    press(page, "button:has-text('录入评议人选')")
    press(page, "a:has-text('随机抽取')")
    page.fill("[name=witness]", "唐勇，市人大常委会委员")
    press(page, "button:has-text('随机抽取')")
    found = told.seen(listed)
    assert found.seed in page.inner_text("main") and page.locator(".chip:has-text('抽中')").count() == 2
    told.sample(found, found.chosen[0])
    page.goto(f"/admin/judicial-appraisals/{found.number}/")
    press(page, f"a:has-text('{found.chosen[0].name}')")
    press(page, "button:has-text('查看个人材料')")
    assert "查看原因" in page.inner_text(".errors")
    page.fill("[name=reason]", "核对评查意见")
    press(page, "button:has-text('查看个人材料')")
    assert "民间借贷纠纷" in page.inner_text("main") and "87.2" in page.inner_text("main")
