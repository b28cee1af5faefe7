"""Who keeps deputies and seats, and the sentences about seats that higher rooms reuse."""

from typing import Any

import rules

from accounts.rules import holds, is_dwc_of, oversees
from accounts.states import Role


def holds_seat(actor: Any, seat_id: int | None) -> bool:
    """The actor holds this seat and may use it now."""
    return any(seat.id == seat_id and seat.is_active for seat in actor.facts.seats)


def held_seat(actor: Any, seat_id: int | None) -> bool:
    """The seat is or was the actor's, in whatever state."""
    return any(seat.id == seat_id for seat in actor.facts.seats)


def convenes(actor: Any, group_id: int | None) -> bool:
    return any(group.group_id == group_id and group.role == "convener" for group in actor.facts.groups)


@rules.predicate
def keeps_seats(actor: Any, seat: Any) -> bool:
    """The congress office of the seat's own congress or of one above it (代表法 §63: what it announces it records)."""
    if seat is None:
        return holds(actor, Role.DWC_CLERK, Role.DWC_LEAD)
    return oversees(actor, seat.organ.path)


@rules.predicate
def keeps_organ_data(actor: Any, row: Any) -> bool:
    """The congress office above the organ a term, plenary or group belongs to; without a row: any such office."""
    if row is None:
        return holds(actor, Role.DWC_CLERK, Role.DWC_LEAD)
    organ = getattr(row, "organ", None) or getattr(row, "congress", None) or row.term.congress
    return oversees(actor, organ.path)


@rules.predicate
def keeps_deputy(actor: Any, deputy: Any) -> bool:
    """Whoever keeps one of the person's seats; a person without any seat is kept by every congress office."""
    if deputy is None:
        return holds(actor, Role.DWC_CLERK, Role.DWC_LEAD)
    paths = [seat.organ.path for seat in deputy.seats.all()]
    return any(oversees(actor, path) for path in paths) if paths else holds(actor, Role.DWC_CLERK, Role.DWC_LEAD)


@rules.predicate
def merges_organ(actor: Any, organ: Any) -> bool:
    """The congress office that hands work to the unit."""
    return is_dwc_of(actor, organ.congress_id)


rules.add_perm("deputies.merge_organ", merges_organ)
rules.add_perm("deputies.keep_seats", keeps_seats)
rules.add_perm("deputies.keep_seat", keeps_seats)
rules.add_perm("deputies.keep_deputy", keeps_deputy)
for noun in ("term", "plenary", "group"):
    rules.add_perm(f"deputies.keep_{noun}", keeps_organ_data)
