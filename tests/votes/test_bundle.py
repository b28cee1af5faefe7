"""The bundle recounts with `recount.py` alone, in a Python that sees nothing of the product; what was altered is named."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from docx import Document

from ground import clock, files
from tests.cast import people
from tests.votes.polling import START, Polling
from votes.models import Poll

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def published(told: Polling, **words: object) -> Poll:
    """Ten voters of whom three on paper, one paper spoiled."""
    seats = told.seats(8)
    poll = told.opened(**words)
    marks = {"choose_n": "100", "per_item": "+-0", "grades": "AB0", "rank": "120"}[poll.mode]
    told.hand_out(poll, *seats[:3])
    for seat in seats[3:]:
        told.vote(poll, seat, marks)
    poll = told.closed(poll)
    pieces = [(item, marks[item - 1] if item else marks, 2) for item in poll.items]
    told.keyed_batch(poll, issued=3, returned=3, spoiled=1, marks=pieces)
    return told.published(told.counted(poll))


def unpack(poll: Poll, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(files.read(poll.bundle))) as archive:
        archive.extractall(folder)
    return folder


def recount(folder: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "recount.py"), str(folder), *more],
        capture_output=True, text=True, env={"PYTHONUTF8": "1", "PATH": ""}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"secret": False},
        {"mode": "choose_n", "rule": {"most": 2, "pass": 2}},
        {"mode": "grades", "rule": {"grades": ["满意", "基本满意", "不满意"], "grade_rule": "zhenhai"}},
        {"mode": "rank", "rule": {"pass": 1, "majority": None}},
    ],
    ids=["per_item", "named", "choose_n", "grades", "rank"],
)
def test_a_bundle_recounts_to_the_published_result(told: Polling, tmp_path: Path, words: dict) -> None:
    poll = published(told, **words)
    status, said = recount(unpack(poll, tmp_path))
    assert (status, said.splitlines()[-1]) == (0, f"一致。{poll.number} {poll.title}"), said
    assert "有效票 7 张" in said
    assert recount(tmp_path, bytes(poll.roll_sha256).hex())[0] == 0
    assert recount(tmp_path, "00" * 32) == (1, "不一致：roll.csv：和截止投票时公布的名册校验值不同\n")


def test_a_bundle_names_nobody_and_no_time(told: Polling, tmp_path: Path) -> None:
    folder = unpack(published(told), tmp_path)
    roll = (folder / "roll.csv").read_text()
    assert {line.count(",") for line in roll.splitlines()} == {2}
    for name in ("poll.json", "roll.csv", "paper.csv", "box.csv", "result.json"):
        assert not any(f"代表{n}" in (folder / name).read_text() for n in range(8)), name
    assert "names.csv" not in [path.name for path in folder.iterdir()]


def line(name: str, n: int, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        lines = (folder / name).read_text().splitlines()
        lines[n - 1] = text or lines[n - 1]
        (folder / name).write_text("\n".join(lines) + "\n")

    return change


def drop(name: str, n: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        lines = (folder / name).read_text().splitlines()
        del lines[n - 1]
        (folder / name).write_text("\n".join(lines) + "\n")

    return change


def turn_result(folder: Path) -> None:
    told = json.loads((folder / "result.json").read_text())
    told["classes"][0]["passed"] = [3]
    (folder / "result.json").write_text(json.dumps(told))


def hide_the_box_hash(change: Callable[[Path], None]) -> Callable[[Path], None]:
    """A careful forger also mends the hash that stands in poll.json."""

    def both(folder: Path) -> None:
        change(folder)
        told = json.loads((folder / "poll.json").read_text())
        told["box_sha256"] = sha256((folder / "box.csv").read_bytes()).hexdigest()
        told["roll_sha256"] = sha256((folder / "roll.csv").read_bytes()).hexdigest()
        (folder / "poll.json").write_text(json.dumps(told))

    return both


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (line("box.csv", 4, "deputies,1,x"), "box.csv 第 5 行：没有按顺序排列"),
        (line("box.csv", 8, "deputies,1,x"), "box.csv 第 8 行：没有“x”这个选项"),
        (line("box.csv", 3, "others,1,+"), "box.csv 第 4 行：没有按顺序排列"),
        (drop("box.csv", 8), "box.csv：和计票时的票箱校验值不同"),
        (hide_the_box_hash(drop("box.csv", 8)), "box.csv：deputies 第 1 项有 6 张，网上投票和纸质有效票共 7 张"),
        (hide_the_box_hash(line("box.csv", 8, "deputies,1,-")), "result.json：deputies 的“lines”"),
        (drop("roll.csv", 3), "roll.csv：和截止投票时公布的名册校验值不同"),
        (hide_the_box_hash(drop("roll.csv", 8)), "box.csv：deputies 第 1 项有 7 张，网上投票和纸质有效票共 6 张"),
        (line("paper.csv", 2, "deputies,3,2,0,1,1"), "paper.csv 第 2 行：发出、收回、有效、废票对不上"),
        (line("paper.csv", 2, "deputies,2,2,0,2,0"), "paper.csv 第 2 行：发出的票数和名册上的领票人数不同"),
        (turn_result, "result.json：deputies 的“passed”重新计算是 [1]，公布的是 [3]"),
        (lambda folder: (folder / "paper.csv").unlink(), "paper.csv：缺少这个文件"),
        (lambda folder: (folder / "minutes.docx").write_bytes(b"other"), "SHA256SUMS 第 2 行：minutes.docx 的校验值不同"),
    ],
)  # fmt: skip
def test_an_altered_bundle_names_the_first_wrong_line(
    told: Polling, tmp_path: Path, change: Callable[[Path], None], named: str
) -> None:
    folder = unpack(published(told), tmp_path)
    change(folder)
    status, said = recount(folder)
    assert status == 1
    assert f"不一致：{named}" in said


def test_a_withheld_class_is_printed_as_such(told: Polling, tmp_path: Path) -> None:
    poll = told.opened()
    for code in ("D00001", "D00002"):
        told.vote(poll, told.cast.seat(code), "+++")
    folder = unpack(told.published(told.counted(told.closed(poll))), tmp_path)
    assert (folder / "box.csv").read_text() == "class,item,choices\n"
    status, said = recount(folder)
    assert status == 0, said
    assert "不足 5 张，只公布结论" in said


def test_the_minutes_have_the_official_columns(told: Polling, tmp_path: Path) -> None:
    folder = unpack(published(told), tmp_path)
    paper = Document(str(folder / "minutes.docx"))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    for word in (
        "名额",
        "实有",
        "暂停执行职务",
        "应出席",
        "请假",
        "实到",
        "纸质票发出",
        "纸质票收回",
        "纸质票未收回",
        "纸质票有效",
        "纸质票废票",
        "赞成",
    ):
        assert word in cells, word
    text = "\n".join(one.text for one in paper.paragraphs)
    assert "符合法定人数" in text and "总监票人：石建" in text and "名册校验值" in text
