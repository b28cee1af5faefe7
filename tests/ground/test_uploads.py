import hashlib
import io
import zipfile

import pytest
from PIL import Image

from ground import uploads
from ground.errors import NotAPicture, TooLarge
from ground.uploads import clean_photo


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("classes.txt", "something else")
    return buffer.getvalue()


def test_a_photo_is_drawn_anew_and_loses_what_it_told() -> None:
    exif = Image.Exif()
    exif[0x010F] = "phone of somebody"
    exif.get_ifd(0x8825)[2] = (36.0, 4.0, 1.0)
    data = picture(exif=exif, icc_profile=b"profile", comment=b"a comment")
    assert b"somebody" in data and b"a comment" in data
    photo = clean_photo(data)
    clean = opened(photo.jpeg)
    assert clean.format == "JPEG" and (photo.width, photo.height) == clean.size == (60, 40)
    assert not clean.getexif() and not {"exif", "icc_profile", "comment"} & set(clean.info)
    for told in (b"somebody", b"Exif", b"profile", b"a comment"):
        assert told not in photo.jpeg and told not in photo.thumb
    assert photo.sha256 == hashlib.sha256(photo.jpeg).hexdigest()


def test_a_photo_stands_upright() -> None:
    image = Image.new("RGB", (80, 40), "white")
    image.paste("black", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # the phone was held upright: to be turned clockwise by a quarter
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    photo = clean_photo(buffer.getvalue())
    assert (photo.width, photo.height) == (40, 80)
    upright = opened(photo.jpeg).convert("L")
    assert upright.getpixel((20, 10)) < 60 and upright.getpixel((20, 70)) > 200


def test_a_large_photo_is_made_smaller() -> None:
    photo = clean_photo(picture(size=(5200, 2600)))
    assert (photo.width, photo.height) == (2560, 1280)
    assert opened(photo.thumb).size == (480, 240)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("I;16", "PNG"),
        ("RGB", "WEBP"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_kind_of_photo_becomes_a_jpeg(mode: str, kind: str) -> None:
    clean = opened(clean_photo(picture(mode, kind=kind)).jpeg)
    assert clean.format == "JPEG" and clean.mode == "RGB" and clean.size == (60, 40)


def test_what_was_transparent_becomes_white_and_sixteen_bits_stay_grey() -> None:
    assert opened(clean_photo(picture("RGBA", kind="PNG")).jpeg).getpixel((5, 5)) == (255, 255, 255)
    buffer = io.BytesIO()
    Image.new("I;16", (20, 20), 128 * 256).save(buffer, "PNG")
    assert abs(opened(clean_photo(buffer.getvalue()).jpeg).getpixel((5, 5))[0] - 128) < 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"MZ\x90\x00" + bytes(500),
        b"%PDF-1.7\n%%EOF",
        b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
        b"<html><script>alert(1)</script></html>",
        zipped(),
        picture("P", kind="GIF"),
        picture(kind="BMP"),
        picture(kind="TIFF"),
        b"\xff\xd8\xff\xe0" + b"JFIF" * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        picture(size=(600, 400))[:900],
        picture(kind="PNG", size=(600, 400))[:100],
        b"GIF89a/*" + picture() + b"*/=1;alert(1)",
    ],
    ids=[
        "nothing",
        "text",
        "program",
        "pdf",
        "svg",
        "html",
        "zip",
        "gif",
        "bmp",
        "tiff",
        "jpeg in name only",
        "png in name only",
        "half a jpeg",
        "half a png",
        "gif with a script",
    ],
)
def test_what_is_no_photo_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        clean_photo(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "other",
    [zipped(), b"<?PHP system($_GET[0]);", b"<ScRiPt>alert(1)</script>", b"%PDF-1.4", b"Rar!\x1a\x07\x01\x00"],
    ids=["zip", "php", "script", "pdf", "rar"],
)
def test_what_is_a_photo_and_something_else_is_refused(kind: str, other: bytes) -> None:
    clean_photo(picture(kind=kind))
    with pytest.raises(NotAPicture):
        clean_photo(picture(kind=kind) + other)


def test_a_photo_with_a_film_behind_it_is_a_photo() -> None:
    """Phones hang the seconds before the shot behind the picture."""
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40
    assert b"ftyp" not in clean_photo(picture() + film).jpeg


def test_apple_photos_are_told_what_to_do() -> None:
    with pytest.raises(NotAPicture, match="兼容性最佳"):
        clean_photo(b"\x00\x00\x00\x18ftypheic" + bytes(100))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = picture("1", size=(20_000, 20_000), kind="PNG")
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge, match="像素"):
        clean_photo(bomb)


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        clean_photo(picture() + bytes(uploads.BYTES))


def test_forty_megapixels_fit_into_the_memory_of_the_child() -> None:
    for mode in ("RGBA", "P"):
        photo = clean_photo(picture(mode, size=(8000, 5000), kind="PNG", compress_level=1))
        assert (photo.width, photo.height) == (2560, 1600)


def test_a_decoder_that_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture("RGBA", size=(6000, 5000), kind="PNG", compress_level=1)
    monkeypatch.setattr(uploads, "MEMORY", 160 * 1024 * 1024)
    with pytest.raises(NotAPicture):
        clean_photo(data)
    assert clean_photo(picture()).width == 60


def test_the_longest_strip_still_has_a_height() -> None:
    photo = clean_photo(picture("L", size=(40_000, 3), kind="PNG"))
    assert (photo.width, photo.height) == (2560, 1)
