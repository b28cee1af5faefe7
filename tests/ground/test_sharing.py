"""What the rows of a list point to and what points to them: read once for all of them, the same as joined or prefetched."""

from typing import Any

import pytest

from ground.compiled import AnyOf, Compiled
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


def test_rows_that_point_here_come_as_when_they_are_prefetched(
    said: list[Opinion], django_assert_num_queries: Any
) -> None:
    said[1].steps.create(verb="note", after="open", by_kind="system", by_label="系统", at=said[1].submitted_at)
    ways = {"members": Compiled(lambda: Opinion.objects.filter(AnyOf("merged_into_id", "keys")).order_by("-pk"))}
    Opinion.objects.filter(pk__in=[said[1].pk, said[2].pk]).update(merged_into=said[0].pk)
    wanted = list(Opinion.objects.prefetch_related("steps__organ", "members", "answers").order_by("pk"))
    with django_assert_num_queries(4):  # no step has an organ
        rows = list(Opinion.objects.sharing("steps__organ", "answers", **ways).order_by("pk"))
        for row, other in zip(rows, wanted, strict=True):
            assert list(row.steps.all()) == list(other.steps.all()) and all(step.obj is row for step in row.steps.all())
            assert list(row.members.all()) == list(other.members.all())
            assert row.answers.count() == 0 and not row.answers.exists() and row.answers.first() is None
    assert rows[0].members.all()[0] == said[2] and len(rows[0].members.all()) == 2
    twice = [Opinion.objects.get(pk=said[1].pk) for _ in range(2)]  # one row as two objects
    share(twice, ["steps"])
    assert list(twice[0].steps.all()) == list(twice[1].steps.all()) == list(wanted[1].steps.all())
    # whoever asks for something else of them is answered by the table
    for row in rows:
        assert [step.verb for step in row.steps.filter(verb="submit")] == ["submit"]
        assert row.steps.order_by("-pk").first() == list(row.steps.all())[-1]
        assert set(Opinion.objects.filter(steps__in=row.steps.all())) == {row}
        row.steps.all().delete()
    assert not Opinion.objects.filter(steps__isnull=False).exists()
