import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from ground import sealed

ROW = UUID("0190a0b0-0000-7000-8000-000000000001")
PLACE = {"table": "accounts_user", "column": "phone", "row": ROW}


@pytest.fixture(scope="module", autouse=True)
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of this module's own, so that rotations here touch nobody else's."""
    directory = tmp_path_factory.mktemp("keys")
    sealed.make_keys(directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "key_dir", lambda: directory)
        yield directory


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "keys"
    sealed.make_keys(directory)
    monkeypatch.setattr(sealed, "key_dir", lambda: directory)
    return directory


def test_keys_are_made_once_and_only_the_service_reads_them(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "keys"
    assert sealed.make_keys(directory) == [f"{name}-1" for name in sealed.NAMES]
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    contents = {path.name: path.read_bytes() for path in directory.iterdir()}
    assert len(set(contents.values())) == len(sealed.NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    assert sealed.make_keys(directory) == []
    assert contents == {path.name: path.read_bytes() for path in directory.iterdir()}


@given(st.text(), st.uuids())
def test_what_is_sealed_opens_in_its_place(text: str, row: UUID) -> None:
    value = sealed.seal(text, table="t", column="c", row=row)
    assert value.startswith(b"v1|sm4-gcm|SEAL-1|")
    assert len(value) == len(b"v1|sm4-gcm|SEAL-1|") + 12 + len(text.encode()) + 16
    assert sealed.open_sealed(memoryview(value), table="t", column="c", row=row) == text


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({sealed.seal("13812345678", **PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere", [{"table": "accounts_contact"}, {"column": "name"}, {"row": UUID(int=ROW.int + 1)}]
)
def test_a_value_cannot_be_moved(elsewhere: dict[str, object]) -> None:
    value = sealed.seal("13812345678", **PLACE)
    with pytest.raises(sealed.SealBroken):
        sealed.open_sealed(value, **{**PLACE, **elsewhere})


@given(st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    value = bytearray(sealed.seal("13812345678", **PLACE))
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((sealed.SealBroken, sealed.UnknownKey)):
        sealed.open_sealed(bytes(value), **PLACE)


@given(st.binary(max_size=80))
def test_garbage_is_an_error_and_never_an_empty_string(garbage: bytes) -> None:
    for value in (garbage, b"v1|sm4-gcm|SEAL-1|" + garbage):
        with pytest.raises((sealed.SealBroken, sealed.UnknownKey)):
            sealed.open_sealed(value, **PLACE)


def test_a_shortened_tag_is_refused() -> None:
    value = sealed.seal("13812345678", **PLACE)
    for cut in range(1, 40):
        with pytest.raises(sealed.SealBroken):
            sealed.open_sealed(value[:-cut], **PLACE)


def test_the_newest_key_seals_and_all_open(fresh: Path) -> None:
    before = sealed.seal("旧", **PLACE)
    (fresh / "SEAL-2").write_bytes(b"2" * 32)
    (fresh / "SEAL-10").write_bytes(b"a" * 32)
    with pytest.raises(sealed.UnknownKey):
        sealed.key_by_id("SEAL-3")
    after = sealed.seal("新", **PLACE)
    assert (sealed.key_id_of(before), sealed.key_id_of(after)) == ("SEAL-1", "SEAL-10")
    assert sealed.open_sealed(before, **PLACE) + sealed.open_sealed(after, **PLACE) == "旧新"
    assert sealed.key("SEAL") == b"a" * 32


def test_a_lost_key_is_an_error(fresh: Path) -> None:
    value = sealed.seal("13812345678", **PLACE)
    (fresh / "SEAL-1").rename(fresh / "SEAL-2")
    sealed._keys.cache_clear()
    with pytest.raises(sealed.UnknownKey):
        sealed.open_sealed(value, **PLACE)
    (fresh / "CODE-1").unlink()
    sealed._keys.cache_clear()
    with pytest.raises(sealed.UnknownKey):
        sealed.key("CODE")


def test_keys_of_other_purposes_do_not_open_values() -> None:
    value = sealed.seal("13812345678", **PLACE).replace(b"SEAL-1", b"CODE-1")
    with pytest.raises(sealed.UnknownKey):
        sealed.open_sealed(value, **PLACE)


def test_a_short_key_file_is_refused(fresh: Path) -> None:
    (fresh / "SEAL-2").write_bytes(b"short")
    sealed._keys.cache_clear()
    with pytest.raises(ValueError, match="SEAL-2"):
        sealed.key("SEAL")
    sealed._keys.cache_clear()


def test_a_row_has_its_own_key_and_loses_everything_with_it(fresh: Path) -> None:
    wrapped = sealed.new_data_key(ROW)
    place = {"table": "accounts_contact", "column": "name", "row": ROW}
    value = sealed.seal_with(wrapped, {"name": "王建国"}, table="accounts_contact", row=ROW)["name"]
    assert sealed.open_with(wrapped, value, **place) == "王建国"
    with pytest.raises(sealed.SealBroken):
        sealed.open_with(sealed.new_data_key(ROW), value, **place)
    with pytest.raises(sealed.SealBroken):
        sealed.open_with(wrapped, value, **{**place, "column": "phone"})
    with pytest.raises(sealed.SealBroken):
        sealed.open_with(wrapped, value, **{**place, "row": uuid4()})
    with pytest.raises(sealed.UnknownKey):
        sealed.open_sealed(value, **place)
    (fresh / "SEAL-2").write_bytes(b"2" * 32)
    sealed._keys.cache_clear()
    again = sealed.rewrap(wrapped, ROW)
    assert sealed.key_id_of(again) == "SEAL-2"
    assert sealed.open_with(again, value, **place) == "王建国"


def test_a_blind_index_is_one_per_table_and_column() -> None:
    index = sealed.blind_index("13812345678", table="accounts_user", column="phone")
    assert len(index) == 32
    assert index == sealed.blind_index("13812345678", table="accounts_user", column="phone")
    assert index != sealed.blind_index("13812345679", table="accounts_user", column="phone")
    assert index != sealed.blind_index("13812345678", table="accounts_contact", column="phone")
    assert index != sealed.blind_index("13812345678", table="accounts_user", column="phones")


def test_an_index_stays_with_the_oldest_key_until_it_is_taken_away(fresh: Path) -> None:
    place = {"table": "accounts_user", "column": "phone"}
    old = sealed.blind_index("13812345678", **place)
    (fresh / "INDEX-2").write_bytes(b"2" * 32)
    sealed._keys.cache_clear()
    assert sealed.blind_index("13812345678", **place) == old
    new = sealed.blind_index("13812345678", **place, key_id="INDEX-2")
    assert new != old
    (fresh / "INDEX-1").unlink()
    sealed._keys.cache_clear()
    assert sealed.blind_index("13812345678", **place) == new


def test_hmac_sm3_answers_as_other_programs_do() -> None:
    # printf abc | openssl dgst -sm3 -hmac key
    assert sealed.mac(b"key", b"abc").hex() == "28e63256e7c5a087b1f073265dc53092163f7b82729735d06f28f10af9d52393"


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 13812345678",
        "+8613812345678",
        "86-138-1234-5678",
        "008613812345678",
        "（+86）138 1234 5678",
        "１３８１２３４５６７８",
        "\u202d13812345678\u202c",
    ],
)
def test_phones_are_normalised(typed: str) -> None:
    assert sealed.normalise_phone(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed", ["", "1381234567", "138123456789", "12812345678", "0531-88888888", "٠١٣٨", "手机", "+1 3812345678"]
)
def test_what_is_no_mobile_says_what_to_do(typed: str) -> None:
    with pytest.raises(ValueError, match="请填写 11 位手机号"):
        sealed.normalise_phone(typed)


@given(st.text())
def test_normalising_answers_or_explains(typed: str) -> None:
    try:
        phone = sealed.normalise_phone(typed)
    except ValueError as refusal:
        assert str(refusal) == "请填写 11 位手机号。"
    else:
        assert len(phone) == 11 and sealed.normalise_phone(phone) == phone


def test_masks() -> None:
    assert sealed.mask_phone("13812345678") == "138****5678"
    assert sealed.mask_phone("053688888") == "*******88"
    assert sealed.mask_phone("12345") == "*****"
    assert sealed.mask_phone("") == ""
    assert sealed.mask_name("王建国") == "王**"
    assert sealed.mask_name("李明") == "李*"
    assert sealed.mask_name("𠮷") == "𠮷*"
    assert sealed.mask_name("") == ""
