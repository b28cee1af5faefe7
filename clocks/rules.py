"""Which rule holds here today: a versioned row of the nearest organ, else one for all, else the default."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clocks.defaults import POLICIES, SPANS, Clock
from clocks.models import RulePolicy
from ground import clock, trees
from ground.workdays import Fractions

if TYPE_CHECKING:
    from accounts.models import Organ


def value(code: str, organ: "Organ | None" = None) -> Any:
    """The value of a rule for `organ`: of a switch what its row holds, of a clock its span ("5wd").

    Raises KeyError for a code that clocks/defaults.py does not know.
    """
    if code in SPANS:
        return clock_of(code, organ)[0].span
    default = POLICIES[code].value
    row = policy_of(code, organ)
    return row.value if row else default


def clock_of(code: str, organ: "Organ | None" = None) -> tuple[Clock, RulePolicy | None]:
    """The clock as it runs for `organ`, and the row that changed it, if one did."""
    default = SPANS[code]
    row = policy_of(code, organ)
    return (overridden(default, row), row) if row else (default, None)


def overridden(default: Clock, row: RulePolicy) -> Clock:
    """A clock's row holds a span, or a mapping with any of span, rungs (as many as before) and repeat."""
    given = {"span": row.value} if isinstance(row.value, str) else dict(row.value)
    if "rungs" in given:
        given["rungs"] = tuple(given["rungs"])
    return replace(default, **given)


def policy_of(code: str, organ: "Organ | None" = None) -> RulePolicy | None:
    """The row of the nearest organ up the path (then of its congress and up), else that for all; newest valid version."""
    near = _up_from(organ)
    rows = [
        row
        for row in RulePolicy.objects.filter(code=code, valid_from__lte=clock.today())
        if row.organ_id is None or row.organ_id in near
    ]
    far = len(near)
    return min(rows, key=lambda row: (near.get(row.organ_id, far), -row.version), default=None)


def fractions(organ: "Organ | None" = None) -> Fractions:
    return Fractions.from_rule(value("warnings", organ))


def _up_from(organ: "Organ | None") -> dict[int | None, int]:
    """Organ ids by how near they are: the organ itself 0, its parents, then its congress and that one's parents."""
    if organ is None:
        return {}
    ids = [int(pk) for pk in reversed(trees.ids_on(organ.path))]
    if organ.congress_id:
        ids += [int(pk) for pk in reversed(trees.ids_on(organ.congress.path))]
    near: dict[int | None, int] = {}
    for distance, pk in enumerate(ids):
        near.setdefault(pk, distance)
    return near
