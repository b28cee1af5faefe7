"""What takes longer than a request: asked for on a page, run by the worker, watched and fetched on the page of the job.

A room registers a runner for each kind (`@runner("posters")`, in its `tasks.py`) and starts one with `start`. A runner
gets a `Running`: it says how far it is, keeps a file, and what it answers is the sentence shown at the end. It must do
the same again from the start without harm: a worker may die under it. The row is the queue; Redis only wakes a worker.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from ground import clock, files
from ground.errors import DomainError
from ground.models import Job
from ground.nudges import nudge

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)  # then the row and its file go
SILENT = timedelta(minutes=5)  # a running job that said nothing for so long lost its worker
MOST_ATTEMPTS = 3
SLOTS = 2  # jobs at once, so that the sweeps always find a free thread
LOCK = 0x4A4F42  # advisory locks of the slots: (LOCK, 0), (LOCK, 1)
BETWEEN = 0.5  # seconds between two writes of progress

Runner = Callable[["Running"], str]
_runners: dict[str, Runner] = {}


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Registers the function that does jobs of `kind`; it answers one Chinese sentence: what came of it."""

    def bind(function: Runner) -> Runner:
        _runners[kind] = function
        return function

    return bind


def start(kind: str, *, by: Any, title: str, body: dict[str, Any] | None = None) -> Job:
    """Asks for a job after commit; a second press while the first one waits or runs answers the same job.

    `body` is JSON without anything personal: ids, codes, choices.
    """
    body = body or {}
    with transaction.atomic():
        by.__class__._base_manager.select_for_update().get(pk=by.pk)
        asked = Job.objects.unfinished().filter(kind=kind, by_id=by.pk, body=body).first()
        if asked:
            return asked
        job = Job.objects.create(kind=kind, by_id=by.pk, title=title, body=body, made_at=clock.now())
        transaction.on_commit(partial(nudge, "ground.run_jobs"))
    return job


class Running:
    """A job while it runs, as its runner sees it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.body: dict[str, Any] = job.body
        self.by = job.by
        self._written = 0.0

    def progress(self, done: int, total: int, words: str = "") -> None:
        """How far: `done` of `total` things, and what is being done; written at most twice a second."""
        if done < total and monotonic() - self._written < BETWEEN:
            return
        self._written = monotonic()
        said = {"words": words[:200]} if words else {}
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total, beat_at=clock.now(), **said)

    def keep(self, content: bytes, *, name: str, mime: str) -> None:
        """Keeps what was made, to be fetched by whoever asked; `name` is what the browser saves it as."""
        self.job.file = files.store(content, kind=f"job-{self.job.kind}"[:20], mime=mime)
        self.job.file_name = name
        self.job.save(update_fields=["file", "file_name"])


def run_waiting() -> int:
    """Runs what waits, one after the other, in a free slot; answers how many. Nothing where every slot is taken."""
    slot = next((n for n in range(SLOTS) if _lock("pg_try_advisory_lock", n)), None)
    if slot is None:
        return 0
    ran = 0
    try:
        while job := _next():
            _run(job)
            ran += 1
    finally:
        _lock("pg_advisory_unlock", slot)
    return ran


def drop_old() -> None:
    """Forgets jobs of a week ago with their files."""
    for job in Job.objects.filter(made_at__lt=clock.now() - KEPT).exclude(state=Job.State.RUNNING):
        file = job.file
        job.delete()
        if file is not None:
            files.remove(file)


def _next() -> Job | None:
    """Claims the oldest job that waits, or whose worker died; one that died too often has failed."""
    now = clock.now()
    with transaction.atomic():
        lost = Q(state=Job.State.RUNNING, beat_at__lt=now - SILENT)
        rows = Job.objects.filter(Q(state=Job.State.WAITING) | lost).select_for_update(skip_locked=True, of=("self",))
        for job in rows.select_related("by").order_by("pk"):
            if job.attempts >= MOST_ATTEMPTS:
                _end(job, Job.State.FAILED, "做了几次都没有做完，请联系系统管理员。")
                continue
            job.state, job.started_at, job.beat_at, job.attempts = Job.State.RUNNING, now, now, job.attempts + 1
            job.save(update_fields=["state", "started_at", "beat_at", "attempts"])
            return job
    return None


def _run(job: Job) -> None:
    try:
        words = _runners[job.kind](Running(job))
    except DomainError as refusal:
        _end(job, Job.State.FAILED, refusal.detail)
    except Exception:
        log.exception("job %s of kind %s fell over", job.pk, job.kind)
        _end(job, Job.State.FAILED, "没有做完，系统出了错，已经记下。请稍后再试一次。")
    else:
        _end(job, Job.State.DONE, words)


def _end(job: Job, state: str, words: str) -> None:
    job.state, job.words, job.ended_at = state, words[:200], clock.now()
    done = {"done": F("total")} if state == Job.State.DONE else {}
    Job.objects.filter(pk=job.pk).update(state=state, words=job.words, ended_at=job.ended_at, **done)


def _lock(function: str, slot: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK, slot])
        return bool(cursor.fetchone()[0])
