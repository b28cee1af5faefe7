"""A livelihood project as its readers see it, the same on every page and over REST: one line from the proposal to the
evaluation, with light, money, photos and dates. Nothing personal is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from clocks import rules as policies
from ground import clock
from ground.once import once
from ground.workflow import Actor, available
from votes import light as lights
from votes.models import LivelihoodProject, ProgressReport, ProjectStep, ProjectVersion
from votes.models.progress import quarter_words
from votes.queries.wanted import Demand, demands
from votes.rules.project import is_proposer_by_code
from votes.states import PROJECT, Light, RaterKind
from votes.workflow.progress import after, counted, end_of_quarter, quarter_of

# Steps everybody may read; what is asked of offices, and corrections, stay inside.
PUBLIC = frozenset((
    "propose", "accept", "screen_out", "merge", "shortlist", "nominate", "elect", "miss", "repool", "begin", "report", "visit",
    "ask_adjustment", "forward_adjustment", "decide_adjustment", "accept_work", "carry_over", "resume", "evaluate",
))  # fmt: skip
PRIVATE = frozenset(("open_contact",))  # for the eyes of whoever proposed it
STAGES = ("提出", "候选", "票决", "实施", "验收", "评价")
REACHED = {
    "proposed": 0, "pooled": 1, "merged": 1, "screened_out": 1, "shortlisted": 1, "candidate": 2, "elected": 3, "not_elected": 2,
    "implementing": 3, "adjusting": 3, "cancelled": 3, "carried_over": 3, "accepted": 5, "evaluated": 6,
}  # fmt: skip
ENDED = ("screened_out", "merged", "not_elected", "cancelled")
LIT = ("implementing", "adjusting", "carried_over", "accepted", "evaluated")


@dataclass
class Shown:
    """One project for one reader. `with_face()` brings what a row needs, `whole()` the rest."""

    project: LivelihoodProject
    actor: Actor
    wanted: Demand | None = None
    rule: dict[str, int] | None = None

    @property
    def number(self) -> str:
        return self.project.number

    @property
    def state(self) -> str:
        return self.project.state

    @property
    def state_label(self) -> str:
        return str(self.project.get_state_display())

    @cached_property
    def actions(self) -> list[str]:
        return available(self.project, self.actor)

    @property
    def version(self) -> ProjectVersion | None:
        return self.project.version

    @property
    def money(self) -> dict[str, Any]:
        """总投资, 当年投资, 到位, 支付, in 万元; None where nothing was said yet."""
        version, report = self.version, self.report
        return {
            "total": version.total_cost if version else None, "year": version.year_cost if version else None,
            "come": report.money_in if report else None, "paid": report.money_paid if report else None,
        }  # fmt: skip

    @property
    def report(self) -> ProgressReport | None:
        return self.project.last_report

    @property
    def percent(self) -> int:
        return self.report.percent if self.report else 0

    @cached_property
    def limits(self) -> dict[str, int]:
        return self.rule or policies.value("project.light", self.project.organ)

    @cached_property
    def report_due(self) -> date | None:
        """Since when a report is owed that nobody made: the last quarter that is over, with its days of grace."""
        version, today = self.version, clock.today()
        if version is None or version.starts_on is None or self.percent >= 100:
            return None
        last = _before(quarter_of(today))
        told = max((report.quarter for report in self.project.reports.all()), default=0)
        first = quarter_of(max(version.starts_on, self.project.begun_on or version.starts_on))
        if told >= last or last < first:
            return None
        owed = max(after(told) if told else first, first)
        return end_of_quarter(owed) + timedelta(days=self.limits["grace"])

    @cached_property
    def _steps(self) -> Sequence[ProjectStep]:
        return self.project.steps.all() if "steps" in getattr(self.project, "_prefetched_objects_cache", {}) else ()

    @property
    def light(self) -> str:
        """green | yellow | red while it is built; "" where there is nothing to be late with."""
        if self.state not in LIT or self.version is None:
            return ""
        if self.state in ("accepted", "evaluated"):
            return lights.GREEN
        return lights.light(
            self.version.schedule,
            percent=self.percent,
            on=clock.today(),
            report_due=self.report_due,
            limits=self.limits,
        )

    @property
    def light_words(self) -> str:
        return str(Light(self.light).label) if self.light else ""

    @property
    def light_why(self) -> str:
        version = self.version
        if not self.light or version is None:
            return ""
        return lights.why(version.schedule, percent=self.percent, on=clock.today(), report_due=self.report_due)

    @cached_property
    def demand(self) -> Demand:
        return self.wanted or demands([self.project])[self.project.pk]

    @property
    def text(self) -> str:
        """What it is about, as everybody reads it: the office's material, before that the masked proposal."""
        version = self.version
        return version.content if version and version.content else self.project.masked_text

    @property
    def stages(self) -> list[dict[str, str]]:
        """The six stages of its life; what ended early stops where it stood, and says so in its last stage."""
        reached = REACHED[self.state]
        drawn = [
            {"label": label, "stage": "done" if n < reached else "now" if n == reached else "next"}
            for n, label in enumerate(STAGES)
        ]
        if self.state in ENDED:
            drawn = [
                *drawn[:reached],
                {"label": self.project.workflow.states(self.state).citizen_label, "stage": "now"},
            ]
        return drawn

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What happened, oldest first, in words for everybody, and for whoever proposed it what is theirs alone."""
        seen = PUBLIC | PRIVATE if is_proposer_by_code(self.actor, self.project) else PUBLIC
        return [
            {"verb": step.verb, "at": step.at, "label": PROJECT.labels[step.verb], "who": step.by_label if step.verb == "propose" else "",
             "text": step.public_text}
            for step in self._steps if step.verb in seen
        ]  # fmt: skip

    @property
    def photos(self) -> list[Any]:
        return list(self.project.files.all())

    @property
    def report_photos(self) -> list[Any]:
        """The newest first, as many as a page shows."""
        return [photo for photo in self.photos if photo.report_id is not None][::-1][:8]

    @property
    def visit_photos(self) -> list[Any]:
        return [photo for photo in self.photos if photo.note_id is not None][::-1][:8]

    @property
    def polls(self) -> list[Any]:
        """The public results this project stood in, with its own line: (poll, line)."""
        found = []
        for row in self.project.ballot_lines.all():
            poll = row.ballot.poll
            if poll.state == "published" and poll.is_public:
                found.append((poll, poll.result["classes"][0]["lines"][row.item - 1]))
        return found

    @property
    def adjustments(self) -> list[Any]:
        return list(self.project.adjustments.all())

    @property
    def visits(self) -> list[Any]:
        return [note for note in self.project.notes.all() if note.kind == "visit"]

    @property
    def ratings(self) -> list[dict[str, Any]]:
        """Deputies, phones and tablets apart: kind, label, people, and grades from five people up."""
        told = self.project.result
        if told is None and self.state == "accepted":
            told = counted((rating.kind, rating.grade) for rating in self.project.ratings.all())
        return [{"kind": kind, "label": str(RaterKind(kind).label), **one} for kind, one in (told or {}).items()]


def _before(quarter: int) -> int:
    return quarter - 7 if quarter % 10 == 1 else quarter - 1


def shown_rows(projects: Sequence[LivelihoodProject], actor: Actor) -> list[Shown]:
    """Rows of a list, with their demand and the rules of their light: a fixed number of queries."""
    wanted, limits, found = demands(projects), {}, []
    with once():
        for project in projects:
            if project.organ_id not in limits:
                limits[project.organ_id] = policies.value("project.light", project.organ)
            found.append(Shown(project, actor, wanted[project.pk], limits[project.organ_id]))
    return found


def quarters(project: LivelihoodProject) -> list[tuple[str, list[ProgressReport]]]:
    """The reports by quarter, newest first; of a quarter the last one first."""
    by_quarter: dict[int, list[ProgressReport]] = {}
    for report in project.reports.all():
        by_quarter.setdefault(report.quarter, []).insert(0, report)
    return [(quarter_words(quarter), rows) for quarter, rows in sorted(by_quarter.items(), reverse=True)]
