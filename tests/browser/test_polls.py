"""Polls in a browser: the ballot by hand with and without script, every page at its sizes, in both modes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ground import clock
from tests.browser.conftest import SIZES, assert_clean, axe, look_at, press, wrong_with
from tests.browser.test_deputy import cookies
from tests.cast import PASSWORD, people
from tests.votes.polling import START, Polling
from votes.models import Poll, RollLine
from votes.workflow import paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def unlock(page: Any, at: str) -> None:
    page.goto(at)
    page.fill("[name=password]", PASSWORD)
    press(page, "button:has-text('打开选票')")


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_of_a_voter_and_a_citizen_is_clean(
    page_at: Callable[..., Any], told: Polling, size: tuple[int, int], elder: bool
) -> None:
    told.seats(4)
    done = told.opened(mode="choose_n", rule={"most": 2, "pass": 1}, title="民生实事项目票决")
    for line in done.roll.select_related("seat__deputy"):
        told.vote(done, line.seat, "110")
    told.published(told.counted(told.closed(done)))
    poll = told.opened(mode="choose_n", rule={"most": 2})
    cast = told.opened()
    told.vote(cast, told.cast.seat("D00001"), "+-0")
    page = page_at(*size, elder=elder, cookies=cookies(told.cast.wang))
    at = f"/my/polls/{poll.number}/"
    paths = ("/my/", "/my/me/", "/my/polls/", at, f"/my/polls/{cast.number}/receipt/", f"/my/polls/{done.number}/",
             "/polls/", f"/polls/{done.number}/")  # fmt: skip
    found = look_at(page, paths)
    unlock(page, at)
    found += wrong_with(page, "ballot")
    while page.locator("button:has-text('下一项')").count():
        press(page, "button:has-text('下一项')")
    press(page, "button:has-text('核对选票')")
    found += wrong_with(page, "check")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("js", [True, False], ids=["script", "plain"])
def test_a_ballot_is_cast_by_hand(page_at: Callable[..., Any], told: Polling, js: bool) -> None:
    poll = told.opened(mode="choose_n", rule={"most": 2})
    page = page_at(js=js, cookies=cookies(told.cast.wang), path="/my/")
    press(page, f"text={poll.title}")
    page.fill("[name=password]", PASSWORD)
    press(page, "button:has-text('打开选票')")
    for n in (1, 2, 3):
        page.check(f"[name=m{n}][value='1']")
    if js:
        assert page.inner_text("[data-left]") == "多选了 1 项，请去掉"
    press(page, "button:has-text('核对选票')")
    assert "请去掉 1 项" in page.inner_text(".errors")
    assert page.is_checked("[name=m3][value='1']"), "what was marked is kept"
    page.check("[name=m3][value='0']")
    press(page, "button:has-text('核对选票')")
    press(page, "button:has-text('返回修改')")
    assert page.is_checked("[name=m1][value='1']")
    press(page, "button:has-text('核对选票')")
    press(page, "button:has-text('存入选票')")
    assert "已存入" in page.inner_text("h1")
    assert RollLine.objects.filter(poll=poll, channel="online").count() == 1
    if js:
        assert_clean(page)


def test_the_elder_ballot_goes_question_by_question(page_at: Callable[..., Any], told: Polling) -> None:
    poll = told.opened(secret=False)
    page = page_at(elder=True, js=False, cookies=cookies(told.cast.wang))
    unlock(page, f"/my/polls/{poll.number}/")
    page.check("label:has-text('赞成')")
    press(page, "button:has-text('下一项')")
    press(page, "button:has-text('上一项')")
    assert page.is_checked("[value='+']")
    press(page, "button:has-text('下一项')")
    page.check("label:has-text('反对')")
    press(page, "button:has-text('下一项')")
    press(page, "button:has-text('核对选票')")
    assert [one.strip() for one in page.locator("main strong").all_inner_texts()] == ["赞成", "反对", "弃权"]
    press(page, "button:has-text('存入选票')")
    assert "已存入" in page.inner_text("h1")


def test_the_pages_of_the_console_are_clean(page_at: Callable[..., Any], told: Polling) -> None:
    seats = told.seats(6)
    done = told.opened(mode="choose_n", rule={"most": 2, "pass": 1}, title="民生实事项目票决")
    for line in done.roll.select_related("seat__deputy"):
        told.vote(done, line.seat, "110")
    told.published(told.counted(told.closed(done)))
    draft, proposed = told.appointed(title="议事规则表决"), told.proposed(title="预算表决")
    keyed = told.keyed(title="决算表决")
    poll = told.opened(mode="choose_n", rule={"most": 2})
    told.hand_out(poll, *seats[:2])
    closed = told.opened(title="测评")
    told.hand_out(closed, seats[0], seats[1])
    closed = told.closed(closed)
    tang, cai, he = (told.user(user) for user in (told.cast.tang, told.cast.cai, told.cast.he))
    first = paper.open_batch(told.fresh(closed), by=tang, voter_class="deputies", issued=1)
    second = paper.open_batch(told.fresh(closed), by=tang, voter_class="deputies", issued=1)
    marks = [(n, "+", 1) for n in (1, 2, 3)]
    paper.key(second, by=cai, returned=1, spoiled=0, marks=marks)
    paper.key(type(second).objects.get(pk=second.pk), by=he, returned=1, spoiled=1, marks=[])
    plain = told.closed(told.opened(title="没有纸质票"))
    console = "/admin/polls/"
    pages = {
        "chen": ["/admin/polls/", "/admin/polls/new/", f"{console}{draft.number}/", f"{console}{draft.number}/revise/",
                 f"{console}{draft.number}/appoint/", f"{console}{draft.number}/excuse/", f"{console}{draft.number}/propose/",
                 f"{console}{done.number}/", f"{console}{poll.number}/projector/", f"{console}{done.number}/projector/",
                 f"{console}{done.number}/print/"],
        "shi": [f"{console}{proposed.number}/", f"{console}{proposed.number}/slip/", f"{console}{proposed.number}/slips/make_keys/",
                f"{console}{keyed.number}/slips/open/", f"{console}{plain.number}/slips/count/", f"{console}{poll.number}/",
                f"{console}{poll.number}/paper/", f"{console}{poll.number}/cancel_paper/", f"{console}{closed.number}/",
                f"{console}{closed.number}/roll/", f"{console}{poll.number}/void/", f"/admin/batches/{second.pk}/settle/"],
        "zhao": ["/admin/"],
        "cai": [f"/admin/batches/{first.pk}/key/"],
    }  # fmt: skip
    found = []
    for who, paths in pages.items():
        page = page_at(1280, 800, cookies=cookies(told.user(told.cast.users[who])))
        found += look_at(page, paths)
    assert not found, "\n".join(found)


def test_an_officer_takes_a_slip_once(page_at: Callable[..., Any], told: Polling) -> None:
    poll = told.proposed()
    page = page_at(1280, 800, cookies=cookies(told.user(told.cast.zhao)), path=f"/admin/polls/{poll.number}/")
    press(page, "a:has-text('领取密语纸条')")
    press(page, "button:has-text('显示我的开箱密语')")
    code = page.inner_text(".slipcard__code").split()
    assert [len(group) for group in code] == [5, 5, 5, 5, 5, 2]
    assert_clean(page)
    axe(page)
    assert Poll.objects.get(pk=poll.pk).public_key is None
