"""换届: who goes on into a new term, and the one plan that ends the seats of the old one (lifecycles.md §7.1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from deputies import handovers, workflow
from deputies.models import Handover, Seat, Term
from deputies.states import SeatState
from ground import clock
from ground.errors import GuardFailed
from ground.workflow import Actor

ENDING = (SeatState.ACTIVE, SeatState.SUSPENDED)


@dataclass
class Rollover:
    """What a new term means for each seat of the terms before it."""

    term: Term
    ending: list[Seat] = field(default_factory=list)  # seats of earlier terms that have not ended
    going_on: dict[int, Seat] = field(default_factory=dict)  # ending seat → the same person's seat of the new term
    fresh: int = 0  # seats of the new term held by somebody else

    @property
    def leaving(self) -> list[Seat]:
        return [seat for seat in self.ending if seat.pk not in self.going_on]

    @property
    def has_opened(self) -> bool:
        return self.term.opens_on <= clock.today()

    @property
    def is_ready(self) -> bool:
        return self.has_opened and bool(self.ending) and bool(self.going_on or self.fresh)


def waiting(terms: QuerySet) -> QuerySet:
    """Those terms before which seats of an earlier term of the same congress have not ended."""
    before = Seat.objects.filter(organ=OuterRef("congress"), term__ordinal__lt=OuterRef("ordinal"), state__in=ENDING)
    return terms.filter(Exists(before)).select_related("congress").order_by("congress__path", "ordinal")


def of(term: Term) -> Rollover:
    seats = Seat.objects.filter(organ=term.congress).select_related("deputy__user", "organ", "term", "delegation")
    found = Rollover(
        term, list(seats.filter(term__ordinal__lt=term.ordinal, state__in=ENDING).order_by("deputy__pinyin", "pk"))
    )
    new = {seat.deputy_id: seat for seat in seats.filter(term=term, state=SeatState.ACTIVE)}
    found.going_on = {seat.pk: new[seat.deputy_id] for seat in found.ending if seat.deputy_id in new}
    found.fresh = len(set(new) - {seat.deputy_id for seat in found.ending})
    return found


@transaction.atomic
def continue_in(term: Term, seats: Iterable[Seat], *, by: Actor) -> list[Seat]:
    """Elects and confirms the holders of these ending seats for the new term, in the same constituency."""
    ending = of(term)
    wanted = {seat.pk for seat in seats}
    chosen = [seat for seat in ending.leaving if seat.pk in wanted]
    prefetch_related_objects(chosen, "divisions")
    new, divisions = [], {}
    for seat in chosen:
        made = Seat(deputy=seat.deputy, term=term, organ=term.congress, since=min(term.opens_on, clock.today()),
                    delegation=seat.delegation, constituency=seat.constituency)  # fmt: skip
        new.append(made)
        divisions[id(made)] = list(seat.divisions.all())
    workflow.install(new, by=by, divisions=divisions)
    return new


def preview(rollover: Rollover) -> tuple[list[handovers.Row], str]:
    return handovers.preview(handovers.change("term_ended", rollover.ending, rollover.going_on))


def plan(rollover: Rollover, *, by: Any, seen: str = "") -> Handover:
    """Stores the plan for all ending seats of the congress. Raises GuardFailed `not_ready`, PlanChanged."""
    if not rollover.is_ready:
        raise GuardFailed("not_ready", "新一届还没有开始，或者还没有登记新一届的代表，不能换届。")
    return handovers.plan(
        "term_ended", rollover.ending, by=by, organ=rollover.term.congress, successors=rollover.going_on, seen=seen
    )
