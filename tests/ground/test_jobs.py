"""Long jobs: asked for once, run by one worker at a time, begun again when a worker dies, fetched by who asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from ground import clock, jobs
from ground.errors import Invalid
from ground.jobs import Running
from ground.models import Job
from tests.cast import Cast


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[jobs.Runner], None]]:
    """Registers what the kind "test" does."""
    monkeypatch.setattr(jobs, "_runners", {})
    yield lambda function: jobs.runner("test")(function)


def ask(cast: Cast, who: str = "chen", **body: object) -> Job:
    return jobs.start("test", by=cast.users[who], title="试做", body=body)


def make_file(job: Running) -> str:
    job.progress(1, 2, "做了一半")
    job.keep("编号\r\n".encode(), name="清单 一.csv", mime="text/csv")
    return "共 1 行。"


def test_a_job_is_run_and_its_file_fetched_by_who_asked_alone(cast: Cast, run) -> None:
    run(make_file)
    job = ask(cast)
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.words, job.percent) == ("done", "共 1 行。", 100)
    client = Client()
    client.force_login(cast.users["chen"], backend="accounts.signin.PhoneBackend")
    assert "下载 清单 一.csv" in client.get(f"/admin/jobs/{job.pk}/").content.decode()
    answer = client.get(f"/admin/jobs/{job.pk}/file/")
    assert answer.content == "编号\r\n".encode()
    assert "attachment" in answer["Content-Disposition"]
    other = Client()
    other.force_login(cast.users["sun"], backend="accounts.signin.PhoneBackend")
    for path in ("", "file/", "?part=1"):
        assert other.get(f"/admin/jobs/{job.pk}/{path}").status_code == 404


def test_a_second_press_answers_the_job_that_waits(cast: Cast, run) -> None:
    run(make_file)
    first = ask(cast, organ="dh-rd")
    assert ask(cast, organ="dh-rd") == first
    assert ask(cast, organ="nh-rd") != first
    jobs.run_waiting()
    assert ask(cast, organ="dh-rd") != first


def test_a_refusal_is_told_in_its_own_words_and_a_fault_in_ours(cast: Cast, run) -> None:
    def refuse(job: Running) -> str:
        if job.body["n"]:
            raise Invalid("", "没有中文字体，请先安装。")
        raise ZeroDivisionError

    run(refuse)
    refused, fell = ask(cast, n=1), ask(cast, n=0)
    assert jobs.run_waiting() == 2
    refused.refresh_from_db()
    fell.refresh_from_db()
    assert (refused.state, refused.words) == ("failed", "没有中文字体，请先安装。")
    assert fell.state == "failed" and "系统出了错" in fell.words


def test_a_job_whose_worker_died_is_begun_again_and_not_for_ever(cast: Cast, run) -> None:
    run(make_file)
    job = ask(cast)
    long_ago = clock.now() - jobs.SILENT - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state="running", beat_at=long_ago, attempts=1)
    assert jobs.run_waiting() == 1
    Job.objects.filter(pk=job.pk).update(state="running", beat_at=long_ago, attempts=jobs.MOST_ATTEMPTS)
    assert jobs.run_waiting() == 0
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_job_that_runs_elsewhere_is_left_alone(cast: Cast, run) -> None:
    run(make_file)
    job = ask(cast)
    Job.objects.filter(pk=job.pk).update(state="running", beat_at=clock.now(), attempts=1)
    assert jobs.run_waiting() == 0


def test_after_a_week_the_job_and_its_file_are_gone(cast: Cast, run) -> None:
    run(make_file)
    job = ask(cast)
    jobs.run_waiting()
    job.refresh_from_db()
    path = Path(settings.MEDIA_ROOT) / job.file.path
    assert path.exists()
    with clock.at(clock.now() + jobs.KEPT + timedelta(minutes=1)):
        jobs.drop_old()
    assert not path.exists()
    assert not Job.objects.exists()
