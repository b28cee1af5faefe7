"""Ledgers (台账): a plain table with who drew it up and when, on paper by the browser or as .xlsx.

No cell is ever a formula: what begins like one is marked as text (security.md §8).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from ground.sheets import XLSX, defused
from ground.templatetags.ui import zh_full_day

THIN = Side(style="thin", color="666666")
NARROWEST, WIDEST = 8, 40  # characters of a column


@dataclass(frozen=True)
class Ledger:
    """`rows` as long as `columns`; `unit` and `by` are 制表单位 and 制表人."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    unit: str
    by: str
    on: date

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of column and value."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def foot(self) -> str:
        return f"制表单位：{self.unit}　　制表人：{self.by}　　制表日期：{zh_full_day(self.on)}"


def answer(ledger: Ledger) -> HttpResponse:
    """The ledger as a file to be saved."""
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{ledger.title}.xlsx"),
        "Cache-Control": "no-store",
    }
    return HttpResponse(xlsx(ledger), content_type=XLSX, headers=headers)


def xlsx(ledger: Ledger) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    last = get_column_letter(len(ledger.columns))
    sheet.append([defused(ledger.title)])
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    sheet.append([defused(name) for name in ledger.columns])
    for row in ledger.rows:
        sheet.append([defused(str(value)) for value in row])
    for line in sheet.iter_rows(min_row=2, max_row=len(ledger.rows) + 2):
        for cell in line:
            cell.border = Border(THIN, THIN, THIN, THIN)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.font = Font(bold=cell.row == 2)
    for n, name in enumerate(ledger.columns):
        longest = max([len(name), *(len(str(row[n])) for row in ledger.rows)])
        sheet.column_dimensions[get_column_letter(n + 1)].width = min(WIDEST, max(NARROWEST, longest * 2 + 2))
    sheet.append([ledger.foot])
    sheet.freeze_panes, sheet.print_title_rows = "A3", "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
