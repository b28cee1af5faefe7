"""What changed between two texts, phrase by phrase, as people read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

PHRASE = re.compile(r"[^，。；：、！？\n]+[，。；：、！？]?\n*|[，。；：、！？\n]+")


@dataclass(frozen=True)
class Piece:
    """A run of a text: kept ("same"), taken out ("out") or put in ("in")."""

    kind: str
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The two texts in one line of pieces; what was taken out stands before what was put in."""
    before, after = PHRASE.findall(old), PHRASE.findall(new)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[i1:i2])))
        else:
            found += _changed("".join(before[i1:i2]), "".join(after[j1:j2]))
    return found


def _changed(out: str, put: str) -> Iterable[Piece]:
    return [piece for piece in (Piece("out", out), Piece("in", put)) if piece.text]
