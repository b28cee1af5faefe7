"""Pinyin of names, for sorting and for finding somebody by typing Latin letters."""

import re

from django.db.models import Q
from pypinyin import lazy_pinyin


def pinyin_of(name: str) -> str:
    """“王建国” → "wangjianguo wjg": the whole name, then its initials."""
    syllables = [re.sub(r"[^a-z0-9]", "", part.lower()) for part in lazy_pinyin(name)]
    return f"{''.join(syllables)} {''.join(part[:1] for part in syllables)}"[:120]


def matches(typed: str, *, name: str = "name", pinyin: str = "pinyin") -> Q:
    """Rows whose name holds what was typed, or whose pinyin or initials begin with it."""
    found = Q(**{f"{name}__icontains": typed})
    letters = re.sub(r"[\s']", "", typed.lower())
    if letters.isascii() and letters.isalnum():
        found |= Q(**{f"{pinyin}__startswith": letters}) | Q(**{f"{pinyin}__contains": f" {letters}"})
    return found
