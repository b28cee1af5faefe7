"""How well routing guesses: learns from one table, as the night does, and asks about another, as requests do.

Tables have the columns label, title (or title_words) and body; `user` and `dup_group` where there are such. Prints one
`name value` a line: macro_f1, top_1, top_3, calibration (expected calibration error), ms_a_message, and others.
"""

import time
from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from suggestions.routing.scorer import Scorer
from suggestions.routing.tables import read_table, title_of
from suggestions.routing.training import Example, calibration_error, top, train


class Command(BaseCommand):
    help = "Prints macro_f1, top_1, top_3 and calibration of routing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", required=True, help="labelled messages to learn from")
        parser.add_argument("--test", required=True, help="labelled messages to ask about")

    def handle(self, *, data: str, test: str, **options: Any) -> None:
        learned, asked = _examples(data), _examples(test)
        began = time.process_time()
        trained = train(learned)
        took = time.process_time() - began
        if trained is None:
            raise CommandError("nothing to learn: fewer than two labels, or no words that five people share")
        scorer = Scorer.unpack(trained.scorer.pack())  # as a request reads it
        scorer.shares(asked[0].title, asked[0].body)
        began = time.perf_counter()
        shares = np.array([scorer.shares(one.title, one.body) for one in asked])
        each = 1000 * (time.perf_counter() - began) / len(asked)
        labels = {label: n for n, label in enumerate(scorer.labels)}
        truth = np.array([labels.get(one.label, -1) for one in asked])  # a label never learnt is never right
        told = {
            "macro_f1": macro_f1(shares.argmax(axis=1), truth, len(labels)),
            "top_1": top(shares, truth, 1),
            "top_3": top(shares, truth, 3),
            "calibration": calibration_error(shares, truth),
            "ms_a_message": each,
            "training_cpu_seconds": took,
            "terms": len(scorer.vocabulary),
            "learned_rows": len(learned),
            "asked_rows": len(asked),
        }
        for name, value in told.items():
            self.stdout.write(f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}")


def macro_f1(guessed: np.ndarray, truth: np.ndarray, labels: int) -> float:
    """The mean over the labels that occur, in the truth or among the guesses, of the harmonic mean of precision and recall."""
    scores = []
    for label in range(-1, labels):
        right = ((guessed == label) & (truth == label)).sum()
        met = (guessed == label).sum() + (truth == label).sum()
        if met:
            scores.append(2 * right / met)
    return float(np.mean(scores))


def _examples(path: str) -> list[Example]:
    rows = read_table(path, needs=("label",))
    found = [
        Example(title_of(row), row.get("body", ""), row["label"].strip(), row.get("user") or n, row.get("dup_group") or None)
        for n, row in enumerate(rows)
        if row["label"].strip()
    ]  # fmt: skip
    if not found:
        raise CommandError(f"{path} has no labels")
    return found
