"""Posters on paper: what a decoder reads from them, what fits, who may print whose, and a whole city by a job."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from deputies import workflow as seats
from deputies.models import Poster, PosterScans
from ground import jobs, paper
from ground.models import Job
from stations import posters, tasks, workflow as venues
from tests.cast import Cast
from tests.factories import a_seat, a_venue

needs_font = pytest.mark.skipif(not paper.has_chinese(), reason="no Chinese font here: apt-get install fonts-noto-cjk")
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def without_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(paper, "has_chinese", lambda: False)
    yield


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who], backend="accounts.signin.PhoneBackend")
    return client


def order(client: Client, **body: object) -> object:
    return client.post("/admin/posters/new/", {"what": "codes", "size": "a4", "place": "", **body})


def words_of(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def picture(content: bytes, dpi: int = 150) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=dpi / 72).to_pil()


@needs_font
@pytest.mark.parametrize(("size", "paper_size"), [("a4", (595, 842)), ("a6", (298, 420))])
def test_a_decoder_reads_the_printed_code_and_the_address_answers_and_counts(cast: Cast, size, paper_size) -> None:
    answer = order(signed_in(cast, "chen"), codes="D00001", size=size, place="清水镇便民大厅")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    page = PdfReader(io.BytesIO(answer.content)).pages[0]
    assert tuple(round(float(side)) for side in (page.mediabox.width, page.mediabox.height)) == paper_size
    poster = Poster.objects.get()
    for shot in (picture(answer.content), picture(answer.content, 300).convert("1")):
        found = zxingcpp.read_barcodes(shot.convert("L"))
        assert [one.text for one in found] == [f"{settings.PUBLIC_URL}/d/D00001/?p={poster.pk}"]
        assert found[0].ec_level == "Q"
    visit = Client(headers=PHONE).get(found[0].text.removeprefix(settings.PUBLIC_URL))
    assert visit.status_code == 200
    assert PosterScans.objects.get().n == 1


@needs_font
def test_the_sheet_says_what_the_design_asks_in_its_order(cast: Cast) -> None:
    (said,) = words_of(order(signed_in(cast, "chen"), codes="D00001", place="清水镇便民大厅").content)
    wanted = ("东湖市人民代表大会", "有事找代表", "王建国", "代表团", "代表码D00001", "微信扫一扫，说说身边事", "请核对网址",
              "不方便扫码，请拨打", "清水镇便民大厅")  # fmt: skip
    places = [said.find(words) for words in wanted]
    assert -1 not in places, said
    assert places == sorted(places)


@needs_font
def test_a_venues_sheet_bears_its_kind_and_who_receives(cast: Cast) -> None:
    point = a_venue(cast, name="柳溪村联系点", kind="point", parent=cast.venues["S00001"])
    (said,) = words_of(order(signed_in(cast, "chen"), codes=point.code).content)
    for words in ("柳溪村联系点", "基层联系点", f"站点码{point.code}", f"由{cast.venues['S00001'].name}接收"):
        assert words in said


@needs_font
@pytest.mark.parametrize("name", ["龘靐齉", "𠮷田", "阿卜杜热西提·麦麦提艾力", "王建国"])
@pytest.mark.parametrize("size", ["a4", "a6"])
def test_long_and_rare_names_stay_on_one_page_in_one_line(cast: Cast, name: str, size: str) -> None:
    seat = a_seat(cast, name=name)
    content = order(signed_in(cast, "chen"), codes=seat.deputy.code, size=size).content
    (said,) = words_of(content)
    assert name in said
    assert smallest_type(content) >= 9


def smallest_type(content: bytes) -> float:
    """Points of the smallest letters on the first page."""
    seen: list[float] = []
    page = PdfReader(io.BytesIO(content)).pages[0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, font, size: seen.append(abs(size * tm[3] * cm[3])) if text.strip() else None
    )
    return round(min(seen), 2)


@needs_font
def test_the_longest_venue_keeps_its_telephone_on_the_card(cast: Cast) -> None:
    venue = a_venue(cast, name="化工产业链人大代表联络站暨实践基地" * 3, kind="industry_station",
                    address="工业园区二期创新大道与产业三路交叉口" * 6, phone="0000-12345678", reception="每月第二个周四" * 8)  # fmt: skip
    (said,) = words_of(order(signed_in(cast, "chen"), codes=venue.code, size="a6", place="地" * 40).content)
    assert "0000-12345678" in said


@needs_font
def test_a_picture_for_the_phone_is_read_too(cast: Cast) -> None:
    answer = order(signed_in(cast, "chen"), codes="D00001", size="a6", kind="png")
    shot = Image.open(io.BytesIO(answer.content))
    assert (shot.format, shot.width) == ("PNG", posters.PICTURE)
    assert zxingcpp.read_barcodes(shot.convert("L"))[0].text.startswith(f"{settings.PUBLIC_URL}/d/D00001/?p=")


def test_without_a_chinese_font_a_sentence_comes_and_no_boxes(cast: Cast, without_font: None) -> None:
    answer = order(signed_in(cast, "chen"), codes="D00001")
    assert answer.status_code == 503
    assert "没有中文字体" in answer.content.decode()
    assert "没有中文字体" in signed_in(cast, "wang").get("/my/me/card/").content.decode()


def test_a_character_no_font_has_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "has_chinese", lambda: True)
    monkeypatch.setattr(paper, "undrawable", lambda text: "𱍊" if "𱍊" in text else "")
    seat = a_seat(cast, name="王𱍊")
    answer = order(signed_in(cast, "chen"), codes=seat.deputy.code)
    assert answer.status_code == 503
    assert "没有“𱍊”" in answer.content.decode()


@pytest.mark.parametrize(("body", "words"), [
    ({"codes": ""}, "请填写代表码或站点码"),
    ({"codes": "D99999"}, "没有您可以印的"),
    ({"what": "group"}, "请选择一个代表团"),
    ({"what": "deputies"}, "请选择一级人大"),
    ({"codes": "D00001", "size": "a3"}, "a3"),
    ({"codes": "D00001", "place": "长" * 41}, "41"),
])  # fmt: skip
def test_a_wrong_order_comes_back_with_what_was_typed(cast: Cast, body: dict[str, str], words: str) -> None:
    answer = order(signed_in(cast, "chen"), **body)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert body.get("place", "") in answer.content.decode()
    assert not Poster.objects.exists()


def test_nobody_prints_codes_beyond_the_own_tree(cast: Cast) -> None:
    other = a_seat(cast, organ="nh-rd", name="外县代表") if "nh-rd" in cast.terms else None
    town = signed_in(cast, "cao")
    if other:
        assert order(town, codes=other.deputy.code).status_code in (403, 422)
    assert signed_in(cast, "zheng").get("/admin/posters/").status_code in (302, 403)


@needs_font
def test_a_city_is_one_pdf_made_by_a_job_in_the_order_it_is_handed_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posters, "PAGES", 4)
    for n in range(7):
        seat = a_seat(cast, name=f"进站代表{n}")
        venues.station(seat, at=list(cast.venues.values())[n % 2])
    chen = signed_in(cast, "chen")
    answer = order(chen, what="deputies", organ="dh-rd", size="a6")
    assert answer.status_code == 302
    assert jobs.run_waiting() == 1
    job = Job.objects.get()
    assert job.state == "done", job.words
    answer = chen.get(f"/admin/jobs/{job.pk}/file/")
    printed = words_of(answer.content)
    codes = posters.chosen("deputies", cast.organs["dh-rd"].path, by=cast.chen)
    assert len(codes) > posters.AT_ONCE
    assert [code for code, page in zip(codes, printed, strict=True) if f"代表码{code}" not in page] == []
    stations = [page.partition("说说身边事")[2][:12] for page in printed]
    assert len(set(stations)) == sum(a != b for a, b in zip(["", *stations], stations, strict=False))
    assert Poster.objects.count() == len(codes)
    assert jobs.start("posters", by=cast.chen, title="再印", body=job.body) != job
    jobs.run_waiting()
    assert Poster.objects.count() == len(codes), "printing again is no new poster"


@needs_font
def test_a_name_that_cannot_be_drawn_does_not_keep_the_city_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_seat(cast, name="王𱍊")
    monkeypatch.setattr(paper, "undrawable", lambda text: "𱍊" if "𱍊" in text else "")
    body = {"what": "deputies", "of": cast.organs["dh-rd"].path, "size": "a6", "place": ""}
    job = jobs.start("posters", by=cast.chen, title="试印", body=body)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done"
    assert "王𱍊" in job.words


def test_a_deputy_whose_seat_ended_is_not_printed(cast: Cast) -> None:
    seat = a_seat(cast, name="离任者")
    seats.terminate(seat, by=cast.sun, reason="moved", on=seat.since, document_no="东人发〔2026〕1号")
    assert order(signed_in(cast, "chen"), codes=seat.deputy.code).status_code == 422


@needs_font
def test_a_station_prints_its_own_codes_and_no_others(cast: Cast) -> None:
    zhou = signed_in(cast, "zhou")
    page = zhou.get("/desk/posters/").content.decode()
    assert "S00001" in page
    own = posters.at_stations([cast.venues["S00001"]])
    assert any(code.startswith("D") for code in own)
    answer = zhou.post("/desk/posters/", {"codes": own[:2], "size": "a6", "place": "大厅", "kind": "pdf"})
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2
    foreign = next(code for code in cast.venues if code not in own)
    refused = zhou.post("/desk/posters/", {"codes": [foreign], "size": "a6", "kind": "pdf"})
    assert refused.status_code == 422
    two = zhou.post("/desk/posters/", {"codes": own[:2], "size": "a6", "kind": "png"})
    assert "图片一次只能存一张" in two.content.decode()


@needs_font
def test_a_deputy_keeps_one_card(cast: Cast) -> None:
    wang = signed_in(cast, "wang")
    assert wang.get("/my/me/card/png/").status_code == 404
    for _ in range(2):
        assert wang.post("/my/me/card/").status_code == 302
    assert Poster.objects.count() == 1
    shot = Image.open(io.BytesIO(wang.get("/my/me/card/png/").content))
    assert zxingcpp.read_barcodes(shot.convert("L"))[0].text.endswith(f"/d/D00001/?p={Poster.objects.get().pk}")
    assert wang.get("/my/me/card/pdf/")["Content-Type"] == "application/pdf"


def test_the_worker_knows_the_runner() -> None:
    assert jobs._runners["posters"] is tasks.print_posters
