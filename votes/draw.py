"""随机抽取 that anybody can repeat: who stands where on the list is drawn by the digest of the seed and the number."""

from hashlib import sha256


def digest(seed: str, position: int) -> str:
    """SHA-256 of “<seed>-<position>” in hexadecimal: `printf %s SEED-1 | sha256sum` gives the same."""
    return sha256(f"{seed}-{position}".encode()).hexdigest()


def drawn(seed: str, listed: int, places: int) -> list[int]:
    """The positions (from 1) that are drawn of a list of so many: those with the smallest digests, in the list's order."""
    return sorted(sorted(range(1, listed + 1), key=lambda n: digest(seed, n))[:places])
