"""Clocks are tried on a matter of their own kind: an organ stands for what has deadlines."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from accounts.models import Organ
from clocks import calendar, defaults, timers
from clocks.calendar import load
from clocks.defaults import Clock
from ground import clock, refs
from ground.clock import SHANGHAI

KIND = "testmatter"


def on(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def make_organ(code: str = "A1", parent: Organ | None = None, **fields: object) -> Organ:
    path = f"{parent.path if parent else ''}"
    organ = Organ(code=code, name=f"机构 {code}", kind="department", level="county", parent=parent, path=code, **fields)
    organ.save()
    organ.path = f"{path}{organ.pk}."
    organ.save()
    return organ


@pytest.fixture(autouse=True)
def test_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of matter with clocks of its own; what a test binds is forgotten after it."""
    monkeypatch.setattr(refs, "_models", {KIND: Organ} | refs._models)  # the first kind that fits names an object
    monkeypatch.setattr(timers, "_timers", dict(timers._timers))
    monkeypatch.setattr(timers, "_reminders", dict(timers._reminders) | {KIND: lambda deadline, obj, level: ()})


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch):
    """Adds a clock to the table for one test: rule("job", "5wd", ("0",))."""

    def add(kind: str, span: str, rungs: tuple[str, ...] = (), **more: object) -> None:
        monkeypatch.setitem(defaults.SPANS, f"{KIND}.{kind}", Clock(span, rungs, **more))

    return add


@pytest.fixture
def workdays_2026(db: None) -> Iterator[None]:
    load()  # nothing to do but after a test that emptied the tables
    calendar.forget()
    with clock.at(on(5, 6)):
        yield
    calendar.forget()


@pytest.fixture
def matter(workdays_2026: None) -> Organ:
    return make_organ()
