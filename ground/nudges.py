"""Waking a worker after commit: from a thread of its own, so that no request waits for Redis or the broker.

A burst becomes one nudge for each PAUSE, and the last of it is never left out. A nudge that is lost costs a minute and
nothing else: the sweep is the guarantee.
"""

import os
import time
from threading import Condition, Thread

from celery import current_app
from django.conf import settings
from django.core.cache import cache

LASTS = 5  # seconds until a nudge that nobody heard is given up
PAUSE = 0.05  # seconds


def nudging() -> bool:
    """Whether anybody is woken at all; tests want it only where a real worker runs."""
    return bool(getattr(settings, "OUTBOX_NUDGES", not settings.TESTING))


def nudge(task: str) -> None:
    """Asks that a worker runs the task of this name soon. It finds by itself what there is to do."""
    global _thread
    if not nudging():
        return
    with _asked:
        _names.add(task)
        _asked.notify()
        if _thread is None:
            _thread = Thread(target=_run, name="nudges", daemon=True)
            _thread.start()


def heard(task: str) -> None:
    """The task begins: what is written from here on has to nudge again."""
    cache.delete(_key(task))


_names: set[str] = set()
_asked = Condition()
_thread: Thread | None = None


def _forget() -> None:
    """A child of this process has no thread yet."""
    global _asked, _thread
    _asked, _thread = Condition(), None
    _names.clear()


os.register_at_fork(after_in_child=_forget)


def _run() -> None:
    while True:
        with _asked:
            _asked.wait_for(lambda: _names)
            names = set(_names)
            _names.clear()
        for name in names:
            _send(name)
        time.sleep(PAUSE)


def _send(task: str) -> None:
    """Nobody nudges twice before a task begins: it will find the newest row too."""
    try:
        if cache.add(_key(task), 1, timeout=LASTS):
            current_app.send_task(task, ignore_result=True, expires=60)
    except Exception:  # noqa: BLE001 the sweep is the guarantee
        return


def _key(task: str) -> str:
    return f"nudged:{task}"
