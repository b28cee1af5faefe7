"""The pages of a poll as people walk them: password, ballot, check, 已存入; the 监票台; paper; the public result."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from tests.cast import PASSWORD, people
from tests.votes.polling import START, Polling
from votes.models import Poll, RollLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def client_of(user: User, **cookies: str) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def proved(told: Polling, poll: Poll, user: User, **cookies: str) -> tuple[Client, str]:
    client, at = client_of(user, **cookies), f"/my/polls/{poll.number}/"
    assert client.post(f"{at}enter/", {"password": PASSWORD}).status_code == 302
    return client, at


def cast_id(page: str) -> str:
    return re.search(r'name="cast_id" value="([^"]+)"', page)[1]


def test_a_ballot_is_cast_from_password_to_receipt(told: Polling) -> None:
    poll = told.opened()
    client, at = client_of(told.cast.wang), f"/my/polls/{poll.number}/"
    assert poll.title in client.get("/my/").content.decode()
    front = client.get(at).content.decode()
    assert "计票须 2 名监票人同时到场" in front and "<strong>不能</strong>防止" in front
    assert client.get(f"{at}ballot/").status_code == 302, "the password comes first"
    wrong = client.post(f"{at}enter/", {"password": "x"})
    assert wrong.status_code == 422 and "密码不对" in wrong.content.decode()
    client.post(f"{at}enter/", {"password": PASSWORD})
    assert client.get(f"{at}ballot/")["Cache-Control"].startswith("max-age=0")
    check = client.post(f"{at}check/", {"m1": "+", "m2": "-", "m3": "0"})
    assert "no-store" in check["Cache-Control"]
    page = check.content.decode()
    body = {"m1": "+", "m2": "-", "m3": "0", "cast_id": cast_id(page)}
    done = client.post(f"{at}cast/", body)
    assert done["Location"] == f"{at}receipt/"
    again = client.post(f"{at}cast/", body)
    assert again["Location"] == f"{at}receipt/?again=1", "a cut network: already stored"
    other = client.post(f"{at}cast/", {**body, "cast_id": "x" * 22})
    assert other.status_code == 409 and "以第一次存入的为准" in other.content.decode()
    receipt = client.get(f"{at}receipt/").content.decode()
    line = RollLine.objects.get(channel="online")
    assert bytes(line.fingerprint).hex()[:8] in receipt and "<svg" in receipt
    assert not any(word in receipt for word in ("赞成", "反对", "弃权"))


def test_pages_of_a_ballot_have_one_length_whatever_was_chosen(told: Polling) -> None:
    poll = told.opened()
    client, at = proved(told, poll, told.cast.wang)
    sizes = {len(client.get(f"{at}ballot/").content)}
    for marks in ("+++", "---", "000", "+-0"):
        fields = {f"m{n}": mark for n, mark in enumerate(marks, 1)}
        sizes |= {len(client.post(f"{at}{name}/", fields).content) for name in ("check", "ballot")}
    assert sizes == {16 * 1024}


def test_too_many_marks_come_back_with_everything_kept(told: Polling) -> None:
    poll = told.opened(mode="choose_n", rule={"most": 1})
    client, at = proved(told, poll, told.cast.wang)
    answer = client.post(f"{at}check/", {"m1": "1", "m2": "1", "m3": "0"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "最多选 1 项，您选了 2 项，请去掉 1 项" in page
    assert page.count("checked") == 3 and 'value="1" checked' in page
    for fields in ({"m1": "x"}, {"m1": "11"}, {"m1": "é"}):
        assert client.post(f"{at}check/", fields).status_code == 422
    assert client.post(f"{at}cast/", {"m1": "1"}).status_code == 422
    assert not RollLine.objects.exclude(channel="").exists()


def test_the_elder_ballot_asks_one_question_a_page(told: Polling) -> None:
    poll = told.opened()
    client, at = proved(told, poll, told.cast.wang, elder="1")
    first = client.get(f"{at}ballot/").content.decode()
    assert "第 1 项，共 3 项" in first and first.count("<fieldset") == 1
    second = client.post(f"{at}check/", {"m1": "+", "m2": "0", "m3": "0", "step": "1"}).content.decode()
    assert "第 2 项，共 3 项" in second and 'name="m1" value="+"' in second
    back = client.post(f"{at}ballot/", {"m1": "+", "m2": "-", "m3": "0", "step": "2", "back": "1"}).content.decode()
    assert "第 1 项，共 3 项" in back and 'value="+" checked' in back
    check = client.post(f"{at}check/", {"m1": "+", "m2": "-", "m3": "0", "step": "3"}).content.decode()
    assert "存入选票" in check


def test_a_ballot_is_not_open_to_whoever_is_not_on_its_roll(told: Polling) -> None:
    poll = told.opened()
    assert client_of(told.cast.li).get(f"/my/polls/{poll.number}/").status_code == 404
    closed = told.closed(poll)
    client = client_of(told.cast.wang)
    assert "投票已截止，您没有投票" in client.get(f"/my/polls/{closed.number}/").content.decode()


def test_a_step_up_is_dropped_after_ten_minutes_in_background(told: Polling) -> None:
    poll = told.opened()
    client, at = proved(told, poll, told.cast.wang)
    assert client.get(f"{at}ballot/").status_code == 200
    client.post(f"{at}lock/")
    assert client.get(f"{at}ballot/").status_code == 302


def test_a_step_up_lasts_two_hours(told: Polling) -> None:
    poll = told.opened()
    client, at = proved(told, poll, told.cast.wang)
    with clock.at(START.replace(hour=11, minute=59)):
        assert client.get(f"{at}ballot/").status_code == 200
    with clock.at(START.replace(hour=12, minute=1)):
        assert client.get(f"{at}ballot/").status_code == 302


def test_a_new_password_sends_to_the_paper_desk(told: Polling) -> None:
    from ground import audit

    poll = told.opened()
    audit.write(told.cast.wang, "accounts.set_password", "", "password")
    client, at = client_of(told.cast.wang), f"/my/polls/{poll.number}/"
    spared = client.post(f"{at}enter/", {"password": PASSWORD})
    assert spared.status_code == 302, "the cast from this machine is spared this rule"
    told.cast.wang.is_demo = False
    told.cast.wang.save(update_fields=["is_demo"])
    refused = client_of(told.cast.wang).post(f"{at}enter/", {"password": PASSWORD})
    assert refused.status_code == 422 and "领取纸质票" in refused.content.decode()


# -- the console -------------------------------------------------------------------------------------------------------


def test_a_poll_goes_its_way_on_the_console(told: Polling) -> None:
    cast = told.cast
    told.seats(4)
    office = client_of(cast.chen)
    form = {"title": "民生实事票决", "mode": "choose_n", "secret": "1", "options": "甲\n乙\n丙", "places": "2", "most": "2",
            "quorum": "2/3", "majority": "1/2", "base": "actual", "grades": "满意、不满意", "is_public": "on"}  # fmt: skip
    bad = office.post("/admin/polls/new/", form | {"most": "9"})
    assert (
        bad.status_code == 422
        and "最多选几项，不多于候选项" in bad.content.decode()
        and "民生实事票决" in bad.content.decode()
    )
    made = office.post("/admin/polls/new/", form)
    at = made["Location"]
    poll = Poll.objects.get()
    people_of = {
        "chief": cast.shi.pk,
        "scrutineers": [cast.tang.pk, cast.zhao.pk],
        "tellers": [cast.cai.pk, cast.chen.pk],
    }
    assert office.post(f"{at}appoint/", people_of).status_code == 302
    assert office.post(f"{at}propose/").status_code == 302
    slips = {}
    for user in told.officers:
        client = client_of(told.user(user))
        assert client.get(f"{at}slip/").status_code == 200
        page = client.post(f"{at}slip/").content.decode()
        slips[user.pk] = "-".join(re.findall(r"<span>([0-9A-Z*~$=]{2,5})</span>", page.split("slipcard__code")[1]))
    chief = client_of(told.user(cast.shi))
    fields = {f"slip_{pk}": slip for pk, slip in slips.items()}
    wrong = chief.post(f"{at}slips/make_keys/", fields | {f"slip_{cast.tang.pk}": "AAAAA"})
    assert wrong.status_code == 422 and "27 个字母和数字" in wrong.content.decode()
    assert not any(slip in wrong.content.decode() for slip in slips.values()), "no secret comes back on a page"
    assert chief.post(f"{at}slips/make_keys/", fields).status_code == 302
    assert chief.post(f"{at}slips/open/", fields).status_code == 302
    poll.refresh_from_db()
    assert poll.state == "open"
    for line in poll.roll.select_related("seat__deputy"):
        told.vote(poll, line.seat, "110")
    assert "还没投" in chief.get(f"{at}?part=1").content.decode()
    assert chief.get(f"{at}projector/").status_code == 200
    assert chief.post(f"{at}close/").status_code == 302
    two = {f"slip_{u.pk}": slips[u.pk] for u in told.officers[:2]} | {
        f"password_{u.pk}": PASSWORD for u in told.officers[:2]
    }
    forged = chief.post(f"{at}slips/count/", two | {f"password_{cast.tang.pk}": "x"})
    assert forged.status_code == 422 and "唐勇的登录密码不对" in forged.content.decode()
    alone = chief.post(
        f"{at}slips/count/", {f"slip_{cast.shi.pk}": slips[cast.shi.pk], f"password_{cast.shi.pk}": PASSWORD}
    )
    assert alone.status_code == 422 and "请 2 名监票人" in alone.content.decode()
    assert chief.post(f"{at}slips/count/", two).status_code == 302
    assert client_of(cast.sun).post(f"{at}publish/").status_code == 302
    page = office.get(at).content.decode()
    assert "符合法定人数" in page and "已公布" in page
    public = Client().get(f"/polls/{poll.number}/").content.decode()
    assert "甲" in public and "通过" in public
    bundle = Client().get(f"/polls/{poll.number}/bundle.zip")
    assert bundle["Content-Type"] == "application/zip" and bundle.content[:2] == b"PK"
    assert poll.title in Client().get("/polls/").content.decode()


def test_paper_goes_through_the_desk_and_two_keyers(told: Polling) -> None:
    cast = told.cast
    seats = told.seats(3)
    poll = told.opened(mode="choose_n", rule={"most": 2})
    at = f"/admin/polls/{poll.number}/"
    desk = client_of(told.user(cast.tang))
    for seat in seats[:2]:
        assert desk.post(f"{at}paper/", {"do": "issue", "voter": seat.pk}).status_code == 302
    assert desk.post(f"{at}paper/", {"do": "issue", "voter": seats[0].pk}).status_code == 422
    assert client_of(cast.chen).get(f"{at}paper/").status_code == 403
    cancel = {"voter": seats[1].pk, "second": cast.shi.pk, "password": "x"}
    assert desk.post(f"{at}cancel_paper/", cancel).status_code == 422
    assert desk.post(f"{at}cancel_paper/", cancel | {"password": PASSWORD}).status_code == 302
    assert desk.post(f"{at}paper/", {"do": "issue", "voter": seats[1].pk}).status_code == 302
    poll = told.closed(poll)
    assert desk.post(f"{at}paper/", {"do": "batch", "voter_class": "deputies", "issued": "3"}).status_code == 422
    assert desk.post(f"{at}paper/", {"do": "batch", "voter_class": "deputies", "issued": "2"}).status_code == 302
    batch = poll.batches.get()
    first, second = client_of(told.user(cast.cai)), client_of(told.user(cast.he))
    url = f"/admin/batches/{batch.pk}/key/"
    unread = first.post(url, {"returned": "2", "spoiled": "0", "papers": "1 x\n2"})
    assert unread.status_code == 422 and "第 1 行看不懂" in unread.content.decode()
    assert first.post(url, {"returned": "2", "spoiled": "0", "papers": "1 2\n3"}).status_code == 302
    assert "1 2\n3" not in second.get(url).content.decode(), "no third reads a keying before both are in"
    assert second.post(url, {"returned": "2", "spoiled": "1", "papers": "3"}).status_code == 302
    chief = client_of(told.user(cast.shi))
    page = chief.get(f"/admin/batches/{batch.pk}/settle/").content.decode()
    assert "不一致的地方" in page and "何芳" in page
    assert chief.post(f"/admin/batches/{batch.pk}/settle/", {"take": "second", "reason": "核对原票"}).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.valid, batch.marks) == ("agreed", 1, [[0, "001", 1]])
    assert client_of(told.cast.sun).get(f"{at}roll/").status_code == 200
    assert client_of(told.cast.chen).get(f"{at}roll/").status_code == 403


def test_an_officer_without_a_post_enters_the_console_for_the_count_alone(told: Polling) -> None:
    poll = told.opened()
    client = client_of(told.user(told.cast.zhao))
    assert "请到票决" in client.get("/admin/").content.decode()
    assert client.get(f"/admin/polls/{poll.number}/").status_code == 200
    assert client.get("/admin/opinions/").status_code == 403
    assert client_of(told.cast.wang).get("/admin/").status_code == 403


def test_the_void_poll_says_so(told: Polling) -> None:
    poll = told.opened()
    chief = client_of(told.user(told.cast.shi))
    assert chief.post(f"/admin/polls/{poll.number}/void/", {}).status_code == 422
    assert chief.post(f"/admin/polls/{poll.number}/void/", {"reason": "投票器故障"}).status_code == 302
    assert "没有打开，已经销毁" in client_of(told.cast.wang).get(f"/my/polls/{poll.number}/").content.decode()


def test_papers_can_be_printed_in_each_mode(told: Polling) -> None:
    for mode, rule in (
        ("per_item", {}),
        ("choose_n", {"most": 1}),
        ("rank", {}),
        ("grades", {"grades": ["好", "差"], "grade_rule": "plain"}),
    ):
        poll = told.draft(mode=mode, rule=rule)
        assert client_of(told.cast.chen).get(f"/admin/polls/{poll.number}/print/").status_code == 200
