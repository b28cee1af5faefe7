"""Lines of audit: who did what to which object. Numbers and column names, never values, codes or words of a search."""

from typing import Any

from django.db import models

from ground import clock, refs
from ground.models import AuditLine


def write(actor: Any, act: str, obj: models.Model | str = "", columns: str = "") -> AuditLine:
    """Inserts one line, in the transaction of the act it speaks of.

    `actor` is an Actor or a text; `act` an English verb with its room ("accounts.open_contact"); `obj` a model whose
    kind is registered, or a number; `columns` names separated by blanks.
    """
    return AuditLine.objects.create(at=clock.now(), actor=name_of(actor), act=act, object=_object(obj), columns=columns)


def name_of(actor: Any) -> str:
    """“user:17”, “code:Y2026-000123”, “system”: never a name or a phone."""
    if isinstance(actor, str):
        return actor
    which = getattr(actor, "number", "") or getattr(actor, "pk", None)
    return f"{actor.actor_kind}:{which}" if which else actor.actor_kind


def _object(obj: models.Model | str) -> str:
    if isinstance(obj, str):
        return obj
    return f"{refs.kind_of(obj)}:{getattr(obj, 'number', '') or getattr(obj, 'code', '') or obj.pk}"
