"""热点: clusters and words of a month, and nothing that fewer than five people said."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from config.demo.time import pass_time
from ground import clock
from stations.models import VenueDeputy
from suggestions import hotspots
from suggestions.hotspots import Matter
from suggestions.likeness import Rarity
from suggestions.models import Cluster, HotWord, Opinion
from suggestions.workflow import opinion as verbs
from tests.cast import Cast
from tests.suggestions.citizens import START, Citizens

LAMPS = (
    "柳溪村村口的路灯坏了，晚上看不见路",
    "柳溪村路灯坏了半个月，老人晚上不敢出门",
    "村口路灯坏了没人修，柳溪村晚上很黑",
    "路灯坏了好几盏，柳溪村学生晚上摸黑走路",
    "柳溪村东头路灯坏了，请尽快修好",
)
ELSE = ("自来水傍晚没有水压，做饭成问题", "校门口放学拥堵半小时")


@pytest.fixture
def tell(cast: Cast, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(START):
        yield Citizens(cast)


def matters(*texts: str) -> list[Matter]:
    return [Matter(n, text, "", {n}, [n]) for n, text in enumerate(texts)]


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_like_matters_make_a_cluster_and_odd_ones_none() -> None:
    found = hotspots.clusters(matters(*LAMPS, *ELSE), Rarity())
    assert [[matter.id for matter in group] for group in found] == [[0, 1, 2, 3, 4]]
    assert any("路灯" in term for term in hotspots.terms(found[0], Rarity()))


def test_four_people_are_no_cluster_and_have_no_word() -> None:
    assert hotspots.clusters(matters(*LAMPS[:4]), Rarity()) == []
    assert hotspots.words(matters(*LAMPS[:4]), Rarity()) == []


def test_one_citizen_five_times_is_one_person() -> None:
    told = [Matter(n, text, "", {"same"}, [n]) for n, text in enumerate(LAMPS)]
    assert hotspots.clusters(told, Rarity()) == hotspots.words(told, Rarity()) == []


def test_people_who_joined_one_matter_are_people_of_it_not_matters(tell: Citizens) -> None:
    head = tell.claimed(content=LAMPS[0])
    for text in LAMPS[1:]:
        tell.merged(head, content=text)
    hotspots.refresh()
    cluster = Cluster.objects.get(area=tell.cast.organs["qs-rd"])
    assert (cluster.people, cluster.matters, cluster.opinions.count()) == (5, 1, 5)


def test_a_word_is_no_piece_of_a_longer_one() -> None:
    said = [word for word, _, _ in hotspots.words(matters(*LAMPS), Rarity())]
    assert "路灯坏" in said or "路灯" in said
    assert not any(one != other and one in other for one in said for other in said)


@pytest.mark.parametrize("told", [{"confidential": True}, {"concerns": ["town"]}])
def test_confidence_and_avoidance_stay_out(tell: Citizens, told: dict[str, Any]) -> None:
    for text in LAMPS[:4]:
        tell.accepted(content=text)
    row = tell.say(content=LAMPS[4], **told)
    by = tell.cast.sun if row.avoided else tell.cast.zhou
    verbs.accept(row, by=by)
    hotspots.refresh()
    assert not Cluster.objects.exists() and not HotWord.objects.exists()


def test_what_is_not_accepted_or_was_turned_away_stays_out(tell: Citizens) -> None:
    for text in LAMPS[:4]:
        tell.accepted(content=text)
    tell.say(content=LAMPS[4])
    hotspots.refresh()
    assert not Cluster.objects.exists()


def test_a_night_twice_writes_the_same_and_takes_away_what_is_gone(tell: Citizens) -> None:
    rows = [tell.accepted(content=text) for text in LAMPS]
    hotspots.refresh()
    seen = [(c.area_id, c.month, c.terms, c.people) for c in Cluster.objects.order_by("area")]
    assert [area for area, *_ in seen] == sorted([tell.cast.organs["qs-rd"].pk, rows[0].congress_id])
    hotspots.refresh()
    assert [(c.area_id, c.month, c.terms, c.people) for c in Cluster.objects.order_by("area")] == seen
    verbs.withdraw(rows[0], by=_author(rows[0]))
    hotspots.refresh()
    assert not Cluster.objects.exists() and not HotWord.objects.exists()


def test_the_month_before_is_told_beside_a_word(tell: Citizens) -> None:
    for text in LAMPS:
        tell.accepted(content=text)
    hotspots.refresh()
    pass_time(START.replace(month=4))
    with clock.at(START.replace(month=4)):
        for text in LAMPS:
            tell.accepted(content=text)
        hotspots.refresh()
    april = HotWord.objects.filter(month=date(2026, 4, 1), area=tell.cast.organs["qs-rd"])
    assert april and {(word.people, word.before) for word in april} == {(5, 5)}


def test_the_database_refuses_a_group_too_small(tell: Citizens) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HotWord.objects.create(
            area=tell.cast.organs["qs-rd"], month=date(2026, 3, 1), word="某人", people=4, matters=4, before=0
        )


def test_the_console_lists_and_drills_down_to_what_one_may_see(tell: Citizens) -> None:
    rows = [tell.accepted(content=text) for text in LAMPS]
    hotspots.refresh()
    client = as_(tell.cast.han)
    page = client.get(reverse("admin:hotspots"))
    cluster, word = page.context["clusters"][0], page.context["words"][0]
    assert cluster.people == 5
    for kind, spot in (("cluster", cluster), ("word", word)):
        shown = client.get(reverse("admin:hotspot", args=[kind, spot.pk])).context["page"]
        assert {row.pk for row in shown} == {row.pk for row in rows}
        assert as_(tell.cast.liu).get(reverse("admin:hotspot", args=[kind, spot.pk])).status_code == 404
    assert client.get(reverse("admin:hotspot", args=["other", cluster.pk])).status_code == 404
    assert as_(tell.cast.gao).get(reverse("admin:hotspots")).status_code == 403
    for odd in ("?month=2026-13", "?month=x&area=nobody"):
        assert client.get(reverse("admin:hotspots") + odd).status_code == 200


def _author(row: Opinion) -> Any:
    from ground.workflow import CodeHolder

    return CodeHolder(row.number)


def test_a_cluster_is_passed_on_to_the_deputies_it_was_said_to_once(tell: Citizens) -> None:
    for text in LAMPS:
        tell.accepted(content=text)
    hotspots.refresh()
    cluster = Cluster.objects.get(area=tell.cast.organs["qs-rd"])
    address = reverse("admin:hotspot-pass-on", args=[cluster.pk])
    client = as_(tell.cast.han)
    assert "转给代表参考" in client.get(reverse("admin:hotspot", args=["cluster", cluster.pk])).content.decode()
    first = client.post(address, follow=True).content.decode()
    told = Notice.objects.filter(step__startswith="cluster:")
    assert f"已转给 {told.count()} 名代表参考，他们在“消息”里看到" in first
    assert tell.cast.wang.pk in told.values_list("user", flat=True)
    hotspots.refresh()  # the night writes the rows anew
    again = Cluster.objects.get(area=tell.cast.organs["qs-rd"])
    assert "没有重复发" in client.post(reverse("admin:hotspot-pass-on", args=[again.pk]), follow=True).content.decode()
    notice = told.get(user=tell.cast.wang)
    assert "路灯" in as_(tell.cast.wang).get(notice.url).content.decode()
    assert as_(tell.cast.liu).post(reverse("admin:hotspot-pass-on", args=[again.pk])).status_code == 404
    assert as_(tell.cast.wang).post(reverse("admin:hotspot-pass-on", args=[again.pk])).status_code == 403


def test_a_cluster_nobody_can_take_up_says_so(tell: Citizens) -> None:
    for text in LAMPS:
        tell.accepted(content=text)
    hotspots.refresh()
    VenueDeputy.objects.update(until=START.date())
    Opinion.objects.update(target_seat=None)
    cluster = Cluster.objects.get(area=tell.cast.organs["qs-rd"])
    client = as_(tell.cast.han)
    page = client.post(reverse("admin:hotspot-pass-on", args=[cluster.pk]), follow=True).content.decode()
    assert "没有人可以转" in page
