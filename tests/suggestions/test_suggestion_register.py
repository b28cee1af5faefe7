"""Two clerks at the same instant: each gets a number of their own, and the numbers have no gap."""

import threading
from typing import Any

import pytest
from django.db import connections

from ground import clock
from ground.errors import GuardFailed, WrongState
from suggestions.models import Suggestion
from suggestions.workflow import suggestion as whole
from tests.cast import people
from tests.suggestions.narrator import START, Narrator

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Any) -> list[Any]:
    """Runs the acts in threads of their own, begun together; answers what each returned or raised."""
    ready, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int) -> None:
        try:
            ready.wait(10)
            found[n] = acts[n]()
        except Exception as refusal:  # noqa: BLE001 what went wrong is what the test looks at
            found[n] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_two_clerks_register_at_once_and_one_loses_the_same_matter() -> None:
    with clock.at(START):
        tell = Narrator(people())
        first, second, third = (tell.submitted(tell.draft()).pk for _ in range(3))

        def register(pk: int, by: Any) -> Any:
            return lambda: whole.register(Suggestion.objects.get(pk=pk), by=by)

        done = at_once(register(first, tell.cast.chen), register(second, tell.cast.cai))
        assert sorted(row.register_short for row in done) == ["19-2闭-001", "19-2闭-002"]
        same = at_once(register(third, tell.cast.chen), register(third, tell.cast.cai))
        assert sorted(isinstance(each, WrongState) for each in same) == [False, True]
        assert Suggestion.objects.get(pk=third).register_short == "19-2闭-003"


def test_a_refused_registration_leaves_no_gap() -> None:
    with clock.at(START):
        tell = Narrator(people())
        snap = whole.submit(tell.snap(), by=tell.cast.wang)
        with pytest.raises(GuardFailed):
            whole.register(snap, by=tell.cast.chen)
        assert tell.registered().register_short == "19-2闭-001"
