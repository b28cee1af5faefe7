"""Photos of somebody who is still writing: cleaned at the first POST, kept until the words are sent, at most a day.

The form carries a signed reference to each, so that the page 核对 loses nothing and nobody can name another's photo.
"""

import base64
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from ground import clock
from ground.errors import NotAPicture, TooLarge
from ground.uploads import clean_photo

MOST = 6
KEPT_FOR = timedelta(days=1)
SALT = "citizen.pending-photo"
THUMB = ".thumb.jpg"


@dataclass(frozen=True)
class Pending:
    """One photo that waits: its signed reference, and where it lies."""

    reference: str
    path: Path

    @property
    def jpeg(self) -> bytes:
        return self.path.read_bytes()

    @property
    def thumb(self) -> str:
        """The small picture as a data address: it has no address of its own that others could open."""
        return "data:image/jpeg;base64," + base64.b64encode(self.path.with_suffix(THUMB).read_bytes()).decode()


def take(waiting: Iterable[Pending], files: Iterable[UploadedFile]) -> tuple[list[Pending], list[str]]:
    """The photos that wait already and after them the new ones, cleaned; and a sentence for each that cannot be taken.

    One bad picture costs no other: whatever is good is laid beside at once.
    """
    taken, refused = list(waiting), []
    drop_old()
    files = list(files)
    if len(taken) + len(files) > MOST:
        refused.append(f"照片最多 {MOST} 张，多出来的没有收。")
    for file in files[: max(0, MOST - len(taken))]:
        try:
            photo = clean_photo(file.read())
        except (NotAPicture, TooLarge) as refusal:
            refused.append(f"“{clean_name(file.name)}”没有收：{refusal.detail}")
        else:
            taken.append(_lay(photo.jpeg, photo.thumb))
    return taken, refused


def clean_name(name: str | None) -> str:
    """The file's name as it may stand in a sentence."""
    shown = "".join(character for character in name or "" if character.isprintable())
    return shown if len(shown) <= 30 else f"{shown[:20]}…{shown[-8:]}"


def find(reference: str) -> Pending | None:
    """The photo a signed reference names; None where the reference is not ours, or the photo is gone."""
    try:
        name = signing.loads(reference, salt=SALT)
    except signing.BadSignature:
        return None
    path = _folder() / f"{name}.jpg"
    return Pending(reference, path) if re.fullmatch(r"[0-9a-f]{32}", name) and path.is_file() else None


def drop(photos: Iterable[Pending]) -> None:
    for photo in photos:
        photo.path.unlink(missing_ok=True)
        photo.path.with_suffix(THUMB).unlink(missing_ok=True)


def drop_old() -> int:
    """Deletes what nobody has sent within a day; returns how many files."""
    before = (clock.now() - KEPT_FOR).timestamp()
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _lay(jpeg: bytes, thumb: bytes) -> Pending:
    name = secrets.token_hex(16)
    path = _folder() / f"{name}.jpg"
    path.with_suffix(THUMB).write_bytes(thumb)
    path.write_bytes(jpeg)
    return Pending(signing.dumps(name, salt=SALT), path)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "pending"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
