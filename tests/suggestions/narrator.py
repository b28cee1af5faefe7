"""Suggestions told through their verbs by the cast, as far as a test needs them; every step is a real one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.demo.time import pass_time
from ground import clock
from ground.clock import SHANGHAI
from suggestions.models import Assignment, Commitment, Suggestion
from suggestions.workflow import assignment as work, commitment as promises, cosign as cosigns, suggestion as whole
from tests.cast import Cast

START = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)  # a Monday between sessions
WORDS = {
    "title": "关于清水花园小区增设充电车棚的建议",
    "situation": "小区内有 300 多辆电动自行车，楼道充电有火灾隐患。",
    "proposal": "一、建设充电车棚。二、明确管理单位。",
    "field": "urban_env",
}
REPLY = {"text": "已会同有关单位研究，答复如下。", "result_class": "A", "publicity": "full"}
PROMISE = {"text": "建成充电车棚 3 处", "due_on": "2026-12-31"}
UNITS = {"dh-zjj": ("gao", "zheng"), "dh-jyj": ("he", "luo"), "dh-jtj": ("ding", "ye"), "qs-gov": ("deng", "deng")}


@dataclass
class Narrator:
    """Tells suggestions of 王建国 in the city's congress; `s` answers a fresh row."""

    cast: Cast

    def draft(self, **words: Any) -> Suggestion:
        return whole.create(self.cast.seat("D00001"), by=self.cast.wang, **(WORDS | words))

    def snap(self) -> Suggestion:
        return self.draft(kind="snap", proposal="", field="")

    def invited(self, *codes: str, **words: Any) -> Suggestion:
        suggestion = self.draft(**words)
        deputies = [self.cast.deputies[code] for code in codes or ("D00002",)]
        return cosigns.invite(suggestion, by=self.cast.wang, deputies=deputies)

    def cosigned(self, *codes: str, **words: Any) -> Suggestion:
        suggestion = self.invited(*codes, **words)
        for code in codes or ("D00002",):
            user = self.cast.deputies[code].user
            cosigns.cosign(suggestion, by=user, version=suggestion.current_version)
        return suggestion

    def submitted(self, suggestion: Suggestion | None = None) -> Suggestion:
        return whole.submit(suggestion or self.cosigned(), by=self.cast.wang)

    def registered(self, suggestion: Suggestion | None = None) -> Suggestion:
        row = self.submitted(suggestion)
        return whole.register(row, by=self.cast.chen, priority=15 if row.is_snap else None)

    def assigned(
        self, *units: tuple[str, str], mode: str = "sole", suggestion: Suggestion | None = None, by: Any = None
    ) -> Suggestion:
        row = self.registered(suggestion)
        handlers = [(self.cast.organs[code], role) for code, role in units or (("dh-zjj", "main"),)]
        return whole.assign(row, by=by or self.cast.chen, mode=mode, handlers=handlers)

    def of(self, suggestion: Suggestion, organ: str = "dh-zjj") -> Assignment:
        """The newest row of this unit."""
        return suggestion.assignments.filter(organ__code=organ).latest("pk")

    def clerk(self, organ: str) -> Any:
        return getattr(self.cast, UNITS[organ][0])

    def lead_of(self, organ: str) -> Any:
        return getattr(self.cast, UNITS[organ][1])

    def signed(self, *args: Any, **more: Any) -> Suggestion:
        row = self.assigned(*args, **more)
        for assignment in row.assignments.filter(state="pending_sign"):
            work.sign(assignment, by=self.clerk(assignment.organ.code))
        return Suggestion.objects.get(pk=row.pk)

    def talk(self, assignment: Assignment, *, reached: bool = True, at: datetime | None = None) -> None:
        work.record_contact(
            assignment,
            by=self.clerk(assignment.organ.code),
            method="face",
            at=at or clock.now(),
            summary="到小区看了现场",
            reached=reached,
        )

    def replied(self, suggestion: Suggestion | None = None, organ: str = "dh-zjj", **body: Any) -> Suggestion:
        row = suggestion or self.signed()
        assignment = self.of(row, organ)
        self.talk(assignment)
        work.reply(assignment, by=self.lead_of(organ), **(REPLY | body))
        return Suggestion.objects.get(pk=row.pk)

    def promised(self, due_on: str = PROMISE["due_on"]) -> Commitment:
        """A promise of a reply that was rated."""
        row = self.rated(self.replied(result_class="B", commitments=[PROMISE | {"due_on": due_on}]))
        return row.commitments.get()

    def rated(self, suggestion: Suggestion | None = None, organ: str = "dh-zjj", **grades: Any) -> Suggestion:
        row = suggestion or self.replied()
        given = {"attitude": "satisfied", "result": "satisfied"} | grades
        work.rate(self.of(row, organ), by=self.cast.wang, **given)
        return Suggestion.objects.get(pk=row.pk)

    def unkept(self) -> Commitment:
        """A promise reported done, and disputed by the deputy: its unit redoes."""
        promise = promises.report_commitment(self.promised(), by=self.cast.zheng, text="已经建成", final=True)
        return promises.rate_commitment(promise, by=self.cast.wang, result="dissatisfied", text="只建成一处")


def later(**span: int) -> None:
    """Lets time pass, with everything that falls due in it."""
    pass_time(clock.now() + timedelta(**span))


def states(rows: Iterable[Any]) -> Sequence[str]:
    return [row.state for row in rows]
