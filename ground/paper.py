"""Paper: a page of HTML as PDF, a page of PDF as a picture, many PDFs as one. Never with boxes instead of characters.

WeasyPrint draws with the machine's own fonts. Where none of them has Chinese, or lacks a rare character, the refusal
says so and what to do. Sheets stand in static/css/paper.css, are read from disk, and nothing is fetched.
"""

import gc
import io
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from pypdf import PdfWriter

from ground.errors import DomainError

MIME = "application/pdf"
NO_FONT = "服务器没有中文字体，暂不能生成 PDF。请系统管理员安装 fonts-noto-cjk 后再试。"
PLAIN = frozenset("·—…“”‘’")  # beside GB 2312, in every Chinese font


class NoFont(DomainError):
    """The machine's fonts cannot draw it."""

    status = 503
    code = "no_font"
    detail = NO_FONT


def pdf(template: str, context: dict[str, object], *, sheet: str = "paper") -> bytes:
    """The template drawn on paper with css/paper.css, or another sheet. Raises NoFont where that would print boxes."""
    from weasyprint import CSS, HTML

    require_font()
    html = render_to_string(template, context)
    if lacking := undrawable(html):
        raise NoFont(f"服务器的字体里没有“{lacking}”，请系统管理员安装含生僻字的中文字体后再试。")
    style = CSS(filename=str(settings.BASE_DIR / "static" / "css" / f"{sheet}.css"))
    drawn = HTML(string=html, url_fetcher=_fetch_nothing).write_pdf(stylesheets=[style])
    gc.collect()  # a document is a ring of some 20 MB that Python would keep until much later
    return drawn


def require_font() -> None:
    if not has_chinese():
        raise NoFont


@cache
def has_chinese() -> bool:
    """Whether fontconfig knows a font for Chinese; asked once in a process."""
    return bool(_fonts(":lang=zh-cn"))


def undrawable(text: str) -> str:
    """The characters of `text` that no font of the machine has; "" where it can be printed."""
    return "".join(sorted(char for char in set(text) if not _is_drawable(char)))


@cache
def _is_drawable(char: str) -> bool:
    """Whatever stands in GB 2312 every Chinese font has; about the rest fontconfig is asked, once for each character."""
    if char in PLAIN or char.isspace() or char.isascii():
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return bool(_fonts(f":charset={ord(char):x}"))
    return True


def _fonts(pattern: str) -> str:
    command = shutil.which("fc-list")
    if command is None:
        return ""
    return subprocess.run([command, pattern, "family"], capture_output=True, text=True, timeout=30).stdout.strip()


def joined(parts: Iterable[bytes]) -> bytes:
    """Many PDFs as one, in their order."""
    writer, out = PdfWriter(), io.BytesIO()
    for part in parts:
        writer.append(io.BytesIO(part), import_outline=False)
    writer.write(out)
    return out.getvalue()


def png(content: bytes, *, width: int) -> bytes:
    """The first page of a PDF as a picture of so many pixels across: a phone can keep and send a picture, not a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        image = page.render(scale=width / page.get_width()).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.convert("RGB").quantize(64).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _fetch_nothing(url: str) -> dict[str, object]:
    raise ValueError(f"paper fetches nothing: {url}")
