"""What the night learns: a linear machine over characters and pairs, and how far its shares can be believed.

scikit-learn and scipy are imported here, inside the functions that need them: no request comes this way.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from suggestions.routing.arrays import Vocabulary
from suggestions.routing.scorer import Scorer, counts, shares_of

FLOOR = 5  # people who used a term before it is kept (security.md §6.8)
FOLDS = 3  # parts held out in turn
PENALTY, TRUST_RATIO = 1.0, 0.5
BINS = 10  # of the calibration error
SHARPNESSES = np.geomspace(0.5, 20, 40)


@dataclass(frozen=True)
class Example:
    """A matter whose end is known. `person` says whose words they are, `group` keeps near-identical texts together."""

    title: str
    body: str
    label: str
    person: Hashable
    group: Hashable = None


@dataclass(frozen=True)
class Trained:
    """What was learnt, and how it did on parts it had not seen: shares between 0 and 1."""

    scorer: Scorer
    rows: int
    top_1: float
    top_3: float
    calibration: float


def train(examples: Sequence[Example], *, floor: int = FLOOR) -> Trained | None:
    """None where there is nothing to tell apart: fewer than two labels, or no term that enough people used."""
    labels = tuple(sorted({example.label for example in examples}))
    bags = [counts(example.title, example.body) for example in examples]
    vocabulary = Vocabulary(_used_by(bags, [example.person for example in examples], floor))
    if len(labels) < 2 or not len(vocabulary):
        return None
    idf = _idf(bags, vocabulary)
    blank = Scorer(labels, vocabulary, idf, np.zeros((len(vocabulary), len(labels))), np.zeros(len(labels)), 1.0)
    matrix = _matrix(blank, examples)
    truth = np.array([labels.index(example.label) for example in examples])
    held_out = _held_out(matrix, truth, len(labels), _folds(examples))
    sharpness = _sharpness(held_out, truth)
    weights, bias = _fit(matrix, truth, len(labels))
    return Trained(
        Scorer(labels, vocabulary, idf, weights, bias, sharpness),
        len(examples),
        top(held_out, truth, 1),
        top(held_out, truth, 3),
        calibration_error(shares_of(held_out, sharpness), truth),
    )


def top(sums: np.ndarray, truth: np.ndarray, n: int) -> float:
    """How often the true label is among the first `n`."""
    best = np.argsort(-sums, axis=1, kind="stable")[:, :n]
    return float((best == truth[:, None]).any(axis=1).mean())


def calibration_error(shares: np.ndarray, truth: np.ndarray) -> float:
    """The expected calibration error: by how much the first share misses how often it is right, over ten bins."""
    said, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = [abs(said[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def _used_by(bags: list[Counter[str]], people: list[Hashable], floor: int) -> list[str]:
    """The terms that at least `floor` people used."""
    users: dict[str, set[Hashable]] = defaultdict(set)
    for bag, person in zip(bags, people, strict=True):
        for term in bag:
            if len(users[term]) < floor:
                users[term].add(person)
    return [term for term, found in users.items() if len(found) >= floor]


def _idf(bags: list[Counter[str]], vocabulary: Vocabulary) -> np.ndarray:
    rows = np.zeros(len(vocabulary))
    for bag in bags:
        places = vocabulary.find(list(bag))
        rows[places[places >= 0]] += 1
    return np.log((1 + len(bags)) / (1 + rows)) + 1


def _matrix(scorer: Scorer, examples: Sequence[Example]) -> "scipy.sparse.csr_matrix":  # noqa: F821
    from scipy.sparse import csr_matrix

    vectors = [scorer.vector(example.title, example.body) for example in examples]
    ends = np.cumsum([0, *(len(places) for places, _ in vectors)])
    return csr_matrix(
        (np.concatenate([values for _, values in vectors]), np.concatenate([places for places, _ in vectors]), ends),
        shape=(len(vectors), len(scorer.vocabulary)),
    )


def _fit(matrix: "scipy.sparse.csr_matrix", truth: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:  # noqa: F821
    """Weights T × L and bias L; a label without an example gets the sum of a sure no.

    One line for each label, over terms scaled by how differently the label uses them (Wang and Manning 2012): with few
    examples the common words of all labels are kept from drowning the telling ones.
    """
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    weights, bias = np.zeros((matrix.shape[1], labels)), np.full(labels, -1.0)
    met = (matrix > 0).astype(float)
    for label in np.unique(truth):
        own = truth == label
        if own.all():
            bias[label] = 1.0
            continue
        scale = _difference(met[own].sum(axis=0), met[~own].sum(axis=0))
        machine = LinearSVC(C=PENALTY, random_state=0).fit(matrix @ diags(scale), own)
        weights[:, label], bias[label] = machine.coef_[0] * scale, machine.intercept_[0]
    return weights, bias


def _difference(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """For each term how far its share among a label's terms is from its share elsewhere, mixed with the mean of all."""
    p, q = np.asarray(inside).ravel() + 1, np.asarray(outside).ravel() + 1
    ratio = np.abs(np.log((p / p.sum()) / (q / q.sum())))
    return TRUST_RATIO * ratio + (1 - TRUST_RATIO) * ratio.mean()


def _folds(examples: Sequence[Example]) -> np.ndarray:
    """Which of the parts each example is in: groups stay whole, and go round in their order."""
    keys = [n if example.group is None else ("group", example.group) for n, example in enumerate(examples)]
    order = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([order[key] % FOLDS for key in keys])


def _held_out(matrix: "scipy.sparse.csr_matrix", truth: np.ndarray, labels: int, folds: np.ndarray) -> np.ndarray:  # noqa: F821
    """Sums for each example by a machine that had not seen its part."""
    sums = np.zeros((len(truth), labels))
    for part in np.unique(folds):
        own = folds == part
        weights, bias = _fit(matrix[~own], truth[~own], labels) if (~own).any() else (None, None)
        sums[own] = matrix[own] @ weights + bias if weights is not None else 0.0
    return sums


def _sharpness(sums: np.ndarray, truth: np.ndarray) -> float:
    """The sharpness under which the held-out truths are likeliest."""
    rows = np.arange(len(truth))
    losses = [-np.log(shares_of(sums, s)[rows, truth] + 1e-12).mean() for s in SHARPNESSES]
    return float(SHARPNESSES[int(np.argmin(losses))])
