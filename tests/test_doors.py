"""Every address × everybody → status: who may open which door. A URL that is missing from the table fails.

The table is tests/doors.csv, read and kept by hand; `UPDATE_DOORS=1` writes what was seen, for the review of a diff.
Doors are tried with GET; a door that only takes a press answers 405 to whoever may come near it. The world behind them:
an opinion that 王建国 claimed and sent to 清水镇政府, and a suggestion of his, replied to by 市住建局 with a promise.
"""

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ground import clock
from suggestions.models import Commitment, Opinion
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator

TABLE = Path(__file__).parent / "doors.csv"
# One of each standing: two deputies of the place and an outsider, station, town, street, the congress's offices, units,
# the government's office, the court, the secretariat, the three administrators.
EVERYBODY = (
    *("nobody", "wang", "zhang", "li", "zhou", "wu", "han", "feng", "cao", "chen", "sun", "liu", "shi", "shen", "tang"),
    *("gao", "zheng", "luo", "ma", "deng", "jiang_min", "cai", "yao", "jiang_xue", "fan"),
)
VERBS = re.compile(r"^api/v1/(opinions|suggestions)/<str:number>/[a-z_]+/$")  # presses, each a cell of its machine
# The stock admin's own plumbing and single rows; its lists and our pages are tried.
SKIPPED = ("admin/jsi18n", "admin/r/", "admin/autocomplete", "static/")
STOCK = re.compile(r"^admin/[a-z_]+/[a-z]+/.+")
OURS = re.compile(
    r"^admin/(review|assign|supervise|replies|ratings|opinions|suggestions|assignments|commitments|handovers)"
)


@dataclass(frozen=True)
class World:
    opinion: Opinion
    promise: Commitment

    def address(self, route: str) -> str:
        """A route of the URL map with something that exists in every hole."""
        suggestion = self.promise.suggestion
        holes = {
            "letter": "d",
            "code": "D00001",
            "verb": "chase",
            "size": "small",
            "part": "text",
            "pk": "1",
            "kind": "seat",
        }
        if "assignment" in route:
            holes["pk"] = str(self.promise.assignment_id)
        elif "commitment" in route:
            holes["pk"] = str(self.promise.pk)
        holes["number"] = suggestion.number if "suggestions/" in route else self.opinion.number
        if re.match(r"(api/v1/)?(s|stations)/", route):
            holes["code"] = "S00001"
        elif re.match(r"(api/v1/)?(v|divisions)/", route):
            holes["code"] = "990100101201"
        elif "organs/" in route:
            holes["code"] = "dh-zjj"
        bare = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", route).strip("^$")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: holes.get(hole[1], "x"), bare).replace("\\Z", "").replace(
            "(?:.*/)?", ""
        )


@pytest.fixture
def world(cast: Cast) -> World:
    with clock.at(START):
        opinion = Citizens(cast).referred()
        promise = Narrator(cast).promised()
    return World(opinion, promise)


def doors() -> list[str]:
    """Every route of the product, as written in the URL map; of the stock admin the lists alone."""

    def walk(prefix: str, found: list[URLPattern | URLResolver]) -> list[str]:
        routes: list[str] = []
        for one in found:
            route = prefix + str(one.pattern).replace("^", "")
            routes += walk(route, one.url_patterns) if isinstance(one, URLResolver) else [route]
        return routes

    routes = walk("", get_resolver().url_patterns)
    kept = [r for r in dict.fromkeys(routes) if not r.startswith(SKIPPED) and not VERBS.match(r)]
    return [r for r in kept if OURS.match(r) or not STOCK.match(r)]


def look(world: World, cast: Cast) -> dict[str, dict[str, str]]:
    """The status of every door for everybody."""
    seen: dict[str, dict[str, str]] = {door: {} for door in doors()}
    for who in EVERYBODY:
        for door in seen:
            client = Client(raise_request_exception=False)
            if who != "nobody":
                client.force_login(cast.users[who], backend="accounts.signin.PhoneBackend")
            seen[door][who] = str(client.get(world.address(door)).status_code)
    return seen


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(seen: dict[str, dict[str, str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["door", *EVERYBODY], lineterminator="\n")
        out.writeheader()
        out.writerows({"door": door, **answers} for door, answers in seen.items())


def test_every_door_answers_as_the_table_says(world: World, cast: Cast) -> None:
    seen = look(world, cast)
    if os.environ.get("UPDATE_DOORS"):
        write(seen)
    told = {row["door"]: row for row in rows()}
    assert sorted(seen) == sorted(told), "a door without a row, or a row without its door"
    wrong = [
        f"{door} for {who}: {status}, the table says {told[door][who]}"
        for door, answers in seen.items()
        for who, status in answers.items()
        if told[door][who] != status
    ]
    assert wrong == []


def test_no_door_falls_over() -> None:
    """Readiness answers 503 where no worker runs, as here."""
    assert [
        row["door"]
        for row in rows()
        if row["door"] != "readyz" and any(status.startswith("5") for who, status in row.items() if who != "door")
    ] == []
