"""Citizens' pages: found by a code or a name, said in one page or one question at a time, followed by number and code."""

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import SmsCode
from deputies import codes as printed, workflow as seats
from ground import clock
from ground.models import DemoMail, IdempotencyKey
from ground.workflow import CodeHolder
from stations import workflow as stations
from suggestions import pending
from suggestions.models import Opinion
from suggestions.workflow import opinion as verbs
from suggestions.workflow.intake import submit
from tests.cast import Cast, cast  # noqa: F401 a fixture
from tests.factories import a_seat, a_venue

pytestmark = pytest.mark.django_db

SAY = "/d/D00001/say/"
CHECK = "/d/D00001/say/check/"
GOOD = {
    "urgency": "normal",
    "category": "transport",
    "content": "村口的路灯坏了三盏",
    "place": "柳溪村村口",
    "visibility": "private",
}


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "road.jpg", colour: str = "gray", **saved: Any) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(buffer, "JPEG", **saved)
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def hidden(page: str) -> dict[str, list[str]]:
    """What the page carries along in hidden fields."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input type=\"hidden\"[^>]*>", page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


def text_of(response: Any) -> str:
    return response.content.decode()


def send(client: Client, **changes: Any) -> Any:
    """Says GOOD with `changes`: the form, the page 核对, and its button."""
    checked = client.post(CHECK, GOOD | changes)
    assert checked.status_code == 200, text_of(checked)
    return client.post(SAY, hidden(text_of(checked)) | {"send": "1"})


def follow(client: Client, opinion: Opinion) -> Any:
    """Proves number and query code."""
    return client.post("/track/", {"number": opinion.number, "query_code": opinion.query_code})


def said(cast: Cast, **changes: Any) -> Opinion:
    body = {"deputy": "D00001", "category": "transport", "content": "村口的路灯坏了三盏", "consent": True}
    return submit(by=None, **(body | changes))


def answered(cast: Cast, opinion: Opinion) -> Opinion:
    verbs.accept(opinion, by=cast.zhou)
    verbs.claim(opinion, by=cast.wang)
    return verbs.answer(opinion, by=cast.wang, text="三盏灯已换好，周五前再装两盏。", solved="yes")


# -- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [("柳溪", "/v/990100101201/"), ("王建国", "/d/D00001/"), ("清水镇中心", "/s/S00001/"), ("wjg", "/d/D00001/")],
)
def test_one_line_finds_a_village_a_deputy_or_a_station(cast: Cast, client: Client, words: str, found: str) -> None:
    assert f'href="{found}"' in text_of(client.get("/", {"q": words}))


def test_whoever_came_to_say_something_is_led_to_the_form(cast: Cast, client: Client) -> None:
    assert 'href="/d/D00001/say/"' in text_of(client.get("/", {"q": "王建国", "for": "say"}))


@pytest.mark.parametrize("words", ["龘靐齉", "<script>", "%", "'; drop table", "没有这个地方", "🙂", "𠮷" * 50])
def test_what_is_not_found_leads_on(cast: Cast, client: Client, words: str) -> None:
    response = client.get("/", {"q": words})
    assert response.status_code == 200
    assert "<script>" not in text_of(response).replace('<script type="module"', "")


def test_home_shows_a_telephone_and_the_way_to_speak(cast: Cast, client: Client) -> None:
    page = text_of(client.get("/"))
    assert "tel:0990-8100001" in page and "/?for=say" in page and "/track/" in page


# -- printed codes ----------------------------------------------------------------------------------------------------


def test_a_deputys_page_says_who_when_where_and_how_fast(cast: Cast, client: Client) -> None:
    page = text_of(client.get("/d/D00001/"))
    for words in (
        "王建国",
        "市人大代表 · 清水代表团",
        "代表码 D00001",
        SAY,
        "5 个工作日内答复您",
        "每周三 9:00—11:30接待",
        "0990-8500011",
    ):
        assert words in page
    assert "19900000001" not in page


def test_what_is_said_at_a_point_goes_to_its_station(cast: Cast, client: Client) -> None:
    assert "清水镇中心联络站</a> 接收、跟进" in text_of(client.get("/s/S00003/"))


@pytest.mark.parametrize(
    "path", ["/d/D99999/", "/s/S99999/", "/v/990199999/", "/d/龘/", "/v/%F0%9F%99%82/", "/d/D99999/say/"]
)
def test_an_unknown_code_is_told_plainly_with_a_way_on(cast: Cast, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "没有找到" in text_of(response) and 'href="/"' in text_of(response)


def test_a_code_typed_in_small_letters_leads_to_its_page(cast: Cast, client: Client) -> None:
    assert client.get("/d/d00001/", follow=True).redirect_chain[-1][0] == "/d/D00001/"


def test_a_merged_venues_code_leads_on_and_says_so(cast: Cast, client: Client) -> None:
    old = a_venue(cast, name="老街联络站")
    stations.merge(old, by=cast.sun, into=cast.venues["S00001"])
    response = client.get(f"/s/{old.code}/", follow=True)
    assert response.redirect_chain[0][0] == f"/s/S00001/?from={old.code}"
    assert "原“老街联络站”的群众意见现由清水镇中心联络站接收" in text_of(response)


def test_a_code_leads_on_in_silence_until_it_is_announced(cast: Cast, client: Client) -> None:
    printed.lead_on("D00001", "D00002", announced=False)
    assert "不再担任代表" not in text_of(client.get("/d/D00001/", follow=True))
    printed.announce("D00001")
    assert "王建国已不再担任代表" in text_of(client.get("/d/D00001/", follow=True))


def test_nobody_can_make_a_page_say_that_somebody_left(cast: Cast, client: Client) -> None:
    for came in ("D00001", "D99999", "S00003", "<b>"):
        assert "不再担任" not in text_of(client.get("/d/D00002/", {"from": came}))


def test_a_suspended_deputys_page_receives_nothing_and_gives_no_reason(cast: Cast, client: Client) -> None:
    seat = a_seat(cast, name="丁")
    seats.suspend(seat, by=cast.sun)
    page = text_of(client.get(f"/d/{seat.deputy.code}/", follow=True))
    assert f"/d/{seat.deputy.code}/say/" not in page and "暂停" not in page


# -- 说件事 ------------------------------------------------------------------------------------------------------------


def test_the_emergency_line_stands_above_the_first_field(cast: Cast, client: Client) -> None:
    page = text_of(client.get(SAY))
    assert page.index("本页面不是报警渠道") < page.index('name="urgency"')


def test_saying_something_shows_number_and_code_once(cast: Cast, client: Client) -> None:
    response = send(client)
    assert response.status_code == 302 and response["Location"] == "/received/"
    opinion = Opinion.objects.get()
    received = client.get("/received/")
    code = opinion.query_code
    assert opinion.number in text_of(received)
    assert f"{code[:3]}\u00a0{code[3:6]}\u00a0{code[6:]}" in text_of(received)
    assert received["Cache-Control"] == "no-store"
    assert (opinion.text, opinion.category, opinion.state, opinion.code_used) == (
        "村口的路灯坏了三盏",
        "transport",
        "screening",
        "D00001",
    )
    assert code not in response["Location"] and all(code not in cookie.value for cookie in client.cookies.values())


def test_the_code_is_gone_after_ten_minutes_and_on_another_phone(cast: Cast, client: Client) -> None:
    send(client)
    assert Client().get("/received/")["Location"] == "/track/"
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert client.get("/received/")["Location"] == "/track/"


def test_the_slip_opens_the_tracking_page_with_the_number_alone(cast: Cast, client: Client) -> None:
    send(client)
    slip = text_of(client.get("/received/slip/"))
    assert "<svg" in slip and Opinion.objects.get().number in slip and "0990-8500011" in slip


def test_the_button_pressed_twice_makes_one_opinion(cast: Cast, client: Client) -> None:
    form = hidden(text_of(client.post(CHECK, GOOD | {"photos": picture()}))) | {"send": "1"}
    assert [client.post(SAY, form)["Location"] for _ in range(3)] == ["/received/"] * 3
    assert Opinion.objects.count() == 1 and IdempotencyKey.objects.count() == 1


def test_the_check_page_shows_what_others_would_see(cast: Cast, client: Client) -> None:
    page = text_of(
        client.post(
            CHECK,
            GOOD
            | {"content": "我住3号楼2单元501室，电话13800005678", "visibility": "public", "phone": "199 0000 9999"},
        )
    )
    assert '<mark class="masked">****</mark>' in page
    shown = page[page.index("quoted") :]
    assert "13800005678" not in shown[: shown.index("</blockquote>")]


def test_changing_something_loses_nothing(cast: Cast, client: Client) -> None:
    checked = hidden(text_of(client.post(CHECK, GOOD | {"photos": picture(), "concerns": ["station", "town"]})))
    page = text_of(client.post(SAY, checked | {"edit": "2"}))
    assert "村口的路灯坏了三盏" in page and page.count("data:image/jpeg;base64,") == 1
    assert re.search(r'value="transport"[^>]* checked', page) and re.search(r'value="town"[^>]* checked', page)


def test_photos_are_kept_clean_and_arrive_with_the_words(cast: Cast, client: Client) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 30.0, 0.0)}
    checked = hidden(text_of(client.post(CHECK, GOOD | {"photos": [picture(exif=exif), picture("b.jpg", "red")]})))
    assert len(checked["kept"]) == 2
    client.post(SAY, checked | {"send": "1"})
    photos = list(Opinion.objects.get().photos.all())
    assert len(photos) == 2
    for photo in photos:
        with Image.open(settings.MEDIA_ROOT / photo.file.path) as kept:
            assert not kept.getexif()
    assert not list((settings.MEDIA_ROOT / "pending").iterdir())
    client.get("/received/")
    assert client.get(f"/track/photos/{photos[0].pk}/thumb/")["Content-Type"] == "image/jpeg"
    assert Client().get(f"/track/photos/{photos[0].pk}/thumb/").status_code == 302


def test_a_photo_taken_off_is_not_sent(cast: Cast, client: Client) -> None:
    checked = hidden(text_of(client.post(CHECK, GOOD | {"photos": [picture(), picture("b.jpg", "red")]})))
    again = hidden(text_of(client.post(CHECK, checked | {"drop": checked["kept"][:1]})))
    assert again["kept"] == checked["kept"][1:]


def test_a_reference_somebody_made_up_names_no_photo(cast: Cast, client: Client) -> None:
    page = text_of(client.post(CHECK, GOOD | {"kept": ["../../etc/passwd", "x:y:z", "\x00", "🙂"]}))
    assert "data:image/jpeg" not in page


@pytest.mark.parametrize("chosen", [7, 20, 21, 60])
def test_too_many_photos_are_told_and_six_kept(cast: Cast, client: Client, chosen: int) -> None:
    response = client.post(CHECK, GOOD | {"photos": [picture(f"{n}.jpg") for n in range(chosen)]})
    assert response.status_code == 422
    assert "照片最多 6 张" in text_of(response) and text_of(response).count("data:image/jpeg;base64,") == 6
    assert "村口的路灯坏了三盏" in text_of(response)


@pytest.mark.parametrize(
    "data", [b"no picture", b"", b"\x89PNG\r\n\x1a\n", b"GIF89a<script>alert(1)</script>", b"%PDF-1.7"]
)
def test_what_is_no_picture_is_named_and_the_others_stay(cast: Cast, client: Client, data: bytes) -> None:
    response = client.post(CHECK, GOOD | {"photos": [SimpleUploadedFile("信.jpg", data), picture()]})
    assert response.status_code == 422
    assert "“信.jpg”没有收" in text_of(response) and text_of(response).count("data:image/jpeg;base64,") == 1


def test_what_nobody_sends_is_deleted_after_a_day(cast: Cast, client: Client) -> None:
    client.post(CHECK, GOOD | {"photos": picture()})
    assert len(list((settings.MEDIA_ROOT / "pending").iterdir())) == 2
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert pending.drop_old() == 2


def test_a_photo_alone_is_enough(cast: Cast, client: Client) -> None:
    assert send(client, content="", photos=picture())["Location"] == "/received/"
    assert Opinion.objects.get().photos.count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"content": ""}, "请写几句，或者拍张照片。"),
        ({"content": " \u3000\u200b\n"}, "请写几句，或者拍张照片。"),
        ({"content": "长" * 2001}, "要说的事最多 2000 个字，现在有 2001 个字。"),
        ({"category": ""}, "请选一个方面，拿不准就选“其他”。"),
        ({"category": "<b>"}, "请从列出的方面里选一个。"),
        ({"phone": "12345"}, "请填写 11 位手机号。"),
        ({"place": "远" * 121}, "地点最多 120 个字"),
        ({"concerns": ["mayor"]}, "mayor"),
        ({"lng": "200", "lat": "30"}, ""),
    ],
)
def test_what_cannot_be_taken_is_told_beside_what_was_typed(
    cast: Cast, client: Client, changes: dict, told: str
) -> None:
    response = client.post(CHECK, GOOD | {"contact_name": "老张"} | changes)
    assert response.status_code == 422
    assert told in text_of(response) and 'value="老张"' in text_of(response)
    assert "处需要修改：" in text_of(response)
    assert Opinion.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("龘靐齉𠮷🙂👨‍👩‍👧", "龘靐齉𠮷🙂👨‍👩‍👧"),
        ("<script>alert(1)</script>{{ 7*7 }}{% now %}", "<script>alert(1)</script>{{ 7*7 }}{% now %}"),
        ("a\x00b\x08c\u202ed", "abcd"),
        ("'; DROP TABLE opinion; --", "'; DROP TABLE opinion; --"),
    ],
)
def test_words_arrive_as_they_were_typed_and_are_drawn_as_words(
    cast: Cast, client: Client, typed: str, kept: str
) -> None:
    send(client, content=typed)
    assert Opinion.objects.get().text == kept
    for path in ("/received/", "/track/"):
        page = text_of(client.get(path))
        assert "<script>alert" not in page and "\x00" not in page


def test_words_written_before_a_cookie_expired_are_taken(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert send(client)["Location"] == "/received/"


def test_words_written_for_a_deputy_who_left_meanwhile_reach_the_successor(cast: Cast, client: Client) -> None:
    checked = hidden(text_of(client.post(CHECK, GOOD)))
    printed.lead_on("D00001", "D00002", announced=True)
    assert client.post(SAY, checked | {"send": "1"})["Location"] == "/received/"
    opinion = Opinion.objects.get()
    assert (opinion.target_deputy.code, opinion.code_used) == ("D00002", "D00001")


@pytest.mark.parametrize(("letter", "code"), [("s", "S00003"), ("v", "990100101201")])
def test_one_can_speak_at_a_venue_and_in_a_village(cast: Cast, client: Client, letter: str, code: str) -> None:
    checked = hidden(text_of(client.post(f"/{letter}/{code}/say/check/", GOOD)))
    assert client.post(f"/{letter}/{code}/say/", checked | {"send": "1"})["Location"] == "/received/"
    assert Opinion.objects.get().station.code == "S00001"


def test_visibility_becomes_the_wish_to_publish_or_to_be_protected(cast: Cast, client: Client) -> None:
    send(client, visibility="confidential")
    send(Client(), visibility="public", phone="19900009999")
    first, second = Opinion.objects.order_by("pk")
    assert (first.confidential, first.is_public) == (True, False)
    assert (second.confidential, second.is_public, second.published_at) == (False, True, None)


def test_a_complaint_about_the_station_goes_one_level_up(cast: Cast, client: Client) -> None:
    send(client, concerns=["station"])
    assert Opinion.objects.get().avoided
    assert "清水镇中心联络站正在核对" not in text_of(client.get("/track/"))


def test_a_similar_public_matter_is_offered_before_sending(cast: Cast, client: Client) -> None:
    first = said(cast, content="柳溪村村口的路灯坏了，晚上看不见路", phone="19900008888", is_public=True)
    verified(first)
    assert Opinion.objects.get().published_at is not None
    page = text_of(client.post(CHECK, GOOD | {"content": "柳溪村村口的路灯坏了好几天"}))
    assert "附近已有 1 件类似的意见" in page and f'value="{first.number}"' in page


# -- 长辈版: one question at a time -------------------------------------------------------------------------------------


def test_elder_mode_is_a_cookie_and_goes_back_where_one_was(client: Client) -> None:
    response = client.get("/mode/", {"to": "elder", "next": "/d/D00001/?p=3"})
    assert response["Location"] == "/d/D00001/?p=3" and client.cookies["elder"].value == "1"
    assert client.cookies["elder"]["max-age"] == 365 * 24 * 3600
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "mine"):
        assert client.get("/mode/", {"to": "normal", "next": elsewhere})["Location"] == "/"


def test_in_elder_mode_one_question_follows_another(cast: Cast, client: Client) -> None:
    client.cookies["elder"] = "1"
    page = text_of(client.get(SAY))
    answers: list[dict[str, Any]] = [
        {"urgency": "quick"},
        {"category": "transport"},
        {"content": "路灯坏了", "photos": picture()},
        {"place": "村口"},
        {"contact_name": "老张", "phone": ""},
        {"visibility": "private"},
    ]
    for n, answer in enumerate(answers):
        assert f"第 {n + 1} 步，共 6 步" in page
        page = text_of(client.post(CHECK, hidden(page) | answer))
    assert "请核对，没问题就提交" in page
    assert client.post(SAY, hidden(page) | {"send": "1"})["Location"] == "/received/"
    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.place, opinion.urgency, opinion.photos.count()) == ("路灯坏了", "村口", "quick", 1)


def test_in_elder_mode_a_wrong_answer_is_asked_again_and_one_can_go_back(cast: Cast, client: Client) -> None:
    client.cookies["elder"] = "1"
    second = text_of(client.post(CHECK, {"step": "0", "urgency": "normal"}))
    again = client.post(CHECK, hidden(second))
    assert again.status_code == 422 and "请选一个方面" in text_of(again) and "第 2 步" in text_of(again)
    back = text_of(client.post(CHECK, hidden(second) | {"back": "1"}))
    assert "第 1 步" in back and re.search(r'value="normal"[^>]* checked', back)


def test_in_elder_mode_a_change_leads_straight_back_to_the_check(cast: Cast, client: Client) -> None:
    client.cookies["elder"] = "1"
    checked = hidden(text_of(client.post(CHECK, GOOD | {"step": "5"})))
    changing = text_of(client.post(SAY, checked | {"edit": "3"}))
    assert "第 4 步" in changing
    done = text_of(client.post(CHECK, hidden(changing) | {"place": "桥头"}))
    assert "请核对" in done and hidden(done)["place"] == ["桥头"] and hidden(done)["content"] == ["村口的路灯坏了三盏"]


def test_turning_elder_mode_on_while_writing_loses_no_word(cast: Cast, client: Client) -> None:
    typed = GOOD | {"photos": picture(), "to_mode": "elder"}
    page = client.post(CHECK, typed)
    assert "第 1 步" in text_of(page) and page.cookies["elder"].value == "1"
    carried = hidden(text_of(page))
    assert carried["content"] == ["村口的路灯坏了三盏"] and len(carried["kept"]) == 1
    back = text_of(client.post(CHECK, carried | {"urgency": "normal", "to_mode": "normal"}))
    assert "村口的路灯坏了三盏" in back and "data:image/jpeg" in back and "第 1 步" not in back


@pytest.mark.parametrize("step", ["9", "-1", "x", "", "²"])
def test_a_step_typed_by_hand_breaks_nothing(cast: Cast, client: Client, step: str) -> None:
    client.cookies["elder"] = "1"
    assert client.post(CHECK, GOOD | {"step": step}).status_code in (200, 422)


# -- 查进度 ------------------------------------------------------------------------------------------------------------


def test_number_and_code_open_the_matter_for_half_an_hour(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    assert follow(client, opinion)["Location"] == "/track/"
    page = client.get("/track/")
    assert (
        "清水镇中心联络站正在核对" in text_of(page)
        and page["Cache-Control"] == "no-store"
        or "no-store" in page["Cache-Control"]
    )
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert 'name="query_code"' in text_of(client.get("/track/"))


@pytest.mark.parametrize("typed", ["{n}", " {n} ", "{low}", "{flat}", "{full}"])
def test_the_number_may_be_typed_in_many_ways(cast: Cast, client: Client, typed: str) -> None:
    opinion = said(cast)
    full = "".join(chr(ord(c) + 0xFEE0) for c in opinion.number)
    number = typed.format(
        n=opinion.number, low=opinion.number.lower(), flat=opinion.number.replace("-", " "), full=full
    )
    code = f"{opinion.query_code[:3]}-{opinion.query_code[3:6]} {opinion.query_code[6:]}"
    assert client.post("/track/", {"number": number, "query_code": code}).status_code == 302


def test_a_wrong_code_and_an_unknown_number_get_the_same_words(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    wrong = client.post("/track/", {"number": opinion.number, "query_code": "0000000000"})
    unknown = client.post("/track/", {"number": "Y2020-999999", "query_code": "0000000000"})
    assert wrong.status_code == unknown.status_code == 422
    assert "没有找到，请核对编号和查询码。" in text_of(wrong) and "没有找到，请核对编号和查询码。" in text_of(unknown)


def test_wrong_codes_are_throttled_and_right_ones_elsewhere_are_not(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    tries = [
        client.post("/track/", {"number": opinion.number, "query_code": f"{n:010}"}).status_code for n in range(11)
    ]
    assert tries == [422] * 10 + [429]
    assert Client(REMOTE_ADDR="127.0.0.2").post(
        "/track/", {"number": opinion.number, "query_code": opinion.query_code}
    ).status_code == 302  # fmt: skip


@pytest.mark.parametrize("code", ["", "123", "abcdefghij", "\x00" * 10, "９" * 3, "1" * 41])
def test_what_is_no_code_is_told_without_a_try(cast: Cast, client: Client, code: str) -> None:
    response = client.post("/track/", {"number": "Y2026-000001", "query_code": code})
    assert response.status_code == 422


def test_the_slips_code_only_fills_in_the_number(cast: Cast, client: Client) -> None:
    page = text_of(client.get("/track/", {"n": "Y2026-000123"}))
    assert 'value="Y2026-000123"' in page


def test_a_proof_somebody_made_up_or_changed_opens_nothing(cast: Cast, client: Client) -> None:
    opinion, other = said(cast), said(cast)
    follow(client, opinion)
    client.cookies["tracked"] = client.cookies["tracked"].value.replace("a", "b", 1)
    assert 'name="query_code"' in text_of(client.get("/track/"))
    follow(client, opinion)
    client.cookies["sent"] = client.cookies["tracked"].value
    assert client.get("/received/").status_code == 302
    assert other.number not in text_of(client.get("/track/"))


def test_a_code_issued_anew_ends_the_older_proof(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    follow(client, opinion)
    verbs.reissue(opinion, by=cast.zhou, seen="回执")
    assert 'name="query_code"' in text_of(client.get("/track/"))


def test_a_borrowed_phone_forgets(cast: Cast, client: Client) -> None:
    follow(client, said(cast))
    client.get("/track/leave/")
    assert 'name="query_code"' in text_of(client.get("/track/"))


def test_the_answer_stands_in_full_and_is_rated_by_taps(cast: Cast, client: Client) -> None:
    opinion = answered(cast, said(cast))
    follow(client, opinion)
    page = text_of(client.get("/track/"))
    assert "三盏灯已换好，周五前再装两盏。" in page and 'value="satisfied"' in page and "可以要求重新办理一次" in page
    assert client.post("/track/rate/", {"grade": "satisfied"})["Location"] == "/track/"
    opinion.refresh_from_db()
    assert (opinion.state, opinion.outcome) == ("closed", "rated")
    assert "您评价了" in text_of(client.get("/track/"))


def test_whoever_is_dissatisfied_is_asked_at_once_about_a_second_round(cast: Cast, client: Client) -> None:
    opinion = answered(cast, said(cast))
    follow(client, opinion)
    response = client.post("/track/rate/", {"grade": "dissatisfied", "reasons": ["not_solved"]})
    assert response["Location"] == "/track/reopen/"
    assert "三盏灯已换好" in text_of(client.get("/track/reopen/"))
    assert client.post("/track/reopen/", {"reasons": ["not_solved", "too_slow"]})["Location"] == "/track/"
    opinion.refresh_from_db()
    assert opinion.state == "reopened" and opinion.reopened


def test_a_rating_without_a_tap_is_asked_again(cast: Cast, client: Client) -> None:
    opinion = answered(cast, said(cast))
    follow(client, opinion)
    response = client.post("/track/rate/", {"text": "谢谢"})
    assert response.status_code == 422 and "谢谢" in text_of(response)


@pytest.mark.parametrize(
    ("verb", "body", "state"), [("withdraw", {}, "withdrawn"), ("solved", {"text": "灯亮了"}, "closed")]
)
def test_an_author_may_leave(cast: Cast, client: Client, verb: str, body: dict, state: str) -> None:
    opinion = said(cast)
    verbs.accept(opinion, by=cast.zhou)
    follow(client, opinion)
    assert client.get(f"/track/{verb}/").status_code == 200
    client.post(f"/track/{verb}/", body)
    opinion.refresh_from_db()
    assert opinion.state == state
    assert client.post(f"/track/{verb}/", body).status_code in (403, 409, 422)


def test_a_refusal_says_where_to_go_and_may_be_reviewed(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    verbs.reject(opinion, by=cast.zhou, reason_code="litigation", note="已经起诉")
    follow(client, opinion)
    page = text_of(client.get("/track/"))
    assert "12348" in page and "不在本渠道范围" in page and "已经起诉" not in page
    assert client.post("/track/ask_review/", {"reason": "没有起诉"})["Location"] == "/track/"
    opinion.refresh_from_db()
    assert opinion.state == "screening" and opinion.reviewed


def test_a_merged_matter_follows_its_head_and_can_leave_it(cast: Cast, client: Client) -> None:
    head, mine = said(cast), said(cast)
    for one in (head, mine):
        verbs.accept(one, by=cast.zhou)
    verbs.claim(head, by=cast.wang)
    verbs.merge(mine, by=cast.wu, into=head.number)
    follow(client, mine)
    page = text_of(client.get("/track/"))
    assert "一起办：王建国代表正在办" in page and head.number not in page
    client.post("/track/unmerge/", {"reason": "不是一个村"})
    mine.refresh_from_db()
    assert mine.state == "open"


@pytest.mark.parametrize("verb", ["claim", "answer", "accept", "nothing", "pass_on"])
def test_verbs_of_others_are_not_there(cast: Cast, client: Client, verb: str) -> None:
    follow(client, said(cast))
    assert client.get(f"/track/{verb}/").status_code == 404
    assert client.post(f"/track/{verb}/").status_code == 404


def test_words_typed_after_the_proof_ran_out_are_offered_again(cast: Cast, client: Client) -> None:
    opinion = answered(cast, said(cast))
    asked = client.post("/track/rate/", {"grade": "basically", "text": "还差一盏"})
    assert asked["Location"].startswith("/track/?next=")
    assert "/track/rate/" in text_of(client.get(asked["Location"]))
    entered = client.post(
        "/track/", {"number": opinion.number, "query_code": opinion.query_code, "next": "/track/rate/"}
    )
    assert entered["Location"] == "/track/rate/"
    assert "还差一盏" in text_of(client.get("/track/rate/"))


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example", "/admin/", "/track//evil", "/track/\r\nX: y"]
)
def test_the_way_on_after_the_code_stays_in_ones_own_matter(cast: Cast, client: Client, then: str) -> None:
    opinion = said(cast)
    body = {"number": opinion.number, "query_code": opinion.query_code, "next": then}
    assert client.post("/track/", body)["Location"] == "/track/"


def test_photos_may_be_added_within_the_hour(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    follow(client, opinion)
    mixed = {"photos": [picture(), SimpleUploadedFile("x.jpg", b"no")]}
    response = client.post("/track/photos/", mixed)
    assert response.status_code == 422 and "“x.jpg”没有收" in text_of(response)
    assert opinion.photos.count() == 1
    assert client.post("/track/photos/", {"photos": picture()})["Location"] == "/track/"
    with clock.at(clock.now() + timedelta(minutes=61)):
        follow(client, opinion)
        late = client.post("/track/photos/", {"photos": picture()})
        assert late.status_code == 422 and "1 小时" in text_of(late)


# -- one's own data ----------------------------------------------------------------------------------------------------


def verified(opinion: Opinion) -> Opinion:
    """Proves the phone by the code that was sent to it."""
    from suggestions.workflow.intake import send_verification, verify_phone

    send_verification(opinion)
    return verify_phone(opinion, by=CodeHolder(opinion.number), sms_code=code_sent())


def code_sent() -> str:
    """The six digits in the newest message of the demonstration's mailbox."""
    return re.search(r"\d{6}", DemoMail.objects.first().text)[0]


def test_a_phone_is_verified_by_its_sms(cast: Cast, client: Client) -> None:
    opinion = said(cast, phone="19900009999", is_public=True)
    follow(client, opinion)
    client.post("/track/verify_phone/", {"send": "1"})
    wrong = client.post("/track/verify_phone/", {"sms_code": "000000" if code_sent() != "000000" else "111111"})
    assert wrong.status_code == 422 and "验证码不对" in text_of(wrong)
    assert client.post("/track/verify_phone/", {"sms_code": code_sent()})["Location"] == "/track/"
    opinion.refresh_from_db()
    assert opinion.has_verified_author and opinion.state == "open"  # a clean one to a deputy is accepted at once


def test_without_a_phone_there_is_nothing_to_verify(cast: Cast, client: Client) -> None:
    follow(client, said(cast))
    assert client.get("/track/verify_phone/").status_code == 422


def test_one_sees_who_opened_ones_phone_corrects_and_erases_it(cast: Cast, client: Client) -> None:
    opinion = said(cast, phone="19900009999", contact_name="老张")
    verbs.accept(opinion, by=cast.zhou)
    verbs.claim(opinion, by=cast.wang)
    verbs.open_contact(opinion, by=cast.wang, reason="问灯杆编号")
    follow(client, opinion)
    page = text_of(client.get("/track/contact/"))
    assert "王建国代表" in page and "问灯杆编号" in page and "199****9999" in page and "老张" in page
    assert "19900009999" not in page
    client.post("/track/contact/", {"phone": "199 0000 7777"})
    assert "199****7777" in text_of(client.get("/track/contact/"))
    assert "确认删除" in text_of(client.get("/track/contact/erase/"))
    client.post("/track/contact/erase/")
    page = text_of(client.get("/track/contact/"))
    assert "已经删除" in page and "199****7777" not in page and "老张" not in page
    assert "王建国代表" in page  # who opened it stays readable
    opinion.refresh_from_db()
    assert not opinion.has_phone


def test_a_lost_code_comes_by_sms_to_the_verified_phone(cast: Cast, client: Client) -> None:
    opinion = verified(said(cast, phone="19900009999"))
    old = opinion.query_code
    with clock.at(clock.now() + timedelta(minutes=2)):
        asked = text_of(client.post("/track/lost/", {"number": opinion.number, "phone": "19900009999"}))
        assert 'name="sms_code"' in asked and SmsCode.objects.filter(purpose="reissue").count() == 1
        new = client.post("/track/lost/", {"number": opinion.number, "phone": "19900009999", "sms_code": code_sent()})
        opinion.refresh_from_db()
        code = opinion.query_code
        assert code != old and f"{code[:3]}\u00a0{code[3:6]}\u00a0{code[6:]}" in text_of(new)
        assert "no-store" in new["Cache-Control"]


def test_asking_for_a_lost_code_tells_nobody_whose_phone_it_is(cast: Cast, client: Client) -> None:
    opinion = said(cast, phone="19900009999")
    for number, phone in (
        (opinion.number, "19900009999"),
        (opinion.number, "19900008888"),
        ("Y2020-000001", "19900007777"),
    ):
        assert 'name="sms_code"' in text_of(client.post("/track/lost/", {"number": number, "phone": phone}))
    assert SmsCode.objects.count() == 0
    refused = client.post("/track/lost/", {"number": opinion.number, "phone": "19900009999", "sms_code": "123456"})
    assert refused.status_code == 422 and "验证码不对或已过期" in text_of(refused)


# -- what is public -----------------------------------------------------------------------------------------------------


def test_a_private_matter_is_nowhere_in_public(cast: Cast, client: Client) -> None:
    opinion = said(cast)
    verbs.accept(opinion, by=cast.zhou)
    assert opinion.number not in text_of(client.get("/opinions/"))
    assert client.get(f"/opinions/{opinion.number}/").status_code == 404
    client.force_login(cast.wang)
    assert client.get(f"/opinions/{opinion.number}/").status_code == 404


def test_a_public_matter_is_masked_and_nameless(cast: Cast, client: Client) -> None:
    text = "柳溪村3号楼2单元501室门口的灯坏了，找我13800005678"
    opinion = verified(
        said(cast, content=text, contact_name="张大山", phone="19900009999", is_public=True, place="人民路 18 号")
    )
    verbs.claim(opinion, by=cast.wang)
    verbs.answer(opinion, by=cast.wang, text="已修好，详情请打13900001111。")
    page = text_of(client.get(f"/opinions/{opinion.number}/"))
    assert "门口的灯坏了" in page and "已修好" in page and "王建国代表" in page
    for private in ("13800005678", "501室", "张大山", "19900009999", "199****9999", "13900001111", "人民路 18 号"):
        assert private not in page
    assert opinion.number in text_of(client.get("/opinions/", {"q": "门口"}))
    assert opinion.number in text_of(client.get("/opinions/", {"category": "transport"}))
    assert opinion.number not in text_of(client.get("/opinions/", {"category": "rural"}))


@pytest.mark.parametrize(
    "path", ["/opinions/龘/", "/opinions/Y2026-000001/", "/suggestions/龘/", "/suggestions/J2026-000001/"]
)
def test_an_unknown_number_is_told_plainly(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/opinions/", "/suggestions/"])
@pytest.mark.parametrize("query", [{"q": "龘"}, {"q": "'"}, {"category": "x"}, {"field": "x"}, {"q": "路" * 200}])
def test_lists_take_whatever_is_typed(cast: Cast, client: Client, path: str, query: dict) -> None:
    assert client.get(path, query).status_code == 200


@pytest.mark.parametrize("path", ["/mine/", "/privacy/", "/stations/", "/track/", "/track/lost/"])
def test_plain_pages_open_in_both_modes(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    client.cookies["elder"] = "1"
    assert 'data-mode="elder"' in text_of(client.get(path))


# -- queries do not grow -------------------------------------------------------------------------------------------------


def test_twenty_public_matters_cost_what_two_cost(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/opinions/")
        return len(queries)

    for n in range(2):
        verified(said(cast, content=f"路灯 {n}", phone=f"1990000{n:04}", is_public=True))
    few = cost()
    for n in range(2, 12):
        verified(said(cast, content=f"路灯 {n}", phone=f"1990000{n:04}", is_public=True))
    assert cost() == few
