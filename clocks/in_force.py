"""What stands in the rows today, by one small statement for a block of work: the rules in force, and a stamp that tells
whether the calendar was changed since somebody read it."""

import json
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, Value
from django.db.models.functions import JSONObject

from clocks.models import Holiday, RulePolicy
from ground import clock
from ground.compiled import Compiled, Given, loaded
from ground.once import asked

Stamp = tuple[Any, ...]


def policies() -> tuple[RulePolicy, ...]:
    """The rules in force, with what tells which of them holds for whom; no order."""
    return _made(tuple(_rows()[2]))


def calendar_stamp() -> Stamp:
    """Another one as soon as a row of the calendar was added, changed or taken away."""
    return _rows()[:2]


def _rows() -> tuple[Any, ...]:
    today = clock.today()
    return asked(("in force", today), lambda: _read.rows(today=today)[0])


_rules = (
    RulePolicy.objects.filter(valid_from__lte=Given("today")).order_by()
    .values_list(JSONObject(id="pk", organ_id="organ_id", code="code", version="version", value="value"))
)  # fmt: skip
_read = Compiled(
    lambda: (
        Holiday.objects.order_by()
        .values(all=Value(1))
        .annotate(n=Count("*"), at=Max("changed_at"), rules=ArraySubquery(_rules))
        .values_list("n", "at", "rules")
    )
)


@lru_cache(maxsize=4)
def _made(rows: tuple[str, ...]) -> tuple[RulePolicy, ...]:
    """The rows as models: the same ones as long as the rows are the same. Nobody may change them."""
    return tuple(loaded(RulePolicy, json.loads(row)) for row in rows)
