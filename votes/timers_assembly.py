"""What happens when the dates of an assembly's members and opinions come: who is told, and what the system does by itself."""

from collections.abc import Iterable

from clocks.models import Deadline
from clocks.timers import on_due, remind_with
from ground.outbox import Telling
from votes.models import AssemblyMember, AssemblyOpinion
from votes.notices import assembly, assembly_opinion as notices
from votes.workflow import assembly_opinion as opinions

WORDS = {
    "accept": "议事代表意见还没有受理",
    "complete": "您的意见还没有补充",
    "assign": "议事代表意见还没有交办",
    "reply": "议事代表意见还没有答复",
    "reply_long": "议事代表意见还没有答复",
    "redo": "议事代表意见还没有重新答复",
    "rate": "请您评价意见的答复",
}


def remind(deadline: Deadline, opinion: AssemblyOpinion, level: str) -> Iterable[Telling]:
    """Yellow, orange and red to whoever owes it; each week, and where a reply stays out, to the committee of the street."""
    name, _, _ = level.partition("-")
    late = "（已逾期）" if name in ("red", "rung", "above") else "（即将到期）"
    words = f"{WORDS[deadline.kind]}{late}"
    if name in ("rung", "above"):
        return notices.committee(opinion, words)
    if deadline.user_id:
        return notices.member(opinion, words, None, asked=WORDS[deadline.kind])
    if deadline.organ_id == opinion.assembly.organ_id:
        return notices.committee(opinion, words)
    return [
        *notices.unit(opinion, words, asked=WORDS[deadline.kind]),
        *(notices.committee(opinion, words) if name == "red" else ()),
    ]


def remind_of_member(deadline: Deadline, member: AssemblyMember, level: str) -> Iterable[Telling]:
    """公示 is over."""
    title, url = f"公示期满，可以确认：{member.name}", f"{assembly.CONSOLE}members/{member.number}/"
    return assembly.to_committee(member.assembly.organ_id, title, url, member.number)


def _close_unrated(opinion: AssemblyOpinion, deadline: Deadline) -> object:
    return opinions.close_unrated(opinion)


def bind() -> None:
    """Called once from `apps.ready`."""
    on_due("assemblymember.publicise", 0)
    for kind in ("reply", "reply_long", "redo"):
        on_due(f"assemblyopinion.{kind}", 0)
    on_due("assemblyopinion.rate", 0, _close_unrated)
    remind_with("assemblymember", remind_of_member)
    remind_with("assemblyopinion", remind)
