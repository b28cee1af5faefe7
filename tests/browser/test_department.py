"""办理台 in a browser: every page of units, governments and stations at three sizes, in both modes; the main tasks by hand."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from ground import clock
from ground.workflow import CodeHolder
from suggestions.models import Assignment, Opinion, Suggestion
from suggestions.workflow import assignment as work, opinion as opinions
from suggestions.workflow.files import add_file
from tests.browser.conftest import SIZES, assert_clean, assert_fits, axe, press
from tests.cast import people
from tests.suggestions.citizens import Citizens, later
from tests.suggestions.narrator import PROMISE, START, Narrator

pytestmark = pytest.mark.django_db(transaction=True)

SEWER = "清水花园小区 3 号楼前的污水井盖松动，老人推着轮椅过不去。"
PLANT = "镇东化工厂夜里排放刺鼻的气味，附近三个村都闻得到，孩子咳嗽。"


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def a_photo() -> bytes:
    out = BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def a_full_desk(tell: Narrator) -> list[tuple[User, str]]:
    """Something under every tile and tab; answers who opens which page."""
    cast, c = tell.cast, Citizens(tell.cast)

    def fresh(title: str) -> Suggestion:
        return tell.cosigned(title=title)

    late = tell.signed(suggestion=fresh("关于整治柳河片区河道水环境并建立长效管护机制的建议"))
    old_man = c.accepted(
        c.at_station("柳溪村口的井盖坏了。", by=cast.zhou, channel="station", tell_by="visit", contact_name="孙大爷")
    )
    promised = tell.promised(due_on=str((clock.now() + timedelta(days=60)).date()))
    later(days=85)
    tell.assigned(suggestion=fresh("关于优化北苑新村停车资源共享的建议"))
    tell.assigned(suggestion=fresh("关于中小学校门口交通秩序整治的建议"))
    both = tell.signed(
        ("dh-zjj", "main"), ("dh-jyj", "assist"), mode="main_assist", suggestion=fresh("关于加装电梯的建议")
    )
    add_file(both, by=cast.wang, data=a_photo())
    part = tell.of(both)
    tell.talk(part)
    promise = PROMISE | {"due_on": str((clock.now() + timedelta(days=200)).date())}
    work.draft_reply(
        part, by=cast.gao, text="已会同有关单位到现场。", result_class="B", publicity="full", commitments=[promise]
    )
    returned = tell.replied(tell.signed(suggestion=fresh("关于增设人民广场公交站点的建议")))
    work.return_reply(tell.of(returned), by=cast.chen, reason_code="not_point_by_point", note="请逐条答复第二点")
    tell.assigned(("dh-gov", "main"), suggestion=fresh("关于全市统筹建设充电设施的建议"))
    handed = tell.assigned(("dh-gov", "main"), suggestion=fresh("关于城乡公交一体化的建议"))
    units = [(cast.organs["dh-jtj"], "main")]
    work.dispatch(tell.of(handed, "dh-gov"), by=cast.ma, handlers=units)
    work.object(tell.of(handed, "dh-jtj"), by=cast.ye, reason="公交运营已划转到国资平台")

    sent = opinions.refer(
        c.claimed(content=SEWER, place="清水花园小区 3 号楼"), by=cast.chen, organ="dh-zjj", note="请到现场看看"
    )
    asked = opinions.refer(c.claimed(content=PLANT), by=cast.chen, organ="dh-zjj")
    opinions.report(asked, by=cast.gao, text="已联合生态环境部门夜查，责令停产整改。", solved="partly")
    c.say("变压器外壳漏电，旁边就是小学。", urgency="hazard")
    screening = c.say("人民路早高峰堵车。")
    photo = c.accepted(c.at_station(SEWER, phone="19900007777", contact_name="钱大爷"))
    opinions.add_photo(photo, by=CodeHolder(photo.number), data=a_photo())
    answered = c.replied()
    later(hours=30)

    def desk(name: str, *args: Any) -> str:
        return reverse(f"department:{name}", args=args)

    unit, station = cast.zheng, cast.wu
    of_unit = ["/desk/", "/desk/?show=late", "/desk/day/", "/desk/statistics/", "/desk/devices/"]
    of_unit += [desk("suggestions"), f"{desk('suggestions')}?tab=all", desk("opinions"), f"{desk('opinions')}?tab=all"]
    of_unit += [desk("notices")]
    of_unit += [desk("suggestion", row.number) for row in (late, both, returned, promised.suggestion)]
    of_unit += [desk("assignment-verb", part.pk, verb) for verb in ("record_contact", "draft_reply", "ask_extension")]
    of_unit += [desk("commitment-verb", promised.pk, "report_commitment")]
    of_unit += [
        desk("opinion", sent.number),
        desk("opinion", asked.number),
        desk("opinion-verb", sent.number, "report"),
    ]
    of_station = ["/desk/", "/desk/statistics/", desk("reception"), desk("screening"), desk("tellings"), desk("opinion-file"),
                  desk("posters"), desk("ledger"), desk("opinions"),
                  f"{desk('opinions')}?tab=all", f"{desk('opinions')}?q=路灯", "/desk/day/"]  # fmt: skip
    of_station += [desk("opinion", row.number) for row in (photo, old_man, answered, sent)]
    of_station += [desk("opinion-verb", screening.number, verb) for verb in ("accept", "reject", "merge", "avoid")]
    of_station += [desk("opinion-verb", old_man.number, "record_told"), desk("opinion-verb", answered.number, "rate")]
    of_station += [desk("opinion-contact", photo.number), desk("opinion-slip", photo.number)]
    table = Assignment.objects.get(organ=cast.organs["dh-gov"], state="pending_dispatch")
    of_office = ["/desk/", desk("dispatch"), f"{desk('dispatch')}?tab=objections", f"{desk('dispatch')}?tab=units",
                 desk("suggestion", handed.number), desk("assignment-verb", table.pk, "dispatch")]  # fmt: skip
    pages = [(unit, path) for path in of_unit] + [(station, path) for path in of_station]
    return pages + [(cast.ma, path) for path in of_office] + [(cast.jiang_min, "/desk/")]


@pytest.fixture
def signed_in(page_at: Callable[..., Any]) -> Callable[..., Any]:
    def open_as(user: User, path: str = "", width: int = 390, height: int = 844, **more: Any) -> Any:
        client = Client()
        client.force_login(user)
        return page_at(width, height, path=path, cookies={"sessionid": client.cookies["sessionid"].value}, **more)

    return open_as


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_every_page_is_clean_accessible_and_fits(tell: Narrator, signed_in: Callable[..., Any], elder: bool) -> None:
    pages = a_full_desk(tell)
    for user in dict.fromkeys(user for user, _ in pages):
        for width, height in SIZES:
            page = signed_in(user, "", width, height, elder=elder)
            for path in [path for who, path in pages if who == user]:
                response = page.goto(path)
                assert response.status == 200, path
                assert_fits(page)
                assert_clean(page)
                if width != 320:
                    axe(page)
        large = signed_in(user, "", 390, 844, elder=elder, zoom=200)
        for path in [path for who, path in pages if who == user]:
            large.goto(path)
            assert_fits(large)


def test_without_script_a_clerk_signs_talks_and_drafts_and_the_lead_issues(
    tell: Narrator, signed_in: Callable[..., Any]
) -> None:
    row = tell.assigned(suggestion=tell.cosigned(title="关于加装电梯的建议"))
    clerk = signed_in(tell.cast.gao, "/desk/", js=False)
    press(clerk, clerk.get_by_role("button", name="签收"))
    assert "已签收" in clerk.locator(".messages").inner_text()
    press(clerk, clerk.get_by_role("link", name="记录沟通"))
    clerk.get_by_label("面谈").check()
    clerk.locator("textarea[name=summary]").fill("到小区看了现场，代表同意分两期加装")
    press(clerk, clerk.get_by_role("button", name="记录沟通"))
    press(clerk, clerk.get_by_role("link", name="起草答复"))
    clerk.locator("textarea[name=text]").fill("已会同街道到现场，先行加装三部电梯。")
    clerk.get_by_label("A 类：已解决或基本解决").check()
    clerk.get_by_label("全文公开").check()
    press(clerk, clerk.get_by_role("button", name="起草答复"))
    assert "草稿已保存" in clerk.locator(".messages").inner_text()
    lead = signed_in(tell.cast.zheng, "/desk/", js=False)
    press(lead, lead.get_by_role("link", name="签发答复"))
    assert lead.locator("textarea[name=text]").input_value() == "已会同街道到现场，先行加装三部电梯。"
    press(lead, lead.get_by_role("button", name="签发答复"))
    assert "答复已签发" in lead.locator(".messages").inner_text()
    assert Suggestion.objects.get(pk=row.pk).state == "replied"
    assert_clean(clerk)
    assert_clean(lead)


def test_without_script_an_old_man_without_a_phone_goes_home_with_a_slip(
    tell: Narrator, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(tell.cast.zhou, "/desk/reception/", js=False)
    press(page, page.get_by_role("link", name="替来人登记一件事"))
    press(page, page.get_by_role("button", name="登记并打印回执"))
    assert page.title().startswith("有 4 处需要修改")
    page.locator("select[name=category]").select_option("urban")
    page.locator("textarea[name=content]").fill("村口的井盖坏了，晚上看不见。")
    page.locator("input[name=contact_name]").fill("孙大爷")
    page.get_by_label("来站告知").check()
    page.get_by_text("已向本人说明").click()
    press(page, page.get_by_role("button", name="登记并打印回执"))
    opinion = Opinion.objects.get()
    slip = page.locator(".slip").inner_text().replace("\u00a0", "")
    assert opinion.number in slip and opinion.query_code in slip and "0990-8500011" in slip
    page.reload()
    assert opinion.query_code not in page.locator(".slip").inner_text().replace("\u00a0", "")
    assert_clean(page)


def test_on_paper_the_slip_is_nothing_but_the_slip(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    opinion = Citizens(tell.cast).at_station()
    page = signed_in(tell.cast.zhou, f"/desk/opinions/{opinion.number}/slip/", 1280, 800)
    page.emulate_media(media="print")
    assert not page.locator(".appbar").is_visible() and not page.locator(".sidenav").is_visible()
    assert page.locator(".slip").is_visible() and not page.locator(".head").is_visible()


def test_on_a_phone_the_menu_is_a_sheet_that_opens_without_script(
    tell: Narrator, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(tell.cast.zhou, "/desk/", js=False)
    assert not page.locator(".sidenav").is_visible()
    page.get_by_role("link", name="菜单", exact=True).click()
    press(page, page.locator(".sidenav").get_by_role("link", name="待审核"))
    assert page.locator("h1").inner_text() == "待审核"


def test_several_are_signed_for_in_one_press(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    for n in range(3):
        tell.assigned(suggestion=tell.cosigned(title=f"关于第 {n + 1} 条路的建议"))
    page = signed_in(tell.cast.gao, "/desk/suggestions/", 1280, 800, js=False)
    for box in page.locator("input[name=key]").all()[:2]:
        box.check()
    press(page, page.get_by_role("button", name="签收选中的"))
    assert "已签收 2 件" in page.locator(".messages").inner_text()
    assert Assignment.objects.filter(state="signed").count() == 2


def test_by_keyboard_the_error_summary_leads_to_the_field(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    part = tell.of(tell.signed())
    page = signed_in(tell.cast.gao, f"/desk/assignments/{part.pk}/record_contact/", 1280, 800)
    page.get_by_role("button", name="记录沟通").press("Enter")
    page.wait_for_selector(".errors:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "method"
