"""Queries of one shape: compiled once per process and planned once per connection. On a hot path Django builds a query,
and PostgreSQL plans it, for longer than it takes to run.

named = Compiled(lambda: Organ.objects.filter(AnyOf("pk", "ids")).values_list("pk", "name"))
named.rows(ids=[1, 2])
coded = Compiled(lambda: Organ.objects.filter(code=Given("code")).select_related("region"))
coded.objects(code="dh-rd")
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.base import CursorMixin
from django.db.models import BooleanField, CharField, Expression, F, Field, Func, Model, QuerySet, TextField
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from psycopg import RawCursor


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
            self._keep(*self._build().query.sql_with_params())
        sql, parameters = self._statement
        return run(sql, [values[p.name] if isinstance(p, Hole) else p for p in parameters])

    def objects(self, **values: Any) -> list[Any]:
        """The rows as models, with those that `select_related` names. Neither prefetched nor annotated."""
        if self._make is None:
            compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
            self._keep(*compiler.as_sql())
            self._make = _maker(compiler)
        return [self._make(row) for row in self.rows(**values)]

    def _keep(self, sql: str, parameters: Sequence[Any]) -> None:
        self._statement = numbered(sql, len(parameters)), tuple(parameters)


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


class NumberedCursor(CursorMixin, RawCursor):
    """Django's cursor for statements that name their parameters as PostgreSQL does: the driver has nothing to parse in
    them, and prepares what it runs again and again, where the settings let it (`prepare_threshold`)."""


def numbered(sql: str, count: int) -> str:
    """A statement of Django's with `count` parameters as `run` takes it: $1, $2 … for %s, and % for %%."""
    return sql % tuple(f"${n}" for n in range(1, count + 1))


def run(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement; its parameters are written $1, $2 …"""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    line = database.connection
    # One cursor for the whole life of a connection: it knows by then how every type is written and read.
    line.compiled = getattr(line, "compiled", None) or NumberedCursor(line)
    cursor = database._prepare_cursor(line.compiled)
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


def new_row(model: type[Model], **values: Any) -> Any:
    """`model(**values)` without its walk over every column: most columns of a new row hold their defaults. Nobody listens
    to signals of it."""
    constants, made = _defaults(model)
    if unknown := values.keys() - _names(model):
        raise TypeError(f"{model.__name__} has no {sorted(unknown)}")
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(constants)
    row.__dict__.update({name: make() for name, make in made})
    for name, value in values.items():
        setattr(row, name, value)
    return row


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """By column, what a new row begins with: what is always the same, and what is made for each."""
    made = {field.attname: field.default for field in _fields(model) if field.has_default() and callable(field.default)}
    constants = {field.attname: field.get_default() for field in _fields(model) if field.attname not in made}
    return constants, list(made.items())


@cache
def _names(model: type[Model]) -> frozenset[str]:
    return frozenset({"pk", *(f.name for f in _fields(model)), *(f.attname for f in _fields(model))})


class Waiting(NamedTuple):
    """Rows that are written together, and what is called once they are."""

    rows: list[Model]
    calls: list[Callable[[], None]]


_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


def insert(obj: Model) -> None:
    """Saves a new row as `obj.save(force_insert=True)` does, by a statement compiled once for each set of empty columns. Its
    columns hold plain values, what it points to is saved, and nobody listens to signals of it."""
    waiting = _waiting.get()
    if waiting is None:
        _insert([obj])
    else:
        waiting.rows.append(obj)


def are_waiting() -> bool:
    """Whether rows are gathered here to be written together."""
    return _waiting.get() is not None


def on_commit(call: Callable[[], None]) -> None:
    """Django's `on_commit`, after the rows that wait."""
    waiting = _waiting.get()
    if waiting is None:
        transaction.on_commit(call)
    else:
        waiting.calls.append(call)


@contextmanager
def together() -> Iterator[None]:
    """What `insert` is given inside is written by one statement at the end, as it stands then: nobody may read it before.
    A row that others point to needs its key from the beginning (`ground.numbers.draw`). The statement is a transaction by
    itself where none is open, so nothing else may be written inside."""
    if are_waiting():
        yield
        return
    waiting = Waiting([], [])
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting.rows:
        _insert(waiting.rows)
    for call in waiting.calls:
        transaction.on_commit(call)


def _insert(rows: list[Model]) -> None:
    shapes, values, database = [], [], connections[DEFAULT_DB_ALIAS]
    for row in rows:
        empty = []
        for field, as_it_stands, literals in _ways(type(row)):
            value = row.__dict__[field.attname] if as_it_stands else field.pre_save(row, True)
            literal = "NULL" if value is None else literals.get(value, "") if literals else ""
            empty.append(literal)
            if not literal:
                values.append(value if as_it_stands and literals else field.get_db_prep_save(value, database))
        shapes.append((type(row), tuple(empty)))
    [keys] = run(_insertion(tuple(shapes)), values)
    for row, key in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, DEFAULT_DB_ALIAS


@cache
def _ways(model: type[Model]) -> list[tuple[Field, bool, dict[Any, str]]]:
    """Of each column: whether a row holds its value as it stands, and what stands for an empty one in the statement itself,
    for most columns of a new row are empty."""
    plain = {BooleanField: {False: "false"}, CharField: {"": "''"}, TextField: {"": "''"}}
    return [
        (field, type(field).pre_save is Field.pre_save, next((w for k, w in plain.items() if isinstance(field, k)), {}))
        for field in _fields(model)
    ]


@cache
def _fields(model: type[Model]) -> list[Field]:
    return list(model._meta.local_concrete_fields)


@cache
def _insertion(shapes: tuple[tuple[type[Model], tuple[str, ...]], ...]) -> str:
    """One INSERT, or several as parts of one statement; it answers the keys in a row."""
    inserts = [_into(model, empty) for model, empty in shapes]
    holes = sum(len(empty) - sum(map(bool, empty)) for _, empty in shapes)
    if len(inserts) == 1:
        return numbered(inserts[0], holes)
    parts = ", ".join(f"row{n} AS ({text})" for n, text in enumerate(inserts))
    keys = ", ".join(f"(SELECT * FROM row{n})" for n in range(len(inserts)))
    return numbered(f"WITH {parts} SELECT {keys}", holes)


def _into(model: type[Model], empty: tuple[str, ...]) -> str:
    named, meta = connection.ops.quote_name, model._meta
    columns, holes = [], []
    for field, literal in zip(_fields(model), empty, strict=True):
        if literal and field is meta.pk:
            continue  # its default is the next key
        columns.append(named(field.column))
        own = field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
        holes.append(literal or own)
    into = f"INSERT INTO {named(meta.db_table)} ({', '.join(columns)}) VALUES ({', '.join(holes)})"
    return f"{into} RETURNING {named(meta.pk.column)}"
