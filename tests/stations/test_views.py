"""The list of stations, printed codes, and the console's pages of seats and venues."""

import re

import pytest
from django.test import Client

from deputies import codes, handovers
from deputies.forms import SEAT_ACTS
from ground import clock, jobs
from ground.jobs import Running
from ground.models import Job
from stations.models import Venue
from tests.cast import Cast


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_stations_lists_venues_with_reception_and_deputies(cast: Cast, client: Client):
    page = text(client.get("/stations/"))
    assert "清水镇中心联络站" in page
    assert "每周三 9:00—11:30" in page
    assert re.search(r'进站代表：<a href="/d/D00001/">王建国</a>、', page)


def test_stations_answers_a_place_that_has_no_station_of_its_own(cast: Cast, client: Client):
    page = text(client.get("/stations/?q=清水花园"))
    assert "您这里的联络站" in page
    assert 'href="/s/S00001/"' in page
    assert "没有找到这样的联络站" in text(client.get("/stations/?q=月球"))


def test_stations_are_sorted_by_distance_and_forgive_a_wrong_address(cast: Cast, client: Client):
    page = text(client.get("/stations/?lng=118.5023&lat=30.5541"))
    assert page.index("北河街道中心联络站") < page.index("清水镇中心联络站")
    assert "约 10 米" in page
    assert "9.1 公里" in page
    assert "按离您的远近" not in text(client.get("/stations/?lng=abc&lat=1000&kind=palace"))


def test_stations_costs_the_same_for_many(cast: Cast, client: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get("/stations/")
    with django_assert_max_num_queries(6):
        client.get("/stations/?q=清水")


@pytest.mark.parametrize("address", ["/d/D00001", "/s/S00001"])
def test_printed_codes_are_pictures_of_the_short_address(cast: Cast, client: Client, address: str, settings):
    svg = client.get(f"{address}/qr.svg")
    assert (svg.status_code, svg.headers["Content-Type"]) == (200, "image/svg+xml")
    assert svg.content.startswith(b"<svg")
    png = client.get(f"{address}/qr.png")
    assert png.content.startswith(b"\x89PNG")
    kind = "deputy" if address.startswith("/d") else "venue"
    assert codes.printed_url("https://rd.example", kind, address[3:]) == f"https://rd.example{address}/"


@pytest.mark.parametrize("address", ["/d/D99999/qr.svg", "/d/S00001/qr.svg", "/s/D00001/qr.png"])
def test_a_code_that_was_never_given_has_no_picture(cast: Cast, client: Client, address: str):
    assert client.get(address).status_code == 404


def test_a_seat_is_ended_on_a_page_that_shows_the_handover_first(cast: Cast, client: Client):
    seat = cast.seat("D00001")
    client.force_login(cast.sun)
    address = f"/admin/seats/{seat.pk}/terminate/"
    page = text(client.get(address))
    assert "扫码转到清水镇中心联络站" in page
    assert f'value="{clock.today():%Y-%m-%d}"' in page  # the one spelling a date field reads
    undated = client.post(address, {"reason": "moved", "on": "", "document_no": "东人发 1 号"})
    assert "请填写“生效日期”。" in undated.content.decode()
    seen = re.search(r'name="seen" value="(\w{64})"', page)[1]
    refused = client.post(address, {"reason": "moved", "on": "2020-01-01", "seen": seen})
    assert refused.status_code == 422
    assert "请填写决定的文号" in refused.content.decode()
    body = {"reason": "moved", "on": "2020-01-01", "document_no": "东人发 1 号"}
    stale = client.post(address, body | {"seen": "0" * 64})
    assert "请重新核对" in stale.content.decode()
    assert client.post(address, body | {"seen": seen}).status_code == 302
    seat.refresh_from_db()
    assert seat.state == "terminated"


def test_a_venue_is_merged_in_two_steps(cast: Cast, client: Client):
    client.force_login(cast.sun)
    address = "/admin/venues/S00005/merge/"
    assert "查看要交接的事项" in text(client.get(address))
    page = text(client.get(f"{address}?into=S00001"))
    assert "扫码转到清水镇中心联络站" in page
    seen = re.search(r'name="seen" value="(\w{64})"', page)[1]
    assert client.post(address, {"into": "S00001", "seen": seen}).status_code == 302
    assert Venue.objects.get(code="S00005").state == "merged"


@pytest.mark.parametrize("who", ["liu", "gao", "yao"])
def test_outsiders_find_no_seat_and_no_venue(cast: Cast, client: Client, who: str):
    client.force_login(getattr(cast, who))
    for address in (f"/admin/seats/{cast.seat('D00001').pk}/suspend/", "/admin/venues/S00001/close/"):
        assert client.get(address).status_code in (302, 403, 404)
        assert client.post(address, {}).status_code in (302, 403, 404)
    assert cast.seat("D00001").steps.count() == 2


def test_an_address_that_cannot_take_a_venue_is_named(cast: Cast, client: Client):
    client.force_login(cast.chen)
    for wrong in ("S99999", "S00001", "nonsense", "P00001"):
        page = text(client.get("/admin/venues/S00001/merge/", {"into": wrong}))
        assert "这个站点不能并入" in page
        assert "查看要交接的事项" in page
    refused = client.post("/admin/venues/S00001/merge/", {"into": "S00001", "seen": ""})
    assert refused.status_code == 422
    assert "这个站点不能并入" in refused.content.decode()


def test_a_plan_too_long_for_a_request_is_carried_by_the_worker(cast: Cast, client: Client, monkeypatch):
    monkeypatch.setattr(handovers, "AT_ONCE", 0)
    client.force_login(cast.chen)
    seat = cast.seat("D00001")
    address = f"/admin/seats/{seat.pk}/terminate/"
    seen = re.search(r'name="seen" value="(\w+)"', text(client.get(address)))[1]
    typed = {"reason": "resigned", "on": f"{clock.today()}", "document_no": "", "seen": seen}
    assert "请填写决定的文号" in client.post(address, typed).content.decode()
    typed["document_no"] = "东人发〔2026〕3号"
    answer = client.post(address, typed)
    job = Job.objects.get()
    assert answer.url == f"/admin/jobs/{job.pk}/"
    assert client.post(address, typed).url == answer.url
    seat.refresh_from_db()
    assert seat.state == "active"
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.words) == ("done", f"“资格终止”已经办好：{seat}。")
    seat.refresh_from_db()
    assert (seat.state, seat.document_no) == ("terminated", "东人发〔2026〕3号")
    assert (
        SEAT_ACTS.perform(Running(job), seat) == job.words
    )  # a worker that died after its work does it no second time


def test_what_changed_meanwhile_stops_the_worker(cast: Cast, client: Client, monkeypatch):
    monkeypatch.setattr(handovers, "AT_ONCE", 0)
    client.force_login(cast.chen)
    seat = cast.seat("D00001")
    client.post(f"/admin/seats/{seat.pk}/suspend/", {"on": f"{clock.today()}", "seen": "of yesterday"})
    jobs.run_waiting()
    job = Job.objects.get()
    assert (job.state, job.words) == ("failed", handovers.PlanChanged().detail)
    seat.refresh_from_db()
    assert seat.state == "active"
