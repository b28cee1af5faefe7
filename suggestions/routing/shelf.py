"""Where learnt arrays are kept and found again: a row and a file each, read once per process and known by their sha256.

A file that is missing, or is not what its row says, is not used: whoever asks falls back, and the console says why.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.db import transaction

from accounts.models import Organ
from ground import clock, files
from ground.errors import Invalid
from suggestions.likeness import Rarity
from suggestions.models import Learned, LearnedKind

log = logging.getLogger(__name__)

KEPT = 3  # of each kind and congress: today's and what one could go back to
MOST_LOADED = 8  # in one process
MIME = "application/octet-stream"

_loaded: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()


def keep(kind: str, content: bytes, *, congress: Organ | None = None, **figures: Any) -> Learned:
    """Writes the arrays, names them the newest, and forgets the oldest."""
    with transaction.atomic():
        file = files.store(content, kind=f"learned-{kind}", mime=MIME)
        row = Learned.objects.create(kind=kind, congress=congress, file=file, at=clock.now(), **figures)
        old = Learned.objects.filter(kind=kind, congress=congress).select_related("file").order_by("-pk")[KEPT:]
        for former in list(old):
            former.delete()
            transaction.on_commit(lambda gone=former.file: files.remove(gone))
    return row


def newest(kind: str, congress_id: int | None = None) -> Learned | None:
    return Learned.objects.filter(kind=kind, congress=congress_id).select_related("file").first()


def scorer(row: Learned | None) -> Any | None:
    """The `Scorer` of a row; None while nothing was learnt or its file cannot be believed."""
    return _read(row, _scorer)


def rarity() -> Rarity:
    """How rare runs of characters are; every run the same while nothing was counted."""
    return _read(newest(LearnedKind.LIKENESS), Rarity.unpack) or Rarity()


def what_is_wrong(row: Learned | None) -> str:
    """Why the newest arrays are not used, as one sentence; "" where they are."""
    if row is None:
        return ""
    try:
        _content(row)
    except Invalid as refusal:
        return refusal.detail
    return ""


def _scorer(content: bytes) -> Any:
    from suggestions.routing.scorer import Scorer  # numpy comes along: not before somebody asks

    return Scorer.unpack(content)


def _read(row: Learned | None, unpack: Callable[[bytes], Any]) -> Any | None:
    if row is None:
        return None
    key = row.file.sha256
    with _lock:
        if key in _loaded:
            _loaded.move_to_end(key)
            return _loaded[key]
    try:
        found = unpack(_content(row))
    except (Invalid, KeyError) as refusal:
        log.error("learned arrays %s are not used: %s", row.pk, refusal)
        return None
    with _lock:
        _loaded[key] = found
        while len(_loaded) > MOST_LOADED:
            _loaded.popitem(last=False)
    return found


def _content(row: Learned) -> bytes:
    """Raises Invalid for a file that is gone or altered."""
    try:
        content = files.read(row.file)
    except OSError:
        raise Invalid("file", "模型文件找不到了，现在只按对照表推荐；今晚会重新学习。") from None
    if hashlib.sha256(content).hexdigest() != row.file.sha256:
        raise Invalid("file", "模型文件和登记的校验值不一致，没有使用，现在只按对照表推荐；今晚会重新学习。")
    return content
