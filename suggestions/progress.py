"""How far a matter has come, in a citizen's words: in whose hands, since when, by when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ground import clock
from ground.templatetags.ui import zh_date
from ground.workflow import CodeHolder
from suggestions.models import Opinion
from suggestions.showing import Shown
from suggestions.states.lists import OpinionOutcome, PhotoStage
from suggestions.states.opinion import ENDED, OPINION
from suggestions.workflow.photos import MOST, WINDOW

STAGES = ("收到", "核对", "接手", "办理", "答复", "评价")
NOW_AT = {
    "screening": 1, "open": 2, "reopened": 2, "claimed": 3, "coordinating": 3, "referred": 3, "escalated": 3, "replied": 5,
}  # fmt: skip

# The dates a citizen is told, each with what falls due then; of several, what somebody owes comes first.
DUES = {
    "hazard": "联系您",
    "secure": "现场采取措施",
    "review": "复核",
    "screen": "核对",
    "claim": "有人接手",
    "first_contact": "第一次联系",
    "answer": "答复您",
    "coordinate": "协调好",
    "question": "单位补充",
    "refer": "单位办结",
    "confirm": "转告您",
    "confirm_escalated": "转告您",
    "explain": "向您说明",
}


# What was done, in a timeline for citizens; a verb that is not here is called the same by everybody.
DID = {
    "accept": "核对通过",
    "reject": "告诉您该找谁",
    "claim": "接手",
    "release": "换人接手",
    "coordinate": "请各方协调",
    "recall": "收回来继续办",
    "send_back": "单位退回",
    "confirm": "转告办理结果",
    "pass_on": "转来承办单位的答复",
    "come_back": "继续跟进",
    "merge": "和同一件事一起办",
    "unmerge": "分出来单独办",
    "inherit": "一并答复",
    "promote": "继续办理",
    "close_unrated": "办完，没有收到评价",
    "solved": "已经解决",
    "settle_extension": "答复单位的延期申请",
    "open_contact": "查看联系方式",
}


@dataclass(frozen=True)
class Progress:
    """What the page 查进度 shows first. `dues` are (what falls due, its date) with the nearest first, `rights` the
    author's own: (right, until when)."""

    hands: str
    since: datetime
    stages: list[dict[str, str]]
    dues: list[tuple[str, dict[str, Any]]]
    rights: list[tuple[str, datetime]]
    is_over: bool


def progress_of(shown: Shown) -> Progress:
    """For an opinion read by `whole()`, as its author sees it: a merged one shows how far the head has come."""
    opinion = shown.opinion
    rights = (("要求重新办理", shown.may_reopen_until), ("申请复核", shown.may_review_until))
    return Progress(
        hands=in_hands(opinion),
        since=_since(opinion),
        stages=stages(opinion),
        dues=[(DUES[due["kind"]], _plain(due)) for due in shown.due if due["kind"] in DUES],
        rights=[(right, until) for right, until in rights if until],
        is_over=opinion.state in ENDED,
    )


def in_hands(opinion: Opinion) -> str:
    """One sentence: who has it now and what they do."""
    match opinion.state:
        case "screening":
            return f"{holder_name(opinion)}正在{'复核' if opinion.reviewed else '核对'}"
        case "open":
            return f"等{holder_name(opinion)}接手"
        case "reopened":
            return f"您要求重新办理，等{holder_name(opinion)}接手"
        case "claimed":
            return f"{claimant_name(opinion)}正在办"
        case "coordinating":
            return f"{claimant_name(opinion)}正在请各方坐下来协调"
        case "referred":
            return f"已转给{opinion.live_referral.organ}办理，{claimant_name(opinion)}跟进"
        case "escalated":
            return f"{claimant_name(opinion)}已把它写成代表建议，等承办单位答复"
        case "merged":
            return f"和别人反映的同一件事一起办：{in_hands(opinion.merged_into)}"
        case "replied":
            return "已经答复，等您评价"
        case "rejected":
            return "不在本渠道范围，请看下面该找谁"
        case "withdrawn":
            return "您已撤回，不再办理"
    return {
        OpinionOutcome.SELF_SOLVED: "您说已经解决，不再办理",
        OpinionOutcome.UNRATED: "已办完，没有收到您的评价",
        OpinionOutcome.UNSETTLED: "办了两次您仍不满意，已请上一级说明情况",
    }.get(opinion.outcome, "已办完，您已评价")


def holder_name(opinion: Opinion) -> str:
    """Who must act now, as one says it: 王建国代表, 清水镇中心联络站, 市人大常委会."""
    return f"{opinion.holder_seat.deputy.name}代表" if opinion.holder_seat else str(opinion.holder)


def claimant_name(opinion: Opinion) -> str:
    """Who took it up: a deputy by name, others by their station or office."""
    return f"{opinion.claimed_seat.deputy.name}代表" if opinion.claimed_seat else holder_name(opinion)


def stages(opinion: Opinion) -> list[dict[str, str]]:
    """The steps of a matter, each done, now or next; one that ended early says so in place of what would have followed."""
    state = opinion.merged_into.state if opinion.state == "merged" else opinion.state
    if state == "rejected":
        return _drawn(("收到", "核对", "不在本渠道"), 2)
    if state == "withdrawn":
        return _drawn(("收到", "已撤回"), 1)
    if state == "closed" and opinion.outcome == OpinionOutcome.SELF_SOLVED:
        return _drawn(("收到", "已解决"), 2)
    return _drawn(STAGES, NOW_AT.get(state, len(STAGES)))


def takes_photos(opinion: Opinion) -> bool:
    """Whether the author may still add photos: within the hour of saying it, or of asking for it anew."""
    since = max([step.at for step in opinion.steps.all() if step.verb == "reopen"], default=opinion.submitted_at)
    before = [photo for photo in opinion.photos.all() if photo.stage == PhotoStage.BEFORE]
    return clock.now() <= since + WINDOW and len(before) < MOST and opinion.state not in ENDED


def what_next(opinion: Opinion) -> str:
    """What is said with the number: the next step and its date."""
    due = next((due for due in Shown(opinion, CodeHolder(opinion.number)).due if due["kind"] in DUES), None)
    who = holder_name(opinion)
    if opinion.state != "screening" or due is None:
        return f"{in_hands(opinion)}。"
    if opinion.is_hazard:
        return f"安全隐患已经马上告诉{who}，最晚 {by_when(due['at'])}有人联系处理。"
    return f"{who}最晚 {by_when(due['at'])}核对好，交给接手的人。每一步都能查到。"


def by_when(moment: datetime) -> str:
    """A due date as one says it: the hour only where it counts, for working days end at midnight."""
    local = moment.astimezone(clock.SHANGHAI)
    return zh_date(local.date() if (local.hour, local.minute) == (23, 59) else local)


def lines_of(shown: Shown) -> list[dict[str, Any]]:
    """What happened, oldest first, in the reader's words."""
    return [
        {
            "at": step.at,
            "label": DID.get(step.verb, OPINION.labels.get(step.verb, "")),
            "by_label": "您" if shown.is_author and step.by_kind == "code" else step.by_label,
            "text": shown.words(step),
        }
        for step in shown.steps
    ]


def _plain(due: dict[str, Any]) -> dict[str, Any]:
    """A date that is far off needs no chip beside it."""
    return due if due["level"] else due | {"words": ""}


def _drawn(labels: tuple[str, ...], now: int) -> list[dict[str, str]]:
    return [
        {"label": label, "stage": "done" if n < now else "now" if n == now else "next"}
        for n, label in enumerate(labels)
    ]


def _since(opinion: Opinion) -> datetime:
    """When the present state began."""
    moved = [step.at for step in opinion.steps.all() if step.before != step.after]
    return moved[-1] if moved else opinion.submitted_at
