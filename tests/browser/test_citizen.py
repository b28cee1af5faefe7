"""Citizens' pages in Chromium: on a cheap phone and in 长辈版, with and without script."""

from collections.abc import Callable
from typing import Any

import pytest

from config.demo.cast import Cast, build_cast
from ground.workflow import CodeHolder
from suggestions.models import Opinion
from suggestions.workflow import opinion as verbs
from suggestions.workflow.intake import submit
from tests.browser.conftest import SIZES, assert_clean, assert_fits, axe, press
from tests.suggestions.citizens import Citizens

pytestmark = pytest.mark.django_db(transaction=True)

PhotoBytes = bytes
Opens = Callable[..., Any]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def answered(cast: Cast) -> Opinion:
    content = "柳溪村村口的路灯坏了三盏，晚上看不清路，老人孩子出门不安全，请尽快修好。"
    opinion = submit(
        by=None,
        deputy="D00001",
        category="transport",
        content=content,
        place="柳溪村村口",
        phone="19900009999",
        consent=True,
    )
    verbs.accept(opinion, by=cast.zhou)
    verbs.claim(opinion, by=cast.wang)
    return verbs.answer(
        opinion, by=cast.wang, text="三盏灯已经换好，周五前在桥头再装两盏。\n还有不亮的，请打联络站电话。", solved="yes"
    )


def enter(page: Any, opinion: Opinion) -> None:
    page.goto(f"/track/?n={opinion.number}")
    page.fill("#id_query_code", opinion.query_code)
    press(page, "main button[type=submit]")
    page.wait_for_selector("#now-h")


PAGES = ("/", "/?q=清水", "/?for=say", "/d/D00001/", "/s/S00001/", "/s/S00003/", "/v/990100101201/", "/d/D00001/say/", "/track/",
         "/track/lost/", "/opinions/", "/suggestions/", "/mine/", "/privacy/", "/statistics/", "/stations/", "/d/D99999/")  # fmt: skip


OWN_PAGES = ("/track/", "/track/reopen/", "/track/rate/", "/track/contact/", "/track/contact/erase/", "/track/verify_phone/",
             "/track/photos/")  # fmt: skip


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_open_page_is_clean_accessible_and_fits(
    cast: Cast, page_at: Opens, width: int, height: int, elder: bool
) -> None:
    page = page_at(width, height, elder=elder)
    for path in PAGES:
        page.goto(path)
        assert_fits(page)
        assert_clean(page)
        axe(page)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_ones_own_pages_are_clean_accessible_and_fit(cast: Cast, page_at: Opens, elder: bool) -> None:
    opinion = answered(cast)
    page = page_at(320, 568, elder=elder)
    enter(page, opinion)
    for path in OWN_PAGES:
        page.goto(path)
        assert_fits(page)
        assert_clean(page)
        axe(page)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_text_at_twice_its_size_still_fits(cast: Cast, page_at: Opens, elder: bool) -> None:
    page = page_at(390, 844, elder=elder, zoom=200)
    for path in PAGES:
        page.goto(path)
        assert_fits(page)
    enter(page, answered(cast))
    assert_fits(page)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_something_is_said_followed_and_rated(
    cast: Cast, page_at: Opens, js: bool, tmp_path: Any, settings: Any
) -> None:
    from PIL import Image

    settings.MEDIA_ROOT = tmp_path / "media"
    photo = tmp_path / "light.jpg"
    Image.new("RGB", (800, 600), "gray").save(photo)
    page = page_at(js=js, path="/d/D00001/")
    press(page, "main a.btn--main")
    page.check("input[name=urgency][value=quick]", force=True)
    page.check("input[name=category][value=transport]", force=True)
    page.fill("#id_content", "村口的路灯坏了三盏，我家在3号楼2单元501室")
    page.set_input_files("#id_photos", str(photo))
    page.fill("#id_place", "柳溪村村口")
    if js:
        page.wait_for_selector(".photos__list img")
    press(page, "text=下一步：核对")
    page.wait_for_selector("mark.masked")
    assert page.locator(".kept img").count() == 1
    press(page, "button[name=send]")
    page.wait_for_url("**/received/")
    opinion = Opinion.objects.get()
    shown = page.inner_text(".receipt__keys").replace("\u00a0", "")
    assert opinion.number in shown and opinion.query_code in shown
    assert opinion.photos.count() == 1 and opinion.query_code not in page.url
    assert_fits(page)
    verbs.accept(opinion, by=cast.zhou)
    verbs.claim(opinion, by=cast.wang)
    verbs.answer(opinion, by=cast.wang, text="三盏灯已经换好。", solved="yes")
    page.goto("/track/")
    assert "三盏灯已经换好。" in page.inner_text("main")
    page.check("input[name=grade][value=satisfied]", force=True)
    press(page, "text=提交评价")
    page.wait_for_selector("text=您评价了")
    opinion.refresh_from_db()
    assert opinion.outcome == "rated"
    if js:
        assert_clean(page)


def test_in_elder_mode_one_question_a_page_with_large_targets(cast: Cast, page_at: Opens) -> None:
    page = page_at(elder=True, path="/d/D00001/say/")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
    assert size >= 24
    for answer in ("input[value=normal]", "input[value=transport]", "", "", "", "input[value=private]"):
        small = page.evaluate(
            "[...document.querySelectorAll('main .btn, main .pill')].filter((e) => e.offsetHeight && e.offsetHeight < 60).length"
        )
        assert small == 0, page.inner_text("h1")
        if answer:
            page.check(answer, force=True)
        if page.locator("#id_content").count():
            page.fill("#id_content", "路灯坏了")
        assert_fits(page)
        axe(page)
        press(page, "text=下一步")
    page.wait_for_selector("text=请核对")
    axe(page)
    press(page, "button[name=send]")
    page.wait_for_url("**/received/")
    assert_fits(page)
    axe(page)


def test_errors_take_the_focus_and_lead_to_their_fields(cast: Cast, page_at: Opens) -> None:
    page = page_at(path="/d/D00001/say/")
    press(page, "text=下一步：核对")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.title().startswith("有 2 处需要修改")
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.name") == "category"
    axe(page)


def test_words_survive_a_page_that_was_closed(cast: Cast, page_at: Opens) -> None:
    page = page_at(path="/d/D00001/say/")
    page.fill("#id_content", "写到一半的话")
    page.goto("/d/D00001/")
    page.goto("/d/D00001/say/")
    page.wait_for_function("document.querySelector('#id_content').value === '写到一半的话'")


def test_a_keyboard_alone_is_enough_to_find_somebody(cast: Cast, page_at: Opens) -> None:
    page = page_at(1280, 800, path="/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#q")
    page.keyboard.type("王建国")
    page.keyboard.press("Enter")
    page.wait_for_selector("a[href='/d/D00001/']")


def test_a_first_page_is_light(cast: Cast, page_at: Opens) -> None:
    page = page_at()
    seen: list[Any] = []
    page.on("response", lambda response: seen.append(response))
    page.goto("/d/D00001/", wait_until="networkidle")
    assert len(seen) <= 6 + 1, [response.url for response in seen]  # and the one behaviour module of the page
    assert sum(len(response.body()) for response in seen) < 120_000  # before compression: 60 KB is what travels


def test_the_authors_words_are_never_run(cast: Cast, page_at: Opens) -> None:
    opinion = submit(
        by=None, deputy="D00001", category="other", content="<img src=x onerror=alert(1)>{{ 7*7 }}", consent=True
    )
    page = page_at()
    enter(page, opinion)
    assert "<img src=x onerror=alert(1)>{{ 7*7 }}" in page.inner_text("main")
    assert_clean(page)
    assert opinion.number == CodeHolder(opinion.number).number


def a_public_matter(cast: Cast) -> Opinion:
    content = "柳溪村村口的路灯坏了三盏，晚上走路看不见"
    return Citizens(cast).verified(content=content, category="transport", phone="19900009998", is_public=True)


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_like_matters_are_offered_while_typing_and_one_is_joined(cast: Cast, page_at: Opens, elder: bool) -> None:
    head = a_public_matter(cast)
    page = page_at(390, 844, elder=elder, path="/d/D00001/say/")
    if elder:
        press(page, "main button:has-text('下一步')")
        page.check("input[name=category][value=transport]", force=True)
        press(page, "main button:has-text('下一步')")
    else:
        page.check("input[name=category][value=transport]", force=True)
    page.fill("#id_content", "柳溪村村口的路灯坏了好几天")
    page.wait_for_selector("text=附近已有 1 件类似的意见")
    page.check(f"input[name=near][value='{head.number}']", force=True)
    assert_fits(page)
    axe(page)
    for _ in range(4 if elder else 1):
        press(page, "main button:has-text('下一步')")
    assert page.is_checked(f"input[name=joins][value='{head.number}']")
    press(page, "button[name=send]")
    page.wait_for_url("**/received/")
    assert_clean(page)
    assert Opinion.objects.latest("pk").joins == head


def test_without_script_like_matters_are_offered_before_sending(cast: Cast, page_at: Opens) -> None:
    head = a_public_matter(cast)
    page = page_at(320, 568, js=False, path="/d/D00001/say/")
    page.check("input[name=category][value=transport]", force=True)
    page.fill("#id_content", "柳溪村村口的路灯坏了好几天")
    press(page, "main button:has-text('下一步')")
    page.check(f"input[name=joins][value='{head.number}']", force=True)
    assert_fits(page)
    press(page, "button[name=send]")
    page.wait_for_url("**/received/")
    assert Opinion.objects.latest("pk").joins == head
