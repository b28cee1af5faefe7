"""Which rule holds here today: a versioned row of the nearest organ, else one for all, else the default."""

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

import rules

from accounts.rules import holds, oversees
from accounts.states import Role
from clocks import in_force
from clocks.defaults import POLICIES, SPANS, Clock
from clocks.models import RulePolicy
from ground import outbox, trees
from ground.workdays import Fractions, Span

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
    """The row of the nearest organ up the path (then of its congress and up), else that for all; newest version."""
    rows = [row for row in in_force.policies() if row.code == code]
    if not rows:
        return None
    near = _up_from(organ)
    rows = [row for row in rows if row.organ_id is None or row.organ_id in near]
    far = len(near)
    return min(rows, key=lambda row: (near.get(row.organ_id, far), -row.version), default=None)


def fractions(organ: "Organ | None" = None) -> Fractions:
    return Fractions.from_rule(value("warnings", organ))


def check_value(code: str, given: Any) -> None:
    """Whether a row for `code` may hold `given`. Raises ValueError with a sentence."""
    if code in SPANS:
        default, more = SPANS[code], {"span": given} if isinstance(given, str) else given
        if not isinstance(more, dict) or not set(more) <= {"span", "rungs", "repeat"}:
            raise ValueError('请写期限，如 "5wd"；或写 {"span": "5wd"}。')
        if len(more.get("rungs", default.rungs)) != len(default.rungs):
            raise ValueError(f"这条规则有 {len(default.rungs)} 级，不能增减。")
        parts = [more.get("span", default.span), more.get("repeat") or "1d"]
        parts += [part for rung in more.get("rungs", ()) for part in rung.lstrip("-").split("+") if part != "0"]
        try:
            for part in parts:
                Span.parse(part)
        except (ValueError, TypeError):
            raise ValueError("期限写法：5wd（工作日）、30d（天）、3m（月）、24h（小时）。") from None
        return
    default = POLICIES[code]
    if type(given) is not type(default.value):
        raise ValueError(f"请按默认值的样子写：{default.value}")
    if default.least is not None and default.most is not None and not default.least <= given <= default.most:
        raise ValueError(f"请写 {default.least} 到 {default.most} 之间的数。")


def manners() -> outbox.Manners:
    """When messages may leave, and how many a day: one rule for everybody."""
    quiet_from, quiet_to = (time(value(f"messages.quiet_{end}")) for end in ("from", "to"))
    return outbox.Manners(quiet_from, quiet_to, value("messages.a_day"))


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


# -- who keeps calendar and rules -------------------------------------------------------------------------------------


@rules.predicate
def keeps_calendar(actor: Any) -> bool:
    """The calendar is the nation's: whoever runs the system enters the yearly notice."""
    return holds(actor, Role.SYS_ADMIN)


@rules.predicate
def keeps_rule(actor: Any, policy: RulePolicy | None) -> bool:
    """A congress decides its own rules; those for everybody are kept by whoever runs the system."""
    if policy is None:
        return holds(actor, Role.DWC_LEAD, Role.SYS_ADMIN)
    if policy.organ_id is None:
        return holds(actor, Role.SYS_ADMIN)
    return oversees(actor, policy.organ.path, Role.DWC_LEAD)


rules.add_perm("clocks.keep_holiday", keeps_calendar)
rules.add_perm("clocks.keep_rulepolicy", keeps_rule)
