"""Green, yellow or red: whether a project is where its schedule says (domain.md §4.6). Pure, no clock of its own.

A project is behind by what its last passed node asks for beyond what was last reported. Red: behind by more than
`red` points, or past its last node and not done, or a report is late by more than `late_red` days. Yellow: behind at all,
or a report is late. The numbers are the rule row `project.light`.
"""

from collections.abc import Iterable, Mapping
from datetime import date

GREEN, YELLOW, RED = "green", "yellow", "red"
DEFAULT = {"red": 15, "late_red": 30}


def planned(schedule: Iterable[tuple[date, int]], on: date) -> int:
    """The share that stands by `on` as planned: of the last node whose day has passed, whatever order they come in."""
    return max((percent for due_on, percent in schedule if due_on < on), default=0)


def light(
    schedule: Iterable[tuple[date, int]],
    *,
    percent: int,
    on: date,
    report_due: date | None = None,
    limits: Mapping[str, int] = DEFAULT,
) -> str:
    """The light on a day. `percent` is what was reported last, `report_due` since when a report is owed, if one is.

    More progress never makes it worse, and without progress a later day never makes it better.
    """
    nodes = list(schedule)
    if percent >= 100:
        return GREEN
    behind = planned(nodes, on) - percent
    late = (on - report_due).days if report_due is not None else 0
    over = bool(nodes) and on > max(due_on for due_on, _ in nodes)
    if behind > limits["red"] or over or late > limits["late_red"]:
        return RED
    return YELLOW if behind > 0 or late > 0 else GREEN


def why(schedule: Iterable[tuple[date, int]], *, percent: int, on: date, report_due: date | None = None) -> str:
    """The same in a sentence, for whoever reads the light."""
    nodes = list(schedule)
    plan = planned(nodes, on)
    if percent >= 100:
        return "已经完成。"
    told = [f"到今天计划完成 {plan}%，报告完成 {percent}%。"]
    if nodes and on > max(due_on for due_on, _ in nodes):
        told.append("已过完工日期。")
    if report_due is not None and on > report_due:
        told.append(f"季度进度晚报 {(on - report_due).days} 天。")
    return "".join(told)
