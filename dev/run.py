"""`make run`: the whole product on this machine, from empty folder to open pages; Ctrl-C stops everything.

Servers, migrations as the owner, calendar, demonstration city (where DEMO and the database is empty), then one uvicorn
process and one Celery worker with beat, both as the application's role. Everything it keeps lies in DATA_DIR.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg
from django.core.exceptions import ImproperlyConfigured

from config import env
from dev import services

ROOT = services.ROOT
WEB_PATIENCE = 120  # seconds until the first page must answer
LOGINS = (
    ("代表 王建国", "19900000001", "/my/"),
    ("代表 赵慧敏", "19900000002", "/my/"),
    ("联络站工作人员 周静", "19900000011", "/desk/"),
    ("联络站负责人 吴梅", "19900000012", "/desk/"),
    ("承办单位经办 高峰（市住建局）", "19900000031", "/desk/"),
    ("承办单位负责人 郑伟（市住建局）", "19900000032", "/desk/"),
    ("代表工委 陈立", "19900000021", "/admin/"),
    ("代表工委主任 孙敏", "19900000022", "/admin/"),
    ("市政府办公室 马骏", "19900000041", "/admin/"),
)


class Copy:
    """One running copy of the product: its folder, its port, and what it has started, in order."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.data = env.folder("DATA_DIR", ROOT / "var")
        self.port = env.number("PORT", 8000, least=1, most=65535)
        self.demo = env.flag("DEMO", default=True)
        self.public = self.demo and env.flag("DEMO_PUBLIC")
        self.scale = env.text("SCALE", "")  # "city": the told city is multiplied on its first start
        if self.scale not in ("", "city", "province"):
            raise services.CannotStart("SCALE is city or province")
        self.host = env.text("HOST", "0.0.0.0" if self.public else "127.0.0.1")  # noqa: S104 only where DEMO_PUBLIC is typed
        if self.demo and not self.public and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise services.CannotStart("in demo mode HOST must be 127.0.0.1; DEMO_PUBLIC=1 opens it to others")
        self.address = f"http://127.0.0.1:{self.port}"
        self.servers: list[services.Server] = []
        self.children: list[tuple[str, subprocess.Popen]] = []
        self.environment: dict[str, str] = {}

    def open(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim()
        say(f"数据目录 {self.data}")
        urls, self.servers = services.start(self.data)
        say(services.described(urls, self.servers))
        self._settle(urls)
        self._prepare()
        self._serve()
        self._announce()

    def watch(self) -> NoReturn:
        """Stays until a child ends by itself, which is an error; Ctrl-C and SIGTERM leave by KeyboardInterrupt."""
        while True:
            for name, process in self.children:
                if process.poll() is not None:
                    raise services.CannotStart(f"{name} 已退出，日志：{self._log(name)}\n{self._tail(name)}")
            time.sleep(0.5)

    def close(self) -> None:
        """Stops everything in reverse order."""
        for _, process in reversed(self.children):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for _, process in reversed(self.children):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        for server in reversed(self.servers):
            server.stop()

    def _claim(self) -> None:
        """One copy per folder, and a free port, before anything is started."""
        self.lock = (self.data / "run.lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise services.CannotStart(f"{self.data} 已有一份在运行；另开一份请换 DATA_DIR 和 PORT") from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise services.CannotStart(f"端口 {self.port} 不能用（{error.strerror}）；请换一个 PORT") from None

    def _settle(self, urls: dict[str, str]) -> None:
        """The environment of the children, and the file by which `manage.py` finds the same servers."""
        told = {
            **urls,
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "DEMO": str(int(self.demo)),
            "DEMO_PUBLIC": str(int(self.public)),
            "ALLOWED_HOSTS": env.text("ALLOWED_HOSTS", "127.0.0.1,localhost"),
        }
        file = self.data / env.RUN_FILE
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
        self.environment = {"DATABASE_POOL": "8", **os.environ, **told, "PYTHONUNBUFFERED": "1"}
        self.environment.pop("CLOCK_MAY_SHIFT", None)

    def _prepare(self) -> None:
        from ground.sealed import make_keys

        make_keys(env.folder("KEY_DIR", self.data / "keys"))
        self._migrate()
        begun = self.data / "seeding"  # stays behind where the telling was cut short: it then goes on
        if self.demo and (begun.exists() or self._is_empty()):
            say("第一次启动：正在搭建演示城市东湖市……")
            begun.touch()
            self._manage("seed", *(("--scale", self.scale) if self.scale else ()), quiet=not self.public)
            begun.unlink()
        (self.data / "static").mkdir(exist_ok=True)
        if not self.demo:
            self._manage("collectstatic", "--noinput", "--verbosity=0")
        self.environment.pop("MIGRATE_URL")  # web and worker never hold the owner's address

    def _migrate(self) -> None:
        """Brings tables and calendar up to date; skipped where our own cluster has seen just these files before."""
        seen, now = self.data / "migrated", services.fingerprint("*/migrations/*.py", "clocks/**/*.py")
        own = any(server.name == "PostgreSQL" for server in self.servers)
        if own and seen.exists() and seen.read_text() == now:
            return
        self._manage("migrate", "--noinput", "--verbosity=0")
        self._manage("load_calendar")
        seen.write_text(now)

    def _manage(self, *command: str, quiet: bool = True) -> None:
        environment = {**self.environment, "DATABASE_POOL": "0"}
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
        if done.returncode:
            raise services.CannotStart(f"manage.py {command[0]} 失败：\n{last(done.stdout or '')}")

    def _is_empty(self) -> bool:
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return not connection.execute("SELECT EXISTS (SELECT FROM accounts_user)").fetchone()[0]

    def _serve(self) -> None:
        python = sys.executable
        web = [python, "-m", "uvicorn", "config.asgi:application", "--host", self.host, "--port", str(self.port)]
        self._start(
            "web",
            [*web, "--no-proxy-headers", "--no-access-log", "--no-server-header", "--lifespan=off"],
            signal.SIGKILL,
        )
        worker = [python, "-m", "celery", "-A", "config", "worker", "-B", "--pool=threads", "-c", "4"]
        self._start("worker", [*worker, "--loglevel=INFO", "--without-gossip", "--without-mingle"], signal.SIGQUIT)
        deadline = time.monotonic() + WEB_PATIENCE
        while time.monotonic() < deadline:
            if self.children[0][1].poll() is not None:
                break
            if answers(self.port):
                return
            time.sleep(0.1)
        raise services.CannotStart(f"页面没有打开，日志：{self._log('web')}\n{self._tail('web')}")

    def _start(self, name: str, command: list[str], orphaned: signal.Signals) -> None:
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=services.die_with_me(os.getpid(), orphaned),
            )
        self.children.append((name, process))

    def _log(self, name: str) -> Path:
        return self.data / f"{name}.log"

    def _tail(self, name: str) -> str:
        return last(self._log(name).read_text(errors="replace"))

    def _announce(self) -> None:
        say(f"\n人大代表履职云平台已打开（{time.monotonic() - self.began:.0f} 秒）\n")
        pages = [("群众", "/"), ("代表履职通", "/my/"), ("承办单位和联络站", "/desk/"), ("工作台", "/admin/")]
        pages += [("接口文档", "/api/v1/docs/")]
        if self.demo:
            pages.append(("演示信箱（短信）", "/demo/mailbox/"))
        for name, path in pages:
            say(f"  {self.address}{path:<16} {name}")
        if self.demo:
            say("\n  登录密码见上面首次启动时的输出" if self.public else "\n  登录密码都是 demo-2026")
            for who, phone, path in LOGINS:
                say(f"  {phone}  {who}  → {path}")
        say("\n按 Ctrl-C 停止；数据会保留，下次几秒就能打开。")


def last(words: str) -> str:
    return "\n".join(words.splitlines()[-15:])


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def say(words: str) -> None:
    print(words, flush=True)


def leave(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGINT, leave)  # before the first child; a shell may have told us to ignore it
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        copy = Copy()
    except (services.CannotStart, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        copy.open()
        copy.watch()
    except KeyboardInterrupt:
        say("\n正在停止……")
        return 0
    except (services.CannotStart, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C does not leave servers behind
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        copy.close()


if __name__ == "__main__":
    sys.exit(main())
