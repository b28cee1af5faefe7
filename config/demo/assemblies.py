"""北河街道议事代表会 of the demonstration city, told through its verbs: members in every state, a meeting that was held, one
that is being held with a recommendation to vote on, opinions of members in every state.
"""

# ruff: noqa: E501 - a table is read by its lines

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Region, User
from config.demo.cast import phone_of
from config.demo.city import JOBS
from config.demo.polls import SLIPS
from config.demo.stories import Teller, days, hours
from ground import clock
from votes import sealing
from votes.models import AssemblyMeeting, AssemblyMember, DeliberativeAssembly, Poll
from votes.workflow import assembly as assemblies, assembly_opinion as opinions, casting, counting, poll as polls

MANY = 18  # members beside 曹阳 and 李明
PROJECTS = ("北河社区路灯更新", "桥东社区口袋公园", "老旧小区电动车充电棚", "社区老年助餐点", "背街小巷雨污管网改造")

MARKS = ("11100", "11010", "11100", "10110", "11001", "01110")  # three of five; the third place is clear

# what members ask for: title, text, place, the reply
WORDS = (
    ("桥东路路灯不亮", "桥东路中段路灯坏了两个多月，老人晚上不敢出门。建议尽快更换，并定期巡查。", "桥东路中段", "已更换路灯 18 盏，今后每月巡查一次。"),
    ("北河社区缺少电动车充电的地方", "小区没有充电棚，不少人把电瓶提上楼充电，有火灾隐患。建议选两处空地建充电棚。", "北河社区", "已选定两处空地，施工单位已进场，建好后统一管理。"),
    ("农贸市场门口占道经营", "早上摊位摆到马路上，学生上学只能走机动车道。建议划定摊位线，早高峰有人值守。", "北河农贸市场", "已重新划线，早上 7 点到 8 点半安排两人值守。"),
    ("背街小巷下雨积水", "一下大雨巷子里积水没过脚面。建议清淤，查一查管网是不是断了。", "北河二巷", "已清淤 320 米，断裂的一段管道已更换。"),
    ("社区食堂盼着早点开", "独居老人多，吃饭不方便。建议利用旧办公楼开一个助餐点。", "桥东社区", "旧办公楼正在改造，年底前试营业。"),
    ("口袋公园的健身器材松动", "有两件器材螺丝松了，孩子在上面玩容易摔。建议检修。", "桥东口袋公园", "已全部检修，更换两件。"),
)  # fmt: skip

# where an opinion stops → what happens on the way there
STOPS = ("filed", "returned", "accepted", "assigned", "late", "district", "replied", "redoing", "done", "unsettled", "unrated",
         "withdrawn")  # fmt: skip


def the_assembly(t: Teller) -> DeliberativeAssembly:
    return DeliberativeAssembly.objects.get(organ=t.city.cast.organs["bh-gw"])


def sitting(t: Teller) -> list[AssemblyMember]:
    rows = AssemblyMember.objects.sitting().filter(assembly=the_assembly(t)).select_related("user")
    return list(rows.order_by("number"))


# -- members -----------------------------------------------------------------------------------------------------------


def assembly_founded(t: Teller) -> Iterator[timedelta]:
    """Set up, members put forward, reviewed, publicised and confirmed; one refused, one who left since."""
    cast = t.city.cast
    assembly = assemblies.found_assembly(
        by=cast.feng, organ=cast.organs["bh-gw"], variant="deliberative", ordinal=1, opens_on=clock.today()
    )
    rows = [_put_forward(t, assembly, "曹阳", 0), _put_forward(t, assembly, "李明", 1, deputy=cast.deputies["D00003"])]
    phones = [phone_of("cao"), phone_of("li")]
    for n in range(2, MANY + 4):
        user = t.city.user()
        rows.append(_put_forward(t, assembly, user.name, n))
        phones.append(user.phone)
    yield days(3)
    for row in rows:
        assemblies.review(row, by=cast.feng)
    yield days(1)
    for row in rows:
        assemblies.publicise(row, by=cast.feng)
    yield rows[0].publicised_until - clock.now() + hours(2)
    assemblies.note_objection(rows[-1], by=cast.feng, note="有居民来电说他已搬到外区居住，经核实属实。")
    assemblies.refuse(rows[-1], by=cast.feng, reason="不在本街道居住。")
    for row, phone in zip(rows[:-1], phones, strict=False):
        assemblies.confirm(row, by=cast.feng, document_no="北工委〔2026〕5 号", phone=phone)
    yield days(90)
    assemblies.end(rows[-2], by=cast.feng, reason="moved", note="已迁出本街道。")


def assembly_candidate(t: Teller, stop: str) -> Iterator[timedelta]:
    """Somebody who is on the way to become a member just now."""
    cast = t.city.cast
    row = _put_forward(t, the_assembly(t), t.city.user().name, 5, way="self" if stop == "proposed" else "recommended")
    if stop == "proposed":
        return
    yield hours(3)
    assemblies.review(row, by=cast.feng)
    if stop == "reviewed":
        return
    yield hours(1)
    assemblies.publicise(row, by=cast.feng)


def _put_forward(t: Teller, assembly: DeliberativeAssembly, name: str, n: int, **more: Any) -> AssemblyMember:
    places = list(Region.objects.filter(path__startswith=assembly.organ.region.path, level="village").order_by("code"))
    place = places[n % len(places)]
    told = {"way": "recommended", "recommender": f"{place.name}居委会"} | more
    return assemblies.put_forward(
        assembly, by=t.city.cast.feng, name=name, region=place, occupation=JOBS[n % len(JOBS)], **told
    )


# -- meetings ----------------------------------------------------------------------------------------------------------


def assembly_meets(t: Teller, stop: str = "") -> Iterator[timedelta]:
    """A meeting as far as `stop`; of the open one the members are voting."""
    feng, assembly = t.city.cast.feng, the_assembly(t)
    agenda = [("plan", "街道工作报告"), ("budget", "街道预算安排情况"), ("projects", "票选街道民生实事项目")]
    meeting = assemblies.plan(
        assembly, by=feng, starts_at=clock.now() + days(6), place="北河街道便民服务中心三楼会议室", agenda=agenda
    )
    if stop == "planned":
        return
    yield hours(4)
    assemblies.convene(_fresh(meeting), by=feng)
    if stop == "convened":
        return
    if stop == "called_off":
        yield days(1)
        assemblies.call_off(_fresh(meeting), by=feng, reason="与防汛工作冲突，另行通知。")
        return
    yield days(1)
    members = sitting(t)
    assemblies.ask_leave(_fresh(meeting), by=_again(members[-1].user), why="外地出差")
    yield days(5) - hours(5)
    assemblies.take_attendance(_fresh(meeting), by=feng, present=members[:-2], leave=members[-1:])
    assemblies.open_meeting(_fresh(meeting), by=feng)
    poll = _poll(t, meeting, members, stop)
    yield hours(0.5)
    voters = [m for n, m in enumerate(members[:-2]) if stop != "open" or (n % 3 and m.user_id != t.city.cast.cao.pk)]
    for n, member in enumerate(voters):
        marks = MARKS[n % len(MARKS)]
        casting.cast(poll, by=_again(member.user), marks=marks, cast_id=f"told-{poll.pk}-{member.pk}")
    if stop == "open":
        return
    yield hours(1)
    chief = _again(members[2].user)
    polls.close(_fresh(poll), by=chief)
    slips = dict(list(_slips(members).items())[:2])
    counting.count(_fresh(poll), by=chief, secrets=slips)
    polls.publish(_fresh(poll), by=_again(feng))
    yield hours(1)
    assemblies.close(_fresh(meeting), by=feng, minutes="会议听取了街道工作报告、预算安排情况和议事代表意见办理情况报告，"
                     "票选了街道民生实事项目，形成议事建议，交街道办事处研究办理。")  # fmt: skip


def _poll(t: Teller, meeting: AssemblyMeeting, members: list[AssemblyMember], stop: str) -> Poll:
    chief, first, second = (_again(members[n].user) for n in (2, 3, 4))
    about = f"演示用的开箱密语：{chief.name} {SLIPS[0]}，{first.name} {SLIPS[1]}，{second.name} {SLIPS[2]}。"
    poll = polls.create(
        by=t.city.cast.feng, organ=meeting.assembly.organ, assembly=meeting.assembly, meeting=meeting,
        title="票选北河街道民生实事项目" if stop != "open" else "票选下一年度北河街道民生实事项目", mode="choose_n",
        options=PROJECTS, rule={"most": 3, "pass": 3}, about=about,
    )  # fmt: skip
    tellers = [members[n].user for n in (5, 6)]
    polls.appoint(_fresh(poll), by=t.city.cast.feng, chief=chief, scrutineers=[first, second], tellers=tellers)
    polls.propose(_fresh(poll), by=t.city.cast.feng)
    slips = _slips(members)
    polls.make_keys(_fresh(poll), by=_again(chief), secrets=slips)
    return polls.open_poll(_fresh(poll), by=_again(chief), secrets=slips)


def _slips(members: list[AssemblyMember]) -> dict[int, bytes]:
    return {members[n].user_id: sealing.read_slip(slip) for n, slip in zip((2, 3, 4), SLIPS, strict=True)}


# -- opinions ----------------------------------------------------------------------------------------------------------


def assembly_opinion(t: Teller, n: int, stop: str = "done") -> Iterator[timedelta]:
    """One opinion as far as `stop`; 曹阳 asks every second one."""
    cast, assembly = t.city.cast, the_assembly(t)
    members = sitting(t)
    member = members[0] if n % 2 == 0 else members[3 + n % 9]
    by, feng = _again(member.user), cast.feng
    title, text, place, answer = WORDS[n % len(WORDS)]
    opinion = opinions.file(assembly, by=by, title=title, text=text, place=place, may_publish=n % 5 != 4)
    if stop == "filed":
        return
    yield days(1)
    if stop == "withdrawn":
        opinions.withdraw(_fresh(opinion), by=by, reason="社区已经解决。")
        return
    if stop == "returned":
        opinions.send_back(_fresh(opinion), by=feng, reason="请写明是哪一段、从什么时候开始的。")
        return
    opinions.accept(_fresh(opinion), by=feng)
    if stop == "accepted":
        return
    yield hours(5)
    organ = cast.organs["nh-gov" if stop == "district" or n % 4 == 3 else "bh-jdb"]
    pace = "long" if organ.code == "nh-gov" else "usual"
    opinions.assign(_fresh(opinion), by=feng, organ=organ, pace=pace, note="请现场看一看再答复。")
    if n % 5 != 4:
        opinions.publish(_fresh(opinion), by=feng)
    if stop in ("assigned", "late", "district"):
        return
    yield days(6)
    unit = _again(t.city.units[organ.pk][0])
    opinions.reply(_fresh(opinion), by=unit, text=answer)
    if stop in ("replied", "unrated"):
        return
    yield days(2)
    if stop in ("redoing", "unsettled"):
        opinions.rate(_fresh(opinion), by=by, grade="dissatisfied", text="只办了一半，请接着办完。")
        if stop == "redoing":
            return
        yield days(8)
        opinions.reply(_fresh(opinion), by=unit, text=f"{answer}其余部分已列入明年计划。")
        yield days(2)
        opinions.rate(_fresh(opinion), by=by, grade="dissatisfied", text="希望今年办完。")
        return
    opinions.rate(_fresh(opinion), by=by, grade="satisfied" if n % 3 else "basically")


def _fresh(obj: Any) -> Any:
    return type(obj).objects.with_parts().get(pk=obj.pk)


def _again(user: User) -> User:
    """Read afresh: a membership is a fact of the next request."""
    return User.objects.get(pk=user.pk)
