"""Livelihood projects in a browser: every page at its sizes, in both modes; a proposal by hand with and without script."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from ground import clock
from tests.browser.conftest import SIZES, look_at, press
from tests.browser.test_deputy import cookies
from tests.cast import people
from tests.votes.building import Building
from tests.votes.polling import START
from votes.models import LivelihoodProject
from votes.workflow import proposal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Building]:
    with clock.at(START):
        yield Building(people())


def built(told: Building) -> tuple[Any, list[LivelihoodProject], LivelihoodProject]:
    """A round with one project that is adjusted and one that is accepted, and a proposal in the pool."""
    round_, rows = told.implementing("第二幼儿园改扩建", "大湾村通村道路硬化")
    told.reported(rows[0], 20)
    told.forwarded(rows[0])
    told.accepted(rows[1])
    wish = told.pooled("乡村文化广场", by=told.cast.wang)
    proposal.support_as(wish, by=told.cast.zhao, area="大湾村")
    return round_, rows, wish


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_is_clean(page_at: Callable[..., Any], told: Building, size: tuple[int, int], elder: bool) -> None:
    round_, (changed, done), wish = built(told)
    problems: list[str] = []
    faces: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (None, ("/projects/", "/projects/?tab=pool", f"/projects/rounds/{round_.number}/", f"/projects/{changed.number}/",
                f"/projects/{done.number}/", f"/projects/{wish.number}/support/", f"/projects/{done.number}/rate/",
                "/projects/propose/", "/projects/follow/")),
        (told.cast.wang, ("/my/projects/?tab=built", f"/my/projects/{changed.number}/", f"/my/projects/{done.number}/rate/",
                          "/my/projects/propose/")),
        (told.cast.zheng, ("/desk/projects/", f"/desk/projects/{changed.number}/", f"/desk/projects/{changed.number}/report/")),
        (told.cast.zhou, (f"/desk/projects/{done.number}/tablet/",)),
    )  # fmt: skip
    for user, paths in faces:
        page = page_at(*size, elder=elder, cookies=cookies(user) if user else None)
        problems += look_at(page, paths)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_round_desk_is_clean(page_at: Callable[..., Any], told: Building, width: int) -> None:
    round_, (changed, done), wish = built(told)
    page = page_at(width, 800, cookies=cookies(told.cast.sun))
    paths = ("/admin/rounds/", "/admin/rounds/new/", f"/admin/rounds/{round_.number}/", "/admin/projects/?tab=pool",
                 f"/admin/projects/{changed.number}/", f"/admin/projects/{changed.number}/decide_adjustment/",
                 f"/admin/projects/{wish.number}/screen_out/")  # fmt: skip
    found = look_at(page, paths)
    assert not found, "\n".join(found)
    assert done.number


@pytest.mark.parametrize("js", [True, False], ids=["script", "plain"])
def test_a_project_is_proposed_by_hand(page_at: Callable[..., Any], told: Building, js: bool) -> None:
    told.round(collects_until=clock.today() + timedelta(days=20))
    page = page_at(js=js, path="/projects/")
    press(page, "text=提一个项目")
    page.fill("[name=title]", "大湾村路灯")
    press(page, "button:has-text('核对')")
    assert "请填写" in page.inner_text(".errors")
    page.fill("[name=text]", "村口到学校没有路灯，电话 13912345678。")
    page.select_option("[name=category]", "road")
    press(page, "button:has-text('核对')")
    assert "13912345678" not in page.inner_text(".quoted")
    press(page, "button:has-text('提交项目')")
    assert re.search(r"M2026-\d{6}", page.inner_text(".receipt"))
    page.goto("/projects/follow/")
    assert "大湾村路灯" in page.inner_text("h1")
    assert LivelihoodProject.objects.count() == 1
