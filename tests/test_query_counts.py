"""Performance is a number in a reviewed file: tests/query_counts.json says how many queries each page and list costs.

`UPDATE_QUERY_COUNTS=1` writes what was seen, for the review of a diff. Eight rows
cost what two rows cost: a query for each row would show at three.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ground import clock
from suggestions.models import Opinion
from suggestions.workflow import suggestion as suggestions
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator
from tests.votes.assembling import Assembling
from tests.votes.building import Building
from tests.votes.judging import Judging
from votes.models import AssemblyMember, DeliberativeAssembly, LivelihoodProject, Round
from votes.workflow import assembly_opinion as opinions, inquiry as inquiries
from votes.workflow.project import screen_out

FILE = Path(__file__).parent / "query_counts.json"

# who looks at what; what stands in braces is a number
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
    ("chen", "/admin/posters/"),
    ("chen", "/admin/posters/new/"),
    ("chen", "/admin/ledger/"),
    ("chen", "/admin/day/"),
    ("zhou", "/desk/posters/"),
    ("zhou", "/desk/ledger/?month=2026-03"),
    ("wang", "/my/me/card/"),
    ("chen", "/admin/imports/"),
    ("chen", "/admin/rollovers/"),
    ("chen", "/admin/organs/merge/"),
    ("chen", "/admin/handovers/"),
    ("chen", "/admin/reports/handling/"),
    ("chen", "/admin/reports/units/"),
    ("chen", "/admin/reports/groups/"),
    ("chen", "/admin/reports/opinions/"),
    ("chen", "/admin/reports/stations/"),
    ("chen", "/admin/reports/list/?kind=suggestion&key=total"),
    ("chen", "/admin/reports/list/?kind=opinion&key=received"),
    ("zheng", "/desk/statistics/"),
    ("zhou", "/desk/statistics/"),
    ("nobody", "/statistics/"),
    ("chen", "/admin/hotspots/"),
    ("chen", "/admin/routing/"),
    ("wang", "/my/hotspots/"),
    ("zhou", "/desk/screening/"),
    ("nobody", "/polls/"),
    ("wang", "/my/polls/"),
    ("chen", "/admin/polls/"),
    ("nobody", "/inquiries/"),
    ("nobody", "/rectifications/"),
    ("wang", "/my/inquiries/"),
    ("zheng", "/desk/inquiries/"),
    ("zheng", "/desk/rectifications/"),
    ("chen", "/admin/inquiries/"),
    ("chen", "/admin/rectifications/"),
    ("nobody", "/deliberations/"),
    ("nobody", "/appraisals/"),
    ("wang", "/my/deliberations/"),
    ("zheng", "/desk/deliberations/"),
    ("zheng", "/desk/appraisals/"),
    ("chen", "/admin/deliberations/"),
    ("chen", "/admin/appraisals/"),
    ("nobody", "/duty-reports/"),
    ("wang", "/my/duty-sessions/"),
    ("chen", "/admin/duty-sessions/"),
    ("chen", "/admin/duty-unreported/"),
    ("nobody", "/api/v1/duty-reports/"),
    ("chen", "/admin/judicial-appraisals/"),
    ("jiang_min", "/desk/judicial-appraisals/"),
    ("nobody", "/api/v1/deliberations/"),
    ("nobody", "/api/v1/appraisals/"),
    ("nobody", "/api/v1/inquiries/"),
    ("nobody", "/api/v1/rectifications/"),
    ("nobody", "/api/v1/polls/"),
    ("nobody", "/projects/"),
    ("nobody", "/projects/?tab=pool"),
    ("nobody", "/projects/open.json"),
    ("wang", "/my/projects/?tab=built"),
    ("zheng", "/desk/projects/"),
    ("chen", "/admin/rounds/"),
    ("chen", "/admin/projects/?tab=built"),
    ("nobody", "/api/v1/projects/"),
    ("nobody", "/api/v1/rounds/"),
    ("nobody", "/assemblies/bh-gw-1/"),
    ("cao", "/my/"),
    ("cao", "/my/assembly/"),
    ("cao", "/my/assembly-opinions/"),
    ("gao", "/desk/assembly-opinions/"),
    ("feng", "/admin/assemblies/bh-gw-1/"),
    ("feng", "/admin/assembly-opinions/"),
    ("feng", "/admin/supervise/"),
    ("nobody", "/api/v1/assemblies/"),
    ("nobody", "/api/v1/assembly-opinions/"),
    ("nobody", "/api/v1/deputies/"),
    ("nobody", "/api/v1/stations/"),
    ("nobody", "/api/v1/opinions/"),
    ("nobody", "/api/v1/suggestions/"),
    ("nobody", "/opinions/?q=路灯"),
    ("nobody", "/api/v1/opinions/?q=路灯"),
    ("chen", "/admin/opinions/?q=路灯&tab=all"),
)
DETAILS = (
    ("nobody", "/d/D00001/"),
    ("nobody", "/s/S00001/"),
    ("nobody", "/v/990100101201/"),
    ("nobody", "/opinions/{opinion}/"),
    ("nobody", "/suggestions/{suggestion}/"),
    ("nobody", "/api/v1/suggestions/{suggestion}/"),
    ("nobody", "/api/v1/opinions/{opinion}/"),
    ("wang", "/my/opinions/{opinion}/"),
    ("wang", "/my/suggestions/{suggestion}/"),
    ("zhou", "/desk/opinions/{opinion}/"),
    ("deng", "/desk/opinions/{opinion}/"),
    ("zheng", "/desk/suggestions/{suggestion}/"),
    ("chen", "/admin/opinions/{opinion}/"),
    ("chen", "/admin/suggestions/{suggestion}/"),
    ("wang", "/my/polls/{poll}/"),
    ("chen", "/admin/polls/{poll}/"),
    ("nobody", "/polls/{published}/"),
    ("nobody", "/projects/{project}/"),
    ("nobody", "/projects/rounds/{round}/"),
    ("nobody", "/api/v1/projects/{project}/"),
    ("wang", "/my/projects/{project}/"),
    ("zheng", "/desk/projects/{project}/"),
    ("chen", "/admin/rounds/{round}/"),
    ("chen", "/admin/projects/{project}/"),
    ("nobody", "/assembly-opinions/{asked}/"),
    ("cao", "/my/assembly-opinions/{asked}/"),
    ("cao", "/my/assembly-meetings/{meeting}/"),
    ("gao", "/desk/assembly-opinions/{asked}/"),
    ("feng", "/admin/assembly-opinions/{asked}/"),
    ("feng", "/admin/assembly-meetings/{meeting}/"),
    ("feng", "/admin/assembly-meetings/{meeting}/report/"),
    ("nobody", "/api/v1/assemblies/bh-gw-1/"),
    ("nobody", "/api/v1/assembly-opinions/{asked}/"),
    ("nobody", "/deliberations/{deliberation}/"),
    ("nobody", "/appraisals/{appraisal}/"),
    ("wang", "/my/deliberations/{deliberation}/"),
    ("zheng", "/desk/deliberations/{deliberation}/"),
    ("zheng", "/desk/appraisals/{appraisal}/"),
    ("chen", "/admin/deliberations/{deliberation}/"),
    ("chen", "/admin/appraisals/{appraisal}/"),
    ("nobody", "/duty-reports/{report}/"),
    ("wang", "/my/duty-sessions/{session}/"),
    ("chen", "/admin/duty-sessions/{session}/"),
    ("chen", "/admin/duty-reports/{report}/"),
    ("nobody", "/api/v1/duty-reports/{report}/"),
    ("chen", "/admin/judicial-appraisals/{judges}/"),
    ("jiang_min", "/desk/judicial-appraisals/{judges}/"),
    ("nobody", "/inquiries/{inquiry}/"),
    ("nobody", "/rectifications/{item}/"),
    ("wang", "/my/inquiries/{inquiry}/"),
    ("zheng", "/desk/inquiries/{inquiry}/"),
    ("zheng", "/desk/rectifications/{item}/"),
    ("chen", "/admin/inquiries/{inquiry}/"),
    ("chen", "/admin/rectifications/{item}/"),
    ("nobody", "/api/v1/inquiries/{inquiry}/"),
    ("nobody", "/api/v1/rectifications/{item}/"),
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


def fill(cast: Cast, rows: int) -> dict[str, str]:
    """So many opinions at the unit, suggestions with an answer, polls open and published; the numbers of the last ones."""
    told, street = Judging(cast), Assembling(cast)
    street.made = DeliberativeAssembly.objects.first()
    if street.made is None:
        street.sitting(3)
    street.people = list(AssemblyMember.objects.sitting().order_by("number"))
    for _ in range(rows):
        asked, meeting = opinions.publish(street.replied(), by=street.feng), street.convened()
        opinion = Citizens(cast).referred()
        suggestion = Narrator(cast).replied()
        suggestions.publish(suggestion, by=cast.sun, scope="full")
        published = told.published(told.counted(told.closed(told.opened(secret=False))))
        poll = told.opened(secret=False)
        item = told.reported()
        inquiries.publish(item.inquiry, by=cast.sun)
        deliberation, appraisal = told.made_public(), told.result_public()
        session, judges = told.duty_public(), told.judges_to_mend()
    Opinion.objects.update(published_at=clock.now())
    built = Building(cast)
    for row in LivelihoodProject.objects.filter(state="pooled"):
        screen_out(row, by=cast.chen, reason_code="in_plan", public_reason="已列入道路养护计划。")
    _, projects = built.implementing(*(f"第 {n} 个项目" for n in range(rows)))
    Round.objects.filter(year=clock.today().year).update(year=1900 + Round.objects.count())
    for row in projects:
        built.reported(row)
        built.pooled(by=cast.wang)
    named = {"project": projects[-1].number, "round": projects[-1].round.number}
    return named | {name: made.number for name, made in
            (("opinion", opinion), ("suggestion", suggestion), ("poll", poll), ("published", published), ("asked", asked),
             ("meeting", meeting), ("inquiry", item.inquiry), ("item", item), ("deliberation", deliberation),
             ("appraisal", appraisal), ("session", session), ("report", session.heard[0]),
             ("judges", judges))}  # fmt: skip


@pytest.mark.django_db
def test_every_page_costs_what_the_file_says(cast: Cast) -> None:
    with clock.at(START):
        named = fill(cast, 2)
        seen = {f"{who} {at}": cost(cast, who, at.format(**named)) for who, at in (*LISTS, *DETAILS)}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        FILE.write_text(json.dumps(seen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert seen == json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_eight_rows_cost_what_two_rows_cost(cast: Cast) -> None:
    with clock.at(START):
        fill(cast, 2)
        few = {(who, at): cost(cast, who, at) for who, at in LISTS}
        fill(cast, 6)
        many = {(who, at): cost(cast, who, at) for who, at in LISTS}
    assert {key: (few[key], many[key]) for key in few if many[key] > few[key]} == {}
