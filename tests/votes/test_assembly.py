"""Members and meetings of an assembly: what is refused, what is kept, what is told; what PostgreSQL holds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.faces import may_enter
from accounts.models import Notice, User
from clocks.models import Deadline, RulePolicy
from config.demo.time import pass_time, settle
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from tests.cast import people, phone_of
from tests.votes.assembling import START, Assembling
from votes.models import AssemblyMeeting, AssemblyMember, HeardOpinion
from votes.workflow import assembly as assemblies, assembly_opinion as opinions

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        yield Assembling(people())


def test_only_a_streets_own_committee_founds_its_assembly(told: Assembling) -> None:
    words = {"variant": "political", "ordinal": 1, "opens_on": clock.today()}
    with pytest.raises(Forbidden):
        assemblies.found_assembly(by=told.user(told.cast.chen), organ=told.cast.organs["bh-gw"], **words)
    with pytest.raises(Invalid):
        assemblies.found_assembly(by=told.user(told.cast.han), organ=told.cast.organs["qs-rd"], **words)
    made = assemblies.found_assembly(by=told.feng, organ=told.cast.organs["bh-gw"], **words)
    assert (made.name, made.code, made.member_word) == ("北河街道议政代表会", "bh-gw-1", "议政代表")
    with pytest.raises(Invalid):
        assemblies.found_assembly(by=told.feng, organ=told.cast.organs["bh-gw"], **words)


def test_nobody_is_confirmed_before_five_working_days_were_public(told: Assembling) -> None:
    member = told.publicised("曹阳")
    until = member.publicised_until.astimezone(clock.SHANGHAI)
    assert (until.month, until.day) == (3, 9)  # Monday 2 March, five working days later
    pass_time(START + timedelta(days=6))
    with pytest.raises(GuardFailed) as refused:
        assemblies.confirm(member, by=told.feng, document_no="1 号")
    assert refused.value.code == "publicity_over"
    told.seat(member, phones=(phone_of("cao"),))
    assert Notice.objects.filter(user=told.cast.feng, title__startswith="公示期满").count() == 1
    assert member.user_id == told.cast.cao.pk and may_enter(told.user(told.cast.cao), "my")
    assert not Deadline.objects.open().of(member).exists()


def test_a_street_may_publicise_longer_by_a_rule_of_its_own(told: Assembling) -> None:
    RulePolicy.objects.create(
        organ=told.cast.organs["bh-gw"],
        code="assemblymember.publicise",
        version=1,
        value="7wd",
        valid_from=clock.today(),
    )
    assert told.publicised().publicised_until.astimezone(clock.SHANGHAI).day == 11


def test_an_account_is_the_one_of_the_same_person(told: Assembling) -> None:
    deputy = told.publicised("李明")
    other = told.publicised("别人")
    told.seat(deputy, phones=(phone_of("li"),))
    assert deputy.user_id == told.cast.li.pk, "a deputy who is a member too keeps one account"
    with pytest.raises(Invalid, match="别人名下"):
        assemblies.confirm(other, by=told.feng, document_no="1 号", phone=phone_of("li"))
    with pytest.raises(Invalid, match="11 位"):
        assemblies.confirm(other, by=told.feng, document_no="1 号", phone="123")
    told.seat(other)
    assert User.objects.get(pk=other.user_id).name == "别人"
    ended = assemblies.end(other, by=told.feng, reason="moved")
    assert ended.until == clock.today() and not may_enter(told.user(other.user), "my")


def test_what_postgresql_holds_of_members_and_meetings(told: Assembling) -> None:
    members = told.sitting(3)
    meeting = told.open_meeting()
    rows = AssemblyMember.objects.filter(pk=members[0].pk)
    for model, change in (
        (rows, {"document_no": ""}), (rows, {"until": clock.today()}), (rows, {"user": members[1].user}),
        (AssemblyMeeting.objects.filter(pk=meeting.pk), {"present": 1}),
        (AssemblyMeeting.objects.filter(pk=meeting.pk), {"state": "closed"}),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            model.update(**change)


def test_a_meeting_is_not_opened_with_half_of_the_members(told: Assembling) -> None:
    members = told.sitting(4)
    meeting = told.convened()
    for there in (members[:2], []):
        meeting = assemblies.take_attendance(told.fresh(meeting), by=told.feng, present=there)
        with pytest.raises(GuardFailed) as refused:
            assemblies.open_meeting(told.fresh(meeting), by=told.feng)
        assert refused.value.code == "quorate"
    assemblies.take_attendance(told.fresh(meeting), by=told.feng, present=members[:3], leave=members[3:])
    meeting = assemblies.open_meeting(told.fresh(meeting), by=told.feng)
    assert (meeting.due, meeting.present) == (4, 3)
    with pytest.raises(Invalid):
        assemblies.take_attendance(told.fresh(meeting), by=told.feng, present=members[:2])
    with pytest.raises(Invalid):
        assemblies.take_attendance(told.fresh(meeting), by=told.feng, present=members, leave=members[:1])


def test_every_agenda_has_the_report_on_opinions_once(told: Assembling) -> None:
    told.sitting(3)
    kinds = list(told.planned().agenda.values_list("kind", flat=True))
    assert kinds == ["opinions", "plan", "projects"]
    placed = told.planned(agenda=[("plan", "工作报告"), ("opinions", "意见办理情况报告")])
    assert list(placed.agenda.values_list("kind", flat=True)) == ["plan", "opinions"]
    with pytest.raises(Invalid):
        told.planned(agenda=[("opinions", "一"), ("opinions", "二")])


def test_members_are_called_and_may_ask_leave_once(told: Assembling) -> None:
    told.sitting(3)
    meeting = told.convened()
    settle()
    assert Notice.objects.filter(user=told.cast.cao, title__startswith="请您参加").count() == 1
    meeting = assemblies.ask_leave(told.fresh(meeting), by=told.user(told.cast.cao), why="住院")
    assert meeting.attendance.get().why == "住院"
    with pytest.raises(GuardFailed):
        assemblies.ask_leave(told.fresh(meeting), by=told.user(told.cast.cao), why="住院")
    settle()
    assert Notice.objects.filter(user=told.cast.feng, title__startswith="曹阳请假").count() == 1


def test_a_closed_meeting_keeps_what_was_heard_and_reports_what_is_done(told: Assembling) -> None:
    told.sitting(3)
    done, open_still, new = told.done(), told.replied(), told.filed()
    meeting = told.closed_meeting()
    heard = {row.opinion_id: row for row in HeardOpinion.objects.filter(meeting=meeting)}
    assert set(heard) == {done.pk, open_still.pk}
    assert (heard[done.pk].state, heard[done.pk].grade) == ("done", "satisfied")
    for opinion, state in ((done, "reported"), (open_still, "replied"), (new, "filed")):
        opinion.refresh_from_db()
        assert opinion.state == state
    assert done.heard_in == meeting and done.steps.last().recorded == {"meeting": meeting.number}
    opinions.rate(open_still, by=told.user(told.cast.cao), grade="basically")
    second = told.closed_meeting()
    assert [row.opinion_id for row in second.heard_opinions.all()] == [open_still.pk]
