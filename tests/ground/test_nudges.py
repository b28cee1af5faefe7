"""Waking the worker: never from the request itself, never twice for nothing, never too seldom."""

from collections.abc import Iterator
from queue import Queue
from threading import Event

import pytest
from django.core.cache import cache

from ground import nudges

TASK = "ground.tell_steps"


@pytest.fixture
def sent(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """What goes to the broker; `sent.gate` lets it through."""
    settings.OUTBOX_NUDGES = True
    told: Queue = Queue()
    told.gate = Event()  # type: ignore[attr-defined]
    told.gate.set()  # type: ignore[attr-defined]

    def send_task(name: str, **options: object) -> None:
        told.put(name)
        told.gate.wait(10)  # type: ignore[attr-defined]

    monkeypatch.setattr(nudges.current_app, "send_task", send_task)
    nudges.heard(TASK)
    yield told
    told.gate.set()  # type: ignore[attr-defined]
    cache.delete(nudges._key(TASK))


def test_a_nudge_wakes_the_worker_and_a_second_one_waits_until_the_first_was_heard(sent: Queue) -> None:
    nudges.nudge(TASK)
    assert sent.get(timeout=10) == TASK
    nudges.nudge(TASK)
    nudges.nudge("ground.run_jobs")
    assert sent.get(timeout=10) == "ground.run_jobs"
    assert sent.empty()
    nudges.heard(TASK)
    nudges.nudge(TASK)
    assert sent.get(timeout=10) == TASK
    nudges.heard("ground.run_jobs")


def test_the_last_of_a_burst_is_never_left_out(sent: Queue) -> None:
    sent.gate.clear()  # type: ignore[attr-defined]
    nudges.nudge(TASK)
    assert sent.get(timeout=10) == TASK  # it is on its way
    nudges.heard(TASK)  # and the worker begins already
    for _ in range(50):
        nudges.nudge(TASK)
    sent.gate.set()  # type: ignore[attr-defined]
    assert sent.get(timeout=10) == TASK
    assert nudges._names == set() and sent.empty()


def test_a_dead_broker_stops_nobody(sent: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, **options: object) -> None:
        raise ConnectionError(sent.put(name))

    with monkeypatch.context() as patch:
        patch.setattr(nudges.current_app, "send_task", refuse)
        nudges.nudge(TASK)
        assert sent.get(timeout=10) == TASK
    nudges.heard(TASK)
    nudges.nudge(TASK)
    assert sent.get(timeout=10) == TASK
