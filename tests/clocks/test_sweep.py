"""The sweep: each rung and warning once, whatever was missed is caught up, and two at once double nothing."""

import threading
import time
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Notice, User
from clocks import on_due, remind_with, workflow
from clocks.models import Deadline, Reminder
from clocks.preview import DayChange, apply_change
from clocks.sweep import sweep
from clocks.timers import check_registered
from config.demo.time import pass_time
from ground import clock, outbox
from ground.outbox import ToUser
from ground.workdays import end_of_day
from tests.clocks.conftest import KIND, make_organ, on


def levels(deadline: Deadline) -> list[str]:
    return list(Reminder.objects.filter(deadline=deadline).order_by("pk").values_list("level", flat=True))


def at(moment: datetime) -> int:
    clock.shift_to(moment)
    return sweep()


@pytest.fixture
def fired(rule) -> list[int]:
    """A clock of 24 hours with four rungs, like that of claiming; what fired, in order."""
    rule("job", "24h", ("0", "24h", "24h+2wd", "24h+12wd"))
    rungs: list[int] = []
    for rung in range(4):
        on_due(f"{KIND}.job", rung, lambda obj, deadline: rungs.append(deadline.rung - 1))
    return rungs


@pytest.mark.django_db
def test_rungs_fire_in_order_each_once(matter, fired):
    workflow.start(matter, "job")  # Wednesday 6 May, 10:00
    at(on(5, 7, 10))
    assert fired == []
    at(on(5, 7, 10, 1))
    assert fired == [0]
    at(on(5, 7, 10, 2))
    assert fired == [0]
    at(on(5, 8, 10, 1))
    assert fired == [0, 1]
    at(on(5, 11, 23, 59))  # Saturday 9 May is a make-up day: two working days after Friday end on Monday
    assert fired == [0, 1]
    at(on(5, 12, 0, 1))
    assert fired == [0, 1, 2]


@pytest.mark.django_db
def test_after_three_days_without_a_worker_everything_is_there_once(matter, fired):
    deadline = workflow.start(matter, "job")
    at(on(5, 12, 12))
    assert fired == [0, 1, 2]
    assert levels(deadline) == ["rung-0", "red", "rung-1", "rung-2"]
    at(on(5, 12, 12, 1))
    assert fired == [0, 1, 2]
    assert len(levels(deadline)) == 4


@pytest.mark.django_db
def test_warnings_come_once_each_then_every_week(matter, rule):
    rule("reply", "3m")
    deadline = workflow.start(matter, "reply")  # due 6 August
    pass_time(on(8, 22, 12))
    assert levels(deadline) == [
        "yellow",
        "orange",
        "red",
        "above-1",
        "above-2",
    ]
    moments = dict(Reminder.objects.values_list("level", "at"))
    assert moments["yellow"].astimezone(clock.SHANGHAI).replace(second=0, microsecond=0) == on(7, 22, 0)
    assert moments["above-1"].astimezone(clock.SHANGHAI).replace(second=0, microsecond=0) == on(8, 14, 9)


@pytest.mark.django_db
def test_a_repeating_rung_comes_again_but_is_not_made_up_for(matter, rule):
    rule("sign", "30d", ("0",), repeat="30d", owed=False)
    calls: list[int] = []
    on_due(f"{KIND}.sign", 0, lambda obj, deadline: calls.append(deadline.rung))
    deadline = workflow.start(matter, "sign")
    at(on(6, 6, 1))
    assert calls == [1]
    at(on(9, 30))
    assert calls == [1, 4]
    assert levels(deadline) == ["rung-0", "rung-3"]


@pytest.mark.django_db
def test_a_rung_before_the_date_leaves_that_whole_day(matter, rule):
    rule("draft", "10wd", ("-3wd", "0"))
    moments: list[str] = []
    for rung in (0, 1):
        on_due(f"{KIND}.draft", rung, lambda obj, deadline: moments.append(f"{clock.now():%m-%d %H}"))
    deadline = workflow.start(matter, "draft")
    assert deadline.due_at == on(5, 19, 23, 59) + timedelta(seconds=59)
    pass_time(on(5, 21))
    assert moments == ["05-14 00", "05-20 00"]


@pytest.mark.django_db
def test_a_timer_that_stops_its_clock_ends_it_without_a_warning(matter, rule):
    rule("rate", "7d", ("0",))
    on_due(f"{KIND}.rate", 0, lambda obj, deadline: workflow.stop(obj, "rate"))
    deadline = workflow.start(matter, "rate")
    at(on(5, 14))
    deadline.refresh_from_db()
    assert deadline.met_at
    assert levels(deadline) == ["rung-0"]


@pytest.mark.django_db
def test_a_window_closes_by_itself(matter, rule):
    rule("window", "5wd", window=True, owed=False)
    deadline = workflow.start(matter, "window")
    at(deadline.due_at)
    assert workflow.open_of(matter) == [deadline]
    at(deadline.due_at + timedelta(seconds=1))
    assert workflow.open_of(matter) == []
    assert levels(deadline) == []


@pytest.mark.django_db
def test_one_failing_deadline_stops_no_other(matter, rule, fired, caplog):
    rule("broken", "1h", ("0",))

    def fail(obj: object, deadline: Deadline) -> None:
        obj.name = "must not stay"
        obj.save()
        raise ZeroDivisionError

    on_due(f"{KIND}.broken", 0, fail)
    broken = workflow.start(matter, "broken")
    workflow.start(make_organ("B1"), "job")
    at(on(5, 7, 10, 1))
    assert fired == [0]
    broken.refresh_from_db()
    matter.refresh_from_db()
    assert matter.name == "机构 A1"
    assert (broken.rung, levels(broken)) == (0, [])
    assert broken.wake_at > clock.now()
    assert "could not be moved on" in caplog.text
    on_due(f"{KIND}.broken", 0, lambda obj, deadline: workflow.stop(obj, "broken"))
    at(on(5, 7, 10, 7))
    broken.refresh_from_db()
    assert broken.met_at


@pytest.mark.django_db
def test_a_postponed_deadline_is_warned_of_anew(matter, rule):
    rule("reply", "3m")
    deadline = workflow.start(matter, "reply")
    pass_time(on(8, 2))
    workflow.postpone(matter, "reply", end_of_day(date(2026, 11, 6)), why="同意延期", by=None)
    pass_time(on(11, 7))
    assert levels(deadline) == ["yellow", "orange", "yellow", "orange", "red"]


@pytest.mark.django_db
def test_reminders_are_told_to_whom_the_room_names_and_only_while_they_hold(matter, rule):
    rule("reply", "3m")
    user = User.objects.make("19900000001", "王建国")
    remind_with(KIND, lambda deadline, obj, level: [ToUser(user.pk, f"{obj.name} {level}", "/desk/1/")])
    workflow.start(matter, "reply")
    at(on(7, 23))
    outbox.tell_steps()
    outbox.tell_steps()
    assert list(Notice.objects.values_list("title", flat=True)) == ["机构 A1 yellow"]
    at(on(8, 2))
    workflow.stop(matter, "reply")
    outbox.tell_steps()
    assert Notice.objects.count() == 1
    assert not Reminder.objects.filter(told_at=None).exists()


def test_a_rung_nobody_bound_is_an_error_at_start(rule):
    rule("unbound", "1h", ("0",))
    with pytest.raises(ValueError, match=f"{KIND}.unbound rung 0"):
        check_registered()


def test_a_rung_the_table_does_not_know_cannot_be_bound(rule):
    rule("job", "1h", ("0",))
    with pytest.raises(ValueError, match="no rung 1"):
        on_due(f"{KIND}.job", 1)


# -- at once -----------------------------------------------------------------------------------------------------------


def in_thread(work) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


failures: list[Exception] = []


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_and_a_verb_at_once_double_nothing_and_block_nobody(rule):
    failures.clear()
    rule("job", "1h", ("0", "1h"))
    with clock.at(on(5, 6)):
        matters = [make_organ(f"M{n}") for n in range(12)]
        lock = threading.Lock()
        calls: list[tuple[int, int]] = []

        def fire(obj, deadline) -> None:
            with lock:
                calls.append((obj.pk, deadline.rung))
            time.sleep(0.01)

        on_due(f"{KIND}.job", 0, fire)
        on_due(f"{KIND}.job", 1, fire)
        for matter in matters:
            workflow.start(matter, "job")
        clock.shift_to(on(5, 6, 12, 30))

        def verb() -> None:
            """What every verb does: the matter first, then its deadlines."""
            for matter in matters[::2]:
                with transaction.atomic():
                    type(matter).objects.select_for_update().get(pk=matter.pk)
                    time.sleep(0.005)
                    workflow.stop(matter, "job")

        threads = [in_thread(sweep), in_thread(sweep), in_thread(verb), in_thread(verb)]
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
        assert failures == []
        sweep()
        assert len(calls) == len(set(calls))
        assert {pk for pk, _ in calls} >= {matter.pk for matter in matters[1::2]}
        assert not Deadline.objects.filter(object_id__in=[m.pk for m in matters[::2]], met_at=None).exists()
        told = list(Reminder.objects.values_list("deadline_id", "level"))
        assert len(told) == len(set(told))


@pytest.mark.django_db(transaction=True)
def test_the_sweep_passes_by_a_matter_somebody_works_on(rule):
    failures.clear()
    rule("job", "1h", ("0",))
    calls: list[int] = []
    on_due(f"{KIND}.job", 0, lambda obj, deadline: calls.append(obj.pk))
    with clock.at(on(5, 6)):
        matter = make_organ()
        deadline = workflow.start(matter, "job")
        clock.shift_to(on(5, 6, 12))
        with transaction.atomic():
            type(matter).objects.select_for_update().get(pk=matter.pk)
            thread = in_thread(sweep)
            thread.join(20)
            assert not thread.is_alive(), "the sweep waited for the verb"
            assert calls == []
            deadline.refresh_from_db()
            assert deadline.rung == 0
        sweep()
        assert calls == [matter.pk]
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_a_changed_calendar_and_verbs_at_once_block_nobody(rule):
    failures.clear()
    rule("job", "5wd")
    by = User.objects.make("19900000009", "系统管理员")
    with clock.at(on(9, 28)):
        matters = [make_organ(f"M{n}") for n in range(10)]
        for matter in matters:
            workflow.start(matter, "job")

        def verb() -> None:
            for matter in reversed(matters):
                with transaction.atomic():
                    type(matter).objects.select_for_update().get(pk=matter.pk)
                    time.sleep(0.005)
                    workflow.start(matter, "job")

        def change() -> None:
            apply_change([DayChange(date(2026, 10, 10), "")], by)

        threads = [in_thread(verb), in_thread(change), in_thread(sweep)]
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
        assert failures == []
        apply_change([], by)
        days = {d.due_at.astimezone(clock.SHANGHAI).date() for d in Deadline.objects.open()}
        assert days == {date(2026, 10, 12)}
