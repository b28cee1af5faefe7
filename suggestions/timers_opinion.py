"""What happens when a clock of an opinion fires, and who hears of it (lifecycles.md §1.3)."""

from collections.abc import Callable, Iterable
from typing import Any

from accounts.ladder import parent_congress
from clocks import on_due, remind_with, workflow as clocks
from clocks.models import Deadline
from ground import clock
from ground.outbox import Telling, ToContact
from ground.workflow import SYSTEM
from suggestions.models import Opinion
from suggestions.notices.opinion import TRACK, Readers
from suggestions.workflow import links, opinion as verbs
from suggestions.workflow.opinion_course import members_of

# -- what fires --------------------------------------------------------------------------------------------------------


def _screened_by_nobody(opinion: Opinion, deadline: Deadline) -> None:
    if opinion.state == "screening" and opinion.holder_organ_id != opinion.above_id:
        verbs.fall(opinion, to=opinion.above, why="超过两个工作日没有审核")


def _to_the_station(opinion: Opinion, deadline: Deadline) -> None:
    if opinion.holder_seat_id is not None and not opinion.avoided and opinion.station_id is not None:
        verbs.fall(opinion, to=opinion.station, why="24 小时没有人接单")


def _to_town_or_congress(opinion: Opinion, deadline: Deadline) -> None:
    office = opinion.town or opinion.congress
    if opinion.holder_organ_id is None and not opinion.avoided:
        verbs.fall(opinion, to=office, why="48 小时没有人接单")


def _let_go(opinion: Opinion, deadline: Deadline) -> None:
    """A claim asleep is released; whoever slept is not asked again."""
    if opinion.state in ("claimed", "coordinating"):
        verbs.release(opinion, by=SYSTEM, reason="超过期限没有进展", by_clock=True)


def _refuse_extension(opinion: Opinion, deadline: Deadline) -> None:
    if opinion.state == "referred" and opinion.pending_extension is not None:
        verbs.settle_extension(opinion, by=SYSTEM, accept=False, reason="超过期限没有审批，视为不同意")


def _pass_on(opinion: Opinion, deadline: Deadline) -> None:
    if opinion.state in ("referred", "escalated"):
        verbs.pass_on(opinion)


def _draft_never_sent(opinion: Opinion, deadline: Deadline) -> None:
    """Each link to a suggestion still with its lead ends; the last one brings the matter back."""
    clocks.stop(opinion, "send_draft")
    for link in links.live_links(opinion):
        if link.suggestion.state in ("draft", "cosigning", "returned"):
            link.opinion = opinion
            links.end(link, "建议没有在期限内提交")


def _close_unrated(opinion: Opinion, deadline: Deadline) -> None:
    if opinion.state == "replied":
        verbs.close_unrated(opinion)


def _windows_begin(opinion: Opinion, deadline: Deadline) -> None:
    verbs.untold_too_long(opinion)


# -- who hears ---------------------------------------------------------------------------------------------------------

Gather = Callable[[Readers, str], Readers]
WORDS = {
    "screen": "群众意见待审核",
    "review": "群众申请的复核",
    "claim": "群众意见等待接单",
    "first_contact": "小事快办要先联系群众",
    "answer": "群众意见待答复",
    "coordinate": "站内协调待结果",
    "hazard": "安全隐患待确认",
    "secure": "安全隐患待采取现场措施",
    "refer_decision": "转办建议待决定",
    "refer": "转办待回报",
    "question": "回报待补充",
    "settle_extension": "延期申请待审批",
    "confirm": "办理结果待转告群众",
    "confirm_escalated": "代表建议的答复待转告群众",
    "send_draft": "写进草稿的群众意见待提交",
    "explain": "群众两次不满意，待说明情况",
    "tell": "有事项待告知群众",
    "untold": "答复 30 天没有告知到群众",
}


def _owed_by(readers: Readers, deadline: Deadline) -> Readers:
    """Whoever owes it now."""
    opinion = readers.opinion
    referral = opinion.live_referral
    asked = WORDS[deadline.kind]
    match deadline.kind:
        case "refer" | "question":
            return readers.unit(referral.organ if referral else None, asked)
        case "secure" if referral is not None:
            return readers.unit(referral.organ, asked).claimant(asked)
        case "refer_decision":
            return (
                readers.head(asked) if deadline.organ_id == opinion.town_id else readers.dwc_of(deadline.organ, asked)
            )
        case "settle_extension":
            return readers.head(asked).town()
        case "confirm":
            return readers.claimant(asked) if opinion.claimed_by_id else readers.head(asked)
        case "confirm_escalated" | "send_draft":
            return readers.leads(asked)
        case "explain":
            return readers.dwc(asked)
        case "tell":
            return readers.station(asked)
        case "answer" | "coordinate" | "secure" | "first_contact":
            return readers.claimant(asked).holder(asked)
    return readers.holder(asked)


def _beside(readers: Readers, deadline: Deadline) -> Readers:
    """Who hears of it in red beside the one who owes it."""
    match deadline.kind:
        case "refer" | "question":
            return readers.unit(deadline.organ, leads_only=True).sender()
        case "refer_decision":
            return readers.dwc()
        case "hazard" | "secure":
            return readers.head().town()
        case "review" | "explain":
            return readers.dwc_lead_of(readers.one_up)
    return readers.head()


def _rung(readers: Readers, deadline: Deadline, rung: int) -> Readers:
    """What a rung beyond the warnings says to whom."""
    opinion = readers.opinion
    congress = opinion.above if opinion.avoided else opinion.congress
    match deadline.kind, min(rung, 3):
        case "screen", 0:
            return readers.head("有群众意见超过期限没有审核")
        case "claim", 2:
            return readers.dwc_lead_of(readers.office, "群众意见无人接手").dwc_lead_of(congress)
        case "claim", 3:
            return readers.dwc_of(parent_congress(congress) or congress, "群众意见无人接手")
        case "answer" | "coordinate", 0:
            if opinion.holder_organ_id is not None:
                return readers.dwc_lead_of(opinion.holder_organ, "群众意见逾期未答复")
            return readers.dwc_of(readers.office, "群众意见逾期，可以收回另派").dwc_of(congress)
        case "answer" | "coordinate", _:
            return readers.dwc_of(parent_congress(congress) or congress, "群众意见逾期未答复")
        case "hazard" | "secure", _:
            readers.head("安全隐患仍未处置").town("安全隐患仍未处置")
            return readers.dwc_lead_of(readers.office, "安全隐患仍未处置").dwc_lead_of(congress)
        case "refer", 0:
            return readers.dwc("转办逾期，请催办")
        case "refer", _:
            return readers.head("转办严重逾期，建议收回").dwc("转办严重逾期，建议收回")
        case "confirm", 0:
            return readers.head("代表没有转告，请转告群众")
        case "send_draft", 0:
            return readers.leads("写进草稿的群众意见还有 3 个工作日必须提交")
        case "tell", _:
            return readers.dwc("有事项一直没有告知到群众")
        case "untold", _:
            return readers.dwc("答复 30 天没有告知到群众")
    return readers


def remind(deadline: Deadline, opinion: Opinion, level: str) -> Iterable[Telling]:
    """Yellow, orange and red to whoever owes it; each week one level up; what rungs say; the citizen beforehand."""
    if deadline.kind == "life_sign" or (deadline.kind == "rate" and level == "rung-0"):
        return _to_author(opinion, deadline.kind)
    readers = Readers(opinion, urgent=opinion.is_hazard and deadline.kind in ("hazard", "secure"))
    title = WORDS.get(deadline.kind)
    if title is None:
        return ()
    name, _, count = level.partition("-")
    if name == "rung":
        late = "（已逾期）" if clock.now() > deadline.due_at else "（即将到期）"
        return _rung(readers, deadline, int(count)).tell(f"{title}{late}" if deadline.owed else title)
    if name == "above":
        return readers.dwc_of(readers.one_up, f"{title}，已逾期 {count} 周").tell(f"{title}（已逾期）")
    _owed_by(readers, deadline)
    if level == "red":
        _beside(readers, deadline)
    return readers.tell(f"{title}（已逾期）" if name == "red" else f"{title}（即将到期）")


def _to_author(opinion: Opinion, kind: str) -> Iterable[Telling]:
    open_still = opinion.state == "replied" if kind == "rate" else opinion.state in ("referred", "escalated")
    hearers = [opinion, *members_of(opinion)] if open_still else []
    for one in hearers:
        if one.has_phone:
            yield ToContact(one.contact_id, f"opinion.soon.{kind}", {"number": one.number}, f"{TRACK}{one.number}")


def bind() -> None:
    """Called once from `apps.ready`: every rung of every clock of an opinion."""
    bound: dict[str, tuple[Any, ...]] = {
        "screen": (None, _screened_by_nobody),
        "claim": (_to_the_station, _to_town_or_congress, None, None),
        "answer": (None, None),
        "coordinate": (None, None),
        "idle": (_let_go,),
        "hazard": (None,),
        "secure": (None,),
        "refer": (None, None),
        "settle_extension": (_refuse_extension,),
        "confirm": (None, _pass_on),
        "send_draft": (None, _draft_never_sent),
        "life_sign": (None,),
        "confirm_escalated": (_pass_on,),
        "rate": (None, _close_unrated),
        "tell": (None,),
        "untold": (_windows_begin,),
    }
    for kind, functions in bound.items():
        for rung, function in enumerate(functions):
            on_due(f"opinion.{kind}", rung, *([function] if function else []))
    remind_with("opinion", remind)
