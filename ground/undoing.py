"""Taking back what was done to many rows at once, if nobody has touched them since.

A `Record` is data: what was made (with the values it was made with), which columns changed from what to what, and
which rows of a link went. `obstacles` says what stands in the way of taking records back; `take_back` does it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BinaryField, F, Field, Model, Value
from django.db.models.functions import Concat, Substr

from ground import refs
from ground.refs import RefFields
from ground.workflow import Step

CHUNK = 1000
MOST_SHOWN = 200  # obstacles listed by name; all are counted


@dataclass
class Record:
    """What one row of an import did. Rows are named by (label, key), values are JSON."""

    rows_made: list[list[Any]] = field(default_factory=list)  # [label, pk, {column: value}]
    changes: list[list[Any]] = field(default_factory=list)  # [label, pk, {column: [old, new]}]
    gone: list[list[Any]] = field(default_factory=list)  # [label, {column: value}] of link rows that were removed

    def made(self, row: Model) -> None:
        self.rows_made.append([row._meta.label_lower, _plain(row.pk), {}])

    def changed(self, row: Model, before: dict[str, Any]) -> None:
        """Notes what differs between `before` (attname → value) and the row as it is now."""
        now = {name: (old, getattr(row, name)) for name, old in before.items() if getattr(row, name) != old}
        if now:
            pairs = {name: [_plain(old), _plain(new)] for name, (old, new) in now.items()}
            self.changes.append([row._meta.label_lower, _plain(row.pk), pairs])

    def removed(self, row: Model) -> None:
        self.gone.append([row._meta.label_lower, {f.attname: _plain(getattr(row, f.attname)) for f in _columns(row)}])

    def as_json(self) -> dict[str, Any]:
        return {"made": self.rows_made, "changes": self.changes, "gone": self.gone}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Record":
        return cls(data["made"], data["changes"], data["gone"])

    @property
    def is_empty(self) -> bool:
        return not (self.rows_made or self.changes or self.gone)


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way: the row of the file, what it is called, and why it cannot be taken back."""

    no: int
    name: str
    why: str


def remember(records: list[Record]) -> None:
    """Notes the values every made row has now, after all is written: later they tell whether somebody touched it."""
    kept = _by_model((label, pk) for record in records for label, pk, _ in record.rows_made)
    values = {model: _values(model, pks) for model, pks in kept.items()}
    for record in records:
        for one in record.rows_made:
            one[2] = values[apps.get_model(one[0])].get(str(one[1]), {})


def obstacles(records: dict[int, Record]) -> list[Obstacle]:
    """What stands in the way of taking back these records (by the row of the file they belong to)."""
    return [*_touched(records), *_changed_again(records), *_hanging(records)]


def take_back(records: dict[int, Record], before_removal: Any = None) -> None:
    """Takes everything back, inside the caller's transaction; asks nothing: see `obstacles`.

    1. Columns get their old values, links that went come back. 2. What was made goes, last made first, with its steps.
    """
    for record in records.values():
        for label, pk, pairs in record.changes:
            model = apps.get_model(label)
            old = {name: _python(model, name, old) for name, (old, _) in pairs.items()}
            model._base_manager.filter(pk=pk).update(**old)
            if "path" in pairs:  # a tree: what lies below goes along
                former, now = pairs["path"]
                below = model._base_manager.filter(path__startswith=now)
                below.update(path=Concat(Value(former), Substr(F("path"), len(now) + 1)))
        for label, values in record.gone:
            model = apps.get_model(label)
            model._base_manager.create(**{name: _python(model, name, value) for name, value in values.items()})
    made = _by_model((label, pk) for record in records.values() for label, pk, _ in record.rows_made)
    if before_removal is not None:
        before_removal(made)
    for model, pks in reversed(made.items()):
        for part in _parts(model):
            for some in _chunks(pks):
                rows = part.model._base_manager.filter(**{f"{part.name}__in": some})
                rows._raw_delete(rows.db)
        for some in _chunks(pks):
            rows = model._base_manager.filter(pk__in=some)
            rows._raw_delete(rows.db)


# -- what stands in the way -------------------------------------------------------------------------------------------


def _touched(records: dict[int, Record]) -> list[Obstacle]:
    found = []
    kept = _by_model((label, pk) for record in records.values() for label, pk, _ in record.rows_made)
    values = {model: _values(model, pks) for model, pks in kept.items()}
    for no, record in records.items():
        for label, pk, then in record.rows_made:
            model = apps.get_model(label)
            now = values[model].get(str(pk))
            if now is None:
                found.append(Obstacle(no, str(model._meta.verbose_name), "已经不在了"))
                continue
            names = [_called(model, name) for name in then if now.get(name) != then[name]]
            if names:
                found.append(Obstacle(no, _name(model, pk), f"导入以后改过：{'、'.join(names)}"))
    return found


def _changed_again(records: dict[int, Record]) -> list[Obstacle]:
    found = []
    kept = _by_model((label, pk) for record in records.values() for label, pk, _ in record.changes)
    values = {model: _values(model, pks) for model, pks in kept.items()}
    for no, record in records.items():
        for label, pk, pairs in record.changes:
            model = apps.get_model(label)
            now = values[model].get(str(pk), {})
            names = [_called(model, name) for name, (_, new) in pairs.items() if now.get(name) != new]
            if names:
                found.append(Obstacle(no, _name(model, pk), f"导入以后改过：{'、'.join(names)}"))
    return found


def _hanging(records: dict[int, Record]) -> list[Obstacle]:
    """Rows of others that refer to what the import made."""
    made = _by_model((label, pk) for record in records.values() for label, pk, _ in record.rows_made)
    owner = {
        (apps.get_model(label), str(pk)): no for no, record in records.items() for label, pk, _ in record.rows_made
    }
    found: list[Obstacle] = []
    for model, pks in made.items():
        parts = {part.model for part in _parts(model)}
        for link in model._meta.get_fields(include_hidden=True):
            if not link.auto_created or link.concrete or not (link.one_to_many or link.one_to_one):
                continue
            other, name = link.related_model, link.field.name
            if other in parts or other._meta.label_lower in _follows(model):
                continue
            own = {str(pk) for pk in made.get(other, ())}
            for some in _chunks(pks):
                rows = other._base_manager.filter(**{f"{name}__in": some}).values_list("pk", link.field.attname)
                for pk, target in rows:
                    if str(pk) not in own:
                        no = owner.get((model, str(target)), 0)
                        found.append(Obstacle(no, _name(model, target), f"已经有{_noun(other)}用到它"))
        for other in RefFields.__subclasses__():
            kind = _kind_of(model)
            for some in _chunks(pks) if kind else ():
                rows = other._base_manager.filter(object_kind=kind, object_id__in=some)
                for target in rows.values_list("object_id", flat=True):
                    found.append(
                        Obstacle(
                            owner.get((model, str(target)), 0), _name(model, target), f"已经有{_noun(other)}用到它"
                        )
                    )
    return sorted(set(found), key=lambda one: one.no)


FOLLOWS: dict[str, set[str]] = {}  # model → models whose rows are no obstacle: they go along or see to themselves


def let_follow(model: type[Model], other: type[Model]) -> None:
    """Says that rows of `other` that refer to a row of `model` do not keep it: the room's `before_removal` sees to them."""
    FOLLOWS.setdefault(model._meta.label_lower, set()).add(other._meta.label_lower)


def _follows(model: type[Model]) -> set[str]:
    return FOLLOWS.get(model._meta.label_lower, set())


def _parts(model: type[Model]) -> list[Field]:
    """Foreign keys of the step tables of a model: history goes with the row whose only history is its making."""
    return [
        link.field
        for link in model._meta.get_fields(include_hidden=True)
        if link.auto_created and link.one_to_many and issubclass(link.related_model, Step) and link.field.name == "obj"
    ]


# -- values -----------------------------------------------------------------------------------------------------------


def _by_model(named: Iterable[tuple[str, Any]]) -> dict[type[Model], list[Any]]:
    found: dict[type[Model], list[Any]] = defaultdict(list)
    for label, pk in named:
        found[apps.get_model(label)].append(pk)
    return dict(found)


def _values(model: type[Model], pks: list[Any]) -> dict[str, dict[str, Any]]:
    names = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname != "password"]
    found: dict[str, dict[str, Any]] = {}
    for some in _chunks(pks):
        for pk, *values in model._base_manager.filter(pk__in=some).values_list("pk", *names):
            found[str(pk)] = {name: _plain(value) for name, value in zip(names, values, strict=True)}
    return found


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _python(model: type[Model], name: str, value: Any) -> Any:
    if isinstance(value, str) and isinstance(_field(model, name), BinaryField):
        return bytes.fromhex(value)
    return _field(model, name).to_python(value) if value is not None else None


def _field(model: type[Model], name: str) -> Field:
    return next(f for f in model._meta.concrete_fields if f.attname == name)


def _columns(row: Model) -> list[Field]:
    return [f for f in row._meta.concrete_fields if not f.primary_key]


def _called(model: type[Model], name: str) -> str:
    return str(_field(model, name).verbose_name)


def _name(model: type[Model], pk: Any) -> str:
    row = model._base_manager.filter(pk=pk).first()
    return f"{model._meta.verbose_name}“{row}”" if row is not None else str(model._meta.verbose_name)


def _noun(model: type[Model]) -> str:
    return str(model._meta.verbose_name)


def _kind_of(model: type[Model]) -> str:
    return next((kind for kind, one in refs._models.items() if one is model), "")


def _chunks(pks: list[Any]) -> Iterable[list[Any]]:
    return (pks[n : n + CHUNK] for n in range(0, len(pks), CHUNK))
