"""What an uploaded file must be: judged by its content, never by its name (security.md §7)."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from ground.errors import NotAPicture, TooLarge

BYTES = 20 * 1024 * 1024
PIXELS = 40_000_000
SIDE = 2560
THUMB_SIDE = 480
MEMORY = 768 * 1024 * 1024
SECONDS = 20
FILES = 20  # of one request; what comes after them is read past
CHILD = Path(__file__).with_name("photo_child.py")
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True)
class Photo:
    """A photo drawn anew: JPEG without EXIF, place or colour profile, upright; `sha256` is that of `jpeg`."""

    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    sha256: str


class FirstFiles(FileUploadHandler):
    """Lets the first FILES files of a request through and reads past the others without storing them, so that the words
    typed beside too many photos arrive, and the form can say how many it takes."""

    seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.seen += 1
        if self.seen > FILES:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def clean_photo(data: bytes) -> Photo:
    """Makes a photo out of what a stranger sent: JPEG, PNG or WebP, at most 20 MB and 40 megapixels.

    The long side becomes at most 2560, that of the thumbnail 480. NotAPicture for whatever cannot be decoded, is also
    something else (an archive, a page, a document) or takes the decoder too much; TooLarge for size alone.
    """
    if len(data) > BYTES:
        raise TooLarge
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise NotAPicture("暂不能识别 HEIC 照片。请在手机“设置—相机—格式”里选“兼容性最佳”，或换一张 JPG 照片。")
    limits = (MEMORY, SECONDS, PIXELS, SIDE, THUMB_SIDE)
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD), *map(str, limits)],
            input=data,
            capture_output=True,
            timeout=SECONDS + 10,
            env={},  # nothing of ours: no address of a database, no secret
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise NotAPicture from None
    line, _, body = child.stdout.partition(b"\n")
    head = json.loads(line)
    if head.get("refused") == "too_many_pixels":
        raise TooLarge("照片超过 4000 万像素，请用手机相机的默认清晰度再拍一张。")
    if "refused" in head:
        raise NotAPicture
    jpeg, thumb = body[: head["jpeg"]], body[head["jpeg"] :]
    return Photo(jpeg, thumb, head["width"], head["height"], hashlib.sha256(jpeg).hexdigest())
