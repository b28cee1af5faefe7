"""Which suggestions an actor may see, and adjectives of lists."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet

from accounts.rules import DWC, UNIT, prefixes
from accounts.states import Role
from ground import clock
from suggestions.queries import sought
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

    def search(self, text: str, *, people: bool = False) -> "SuggestionQuerySet":
        """A number for life or of the register (“19-2-045”, “第045号”); else words of title, text and the lead's name; with
        `people` (for staff) also who leads or signs by code or whole name, and a unit by its name. Page it newest first
        with `sought.SPANS`."""
        number = sought.typed(text)
        if sought.NUMBER.fullmatch(number):
            return self.filter(number=number)
        if sought.REGISTER_SHORT.fullmatch(number):
            return self.filter(register_short=number)
        if ordinal := sought.ORDINAL.fullmatch(number):
            return self.filter(register_ordinal=int(ordinal[1]))
        found = sought.words(text)
        if people and (deputies := sought.deputies_named(text)):
            seats = sought.seats_of(deputies)
            signed = _part_model("Cosign")._base_manager.filter(seat__in=seats)
            found |= Q(lead__in=seats) | Q(acting_lead__in=seats) | Q(sought.among(signed, "suggestion"))
        if people and (units := sought.units_named(text)):
            handed = _part_model("Assignment")._base_manager.filter(organ__in=units).exclude(state__in=GONE)
            found |= Q(sought.among(handed, "suggestion"))
        return self.filter(found)

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
                Prefetch("files", _part_model("SuggestionFile").objects.select_related("file", "thumb")),
                "merged",
                "key_supervision__notes",
                "cosigns__steps",
                "assignments__steps",
                "assignments__contributions",
                "assignments__mediations",
                "assignments__replies__covers",
                Prefetch("covered_by", _part_model("Reply").objects.select_related("assignment__organ")),
                "commitments__reports",
                "commitments__change_requests",
                "commitments__ratings",
                "commitments__steps",
                _published(),
            )
        )

    def as_published(self) -> "SuggestionQuerySet":
        """With everything a stranger is shown; what only those inside see is empty, not loaded (`showing_suggestion`)."""
        unseen = ("contacts", "extensions", "contributions", "replies", "mediations")
        assignments = _part_model("Assignment").objects.select_related("organ")
        commitments = _part_model("Commitment").objects.select_related("assignment__organ", "reply")
        cosigns = _part_model("Cosign").objects.select_related("seat__deputy", "version")
        return self.select_related(
            "lead__deputy",
            "acting_lead__deputy",
            "merged_into",
            "key_supervision__leader__deputy",
            "key_supervision__committee",
        ).prefetch_related(
            Prefetch("assignments", assignments.prefetch_related("steps", *map(_empty(assignments.model), unseen))),
            Prefetch("commitments", commitments.prefetch_related("reports", "change_requests", "steps")),
            Prefetch("cosigns", cosigns.filter(state="confirmed")),
            "steps",
            _published("reply__corrections"),
            *map(_empty(self.model), ("versions", "withdrawals", "files", "merged", "covered_by")),
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


def _published(*more: str) -> Prefetch:
    """What was published of a suggestion, with the replies as they were masked, and `more` of each reply."""
    replies = _part_model("PublishedReply").objects.select_related("reply").prefetch_related(*more)
    return Prefetch("publications", _part_model("Publication").objects.prefetch_related(Prefetch("replies", replies)))


def _empty(model: Any) -> Callable[[str], Prefetch]:
    """Prefetches a relation of the model as if it had no rows, without a query."""
    return lambda name: Prefetch(name, model._meta.get_field(name).related_model._base_manager.none())


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
