"""A year of livelihood projects by hand in a browser, each role at its own face: of the city (no quorum, a tie, a project
that is adjusted), of a township (secret, a void ballot, paper among the ballots, the bundle recounted), of a street's assembly."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from config.demo.time import pass_time
from config.mailbox.sender import sent_to
from deputies.models import Seat
from ground import clock
from tests.browser.conftest import axe, press
from tests.browser.hand import Hand
from tests.cast import PASSWORD, Cast, people
from tests.factories import a_seat, a_user
from tests.votes.assembling import Assembling
from tests.votes.building import MATERIAL
from tests.votes.polling import START
from votes.models import LivelihoodProject, PaperBatch, Poll, Round

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, NEIGHBOUR = "19912345678", "19912345670"
TITLES = ("第二幼儿园改扩建", "大湾村通村道路硬化", "集镇污水管网改造")


@pytest.fixture
def cast(settings: Any, tmp_path: Any) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with clock.at(START):
        yield people()


class Year:
    """The round of one congress or street: who keeps and leads it, who builds, who votes and who counts."""

    def __init__(self, page_at: Any, cast: Cast, organ: str, *, clerk: User, lead: User, unit: str) -> None:
        self.page_at, self.cast, self.organ, self.unit = page_at, cast, cast.organs[organ], cast.organs[unit]
        self.clerk = Hand(page_at, clerk)
        self.lead = Hand(page_at, lead) if lead.pk != clerk.pk else self.clerk
        self.voters: list[User] = []
        self.hands: dict[int, Hand] = {}

    def hand(self, user: User) -> Hand:
        """On a phone: the same person keeps the same one. Opened when first needed."""
        if user.pk not in self.hands:
            self.hands[user.pk] = Hand(self.page_at, user, phone=True)
        return self.hands[user.pk]

    def opens(self, **words: str) -> None:
        told = {"year": "2026", "places": "2", "collects_until": f"{clock.today() + timedelta(days=18)}", **words}
        self.clerk.press("/admin/rounds/new/", **told)
        self.desk = f"/admin/rounds/{self.round.number}"

    @property
    def round(self) -> Round:
        return Round.objects.get(organ=self.organ)

    def project(self, title: str) -> LivelihoodProject:
        return LivelihoodProject.objects.get(organ=self.organ, title=title)

    def at(self, title: str, verb: str = "") -> str:
        return f"/admin/projects/{self.project(title).number}/{verb and f'{verb}/'}"

    def states(self) -> list[str]:
        return [self.project(title).state for title in TITLES]

    # -- proposing -----------------------------------------------------------------------------------------------------

    def proposed_by_a_citizen(self, title: str) -> Hand:
        """No account; the phone is proved on the page where the proposal is followed."""
        citizen = Hand(self.page_at, phone=True)
        citizen.open("/projects/")
        citizen.walk("提一个项目")
        form = citizen.page.locator("main form[method=post]").last
        if form.locator("[name=organ] option").count() > 1:
            form.locator("[name=organ]").select_option(self.organ.code)
        citizen.fill_in(
            title=title, text="孩子上学要走三公里。", category="education", contact_name="老李", phone=PHONE
        )
        citizen.send("提交项目")
        assert self.project(title).number in citizen.reads()
        citizen.open("/projects/follow/verify_phone/")
        citizen.send("发")
        citizen.fill_in(sms_code=code_sent_to(PHONE))
        return citizen

    def screened(self) -> None:
        """From collected wishes to candidates with their material, reviewed by a deputy where there are deputies."""
        self.clerk.press(f"{self.desk}/screen/")
        for title in TITLES:
            self.clerk.press(self.at(title, "shortlist"))
            today = clock.today()
            nodes = "\n".join(f"{today + timedelta(days=60 * n)} {25 * n} 第 {n} 个节点" for n in range(1, 5))
            self.clerk.press(
                self.at(title, "edit"), **MATERIAL, unit=str(self.unit.pk), nodes=nodes, starts_on=f"{today}",
                ends_on=f"{today + timedelta(days=250)}",
            )  # fmt: skip
        self.lead.press(f"{self.desk}/shortlist/")
        self.clerk.press(f"{self.desk}/review/")

    def nominated(self) -> None:
        for title in TITLES:
            self.clerk.press(self.at(title, "nominate"))
        self.lead.press(f"{self.desk}/nominate/")
        assert self.states() == ["candidate"] * 3

    # -- deciding ------------------------------------------------------------------------------------------------------

    def called(self, secret: bool = False) -> Poll:
        self.clerk.press(f"{self.desk}/make_ballot/", mode="choose_n", secret=str(int(secret)))
        return self.round.ballots.order_by("pk").last().poll

    def officered(self, poll: Poll, absent: list[User] = []) -> str:  # noqa: B006
        """Named chief, two scrutineers, two tellers of the voters; who is away is entered; put to the chief."""
        at = f"/admin/polls/{poll.number}"
        chief, first, second, *tellers = (str(user.pk) for user in self.voters[:5])
        self.clerk.press(f"{at}/appoint/", chief=chief, scrutineers=[first, second], tellers=tellers)
        if absent:
            seats = Seat.objects.filter(term=poll.term, deputy__user__in=absent)
            self.clerk.press(f"{at}/excuse/", absent=[str(seat.pk) for seat in seats])
        self.clerk.press(f"{at}/propose/")
        return at

    def decided(self, poll: Poll, ballots: list[str], absent: list[User] = []) -> Poll:  # noqa: B006
        """A named poll from its officers to the published result."""
        at = self.officered(poll, absent)
        chief = self.console(self.voters[0])
        chief.press(f"{at}/slips/open/")
        there = [user for user in self.voters if user not in absent]
        for user, marks in zip(there, ballots, strict=False):
            self.hand(user).vote(poll.number, marks)
        chief.press(f"{at}/close/")
        chief.press(f"{at}/slips/count/")
        self.lead.press(f"{at}/publish/")
        return Poll.objects.get(pk=poll.pk)

    def console(self, user: User) -> Hand:
        """At the desk of the console: an officer's page."""
        return Hand(self.page_at, user)

    # -- building, rating ----------------------------------------------------------------------------------------------

    def begun(self) -> None:
        self.lead.press(f"{self.desk}/publish/")
        self.clerk.press(f"{self.desk}/begin/")

    def built(self, builder: Hand, title: str) -> None:
        words = {"percent": "100", "money_in": "620", "money_paid": "600", "done": "完工"}
        builder.press(f"/desk/projects/{self.project(title).number}/report/", **words)
        self.lead.press(self.at(title, "accept_work"), note="资料齐全，现场验收合格。")

    def rated_by_a_citizen(self, title: str) -> None:
        rater = Hand(self.page_at, phone=True)
        rater.open(f"/projects/{self.project(title).number}/rate/")
        rater.page.locator("[name=grade][value=satisfied]").check(force=True)
        rater.page.fill("[name=phone]", NEIGHBOUR)
        rater.send("发短信验证码")
        rater.fill_in(sms_code=code_sent_to(NEIGHBOUR))
        assert "已评价" in rater.page.inner_text("body") or "谢谢" in rater.page.inner_text("body")

    def ended(self, *built: str) -> None:
        for title in built:
            self.lead.press(self.at(title, "evaluate"))
        self.lead.press(f"{self.desk}/evaluate/")
        self.lead.press(f"{self.desk}/close/")
        assert self.round.state == "closed"


def code_sent_to(phone: str) -> str:
    text = sent_to(phone)[0].text
    return "".join(character for character in text if character.isdigit())[:6]


def with_accounts(cast: Cast, organ: str, n: int) -> list[User]:
    """Further deputies of a congress who sign in with the password of the cast."""
    users = [a_user(f"代表{i}", password=User.objects.get(pk=cast.wang.pk).password) for i in range(n)]
    for user in users:
        a_seat(cast, organ=organ, name=user.name, user=user)
    return users


def test_a_year_of_the_city(cast: Cast, page_at: Any) -> None:
    year = Year(page_at, cast, "dh-rd", clerk=cast.chen, lead=cast.sun, unit="dh-zjj")
    extra = with_accounts(cast, "dh-rd", 3)
    year.voters = [cast.shi, cast.tang, cast.zhao, *extra[:2], cast.wang, extra[2]]
    wang = year.hand(cast.wang)

    year.opens()
    citizen = year.proposed_by_a_citizen(TITLES[0])
    year.clerk.press(year.at(TITLES[0], "accept"), public_text="孩子上学要走三公里。")
    other = Hand(page_at, phone=True)
    other.open(f"/projects/{year.project(TITLES[0]).number}/")
    other.walk("我也需要")
    other.page.fill("[name=area]", "大湾村")
    other.page.fill("[name=phone]", NEIGHBOUR)
    other.send("发短信验证码")
    other.fill_in(sms_code=code_sent_to(NEIGHBOUR))
    wang.press("/my/projects/propose/", title=TITLES[1], text="雨天进不了村。", category="road")
    zhou = Hand(page_at, cast.zhou)
    zhou.press("/desk/projects/propose/", organ="dh-rd", title=TITLES[2], text="老街雨天倒灌。", category="water")
    Hand(page_at, cast.gao).press("/desk/projects/propose/", title="机关车库", text="车多。", category="other")
    for title in TITLES[1:]:
        year.clerk.press(year.at(title, "accept"))
    year.clerk.press(year.at("机关车库", "screen_out"), reason_code="not_public", public_reason="不是公益事项。")

    year.screened()
    wang.press(f"/my/projects/{year.project(TITLES[0]).number}/note/", text="选址合适，建议同时修路。")
    year.nominated()

    # Four of seven are fewer than two thirds: nothing is decided.
    poll = year.decided(year.called(), ["110"] * 4, absent=year.voters[4:])
    assert not poll.result["classes"][0]["quorum"]["held"] and year.states() == ["candidate"] * 3
    other.open(f"/polls/{poll.number}/")
    assert "出席" in other.reads() and "不足" in other.reads()
    # Two are level for the second place: both wait for another round among them alone.
    poll = year.decided(year.called(), ["110"] * 3 + ["101"] * 3 + ["011"])
    assert year.states() == ["elected", "candidate", "candidate"]
    year.clerk.press(f"/admin/polls/{poll.number}/second_round/")
    year.decided(year.round.ballots.order_by("pk").last().poll, ["10"] * 5 + ["01"] * 2)
    assert year.states() == ["elected", "elected", "not_elected"]
    year.begun()
    citizen.open(f"/projects/rounds/{year.round.number}/")
    assert TITLES[0] in citizen.reads()

    # Building: a report with its money, a visit, and a change that the standing committee decides.
    pass_time(START + timedelta(days=40))
    gao, zheng, ma = Hand(page_at, cast.gao), Hand(page_at, cast.zheng), Hand(page_at, cast.ma)
    mine = year.project(TITLES[0]).number
    year.hands.clear()
    gao.press(f"/desk/projects/{mine}/report/", percent="20", money_in="200", money_paid="100", done="完成招标")
    year.hand(cast.wang).press(f"/my/projects/{mine}/visit/", text="工地有序，注意扬尘。")
    zheng.press(f"/desk/projects/{mine}/ask_adjustment/", kind="change", reason="地质变化，要加固地基。",
                letter_no="请示 1 号", content="改扩建一所幼儿园，新增 5 个班。")  # fmt: skip
    ma.press(f"/desk/projects/{mine}/forward_adjustment/", letter_no="政府函 3 号")
    year.lead, year.clerk = Hand(page_at, cast.sun), Hand(page_at, cast.chen)
    year.clerk.press(year.at(TITLES[0], "put_to_vote"))
    committee = [cast.shi, cast.tang]
    asked = LivelihoodProject.objects.with_parts().get(number=mine).adjustment.poll
    voters, year.voters = year.voters, [*committee, *(user for user in year.voters if user not in committee)]
    at = year.officered(asked)
    chief = year.console(cast.shi)
    chief.press(f"{at}/slips/open/")
    for user in committee:
        year.hand(user).vote(asked.number, "+")
    chief.press(f"{at}/close/")
    chief.press(f"{at}/slips/count/")
    year.lead.press(f"{at}/publish/")
    year.voters = voters
    other.open(f"/projects/{mine}/")
    for folded in other.page.locator("main details:not([open]) > summary").all():
        folded.click()
    assert "新增 5 个班" in other.reads() and "新增 6 个班" in other.reads(), "the version that was voted on stays"

    pass_time(START + timedelta(days=200))
    year.lead, year.clerk = Hand(page_at, cast.sun), Hand(page_at, cast.chen)
    zheng = Hand(page_at, cast.zheng)
    other.open(f"/projects/{mine}/")
    assert "进度滞后" in other.reads()
    for title in TITLES[:2]:
        year.built(zheng, title)
    year.hands.clear()
    year.hand(cast.wang).press(f"/my/projects/{mine}/rate/", grade="satisfied")
    Hand(page_at, cast.zhou).press(f"/desk/projects/{mine}/tablet/", grade="basically")
    year.rated_by_a_citizen(TITLES[0])
    year.ended(*TITLES[:2])
    citizen.open("/projects/follow/leave/")
    row = year.project(TITLES[0])
    citizen.press("/projects/follow/", number=row.number, query_code=row.query_code)
    assert "已评价" in citizen.reads()
    axe(citizen.page)


def test_a_year_of_a_township(cast: Cast, page_at: Any) -> None:
    year = Year(page_at, cast, "qs-rd", clerk=cast.han, lead=cast.han, unit="qs-gov")
    year.voters = [cast.zhang, *with_accounts(cast, "qs-rd", 6)]
    year.opens()
    year.proposed_by_a_citizen(TITLES[0])
    zhang = year.hand(cast.zhang)
    for title in TITLES[1:]:
        zhang.press("/my/projects/propose/", title=title, text="雨天不方便。", category="road")
    for title in TITLES:
        year.clerk.press(year.at(title, "accept"))
    year.screened()
    year.nominated()

    # The first ballot is declared void while it runs: what was cast is not opened.
    poll, chief = year.called(secret=True), None
    at = year.officered(poll)
    slips, chief = opened(year, poll, at)
    zhang.vote(poll.number, "110")
    chief.press(f"{at}/void/", reason="发票时多发了一张。")
    assert year.states() == ["candidate"] * 3

    # The second: six on their phones, one takes paper, which two people key apart.
    poll = year.called(secret=True)
    at = year.officered(poll)
    slips, chief = opened(year, poll, at)
    scrutineer = year.console(year.voters[1])
    scrutineer.open(f"{at}/paper/")
    on_paper = Seat.objects.get(deputy__user=year.voters[6], term=poll.term)
    issue = scrutineer.page.locator("form:has([name=voter])")
    issue.locator("[name=voter]").select_option(str(on_paper.pk))
    scrutineer.send(issue.locator("button").last)
    for user, marks in zip(year.voters[:6], ["110", "110", "110", "101", "110", "011"], strict=True):
        year.hand(user).vote(poll.number, marks)
    chief.press(f"{at}/close/")
    scrutineer.open(f"{at}/paper/")
    stack = scrutineer.page.locator("form:has([name=issued])")
    stack.locator("[name=issued]").fill("1")
    scrutineer.send(stack.locator("button").last)
    batch = PaperBatch.objects.get(poll=poll)
    for teller in year.voters[3:5]:
        year.console(teller).press(f"/admin/batches/{batch.pk}/key/", returned="1", spoiled="0", papers="1 2")
    counting = {f"password_{user.pk}": PASSWORD for user in year.voters[:2]}
    counting |= {f"slip_{user.pk}": slips[user.pk] for user in year.voters[:2]}
    chief.press(f"{at}/slips/count/", **counting)
    year.lead.press(f"{at}/publish/")
    assert year.states() == ["elected", "elected", "not_elected"]
    recounted(page_at, poll)

    year.begun()
    pass_time(START + timedelta(days=150))
    deng = Hand(page_at, cast.deng)
    year.lead = year.clerk = Hand(page_at, cast.han)
    for title in TITLES[:2]:
        year.built(deng, title)
    year.rated_by_a_citizen(TITLES[0])
    year.ended(*TITLES[:2])


def opened(year: Year, poll: Poll, at: str) -> tuple[dict[int, str], Hand]:
    """Each officer takes a slip; at the chief's desk all type theirs twice: to make the key and to try it."""
    slips, hands = {}, [year.console(user) for user in year.voters[:3]]
    for user, hand in zip(year.voters[:3], hands, strict=True):
        hand.open(f"{at}/slip/")
        hand.send("显示我的开箱密语")
        slips[user.pk] = "-".join(hand.page.inner_text(".slipcard__code").split())
    for verb in ("make_keys", "open"):
        hands[0].press(f"{at}/slips/{verb}/", **{f"slip_{pk}": slip for pk, slip in slips.items()})
    assert Poll.objects.get(pk=poll.pk).state == "open"
    return slips, hands[0]


def recounted(page_at: Any, poll: Poll) -> None:
    """Anybody takes the bundle from the public page and recounts it with what is in it, without the product."""
    reader = Hand(page_at, phone=True)
    reader.open(f"/polls/{poll.number}/")
    with reader.page.expect_download() as taken:
        reader.page.locator("a[href$='bundle.zip']").first.click()
    path = taken.value.path()
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as bundle:
        folder = path.parent / f"recount-{poll.number}"
        bundle.extractall(folder)
    script = next(folder.rglob("recount.py"))
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(path)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_year_of_a_street(cast: Cast, page_at: Any) -> None:
    told = Assembling(cast)
    told.sitting(6)
    told.clerk("bh-jdb")
    year = Year(page_at, cast, "bh-gw", clerk=cast.feng, lead=cast.feng, unit="bh-jdb")
    password = User.objects.get(pk=cast.wang.pk).password
    year.voters = [told.user(member.user) for member in told.people]
    User.objects.filter(pk__in=[user.pk for user in year.voters]).update(password=password)

    year.opens()
    year.proposed_by_a_citizen(TITLES[0])
    cao = year.hand(cast.cao)
    cao.press("/my/assembly-opinions/new/", title="桥东路路灯不亮", text="路灯坏了两个月。")
    street = Hand(page_at, cast.gao)
    for title in TITLES[1:]:
        street.press("/desk/projects/propose/", organ="bh-gw", title=title, text="雨天不方便。", category="road")
    for title in TITLES:
        year.clerk.press(year.at(title, "accept"))
    year.screened()
    year.nominated()

    # The meeting: called, attended by over half, held; its vote is a recommendation and says so.
    year.clerk.press("/admin/assemblies/bh-gw-1/meetings/new/", starts_at=f"{clock.now() + timedelta(days=7):%Y-%m-%dT%H:%M}",
                     place="街道会议室", projects="票选民生实事项目")  # fmt: skip
    meeting = told.assembly.meetings.get()
    desk = f"/admin/assembly-meetings/{meeting.number}"
    year.clerk.send("通知开会")
    cao.open(f"/my/assembly-meetings/{meeting.number}/")
    year.clerk.press(f"{desk}/take_attendance/", **{f"m{member.pk}": "present" for member in told.people})
    year.clerk.open(f"{desk}/")
    year.clerk.send("宣布开会")
    poll = year.decided(year.called(), ["110"] * 4 + ["101"] * 2)
    assert poll.is_advice and year.states() == ["elected", "elected", "not_elected"]
    reader = Hand(page_at, phone=True, elder=True)
    reader.open(f"/polls/{poll.number}/")
    assert "议事建议，不具有法定表决效力" in reader.reads()
    year.clerk.press(f"{desk}/close/", minutes="票选了两个民生实事项目。")
    year.begun()

    pass_time(clock.now() + timedelta(days=150))
    street, year.lead = Hand(page_at, cast.gao), Hand(page_at, cast.feng)
    for title in TITLES[:2]:
        year.built(street, title)
    year.rated_by_a_citizen(TITLES[0])
    year.ended(*TITLES[:2])
    reader.open("/projects/?tab=done")
    assert TITLES[0] in reader.reads()
    press(reader.page, f"text={TITLES[0]}")
    axe(reader.page)
