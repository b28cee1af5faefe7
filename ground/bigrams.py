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


def query(text: str) -> str:
    """What was typed as an argument for `to_tsquery('simple', …)`, all words required; "" if nothing can be sought.

    A lone character is sought as the beginning of a pair.
    """
    terms = dict.fromkeys(f"'{word}'{_prefix(word)}" for run in _runs(text) for word in _words(run))
    return " & ".join(list(terms)[:MOST_TERMS])


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in RUNS.finditer(unicodedata.normalize("NFKC", text).casefold()):
        yield match[1] or "", match[2] or ""


def _words(run: tuple[str, str]) -> list[str]:
    chinese, word = run
    if word:
        return [word[:LONGEST_WORD]]
    return [chinese[i : i + 2] for i in range(len(chinese) - 1)] or [chinese]


def _prefix(word: str) -> str:
    return ":*" if len(word) == 1 and re.match(f"[{CHINESE}]", word) else ""
