"""议事代表意见: dates and who owes them, who handles, what is public, who is told; boards, desk and report."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.test import Client
from docx import Document

from accounts.models import Notice
from clocks.models import Deadline
from clocks.workflow import open_of
from config.demo.time import pass_time, settle
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.models import Message
from ground.workflow import SYSTEM
from suggestions import owed
from suggestions.queries import board, desk
from tests.cast import people
from tests.suggestions.citizens import Citizens
from tests.votes.assembling import START, Assembling
from votes import assembly_report
from votes.models import EFFECT, AssemblyOpinion, AssemblyRating, AssemblyReply, HeardOpinion
from votes.showing_assembly import ShownOpinion
from votes.workflow import assembly as assemblies, assembly_opinion as opinions

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        made = Assembling(people())
        made.sitting(3)
        yield made


def client_of(told: Assembling, who: str) -> Client:
    client = Client()
    client.force_login(told.user(told.cast.users[who]), backend="accounts.signin.PhoneBackend")
    return client


def test_only_a_member_of_now_files(told: Assembling) -> None:
    for who in ("feng", "li", "wang"):
        with pytest.raises(Forbidden):
            opinions.file(told.assembly, by=told.user(told.cast.users[who]), title="一", text="二")
    assemblies.end(told.people[0], by=told.feng, reason="resigned")
    with pytest.raises(Forbidden):
        told.filed()


def test_every_state_has_somebody_and_a_date(told: Assembling) -> None:
    street, unit, member = told.assembly.organ_id, told.cast.organs["bh-jdb"].pk, told.cast.cao.pk
    owes = {
        told.filed(): ("accept", street, None), told.accepted(): ("assign", street, None), told.assigned(): ("reply", unit, None),
        told.assigned(pace="long"): ("reply_long", unit, None), told.replied(): ("rate", None, member),
        told.redoing(): ("redo", unit, None),
        opinions.send_back(told.filed(), by=told.feng, reason="请补充"): ("complete", None, member),
    }  # fmt: skip
    for opinion, expected in owes.items():
        deadline = Deadline.objects.open().of(opinion).get()
        assert (deadline.kind, deadline.organ_id, deadline.user_id) == expected
        assert deadline.reasons and opinion.next_due_at == deadline.due_at
    spans = {d.kind: d.span for d in Deadline.objects.open().filter(object_kind="assemblyopinion")}
    assert (spans["reply"], spans["reply_long"], spans["redo"]) == ("15wd", "3m", "1m")


def test_a_unit_of_another_city_cannot_be_asked(told: Assembling) -> None:
    opinion = told.accepted()
    for code in ("dh-zjj", "qs-gov", "nh-rd"):
        with pytest.raises(GuardFailed) as refused:
            opinions.assign(opinion, by=told.feng, organ=told.cast.organs[code])
        assert refused.value.code == "route"
    told.clerk("nh-zjj")
    through = opinions.assign(told.fresh(opinion), by=told.feng, organ=told.cast.organs["nh-zjj"])
    assert through.through == "district" and "经街道转请" in through.steps.last().public_text


def test_another_unit_keeps_the_date(told: Assembling) -> None:
    opinion = told.assigned()
    before = open_of(opinion)[0].due_at
    opinions.reassign(opinion, by=told.feng, organ=told.cast.organs["nh-gov"], reason="职责在区里")
    (after,) = open_of(opinion)
    assert (after.due_at, after.organ_id) == (before, told.cast.organs["nh-gov"].pk)
    back = opinions.hand_back(told.assigned(), by=told.clerk("bh-jdb"), reason="不属于本单位")
    assert (back.state, back.handler, open_of(back)[0].kind) == ("accepted", None, "assign")


def test_an_unsatisfied_member_has_it_done_again_once(told: Assembling) -> None:
    cao = told.user(told.cast.cao)
    with pytest.raises(Invalid, match="哪里不满意"):
        opinions.rate(told.replied(), by=cao, grade="dissatisfied")
    again = opinions.reply(told.redoing(), by=told.clerk("bh-jdb"), text="三盏也已更换。")
    again = opinions.rate(told.fresh(again), by=cao, grade="dissatisfied", text="仍有一盏不亮。")
    assert (again.state, again.outcome, again.round) == ("done", "unsettled", 2)
    assert [reply.round for reply in again.replies.all()] == [1, 2]


def test_what_nobody_rates_is_closed_by_the_system(told: Assembling) -> None:
    opinion = told.replied()
    pass_time(clock.now() + timedelta(days=40))
    opinion.refresh_from_db()
    assert (opinion.state, opinion.outcome) == ("done", "unrated")
    assert opinion.steps.last().by_label == SYSTEM.label


def test_a_late_reply_is_on_the_boards_of_unit_and_committee(told: Assembling) -> None:
    opinion = told.assigned()
    pass_time(clock.now() + timedelta(days=30))
    feng, gao = told.feng, told.clerk("bh-jdb")
    late = board.late(board.owed(feng)).select_related("organ", "user")
    (row,) = owed.rows([d for d in late if d.object_kind == "assemblyopinion"], feng)
    assert (row.what, row.verb, row.url) == ("未答复", "reassign", f"/admin/assembly-opinions/{opinion.number}/")
    assert desk.owed_by(gao).filter(matter_kind="assemblyopinion").count() == 1
    page = client_of(told, "gao").get("/desk/").content.decode()
    assert opinion.title in page and f"/desk/assembly-opinions/{opinion.number}/reply/" in page
    assert opinion.title in client_of(told, "feng").get("/admin/supervise/").content.decode()
    assert Notice.objects.filter(user=gao, title__contains="已逾期").exists()
    assert Notice.objects.filter(user=feng, title__contains="已逾期").exists()
    assert not Notice.objects.filter(user=told.cast.liu, title__contains="议事代表意见").exists()


def test_numbers_of_a_streets_register_have_no_gap(told: Assembling) -> None:
    numbers = [told.accepted().register for _ in range(3)]
    assert numbers == ["〔2026〕1 号", "〔2026〕2 号", "〔2026〕3 号"]
    again = opinions.hand_back(told.assigned(), by=told.clerk("bh-jdb"), reason="不属于本单位")
    opinions.assign(told.fresh(again), by=told.feng, organ=told.cast.organs["nh-gov"])
    assert told.fresh(again).register == "〔2026〕4 号"


def test_the_public_reads_what_the_street_looked_over(told: Assembling) -> None:
    private = told.accepted(may_publish=False)
    with pytest.raises(GuardFailed):
        opinions.publish(private, by=told.feng)
    opinion = told.accepted(text="桥东路 12 号 301 室王大爷（13812345678）反映路灯不亮。")
    opinion = opinions.publish(opinion, by=told.feng)
    assert "13812345678" not in opinion.public_text and "路灯不亮" in opinion.public_text
    page = Client().get(f"/assembly-opinions/{opinion.number}/").content.decode()
    assert "13812345678" not in page and "路灯不亮" in page
    assert Client().get(f"/assembly-opinions/{private.number}/").status_code == 404
    fellow = told.user(told.people[1].user)
    assert ShownOpinion(opinion, fellow).text == opinion.text
    assert not AssemblyOpinion.objects.visible_to(told.user(told.cast.liu)).filter(pk=private.pk).exists()
    assert AssemblyOpinion.objects.visible_to(fellow).filter(pk=private.pk).exists(), "accepted ones are the assembly's"


def test_the_citizens_behind_it_are_told(told: Assembling) -> None:
    citizen = Citizens(told.cast).accepted(phone="19900008888")
    opinion = told.assigned()
    with pytest.raises(Invalid):
        opinions.link(opinion, by=told.user(told.cast.cao), number="Y2020-999999")
    seen = told.user(told.cast.cao)
    with pytest.raises(Invalid):
        opinions.link(opinion, by=seen, number=citizen.number)
    type(citizen).objects.filter(pk=citizen.pk).update(published_at=clock.now())  # then everybody may read it
    opinions.link(told.fresh(opinion), by=told.feng, number=citizen.number)
    with pytest.raises(Invalid, match="已经关联"):
        opinions.link(told.fresh(opinion), by=told.feng, number=citizen.number)
    opinions.reply(told.fresh(opinion), by=told.clerk("bh-jdb"), text="已办好。")
    settle()
    sent = Message.objects.filter(template="assembly_opinion.behind")
    assert sent.count() == 1 and sent.get().variables == {"number": citizen.number}


def test_the_report_tells_of_every_opinion_and_is_a_document(told: Assembling) -> None:
    told.done()
    told.assigned()
    told.filed()
    meeting = told.open_meeting()
    lines = assembly_report.lines_of(meeting)
    assert [line.state for line in lines] == ["done", "assigned"]
    assert assembly_report.sentence(lines) == (
        "向本次会议报告议事代表意见 2 件，已办结 1 件，正在办理 1 件。已办结的意见中，满意 1 件。"
    )
    closed = assemblies.close(told.fresh(meeting), by=told.feng, minutes="记录")
    answer = client_of(told, "feng").get(f"/admin/assembly-meetings/{closed.number}/report.docx")
    paper = Document(io.BytesIO(answer.content))
    text = "\n".join(line.text for line in paper.paragraphs)
    assert EFFECT in text and "已办结 1 件" in text
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows[0] == list(assembly_report.HEADS) and rows[1][0] == "〔2026〕1 号" and rows[1][-1] == "满意"
    assert len(rows) == 3 and rows[2][3] == "北河街道办事处"


def test_what_was_said_stays_said(told: Assembling) -> None:
    told.done()
    told.closed_meeting()
    for model, change in (
        (AssemblyReply, {"text": "另一种说法"}),
        (AssemblyRating, {"grade": "basically"}),
        (HeardOpinion, {"reply": ""}),
    ):
        with pytest.raises(Error), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(Error), transaction.atomic():
            model.objects.all().delete()
