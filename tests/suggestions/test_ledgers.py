"""Ledgers: what happened, without names, and never a formula in a cell."""

import io
from datetime import date

import pytest
from django.test import Client
from openpyxl import load_workbook

from ground import clock, jobs
from ground.files import read
from ground.ledgers import Ledger, xlsx
from ground.models import AuditLine, Job
from suggestions import (
    ledgers,
)
from suggestions.models import Opinion
from suggestions.views.staff import printing
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator


@pytest.fixture(autouse=True)
def at_start():
    with clock.at(START):
        yield


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who], backend="accounts.signin.PhoneBackend")
    return client


def cells(content: bytes) -> list[list[str]]:
    return [
        [str(cell or "") for cell in row]
        for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    ]


def test_no_cell_is_a_formula_and_the_foot_says_who_and_when() -> None:
    rows = [["=HYPERLINK(1)", "+1", "-2", "@x", "平常"]]
    content = xlsx(Ledger("=台账", list("甲乙丙丁戊"), rows, "清水站", "周静", date(2026, 3, 2)))
    sheet = load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} == {"s"}
    assert [cell.value for cell in sheet[3]] == ["'=HYPERLINK(1)", "'+1", "'-2", "'@x", "平常"]
    assert sheet[1][0].value == "'=台账"
    assert sheet[4][0].value == "制表单位：清水站　　制表人：周静　　制表日期：2026年3月2日"


def test_a_stations_ledger_has_its_month_and_nobodys_name(cast: Cast) -> None:
    c = Citizens(cast)
    opinion = c.claimed(contact_name="李女士", phone="19900007777", place="清水镇人民路 18 号门口")
    rated = c.closed("satisfied")
    zhou = signed_in(cast, "zhou")
    answer = zhou.get(f"/desk/ledger/?month={START:%Y-%m}&as=xlsx")
    table = cells(answer.content)
    assert table[1] == list(ledgers.RECEPTION)
    by_number = {row[1]: row for row in table[2:-1]}
    assert set(by_number) == set(Opinion.objects.filter(station=cast.venues["S00001"]).values_list("number", flat=True))
    assert by_number[opinion.number][5] == "清水镇人民路"
    assert by_number[opinion.number][6] == "王建国代表"
    assert by_number[rated.number][8].startswith("满意")
    for said in (str(table), zhou.get(f"/desk/ledger/?month={START:%Y-%m}").content.decode()):
        assert opinion.number in said
        for secret in ("李女士", "19900007777", "18 号"):
            assert secret not in said
    assert opinion.number not in zhou.get("/desk/ledger/?month=2020-01").content.decode()
    assert AuditLine.objects.filter(act="suggestions.export_reception").count() == 1


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "'; --", "9999-99"])
def test_a_month_that_cannot_be_read_is_this_month(cast: Cast, month: str) -> None:
    answer = signed_in(cast, "zhou").get("/desk/ledger/", {"month": month, "venue": "S99999"})
    assert f"{START.year}年{START.month}月" in answer.content.decode()


def test_what_must_not_be_seen_at_the_station_is_not_in_its_ledger(cast: Cast) -> None:
    hidden = Citizens(cast).say(concerns=["station"])
    said = signed_in(cast, "zhou").get(f"/desk/ledger/?month={START:%Y-%m}").content.decode()
    assert hidden.number not in said


def test_the_ledger_of_a_session_has_every_registered_suggestion_in_order(cast: Cast) -> None:
    tell = Narrator(cast)
    first = tell.replied(result_class="A")
    tell.registered(tell.cosigned(title="=1+1 的建议"))
    unsent = tell.cosigned(title="没有提交的建议")
    chen = signed_in(cast, "chen")
    (asked, name), *_ = ledgers.sessions(cast.chen)
    table = cells(chen.post("/admin/ledger/file/", {"session": asked}).content)
    assert name in table[0][0]
    rows = table[2:-1]
    assert rows[0][1:4] == [first.register_display, first.title, "王建国"]
    assert rows[0][9] == "A"
    assert rows[1][2] == "'=1+1 的建议"
    assert unsent.title not in str(table)
    assert first.register_display in chen.get("/admin/ledger/").content.decode()
    assert AuditLine.objects.filter(act="suggestions.export_ledger").exists()


def test_a_name_to_be_kept_secret_is_not_in_the_ledger(cast: Cast) -> None:
    tell = Narrator(cast)
    tell.registered(tell.cosigned(confidential=True))
    said = signed_in(cast, "chen").get("/admin/ledger/").content.decode()
    assert "（保密）" in said
    assert ">王建国<" not in said


def test_the_days_list_of_the_office_is_a_sheet(cast: Cast) -> None:
    tell = Narrator(cast)
    submitted = tell.submitted()
    assert submitted.title not in signed_in(cast, "chen").get("/admin/day/").content.decode()
    with clock.at(submitted.next_due_at):
        assert submitted.title in signed_in(cast, "chen").get("/admin/day/").content.decode()


def test_a_long_ledger_shows_its_first_rows_and_is_made_by_a_job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST", 1)
    tell = Narrator(cast)
    first, second = tell.registered(), tell.registered(tell.cosigned(title="第二件"))
    chen = signed_in(cast, "chen")
    page = chen.get("/admin/ledger/").content.decode()
    assert "共 2 件，这里只列前 1 件" in page
    assert first.register_display in page and second.register_display not in page
    (asked, _), *_ = ledgers.sessions(cast.chen)
    answer = chen.post("/admin/ledger/file/", {"session": asked})
    jobs.run_waiting()
    job = Job.objects.get()
    assert answer.url == f"/admin/jobs/{job.pk}/"
    assert (job.state, job.words.endswith("共 2 件。")) == ("done", True)
    rows = cells(read(job.file))[2:-1]
    assert [row[1] for row in rows] == [first.register_display, second.register_display]
    assert chen.post("/admin/ledger/file/", {"session": "999b"}).status_code == 404
