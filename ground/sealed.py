"""Sealed fields, blind indexes and the keys outside the database (security.md §5).

A sealed value is `v1|sm4-gcm|<key id>|` + 12-byte nonce + ciphertext + 16-byte tag, bound to its table, column and row.
A key is a file of 32 random bytes under `settings.KEY_DIR`, named by its id (`SEAL-1`). The newest seals and every one
opens; only INDEX stays with the oldest until that is taken away, for an index is switched column by column.
A running process takes up a new key at its next start, or as soon as it meets its id.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NAMES = ("SEAL", "INDEX", "CODE", "RECEIPT", "TICKET", "WEBHOOK", "AUDIT")
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SM4_BYTES = 16
HEADER = b"v1|sm4-gcm|"
OWN_KEY = "own"


class UnknownKey(LookupError):
    """A key id that is in no file: never answered with an empty value."""


class SealBroken(ValueError):
    """What was sealed was changed, moved to another place or is no sealed value."""


# Keys


def make_keys(directory: Path) -> list[str]:
    """Makes the first key of every name that has none, readable by the service alone; returns the ids it made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in NAMES:
        if any(_number(path.name, name) for path in directory.iterdir()):
            continue
        key_id = f"{name}-1"
        draft = directory / f".{key_id}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
        try:
            os.link(draft, directory / key_id)  # a second process never sees or replaces a half-written key
            made.append(key_id)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return made


def key_ids(name: str) -> list[str]:
    """The ids of all live keys of `name`, oldest first."""
    ids = [key_id for key_id in _keys(key_dir()) if key_id.startswith(f"{name}-")]
    if not ids:
        raise UnknownKey(f"there is no key {name}")
    return ids


def key(name: str) -> bytes:
    """The 32 bytes of the newest key of `name`."""
    return key_by_id(key_ids(name)[-1])


def key_by_id(key_id: str) -> bytes:
    directory = key_dir()
    if key_id not in _keys(directory):
        _keys.cache_clear()  # a key may have been added since this process started
    try:
        return _keys(directory)[key_id]
    except KeyError:
        raise UnknownKey(f"there is no key {key_id}") from None


def key_dir() -> Path:
    from django.conf import settings

    return settings.KEY_DIR


# Sealing


def seal(plaintext: str, *, table: str, column: str, row: UUID) -> bytes:
    """Seals a text under the newest SEAL key; it opens only in the same table, column and row."""
    key_id = key_ids("SEAL")[-1]
    return _encrypt(_master(key_id), key_id, plaintext.encode(), _place(table, column, row))


def open_sealed(sealed: bytes | memoryview, *, table: str, column: str, row: UUID) -> str:
    sealed = bytes(sealed)
    key_id = key_id_of(sealed)
    return _decrypt(_master(key_id), key_id, sealed, _place(table, column, row)).decode()


def new_data_key(row: UUID) -> bytes:
    """A key for the values of one row alone, wrapped by the newest SEAL key: destroying it destroys them."""
    return _wrap(os.urandom(SM4_BYTES), row)


def rewrap(wrapped: bytes | memoryview, row: UUID) -> bytes:
    """The same data key under the newest SEAL key; the values sealed with it stay as they are."""
    return _wrap(_unwrap(wrapped, row), row)


def seal_with(wrapped: bytes | memoryview, texts: Mapping[str, str], *, table: str, row: UUID) -> dict[str, bytes]:
    """Seals texts, each named by its column, with the row's own data key."""
    own = _unwrap(wrapped, row)
    return {name: _encrypt(own, OWN_KEY, text.encode(), _place(table, name, row)) for name, text in texts.items()}


def open_with(wrapped: bytes | memoryview, sealed: bytes | memoryview, *, table: str, column: str, row: UUID) -> str:
    sealed = bytes(sealed)
    if key_id_of(sealed) != OWN_KEY:
        raise SealBroken("not sealed with a row's own key")
    return _decrypt(_unwrap(wrapped, row), OWN_KEY, sealed, _place(table, column, row)).decode()


def key_id_of(sealed: bytes | memoryview) -> str:
    """Under which key a value was sealed; needs no key."""
    sealed = bytes(sealed)
    key_id, bar, _ = sealed.removeprefix(HEADER).partition(b"|")
    if not sealed.startswith(HEADER) or not bar or not key_id.isascii():
        raise SealBroken("not a sealed value")
    return key_id.decode("ascii")


# Blind index


def blind_index(value: str, *, table: str, column: str, key_id: str = "") -> bytes:
    """HMAC-SM3 of an already normalised value, 32 bytes, under a key of its own for each table and column.

    Such an index never leaves the database: with the key, all mobile numbers are tried within hours.
    """
    master = key_by_id(key_id or key_ids("INDEX")[0])
    return mac(_derive(master, f"index\x1f{table}\x1f{column}", KEY_BYTES), value.encode())


def mac(secret: bytes, message: bytes) -> bytes:
    """HMAC-SM3, 32 bytes."""
    digest = hmac.HMAC(secret, hashes.SM3())
    digest.update(message)
    return digest.finalize()


# Phones and names


def normalise_phone(raw: str) -> str:
    """The 11 digits of a mainland mobile number however it was typed; ValueError with a sentence otherwise."""
    typed = re.sub(r"[\s\-()‐-―.·\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", unicodedata.normalize("NFKC", raw))
    match = re.fullmatch(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})", typed)
    if not match:
        raise ValueError("请填写 11 位手机号。")
    return match[1]


def mask_phone(phone: str) -> str:
    """“138****5678”; of anything else that is not 11 digits only the last two stay."""
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    shown = phone[-2:] if len(phone) > 5 else ""
    return "*" * (len(phone) - len(shown)) + shown


def mask_name(name: str) -> str:
    """“王**”: the first character and one star for each other, at least one."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


@cache
def _keys(directory: Path) -> Mapping[str, bytes]:
    """Every key by its id, those of one name oldest first."""
    numbers = {path: max(_number(path.name, name) for name in NAMES) for path in directory.iterdir()}
    found = {}
    for path in sorted(filter(numbers.get, numbers), key=lambda path: numbers[path]):
        found[path.name] = path.read_bytes()
        if len(found[path.name]) != KEY_BYTES:
            raise ValueError(f"the key {path.name} is not {KEY_BYTES} bytes long")
    return found


def _number(key_id: str, name: str) -> int:
    match = re.fullmatch(rf"{name}-([1-9][0-9]{{0,5}})", key_id)
    return int(match[1]) if match else 0


def _master(key_id: str) -> bytes:
    if not _number(key_id, "SEAL"):
        raise UnknownKey(f"{key_id} is no sealing key")
    return _derive(key_by_id(key_id), "seal", SM4_BYTES)


@cache
def _derive(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=purpose.encode()).derive(secret)


def _place(table: str, column: str, row: UUID) -> tuple[str, ...]:
    return table, column, str(UUID(str(row)))


def _wrap(data_key: bytes, row: UUID) -> bytes:
    key_id = key_ids("SEAL")[-1]
    return _encrypt(_master(key_id), key_id, data_key, _place("", "data_key", row))


def _unwrap(wrapped: bytes | memoryview, row: UUID) -> bytes:
    wrapped = bytes(wrapped)
    key_id = key_id_of(wrapped)
    data_key = _decrypt(_master(key_id), key_id, wrapped, _place("", "data_key", row))
    if len(data_key) != SM4_BYTES:
        raise SealBroken("not a data key")
    return data_key


def _encrypt(secret: bytes, key_id: str, plaintext: bytes, place: tuple[str, ...]) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data("\x1f".join((*place, key_id)).encode())
    body = encryptor.update(plaintext) + encryptor.finalize()
    assert len(encryptor.tag) == TAG_BYTES
    return HEADER + key_id.encode() + b"|" + nonce + body + encryptor.tag


def _decrypt(secret: bytes, key_id: str, sealed: bytes, place: tuple[str, ...]) -> bytes:
    packed = sealed[len(HEADER) + len(key_id) + 1 :]
    if len(packed) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken("not a sealed value")
    nonce, body, tag = packed[:NONCE_BYTES], packed[NONCE_BYTES:-TAG_BYTES], packed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce, tag, min_tag_length=TAG_BYTES)).decryptor()
    decryptor.authenticate_additional_data("\x1f".join((*place, key_id)).encode())
    # update() hands out plaintext before the tag was checked, so nothing leaves before finalize()
    plaintext = decryptor.update(body)
    try:
        return plaintext + decryptor.finalize()
    except InvalidTag:
        raise SealBroken("the value was changed or belongs elsewhere") from None
