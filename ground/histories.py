"""Proof of histories: the steps of every object with a life cycle are a path of its machine that ends in its state.

Set-based, one span of ids after another: what is held in memory is what is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Max, Min

from ground.workflow import FORMER, NEW, STAY, Workflow

SPAN = 50_000  # ids looked at in one query
ARROW = "→"

# One line for each wrong step; `legal` and `former` hold “verb→before→after” of the machine's edges.
STEPS = """
WITH path AS (
    SELECT id, obj_id, verb, before, after, coalesce((recorded ->> 'derived')::boolean, false) AS derived,
           row_number() OVER walk AS n, lag(after) OVER walk AS former
    FROM {steps} WHERE obj_id > %(low)s AND obj_id <= %(high)s
    WINDOW walk AS (PARTITION BY obj_id ORDER BY id)
), judged AS (
    SELECT *, CASE
        WHEN n = 1 AND before <> %(new)s THEN 'begins'
        WHEN n > 1 AND before <> former THEN 'gap'
        WHEN derived AND NOT (verb = ANY(%(verbs)s) AND before = ANY(%(states)s) AND after = ANY(%(derived)s))
            THEN 'derived'
        WHEN derived OR concat_ws('→', verb, before, after) = ANY(%(legal)s) THEN ''
        WHEN concat_ws('→', verb, before, after) = ANY(%(former)s) AND EXISTS (
            SELECT FROM {steps} e WHERE e.obj_id = path.obj_id AND e.id < path.id AND e.after = path.after) THEN ''
        ELSE 'edge' END AS why
    FROM path
)
SELECT obj_id, n, why, verb, before, after FROM judged WHERE why <> '' ORDER BY obj_id, n
"""
# One line for each object whose last step does not lead to its state, or that has no step.
ENDS = """
SELECT o.id, 0, CASE WHEN last.after IS NULL THEN 'none' ELSE 'end' END, '', coalesce(last.after, ''), o.state
FROM {objects} o LEFT JOIN LATERAL (
    SELECT after FROM {steps} WHERE obj_id = o.id ORDER BY id DESC LIMIT 1
) last ON true
WHERE o.id > %(low)s AND o.id <= %(high)s AND last.after IS DISTINCT FROM o.state ORDER BY o.id
"""
SENTENCES = {
    "begins": "第一步不是从无到有",
    "gap": "与上一步接不上",
    "derived": "不是由所属部分推出的状态",
    "edge": "流程里没有这一步",
    "none": "没有任何一步",
    "end": "最后一步与现在的状态不符",
}


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with one object; `step` counts from 1, 0 where the whole path is meant."""

    label: str
    step: int
    why: str  # a key of SENTENCES
    verb: str
    before: str
    after: str

    def __str__(self) -> str:
        place = f"第 {self.step} 步 {self.verb}" if self.step else "状态"
        return f"{self.label} {place}（{self.before or '无'}{ARROW}{self.after}）：{SENTENCES[self.why]}"


def machines() -> list[type[models.Model]]:
    """Every model with a life cycle, by the name of its machine."""
    kept = [model for model in apps.get_models() if isinstance(getattr(model, "workflow", None), Workflow)]
    return sorted(kept, key=lambda model: model.workflow.name)


def wrong_in(model: type[models.Model], span: int = SPAN) -> Iterator[Wrong]:
    """Everything that is wrong with the histories of `model`, object by object within each span of ids."""
    ends = model._base_manager.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return
    tables = {
        "objects": connection.ops.quote_name(model._meta.db_table),
        "steps": connection.ops.quote_name(model._meta.get_field("steps").related_model._meta.db_table),
    }
    told = _allowed(model.workflow)
    for low in range(ends["low"] - 1, ends["high"], span):
        within = told | {"low": low, "high": low + span}
        with connection.cursor() as cursor:
            rows = []
            for query in (STEPS, ENDS):
                cursor.execute(query.format(**tables), within)
                rows += cursor.fetchall()
        names = _names(model, {row[0] for row in rows})
        yield from (Wrong(names[pk], n, *rest) for pk, n, *rest in sorted(rows))


def _allowed(flow: Workflow) -> dict[str, Any]:
    """What the machine's table allows, as the queries ask for it."""
    legal, former = set(), set()
    states = [str(state) for state in flow.states.values]
    for e in flow.edges:
        targets = (e.target,) if isinstance(e.target, str) else e.target
        for source in e.sources:
            for target in targets:
                if target == FORMER:
                    former |= {ARROW.join((e.verb, source, state)) for state in states}
                else:
                    legal.add(ARROW.join((e.verb, source, source if target == STAY else str(target))))
    verbs = {verb for model in machines() for verb in model.workflow.verbs}  # a part's verb derives the whole's state
    return {
        "new": NEW,
        "legal": sorted(legal),
        "former": sorted(former),
        "verbs": sorted(verbs),
        "states": states,
        "derived": [str(state) for state in flow.derived],
    }


def _names(model: type[models.Model], pks: set[int]) -> dict[int, str]:
    """What people know the objects by: a number or code, else the machine's name and the id."""
    column = next((f.name for f in model._meta.concrete_fields if f.name in ("number", "letter_no", "code")), None)
    if column is None:
        return {pk: f"{model.workflow.name} {pk}" for pk in pks}
    return dict(model._base_manager.filter(pk__in=pks).values_list("pk", column))
