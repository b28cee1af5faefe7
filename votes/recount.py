"""Recounts one poll from its bundle with nothing but Python's standard library.

    python3 recount.py [folder or bundle.zip] [roll hash as printed in the minutes]

Says "一致" and the result, or names the first line that is wrong and ends with 1. It cannot verify that an envelope said
what the voter marked; of classes too small to be shown it repeats the outcome alone.
"""

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import NoReturn

from votes.majority import FEW, check_marks, codes, decide

FILES = ("poll.json", "roll.csv", "paper.csv", "box.csv", "result.json", "minutes.docx", "recount.py")
HEADS = {
    "roll.csv": ["class", "channel", "fingerprint"],
    "paper.csv": ["class", "issued", "returned", "unreturned", "valid", "spoiled"],
    "box.csv": ["class", "item", "choices"],
    "names.csv": ["class", "name", "marks"],
}


def wrong(where: str, why: str) -> NoReturn:
    print(f"不一致：{where}：{why}")
    raise SystemExit(1)


def read(place: str) -> dict[str, bytes]:
    path = Path(place)
    if path.is_dir():
        return {one.name: one.read_bytes() for one in path.iterdir() if one.is_file() and one.suffix != ".zip"}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(bundle: dict[str, bytes], name: str) -> list[list[str]]:
    """The lines below the head, each as long as the head, in order."""
    rows = list(csv.reader(io.StringIO(bundle[name].decode())))
    if not rows or rows[0] != HEADS[name]:
        wrong(f"{name} 第 1 行", "表头不对")
    for n, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            wrong(f"{name} 第 {n} 行", "列数不对")
    lines = bundle[name].decode().splitlines()[1:]
    for n, (one, after) in enumerate(zip(lines, lines[1:], strict=False), 3):
        if one > after:
            wrong(f"{name} 第 {n} 行", "没有按顺序排列")
    return rows[1:]


def box_of(bundle: dict[str, bytes]) -> list[tuple[int, str, str, str, int]]:
    """The box as runs of equal lines: number of the first line, class, item, choices, copies. Sorted, it has few."""
    lines = bundle["box.csv"].decode().splitlines()
    if lines[:1] != [",".join(HEADS["box.csv"])]:
        wrong("box.csv 第 1 行", "表头不对")
    runs, at, last = [], 2, ("", -1, "")
    for text, equal in groupby(lines[1:]):
        parts = text.split(",")
        if len(parts) != 3 or not parts[1].isdigit():
            wrong(f"box.csv 第 {at} 行", "列数不对")
        here = (parts[0], int(parts[1]), parts[2])
        if here <= last:
            wrong(f"box.csv 第 {at} 行", "没有按顺序排列")
        copies = sum(1 for _ in equal)
        runs.append((at, *parts, copies))
        at, last = at + copies, here
    return runs


def check_box(poll: dict, box: list[tuple[int, str, str, str, int]]) -> dict[tuple[str, int], Counter]:
    known = {code for code, _ in codes(poll["mode"], poll["rule"], len(poll["options"]))}
    items = {0} if poll["unit"] == "whole" else set(range(1, len(poll["options"]) + 1))
    found: dict[tuple[str, int], Counter] = {}
    for n, voter_class, item, choices, copies in box:
        where = f"box.csv 第 {n} 行"
        if voter_class not in poll["classes"] or voter_class in poll["withheld"] or int(item) not in items:
            wrong(where, "没有这个类别或表决项")
        if poll["unit"] == "item" and choices not in known:
            wrong(where, f"没有“{choices}”这个选项")
        if poll["unit"] == "whole":
            try:
                check_marks(poll["mode"], poll["rule"], len(poll["options"]), choices)
            except ValueError as error:
                wrong(where, str(error))
        found.setdefault((voter_class, int(item)), Counter())[choices] += copies
    return found


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else str(Path(__file__).resolve().parent)
    bundle = read(place)
    for name in (*FILES, "SHA256SUMS"):
        if name not in bundle:
            wrong(name, "缺少这个文件")
    poll, published = json.loads(bundle["poll.json"]), json.loads(bundle["result.json"])
    box, roll, paper = box_of(bundle), rows_of(bundle, "roll.csv"), rows_of(bundle, "paper.csv")
    options, classes = poll["options"], poll["classes"]

    if hashlib.sha256(bundle["roll.csv"]).hexdigest() != (arguments[1] if len(arguments) > 1 else poll["roll_sha256"]):
        wrong("roll.csv", "和截止投票时公布的名册校验值不同")
    marks = Counter(row[2] for row in roll if row[2])
    for n, (voter_class, channel, mark) in enumerate(roll, 2):
        if voter_class not in classes or channel not in ("", "online", "paper") or (channel == "online") != bool(mark):
            wrong(f"roll.csv 第 {n} 行", "类别、投票方式和指纹对不上")
        if mark and marks[mark] > 1:
            wrong(f"roll.csv 第 {n} 行", "指纹重复")
    channels = Counter((row[0], row[1]) for row in roll)
    papers = {}
    for n, row in enumerate(paper, 2):
        issued, returned, unreturned, valid, spoiled = (int(count) for count in row[1:])
        if (
            min(issued, returned, unreturned, valid, spoiled) < 0
            or issued != returned + unreturned
            or returned != valid + spoiled
        ):
            wrong(f"paper.csv 第 {n} 行", "发出、收回、有效、废票对不上")
        if issued != channels[row[0], "paper"]:
            wrong(f"paper.csv 第 {n} 行", "发出的票数和名册上的领票人数不同")
        papers[row[0]] = valid

    found = check_box(poll, box)
    if not poll["withheld"] and hashlib.sha256(bundle["box.csv"]).hexdigest() != poll["box_sha256"]:
        wrong("box.csv", "和计票时的票箱校验值不同")
    told = {one["class"]: one for one in published["classes"]}
    for voter_class, people in classes.items():
        online = channels[voter_class, "online"]
        valid = online + papers.get(voter_class, 0)
        if poll["secret"] and (0 < valid < FEW) != (voter_class in poll["withheld"]):
            wrong("poll.json", f"{voter_class} 是否只公布结论，和票数不符")
        if voter_class in poll["withheld"]:
            print(f"{voter_class}：有效票 {valid} 张，不足 {FEW} 张，只公布结论：")
            print(
                "\n".join(f"  {line['item']}. {line['text']}：{line['outcome']}" for line in told[voter_class]["lines"])
            )
            continue
        for item in [0] if poll["unit"] == "whole" else range(1, len(options) + 1):
            lies = sum(found.get((voter_class, item), Counter()).values())
            if lies != valid:
                wrong("box.csv", f"{voter_class} 第 {item} 项有 {lies} 张，网上投票和纸质有效票共 {valid} 张")
        pieces = [
            (item, choices, n)
            for (code, item), counted in found.items()
            if code == voter_class
            for choices, n in counted.items()
        ]
        result = json.loads(json.dumps(decide(poll["mode"], poll["rule"], options, people, pieces, valid)))
        for name, value in result.items():
            if told[voter_class].get(name) != value:
                wrong(
                    "result.json", f"{voter_class} 的“{name}”重新计算是 {value}，公布的是 {told[voter_class].get(name)}"
                )
        print("\n".join([f"{voter_class}：有效票 {valid} 张", *(f"  {words}" for words in result["words"])]))
        print("\n".join(f"  {line['item']}. {line['text']}：{line['outcome']}" for line in result["lines"]))
    if "names.csv" in bundle:
        check_names(poll, rows_of(bundle, "names.csv"), roll)

    for n, line in enumerate(bundle["SHA256SUMS"].decode().splitlines(), 1):
        given, _, name = line.partition("  ")
        if name not in bundle or hashlib.sha256(bundle[name]).hexdigest() != given:
            wrong(f"SHA256SUMS 第 {n} 行", f"{name} 的校验值不同")
    if bool(poll.get("effect")) != bool(poll["rule"].get("advice")):
        wrong("poll.json", "是决定还是建议，和规则不符")
    print(f"一致。{poll['number']} {poll['title']}")
    if poll.get("effect"):
        print(f"{poll['effect']}。")
    return 0


def check_names(poll: dict, names: list[list[str]], roll: list[list[str]]) -> None:
    """A named poll: as many names as online votes, each within the rule."""
    if Counter(row[0] for row in names) != Counter(row[0] for row in roll if row[1] == "online"):
        wrong("names.csv", "人数和名册上的网上投票人数不同")
    for n, row in enumerate(names, 2):
        try:
            check_marks(poll["mode"], poll["rule"], len(poll["options"]), row[2])
        except ValueError as error:
            wrong(f"names.csv 第 {n} 行", str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
