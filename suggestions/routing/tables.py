"""Tables of messages as files: UTF-8 (with or without its mark) or GB18030, columns in any order, some of them missing."""

import csv
from pathlib import Path

from django.core.management.base import CommandError

LONGEST_FIELD = 10_000_000


def read_table(path: str, *, needs: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Rows by column name, every value text. Raises CommandError for a file that is missing, empty, or lacks a column."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    csv.field_size_limit(LONGEST_FIELD)
    rows = [
        {name.strip(): (value or "") for name, value in row.items() if isinstance(name, str)}
        for row in csv.DictReader(text.replace("\x00", "").splitlines(keepends=True))
    ]
    if not rows:
        raise CommandError(f"{path} has no rows")
    missing = [name for name in needs if name not in rows[0]]
    if missing:
        raise CommandError(f"{path} lacks the column {', '.join(missing)}")
    return rows


def title_of(row: dict[str, str]) -> str:
    """The title, or what is left of it as content words."""
    return row.get("title") or row.get("title_words") or ""
