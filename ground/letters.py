"""Official letters: one text, as .docx that every office opens and, where the machine has a Chinese font, as PDF.

The look is that of an official letter (公文): marks at the top right, number, title, whom it is to, what it says, who
signs and when, whom to call, who gets a copy; an enclosure on a page of its own.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from ground import paper
from ground.errors import NotVisible
from ground.templatetags.ui import zh_full_day

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SONG, HEI, FANGSONG = "宋体", "黑体", "仿宋"
BODY, TITLE, SMALL = Pt(16), Pt(22), Pt(12)  # 三号, 二号, 小四
INDENT = Pt(32)  # two characters


@dataclass(frozen=True)
class Form:
    """An enclosure to be filled in by hand: rows of label and value; a value may be lines to tick."""

    title: str
    rows: Sequence[tuple[str, str]]
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """`number` may be empty: then a line is left to write it by hand. Paragraphs are plain sentences without markup."""

    name: str  # what the file is called
    title: str
    to: str
    body: Sequence[str]
    signed: str
    on: date
    marks: Sequence[str] = ()
    number: str = ""
    contact: Sequence[str] = ()
    copies: Sequence[str] = ()
    form: Form | None = field(default=None)

    @property
    def number_line(self) -> str:
        return self.number or "　　　〔　　　〕　　号"

    @property
    def enclosure(self) -> str:
        return f"附件：{self.form.title}" if self.form else ""


def answer(letter: Letter, kind: str) -> HttpResponse:
    """The letter as a file to be saved: `docx` or `pdf`. Raises NoFont for a PDF where no font is."""
    makers = {"docx": (docx, DOCX), "pdf": (pdf, paper.MIME)}
    if kind not in makers:
        raise NotVisible("没有这种格式，请选 Word 或 PDF。")
    make, mime = makers[kind]
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{letter.name}.{kind}"),
        "Cache-Control": "no-store",
    }
    return HttpResponse(make(letter), content_type=mime, headers=headers)


def pdf(letter: Letter) -> bytes:
    return paper.pdf("print/letter.html", {"letter": letter})


def docx(letter: Letter) -> bytes:
    document = Document()
    _page(document)
    for mark in letter.marks:
        _line(document, mark, font=HEI, size=SMALL, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, letter.number_line, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, letter.title, font=SONG, size=TITLE, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True, space=Pt(18))
    _line(document, f"{letter.to}：")
    for words in letter.body:
        _line(document, words, indent=INDENT)
    if letter.enclosure:
        _line(document, letter.enclosure, indent=INDENT)
    _line(document, letter.signed, align=WD_ALIGN_PARAGRAPH.RIGHT, space=Pt(24))
    _line(document, f"{zh_full_day(letter.on)}　　", align=WD_ALIGN_PARAGRAPH.RIGHT)
    for words in letter.contact:
        _line(document, words, size=SMALL)
    if letter.copies:
        _line(document, f"抄送：{'，'.join(letter.copies)}。", size=SMALL, space=Pt(12))
    if letter.form:
        _enclose(document, letter.form)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _font(document.styles["Normal"], FANGSONG, BODY)


def _font(styled: object, name: str, size: Pt) -> None:
    """Word keeps a font of its own for Chinese: without it, it falls back to what the machine likes."""
    styled.font.name, styled.font.size = name, size  # type: ignore[attr-defined]
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    fonts.set(qn("w:eastAsia"), name)


def _line(
    into: Docx | _Cell, words: str, *, font: str = FANGSONG, size: Pt = BODY, align: WD_ALIGN_PARAGRAPH | None = None,
    indent: Pt | None = None, bold: bool = False, space: Pt | None = None,
) -> Paragraph:  # fmt: skip
    line = into.add_paragraph()
    run = line.add_run(words)
    run.bold = bold
    _font(run, font, size)
    look = line.paragraph_format
    look.alignment, look.first_line_indent, look.line_spacing = align, indent, 1.5
    look.space_before, look.space_after = space or Pt(0), Pt(0)
    return line


def _enclose(document: Docx, form: Form) -> None:
    document.add_page_break()
    _line(document, form.title, font=SONG, size=Pt(18), align=WD_ALIGN_PARAGRAPH.CENTER, bold=True, space=Pt(6))
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in form.rows:
        left, right = table.add_row().cells
        left.width, right.width = Cm(3.6), Cm(12)
        for cell, words in ((left, label), (right, value)):
            cell.paragraphs[0]._element.getparent().remove(cell.paragraphs[0]._element)
            for line in words.split("\n"):
                _line(cell, line, size=Pt(14))
    if form.note:
        _line(document, form.note, size=SMALL, space=Pt(8))
