"""履职通 in a browser: every page at three sizes, in both modes, with and without script; the main tasks by hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from deputies.posters import issue
from ground import clock
from ground.workflow import CodeHolder
from suggestions.models import Cluster, Opinion, Suggestion
from suggestions.views.deputy.card import PLACE
from suggestions.workflow import assignment as work, cosign as cosigns, opinion as opinions, suggestion as whole
from tests.browser.conftest import SIZES, assert_clean, assert_fits, axe, look_at, press
from tests.cast import PASSWORD, people
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import PROMISE, START, WORDS, Narrator
from tests.suggestions.test_views_deputy import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


@pytest.fixture
def story(tell: Narrator) -> dict[str, str]:
    """A deputy's working day: something in every corner of the workspace. Answers name → path."""
    cast, c = tell.cast, Citizens(tell.cast)
    claimed = c.claimed(contact_name="李女士", phone="19900007777", place="清水镇人民路 18 号门口")
    opinions.add_photo(claimed, by=CodeHolder(claimed.number), data=picture().read())
    reported = c.reported(content="大湾村文化广场的健身器材坏了两个多月，孩子们容易受伤。")
    c.accepted(content="清水花园小区晚上有人把车停在消防通道上，叫了几次物业也没有人管。", urgency="hazard")
    rated = tell.signed(
        ("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist", suggestion=tell.cosigned("D00002", "D00004")
    )
    work.contribute(tell.of(rated, "dh-jtj"), by=cast.ding, text="道路红线不受影响。")
    tell.replied(rated, result_class="B", commitments=[PROMISE])
    work.give_view(tell.of(rated), by=cast.zhao, grade="basically", text="时间偏长")
    draft = tell.invited("D00002", "D00006", title="关于在清水花园小区增设消防通道标识的建议")
    cosigns.cosign(draft, by=cast.zhao, version=1)
    whole.revise(draft, by=cast.wang, proposal="一、施划消防通道标线。二、安装监控。")
    asked = whole.create(cast.seat("D00002"), by=cast.zhao, **(WORDS | {"title": "关于增设学校护学岗的建议"}))
    cosigns.invite(asked, by=cast.zhao, deputies=[cast.deputies["D00001"]])
    issue({"D00001": cast.organs["dh-rd"].pk}, size="a6", place=PLACE, by=cast.wang)
    unit = tell.of(rated)
    spot = Cluster.objects.create(
        area=cast.organs["qs-rd"], month=clock.today().replace(day=1), terms=["路灯", "晚上走路"], people=6, matters=4
    )
    spot.opinions.set(Opinion.objects.filter(station__code="S00001"))
    return {
        "home": "/my/",
        "opinions": "/my/opinions/",
        "opinion": f"/my/opinions/{claimed.number}/",
        "answer": f"/my/opinions/{claimed.number}/answer/",
        "contact": f"/my/opinions/{claimed.number}/contact/",
        "confirm": f"/my/opinions/{reported.number}/",
        "suggestions": "/my/suggestions/",
        "asked": f"/my/suggestions/{asked.number}/",
        "rated": f"/my/suggestions/{rated.number}/",
        "rate": f"/my/assignments/{unit.pk}/rate/",
        "new": "/my/suggestions/new/",
        "snap": "/my/suggestions/snap/",
        "edit": f"/my/suggestions/{draft.number}/edit/",
        "words": f"/my/suggestions/{draft.number}/edit/words/",
        "photos": f"/my/suggestions/{draft.number}/edit/photos/",
        "invite": f"/my/suggestions/{draft.number}/invite/",
        "check": f"/my/suggestions/{draft.number}/check/",
        "print": f"/my/suggestions/{draft.number}/print/",
        "hotspots": "/my/hotspots/",
        "notices": "/my/notices/",
        "me": "/my/me/",
        "card": "/my/me/card/",
    }


def cookies(user: Any) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_is_clean_fits_and_is_accessible(
    page_at: Callable[..., Any], story: dict[str, str], tell: Narrator, size: tuple[int, int], elder: bool
) -> None:
    page = page_at(*size, elder=elder, cookies=cookies(tell.cast.wang))
    found = look_at(page, story.values())
    assert not found, "\n".join(found)


def test_photos_of_a_matter_are_shown(page_at: Callable[..., Any], story: dict[str, str], tell: Narrator) -> None:
    page = page_at(cookies=cookies(tell.cast.wang), path=story["opinion"])
    page.locator(".pics img").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.locator(".pics img").evaluate("img => img.naturalWidth") > 0
    assert_clean(page)


@pytest.mark.parametrize("js", [True, False], ids=["script", "plain"])
def test_a_matter_is_answered_by_hand(
    page_at: Callable[..., Any], story: dict[str, str], tell: Narrator, js: bool
) -> None:
    page = page_at(js=js, cookies=cookies(tell.cast.wang), path="/my/")
    press(page, "text=路灯坏了半个月")
    press(page, ".ways >> text=答复")
    press(page, "button:has-text('答复')")
    assert page.locator(".errors").count() == 1
    page.fill("textarea", "供电所今天下午已经修好。")
    page.click("label:has-text('已解决')")
    press(page, "button:has-text('答复')")
    assert "已答复，等群众评价。" in page.inner_text(".messages")
    if js:
        assert_clean(page)


def test_a_suggestion_is_written_invited_and_sent_without_script(page_at: Callable[..., Any], tell: Narrator) -> None:
    page = page_at(320, 568, js=False, cookies=cookies(tell.cast.wang), path="/my/suggestions/new/")
    page.fill("[name=title]", WORDS["title"])
    page.select_option("[name=field]", "urban_env")
    page.fill("[name=situation]", WORDS["situation"])
    page.fill("[name=proposal]", WORDS["proposal"])
    press(page, "button:has-text('保存草稿')")
    press(page, "text=4. 联名")
    page.fill("[name=q]", "慧敏")
    press(page, "button:has-text('找代表')")
    press(page, "button:has-text('邀请'):near(:text('赵慧敏'))")
    press(page, "text=5. 核对并提交")
    assert "赵慧敏还没有确认这一稿" in page.inner_text("main")
    press(page, "button:has-text('提交建议')")
    assert Suggestion.objects.get().state == "submitted"


def test_signing_and_rating_take_one_tap_each(
    page_at: Callable[..., Any], story: dict[str, str], tell: Narrator
) -> None:
    page = page_at(elder=True, cookies=cookies(tell.cast.wang), path=story["asked"])
    press(page, "button:has-text('同意联名')")
    assert "已同意联名" in page.inner_text(".messages")
    page.goto(story["rated"])
    press(page, "button:has-text('属实')")
    press(page, ".now a:has-text('评价')")
    page.click("fieldset:has-text('办理态度') label:has-text('满意') >> nth=0")
    page.click("fieldset:has-text('办理结果') label:has-text('基本满意')")
    press(page, "form button:has-text('评价')")
    assert "已评价" in page.inner_text(".messages")
    assert_clean(page)


def test_a_changed_text_shows_what_changed(page_at: Callable[..., Any], story: dict[str, str], tell: Narrator) -> None:
    draft = Suggestion.objects.get(title="关于在清水花园小区增设消防通道标识的建议")
    page = page_at(cookies=cookies(tell.cast.zhao), path=f"/my/suggestions/{draft.number}/")
    assert "安装监控。" in "".join(page.locator(".diff ins").all_inner_texts())
    assert "明确管理单位。" in "".join(page.locator(".diff del").all_inner_texts())
    assert_clean(page)
    assert_fits(page)
    axe(page)


def test_words_survive_an_ended_sign_in(page_at: Callable[..., Any], story: dict[str, str], tell: Narrator) -> None:
    page = page_at(cookies=cookies(tell.cast.wang), path=story["answer"])
    page.fill("textarea", "已约供电所明天到现场。")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, "button:has-text('答复')")
    assert "/login/" in page.url
    page.fill("[name=phone]", "19900000001")
    page.fill("[name=password]", PASSWORD)
    press(page, "button:has-text('登录')")
    assert page.input_value("textarea") == "已约供电所明天到现场。"


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_nothing_runs_off_the_side_at_twice_the_text(
    page_at: Callable[..., Any], story: dict[str, str], tell: Narrator, elder: bool
) -> None:
    page = page_at(elder=elder, zoom=200, cookies=cookies(tell.cast.wang))
    for path in story.values():
        page.goto(path)
        assert_fits(page)
