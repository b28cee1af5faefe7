"""What an uploaded table may be: judged by content, refused with a sentence that says what to do."""

import io
import zipfile

import pytest
from hypothesis import given, strategies
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from ground import sheets
from ground.errors import Invalid, TooLarge

KNOWN = ("姓名", "届次")


def made(fill) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(sheet: sheets.Sheet) -> list[list[str]]:
    return [row.cells for row in sheet.rows]


def refused(content: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        sheets.read(content, known=KNOWN)
    return refusal.value.detail


def zipped(parts: dict[str, bytes], like: bytes | None = None) -> bytes:
    """A workbook with some parts put in or put in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        if like:
            with zipfile.ZipFile(io.BytesIO(like)) as old:
                for name in old.namelist():
                    if name not in parts:
                        file.writestr(name, old.read(name))
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def simple(book: Workbook) -> None:
    book.active.append(["姓名", "届次"])
    book.active.append(["王建国", 19])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_text_is_read_in_every_encoding_a_clerk_may_save(encoding: str, sign: str) -> None:
    content = f"姓名{sign}届次\r\n王䶮{sign}19\r\n\r\n".encode(encoding)
    sheet = sheets.read(content, known=KNOWN)
    assert (sheet.headers, rows_of(sheet)) == (["姓名", "届次"], [["王䶮", "19"]])


def test_mixed_encodings_are_refused() -> None:
    assert "几种编码" in refused("姓名,届次\n".encode() + "王建国,19\n".encode("gb18030") + b"\xff\xff")


def test_the_heading_is_found_under_a_title_and_said() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["东湖市第十九届代表名册"])
        book.active.merge_cells("A1:B1")
        book.active.append([])
        book.active.append([" 姓 名*", "届次（必填）"])
        book.active.append(["王建国", 19.0])

    sheet = sheets.read(made(fill), known=KNOWN)
    assert (sheet.header_row, sheet.rows[0].no, rows_of(sheet)) == (3, 4, [["王建国", "19"]])
    assert "表头在第 3 行" in sheet.notes[0]


def test_merged_cells_are_read_on_every_row_and_said() -> None:
    def fill(book: Workbook) -> None:
        simple(book)
        book.active.append(["李明", None])
        book.active.merge_cells("B2:B3")

    sheet = sheets.read(made(fill), known=KNOWN)
    assert rows_of(sheet) == [["王建国", "19"], ["李明", "19"]]
    assert any("合并的单元格" in note for note in sheet.notes)


def test_a_merged_heading_is_refused() -> None:
    assert "“姓名”出现了两次" in refused("姓名,姓名\n王,李\n".encode())


def test_a_formula_is_a_fault_of_its_cell_and_never_evaluated() -> None:
    def fill(book: Workbook) -> None:
        simple(book)
        book.active["B3"] = "=1+18"
        book.active["A3"] = "李明"
        book.active["B4"] = ArrayFormula("B4", "=SUM(1,2)")
        book.active["A4"] = "张海"
        book.active["A5"] = "赵慧敏"
        book.active["B5"] = "#N/A"

    sheet = sheets.read(made(fill), known=KNOWN)
    assert [row.faults.get(1, "") for row in sheet.rows] == ["", sheets.FORMULA, sheets.FORMULA, sheets.EXCEL_ERROR]
    assert sheet.rows[1].cells[1] == ""


def test_hidden_sheets_and_further_sheets_are_not_read_and_said() -> None:
    def fill(book: Workbook) -> None:
        simple(book)
        book.create_sheet("底稿").append(["姓名"])
        book["底稿"].sheet_state = "hidden"
        book.create_sheet("另一张").append(["别的"])
        book.create_sheet(sheets.GUIDE).append(["列"])

    sheet = sheets.read(made(fill), known=KNOWN)
    assert len(sheet.rows) == 1
    assert "底稿" in sheet.notes[0]
    assert "“另一张”" in sheet.notes[1]
    assert sheets.GUIDE not in "".join(sheet.notes)


def test_rows_end_at_fifty_thousand() -> None:
    lines = "\n".join(f"人{n},19" for n in range(sheets.MOST_ROWS))
    assert len(sheets.read(f"姓名,届次\n{lines}".encode()).rows) == sheets.MOST_ROWS
    assert "最多导入 50,000 行" in refused(f"姓名,届次\n{lines}\n多,19".encode())


def test_a_file_over_20_mb_is_refused() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        sheets.read(b"a" * (sheets.LARGEST_FILE + 1))


def test_what_unpacks_too_large_is_refused_unread() -> None:
    bomb = zipped({"xl/worksheets/sheet9.xml": b"0" * (sheets.LARGEST_UNPACKED + 1)}, made(simple))
    assert len(bomb) < sheets.LARGEST_FILE
    assert "超过 200 MB" in refused(bomb)


def test_entities_macros_and_links_are_refused() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'
    assert "不安全" in refused(zipped({"xl/worksheets/sheet1.xml": lol}, made(simple)))
    assert "宏" in refused(zipped({"xl/vbaProject.bin": b"x"}, made(simple)))
    assert "链接了别的工作簿" in refused(zipped({"xl/externalLinks/externalLink1.xml": b"<x/>"}, made(simple)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b" \r\n ", "文件是空的"),
        (b"MZ\x90\x00" + b"\x00" * 60, "不是表格文件"),
        (b"%PDF-1.7\n", "不是表格文件"),
        (b"\x00\x01\x02", "不是表格文件"),
        (b"PK\x03\x04broken", "已经损坏"),
        (sheets.OLE + b"\x00" * 500, "旧版 Excel 文件（.xls）"),
        (sheets.OLE + b"\x00" * 50 + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页"),
        ("姓名,届次\n".encode(), "表头下面没有内容"),
        ("只有一列\n甲\n".encode(), "没有找到表头"),
        (b'\xd0\xd5\xc3\xfb,a\n"b\x01', "不是表格文件"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_so(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_a_word_document_is_no_workbook() -> None:
    assert "不是表格文件" in refused(zipped({"word/document.xml": b"<x/>"}))


def test_a_workbook_without_words_is_told_so() -> None:
    assert "没有内容" in refused(made(lambda book: None))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026.3.1", "2026-03-01"),
        ("2026年3月1日", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("46082", "2026-03-01"),
        ("２０２６．３．１", "2026-03-01"),
        ("2026-03-01 00:00", "2026-03-01"),
    ],
)
def test_a_day_is_read_however_it_is_written(typed: str, day: str) -> None:
    assert sheets.as_day(typed).isoformat() == day


@pytest.mark.parametrize("typed", ["2026-02-30", "3月1日", "明天", "12", "2026"])
def test_what_is_no_day_is_told_so(typed: str) -> None:
    with pytest.raises(ValueError, match="没有这一天|不是日期"):
        sheets.as_day(typed)


@given(strategies.text(max_size=30))
def test_what_is_defused_never_runs_and_comes_back(text: str) -> None:
    out = sheets.defused(text)
    assert not out.startswith(tuple("=+-@\t\r"))
    assert sheets.armed(out) == text


def test_no_cell_of_an_export_is_a_formula() -> None:
    rows = [["=1+1", "+86 1", "-1", "@a", "\tb", 19, None]]
    sheet = load_workbook(io.BytesIO(sheets.write_xlsx(list("甲乙丙丁戊己庚"), rows))).active
    assert [cell.data_type for cell in sheet[2]][:5] == ["s"] * 5
    assert [cell.value for cell in sheet[2]][:5] == ["'=1+1", "'+86 1", "'-1", "'@a", "'\tb"]
    assert sheets.write_csv(["甲"], [["=1+1"]]).decode("utf-8-sig").splitlines() == ["甲", "'=1+1"]
    back = sheets.read(sheets.write_xlsx(["姓名", "届次"], [["=1+1", "x"]]), known=KNOWN)
    assert rows_of(back) == [["=1+1", "x"]]


def test_a_template_has_lists_to_pick_from_and_explains_itself() -> None:
    columns = [
        sheets.Column("姓名", True, "怎么写", "王建国"),
        sheets.Column("类别", choices=("甲", "乙")),
    ]
    book = load_workbook(io.BytesIO(sheets.template("表", columns)))
    assert [cell.value for cell in book.active[1]] == ["姓名", "类别"]
    assert book.active.data_validations.dataValidation[0].formula1 == '"甲,乙"'
    assert [cell.value for cell in book[sheets.GUIDE][2]] == ["姓名", "必填", "怎么写", "王建国"]
