"""Who reads what happens to a suggestion: people by their part in it, each with the address of the matter on their face."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Post
from accounts.notices import Gathered
from accounts.rules import DWC, UNIT
from accounts.states import Role
from ground.outbox import Telling, ToUser, template
from suggestions.models import Assignment, Suggestion

ACT = "suggestion.act"  # a message to whoever must act: the number and what is asked, nothing personal
template(ACT, "代表建议 {number}：{what}")

MY, DESK, CONSOLE = "/my/suggestions/", "/desk/suggestions/", "/admin/suggestions/"


@dataclass
class Readers(Gathered):
    """Gathers readers of one suggestion, each user once; the first face named for a user is where the notice leads."""

    suggestion: Suggestion

    def tell(self, title: str) -> Iterable[Telling]:
        number = self.suggestion.number
        for user_id, (face, asked) in self.found.items():
            sms = {"sms": ACT, "variables": {"what": asked}} if asked else {}
            yield ToUser(user_id, f"{title}：{self.suggestion.title}", f"{face}{number}/", number=number, **sms)

    def deputy(self, seat: Any, asked: str = "") -> "Readers":
        return self.add([seat.deputy.user_id] if seat else [], MY, asked)

    def lead(self, asked: str = "") -> "Readers":
        """Whoever stands for the suggestion now."""
        return self.deputy(self.suggestion.rater_seat, asked)

    def former_lead(self) -> "Readers":
        return self.deputy(self.suggestion.lead)

    def cosigners(self, asked: str = "") -> "Readers":
        rows = self.suggestion.cosigns.filter(state="confirmed").values_list("seat__deputy__user_id", flat=True)
        return self.add(rows, MY, asked)

    def signers(self) -> "Readers":
        return self.lead().cosigners()

    def dwc(self, asked: str = "") -> "Readers":
        return self.at(self.suggestion.congress_id, *DWC, face=CONSOLE, asked=asked)

    def dwc_clerk(self, asked: str = "") -> "Readers":
        return self.at(self.suggestion.congress_id, Role.DWC_CLERK, face=CONSOLE, asked=asked)

    def dwc_lead(self, asked: str = "") -> "Readers":
        return self.at(self.suggestion.congress_id, Role.DWC_LEAD, face=CONSOLE, asked=asked)

    def secretariat(self) -> "Readers":
        return self.at(self.suggestion.congress_id, Role.SESSION_SECRETARIAT, face=CONSOLE)

    def council_leaders(self, asked: str = "") -> "Readers":
        return self.at(self.suggestion.congress_id, Role.COUNCIL_LEADER, face=CONSOLE, asked=asked)

    def committees(self) -> "Readers":
        """The committee that keeps the key supervision, else every special committee of the congress."""
        kept = getattr(self.suggestion, "key_supervision", None)
        if kept is not None:
            return self.at(kept.committee_id, Role.SPECIAL_COMMITTEE, face=CONSOLE)
        rows = Post.objects.live().filter(
            role=Role.SPECIAL_COMMITTEE, organ__congress=self.suggestion.congress_id
        )  # fmt: skip
        return self.add(rows.values_list("user_id", flat=True), CONSOLE, "")

    def unit(self, assignment: Assignment, asked: str = "") -> "Readers":
        """Clerk and lead of the unit; of a government that has to dispatch, its office."""
        if assignment.state in ("pending_dispatch", "dispatched"):
            return self.at(assignment.organ_id, Role.GOV_OFFICE, face=DESK, asked=asked)
        return self.at(assignment.organ_id, *UNIT, face=DESK, asked=asked)

    def unit_lead(self, assignment: Assignment, asked: str = "") -> "Readers":
        return self.at(assignment.organ_id, Role.HANDLER_LEAD, face=DESK, asked=asked)

    def gov_office(self, assignment: Assignment, asked: str = "") -> "Readers":
        """The government through which the unit got it, where there is one."""
        source = assignment.dispatched_from
        return self.at(source.organ_id, Role.GOV_OFFICE, face=DESK, asked=asked) if source else self

    def mains(self, asked: str = "") -> "Readers":
        for row in self.suggestion.assignments.mains():
            self.unit(row, asked)
        return self

    def units(self) -> "Readers":
        for row in self.suggestion.assignments.live():
            self.unit(row)
        return self

    def assists(self) -> "Readers":
        for row in self.suggestion.assignments.live().filter(role="assist"):
            self.unit(row)
        return self


def readers_of(step: Any, suggestion: Suggestion) -> Readers:
    return Readers(suggestion, but=step.by_id)


def is_silent(step: Any) -> bool:
    """A state that only followed from parts: the verb that caused it is told by itself."""
    return bool(step.recorded.get("derived"))
