"""The launcher of servers: two roles, nothing left behind, nothing started twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from dev import services

ROOT = Path(__file__).resolve().parents[2]
STARTER = """
import sys, time
from pathlib import Path
from dev import services
kind, folder, tied = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "tied"
server = getattr(services, "start_" + kind)(folder, tied=tied)
print(server.pid, flush=True)
time.sleep(600 if tied else 0)
"""


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of the suite's own servers are out of sight here."""
    for name in ("DATABASE_URL", "MIGRATE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def starter(kind: str, folder: Path, how: str) -> tuple[subprocess.Popen, int]:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, kind, str(folder), how], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process.stdout as told:
        return process, int(told.readline())


def gone(pid: int, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_postgres_has_an_owner_and_an_application_that_owns_nothing(tmp_path: Path) -> None:
    server = services.start_postgres(tmp_path, fast=True)
    try:
        with psycopg.connect(server.urls["MIGRATE_URL"]) as owner:
            owner.execute("CREATE TABLE thing (id int)")
            owner.execute("GRANT SELECT, INSERT ON thing TO app")
            owner.execute("CREATE EXTENSION pg_trgm")
        with psycopg.connect(server.urls["DATABASE_URL"]) as app:
            app.execute("INSERT INTO thing VALUES (1)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE other (id int)")
        with psycopg.connect(server.urls["DATABASE_URL"]) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM thing")
    finally:
        server.stop()
    assert gone(server.pid, 1)


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_a_server_dies_with_the_process_that_started_it(kind: str, tmp_path: Path) -> None:
    process, pid = starter(kind, tmp_path, "tied")
    assert services.is_alive(pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gone(pid)


def test_a_server_that_outlived_its_starter_is_used_again(tmp_path: Path) -> None:
    process, pid = starter("postgres", tmp_path, "loose")
    process.wait()
    server = services.start_postgres(tmp_path)
    assert (server.pid, server.how) == (pid, "found running")
    server.stop()
    assert gone(pid)


def test_a_stale_pid_file_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "valkey.pid").write_text(str(os.getpid()))
    server = services.start_valkey(tmp_path)
    server.stop()
    assert gone(server.pid, 1)


def test_a_given_server_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@127.0.0.1:1/lvzhiyun")
    with pytest.raises(services.CannotStart, match="the given database does not answer"):
        services.start(tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    with pytest.raises(services.CannotStart, match="the given Redis does not answer"):
        services.start(tmp_path)


def test_a_folder_without_postgres_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(services.CannotStart, match="holds no postgres"):
        services.postgres_folder()


def test_a_fingerprint_changes_with_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(services, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("1")
    before = services.fingerprint("*.py")
    assert services.fingerprint("*.py", "a.*") == before
    (tmp_path / "a.py").write_text("2")
    assert services.fingerprint("*.py") != before
