"""How long a city takes to move in: `python -m pytest tests/load/bench_import.py -s` (never part of the suite).

The time of a step is that of the request and of the job behind it, in one process, on the database of the tests.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.load.moving import Moving, counts


@pytest.mark.django_db
def test_bench_import() -> None:
    moving = Moving.into_nothing()
    empty = counts()
    with CaptureQueriesContext(connection) as queries:
        batches = moving.bring(1.0)
    print(f"\n{counts()}  {len(queries)} queries")
    moving.undo(batches)
    assert counts() == empty
    moving.bring(1.0, "again: ")
    moving.comes_back_unchanged()
    for step, seconds in moving.seconds.items():
        print(f"{step:60} {seconds:8.2f} s")
