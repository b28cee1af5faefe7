"""A member's opinion as one reader may see it: those inside the whole, everybody else what was made public."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.rules import oversees
from ground.masking import mask
from votes.models import AssemblyOpinion
from votes.queries.assembly import READERS
from votes.rules.assembly import is_member_of
from votes.rules.assembly_opinion import handles, is_own
from votes.states import AssemblyGrade


@dataclass(frozen=True)
class ShownReply:
    round: int
    organ: Any
    text: str
    at: Any
    grade: str
    grade_label: str
    why: str


@dataclass
class ShownOpinion:
    opinion: AssemblyOpinion
    actor: Any

    @cached_property
    def is_inside(self) -> bool:
        """Its member and fellow members, the committee and the offices above it, the unit."""
        opinion, actor = self.opinion, self.actor
        committee = oversees(actor, opinion.assembly.organ.path, *READERS)
        return (
            committee or is_own(actor, opinion) or handles(actor, opinion) or is_member_of(actor, opinion.assembly_id)
        )

    @property
    def text(self) -> str:
        return self.opinion.text if self.is_inside else self.opinion.public_text

    @property
    def place(self) -> str:
        return self.opinion.place if self.is_inside else ""

    @cached_property
    def replies(self) -> list[ShownReply]:
        """The public reads them masked, and why somebody was not satisfied it does not read."""
        told = []
        for reply in self.opinion.replies.all():
            rating = getattr(reply, "rating", None)
            grade = rating.grade if rating else ""
            told.append(ShownReply(
                reply.round, reply.organ, reply.text if self.is_inside else mask(reply.text).text, reply.at, grade,
                str(AssemblyGrade(grade).label) if grade else "", rating.text if rating and self.is_inside else "",
            ))  # fmt: skip
        return told

    @cached_property
    def steps(self) -> list[Any]:
        return list(self.opinion.steps.all())
