"""A national-size electorate votes at once: `.venv/bin/python -m tests.load.bench_votes [--seats 2980] [--crash]`.

Own servers in a folder of its own, two web processes, every vote through HTTP; beside it in the same run a bare view that
inserts one row. Then the count, the openings, 100,000 papers over 30 items, and `recount.py` on that bundle.

With --crash PostgreSQL goes down in the middle of the secret vote (a killed backend: it drops every connection and recovers
from its log) and each voter asks again until told that the ballot is stored; nothing is measured then.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = 16
ITEMS, PAPERS = 30, 100_000


def set_up(folder: Path) -> list[Any]:
    """Servers, migrations, keys; this process works as the application's role."""
    from dev import services

    os.environ.update(DATA_DIR=str(folder), DEMO="1", CLOCK_MAY_SHIFT="0", DJANGO_SETTINGS_MODULE="tests.load.bare")
    os.environ.pop("KEY_DIR", None)
    urls, started = services.start(folder)
    os.environ.update(urls)
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "--noinput", "--verbosity=0"], ["load_calendar"]):
        subprocess.run(
            [*manage, *command], cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}, check=True
        )
    from ground.sealed import make_keys

    make_keys(folder / "keys")
    os.environ.pop("MIGRATE_URL")
    import django

    django.setup()
    return started


def electorate(many: int) -> tuple[Any, list[str], dict[int, bytes], Any]:
    """A secret and a named open poll of `many` seats, a token for each voter."""
    from django.contrib.auth.hashers import make_password

    from accounts import tokens
    from accounts.models import User
    from config.demo.cast import build_cast
    from deputies.models import Deputy, Seat
    from ground import clock
    from tests.votes.polling import Polling

    cast = build_cast()
    term, password = cast.terms["dh-rd"], make_password(None)
    users = [User(name=f"代表{n}", password=password) for n in range(many - 4)]
    for n, user in enumerate(users):
        user.set_phone(f"1980{n:07}")
    User.objects.bulk_create(users, batch_size=1000)
    people = [Deputy(code=f"B{n:06}", name=user.name, user=user) for n, user in enumerate(users)]
    Deputy.objects.bulk_create(people, batch_size=1000)
    seats = [Seat(deputy=d, term=term, organ=term.congress, state="active", since=clock.today()) for d in people]
    Seat.objects.bulk_create(seats, batch_size=1000)
    told = Polling(cast)
    options = [f"项目 {n}" for n in range(1, 11)]
    secret = told.opened(options=options)
    named = told.opened(options=options, secret=False)
    voters = [*users, *(cast.users[name] for name in ("wang", "zhao", "shi", "tang"))]
    return (told, secret), [tokens.issue(user, many=True)[0] for user in voters], dict(told.slips), named


@contextlib.contextmanager
def web(port: int) -> Iterator[None]:
    """Two web processes on one port, as the product is served."""
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--workers", "2"]
    quiet = ["--no-proxy-headers", "--no-access-log", "--lifespan=off", "--log-level", "warning"]
    process = subprocess.Popen([*command, *quiet], cwd=ROOT, env=os.environ | {"DATABASE_POOL": "8"})
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                connection.getresponse()
                break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(20)


def rush(port: int, calls: list[tuple[str, bytes, dict[str, str]]]) -> tuple[float, list[float], list[int]]:
    """Sends every call once, CLIENTS at a time over kept connections. Answers seconds in all, of each, and statuses."""
    local = threading.local()

    def send(call: tuple[str, bytes, dict[str, str]]) -> tuple[float, int]:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        path, body, headers = call
        began = time.perf_counter()
        local.connection.request("POST", path, body, headers | {"Content-Type": "application/json"})
        answer = local.connection.getresponse()
        answer.read()
        return time.perf_counter() - began, answer.status

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(send, calls))
    return time.perf_counter() - began, [seconds for seconds, _ in done], [status for _, status in done]


PATIENCE = 120  # seconds for one voter to be told that the ballot is stored


def rush_through_a_crash(port: int, calls: list[tuple[str, bytes, dict[str, str]]], postgres: int) -> int:
    """Sends every call, again with the same key while it is not answered by 200; a third of the way one of PostgreSQL's
    backends is killed. Answers how many calls had to be sent again."""
    again, stored = set(), itertools.count()

    def send(n: int) -> None:
        path, body, headers = calls[n]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("POST", path, body, headers | {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                connection.close()
                if answer.status == 200:
                    if next(stored) == len(calls) // 3:
                        os.kill(_backend_of(postgres), signal.SIGKILL)
                    return
                assert answer.status >= 500, answer.status
            again.add(n)
            time.sleep(0.5)
        raise AssertionError(f"voter {n} was never told that the ballot is stored")

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(send, range(len(calls))))
    return len(again)


def _backend_of(postgres: int) -> int:
    """A process of PostgreSQL that serves the application."""
    children = Path(f"/proc/{postgres}/task/{postgres}/children").read_text().split()
    serving = [pid for pid in children if b"postgres: app" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return int(serving[-1])


def said(name: str, took: float, each: list[float]) -> float:
    rate = len(each) / took
    p99 = statistics.quantiles(each, n=100)[98]
    print(
        f"{name}: {len(each)} in {took:.1f} s, {rate:.0f}/s, p50 {statistics.median(each) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    )
    return rate


def cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    made = run()
    return time.process_time() - began, made


def vote_rush(many: int, port: int, crashing: int = 0) -> None:
    """`crashing` is PostgreSQL's own process, where it is to go down meanwhile."""
    from django.db import connection

    (told, secret), tokens, slips, named = electorate(many)
    dice = random.Random(1)
    marks = ["".join(dice.choice("+++-0") for _ in range(10)) for _ in tokens]
    keys = [f"{n:032x}" for n in range(len(tokens))]

    def calls(path: str) -> list[tuple[str, bytes, dict[str, str]]]:
        return [
            (path, json.dumps({"marks": m}).encode(), {"Authorization": f"Token {token}", "Idempotency-Key": key})
            for token, m, key in zip(tokens, marks, keys, strict=True)
        ]

    if crashing:
        with web(port):
            again = rush_through_a_crash(port, calls(f"/api/v1/polls/{secret.number}/cast/"), crashing)
        print(f"secret vote through a crash of PostgreSQL: {len(tokens)} acknowledged, {again} of them asked again")
        assert again, "nobody noticed the crash"
        connection.close()
        _counted(told, secret, slips, marks)
        return
    with web(port):
        rush(port, [("/bare/", b"{}", {"Idempotency-Key": f"warm{n}"}) for n in range(200)])
        bare = said("bare insert", *rush(port, calls("/bare/"))[:2])
        took, each, statuses = rush(port, calls(f"/api/v1/polls/{secret.number}/cast/"))
        rate = said("secret vote", took, each)
        assert set(statuses) == {200}, set(statuses)
        plain = said("plain vote", *rush(port, calls(f"/bare/{named.number}/"))[:2])
        open_votes = said("named vote", *rush(port, calls(f"/api/v1/polls/{named.number}/cast/"))[:2])
        print(f"secret vote at {rate / bare:.0%} of the bare insert, named at {open_votes / bare:.0%} of it")
        print(f"named vote at {open_votes / plain:.0%} of a plain vote")
    _counted(told, secret, slips, marks)


def _counted(told: Any, secret: Any, slips: dict[int, bytes], marks: list[str]) -> None:
    """Closes and counts: what was acknowledged lies on the roll and in the box, once, as it was cast."""
    from votes.workflow.counting import box_of, opened

    secret = told.closed(secret)
    told.slips = slips
    two = {user.pk: slips[user.pk] for user in told.officers[:2]}
    spent, papers = cpu(lambda: opened(secret, two))
    print(
        f"opened {len(papers)} envelopes with their MACs read from the database: {spent / len(papers) * 1e6:.0f} µs of CPU each"
    )
    spent, _ = cpu(lambda: told.counted(secret))
    print(f"count of them, whole: {spent:.2f} s of CPU")
    box = box_of(secret)
    cast_of = {item: sum(n for (_, at, _), n in box.items() if at == item) for item in range(1, 11)}
    assert set(cast_of.values()) == {len(marks)}, "every acknowledged ballot is counted exactly once"
    wanted = sum(m[0] == "+" for m in marks)
    assert box["deputies", 1, "+"] == wanted, "and as it was cast"
    print(f"acknowledged {len(marks)} = roll {secret.roll.filter(channel='online').count()} = box {cast_of[1]}")


def count_many(folder: Path) -> None:
    """100,000 opened papers over 30 items, and the recount of their bundle by itself."""
    import hashlib

    from votes import bundle, majority
    from votes.models import Poll
    from votes.workflow import counting

    options = [f"项目 {n}" for n in range(1, ITEMS + 1)]
    rule = majority.check_rule("per_item", {"pass": 20}, ITEMS)
    poll = Poll(mode="per_item", unit="item", options=options, rule=rule)
    poll._prefetched_objects_cache = {"batches": []}
    poll.pk = -1
    dice = random.Random(2)
    papers = [("deputies", "".join(dice.choices("++-0", k=ITEMS))) for _ in range(PAPERS)]
    people = {"quota": PAPERS, "actual": PAPERS, "suspended": 0, "due": PAPERS, "leave": 0, "present": PAPERS}

    def count() -> Any:
        box = counting.fill(poll, papers)
        pieces = [(item, choices, n) for (_, item, choices), n in box]
        return box, majority.decide("per_item", rule, options, people, pieces, PAPERS)

    spent, (box, result) = cpu(count)
    print(f"counted {PAPERS} opened papers over {ITEMS} items: {spent:.2f} s of CPU")
    result |= {"class": "deputies", "people": people, "papers": dict.fromkeys(bundle.PAPERS, 0)}
    roll = "class,channel,fingerprint\n" + "".join(
        sorted(f"deputies,online,{hashlib.sha256(str(n).encode()).hexdigest()}\n" for n in range(PAPERS))
    )
    files = {
        "roll.csv": roll.encode(),
        "paper.csv": f"class,{','.join(bundle.PAPERS)}\ndeputies,0,0,0,0,0\n".encode(),
        "box.csv": counting.box_csv(box),
        "result.json": json.dumps({"classes": [result]}).encode(),
        "minutes.docx": b"-",
        "recount.py": bundle.recount_py(),
    }
    hashed = {f"{name}_sha256": hashlib.sha256(files[f"{name}.csv"]).hexdigest() for name in ("roll", "box")}
    told = {"number": "P2026-000000", "title": "计票测试", "mode": "per_item", "unit": "item", "secret": True, **hashed}
    told |= {"options": options, "rule": rule, "classes": {"deputies": people}, "withheld": []}
    files["poll.json"] = json.dumps(told).encode()
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    files["SHA256SUMS"] = "".join(sums).encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "recount.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    print(
        f"recount.py on that bundle ({len(files['box.csv']) / 1e6:.0f} MB of box): {time.perf_counter() - began:.1f} s"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seats", type=int, default=2980)
    asked.add_argument("--port", type=int, default=8108)
    asked.add_argument("--crash", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-votes-") as name:
        folder = Path(name)
        started = set_up(folder)
        try:
            _make_bare_table(started)
            if given.crash:
                vote_rush(given.seats, given.port, next(one.pid for one in started if one.name == "PostgreSQL"))
                return
            vote_rush(given.seats, given.port)
            (folder / "bundle").mkdir()
            count_many(folder / "bundle")
        finally:
            for server in reversed(started):
                server.stop()


def _make_bare_table(started: list[Any]) -> None:
    import psycopg

    from tests.load.bare import TABLE

    owner = next(server.urls["MIGRATE_URL"] for server in started if "MIGRATE_URL" in server.urls)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(TABLE)


if __name__ == "__main__":
    main()
