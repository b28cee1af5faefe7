"""Fills tables with so many opinions by COPY: texts of made-up words, and words of a known frequency to search for.

The words are drawn from characters by a seeded generator, so that every run writes the same. Indexes and
foreign keys are dropped before and made anew after, which is several times quicker than keeping them row by row.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from ground.bigrams import bigrams

# Words to search for: each stands in so many of a thousand opinions. Their characters are in no other word.
RATES = {"澧沅": 0.1, "灞浐": 1, "泾渭": 5, "滹沱": 10, "潇湘": 30, "沂沭": 100, "濮洺": 300, "洹漳": 600}
TEXTS, VOCABULARY, LENGTH = 4000, 6000, 34  # different texts, words, words a text
ENTERED = 0.004  # so many of all stand at the first station, the rest at the second
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
CATEGORIES = ("urban", "labour", "education", "health", "transport", "environment", "rural", "safety", "other")


def words_of(generator: random.Random) -> list[str]:
    """A vocabulary of two or three characters a word, from the commoner two thousand code points."""
    characters = [chr(0x4E00 + n) for n in generator.sample(range(0x1200), 2000)]
    return ["".join(generator.choices(characters, k=2 + (n % 3 == 0))) for n in range(VOCABULARY)]


def texts() -> list[tuple[str, str]]:
    """(text, its place), words as often as words are in a language: the n-th in proportion to 1/n."""
    generator = random.Random(7)
    words = words_of(generator)
    weights = [1 / (n + 3) for n in range(len(words))]
    made = []
    for n in range(TEXTS):
        drawn = generator.choices(words, weights, k=LENGTH)
        clauses = ["".join(drawn[k : k + 5]) for k in range(0, LENGTH, 5)]
        made.append(("，".join(clauses) + "。", f"{words[n % 400]}路与{words[n % 350]}街交叉口"))
    return made


def vector(words: str) -> str:
    return " ".join(f"'{word}':{n}" for n, word in enumerate(words.split(), 1))


def rows(count: int) -> Iterator[tuple[int, str, str, str]]:
    """(n, text, place, tsvector): the n-th opinion, oldest first."""
    pool = [(text, place, vector(bigrams(f"{text}\n{place}"))) for text, place in texts()]
    generator = random.Random(11)
    for n in range(1, count + 1):
        text, place, found = pool[generator.randrange(len(pool))]
        extra = [word for word, rate in RATES.items() if generator.random() * 1000 < rate]
        yield (
            n,
            text + "".join(f"{word}。" for word in extra),
            place,
            found + "".join(f" '{word}':900" for word in extra),
        )


def fill_product(url: str, count: int, *, parts: bool) -> None:
    """`count` public, answered opinions in the product's table (`url` is the owner's); with `parts` each has an answer
    and four steps."""
    with psycopg.connect(url) as connection:
        venue = dict(connection.execute("SELECT code, id FROM stations_venue").fetchall())
        organ = dict(connection.execute("SELECT code, id FROM accounts_organ").fetchall())
        town = {"S00001": ("qs-rd", "dh-rd"), "S00002": ("bh-gw", "nh-rd")}
        first, second = (
            {
                "station_id": venue[code], "target_venue_id": venue[code], "holder_venue_id": venue[code],
                "town_id": organ[town[code][0]], "congress_id": organ[town[code][1]], "above_id": organ[town[code][1]],
            }
            for code in ("S00001", "S00002")
        )  # fmt: skip
        same = {
            "state": "closed", "outcome": "unrated", "urgency": "normal", "channel": "web", "tell_by": "",
            "holder_kind": "station", "is_public": True, "confidential": False, "consent_version": "2026-1",
            "code_key_id": "CODE-1", "code_version": 1, "order_no": "", "filter_hits": "{}", "filter_version": 1,
            "avoided": False, "former_state": "", "reopened": False, "reject_reason": "", "guide": "", "reviewed": False,
            "suggested_note": "", "staff_may_refer": False, "code_used": "",
        }  # fmt: skip
        spread = random.Random(13)

        def made() -> Iterator[dict[str, Any]]:
            for n, text, place, found in rows(count):
                at = NOW - timedelta(minutes=count - n)
                yield same | (first if spread.random() < ENTERED else second) | {
                    "id": n, "uuid": f"00000000-0000-4000-8000-{n:012}", "number": f"Y2025-{n:07}", "text": text,
                    "masked_text": text, "place": place, "category": CATEGORIES[n % len(CATEGORIES)],
                    "submitted_at": at, "accepted_at": at, "published_at": at, "replied_at": at, "told_at": at,
                    "closed_at": at, "bigrams": found,
                }  # fmt: skip

        with _bare(connection, "suggestions_opinion"):
            _copy(connection, "suggestions_opinion", made())
        if parts:
            _parts(connection, count)
    _settle(url, "suggestions_opinion", "suggestions_opinionstep", "suggestions_opinionanswer")


def _parts(connection: psycopg.Connection, count: int) -> None:
    step = {"before": "", "by_kind": "code", "by_label": "群众", "note": "", "recorded": "{}", "told_at": NOW}
    verbs = (("submit", "screening"), ("accept", "open"), ("claim", "claimed"), ("answer", "replied"))

    def steps() -> Iterator[dict[str, Any]]:
        for n in range(1, count + 1):
            for k, (verb, after) in enumerate(verbs):
                at = NOW - timedelta(minutes=count - n - k)
                yield step | {"id": 4 * n + k, "obj_id": n, "verb": verb, "after": after, "at": at,
                              "public_text": "已收到您反映的事，会在五个工作日内核对。"}  # fmt: skip

    answers = (
        {
            "opinion_id": n,
            "round": 1,
            "text": "已到现场看过，本周内处理好。",
            "solved": "yes",
            "unit_solved": "",
            "by_label": "联络站",
            "at": NOW,
        }
        for n in range(1, count + 1)
    )
    with _bare(connection, "suggestions_opinionstep"):
        _copy(connection, "suggestions_opinionstep", steps())
    with _bare(connection, "suggestions_opinionanswer"):
        _copy(connection, "suggestions_opinionanswer", answers)


def fill_baseline(url: str, count: int) -> None:
    def made() -> Iterator[dict[str, Any]]:
        for n, text, place, _ in rows(count):
            yield {
                "number": f"Y2025-{n:07}", "text": text, "category": "urban", "place": place, "state": "answered",
                "is_public": True, "created": NOW - timedelta(minutes=count - n), "contact_name": "", "contact_phone": "",
            }  # fmt: skip

    with psycopg.connect(url) as connection, _bare(connection, "baseline_opinion"):
        _copy(connection, "baseline_opinion", made())
    _settle(url, "baseline_opinion")


def _copy(connection: psycopg.Connection, table: str, made: Iterator[dict[str, Any]]) -> None:
    first = next(made)
    columns = list(first)
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write_row([first[name] for name in columns])
        for row in made:
            copy.write_row([row[name] for name in columns])
    if "id" in columns:
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


class _bare:
    """Inside the block the table has no foreign keys, and no index but those of its constraints."""

    def __init__(self, connection: psycopg.Connection, table: str) -> None:
        self.connection, self.table = connection, table

    def __enter__(self) -> None:
        keys = self._found(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
        )
        indexes = self._found(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
            "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        )
        for name, _ in keys:
            self.connection.execute(f"ALTER TABLE {self.table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            self.connection.execute(f"DROP INDEX {name}")
        self.again = [definition for _, definition in indexes]
        self.again += [f"ALTER TABLE {self.table} ADD CONSTRAINT {name} {definition}" for name, definition in keys]

    def __exit__(self, *failed: Any) -> None:
        if failed[0] is None:
            self.connection.execute("SET maintenance_work_mem = '512MB'")
            for statement in self.again:
                self.connection.execute(statement)

    def _found(self, question: str) -> list[tuple[str, str]]:
        return self.connection.execute(question, [self.table]).fetchall()


def _settle(url: str, *tables: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"VACUUM ANALYZE {table}")
