"""Query codes, which a citizen follows a matter by, and QR images (security.md §4, ui.md §9)."""

import hmac
import io
import re
import unicodedata
from itertools import groupby
from uuid import UUID

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage

from ground import sealed

DIGITS = 10
QUIET_ZONE = 4


def current_key_id() -> str:
    """The CODE key under which new query codes are derived; stored on the row beside the version."""
    return sealed.key_ids("CODE")[-1]


def query_code(uuid: UUID, version: int, key_id: str | None = None) -> str:
    """The ten digits for one matter and version, derived and never stored; a raised version makes the old code void."""
    digest = sealed.mac(sealed.key_by_id(key_id or current_key_id()), uuid.bytes + version.to_bytes(4, "big"))
    return f"{int.from_bytes(digest[:16], 'big') % 10**DIGITS:0{DIGITS}}"


def show(code: str) -> str:
    """As it is printed and read aloud: 123-456-7890."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def clean(typed: str) -> str:
    """The digits of what somebody typed, full-width ones and any spaces or dashes taken into account."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", typed))


def same(code: str, typed: str) -> bool:
    """Compares in constant time; only ten digits can be the same."""
    ours, theirs = clean(code), clean(typed)
    return hmac.compare_digest(ours, theirs) and len(ours) == DIGITS


def qr_svg(url: str) -> str:
    """An SVG element, dark on pure white with its quiet zone, to be put into a page as it is."""
    image = _qr(url).make_image(image_factory=SvgPathFillImage)
    return image.to_string(encoding="unicode")


def qr_png(url: str) -> bytes:
    """The same as PNG: a phone can long-press a picture, not an SVG in the page."""
    buffer = io.BytesIO()
    _qr(url).make_image(image_factory=PilImage).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def qr_paper(url: str) -> str:
    """The same for paper: an SVG without a size of its own, a run of dark modules a stroke."""
    rows = _qr(url).get_matrix()
    strokes = []
    for y, row in enumerate(rows):
        for dark, run in groupby(enumerate(row), key=lambda cell: cell[1]):
            xs = [x for x, _ in run]
            if dark:
                strokes.append(f"M{xs[0]} {y}h{len(xs)}v1h-{len(xs)}z")
    box, path = f"0 0 {len(rows)} {len(rows)}", "".join(strokes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path fill="#000" d="{path}"/></svg>'


def _qr(url: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE, box_size=10)
    code.add_data(url)
    code.make(fit=True)
    return code
