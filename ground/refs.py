"""References that point upward: a short kind in text and an id, resolved by a register that higher rooms fill."""

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


def resolve(kind: str, pk: int) -> models.Model | None:
    return _models[kind]._base_manager.filter(pk=pk).first()


class RefFields(models.Model):
    """A reference to an object of a higher room: no foreign key, no content type."""

    object_kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def object(self) -> models.Model | None:
        return resolve(self.object_kind, self.object_id)
