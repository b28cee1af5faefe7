"""Which unit: learning, reading back what was learnt, the table, the place, what is recorded of a choice."""

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings, strategies as st

from accounts import imports
from accounts.models import Import, User
from ground import clock, jobs
from ground.errors import Invalid
from suggestions.models import Learned, RoutingOutcome, SubjectUnit, Suggestion
from suggestions.routing import night, places, shelf
from suggestions.routing.arrays import Vocabulary, unpack
from suggestions.routing.outcomes import ENOUGH, Record, record_of
from suggestions.routing.ranking import Judge, Wanted, rank_all
from suggestions.routing.scorer import Scorer, shares_of
from suggestions.routing.training import Example, calibration_error, top, train
from tests.cast import Cast
from tests.suggestions.citizens import START, Citizens
from tests.suggestions.narrator import Narrator

SAID = {
    "交通": ("公交车晚点", "希望增加公交班次，公交站太远，老人坐公交不方便"),
    "教育": ("学校门口接送", "学校放学时门口拥堵，学生过马路危险，请学校错峰放学"),
    "环保": ("河水发黑发臭", "工厂往河里排污水，河水发黑，气味难闻，请治理污染"),
}


def examples(each: int = 12) -> list[Example]:
    n = count()
    return [
        Example(title, f"{body}，第{i}号楼", label, next(n)) for label, (title, body) in SAID.items() for i in range(each)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    trained = train(examples())
    assert trained is not None
    return trained.scorer


@pytest.fixture
def tell(cast: Cast, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(START):
        yield Narrator(cast)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# -- learning ----------------------------------------------------------------------------------------------------------


def test_what_was_learnt_tells_the_labels_apart(scorer: Scorer) -> None:
    for label, (title, body) in SAID.items():
        shares = scorer.shares(title, body)
        assert scorer.labels[int(shares.argmax())] == label
        assert shares.sum() == pytest.approx(1)


def test_a_scorer_comes_back_from_its_file_the_same(scorer: Scorer) -> None:
    again = Scorer.unpack(scorer.pack())
    assert again.labels == scorer.labels
    for title, body in SAID.values():
        assert np.allclose(again.shares(title, body), scorer.shares(title, body), atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=400))
def test_any_text_gets_shares_that_make_one(title: str, body: str) -> None:
    trained = _trained()
    shares = trained.shares(title, body)
    assert shares.shape == (3,)
    assert np.isfinite(shares).all()
    assert shares.sum() == pytest.approx(1)


_kept: list[Scorer] = []


def _trained() -> Scorer:
    if not _kept:
        _kept.append(train(examples()).scorer)
    return _kept[0]


@pytest.mark.parametrize("text", ["", "😀🚌", "zzzz qqqq 12345678", "龘靐齉"])
def test_unknown_words_speak_for_nobody(scorer: Scorer, text: str) -> None:
    assert np.allclose(scorer.shares(text, text), 1 / 3)


def test_a_very_long_text_is_read_to_a_bound(scorer: Scorer) -> None:
    assert scorer.shares("公交", "公交车晚点。" * 100_000).argmax() == scorer.labels.index("交通")


def test_a_term_that_fewer_than_five_people_used_is_not_kept() -> None:
    told = [*examples(), Example("", "他叫欧阳锋", "教育", "one"), Example("", "他叫欧阳锋", "教育", "one")]
    told += [Example("", "他叫欧阳锋", "教育", f"p{n}") for n in range(3)]
    assert "欧阳" not in train(told).scorer.vocabulary.terms
    told.append(Example("", "他叫欧阳锋", "教育", "p4"))
    assert "欧阳" in train(told).scorer.vocabulary.terms


@pytest.mark.parametrize("told", [[], examples()[:12], [Example("甲", "乙", "a", 1), Example("丙", "丁", "b", 2)]])
def test_nothing_is_learnt_where_there_is_nothing_to_tell_apart(told: list[Example]) -> None:
    assert train(told) is None


def test_two_labels_and_a_label_seen_once_can_be_learnt() -> None:
    two = [example for example in examples() if example.label != "环保"]
    assert train(two).scorer.shares(*SAID["教育"]).argmax() == 1
    odd = [*two, Example("河水发黑", "学校门口的公交站旁边河水发黑", "环保", "z")]
    assert train(odd).scorer.labels == ("交通", "教育", "环保")


def test_calibration_error_is_how_far_the_share_misses_the_truth() -> None:
    sure = np.array([[0.95, 0.05]] * 10)
    assert calibration_error(sure, np.zeros(10, dtype=int)) == pytest.approx(0.05)
    assert calibration_error(sure, np.ones(10, dtype=int)) == pytest.approx(0.95)
    assert top(sure, np.ones(10, dtype=int), 2) == 1.0


@given(st.lists(st.text(min_size=1, max_size=4), max_size=30), st.lists(st.text(min_size=1, max_size=6), max_size=30))
def test_a_vocabulary_finds_exactly_its_terms(terms: list[str], words: list[str]) -> None:
    terms = sorted({term.rstrip("\x00") for term in terms} - {""})
    words = [word for word in words if not word.endswith("\x00")]
    known = Vocabulary(terms)
    assert [(int(place) >= 0, word) for place, word in zip(known.find(words), words, strict=True)] == [
        (word in terms, word) for word in words
    ]


def test_sharper_sums_make_surer_shares() -> None:
    sums = np.array([[1.0, 0.0, -1.0]])
    assert shares_of(sums, 5)[0, 0] > shares_of(sums, 1)[0, 0] > 1 / 3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x93NUMPY", b"no arrays at all"])
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        unpack(content)


# -- the shelf ---------------------------------------------------------------------------------------------------------


def learn(cast: Cast, scorer: Scorer | None = None, rows: int = 300) -> Learned:
    """Arrays whose labels are units of the city."""
    known = scorer or train(examples()).scorer
    units = {"交通": "dh-jtj", "教育": "dh-jyj", "环保": "dh-zjj"}
    known = Scorer(
        tuple(units[label] for label in known.labels), known.vocabulary, known.idf, known.weights, known.bias, known.sharpness
    )  # fmt: skip
    return shelf.keep(
        "routing", known.pack(), congress=cast.organs["dh-rd"], rows=rows, terms=len(known.vocabulary), top_1=0.9, top_3=1,
        calibration=0.02,
    )  # fmt: skip


def path_of(row: Learned) -> Path:
    return Path(conf.MEDIA_ROOT) / row.file.path


def test_the_model_leads_where_much_was_learnt_and_the_table_where_little(tell: Narrator, scorer: Scorer) -> None:
    title, body = SAID["环保"]  # the table knows no such unit in this city; the model was taught the odd one
    learn(tell.cast, scorer, rows=1000)
    city = tell.cast.organs["dh-rd"].pk
    best = Judge(city).rank([Wanted(1, title, body)], actor=tell.cast.chen)[1].fits[0]
    assert (best.organ.code, best.is_best) == ("dh-zjj", True)
    for row in Learned.objects.all():
        row.delete()
    learn(tell.cast, scorer, rows=5)
    fits = Judge(city).rank([Wanted(1, "小学生", "公交")], actor=tell.cast.chen)[1].fits
    assert {fit.organ.code for fit in fits[:2]} == {"dh-jyj", "dh-jtj"}


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_file_that_cannot_be_believed_is_not_used_and_the_console_says_so(
    tell: Narrator, scorer: Scorer, harm: str
) -> None:
    row = learn(tell.cast, scorer)
    path = path_of(row)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-10] + b"0123456789")
    shelf._loaded.clear()
    judge = Judge(tell.cast.organs["dh-rd"].pk)
    assert (judge.scorer, judge.trust) == (None, 0.0)
    fits = judge.rank([Wanted(1, *SAID["教育"])], actor=tell.cast.chen)[1].fits
    assert fits[0].organ.code == "dh-jyj"  # by the table
    page = as_(tell.cast.chen).get(reverse("admin:routing")).content.decode()
    assert "现在只按对照表推荐" in page


def test_old_arrays_are_kept_for_a_while_then_dropped_with_their_files(
    tell: Narrator, scorer: Scorer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        rows = [learn(tell.cast, scorer) for _ in range(shelf.KEPT + 2)]
    assert list(Learned.objects.values_list("pk", flat=True)) == [row.pk for row in rows[:1:-1]]
    assert [path_of(row).exists() for row in rows] == [False, False, True, True, True]


def test_the_night_learns_from_closed_matters_once(tell: Narrator, monkeypatch: pytest.MonkeyPatch) -> None:
    done = tell.rated(tell.replied())
    assert done.assignments.get().state == "done"
    Citizens(tell.cast).closed()
    found = list(night.closed_matters(tell.cast.organs["dh-rd"]))
    assert [(one.label, one.person) for one in found] == [("dh-zjj", ("deputy", tell.cast.deputies["D00001"].pk))]
    monkeypatch.setattr(night, "closed_matters", lambda congress: iter(examples()))
    assert night.learn() == 1 + night.Organ.objects.live().filter(kind="congress").count()
    assert night.learn() == 0
    assert set(Learned.objects.values_list("kind", flat=True)) == {"routing", "likeness"}


def test_the_night_masks_before_it_counts(tell: Narrator) -> None:
    tell.rated(
        tell.replied(tell.signed(suggestion=tell.draft(situation="请联系 13812345678，住人民路 12 号 3 单元。")))
    )
    one = next(night.closed_matters(tell.cast.organs["dh-rd"]))
    assert "13812345678" not in one.body


# -- ranking -----------------------------------------------------------------------------------------------------------


def test_the_city_s_own_lines_take_the_place_of_what_units_do_everywhere(tell: Narrator) -> None:
    city, cast = tell.cast.organs["dh-rd"], tell.cast
    asked = Wanted(1, "关于路灯维修的建议", "路灯坏了很久没有人修")
    assert Judge(city.pk).rank([asked], actor=cast.chen)[1].fits[0].organ.code == "dh-zjj"
    SubjectUnit.objects.create(congress=city, organ=cast.organs["dh-jtj"], keywords="路灯、信号灯")
    SubjectUnit.objects.create(congress=city, organ=cast.organs["dh-zjj"], keywords="物业，电梯")
    SubjectUnit.objects.create(congress=city, organ=cast.organs["dh-jyj"], keywords="路灯", role="assist")
    ranked = Judge(city.pk).rank([asked], actor=cast.chen)[1]
    assert ranked.fits[0].organ.code == "dh-jtj" and "路灯" in ranked.fits[0].reason
    assert [unit.code for unit in ranked.helpers] == ["dh-jyj"]


def test_a_unit_of_another_part_of_the_area_falls_back(tell: Narrator) -> None:
    area = tell.cast.organs["nh-rd"]
    judge = Judge(area.pk)
    here, elsewhere = "北河街道的事", "桥头的事"
    shares = {text: judge._shares(Wanted(1, text, "垃圾没有人清"), {}) for text in (here, elsewhere)}
    street = tell.cast.organs["bh-jdb"].pk
    assert shares[here][street][0] > shares[elsewhere][street][0]


def test_places_are_found_by_their_names_below_the_area(tell: Narrator) -> None:
    city = tell.cast.organs["dh-rd"].region
    assert places.places_in("柳溪村村口和清水花园小区的路", city) == sorted(
        [tell.cast.regions["990100101201"].path, tell.cast.regions["X0001"].path]
    )
    assert places.places_in("", city) == places.places_in("外省某村", city) == []
    assert places.factor("99.9901.", "99.9901.", []) == 1.0
    assert (
        places.factor("99.9901.1.", "99.9901.", ["99.9901.1.7."])
        > 1
        > places.factor("99.9901.1.", "99.9901.", ["99.9901.2."])
    )


def test_past_matters_are_those_the_reader_has_a_part_in(tell: Narrator) -> None:
    past = tell.replied()
    fresh = Suggestion.objects.with_parts().prefetch_related("versions").get(pk=tell.registered().pk)
    seen = rank_all([fresh], actor=tell.cast.chen)[fresh.pk].fits[0]
    assert (seen.organ.code, past.number in seen.past) == ("dh-zjj", True)
    assert all(past.number not in fit.past for fit in rank_all([fresh], actor=tell.cast.ma)[fresh.pk].fits)


@pytest.mark.parametrize("text", ["", "😀😀", "字" * 50_000, "' | ! & ( ) :* \\", "%s {table} \x01"])
def test_any_words_can_be_asked_about(tell: Narrator, text: str) -> None:
    ranked = Judge(tell.cast.organs["dh-rd"].pk).rank([Wanted(1, text[:80], text)], actor=tell.cast.chen)[1]
    assert len(ranked.fits) <= 5 and all(fit.score for fit in ranked.fits), "nobody is guessed for whom nothing speaks"


# -- what came of the guesses ------------------------------------------------------------------------------------------


def test_each_handing_over_records_which_guess_was_taken(tell: Narrator) -> None:
    tell.assigned(("dh-zjj", "main"))
    tell.assigned(("dh-court", "main"))
    tell.assigned(("dh-gov", "main"))  # passed on: no answer yet
    first, odd = RoutingOutcome.objects.order_by("pk")
    assert (first.rank, first.organ.code, first.learned) == (1, "dh-zjj", False)
    assert (odd.rank, odd.organ.code) == (0, "dh-court")
    part = tell.of(Suggestion.objects.latest("pk"), "dh-gov")
    from suggestions.workflow import assignment as work

    work.dispatch(part, by=tell.cast.ma, handlers=[(tell.cast.organs["dh-zjj"], "main")])
    assert RoutingOutcome.objects.latest("pk").rank == 1
    city = tell.cast.organs["dh-rd"].pk
    assert record_of([city]) == Record(n=3, first=2, third=2)


def test_a_share_of_too_few_is_not_told(tell: Narrator) -> None:
    tell.assigned(("dh-zjj", "main"))
    client = as_(tell.cast.chen)
    assert "样本太少：交办 1 次" in client.get(reverse("admin:routing")).content.decode()
    row = RoutingOutcome.objects.get()
    others = [tell.registered() for _ in range(ENOUGH - 1)]
    RoutingOutcome.objects.bulk_create(
        RoutingOutcome(suggestion=s, congress=row.congress, organ=row.organ, guesses=[], rank=n % 2, learned=False, at=row.at)
        for n, s in enumerate(others)
    )  # fmt: skip
    page = client.get(reverse("admin:routing")).content.decode()
    assert "样本太少" not in page and f"{ENOUGH} 次" in page


def test_guesses_stand_beside_the_forms_that_choose_a_unit(tell: Narrator) -> None:
    waiting = tell.registered()
    page = as_(tell.cast.chen).get(reverse("admin:suggestion-verb", args=[waiting.number, "assign"])).content.decode()
    assert "可能的承办单位" in page and "市住建局" in page
    to_gov = tell.assigned(("dh-gov", "main"))
    part = tell.of(to_gov, "dh-gov")
    for face in ("admin", "department"):
        url = reverse(f"{face}:assignment-verb", args=[part.pk, "dispatch"])
        assert "可能的承办单位" in as_(tell.cast.ma).get(url).content.decode()


def test_the_table_is_kept_by_the_congress_office_with_import(tell: Narrator) -> None:
    url = reverse("admin:suggestions_subjectunit_changelist")
    assert as_(tell.cast.chen).get(url).status_code == 200
    assert as_(tell.cast.gao).get(url).status_code == 403
    city, unit = tell.cast.organs["dh-rd"], tell.cast.organs["dh-jtj"]
    typed = {"congress": city.pk, "organ": unit.pk, "role": "main", "field": "", "keywords": ""}
    add = reverse("admin:suggestions_subjectunit_add")
    refused = as_(tell.cast.chen).post(add, typed)
    assert "请填关键词，或者选一个领域。" in refused.content.decode()
    assert as_(tell.cast.chen).post(add, typed | {"keywords": "斑马线、标线"}).status_code == 302
    assert SubjectUnit.objects.get().words == ["斑马线", "标线"]
    head = "人大代码,单位代码,角色,领域,关键词"
    brought = bring(f"{head}\ndh-rd,dh-jtj,主办,,斑马线、停车位\n", by=tell.cast.chen)
    assert (brought.new_rows, brought.changed_rows, brought.wrong_rows) == (0, 1, 0)
    imports.ask(brought, "apply", by=tell.cast.chen)
    jobs.run_waiting()
    assert SubjectUnit.objects.get().words == ["斑马线", "停车位"]
    assert bring(f"{head}\nnh-rd,nh-gov,主办,,河道\n", by=tell.cast.han).wrong_rows == 1
    assert bring(f"{head}\ndh-rd,dh-zjj,主办,,\n", by=tell.cast.chen).wrong_rows == 1


def bring(text: str, *, by: User) -> Import:
    made = imports.bring("suggestions.subjectunit", text.encode(), name="科目.csv", by=by)
    jobs.run_waiting()
    made.refresh_from_db()
    return made
