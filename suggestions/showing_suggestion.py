"""What one reader sees of a suggestion: pages and REST ask here, so that no template decides what is private.

Whoever has a part in it reads it whole, but for the private words between co-signers and lead, drafts of other units,
and opinions they may not see. Everybody else reads what was published: masked texts, and no name where the deputy asked
for secrecy (山东省办理条例 §11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.rules import UNIT
from clocks.models import Deadline
from clocks.workflow import due_view
from deputies.rules import held_seat
from ground.refs import kind_of
from ground.workflow import available
from suggestions.models import Assignment, Commitment, Publication, Reply, Suggestion
from suggestions.queries.suggestion import marks
from suggestions.states import ASSIGNMENT, COMMITMENT, COSIGN, SUGGESTION
from suggestions.states.assignment import GONE

PUBLIC_VERBS = frozenset(("register", "assign", "reply", "publish", "archive", "end_commitment"))
OF_THE_LEAD = frozenset(("give_view", "decline_cosign"))


@dataclass
class SuggestionShown:
    """A suggestion (from `Suggestion.objects.with_sight(actor).whole()`) as `actor` sees it."""

    suggestion: Suggestion
    actor: Any
    deadlines: dict[tuple[str, int], list[Deadline]]
    opinions: list[str]  # numbers the actor may see

    @property
    def is_inside(self) -> bool:
        return bool(self.suggestion.is_inside)

    @cached_property
    def published(self) -> Publication | None:
        rows = list(self.suggestion.publications.all())
        return rows[-1] if rows and rows[-1].scope != "none" else None

    @property
    def text(self) -> Any:
        """The text as it stands, for everybody else the masked one."""
        return self.suggestion.text if self.is_inside else self.published

    @property
    def is_anonymous(self) -> bool:
        return self.suggestion.confidential and not self.is_inside

    @property
    def leads(self) -> bool:
        s = self.suggestion
        return held_seat(self.actor, s.lead_id) or held_seat(self.actor, s.acting_lead_id)

    @cached_property
    def cosigners(self) -> list[Any]:
        """All who were asked, for the deputies among them; the names that stand under it for everybody else."""
        rows = [c for c in self.suggestion.cosigns.all() if c.seat_id != self.suggestion.lead_id]
        if self.is_anonymous:
            return []
        among = self.leads or any(held_seat(self.actor, c.seat_id) for c in rows)
        return rows if among else [c for c in rows if c.state == "confirmed"]

    @property
    def marks(self) -> list[str]:
        found = marks(self.suggestion)
        return found if self.is_inside else [mark for mark in found if mark in ("key", "kept", "unkept")]

    @cached_property
    def assignments(self) -> list[Assignment]:
        """Every row with its history; for the public the units that answer now."""
        rows = list(self.suggestion.assignments.all())
        for row in rows:
            row.suggestion = self.suggestion
        return rows if self.is_inside else [row for row in rows if row.state not in GONE]

    @cached_property
    def commitments(self) -> list[Commitment]:
        rows = list(self.suggestion.commitments.all())
        whole = {row.pk: row for row in self.suggestion.assignments.all()}
        for row in rows:
            row.suggestion, row.assignment = self.suggestion, whole[row.assignment_id]
        return rows

    def is_unit(self, assignment: Assignment) -> bool:
        return any(post.organ_id == assignment.organ_id and post.role in UNIT for post in self.actor.facts.posts)

    @cached_property
    def replies(self) -> list[tuple[Reply, str]]:
        """Each reply with the text this reader may read: what was issued, and the own unit's draft."""
        if not self.is_inside:
            return [(row.reply, row.text) for row in self.published.replies.all()] if self.published else []
        found = []
        for assignment in self.assignments:
            for reply in assignment.replies.all():
                if reply.issued_at or self.is_unit(assignment):
                    reply.assignment = assignment
                    found.append((reply, reply.full_text))
        return found

    @property
    def answered_with_others(self) -> list[Reply]:
        """Replies given on another suggestion of the same merger, which cover this one."""
        return list(self.suggestion.covered_by.all()) if self.is_inside else []

    def due_of(self, obj: Any) -> list[dict[str, Any]]:
        return [due_view(row) for row in self.deadlines.get((kind_of(obj), obj.pk), ())] if self.is_inside else []

    def actions_of(self, part: Any) -> list[str]:
        return available(part, self.actor)

    @cached_property
    def actions(self) -> list[str]:
        """The verbs open to the caller on the suggestion, its units and its promises."""
        found = dict.fromkeys(available(self.suggestion, self.actor))
        for part in (*self.assignments, *self.commitments):
            found |= dict.fromkeys(available(part, self.actor))
        return list(found)

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """What happened, oldest first, as this reader may know it; what only followed from it is left out."""
        found = []
        for step in self.suggestion.steps.all():
            if not step.recorded.get("derived"):
                found.append((step, SUGGESTION, ""))
        for row in self.assignments:
            found += [(step, ASSIGNMENT, str(row.organ)) for step in row.steps.all() if self._reads(step, row)]
        for row in self.commitments:
            found += [(step, COMMITMENT, str(row.assignment.organ)) for step in row.steps.all() if step.verb != "reply"]
        for row in self.cosigners if self.is_inside else ():
            found += [(step, COSIGN, "") for step in row.steps.all() if step.verb in ("submit", "lapse")]
        if not self.is_inside:
            found = [each for each in found if each[0].verb in PUBLIC_VERBS and each[0].before]
        found.sort(key=lambda each: (each[0].at, each[0].pk))
        return [self._step(*each) for each in found]

    def _reads(self, step: Any, row: Assignment) -> bool:
        if step.verb == "draft_reply":
            return self.is_unit(row)
        if step.before == "" and step.verb in ("assign", "dispatch"):
            return False  # said by the verb that handed it over
        return step.verb not in OF_THE_LEAD or self.leads or step.by_id == self.actor.pk

    def _step(self, step: Any, flow: Any, organ: str) -> dict[str, Any]:
        hides = step.verb in OF_THE_LEAD and not self.leads
        text = "" if hides else (step.public_text or step.note) if self.is_inside else step.public_text
        label = "" if self.is_anonymous and flow is SUGGESTION else step.by_label
        return {
            "verb": step.verb,
            "label": flow.labels.get(step.verb, step.verb),
            "at": step.at,
            "by_label": label,
            "organ": organ,
            "text": text,
            "recorded": step.recorded if self.is_inside else {},
        }


def show(rows: Iterable[Suggestion], actor: Any) -> list[SuggestionShown]:
    """Rows of `with_sight(actor).whole()` (a stranger's of `as_published`) as the actor sees them; two queries for all."""
    from suggestions.models import Opinion, OpinionLink

    rows = list(rows)
    ids = [row.pk for row in rows]
    owed: dict[int, dict[tuple[str, int], list[Deadline]]] = {pk: {} for pk in ids}
    inside = [row.pk for row in rows if row.is_inside]
    for line in Deadline.objects.open().filter(matter_kind="suggestion", matter_id__in=inside).order_by("due_at", "pk"):
        owed[line.matter_id].setdefault((line.object_kind, line.object_id), []).append(line)
    linked: dict[int, list[str]] = {pk: [] for pk in ids}
    seen = Opinion.objects.visible_to(actor).values("pk")
    links = (
        OpinionLink.objects.filter(suggestion__in=ids, ended_at=None, opinion__in=seen)
        .select_related("opinion")
        .order_by("pk")
    )
    for link in links:
        linked[link.suggestion_id].append(link.opinion.number)
    return [SuggestionShown(row, actor, owed[row.pk], linked[row.pk]) for row in rows]
