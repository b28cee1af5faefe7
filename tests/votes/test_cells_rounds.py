"""Every person × verb × state of Round and LivelihoodProject against the tables written by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from ground import clock
from tests.cast import people
from tests.votes.building import TITLES, Building
from tests.votes.polling import START
from tests.votes.test_cells import Run, check
from votes.models import LivelihoodProject, Round
from votes.states import PROJECT, ROUND
from votes.workflow import ballots, poll as polls, progress, project as projects, round as rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Building]:
    with clock.at(START):
        yield Building(people())


def test_round_cells(told: Building) -> None:
    cast, year = told.cast, iter(range(clock.today().year - 1, clock.today().year + 3))
    told.seats(6)
    objects: dict[str, Any] = {}

    def keep(name: str, row: Round) -> None:
        """One organ has one round a year: it is kept as it is, and its year is let go."""
        objects[name] = row
        Round.objects.filter(pk=row.pk).update(year=1900 + len(objects))

    keep("collecting", told.round(year=next(year)))
    keep("screening", rounds.screen(told.round(), by=cast.chen))
    row = rounds.screen(told.round(), by=cast.chen)
    told.filled(told.shortlisted(row))
    keep("screening+shortlisted", row)
    row = rounds.screen(told.round(), by=cast.chen)
    told.filled(told.shortlisted(row))
    keep("shortlisted", rounds.shortlist(told.turn(row), by=cast.sun))
    keep("reviewing", told.reviewing(TITLES[0])[0])
    row, made = told.reviewing(TITLES[0])
    projects.nominate(made[0], by=cast.chen)
    keep("reviewing+nominated", row)
    keep("candidate", told.candidates()[0])
    keep("voting", told.voting()[0])
    row, _ = told.voting()
    polls.void(told.fresh(told.turn(row).ballots.last().poll), by=cast.sun, reason="多发了一张")
    keep("voting+void", row)
    row, _ = told.voting()
    told.decided(row, ["100"] * 40)
    keep("voting+short", row)
    row, _ = told.voting()
    told.decided(row, ["110"] * 40)
    keep("voting+decided", row)
    row, _ = told.voting()
    told.decided(row, ["110"] * 40)
    keep("published", rounds.publish(told.turn(row), by=cast.sun))
    keep("implementing", told.implementing()[0])
    for name in ("implementing+finished", "evaluated", "closed"):
        row, made = told.implementing(TITLES[0])
        progress.evaluate(told.again(told.accepted(made[0])), by=cast.sun)
        row = told.turn(row)
        if name != "implementing+finished":
            row = rounds.evaluate(row, by=cast.sun)
        keep(name, rounds.close(told.turn(row), by=cast.sun) if name == "closed" else row)
    runs: dict[str, Run] = {
        "revise": lambda r, by: rounds.revise(r, by=by, places=3),
        "screen": lambda r, by: rounds.screen(r, by=by),
        "shortlist": lambda r, by: rounds.shortlist(r, by=by),
        "review": lambda r, by: rounds.review(r, by=by),
        "nominate": lambda r, by: rounds.nominate(r, by=by),
        "make_ballot": lambda r, by: ballots.make_ballot(r, by=by),
        "settle_rest": lambda r, by: rounds.settle_rest(r, by=by, reason="少定"),
        "publish": lambda r, by: rounds.publish(r, by=by),
        "begin": lambda r, by: rounds.begin(r, by=by),
        "evaluate": lambda r, by: rounds.evaluate(r, by=by),
        "close": lambda r, by: rounds.close(r, by=by),
    }
    check(told, "round", ROUND, objects, runs)


def test_project_cells(told: Building) -> None:
    cast = told.cast
    told.seats(6)
    objects: dict[str, Any] = {}

    def years(n: int) -> None:
        Round.objects.filter(year=clock.today().year).update(year=1900 + n)

    _, rows = told.reviewing(*TITLES[:2])
    objects["shortlisted+reviewing"] = rows[0]
    objects["candidate+reviewing"] = projects.nominate(rows[1], by=cast.chen)
    years(1)
    objects["candidate"] = told.candidates(TITLES[0])[1][0]
    years(2)
    round_, rows = told.voting()
    told.decided(round_, ["110"] * 40)
    objects |= {"elected": rows[0], "not_elected": rows[2]}
    years(3)
    names = ("implementing", "implementing+done", "adjusting", "adjusting+forwarded", "adjusting+voted", "cancelled",
             "carried_over", "accepted", "evaluated")  # fmt: skip
    _, rows = told.implementing(*names)
    built = dict(zip(names, rows, strict=True))
    built["implementing+done"] = told.reported(built["implementing+done"], 100)
    built["adjusting"] = told.asked(built["adjusting"])
    built["adjusting+forwarded"] = told.forwarded(built["adjusting+forwarded"])
    voted = told.again(told.forwarded(built["adjusting+voted"]))
    built["adjusting+voted"] = ballots.put_to_vote(voted, by=cast.chen)
    progress.decide_adjustment(
        told.again(told.forwarded(built["cancelled"], kind="cancel", content="")),
        by=cast.sun, agreed=True, decider="committee", decided_on=clock.today(),
    )  # fmt: skip
    progress.carry_over(told.again(built["carried_over"]), by=cast.sun, reason="雨季停工。")
    told.accepted(built["accepted"])
    progress.evaluate(told.again(told.accepted(built["evaluated"])), by=cast.sun)
    objects |= built
    years(4)
    screening = rounds.screen(told.round(), by=cast.chen)
    head = told.pooled("已有的项目")
    said_out = projects.screen_out(told.pooled(), by=cast.chen, reason_code="outside", public_reason="归市级办理。")
    objects |= {
        "proposed": told.proposed(contact_name="老李", phone="19912345678"),
        "pooled": told.pooled(),
        "screened_out": said_out,
        "merged": projects.merge(told.pooled(), by=cast.chen, into=head.number),
        "shortlisted": told.shortlisted(screening),
    }
    row = told.pooled()
    LivelihoodProject.objects.filter(pk=row.pk).update(round=screening)
    objects["pooled+screening"] = row
    fields = {"kind": "cancel", "reason": "不再需要"}
    runs: dict[str, Run] = {
        "accept": lambda p, by: projects.accept(p, by=by),
        "screen_out": lambda p, by: projects.screen_out(p, by=by, reason_code="outside", public_reason="归市级办理。"),
        "merge": lambda p, by: projects.merge(p, by=by, into=head.number),
        "shortlist": lambda p, by: projects.shortlist(p, by=by),
        "edit": lambda p, by: projects.edit(p, by=by, content="改扩建"),
        "note": lambda p, by: projects.note(p, by=by, text="很需要。"),
        "nominate": lambda p, by: projects.nominate(p, by=by),
        "repool": lambda p, by: projects.repool(p, by=by),
        "report": lambda p, by: progress.report(p, by=by, percent=100, money_in=1, money_paid=1, done="完工"),
        "visit": lambda p, by: progress.visit(p, by=by, text="看了现场。"),
        "ask_adjustment": lambda p, by: progress.ask_adjustment(p, by=by, **fields),
        "forward_adjustment": lambda p, by: progress.forward_adjustment(p, by=by),
        "put_to_vote": lambda p, by: ballots.put_to_vote(p, by=by),
        "accept_work": lambda p, by: progress.accept_work(p, by=by, note="合格"),
        "carry_over": lambda p, by: progress.carry_over(p, by=by, reason="雨季"),
        "rate": lambda p, by: progress.rate(p, by=by, grade="satisfied"),
        "evaluate": lambda p, by: progress.evaluate(p, by=by),
    }
    check(told, "project", PROJECT, objects, runs)
