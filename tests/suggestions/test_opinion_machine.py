"""Whatever people do in whatever order, an opinion is held by somebody, has a date, and its steps are a legal path."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clocks.workflow import open_of
from config.demo.time import pass_time
from ground import clock
from ground.errors import DomainError
from ground.workflow import available
from suggestions.models import Opinion
from suggestions.states import OPINION
from suggestions.states.opinion import ENDED
from suggestions.workflow import opinion as verbs
from suggestions.workflow.suggestion import escalate_opinion
from tests.cast import Cast, people
from tests.suggestions.citizens import START, Citizens, author
from tests.suggestions.test_opinion_cells import bodies

pytestmark = pytest.mark.django_db

HANDS = ("author", "wang", "zhao", "zhou", "wu", "han", "chen", "sun", "deng")
DATED = {"screening", "open", "claimed", "coordinating", "referred", "escalated", "reopened", "replied"}


class Life(RuleBasedStateMachine):
    """Anybody does anything that is open to them, or time passes."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.time = clock.at(START)
        self.time.__enter__()

    @initialize(urgency=st.sampled_from(["normal", "quick", "hazard"]), concerned=st.booleans())
    def said(self, urgency: str, concerned: bool) -> None:
        tell = Citizens(self.cast)
        self.head = tell.claimed()
        self.row = tell.say(urgency=urgency, concerns=["station"] if concerned else [], phone="19900008600")

    @rule(hand=st.sampled_from(HANDS), choice=st.integers(0, 40))
    def act(self, hand: str, choice: int) -> None:
        row = Opinion.objects.get(pk=self.row.pk)
        actor: Any = author(row) if hand == "author" else getattr(self.cast, hand)
        actor.__dict__.pop("facts", None) if hand != "author" else None
        doable = [verb for verb in available(row, actor) if verb not in ("verify_phone", "withdraw")]
        if not doable:
            return
        verb = doable[choice % len(doable)]
        body = bodies(self.cast, row, self.head).get(verb, {})
        if verb == "rate" and hand != "author":
            body = {**body, "entered": {"way": "voice", "note": "电话"}}
        if verb == "rate" and choice % 2:
            body = {**body, "grade": "dissatisfied"}
        try:
            with transaction.atomic():
                if verb == "escalate":
                    escalate_opinion(row, by=actor)
                elif verb == "refer":
                    verbs.refer(row, by=actor, organ="dh-zjj" if hand in ("chen", "sun") else "qs-gov", summary="摘要")
                else:
                    getattr(verbs, verb)(row, by=actor, **body)
        except DomainError as refusal:
            assert refusal.status == 422, f"{verb} was offered to {hand} and refused: {refusal!r}"

    @rule(hours=st.sampled_from([3, 30, 24 * 8]))
    def wait(self, hours: int) -> None:
        pass_time(clock.now() + timedelta(hours=hours))

    @invariant()
    def is_whole(self) -> None:
        if not hasattr(self, "row"):
            return
        row = Opinion.objects.get(pk=self.row.pk)
        assert row.holder is not None
        if row.state in DATED:
            assert open_of(row), f"nobody owes {row.state} anything"
        if row.state in ("claimed", "coordinating"):
            assert row.claimed_by_id is not None
        assert (row.live_referral is not None) == (row.state == "referred")
        if row.state in ENDED:
            assert not [d.kind for d in open_of(row) if d.owed and d.kind not in ("explain", "tell")]
        state = ""
        for step in row.steps.all():
            assert step.before == state, f"{step} does not begin where the last one ended"
            edges = [e for e in OPINION.of(step.verb) if step.before in e.sources]
            assert edges, f"{step} is no edge"
            state = step.after
        assert state == row.state

    def teardown(self) -> None:
        self.time.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def test_no_way_of_people_and_time_leads_to_a_dead_end(caplog: pytest.LogCaptureFixture) -> None:
    Life.cast = people()
    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=5, stateful_step_count=9, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []  # no timer failed
