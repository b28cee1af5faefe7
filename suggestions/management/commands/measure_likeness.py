"""How well likeness finds: every message of a topic, and of a pair of repeats, is sought among all messages.

The search is what requests do (the same words sought, the same bound on candidates, the same order), with the table in
memory instead of PostgreSQL. Recall at ten of a message: its topic's others among the first ten, of as many as could be
there. Prints one `name value` a line: recall_at_10_topics, recall_at_10_repeats, ms_a_message, messages.
"""

import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from suggestions import likeness
from suggestions.routing.tables import read_table, title_of

FIRST = 10


class Command(BaseCommand):
    help = "Prints recall_at_10_topics and recall_at_10_repeats of likeness."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--messages", required=True, help="id, title, body, user")
        parser.add_argument("--topics", required=True, help="topic_id, msg_id")
        parser.add_argument("--pairs", required=True, help="id_a, id_b")

    def handle(self, *, messages: str, topics: str, pairs: str, **options: Any) -> None:
        rows = read_table(messages, needs=("id",))
        place = {row["id"].strip(): n for n, row in enumerate(rows)}
        alike: dict[int, set[int]] = defaultdict(set)
        for row in read_table(topics, needs=("topic_id", "msg_id")):
            if row["msg_id"].strip() in place:
                alike[row["topic_id"]].add(place[row["msg_id"].strip()])
        repeats: dict[int, set[int]] = defaultdict(set)
        for row in read_table(pairs, needs=("id_a", "id_b")):
            one, other = place.get(row["id_a"].strip()), place.get(row["id_b"].strip())
            if one is not None and other is not None and one != other:
                repeats[one].add(other)
                repeats[other].add(one)
        of_topics = [(n, members - {n}) for members in alike.values() for n in sorted(members) if len(members) > 1]
        if not of_topics and not repeats:
            raise CommandError("no message of the topics or pairs is among the messages")
        rarity = likeness.count(
            (title_of(row), row.get("body", ""), row.get("user") or n) for n, row in enumerate(rows)
        )
        rarity = likeness.Rarity.unpack(rarity.pack())  # as a request reads it
        corpus = likeness.Corpus(rows, lambda row: (title_of(row), row.get("body", "")), rarity)
        found: dict[int, set[int]] = {}
        asked = sorted({n for n, _ in of_topics} | set(repeats))
        began = time.perf_counter()
        for n in asked:
            text = title_of(rows[n]), rows[n].get("body", "")
            found[n] = {other for other, _ in corpus.like(*text, FIRST, leave_out=n)}
        each = 1000 * (time.perf_counter() - began) / len(asked)
        self.stdout.write(f"recall_at_10_topics {_recall(of_topics, found):.4f}")
        self.stdout.write(f"recall_at_10_repeats {_recall(repeats.items(), found):.4f}")
        self.stdout.write(f"ms_a_message {each:.4f}")
        self.stdout.write(f"messages {len(rows)}")


def _recall(sought: Iterable[tuple[int, set[int]]], found: dict[int, set[int]]) -> float:
    shares = [len(others & found[n]) / min(FIRST, len(others)) for n, others in sought if others]
    return sum(shares) / len(shares) if shares else 0.0
