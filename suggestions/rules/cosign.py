"""Who may do what to a cosign: as parts of a suggestion they move with its verbs; these say the relation."""

from typing import Any

import rules

from deputies.rules import holds_seat
from suggestions.rules import suggestion as whole


@rules.predicate
def invites(actor: Any, cosign: Any) -> bool:
    return whole.leads(actor, cosign.suggestion)


@rules.predicate
def answers(actor: Any, cosign: Any) -> bool:
    return holds_seat(actor, cosign.seat_id)


rules.add_perm("suggestions.invite_cosign", invites)
rules.add_perm("suggestions.answer_cosign", answers)
