"""Rows of a list point to few others: each of those is read once for all of them, by one small query a table, where a join
would read it again for every row and PostgreSQL plan twenty tables for twenty rows."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models.query import ModelIterable

from ground.compiled import AnyOf, Compiled


class Sharing(models.QuerySet):
    """A queryset whose rows come with what their foreign keys point to: `sharing("town", "station", "holder_seat__deputy")`
    fetches what `select_related` would, after the rows themselves."""

    _shared: tuple[str, ...] = ()

    def sharing(self, *names: str) -> Self:
        found = self._chain()
        found._shared = (*self._shared, *names)
        return found

    def _clone(self) -> Self:
        copy = super()._clone()
        copy._shared = self._shared
        return copy

    def _fetch_all(self) -> None:
        if self._result_cache is None and self._shared and self._iterable_class is ModelIterable:
            self._result_cache = list(self._iterable_class(self))
            share(self._result_cache, self._shared)
        super()._fetch_all()


def share(rows: Iterable[Any], names: Iterable[str]) -> None:
    """Gives `rows` of one model what the foreign keys of these names point to; "seat__deputy" goes on from there."""
    rows = list(rows)
    if not rows:
        return
    further: dict[models.ForeignKey, set[str]] = defaultdict(set)
    for name in names:
        first, _, rest = name.partition("__")
        further[rows[0]._meta.get_field(first)] |= {rest} - {""}
    for model, fields in _by_model(further).items():
        missing = [(row, field) for row in rows for field in fields if _is_missing(row, field)]
        found = _found(model, {getattr(row, field.attname) for row, field in missing})
        for row, field in missing:
            field.set_cached_value(row, found[getattr(row, field.attname)])
        beyond = {
            id(one): one
            for row in rows
            for field in fields
            if further[field] and (one := field.get_cached_value(row, None))
        }
        share(beyond.values(), set().union(*(further[field] for field in fields)))


def _by_model(fields: Iterable[models.ForeignKey]) -> dict[type[models.Model], list[models.ForeignKey]]:
    found: dict[type[models.Model], list[models.ForeignKey]] = defaultdict(list)
    for field in fields:
        found[field.related_model].append(field)
    return found


def _is_missing(row: Any, field: models.ForeignKey) -> bool:
    return getattr(row, field.attname) is not None and not field.is_cached(row)


def _found(model: type[models.Model], keys: set[Any]) -> dict[Any, Any]:
    return {one.pk: one for one in _of_keys(model).objects(keys=list(keys))} if keys else {}


@cache
def _of_keys(model: type[models.Model]) -> Compiled:
    return Compiled(lambda: model._base_manager.filter(AnyOf("pk", "keys")).order_by())
