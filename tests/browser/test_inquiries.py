"""Inquiries, rectification lists, 审议意见 and appraisals in a browser: every page at its sizes, in both modes; a question asked, an
item taken on and shown with a picture, by hand and without script."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from ground import clock
from tests.browser.conftest import SIZES, look_at, press
from tests.browser.test_deputy import cookies
from tests.cast import people
from tests.votes.appraising import Appraising
from tests.votes.polling import START
from votes.models import Question, RectificationItem
from votes.workflow import inquiry as inquiries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Appraising]:
    with clock.at(START):
        yield Appraising(people())


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_of_citizens_deputies_and_units_is_clean(
    page_at: Callable[..., Any], told: Appraising, size: tuple[int, int]
) -> None:
    cast = told.cast
    studied = told.questioned()
    inquiry = told.rectifying(title="城区停车难治理，老城区和医院周边怎么办")
    inquiries.publish(inquiry, by=cast.sun)
    listed, item = told.listed(), inquiry.items.get()
    handed, public = told.handed(), told.made_public()
    running, result = told.running(), told.result_public()
    citizen = ["/inquiries/", f"/inquiries/{inquiry.number}/", "/rectifications/", f"/rectifications/{item.number}/",
               "/deliberations/", f"/deliberations/{public.number}/", "/appraisals/", f"/appraisals/{result.number}/"]  # fmt: skip
    deputy = ["/my/inquiries/", f"/my/inquiries/{studied.number}/", f"/my/inquiries/{studied.number}/ask/",
              f"/my/inquiries/{inquiry.number}/", "/my/deliberations/", f"/my/deliberations/{public.number}/"]  # fmt: skip
    desk = ["/desk/", "/desk/inquiries/", f"/desk/inquiries/{inquiry.number}/", "/desk/rectifications/",
            f"/desk/rectifications/{listed.number}/", f"/desk/rectifications/{listed.number}/accept/", "/desk/deliberations/",
            f"/desk/deliberations/{handed.number}/", f"/desk/deliberations/{handed.number}/send_draft/", "/desk/appraisals/",
            f"/desk/appraisals/{running.number}/", f"/desk/appraisals/{running.number}/report_progress/"]  # fmt: skip
    found = []
    for elder in (False, True):
        found += look_at(page_at(*size, elder=elder, cookies=cookies(told.user(cast.wang))), [*citizen, *deputy])
    found += look_at(page_at(*size, cookies=cookies(told.user(cast.zheng))), desk)
    assert not found, "\n".join(found)


def test_the_pages_of_the_console_are_clean(page_at: Callable[..., Any], told: Appraising) -> None:
    cast = told.cast
    studied, rated, item = told.questioned(), told.rated(), told.claimed()
    drafted, public, running, result = told.drafted(), told.made_public(), told.running(), told.result_public()
    paths = [
        "/admin/inquiries/", "/admin/inquiries/new/", f"/admin/inquiries/{studied.number}/",
        f"/admin/inquiries/{studied.number}/put_question/", f"/admin/inquiries/{studied.number}/revise/",
        f"/admin/inquiries/{rated.number}/", f"/admin/inquiries/{rated.number}/list_item/", "/admin/rectifications/",
        f"/admin/rectifications/{item.number}/", f"/admin/rectifications/{item.number}/strike/", "/admin/deliberations/",
        "/admin/deliberations/new/", f"/admin/deliberations/{drafted.number}/", f"/admin/deliberations/{public.number}/",
        f"/admin/deliberations/{drafted.number}/revise/", "/admin/appraisals/", "/admin/appraisals/new/",
        f"/admin/appraisals/{running.number}/", f"/admin/appraisals/{running.number}/score/",
        f"/admin/appraisals/{result.number}/",
    ]  # fmt: skip
    assert look_at(page_at(1280, 800, cookies=cookies(told.user(cast.sun))), paths) == []


def test_a_deputy_asks_and_a_unit_shows_what_it_did(page_at: Callable[..., Any], told: Appraising) -> None:
    studied, item = told.studying(), told.listed()
    page = page_at(js=False, cookies=cookies(told.cast.wang), path="/my/me/")
    press(page, "a:has-text('专题询问')")
    press(page, f"a:has-text('{studied.title}')")
    press(page, "a:has-text('我要提问')")
    press(page, "button:has-text('我要提问')")
    assert "请填写“问题”" in page.inner_text(".errors")
    page.fill("[name=text]", "学校门口怎么停车？")
    press(page, "button:has-text('我要提问')")
    assert "等采纳" in page.inner_text("main")
    assert Question.objects.filter(text="学校门口怎么停车？", order=None).count() == 1

    page = page_at(js=False, cookies=cookies(told.user(told.cast.zheng)), path="/desk/")
    press(page, "a:has-text('认领')")
    page.fill("[name=owner]", "副局长郑伟")
    page.fill("[name=measure]", "分三批改造")
    press(page, "button:has-text('认领')")
    press(page, "a:has-text('报告进展')")
    page.fill("[name=text]", "第一批已经完工。")
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "green").save(drawn, "PNG")
    page.set_input_files("[name=photos]", {"name": "现场.png", "mimeType": "image/png", "buffer": drawn.getvalue()})
    press(page, "button:has-text('报告进展')")
    assert page.locator(".shots img").count() == 1
    assert RectificationItem.objects.get(pk=item.pk).state == "in_progress"
