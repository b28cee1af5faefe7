"""How likely each label is for a text: characters and pairs weighed by rarity, one linear sum per label, then shares.

numpy alone, so that a request may ask it: about a millisecond a message. `training` fits what is weighed here and uses
the same `counts`, so that what is measured is what is asked.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from ground.bigrams import grams
from suggestions.routing.arrays import Vocabulary, pack, unpack

SHORTEST, LONGEST, TITLE_WEIGHT = 1, 2, 4
LONGEST_TEXT = 20_000  # characters of a body that are read


def counts(title: str, body: str) -> Counter[str]:
    """How often each character and pair stands in a matter; its title counts TITLE_WEIGHT times."""
    found = Counter(grams(body[:LONGEST_TEXT], SHORTEST, LONGEST))
    for term, n in Counter(grams(title[:LONGEST_TEXT], SHORTEST, LONGEST)).items():
        found[term] += n * TITLE_WEIGHT
    return found


@dataclass(frozen=True)
class Scorer:
    """labels: L texts; weights: T × L; bias: L; idf: T; sharpness turns sums into shares that are as often right as
    they say."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    sharpness: float

    def vector(self, title: str, body: str) -> tuple[np.ndarray, np.ndarray]:
        """Places of the known terms and their weights, of length one together."""
        found = counts(title, body)
        places = self.vocabulary.find(list(found))
        known = places >= 0
        places = places[known]
        values = (1 + np.log(np.fromiter(found.values(), float, len(found))[known])) * self.idf[places]
        length = np.sqrt((values**2).sum())
        return places, values / length if length else values

    def sums(self, title: str, body: str) -> np.ndarray:
        places, values = self.vector(title, body)
        return values @ self.weights[places] + self.bias

    def shares(self, title: str, body: str) -> np.ndarray:
        """A share for each label, all together one; even shares where no word is known."""
        if not len(self.vector(title, body)[0]):
            return np.full(len(self.labels), 1 / len(self.labels))
        return shares_of(self.sums(title, body)[None, :], self.sharpness)[0]

    def pack(self) -> bytes:
        return pack({
            "labels": np.array(self.labels), "terms": self.vocabulary.terms, "idf": self.idf.astype(np.float32),
            "weights": self.weights.astype(np.float32), "bias": self.bias.astype(np.float32),
            "sharpness": np.array(self.sharpness),
        })  # fmt: skip

    @classmethod
    def unpack(cls, content: bytes) -> "Scorer":
        """Raises Invalid for a file that holds no scorer."""
        found = unpack(content)
        return cls(
            labels=tuple(str(label) for label in found["labels"]),
            vocabulary=Vocabulary(found["terms"]),
            idf=found["idf"],
            weights=found["weights"],
            bias=found["bias"],
            sharpness=float(found["sharpness"]),
        )


def shares_of(sums: np.ndarray, sharpness: float) -> np.ndarray:
    """Rows of sums as rows of shares."""
    powers = np.exp(sharpness * (sums - sums.max(axis=1, keepdims=True)))
    return powers / powers.sum(axis=1, keepdims=True)
