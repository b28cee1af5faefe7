"""Decodes one uploaded photo: bytes on stdin, the cleaned photo on stdout.

Run as a script by `ground.uploads`, alone in its process with little memory and time, because a decoder that is fed by
strangers is where a break-in would begin. It knows nothing of the rest. It answers one line of JSON, then the JPEG and
its thumbnail; a refusal is `{"refused": reason}` alone.
"""

import io
import json
import resource
import sys
import zipfile

from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What no photo holds but a file that is two things at once; archives are known by their directory at the end
FOREIGN = (b"<script", b"<?php", b"<html", b"%pdf-", b"rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


class Refused(Exception):
    """Carries the reason as one word."""


def read(data: bytes, pixels: int) -> Image.Image:
    """The picture by its header alone, nothing decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # judged here, with a word of its own
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception:
        raise Refused("not_a_picture") from None
    if picture.width * picture.height > pixels:
        raise Refused("too_many_pixels")
    lowered = data.lower()
    if any(mark in lowered for mark in FOREIGN) or zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("not_a_picture")
    return picture


def orientation_of(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # broken EXIF is thrown away with the rest of it
        return 1


def flatten(picture: Image.Image) -> Image.Image:
    """RGB, on white where it was transparent."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture.convert("RGB")


def encoded(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.info.clear()
    picture.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def clean(data: bytes, pixels: int, side: int, thumb_side: int) -> tuple[dict[str, int], bytes, bytes]:
    picture = read(data, pixels)
    turn = TURNS.get(orientation_of(picture))
    try:
        picture.draft("RGB", (side, side))
        picture.load()
        picture = flatten(picture)
    except Exception:
        raise Refused("not_a_picture") from None
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    if turn is not None:
        picture = picture.transpose(turn)
    small = picture.copy()
    small.thumbnail((thumb_side, thumb_side), Image.Resampling.LANCZOS)
    jpeg, thumb = encoded(picture, 85), encoded(small, 80)
    return {"width": picture.width, "height": picture.height, "jpeg": len(jpeg), "thumb": len(thumb)}, jpeg, thumb


def main() -> None:
    memory, seconds, pixels, side, thumb_side = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        head, jpeg, thumb = clean(sys.stdin.buffer.read(), pixels, side, thumb_side)
        answer = json.dumps(head).encode() + b"\n" + jpeg + thumb
    except Refused as refusal:
        answer = json.dumps({"refused": str(refusal)}).encode() + b"\n"
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
