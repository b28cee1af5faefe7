"""Quorum, thresholds, grades, ranks and ties: the shipped example in both variants, and what must hold for every poll."""

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from votes import majority
from votes.majority import BadMarks, BadRule, check_marks, check_rule, decide, pieces_of, sentence

# The shipped example (domain.md §4.4): 62 deputies, 1 suspended, 55 present, 12 candidates choose 10.
PEOPLE = {"quota": 62, "actual": 62, "suspended": 1, "due": 61, "leave": 5, "present": 55}
OPTIONS = [f"候选项目 {n}" for n in range(1, 13)]
RULE = check_rule("choose_n", {"most": 10, "pass": 10}, 12)


def papers(clear: int, tied: int, last: int) -> list[tuple[int, str, int]]:
    """53 valid papers (55 issued, one spoiled, one not returned): so many for the first nine, the tied two, the last."""
    wanted = [clear] * 9 + [tied] * 2 + [last]
    rows, used = [], [0] * 12
    for n in range(53):
        marks = ["0"] * 12
        for option in range(12):
            offset = (n * 7 + option * 11) % 53
            if offset < wanted[option]:
                marks[option] = "1"
                used[option] += 1
        rows.append("".join(marks))
    assert used == wanted and all(row.count("1") <= 10 for row in rows)
    return [(0, marks, copies) for marks, copies in Counter(rows).items()]


def test_the_shipped_example_ends_in_a_second_round() -> None:
    result = decide("choose_n", RULE, OPTIONS, PEOPLE, papers(43, 36, 20), 53)
    assert result["quorum"] == {"needed": 42, "present": 55, "held": True}
    assert result["majority"] == {"of": "actual", "base": 62, "needed": 32}
    assert result["passed"] == list(range(1, 10))
    assert result["tie"] == {"items": [10, 11], "seats": 1}
    assert [line["outcome"] for line in result["lines"][8:]] == ["通过", "票数并列", "票数并列", "未过半数"]
    assert (
        result["words"][0]
        == "名额 62 名，实有 62 名，暂停执行职务 1 名，应出席 61 名，请假 5 名，实到 55 名，符合法定人数。"
    )
    assert "第 10 项、第 11 项票数相同，余 1 个名额，就并列项再次投票。" in result["words"]


def test_a_tie_below_the_majority_is_no_tie() -> None:
    result = decide("choose_n", RULE, OPTIONS, PEOPLE, papers(43, 31, 20), 53)
    assert result["tie"] is None and result["passed"] == list(range(1, 10))
    assert result["lines"][9]["outcome"] == "未过半数"
    assert "拟定 10 项，够票数的 9 项，其余由会议决定另行表决或者少定。" in result["words"]


def test_all_members_are_the_seats_that_exist_never_those_who_may_vote() -> None:
    """From 61 it would be 41 and 31: a void meeting, a project “elected” by 31."""
    assert (majority.least([2, 3], 62), majority.more_than([1, 2], 62)) == (42, 32)
    assert (majority.least([2, 3], 61), majority.more_than([1, 2], 61)) == (41, 31)


def test_without_quorum_nothing_passes() -> None:
    few = PEOPLE | {"present": 41}
    result = decide("per_item", check_rule("per_item", {}, 1), ["甲"], few, [(1, "+", 41)], 41)
    assert not result["quorum"]["held"] and result["passed"] == []
    assert result["lines"][0]["outcome"] == "表决无效" and "不足法定人数" in result["words"][0]


def test_the_second_round_asks_for_more_votes_alone() -> None:
    rule = check_rule("choose_n", RULE | {"majority": None, "pass": 1, "most": 1, "tie": "session"}, 2)
    won = decide("choose_n", rule, ["甲", "乙"], PEOPLE, [(0, "10", 27), (0, "01", 20)], 47)
    assert won["passed"] == [1] and won["majority"]["needed"] == 0
    again = decide("choose_n", rule, ["甲", "乙"], PEOPLE, [(0, "10", 20), (0, "01", 20)], 40)
    assert again["tie"] == {"items": [1, 2], "seats": 1} and again["words"][-1].endswith("由会议决定。")


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        ((32, 0, 0), "满意"),
        ((31, 1, 0), "基本满意"),
        ((20, 11, 20), "不满意"),
        ((0, 32, 0), "基本满意"),
        ((0, 0, 5), "不满意"),
    ],
)
def test_the_grades_of_zhenhai(counts: tuple[int, int, int], grade: str) -> None:
    rule = check_rule("grades", {"grades": ["满意", "基本满意", "不满意"], "grade_rule": "zhenhai"}, 1)
    pieces = [(1, code, n) for code, n in zip("ABC", counts, strict=True) if n]
    result = decide("grades", rule, ["市住建局"], PEOPLE, pieces, sum(counts))
    assert result["lines"][0]["grade"] == result["lines"][0]["outcome"] == grade
    assert "“满意”超过实有人数半数的为满意" in sentence("grades", rule, 1)


def test_ranks_give_points_from_the_top() -> None:
    rule = check_rule("rank", {"pass": 1, "majority": None}, 3)
    result = decide("rank", rule, ["甲", "乙", "丙"], PEOPLE, [(0, "123", 2), (0, "210", 1)], 3)
    assert [line["votes"] for line in result["lines"]] == [8, 7, 2]
    assert result["passed"] == [1]


def test_papers_beyond_the_rule_are_refused_with_what_to_do() -> None:
    with pytest.raises(BadMarks, match="最多选 10 项，您选了 11 项，请去掉 1 项"):
        check_marks("choose_n", RULE, 12, "111111111110")
    with pytest.raises(BadMarks, match="同一个名次用了两次"):
        check_marks("rank", check_rule("rank", {}, 2), 2, "11")
    for marks in ("", "+", "+++", "+x", "11"):
        with pytest.raises(BadMarks, match="不认识|不完整"):
            check_marks("per_item", check_rule("per_item", {}, 2), 2, marks)
    assert check_marks("choose_n", RULE, 12, "100000000000") == "100000000000"


@pytest.mark.parametrize(
    ("mode", "rule", "options"),
    [
        ("poker", {}, 1),
        ("per_item", {}, 0),
        ("per_item", {}, 36),
        ("per_item", {"quorum": [3, 2]}, 1),
        ("per_item", {"majority": [1, 2, 3]}, 1),
        ("per_item", {"majority": ["1", 2]}, 1),
        ("per_item", {"pass": 2}, 1),
        ("per_item", {"of": "everybody"}, 1),
        ("choose_n", {"most": 0}, 3),
        ("choose_n", {"most": 4}, 3),
        ("grades", {"grades": ["好"], "grade_rule": "plain"}, 1),
        ("grades", {"grades": ["好", "差"], "grade_rule": "loud"}, 1),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(mode: str, rule: dict, options: int) -> None:
    with pytest.raises(BadRule):
        check_rule(mode, rule, options)


@given(st.data())
def test_what_holds_for_every_count(data: st.DataObject) -> None:
    """Passed and tied are apart, none beyond the places; every marked option is counted once; more votes never lose."""
    n = data.draw(st.integers(1, 8))
    places = data.draw(st.integers(0, n))
    rule = check_rule("per_item", {"pass": places, "of": data.draw(st.sampled_from(["actual", "present", "cast"]))}, n)
    votes = data.draw(st.lists(st.text("+-0", min_size=n, max_size=n), max_size=30))
    people = {
        "quota": 40,
        "actual": 40,
        "suspended": 0,
        "due": 40,
        "leave": 0,
        "present": data.draw(st.integers(0, 40)),
    }
    pieces = [(item, mark, 1) for marks in votes for item, mark in pieces_of(marks, "item")]
    result = decide("per_item", rule, [f"项{i}" for i in range(n)], people, pieces, len(votes))
    passed, tied = result["passed"], (result["tie"] or {"items": []})["items"]
    assert not set(passed) & set(tied)
    if places:
        assert len(passed) <= places and (not tied or len(passed) + result["tie"]["seats"] == places)
        assert not tied or len(tied) > result["tie"]["seats"]
    for line in result["lines"]:
        assert sum(line["counts"].values()) == len(votes)
    got = {line["item"]: line["votes"] for line in result["lines"] if line["over"]}
    assert (
        all(got[a] > got[b] for a in passed for b in got if b not in passed and not tied)
        or not result["quorum"]["held"]
    )
    whole = decide("per_item", rule, [f"项{i}" for i in range(n)], people, [(0, m, 1) for m in votes], len(votes))
    assert whole == result
    assert decide("per_item", rule, [f"项{i}" for i in range(n)], people, pieces[::-1], len(votes)) == result


@given(st.integers(0, 5000), st.sampled_from([(1, 2), (2, 3), (3, 4)]))
def test_thresholds_are_the_smallest_numbers_that_reach(of: int, share: tuple[int, int]) -> None:
    num, den = share
    assert majority.least(share, of) * den >= of * num > (majority.least(share, of) - 1) * den
    assert majority.more_than(share, of) * den > of * num >= (majority.more_than(share, of) - 1) * den
