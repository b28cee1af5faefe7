"""Tables in files: what was uploaded is read into rows of text, and rows are written so that nothing in them runs.

A file is judged by its content, never by its name. Formulas are not evaluated, hidden sheets are not read, and whatever
cannot be read is refused by a sentence that says what to do (security.md §8).
"""

import csv
import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation

from ground.errors import Invalid, TooLarge

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of a workbook's parts together
MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_MERGED = 200_000  # cells a workbook may merge
HEADER_WITHIN = 20  # rows above which the heading must stand
GUIDE = "填写说明"  # the second sheet of a template
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# Beginnings of files that are something else, whatever their name says.
STRANGERS = (
    b"MZ",
    b"\x7fELF",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"#!",
)
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+[0-9]+:[A-Z]+[0-9]+)\"")
ACTIVE = "=+-@\t\r＝＋－＠"  # a cell that begins so would run, or be taken for a formula
FORMULA = "这一格是公式，导入不计算公式，请改成算好的值（复制后“粘贴为数值”）。"
EXCEL_ERROR = "这一格是 Excel 的错误值，请改正。"
NOT_A_TABLE = "这不是表格文件，请上传 xlsx 或 csv。"


@dataclass
class Row:
    """One row of data: `no` as the file counts it, cells as text, faults by column (0 is A)."""

    no: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass
class Sheet:
    """A table as it was read: the heading, the row it stands in, the rows under it, and what the person should know."""

    headers: list[str]
    header_row: int
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read(content: bytes, *, known: Iterable[str] = ()) -> Sheet:
    """The table in an uploaded file (xlsx; csv or tab-separated text in UTF-8, UTF-16 or GB18030).

    `known` are the columns one hopes for: the heading is the row that holds most of them, within the first 20 rows.
    Raises TooLarge for the file's size, Invalid with a sentence for everything else that cannot be read.
    """
    if len(content) > LARGEST_FILE:
        raise TooLarge("文件超过 20 MB，请分成几个文件导入。")
    if not content.strip():
        raise Invalid("file", "文件是空的，请检查是不是选错了文件。")
    if content.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise Invalid(
            "file",
            "文件设了打开密码，请先在 Excel 里取消密码再上传。"
            if encrypted
            else "这是旧版 Excel 文件（.xls），请在 Excel 里“另存为”xlsx 再上传。",
        )
    notes: list[str] = []
    rows = _workbook(content, notes) if content.startswith(ZIP) else _text(content)
    return _headed(rows, [plain_heading(name) for name in known], notes)


def plain_heading(text: str) -> str:
    """A heading as it is compared: without blanks, stars and “（必填）”."""
    text = re.sub(r"[\s*＊﹡\ufeff]", "", unicodedata.normalize("NFKC", str(text)))
    return re.sub(r"\((?:必填|选填)\)$", "", text)


def letter(column: int) -> str:
    """The name of a column as the screen shows it: 0 is A."""
    return get_column_letter(column + 1)


# -- reading ----------------------------------------------------------------------------------------------------------


def _workbook(content: bytes, notes: list[str]) -> Iterator[Row]:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
        names = set(parts.namelist())
        if "xl/workbook.xml" not in names:
            raise Invalid("file", NOT_A_TABLE)
        _check_parts(parts, names)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Invalid:
        raise
    except Exception:
        raise Invalid("file", "文件已经损坏，打不开。请在 Excel 里重新保存一次再上传。") from None
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        notes.append(f"隐藏的工作表没有读：{'、'.join(hidden)}。")
    filled = [sheet for sheet in shown if sheet.title != GUIDE and _has_words(sheet)]
    if not filled:
        raise Invalid("file", "看得见的工作表里没有内容，请把要导入的内容放在第一张工作表。")
    if len(filled) > 1:
        others = "、".join(f"“{sheet.title}”" for sheet in filled[1:])
        notes.append(f"只读了工作表“{filled[0].title}”，没有读{others}。")
    return _sheet_rows(filled[0], _merged(parts, filled[0]), notes)


def _check_parts(parts: zipfile.ZipFile, names: set[str]) -> None:
    """Refuses what unpacks too large, carries macros or links, or declares entities, before anything is parsed."""
    if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
        raise Invalid("file", "文件解开后超过 200 MB，不能导入。请只保留要导入的内容，另存为新文件再上传。")
    if any(part.flag_bits & 1 for part in parts.infolist()):
        raise Invalid("file", "文件设了打开密码，请先取消密码再上传。")
    if "xl/vbaProject.bin" in names:
        raise Invalid("file", "文件带有宏，不能导入。请在 Excel 里“另存为”不带宏的 xlsx 再上传。")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Invalid("file", "文件链接了别的工作簿，不能导入。请复制后“粘贴为数值”，另存为新文件再上传。")
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            with parts.open(name) as part:  # a DTD stands before the root, so the first element is far enough
                next(iter(iterparse(part, events=("start",), forbid_dtd=True)), None)
        except DefusedXmlException:
            raise Invalid("file", "文件里有不安全的内容，不能导入。请在 Excel 里重新保存一次再上传。") from None
        except ParseError:
            continue  # openpyxl says whether it can live with it


def _has_words(sheet: Any) -> bool:
    return any(value not in (None, "") for row in sheet.iter_rows(values_only=True) for value in row)


def _merged(parts: zipfile.ZipFile, sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell → the cell whose value it shares, for every merged range of a sheet (rows and columns from 1)."""
    path = getattr(sheet, "_worksheet_path", "")
    shared: dict[tuple[int, int], tuple[int, int]] = {}
    if path.lstrip("/") not in parts.namelist():
        return shared
    for ref in MERGE.findall(parts.read(path.lstrip("/"))):
        left, top, right, bottom = range_boundaries(ref.decode())
        right = min(right, MOST_COLUMNS)
        if len(shared) + (bottom - top + 1) * (right - left + 1) > MOST_MERGED:
            raise Invalid("file", "合并的单元格太多，请先取消合并再上传。")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    shared[row, column] = (top, left)
    return shared


def _sheet_rows(sheet: Any, merged: dict[tuple[int, int], tuple[int, int]], notes: list[str]) -> Iterator[Row]:
    sources = set(merged.values())
    kept: dict[tuple[int, int], tuple[str, str]] = {}
    said = False
    for no, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        row = Row(no, [])
        for column, cell in enumerate(cells, 1):
            text, fault = _value(cell)
            if (no, column) in sources:
                kept[no, column] = text, fault
            elif (no, column) in merged and merged[no, column][0] != no:  # a title across is one cell, not many
                text, fault = kept.get(merged[no, column], ("", ""))
                if not said and text:
                    notes.append("上下合并的单元格按每一行都填同样的内容来读。")
                    said = True
            row.cells.append(text)
            if fault:
                row.faults[column - 1] = fault
        yield row


def _value(cell: Any) -> tuple[str, str]:
    """A cell as text, and what is wrong with it."""
    if cell.value is None:
        return "", ""
    if cell.data_type == "f":
        return "", FORMULA
    if cell.data_type == "e":
        return "", EXCEL_ERROR
    return as_text(cell.value), ""


def as_text(value: Any) -> str:
    """A value of a cell as one would type it: 19.0 is 19, a date is 2026-03-01, a defused text is itself again."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return armed(str(value)).strip()


def _text(content: bytes) -> Iterator[Row]:
    if content.startswith(STRANGERS):
        raise Invalid("file", NOT_A_TABLE)
    words = _decoded(content)
    if re.match(r"\s*<(?:!doctype|html|\?xml|table)", words, re.IGNORECASE):
        raise Invalid("file", "这是网页或 XML，不是表格。请在 Excel 里打开，“另存为”xlsx 再上传。")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f\x1a" for sign in words[:100_000]):
        raise Invalid("file", NOT_A_TABLE)
    head = words.splitlines()[:HEADER_WITHIN]
    sign = max(",\t;，", key=lambda one: sum(line.count(one) for line in head))
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=sign)
    try:
        for cells in reader:
            yield Row(reader.line_num, [armed(cell).strip() for cell in cells[:MOST_COLUMNS]])
    except csv.Error:
        raise Invalid("file", f"第 {reader.line_num} 行读不出来，请检查引号是否成对。") from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        raise Invalid("file", NOT_A_TABLE)
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file", "文件里的文字读不出来（可能混用了几种编码），请在 Excel 里“另存为”xlsx 再上传。")


def _headed(rows: Iterable[Row], known: list[str], notes: list[str]) -> Sheet:
    """Finds the heading and drops what stands above it and every empty row."""
    first: list[Row] = []
    rest = iter(rows)
    for row in rest:
        first.append(row)
        if len(first) == HEADER_WITHIN:
            break
    wanted = set(known)
    hits = [len(wanted & {plain_heading(cell) for cell in row.cells}) for row in first]
    at = hits.index(max(hits)) if hits and max(hits) >= 1 else -1
    if at < 0:
        at = next((n for n, row in enumerate(first) if sum(bool(cell) for cell in row.cells) >= 2), -1)
    if at < 0:
        raise Invalid("file", "没有找到表头。请下载模板，按模板的表头填写。")
    if any(any(row.cells) for row in first[:at]):
        notes.append(f"表头在第 {first[at].no} 行，上面的标题没有读。")
    headers = [plain_heading(cell) for cell in first[at].cells]
    while headers and not headers[-1]:
        headers.pop()
    twice = sorted({name for name in headers if name and headers.count(name) > 1})
    if twice:
        raise Invalid("file", f"表头里“{twice[0]}”出现了两次（合并的表头请拆开），请改好再上传。")
    found: list[Row] = []
    for row in itertools.chain(first[at + 1 :], rest):
        row.cells = row.cells[: len(headers)]
        row.faults = {n: fault for n, fault in row.faults.items() if n < len(headers)}
        if not any(row.cells) and not row.faults:
            continue
        if len(found) == MOST_ROWS:
            raise Invalid("file", f"一次最多导入 {MOST_ROWS:,} 行，这个文件还要多，请分成几个文件。")
        found.append(row)
    if not found:
        raise Invalid("file", "表头下面没有内容，请填好再上传。")
    return Sheet(headers, first[at].no, found, notes)


def as_day(text: str) -> date:
    """A day however it was typed: 2026-03-01, 2026.3.1, 2026年3月1日, 2026/3/1, 20260301, or Excel's count of days.

    Raises ValueError with a sentence.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if match := re.fullmatch(
        r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?", text
    ):
        parts = [int(part) for part in match.groups()]
    elif re.fullmatch(r"(19|20)\d{6}", text):
        parts = [int(text[:4]), int(text[4:6]), int(text[6:])]
    elif re.fullmatch(r"[2-7]\d{4}(?:\.0+)?", text):
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    else:
        raise ValueError(f"“{text}”不是日期，请写成 2026-03-01 这样。")
    try:
        return date(*parts)
    except ValueError:
        raise ValueError(f"“{text}”没有这一天，请核对。") from None


# -- writing ----------------------------------------------------------------------------------------------------------


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before it. `armed` takes it away again."""
    return f"'{text}" if text.lstrip("'").startswith(tuple(ACTIVE)) else text


def armed(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(tuple(ACTIVE)) else text


def write_csv(headers: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8 with the mark that lets Excel see it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([defused("" if value is None else str(value)) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(headers: list[str], rows: Iterable[Iterable[Any]], *, title: str = "") -> bytes:
    """A workbook of one sheet; every text is a text, also where it looks like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title) or "表")
    sheet.freeze_panes = "A2"
    for n, name in enumerate(headers):
        sheet.column_dimensions[letter(n)].width = max(12, min(28, 2 * len(name) + 4))
    sheet.append([_heading(sheet, name) for name in headers])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Column:
    """A column of a template: its name, whether it must be filled, what to write, an example, the closed list if any."""

    name: str
    required: bool = False
    hint: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()


def template(title: str, columns: list[Column]) -> bytes:
    """The empty table a clerk fills in: heading, closed lists to pick from, and a second sheet that explains each column."""
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title) or "表"
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(GUIDE)
    guide.append(["列", "要不要填", "怎么填", "例子"])
    for n, column in enumerate(columns):
        cell = sheet.cell(1, n + 1, column.name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F6E3DF" if column.required else "F2EFEA")
        sheet.column_dimensions[letter(n)].width = max(12, 2 * len(column.name) + 6)
        sheet.column_dimensions[letter(n)].number_format = "@"
        if column.choices and len(",".join(column.choices)) <= 250:
            pick = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            pick.error, pick.errorTitle = "请从列表里选。", column.name
            pick.add(f"{letter(n)}2:{letter(n)}{MOST_ROWS}")
            sheet.add_data_validation(pick)
        hint = column.hint or (f"从列表里选：{'、'.join(column.choices)}" if column.choices else "")
        guide.append([column.name, "必填" if column.required else "选填", defused(hint), defused(column.example)])
    guide.append([])
    guide.append(
        ["说明", "", "空着的格不改系统里原来的内容。只读第一张工作表，公式不计算。一次最多 50,000 行、20 MB。"]
    )
    for name, width in zip("ABCD", (18, 10, 60, 28), strict=True):
        guide.column_dimensions[name].width = width
    for row in guide.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(sheet: Any, name: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", defused(value))
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "", title)[:31]
