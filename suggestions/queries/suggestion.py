"""Which suggestions an actor may see, and adjectives of lists."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet

from accounts.rules import DWC, UNIT, prefixes
from accounts.states import Role
from ground import bigrams, clock
from suggestions.states.assignment import GONE
from suggestions.states.commitment import ALIVE
from suggestions.states.suggestion import ENDED, UNSENT

OVERSEERS = (*DWC, Role.SESSION_SECRETARIAT, Role.COUNCIL_LEADER)
SENT = Q(first_submitted_at__isnull=False)
PUBLISHED = Q(publication__in=["full", "summary"])


class SuggestionQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "SuggestionQuerySet":
        """A draft is its lead's alone; then come invited deputies, the congress it was submitted to and those above it,
        the units it was handed to; published ones are everybody's."""
        return self if actor.actor_kind == "system" else self.filter(PUBLISHED | inside(actor))

    def with_sight(self, actor: Any) -> "SuggestionQuerySet":
        """Annotates `is_inside`: whether the actor sees more of the row than what was published."""
        within = inside(actor) if actor.actor_kind != "system" else Q(pk__isnull=False)
        return self.annotate(is_inside=ExpressionWrapper(within, output_field=models.BooleanField()))

    def published(self) -> "SuggestionQuerySet":
        return self.filter(PUBLISHED)

    def open(self) -> "SuggestionQuerySet":
        return self.exclude(state__in=ENDED)

    def unsent(self) -> "SuggestionQuerySet":
        return self.filter(state__in=UNSENT)

    def overdue(self) -> "SuggestionQuerySet":
        return self.filter(next_due_at__lt=clock.now())

    def of_organ(self, code: str) -> "SuggestionQuerySet":
        """Handed to this unit, or raised in this congress."""
        handed = _part("Assignment").exclude(state__in=GONE).filter(organ__code=code)
        return self.filter(Q(Exists(handed)) | Q(congress__code=code))

    def led_by(self, seats: list[int]) -> "SuggestionQuerySet":
        return self.filter(Q(lead__in=seats) | Q(acting_lead__in=seats))

    def concerning(self, actor: Any) -> "SuggestionQuerySet":
        """The actor's own: led, signed with others, or handed to the actor's own unit."""
        seats = [seat.id for seat in actor.facts.seats]
        organs = [post.organ_id for post in actor.facts.posts if post.role in (*UNIT, Role.GOV_OFFICE)]
        own = Q(lead__in=seats) | Q(acting_lead__in=seats) | Q(Exists(_part("Cosign").filter(seat__in=seats)))
        return self.filter(own | Q(Exists(_part("Assignment").filter(organ__in=organs))))

    def search(self, text: str) -> "SuggestionQuerySet":
        """Titles, texts, names and both numbers, by pairs of characters."""
        wanted = bigrams.query(text)
        if not wanted:
            return self.none()
        number = text.strip()
        found = Q(pk__in=models.expressions.RawSQL(
            "SELECT id FROM suggestions_suggestion WHERE bigrams @@ to_tsquery('simple', %s)", [wanted]
        ))  # fmt: skip
        return self.filter(found | Q(number=number.upper()) | Q(register_short=number) | Q(register_display=number))

    def with_parts(self) -> "SuggestionQuerySet":
        """Everything that rules and lists ask of a row, in a fixed number of queries."""
        return self.select_related(
            "congress",
            "term",
            "plenary",
            "merged_into",
            "lead__deputy__user",
            "acting_lead__deputy__user",
            "key_supervision",
        ).prefetch_related(
            Prefetch("assignments", _part_model("Assignment").objects.with_parts()),
            Prefetch("cosigns", _part_model("Cosign").objects.select_related("seat__deputy__user", "version")),
            Prefetch("commitments", _part_model("Commitment").objects.select_related("assignment__organ", "reply")),
            "withdrawals",
            "versions",
        )

    def whole(self) -> "SuggestionQuerySet":
        """With everything the detail page and object show."""
        return (
            self.with_parts()
            .select_related("key_supervision__leader__deputy", "key_supervision__committee", "copy_of")
            .prefetch_related(
                "steps",
                "files__file",
                "files__thumb",
                "merged",
                "key_supervision__notes",
                "cosigns__steps",
                "assignments__steps",
                "assignments__contributions",
                "assignments__mediations",
                "assignments__replies__covers",
                "covered_by__assignment__organ",
                "commitments__reports",
                "commitments__change_requests",
                "commitments__ratings",
                "commitments__steps",
                "publications__replies__reply",
            )
        )


def inside(actor: Any) -> Q:
    """Rows the actor has a part in, whether they are published or not."""
    seen = Q(pk__in=[])
    if actor.actor_kind != "user":
        return seen
    if seats := [seat.id for seat in actor.facts.seats]:
        seen |= Q(lead__in=seats) | Q(acting_lead__in=seats)
        seen |= Q(Exists(_part("Cosign").filter(seat__in=seats)))
    for path in prefixes(actor, *OVERSEERS):
        seen |= SENT & Q(congress__path__startswith=path)
    if congresses := [post.congress_id for post in actor.facts.posts if post.role == Role.SPECIAL_COMMITTEE]:
        seen |= Q(registered_at__isnull=False, congress__in=congresses)
    if units := [post.organ_id for post in actor.facts.posts if post.role in UNIT]:
        seen |= Q(Exists(_part("Assignment").filter(organ__in=units)))
    if governments := [post.organ_id for post in actor.facts.posts if post.role == Role.GOV_OFFICE]:
        handed = Q(organ__in=governments) | Q(dispatched_from__organ__in=governments)
        seen |= Q(Exists(_part("Assignment").filter(handed)))
    return seen


def _part_model(name: str) -> Any:
    return apps.get_model("suggestions", name)


def _part(name: str) -> QuerySet:
    """Rows of a part that belong to the suggestion of the outer query."""
    return _part_model(name)._base_manager.filter(suggestion=OuterRef("pk"))


def marks(suggestion: Any) -> list[str]:
    """What stands beside the state (contract.md §3.6), from prefetched parts; no query."""
    parts = [a for a in suggestion.assignments.all() if a.state not in GONE]
    mains = [a for a in parts if a.is_main]
    promises = {c.state for c in suggestion.commitments.all()}
    ended = bool(promises) and not promises & set(ALIVE) and suggestion.state in ("closed", "archived")
    found = {
        "objection": any(a.state == "objected" for a in parts),
        "redo_one": len(mains) > 1 and any(a.state == "redoing" for a in mains),
        "assist_missing": any(a.state == "opinion_missing" for a in parts),
        "rating_due": any(a.state == "replied" and not _is_rated(a) for a in mains),
        "extension": any(e.accepted is not False for a in mains for e in a.extensions.all()),
        "key": getattr(suggestion, "key_supervision", None) is not None,
        "kept": ended and "unkept" not in promises,
        "unkept": ended and "unkept" in promises,
    }
    return [mark for mark, holds in found.items() if holds]


def _is_rated(assignment: Any) -> bool:
    last = assignment.last_reply
    return last is not None and getattr(last, "rating", None) is not None
