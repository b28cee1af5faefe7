"""Two people in the same instant: one wins, the other is told; nothing is lost and nothing happens twice."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import Contact
from clocks.models import Deadline
from clocks.sweep import sweep
from ground import clock, workflow
from ground.errors import DomainError, WrongState
from suggestions.models import Avoidance, Opinion, OpinionRating, OpinionStep, TallyEvent
from suggestions.workflow import intake, opinion as verbs
from tests.cast import people
from tests.suggestions.citizens import START, Citizens, author, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tell() -> Iterator[Citizens]:
    with clock.at(START):
        yield Citizens(people())


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads that start together; what each returned, or the refusal it got."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(n: int) -> None:
        try:
            barrier.wait(timeout=10)
            results[n] = acts[n]()
        except DomainError as refusal:
            results[n] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    return results


def own(opinion: Opinion) -> Opinion:
    return Opinion.objects.get(pk=opinion.pk)


def test_two_claim_at_once_and_one_has_it(tell: Citizens) -> None:
    row = tell.accepted()
    results = at_once(
        lambda: verbs.claim(own(row), by=tell.cast.wang),
        lambda: verbs.claim(own(row), by=tell.cast.zhao),
    )
    assert sum(isinstance(result, WrongState) for result in results) == 1
    row = fresh(row)
    assert row.state == "claimed"
    assert row.steps.filter(verb="claim").count() == 1


def test_answered_while_withdrawn(tell: Citizens) -> None:
    row = tell.claimed()
    at_once(
        lambda: verbs.answer(own(row), by=tell.cast.wang, text="修好了"),
        lambda: verbs.withdraw(own(row), by=author(row)),
    )
    row = fresh(row)
    assert (row.state, row.answers.count()) in {("replied", 1), ("withdrawn", 0)}


def test_rated_twice_counts_once(tell: Citizens) -> None:
    row = tell.replied()
    at_once(*[lambda: verbs.rate(own(row), by=author(row), grade="satisfied") for _ in range(3)])
    assert OpinionRating.objects.filter(opinion=row).count() == 1


def test_the_head_is_answered_while_another_joins(tell: Citizens) -> None:
    head = tell.claimed()
    late = tell.say("同一盏灯")
    at_once(
        lambda: verbs.answer(own(head), by=tell.cast.wang, text="修好了"),
        lambda: verbs.merge(own(late), by=tell.cast.zhou, into=own(head)),
    )
    assert fresh(late).state == "replied"
    assert fresh(late).answers.get().text == "修好了"


def test_two_of_a_group_reopen_at_once_and_one_leads(tell: Citizens) -> None:
    head = tell.claimed()
    one, two = tell.merged(head), tell.merged(head)
    verbs.answer(own(head), by=tell.cast.wang, text="修好了")
    at_once(
        lambda: verbs.reopen(own(one), by=author(one), reasons=["not_solved"]),
        lambda: verbs.reopen(own(two), by=author(two), reasons=["not_solved"]),
    )
    assert {fresh(one).state, fresh(two).state} == {"reopened", "merged"}


def test_the_sweep_and_a_person_do_not_wait_for_each_other(tell: Citizens) -> None:
    row = tell.replied()
    with clock.at(START.replace(day=12)):
        at_once(sweep, lambda: verbs.rate(own(row), by=author(row), grade="satisfied"), sweep)
        sweep()
    row = fresh(row)
    assert (row.state, row.outcome) in {("closed", "rated"), ("closed", "unrated")}
    assert row.steps.filter(after="closed").count() == 1


def test_what_is_said_is_written_whole_or_not_at_all_though_nobody_opened_a_transaction(
    tell: Citizens, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[int] = []
    monkeypatch.setattr(workflow, "nudge", lambda task: nudged.append(Opinion.objects.count()))
    rows = (Opinion, OpinionStep, Contact, Deadline, TallyEvent, Avoidance)
    said = {"phone": "19900008888", "concerns": ["station"]}
    first = tell.at_station(**said)
    assert [model.objects.count() for model in rows] == [1] * len(rows)
    assert nudged == [1]  # the worker is woken when there is something to find
    monkeypatch.setattr(intake, "draw", lambda letter, *tables: (first.number, [10_000_001, 10_000_002]))
    with pytest.raises(IntegrityError):
        tell.at_station(**said)
    assert [model.objects.count() for model in rows] == [1] * len(rows) and nudged == [1]
    monkeypatch.undo()
    tell.at_station(**said)  # the connection is as good as before
    assert [model.objects.count() for model in rows] == [2] * len(rows)
