"""Rounds and their projects, told through verbs: what a ballot makes of candidates, and what the rules refuse."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import Anyone, Notice
from config.demo.time import pass_time
from ground import clock
from ground.errors import DomainError, GuardFailed, Invalid
from suggestions.workflow import opinion as opinions
from tests.cast import people
from tests.votes.building import TITLES, Building
from tests.votes.polling import START
from votes.models import LivelihoodProject
from votes.showing import Shown
from votes.workflow import ballots, poll as polls, progress, project as projects, proposal, round as rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Building]:
    with clock.at(START):
        yield Building(people())


def states(rows: list[LivelihoodProject]) -> list[str]:
    return [Building.again(row).state for row in rows]


def test_the_ballot_chooses_and_the_others_are_not_chosen(told: Building) -> None:
    told.seats(6)
    round_, rows = told.voting()
    told.decided(round_, ["110"] * 40)
    assert states(rows) == ["elected", "elected", "not_elected"]
    step = told.again(rows[0]).steps.last()
    assert (step.verb, step.by_kind) == ("elect", "system") and "票" in step.public_text
    assert told.turn(round_).state == "voting"
    assert rounds.publish(told.turn(round_), by=told.cast.sun).state == "published"


def test_a_tie_waits_for_its_second_round(told: Building) -> None:
    told.seats(5)
    round_, rows = told.voting()
    poll = told.decided(round_, [*["110"] * 4, *["101"] * 4, "011"])
    assert states(rows) == ["elected", "candidate", "candidate"]
    with pytest.raises(GuardFailed):
        rounds.publish(told.turn(round_), by=told.cast.sun)
    nextone = polls.second_round(told.fresh(poll), by=told.cast.chen)
    assert [line.project_id for line in told.turn(round_).ballots.last().lines.all()] == [rows[1].pk, rows[2].pk]
    with pytest.raises(GuardFailed):  # its own ballot is not over
        ballots.make_ballot(told.turn(round_), by=told.cast.chen)
    told.carried(nextone, ["10"] * 9)
    assert states(rows) == ["elected", "elected", "not_elected"]


def test_without_quorum_nothing_is_decided_and_another_ballot_is_held(told: Building) -> None:
    told.seats(6)
    round_, rows = told.voting()
    poll = told.decided(round_, ["110"] * 40, absent=6)
    assert poll.result["classes"][0]["quorum"]["held"] is False
    assert states(rows) == ["candidate"] * 3
    ballots.make_ballot(told.turn(round_), by=told.cast.chen, secret=False)
    told.decided(round_, ["011"] * 40)
    assert states(rows) == ["not_elected", "elected", "elected"]


def test_after_a_void_ballot_another_is_held(told: Building) -> None:
    round_, rows = told.voting()
    polls.void(told.fresh(told.turn(round_).ballots.last().poll), by=told.cast.sun, reason="多发了一张票。")
    assert states(rows) == ["candidate"] * 3
    round_ = ballots.make_ballot(told.turn(round_), by=told.cast.chen)
    assert told.turn(round_).ballots.count() == 2


def test_the_session_may_decide_on_fewer(told: Building) -> None:
    told.seats(4)
    round_, rows = told.voting()
    told.decided(round_, ["100"] * 40)
    assert states(rows) == ["elected", "candidate", "candidate"]
    rounds.settle_rest(told.turn(round_), by=told.cast.sun, reason="其余项目票数没有过半，经主席团研究少定一项。")
    assert states(rows) == ["elected", "not_elected", "not_elected"]


def test_what_was_decided_on_is_never_edited(told: Building) -> None:
    _, rows = told.candidates()
    version = told.again(rows[0]).version
    with pytest.raises(DatabaseError), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(content="悄悄改掉")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.nodes.all().delete()


def test_an_adjustment_makes_a_new_version_and_keeps_the_old(told: Building) -> None:
    _, rows = told.implementing()
    row = told.forwarded(rows[0])
    row = progress.decide_adjustment(
        told.again(row),
        by=told.cast.sun,
        agreed=True,
        decider="committee",
        decided_on=clock.today(),
        document_no="8 号",
    )
    row = told.again(row)
    assert (row.state, row.current_no, row.version.content) == ("implementing", 2, "新增 5 个班。")
    assert row.versions.get(no=1).content != row.version.content
    assert row.version.total_cost == row.versions.get(no=1).total_cost and row.version.nodes.count() == 4


def test_a_refused_adjustment_leaves_everything(told: Building) -> None:
    _, rows = told.implementing()
    row = told.forwarded(rows[0])
    progress.decide_adjustment(
        told.again(row), by=told.cast.sun, agreed=False, decider="committee", decided_on=clock.today()
    )
    assert (told.again(row).state, told.again(row).current_no) == ("implementing", 1)
    assert told.again(told.asked(row, content="新增 4 个班。")).adjustment.no == 2


def test_a_poll_of_the_committee_decides_on_an_adjustment(told: Building) -> None:
    _, rows = told.implementing()
    row = ballots.put_to_vote(told.again(told.forwarded(rows[0])), by=told.cast.chen)
    poll = told.again(row).adjustment.poll
    with pytest.raises(GuardFailed):
        progress.decide_adjustment(
            told.again(row), by=told.cast.sun, agreed=True, decider="committee", decided_on=clock.today()
        )
    told.carried(poll, ["+"] * 9)
    row = told.again(row)
    assert (row.state, row.current_no) == ("implementing", 2)
    assert row.adjustments.get().document_no == poll.number


def test_a_cancelled_project_owes_nothing(told: Building) -> None:
    _, rows = told.implementing()
    row = told.forwarded(rows[0], kind="cancel", content="")
    row = progress.decide_adjustment(
        told.again(row), by=told.cast.sun, agreed=True, decider="committee", decided_on=clock.today()
    )
    assert (row.state, row.next_due_at) == ("cancelled", None)


def test_a_quarter_owes_one_report_and_the_next_follows(told: Building) -> None:
    from clocks.models import Deadline

    _, rows = told.implementing()
    with clock.at(START + timedelta(days=20)):
        told.reported(rows[0], 20)
        (due,) = Deadline.objects.open().of(rows[0]).filter(kind="report")
        assert told.again(rows[0]).last_report.quarter == 20261
        assert due.started_at.astimezone(clock.SHANGHAI).date().isoformat() == "2026-07-01"
        with pytest.raises(GuardFailed):  # pressed twice
            told.reported(rows[0], 20)
        with pytest.raises(Invalid):  # less than before wants its reason
            told.reported(rows[0], 10)
        told.reported(rows[0], 25)
        assert [(r.quarter, r.no) for r in told.again(rows[0]).reports.all()] == [(20261, 1), (20262, 1)]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"percent": 101}, "percent"),
        ({"money_in": "100", "money_paid": "200"}, "money_paid"),
        ({"money_in": "-1"}, "money_in"),
        ({"done": " "}, "done"),
    ],
)
def test_a_report_that_cannot_be_is_refused_with_a_sentence(told: Building, words: dict[str, Any], field: str) -> None:
    _, rows = told.implementing()
    with pytest.raises(Invalid) as refused:
        told.reported(rows[0], **{"percent": 20, **words})
    assert refused.value.errors[0][0].strip("/") == field


def test_a_late_report_is_told_to_the_unit_and_then_to_the_office(told: Building) -> None:
    _, rows = told.implementing(TITLES[0])
    pass_time(START + timedelta(days=60))
    told_of = Notice.objects.filter(title__startswith="报告季度进度", url__contains=rows[0].number)
    faces = set(told_of.values_list("user", "url"))
    assert (told.cast.gao.pk, f"/desk/projects/{rows[0].number}/") in faces
    assert (told.cast.chen.pk, f"/admin/projects/{rows[0].number}/") in faces
    assert Shown(told.again(rows[0]), told.cast.gao).light == "yellow"


def test_a_merged_proposal_brings_its_supporters(told: Building) -> None:
    head, other = told.pooled(), told.pooled(TITLES[1])
    for row in (head, other):
        proposal.support_as(row, by=told.cast.wang)
    proposal.support_as(other, by=told.cast.zhao)
    projects.merge(other, by=told.cast.chen, into=head.number)
    assert head.supports.count() == 2


def test_a_support_counts_once_for_a_phone(told: Building) -> None:
    row = told.pooled()
    assert proposal.support_as(row, by=told.cast.wang) is True
    assert proposal.support_as(row, by=told.cast.wang) is False
    assert row.supports.count() == 1


def test_only_one_round_an_organ_and_year(told: Building) -> None:
    told.round()
    with pytest.raises(GuardFailed):
        told.round()


def test_what_was_not_chosen_comes_into_the_next_round(told: Building) -> None:
    told.seats(6)
    round_, rows = told.voting()
    told.decided(round_, ["110"] * 40)
    with clock.at(START + timedelta(days=300)):
        nextone = told.round(year=clock.today().year + 1)
        projects.repool(told.again(rows[2]), by=told.cast.chen)
        row = told.again(rows[2])
        assert (row.state, row.round_id) == ("pooled", nextone.pk)
        rounds.screen(told.turn(nextone), by=told.cast.chen)
        row = projects.shortlist(told.again(row), by=told.cast.chen)
        assert (row.current_no, told.again(row).version.frozen_at) == (2, None)
        projects.edit(told.again(row), by=told.cast.chen, content="又想了一年")


def test_a_citizens_words_are_public_only_when_the_phone_was_proved(told: Building) -> None:
    row = told.pooled(contact_name="老李", phone="19912345678")
    assert row.published_at is None
    row = projects.accept(told.proposed(TITLES[1], by=told.cast.wang), by=told.cast.chen)
    assert row.published_at is not None and row.by_words == "王建国代表"


def test_material_must_be_whole_before_it_is_put_to_the_vote(told: Building) -> None:
    round_ = rounds.screen(told.round(), by=told.cast.chen)
    row = told.shortlisted(round_)
    rounds.shortlist(told.turn(round_), by=told.cast.sun)
    rounds.review(told.turn(round_), by=told.cast.chen)
    with pytest.raises(DomainError):
        projects.nominate(told.again(row), by=told.cast.chen)


def test_the_office_reads_from_which_opinions_a_project_came(told: Building, client: Client) -> None:
    row = told.pooled()
    opinion = opinions.submit(
        by=Anyone(), category="education", content="孩子上学要走三公里。", consent=True, deputy="D00001"
    )
    opinions.accept(opinion, by=told.user(told.cast.zhou))
    projects.link(told.again(row), by=told.user(told.cast.chen), opinions=[opinion.number])
    client.force_login(told.user(told.cast.chen), backend="accounts.signin.PhoneBackend")
    assert opinion.number in client.get(f"/admin/projects/{row.number}/").content.decode()
