"""Performance is a number in a reviewed file: tests/query_counts.json says how many queries each page and list costs.

`UPDATE_QUERY_COUNTS=1` writes what was seen, for the review of a diff. Twenty rows cost what two rows cost.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ground import clock
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator

FILE = Path(__file__).parent / "query_counts.json"

# who looks at what; {opinion} and {suggestion} are numbers
LISTS = (
    ("nobody", "/"),
    ("nobody", "/stations/"),
    ("nobody", "/opinions/"),
    ("nobody", "/suggestions/"),
    ("wang", "/my/"),
    ("wang", "/my/opinions/"),
    ("wang", "/my/suggestions/"),
    ("wang", "/my/notices/"),
    ("zhou", "/desk/"),
    ("deng", "/desk/"),
    ("deng", "/desk/opinions/"),
    ("zheng", "/desk/"),
    ("zheng", "/desk/suggestions/"),
    ("chen", "/admin/"),
    ("chen", "/admin/opinions/"),
    ("chen", "/admin/suggestions/"),
    ("chen", "/admin/review/"),
    ("chen", "/admin/assign/"),
    ("sun", "/admin/supervise/"),
    ("chen", "/admin/replies/"),
    ("chen", "/admin/ratings/"),
    ("nobody", "/api/v1/deputies/"),
    ("nobody", "/api/v1/stations/"),
    ("nobody", "/api/v1/opinions/"),
    ("nobody", "/api/v1/suggestions/"),
)
DETAILS = (
    ("nobody", "/d/D00001/"),
    ("nobody", "/s/S00001/"),
    ("nobody", "/v/990100101201/"),
    ("wang", "/my/opinions/{opinion}/"),
    ("wang", "/my/suggestions/{suggestion}/"),
    ("zhou", "/desk/opinions/{opinion}/"),
    ("deng", "/desk/opinions/{opinion}/"),
    ("zheng", "/desk/suggestions/{suggestion}/"),
    ("chen", "/admin/opinions/{opinion}/"),
    ("chen", "/admin/suggestions/{suggestion}/"),
)


def cost(cast: Cast, who: str, address: str) -> int:
    """How many queries one look costs; the look before it has warmed what is cached for all."""
    client = Client()
    if who != "nobody":
        client.force_login(cast.users[who])
    assert client.get(address).status_code == 200, f"{who} {address}"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)
    return len(queries)


def fill(cast: Cast, rows: int) -> tuple[str, str]:
    """So many opinions at the unit and so many suggestions with an answer; the numbers of the last ones."""
    for _ in range(rows):
        opinion = Citizens(cast).referred()
        suggestion = Narrator(cast).replied()
    return opinion.number, suggestion.number


@pytest.mark.django_db
def test_every_page_costs_what_the_file_says(cast: Cast) -> None:
    with clock.at(START):
        opinion, suggestion = fill(cast, 2)
        named = {"opinion": opinion, "suggestion": suggestion}
        seen = {f"{who} {at}": cost(cast, who, at.format(**named)) for who, at in (*LISTS, *DETAILS)}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        FILE.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert seen == json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_twenty_rows_cost_what_two_rows_cost(cast: Cast) -> None:
    with clock.at(START):
        fill(cast, 2)
        few = {(who, at): cost(cast, who, at) for who, at in LISTS}
        fill(cast, 18)
        many = {(who, at): cost(cast, who, at) for who, at in LISTS}
    assert {key: (few[key], many[key]) for key in few if many[key] > few[key]} == {}
