"""The console in Chromium: every page of ours is clean, fits, and answers for all rules of accessibility at 1280."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from accounts import imports
from deputies.models import Deputy, Term
from deputies.posters import issue
from ground import clock, jobs
from ground.models import Job
from suggestions.models import Cluster, Commitment, HotWord, Opinion, Suggestion
from suggestions.workflow import assignment as work
from tests.browser.conftest import assert_clean, assert_fits, axe, press
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
    "ratings/?tab=calls",
    "reports/handling/",
    "reports/units/",
    "reports/groups/",
    "reports/promises/",
    "reports/overdue/",
    "reports/opinions/",
    "reports/stations/",
    "reports/list/?kind=suggestion&key=total",
    "reports/mends/",
    "opinions/",
    "suggestions/",
    "hotspots/",
    "routing/",
    "handovers/",
    "organs/merge/",
    "organs/merge/?unit=dh-zjj&into=dh-jtj",
    "undelivered/",
    "posters/",
    "posters/new/?codes=D00001+S00001",
    "ledger/",
    "day/",
    "imports/",
    "imports/new/deputies.seat/",
    "rollovers/",
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
    hung = {"D00001": tell.cast.organs["dh-rd"].pk, "S00001": tell.cast.organs["qs-rd"].pk}
    issue(hung, size="a4", place="清水镇便民大厅", by=tell.cast.sun)
    month = clock.today().replace(day=1)
    spot = {"area": tell.cast.organs["dh-rd"], "month": month, "people": 12, "matters": 7}
    cluster = Cluster.objects.create(terms=["路灯", "晚上走路"], **spot)
    cluster.opinions.set(Opinion.objects.all())
    HotWord.objects.create(word="路灯", before=9, **spot)
    own.append(reverse("admin:hotspot", args=["cluster", cluster.pk]))
    own.append(
        reverse("admin:suggestion-verb", args=[Suggestion.objects.filter(state="registered").first().number, "assign"])
    )
    going = jobs.start("posters", by=tell.cast.sun, title="全市海报")
    Job.objects.filter(pk=going.pk).update(state="running", done=3, total=7, words="正在排第 3 张")
    own += ["/admin/jobs/", f"/admin/jobs/{going.pk}/"]
    own += imports_of(tell) + [f"/admin/rollovers/{a_new_term(tell).pk}/"]
    return [f"/admin/{path}" for path in PATHS] + own


def imports_of(tell: Narrator) -> list[str]:
    """An import in each standing: waiting for its columns, wrong, asking, applied (and to be undone), unreadable, busy."""
    head = "姓名,人大代码,届次,选区或选举单位\n"
    files = (
        "name,delegation\n林一,清水\n",
        head + "林一,dh-rd,99,一\n林二,dh-rd,19,二\n",
        head + "王 建国,dh-rd,19,三\n",
        head + "林三,dh-rd,19,四\n",
    )
    batches = [imports.bring("deputies.seat", file.encode(), name="代表名册.csv", by=tell.cast.sun) for file in files]
    batches.append(imports.bring("deputies.seat", imports.sheets.OLE, name="旧.xls", by=tell.cast.sun))
    jobs.run_waiting()
    imports.ask(batches[3], "apply", by=tell.cast.sun)
    jobs.run_waiting()
    batches.append(imports.bring("deputies.seat", files[1].encode(), name="代表名册.csv", by=tell.cast.sun))
    paths = [f"/admin/imports/{batch.pk}/" for batch in batches]
    return [*paths, f"{paths[0]}columns/", f"{paths[2]}?kind=asks", f"{paths[3]}undo/"]


def a_new_term(tell: Narrator) -> Term:
    term = tell.cast.terms["dh-rd"]
    return Term.objects.get_or_create(
        congress=term.congress, ordinal=term.ordinal + 1, defaults={"opens_on": clock.today()}
    )[0]


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
STOCK = ("deputies/deputy/", "deputies/seat/", "deputies/deputy/export/", "stations/venue/")


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
    press(page, page.get_by_role("button", name="核对并交办"))
    assert page.locator("h1").inner_text() == "核对交办"
    page.locator("summary", has_text="为什么是这天").first.click()
    press(page, page.get_by_role("button", name="确认交办 1 件"))
    assert "已交办 1 件" in page.locator(".messages").inner_text()
    assert Suggestion.objects.filter(state="registered").count() == 1


def test_a_stranger_sees_at_once_what_waits_where_and_since_when(tell: Narrator, signed_in: Callable[..., Any]) -> None:
    page = signed_in(tell.cast.sun, "/admin/")
    assert "停得最久的是" in page.locator(".head__say").inner_text()
    first = page.locator("#stuck >> xpath=ancestor::section").locator("tbody tr").first
    assert "市住建局" in first.inner_text()
    assert "未签收" in first.inner_text()
    press(page, first.get_by_role("link", name="催办"))
    page.locator("textarea[name=note]").fill("请尽快签收")
    press(page, page.get_by_role("button", name="催办"))
    assert "已催办" in page.locator(".messages").inner_text()
    assert "请尽快签收" in page.locator(".line").inner_text()
    assert_clean(page)


def test_without_script_a_table_is_brought_looked_at_applied_and_undone(
    tell: Narrator, signed_in: Callable[..., Any], tmp_path: Any
) -> None:
    file = tmp_path / "代表.csv"
    file.write_text("姓名,人大代码,届次\n林一,dh-rd,19\n", encoding="gb18030")
    page = signed_in(tell.cast.sun, "/admin/imports/", js=False)
    press(page, page.get_by_role("link", name="上传代表（含任职）"))
    page.locator("input[type=file]").set_input_files(str(file))
    press(page, page.get_by_role("button", name="上传并核对"))
    assert "刷新看进度" in page.content()
    jobs.run_waiting()
    page.reload()
    assert "新增 1 行" in page.locator("#sum + p").inner_text()
    press(page, page.get_by_role("button", name="确认导入"))
    jobs.run_waiting()
    page.reload()
    assert Deputy.objects.filter(name="林一").exists()
    press(page, page.get_by_role("link", name="撤销这次导入"))
    press(page, page.get_by_role("button", name="撤销这次导入"))
    jobs.run_waiting()
    page.reload()
    assert "已撤销" in page.locator("#sum").inner_text()
    assert not Deputy.objects.filter(name="林一").exists()
    assert_clean(page)
