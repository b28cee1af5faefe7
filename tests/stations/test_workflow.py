import pytest

from deputies import codes
from ground.errors import Forbidden, GuardFailed, Invalid, WrongState
from ground.workflow import available
from stations import workflow
from stations.models import Venue, VenuePost
from tests import factories
from tests.cast import Cast


def test_a_venue_is_founded_with_a_code_for_life_and_a_path(cast: Cast):
    venue = factories.a_venue(cast, parent=cast.venues["S00001"])
    assert venue.code == "S00008"
    assert venue.path == f"{cast.venues['S00001'].path}{venue.pk}."
    assert codes.resolve("S00008").venue_code == "S00008"


def test_only_the_congress_offices_above_keep_a_venue(cast: Cast):
    keepers = {key for key, user in cast.users.items() if available(cast.venues["S00002"], user)}
    assert keepers == {"feng", "sun", "chen"}
    with pytest.raises(Forbidden):
        workflow.close(cast.venues["S00002"], by=cast.liu)
    with pytest.raises(Forbidden):
        workflow.found("别区的站", by=cast.liu, kind="station", organ=cast.organs["qs-rd"])


def test_a_merge_moves_code_people_and_places_and_can_be_undone(cast: Cast):
    old, new = cast.venues["S00001"], cast.venues["S00002"]
    workflow.merge(old, by=cast.sun, into=new)
    assert (old.state, old.merged_into) == ("merged", new)
    assert codes.resolve("S00001").venue_code == "S00002"
    assert {row.seat.deputy.code for row in new.deputies.filter(until=None)} == {"D00001", "D00002", "D00003", "D00005"}
    roles = VenuePost.objects.filter(venue=new, until=None).values_list("user__name", "role")
    assert set(roles) == {("周静", "station_staff"), ("吴梅", "station_staff")}
    assert Venue.objects.get(code="S00003").path.startswith(new.path)
    workflow.reopen(old, by=cast.sun)
    assert (old.state, old.merged_into) == ("open", None)
    assert not codes.resolve("S00001").has_moved
    assert Venue.objects.get(code="S00003").path.startswith(old.path)
    assert {row.seat.deputy.code for row in new.deputies.filter(until=None)} == {"D00003"}
    assert not VenuePost.objects.filter(venue=new, until=None).exists()
    assert VenuePost.objects.filter(venue=old, until=None, role="station_head").count() == 1


def test_a_venue_merges_only_into_another_open_one(cast: Cast):
    station, point = cast.venues["S00001"], cast.venues["S00003"]
    for into in (station, point):
        with pytest.raises(Invalid):
            workflow.merge(station, by=cast.sun, into=into)
    workflow.close(cast.venues["S00004"], by=cast.han)
    with pytest.raises(Invalid):
        workflow.merge(station, by=cast.sun, into=cast.venues["S00004"])
    with pytest.raises(WrongState):
        workflow.close(cast.venues["S00004"], by=cast.han)


def test_closing_hands_over_to_the_station_above_or_not_at_all(cast: Cast):
    workflow.close(cast.venues["S00005"], by=cast.han)
    assert codes.resolve("S00005").venue_code == "S00001"
    with pytest.raises(GuardFailed) as refused:
        workflow.close(cast.venues["S00001"], by=cast.sun)
    assert refused.value.code == "no_station_above"


def test_moving_a_venue_moves_what_lies_below(cast: Cast):
    studio = cast.venues["S00005"]
    post = factories.a_venue(cast, kind="post", parent=studio)
    workflow.place_under(studio, cast.venues["S00002"])
    assert Venue.objects.get(pk=post.pk).path == f"{cast.venues['S00002'].path}{studio.pk}.{post.pk}."
    with pytest.raises(Invalid):
        workflow.place_under(studio, post)
