"""Every number of every report is the length of the list behind it, for whoever may read it; and what reports are made of."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from accounts.models import Organ
from clocks.models import RulePolicy
from deputies.models import Plenary
from ground import clock, jobs, paper
from ground.files import read
from ground.models import Job
from suggestions import (
    sheets,
)
from suggestions.models import Opinion, Suggestion, TallyEvent
from suggestions.queries.counted import KINDS
from suggestions.queries.reported import Scope, numbers, period_of
from suggestions.reports import FEW, REPORTS, make
from suggestions.rules.desk import may_read_report
from suggestions.workflow import tallies
from tests.cast import Cast, people
from tests.suggestions.narrator import START
from tests.suggestions.world import tell

pytestmark = pytest.mark.django_db

NOW = START + timedelta(days=60)
# clerk of the city, of a district; leader of a township; street; council leader; special committee; government's office
READERS = ("chen", "liu", "han", "feng", "shi", "shen", "ma")
PERIODS = ("", "?period=2026&below=1", "?period=2026-03", "?period=2025-Q4")


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small world, told once for the module and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        tell(people())
        tallies.fold_all()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(told: None, db: None) -> Iterator[Cast]:
    with clock.at(NOW):
        yield people()


def enter(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def links(page: str, address: str) -> dict[str, int]:
    """Address of a list → the number that leads there."""
    found = re.findall(rf'<a href="({re.escape(address)}\?[^"]+)">(\d+)', page)
    return {html.unescape(url): int(n) for url, n in found}


def length(client: Client, url: str) -> int:
    """How many matters a list holds, on all its pages, with those it says it may not show."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    n = answer.context["hidden"]
    while True:
        n += len(answer.context["lines"])
        cursor = answer.context["page"].next
        if not cursor:
            return n
        answer = client.get(f"{url}&cursor={cursor}")


def disagreeing(client: Client, pages: list[str], address: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for page in pages:
        for url, n in links(client.get(page).content.decode(), address).items():
            if url not in found:
                found[url] = (n, length(client, url))
    return {url: pair for url, pair in found.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("who", READERS)
def test_every_number_agrees_with_its_list(world: Cast, who: str) -> None:
    codes = [code for code in REPORTS if may_read_report(world.users[who], code)]
    pages = [f"/admin/reports/{code}/{asked}" for code in codes for asked in PERIODS]
    assert disagreeing(enter(world, who), pages, "/admin/reports/list/") == {}


def test_the_office_of_the_city_has_numbers_of_every_kind(world: Cast) -> None:
    """The comparison above says nothing where nothing is linked: the clerk's reports link to every kind of list."""
    client = enter(world, "chen")
    pages = [client.get(f"/admin/reports/{code}/?period=2026&below=1").content.decode() for code in REPORTS]
    kinds = {re.search(r"kind=(\w+)", url)[1] for page in pages for url in links(page, "/admin/reports/list/")}
    assert kinds == {*KINDS, "seats"}


@pytest.mark.parametrize("who", ["chen", "ma"])
def test_the_numbers_of_a_session_and_of_a_term_agree_with_their_lists(world: Cast, who: str) -> None:
    """本次会议期间 counts what was raised at the session, whenever it happens; 本届 what happened since its first month."""
    client, term = enter(world, who), world.terms["dh-rd"]
    plenary = Plenary.objects.filter(term=term).latest("opens_on")
    met = Suggestion.objects.filter(congress=term.congress, assigned_at__isnull=False)
    met.update(plenary=plenary, in_session=True)
    TallyEvent.objects.bulk_create(
        [TallyEvent(kind="suggestion", matter=pk) for pk in met.values_list("pk", flat=True)]
    )
    tallies.fold_all()
    page = client.get("/admin/reports/units/").content.decode()
    for period in (f"s{plenary.pk}", f"t{term.pk}"):
        assert f'<option value="{period}">' in page
        codes = [code for code in REPORTS if may_read_report(world.users[who], code)]
        pages = [f"/admin/reports/{code}/?period={period}" for code in codes]
        assert disagreeing(client, pages, "/admin/reports/list/") == {}
    scope, place = Scope(term.congress), (term.congress_id,)
    raised, since = (
        numbers(["suggestion"], scope, period_of(period), "congress", actor=world.chen)[place]["suggestion.total"]
        for period in (f"s{plenary.pk}", f"t{term.pk}")
    )
    assert 0 < raised <= since


@pytest.mark.parametrize("who", ["zheng", "deng", "zhou", "ma"])
def test_a_desk_sees_its_own_numbers_and_their_lists(world: Cast, who: str) -> None:
    pages = ["/desk/statistics/", "/desk/statistics/?period=2026-03"]
    assert disagreeing(enter(world, who), pages, "/desk/statistics/list/") == {}


def test_a_desk_cannot_ask_for_the_numbers_of_another(world: Cast) -> None:
    client = enter(world, "zheng")
    asked = "kind=assignment&key=main&period=2026"
    assert client.get(f"/desk/statistics/list/?{asked}&unit=dh-zjj").status_code == 200
    assert client.get(f"/desk/statistics/list/?{asked}&unit=dh-jyj").status_code == 404
    assert client.get(f"/desk/statistics/list/?{asked}&organ=dh-gov").status_code == 404
    # The place of a row only narrows what the scope allows.
    other = Organ.objects.get(code="dh-jyj").pk
    narrowed = client.get(f"/desk/statistics/list/?{asked}&unit=dh-zjj&at_organ={other}")
    assert narrowed.context["lines"] == [] and narrowed.context["hidden"] == 0


@pytest.mark.parametrize(
    "asked", ["kind=opinion&key=nothing", "kind=votes&key=n", "kind=suggestion&key=total&at_venue=1", "kind=seats&key=all",
              "kind=opinion&key=received&at_organ=-1", "kind=opinion&key=received&at_organ=99999999999999999999", ""]
)  # fmt: skip
def test_a_number_nobody_counts_is_not_found(world: Cast, asked: str) -> None:
    assert enter(world, "chen").get(f"/admin/reports/list/?{asked}").status_code == 404


@pytest.mark.parametrize("code", ["2026-13", "2026-Q5", "20261", "２０２６", "s999999", "s", "x" * 500])
def test_a_period_that_cannot_be_read_is_this_year(world: Cast, code: str) -> None:
    assert period_of(code).code == "2026"


def test_an_office_counts_its_own_tree_alone(world: Cast) -> None:
    assert enter(world, "han").get("/admin/reports/opinions/?organ=dh-rd").status_code == 404
    assert enter(world, "chen").get("/admin/reports/opinions/?organ=qs-rd").status_code == 200


def test_what_is_said_under_avoidance_is_not_counted_for_whom_it_concerns(world: Cast) -> None:
    """The township does not hear of it, not even as a number; whoever holds it counts it."""
    hidden = Opinion.objects.get(avoided=True)
    period = period_of("2026")

    def received(who: str, organ: str) -> int:
        report = make("opinions", Scope(Organ.objects.get(code=organ)), period, world.users[who])
        return next(cell.links[0].n for column, (cell, *_) in report.tables[0].lines if column.label == "收件")

    town, city = Organ.objects.get(code="qs-rd"), hidden.above
    here = Opinion.objects.filter(town=town)
    assert received("han", "qs-rd") == here.exclude(avoided=True).count() == here.count() - 1
    assert received("chen", city.code) == Opinion.objects.filter(congress=city).count()


def test_a_unit_is_ranked_in_a_year_and_from_the_floor_on(world: Cast) -> None:
    city = Organ.objects.get(code="dh-rd")

    def rank(period: str) -> str:
        table = make("units", Scope(city), period_of(period), world.chen).tables[0]
        row = next(cells for label, cells in table.rows if label == "市住建局")
        return row[[column.label for column in table.columns].index("排名")].text

    assert rank("2026") == FEW
    RulePolicy.objects.create(organ=city, code="reports.rank_floor", version=1, value=2, valid_from="2026-01-01")
    assert rank("2026") == "1"
    assert rank("2026-03") == "—"


def test_rates_are_what_the_definitions_say(world: Cast) -> None:
    """Worked out by hand over the told world: the unit of each suggestion, its class, its rating."""
    report = make("handling", Scope(Organ.objects.get(code="dh-rd")), period_of("2026"), world.chen)
    told = {column.label: cell for column, (cell,) in report.tables[0].lines}
    n = {label: [link.n for link in cell.links] for label, cell in told.items()}
    assert n["总件数"] == [16] and n["撤回"] == [1] and n["已交办"] == [14]
    assert (
        n["办复率"] == [8, 14] and told["办复率"].text == "57.1%"
    )  # separate units: one of two has replied, it does not count
    assert n["结果满意"] == [3] and n["结果基本满意"] == [1] and n["结果不满意"] == [1]
    assert told["结果满意率"].text == "80.0%" and told["结果满意率（不含基本满意）"].text == "60.0%"
    assert n["退回补正"] == [1] and n["重新办理"] == [2]


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_report_is_saved_as_a_sheet_that_holds_numbers_and_no_formula(world: Cast) -> None:
    answer = enter(world, "chen").post(
        "/admin/reports/units/file/", {"format": "xlsx", "organ": "dh-rd", "period": "2026"}
    )
    book = load_workbook(BytesIO(answer.content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows[1][:3] == ["承办单位", "主办", "分办"]
    assert isinstance(next(row for row in rows if row[0] == "市住建局")[1], int)
    written = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert {"制表单位：市人大常委会", "制表人：陈立", "审核人："} <= set(written)
    assert any(cell.startswith("日期：2026") for cell in written)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert sheets.defused(text) == f"'{text}"


def test_a_report_is_saved_as_paper(world: Cast) -> None:
    if not paper.has_chinese():
        pytest.skip("no Chinese font on this machine")
    answer = enter(world, "chen").post(
        "/admin/reports/handling/file/", {"format": "pdf", "organ": "dh-rd", "period": "2026"}
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert all(words in text for words in ("代表建议办理情况总表", "制表单位", "制表人：陈立", "审核人", "办复率"))


def test_without_a_chinese_font_the_clerk_is_told_what_to_do(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "has_chinese", lambda: False)
    client = enter(world, "chen")
    answer = client.post(
        "/admin/reports/handling/file/", {"format": "pdf", "organ": "dh-rd", "period": "2026"}, follow=True
    )
    assert "没有中文字体" in answer.content.decode()


def test_a_long_report_is_made_by_a_job(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LONG", 3)
    client = enter(world, "chen")
    answer = client.post("/admin/reports/units/file/", {"format": "xlsx", "organ": "dh-rd", "period": "2026"})
    job = Job.objects.get()
    assert answer.url == f"/admin/jobs/{job.pk}/"
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done" and load_workbook(BytesIO(read(job.file))).worksheets[0]["A2"].value == "承办单位"


# -- what everybody reads ----------------------------------------------------------------------------------------------


def test_the_public_reads_the_solved_rate_beside_the_closed_rate_from_the_floor_on(world: Cast) -> None:
    page = Client().get("/statistics/?year=2026")
    whole = page.context["numbers"]["whole"]
    public = Opinion.objects.filter(avoided=False, submitted_at__year=2026)
    assert whole.received == public.count()
    assert whole.solved is None and "说的人太少" in page.content.decode()
    RulePolicy.objects.create(code="reports.public_floor", version=1, value=1, valid_from="2026-01-01")
    shown = Client().get("/statistics/?year=2026").context["numbers"]["whole"]
    assert shown.closed == round(100 * whole.closed_n / whole.owed)


def test_no_person_is_named_in_public_numbers(world: Cast) -> None:
    page = Client().get("/statistics/?year=2026").content.decode()
    assert not any(deputy.name in page for deputy in world.deputies.values())
