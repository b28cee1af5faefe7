"""Files on disk under random names; the room that owns the row decides who may see it."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ground import clock
from ground.models import StoredFile


def store(content: bytes, *, kind: str, mime: str) -> StoredFile:
    """Writes a file once, under a name of 128 random bits, readable by the service alone; `content` has been cleaned."""
    name = secrets.token_hex(16)
    path = f"{name[:2]}/{name}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return StoredFile.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        mime=mime,
        size=len(content),
        kind=kind,
        path=path,
        made_at=clock.now(),
    )


def read(file: StoredFile) -> bytes:
    return (Path(settings.MEDIA_ROOT) / file.path).read_bytes()


def remove(file: StoredFile) -> None:
    """Forgets a file that nothing refers to any more, row and content."""
    path = Path(settings.MEDIA_ROOT) / file.path
    file.delete()
    path.unlink(missing_ok=True)


def answer(file: StoredFile, *, name: str = "") -> HttpResponse:
    """The file as a response that no browser takes for anything else than what it is; with `name`, to be saved."""
    policy = "default-src 'none'; sandbox"
    if file.mime.startswith("image/"):
        policy += "; style-src 'unsafe-inline'"  # of the frame the browser itself shows a picture in
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy}
    if name:
        headers["Content-Disposition"] = content_disposition_header(True, name)
    return HttpResponse(read(file), content_type=file.mime, headers=headers)
