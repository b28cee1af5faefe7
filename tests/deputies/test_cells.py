"""Every person × verb × state of a seat of the township's congress."""

from pathlib import Path

import pytest
from django.db import transaction

from deputies import workflow
from deputies.models import Seat
from deputies.states import SEAT, SeatState
from ground.errors import DomainError, Forbidden
from ground.workflow import SYSTEM
from tests import cells, factories
from tests.cast import Cast

TABLE = cells.read(Path(__file__).with_name("cells.csv"))


def bodies(cast: Cast) -> dict[str, dict]:
    return {"terminate": {"reason": "moved", "document_no": "1"}, "succeed": {"successor": cast.seat("D00005")}}


@pytest.fixture
def seats(cast: Cast) -> dict[str, Seat]:
    """One seat in each state, brought there through verbs."""
    made = {"elected_pending": workflow.elect(workflow.enrol("待"), by=cast.han, term=cast.terms["qs-rd"])}
    for state in ("active", "suspended", "terminated", "term_ended"):
        made[state] = factories.a_seat(cast, organ="qs-rd", name=state)
    workflow.suspend(made["suspended"], by=cast.han)
    workflow.terminate(made["terminated"], by=cast.han, reason="moved", document_no="1")
    workflow.end_term(made["term_ended"], by=cast.han)
    assert {state: seat.state for state, seat in made.items()} == {state: state for state in made}
    return made


def test_the_table_is_whole():
    verbs = [verb for verb in SEAT.verbs if verb != "elect"]
    assert {(state, verb) for state, verb, _ in TABLE} == {
        (state, verb) for state in SeatState.values for verb in verbs
    }


def test_the_gate_decides_as_the_table_says(cast: Cast, seats: dict[str, Seat]):
    assert cells.differences(cast, TABLE, seats) == []


def test_legal_verbs_run_and_refused_ones_leave_no_trace(cast: Cast, seats: dict[str, Seat]):
    for state, verb, who in TABLE:
        body, own = bodies(cast).get(verb, {}), verb != "bring_back"  # the system's alone
        if who:
            with transaction.atomic():
                seat = Seat.objects.get(pk=seats[state].pk)
                getattr(workflow, verb)(seat, by=cast.han if own else SYSTEM, **body)
                assert seat.steps.last().verb == verb
                transaction.set_rollback(True)
        for actor in (cast.liu, cast.zhang):

            def refused(actor=actor, state=state, verb=verb, body=body) -> None:
                with pytest.raises(Forbidden), transaction.atomic():
                    getattr(workflow, verb)(Seat.objects.get(pk=seats[state].pk), by=actor, **body)

            assert cells.written(refused) == 0, (state, verb)
        if not who:

            def too_late(state=state, verb=verb, body=body, own=own) -> None:
                with pytest.raises(DomainError) as refusal, transaction.atomic():
                    getattr(workflow, verb)(Seat.objects.get(pk=seats[state].pk), by=cast.han, **body)
                assert refusal.value.status == (409 if own else 403)

            assert cells.written(too_late) == 0, (state, verb)
