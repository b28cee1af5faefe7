"""Envelopes, slips and receipts of a secret poll (ballots.md §2–4): bytes in, bytes out, nothing kept.

An envelope is one header byte that names the suite, then HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM) over marks of
fixed width. A named poll's open paper has the same shape without the sealing. AES and X25519 are not 国密: the header
leaves room for an SM2 suite of a licensed device.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ground import sealed as keys

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
HPKE_HEADER, OPEN_HEADER = b"\x01", b"\x00"
SALT_BYTES = 16  # of an open paper, so that two equal ones have two fingerprints
OVERHEAD = 32 + 16  # encapsulated key and tag
BLOCK = 32  # marks are padded to a multiple of this

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS = CROCKFORD + "*~$=U"
SLIP_BYTES, SLIP_LENGTH = 16, 27  # 26 characters and a check


class SlipWrong(ValueError):
    """A 密语 that was mistyped or belongs to another poll."""


class EnvelopeBroken(ValueError):
    """An envelope that was copied, forged, cut or made for another poll."""


# -- slips -------------------------------------------------------------------------------------------------------------


def new_slip() -> str:
    """A random 128-bit 开箱密语 with its check character, in groups: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XX."""
    number = int.from_bytes(os.urandom(SLIP_BYTES), "big")
    digits = "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
    text = digits + CHECKS[number % 37]
    return "-".join(text[n : n + 5] for n in range(0, SLIP_LENGTH, 5))


def read_slip(typed: str) -> bytes:
    """The 16 bytes of a slip however it was typed; SlipWrong with a sentence otherwise."""
    text = typed.upper().replace("-", "").replace(" ", "").replace("\u3000", "")
    text = text[:-1].translate(str.maketrans("OIL", "011")) + text[-1:]
    if len(text) != SLIP_LENGTH or set(text[:-1]) - set(CROCKFORD):
        raise SlipWrong("开箱密语是 27 个字母和数字，请照纸条逐组核对。")
    number = 0
    for digit in text[:-1]:
        number = number << 5 | CROCKFORD.index(digit)
    if number >> 128 or CHECKS[number % 37] != text[-1]:
        raise SlipWrong("开箱密语有一个字符不对，请照纸条逐组核对。")
    return number.to_bytes(SLIP_BYTES, "big")


# -- the key nobody holds alone ----------------------------------------------------------------------------------------


def make_keys(number: str, secrets: Mapping[int, bytes], k: int) -> tuple[bytes, dict[str, bytes]]:
    """A public key, and the private one wrapped once for each k of the officers; the private key is forgotten here."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes_raw()
    wraps = {
        names(subset): aes_key_wrap(_kek(number, {i: secrets[i] for i in subset}), raw)
        for subset in combinations(sorted(secrets), k)
    }
    return private.public_key().public_bytes_raw(), wraps


def unwrap(number: str, wrapped: bytes, secrets: Mapping[int, bytes]) -> X25519PrivateKey:
    """The private key by exactly the officers it was wrapped for; SlipWrong if one of them typed another slip."""
    try:
        return X25519PrivateKey.from_private_bytes(aes_key_unwrap(_kek(number, secrets), wrapped))
    except InvalidUnwrap:
        raise SlipWrong("开箱密语不是本次表决的，请核对每位监票人的纸条。") from None


def names(officers: Iterable[int]) -> str:
    """A subset of officers as it is stored: sorted ids."""
    return ",".join(str(officer) for officer in sorted(officers))


def _kek(number: str, secrets: Mapping[int, bytes]) -> bytes:
    together = b"".join(secrets[officer] for officer in sorted(secrets))
    return _derive(together, f"poll|{number}|{names(secrets)}")


def _derive(secret: bytes, info: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=info.encode()).derive(secret)


# -- envelopes ---------------------------------------------------------------------------------------------------------


def length_of(options: int, *, secret: bool) -> int:
    """How many bytes every paper of a poll has, whatever stands in it."""
    return 1 + (OVERHEAD if secret else SALT_BYTES) + _width(options)


def seal(marks: str, public_key: bytes, info: bytes) -> bytes:
    """The marks of one paper sealed to the poll's key; the randomness is thrown away with this call."""
    padded = marks.encode("ascii").ljust(_width(len(marks)), b"\x00")
    return HPKE_HEADER + SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public_key), info=info)


def open_envelope(envelope: bytes, private: X25519PrivateKey, info: bytes) -> str:
    """The marks; EnvelopeBroken for what was not sealed for this poll."""
    if envelope[:1] != HPKE_HEADER:
        raise EnvelopeBroken
    try:
        return SUITE.decrypt(envelope[1:], private, info=info).rstrip(b"\x00").decode("ascii")
    except (InvalidTag, ValueError):
        raise EnvelopeBroken from None


def lay_open(marks: str) -> bytes:
    """A paper of a named poll: readable, and unlike every other one."""
    return OPEN_HEADER + os.urandom(SALT_BYTES) + marks.encode("ascii").ljust(_width(len(marks)), b"\x00")


def read_open(paper: bytes) -> str:
    if paper[:1] != OPEN_HEADER:
        raise EnvelopeBroken
    return paper[1 + SALT_BYTES :].rstrip(b"\x00").decode("ascii")


def info_of(number: str, rule_sha256: bytes) -> bytes:
    return b"ballot|v1|" + number.encode() + b"|" + bytes(rule_sha256)


def _width(options: int) -> int:
    return -(-options // BLOCK) * BLOCK


# -- under the key outside the database --------------------------------------------------------------------------------


def mac(number: str, voter: str, envelope: bytes, key_id: str = "") -> bytes:
    """Says that this envelope lay on this voter's line: a copied, moved or forged one does not fit."""
    secret = _derive(keys.key_by_id(key_id) if key_id else keys.key("RECEIPT"), "envelope mac")
    return hmac.digest(secret, f"{number}|{voter}|".encode() + envelope, "sha256")


def mac_fits(number: str, voter: str, envelope: bytes, given: bytes) -> bool:
    return any(hmac.compare_digest(mac(number, voter, envelope, key_id), given) for key_id in keys.key_ids("RECEIPT"))


def fingerprint(envelope: bytes) -> bytes:
    return hashlib.sha256(envelope).digest()


def tag_of(cast_id: str) -> bytes:
    return hashlib.sha256(cast_id.encode()).digest()


def sign(number: str, voter_class: str, print_of: bytes) -> str:
    """The receipt's signature, hex: an envelope with this fingerprint lies in the roll. It knows no choice and no time."""
    return _signing_key().sign(receipt_text(number, voter_class, print_of.hex()).encode()).hex()


def receipt_text(number: str, voter_class: str, print_hex: str) -> str:
    return f"receipt|v1|{number}|{voter_class}|{print_hex}"


def verifying_key() -> str:
    """The public key that receipts are checked with, hex; it is published with every bundle."""
    return _signing_key().public_key().public_bytes_raw().hex()


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derive(keys.key("RECEIPT"), "receipt signature"))
