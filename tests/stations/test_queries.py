import pytest

from accounts.ladder import parent_congress
from stations import workflow
from stations.ladder import above
from stations.models import Venue, VenueDeputy
from stations.queries import (
    deputies_of_division,
    station_of,
    station_of_division,
    station_of_seat,
    stations_of_divisions,
    venue_path,
)
from tests import factories
from tests.cast import Cast


@pytest.mark.parametrize(
    ("code", "station"),
    [("S00001", "S00001"), ("S00003", "S00001"), ("S00005", "S00001"), ("S00006", "S00002"), ("S00007", "S00001")],
)
def test_what_is_said_at_a_point_goes_to_its_station(cast: Cast, code: str, station: str):
    assert station_of(cast.venues[code]).code == station


def test_a_station_that_was_merged_or_stands_alone_closed_is_answered_for(cast: Cast):
    workflow.merge(cast.venues["S00001"], by=cast.sun, into=cast.venues["S00002"])
    assert station_of(Venue.objects.get(code="S00001")).code == "S00002"
    alone = factories.a_venue(cast, kind="studio")
    assert station_of(alone) is None


def test_a_division_has_its_own_station_or_the_one_above(cast: Cast):
    expected = {"990100101201": "S00001", "X0001": "S00001", "X0002": "S00001", "X0003": "S00002", "990102001001": None}
    found = stations_of_divisions([cast.regions[code] for code in expected])
    assert {code: station.code if station else None for code, station in found.items()} == expected
    village = factories.a_venue(cast, kind="village_station", region=cast.regions["990100101201"])
    assert station_of_division(cast.regions["990100101201"]) == village
    assert station_of_division(cast.regions["990100101202"]).code == "S00001"


def test_the_station_of_a_seat_is_where_it_has_been_longest(cast: Cast):
    assert station_of_seat(cast.seat("D00001")).code == "S00001"
    assert station_of_seat(cast.seat("D00004")) is None


def test_deputies_of_a_village_are_those_elected_for_it_and_those_stationed_there(cast: Cast):
    def of(code: str) -> set[str]:
        return set(deputies_of_division(cast.regions[code]).values_list("code", flat=True))

    assert of("990100101201") == {"D00001", "D00002", "D00005"}
    assert of("X0003") == {"D00003", "D00004"}
    VenueDeputy.objects.create(venue=cast.venues["S00006"], seat=cast.seat("D00006"), since=cast.seat("D00006").since)
    assert of("990101001001") == {"D00003", "D00004", "D00006"}


def test_one_level_up(cast: Cast):
    assert above(cast.venues["S00001"]).code == "dh-rd"
    assert above(cast.venues["S00002"]).code == "nh-rd"
    assert parent_congress(cast.organs["dh-zjj"]).code == "dh-rd"
    assert parent_congress(cast.organs["dh-rd"]) is None


def test_the_path_of_a_venue_starts_at_the_top(cast: Cast):
    assert [venue.code for venue in venue_path(cast.venues["S00003"])] == ["S00001", "S00003"]


def test_distance_is_the_great_circle(cast: Cast):
    rows = list(Venue.objects.placed().nearest(118.4212, 30.5120))
    assert {rows[0].code, rows[1].code} == {"S00001", "S00007"}
    assert rows[0].distance == pytest.approx(0, abs=0.1)
    far = next(venue for venue in rows if venue.code == "S00002")
    assert far.distance == pytest.approx(9068, rel=0.01)
    assert [venue.distance for venue in rows] == sorted(venue.distance for venue in rows)
