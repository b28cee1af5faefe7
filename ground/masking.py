"""Personal data in free text, masked before others read it: each kind by its own check, the shape kept readable.

All is sought in a shadow of the text, one character for one: capitals, full-width and Chinese digits as ASCII, and
stars over what was found already. A digit that stays touches a star and no pattern touches a star; the search is
repeated until it finds nothing, for a neighbour may have been hidden. So masking twice changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["id_card", "bank_card", "mobile", "landline", "plate", "email", "house"]
Found = tuple[int, int, str]  # from, up to, what stands there instead


@dataclass(frozen=True)
class Hit:
    """What was found in the original text, from `start` up to `end`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    text: str
    hits: tuple[Hit, ...]


CHINESE_DIGITS = dict(zip("〇零幺一二三四五六七八九壹贰叁肆伍陆柒捌玖", "001123456789123456789", strict=True))
GAP = r"[ \t\-‐-―−.·_~()\u00a0\u200b-\u200f\u2060\ufeff]{0,2}"  # what people put between the digits of a number
RUN = re.compile(rf"[0-9](?:{GAP}[0-9])*(?:{GAP}X)?")

# 居民身份证 GB 11643: six digits of place (the first two GB/T 2260), date of birth, order, checksum
REGIONS = range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71, 81, 82, 83)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
LANDLINE = re.compile(r"(?P<short>010|02[0-9])[2-9][0-9]{7}|(?P<long>0[3-9][0-9]{2})[2-9][0-9]{6,7}")
TELEPHONE = re.compile(rf"(?:电话|座机|固话)[号码是为:： ]{{0,4}}([2-9](?:{GAP}[0-9]){{6,7}})(?![0-9*])")

# 机动车号牌 GA 36: seven places, eight for new energy; only the places after province and letter are masked
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(
    rf"[{PROVINCES}][A-Z][ ·•.\-]{{0,2}}(?=[A-Z]{{0,5}}[0-9])"
    r"([0-9A-HJ-NP-Z]{5,6}|[0-9A-HJ-NP-Z]{4}[学警港澳挂领])(?![0-9A-Z*])"
)
EMAIL = re.compile(
    r"(?<![\w.%+*-])([A-Z0-9][\w.%+-]{0,63})@(?:[A-Z0-9-]{1,63}\.){1,5}[A-Z]{2,24}(?![A-Z0-9*])", re.ASCII
)

# House numbers: a room, a unit of a building, or a number in a street; a building alone is only a place
NUMBER = r"(?:[0-9十百]{1,5}|[A-Z])"
BLOCK = r"[ ]?(?:号楼|栋|幢|座|#楼?)"
PART = rf"{NUMBER}(?:{BLOCK}|[ ]?(?:号院|单元|楼|层|门|号))[ ,，、\-]?"
COUNTED = r"(?![0-9*年月日元块人名户家米平度万千多余次个])"
HOUSE = re.compile(
    r"(?<![0-9A-Z十百*])(?:"
    rf"(?:{PART}){{1,4}}(?:{NUMBER}[ ]?(?:室|号?房)|[0-9]{{3,4}}[A-Z]?[ ]?号(?![楼院线]))"
    rf"|(?:{PART}){{0,3}}{NUMBER}(?:{BLOCK}|[ ]?单元)[ ,，、\-]?[0-9]{{3,4}}{COUNTED}"
    rf"|{NUMBER}(?:{BLOCK}|[ ]?号院)[ ,，、\-]?{NUMBER}[ ]?单元"
    r"|[0-9]{3,4}[A-Z]?[ ]?室"
    r"|(?<=[区园苑院城庭府湾墅里居寓住楼])[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9*\-])"
    r"|[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}[ ]?室"
    r"|(?:(?<=[路街巷弄村庄屯组])|(?<=胡同)|(?<=大道))[0-9十百]{1,5}(?:-[0-9]{1,3})?[ ]?号(?![楼线])"
    r"|(?<=门牌)(?:号码?)?[为是:： ]{0,2}[0-9十百]{1,5}(?:-[0-9]{1,3})?(?![0-9A-Z*\-])"
    r")"
)


TELLING = re.compile("[0-9A-Z@十百]")  # every pattern needs one of these in the shadow


def mask(text: str) -> Masked:
    """The text as others may read it, and where in the original each personal detail stands, in order."""
    if not TELLING.search(text.translate(SHADOW)):
        return Masked(text, ())
    places = [(i, i + 1) for i in range(len(text))]  # of each character now, where it stood in the original
    hits: list[Hit] = []
    while found := _find(text):
        parts, spans, at = [], [], 0
        for kind, start, end, instead in found:
            place = places[start][0], places[end - 1][1]
            hits.append(Hit(kind, *place))
            parts += [text[at:start], instead]
            spans += [*places[at:start], *[place] * len(instead)]
            at = end
        text, places = "".join(parts) + text[at:], spans + places[at:]
    return Masked(text, _merged(hits))


def _find(text: str) -> list[tuple[Kind, int, int, str]]:
    shadow = text.translate(SHADOW)
    found = []
    for kind, find in FINDERS:
        for start, end, instead in find(shadow, text):
            found.append((kind, start, end, instead))
            shadow = shadow[:start] + "*" * (end - start) + shadow[end:]
    return sorted(found, key=lambda each: each[1])


def _merged(hits: list[Hit]) -> tuple[Hit, ...]:
    """In order, those that grew out of one another as one."""
    merged: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if merged and hit.start < merged[-1].end:
            merged[-1] = Hit(merged[-1].kind, merged[-1].start, max(merged[-1].end, hit.end))
        else:
            merged.append(hit)
    return tuple(merged)


def _plain(character: str) -> str:
    """One character for the shadow: a digit however written as ASCII, a letter as a capital."""
    value = unicodedata.decimal(character, None)
    if value is not None:
        return str(value)
    plain = unicodedata.normalize("NFKC", CHINESE_DIGITS.get(character, character)).upper()
    return plain if len(plain) == 1 else character


class _Shadow(dict[int, str]):
    """`str.translate` by `_plain`; the basic plane is remembered."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if code < 0x10000:
            self[code] = plain
        return plain


SHADOW = _Shadow()


def _is_edge(shadow: str, place: int) -> bool:
    """Whether a number may begin after or end before this place."""
    return not 0 <= place < len(shadow) or shadow[place] not in "0123456789*"


def _numbers(shadow: str, lengths: tuple[int, ...], judge: Callable[[str, str], str]) -> Iterator[Found]:
    """Numbers of these lengths, longest first; `judge` turns bare digits and how they were written into a mask."""
    for run in RUN.finditer(shadow):
        places = [place for place in range(*run.span()) if shadow[place] in "0123456789X"]
        first = 0
        while first < len(places):
            found = _number_at(shadow, places[first : first + lengths[0]], lengths, judge)
            if found:
                yield found[:3]
            first += found[3] if found else 1


def _number_at(
    shadow: str, places: list[int], lengths: tuple[int, ...], judge: Callable[[str, str], str]
) -> tuple[int, int, str, int] | None:
    start = places[0]
    if not _is_edge(shadow, start - 1):
        return None
    for length in lengths:
        if length > len(places) or not _is_edge(shadow, places[length - 1] + 1):
            continue
        end = places[length - 1] + 1
        instead = judge("".join(shadow[place] for place in places[:length]), shadow[start:end])
        if instead:
            opened = ")" in shadow[start:end] and "(" not in shadow[start:end] and shadow[start - 1 : start] == "("
            return start - opened, end, instead, length
    return None


def _id_card(number: str, written: str) -> str:
    """Eighteen places by checksum, the old fifteen by a possible place and birthday."""
    born = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    if not number[:-1].isdigit() or not any(int(number[:2]) in regions for regions in REGIONS):
        return ""
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return ""
    if len(number) == 18:
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        if not "1800" <= born[:4] <= "2099" or "10X98765432"[total % 11] != number[-1]:
            return ""
    elif not number.isdigit():
        return ""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _bank_card(number: str, written: str) -> str:
    """Luhn (ISO/IEC 7812), written in one piece or in groups of at least four, unlike dates."""
    if not number.isdigit() or number[0] == "0" or any(len(group) < 4 for group in re.findall("[0-9]+", written)[:-1]):
        return ""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return "" if sum(n - 9 if n > 9 else n for n in doubled) % 10 else "*" * (len(number) - 4) + number[-4:]


def _mobile(number: str, written: str) -> str:
    match = MOBILE.fullmatch(number)
    return f"{number[:-8]}****{number[-4:]}" if match else ""


def _landline(number: str, written: str) -> str:
    match = LANDLINE.fullmatch(number)
    if not match:
        return ""
    area = match["short"] or match["long"]
    return area + "*" * (len(number) - len(area))


def _telephones(shadow: str, text: str) -> Iterator[Found]:
    for match in TELEPHONE.finditer(shadow):
        yield match.start(1), match.end(1), "*" * len(re.findall("[0-9]", match[1]))


def _plates(shadow: str, text: str) -> Iterator[Found]:
    # A plate has no Chinese digits: in “鲁B12345一辆车” the sixth is a word
    shadow = "".join(typed if typed in CHINESE_DIGITS else plain for typed, plain in zip(text, shadow, strict=True))
    for match in PLATE.finditer(shadow):
        yield match.start(), match.end(), text[match.start() : match.start(1)] + "*" * len(match[1])


def _emails(shadow: str, text: str) -> Iterator[Found]:
    for match in EMAIL.finditer(shadow):
        kept = text[match.start()] if len(match[1]) > 1 else ""
        yield match.start(), match.end(), f"{kept}***{text[match.end(1) : match.end()]}"


def _houses(shadow: str, text: str) -> Iterator[Found]:
    for match in HOUSE.finditer(shadow):
        start, end = match.span()
        parts, at = [], start
        for number in re.finditer("[0-9十百]+|[A-Z]", match[0]):
            parts += [text[at : start + number.start()], "***" if len(number[0]) > 2 else "**"]
            at = start + number.end()
        yield start, end, "".join(parts) + text[at:end]


FINDERS: tuple[tuple[Kind, Callable[[str, str], Iterator[Found]]], ...] = (
    ("id_card", lambda shadow, text: _numbers(shadow, (18,), _id_card)),
    ("bank_card", lambda shadow, text: _numbers(shadow, (19, 18, 17, 16), _bank_card)),
    ("mobile", lambda shadow, text: _numbers(shadow, (15, 13, 11), _mobile)),
    ("id_card", lambda shadow, text: _numbers(shadow, (15,), _id_card)),
    ("landline", lambda shadow, text: _numbers(shadow, (12, 11), _landline)),
    ("landline", _telephones),
    ("plate", _plates),
    ("email", _emails),
    ("house", _houses),
)
