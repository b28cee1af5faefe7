"""Every person × verb × state of members, meetings and opinions of an assembly against the tables written by hand."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.demo.time import pass_time
from ground import clock
from tests.cast import people
from tests.votes.assembling import START, Assembling
from tests.votes.test_cells import Run, check
from votes.states import ASSEMBLY_OPINION, MEETING, MEMBER
from votes.workflow import assembly as assemblies, assembly_opinion as opinions

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        yield Assembling(people())


def test_member_cells(told: Assembling) -> None:
    over = told.publicised("期满")
    pass_time(over.publicised_until + timedelta(minutes=1))
    ended = told.seat(told.publicised("离任"))[0]
    objects = {
        "proposed": told.candidate(),
        "reviewed": told.reviewed(),
        "publicised": told.publicised(),
        "publicised+over": over,
        "confirmed": told.seat(told.publicised("在任"))[0],
        "refused": assemblies.refuse(told.candidate(), by=told.feng, reason="不住在本街道。"),
        "ended": assemblies.end(ended, by=told.feng, reason="moved"),
    }
    objects["publicised"] = told.publicised()  # the clock went on meanwhile
    runs: dict[str, Run] = {
        "review": lambda m, by: assemblies.review(m, by=by),
        "publicise": lambda m, by: assemblies.publicise(m, by=by),
        "note_objection": lambda m, by: assemblies.note_objection(m, by=by, note="有人来电反映。"),
        "confirm": lambda m, by: assemblies.confirm(m, by=by, document_no="2 号", phone="19900004444"),
        "refuse": lambda m, by: assemblies.refuse(m, by=by, reason="未通过"),
        "give_account": lambda m, by: assemblies.give_account(m, by=by, phone="19900004445"),
        "end": lambda m, by: assemblies.end(m, by=by, reason="resigned"),
    }
    check(told, "assembly_member", MEMBER, objects, runs)


def test_meeting_cells(told: Assembling) -> None:
    members = told.sitting(6)
    polled = told.open_meeting()
    told.draft_poll(polled)
    objects = {
        "planned": told.planned(),
        "convened": told.convened(),
        "convened+few": assemblies.take_attendance(told.convened(), by=told.feng, present=members[:3]),
        "convened+half": told.attended(missing=2),
        "open": told.open_meeting(),
        "open+poll": polled,
        "closed": told.closed_meeting(),
        "called_off": assemblies.call_off(told.planned(), by=told.feng, reason="改期"),
    }
    runs: dict[str, Run] = {
        "revise": lambda m, by: assemblies.revise(m, by=by, place="社区礼堂"),
        "convene": lambda m, by: assemblies.convene(m, by=by),
        "ask_leave": lambda m, by: assemblies.ask_leave(m, by=by, why="出差"),
        "take_attendance": lambda m, by: assemblies.take_attendance(m, by=by, present=members),
        "open": lambda m, by: assemblies.open_meeting(m, by=by),
        "close": lambda m, by: assemblies.close(m, by=by, minutes="记录"),
        "call_off": lambda m, by: assemblies.call_off(m, by=by, reason="改期"),
    }
    check(told, "assembly_meeting", MEETING, objects, runs)


def test_opinion_cells(told: Assembling) -> None:
    told.sitting(3)
    told.done()
    told.closed_meeting()
    again = opinions.reply(told.redoing(), by=told.clerk("bh-jdb"), text="三盏也已更换。")
    objects = {
        "filed": told.filed(),
        "returned": opinions.send_back(told.filed(), by=told.feng, reason="请写明路段。"),
        "accepted": told.accepted(),
        "assigned": told.assigned(),
        "assigned+published": opinions.publish(told.assigned(), by=told.feng),
        "assigned+district": told.assigned("nh-zjj", pace="long"),
        "replied": told.replied(),
        "redoing": told.redoing(),
        "replied+again": again,
        "done": told.done(),
        "reported": type(again).objects.get(state="reported"),
        "withdrawn": opinions.withdraw(told.filed(), by=told.user(told.cast.cao)),
    }

    runs: dict[str, Run] = {
        "send_back": lambda o, by: opinions.send_back(o, by=by, reason="请补充"),
        "complete": lambda o, by: opinions.complete(o, by=by, text="桥东路中段路灯坏了。"),
        "accept": lambda o, by: opinions.accept(o, by=by),
        "assign": lambda o, by: opinions.assign(o, by=by, organ=told.cast.organs["bh-jdb"]),
        "reassign": lambda o, by: opinions.reassign(o, by=by, organ=told.cast.organs["nh-gov"], reason="职责在区里"),
        "hand_back": lambda o, by: opinions.hand_back(o, by=by, reason="不属于本单位"),
        "reply": lambda o, by: opinions.reply(o, by=by, text="已办好"),
        "rate": lambda o, by: opinions.rate(o, by=by, grade="satisfied"),
        "publish": lambda o, by: opinions.publish(o, by=by),
        "withdraw": lambda o, by: opinions.withdraw(o, by=by),
    }
    check(told, "assembly_opinion", ASSEMBLY_OPINION, objects, runs)
