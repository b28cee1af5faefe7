"""A poll whose electorate is an assembly's members: the roll, the envelopes, paper, and that its result binds nobody."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from rest_framework.test import APIClient

from accounts import tokens
from ground import clock, files
from ground.errors import Forbidden, GuardFailed, Invalid
from tests import cells
from tests.cast import people
from tests.votes.assembling import ITEMS, START, Assembling
from votes import bundle, sealing
from votes.majority import ADVISED
from votes.models import EFFECT, LivelihoodProject, Poll, RollLine
from votes.queries.poll import turnout
from votes.workflow import assembly as assemblies, ballots, casting, paper, poll as polls

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Assembling]:
    with clock.at(START):
        made = Assembling(people())
        made.sitting(8)
        yield made


def published(told: Assembling, missing: int = 1) -> Poll:
    """Seven of eight are there: the first item gets seven, the second five, the third four of the eight."""
    poll = told.opened_poll(told.open_meeting(missing))
    for member, marks in zip(told.people[:7], ("+++", "+++", "+++", "+++", "++-", "+--", "+-0"), strict=True):
        told.vote(poll, member, marks)
    return told.published_poll(poll)


def test_the_roll_is_who_is_at_the_meeting(told: Assembling) -> None:
    poll = told.opened_poll(told.open_meeting(missing=2))
    one = poll.classes.get()
    assert one.code == "members"
    assert one.people == {"quota": 8, "actual": 8, "suspended": 0, "due": 8, "leave": 2, "present": 6}
    assert [line.member_id for line in poll.roll.all()] == [member.pk for member in told.people[:6]]
    with pytest.raises(Forbidden):
        told.vote(poll, told.people[7], "+++")


def test_it_is_opened_only_while_the_meeting_is_on(told: Assembling) -> None:
    meeting = told.attended()
    poll = told.fresh(told.proposed_poll(meeting, secret=False))
    with pytest.raises(GuardFailed) as refused:
        polls.open_poll(poll, by=told.officers[0])
    assert refused.value.code == "in_session"
    assemblies.open_meeting(told.fresh(meeting), by=told.feng)
    polls.open_poll(told.fresh(poll), by=told.officers[0])


def test_more_than_half_have_to_be_for_it_and_it_is_a_recommendation(told: Assembling) -> None:
    result = published(told).result["classes"][0]
    assert result["quorum"] == {"needed": 5, "present": 7, "held": True}
    assert result["majority"] == {"of": "actual", "base": 8, "needed": 5}
    assert [line["outcome"] for line in result["lines"]] == [ADVISED, ADVISED, "未过半数"]
    assert "通过" not in str(result)


def test_exactly_half_is_no_quorum(told: Assembling) -> None:
    poll = told.fresh(told.draft_poll())
    assert poll.sentence.startswith("出席人数超过实有人数的半数方可投票")
    chief, *rest = told.officers
    polls.appoint(poll, by=told.feng, chief=chief, scrutineers=rest, tellers=[m.user for m in told.people[4:6]])
    polls.excuse(told.fresh(poll), by=told.feng, leave=told.people[4:])
    told.draft_poll = lambda *args, **words: poll  # type: ignore[method-assign]
    poll = told.fresh(polls.propose(told.fresh(poll), by=told.feng))
    told.slips = {user.pk: bytes([n]) * 16 for n, user in enumerate(told.officers)}
    polls.make_keys(poll, by=chief, secrets=told.slips)
    poll = polls.open_poll(told.fresh(poll), by=chief, secrets=told.slips)
    for member in told.people[:4]:
        told.vote(poll, member, "+++")
    result = told.published_poll(poll).result["classes"][0]
    assert not result["quorum"]["held"] and {line["outcome"] for line in result["lines"]} == {"投票无效"}


def test_everywhere_it_says_that_it_binds_nobody(told: Assembling, tmp_path: Path) -> None:
    poll = published(told)
    content = files.read(poll.bundle)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        minutes = Document(io.BytesIO(archive.read("minutes.docx")))
        archive.extractall(tmp_path)
    assert EFFECT in "\n".join(line.text for line in minutes.paragraphs)
    run = [sys.executable, "-I", "-S", str(tmp_path / "recount.py"), str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "一致" in done.stdout and EFFECT in done.stdout and f"1. 北河社区路灯更换：{ADVISED}" in done.stdout
    poll_json = (tmp_path / "poll.json").read_text(encoding="utf-8")
    (tmp_path / "poll.json").write_text(poll_json.replace(EFFECT, ""), encoding="utf-8")
    assert subprocess.run(run, capture_output=True, text=True, check=False).returncode == 1
    shown = APIClient().get(f"/api/v1/polls/{poll.number}/").json()
    assert (shown["effect"], shown["assembly"]) == (EFFECT, "bh-gw-1")
    member, office = Client(), Client()
    member.force_login(told.cast.cao, backend="accounts.signin.PhoneBackend")
    office.force_login(told.feng, backend="accounts.signin.PhoneBackend")
    for client, at in (
        (Client(), f"/polls/{poll.number}/"), (Client(), "/assemblies/bh-gw-1/"), (member, f"/my/polls/{poll.number}/"),
        (office, f"/admin/polls/{poll.number}/"), (office, f"/admin/polls/{poll.number}/projector/"),
        (office, f"/admin/polls/{poll.number}/print/"),
    ):  # fmt: skip
        page = client.get(at)
        assert page.status_code == 200 and EFFECT in page.content.decode(), at


def test_officers_are_members_and_the_clerk_publishes(told: Assembling) -> None:
    poll = told.draft_poll()
    with pytest.raises(Invalid, match="议事代表"):
        polls.appoint(
            poll,
            by=told.feng,
            chief=told.cast.shi,
            scrutineers=told.officers[1:],
            tellers=[m.user for m in told.people[4:6]],
        )
    assert not told.feng.has_perm("votes.publish_poll", Poll(organ=told.cast.organs["dh-rd"]))


def test_paper_in_the_same_count(told: Assembling) -> None:
    poll = told.opened_poll()
    holder = told.people[7]
    paper.issue_paper(poll, by=told.officers[1], voter=holder)
    with pytest.raises(casting.PaperIssued):
        told.vote(poll, holder, "+++")
    paper.cancel_paper(told.fresh(poll), by=told.officers[1], voter=holder, second=told.officers[2])
    told.vote(poll, holder, "+++")
    assert turnout(poll) == [{"voter_class": "members", "roll": 8, "online": 1, "paper": 0, "done": 1, "left": 7}]
    assert bundle.names_of_roll(poll)[0] == (told.people[0].number, "曹阳", "议事代表", "未投票")


def test_a_cast_writes_one_line_of_the_roll_and_nothing_else(told: Assembling) -> None:
    poll = told.opened_poll()
    assert cells.written(lambda: told.vote(poll, told.people[0], "+++")) == 1


def test_an_envelope_moved_to_another_member_stops_the_count(told: Assembling) -> None:
    poll = told.opened_poll()
    told.vote(poll, told.people[0], "+++")
    line = poll.roll.get(channel="online")
    other = poll.roll.get(member=told.people[1])
    assert sealing.mac_fits(poll.number, line.key, bytes(line.sealed), bytes(line.mac))
    assert not sealing.mac_fits(poll.number, other.key, bytes(line.sealed), bytes(line.mac))
    assert not sealing.mac_fits(poll.number, line.key.removeprefix("m"), bytes(line.sealed), bytes(line.mac))


def test_whoever_left_since_the_roll_was_drawn_up_does_not_vote(told: Assembling) -> None:
    poll = told.opened_poll()
    assemblies.end(told.people[6], by=told.feng, reason="moved")
    with pytest.raises(Forbidden):
        told.vote(poll, told.people[6], "+++")


def test_what_postgresql_holds_of_a_roll_of_members(told: Assembling) -> None:
    poll, draft = told.opened_poll(), told.draft_poll()
    line = poll.roll.first()
    seat = told.cast.seat("D00003")
    for refused, change in (
        (Error, lambda: RollLine.objects.create(poll=draft, voter_class="members")),
        (IntegrityError, lambda: RollLine.objects.create(poll=draft, seat=seat, member=told.people[0], voter_class="members")),
        (Error, lambda: RollLine.objects.create(poll=draft, seat=seat, voter_class="deputies")),
        (Error, lambda: RollLine.objects.filter(pk=line.pk).update(member=None, seat=seat)),
        (Error, lambda: Poll.objects.filter(pk=poll.pk).update(meeting=told.planned())),
        (IntegrityError, lambda: Poll.objects.filter(pk=draft.pk).update(assembly=None)),
        (IntegrityError, lambda: Poll.objects.filter(pk=draft.pk).update(term=told.cast.terms["nh-rd"])),
    ):  # fmt: skip
        with pytest.raises(refused), transaction.atomic():
            change()


def test_a_vote_costs_as_many_queries_as_a_deputys(told: Assembling) -> None:
    """At most 9 (issue 4); the whole call, with its sign-in."""
    poll = told.opened_poll()
    client = APIClient(HTTP_AUTHORIZATION=f"Token {tokens.issue(told.cast.cao, many=True)[0]}")
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(
            f"/api/v1/polls/{poll.number}/cast/", {"marks": "+++"}, format="json", HTTP_IDEMPOTENCY_KEY="k" * 32
        )
    assert answer.status_code == 200, answer.content
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 9, "\n".join(asked)


def test_a_streets_projects_are_put_to_its_assembly(told: Assembling) -> None:
    meeting = told.open_meeting()
    body = ballots.body_of(told.assembly.organ)
    assert body == {"assembly": told.assembly, "meeting": meeting}
    projects = [LivelihoodProject(number=f"M{n}", title=title) for n, title in enumerate(ITEMS)]
    poll, lines = ballots.make_poll(
        projects, by=told.feng, organ=told.assembly.organ, title="票选民生实事", mode="choose_n", places=2, **body
    )
    assert poll.is_advice and poll.options == list(ITEMS) and [line.project for line in lines] == projects
    type(told.assembly).objects.update(closes_on=clock.today() + timedelta(days=1))
    with pytest.raises(GuardFailed):
        ballots.body_of(told.assembly.organ)
