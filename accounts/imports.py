"""Imports of tables: what was uploaded is checked and shown, then applied whole or not at all, and can be undone.

The work is done by jobs (`accounts.tasks`); here is what they do. Rows and undo records are sealed and kept seven days.
"""

import hashlib
import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from accounts.models import Import, ImportRecord, ImportRow, Organ, User
from ground import audit, clock, files, jobs, sealed, sheets, undoing
from ground.errors import DomainError, Forbidden, GuardFailed, Invalid, NotVisible, WrongState
from ground.tables import Line, TableResource, keep_permission
from ground.undoing import Obstacle, Record

KEPT = timedelta(days=7)
CHANGED_MEANWHILE = "核对以后库里的数据又有变化，还没有导入。请看新的核对结果，再确认一次。"
PROBLEM = "问题"  # the column that the file of wrong rows has more
LOCK = 0x494D50  # imports are applied one after the other
MANY = 500

Tell = Callable[[int, int, str], None]


# -- tables -----------------------------------------------------------------------------------------------------------


def model_of(table: str) -> type[Model]:
    """The model of a table's name ("deputies.seat"). Raises NotVisible for what is no table of the console."""
    try:
        model = apps.get_model(table)
    except (LookupError, ValueError):
        raise NotVisible("没有这张表。") from None
    keeper = site._registry.get(model)
    if keeper is None or not getattr(keeper, "imports", False):
        raise NotVisible("没有这张表。")
    return model


def resource_of(table: str) -> TableResource:
    return site._registry[model_of(table)].resource_classes[0]()


def tables_of(user: User) -> list[tuple[str, str]]:
    """The tables this person may bring: (name, title), in the order they have to come in."""
    models = [model for model, keeper in site._registry.items() if getattr(keeper, "imports", False)]
    mine = [model for model in models if user.has_perm(keep_permission(model))]
    mine.sort(key=lambda model: site._registry[model].import_order)
    return [(model._meta.label_lower, title_of(model._meta.label_lower)) for model in mine]


def title_of(table: str) -> str:
    model = model_of(table)
    return site._registry[model].import_title or str(model._meta.verbose_name_plural)


def check_may(user: User, table: str) -> None:
    if not user.has_perm(keep_permission(model_of(table))):
        raise Forbidden


# -- asking -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def bring(table: str, content: bytes, *, name: str, by: User) -> Import:
    """Keeps an uploaded file, sealed, and asks for it to be checked. Raises Forbidden, TooLarge, Invalid."""
    check_may(by, table)
    if len(content) > sheets.LARGEST_FILE:
        raise Invalid("file", "文件超过 20 MB，请分成几个文件导入。")
    which = uuid.uuid4()
    kept = sealed.seal(b64encode(content).decode(), table="accounts_import", column="file", row=which)
    batch = Import.objects.create(
        uuid=which,
        table=table,
        organ=organ_of(by),
        by=by,
        file_name=name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        file=files.store(kept, kind="import", mime="application/octet-stream"),
        made_at=clock.now(),
    )
    audit.write(by, act_of(table, "upload"), f"import:{batch.pk}")
    return ask(batch, "check", by=by)


def ask(batch: Import, what: str, *, by: User) -> Import:
    """Starts the job that checks, applies or undoes."""
    check_may(by, batch.table)
    words = {"check": "核对导入", "apply": "导入", "undo": "撤销导入"}[what]
    batch.job = jobs.start(
        f"import-{what}", by=by, title=f"{words}：{title_of(batch.table)}", body={"import": batch.pk}
    )
    batch.save(update_fields=["job"])
    return batch


def organ_of(user: User) -> Organ:
    """The organ the person brings tables for: the highest one of the posts."""
    post = min(user.facts.posts, key=lambda post: (len(post.path), post.path), default=None)
    if post is None:
        raise Forbidden
    return Organ.objects.get(pk=post.organ_id)


def _actor(batch: Import) -> User:
    """With whose rights a job acts: of whoever asked for it, if they still keep the table."""
    actor = batch.job.by if batch.job else batch.by
    check_may(actor, batch.table)
    return actor


def earlier(batch: Import, actor: User) -> Import | None:
    """The last import of the very same file into the same table that still stands."""
    same = Import.objects.visible_to(actor).filter(table=batch.table, sha256=batch.sha256, pk__lt=batch.pk)
    return same.exclude(applied_at=None).filter(undone_at=None).order_by("-pk").first()


def act_of(table: str, verb: str) -> str:
    app, model = table.split(".")
    return f"{app}.{verb}_{model}"


def set_columns(batch: Import, mapped: dict[str, dict[str, str]], *, by: User) -> Import:
    """Which column of the file is which, as the person says; checks anew."""
    if batch.applied_at or batch.is_busy:
        raise WrongState
    batch.mapped, batch.checked_at = mapped, None
    batch.save(update_fields=["mapped", "checked_at"])
    return ask(batch, "check", by=by)


def decide(batch: Import, decisions: dict[int, str], *, by: User) -> Import:
    """What the person says of rows that ask (the same person or another one); checks anew with it."""
    if batch.applied_at or batch.is_busy:
        raise WrongState
    for no, decision in decisions.items():
        batch.rows.filter(no=no).update(decision=decision[:20])
    return ask(batch, "check", by=by)


# -- checking ---------------------------------------------------------------------------------------------------------


def check(batch: Import, tell: Tell) -> str:
    """Reads the file and says of every row what it would do; answers a sentence."""
    if batch.applied_at or batch.forgotten_at:
        return "已经导入过。"
    resource = resource_of(batch.table)
    try:
        sheet = sheets.read(_file_of(batch), known=[column.name for column in resource.columns])
    except DomainError as refusal:
        return _refuse(batch, refusal.detail)
    batch.headers, batch.notes, batch.refusal = sheet.headers, list(sheet.notes), ""
    placed, fixed, missing = _columns(batch, resource)
    if missing:
        batch.checked_at = None
        batch.refusal = ""
        batch.save()
        lacking = "、".join(f"“{name}”" for name in missing)
        return f"文件里没有找到{lacking}列，请说明哪一列是什么，或下载模板照着填。"
    lines = [_line(row, placed, fixed) for row in sheet.rows]
    said = dict(batch.rows.exclude(decision="").values_list("no", "decision"))
    for line in lines:
        line.decision = said.get(line.no, "")
    total = len(lines)
    resource.examine(lines, by=_actor(batch), progress=lambda done: tell(done, total, f"已核对 {done} 行"))
    with transaction.atomic():
        _show(batch, lines)
    return _summary(batch)


def _refuse(batch: Import, sentence: str) -> str:
    batch.refusal, batch.checked_at = sentence[:300], None
    batch.headers = []
    batch.save()
    batch.rows.all().delete()
    return batch.refusal


def _columns(batch: Import, resource: TableResource) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """Column → its place in the file, column → the one text for all rows, and required columns that are in neither."""
    here = {name: n for n, name in enumerate(batch.headers) if name}
    placed: dict[str, int] = {}
    fixed: dict[str, str] = {}
    for column in resource.columns:
        said = batch.mapped.get(column.name)
        if said is None and sheets.plain_heading(column.name) in here:
            placed[column.name] = here[sheets.plain_heading(column.name)]
        elif said and said.get("fixed"):
            fixed[column.name] = said["fixed"]
        elif said and said.get("from") in here:
            placed[column.name] = here[said["from"]]
    missing = [name for name in resource.required if name not in placed and name not in fixed]
    read = set(placed.values())
    silent = {sheets.plain_heading(name) for name in (*resource.get_export_headers(), PROBLEM)}
    strange = [name for name, n in here.items() if n not in read and (name not in silent)]
    if strange:
        batch.notes.append(f"不认识的列没有读：{'、'.join(strange)}。")
    return placed, fixed, missing


def _line(row: sheets.Row, placed: dict[str, int], fixed: dict[str, str]) -> Line:
    cells = {name: row.cells[n] if n < len(row.cells) else "" for name, n in placed.items()}
    faults = {name: row.faults[n] for name, n in placed.items() if n in row.faults}
    return Line(row.no, fixed | cells, faults)


def letters_of(batch: Import) -> dict[str, str]:
    """Column → its letter in the file, for the sentences that name a cell."""
    placed, _, _ = _columns(batch, resource_of(batch.table))
    return {name: sheets.letter(n) for name, n in placed.items()}


def _show(batch: Import, lines: list[Line]) -> None:
    batch.rows.all().delete()
    rows = []
    for line in lines:
        row = ImportRow(batch=batch, no=line.no, kind=line.kind, decision=line.decision)
        row.asks = bool(line.asks) and not line.decision and line.kind != "wrong"
        row.told = bool(line.notes or line.asks)
        row.content = _sealed(_shown(line) | {"cells": line.cells, "faults": line.faults}, row.uuid)
        rows.append(row)
    ImportRow.objects.bulk_create(rows, batch_size=MANY)
    count = {kind: sum(row.kind == kind for row in rows) for kind in ImportRow.Kind.values}
    batch.new_rows, batch.changed_rows = count["new"], count["changed"]
    batch.same_rows, batch.wrong_rows = count["same"], count["wrong"]
    batch.asking_rows = sum(row.asks for row in rows)
    batch.checked_at = clock.now()
    batch.save()


def _shown(line: Line) -> dict[str, Any]:
    return {
        "errors": [list(error) for error in line.errors],
        "notes": line.notes,
        "diff": [list(one) for one in line.diff],
        "asks": [list(one) for one in line.asks],
    }


def _summary(batch: Import) -> str:
    parts = [
        f"新增 {batch.new_rows} 行",
        f"更新 {batch.changed_rows} 行",
        f"没有变化 {batch.same_rows} 行",
        f"有问题 {batch.wrong_rows} 行",
    ]
    return f"核对完毕：{'，'.join(parts)}。"


# -- applying ---------------------------------------------------------------------------------------------------------


def apply(batch: Import, tell: Tell) -> str:
    """Writes what was shown, whole or not at all; answers a sentence.

    Every row is examined once more: if the outcome differs from what was shown, the new outcome is shown instead.
    """
    if batch.applied_at:
        return "已经导入过。"
    if not batch.checked_at or batch.forgotten_at or batch.wrong_rows or batch.asking_rows:
        raise WrongState("还有要改正或确认的行，没有导入。")
    resource = resource_of(batch.table)
    shown = list(batch.rows.all())
    lines, before = [], []
    for row in shown:
        said = content_of(row)
        lines.append(Line(row.no, said["cells"], said["faults"], row.decision))
        before.append((row.kind, said["diff"]))
    total = len(lines)
    tell(0, total, f"正在写入 {total} 行，最后一起生效")
    try:
        with transaction.atomic():
            _one_after_the_other()
            batch.refresh_from_db(from_queryset=Import.objects.select_for_update())
            if batch.applied_at:
                return "已经导入过。"
            resource.examine(lines, by=_actor(batch))
            if before != [(line.kind, [list(one) for one in line.diff]) for line in lines]:
                raise _Changed
            resource.save(lines)
            _keep_records(batch, lines)
            batch.applied_at = clock.now()
            batch.refusal = ""
            batch.save(update_fields=["applied_at", "refusal"])
            audit.write(_actor(batch), act_of(batch.table, "import"), f"import:{batch.pk}")
    except _Changed:
        with transaction.atomic():
            _show(batch, lines)
            batch.refusal = CHANGED_MEANWHILE
            batch.save(update_fields=["refusal"])
        return CHANGED_MEANWHILE
    return f"已导入：新增 {batch.new_rows} 行，更新 {batch.changed_rows} 行。7 天内可以整批撤销。"


class _Changed(Exception):
    """What the rows would do is no longer what was shown."""


def _one_after_the_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _keep_records(batch: Import, lines: list[Line]) -> None:
    touched = [line for line in lines if not line.record.is_empty]
    undoing.remember([line.record for line in touched])
    rows = [ImportRecord(batch=batch, no=line.no) for line in touched]
    for row, line in zip(rows, touched, strict=True):
        row.content = _sealed(line.record.as_json(), row.uuid, "record")
    ImportRecord.objects.bulk_create(rows, batch_size=MANY)


# -- undoing ----------------------------------------------------------------------------------------------------------


class StandsInTheWay(GuardFailed):
    def __init__(self, found: list[Obstacle]) -> None:
        self.found = found
        super().__init__("stands_in_the_way", f"有 {len(found)} 处在导入以后又动过，整批都没有撤销。")


def obstacles(batch: Import) -> list[Obstacle]:
    """What stands in the way of undoing this import now."""
    return _in_the_way(batch, _records(batch))


def _in_the_way(batch: Import, records: dict[int, Record]) -> list[Obstacle]:
    return [*undoing.obstacles(records), *resource_of(batch.table).in_the_way(records)]


def undo(batch: Import, tell: Tell) -> str:
    """Takes everything back, whole or not at all; answers a sentence. Raises StandsInTheWay, WrongState."""
    if batch.undone_at:
        return "已经撤销过。"
    if not batch.applied_at or batch.forgotten_at:
        raise WrongState("这次导入不能再撤销。")
    tell(0, 1, "正在撤销，最后一起生效")
    with transaction.atomic():
        _one_after_the_other()
        batch.refresh_from_db(from_queryset=Import.objects.select_for_update())
        records = _records(batch)
        if found := _in_the_way(batch, records):
            raise StandsInTheWay(found)
        undoing.take_back(records, resource_of(batch.table).before_removal)
        batch.undone_at = clock.now()
        batch.save(update_fields=["undone_at"])
        audit.write(_actor(batch), act_of(batch.table, "undo_import"), f"import:{batch.pk}")
    return "已撤销：导入的都收回了，改过的都恢复了原样。"


def _records(batch: Import) -> dict[int, Record]:
    return {row.no: Record.from_json(_opened(row.content, row.uuid, "record")) for row in batch.records.all()}


# -- what is kept -----------------------------------------------------------------------------------------------------


def content_of(row: ImportRow) -> dict[str, Any]:
    """What a row says: cells, faults, errors, notes, diff, asks."""
    return _opened(row.content, row.uuid)


def wrong_rows(batch: Import) -> tuple[list[str], Iterator[list[str]]]:
    """Heading and rows of the file in which a clerk corrects what was wrong: the columns as typed, and what is wrong."""
    letters = letters_of(batch)
    columns = [column.name for column in resource_of(batch.table).columns]

    def rows() -> Iterator[list[str]]:
        for row in batch.rows.filter(kind="wrong").iterator(chunk_size=MANY):
            said = content_of(row)
            why = "；".join(sentence(row.no, column, words, letters) for column, words in said["errors"])
            yield [*(said["cells"].get(column, "") for column in columns), why]

    return [*columns, PROBLEM], rows()


def sentence(no: int, column: str, words: str, letters: dict[str, str]) -> str:
    """“第 7 行 D 列“届次”：没有这一届。”"""
    place = f" {letters[column]} 列“{column}”" if column in letters else f"“{column}”" if column else ""
    return f"第 {no} 行{place}：{words}"


def drop_old() -> int:
    """Deletes files, rows and undo records of a week ago; the line of what was imported stays. Answers how many."""
    old = Import.objects.filter(forgotten_at=None, made_at__lt=clock.now() - KEPT)
    dropped = 0
    for batch in old.select_related("file", "job"):
        if batch.applied_at and batch.applied_at > clock.now() - KEPT or batch.is_busy:
            continue
        with transaction.atomic():
            file, batch.file, batch.forgotten_at = batch.file, None, clock.now()
            batch.save(update_fields=["file", "forgotten_at"])
            for rows in (batch.rows, batch.records):
                _drop(rows.all())
            if file is not None:
                files.remove(file)
        dropped += 1
    return dropped


def _drop(rows: QuerySet) -> None:
    rows._raw_delete(rows.db)


def _file_of(batch: Import) -> bytes:
    if batch.file is None:
        raise WrongState("文件已经过了保留的 7 天，请重新上传。")
    return b64decode(sealed.open_sealed(files.read(batch.file), table="accounts_import", column="file", row=batch.uuid))


def _sealed(content: dict[str, Any], row: uuid.UUID, column: str = "row") -> bytes:
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return sealed.seal(packed, table="accounts_importrow", column=column, row=row)


def _opened(content: Any, row: uuid.UUID, column: str = "row") -> dict[str, Any]:
    return json.loads(sealed.open_sealed(content, table="accounts_importrow", column=column, row=row))


def rows_of(batch: Import, kind: str = "") -> QuerySet:
    """The rows a page shows: of one kind, of those that ask or have something to point out (`told`), or all."""
    rows: QuerySet = batch.rows.all()
    if kind == "asks":
        return rows.filter(asks=True)
    if kind == "told":
        return rows.filter(told=True)
    return rows.filter(kind=kind) if kind in ImportRow.Kind.values else rows


def columns_to_map(batch: Import) -> Iterable[sheets.Column]:
    return resource_of(batch.table).columns
