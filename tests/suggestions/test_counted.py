"""What a number counts: in which month, of which round, of which unit; and what is in no number at all."""

from datetime import date, datetime

import pytest

from ground import clock
from suggestions.models import Opinion, Suggestion, Tally
from suggestions.workflow import opinion as verbs, suggestion as whole, tallies
from tests.cast import Cast
from tests.suggestions.citizens import Citizens, author
from tests.suggestions.narrator import START, Narrator

pytestmark = pytest.mark.django_db


def n(kind: str, key: str, **cell: object) -> int:
    return sum(Tally.objects.filter(kind=kind, key=key, **cell).values_list("n", flat=True))


def test_a_suggestion_moves_to_the_month_it_is_handed_over(cast: Cast) -> None:
    """By 交办之日; until then by the day of its number. In the old month nothing is left."""
    tells = Narrator(cast)
    with clock.at(datetime(2026, 3, 30, 10, tzinfo=clock.SHANGHAI)):
        row = tells.registered()
        tallies.fold_all()
        assert (n("suggestion", "total", month=date(2026, 3, 1)), n("led", "n", month=date(2026, 3, 1))) == (1, 1)
    with clock.at(datetime(2026, 4, 2, 10, tzinfo=clock.SHANGHAI)):
        whole.assign(row, by=cast.chen, mode="sole", handlers=[(cast.organs["dh-zjj"], "main")])
        tallies.fold_all()
    assert n("suggestion", "total", month=date(2026, 3, 1)) == n("led", "n", month=date(2026, 3, 1)) == 0
    assert n("suggestion", "total", month=date(2026, 4, 1)) == n("cosigned", "n", month=date(2026, 4, 1)) == 1


def test_a_month_is_a_month_in_shanghai(cast: Cast) -> None:
    with clock.at(datetime(2026, 4, 1, 0, 30, tzinfo=clock.SHANGHAI)):  # still March in Greenwich
        Citizens(cast).say()
    tallies.fold_all()
    assert n("opinion", "received", month=date(2026, 4, 1)) == 1


def test_a_rating_of_a_second_round_takes_the_place_of_the_first(cast: Cast) -> None:
    with clock.at(START):
        tells = Citizens(cast)
        row = tells.closed("dissatisfied")
        tallies.fold_all()
        assert (n("opinion", "dissatisfied"), n("opinion", "rated")) == (1, 1)
        verbs.reopen(row, by=author(row), reasons=["not_solved"])
        again = tells.replied(tells.claimed(Opinion.objects.with_parts().get(pk=row.pk)))
        verbs.rate(again, by=author(again), grade="satisfied")
    tallies.fold_all()
    assert (n("opinion", "dissatisfied"), n("opinion", "satisfied"), n("opinion", "rated")) == (0, 1, 1)


def test_of_separate_units_the_worst_result_is_the_congress_s(cast: Cast) -> None:
    tells = Narrator(cast)
    with clock.at(START):
        row = tells.signed(("dh-zjj", "main"), ("dh-jtj", "main"), mode="separate")
        tells.rated(tells.replied(row, result_class="A"))
        tells.rated(
            tells.replied(Suggestion.objects.get(pk=row.pk), "dh-jtj", result_class="C"), "dh-jtj", result="basically"
        )
    tallies.fold_all()
    assert (n("suggestion", "class:A"), n("suggestion", "class:C")) == (0, 1)
    assert (n("suggestion", "result:satisfied"), n("suggestion", "result:basically")) == (0, 1)
    assert (n("assignment", "class:A"), n("assignment", "class:C")) == (1, 1)  # units are counted each by its own


def test_an_avoided_matter_is_in_no_number(cast: Cast) -> None:
    with clock.at(START):
        Citizens(cast).at_station(concerns=["town"])
    tallies.fold_all()
    assert n("opinion", "received") == 0
