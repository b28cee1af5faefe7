"""How alike: the measure itself, the same found in memory and by PostgreSQL, the place, and who is offered what."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, strategies as st

from ground import clock
from ground.errors import Invalid
from ground.workflow import CodeHolder
from suggestions import alike, likeness
from suggestions.likeness import Corpus, Rarity, Wanted, angle, count, shared, sought, vector
from suggestions.models import Opinion
from suggestions.routing import night, shelf
from suggestions.workflow import opinion as verbs
from tests.cast import Cast
from tests.suggestions.citizens import START, Citizens

LAMPS = "柳溪村村口的路灯坏了三盏，晚上走路看不见"
TEXTS = (
    LAMPS,
    "柳溪村的路灯坏了好几盏，晚上很黑，走路不方便",
    "大湾村的小河发黑发臭，两岸不敢开窗",
    "学校门口没有接送区，放学时堵半个多小时",
    "自来水每天傍晚没有水压，做饭洗澡成问题",
)


@pytest.fixture
def tell(cast: Cast, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(START):
        yield Citizens(cast)


def public(tell: Citizens, content: str, phone: int, **said: Any) -> Opinion:
    return tell.verified(content=content, is_public=True, phone=f"1990000{phone}", **said)


# -- the measure -------------------------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=200))
def test_likeness_lies_between_none_and_the_same_whoever_is_compared_first(title: str, one: str, other: str) -> None:
    a, b = vector(title, one, Rarity()), vector(title, other, Rarity())
    assert -1e-9 <= angle(a, b) <= 1 + 1e-9
    assert angle(a, b) == pytest.approx(angle(b, a))
    assert angle(a, a) == pytest.approx(1 if a else 0)
    assert 0 <= shared(a, b) <= 1 + 1e-9


def test_a_rare_run_weighs_more_than_a_common_one() -> None:
    rarity = count((text, "", n) for n, text in enumerate([*TEXTS, *["希望尽快处理"] * 20]))
    common, unknown = rarity.weights(["希望", "路灯"])
    assert unknown > common
    assert rarity.met(["希望", "路灯"]) == [20, likeness.FLOOR - 1]


def test_runs_that_fewer_than_five_people_used_are_dropped() -> None:
    told = [("", "张三丰被点名", "one")] * 9 + [("", "希望处理", n) for n in range(5)]
    rarity = count(told)
    assert set(rarity._vocabulary.terms) == {"希望", "望处", "处理", "希望处", "望处理"}
    again = Rarity.unpack(rarity.pack())
    assert (again.rows, again.met(["希望"])) == (14, [5])


def test_what_is_sought_leads_to_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rarity = count((f"希望{n}", "", n) for n in range(300))
    monkeypatch.setattr(likeness, "MOST_MET", 100)
    words = [word for word, _ in sought("希望修路灯", "", rarity)]
    assert "希望" not in words and "路灯" in words
    assert sought("", "😀 ！", rarity) == []


def test_the_matter_most_alike_comes_first_in_memory() -> None:
    corpus = Corpus(TEXTS, lambda text: (text[:30], text), Rarity())
    assert corpus.like(TEXTS[0][:30], TEXTS[0], 3, leave_out=0)[0][0] == 1
    assert corpus.like("", "", 3) == []


# -- in PostgreSQL -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counted", [False, True], ids=["without arrays", "with arrays"])
def test_postgresql_finds_what_memory_finds(tell: Citizens, counted: bool) -> None:
    rows = [tell.accepted(content=text) for text in TEXTS]
    if counted:
        assert night.count_words() is not None
    corpus = Corpus(TEXTS, lambda text: (text[:30], f"{text}\n"), shelf.rarity())
    for n, row in enumerate(rows):
        near = likeness.opinions_like(Opinion.objects.all(), [alike.wanted_of(row)], rarity=shelf.rarity())[row.pk]
        found = [(rows.index(other), round(score / likeness.SAME_TOWN, 6)) for other, score in near if other != row]
        expected = [(m, round(score, 6)) for m, score in corpus.like(TEXTS[n][:30], f"{TEXTS[n]}\n", 9, leave_out=n)]
        assert found[:1] == expected[:1]
        assert {m for m, _ in found} <= {m for m, _ in expected}


def test_many_are_sought_at_the_price_of_one(tell: Citizens) -> None:
    rows = [tell.accepted(content=text) for text in TEXTS]

    def cost(group: list[Opinion]) -> int:
        with CaptureQueriesContext(connection, ) as queries:  # fmt: skip
            alike.merge_candidates(group, tell.cast.zhou)
        return len(queries)

    cost(rows[:1])
    assert cost(rows) == cost(rows[:1])


def test_the_same_words_nearer_by_come_first(tell: Citizens) -> None:
    far = public(tell, LAMPS, 8101, deputy="D00003")
    near = public(tell, LAMPS, 8102, deputy="D00001")
    assert verbs.similar(LAMPS, town_id=near.town_id)[0] == near
    assert verbs.similar(LAMPS, town_id=far.town_id)[0] == far


def test_a_point_at_hand_counts_more_than_a_town() -> None:
    class Row:
        lng, lat, town_id = 118.4210, 30.5120, 2

    here = Wanted.said(LAMPS, town_id=1, point=(118.4212, 30.5120))
    assert likeness._by_place(here, Row) == likeness.AT_HAND
    assert likeness._by_place(Wanted.said(LAMPS, town_id=1, point=(118.43, 30.52)), Row) == likeness.NEAR
    assert likeness._by_place(Wanted.said(LAMPS, town_id=1, point=(119.5, 31.0)), Row) == likeness.OTHER_TOWN
    assert likeness._by_place(Wanted.said(LAMPS), Row) == 1.0
    assert likeness.distance_km((118.0, 30.0), (118.0, 31.0)) == pytest.approx(111.2, abs=0.2)


@pytest.mark.parametrize("content", ["😀😀😀", "龘靐齉", "' | ! & ( ) :*", "%s \\ {table}", "a" * 2000, "路" * 2000])
def test_any_words_can_be_sought(tell: Citizens, content: str) -> None:
    public(tell, LAMPS, 8103)
    assert verbs.similar(content) == []


def test_no_words_are_refused_with_a_sentence(tell: Citizens) -> None:
    with pytest.raises(Invalid):
        verbs.similar("   ")


# -- who is offered what -----------------------------------------------------------------------------------------------


def test_only_published_masked_words_are_searched(tell: Citizens) -> None:
    private = tell.accepted(content=LAMPS)
    shown = public(tell, "柳溪村的路灯不亮，请联系 13812345678", 8104)
    assert verbs.similar("柳溪村路灯不亮") == [shown]
    assert verbs.similar("13812345678") == []
    assert private not in verbs.similar(LAMPS)


def test_what_was_taken_back_is_not_shown_and_what_has_ended_is_not_offered_to_join(tell: Citizens) -> None:
    row = public(tell, LAMPS, 8105)
    said = {"category": "urban", "content": "柳溪村村口的路灯坏了好几天"}
    check = "/d/D00001/say/check/"
    assert "我也遇到" in Client().post(check, said).content.decode()
    verbs.rate(tell.replied(tell.claimed(row)), by=CodeHolder(row.number), grade="satisfied")
    page = Client().post(check, said).content.decode()
    assert "我也遇到" not in page and "这些类似的事已经办完" in page
    other = public(tell, "自来水傍晚没有水压", 8109)
    verbs.withdraw(other, by=CodeHolder(other.number))
    assert verbs.similar("自来水傍晚没有水压") == []


def test_joining_keeps_number_code_and_rating_of_each(tell: Citizens) -> None:
    head = public(tell, LAMPS, 8106)
    joined = tell.verified(content="柳溪村路灯坏了", joins=head.number, phone="19900008107")
    assert (joined.state, joined.merged_into, joined.number != head.number) == ("merged", head, True)
    assert joined.query_code != head.query_code
    assert joined not in Opinion.objects.visible_to(CodeHolder(head.number))
    tell.replied(tell.claimed(Opinion.objects.get(pk=head.pk)))
    joined.refresh_from_db()
    assert joined.state == "replied"
    verbs.rate(joined, by=CodeHolder(joined.number), grade="dissatisfied", reasons=["not_solved"])
    assert Opinion.objects.get(pk=head.pk).state == "replied"


def test_the_station_is_offered_matters_to_merge_into(tell: Citizens) -> None:
    head = tell.claimed(content=LAMPS)
    fresh = tell.say(content="柳溪村村口路灯坏了，晚上看不见")
    client = Client()
    client.force_login(tell.cast.zhou)
    page = client.get("/desk/screening/").content.decode()
    assert "可能是同一件事" in page and f"merge/?into={head.number}" in page
    form = client.get(f"/desk/opinions/{fresh.number}/merge/?into={head.number}").content.decode()
    assert f'value="{head.number}"' in form
    console = Client()
    console.force_login(tell.cast.han)
    verbs.accept(fresh, by=tell.cast.zhou)
    page = console.get(f"/admin/opinions/{fresh.number}/").content.decode()
    assert "类似的事" in page and head.number in page


def test_whom_a_matter_concerns_is_not_offered_it(tell: Citizens) -> None:
    tell.accepted(content=LAMPS)
    hidden = tell.say(content=LAMPS, concerns=["station"])
    asked = tell.say(content="柳溪村村口路灯坏了，晚上看不见")
    assert hidden.number not in [row.number for row in alike.merge_candidates([asked], tell.cast.zhou)[asked.pk]]
    assert alike.merge_candidates([hidden], tell.cast.sun) == {}
