"""履职通: what a deputy sees and does on the pages, through the views alone."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts import tokens
from ground import clock
from suggestions.models import Opinion, Suggestion
from suggestions.queries import mine
from suggestions.workflow import assignment as work, commitment as promises, cosign as cosigns, suggestion as whole
from tests.cast import people
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import PROMISE, START, WORDS, Narrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return client


def token_of(user: Any) -> dict[str, str]:
    return {"Authorization": f"Token {tokens.issue(user, many=True)[0]}"}


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (64, 48), "red").save(held, "JPEG")
    return SimpleUploadedFile("现场.jpg", held.getvalue(), content_type="image/jpeg")


def body(answer: Any) -> str:
    return answer.content.decode()


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # what is read once in a process is read now
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


# -- the face ----------------------------------------------------------------------------------------------------------


def test_strangers_are_led_to_sign_in_and_others_refused(tell: Narrator) -> None:
    assert Client().get("/my/").headers["Location"].startswith("/login/")
    for url in ("/my/", "/my/opinions/", "/my/suggestions/", "/my/suggestions/new/", "/my/notices/", "/my/me/"):
        assert signed_in(tell.cast.gao).get(url).status_code == 403


# -- the first page ----------------------------------------------------------------------------------------------------


def test_a_deputy_reads_the_own_numbers(tell: Narrator) -> None:
    assert mine.record_of(tell.cast.gao) is None
    tell.rated(tell.replied(), result="dissatisfied", text="没有解决")
    tell.rated(tell.replied())
    tell.submitted(tell.cosigned("D00002"))
    tell.draft()
    Citizens(tell.cast).closed("satisfied")
    record = mine.record_of(tell.cast.wang)
    assert record == {
        "led": 3, "answered": 2, "signed": 0, "rated": 2, "content": 1, "opinions": 1, "replied": 1, "judged": 1, "pleased": 1,
    }  # fmt: skip
    assert mine.record_of(tell.cast.zhao)["signed"] == 3
    page = body(signed_in(tell.cast.wang).get("/my/"))
    assert "您评价了 2 份答复，对结果满意或基本满意 1 份" in page
    assert "群众给您评价 1 次，满意或基本满意 1 次" in page


def test_home_lists_what_waits_with_the_nearest_date_first(tell: Narrator) -> None:
    cast = tell.cast
    rated = tell.replied()
    opinion = Citizens(cast).accepted()
    other = whole.create(cast.seat("D00002"), by=cast.zhao, **(WORDS | {"title": "关于增设学校护学岗的建议"}))
    cosigns.invite(other, by=cast.zhao, deputies=[cast.deputies["D00001"]])
    page = body(signed_in(cast.wang).get("/my/"))
    assert "王建国代表，您好" in page and "有 <strong>4</strong> 件事等您处理" in page
    places = [
        page.index(words)
        for words in (
            f"/my/opinions/{opinion.number}/",
            f"/my/suggestions/{rated.number}/",
            f"/my/suggestions/{other.number}/",
        )
    ]
    assert places == sorted(places)
    assert "赵慧敏代表请您联名" in page and "请评价答复" in page and "请接单" in page


def test_a_deputy_with_nothing_to_do_is_told_so(tell: Narrator) -> None:
    page = body(signed_in(tell.cast.tang).get("/my/"))
    assert "现在没有事等您处理" in page and "都处理完了" in page


def test_leave_is_one_switch(tell: Narrator) -> None:
    cast = tell.cast
    client, opinion = signed_in(cast.wang), Citizens(cast).claimed()
    until = clock.today() + timedelta(days=5)
    assert client.post("/my/me/leave/", {"leave_until": "2020-01-01"}).status_code == 302
    assert cast.wang.leave_until is None
    client.post("/my/me/leave/", {"leave_until": until.isoformat()})
    cast.wang.refresh_from_db()
    assert cast.wang.leave_until == until
    opinion.refresh_from_db()
    assert (opinion.state, opinion.holder_kind) == ("open", "station")
    assert "您请假到" in body(client.get("/my/"))
    client.post("/my/me/leave/", {"back": "1"})
    cast.wang.refresh_from_db()
    assert cast.wang.leave_until is None


def test_todo_answers_each_role_what_waits_for_it(tell: Narrator) -> None:
    cast = tell.cast
    opinion = Citizens(cast).say()
    suggestion = tell.assigned()

    def todo(user: Any) -> list[dict[str, Any]]:
        return Client(headers=token_of(user)).get("/api/v1/me/todo/").json()

    (screen,) = [row for row in todo(cast.zhou) if row["number"] == opinion.number]
    assert (screen["kind"], screen["object"]) == ("screen", "opinion") and "accept" in screen["actions"]
    waits = [row for row in todo(cast.gao) if row["number"] == suggestion.number]
    assert {row["kind"] for row in waits} >= {"sign", "reply"}
    assert waits[0]["assignment"] == tell.of(suggestion).pk and waits[0]["due"]["at"]
    assert [row["due"]["at"] for row in waits] == sorted(row["due"]["at"] for row in waits)
    assert todo(cast.li) == [] and todo(cast.liu) == []
    assert Client().get("/api/v1/me/todo/").status_code == 401


# -- opinions ----------------------------------------------------------------------------------------------------------


def test_an_opinion_is_claimed_and_answered_on_the_pages(tell: Narrator) -> None:
    cast = tell.cast
    opinion = Citizens(cast).accepted()
    client, url = signed_in(cast.wang), f"/my/opinions/{opinion.number}/"
    assert opinion.number in body(client.get("/my/opinions/"))
    page = body(client.get(url))
    assert "等人接单" in page and "为什么是这天" in page and "人民路" in page
    client.post(f"{url}claim/")
    page = body(client.get(url))
    assert "还有 7 天" in page
    for verb in ("answer", "coordinate", "suggest_refer", "escalate"):
        assert f"{url}{verb}/" in page
    assert "转办建议" in page and "转为建议" in page and f"{url}release/" in page.split("更多")[1]
    refused = client.post(f"{url}answer/", {"text": ""})
    assert refused.status_code == 422 and "有 1 处需要修改" in body(refused)
    assert client.post(f"{url}answer/", {"text": "路灯已经修好。", "solved": "yes"}).headers["Location"] == url
    assert Opinion.objects.get(pk=opinion.pk).state == "replied"
    assert opinion.number in body(client.get("/my/opinions/?tab=answered"))


def test_a_deputy_of_the_station_finds_it_among_those_to_be_claimed(tell: Narrator) -> None:
    opinion = Citizens(tell.cast).accepted(station="S00001")
    client = signed_in(tell.cast.zhao)
    assert opinion.number in body(client.get("/my/opinions/?tab=free"))
    assert opinion.number not in body(client.get("/my/opinions/"))
    assert opinion.number in body(client.get("/my/opinions/?q=路灯"))


def test_an_outsider_does_not_find_the_matter(tell: Narrator) -> None:
    opinion = Citizens(tell.cast).accepted()
    client = signed_in(tell.cast.li)
    for tail in ("", "answer/", "contact/", "photos/1/full/"):
        assert client.get(f"/my/opinions/{opinion.number}/{tail}").status_code == 404


def test_contact_is_shown_once_after_a_reason(tell: Narrator) -> None:
    cast = tell.cast
    type(cast.wang).objects.filter(pk=cast.wang.pk).update(is_demo=False)  # only the cast is spared the proof
    opinion = Citizens(cast).claimed(contact_name="李女士", phone="19900007777")
    client, url = signed_in(cast.wang), f"/my/opinions/{opinion.number}/contact/"
    assert client.get(url).status_code == 302  # proves again who is there
    session = client.session
    now = clock.now().isoformat()
    session.update({"proved_at": now, "signed_at": now, "seen_at": now, "office": False})
    session.save()
    shown = client.get(url)
    assert (
        shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store" and "19900007777" not in body(shown)
    )
    assert client.post(url, {"reason": ""}).status_code == 422
    opened = client.post(url, {"reason": "约时间看现场"})
    assert "19900007777" in body(opened) and "李女士" in body(opened) and opened.headers["Cache-Control"] == "no-store"
    assert opinion.contact.openings.get().reason == "约时间看现场"


def test_escalating_leads_on_to_the_draft(tell: Narrator) -> None:
    opinion = Citizens(tell.cast).claimed()
    answer = signed_in(tell.cast.wang).post(f"/my/opinions/{opinion.number}/escalate/", {"suggestion": ""})
    draft = Suggestion.objects.get(links__opinion=opinion)
    assert answer.headers["Location"] == f"/my/suggestions/{draft.number}/edit/"
    page = body(signed_in(tell.cast.wang).get(answer.headers["Location"]))
    assert opinion.number in page and "还没填完" in page and "还没写完" in page


def test_words_typed_after_the_sign_in_expired_are_kept(tell: Narrator) -> None:
    opinion = Citizens(tell.cast).claimed()
    client, url = signed_in(tell.cast.wang), f"/my/opinions/{opinion.number}/answer/"
    client.logout()
    client.post(url, {"text": "已约供电所明天上午到现场。"})
    session = client.session  # the browser keeps its cookie and signs in again
    kept = session["kept_form"]
    client.force_login(tell.cast.wang, backend="accounts.signin.PhoneBackend")
    session = client.session
    session["kept_form"] = kept
    session.save()
    assert "已约供电所明天上午到现场。" in body(client.get(url))


# -- writing -----------------------------------------------------------------------------------------------------------


def test_a_suggestion_is_written_part_by_part_and_sent(tell: Narrator) -> None:
    cast = tell.cast
    client = signed_in(cast.wang)
    assert client.post("/my/suggestions/new/", {"title": "只有标题"}).status_code == 422
    made = client.post("/my/suggestions/new/", WORDS | {"is_public": "on"})
    draft = Suggestion.objects.latest("pk")
    edit = f"/my/suggestions/{draft.number}/edit/"
    assert made.headers["Location"] == edit
    client.post(f"{edit}words/", {"situation": "共有 400 辆。", "proposal": WORDS["proposal"]})
    client.post(f"{edit}basics/", {"title": "关于充电车棚的建议", "field": "social", "is_public": "on"})
    draft.refresh_from_db()
    assert (draft.current_version, draft.title, draft.field) == (3, "关于充电车棚的建议", "social")
    assert client.post(f"{edit}photos/", {"photos": [picture()], "kind": "photo"}).headers["Location"] == edit
    row = draft.files.get()
    shown = client.get(f"/my/suggestions/{draft.number}/files/{row.pk}/thumb/")
    assert shown.headers["Content-Type"] == "image/jpeg" and shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; style-src 'unsafe-inline'"
    page = body(client.get(edit))
    for words in ("基本信息", "正文", "1 张", "联名", "核对并提交", "可以提交"):
        assert words in page
    found = body(client.get(f"/my/suggestions/{draft.number}/invite/?q=zhao"))
    assert "赵慧敏" in found and 'value="D00002"' in found
    client.post(f"/my/suggestions/{draft.number}/invite/", {"others": "D00002"})
    assert "1 位待确认" in body(client.get(edit))
    check = body(client.get(f"/my/suggestions/{draft.number}/check/"))
    assert "赵慧敏还没有确认这一稿" in check and "共有 400 辆。" in check
    client.post(f"/my/suggestions/{draft.number}/submit/")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert client.get(edit).status_code == 404


def test_a_bad_picture_is_refused_in_words(tell: Narrator) -> None:
    draft, client = tell.draft(), signed_in(tell.cast.wang)
    url = f"/my/suggestions/{draft.number}/edit/photos/"
    answer = client.post(url, {"photos": [SimpleUploadedFile("a.jpg", b"no picture")], "kind": "photo"}, follow=True)
    assert "这不是能识别的照片" in body(answer) and not draft.files.exists()


def test_a_picture_can_be_taken_away_before_it_is_sent(tell: Narrator) -> None:
    draft, client = tell.draft(), signed_in(tell.cast.wang)
    client.post(f"/my/suggestions/{draft.number}/edit/photos/", {"photos": [picture(), picture()], "kind": "photo"})
    first = draft.files.first()
    client.post(f"/my/suggestions/{draft.number}/files/{first.pk}/drop/")
    assert draft.files.count() == 1
    tell.submitted(Suggestion.objects.get(pk=draft.pk))
    assert client.post(f"/my/suggestions/{draft.number}/files/{draft.files.get().pk}/drop/").status_code == 404


def test_a_snap_is_a_photo_and_one_sentence(tell: Narrator) -> None:
    client = signed_in(tell.cast.wang)
    told = {"situation": "人民路 18 号门口路灯不亮。晚上看不清台阶。", "photos": [picture()]}
    client.post("/my/suggestions/snap/", told | {"send": "1"})
    snap = Suggestion.objects.latest("pk")
    assert (snap.kind, snap.state, snap.title, snap.files.count()) == (
        "snap",
        "submitted",
        "人民路 18 号门口路灯不亮",
        1,
    )
    told["photos"] = [SimpleUploadedFile("a.jpg", b"no picture")]
    refused = client.post("/my/suggestions/snap/", told)
    assert refused.status_code == 422 and "人民路 18 号门口路灯不亮" in body(refused)
    assert Suggestion.objects.count() == 1


def test_similar_suggestions_of_the_last_five_years_are_named(tell: Narrator) -> None:
    old = tell.replied()
    draft = tell.draft(title="关于清水花园充电车棚管理的建议")
    page = body(signed_in(tell.cast.wang).get(f"/my/suggestions/{draft.number}/edit/"))
    assert "近五年类似的建议" in page and f"/my/suggestions/{old.number}/" in page


# -- signing with others -----------------------------------------------------------------------------------------------


def test_a_request_shows_the_text_then_the_difference_and_takes_one_tap(tell: Narrator) -> None:
    cast = tell.cast
    row, client = tell.invited("D00002"), signed_in(cast.zhao)
    url = f"/my/suggestions/{row.number}/"
    assert row.title in body(client.get("/my/suggestions/?tab=asked"))
    page = body(client.get(url))
    assert WORDS["situation"] in page and "同意联名" in page and 'name="version" value="1"' in page
    client.post(f"{url}cosign/", {"version": "1"})
    assert row.cosigns.get().state == "confirmed"
    whole.revise(Suggestion.objects.get(pk=row.pk), by=cast.wang, proposal="一、建设充电车棚。二、由社区管理。")
    page = body(client.get(url))
    assert "您确认过第 1 稿，现在是第 2 稿" in page
    assert "<ins>" in page and "由社区管理。" in page and "<del>" in page and "明确管理单位。" in page
    late = client.post(f"{url}cosign/", {"version": "1"})
    assert late.status_code == 422 and "建议文本已经修改" in body(late)
    client.post(f"{url}cosign/", {"version": "2"})
    assert row.cosigns.get().state == "confirmed"


def test_a_draft_is_its_leads_alone(tell: Narrator) -> None:
    draft = tell.draft()
    for user in (tell.cast.zhao, tell.cast.li):
        for tail in ("", "edit/", "check/", "print/", "revise/"):
            assert signed_in(user).get(f"/my/suggestions/{draft.number}/{tail}").status_code == 404


# -- one suggestion ----------------------------------------------------------------------------------------------------


def test_contact_records_are_confirmed_with_one_tap(tell: Narrator) -> None:
    row = tell.signed()
    assignment = tell.of(row)
    tell.talk(assignment)
    client, url = signed_in(tell.cast.wang), f"/my/suggestions/{row.number}/"
    page = body(client.get(url))
    assert "市住建局说与您沟通过" in page and "到小区看了现场" in page
    record = assignment.contacts.get()
    client.post(f"/my/assignments/{assignment.pk}/confirm_contact/", {"contact": record.pk, "agrees": "no"})
    record.refresh_from_db()
    assert record.agrees is False
    assert "说与您沟通过" not in body(client.get(url))


def test_a_reply_is_read_and_rated_with_its_promises(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.replied(result_class="B", commitments=[PROMISE])
    assignment = tell.of(row)
    work.give_view(assignment, by=cast.zhao, grade="basically", text="时间偏长")
    client, url = signed_in(cast.wang), f"/my/suggestions/{row.number}/"
    assert row.title in body(client.get("/my/suggestions/?tab=rate"))
    page = body(client.get(url))
    for words in (
        "B 类",
        "建成充电车棚 3 处",
        "2026",
        "已会同有关单位研究",
        "赵慧敏代表的看法",
        "时间偏长",
        "已经答复",
    ):
        assert words in page
    assert "时间偏长" not in body(signed_in(cast.deputies["D00006"].user).get("/my/suggestions/"))
    rate = f"/my/assignments/{assignment.pk}/rate/"
    assert "时间偏长" in body(client.get(rate))
    assert client.post(rate, {"attitude": "satisfied", "result": "dissatisfied"}).status_code == 422
    client.post(rate, {"attitude": "satisfied", "result": "basically"})
    row.refresh_from_db()
    assert row.state == "tracking"
    work.confirm_contact(assignment, by=cast.wang, contact=assignment.contacts.get().pk, agrees=True)
    page = body(client.get(url))
    assert "态度满意" in page and "结果基本满意" in page and "承诺还在跟踪落实" in page


def test_all_dates_of_a_promise_stay_and_its_end_is_rated(tell: Narrator) -> None:
    cast = tell.cast
    promise = tell.promised()
    promises.change_commitment(promise, by=cast.zheng, due_on=promise.due_on.replace(year=2027), reason="管线迁改")
    promises.settle_commitment_change(promise, by=cast.sun, accept=True, reason="已听取意见")
    promises.report_commitment(promise, by=cast.zheng, text="三处都已建成", final=True)
    client, url = signed_in(cast.wang), f"/my/suggestions/{promise.suggestion.number}/"
    page = body(client.get(url))
    assert "<s>" in page and "2027" in page and "三处都已建成" in page and "评价承诺落实" in page
    client.post(f"/my/commitments/{promise.pk}/rate_commitment/", {"result": "satisfied"})
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_a_cosigner_reads_the_reply_but_not_the_others_words(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.replied(tell.signed(suggestion=tell.cosigned("D00002", "D00004")))
    work.give_view(tell.of(row), by=cast.zhao, grade="basically", text="时间偏长")
    page = body(signed_in(cast.shi).get(f"/my/suggestions/{row.number}/"))
    assert "已会同有关单位研究" in page and "时间偏长" not in page
    assert "告诉领衔代表我的看法" in page


def test_the_sheet_to_sign_names_everybody_under_the_text(tell: Narrator) -> None:
    page = body(signed_in(tell.cast.wang).get(f"/my/suggestions/{tell.cosigned().number}/print/"))
    assert (
        "王建国（领衔）" in page
        and "赵慧敏" in page
        and "签名" in page
        and "东湖市人民代表大会代表建议、批评和意见" in page
    )


def test_every_state_of_a_suggestion_has_its_page(tell: Narrator) -> None:
    client = signed_in(tell.cast.wang)
    rows = [
        tell.draft(),
        tell.invited(),
        tell.submitted(),
        tell.registered(),
        tell.assigned(),
        tell.signed(),
        tell.replied(),
        tell.rated(),
    ]
    rows.append(tell.rated(tell.replied(), result="dissatisfied", text="没有解决"))
    rows.append(whole.send_back(tell.submitted(), by=tell.cast.chen, reason="请补充数据"))
    rows.append(whole.refuse(tell.submitted(), by=tell.cast.sun, rule_code="empty", reason="已与代表沟通"))
    rows.append(tell.unkept().suggestion)
    for row in rows:
        assert client.get(f"/my/suggestions/{row.number}/").status_code == 200, row.state
    assert "请补充数据" in body(client.get(f"/my/suggestions/{rows[9].number}/edit/"))


def test_every_state_of_an_opinion_has_its_page(tell: Narrator) -> None:
    c = Citizens(tell.cast)
    client = signed_in(tell.cast.wang)
    rows = [
        c.accepted(),
        c.claimed(),
        c.coordinating(),
        c.referred(),
        c.reported(),
        c.replied(),
        c.closed(),
        c.reopened(),
        c.unsettled(),
        c.escalated(),
        c.merged(),
    ]
    for row in rows:
        page = client.get(f"/my/opinions/{row.number}/")
        assert page.status_code == 200, row.state
    assert "用您自己的话告诉群众" in body(client.get(f"/my/opinions/{rows[4].number}/"))


# -- notices -----------------------------------------------------------------------------------------------------------


def test_a_notice_is_read_by_opening_it(tell: Narrator) -> None:
    from ground.outbox import tell_steps

    row = tell.replied()
    tell_steps()
    client = signed_in(tell.cast.wang)
    page = body(client.get("/my/notices/"))
    assert "未读" in page
    found = tell.cast.wang.notices.filter(number=row.number, read_at=None).first()
    assert client.get(f"/my/notices/{found.pk}/").headers["Location"] == f"/my/suggestions/{row.number}/"
    found.refresh_from_db()
    assert found.read_at is not None
    assert signed_in(tell.cast.zhao).get(f"/my/notices/{found.pk}/").status_code == 404
    client.post("/my/notices/read/")
    assert not tell.cast.wang.notices.unread().exists()


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_lists_cost_the_same_however_long_they_are(tell: Narrator) -> None:
    client, c = signed_in(tell.cast.wang), Citizens(tell.cast)

    def more() -> None:
        c.claimed()
        c.reported()
        tell.replied(result_class="B", commitments=[PROMISE])
        tell.signed()

    urls = (
        "/my/",
        "/my/opinions/",
        "/my/opinions/?tab=all",
        "/my/suggestions/",
        "/my/suggestions/?tab=rate",
        "/my/notices/",
    )
    more()
    more()
    before = {url: queries_of(client, url) for url in urls}
    for _ in range(3):
        more()
    assert {url: queries_of(client, url) for url in urls} == before
    assert max(before.values()) < 70  # small ones: what rows point to is read by a query for each table


def test_one_suggestion_costs_the_same_however_much_is_in_it(tell: Narrator) -> None:
    client = signed_in(tell.cast.wang)
    units = (("dh-zjj", "main"), ("dh-jyj", "main"), ("dh-jtj", "main"))
    one = tell.signed(*units[:2], mode="separate", suggestion=tell.cosigned("D00002"))
    many = tell.signed(*units, mode="separate", suggestion=tell.cosigned("D00002", "D00004", "D00006"))
    for row, organs in ((one, units[:2]), (many, units)):
        for organ, _ in organs:
            tell.replied(row, organ, result_class="B", commitments=[PROMISE, PROMISE])
    assert queries_of(client, f"/my/suggestions/{one.number}/") == queries_of(client, f"/my/suggestions/{many.number}/")
    draft = tell.draft()
    assert queries_of(client, f"/my/suggestions/{draft.number}/edit/") < 45
