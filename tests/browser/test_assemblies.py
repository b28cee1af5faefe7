"""A street's assembly in a browser: every page of member, unit, committee and citizen; the main tasks by hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ground import clock
from tests.browser.conftest import SIZES, assert_clean, look_at, press
from tests.browser.test_deputy import cookies
from tests.cast import people
from tests.votes.assembling import START, Assembling
from votes.models import AssemblyOpinion
from votes.workflow import assembly as assemblies, assembly_opinion as opinions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        made = Assembling(people())
        made.sitting(6)
        yield made


def a_full_street(told: Assembling) -> dict[str, list[str]]:
    """Something on every page; who opens which."""
    done = opinions.publish(told.done(), by=told.feng)
    held = told.open_meeting()
    poll = told.opened_poll(held)
    for member in told.people[:5]:
        told.vote(poll, member, "++-")
    told.published_poll(poll)
    assemblies.close(told.fresh(held), by=told.feng, minutes="听取并讨论了各项报告。")
    coming = told.convened()
    draft = told.planned()
    now = told.open_meeting()
    voting = told.opened_poll(now)
    candidate, publicised = told.candidate("林一"), told.publicised("郑二")
    replied, assigned, filed = told.replied(), told.assigned(), told.filed()
    returned = opinions.send_back(told.filed(title="楼道堆物"), by=told.feng, reason="请写明几号楼。")
    my, desk, office, body = "/my/assembly", "/desk/assembly-opinions/", "/admin/assembly", "/admin/assemblies/"
    return {
        "cao": ["/my/", "/my/me/", f"{my}/", f"{my}-opinions/", f"{my}-opinions/?tab=others", f"{my}-opinions/new/",
                f"{my}-opinions/{done.number}/", f"{my}-opinions/{replied.number}/rate/", f"{my}-opinions/{returned.number}/complete/",
                f"{my}-meetings/{coming.number}/", f"{my}-meetings/{coming.number}/ask_leave/", f"{my}-meetings/{held.number}/",
                f"/my/polls/{voting.number}/", f"/my/polls/{poll.number}/"],
        "gao": ["/desk/", desk, f"{desk}{assigned.number}/", f"{desk}{assigned.number}/reply/", f"{desk}{replied.number}/"],
        "nobody": ["/assemblies/", "/assemblies/bh-gw-1/", f"/assembly-opinions/{done.number}/", f"/assembly-meetings/{held.number}/",
                   f"/polls/{poll.number}/"],
        "feng": ["/admin/", f"{body}", f"{body}new/",
                 f"{body}bh-gw-1/", f"{body}bh-gw-1/members/new/",
                 f"{body}bh-gw-1/meetings/new/", f"{office}-members/{candidate.number}/",
                 f"{office}-members/{publicised.number}/", f"{office}-members/{candidate.number}/review/",
                 f"{office}-meetings/{draft.number}/", f"{office}-meetings/{draft.number}/revise/",
                 f"{office}-meetings/{coming.number}/", f"{office}-meetings/{coming.number}/take_attendance/",
                 f"{office}-meetings/{held.number}/", f"{office}-meetings/{held.number}/report/",
                 f"{office}-meetings/{coming.number}/poll/", f"{office}-opinions/", f"{office}-opinions/{replied.number}/",
                 f"{office}-opinions/{filed.number}/send_back/", f"{office}-opinions/{assigned.number}/publish/",
                 f"{office}-opinions/{assigned.number}/reassign/", f"/admin/polls/{poll.number}/",
                 f"/admin/polls/{voting.number}/projector/",
                 "/admin/polls/", "/admin/supervise/"],
    }  # fmt: skip


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("size", SIZES, ids=[f"{width}" for width, _ in SIZES])
def test_every_page_of_member_unit_and_citizen_is_clean(
    page_at: Callable[..., Any], told: Assembling, size: tuple[int, int], elder: bool
) -> None:
    paths, found = a_full_street(told), []
    for who in ("cao", "gao", "nobody"):
        signed_in = cookies(told.user(told.cast.users[who])) if who != "nobody" else {}
        found += look_at(page_at(*size, elder=elder, cookies=signed_in), paths[who])
    assert not found, "\n".join(found)


def test_the_pages_of_the_committee_are_clean(page_at: Callable[..., Any], told: Assembling) -> None:
    paths = a_full_street(told)
    found = look_at(page_at(1280, 800, cookies=cookies(told.feng)), paths["feng"])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("js", [True, False], ids=["script", "plain"])
def test_an_opinion_goes_from_the_members_phone_to_the_unit_and_back(
    page_at: Callable[..., Any], told: Assembling, js: bool
) -> None:
    told.clerk("bh-jdb")
    member = page_at(js=js, cookies=cookies(told.user(told.cast.cao)), path="/my/")
    press(member, "main a:has-text('提意见')")
    member.fill("[name=title]", "桥东路路灯不亮")
    press(member, "button:has-text('提交意见')")
    assert "请填写" in member.inner_text(".errors")
    assert member.input_value("[name=title]") == "桥东路路灯不亮", "what was typed is kept"
    member.fill("[name=text]", "路灯坏了两个月。")
    press(member, "button:has-text('提交意见')")
    number = AssemblyOpinion.objects.get().number
    office = page_at(1280, 800, js=js, cookies=cookies(told.feng), path=f"/admin/assembly-opinions/{number}/")
    press(office, "button:has-text('受理')")
    press(office, "a:has-text('交办')")
    office.select_option("[name=organ]", label="北河街道办事处")
    press(office, "button:has-text('交办')")
    assert "高峰" not in office.inner_text("main") and "北河街道办事处" in office.inner_text("main")
    unit = page_at(js=js, cookies=cookies(told.user(told.cast.gao)), path="/desk/")
    press(unit, "a:has-text('桥东路路灯不亮')")
    press(unit, "main a:has-text('答复')")
    unit.fill("[name=text]", "已更换 18 盏路灯。")
    press(unit, "main button:has-text('答复')")
    member.goto("/my/")
    press(member, "a:has-text('桥东路路灯不亮')")
    press(member, "main a:has-text('评价答复')")
    member.check("[name=grade][value=dissatisfied]")
    press(member, "main button:has-text('评价答复')")
    assert "哪里不满意" in member.inner_text(".errors")
    member.fill("[name=text]", "还有三盏不亮。")
    press(member, "main button:has-text('评价答复')")
    assert AssemblyOpinion.objects.get().state == "redoing"
    for page in (member, office, unit):
        if js:
            assert_clean(page)


def test_a_meeting_is_held_by_hand(page_at: Callable[..., Any], told: Assembling) -> None:
    page = page_at(1280, 800, cookies=cookies(told.feng), path="/admin/assemblies/bh-gw-1/")
    press(page, "a:has-text('筹备会议')")
    page.fill("[name=starts_at]", "2026-04-01T09:00")
    page.fill("[name=place]", "街道会议室")
    page.fill("[name=projects]", "票选街道民生实事项目")
    press(page, "main button:has-text('筹备会议')")
    press(page, "button:has-text('通知开会')")
    assert not page.locator("main button:has-text('宣布开会')").count(), "nobody has come yet"
    press(page, "main a:has-text('登记到会')")
    for member in told.people[:4]:
        page.check(f"[name=m{member.pk}][value=present]")
    press(page, "main button:has-text('登记到会')")
    assert "可以宣布开会" in page.inner_text(".now")
    press(page, "button:has-text('宣布开会')")
    press(page, "a:has-text('建立建议投票')")
    page.fill("[name=title]", "票选街道民生实事项目")
    page.check("[name=mode][value=per_item]")
    page.fill("[name=options]", "路灯更新\n口袋公园")
    press(page, "main button:has-text('建立投票')")
    assert "议事建议，不具有法定表决效力" in page.inner_text("main")
    assert_clean(page)
