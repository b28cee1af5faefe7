"""A report as a file: Excel by openpyxl, PDF on the paper of ground.paper."""

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ground import clock, paper
from ground.sheets import XLSX, defused
from suggestions.reports import Report, Said

FORMATS = {"xlsx": "Excel", "pdf": "PDF"}
MIMES = {"xlsx": XLSX, "pdf": paper.MIME}
LONG = 300  # rows beyond which a file is made by a job


def is_long(report: Report) -> bool:
    return sum(len(table.rows) for table in report.tables) > LONG


def as_file(report: Report, kind: str, *, by: Any) -> HttpResponse:
    """The file to be saved. Raises NoFont where paper cannot be drawn here."""
    content = content_of(report, kind, by=by)
    headers = {
        "Content-Disposition": content_disposition_header(True, name_of(report, kind)),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=MIMES[kind], headers=headers)


def name_of(report: Report, kind: str) -> str:
    return f"{report.title}-{report.scope.name}-{report.period.label}.{kind}"


def content_of(report: Report, kind: str, *, by: Any) -> bytes:
    if kind == "xlsx":
        return excel(report, by=by)
    return paper.pdf("print/report.html", {"report": report, "signed": signed(report, by)}, sheet="report")


def signed(report: Report, by: Any) -> list[str]:
    """The line under every official table."""
    return [
        f"制表单位：{report.scope.organ or report.scope.venue}",
        f"制表人：{by.name}",
        "审核人：",
        f"日期：{clock.today():%Y年%m月%d日}",
    ]


def excel(report: Report, *, by: Any) -> bytes:
    """One sheet a table; numbers are numbers, shares and definitions stand beside them."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for table in report.tables:
        sheet = book.create_sheet((table.title or report.title)[:31])
        sheet.append([f"{report.title}（{report.scope.name}，{report.period.label}）"])
        sheet["A1"].font = Font(bold=True, size=14)
        sheet.append([table.head or "", *(defused(label) for column in table.columns for label in heads(column))])
        for label, cells in table.rows:
            written = [
                value for column, cell in zip(table.columns, cells, strict=True) for value in values(column, cell)
            ]
            sheet.append([defused(label), *written])
        for cell in sheet[2]:
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        for place in range(1, sheet.max_column + 1):
            sheet.column_dimensions[get_column_letter(place)].width = 24 if place == 1 else 13
        sheet.freeze_panes = "B3"
        sheet.append([])
        for words in [*signed(report, by), *report.notes]:
            sheet.append([defused(words)])
    means = book.create_sheet("各栏怎么算")
    for table in report.tables:
        for column in table.columns:
            if column.means:
                means.append([defused(column.label), defused(column.means)])
    means.column_dimensions["A"].width, means.column_dimensions["B"].width = 24, 80
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def heads(column: Any) -> list[str]:
    return [column.label, f"{column.label}占比"] if getattr(column, "of", "") else [column.label]


def values(column: Any, cell: Any) -> list[Any]:
    """What stands in the sheet: a count as a number, a share as text beside it."""
    is_count = (
        cell.text.isascii() and cell.text.isdigit() and (cell.links or isinstance(column, Said) and len(cell.text) < 10)
    )
    value = int(cell.text) if is_count else defused(cell.text)
    return [value, cell.note or "—"] if getattr(column, "of", "") else [value]
