"""Learnt arrays as a file, and a vocabulary that is searched without a dictionary of strings in memory."""

import io
from collections.abc import Iterable, Mapping
from zipfile import BadZipFile

import numpy as np

from ground.errors import Invalid


class Vocabulary:
    """Terms in the order of their code points; `find` answers their places."""

    def __init__(self, terms: Iterable[str] | np.ndarray) -> None:
        self.terms = np.asarray(terms if isinstance(terms, np.ndarray) else sorted(terms), dtype=np.str_)

    def __len__(self) -> int:
        return len(self.terms)

    def find(self, words: list[str]) -> np.ndarray:
        """The place of each word, −1 for one that is unknown."""
        if not len(self.terms) or not words:
            return np.full(len(words), -1)
        places = np.searchsorted(self.terms, words).clip(max=len(self.terms) - 1)
        return np.where(self.terms[places] == np.asarray(words), places, -1)


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays of numbers and text as one `.npz`; nothing in it can be code."""
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return target.getvalue()


def unpack(content: bytes) -> dict[str, np.ndarray]:
    """Raises Invalid for what is no such file."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise Invalid("file", "模型文件读不出来。") from error
