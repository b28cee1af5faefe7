"""Posters: issued once for a place, counted once a day for a client, and nothing tells who came."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from deputies.models import Poster, PosterScans
from deputies.posters import ID, issue, withdraw
from ground import clock
from ground.errors import Invalid
from tests.cast import Cast

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"}


def a_poster(cast: Cast, code: str = "D00001", place: str = "清水镇便民大厅") -> Poster:
    return issue({code: cast.organs["dh-rd"].pk}, size="a4", place=place, by=cast.chen)[code]


def scan(poster: str, path: str = "/d/D00001/", phone: dict[str, str] = PHONE, **more: str) -> int:
    return Client(headers={**phone, **more}).get(f"{path}?p={poster}").status_code


def counted(poster: Poster) -> list[int]:
    return list(PosterScans.objects.filter(poster=poster).order_by("day").values_list("n", flat=True))


def test_the_same_sheet_for_the_same_place_is_one_poster(cast: Cast) -> None:
    first = a_poster(cast)
    assert ID.fullmatch(first.pk)
    assert a_poster(cast, place=" 清水镇便民大厅  ") == first
    assert a_poster(cast, place="柳溪村口") != first
    withdraw(first)
    assert a_poster(cast) != first


def test_a_size_that_is_none_and_a_place_too_long_are_told(cast: Cast) -> None:
    for wrong in ({"size": "a3"}, {"size": "a4", "place": "长" * 41}):
        with pytest.raises(Invalid):
            issue({"D00001": cast.organs["dh-rd"].pk}, by=cast.chen, **wrong)
    assert not Poster.objects.exists()


def test_a_client_is_counted_once_a_day(cast: Cast) -> None:
    poster = a_poster(cast)
    for _ in range(3):
        assert scan(poster.pk) == 200
    assert counted(poster) == [1]
    scan(poster.pk, phone={"User-Agent": "Mozilla/5.0 (iPhone)"})
    assert counted(poster) == [2]
    with clock.at(clock.now() + timedelta(days=1)):
        scan(poster.pk)
    assert counted(poster) == [2, 1]


def test_only_an_id_issued_for_this_very_code_counts(cast: Cast) -> None:
    poster = a_poster(cast)
    for path, p in (("/d/D00002/", poster.pk), ("/d/D00001/", "zzzz2222"), ("/d/D00001/", "'; --"), ("/d/D00001/", "")):
        assert scan(p, path) == 200
    assert not PosterScans.objects.exists()
    scan(poster.pk)
    assert counted(poster) == [1]


def test_a_code_typed_small_is_led_on_and_counted(cast: Cast) -> None:
    poster = a_poster(cast)
    assert scan(poster.pk, "/d/d00001/") == 302
    assert counted(poster) == [1]


def test_a_venues_poster_counts_too(cast: Cast) -> None:
    poster = issue({"S00001": cast.organs["qs-rd"].pk}, size="a6", by=cast.chen)["S00001"]
    assert scan(poster.pk, "/s/S00001/") == 200
    assert counted(poster) == [1]


def test_machines_and_fetching_ahead_are_not_counted(cast: Cast) -> None:
    poster = a_poster(cast)
    scan(poster.pk, phone={"User-Agent": "Baiduspider/2.0"})
    scan(poster.pk, phone={})
    scan(poster.pk, **{"Sec-Purpose": "prefetch;prerender"})
    Client(headers=PHONE).head(f"/d/D00001/?p={poster.pk}")
    assert not PosterScans.objects.exists()


def test_what_tells_clients_apart_is_gone_with_the_cache(cast: Cast) -> None:
    """A lost cache counts somebody twice and nothing worse; no row says who came."""
    poster = a_poster(cast)
    scan(poster.pk)
    cache.clear()
    assert scan(poster.pk) == 200
    assert counted(poster) == [2]
    assert {field.name for field in PosterScans._meta.fields} == {"id", "poster", "day", "n"}


def test_a_page_answers_where_the_cache_does_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    poster = a_poster(cast)
    monkeypatch.setattr("deputies.posters.cache.get", lambda *args, **kwargs: None)
    monkeypatch.setattr("deputies.posters.cache.add", lambda *args, **kwargs: False)
    assert scan(poster.pk) == 200
    assert not PosterScans.objects.exists()


def test_the_list_says_how_many_came_of_late_and_when_last(cast: Cast) -> None:
    poster, today = a_poster(cast), clock.today()
    for days, n in ((0, 2), (29, 3), (30, 5)):
        PosterScans.objects.create(poster=poster, day=today - timedelta(days=days), n=n)
    row = Poster.objects.with_scans().get()
    assert (row.recent, row.last_on) == (5, today)
