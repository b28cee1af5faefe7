"""办理台, page by page: what a unit, a government's office and a station see, do, and must never learn."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from ground import clock
from suggestions.models import Assignment, Opinion, Suggestion
from suggestions.workflow import assignment as work, opinion as opinions
from tests.cast import Cast
from tests.suggestions.citizens import LAMP, START, Citizens
from tests.suggestions.narrator import PROMISE, Narrator, later

pytestmark = pytest.mark.django_db
NAME, PHONE, DOOR, HOME = "钱大爷", "19900007777", "12 号楼 3 单元 502 室", "19900006666"
SAID = f"我家门口{DOOR}，路灯坏了，电话 {HOME}。"


@pytest.fixture(autouse=True)
def spring(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(START):
        yield


@pytest.fixture
def told(cast: Cast) -> Narrator:
    return Narrator(cast)


@pytest.fixture
def people(cast: Cast) -> Citizens:
    return Citizens(cast)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: object, path: str, status: int = 200) -> str:
    response = signed_in(user).get(path)
    assert response.status_code == status, (path, response.status_code, response.get("Location"))
    return response.content.decode()


def a_jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    return out.getvalue()


def url(name: str, *args: object) -> str:
    return reverse(f"department:{name}", args=args)


# -- who sees which places ---------------------------------------------------------------------------------------------


def test_places_are_those_of_ones_posts(cast: Cast) -> None:
    unit, station, both = page(cast.gao, "/desk/"), page(cast.zhou, "/desk/"), page(cast.deng, "/desk/")
    assert "代表建议" in unit and "接待台" not in unit and "分办台" not in unit
    assert "接待台" in station and "待告知" in station and "代表建议" not in station
    assert "代表建议" in both and "分办台" in both and "接待台" not in both


def test_a_liaison_sees_an_honest_empty_desk(cast: Cast) -> None:
    text = page(cast.jiang_min, "/desk/")
    assert "目前没有要法院、检察院联络员在这里办理的事" in text
    for name in ("suggestions", "opinions", "dispatch", "reception", "screening", "tellings", "opinion-file"):
        page(cast.jiang_min, url(name), 403)


def test_strangers_are_kept_out(cast: Cast) -> None:
    assert Client().get("/desk/").status_code == 302
    page(cast.wang, "/desk/", 403)
    page(cast.gao, url("reception"), 403)
    page(cast.zhou, url("suggestions"), 403)
    page(cast.gao, url("dispatch"), 403)


# -- the list by date --------------------------------------------------------------------------------------------------


def test_home_lists_suggestions_and_opinions_by_date(cast: Cast, told: Narrator, people: Citizens) -> None:
    suggestion = told.assigned()
    opinion = opinions.refer(people.claimed(), by=cast.chen, organ="dh-zjj")
    text = page(cast.gao, "/desk/")
    assert suggestion.register_short in text and opinion.number in text
    assert text.index(suggestion.register_short) < text.index(opinion.number)  # signing is due first
    assert "签收" in text and "回报办理结果" in text


def test_tiles_count_what_their_list_shows(cast: Cast, told: Narrator) -> None:
    told.assigned()
    returned = told.replied(told.signed(suggestion=told.draft(title="关于路灯的建议")))
    work.return_reply(told.of(returned), by=cast.chen, reason_code="format", note="请写明联系人")
    response = signed_in(cast.gao).get("/desk/")
    counted = {tile.label: tile.n for tile in response.context["tiles"]}
    assert counted["待签收"] == 1 and counted["待补正"] == 1 and counted["已逾期"] == 0
    back = signed_in(cast.gao).get("/desk/?show=back").context["rows"]
    assert [row.number for row in back] == [returned.register_short]
    assert [row.number for row in signed_in(cast.gao).get("/desk/?show=sign").context["rows"]] != [
        returned.register_short
    ]


def test_a_promise_past_its_date_is_late(cast: Cast, told: Narrator) -> None:
    promise = told.promised(due_on=str((clock.now() + timedelta(days=40)).date()))
    later(days=45)
    response = signed_in(cast.zheng).get("/desk/?show=promise")
    assert [row.title for row in response.context["rows"]] == [f"承诺：{promise.text}"]
    assert response.context["rows"][0].due["level"] == "red"
    assert response.context["rows"][0].next.verb == "report_commitment"


def test_the_next_verb_leads_a_clerk_from_signing_to_the_draft(cast: Cast, told: Narrator) -> None:
    def next_of(user: object) -> str:
        return signed_in(user).get("/desk/").context["rows"][0].next.verb

    row = told.assigned()
    assert next_of(cast.gao) == "sign"
    work.sign(told.of(row), by=cast.gao)
    assert next_of(cast.gao) == "record_contact"
    told.talk(told.of(row))
    assert next_of(cast.gao) == "draft_reply"
    assert next_of(cast.zheng) == "reply"


def test_lists_cost_the_same_however_long(cast: Cast, told: Narrator, people: Citizens) -> None:
    def cost(user: object, path: str) -> int:
        client = signed_in(user)
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    paths = [(cast.gao, "/desk/"), (cast.gao, "/desk/suggestions/?tab=all"), (cast.gao, "/desk/opinions/?tab=all"),
             (cast.gao, "/desk/day/"), (cast.ma, "/desk/dispatch/"), (cast.zhou, "/desk/"), (cast.zhou, "/desk/opinions/?tab=all"),
             (cast.zhou, "/desk/screening/"), (cast.zhou, "/desk/reception/"), (cast.zhou, "/desk/tellings/")]  # fmt: skip

    def tell() -> None:
        told.assigned()
        told.assigned(("dh-gov", "main"))
        opinions.refer(people.claimed(people.accepted(people.at_station())), by=cast.han, organ="qs-gov")
        opinions.refer(people.claimed(), by=cast.chen, organ="dh-zjj")
        people.at_station(channel="station", tell_by="visit", by=cast.zhou)
        people.accepted(people.at_station(channel="call", tell_by="landline", by=cast.zhou))

    tell()
    before = [cost(*each) for each in paths]
    tell()
    tell()
    assert [(path, cost(user, path)) for user, path in paths] == [
        (path, n) for (_, path), n in zip(paths, before, strict=True)
    ]


def test_the_days_list_prints_everything_by_date(cast: Cast, told: Narrator) -> None:
    rows = [told.assigned(suggestion=told.draft(title=f"关于第 {n} 条路的建议")) for n in range(3)]
    text = page(cast.gao, "/desk/day/")
    assert all(row.register_short in text for row in rows) and "print.css" in text


# -- suggestions -------------------------------------------------------------------------------------------------------


def test_a_unit_signs_for_several_at_once(cast: Cast, told: Narrator) -> None:
    rows = [told.of(told.assigned(suggestion=told.draft(title=f"关于第 {n} 条路的建议"))) for n in range(3)]
    client = signed_in(cast.gao)
    assert 'name="key"' in client.get("/desk/suggestions/?tab=sign").content.decode()
    other = told.of(told.assigned(("dh-jyj", "main")), "dh-jyj")
    client.post(url("suggestions-sign"), {"key": [rows[0].pk, rows[1].pk, other.pk, "x"]})
    states = [Assignment.objects.get(pk=row.pk).state for row in (*rows, other)]
    assert states == ["signed", "signed", "pending_sign", "pending_sign"]


def test_clerk_drafts_and_lead_issues(cast: Cast, told: Narrator) -> None:
    row = told.signed()
    part = told.of(row)
    clerk, lead = signed_in(cast.gao), signed_in(cast.zheng)
    detail = clerk.get(url("suggestion", row.number)).content.decode()
    assert "本轮还没有与代表沟通" in detail and url("assignment-verb", part.pk, "reply") not in detail
    talked = {"method": "face", "at": "2026-03-03T09:30", "reached": "yes", "summary": "到小区看了现场"}
    assert clerk.post(url("assignment-verb", part.pk, "record_contact"), talked).status_code == 302
    body = {"text": "已会同有关单位研究。", "result_class": "B", "publicity": "full",
            "text_new_1": PROMISE["text"], "due_new_1": PROMISE["due_on"]}  # fmt: skip
    assert clerk.get(url("assignment-verb", part.pk, "reply")).status_code == 403
    assert clerk.post(url("assignment-verb", part.pk, "draft_reply"), body).status_code == 302
    form = lead.get(url("assignment-verb", part.pk, "reply")).content.decode()
    assert "已会同有关单位研究。" in form and PROMISE["text"] in form and "承诺 1 项，都有完成日期" in form
    assert lead.post(url("assignment-verb", part.pk, "reply"), body).status_code == 302
    assert Suggestion.objects.get(pk=row.pk).state == "replied"
    assert "已答复，等代表评价" in clerk.get(url("suggestion", row.number)).content.decode()


def test_a_refused_reply_keeps_what_was_typed(cast: Cast, told: Narrator) -> None:
    part = told.of(told.signed())
    told.talk(part)
    body = {"text": "逐条答复如下，字写了很久。", "result_class": "B", "publicity": "full"}
    response = signed_in(cast.zheng).post(url("assignment-verb", part.pk, "reply"), body)
    assert response.status_code == 422
    assert "逐条答复如下，字写了很久。" in response.content.decode() and "有 1 处需要修改" in response.content.decode()


def test_what_was_typed_survives_an_expired_session(cast: Cast, told: Narrator) -> None:
    part = told.of(told.signed())
    path = url("assignment-verb", part.pk, "draft_reply")
    client = Client()
    lost = client.post(path, {"text": "这一段写了半个小时。", "result_class": "A", "publicity": "full"})
    assert lost.status_code == 302 and "/login/" in lost["Location"]
    client.post("/login/", {"phone": "19900000031", "password": "demo-2026", "next": path})
    assert "这一段写了半个小时。" in client.get(path).content.decode()


def test_the_checklist_names_the_assist_that_is_missing(cast: Cast, told: Narrator) -> None:
    row = told.signed(("dh-zjj", "main"), ("dh-jyj", "assist"), mode="main_assist")
    assert "等市教育局的协办意见" in page(cast.gao, url("suggestion", row.number))
    assist = told.of(row, "dh-jyj")
    sent = signed_in(cast.he).post(url("assignment-verb", assist.pk, "contribute"), {"text": "学校同意开放操场。"})
    assert sent.status_code == 302
    text = page(cast.gao, url("suggestion", row.number))
    assert "市教育局已提交协办意见" in text and "学校同意开放操场。" in text
    told.talk(told.of(row))
    assert "学校同意开放操场。" in page(cast.zheng, url("assignment-verb", told.of(row).pk, "reply"))


def test_a_unit_adds_its_letter_and_no_other_unit_does(cast: Cast, told: Narrator) -> None:
    row = told.signed()
    path = url("suggestion-files", row.number)
    assert signed_in(cast.gao).post(path, {"kind": "reply"}).status_code == 422
    sent = {"kind": "reply", "photos": [SimpleUploadedFile("函.jpg", a_jpeg(), "image/jpeg")]}
    assert signed_in(cast.gao).post(path, sent).status_code == 302
    file = row.files.get()
    assert (file.kind, file.assignment) == ("reply", told.of(row))
    assert url("suggestion-file", row.number, file.pk, "thumb") in page(cast.zheng, url("suggestion", row.number))
    assert (
        signed_in(cast.zheng).get(url("suggestion-file", row.number, file.pk, "full"))["Content-Type"] == "image/jpeg"
    )
    assert signed_in(cast.he).get(url("suggestion-file", row.number, file.pk, "full")).status_code == 404
    assert signed_in(cast.he).post(path, sent).status_code == 404


def test_a_draft_is_the_units_alone(cast: Cast, told: Narrator) -> None:
    row = told.signed(("dh-zjj", "main"), ("dh-jyj", "assist"), mode="main_assist")
    work.draft_reply(told.of(row), by=cast.gao, text="只有本局看的草稿", result_class="A", publicity="full")
    assert "只有本局看的草稿" in page(cast.zheng, url("suggestion", row.number))
    assert "只有本局看的草稿" not in page(cast.he, url("suggestion", row.number))


def test_other_units_matters_are_not_found(cast: Cast, told: Narrator) -> None:
    row = told.assigned()
    page(cast.he, url("suggestion", row.number), 404)
    page(cast.he, url("assignment-verb", told.of(row).pk, "sign"), 404)


def test_a_promise_is_reported_from_the_desk(cast: Cast, told: Narrator) -> None:
    promise = told.promised()
    path = url("commitment-verb", promise.pk, "report_commitment")
    assert PROMISE["text"] in page(cast.zheng, path)
    signed_in(cast.zheng).post(path, {"text": "三处都已建成", "final": "on"})
    promise.refresh_from_db()
    assert promise.state == "reported"


def test_the_government_hands_on_at_its_own_table(cast: Cast, told: Narrator) -> None:
    row = told.assigned(("dh-gov", "main"))
    part = told.of(row, "dh-gov")
    assert row.register_short in page(cast.ma, url("dispatch"))
    body = {"mode": "sole", "main": cast.organs["dh-zjj"].pk}
    assert signed_in(cast.ma).post(url("assignment-verb", part.pk, "dispatch"), body).status_code == 302
    assert told.of(row, "dh-zjj").state == "pending_sign"
    assert "市住建局" in page(cast.ma, f"{url('dispatch')}?tab=units")
    work.object(told.of(row, "dh-zjj"), by=cast.zheng, reason="不属于本局职责")
    asked = page(cast.ma, f"{url('dispatch')}?tab=objections")
    assert "处理退办申请" in asked


# -- an opinion at a unit ----------------------------------------------------------------------------------------------


def at_the_unit(people: Citizens, cast: Cast) -> Opinion:
    row = people.say(
        SAID, contact_name=NAME, phone=PHONE, place=f"清水镇人民路 {DOOR}", location={"lng": 118.42123, "lat": 30.51234}
    )
    from ground.workflow import CodeHolder

    opinions.add_photo(row, by=CodeHolder(row.number), data=a_jpeg())
    return people.referred(people.claimed(people.accepted(row)))


def test_no_page_tells_a_unit_who_said_it_or_where_exactly(people: Citizens, cast: Cast) -> None:
    opinion = at_the_unit(people, cast)
    client = signed_in(cast.deng)
    verbs = ["report", "send_back", "ask_extension", "set_urgency", "avoid"]
    paths = [
        "/desk/",
        "/desk/day/",
        "/desk/opinions/",
        f"/desk/opinions/?q={opinion.number}",
        url("opinion", opinion.number),
    ]
    paths += [url("opinion-verb", opinion.number, verb) for verb in verbs] + [url("notices")]
    for path in paths:
        response = client.get(path)
        text = response.content.decode()
        assert response.status_code == 200, path
        secrets = (NAME, PHONE, PHONE[-4:], HOME, "502", "3 单元", "118.42", "30.51", "/photos/")
        assert not [secret for secret in secrets if secret in text], path
    photo = opinion.photos.get()
    assert client.get(url("opinion-photo", opinion.number, photo.pk, "full")).status_code == 404
    assert client.get(url("opinion-photo", opinion.number, photo.pk, "thumb")).status_code == 404
    assert client.get(url("opinion-contact", opinion.number)).status_code == 403
    assert client.get(url("opinion-slip", opinion.number)).status_code == 403


def test_a_confidential_matter_reaches_the_unit_as_its_summary_alone(people: Citizens, cast: Cast) -> None:
    row = people.claimed(people.accepted(people.say("我是厂里的王会计，厂里偷排。", confidential=True)))
    opinions.refer(row, by=cast.wu, organ="qs-gov", summary="镇东一家企业夜间有异味，请核查。")
    text = "".join(
        page(cast.deng, path) for path in ("/desk/", "/desk/opinions/", url("opinion", row.number), "/desk/day/")
    )
    assert "镇东一家企业夜间有异味" in text and "王会计" not in text and "偷排" not in text


def test_a_unit_reports_and_asks_for_time(people: Citizens, cast: Cast) -> None:
    opinion = at_the_unit(people, cast)
    client = signed_in(cast.deng)
    late = {"until": "2026-04-01", "reason": "要等配件"}
    assert client.post(url("opinion-verb", opinion.number, "ask_extension"), late).status_code == 302
    assert (
        client.post(url("opinion-verb", opinion.number, "report"), {"text": "已更换灯具", "solved": "yes"}).status_code
        == 302
    )
    text = page(cast.deng, url("opinion", opinion.number))
    assert "已回报" in text and "已更换灯具" in text


# -- the station -------------------------------------------------------------------------------------------------------

VISIT = {"channel": "station", "to": "S00001", "urgency": "normal", "category": "urban", "content": LAMP, "contact_name": NAME,
         "tell_by": "visit", "visibility": "private", "consent": "on"}  # fmt: skip


def filed(client: Client, **more: object) -> Opinion:
    response = client.post(url("opinion-file"), VISIT | more)
    assert response.status_code == 302, response.content.decode()
    return Opinion.objects.latest("pk")


def test_a_visitor_without_a_phone_is_filed_on_one_page_and_goes_home_with_a_slip(cast: Cast) -> None:
    client = signed_in(cast.zhou)
    opinion = filed(client, photos=[SimpleUploadedFile("信.jpg", a_jpeg(), "image/jpeg")])
    assert (opinion.channel, opinion.tell_by, opinion.entered_by) == ("station", "visit", cast.zhou)
    assert opinion.photos.count() == 1
    slip = client.get(url("opinion-slip", opinion.number))
    code = opinion.query_code
    shown = slip.content.decode().replace("\u00a0", "")
    assert opinion.number in shown and code in shown and "0990-8500011" in shown
    assert slip["Cache-Control"].startswith("max-age=0")
    again = client.get(url("opinion-slip", opinion.number)).content.decode().replace("\u00a0", "")
    assert opinion.number in again and code not in again


def test_filing_says_what_is_missing_and_keeps_the_rest(cast: Cast) -> None:
    client = signed_in(cast.zhou)
    wrong = VISIT | {"tell_by": "", "consent": "", "photos": [SimpleUploadedFile("a.jpg", a_jpeg(), "image/jpeg")]}
    response = client.post(url("opinion-file"), wrong)
    text = response.content.decode()
    assert response.status_code == 422 and "没有留手机号，请选一种告知本人的办法" in text and "征得同意" in text
    assert LAMP in text and NAME in text and 'name="kept"' in text
    assert not Opinion.objects.exists()


def test_filing_twice_by_one_button_makes_one_opinion(cast: Cast) -> None:
    client = signed_in(cast.zhou)
    first, second = (filed(client, once="x" * 32) for _ in range(2))
    assert first == second and Opinion.objects.count() == 1


def test_a_complaint_about_the_station_is_filed_there_and_seen_there_no_more(cast: Cast) -> None:
    client = signed_in(cast.zhou)
    opinion = filed(client, concerns=["station"], content="联络站中午总没人。")
    slip = client.get(url("opinion-slip", opinion.number)).content.decode()
    assert opinion.number in slip and "由上一级办理" in slip
    assert client.get(url("opinion-slip", opinion.number)).status_code == 404
    assert client.get(url("opinion", opinion.number)).status_code == 404
    for path in (
        "/desk/",
        "/desk/reception/",
        "/desk/screening/",
        "/desk/opinions/?tab=all",
        f"/desk/opinions/?q={opinion.number}",
    ):
        assert "联络站中午总没人" not in client.get(path).content.decode()


def test_screening_accepts_from_the_desk(people: Citizens, cast: Cast) -> None:
    opinion = people.say()
    assert opinion.number in page(cast.zhou, url("screening"))
    body = {"category": "urban", "public_text": "路灯坏了，请修。"}
    assert signed_in(cast.zhou).post(url("opinion-verb", opinion.number, "accept"), body).status_code == 302
    assert Opinion.objects.get().state == "open" and opinion.number not in page(cast.zhou, url("screening"))


def test_the_reception_shows_what_is_about_to_leave_its_date_in_whose_hands(people: Citizens, cast: Cast) -> None:
    claimed, calm = people.claimed(), people.replied(content="健身器材已经修好。")
    later(days=6)
    leaving = signed_in(cast.zhou).get(url("reception")).context["leaving"]
    assert [(row.number, row.holder) for row in leaving] == [(claimed.number, "王建国代表")]
    assert calm.number not in [row.number for row in leaving]


def test_a_hazard_stands_on_top_of_the_reception(people: Citizens, cast: Cast) -> None:
    people.say("小区门口的灯箱要掉了。", urgency="quick")
    hazard = people.say("变压器漏电。", urgency="hazard")
    text = page(cast.zhou, url("reception"))
    assert text.index("安全隐患，先办") < text.index(hazard.number) < text.index("替来人登记一件事")
    assert url("opinion-verb", hazard.number, "acknowledge") in text


def test_telling_in_person_is_recorded_and_leaves_the_list(cast: Cast, people: Citizens) -> None:
    client = signed_in(cast.zhou)
    opinion = filed(client)
    people.accepted(opinion)
    assert opinion.number in page(cast.zhou, url("tellings"))
    body = {"way": "visit", "at": clock.now().strftime("%Y-%m-%dT%H:%M"), "person": "本人"}
    assert client.post(url("opinion-verb", opinion.number, "record_told"), body).status_code == 302
    assert opinion.number not in page(cast.zhou, url("tellings"))


def test_a_rating_is_entered_by_somebody_who_did_not_handle_it(cast: Cast, people: Citizens) -> None:
    opinion = people.replied(people.claimed(people.accepted(filed(signed_in(cast.zhou)))))
    body = {"grade": "basically", "way": "paper", "note": "回单 12 号"}
    assert signed_in(cast.wu).post(url("opinion-verb", opinion.number, "rate"), body).status_code == 302
    assert Opinion.objects.get().outcome == "rated" and opinion.ratings.get().entered_by == cast.wu


def test_nobody_enters_the_rating_of_a_matter_of_ones_own(cast: Cast, people: Citizens) -> None:
    opinion = people.accepted(filed(signed_in(cast.zhou)))
    opinions.claim(opinion, by=cast.zhou)
    opinions.answer(opinion, by=cast.zhou, text="修好了")
    text = page(cast.zhou, url("opinion", opinion.number))
    assert url("opinion-verb", opinion.number, "rate") not in text
    page(cast.zhou, url("opinion-verb", opinion.number, "rate"), 422)
    assert url("opinion-verb", opinion.number, "rate") in page(cast.wu, url("opinion", opinion.number))


def test_a_lost_code_is_given_anew_and_shown_once(cast: Cast, people: Citizens) -> None:
    opinion = people.accepted(filed(signed_in(cast.zhou)))
    old, client = opinion.query_code, signed_in(cast.zhou)
    response = client.post(url("opinion-verb", opinion.number, "reissue"), {"seen": "看过受理单"})
    assert response["Location"] == url("opinion-slip", opinion.number)
    new = Opinion.objects.get().query_code
    shown = client.get(response["Location"]).content.decode().replace("\u00a0", "")
    assert new != old and new in shown
    assert new not in client.get(response["Location"]).content.decode().replace("\u00a0", "")


def test_a_phone_number_is_opened_once_for_a_reason(cast: Cast, people: Citizens) -> None:
    opinion = people.accepted(people.at_station(phone=PHONE, contact_name=NAME))
    client = signed_in(cast.zhou)
    assert PHONE not in client.get(url("opinion", opinion.number)).content.decode()
    path = url("opinion-contact", opinion.number)
    assert client.post(path, {"reason": ""}).status_code == 422
    opened = client.post(path, {"reason": "核实路灯的位置"})
    assert PHONE in opened.content.decode() and opened["Cache-Control"] == "no-store"
    assert PHONE not in client.get(path).content.decode()
    assert opinion.contact.openings.get().reason == "核实路灯的位置"


def test_what_leaves_the_station_leads_home(cast: Cast, people: Citizens) -> None:
    opinion = people.say()
    body = {"concerns": ["station"], "reason": "反映的是本站"}
    response = signed_in(cast.zhou).post(url("opinion-verb", opinion.number, "avoid"), body)
    assert response["Location"] == "/desk/"


def test_notices_are_ones_own(cast: Cast) -> None:
    from accounts.models import Notice

    for user, title in ((cast.zhou, "给周静的"), (cast.wu, "给吴梅的")):
        Notice.objects.create(user=user, step=f"opinionstep:{user.pk}", title=title, url="/desk/", at=clock.now())
    client = signed_in(cast.zhou)
    text = client.get(url("notices")).content.decode()
    assert "给周静的" in text and "给吴梅的" not in text
    client.post(url("notices-read"))
    assert not cast.zhou.notices.unread().exists() and cast.wu.notices.unread().exists()
