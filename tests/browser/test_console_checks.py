"""评价与分歧 in Chromium: what was talked over with all sides and what an author said when called back is written down, also
without script; and a job opens what it made."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ground import clock, jobs
from suggestions.models import CallBack, DisagreementTalk
from suggestions.workflow import checks
from tests.browser.conftest import SIZES, assert_clean, assert_fits, axe, press
from tests.cast import Cast, people
from tests.suggestions.citizens import START
from tests.suggestions.narrator import Narrator
from tests.suggestions.test_checks import disagreed, entered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.at(START):
        yield people()


@pytest.fixture
def forms(cast: Cast) -> dict[str, str]:
    """Address of each form → what its row stands under."""
    tells = Narrator(cast)
    opinion = disagreed(cast)
    row = tells.rated(tells.replied(solved="yes"), solved="no")
    entered(cast, 1)
    checks.draw_call_backs()
    return {
        "opinions": f"/admin/ratings/opinions/{opinion.number}/",
        "disputed": f"/admin/ratings/assignments/{tells.of(row).pk}/",
        "calls": f"/admin/ratings/calls/{CallBack.objects.get().pk}/",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_forms_are_clean_accessible_and_fit(
    cast: Cast,
    forms: dict[str, str],
    signed_in: Callable[..., Any],
    theme: str,
) -> None:
    for width, height in SIZES:
        page = signed_in(cast.chen, "/admin/", width, height)
        page.emulate_media(color_scheme=theme)
        for tab, path in forms.items():
            page.goto(f"/admin/ratings/?tab={tab}")
            press(page, page.locator(f'a[href="{path}"]').first)
            assert page.url.endswith(path)
            assert_fits(page)
            assert_clean(page)
            if shots := os.environ.get("SHOTS"):
                page.screenshot(path=f"{shots}/{tab}-{width}-{theme}.png", full_page=True)
            axe(page)


def test_without_script_a_talk_and_a_call_are_written_down(
    cast: Cast,
    forms: dict[str, str],
    signed_in: Callable[..., Any],
) -> None:
    page = signed_in(cast.chen, forms["opinions"], js=False)
    press(page, page.get_by_role("button", name="记下"))
    assert page.locator(".field__error, .errors").count()  # nothing chosen: the form says what is missing
    for path in forms.values():
        page.goto(path)
        page.locator("input[type=radio]").first.check()
        page.locator("textarea[name=note]").fill("三方在现场看过，下周补装一盏灯。")
        press(page, page.get_by_role("button", name="记下"))
        assert "已记下" in page.locator(".messages").inner_text()
    assert DisagreementTalk.objects.count() == 2
    assert CallBack.objects.get().at is not None
    assert_clean(page)


def test_a_checked_import_opens_its_result_by_itself(
    cast: Cast,
    signed_in: Callable[..., Any],
    tmp_path: Any,
) -> None:
    file = tmp_path / "代表.csv"
    file.write_text("姓名,人大代码,届次\n林一,dh-rd,19\n", encoding="gb18030")
    page = signed_in(cast.chen, "/admin/imports/new/deputies.seat/")
    page.locator("input[type=file]").set_input_files(str(file))
    press(page, page.get_by_role("button", name="上传并核对"))
    page.get_by_text("可以离开这一页").wait_for()
    jobs.run_waiting()
    page.locator("#sum").wait_for()
    assert re.search(r"新增 1\s*行", page.locator("#sum + p").inner_text())
    assert_clean(page)
