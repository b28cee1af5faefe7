"""Tables of reference data: what a column is called, how a row is read, compared, saved and taken back.

A room declares a `TableResource` for each table (the same for export and import). `examine` compares rows with what is
kept and writes nothing; `save` writes what `examine` found, many rows at once, and leaves with each row a record of
what was made and changed; `ground.undoing` takes a record back. An import acts with the rights of whoever brings it:
every row must be theirs before and after (security.md §8).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, Widget

from ground import sheets
from ground.errors import DomainError, Forbidden, Invalid
from ground.undoing import Obstacle, Record

NOT_YOURS = "这一行不在您管理的范围内。"
Progress = Callable[[int], None]  # so many rows are done


def keep_permission(model: type[Model]) -> str:
    return f"{model._meta.app_label}.keep_{model._meta.model_name}"


def spelling(name: str) -> str:
    """A name as it is kept: full-width letters made plain, blanks between characters taken out (“王 建国” is “王建国”)."""
    name = unicodedata.normalize("NFKC", name).strip()
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", re.sub(r"\s+", " ", name))


@dataclass
class Line:
    """One row of an import: what stands in it, and what `examine` found it would do."""

    no: int
    cells: dict[str, str]  # by column
    faults: dict[str, str] = field(default_factory=dict)  # what the file itself says is wrong
    decision: str = ""  # what the person said where the row asks: see `asks`
    kind: str = ""  # new | changed | same | wrong
    errors: list[tuple[str, str]] = field(default_factory=list)  # (column, sentence); "" speaks of the whole row
    notes: list[str] = field(default_factory=list)
    diff: list[tuple[str, str, str]] = field(default_factory=list)  # (column, old, new)
    asks: list[tuple[str, str]] = field(default_factory=list)  # (decision, words): one has to be chosen
    instance: Any = None
    extra: dict[str, Any] = field(default_factory=dict)  # what a resource has to remember until it saves
    record: Record = field(default_factory=Record)

    def wrong(self, column: str, sentence: str) -> None:
        self.errors.append((column, sentence))

    def text(self, column: str) -> str:
        return self.cells.get(column, "")


# -- columns ----------------------------------------------------------------------------------------------------------


class Labels(Widget):
    """A column that shows the labels of a closed list and reads labels or codes; `also` maps further words to codes."""

    def __init__(self, choices: Any, also: dict[str, str] | None = None) -> None:
        super().__init__()
        self.labels = dict(getattr(choices, "choices", choices))
        self.also = also or {}

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(str(label) for label in self.labels.values())

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        typed = str(value or "").strip()
        codes = {str(label): code for code, label in self.labels.items()} | {code: code for code in self.labels}
        codes |= self.also
        if typed not in codes:
            raise ValueError(f"没有“{typed}”这一项，可以填：{'、'.join(self.words)}。")
        return codes[typed]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.labels.get(value, value or ""))


class YesNo(Widget):
    words = ("是", "否")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        typed = str(value or "").strip().lower()
        if typed not in ("是", "否", "1", "0", "true", "false", "yes", "no"):
            raise ValueError("请填“是”或“否”。")
        return typed in ("是", "1", "true", "yes")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else "是" if value else "否"


class Day(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return sheets.as_day(str(value)) if value else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class Whole(Widget):
    """A whole number: “19”, “19.0”, “第19届”, “19 届”."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if value in (None, ""):
            return None
        typed = re.fullmatch(
            r"第?\s*(\d{1,9})(?:\.0+)?\s*(?:届|次|年)?", unicodedata.normalize("NFKC", str(value)).strip()
        )
        if not typed:
            raise ValueError(f"“{value}”不是整数。")
        return int(typed[1])

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Decimal(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> float | None:
        try:
            return float(value) if value not in (None, "") else None
        except ValueError:
            raise ValueError(f"“{value}”不是数字。") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else repr(float(value))


class Lookup(ForeignKeyWidget):
    """A key of another table by its code, or by its exact name where only one bears it.

    All rows of a file are looked up at once (`prepare`). `learn` makes rows of the same file known that are not saved
    yet, so that a child may stand above its parent.
    """

    def __init__(self, model: type[Model], key: str = "code", *, names: tuple[str, ...] = ()) -> None:
        super().__init__(model, key)
        self.names = names
        self.found: dict[str, list[Any]] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        wanted = {text for text in texts if text}
        self.found = {}
        for name in (self.field, *self.names):
            for row in self.model._base_manager.filter(**{f"{name}__in": wanted}) if wanted else ():
                self.learn(row, str(getattr(row, name)))

    def learn(self, row: Any, text: str) -> None:
        rows = self.found.setdefault(text, [])
        if text and not any(row is other or (row.pk and row.pk == other.pk) for other in rows):
            rows.append(row)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        rows = self.found.get(text, [])
        exact = [one for one in rows if str(getattr(one, self.field)) == text]
        noun = self.model._meta.verbose_name
        if len(exact or rows) > 1:
            raise ValueError(f"有 {len(rows)} 个{noun}叫“{text}”，请填代码。")
        if not rows:
            raise ValueError(f"没有“{text}”这个{noun}，请先登记或核对{'代码' if not self.names else '代码、名称'}。")
        return (exact or rows)[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(getattr(value, self.field))


# -- resources --------------------------------------------------------------------------------------------------------


class TableResource(ModelResource):
    """A table in Chinese columns. Subclasses name their `required` columns, hints and examples for the template; a
    table that is a tree names the column of the parent. An empty cell leaves what is kept as it is."""

    required: tuple[str, ...] = ()
    hints: dict[str, str] = {}
    examples: dict[str, str] = {}
    parent_column = ""  # rows of the file are taken parents first
    name_columns: tuple[str, ...] = ()  # what else than the key a parent may be called by
    related: tuple[str, ...] = ()  # select_related of what is compared and exported
    user: Any = None

    # What the page and the template ask

    @property
    def columns(self) -> list[sheets.Column]:
        """The columns an import reads, in order."""
        return [
            sheets.Column(
                one.column_name,
                one.column_name in self.required,
                self.hints.get(one.column_name, ""),
                self.examples.get(one.column_name, ""),
                getattr(one.widget, "words", ()),
            )
            for one in self.taken()
        ]

    def taken(self) -> list[Field]:
        return [one for one in self.get_import_fields() if not one.readonly]

    @property
    def keys(self) -> list[Field]:
        return [self.fields[name] for name in self._meta.import_id_fields]

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        return queryset.select_related(*self.related) if self.related else queryset

    # Examining

    def examine(self, lines: list[Line], *, by: Any, progress: Progress = lambda done: None) -> None:
        """Says of every line what it would do: new, changed, same or wrong. Writes nothing."""
        self.user = by
        for line in lines:
            line.kind, line.instance = "", None
            line.errors, line.notes, line.diff, line.asks = list(line.faults.items()), [], [], []
            line.extra, line.record = {}, Record()
        self.prepare(lines)
        for done, line in enumerate(self.in_order(lines), 1):
            try:
                self.look(line)
            except (DomainError, ValidationError) as refusal:
                self.note_refusal(line, refusal)
            progress(done)
        self.compare(lines)
        for line in lines:
            line.kind = "wrong" if line.errors else line.kind

    def prepare(self, lines: list[Line]) -> None:
        """Loads in a few queries what the lines speak of."""
        for one in self.taken():
            if isinstance(one.widget, Lookup):
                one.widget.prepare(line.text(one.column_name) for line in lines)
        self.kept = {}
        self.seen: dict[tuple[str, ...], int] = {}
        first, *_ = self.keys
        values = {key[0] for line in lines if (key := self.key_of(line)) is not None}
        path = f"{first.attribute}__{first.widget.field}" if isinstance(first.widget, Lookup) else first.attribute
        for row in self.rows().filter(**{f"{path}__in": values}) if values else ():
            self.kept[tuple(str(one.export(row)) for one in self.keys)] = row

    def rows(self) -> QuerySet:
        return self._meta.model._base_manager.select_related(*self.related)

    def key_of(self, line: Line) -> tuple[str, ...] | None:
        """The key of a line as it would be exported; None where it has none or it cannot be read."""
        parts = []
        for one in self.keys:
            text = line.text(one.column_name)
            try:
                parts.append(str(one.widget.render(one.widget.clean(text))) if text else "")
            except (ValueError, ValidationError):
                parts.append(text)
        return tuple(parts) if all(parts) else None

    def in_order(self, lines: list[Line]) -> list[Line]:
        """Parents before children, whatever the order of the file; a circle is wrong."""
        if not self.parent_column:
            return lines
        by_name: dict[str, Line] = {}
        for line in lines:
            for column in (self.keys[0].column_name, *self.name_columns):
                by_name.setdefault(line.text(column), line)
        ordered: list[Line] = []
        state: dict[int, str] = {}
        for start in lines:
            path, line = [], start
            while line is not None and line.no not in state:
                state[line.no] = "open"
                path.append(line)
                above = line.text(self.parent_column)
                line = by_name.get(above) if above else None
            if line is not None and state[line.no] == "open" and line in path:
                line.wrong(self.parent_column, "上级绕成了一圈，请核对。")
            for one in reversed(path):
                state[one.no] = "done"
                ordered.append(one)
        return ordered

    def look(self, line: Line) -> None:
        """Reads one line into an instance and compares; see the class for what an empty cell means."""
        key = self.key_of(line)
        if key is not None:
            if key in self.seen:
                raise Invalid(self.keys[0].column_name, f"与第 {self.seen[key]} 行重复，请删去一行。")
            self.seen[key] = line.no
        kept = self.kept.get(key) if key is not None else None
        if kept is not None:
            self.check_may_keep(kept)
        line.instance = instance = kept or self._meta.model()
        before = self.shown(instance) if kept is not None else {}
        line.extra["before"] = columns_of(instance) if kept is not None else {}
        if kept is None:
            self.announce(line)
        for name in self.required if kept is None else ():
            if not line.text(name) and name not in line.faults:
                line.wrong(name, "必填。")
        self.fill(line)
        if line.errors:
            return
        self.adapt(line)
        self.check_may_keep(instance)
        self.check_columns(line)
        self.settle(line, before if kept is not None else None)

    def fill(self, line: Line) -> None:
        for one in self.taken():
            text = line.text(one.column_name)
            if not text:
                continue
            try:
                setattr(line.instance, one.attribute, one.clean(line.cells))
            except (ValueError, ValidationError) as wrong:
                said = wrong.messages[0] if isinstance(wrong, ValidationError) else str(wrong)
                line.wrong(one.column_name, said)

    def announce(self, line: Line) -> None:
        """Makes a new row known to the lookups of other rows of the same file."""
        for one in self.taken():
            if isinstance(one.widget, Lookup) and one.widget.model is self._meta.model:
                for column in (self.keys[0].column_name, *self.name_columns):
                    if line.text(column):
                        one.widget.learn(line.instance, line.text(column))

    def adapt(self, line: Line) -> None:
        """What else a room wants to check or set before the row is compared; may add notes and errors."""

    def check_may_keep(self, instance: Model) -> None:
        if self.user is None or not self.user.has_perm(keep_permission(type(instance)), instance):
            raise Forbidden(NOT_YOURS)

    def check_columns(self, line: Line) -> None:
        """The model's own checks of length and choice, without a query."""
        named = {one.attribute: one.column_name for one in self.taken()}
        model = self._meta.model
        plain = {f.name for f in model._meta.concrete_fields if f.remote_field is None and not f.primary_key}
        plain |= {f.name for f in model._meta.concrete_fields if f.primary_key and f.name in named}
        given = {one.attribute for one in self.keys if not line.text(one.column_name)}  # a code that is issued later
        skipped = [f.name for f in model._meta.concrete_fields if f.name not in plain & set(named) - given]
        try:
            line.instance.clean_fields(exclude=skipped)
        except ValidationError as wrong:
            for name, messages in wrong.message_dict.items():
                line.wrong(named[name], messages[0])

    def settle(self, line: Line, before: dict[str, str] | None) -> None:
        after = self.shown(line.instance)
        if before is None:
            line.kind = "new"
            line.diff = [(column, "", text) for column, text in after.items() if text]
            return
        line.diff = [(column, before[column], text) for column, text in after.items() if before[column] != text]
        line.kind = "changed" if line.diff else "same"

    def shown(self, instance: Any) -> dict[str, str]:
        """The row as a person reads it, by column."""
        return {one.column_name: str(self.export_field(one, instance) or "") for one in self.taken()}

    def compare(self, lines: list[Line]) -> None:
        """Compares lines of one file with one another."""

    @staticmethod
    def note_refusal(line: Line, refusal: DomainError | ValidationError) -> None:
        if isinstance(refusal, Invalid):
            line.errors += [(pointer, sentence) for pointer, sentence in refusal.errors]
        elif isinstance(refusal, ValidationError):
            line.errors += [("", sentence) for sentence in refusal.messages]
        else:
            line.wrong("", refusal.detail)

    # Saving

    def save(self, lines: list[Line], *, progress: Progress = lambda done: None) -> None:
        """Writes what `examine` found, inside the caller's transaction; each line's `record` says what came of it."""
        done = 0
        for kind, write in (("new", self.save_new), ("changed", self.save_changed)):
            part = [line for line in self.in_order(lines) if line.kind == kind]
            write(part, lambda n, before=done: progress(before + n))
            done += len(part)

    def save_new(self, lines: list[Line], progress: Progress) -> None:
        for done, line in enumerate(lines, 1):
            self.do_instance_save(line.instance, True)
            line.record.made(line.instance)
            progress(done)

    def save_changed(self, lines: list[Line], progress: Progress) -> None:
        for done, line in enumerate(lines, 1):
            self.do_instance_save(line.instance, False)
            line.record.changed(line.instance, line.extra["before"])
            progress(done)

    def in_the_way(self, records: dict[int, Record]) -> list[Obstacle]:
        """What only the room knows to stand in the way of undoing (a printed code, say)."""
        return []

    def before_removal(self, removed: dict[type[Model], list[Any]]) -> None:
        """What has to happen before rows that an import made are removed (a code is taken out of use, say)."""


def columns_of(instance: Model) -> dict[str, Any]:
    """The values of a row's own columns."""
    return {f.attname: getattr(instance, f.attname) for f in instance._meta.concrete_fields if not f.primary_key}
