"""The console in Chromium: every page of ours is clean, fits, and answers for all rules of accessibility at 1280."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ground import clock
from suggestions.models import Commitment, Opinion, Suggestion
from suggestions.workflow import assignment as work
from tests.browser.conftest import assert_clean, assert_fits, axe
from tests.cast import people
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator, later

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = (
    "",
    "review/",
    "review/?tab=opinions",
    "assign/",
    "assign/?tab=objections",
    "assign/?tab=extensions",
    "supervise/",
    "supervise/?tab=mine",
    "supervise/?tab=promises",
    "supervise/?tab=key",
    "supervise/?tab=moved",
    "replies/",
    "replies/?tab=publish",
    "replies/?tab=all",
    "ratings/",
    "ratings/?tab=opinions",
    "opinions/",
    "suggestions/",
    "handovers/",
    "undelivered/",
)


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        told = Narrator(people())
        a_full_desk(told)
        yield told


def a_full_desk(tell: Narrator) -> None:
    """Something under every tab: late, to review, to hand over, objected, extended, replied, disputed, promised, key."""
    from suggestions.workflow import suggestion as whole

    titles = (
        "关于在清水花园小区增设充电车棚的建议",
        "关于整治柳河片区河道水环境的建议",
        "关于优化北苑新村停车资源共享的建议",
        "关于增设人民广场公交站点的建议",
        "关于中小学校门口交通秩序整治的建议",
        "关于滨江花园老旧小区加装电梯的建议",
    )

    def fresh(n: int) -> Suggestion:
        return tell.cosigned(title=titles[n])

    late = tell.assigned(suggestion=fresh(1))
    citizens = Citizens(tell.cast)
    citizens.referred(citizens.claimed(content="柳溪村村口的井盖坏了，晚上看不见。"))
    citizens.closed("dissatisfied", content="清水花园小区垃圾清运不及时。")
    later(days=4)
    citizens.say(content="杨树坪村道路窄，会车困难。", deputy="D00006")  # no station: the congress office reads it
    tell.submitted(fresh(0))
    tell.registered(fresh(2))
    tell.registered(fresh(3))
    objected = tell.assigned(("dh-jtj", "main"), ("dh-zjj", "assist"), mode="main_assist", suggestion=fresh(4))
    work.object(
        tell.of(objected, "dh-jtj"),
        by=tell.cast.ye,
        reason="学校门前秩序由公安交管部门负责",
        proposed_organ=tell.cast.organs["dh-jyj"],
    )
    extended = tell.signed(suggestion=fresh(5))
    part = tell.of(extended)
    until = part.reply_due_at.date().replace(day=25).replace(month=part.reply_due_at.month + 1)
    work.ask_extension(part, by=tell.cast.gao, until=until, reason="管线迁改方案需专家评审")
    whole.key_supervise(
        extended,
        by=tell.cast.shi,
        leader=tell.cast.deputies["D00004"],
        committee=tell.cast.organs["dh-cjw"],
        plan="每月到现场一次",
    )
    tell.replied(tell.signed(suggestion=fresh(0)))
    tell.rated(tell.replied(tell.signed(suggestion=fresh(1))), attitude="dissatisfied", text="上门时态度生硬")
    tell.promised()
    assert late.number


@pytest.fixture
def signed_in(page_at: Callable[..., Any]) -> Callable[..., Any]:
    def open_as(user: User, path: str, width: int = 1280, height: int = 800, **more: Any) -> Any:
        client = Client()
        client.force_login(user)
        return page_at(width, height, path=path, cookies={"sessionid": client.cookies["sessionid"].value}, **more)

    return open_as


def pages_of(tell: Narrator) -> list[str]:
    suggestion = Suggestion.objects.filter(key_supervision__isnull=False).get()
    objected = Suggestion.objects.get(assignments__state="objected")
    part = objected.assignments.get(state="objected")
    submitted = Suggestion.objects.filter(state="submitted").first()
    promise = Commitment.objects.get()
    opinions = {opinion.state: opinion.number for opinion in Opinion.objects.all()}
    own = [
        reverse("admin:suggestion", args=[suggestion.number]),
        reverse("admin:suggestion", args=[objected.number]),
        reverse("admin:suggestion-verb", args=[submitted.number, "refuse"]),
        reverse("admin:suggestion-verb", args=[objected.number, "chase"]),
        reverse("admin:assignment-verb", args=[part.pk, "settle_objection"]),
        reverse("admin:commitment-verb", args=[promise.pk, "end_commitment"]),
        reverse("admin:opinion", args=[opinions["referred"]]),
        reverse("admin:opinion", args=[opinions["closed"]]),
        reverse("admin:opinion-verb", args=[opinions["screening"], "accept"]),
    ]
    return [f"/admin/{path}" for path in PATHS] + own


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_clean_and_accessible_at_1280(tell: Narrator, signed_in: Callable[..., Any], theme: str) -> None:
    page = signed_in(tell.cast.sun, "/admin/")
    page.emulate_media(color_scheme=theme)
    for path in pages_of(tell):
        page.goto(path)
        assert_fits(page)
        assert_clean(page)
        axe(page)


# Stock forms: the names of select2's boxes are the package's own; the select behind each has its label.
KNOWN_EXCEPTIONS = (".select2-selection",)
STOCK = ("deputies/deputy/", "deputies/seat/", "deputies/deputy/import/", "deputies/deputy/export/", "stations/venue/")


def test_reference_data_is_clean_in_the_same_shell(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    page = signed_in(tell.cast.sun, "/admin/")
    deputy = tell.cast.deputies["D00001"]
    for path in (*STOCK, f"deputies/deputy/{deputy.pk}/change/", "password_change/"):
        page.goto(f"/admin/{path}")
        assert_fits(page)
        assert_clean(page)
        axe(page, ("wcag2a", "wcag2aa"), exclude=KNOWN_EXCEPTIONS)


def test_every_page_fits_a_phone(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    page = signed_in(tell.cast.sun, "/admin/", 390, 844)
    for path in pages_of(tell):
        page.goto(path)
        assert_fits(page)
        assert_clean(page)


def test_without_script_several_are_picked_checked_and_handed_over(
    tell: Narrator, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(tell.cast.chen, "/admin/assign/", js=False)
    page.locator("input[name=pick]").first.check()
    page.get_by_role("button", name="核对并交办").click()
    assert page.locator("h1").inner_text() == "核对交办"
    page.locator("summary", has_text="为什么是这天").first.click()
    page.get_by_role("button", name="确认交办 1 件").click()
    assert "已交办 1 件" in page.locator(".messages").inner_text()
    assert Suggestion.objects.filter(state="registered").count() == 1


def test_a_stranger_sees_at_once_what_waits_where_and_since_when(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    page = signed_in(tell.cast.sun, "/admin/")
    assert "停得最久的是" in page.locator(".head__say").inner_text()
    first = page.locator("#stuck >> xpath=ancestor::section").locator("tbody tr").first
    assert "市住建局" in first.inner_text()
    assert "未签收" in first.inner_text()
    first.get_by_role("link", name="催办").click()
    page.locator("textarea[name=note]").fill("请尽快签收")
    page.get_by_role("button", name="催办").click()
    assert "已催办" in page.locator(".messages").inner_text()
    assert "请尽快签收" in page.locator(".line").inner_text()
    assert_clean(page)
