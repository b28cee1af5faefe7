"""What a poll decides: quorum, thresholds, grades, ranks and ties (domain.md §4.4). Pure functions, standard library only.

The bundle of a published poll carries this very file inside `recount.py`, so that anybody computes what we computed.
Marks are one character an option. A rule is data:

    quorum    [2, 3] or None    present must reach this share of 实有, rounded up (地方组织法 §14)
    quorum_over  True           … must be more than this share (an assembly: more than half)
    majority  [1, 2] or None    in favour must be more than this share of `of` (地方组织法 §25)
    of        "actual" 实有, "present" 实到 or "cast" 有效票
    most      at most so many marks (choose_n); pass: how many may pass, 0 for all that qualify
    grades    the words of the grades, best first; grade_rule "zhenhai" or "plain"
    tie       "second_round" or "session" (the session decides)
    advice    True: what comes out is a recommendation and is never called a decision
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MODES = ("per_item", "choose_n", "grades", "rank")
BLANK = "0"
GRADES = "ABCD"
RANKS = "123456789abcdefghijklmnopqrstuvwxyz"
PASSED, ADVISED = "通过", "形成建议"  # what became of an option: a decision, or a recommendation
WORDS_OF_BASE = {"actual": "实有人数", "present": "实到人数", "cast": "有效票数"}
FEW = 5  # papers of a class below which only the outcome is shown

Pieces = Iterable[tuple[int, str, int]]  # item (0 = the whole paper), choices, copies


class BadRule(ValueError):
    """The rule cannot be meant; the message says what to change."""


class BadMarks(ValueError):
    """A paper the rule does not allow; the message says what to change."""


# -- the rule ----------------------------------------------------------------------------------------------------------


def check_rule(mode: str, rule: Mapping[str, Any], options: int) -> dict[str, Any]:
    """The rule with every name in it, or BadRule with a sentence."""
    if mode not in MODES:
        raise BadRule("请选择表决方式。")
    if not 1 <= options <= len(RANKS):
        raise BadRule(f"表决项请填 1 到 {len(RANKS)} 项。")
    told = {"quorum": [2, 3], "majority": [1, 2], "of": "actual", "most": 0, "pass": 0, "grades": [], "grade_rule": "",
            "tie": "second_round", **rule}  # fmt: skip
    for name in ("quorum", "majority"):
        share = told[name]
        if share is not None and not (_are_numbers(share) and len(share) == 2 and 0 < share[0] <= share[1]):
            raise BadRule("比例请写成分数，例如 2/3。")
    if told["of"] not in WORDS_OF_BASE or told["tie"] not in ("second_round", "session"):
        raise BadRule("请选择过半数按什么人数计算、并列怎样处理。")
    if not _are_numbers([told["most"], told["pass"]]) or not 0 <= told["pass"] <= options:
        raise BadRule("确定的项数不能多于表决项。")
    if mode == "choose_n" and not 1 <= told["most"] <= options:
        raise BadRule("请写明最多选几项，不多于候选项。")
    if mode == "grades" and (not 2 <= len(told["grades"]) <= len(GRADES) or not all(told["grades"])):
        raise BadRule("测评等次请填 2 到 4 个。")
    if mode == "grades" and told["grade_rule"] not in ("plain", "zhenhai"):
        raise BadRule("请选择测评结果怎样认定。")
    return told


def _are_numbers(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(type(v) is int and v >= 0 for v in values)


def sentence(mode: str, rule: Mapping[str, Any], options: int) -> str:
    """The rule as the chair reads it out."""
    parts = []
    word = word_for(rule)
    if rule["quorum"]:
        reach = "超过" if rule.get("quorum_over") else "达到"
        parts.append(f"出席人数{reach}实有人数的{_share(rule['quorum'])}方可{'投票' if rule.get('advice') else '表决'}")
    base = WORDS_OF_BASE[rule["of"]]
    over = f"超过{base}{_share(rule['majority'])}" if rule["majority"] else ""
    if mode == "choose_n":
        parts.append(f"从 {options} 项中选择，最多选 {rule['most']} 项，多选的票为废票，少选的有效")
        parts.append(f"得票{over}的{word if rule.get('advice') else '方可入选'}" if over else "按得票多少确定")
    elif mode == "per_item":
        parts.append(f"每项赞成票{over}的{word}" if over else f"赞成票多的{word}")
    elif mode == "rank":
        parts.append("每票给各项排先后，名次分之和高的在前")
    elif rule["grade_rule"] == "zhenhai":
        first, second = rule["grades"][:2]
        over = over or "超过半数"
        parts.append(
            f"“{first}”{over}的为{first}；否则“{first}”和“{second}”合计{over}的为{second}；再否则为{rule['grades'][-1]}"
        )
    else:
        parts.append("票数最多的等次为测评结果")
    if rule["pass"] and mode != "grades":
        parts.append(f"取前 {rule['pass']} 项")
    if rule["pass"] and mode in ("per_item", "choose_n"):
        parts.append("末位并列的再次投票" if rule["tie"] == "second_round" else "末位并列的由会议决定")
    return "；".join(parts) + "。"


def word_for(rule: Mapping[str, Any]) -> str:
    """What an option that got through is called under this rule."""
    return ADVISED if rule.get("advice") else PASSED


def _share(share: Sequence[int]) -> str:
    return {(1, 2): "半数", (2, 3): "三分之二", (3, 4): "四分之三"}.get(tuple(share), f"{share[1]} 分之 {share[0]}")


# -- papers ------------------------------------------------------------------------------------------------------------


def codes(mode: str, rule: Mapping[str, Any], options: int) -> list[tuple[str, str]]:
    """What may stand beside an option, as (code, word); the blank first."""
    if mode == "per_item":
        return [("+", "赞成"), ("-", "反对"), (BLANK, "弃权")]
    if mode == "choose_n":
        return [("1", "选"), (BLANK, "不选")]
    if mode == "grades":
        return [*zip(GRADES, rule["grades"], strict=False), (BLANK, "不评")]
    return [(BLANK, "不排"), *((RANKS[n], str(n + 1)) for n in range(options))]


def check_marks(mode: str, rule: Mapping[str, Any], options: int, marks: str) -> str:
    """The marks of one paper, one character an option; BadMarks for what makes a paper spoiled."""
    known = {code for code, _ in codes(mode, rule, options)}
    if len(marks) != options or set(marks) - known:
        raise BadMarks("选票不完整或有不认识的选项，请回到选票重新选择。")
    chosen = [mark for mark in marks if mark != BLANK]
    if mode == "choose_n" and len(chosen) > rule["most"]:
        raise BadMarks(f"最多选 {rule['most']} 项，您选了 {len(chosen)} 项，请去掉 {len(chosen) - rule['most']} 项。")
    if mode == "rank" and len(set(chosen)) != len(chosen):
        raise BadMarks("同一个名次用了两次，请每个名次只用一次。")
    return marks


def pieces_of(marks: str, unit: str) -> list[tuple[int, str]]:
    """One paper cut as it is counted: whole, or one little paper for each option."""
    return [(0, marks)] if unit == "whole" else [(n, mark) for n, mark in enumerate(marks, 1)]


def tally(pieces: Pieces, options: int) -> list[dict[str, int]]:
    """How often each code stands beside each option."""
    counted: list[dict[str, int]] = [{} for _ in range(options)]
    for item, choices, copies in pieces:
        for n, mark in enumerate(choices, item or 1):
            counted[n - 1][mark] = counted[n - 1].get(mark, 0) + copies
    return counted


# -- the decision ------------------------------------------------------------------------------------------------------


def least(share: Sequence[int], of: int) -> int:
    """The smallest number that reaches this share of `of`."""
    return -(-of * share[0] // share[1])


def more_than(share: Sequence[int], of: int) -> int:
    """The smallest number that is more than this share of `of`."""
    return of * share[0] // share[1] + 1


def decide(
    mode: str,
    rule: Mapping[str, Any],
    options: Sequence[str],
    people: Mapping[str, int],
    pieces: Pieces,
    valid: int,
) -> dict[str, Any]:
    """The result of one class of voters.

    `people` holds quota 名额, actual 实有, suspended 暂停, due 应出席, leave 请假, present 实到; `valid` the valid papers.
    Answers quorum, base and threshold of the majority, one line an option (counts, outcome, place), what passed, the tie
    at the cut, and the arithmetic in words.
    """
    bases = {"actual": people["actual"], "present": people["present"], "cast": valid}
    base = bases[rule["of"]]
    reach = more_than if rule.get("quorum_over") else least
    needed = reach(rule["quorum"], people["actual"]) if rule["quorum"] else 0
    held = people["present"] >= needed
    threshold = more_than(rule["majority"], base) if rule["majority"] else 0
    counted = tally(pieces, len(options))
    lines = [
        {"item": n, "text": text, **_line(mode, rule, counts, threshold, len(options))}
        for n, (text, counts) in enumerate(zip(options, counted, strict=True), 1)
    ]
    passed, tied, seats = _take(mode, rule, lines) if held else ([], [], 0)
    for line in lines:
        line["outcome"] = _outcome(mode, rule, line, held, passed, tied)
    result = {
        "quorum": {"needed": needed, "present": people["present"], "held": held},
        "majority": {"of": rule["of"], "base": base, "needed": threshold},
        "valid": valid,
        "lines": lines,
        "passed": passed,
        "tie": {"items": tied, "seats": seats} if tied else None,
    }
    result["words"] = arithmetic(rule, people, result)
    return result


def _line(
    mode: str, rule: Mapping[str, Any], counts: Mapping[str, int], threshold: int, options: int
) -> dict[str, Any]:
    if mode == "rank":
        points = sum((options - RANKS.index(code)) * n for code, n in counts.items() if code != BLANK)
        return {"counts": dict(sorted(counts.items())), "votes": points, "over": True}
    if mode == "grades":
        return {"counts": _each(GRADES[: len(rule["grades"])] + BLANK, counts), **_grade(rule, counts, threshold)}
    if mode == "choose_n":
        votes = counts.get("1", 0)
        return {"counts": _each("1" + BLANK, counts), "votes": votes, "over": votes >= max(threshold, 1)}
    votes, against = counts.get("+", 0), counts.get("-", 0)
    over = votes >= threshold if threshold else votes > against
    return {"counts": _each("+-" + BLANK, counts), "votes": votes, "over": over}


def _each(known: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {code: counts.get(code, 0) for code in known}


def _grade(rule: Mapping[str, Any], counts: Mapping[str, int], threshold: int) -> dict[str, Any]:
    """镇海: the best grade over half; else the two best together over half make the second; else the last."""
    got = [counts.get(code, 0) for code in GRADES[: len(rule["grades"])]]
    if rule["grade_rule"] == "zhenhai":
        limit = threshold or sum(got) // 2 + 1
        place = 0 if got[0] >= limit else 1 if got[0] + got[1] >= limit else len(got) - 1
    else:
        place = got.index(max(got))
    return {"votes": got[0], "over": True, "grade": rule["grades"][place]}


def _take(mode: str, rule: Mapping[str, Any], lines: list[dict[str, Any]]) -> tuple[list[int], list[int], int]:
    """Who passes, who is tied at the cut line, and for how many places: over the majority, by votes, the first `pass`."""
    if mode == "grades":
        return [], [], 0
    ranked = sorted((line for line in lines if line["over"]), key=lambda line: (-line["votes"], line["item"]))
    for line in ranked:
        line["place"] = 1 + sum(other["votes"] > line["votes"] for other in ranked)
    places = rule["pass"]
    if not places or len(ranked) <= places:
        return sorted(line["item"] for line in ranked), [], 0
    cut = ranked[places - 1]["votes"]
    clear = [line["item"] for line in ranked if line["votes"] > cut]
    level = [line["item"] for line in ranked if line["votes"] == cut]
    if len(clear) + len(level) == places:
        return sorted(clear + level), [], 0
    return sorted(clear), sorted(level), places - len(clear)


def _outcome(
    mode: str, rule: Mapping[str, Any], line: Mapping[str, Any], held: bool, passed: list[int], tied: list[int]
) -> str:
    if not held:
        return "投票无效" if rule.get("advice") else "表决无效"
    if mode == "grades":
        return str(line["grade"])
    if line["item"] in tied:
        return "票数并列"
    if line["item"] in passed:
        return word_for(rule)
    return "未过半数" if not line["over"] else "未进入名额"


def arithmetic(rule: Mapping[str, Any], people: Mapping[str, int], result: Mapping[str, Any]) -> list[str]:
    """The sums in the chair's words."""
    p, quorum, majority = people, result["quorum"], result["majority"]
    number = "规定人数" if rule.get("advice") else "法定人数"
    fits = f"符合{number}" if quorum["held"] else f"不足{number}"
    told = [
        f"名额 {p['quota']} 名，实有 {p['actual']} 名，暂停执行职务 {p['suspended']} 名，应出席 {p['due']} 名，"
        f"请假 {p['leave']} 名，实到 {p['present']} 名，{fits}。"
    ]
    if rule["quorum"]:
        num, den = rule["quorum"]
        over = "超过 " if rule.get("quorum_over") else ""
        told.append(f"{number}：{over}{p['actual']}×{num}/{den}，需 {quorum['needed']} 名以上出席。")
    if majority["needed"]:
        num, den = rule["majority"]
        told.append(
            f"{WORDS_OF_BASE[rule['of']]} {majority['base']}，超过 {majority['base']}×{num}/{den}，需 {majority['needed']} 票。"
        )
    tie = result["tie"]
    if tie:
        names = "、".join(f"第 {n} 项" for n in tie["items"])
        next_step = "就并列项再次投票" if rule["tie"] == "second_round" else "由会议决定"
        told.append(f"{names}票数相同，余 {tie['seats']} 个名额，{next_step}。")
    places = rule["pass"]
    if (
        quorum["held"]
        and places
        and not tie
        and 0 <= len(result["passed"]) < places
        and result["lines"][0].get("grade") is None
    ):
        again = "另行投票" if rule.get("advice") else "另行表决"
        told.append(f"拟定 {places} 项，够票数的 {len(result['passed'])} 项，其余由会议决定{again}或者少定。")
    return told


def is_withheld(papers: int) -> bool:
    """A class so small that its counts would tell who voted how. No sum over classes is ever given, so that nothing can be
    found by subtraction."""
    return 0 < papers < FEW


def withhold(result: Mapping[str, Any]) -> dict[str, Any]:
    """The same result with the outcome alone."""
    lines = [{"item": line["item"], "text": line["text"], "outcome": line["outcome"]} for line in result["lines"]]
    return {**result, "lines": lines, "withheld": True}
