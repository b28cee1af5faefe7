"""Two-character search for Chinese: words for a `tsvector('simple')` column and queries against it.

A run of Chinese characters becomes its overlapping pairs (“路灯坏了” → 路灯 灯坏 坏了), a lone one itself; Latin words
and numbers stay whole. A character outside the basic plane (extension B and later) counts as one.
"""

import re
import unicodedata
from collections.abc import Iterator

CHINESE = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002a6df\U0002a700-\U0002ee5f\U0002f800-\U0002fa1f\U00030000-\U000323af"
)
RUNS = re.compile(rf"([{CHINESE}]+)|([^\W_{CHINESE}]+)")
LONGEST_WORD = 60  # characters; a lexeme may have 2,046 bytes and a longer one in a query is an error
MOST_TERMS = 64


def bigrams(text: str) -> str:
    """The distinct words of a text, with spaces between, to be written through `to_tsvector('simple', …)`."""
    return " ".join(dict.fromkeys(word for run in _runs(text) for word in _words(run)))


def vector(text: str) -> str:
    """The same as a value of a tsvector column, as it is when a row is made: no parser has to read it again."""
    return " ".join(f"'{word}'" for word in bigrams(text).split())


def query(text: str) -> str:
    """What was typed as an argument for `to_tsquery('simple', …)`, all words required; "" if nothing can be sought.

    A lone character is sought as the beginning of a pair.
    """
    terms = dict.fromkeys(f"'{word}'{_prefix(word)}" for run in _runs(text) for word in _words(run))
    return " & ".join(list(terms)[:MOST_TERMS])


def plain(text: str) -> str:
    """Without the differences a search does not know: full-width and other forms of the same character, capitals."""
    return unicodedata.normalize("NFKC", text).casefold()


def grams(text: str, shortest: int, longest: int) -> list[str]:
    """Every run of `shortest` to `longest` Chinese characters as often as it occurs, Latin words and numbers whole.

    What models of texts count. A run of characters that is shorter than `shortest` stands for itself.
    """
    found: list[str] = []
    for chinese, word in _runs(text):
        if word:
            found.append(word[:LONGEST_WORD])
        elif len(chinese) < shortest:
            found.append(chinese)
        for n in range(shortest, longest + 1):
            found += [chinese[i : i + n] for i in range(len(chinese) - n + 1)]
    return found


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in RUNS.finditer(plain(text)):
        yield match[1] or "", match[2] or ""


def _words(run: tuple[str, str]) -> list[str]:
    chinese, word = run
    if word:
        return [word[:LONGEST_WORD]]
    return [chinese[i : i + 2] for i in range(len(chinese) - 1)] or [chinese]


def _prefix(word: str) -> str:
    return ":*" if len(word) == 1 and re.match(f"[{CHINESE}]", word) else ""
