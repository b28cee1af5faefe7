"""Livelihood projects of the demonstration city, told through their verbs: a round in every stage, a project in every state,
a tie, a meeting without quorum, a void ballot, an adjusted, a cancelled and a carried-over project.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import Organ, User
from accounts.states import Role
from config.demo.city import made_name
from config.demo.polls import _again, _fresh
from config.demo.stories import Teller, days, hours, sent_to
from deputies.models import Seat
from ground import clock
from ground.workflow import CodeHolder
from suggestions.models import Opinion
from votes.models import LivelihoodProject, Poll, Round
from votes.workflow import (
    ballots,
    casting,
    counting,
    poll as polls,
    progress,
    project as projects,
    proposal,
    round as rounds,
)

# title, category, why, what will be built, target, who gains, cost in 万元
WORKS: tuple[tuple[str, str, str, str, str, str, int], ...] = (
    ("第二幼儿园改扩建", "education", "附近五个村的孩子上幼儿园要走三公里，接送不便。", "改扩建教学楼一栋，新增 6 个班，配齐操场和厨房。",
     "新增学位 180 个", "周边五个村的适龄儿童", 620),
    ("通村道路硬化", "road", "进村的路一下雨就是泥，收庄稼的车进不来，老人摔过跤。", "硬化道路 3.2 公里，加宽会车点 6 处，装护栏 400 米。",
     "硬化道路 3.2 公里", "沿线三个村两千多人", 380),
    ("集镇污水管网改造", "water", "老街的污水管堵了几年，夏天味大，雨天倒灌。", "新建污水管 2.6 公里，改造检查井 90 座，接入污水处理站。",
     "老街全部接入污水管网", "集镇居民一千二百户", 860),
    ("社区老年食堂", "care", "独居老人做饭难，常常一天只吃一顿热的。", "改造闲置用房 300 平方米，设 60 个座位，给行动不便的老人送餐。",
     "每天供餐 200 份", "60 岁以上老人", 90),
    ("村卫生室标准化建设", "health", "看个感冒也要到镇上，老人取药一趟要半天。", "改造卫生室 5 间，配齐诊疗设备，每间一名乡村医生。",
     "5 个村卫生室达到标准", "五个村的村民", 150),
    ("小区充电车棚", "safety", "电动车拉线充电，楼道里停满了车，大家都怕着火。", "建充电车棚 12 处，装充电桩 240 个，配烟感和灭火器。",
     "充电位 240 个", "三个小区的居民", 130),
    ("河道清淤和护岸", "environment", "河道淤了半米多，汛期水一大就上岸。", "清淤 4 公里，生态护岸 1.8 公里，修步道 2 公里。",
     "清淤 4 公里", "沿河的村和社区", 540),
    ("集镇公共停车场", "town", "赶集的日子车停到马路上，救护车都过不去。", "建停车场一处，车位 160 个，配厕所和照明。",
     "车位 160 个", "赶集和办事的群众", 210),
    ("乡村文化广场", "culture", "晚上想跳个舞、打个球，没有地方。", "建广场 2000 平方米，装篮球架、健身器材和照明。",
     "建成广场 1 处", "周边村民", 75),
)  # fmt: skip
TURNED_DOWN = ("我家门前铺一条石板路", "town", "从大路到我家有二十米土路，希望铺上石板。")
# congress → how its rounds stand: offset of the year, days ago it began, where it stops
TOLD: tuple[tuple[str, int, int, str], ...] = (
    ("dh-rd", -1, 298, "closed"), ("dh-rd", 0, 290, "implementing"), ("dh-rd", 1, 12, "collecting"),
    ("qs-rd", 0, 285, "adjusting"), ("qs-rd", 1, 40, "screening"), ("nh-rd", -1, 297, "evaluated"), ("nh-rd", 0, 150, "reviewing"),
    ("lx-rd", 0, 120, "published"), ("lx-rd", 1, 60, "shortlisted"), ("bhx-rd", 0, 110, "voting"), ("qhx-rd", 0, 100, "candidate"),
)  # fmt: skip


def told_rounds(t: Teller) -> list[tuple[int, Iterator[timedelta]]]:
    """(days ago, story) of every round."""
    return [(ago, year_of(t, turn, offset, stop)) for turn, offset, ago, stop in TOLD]


def year_of(t: Teller, turn: str, offset: int, stop: str) -> Iterator[timedelta]:
    """One organ's projects of one year, as far as `stop`."""
    told = Telling(t, turn)
    now = clock.today()
    round_ = rounds.create(
        by=told.clerk, organ=told.organ, year=t_year(offset), collects_until=now + timedelta(days=30), places=4,
        about="大家用得上、受益面广、当年能做成的事，都可以提。不增加群众和基层负担，不增加政府债务。",
    )  # fmt: skip
    yield hours(5)
    made = told.proposals(5 if stop == "collecting" else 8)
    yield days(1)
    for n, row in enumerate(made):
        if stop == "collecting" and n == len(made) - 1:
            continue  # nobody has looked at it yet
        projects.accept(told.at(row), by=told.clerk)
        told.support(row, 3 + (n * 7) % 9)
    projects.merge(
        told.at(told.citizen(WORKS[0][:3], title="幼儿园太小了，能不能扩建")), by=told.clerk, into=made[0].number
    )
    projects.screen_out(
        told.at(told.citizen(TURNED_DOWN)), by=told.clerk, reason_code="not_common",
        public_reason="只有一户受益，不属于民生实事。可以向村委会反映，纳入村里的道路维修。",
    )  # fmt: skip
    told.link(made[0])
    if stop == "collecting":
        return
    yield days(9)
    rounds.screen(told.turn(round_), by=told.clerk)
    yield days(3)
    for row in made[: 5 if stop == "screening" else 7]:
        projects.shortlist(told.at(row), by=told.clerk)
        told.fill(row, offset)
    if stop == "screening":
        return
    for row in round_.projects.filter(state="pooled").exclude(pk__in=[one.pk for one in made]):  # from an earlier year
        projects.screen_out(
            told.at(row),
            by=told.clerk,
            reason_code="no_money",
            public_reason="上一年没有选上，今年资金还没有落实，继续争取。",
        )
    projects.screen_out(
        told.at(made[7]),
        by=told.clerk,
        reason_code="in_plan",
        public_reason="已列入今年的文化设施建设计划，由文旅部门实施。",
    )
    rounds.shortlist(told.turn(round_), by=told.lead)
    if stop == "shortlisted":
        return
    yield days(3)
    rounds.review(told.turn(round_), by=told.clerk)
    yield days(1)
    for n, seat in enumerate(told.seats[:4]):
        projects.note(told.at(made[n]), by=_again(seat.deputy.user), text=VIEWS[n])
    for row in made[: 4 if stop == "reviewing" else 6]:
        projects.nominate(told.at(row), by=told.clerk)
    if stop == "reviewing":
        return
    projects.screen_out(
        told.at(made[6]),
        by=told.clerk,
        reason_code="not_feasible",
        public_reason="征地还没有完成，今年不能开工，明年再考虑。",
    )
    rounds.nominate(told.turn(round_), by=told.lead)
    if stop == "candidate":
        return
    yield days(2)
    yield from told.ballots(round_, stop)
    if stop == "voting":
        return
    rounds.publish(told.turn(round_), by=told.lead)
    if stop == "published":
        projects.repool(told.at(made[5]), by=told.clerk)
        return
    yield days(1)
    rounds.begin(told.turn(round_), by=told.clerk)
    yield from told.works(round_, stop)


def t_year(offset: int) -> int:
    return clock.now().year + offset


VIEWS = (
    "到现场看过，孩子接送确实远，选址合适，建议同时把门口的路修好。", "雨季施工要提前安排，最好分段通车。",
    "管网要和道路一起做，不要挖了又填。", "运营的钱从哪里来要写清楚。",
)  # fmt: skip


class Telling:
    """The people of one congress and what they do in its rounds."""

    def __init__(self, t: Teller, code: str) -> None:
        cast = t.city.cast
        self.t, self.code = t, code
        self.organ = Organ.objects.get(code=code)
        if code == "dh-rd":
            self.clerk, self.lead = cast.chen, cast.sun
        elif code == "qs-rd":
            self.clerk = self.lead = cast.han
        else:
            self.clerk, self.lead = t.city.offices[self.organ.pk]
        own = [seat for seat in cast.seats.values() if seat.organ_id == self.organ.pk]
        self.seats: list[Seat] = [*own, *(s for s in t.city.seats.get(self.organ.pk, []) if s not in own)]
        government = Organ.objects.filter(congress=self.organ, kind="government").order_by("path").first()
        self.government = government
        self.office: User = User.objects.filter(
            posts__organ=government, posts__role=Role.GOV_OFFICE, posts__until=None
        ).first()  # type: ignore[assignment]
        names = {"dh-rd": ("dh-jyj", "dh-jtj", "dh-zjj"), "qs-rd": ("qs-gov",)}.get(code, (f"{code[:-3]}-gov",))
        self.units = [(organ, self._leader(organ)) for organ in (Organ.objects.get(code=name) for name in names)]

    @staticmethod
    def _leader(organ: Organ) -> User:
        return User.objects.filter(posts__organ=organ, posts__role=Role.HANDLER_LEAD, posts__until=None).first()  # type: ignore[return-value]

    @staticmethod
    def at(row: LivelihoodProject) -> LivelihoodProject:
        return LivelihoodProject.objects.whole().get(pk=row.pk)

    @staticmethod
    def turn(row: Round) -> Round:
        return Round.objects.with_parts().get(pk=row.pk)

    # -- proposing -----------------------------------------------------------------------------------------------------

    def proposals(self, many: int) -> list[LivelihoodProject]:
        """By deputies, citizens whose phone is proved, the station and the government's office in turn."""
        worker = self.t.worker(self.t.city.stations[0]) if self.code in ("dh-rd", "qs-rd") else None
        made = []
        for n, work in enumerate(WORKS[:many]):
            who = (None, self.seats[n % len(self.seats)].deputy.user, worker, self.office)[n % 4]
            if who is None:
                made.append(self.citizen(work[:3]))
            else:
                made.append(self.said(work[:3], by=_again(who)))
        return made

    def said(self, words: tuple[str, ...], *, by: Any, title: str = "", **more: Any) -> LivelihoodProject:
        place = self.organ.region.name if self.organ.region else ""
        return proposal.propose(
            by=by,
            organ=self.organ,
            title=title or words[0],
            category=words[1],
            text=words[2],
            place=place,
            consent=True,
            **more,
        )

    def citizen(self, words: tuple[str, ...], title: str = "") -> LivelihoodProject:
        phone = self.t.phone()
        row = self.said(words, by=None, title=title, phone=phone, contact_name=made_name(int(phone[-4:])))
        proposal.send_verification(row)
        code = re.search(r"\d{6}", sent_to(phone)[0].text)
        return proposal.verify_phone(row, by=CodeHolder(row.number), sms_code=code[0] if code else "")

    def support(self, row: LivelihoodProject, many: int) -> None:
        for seat in self.seats[:many]:
            proposal.support_as(row, by=seat.deputy.user, area=seat.constituency)

    def link(self, row: LivelihoodProject) -> None:
        found = (
            Opinion.objects.visible_to(self.clerk)
            .exclude(state="screening")
            .order_by("pk")
            .values_list("number", flat=True)
        )
        if numbers := list(found[:2]):
            projects.link(self.at(row), by=self.clerk, opinions=numbers)

    def fill(self, row: LivelihoodProject, offset: int) -> None:
        """Candidate material; a round of an earlier year ran quicker, so that it is over by today."""
        work = next(work for work in WORKS if work[0] == row.title)
        unit, _ = self.units[WORKS.index(work) % len(self.units)]
        step = 30 if offset < 0 else 65
        begins = clock.today() + timedelta(days=12)
        nodes = ("完成设计和招标", "主体开工", "主体完工", "验收并投入使用")
        projects.edit(
            self.at(row), by=self.clerk, content=work[3], target=work[4], beneficiaries=work[5], place=row.place,
            total_cost=work[6], year_cost=work[6] * 3 // 4 if work[6] > 300 else work[6], funding="本级财政安排，上级补助配套",
            leader="分管副职领导", unit=unit, helpers="财政、自然资源部门", starts_on=begins, ends_on=begins + days(4 * step + 10),
            feasibility="选址、立项已经完成，资金已列入预算。",
            nodes=[(begins + timedelta(days=step * n), 25 * n, words) for n, words in enumerate(nodes, 1)],
        )  # fmt: skip

    # -- the ballot ----------------------------------------------------------------------------------------------------

    def ballots(self, round_: Round, stop: str) -> Iterator[timedelta]:
        """清水镇 has a tie and its second round; 青禾 and 岭西 a void ballot first; the city a meeting without quorum."""
        ballots.make_ballot(self.turn(round_), by=self.clerk, secret=False)
        if stop == "voting":
            return
        if self.code == "dh-rd" and stop == "implementing":
            yield from self.held(self.poll(round_), absent=len(self.seats) // 2)
            ballots.make_ballot(self.turn(round_), by=self.clerk, secret=False)
        if self.code == "lx-rd":
            polls.void(_fresh(self.poll(round_)), by=self.lead, reason="发票时多发了一张，经主席团决定作废，另行表决。")
            ballots.make_ballot(self.turn(round_), by=self.clerk, secret=False)
        poll = self.poll(round_)
        yield from self.held(poll, tie=self.code == "qs-rd")
        if self.code == "qs-rd":
            nextone = polls.second_round(_fresh(poll), by=self.clerk)
            yield hours(1)
            yield from self.held(nextone)

    def poll(self, round_: Round) -> Poll:
        return self.turn(round_).ballots.last().poll

    def held(self, poll: Poll, *, absent: int = 0, tie: bool = False) -> Iterator[timedelta]:
        """Officers, opening, every paper, count and publication of one poll."""
        chief, first, second, *tellers = [seat.deputy.user for seat in self.seats[1:6]]
        polls.appoint(_fresh(poll), by=self.clerk, chief=chief, scrutineers=[first, second], tellers=tellers)
        polls.excuse(_fresh(poll), by=self.clerk, absent=self.seats[-absent:] if absent else ())
        polls.propose(_fresh(poll), by=self.clerk)
        yield hours(0.5)
        chief = _again(chief)
        poll = polls.open_poll(_fresh(poll), by=chief)
        lines = list(poll.roll.select_related("seat__deputy").order_by("pk"))
        for n, line in enumerate(lines):
            user = User.objects.get(pk=line.seat.deputy.user_id)
            casting.cast(
                poll, by=user, marks=_marks(poll, n, len(lines), tie), cast_id=f"told-{poll.pk}-{line.seat_id}"
            )
        yield hours(0.3)
        poll = polls.close(_fresh(poll), by=chief)
        poll = counting.count(_fresh(poll), by=chief)
        yield hours(1)
        polls.publish(_fresh(poll), by=self.lead)

    # -- what is built -------------------------------------------------------------------------------------------------

    def works(self, round_: Round, stop: str) -> Iterator[timedelta]:
        """Quarter after quarter, until everything has an end or today comes."""
        rows = list(round_.projects.filter(state="implementing").order_by("pk"))
        over = stop in ("closed", "evaluated")
        pace = 30 if over else 62
        for part, percent in enumerate((20, 55, 85), 1):
            yield days(pace)
            for n, row in enumerate(rows):
                if over or not (n == 3 and part > 1):  # one of those under way falls behind and reports nothing
                    self.report(row, percent - 5 * n, part, photos=n == 0 and part < 3)
            if part == 1:
                progress.visit(
                    self.at(rows[0]),
                    by=_again(self.seats[0].deputy.user),
                    text="看了工地，进度正常，注意扬尘和围挡。",
                    on=clock.today(),
                )
            if part == 2 and not over:
                yield from self.changes(rows, stop)
                rows = [row for row in rows if self.at(row).state == "implementing"]
        yield days(10)
        done = rows if over else rows[:2]
        for row in done:
            self.report(row, 100, 4)
            progress.accept_work(self.at(row), by=self.lead, note="资料齐全，现场验收合格，已投入使用。")
        for n, row in enumerate(done if over else done[:1]):
            yield from self.rated(row, n)
            if over or self.code == "qs-rd":
                progress.evaluate(self.at(row), by=self.lead)
        if over:
            yield days(1)
            rounds.evaluate(self.turn(round_), by=self.lead)
        if stop == "closed":
            yield days(1)
            rounds.close(self.turn(round_), by=self.lead)

    def report(self, row: LivelihoodProject, percent: int, part: int, *, photos: bool = False) -> None:
        version = self.at(row).version
        cost = int(version.total_cost or 0)
        progress.report(
            self.at(row), by=self.leader(row), percent=percent, money_in=cost * min(100, percent + 15) // 100,
            money_paid=cost * percent // 120, done=("设计和招标完成", "主体已经开工", "主体完工，正在装修", "全部完工")[part - 1],
            problems="" if percent > 50 else "雨天多，室外施工慢了几天。", photos=[_picture(percent)] if photos else (),
        )  # fmt: skip

    def leader(self, row: LivelihoodProject) -> User:
        return _again(next(leader for unit, leader in self.units if unit.pk == self.at(row).unit_id))

    def changes(self, rows: list[LivelihoodProject], stop: str) -> Iterator[timedelta]:
        """One is changed, one cancelled, one carried over; in the city one request is still on its way."""
        township = self.code == "qs-rd"
        decider = "presidium" if township else "committee"
        changed = rows[1]
        progress.ask_adjustment(
            self.at(changed), by=self.leader(changed), kind="change", reason="勘察发现地下管线比图纸多，会车点由 6 处改为 4 处。",
            letter_no="请示〔1〕号", content="硬化道路 3.2 公里，加宽会车点 4 处，装护栏 400 米，迁改管线 300 米。",
        )  # fmt: skip
        yield days(2)
        progress.forward_adjustment(self.at(changed), by=_again(self.office), letter_no="政府函〔3〕号")
        yield days(5)
        if not township:
            ballots.put_to_vote(self.at(changed), by=self.clerk)
            polls.void(_fresh(self.at(changed).adjustment.poll), by=self.lead, reason="改由常委会会议举手表决。")
        progress.decide_adjustment(
            self.at(changed),
            by=self.lead,
            agreed=True,
            decider=decider,
            decided_on=clock.today(),
            document_no="决定〔2〕号",
        )
        if township:
            gone = rows[2]
            progress.ask_adjustment(
                self.at(gone),
                by=self.leader(gone),
                kind="cancel",
                reason="上级已整体立项，由县里统一实施，不再重复建设。",
            )
            progress.forward_adjustment(self.at(gone), by=_again(self.office))
            yield days(3)
            progress.decide_adjustment(
                self.at(gone),
                by=self.lead,
                agreed=True,
                decider=decider,
                decided_on=clock.today(),
                document_no="决定〔3〕号",
            )
            progress.carry_over(self.at(rows[3]), by=self.lead, reason="雨季停工两个月，剩余部分转到下一年。")
        else:
            progress.ask_adjustment(
                self.at(rows[2]),
                by=self.leader(rows[2]),
                kind="change",
                reason="拟把管网延长到学校门口。",
                target="老街和学校全部接入污水管网",
            )

    def rated(self, row: LivelihoodProject, n: int) -> Iterator[timedelta]:
        for m, seat in enumerate(self.seats[:7]):
            grade = "satisfied" if (m + n) % 4 else "basically"
            progress.rate(self.at(row), by=_again(seat.deputy.user), grade=grade)
        for m in range(6):
            phone = self.t.phone()
            proposal.ask_code(phone, proposal.RATE)
            code = re.search(r"\d{6}", sent_to(phone)[0].text)
            proposal.rate_publicly(
                row, phone=phone, sms_code=code[0] if code else "", grade=("satisfied", "satisfied", "basically")[m % 3]
            )
        worker = self.t.worker(self.t.city.stations[0])
        proposal.rate_at_station(row, by=_again(worker), grade="satisfied")
        yield days(1)


def _marks(poll: Poll, n: int, voters: int, tie: bool) -> str:
    """Most choose the first `most`; in a tie the last place is shared by two that each have more than half."""
    options, most = len(poll.options), poll.rule["most"]
    chosen = set(range(most))
    if tie and most >= 2:
        chosen = set(range(most - 1)) | {most - 1 if n % 2 else most}
        if n < 3:  # so that both are over the half of all, with one vote each from whoever leaves out the first
            chosen = set(range(1, most + 1))
    elif n % 6 == 5:
        chosen = {*range(most - 1), min(most, options - 1)}
    return "".join("1" if at in chosen else "0" for at in range(options))


def _picture(percent: int) -> SimpleUploadedFile:
    """A drawn building site: floors grow with the work."""
    image = Image.new("RGB", (960, 720), "#cfe3f3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, 960, 720), fill="#c9b48c")
    floors = max(1, percent // 25)
    for floor in range(floors):
        top = 560 - (floor + 1) * 110
        draw.rectangle((240, top, 720, top + 108), fill="#e6ddd0", outline="#8c8072", width=4)
        for window in range(5):
            draw.rectangle((270 + window * 90, top + 28, 320 + window * 90, top + 80), fill="#6f95b5")
    draw.line((800, 560, 800, 90), fill="#b8860b", width=12)
    draw.line((560, 110, 900, 110), fill="#b8860b", width=10)
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=80)
    return SimpleUploadedFile("site.jpg", buffer.getvalue(), content_type="image/jpeg")
