"""What one reader sees of an opinion: pages and REST ask here, so that no template decides what is private.

Five readers: `author` (number and query code), `inside` (station, deputies and congress offices it concerns), `unit` (the
masked text or the summary, place to the street, no person, no point, no original photo: security.md §6), `public`
(masked, published), and nobody. Avoidance was asked before: the opinion came through `visible_to`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from accounts.rules import UNIT, prefixes
from clocks.models import Deadline
from clocks.workflow import due_view
from ground.masking import mask
from ground.refs import kind_of
from suggestions.models import Opinion
from suggestions.queries.opinion import OVERSEERS
from suggestions.rules import opinion as relations
from suggestions.workflow.opinion_course import PUBLIC

DOOR = re.compile(r"[\d一二三四五六七八九十]+\s*(号楼|号院|号|栋|幢|单元|室|户|弄).*$")
SHOWN_FROM = 5  # so many people must stand behind one matter before their number is told

# The author's own affairs: in no other reader's timeline.
PRIVATE = frozenset(("verify_phone", "reissue", "open_contact"))
HEADS_WORK = frozenset(
    (
        *("claim", "release", "coordinate", "answer", "refer", "recall", "confirm", "pass_on", "escalate", "come_back"),
        *("acknowledge", "secure", "reopen", "settle_extension"),
    )
)
UNITS_WORK = frozenset(
    (
        *("refer", "report", "question", "send_back", "ask_extension", "settle_extension"),
        *("chase", "confirm", "pass_on", "recall"),
    )
)


def reader_of(opinion: Opinion, actor: Any) -> str:
    """author | inside | unit | public."""
    kind = getattr(actor, "actor_kind", "")
    if kind == "code":
        return "author" if actor.number == opinion.number else "public"
    if kind == "system":
        return "inside"
    if kind != "user":
        return "public"
    if not relations.is_concerned(actor, opinion) and _is_inside(opinion, actor):
        return "inside"
    units = {post.organ_id for post in actor.facts.posts if post.role in UNIT}
    return "unit" if any(row.organ_id in units for row in parts_of(opinion, "referrals")) else "public"


def _is_inside(opinion: Opinion, actor: Any) -> bool:
    near = (
        relations.is_screener,
        relations.is_claimant,
        relations.is_target_deputy,
        relations.is_deputy_here,
        relations.is_named_deputy,
        relations.is_dwc,
        relations.leads_suggestion,
    )
    if any(relation(actor, opinion) for relation in near) or actor.pk in (
        opinion.last_claimant_id,
        opinion.entered_by_id,
    ):
        return True
    offices = (opinion.town, opinion.congress, opinion.above, opinion.holder_organ)
    paths = tuple(prefixes(actor, *OVERSEERS))
    if paths and any(office is not None and office.path.startswith(paths) for office in offices):
        return True
    seats = {seat.id for seat in actor.facts.seats}
    return bool(seats) and any(member.target_seat_id in seats for member in parts_of(opinion, "members"))


@dataclass(frozen=True)
class Shown:
    """An opinion (from `Opinion.objects.whole()`, for strangers from `queries.published`) as `actor` sees it; no attribute
    here shows more than that."""

    opinion: Opinion
    actor: Any
    owed: list[Deadline] | None = None  # a list brings the deadlines of all its rows

    @cached_property
    def reader(self) -> str:
        return reader_of(self.opinion, self.actor)

    @property
    def is_inside(self) -> bool:
        return self.reader == "inside"

    @property
    def is_author(self) -> bool:
        return self.reader == "author"

    @property
    def state_label(self) -> str:
        state = self.opinion.workflow.states(self.opinion.state)
        return str(state.label) if self.reader in ("inside", "unit") else state.citizen_label

    @cached_property
    def head(self) -> Opinion | None:
        return self.opinion.merged_into if self.opinion.state == "merged" else None

    @cached_property
    def text(self) -> str:
        if self.reader in ("inside", "author"):
            return self.opinion.text
        if self.reader == "unit":
            summaries = [row.summary for row in parts_of(self.opinion, "referrals") if row.summary]
            return summaries[-1] if summaries else self.opinion.masked_text
        return self.opinion.masked_text

    @property
    def place(self) -> str:
        place = self.opinion.place
        return place if self.reader in ("inside", "author") else street_of(place)

    @property
    def point(self) -> dict[str, float] | None:
        if self.reader not in ("inside", "author") or self.opinion.lng is None or self.opinion.lat is None:
            return None
        return {"lng": self.opinion.lng, "lat": self.opinion.lat}

    @property
    def claimed_by(self) -> str:
        """Who took it up, as citizens are told it: a deputy by name, an office by its name."""
        opinion = self.opinion
        if opinion.claimed_by_id is None:
            return ""
        if opinion.claimed_seat_id is not None:
            return f"{opinion.claimed_seat.deputy.name}代表"
        return opinion.claimed_by.name if self.is_inside else str(opinion.holder)

    @property
    def answer(self) -> Any | None:
        """The answer of the present round, else the last one there is."""
        return max(parts_of(self.opinion, "answers"), key=lambda row: row.round, default=None)

    @property
    def rating(self) -> Any | None:
        if self.reader == "public":
            return None
        return max(parts_of(self.opinion, "ratings"), key=lambda row: row.round, default=None)

    @property
    def referral(self) -> Any | None:
        """The newest referral, for whoever may know of it; its report is not the citizen's before it was confirmed."""
        if self.reader == "public":
            return None
        return max(parts_of(self.opinion, "referrals"), key=lambda row: row.pk, default=None)

    @property
    def report(self) -> str:
        referral = self.referral
        if referral is None:
            return ""
        return referral.report if self.reader != "author" or referral.state == "confirmed" else ""

    @property
    def people(self) -> int | None:
        """How many people are behind it, from five up; inside always."""
        count = 1 + len(parts_of(self.opinion, "members"))
        return count if count >= SHOWN_FROM or self.is_inside else None

    @property
    def may_reopen_until(self) -> Any | None:
        """The author's right, which is nobody else's date."""
        if self.reader == "public":
            return None
        opinion = self.opinion
        open_now = opinion.state in ("replied", "closed") and not opinion.reopened and opinion.outcome != "unsettled"
        return opinion.windows.get("reopen_window") if open_now else None

    @property
    def may_review_until(self) -> Any | None:
        if self.reader == "public":
            return None
        opinion = self.opinion
        open_now = opinion.state == "rejected" and not opinion.reviewed
        return opinion.windows.get("review_window") if open_now else None

    @cached_property
    def due(self) -> list[dict[str, Any]]:
        """What is owed on it and by when, the nearest first; citizens see what is owed to them, not windows."""
        if self.reader == "public":
            return []
        matter = self.head or self.opinion
        rows = deadlines_of([matter])[matter.pk] if self.owed is None else self.owed
        return [due_view(row) for row in rows if self.is_inside or row.owed]

    @cached_property
    def steps(self) -> list[Any]:
        """The steps this reader may read, oldest first; a member's go on with the head's work."""
        opinion = self.opinion
        own = [step for step in parts_of(opinion, "steps") if self._reads(step)]
        if self.head is not None and self.reader in ("author", "inside"):
            since = max((step.at for step in own if step.verb == "merge"), default=opinion.submitted_at)
            own += [step for step in parts_of(self.head, "steps") if step.verb in HEADS_WORK and step.at >= since]
        return sorted(own, key=lambda step: (step.at, step.pk))

    def _reads(self, step: Any) -> bool:
        if self.is_inside:
            return True
        if self.reader == "unit":
            return step.verb in UNITS_WORK
        return step.verb in PUBLIC and (self.is_author or step.verb not in PRIVATE)

    def words(self, step: Any) -> str:
        """The text of a step for this reader: what was said publicly, and for those inside the note as well."""
        if self.is_inside:
            return "\n".join(dict.fromkeys(part for part in (step.public_text, step.note) if part))
        if self.reader == "unit":
            return step.public_text or (step.note if step.verb in ("question", "chase", "settle_extension") else "")
        return step.public_text if self.is_author else masked(step.public_text)

    @property
    def photos(self) -> list[Any]:
        if self.reader == "public":
            return []
        photos = list(parts_of(self.opinion, "photos"))
        return [photo for photo in photos if photo.by_kind == "user"] if self.reader == "unit" else photos

    @property
    def suggestions(self) -> list[str]:
        """Numbers of the suggestions it waits for or was answered by, the newest first."""
        if (numbers := getattr(self.opinion, "linked", None)) is not None:
            return numbers
        return [link.suggestion.number for link in sorted(self.opinion.live_links, key=lambda link: -link.pk)]


def parts_of(matter: Any, name: str) -> Any:
    """Rows that were fetched along with it, without first making a manager for each matter of a list; else asked for."""
    fetched = getattr(matter, "_prefetched_objects_cache", {})
    return fetched[name] if name in fetched else getattr(matter, name).all()


def street_of(place: str) -> str:
    """The place to the street: house, building and room numbers taken away."""
    return DOOR.sub("", masked(place)).strip("，, ")


@lru_cache(maxsize=2000)
def masked(text: str) -> str:
    """What verbs say of themselves is the same sentence again and again."""
    return mask(text).text


def deadlines_of(opinions: Iterable[Opinion]) -> dict[int, list[Deadline]]:
    """The open deadlines of each opinion by its id, the nearest first: one query for a whole list."""
    opinions = list(opinions)
    found: dict[int, list[Deadline]] = {opinion.pk: [] for opinion in opinions}
    if opinions:
        rows = (
            Deadline.objects.open()
            .filter(matter_kind=kind_of(opinions[0]), matter_id__in=found)
            .order_by("due_at", "pk")
        )
        for row in rows:
            found[row.matter_id].append(row)
    for opinion in opinions:
        opinion.windows = {row.kind: row.due_at for row in found[opinion.pk]}
    return found
