"""Numbers of matters: unique for life with gaps, or gap-free where an official register asks for it."""

from functools import cache

from django.db import connection, models

from ground import clock
from ground.compiled import run

# Each has a sequence. Opinion, suggestion, poll, live session (ground 0002); round, project (votes 0004); opinion, meeting
# and member of an assembly (votes 0006); inquiry, line of a list (votes 0007); deliberation opinion, appraisal (votes 0008);
# duty session, duty report (votes 0009); appraisal of judges or prosecutors (votes 0010).
LETTERS = ("Y", "J", "P", "L", "R", "M", "A", "H", "T", "W", "G", "S", "K", "Z", "B", "F")


def next_number(letter: str) -> str:
    """The next "Y2026-000123": from a sequence, so that a number is never given twice, not even after a rollback.

    The count runs on through the years; the year only says when the matter was made.
    """
    return draw(letter)[0]


def draw(letter: str, *tables: type[models.Model]) -> tuple[str, list[int]]:
    """`next_number`, and from the same statement a key for a new row in each of `tables`."""
    if letter not in LETTERS:
        raise ValueError(f"no numbers begin with {letter!r}")
    sequences = [f"'ground_number_{letter.lower()}'", *map(_sequence_of, tables)]
    [[count, *keys]] = run("SELECT " + ", ".join(f"nextval({sequence})" for sequence in sequences))
    return f"{letter}{clock.today().year}-{count:06}", keys


@cache
def _sequence_of(table: type[models.Model]) -> str:
    """The sequence of a table's keys, as a literal."""
    [[name]] = run("SELECT pg_get_serial_sequence($1, $2)", [table._meta.db_table, table._meta.pk.column])
    return f"'{name}'"


def next_in_series(scope: str, year: int) -> int:
    """The next number of a gap-free series. Its row is locked until the transaction ends: the last lock of a verb."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_numberseries (scope, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (scope, year) DO UPDATE SET last = ground_numberseries.last + 1 RETURNING last",
            [scope, year],
        )
        return int(cursor.fetchone()[0])
