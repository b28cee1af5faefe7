"""Every person × verb × state against a table written by hand (state, verb → who may), by the gate's own decision."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import connection

from ground.errors import Forbidden, GuardFailed, WrongState
from ground.workflow import SYSTEM, CodeHolder, decide
from tests.cast import Cast

STRANGER = CodeHolder("Y2000-000000")


def read(path: Path) -> list[tuple[str, str, set[str]]]:
    with path.open(encoding="utf-8") as file:
        return [(row["state"], row["verb"], set(row["who"].split())) for row in csv.DictReader(file)]


def outcome(obj: Any, verb: str, actor: Any) -> str:
    """yes | forbidden | wrong_state | the name of the guard that does not hold."""
    try:
        decide(obj, verb, actor)
    except Forbidden:
        return "forbidden"
    except WrongState:
        return "wrong_state"
    except GuardFailed as refused:
        return refused.code
    return "yes"


def differences(cast: Cast, rows: Iterable[tuple[str, str, set[str]]], objects: dict[str, Any]) -> list[str]:
    """What the gate decides otherwise than the table says, a line each; `objects` holds one object per state."""
    people = {**cast.users, "system": SYSTEM, "stranger": STRANGER}
    wrong = []
    for state, verb, who in rows:
        if number := getattr(objects[state], "number", ""):
            people["author"] = CodeHolder(number)
        allowed = {key for key, actor in people.items() if outcome(objects[state], verb, actor) == "yes"}
        if allowed != who:
            wrong.append(f"{state} {verb}: table {sorted(who)}, gate {sorted(allowed)}")
    return wrong


def written(run: Callable[[], None]) -> int:
    """How many rows were inserted, updated or deleted in this transaction while `run` ran."""
    before = _tuples()
    run()
    return _tuples() - before


def _tuples() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])
