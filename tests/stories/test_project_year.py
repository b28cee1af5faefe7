"""A whole year of livelihood projects through the pages: a citizen proposes without account and hears of every stage, the
office leads the round, deputies decide (no quorum, a void ballot, a tie), a unit builds, one project is adjusted, all rate."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from config.demo.time import settle
from config.mailbox.sender import sent_to
from ground import clock
from ground.models import Message
from tests.cast import people
from tests.votes.building import MATERIAL, TITLES, Building
from tests.votes.polling import START
from votes.models import LivelihoodProject, Round
from votes.workflow import poll as polls, progress

pytestmark = pytest.mark.django_db
PHONE = "19912345678"


@pytest.fixture
def told() -> Iterator[Building]:
    with clock.at(START):
        yield Building(people())


def at(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="accounts.signin.PhoneBackend")
    return client


def press(client: Client, url: str, **body: object) -> str:
    """Posts a form that must be taken, and answers the page it leads to."""
    answer = client.post(url, body)
    assert answer.status_code == 302, (url, re.findall(r"field__error[^>]*>.*?</div>", answer.content.decode(), re.S))
    page = client.get(answer["Location"])
    assert page.status_code == 200, answer["Location"]
    return page.content.decode()


def state(row: LivelihoodProject) -> str:
    return LivelihoodProject.objects.get(pk=row.pk).state


def proposed_by_page(client: Client) -> LivelihoodProject:
    said = {"organ": "dh-rd", "title": TITLES[0], "text": f"孩子上学要走三公里，电话 {PHONE}。", "category": "education",
            "contact_name": "老李", "phone": PHONE}  # fmt: skip
    wrong = client.post("/projects/propose/", {**said, "title": ""})
    assert wrong.status_code == 422 and "三公里" in wrong.content.decode() and "请填写" in wrong.content.decode()
    check = client.post("/projects/propose/", said).content.decode()
    assert "请核对" in check
    assert PHONE not in check.split("大家会看到什么")[1].split("</blockquote>")[0]
    once = re.search(r'name="once" value="([^"]+)"', check)[1]
    for _ in range(2):  # the button pressed twice is one proposal
        received = press(client, "/projects/propose/", send="1", once=once, **said)
    row = LivelihoodProject.objects.get()
    assert row.number in received and re.sub(r"\D", "", row.query_code) in re.sub(r"\D", "", received)
    client.post("/projects/follow/verify_phone/", {"send": "1"})
    code = re.search(r"\d{6}", sent_to(PHONE)[0].text)[0]
    press(client, "/projects/follow/verify_phone/", sms_code=code)
    return row


def test_a_year_of_projects(told: Building) -> None:
    cast = told.cast
    told.seats(5)
    chen, sun, wang, citizen = at(cast.chen), at(cast.sun), at(cast.wang), Client()

    # -- collecting --------------------------------------------------------------------------------------------------
    press(chen, "/admin/rounds/new/", year=2026, places=2, mode="choose_n", collects_until="2026-03-20", title="")
    round_ = Round.objects.get()
    mine = proposed_by_page(citizen)
    assert citizen.get(f"/projects/{mine.number}/").status_code == 404
    press(chen, f"/admin/projects/{mine.number}/accept/", public_text="孩子上学要走三公里。")
    assert "三公里" in citizen.get(f"/projects/{mine.number}/").content.decode()
    other = Client()
    need = f"/projects/{mine.number}/support/"
    assert "验证码已发出" in other.post(need, {"phone": "19912345670", "area": "大湾村", "send": "1"}).content.decode()
    code = re.search(r"\d{6}", sent_to("19912345670")[0].text)[0]
    assert "已记下" in press(other, need, phone="19912345670", sms_code=code, area="大湾村")
    press(wang, f"/my/projects/{mine.number}/support/")
    press(wang, "/my/projects/propose/", organ="dh-rd", title=TITLES[1], text="雨天进不了村。", category="road")
    press(at(cast.zhou), "/desk/projects/propose/", organ="dh-rd", title=TITLES[2], text="老街倒灌。", category="water")
    press(at(cast.gao), "/desk/projects/propose/", organ="dh-rd", title="机关车库", text="车多。", category="other")
    rows = list(LivelihoodProject.objects.order_by("pk"))
    like = LivelihoodProject.objects.get(title="机关车库")
    assert like.proposer_kind == "department"
    press(chen, f"/admin/projects/{like.number}/screen_out/", reason_code="not_public", public_reason="不是公益事项。")
    for row in rows[1:3]:
        press(chen, f"/admin/projects/{row.number}/accept/", public_text=row.masked_text)

    # -- screening, review --------------------------------------------------------------------------------------------
    desk = f"/admin/rounds/{round_.number}"
    press(chen, f"{desk}/screen/")
    today = clock.today()
    for row in rows[:3]:
        press(chen, f"/admin/projects/{row.number}/shortlist/")
        nodes = "\n".join(f"{today + timedelta(days=60 * n)} {25 * n} 第 {n} 个节点" for n in range(1, 5))
        words = {**MATERIAL, "title": row.title, "category": row.category, "unit": cast.organs["dh-zjj"].pk, "nodes": nodes,
                 "starts_on": today, "ends_on": today + timedelta(days=250)}  # fmt: skip
        wrong = chen.post(f"/admin/projects/{row.number}/edit/", {**words, "nodes": "三月 开工"})
        assert wrong.status_code == 422 and "第 1 行看不懂" in wrong.content.decode()
        press(chen, f"/admin/projects/{row.number}/edit/", **words)
    press(sun, f"{desk}/shortlist/")
    press(chen, f"{desk}/review/")
    assert "审议意见" in press(wang, f"/my/projects/{mine.number}/note/", text="选址合适，建议同时修路。")
    for row in rows[:3]:
        press(chen, f"/admin/projects/{row.number}/nominate/")
    press(sun, f"{desk}/nominate/")

    # -- the ballot: no quorum, void, a tie ------------------------------------------------------------------------------
    press(chen, f"{desk}/make_ballot/", mode="choose_n", secret="0")
    told.decided(round_, ["110"] * 40, absent=5)
    assert {state(row) for row in rows[:3]} == {"candidate"}
    press(chen, f"{desk}/make_ballot/", mode="choose_n", secret="0")
    polls.void(told.fresh(told.turn(round_).ballots.last().poll), by=cast.sun, reason="多发了一张票。")
    press(chen, f"{desk}/make_ballot/", mode="choose_n", secret="0")
    poll = told.decided(round_, [*["110"] * 4, *["101"] * 4, "011"])
    assert [state(row) for row in rows[:3]] == ["elected", "candidate", "candidate"]
    told.carried(polls.second_round(told.fresh(poll), by=cast.chen), ["10"] * 9)
    assert [state(row) for row in rows[:3]] == ["elected", "elected", "not_elected"]
    press(sun, f"{desk}/publish/")
    press(chen, f"{desk}/begin/")
    assert "实施" in Client().get(f"/projects/rounds/{round_.number}/").content.decode()

    # -- building, an adjustment -------------------------------------------------------------------------------------
    with clock.at(START + timedelta(days=40)):
        page = press(at(cast.gao), f"/desk/projects/{mine.number}/report/", percent=20, money_in="200", money_paid="100",
                     done="完成招标", problems="")  # fmt: skip
        assert "20%" in page
        press(at(cast.wang), f"/my/projects/{mine.number}/visit/", on=clock.today(), text="工地有序。")
        words = {**words, **MATERIAL, "title": mine.title, "category": "education"}
        press(at(cast.zheng), f"/desk/projects/{mine.number}/ask_adjustment/", kind="change", reason="地质变化，要加固地基。",
              letter_no="请示 1 号", **{**words, "content": "新增 5 个班。"})  # fmt: skip
        assert state(mine) == "adjusting"
        press(at(cast.ma), f"/desk/projects/{mine.number}/forward_adjustment/", letter_no="政府函 3 号")
        press(at(cast.chen), f"/admin/projects/{mine.number}/put_to_vote/")
        told.carried(told.again(mine).adjustment.poll, ["+"] * 9)
        page = Client().get(f"/projects/{mine.number}/").content.decode()
        assert "新增 5 个班" in page and "第 1 版（原方案）" in page and "新增 6 个班" in page

    # -- the end ---------------------------------------------------------------------------------------------------------
    with clock.at(START + timedelta(days=200)):
        assert "进度滞后" in Client().get(f"/projects/{mine.number}/").content.decode()
        for row in rows[:2]:
            press(
                at(cast.zheng),
                f"/desk/projects/{row.number}/report/",
                percent=100,
                money_in="620",
                money_paid="600",
                done="完工",
            )
            press(at(cast.sun), f"/admin/projects/{row.number}/accept_work/", note="现场验收合格。")
        press(at(cast.wang), f"/my/projects/{mine.number}/rate/", grade="satisfied")
        again = at(cast.wang).post(f"/my/projects/{mine.number}/rate/", {"grade": "satisfied"})
        assert again.status_code in (422, 409)
        rate = f"/projects/{mine.number}/rate/"
        other.post(rate, {"phone": "19912345670", "grade": "satisfied", "send": "1"})
        code = re.search(r"\d{6}", sent_to("19912345670")[0].text)[0]
        press(other, rate, phone="19912345670", sms_code=code, grade="satisfied")
        press(at(cast.zhou), f"/desk/projects/{mine.number}/tablet/", grade="basically")
        for row in rows[:2]:
            progress.evaluate(told.again(row), by=cast.sun)
        press(at(cast.sun), f"{desk}/evaluate/")
        press(at(cast.sun), f"{desk}/close/")
        settle()
    assert Round.objects.get().state == "closed"
    verbs = [step.verb for step in told.again(mine).steps.all()]
    assert verbs[:2] == ["propose", "verify_phone"] and verbs[-2:] == ["rate", "evaluate"]
    told_of = set(Message.objects.filter(recipient_kind="contact").values_list("template", flat=True))
    wanted = ("propose", "accept", "shortlist", "nominate", "elect", "begin", "report", "visit", "ask_adjustment",
              "decide_adjustment", "accept_work", "evaluate")  # fmt: skip
    assert {f"project.{verb}" for verb in wanted} <= told_of
