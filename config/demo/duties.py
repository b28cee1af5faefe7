"""Duty reports of the demonstration city, told through their verbs: one session in every stage, by the city's office and by
清水镇, whose counts the city's office compares."""

from collections.abc import Iterator
from datetime import timedelta

from config.demo.stories import Teller, days, hours
from deputies.models import Seat
from ground import clock
from votes.models import DutyReport, DutySession
from votes.workflow import duty

TEXTS = (
    "各位选民：我把任职以来的履职情况报告如下。\n一、联系群众。每月到联络站接待一天，反映的路灯、饮水和垃圾清运问题大多已经解决。\n"
    "二、提出建议。围绕农村道路和灌溉渠系提出建议 4 件，大湾村通村道路今年硬化完工。\n三、不足和打算。走访偏远村组不够，"
    "今后每季度到每个村走一遍。请评议。",
    "各位选民：我向大家报告履职情况。\n一、参加镇人大会议和小组活动，没有缺席。\n二、走访农户，收集种植和水渠方面的意见 30 多条，"
    "逐条转给镇政府。\n三、带头办合作社，带动 26 户增收。\n四、不足是提建议的质量还不高，今后多调研再动笔。请评议。",
)
ASKED = (
    ("村里的水渠什么时候清淤？", "已经列入镇里的冬修计划，十二月开工，我会盯着办。"),
    ("您一年来我们村几次？", "去年两次，少了，今后每季度至少一次。"),
)
GOOD = [31, 18, 6, 1]
BAD = [6, 8, 12, 30]
# How many days ago each began, and where it stands
TOLD = ((200, ""), (45, "rectifying"), (36, "rectified"), (33, "confirmed"), (31, "fed_back"), (30, "rated"), (29, "heard"),
        (26, "cancelled"), (5, "called"), (1, "planned"))  # fmt: skip
OWN = ("", "called", "planned")  # at which 王建国 and 赵慧敏 report, at the others later deputies of the city do


def reported(t: Teller, stop: str = "") -> Iterator[timedelta]:
    """One session as far as `stop`; without one to the accepted rectification."""
    cast = t.city.cast
    town = stop in ("heard", "rated", "rectifying")
    office, lead = (cast.han, cast.han) if town else (cast.chen, cast.sun)
    code = "qs-rd" if town else "dh-rd"
    seats = [cast.seat("D00005")] if town else _of_the_city(t, stop)
    session = duty.plan(
        by=office, organ=cast.organs[code], term=cast.terms[code], seats=seats, electorate="清水镇第二选区" if town else "清水镇",
        title="清水镇第二选区代表述职评议会" if town else "清水镇选举的市人大代表述职评议会", place="清水镇政府三楼会议室",
        starts_at=(clock.now() + days(14)).replace(hour=9, minute=0), listeners="voters" if town else "electors",
    )  # fmt: skip
    yield hours(6)
    if stop == "planned":
        return
    opens_on = session.starts_at.astimezone(clock.SHANGHAI).date()
    duty.call(_fresh(session), by=office, due_on=opens_on - timedelta(days=3))
    yield days(3)
    for n, report in enumerate(_reports(session)):
        if stop == "called" and n == 0:
            continue
        duty.write_report(report, by=report.seat.deputy.user, text=TEXTS[town or n % 2])
    if stop == "called":
        return
    if stop == "cancelled":
        duty.cancel(_fresh(session), by=lead, reason="与防汛值守冲突，另行安排。")
        return
    yield session.starts_at - clock.now() + hours(3)
    few = stop == "rectifying"
    duty.hold(_fresh(session), by=office, came=48 if few else 60, few_why="当天降雪，两个村组没有赶到。" if few else "")
    if stop == "heard":
        return
    poorly = stop in ("", "rectified", "rectifying")
    for n, report in enumerate(_reports(session)):
        for text, answer in ASKED[: 2 - n]:
            duty.note_question(report, by=office, text=text, answer=answer)
        counts = BAD if poorly and n == 0 else GOOD
        counts = [max(0, n - 3) for n in counts] if few else counts
        valid = sum(counts)
        issued = 48 if few else 60
        duty.key_rating(
            report, by=office, issued=issued, returned=valid + 1, valid=valid, spoiled=1, counts=counts
        )  # fmt: skip
    if stop == "rated":
        return
    yield days(1)
    for report in _reports(session):
        duty.confirm_rating(report, by=cast.sun)
    if stop == "confirmed":
        return
    yield days(1)
    for report in _reports(session):
        duty.give_feedback(report, by=office, text="肯定联系群众和为民办实事；希望多走访偏远村组，建议写得更具体。")
    if stop == "fed_back":
        return
    yield days(2)
    duty.publish(_fresh(session), by=lead)
    if stop == "rectifying":
        return
    yield days(12)
    for report in _reports(session):
        if report.state == "rectifying":
            duty.rectify(
                report,
                by=report.seat.deputy.user,
                text="一、每季度走遍六个村。二、每月进站两次。三、年底前再报告一次。",
            )
    if stop == "rectified":
        return
    yield days(4)
    for report in _reports(session):
        if report.state == "rectified":
            duty.accept_rectification(report, by=lead)


def _of_the_city(t: Teller, stop: str) -> list[Seat]:
    cast = t.city.cast
    if stop in OWN:
        return [cast.seat("D00001"), cast.seat("D00002")]
    known = {seat.pk for seat in cast.seats.values()}
    seats = [seat for seat in t.city.seats[cast.organs["dh-rd"].pk] if seat.deputy.user_id and seat.pk not in known]
    first = [stop for _, stop in TOLD].index(stop)
    return [seats[(first + n) % len(seats)] for n in range(2)]


def _fresh(session: DutySession) -> DutySession:
    return DutySession.objects.with_parts().get(pk=session.pk)


def _reports(session: DutySession) -> list[DutyReport]:
    rows = DutyReport.objects.with_parts().select_related("seat__deputy__user")
    return list(rows.filter(session=session).exclude(state="excused").order_by("pk"))
