"""Who reads what happens to an inquiry or to what follows of it: people by their part in it, each with the page on their face."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.notices import Gathered
from accounts.rules import DWC, UNIT
from accounts.states import Role
from deputies.models import Seat
from ground.outbox import Telling, ToUser, template

ACT = "votes.act"  # a message to whoever must act: the number and what is asked, nothing personal
template(ACT, "{number}：{what}")
MY, DESK, CONSOLE = "/my/", "/desk/", "/admin/"


@dataclass
class Readers(Gathered):
    """Gathers readers of one matter, each user once; `path` is the list its pages stand under ("inquiries")."""

    matter: Any
    path: str

    def tell(self, title: str) -> Iterable[Telling]:
        number = self.matter.number
        for user_id, (face, asked) in self.found.items():
            sms = {"sms": ACT, "variables": {"what": asked}} if asked else {}
            yield ToUser(
                user_id, f"{title}：{self.matter.title}"[:120], f"{face}{self.path}/{number}/", number=number, **sms
            )

    def unit(self, organ_id: int, asked: str = "") -> "Readers":
        return self.at(organ_id, *UNIT, face=DESK, asked=asked)

    def unit_lead(self, organ_id: int, asked: str = "") -> "Readers":
        return self.at(organ_id, Role.HANDLER_LEAD, face=DESK, asked=asked)

    def dwc(self, asked: str = "") -> "Readers":
        return self.at(self.matter.organ_id, *DWC, face=CONSOLE, asked=asked)

    def dwc_lead(self, asked: str = "") -> "Readers":
        return self.at(self.matter.organ_id, Role.DWC_LEAD, face=CONSOLE, asked=asked)

    def council(self) -> "Readers":
        return self.at(self.matter.organ_id, Role.COUNCIL_LEADER, face=CONSOLE)

    def committee(self, organ_id: int | None, asked: str = "") -> "Readers":
        return self.at(organ_id, Role.SPECIAL_COMMITTEE, face=CONSOLE, asked=asked) if organ_id else self

    def deputies(self, face: str = MY) -> "Readers":
        """Every deputy of the congress who has an account."""
        rows = Seat.objects.active().filter(organ=self.matter.organ_id, deputy__user__isnull=False)
        return self.add(rows.values_list("deputy__user_id", flat=True), face)
