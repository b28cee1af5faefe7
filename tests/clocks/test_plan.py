"""However often or seldom somebody looks, the same things happen, in the same order, each once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import Organ
from clocks import on_due, workflow
from clocks.models import Reminder
from clocks.sweep import sweep
from ground import clock
from tests.clocks.conftest import KIND, make_organ, on

pytestmark = pytest.mark.django_db

RUNGS = ("-1wd", "0", "24h", "24h+2wd", "15d")
HOURS = 24 * 50


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    span=st.sampled_from(["24h", "2wd", "5wd", "7d", "1m"]),
    looks=st.lists(st.integers(0, HOURS), min_size=1, max_size=8).map(sorted),
)
def test_when_one_looks_changes_nothing_but_the_moment(matter, rule, span, looks):
    rule("job", span, RUNGS)
    fired: dict[int, list[int]] = {}
    for rung in range(len(RUNGS)):
        on_due(f"{KIND}.job", rung, lambda obj, deadline: fired.setdefault(obj.pk, []).append(deadline.rung - 1))
    start = on(5, 6)
    clock.shift_to(start)
    often, once = make_organ(f"O{Organ.objects.count()}"), make_organ(f"P{Organ.objects.count()}")
    one = workflow.start(often, "job", at=start)
    for hours in looks:
        clock.shift_to(start + timedelta(hours=hours, minutes=1))
        sweep()
        sweep()
    two = workflow.start(once, "job", at=start)
    sweep()
    assert fired.get(often.pk, []) == fired.get(once.pk, []) == list(range(len(fired.get(once.pk, []))))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.rung, one.level, one.wake_at) == (two.rung, two.level, two.wake_at)
    levels = list(Reminder.objects.filter(deadline=one).values_list("level", flat=True))
    assert len(levels) == len(set(levels))
