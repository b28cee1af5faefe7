"""The lean reading for strangers shows what the whole reading would have shown them, and asks for nothing more."""

from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Anyone
from ground import clock
from ground.paging import first_page
from ground.workflow import NEW
from suggestions.api.opinion import OpinionSerializer, told
from suggestions.models import Opinion
from suggestions.queries.published import as_rows, for_strangers, newest_rows, opinion_in_public
from suggestions.showing import Shown
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START


def published(cast: Cast) -> list[Opinion]:
    """One matter in each state a stranger may meet, published as if its author had a verified phone."""
    people = Citizens(cast)
    head = people.accepted()
    told_in = [
        *(people.accepted(), people.claimed(), people.coordinating(), people.referred(), people.reported()),
        *(people.replied(), people.closed(), people.reopened(), people.escalated(), people.rejected()),
        *(people.merged(head), people.merged(head), head),
    ]
    Opinion.objects.filter(pk__in=[row.pk for row in told_in]).update(published_at=clock.now())
    return told_in


@pytest.mark.django_db
def test_a_stranger_is_shown_the_same_by_the_lean_reading(cast: Cast) -> None:
    nobody = Anyone()
    with clock.at(START):
        for row in published(cast):
            whole = Opinion.objects.visible_to(nobody).whole().get(pk=row.pk)
            assert told(Shown(opinion_in_public(row.number), nobody)) == told(Shown(whole, nobody)), row.state


@pytest.mark.django_db
def test_nothing_is_asked_for_beyond_four_statements(cast: Cast) -> None:
    """A column or part that a stranger's reading lacks would be fetched row by row."""
    nobody = Anyone()
    with clock.at(START):
        rows = published(cast)
        with CaptureQueriesContext(connection) as asked:
            [told(Shown(row, nobody)) for row in for_strangers(as_rows(Opinion.objects.visible_to(nobody)))]
        assert len(asked) == 4
        with CaptureQueriesContext(connection) as asked:
            told(Shown(opinion_in_public(rows[0].number), nobody))
        assert len(asked) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("size", [5, 20])
def test_the_list_is_the_same_with_and_without_words_of_the_reader(
    cast: Cast, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a parameter the first page comes by the compiled statement, with one by the keyset: rows, order and cursor agree."""
    with clock.at(START):
        published(cast)
        asked = Client().get("/api/v1/opinions/", {"limit": size}).json()
        monkeypatch.setattr("suggestions.api.opinion.newest_rows", lambda: newest_rows()[: size + 1])
        monkeypatch.setattr("ground.paging.first_page", partial(first_page, size=size))
        plain = Client().get("/api/v1/opinions/").json()
    assert [row["number"] for row in plain["results"]] and plain["results"] == asked["results"]
    assert bool(plain["next"]) == (size == 5)
    assert _cursor(plain) == _cursor(asked)


def _cursor(page: dict[str, Any]) -> list[str]:
    return parse_qs(urlsplit(page["next"] or "").query).get("cursor", [])


@pytest.mark.django_db
def test_the_public_page_reads_each_of_them(cast: Cast) -> None:
    with clock.at(START):
        for row in published(cast):
            status = 404 if row.state in ("rejected", "withdrawn") else 200
            row.refresh_from_db()
            assert Client().get(f"/opinions/{row.number}/").status_code == status, row.state


@pytest.mark.django_db
def test_what_is_not_public_is_not_there(cast: Cast) -> None:
    with clock.at(START):
        opinion = Citizens(cast).accepted()
        assert opinion_in_public(opinion.number) is None
    assert opinion_in_public("Y2026-999999") is opinion_in_public("\x00") is opinion_in_public("'") is None


@pytest.mark.django_db
def test_who_proved_nothing_has_no_verb(cast: Cast) -> None:
    """`available` answers a stranger at once: no permission of any edge is a stranger's, but to begin."""
    nobody = Anyone()
    with clock.at(START):
        for opinion in published(cast):
            whole = Opinion.objects.whole().get(pk=opinion.pk)
            for edge in whole.workflow.edges:
                if NEW not in edge.sources:
                    assert not nobody.has_perm(edge.permission, whole), (edge.verb, whole.state)


@pytest.mark.django_db
def test_the_object_has_the_fields_of_its_schema(cast: Cast) -> None:
    with clock.at(START):
        opinion = Opinion.objects.whole().get(pk=Citizens(cast).replied().pk)
    for actor in (Anyone(), cast.chen):
        shown: dict[str, Any] = told(Shown(opinion, actor))
        assert list(shown) == list(OpinionSerializer().fields)
