"""Pages of the console that bring tables in: uploaded, checked, shown, applied, undone (`accounts.imports`)."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from accounts import imports as tables
from accounts.forms import ColumnsForm, UploadForm
from accounts.models import Import, ImportRow
from ground import audit, sheets
from ground.errors import Forbidden, GuardFailed, Invalid, TooLarge, WrongState
from ground.pages import put_back
from ground.paging import keyset

ROWS = 50
KINDS = (
    ("wrong", "有问题"),
    ("asks", "要确认"),
    ("told", "有提示"),
    ("new", "新增"),
    ("changed", "更新"),
    ("same", "没有变化"),
)


def imports(request: HttpRequest) -> HttpResponse:
    mine = tables.tables_of(request.user)
    if not mine:
        raise Forbidden("您没有可以导入的表。")
    page = keyset(_visible(request).select_related("by", "job"), request)
    titles = dict(mine)
    lines = [(batch, titles.get(batch.table, "")) for batch in page]
    return _page(request, "imports", "导入", tables=mine, lines=lines, page=page)


def import_new(request: HttpRequest, table: str) -> HttpResponse:
    """Choose a file; what it would do is shown before anything changes."""
    table = tables.model_of(table)._meta.label_lower
    tables.check_may(request.user, table)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = tables.bring(table, file.read(), name=file.name, by=request.user)
            return redirect("admin:import-preview", batch.pk)
        except (Invalid, TooLarge) as refusal:
            form.add_error("file", refusal.detail)
    status = 422 if form.is_bound and form.errors else 200
    title = tables.title_of(table)
    told = {"table": table, "form": form, "columns": tables.resource_of(table).columns, "what": title}
    return _page(request, "import_new", f"导入：{title}", status=status, **told)


def import_template(request: HttpRequest, table: str) -> HttpResponse:
    table = tables.model_of(table)._meta.label_lower
    tables.check_may(request.user, table)
    title = tables.title_of(table)
    return _file(sheets.template(title, tables.resource_of(table).columns), f"{title}模板.xlsx")


def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one import stands. `?part=1` answers the moving part alone, for the script that watches it."""
    batch = _get(request, pk)
    if request.GET.get("part"):
        return render(request, "console/_import_job.html", {"batch": batch, "job": batch.job})
    shows = batch.checked_at is not None and not batch.forgotten_at and not batch.is_busy
    kind = request.GET.get("kind", "") or _first_kind(batch)
    page = keyset(tables.rows_of(batch, kind), request, order="no", size=ROWS) if shows else None
    letters = tables.letters_of(batch) if shows else {}
    told = {
        "batch": batch,
        "job": batch.job,
        "what": tables.title_of(batch.table),
        "earlier": tables.earlier(batch, request.user),
        "page": page,
        "rows": [_row(row, letters) for row in page or ()],
        "tabs": _tabs(batch, kind) if shows else [],
        "kind": kind,
    }
    return _page(request, "import_preview", f"导入：{told['what']}", **told)


def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column of the file is which; a column that is missing may get one text for all rows."""
    batch = _get(request, pk)
    form = ColumnsForm(request.POST or None, batch=batch, columns=list(tables.columns_to_map(batch)))
    if request.method == "POST" and form.is_valid():
        try:
            tables.set_columns(batch, form.mapped(), by=request.user)
            return redirect("admin:import-preview", batch.pk)
        except WrongState as refusal:
            put_back(form, refusal)
    status = 422 if form.is_bound and form.errors else 200
    return _page(request, "import_columns", "对应列", status=status, batch=batch, form=form)


@require_POST
def import_people(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person said of the rows that ask."""
    batch = _get(request, pk)
    said = {
        int(name.removeprefix("row-")): value
        for name, value in request.POST.items()
        if name.startswith("row-") and name.removeprefix("row-").isdecimal() and len(name) < 12 and value
    }
    if said:
        _ask(request, lambda: tables.decide(batch, said, by=request.user))
    else:
        messages.error(request, "还没有选。请在每一行里选一项，再按“按所选的重新核对”。")
    return redirect("admin:import-preview", pk)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    if not batch.may_be_applied:
        messages.error(request, WrongState.detail)
    else:
        _ask(request, lambda: tables.ask(batch, "apply", by=request.user))
    return redirect("admin:import-preview", pk)


def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what would be taken back, or what stands in the way; one press takes everything back."""
    batch = _get(request, pk)
    if not batch.may_be_undone:
        messages.error(request, "这次导入不能撤销。" if not batch.forgotten_at else "已经过了 7 天，不能再撤销。")
        return redirect("admin:import-preview", pk)
    found = tables.obstacles(batch)
    if request.method == "POST" and not found:
        _ask(request, lambda: tables.ask(batch, "undo", by=request.user))
        return redirect("admin:import-preview", pk)
    return _page(
        request, "import_undo", "撤销导入", status=409 if request.method == "POST" else 200, batch=batch,
        what=tables.title_of(batch.table), found=found[:200], count=len(found),
    )  # fmt: skip


def import_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong rows as they were typed, with what is wrong beside them: to be corrected and uploaded again."""
    batch = _get(request, pk)
    headers, rows = tables.wrong_rows(batch)
    content = sheets.write_xlsx(headers, rows, title=tables.title_of(batch.table))
    audit.write(request.user, tables.act_of(batch.table, "export_wrong_rows_of"), f"import:{batch.pk}")
    return _file(content, f"{tables.title_of(batch.table)}-要改的行.xlsx")


# -- parts ------------------------------------------------------------------------------------------------------------


def _visible(request: HttpRequest) -> Any:
    mine = [table for table, _ in tables.tables_of(request.user)]
    return Import.objects.visible_to(request.user).filter(table__in=mine)


def _get(request: HttpRequest, pk: int) -> Import:
    return get_object_or_404(_visible(request).select_related("by", "organ", "job__by", "file"), pk=pk)


def _ask(request: HttpRequest, act: Any) -> None:
    try:
        act()
    except (GuardFailed, WrongState) as refusal:
        messages.error(request, refusal.detail)


def _page(request: HttpRequest, name: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request, f"console/{name}.html", {"title": title, **context, **site.each_context(request)}, status=status
    )


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name), "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=sheets.XLSX, headers=headers)


def _counts(batch: Import) -> dict[str, int]:
    return {
        "wrong": batch.wrong_rows,
        "asks": batch.asking_rows,
        "new": batch.new_rows,
        "changed": batch.changed_rows,
        "same": batch.same_rows,
    }


def _first_kind(batch: Import) -> str:
    """What wants the person's eye first."""
    counts = _counts(batch)
    return next((kind for kind in ("wrong", "asks", "new", "changed", "same") if counts[kind]), "same")


def _tabs(batch: Import, kind: str) -> list[dict[str, Any]]:
    counts = _counts(batch) | {"told": batch.rows.filter(told=True).count()}
    return [
        {"url": f"?kind={code}", "label": label, "count": counts[code], "here": code == kind}
        for code, label in KINDS
        if counts[code]
    ]


def _row(row: ImportRow, letters: dict[str, str]) -> dict[str, Any]:
    said = tables.content_of(row)
    return {
        "no": row.no,
        "kind": row.kind,
        "asks": said["asks"] if row.asks or row.decision else [],
        "decision": row.decision,
        "notes": said["notes"],
        "diff": said["diff"],
        "cells": [(name, text) for name, text in said["cells"].items() if text],
        "errors": [tables.sentence(row.no, column, words, letters) for column, words in said["errors"]],
    }
