"""The whole way in at a small size; `bench_import.py` goes it at full size and tells how long it took."""

import pytest

from tests.load.moving import Moving, counts


@pytest.mark.django_db
def test_a_city_moves_in_out_in_again_and_its_export_comes_back_unchanged() -> None:
    moving = Moving.into_nothing()
    empty = counts()
    moving.undo(moving.bring(0.04))
    assert counts() == empty
    moving.bring(0.04)
    assert (counts()["Seat"], counts()["Venue"]) == (174, 131)
    moving.comes_back_unchanged()
