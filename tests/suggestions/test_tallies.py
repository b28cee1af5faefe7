"""Every number can be made again from the rows; a spoilt one is found, mended and reported."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from ground import clock
from ground.models import Heartbeat
from suggestions import tasks
from suggestions.models import Opinion, Tally, TallyEvent, TallyMend
from suggestions.queries.counted import KINDS
from suggestions.workflow import tallies
from tests.cast import Cast, people
from tests.suggestions.citizens import LAMP, Citizens
from tests.suggestions.narrator import START
from tests.suggestions.world import tell

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small world, told once for the module and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        tell(people())
        tallies.fold_all()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(told: None, db: None) -> Iterator[Cast]:
    with clock.at(START + timedelta(days=60)):
        yield people()


def test_what_the_fold_made_is_what_the_rows_say(world: Cast) -> None:
    for kind in KINDS:
        assert tallies.kept_now(kind) == tallies.counted_now(kind), kind
        assert tallies.kept_now(kind), f"nothing of {kind} was told"
    assert not tallies.is_waiting()
    assert tallies.recount() == []


def test_a_spoilt_number_is_found_mended_and_reported(world: Cast, caplog: pytest.LogCaptureFixture) -> None:
    spoilt = Tally.objects.filter(kind="opinion", key="received").order_by("pk").first()
    true = spoilt.n
    Tally.objects.filter(pk=spoilt.pk).update(n=true + 7)
    gone = Tally.objects.filter(kind="assignment", key="main").order_by("pk").first()
    gone.delete()
    invented = Tally.objects.create(
        kind="suggestion", month=date(2019, 5, 1), congress=spoilt.congress, key="total", n=3
    )
    with caplog.at_level(logging.WARNING, "suggestions.workflow.tallies"):
        tallies.recount()
    mended = {(m.kind, m.key, m.was, m.is_now) for m in TallyMend.objects.all()}
    assert mended == {
        ("opinion", "received", true + 7, true),
        ("assignment", "main", 0, gone.n),
        ("suggestion", "total", 3, 0),
    }
    assert Tally.objects.get(pk=spoilt.pk).n == true and not Tally.objects.filter(pk=invented.pk).exists()
    assert len(caplog.records) == 3
    assert tallies.recount() == []


def test_a_change_behind_the_gate_is_mended_at_night(world: Cast) -> None:
    """What no Step tells of (a repair by hand) the recount finds too."""
    row = Opinion.objects.filter(state="closed", outcome="rated").first()
    Opinion.objects.filter(pk=row.pk).update(outcome="self_solved")
    keys = {(m.key, m.is_now - m.was) for m in tallies.recount()}
    assert {("closed", -1), ("self_solved", 1), ("owed", -1)} <= keys


def test_what_happens_during_the_recount_is_no_mistake(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verb that commits after the fold and before the comparison has an event: its cells wait for the next fold."""
    monkeypatch.setattr(tallies, "fold_all", lambda: Citizens(world).say())
    assert tallies.recount() == []
    assert tallies.is_waiting()


def test_a_verb_costs_one_small_insert_and_locks_no_counter(world: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        Citizens(world).say(LAMP)
    [counting] = [q["sql"] for q in queries if "tally" in q["sql"]]
    assert counting.count("tally") == counting.count('INSERT INTO "suggestions_tallyevent"') == 1


def test_the_night_recounts_once(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[datetime] = []
    monkeypatch.setattr(tallies, "recount", lambda: ran.append(clock.now()))
    for hour, minute in ((1, 59), (2, 0), (2, 1), (12, 0)):
        with clock.at(datetime(2026, 5, 4, hour, minute, tzinfo=clock.SHANGHAI)):
            tasks.recount_tallies()
    assert len(ran) == 1 and Heartbeat.objects.get(name=tasks.RECOUNTED).at.astimezone(clock.SHANGHAI).hour == 2


def test_an_event_that_was_folded_is_gone_and_a_second_fold_changes_nothing(world: Cast) -> None:
    Citizens(world).say()
    assert tallies.fold() == 1
    before = list(Tally.objects.order_by("pk").values_list("pk", "n"))
    assert (tallies.fold(), TallyEvent.objects.count()) == (0, 0)
    assert list(Tally.objects.order_by("pk").values_list("pk", "n")) == before
