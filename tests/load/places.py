"""The benches' own cluster: a database for each size, and both products on it under gunicorn, two workers of four threads."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from config import env
from dev import services
from tests.load import fill

ROOT = services.ROOT
DATA = env.folder("LOAD_DIR", ROOT / "var" / "load")
WORKERS, THREADS = 2, 4
GUNICORN = ("--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "60")
TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey; the environment of whoever works with the empty town."""
    from ground.sealed import make_keys

    make_keys(DATA / "keys")
    (DATA / "static").mkdir(parents=True, exist_ok=True)
    urls, servers = services.start(DATA)
    try:
        yield {
            **os.environ,
            **urls,
            "DATA_DIR": str(DATA),
            "KEY_DIR": str(DATA / "keys"),
            "DEMO": "1",
            "APP_ROLE": services.APP,
        }
    finally:
        for server in reversed(servers):
            server.stop()


def product(environment: dict[str, str], count: int, *, parts: bool) -> dict[str, str]:
    """The environment of the product over `count` opinions, filled on first use."""
    town = _town(environment)
    name = f"load_{count}{'_parts' if parts else ''}_{town.removeprefix('town_')}"
    owner = _address(environment["MIGRATE_URL"], name)
    if _make(environment, name, template=town):
        fill.fill_product(owner, count, parts=parts)
        _done(environment, name)
    return environment | {"DATABASE_URL": _address(environment["DATABASE_URL"], name), "MIGRATE_URL": owner}


def baseline(environment: dict[str, str], count: int) -> dict[str, str]:
    """The environment of the baseline over as many opinions."""
    name = f"baseline_{count}"
    owner = _address(environment["MIGRATE_URL"], name)
    there = environment | {"DATABASE_URL": owner, "DJANGO_SETTINGS_MODULE": "tests.load.baseline.settings"}
    if _make(environment, name):
        _manage(there, "migrate", "--run-syncdb", "--verbosity=0")
        with psycopg.connect(owner) as connection:
            connection.execute("CREATE SEQUENCE baseline_number START 10000000")
        fill.fill_baseline(owner, count)
        _done(environment, name)
    return there


@contextlib.contextmanager
def copy_of(there: dict[str, str]) -> Iterator[dict[str, str]]:
    """The same database again, for a run that writes into it: dropped at the end."""
    name = there["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(_address(there["MIGRATE_URL"], "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}_run WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}_run TEMPLATE {name}")
        yield there | {url: _address(there[url], f"{name}_run") for url in ("DATABASE_URL", "MIGRATE_URL")}
        connection.execute(f"DROP DATABASE {name}_run WITH (FORCE)")


def _town(environment: dict[str, str]) -> str:
    """A database with tables, calendar and cast, and no opinion: made once for each set of migrations."""
    name = f"town_{services.fingerprint('*/migrations/*.py')[:8]}"
    owner = _address(environment["MIGRATE_URL"], name)
    there = environment | {"DATABASE_URL": owner, "MIGRATE_URL": owner}
    if _make(environment, name):
        _manage(there, "migrate", "--noinput", "--verbosity=0")
        _manage(there, "load_calendar")
        _manage(there, "shell", "-c", "from config.demo.cast import build_cast; build_cast()")
        _done(environment, name)
    return name


def _make(environment: dict[str, str], name: str, template: str = "template1") -> bool:
    """Makes a database; False where it stands complete."""
    with psycopg.connect(environment["MIGRATE_URL"], autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and (DATA / f"{name}.done").exists():
            return False
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return True


def _done(environment: dict[str, str], name: str) -> None:
    (DATA / f"{name}.done").touch()


def _address(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


def _manage(environment: dict[str, str], *command: str) -> None:
    module = environment.get("DJANGO_SETTINGS_MODULE", "")
    start = ["-m", "django"] if "baseline" in module else ["manage.py"]
    subprocess.run([sys.executable, *start, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


class Web:
    """One of the two under gunicorn, and what its processes have used."""

    def __init__(self, name: str, application: str, environment: dict[str, str]) -> None:
        self.name, self.port = name, services.free_port()
        command = [sys.executable, "-m", "gunicorn", application, *GUNICORN, "--bind", f"127.0.0.1:{self.port}"]
        self.process = services.spawn([*command, "--log-level", "warning"], DATA / f"{name}.log", environment)

    def open(self, path: str) -> "Web":
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                line.request("GET", path)
                if line.getresponse().status == 200:
                    return self
            time.sleep(0.2)
        raise RuntimeError(f"{self.name} did not open: see {DATA / self.name}.log")

    def cpu(self) -> float:
        """Seconds of CPU its master and workers have used."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(_used(pid) for pid in (self.process.pid, *map(int, children)))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def both(ours: dict[str, str], theirs: dict[str, str]) -> Iterator[tuple[Web, Web]]:
    """The product and the baseline, open beside each other."""
    webs = [
        Web("product", "config.wsgi:application", ours | {"DATABASE_POOL": str(THREADS)}),
        Web("baseline", "tests.load.baseline.wsgi:application", theirs),
    ]
    try:
        yield webs[0].open("/healthz"), webs[1].open("/api/opinions/")
    finally:
        for web in webs:
            web.stop()
