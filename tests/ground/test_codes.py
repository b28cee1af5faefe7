import io
import re
from pathlib import Path
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st
from PIL import Image

from ground import codes, sealed

MATTER = UUID("0190a0b0-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "keys"
    sealed.make_keys(directory)
    monkeypatch.setattr(sealed, "key_dir", lambda: directory)
    return directory


def test_a_code_is_ten_digits_and_follows_matter_and_version() -> None:
    code = codes.query_code(MATTER, 1)
    assert re.fullmatch(r"[0-9]{10}", code)
    assert code == codes.query_code(MATTER, 1)
    assert code != codes.query_code(MATTER, 2)
    assert code != codes.query_code(uuid4(), 1)


def test_codes_spread_over_all_ten_digits() -> None:
    made = [codes.query_code(UUID(int=n), 1) for n in range(2000)]
    assert len(set(made)) == 2000
    for place in range(10):
        assert len({code[place] for code in made}) == 10


def test_an_old_code_outlives_a_new_key(keys: Path) -> None:
    key_id, code = codes.current_key_id(), codes.query_code(MATTER, 1)
    (keys / "CODE-2").write_bytes(b"2" * 32)
    sealed._keys.cache_clear()
    assert codes.current_key_id() == "CODE-2"
    assert codes.query_code(MATTER, 1, key_id) == code
    assert codes.query_code(MATTER, 1) != code
    with pytest.raises(sealed.UnknownKey):
        codes.query_code(MATTER, 1, "CODE-3")


def test_codes_are_shown_in_three_groups_and_read_back() -> None:
    assert codes.show("1234567890") == "123-456-7890"
    assert codes.clean(" 123 456－７８９０ ") == "1234567890"
    assert codes.same("1234567890", "123-456-7890")
    assert not codes.same("1234567890", "1234567891")
    assert not codes.same("", "")
    assert not codes.same("123", "123")


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    assert codes.clean(codes.clean(typed)) == codes.clean(typed)
    assert not codes.same("1234567890", typed) or codes.clean(typed) == "1234567890"


URL = "https://renda.example.cn/d/D00001/?p=12"


def test_the_svg_stands_in_a_page_without_style_or_script() -> None:
    svg = codes.qr_svg(URL)
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg") and svg.startswith("<")
    assert "<?xml" not in svg and "style=" not in svg and "<script" not in svg


def test_the_png_has_its_quiet_zone_and_level_q() -> None:
    picture = Image.open(io.BytesIO(codes.qr_png(URL))).convert("L")
    modules = picture.width // 10
    assert picture.width == picture.height
    assert (modules - 8 - 17) % 4 == 0  # a symbol of 17 + 4v modules between two zones of 4
    cells = [[picture.getpixel((x * 10 + 5, y * 10 + 5)) < 128 for x in range(modules)] for y in range(modules)]
    assert not any(any(row) for row in cells[:4] + cells[-4:])
    assert not any(any(row[:4] + row[-4:]) for row in cells)
    assert cells[12][4:6] == [False, True]  # level Q is 11; its bits stand left in row 8, masked with 10
