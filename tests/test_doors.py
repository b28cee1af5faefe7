"""Every address × everybody → status: who may open which door. A URL that is missing from the table fails.

The table is tests/doors.csv, read and kept by hand; `UPDATE_DOORS=1` writes what was seen, for the review of a diff.
Doors are tried with GET; a door that only takes a press answers 405 to whoever may come near it. The world behind them:
an opinion that 王建国 claimed and sent to 清水镇政府, a suggestion of his, replied to by 市住建局 with a promise, a table that
陈立 uploaded, a cluster of the month, a livelihood project that 市住建局 builds, an open secret poll of the city's congress in
which 赵慧敏 took a paper ballot; an assembly of 北河街道 where 曹阳 asked for something that 市住建局's 高峰, here of 街道办
too, has answered; a small inquiry that is not public yet, of which one line was put on the list of 市住建局, a 审议意见 handed
over to it, and an appraisal in which it and 市教育局 are at work; a session of duty at which 王建国 and 赵慧敏 are to report;
an appraisal of judges of 市中级法院 that was fed back, with a line on its list.
"""

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import imports
from accounts.models import Import
from deputies.models import Term
from ground import clock
from suggestions.models import Cluster, Commitment, Opinion
from tests.cast import Cast, people
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import START, Narrator
from tests.votes.assembling import Assembling
from tests.votes.building import Building
from tests.votes.judging import Judging
from tests.votes.polling import Polling
from votes.models import (
    AssemblyMeeting,
    AssemblyOpinion,
    DeliberationOpinion,
    DutySession,
    JudicialAppraisal,
    LivelihoodProject,
    PaperBatch,
    RectificationItem,
    WorkAppraisal,
)
from votes.workflow import assembly_opinion as opinions, paper

TABLE = Path(__file__).parent / "doors.csv"
# One of each standing: two deputies of the place and an outsider, station, town, street, the congress's offices, units,
# the government's office, the court, the secretariat, the three administrators.
EVERYBODY = (
    *("nobody", "wang", "zhang", "li", "zhou", "wu", "han", "feng", "cao", "chen", "sun", "liu", "shi", "shen", "tang"),
    *("gao", "zheng", "luo", "ma", "deng", "jiang_min", "cai", "yao", "jiang_xue", "fan"),
)
VERBS = re.compile(
    r"^api/v1/(opinions|suggestions|rounds|projects|assembly-opinions|inquiries|rectifications|deliberations|appraisals)"
    r"/<str:number>/[a-z_]+/$"
)  # presses, each a cell of its machine
# The stock admin's own plumbing and single rows; its lists and our pages are tried.
SKIPPED = ("admin/jsi18n", "admin/r/", "admin/autocomplete", "static/")
STOCK = re.compile(r"^admin/[a-z_]+/[a-z]+/.+")
OURS = re.compile(
    r"^admin/(review|assign|supervise|replies|ratings|opinions|suggestions(?!/subjectunit/.)|assignments|commitments|handovers"
    r"|hotspots|routing|jobs|posters|referrals|overdue|ledger|day|imports|rollovers|reports|polls|batches|rounds|projects"
    r"|assembl|inquiries|rectifications|deliberations|appraisals|duty-|judicial-)"
)


@dataclass(frozen=True)
class World:
    opinion: Opinion
    promise: Commitment
    brought: Import
    term: Term
    cluster: Cluster
    batch: PaperBatch
    project: LivelihoodProject
    asked: AssemblyOpinion
    meeting: AssemblyMeeting
    item: RectificationItem
    deliberation: DeliberationOpinion
    appraisal: WorkAppraisal
    duty: DutySession
    judges: JudicialAppraisal

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
            "app_label": "accounts",
            "table": "deputies.seat",
        }
        if "assignment" in route:
            holes["pk"] = str(self.promise.assignment_id)
        elif "jobs" in route:
            holes["pk"] = str(self.brought.job_id)
        elif "imports" in route:
            holes["pk"] = str(self.brought.pk)
        elif "rollovers" in route:
            holes["pk"] = str(self.term.pk)
        elif "commitment" in route:
            holes["pk"] = str(self.promise.pk)
        if re.search(r"replies/<int", route):
            holes |= {"pk": str(self.promise.reply_id), "kind": "docx"}
        elif re.search(r"(referrals|overdue|card)/<", route):
            holes |= {"pk": str(self.opinion.referrals.get().pk), "kind": "docx"}
        if "notices/<" in route:  # whose the first one is depends on what ran before
            holes["pk"] = "0"
        if "hotspots/" in route:
            holes |= {"kind": "cluster", "pk": str(self.cluster.pk), "key": f"c{self.cluster.pk}"}
        if "batches" in route:
            holes |= {"pk": str(self.batch.pk), "verb": "key"}
        if "rounds/" in route:
            return self._filled(route, holes | {"number": self.project.round.number, "verb": "begin"})
        if "projects/" in route:
            verb = "report" if route.startswith("desk") else "visit"
            return self._filled(
                route, holes | {"number": self.project.number, "verb": verb, "kind": "json", "size": "thumb"}
            )
        if "assembl" in route:
            return self._filled(route, holes | self._of_assembly(route))
        if "polls/" in route:
            return self._filled(route, holes | {"number": self.batch.poll.number, "verb": "count"})
        if "inquiries/" in route:
            verb = "ask" if route.startswith("my/") else "publish" if route.startswith("admin/") else "answer"
            return self._filled(route, holes | {"number": self.item.inquiry.number, "verb": verb})
        if "rectifications/" in route:
            verb = "accept" if route.startswith("desk/") else "chase"
            return self._filled(route, holes | {"number": self.item.number, "verb": verb})
        if "deliberations/" in route:
            verb = "send_draft" if route.startswith("desk/") else "chase"
            return self._filled(route, holes | {"number": self.deliberation.number, "verb": verb})
        if "judicial-" in route:
            position = str(self.judges.chosen[0].position)
            return self._filled(
                route, holes | {"number": self.judges.number, "verb": "list_item", "position": position}
            )
        if "appraisals/" in route:
            verb = "report_progress" if route.startswith("desk/") else "note_visit"
            return self._filled(route, holes | {"number": self.appraisal.number, "verb": verb})
        if "duty-" in route:
            return self._filled(route, holes | self._of_duty(route))
        holes["number"] = suggestion.number if "suggestions/" in route else self.opinion.number
        if re.match(r"(api/v1/)?(s|stations)/", route):
            holes["code"] = "S00001"
        elif re.match(r"(api/v1/)?(v|divisions)/", route):
            holes["code"] = "990100101201"
        elif "organs/" in route:
            holes["code"] = "dh-zjj"
        return self._filled(route, holes)

    def _of_assembly(self, route: str) -> dict[str, str]:
        if "members/<" in route:
            return {"number": self.asked.member.number, "verb": "end"}
        if "meetings/<" in route:
            return {"number": self.meeting.number, "verb": "ask_leave" if route.startswith("my/") else "revise"}
        face = route.partition("/")[0]
        verb = {"my": "rate", "desk": "reply"}.get(face, "publish")
        return {"number": self.asked.number, "code": self.asked.assembly.code, "verb": verb}

    def _of_duty(self, route: str) -> dict[str, str]:
        if "duty-reports/" in route:
            return {"number": self.duty.reporting[0].number, "verb": "excuse"}
        return {"number": self.duty.number, "verb": "write_report" if route.startswith("my/") else "revise"}

    @staticmethod
    def _filled(route: str, holes: dict[str, str]) -> str:
        bare = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", route).strip("^$")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: holes.get(hole[1], "x"), bare).replace("\\Z", "").replace(
            "(?:.*/)?", ""
        )


@pytest.fixture
def world(cast: Cast) -> World:
    with clock.at(START):
        opinion = Citizens(cast).referred()
        promise = Narrator(cast).promised()
        brought = imports.bring(
            "deputies.seat", "姓名,人大代码,届次\n林一,dh-rd,19\n".encode(), name="代表.csv", by=cast.chen
        )
        month = clock.today().replace(day=1)
        cluster = Cluster.objects.create(area=opinion.town, month=month, terms=["路灯"], people=5, matters=5)
        told = Polling(cast)
        poll = told.opened()
        told.hand_out(poll, cast.seat("D00002"))
        batch = paper.open_batch(told.fresh(poll), by=told.user(cast.tang), voter_class="deputies", issued=1)
        project = Building(cast).implementing("第二幼儿园改扩建")[1][0]
        street = Assembling(cast)
        street.sitting(3)
        asked, meeting = opinions.publish(street.replied(), by=street.feng), street.convened()
        told = Judging(cast)
        item, handed, running, duty = told.listed(), told.handed(), told.running(), told.duty_called()
        judges = told.judges_to_mend()
    cast.users.update(people().users)  # appointments are facts of the next request
    return World(
        opinion,
        promise,
        brought,
        cast.terms["dh-rd"],
        cluster,
        batch,
        project,
        asked,
        meeting,
        item,
        handed,
        running,
        duty,
        judges,
    )


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
