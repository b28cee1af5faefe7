"""Every person × verb × state of a venue of the street's committee."""

from pathlib import Path

import pytest

from stations import workflow
from stations.models import Venue
from stations.states import VENUE, VenueState
from tests import cells, factories
from tests.cast import Cast

TABLE = cells.read(Path(__file__).with_name("cells.csv"))


@pytest.fixture
def venues(cast: Cast) -> dict[str, Venue]:
    station = cast.venues["S00002"]
    made = {state: factories.a_venue(cast, organ="bh-gw", parent=station, name=state) for state in VenueState.values}
    workflow.merge(made["merged"], by=cast.feng, into=station)
    workflow.close(made["closed"], by=cast.feng)
    return made


def test_the_table_is_whole():
    verbs = [verb for verb in VENUE.verbs if verb != "found"]
    assert {(state, verb) for state, verb, _ in TABLE} == {
        (state, verb) for state in VenueState.values for verb in verbs
    }


def test_the_gate_decides_as_the_table_says(cast: Cast, venues: dict[str, Venue]):
    assert cells.differences(cast, TABLE, venues) == []
