"""Every person × verb × state of JudicialAppraisal against the table written by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

from ground import clock
from ground.errors import Forbidden
from tests.cast import people
from tests.votes.judging import Judging
from tests.votes.polling import START
from tests.votes.test_cells import Run, check
from votes.states.judicial import JUDICIAL
from votes.workflow import judicial, poll as polls

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Judging]:
    with clock.at(START):
        yield Judging(people())


def test_judicial_cells(told: Judging) -> None:
    void = told.judges_in_rating()
    polls.void(told.fresh(void.poll), by=told.cast.sun, reason="名单有误")
    objects = {
        "drafted": told.judicial(),
        "drafted+listed": told.judges_listed(),
        "drawn": told.judges_drawn(),
        "drawn+sampled": told.judges_sampled(),
        "scored": told.judges_scored(),
        "rating": told.judges_in_rating(),
        "rating+published": told.judges_voted(),
        "rating+void": told.seen(void),
        "rated": told.judges_rated(),
        "fed_back": told.judges_fed_back(),
        "fed_back+listed": told.judges_to_mend(),
        "closed": told.judges_done(),
    }

    def drawn(found):
        if not found.chosen:
            raise Forbidden
        return found.chosen[0]

    def listed(found):
        if not found.people.all():
            raise Forbidden
        return found.people.all()[0]

    runs: dict[str, Run] = {
        "add_person": lambda a, by: judicial.add_person(a, by=by, name="戊法官", post="审判员", since=date(2018, 1, 1)),
        "remove_person": lambda a, by: judicial.remove_person(a, by=by, person=listed(a), reason="调离"),
        "draw": lambda a, by: judicial.draw(a, by=by, witness="唐勇"),
        "note_case": lambda a, by: judicial.note_case(
            a, by=by, person=drawn(a), number="（2025）云9901民终99号", cause="合同纠纷", points=told.marks()
        ),
        "note_interview": lambda a, by: judicial.note_interview(a, by=by, person=drawn(a), text="谈话"),
        "open_file": lambda a, by: judicial.open_file(a, by=by, person=drawn(a), reason="研究"),
        "settle_scores": lambda a, by: judicial.settle_scores(a, by=by),
        "call_rating": lambda a, by: judicial.call_rating(a, by=by),
        "take_rating": lambda a, by: judicial.take_rating(a, by=by),
        "feed_back": lambda a, by: judicial.feed_back(a, by=by, text="请加强说理。"),
        "list_item": lambda a, by: judicial.list_item(a, by=by, problem="说理不够", due_on=told.in_days(60)),
        "close": lambda a, by: judicial.close(a, by=by),
    }
    check(told, "judicial", JUDICIAL, objects, runs)
