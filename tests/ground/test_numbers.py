"""Numbers: never given twice; a register's numbers have no gap."""

import threading

import pytest
from django.db import connection, transaction

from ground import clock
from ground.numbers import next_in_series, next_number
from tests.clocks.conftest import on


@pytest.mark.django_db
def test_a_number_says_letter_and_year_and_is_never_given_again():
    with clock.at(on(5, 6)):
        first = next_number("Y")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            lost = next_number("Y")
            raise ZeroDivisionError
        third = next_number("Y")
    assert first.startswith("Y2026-") and len(first) == 12
    assert [int(number[6:]) - int(first[6:]) for number in (lost, third)] == [1, 2]


@pytest.mark.django_db
def test_letters_count_apart_and_others_are_refused():
    numbers = [int(next_number("J")[6:]) for _ in range(2)]
    next_number("P")
    assert int(next_number("J")[6:]) == numbers[1] + 1
    with pytest.raises(ValueError, match="'X'"):
        next_number("X")


@pytest.mark.django_db
def test_a_series_gives_a_lost_number_again():
    assert [next_in_series("市 19-2", 2026) for _ in range(2)] == [1, 2]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert next_in_series("市 19-2", 2026) == 3
        raise ZeroDivisionError
    assert next_in_series("市 19-2", 2026) == 3
    assert next_in_series("市 19-2", 2027) == next_in_series("县 18-3", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap():
    given: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                given.append(next_in_series("市 19-2", 2026))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(given) == list(range(1, 41))
