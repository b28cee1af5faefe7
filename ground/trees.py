"""Trees by path: a row's path is its parent's path and its own id, so that sight below a row is one prefix."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from ground.errors import Invalid


@transaction.atomic
def plant(row: Any) -> None:
    """Saves `row` under `row.parent` and writes the paths of it and of everything below it.

    Raises Invalid where the parent stands below the row itself.
    """
    rows = type(row)._base_manager
    if row.pk is None:
        row.path = f"+{uuid.uuid4().hex}"  # unique until the id is known
        row.save(force_insert=True)
    former = rows.filter(pk=row.pk).values_list("path", flat=True).first() or ""
    above = rows.only("path").get(pk=row.parent_id).path if row.parent_id else ""
    row.path = f"{above}{row.pk}."
    if former and above.startswith(former):
        raise Invalid("parent", "上级不能是它自己或它的下级。")
    row.save(update_fields=[f.name for f in row._meta.concrete_fields if not f.primary_key and f.name != "state"])
    if former and former != row.path:
        below = rows.filter(path__startswith=former).exclude(pk=row.pk)
        below.update(path=Concat(Value(row.path), Substr(F("path"), len(former) + 1)))


def ids_on(path: str) -> list[str]:
    """The ids on a path from the root to the row itself, as text."""
    return path.split(".")[:-1]


def above(path: str) -> list[str]:
    """Every prefix of a path, from the root to the row itself: ["1.", "1.7.", "1.7.23."]."""
    ids = ids_on(path)
    return [".".join(ids[: n + 1]) + "." for n in range(len(ids))]
