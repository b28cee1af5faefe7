"""The two measuring commands on small tables of their own, in every shape they may come in."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from suggestions.management.commands.measure_routing import macro_f1
from tests.suggestions.test_routing import SAID


def write(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    return str(path)


def told(command: str, **paths: str) -> dict[str, float]:
    out = StringIO()
    call_command(command, stdout=out, **paths)
    return {name: float(value) for name, value in (line.split() for line in out.getvalue().splitlines())}


def messages(each: int = 10) -> list[dict[str, Any]]:
    return [
        {"title": title, "body": f"{body}，{n} 号楼", "label": label, "dup_group": f"{label}{n}"}
        for label, (title, body) in SAID.items()
        for n in range(each)
    ]


def test_routing_is_measured_with_the_columns_in_any_order(tmp_path: Path) -> None:
    learned = write(tmp_path / "learned.csv", messages())
    asked = [{"label": row["label"], "body": row["body"], "other": "x"} for row in messages(3)]
    found = told("measure_routing", data=learned, test=write(tmp_path / "asked.csv", asked, "utf-8-sig"))
    assert found["macro_f1"] == found["top_1"] == found["top_3"] == 1.0
    assert 0 <= found["calibration"] <= 1
    assert found["asked_rows"] == 9


def test_words_in_place_of_a_title_and_another_encoding_are_read(tmp_path: Path) -> None:
    learned = write(
        tmp_path / "learned.csv", [{**row, "title": "", "title_words": row["title"]} for row in messages()], "gb18030"
    )
    found = told("measure_routing", data=learned, test=learned)
    assert found["macro_f1"] == 1.0


def test_empty_messages_and_labels_never_learnt_lower_the_figure_and_nothing_else(tmp_path: Path) -> None:
    learned = write(tmp_path / "learned.csv", messages())
    odd = [
        *messages(1),
        {"title": "", "body": "", "label": "交通", "dup_group": ""},
        {"title": "甲", "body": "乙", "label": "从没见过", "dup_group": ""},
    ]
    found = told("measure_routing", data=learned, test=write(tmp_path / "odd.csv", odd))
    assert found["asked_rows"] == 5 and 0 < found["top_1"] < 1


def test_macro_f1_counts_every_label_the_same() -> None:
    import numpy as np

    truth = np.array([0, 0, 0, 1])
    assert macro_f1(truth, truth, 2) == 1.0
    assert macro_f1(np.array([0, 0, 0, 0]), truth, 2) == pytest.approx((2 * 3 / 7) / 2)


@pytest.mark.parametrize("content", ["", "label\n", "title,body\n甲,乙\n", "label,title,body\n一,甲,乙\n"])
def test_what_cannot_be_learnt_from_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        told("measure_routing", data=str(path), test=str(path))
    with pytest.raises(CommandError):
        told("measure_routing", data=str(tmp_path / "none.csv"), test=str(path))


def test_likeness_is_measured_over_topics_and_repeats(tmp_path: Path) -> None:
    rows = [{"id": f"m{n}", "title": row["title"], "body": row["body"]} for n, row in enumerate(messages(4))]
    topics = [{"topic_id": n // 4, "msg_id": f"m{n}"} for n in range(12)] + [{"topic_id": 9, "msg_id": "gone"}]
    pairs = [{"id_a": "m0", "id_b": "m1"}, {"id_a": "m2", "id_b": "gone"}]
    found = told(
        "measure_likeness", messages=write(tmp_path / "m.csv", rows, "utf-8-sig"), topics=write(tmp_path / "t.csv", topics),
        pairs=write(tmp_path / "p.csv", pairs),
    )  # fmt: skip
    assert (found["recall_at_10_topics"], found["recall_at_10_repeats"], found["messages"]) == (1.0, 1.0, 12)


def test_topics_of_other_messages_are_refused(tmp_path: Path) -> None:
    rows = write(tmp_path / "m.csv", [{"id": "a", "title": "甲", "body": ""}])
    topics = write(tmp_path / "t.csv", [{"topic_id": 1, "msg_id": "z"}])
    with pytest.raises(CommandError):
        told(
            "measure_likeness",
            messages=rows,
            topics=topics,
            pairs=write(tmp_path / "p.csv", [{"id_a": "y", "id_b": "z"}]),
        )
