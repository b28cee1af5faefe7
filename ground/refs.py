"""References that point upward: a short kind in text and an id, resolved by a register that higher rooms fill."""

from collections.abc import Iterable

from django.db import models

_models: dict[str, type[models.Model]] = {}


def register(kind: str, model: type[models.Model]) -> None:
    """Names `model` by `kind` (at most 20 ASCII letters); called once from the owner's `apps.ready`."""
    if _models.setdefault(kind, model) is not model:
        raise ValueError(f"the kind {kind} is taken")


def kind_of(obj: models.Model) -> str:
    return next(kind for kind, model in _models.items() if isinstance(obj, model))


def model_of(kind: str) -> type[models.Model]:
    return _models[kind]


def kinds() -> dict[str, type[models.Model]]:
    """Every registered kind and its model."""
    return dict(_models)


def resolve(kind: str, pk: int) -> models.Model | None:
    return _models[kind]._base_manager.filter(pk=pk).first()


def attach(rows: Iterable["RefFields"]) -> None:
    """Reads the objects many rows refer to, with what their names are made of: one query for each kind."""
    wanted: dict[str, list[RefFields]] = {}
    for row in rows:
        wanted.setdefault(row.object_kind, []).append(row)
    for kind, same in wanted.items():
        found = _models[kind]._base_manager.select_related().in_bulk({row.object_id for row in same})
        for row in same:
            row.attached = found.get(row.object_id)


class RefFields(models.Model):
    """A reference to an object of a higher room: no foreign key, no content type."""

    object_kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def object(self) -> models.Model | None:
        if "attached" in self.__dict__:
            return self.attached
        return resolve(self.object_kind, self.object_id)
