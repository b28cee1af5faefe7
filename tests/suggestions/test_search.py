"""What search finds, for whom, and by which plan: a common word walks the newest rows, a rare one asks the index of words."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import Anyone
from dev.pytest_services import owner
from ground import clock
from ground.bigrams import vector
from ground.paging import keyset
from ground.workflow import CodeHolder
from suggestions.models import Opinion, Suggestion
from suggestions.queries.sought import NEWEST
from suggestions.workflow.intake import submit
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator


def numbers(rows: Any) -> list[str]:
    return [row.number for row in rows.order_by("-pk")]


@pytest.mark.django_db
def test_an_opinion_is_found_by_word_place_number_and_by_its_people(cast: Cast) -> None:
    with clock.at(START):
        opinion, other = Citizens(cast).referred(), Citizens(cast).referred()
        Opinion.objects.filter(pk=opinion.pk).update(bigrams=vector("桂花巷口梧桐倒了\n桂花巷"))
        found = Opinion.objects.visible_to(cast.chen)
        assert numbers(found.search("梧桐")) == numbers(found.search("桂花巷")) == [opinion.number]
        assert numbers(found.search(opinion.number.lower())) == [opinion.number]
        assert numbers(found.search("没有这个词")) == []
        both = sorted([opinion.number, other.number], reverse=True)
        deputy = opinion.target_deputy or opinion.claimed_seat.deputy
        for who in (deputy.name, deputy.code, opinion.referrals.first().organ.short_name):
            assert numbers(found.search(who, people=True)) == both, who
            assert numbers(found.search(who)) == [], who


@pytest.mark.django_db
def test_nobody_is_found_by_the_name_of_a_citizen(cast: Cast) -> None:
    with clock.at(START):
        told = {"station": "S00001", "contact_name": "冯小雨", "phone": "19900008811"}
        opinion = submit(by=None, category="urban", content="大树倒了挡住路口。", consent=True, **told)
        found = Opinion.objects.visible_to(CodeHolder(opinion.number))
        assert numbers(found.search("大树", people=True)) == [opinion.number]
        for text in ("冯小雨", "小雨", "19900008811", "8811", opinion.contact.phone_mask):
            assert numbers(found.search(text, people=True)) == [], text


@pytest.mark.django_db
def test_a_suggestion_is_found_by_either_number_by_its_lead_and_by_its_unit(cast: Cast) -> None:
    with clock.at(START):
        suggestion = Narrator(cast).replied()
        suggestion.refresh_from_db()
        found = Suggestion.objects.visible_to(cast.chen)
        ordinal = suggestion.register_ordinal
        unit = suggestion.assignments.first().organ
        for text in (suggestion.number, suggestion.register_short, suggestion.register_display, f"第{ordinal:03}号",
                     suggestion.title[:2], suggestion.lead.deputy.name):  # fmt: skip
            assert numbers(found.search(text)) == [suggestion.number], text
        for text in (suggestion.lead.deputy.code, unit.name, unit.short_name):
            assert numbers(found.search(text, people=True)) == [suggestion.number], text
        assert numbers(found.search(f"第{ordinal + 1:03}号")) == []


@pytest.mark.django_db
def test_staff_search_people_and_strangers_do_not(cast: Cast) -> None:
    """On the API and in the console; an outsider finds nothing of another district."""
    with clock.at(START):
        opinion = Citizens(cast).referred()
        deputy = opinion.target_deputy or opinion.claimed_seat.deputy

        def asked(user: Any) -> list[str]:
            client = APIClient()
            if user:
                client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user, many=True)[0]}")
            answer = client.get("/api/v1/opinions/", {"q": deputy.code})
            assert answer.status_code == 200
            return [row["number"] for row in answer.json()["results"]]

        assert asked(cast.chen) == [opinion.number]
        assert asked(cast.liu) == asked(None) == []
        console = Client()
        console.force_login(cast.chen)
        assert opinion.number in console.get("/admin/opinions/", {"q": deputy.name, "tab": "all"}).content.decode()


# -- the plans, on a table large enough for PostgreSQL to choose ---------------------------------------------------------

ROWS = 20_000
COMMON, SELDOM, RARE = "潇湘", "灞浐", "澧沅"  # in 30 %, in 1 of 250 and in 5 of all rows


@pytest.fixture
def crowd(transactional_db: None) -> Any:
    """Published matters of one station, with words as the verb writes them."""
    from config.demo.cast import build_cast

    cast = build_cast()
    with clock.at(START):
        whole = Citizens(cast).referred()
    columns = [field.column for field in Opinion._meta.concrete_fields if not field.primary_key]
    mixed = ", ".join({
        "uuid": "gen_random_uuid()",
        "number": "'Y2020-' || lpad(n::text, 6, '0')",
        "published_at": "now() - (30000 - n) * interval '1 minute'",
        "bigrams": "(CASE WHEN n %% 10 < 3 THEN '''潇湘'' ' ELSE '' END || CASE WHEN n %% 250 = 0 THEN '''灞浐'' ' ELSE '' END"
        " || CASE WHEN n %% 4000 = 0 THEN '''澧沅'' ' ELSE '' END || '''词' || n %% 500 || '''')::tsvector",
    }.get(name, name) for name in columns)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO suggestions_opinion ({', '.join(columns)}) SELECT {mixed} "
            "FROM suggestions_opinion, generate_series(1, %s) AS n WHERE id = %s", [ROWS, whole.pk]
        )  # fmt: skip
    with owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE suggestions_opinion")
    return cast


def read(rows: Any, **query: str) -> tuple[list[Any], list[str]]:
    """A page of a search, and the tables' rows each of its statements had to look at, by EXPLAIN."""
    with CaptureQueriesContext(connection) as asked:
        page = keyset(rows, RequestFactory().get("/", query), **NEWEST)
    return list(page), [each["sql"] for each in asked.captured_queries]


def looked_at(statements: list[str]) -> int:
    """Rows that were fetched from the table in all: those that came out and those that a filter threw away."""
    total = 0
    for sql in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            total += _rows(cursor.fetchone()[0][0]["Plan"])
    return total


def _rows(plan: dict[str, Any]) -> int:
    own = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0) if "Relation Name" in plan else 0
    return int(own) + sum(_rows(inner) for inner in plan.get("Plans", ()))


def test_no_search_looks_at_more_than_a_short_walk(crowd: Cast) -> None:
    visible = Opinion.objects.visible_to(Anyone())
    for word, found, most in ((COMMON, 20, 400), (SELDOM, 20, 7_000), (RARE, 5, 4_000)):
        page, statements = read(visible.search(word))
        assert len(page) == found
        assert looked_at(statements) < most, word
    page, statements = read(visible.search(f"{COMMON} {RARE}"))
    assert looked_at(statements) < 4_000


def test_pages_of_a_search_meet_without_gap_or_double(crowd: Cast) -> None:
    visible = Opinion.objects.visible_to(crowd.chen)
    request, seen = RequestFactory(), []
    cursor: dict[str, str] = {}
    for _ in range(6):
        page = keyset(visible.search(SELDOM), request.get("/", cursor), **NEWEST)
        seen += [row.pk for row in page]
        cursor = {"cursor": page.next}
        if not page.next:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == ROWS // 250
    back = keyset(visible.search(SELDOM), request.get("/", {"cursor": page.previous}), **NEWEST)
    assert [row.pk for row in back] == seen[-len(page) - 20 : -len(page)]
