"""Multiplies rows: a web of rows that belong together is read once and written many times with COPY.

What belongs together follows from the models: a row goes with what it points to by a CASCADE key or by an object
reference. So a table of a later capability joins by itself; what it needs beyond keys, dates and words (a number from a
sequence, a sealed value) is one function in `config/demo/customs.py`.
"""

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from ground import refs
from ground.clock import SHANGHAI
from ground.refs import RefFields
from ground.workflow import Step

Model = type[models.Model]
Ids = Mapping[Model, Mapping[Any, Any]]

NOT_COPIED = {"accounts.Notice", "accounts.Device", "accounts.Token", "ground.Job"}  # of people, not of what happened
GOES_WITH = {"suggestions.OpinionLink": ("opinion", "suggestion")}  # keys that bind although they protect
BRINGS = {"suggestions.Opinion": ("contact",)}  # keys whose target is copied too, one for each
TOLD = {"clocks.Reminder"}  # beside steps: whatever the outbox would tell
ONLY_SPOKEN = {"suggestions.Opinion": ("text", "masked_text", "place")}  # a citizen's words may vary more than names
IDS_IN_JSON = {
    "contact": "suggestions.ContactRecord",
    "assignments": "suggestions.Assignment",
    "replaces": "suggestions.Commitment",
    "done": "suggestions.Commitment",
}
DAY_IN_JSON = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?=[\"T ])")
DAY_IN_WORDS = re.compile(r"(?:\d{4} 年 )?\d{1,2} 月 \d{1,2} 日(?: \d\d:\d\d)?")
ROWS_AT_ONCE = 20_000
IDS_AT_ONCE = 2_000


@dataclass
class Copy:
    """One copy under way: where old ids and words lead, and by how much time moves."""

    base: Ids
    words: dict[str, str]
    pattern: "Pattern | None" = None
    maker: Any = None  # makes names, codes and numbers (`config/demo/customs.py`)
    spoken: dict[str, str] = field(default_factory=dict)
    weeks: timedelta = timedelta()
    jitter: timedelta = timedelta()
    number: int = 0  # of the place: organs and venues of a place are told apart by it
    drift: float = 0.0  # degrees by which places lie apart
    new: dict[Model, list[Any]] = field(default_factory=dict)

    @property
    def shift(self) -> timedelta:
        return self.weeks - self.jitter


Op = Callable[[Copy], Any]
Keys = Iterable[tuple[str, Op]]  # a word of the template and what stands for it in a copy
prepares: dict[str, Callable[["Web", Any], Keys]] = {}  # label → words each row of the table gives
finishes: dict[str, Callable[["Web", Copy, dict[str, Any], Any], None]] = {}  # label → the last hand on a new row


def attnames(model: Model) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields]


@cache
def children(model: Model) -> list[tuple[Model, models.ForeignKey]]:
    """The tables whose rows go with a row of `model`, each with the key that says so."""
    found = []
    for child in apps.get_models(include_auto_created=True):
        label = child._meta.label
        if label in NOT_COPIED:
            continue
        for f in child._meta.concrete_fields:
            if not f.is_relation or f.related_model is not model:
                continue
            if child._meta.auto_created and child._meta.auto_created is not model:
                continue  # a pair goes with the side that declares it
            if f.remote_field.on_delete is models.CASCADE or f.name in GOES_WITH.get(label, ()):
                found.append((child, f))
    return found


class Web:
    """Rows that belong together, by model and key; columns as in `attnames`."""

    def __init__(self, rows: dict[Model, dict[Any, dict[str, Any]]]) -> None:
        self.rows = rows

    @classmethod
    def of(cls, seeds: Mapping[Model, Iterable[Any]]) -> "Web":
        """Reads the seeds and everything that goes with them."""
        rows: dict[Model, dict[Any, dict[str, Any]]] = defaultdict(dict)
        waiting = [(model, model._base_manager.filter(pk__in=list(pks))) for model, pks in seeds.items()]
        kinds = {model: kind for kind, model in refs.kinds().items()}
        while waiting:
            model, query = waiting.pop()
            fresh = {row[model._meta.pk.attname]: row for row in query.order_by("pk").values(*attnames(model))}
            fresh = {pk: row for pk, row in fresh.items() if pk not in rows[model]}
            if not fresh:
                continue
            rows[model] |= fresh
            for child, key in children(model):
                waiting.append((child, child._base_manager.filter(**{f"{key.attname}__in": list(fresh)})))
            if model in kinds:
                for child in apps.get_models():
                    if issubclass(child, RefFields) and child._meta.label not in NOT_COPIED:
                        told = child._base_manager.filter(object_kind=kinds[model], object_id__in=list(fresh))
                        waiting.append((child, told))
            for name in BRINGS.get(model._meta.label, ()):
                key = model._meta.get_field(name)
                wanted = {row[key.attname] for row in fresh.values()} - {None}
                waiting.append((key.related_model, key.related_model._base_manager.filter(pk__in=wanted)))
        return cls({model: dict(sorted(found.items())) for model, found in rows.items() if found})

    def split(self) -> list["Web"]:
        """The webs no key leads between: histories that can be copied one by one, the oldest first."""
        leader: dict[tuple[Model, Any], tuple[Model, Any]] = {}

        def lead(node: tuple[Model, Any]) -> tuple[Model, Any]:
            while leader.setdefault(node, node) != node:
                leader[node] = leader[leader[node]]
                node = leader[node]
            return node

        for model, found in self.rows.items():
            for pk, row in found.items():
                for target in self.targets(model, row):
                    leader[lead((model, pk))] = lead(target)
        webs: dict[Any, dict[Model, dict[Any, dict[str, Any]]]] = {}
        for model, found in self.rows.items():
            for pk, row in found.items():
                webs.setdefault(lead((model, pk)), {}).setdefault(model, {})[pk] = row
        return [Web(rows) for rows in webs.values()]

    def targets(self, model: Model, row: Mapping[str, Any]) -> Iterator[tuple[Model, Any]]:
        """What a row points to inside the web."""
        for f in model._meta.concrete_fields:
            if f.is_relation and row[f.attname] in self.rows.get(f.related_model, ()):
                yield f.related_model, row[f.attname]
        for kind, name in references(model):
            target = refs.kinds().get(row[kind])
            if target is not None and row[name] in self.rows.get(target, ()):
                yield target, row[name]

    def of_label(self, label: str) -> dict[Any, dict[str, Any]]:
        return self.rows.get(apps.get_model(label), {})

    def count(self, label: str) -> int:
        return len(self.of_label(label))

    def moments(self) -> Iterator[datetime]:
        """Every point in time the web names, days at their end."""
        for model, found in self.rows.items():
            for f in model._meta.concrete_fields:
                if isinstance(f, models.DateField):
                    for row in found.values():
                        if (value := row[f.attname]) is not None:
                            yield (
                                value
                                if isinstance(value, datetime)
                                else datetime.combine(value, time(0, 0, 1), SHANGHAI)
                            )


def references(model: Model) -> list[tuple[str, str]]:
    """The pairs of columns that refer to an object by kind and id: object_kind and object_id, matter_kind …"""
    names = {f.name for f in model._meta.concrete_fields if not f.is_relation}
    return [(f"{n[:-3]}_kind", n) for n in sorted(names) if n.endswith("_id") and f"{n[:-3]}_kind" in names]


class Pattern:
    """A web made ready for copying: of each row, what stays and what each copy makes anew."""

    def __init__(self, web: Web, *, known: Mapping[Model, Iterable[Any]], words: Iterable[str]) -> None:
        """`known`: the old ids a base will map; `words`: the old words a copy's words will replace."""
        self.web = web
        self.known = {model: set(pks) for model, pks in known.items()}
        self.order = {model: {pk: n for n, pk in enumerate(found)} for model, found in web.rows.items()}
        self.keys = [
            key
            for model, found in web.rows.items()
            if model._meta.label in prepares
            for row in found.values()
            for key in prepares[model._meta.label](web, row)
        ]
        self.tokens: dict[str, tuple[Model, int]] = {}
        wanted = sorted({key for key, _ in self.keys if key} | set(words), key=len, reverse=True)
        self.words = one_of(wanted)
        self.names = one_of(sorted(words, key=len, reverse=True))
        self.tables = [(model, self._table(model, found)) for model, found in web.rows.items()]

    def _table(self, model: Model, found: Mapping[Any, dict[str, Any]]) -> list[tuple[dict[str, Any], list]]:
        label = model._meta.label
        sealed = [f.name for f in model._meta.concrete_fields if isinstance(f, models.BinaryField)]
        if sealed and label not in finishes:
            raise TypeError(f"{label}.{sealed[0]} is bound to its row: say in customs how a copy seals it")
        table = []
        for row in found.values():
            ops = [(f.attname, op) for f in model._meta.concrete_fields if (op := self._op(model, f, row)) is not None]
            pairs = references(model)
            ops += [(name, op) for kind, name in pairs if (op := self._ref(row[kind], row[name])) is not None]
            still = {
                f.attname: json.dumps(row[f.attname], ensure_ascii=False)
                if isinstance(f, models.JSONField) and row[f.attname] is not None
                else row[f.attname]
                for f in model._meta.concrete_fields
            }
            if all(op is not GONE for _, op in ops):
                table.append((still, ops))
        if any(f.name == "path" for f in model._meta.concrete_fields):
            table.sort(key=lambda pair: pair[0]["path"].count("."))  # what stands above comes first
        return table

    def _op(self, model: Model, f: models.Field, row: Mapping[str, Any]) -> Op | None:
        value = row[f.attname]
        if f.primary_key:
            return self._own(model, value)
        if f.is_relation:
            return self._key(f, value)
        if value is None:
            if f.name == "told_at" and (issubclass(model, Step) or model._meta.label in TOLD):
                at = row["at"]
                return lambda c: at + c.shift
            return None
        if isinstance(f, models.UUIDField):
            return lambda c: uuid.uuid4()
        if isinstance(f, models.DateTimeField):
            return (lambda c: value + c.weeks) if turns_a_day(value) else (lambda c: value + c.shift)
        if isinstance(f, models.DateField):
            return lambda c: value + c.weeks
        if f.name in ("lng", "lat") and isinstance(f, models.FloatField):
            return lambda c: round(value + c.drift, 6)
        if isinstance(f, models.JSONField):
            return self._json(value, row)
        if (
            isinstance(f, (models.CharField, models.TextField))
            and not isinstance(f, SearchVectorField)
            and not f.choices
        ):
            if f.name in ONLY_SPOKEN.get(model._meta.label, ()):
                return self._spoken(value)
            return self._text(value, f.max_length, row)
        return None

    def _own(self, model: Model, pk: Any) -> Op:
        n = self.order[model][pk]
        return lambda c: c.new[model][n]

    def _key(self, f: models.Field, value: Any) -> Op | None:
        if value is None:
            return None
        model = f.related_model
        if value in self.order.get(model, ()):
            return self._own(model, value)
        if value in self.known.get(model, ()):
            return lambda c: c.base[model].get(value, value)
        if f.unique:  # what belongs to one row alone cannot belong to its copy: a file, an account
            return (lambda c: None) if f.null else GONE
        return None

    def _ref(self, kind: str, value: Any) -> Op | None:
        model = refs.kinds().get(kind)
        return self._own(model, value) if model is not None and value in self.order.get(model, ()) else None

    def _spoken(self, text: str) -> Op | None:
        parts = re.split(f"({self.words.pattern})", text)
        return (lambda c: "".join([c.spoken.get(w) or c.words.get(w, w) for w in parts])) if len(parts) > 1 else None

    def _text(self, text: str, limit: int | None, row: Mapping[str, Any]) -> Op | None:
        ops = self._parts(text, f"({self.words.pattern})|({DAY_IN_WORDS.pattern})", row)
        return (lambda c: "".join([op if isinstance(op, str) else op(c) for op in ops])[:limit]) if ops else None

    def _json(self, value: Any, row: Mapping[str, Any]) -> Op | None:
        text = json.dumps(self._tokens(value), ensure_ascii=False)
        what = f'({self.words.pattern})|({DAY_IN_WORDS.pattern})|({DAY_IN_JSON.pattern})|"(#\\d+)"'
        ops = self._parts(text, what, row)
        return (lambda c: "".join([op if isinstance(op, str) else op(c) for op in ops])) if ops else None

    def _parts(self, text: str, what: str, row: Mapping[str, Any]) -> list[str | Op]:
        """A text cut into what stays and what a copy says in its place; [] where all of it stays."""
        beside = next((v for v in row.values() if isinstance(v, datetime)), None)
        parts: list[str | Op] = []
        last = 0
        for found in re.finditer(what, text):
            parts += [text[last : found.start()], self._part(found, beside)]
            last = found.end()
        return [*parts, text[last:]] if parts else []

    def _part(self, found: re.Match, beside: datetime | None) -> Op:
        word, spoken, day, token = (*found.groups(), None, None)[:4]
        if token:
            model, n = self.tokens[token]
            return lambda c: str(c.new[model][n])
        if day:
            on = date.fromisoformat(day)
            return lambda c: (on + c.weeks).isoformat()
        if spoken:
            return _spoken_day(spoken, beside)
        return lambda c: c.words.get(word, word)

    def _tokens(self, value: Any, key: str = "") -> Any:
        """The same with ids of copied rows replaced by names for them."""
        if isinstance(value, dict):
            return {k: self._tokens(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self._tokens(v, key) for v in value]
        if key in IDS_IN_JSON and isinstance(value, int) and not isinstance(value, bool):
            model = apps.get_model(IDS_IN_JSON[key])
            if value in self.order.get(model, ()):
                name = f"#{len(self.tokens)}"
                self.tokens[name] = model, self.order[model][value]
                return name
        return value

    def said(self, c: Copy, text: str) -> str:
        """A text of the template with the names of the copy's place and people."""
        return self.names.sub(lambda found: c.words.get(found[0], found[0]), text)

    def write(self, to: "Writer", c: Copy) -> Copy:
        """One copy of the whole web. Afterwards `c` knows every new id and word."""
        c.pattern = self
        for key, op in self.keys:
            if key not in c.words:
                c.words[key] = op(c)
        for model, found in self.web.rows.items():
            c.new[model] = to.draw(model, len(found)) if model._meta.auto_field else [c.words[str(pk)] for pk in found]
        for model, table in self.tables:
            finish = finishes.get(model._meta.label)
            for still, ops in table:
                row = still.copy()
                for name, op in ops:
                    row[name] = op(c)
                if "path" in row and "parent_id" in row:
                    row["path"] = to.path(model, row)
                if finish:
                    finish(self.web, c, row, still)
                to.add(model, list(row.values()))
        return c

    def ids(self, c: Copy) -> dict[Model, dict[Any, Any]]:
        """Old ids to new ones, as the base of later copies."""
        return {model: dict(zip(found, c.new[model], strict=True)) for model, found in self.web.rows.items()}


def one_of(words: Iterable[str]) -> re.Pattern:
    return re.compile("|".join(map(re.escape, words)) or r"(?!)")


def GONE(c: Copy) -> Any:  # noqa: N802 a mark, never called
    raise AssertionError


def turns_a_day(at: datetime) -> bool:
    """Whether a moment is the edge of a day: such a one moves by whole days only, and what fired there with it."""
    clock = at.astimezone(SHANGHAI).time()
    return clock >= time(23, 59, 59) or clock < time(0, 0, 30)


def _spoken_day(text: str, beside: datetime | None) -> Op:
    """“9 月 28 日 17:00” moved. Where no year is said it is the one that brings the day nearest to the row's own time."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    named = "年" in text
    years = [numbers.pop(0)] if named else [beside.year + n for n in (0, 1, -1)] if beside else []
    days = []
    for year in years:
        try:
            days.append(datetime(year, *numbers, tzinfo=SHANGHAI))
        except ValueError:
            continue
    if not days:
        return lambda c: text
    at = min(days, key=lambda day: abs(day - beside)) if beside else days[0]
    form = ("{0.year} 年 " if named else "") + "{0.month} 月 {0.day} 日" + (" {0:%H:%M}" if ":" in text else "")
    return lambda c: form.format(at + (c.shift if ":" in text else c.weeks))


class Writer:
    """Rows on their way into the database: ids drawn from the tables' own sequences, rows sent by COPY in batches."""

    def __init__(self) -> None:
        self.waiting: dict[Model, list[list[Any]]] = defaultdict(list)
        self.held = self.written = 0
        self.drawn: dict[Any, list[Any]] = defaultdict(list)
        self.paths: dict[tuple[Model, Any], str] = {}

    def draw(self, model: Model, many: int) -> list[Any]:
        """So many new ids."""
        pk = model._meta.pk
        return self._draw(model, many, "pg_get_serial_sequence(%s, %s)", [model._meta.db_table, pk.column])

    def draw_from(self, sequence: str) -> int:
        """The next value of a named sequence."""
        return self._draw(sequence, 1, "%s", [sequence])[0]

    def _draw(self, key: Any, many: int, sequence: str, values: list[str]) -> list[Any]:
        pool = self.drawn[key]
        if len(pool) < many:
            fresh = max(IDS_AT_ONCE, many) if not isinstance(key, str) else 100
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [*values, fresh])
                pool[:0] = [row[0] for row in reversed(cursor.fetchall())]
        taken = pool[-many:] if many else []
        del pool[len(pool) - many :]
        return taken[::-1]

    def path(self, model: Model, row: Mapping[str, Any]) -> str:
        above, pk = row["parent_id"], row[model._meta.pk.attname]
        if above is not None and (model, above) not in self.paths:
            self.paths[model, above] = model._base_manager.values_list("path", flat=True).get(pk=above)
        path = self.paths[model, pk] = f"{self.paths[model, above] if above is not None else ''}{pk}."
        return path

    def add(self, model: Model, row: list[Any]) -> None:
        self.waiting[model].append(row)
        self.held += 1

    def is_full(self) -> bool:
        return self.held >= ROWS_AT_ONCE

    def flush(self) -> None:
        """Sends what waits and lets PostgreSQL check its keys, so that no queue of checks grows until the end."""
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            for model, rows in self.waiting.items():
                columns = ", ".join(quote(f.column) for f in model._meta.concrete_fields)
                with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        self.written += self.held
        self.waiting.clear()
        self.held = 0
