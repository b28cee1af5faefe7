"""Queries of one shape: compiled once per process and planned once per connection. On a hot path Django builds a query,
and PostgreSQL plans it, for longer than it takes to run.

named = Compiled(lambda: Organ.objects.filter(AnyOf("pk", "ids")).values_list("pk", "name"))
named.rows(ids=[1, 2])
coded = Compiled(lambda: Organ.objects.filter(code=Given("code")).select_related("region"))
coded.objects(code="dh-rd")
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators


@dataclass(frozen=True)
class Hole:
    """A parameter that is given at each run."""

    name: str


class Given(Expression):
    """Stands in a filter for a value to come: `filter(number=Given("number"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Hole]]:
        return "%s", [Hole(self.name)]


class AnyOf(Func):
    """The condition that a column holds one of a list of values to come: `filter(AnyOf("pk", "ids"))`."""

    arity = 1
    output_field = BooleanField()

    def __init__(self, column: str, name: str) -> None:
        super().__init__(F(column))
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, parameters = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s)", [*parameters, Hole(self.name)]


class AnyFound(Func):
    """The condition that a column holds one of the keys of a query, which PostgreSQL runs first and by itself."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    conditional, output_field = True, BooleanField()

    def __init__(self, column: str, found: QuerySet) -> None:
        super().__init__(F(column), ArraySubquery(found.order_by().values("pk")))


class Compiled:
    """`build()` answers a queryset; it is asked once, at the first run."""

    def __init__(self, build: Callable[[], QuerySet]) -> None:
        self._build = build
        self._statement: tuple[str, tuple[Any, ...]] | None = None
        self._make: Callable[[Any], Any] | None = None

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a `values_list` as the driver gives them; every `Given` of the query is named."""
        if self._statement is None:
            self._statement = self._build().query.sql_with_params()
        sql, parameters = self._statement
        return _run(sql, [values[p.name] if isinstance(p, Hole) else p for p in parameters])

    def objects(self, **values: Any) -> list[Any]:
        """The rows as models, with those that `select_related` names. Neither prefetched nor annotated."""
        if self._make is None:
            compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
            self._statement, self._make = compiler.as_sql(), _maker(compiler)
        return [self._make(row) for row in self.rows(**values)]


def _maker(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """What makes a model of a row, as `ModelIterable` does after it has compiled its query."""
    select, info = compiler.select, compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:last]]
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS)
    converters = compiler.get_converters([column[0] for column in select])

    def make(row: tuple[Any, ...]) -> Any:
        if converters:
            row = next(compiler.apply_converters([row], converters))
        obj = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for populator in related:
            populator.populate(row, obj)
        return obj

    return make


def _run(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """By the one cursor of Django's that binds at the server: the driver prepares what it runs again and again, where the
    settings let it (`prepare_threshold`)."""
    connection.ensure_connection()
    with connection._prepare_cursor(ServerBindingCursor(connection.connection)) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def loaded(model: type[Model], values: dict[str, Any]) -> Any:
    """A row as if it had been fetched with these columns alone. As `from_db` makes it, but without a walk over every column
    of the table for each row: what is not in `__dict__` counts as deferred."""
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, "default"
    row.__dict__.update(values)
    return row


def insert(obj: Model) -> None:
    """Saves a new row as `obj.save(force_insert=True)` does, by a statement compiled once per table. Its columns hold plain
    values, what it points to is saved, and nobody listens to signals of it."""
    sql, fields = _insertion(type(obj))
    [(obj.pk,)] = _run(sql, [field.get_db_prep_save(field.pre_save(obj, True), connection) for field in fields])
    obj._state.adding, obj._state.db = False, connection.alias


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Field]]:
    named, meta = connection.ops.quote_name, model._meta
    fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    holes = [f.get_placeholder(None, None, connection) if hasattr(f, "get_placeholder") else "%s" for f in fields]
    columns = ", ".join(named(field.column) for field in fields)
    into = f"INSERT INTO {named(meta.db_table)} ({columns}) VALUES ({', '.join(holes)})"
    return f"{into} RETURNING {named(meta.pk.column)}", fields
