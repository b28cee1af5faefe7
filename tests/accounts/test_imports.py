"""Tables that come in: shown before anything changes, applied whole or not at all, undone if nobody touched them."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.imports import drop_old
from accounts.models import Import, ImportRecord, ImportRow, Organ, Region, User
from clocks.models import Holiday
from deputies.models import CodeTarget, Deputy, Poster, Seat
from ground import clock
from ground.models import AuditLine, StoredFile
from stations.models import Venue, VenueDeputy
from tests.cast import Cast
from tests.tables import book, bring, exported, page_of, press, upload

SEATS = "deputies.seat"
HEAD = (
    "代表码",
    "姓名",
    "出生年",
    "人大代码",
    "届次",
    "自",
    "代表团",
    "选区或选举单位",
    "单位职务",
    "专长",
    "手机号",
    "进站站点码",
)


def row(name: str = "林一", **said: object) -> tuple[object, ...]:
    told = {"姓名": name, "人大代码": "qs-rd", "届次": 17} | said
    return tuple(told.get(column, "") for column in HEAD)


@pytest.fixture
def han(cast: Cast, client: Client) -> Client:
    client.force_login(cast.han)
    return client


@pytest.fixture
def sun(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.sun)
    return client


@pytest.fixture
def yao(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.yao)
    return client


def test_a_row_makes_person_seat_account_and_station_through_the_gate(cast: Cast, han: Client) -> None:
    told = row(出生年="1975年", 自="2026.1.20", 选区或选举单位="第一选区", 单位职务="教师", 专长="教育",
               手机号="+86 199 0000 8001", 进站站点码="清水镇中心联络站")  # fmt: skip
    batch = upload(han, SEATS, book(HEAD, told))
    assert not Deputy.objects.filter(name="林一").exists(), "a preview changes nothing"
    shown = page_of(han, batch)
    assert "<ins>1975</ins>" in shown
    assert "199****8001" in shown
    assert "19900008001" not in shown.replace("+86 199 0000 8001", "")
    press(han, batch, "apply")
    seat = Seat.objects.get(deputy__name="林一")
    assert (seat.state, str(seat.since), seat.constituency, seat.organ.code) == (
        "active",
        "2026-01-20",
        "第一选区",
        "qs-rd",
    )
    assert [(s.verb, s.before, s.after, s.by_id) for s in seat.steps.all()] == [
        ("elect", "", "elected_pending", cast.han.pk),
        ("seat", "elected_pending", "active", cast.han.pk),
    ]
    person = seat.deputy
    assert (person.code, person.birth_year, person.occupation, person.pinyin) == ("D00007", 1975, "教师", "linyi ly")
    assert person.user == User.objects.by_phone("19900008001")
    assert not person.user.has_usable_password()
    assert not person.user.posts.exists()
    assert seat.venues.get().venue.code == "S00001"
    acts = set(AuditLine.objects.filter(object=f"import:{batch.pk}").values_list("act", flat=True))
    assert acts == {"deputies.upload_seat", "deputies.import_seat"}


def test_one_wrong_row_stops_the_whole_file_and_is_fetched_to_be_corrected(cast: Cast, han: Client) -> None:
    batch = upload(
        han,
        SEATS,
        book(HEAD, row(), row("林二", 届次=18), row("外人", 人大代码="dh-rd", 届次=19), row("林三", 手机号="123")),
    )
    assert (batch.new_rows, batch.wrong_rows, batch.may_be_applied) == (1, 3, False)
    shown = page_of(han, batch)
    assert "第 3 行 E 列“届次”：没有清水镇人大第 18 届" in shown
    assert "不在您管理的范围内" in shown
    assert "请填写 11 位手机号" in shown
    assert press(han, batch, "apply").applied_at is None
    assert not Deputy.objects.filter(name__startswith="林").exists()
    file = han.get(f"/admin/imports/{batch.pk}/wrong/")
    again = upload(han, SEATS, file.content)
    assert again.wrong_rows == 3
    assert not any("问题" in note for note in again.notes), "the column of problems is read past in silence"


def test_a_thousand_wrong_rows_are_turned_page_by_page(cast: Cast, han: Client) -> None:
    batch = upload(han, SEATS, book(HEAD, *(row(f"人{n}", 届次=99) for n in range(1000))))
    assert batch.wrong_rows == 1000
    first = han.get(f"/admin/imports/{batch.pk}/", {"kind": "wrong"})
    assert len(first.context["rows"]) == 50
    second = han.get(f"/admin/imports/{batch.pk}/", {"kind": "wrong", "cursor": first.context["page"].next})
    assert second.context["rows"][0]["no"] == first.context["rows"][-1]["no"] + 1


def test_the_same_person_under_two_spellings_is_asked_about(cast: Cast, han: Client) -> None:
    batch = upload(han, SEATS, book(HEAD, row("王 小国"), row("王小国"), row("汪小国")))
    shown = page_of(han, batch, "asks")
    assert "与第 2 行姓名相同（写作“王 小国”和“王小国”）" in shown
    assert "读音相同" in page_of(han, batch, "told")
    assert (batch.asking_rows, batch.may_be_applied) == (1, False)
    batch = press(han, batch, "people", **{"row-3": "skip"})
    assert (batch.asking_rows, batch.new_rows) == (0, 2)
    press(han, batch, "apply")
    assert Deputy.objects.filter(name="王小国").count() == 1


def test_somebody_who_is_there_already_is_matched_by_a_person_never_by_a_phone(cast: Cast, han: Client) -> None:
    batch = upload(han, SEATS, book(HEAD, row("张　海", 选区或选举单位="第五选区")))
    assert "张海（D00005" in page_of(han, batch, "asks")
    batch = press(han, batch, "people", **{"row-2": "D00005"})
    assert (batch.changed_rows, batch.new_rows) == (1, 0)
    press(han, batch, "apply")
    assert cast.seat("D00005").deputy.seats.get().constituency == "第五选区"
    stolen = upload(han, SEATS, book(HEAD, row("生人", 手机号="19900000001")))
    assert "已有账号" in page_of(han, stolen)


def test_two_rows_of_one_person_are_two_seats_when_somebody_says_so(cast: Cast, sun: Client) -> None:
    both = book(HEAD, row("双职", 出生年=1970), row("双职", 出生年=1970, 人大代码="dh-rd", 届次=19))
    batch = upload(sun, SEATS, both)
    assert batch.asking_rows == 1
    batch = press(sun, batch, "people", **{"row-3": "row2"})
    batch = press(sun, batch, "apply")
    assert Deputy.objects.get(name="双职").seats.count() == 2
    press(sun, batch, "undo")
    assert not Deputy.objects.filter(name="双职").exists()


def test_the_phone_of_who_has_signed_in_is_never_changed(cast: Cast, han: Client) -> None:
    user = cast.deputies["D00005"].user
    user.last_login = clock.now()
    user.save()
    batch = upload(han, SEATS, book(HEAD, row("张海", 代表码="D00005", 手机号="19900008009")))
    assert "手机号由本人更换" in page_of(han, batch)
    masked = upload(han, SEATS, book(HEAD, row("张海", 代表码="D00005", 手机号="199****0004")))
    assert masked.same_rows == 1
    user.last_login = None
    user.save()
    bring(han, SEATS, book(HEAD, row("张海", 代表码="D00005", 手机号="19900008009")))
    user.refresh_from_db()
    assert user.phone == "19900008009"


def test_what_changed_between_the_look_and_the_press_is_shown_anew(cast: Cast, han: Client) -> None:
    batch = upload(han, SEATS, book(HEAD, row("张海", 代表码="D00005", 选区或选举单位="第五选区")))
    Seat.objects.filter(deputy__code="D00005").update(constituency="第六选区")
    batch = press(han, batch, "apply")
    assert batch.applied_at is None
    assert "请看新的核对结果" in page_of(han, batch)
    assert "<del>第六选区</del>" in page_of(han, batch)
    assert press(han, batch, "apply").applied_at is not None


def test_an_import_is_undone_whole_and_its_codes_are_never_given_again(cast: Cast, han: Client) -> None:
    before = (Deputy.objects.count(), Seat.objects.count(), User.objects.count(), VenueDeputy.objects.count())
    rows = (
        HEAD,
        row(手机号="19900008001", 进站站点码="S00001"),
        row("张海", 代表码="D00005", 选区或选举单位="第五选区"),
    )
    batch = bring(han, SEATS, book(*rows))
    assert "撤销这次导入" in han.get(f"/admin/imports/{batch.pk}/undo/").content.decode()
    batch = press(han, batch, "undo")
    assert batch.standing == "undone", batch.job.words
    assert (Deputy.objects.count(), Seat.objects.count(), User.objects.count(), VenueDeputy.objects.count()) == before
    assert cast.seat("D00005").deputy.seats.get().constituency == "清水镇第二选区"
    assert CodeTarget.objects.get(pk="D00007").deputy is None
    assert Client().get("/d/D00007/").status_code == 404
    assert AuditLine.objects.filter(act="deputies.undo_import_seat", object=f"import:{batch.pk}").exists()
    again = bring(han, SEATS, book(*rows))
    assert Deputy.objects.get(name="林一").code == "D00008"
    assert again.pk != batch.pk
    old = upload(han, SEATS, book(HEAD, row("林一二", 代表码="D00007")))
    assert "D00007 已经停用" in page_of(han, old)


def test_an_import_is_not_undone_when_somebody_went_on_with_it(cast: Cast, han: Client) -> None:
    from suggestions.models import Suggestion

    rows = (HEAD, row(), row("林二"), row("张海", 代表码="D00005", 选区或选举单位="第五选区"))
    batch = bring(han, SEATS, book(*rows))
    Seat.objects.filter(deputy__code="D00005").update(constituency="第七选区")
    Deputy.objects.filter(name="林一").update(occupation="医生")
    seat = Seat.objects.get(deputy__name="林二")
    wang = cast.seat("D00001")
    Suggestion.objects.create(
        number="Y2026-999999", lead=seat, term=wang.term, congress=wang.organ, title="试", made_at=clock.now()
    )
    shown = han.post(f"/admin/imports/{batch.pk}/undo/")
    page = shown.content.decode().split('id="way"')[1].split("</table>")[0]
    assert shown.status_code == 409
    assert "第 4 行" in page and "选区或选举单位" in page
    assert "第 2 行" in page and "单位职务" in page, page
    assert "第 3 行" in page and "建议用到它" in page
    assert Deputy.objects.filter(name="林一").exists()


def test_a_poster_on_the_wall_keeps_the_code_it_shows(cast: Cast, han: Client) -> None:
    batch = bring(han, SEATS, book(HEAD, row()))
    Poster.objects.create(
        code="p1", target_id="D00007", organ=cast.organs["qs-rd"], size="a4", by=cast.han, issued_at=clock.now()
    )
    assert "已经印过海报" in han.get(f"/admin/imports/{batch.pk}/undo/").content.decode()
    Poster.objects.update(withdrawn_at=clock.now())
    assert press(han, batch, "undo").standing == "undone"


def test_a_file_that_comes_twice_is_pointed_out(cast: Cast, han: Client) -> None:
    content = book(HEAD, row())
    first = bring(han, SEATS, content)
    second = upload(han, SEATS, content)
    shown = page_of(han, second)
    assert "同一个文件已经导入过" in shown
    assert f"/admin/imports/{first.pk}/" in shown


def test_file_rows_and_undo_are_sealed_and_gone_after_a_week(cast: Cast, han: Client) -> None:
    batch = bring(han, SEATS, book(HEAD, row(手机号="19900008001")))
    stored = batch.file
    contents = [bytes(ImportRow.objects.get().content), bytes(ImportRecord.objects.get().content)]
    for content in contents:
        assert content.startswith(b"v1|sm4-gcm|")
    assert drop_old() == 0
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert drop_old() == 1
    assert not ImportRow.objects.exists() and not ImportRecord.objects.exists()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    batch.refresh_from_db()
    assert not batch.may_be_undone
    assert "已经删除，不能再撤销" in page_of(han, batch)


def test_english_headings_are_matched_by_the_person(cast: Cast, sun: Client) -> None:
    content = "name,delegation,term\n丁一,清水代表团,19\n丁二,清水代表团,19\n".encode("gb18030")
    batch = upload(sun, SEATS, content, "npc.csv")
    assert batch.standing == "columns"
    assert "对应列" in page_of(sun, batch)
    headings = [c.name for c in sun.get(f"/admin/imports/{batch.pk}/columns/").context["form"].columns]
    body = {f"from-{headings.index('姓名')}": "name", f"from-{headings.index('代表团')}": "delegation",
            f"from-{headings.index('届次')}": "term"}  # fmt: skip
    refused = sun.post(f"/admin/imports/{batch.pk}/columns/", body)
    assert refused.status_code == 422
    assert "“人大代码”必填" in refused.content.decode()
    batch = press(sun, batch, "columns", **body, **{f"fixed-{headings.index('人大代码')}": "dh-rd"})
    assert (batch.new_rows, batch.wrong_rows) == (2, 0)


def test_venues_come_with_their_parents_by_name_in_any_order(cast: Cast, sun: Client) -> None:
    head = ("类别", "名称", "所属人大代码", "上级站点码", "经度")
    rows = (("基层联系点", "新点", "qs-rd", "新站", "118.4"), ("联络站", "新站", "qs-rd", "清水镇中心联络站", "x"))
    wrong = upload(sun, "stations.venue", book(head, *rows))
    assert "“x”不是数字" in page_of(sun, wrong)
    rows = (rows[0], (*rows[1][:4], ""))
    batch = bring(sun, "stations.venue", book(head, *rows))
    point = Venue.objects.get(name="新点")
    assert point.parent.name == "新站"
    assert point.path == f"{point.parent.path}{point.pk}."
    assert point.parent.path == f"{Venue.objects.get(code='S00001').path}{point.parent.pk}."
    assert point.steps.get().verb == "found"
    batch = press(sun, batch, "undo")
    assert batch.standing == "undone", batch.job.words
    assert Client().get(f"/s/{point.code}/").status_code == 404


def test_divisions_and_organs_come_in_one_file_whatever_the_order(cast: Cast, yao: Client) -> None:
    regions = book(
        ("代码", "名称", "级别", "上级代码"),
        ("9909010", "新镇", "乡镇、街道", "99090"),
        ("99090", "新区", "县、区", "9901"),
    )
    batch = bring(yao, "accounts.region", regions)
    assert Region.objects.get(pk="9909010").path == "99.9901.99090.9909010."
    head = ("代码", "名称", "类别", "层级", "上级代码", "所属人大代码", "区划代码")
    organs = book(head, ("xq-gov", "新区政府", "人民政府", "县级", "xq-rd", "xq-rd", "99090"),
                  ("xq-rd", "新区人大", "人民代表大会", "县级", "dh-rd", "xq-rd", "99090"))  # fmt: skip
    second = bring(yao, "accounts.organ", organs)
    made = Organ.objects.get(code="xq-rd")
    assert (made.congress, made.parent.code) == (made, "dh-rd")
    assert Organ.objects.get(code="xq-gov").path.startswith(made.path)
    refused = yao.post(f"/admin/imports/{batch.pk}/undo/")
    assert "已经有机构用到它" in refused.content.decode()
    assert press(yao, second, "undo").standing == "undone"
    assert press(yao, batch, "undo").standing == "undone"
    circle = book(("代码", "名称", "级别", "上级代码"), ("A", "甲", "村", "B"), ("B", "乙", "村", "A"))
    assert "上级绕成了一圈" in page_of(yao, upload(yao, "accounts.region", circle))


def test_holidays_are_read_however_the_day_is_written(cast: Cast, yao: Client) -> None:
    days = ("2031.10.1", "2031年10月2日", "2031/10/3", 48125, "20311005")
    bring(yao, "clocks.holiday", book(("日期", "类别", "节日"), *((day, "放假", "国庆节") for day in days)))
    kept = Holiday.objects.filter(date__year=2031).values_list("date", flat=True)
    assert [str(day) for day in kept] == [f"2031-10-0{n}" for n in range(1, 6)]


@pytest.mark.parametrize("form", [0, 1], ids=["xlsx", "csv"])
@pytest.mark.parametrize(
    ("who", "table"),
    [
        ("yao", "accounts.region"),
        ("yao", "accounts.organ"),
        ("yao", "clocks.holiday"),
        ("sun", "deputies.term"),
        ("sun", "deputies.group"),
        ("sun", "deputies.deputy"),
        ("sun", "deputies.seat"),
        ("sun", "stations.venue"),
    ],
)
def test_what_goes_out_comes_back_unchanged(cast: Cast, client: Client, who: str, table: str, form: int) -> None:
    Venue.objects.filter(code="S00003").update(address="=1+1", reception="-每月\t10 日", phone="'+86 123")
    Deputy.objects.filter(code="D00001").update(occupation="@站长", birth_year=1975)
    client.force_login(cast.users[who])
    content = exported(client, table, form)
    batch = upload(client, table, content, f"表.{('xlsx', 'csv')[form]}")
    assert (batch.new_rows, batch.changed_rows, batch.wrong_rows, batch.asking_rows) == (0, 0, 0, 0), page_of(
        client, batch
    )
    assert batch.same_rows > 0


def test_only_who_keeps_a_table_brings_it_and_sees_what_was_brought(cast: Cast, han: Client, yao: Client) -> None:
    assert yao.get("/admin/imports/new/deputies.seat/").status_code == 403
    assert han.get("/admin/imports/new/accounts.region/").status_code == 403
    assert han.get("/admin/imports/new/accounts.user/").status_code == 404
    assert han.get("/admin/imports/new/nothing/").status_code == 404
    batch = upload(han, SEATS, book(HEAD, row()))
    for client in (yao, Client()):
        assert client.get(f"/admin/imports/{batch.pk}/").status_code in (302, 404)
    assert Import.objects.visible_to(cast.sun).filter(pk=batch.pk).exists()
    assert not Import.objects.visible_to(cast.feng).filter(pk=batch.pk).exists()
