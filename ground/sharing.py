"""Rows of a list and what hangs on them: what they point to, few others, and what points to them. Each is read once for all
of them, by one small query a table, where a join would read it again for every row and PostgreSQL plan twenty tables for
twenty rows, and where Django makes a manager and a query for each row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models.query import ModelIterable

from ground.compiled import AnyOf, Compiled

Ways = Mapping[str, Compiled]


class Sharing(models.QuerySet):
    """A queryset whose rows come with what is named: `sharing("station", "holder_seat__deputy", "answers", "steps__organ")`
    fetches what `select_related` (foreign keys) and `prefetch_related` (rows that point here) would, after the rows
    themselves. Rows that point here are all of them in the order of their model, unless the name is given a way of its
    own: `members=Compiled(…)`, with the keys of those they point to as `AnyOf(…, "keys")`."""

    _shared: tuple[str, ...] = ()
    _ways: Ways = {}

    def sharing(self, *names: str, **ways: Compiled) -> Self:
        found = self._chain()
        found._shared, found._ways = (*self._shared, *names, *ways), {**self._ways, **ways}
        return found

    def _clone(self) -> Self:
        copy = super()._clone()
        copy._shared, copy._ways = self._shared, self._ways
        return copy

    def _fetch_all(self) -> None:
        if self._result_cache is None and self._shared and self._iterable_class is ModelIterable:
            self._result_cache = list(self._iterable_class(self))
            share(self._result_cache, self._shared, self._ways)
        super()._fetch_all()


class Held(models.QuerySet):
    """What a related manager answers for rows that were fetched along. Whoever wants to know more asks anew."""

    def __init__(self, field: models.ForeignKey, row: Any, rows: list[Any]) -> None:
        super().__init__(field.model, _no_query(field.model))
        self._result_cache, self._prefetch_done, self._of = rows, True, {field.name: row}

    def _clone(self) -> models.QuerySet:
        return self.model._default_manager.filter(**self._of)

    @property
    def query(self) -> Any:
        return self._clone().query


@cache
def _no_query(model: type[models.Model]) -> models.sql.Query:
    """Stands where a query would; nobody asks it."""
    return models.sql.Query(model)


def share(rows: Iterable[Any], names: Iterable[str], ways: Ways | None = None) -> None:
    """Gives `rows` of one model what is named; "seat__deputy" goes on from there."""
    rows = list(rows)
    if not rows:
        return
    further: dict[Any, set[str]] = defaultdict(set)
    for name in names:
        first, _, rest = name.partition("__")
        further[rows[0]._meta.get_field(first)] |= {rest} - {""}
    keys = {field: rests for field, rests in further.items() if isinstance(field, models.ForeignKey)}
    for model, fields in _by_model(keys).items():
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
    for relation in further.keys() - keys.keys():
        share(_hold(rows, relation, (ways or {}).get(relation.name)), further[relation])


def _hold(rows: list[Any], relation: Any, way: Compiled | None) -> list[Any]:
    """Gives each row those that point to it by `relation`; answers them all."""
    field, name = relation.field, relation.cache_name
    bare = [row for row in rows if name not in getattr(row, "_prefetched_objects_cache", {})]
    by_key, groups = {row.pk: row for row in bare}, defaultdict(list)
    for one in (way or _pointing(field)).objects(keys=list(by_key)) if bare else ():
        key = getattr(one, field.attname)
        groups[key].append(one)
        field.set_cached_value(one, by_key[key])
    for row in bare:
        row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = Held(field, row, groups[row.pk])
    return [one for row in rows for one in row._prefetched_objects_cache[name]]


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


@cache
def _pointing(field: models.ForeignKey) -> Compiled:
    return Compiled(lambda: field.model._default_manager.filter(AnyOf(field.attname, "keys")))
