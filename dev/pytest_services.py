"""Starts real servers for the tests and lets the tests work as the application's role (loaded by `-p`).

The controller starts the servers before Django's settings are read; workers inherit the addresses. There is no
fallback: a server that is missing or does not answer ends the run with one line.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from dev import services

TEMPLATE = "migrated"
STAYS = ["django_migrations", "django_content_type", "auth_permission", "clocks_holiday"]
_header = ""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    global _header
    os.environ.update(TESTING="1", DEMO="1", CLOCK_MAY_SHIFT="1", DJANGO_SETTINGS_MODULE="config.settings")
    os.environ.pop("DEMO_PUBLIC", None)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        url = urlsplit(os.environ["REDIS_URL"])
        os.environ["REDIS_URL"] = url._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()
        return
    folder = Path(tempfile.mkdtemp(prefix="lvzhiyun-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # last, when the servers in it have stopped
    os.environ["DATA_DIR"] = str(folder)
    os.environ.pop("KEY_DIR", None)
    try:
        if not os.environ.get("DATABASE_URL"):
            lay_out(folder)
        urls, started = services.start(folder, fast=True)
    except services.CannotStart as error:
        raise pytest.UsageError(str(error)) from None
    for server in started:
        atexit.register(server.stop)
    _header = services.described(urls, started)
    os.environ.update(urls)
    if urls["MIGRATE_URL"] != urls["DATABASE_URL"]:
        os.environ["APP_ROLE"] = urlsplit(urls["DATABASE_URL"]).username or ""

    from ground.sealed import make_keys

    make_keys(folder / "keys")
    (folder / "static").mkdir()


def pytest_report_header() -> str | None:
    return _header or None


def lay_out(folder: Path) -> None:
    """Puts a cluster into `folder` whose database `migrated` the owner has already migrated.

    It is made once for each set of migrations and kept in `var/tests/`; each test database is a copy of that database.
    """
    kept = services.ROOT / "var" / "tests"
    while not (made := kept / _what_makes_tables()).exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as workshop:
            _migrate(Path(workshop))
            if made.name == _what_makes_tables():  # nobody wrote a migration meanwhile
                with contextlib.suppress(OSError):  # another run may have been quicker
                    (Path(workshop) / "pg").rename(made)
    for path in kept.iterdir():
        if path != made and time.time() - path.stat().st_mtime > 3600:
            shutil.rmtree(path, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(made), str(folder / "pg")], check=True)
    os.environ["TEST_TEMPLATE"] = TEMPLATE


def _what_makes_tables() -> str:
    return services.fingerprint("*/migrations/*.py", "ground/grants.py", "dev/services.py")[:16]


def _migrate(folder: Path) -> None:
    server = services.start_postgres(folder, fast=True)
    try:
        owner_url = server.urls["MIGRATE_URL"]
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        environment = {**os.environ, "DATABASE_URL": f"{owner_url.rpartition('/')[0]}/{TEMPLATE}", "MIGRATE_URL": ""}
        environment |= {"APP_ROLE": services.APP, "DATA_DIR": str(folder)}
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity=0", "--skip-checks"],
            cwd=services.ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise services.CannotStart(f"the migrations fail:\n{done.stderr}")
    finally:
        server.stop()


# Roles: the owner makes and migrates the test database, every test runs as the application


def become(url: str) -> None:
    """Gives the default connection the user of `url`; an open connection is closed."""
    from django.db import connection

    parts = urlsplit(url)
    connection.close()
    connection.settings_dict.update(USER=parts.username or "", PASSWORD=parts.password or "")


@contextmanager
def owner() -> Iterator[None]:
    """Inside the block the default connection belongs to the owner of the tables. Not within a transaction."""
    become(os.environ["MIGRATE_URL"])
    try:
        yield
    finally:
        become(os.environ["DATABASE_URL"])


def flush_as_owner(self: Any) -> None:
    """In place of TransactionTestCase._fixture_teardown: the application may not truncate, triggers refuse it to all.

    Empties what holds rows. The calendar stays, as every test has it, and so do Django's own lists of models.
    """
    from django.db import connection

    with owner(), connection.cursor() as cursor:
        filled = _filled(cursor)
        if not filled:
            return
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = [table for (table,) in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _filled(cursor: Any) -> list[str]:
    """The tables that hold rows, but for those that stay."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(%s)", [STAYS])
    tables = [table for (table,) in cursor.fetchall()]
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
    return [table for (table,) in cursor.fetchall()]
