"""Tests that must fail to link a ballot with its voter (ballots.md §6), on what a curious operator could read."""

import hashlib
import math
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from dev import services
from dev.pytest_services import owner
from ground import clock
from ground.errors import GuardFailed
from tests.cast import people
from tests.votes.polling import START, Polling
from votes import sealing
from votes.models import Poll

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = 60
WORDS = ("MARKERALPHA", "MARKERBRAVO")


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def voted(told: Polling, many: int = VOTERS) -> tuple[Poll, dict[int, str]]:
    """A poll of one question in which so many voted; what each seat chose is known to the test alone."""
    seats = told.seats(many)
    poll = told.opened(options=["甲"])
    dice, chosen = random.Random(7), {}
    for seat in dice.sample(seats, len(seats)):
        chosen[seat.pk] = dice.choice("+-0")
        told.vote(poll, seat, chosen[seat.pk])
    return poll, chosen


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_no_order_of_the_roll_predicts_the_box(told: Polling) -> None:
    """(a) Every order of the roll laid against the box, forwards and back, guesses no better than the commonest choice."""
    poll, chosen = voted(told)
    what = "seat_id, xmin::text::bigint, ctid::text, fingerprint, cast_tag, id"
    before = rows(f"SELECT {what} FROM votes_rollline WHERE poll_id = %s AND channel = 'online'", poll.pk)
    poll = told.published(told.counted(told.closed(poll)))
    box = rows("SELECT choices, copies FROM votes_boxpaper WHERE poll_id = %s ORDER BY ctid", poll.pk)
    assert rows("SELECT count(DISTINCT xmin::text) FROM votes_boxpaper WHERE poll_id = %s", poll.pk) == [(1,)]
    assert len(box) == len({choices for choices, _ in box}), "no row per voter"
    in_order = [choices for choices, copies in box for _ in range(copies)]
    truth = Counter(chosen.values())
    commonest = max(truth.values())
    bound = commonest + 4 * math.sqrt(VOTERS * 0.25)
    orders = {"xmin": 1, "ctid": 2, "fingerprint": 3, "cast_tag": 4, "id": 5, "seat": 0}
    for name, at in orders.items():
        for backwards in (False, True):
            line = sorted(
                before,
                key=lambda row: bytes(row[at]) if name in ("fingerprint", "cast_tag") else row[at],
                reverse=backwards,
            )
            hits = sum(chosen[row[0]] == guess for row, guess in zip(line, in_order, strict=True))
            assert hits <= bound, f"{name}: {hits} of {VOTERS}"
    after = rows("SELECT sealed, mac, cast_tag FROM votes_rollline WHERE poll_id = %s", poll.pk)
    assert {tuple(row) for row in after} == {(None, None, None)}


def test_nothing_the_disk_holds_says_what_was_chosen(
    told: Polling, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """(b) The marks of every ballot as bytes: in no page, no WAL, no dump, no Redis dump, no log, before the count."""
    marks = "+-0-+0-+" * 4
    poll = told.opened(options=[f"{WORDS[0]}{n}" for n in range(32)])
    told.vote(poll, told.cast.seat("D00001"), marks)
    told.vote(poll, told.cast.seat("D00002"), "0" * 32)
    folder = Path(settings.DATA_DIR) / "pg"
    if not folder.exists():
        pytest.skip("the cluster is not ours: its files cannot be searched")
    with psycopg.connect(urlsplit(dsn())._replace(netloc=f"postgres@{_server()}").geturl(), autocommit=True) as other:
        other.execute("CHECKPOINT")
    found = subprocess.run(
        ["grep", "-raclF", "--", marks, str(folder)], capture_output=True, text=True, check=False
    ).stdout
    assert found == "", "the marks stand on the disk"
    known = subprocess.run(
        ["grep", "-ralF", "--", WORDS[0], str(folder)], capture_output=True, text=True, check=False
    ).stdout
    assert known, "the search itself finds what does stand there"
    url = os.environ["MIGRATE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    dumped = subprocess.run([str(services.postgres_folder() / "pg_dump"), url], capture_output=True, check=True).stdout
    assert WORDS[0].encode() in dumped and marks.encode() not in dumped
    assert marks.encode() not in _redis_dump()
    assert marks not in "".join(capfd.readouterr())
    assert marks.encode() not in b"".join(path.read_bytes() for path in Path(settings.DATA_DIR).glob("*.log"))


def _server() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).netloc.rpartition("@")[2]


def _redis_dump() -> bytes:
    import redis

    store = redis.from_url(settings.REDIS_URL)
    return b"".join(key + (store.dump(key) or b"") for key in store.keys("*"))


def test_no_digest_of_a_possible_ballot_stands_in_any_table(told: Polling) -> None:
    """(c) With a handful of possible ballots any hash of one is the vote itself."""
    poll = told.opened(options=["甲", "乙"])
    client = Client()
    client.force_login(told.cast.wang, backend="accounts.signin.PhoneBackend")
    told.vote(poll, told.cast.seat("D00001"), "+-", "an-idempotency-key-of-mine")
    stored = {value for table in _tables() for row in rows(f'SELECT * FROM "{table}"') for value in _bytes(row)}
    keys = [value for value in stored if 16 <= len(value) <= 64]
    for ballot in (a + b for a in "+-0" for b in "+-0"):
        for text in (ballot.encode(), f'{{"marks":"{ballot}"}}'.encode(), f"m1={ballot[0]}&m2={ballot[1]}".encode()):
            digests = {hashlib.sha256(text).digest(), _sm3(text)}
            digests |= {hashlib.blake2b(text, key=key[:64], digest_size=32).digest() for key in keys}
            for key in keys:
                digests |= {_hmac(key, text, hashes.SHA256()), _hmac(key, text, hashes.SM3())}
            assert not digests & stored, ballot


def _tables() -> list[str]:
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def _bytes(row: tuple[Any, ...]) -> Iterator[bytes]:
    for value in row:
        if isinstance(value, memoryview | bytes):
            yield bytes(value)
        elif isinstance(value, str) and len(value) in (40, 64):
            try:
                yield bytes.fromhex(value)
            except ValueError:
                yield value.encode()


def _sm3(text: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(text)
    return digest.finalize()


def _hmac(key: bytes, text: bytes, algorithm: Any) -> bytes:
    digest = hmac.HMAC(key, algorithm)
    digest.update(text)
    return digest.finalize()


@pytest.mark.parametrize("what", ["copied", "foreign", "forged", "truncated"])
def test_an_envelope_that_is_not_what_was_cast_stops_the_count(told: Polling, what: str) -> None:
    """(d) The owner of the tables, who can switch triggers off, altered one; the count names the seat and writes nothing."""
    poll = told.opened()
    for code in ("D00001", "D00002"):
        told.vote(poll, told.cast.seat(code), "+++")
    poll = told.closed(poll)
    one, two = poll.roll.filter(channel="online").order_by("pk")
    info = sealing.info_of(poll.number, poll.rule_sha256)
    envelope = {
        "copied": bytes(two.sealed),
        "foreign": sealing.seal("+++", sealing.make_keys("P2000-1", told.slips, 2)[0], info),
        "forged": sealing.seal("---", bytes(poll.public_key or b""), info),
        "truncated": bytes(one.sealed)[:-1],
    }[what]
    with owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE votes_rollline DISABLE TRIGGER USER")
        cursor.execute("UPDATE votes_rollline SET sealed = %s WHERE id = %s", [envelope, one.pk])
        cursor.execute("ALTER TABLE votes_rollline ENABLE TRIGGER USER")
    with pytest.raises(GuardFailed, match="王建国的选票信封不是原样"):
        told.counted(poll)
    poll.refresh_from_db()
    assert poll.state == "closed" and not poll.box.exists()


def test_requests_of_two_voters_look_alike(told: Polling) -> None:
    """(e) Address, size of the body and of the answer are the same whatever was chosen."""
    poll = told.opened()
    at = f"/my/polls/{poll.number}/"
    seen = []
    for user, marks in ((told.cast.wang, "+++"), (told.cast.zhao, "--0")):
        client = Client()
        client.force_login(User.objects.get(pk=user.pk), backend="accounts.signin.PhoneBackend")
        client.post(f"{at}enter/", {"password": "demo-2026"})
        body = {f"m{n}": mark for n, mark in enumerate(marks, 1)}
        check = client.post(f"{at}check/", body)
        cast = client.post(f"{at}cast/", body | {"cast_id": "c" * 22 if user == told.cast.wang else "d" * 22})
        seen.append((check.status_code, len(check.content), cast.status_code, cast["Location"], len(cast.content)))
    assert seen[0] == seen[1]


# -- (f) the web process is killed at a statement ----------------------------------------------------------------------


def dsn() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def statements(run: Any) -> int:
    """How many statements a verb sends."""
    seen = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        run()
    return len(seen)


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, not even a handler of errors."""


def kill_at(n: int, run: Any) -> None:
    """Runs a verb whose server connection is cut off, as by kill −9 of the process, just before its n-th statement."""
    left = [n]

    def cut(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            with psycopg.connect(os.environ["MIGRATE_URL"].rpartition("/")[0] + "/postgres", autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(cut):
            run()
    except Killed:
        pass
    except Exception:  # noqa: BLE001 the rollback that finds no server any more
        pass
    finally:
        connection.close()


def test_a_cast_killed_at_any_statement_is_whole_or_was_not(told: Polling) -> None:
    seats = told.seats(12)
    poll = told.opened()
    total = statements(lambda: told.vote(poll, seats[0], "+++"))
    for n in range(1, total + 1):
        seat = seats[n % len(seats)]
        kill_at(n, lambda seat=seat: told.vote(poll, seat, "+-0", f"cast-{seat.pk}"))
        line = poll.roll.get(seat=seat)
        assert (line.channel, line.sealed is None, line.mac is None, line.cast_tag is None) in (
            ("", True, True, True), ("online", False, False, False))  # fmt: skip
        retry = told.vote(poll, seat, "+-0", f"cast-{seat.pk}")
        assert retry.stored == ("earlier" if line.channel else "now")
    acknowledged = poll.roll.filter(channel="online").count()
    told.counted(told.closed(poll))
    assert sum(one.copies for one in poll.box.filter(item=1)) == acknowledged


@pytest.mark.parametrize("verb", ["close", "count", "publish"])
def test_a_verb_killed_at_any_statement_leaves_the_poll_as_it_was(told: Polling, verb: str) -> None:
    poll = told.opened()
    for code in ("D00001", "D00002"):
        told.vote(poll, told.cast.seat(code), "+++")
    before = {"close": "open", "count": "closed", "publish": "counted"}[verb]
    if verb != "close":
        told.closed(poll)
    if verb == "publish":
        told.counted(poll)
    run = {"close": told.closed, "count": told.counted, "publish": told.published}[verb]
    after = {"close": "closed", "count": "counted", "publish": "published"}[verb]
    for n in range(1, 60):
        kill_at(n, lambda poll=poll: run(poll))
        poll = Poll.objects.get(pk=poll.pk)
        if poll.state == after:
            break
        assert poll.state == before
        assert poll.box.exists() == (verb == "publish") and poll.roll.filter(sealed=None, channel="online").count() == 0
    else:
        raise AssertionError("the verb never came to its end")
    assert n > 5, "killed at several statements before it ran through"
    assert sum(one.copies for one in poll.box.filter(item=1)) == (0 if verb == "close" else 2)
