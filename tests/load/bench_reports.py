"""How long the yearly report of a city takes beside counting it from the rows, and what counting costs a submit.

    python -m pytest tests/load/bench_reports.py -s

20,000 opinions and 2,000 suggestions are copied, by SQL in the database, from told histories: other numbers, stations and
days. Everything is measured in one process on the embedded PostgreSQL; medians, and ratios of figures of the same run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client

from ground import clock
from suggestions.models import (
    Assignment,
    Opinion,
    OpinionAnswer,
    OpinionRating,
    OpinionStep,
    Reply,
    ReplyRating,
    Suggestion,
    Tally,
)
from suggestions.states import OPINION
from suggestions.workflow import tallies
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator

OPINIONS, SUGGESTIONS, ROUNDS, SUBMITS = 20_000, 2_000, 9, 200
NOW = datetime(2026, 12, 30, 10, tzinfo=clock.SHANGHAI)
FIRST = "timestamptz '2026-01-02 10:00+08'"


def copied(model: type[models.Model], source: str, n: int, **other: str) -> None:
    """n copies of each row of `source` (a condition on `o`); `other` names SQL for columns that differ, by the counter i."""
    columns = [f.column for f in model._meta.local_concrete_fields if not f.primary_key]
    values = [other.get(column, f'o."{column}"') for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(map(repr_of, columns))}) "
            f"SELECT {', '.join(values)} FROM {model._meta.db_table} o, generate_series(1, {n}) i WHERE {source}"
        )


def repr_of(column: str) -> str:
    return f'"{column}"'


def fill(cast: Cast) -> None:
    with clock.at(START):
        told = Citizens(cast).closed()
        suggestion = Narrator(cast).rated()
    days = f"{FIRST} + make_interval(mins => (i * 25) % 500000)"
    venue = "(SELECT id FROM stations_venue ORDER BY id OFFSET i % 3 LIMIT 1)"
    copied(Opinion, f"o.id = {told.pk}", OPINIONS, uuid="gen_random_uuid()", number="'B' || i", submitted_at=days, station_id=venue,
           accepted_at=f"{days} + interval '1 hour'", closed_at=f"{days} + interval '5 days'")  # fmt: skip
    for model in (OpinionRating, OpinionAnswer, OpinionStep):
        column = "obj_id" if model is OpinionStep else "opinion_id"
        copied(
            model,
            f"o.{column} = {told.pk}",
            OPINIONS,
            **{column: "(SELECT id FROM suggestions_opinion WHERE number = 'B' || i)"},
        )
    copied(Suggestion, f"o.id = {suggestion.pk}", SUGGESTIONS, number="'C' || i", register_ordinal="100000 + i", assigned_at=days,
           registered_at=days)  # fmt: skip
    its = "(SELECT id FROM suggestions_suggestion WHERE number = 'C' || i)"
    copied(Assignment, f"o.suggestion_id = {suggestion.pk}", SUGGESTIONS, suggestion_id=its, first_handed_over_at=days)
    part = f"(SELECT id FROM suggestions_assignment WHERE suggestion_id = {its})"
    first = suggestion.assignments.get()
    copied(Reply, f"o.assignment_id = {first.pk}", SUGGESTIONS, assignment_id=part)
    copied(ReplyRating, f"o.reply_id = {first.replies.get().pk}", SUGGESTIONS,
           reply_id=f"(SELECT id FROM suggestions_reply WHERE assignment_id = {part})")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def seconds(function: Callable[[], Any], times: int = ROUNDS) -> float:
    taken = []
    for _ in range(times):
        began = perf_counter()
        function()
        taken.append(perf_counter() - began)
    return median(taken)


@contextmanager
def uncounted() -> Iterator[None]:
    """The machine of opinions without its watcher."""
    kept, OPINION.watchers[:] = list(OPINION.watchers), []
    try:
        yield
    finally:
        OPINION.watchers[:] = kept


@pytest.mark.django_db
def test_the_yearly_report_and_what_counting_costs(cast: Cast) -> None:
    fill(cast)
    with clock.at(NOW):
        whole = seconds(tallies.recount, 1)
        client = Client()
        client.force_login(cast.chen)
        print(f"\nrecount_from_nothing_s {whole:.2f}\ntally_rows {Tally.objects.count()}")
        for code, kind in (
            ("handling", "suggestion"),
            ("units", "assignment"),
            ("opinions", "opinion"),
            ("stations", "opinion"),
        ):
            page = seconds(lambda code=code: client.get(f"/admin/reports/{code}/?period=2026&below=1"))
            direct = seconds(lambda kind=kind: tallies.counted_now(kind), 3)
            print(f"{code}_page_s {page:.3f}\n{code}_rows_counted_s {direct:.3f}\n{code}_ratio {direct / page:.1f}")
        say = Citizens(cast).say
        with_it, without = [], []
        for _ in range(SUBMITS):  # interleaved, so that whatever else the machine does falls on both
            with_it.append(seconds(say, 1))
            with uncounted():
                without.append(seconds(say, 1))
        print(f"submit_ms {1000 * median(with_it):.2f}\nsubmit_uncounted_ms {1000 * median(without):.2f}")
        print(f"submit_ratio {median(with_it) / median(without):.3f}")
        print(f"fold_of_{SUBMITS}_s {seconds(tallies.fold_all, 1):.2f}")
    assert Tally.objects.filter(kind="opinion", key="received").aggregate(n=models.Sum("n"))["n"] > OPINIONS
