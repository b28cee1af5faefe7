"""What the rows of a list point to: read once for all of them, the same as joined."""

from typing import Any

import pytest

from ground.sharing import share
from suggestions.models import Opinion
from tests.cast import Cast
from tests.suggestions.citizens import Citizens

pytestmark = pytest.mark.django_db
NAMES = (
    "station",
    "town",
    "congress",
    "above",
    "target_seat__deputy",
    "holder_venue",
    "contact",
    "merged_into",
    "claimed_by",
)


@pytest.fixture
def said(cast: Cast) -> list[Opinion]:
    citizens = Citizens(cast)
    return [citizens.say(), citizens.say(phone="19900008701"), citizens.claimed()]


def names_of(row: Opinion) -> list[Any]:
    seat = row.target_seat
    return [*(getattr(row, name.partition("__")[0]) for name in NAMES), seat.deputy.name if seat else ""]


def test_rows_come_with_the_same_as_by_a_join(said: list[Opinion], django_assert_num_queries: Any) -> None:
    wanted = [names_of(row) for row in Opinion.objects.select_related(*NAMES).order_by("pk")]
    tables = 1 + len({"organ", "venue", "seat", "contact", "user", "deputy"})
    with django_assert_num_queries(tables):
        rows = list(Opinion.objects.sharing(*NAMES).order_by("pk"))
        assert [names_of(row) for row in rows] == wanted
    assert rows[0].station is rows[1].station  # one object for all of them
    with django_assert_num_queries(tables - 2):  # it has neither contact nor claimant: nobody asks for them
        names_of(Opinion.objects.sharing(*NAMES).get(pk=said[0].pk))


def test_what_is_there_or_empty_is_not_asked_for(said: list[Opinion], django_assert_num_queries: Any) -> None:
    rows = list(Opinion.objects.select_related("station").order_by("pk"))
    with django_assert_num_queries(0):
        share(rows, ["station", "merged_into", "suggested_organ"])
        share([], NAMES)
    assert list(Opinion.objects.sharing(*NAMES).values_list("pk", flat=True).order_by("pk")) == [row.pk for row in rows]
