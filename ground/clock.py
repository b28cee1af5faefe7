"""The one source of time. Verbs, rules and sweeps ask here; sessions and Celery keep real time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENVIRONMENT = "CLOCK_OFFSET_SECONDS"

_offset = timedelta(seconds=float(os.environ.get(ENVIRONMENT, "0")))


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai."""
    return (datetime.now(UTC) + (_offset if settings.CLOCK_MAY_SHIFT else timedelta())).astimezone(SHANGHAI)


def today() -> date:
    return now().date()


def shift_to(moment: datetime) -> None:
    """Sets the clock of the whole process (and of children started later) to `moment`; it runs on from there."""
    global _offset
    if not settings.CLOCK_MAY_SHIFT:
        raise RuntimeError("the clock may be shifted only by tests and by the seed command")
    _offset = moment - datetime.now(UTC)
    os.environ[ENVIRONMENT] = str(_offset.total_seconds())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Shifts the clock for the whole process inside the block, then puts it back as it was."""
    global _offset
    before = _offset
    shift_to(moment)
    try:
        yield
    finally:
        _offset = before
        os.environ[ENVIRONMENT] = str(before.total_seconds())
