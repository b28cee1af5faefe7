"""An opinion at a unit (lifecycles.md §1.2, §2): suggested, sent by the route that is open, reported, told on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Organ, User
from accounts.rules import is_dwc_of
from accounts.states import OrganKind
from clocks import calendar, rules as policies, workflow as clocks
from ground import clock, workdays
from ground.errors import GuardFailed, Invalid
from ground.masking import mask
from ground.wording import clean_text
from ground.workdays import Span
from ground.workflow import SYSTEM, Actor
from stations.states import VenueKind
from suggestions.models import Opinion, Referral, ReferralExtension, ReferralReport
from suggestions.rules.opinion import heads_station, is_station
from suggestions.states.lists import OpinionSolved
from suggestions.workflow import group
from suggestions.workflow.opinion_course import (
    act,
    answered,
    date_words,
    last_moment,
    owes,
    rest,
    takes,
    touched,
    works,
)

NOTE_LIMIT, REPORT_LIMIT, ORDER_LIMIT = 1000, 4000, 40
HANDLERS = (OrganKind.GOVERNMENT, OrganKind.DEPARTMENT, OrganKind.TOWN, OrganKind.STREET, OrganKind.HOTLINE)
NEVER = {"court": OrganKind.COURT, "procuratorate": OrganKind.PROCURATORATE}


# -- routes ------------------------------------------------------------------------------------------------------------


def route_open(opinion: Opinion, organ: Organ, by: Actor) -> bool:
    """Whether this sender may send to this organ (lifecycles.md §1.6): a station within its town and to 12345; a
    congress office to the government and departments of its own level and to 12345; never to court or procuratorate."""
    routes = policies.value("opinion.routes", opinion.town or opinion.congress)
    if organ.kind not in HANDLERS or organ.kind in [NEVER[name] for name in routes["never"] if name in NEVER]:
        return False
    if not opinion.avoided and (heads_station(by, opinion) or (opinion.staff_may_refer and is_station(by, opinion))):
        station = opinion.station
        open_to = routes["village" if station and station.kind == VenueKind.VILLAGE_STATION else "town"]
        if station is not None and organ.path.startswith(station.organ.path) and organ.level == station.organ.level:
            return "town" in open_to
        if organ.kind == OrganKind.HOTLINE and "hotline" in open_to:
            return True
    return any(_reaches(office, organ) for office in _offices(opinion) if is_dwc_of(by, office.pk))


def _reaches(office: Organ, organ: Organ) -> bool:
    """A congress reaches the units of its own level, a street committee those below it; either reaches 12345."""
    if organ.kind == OrganKind.HOTLINE:
        return True
    own = organ.congress_id == office.pk if office.kind == OrganKind.CONGRESS else organ.path.startswith(office.path)
    return own and organ.level == office.level


def _offices(opinion: Opinion) -> list[Organ]:
    if opinion.avoided:
        return [office for office in (opinion.holder_organ, opinion.above) if office is not None]
    return [o for o in (opinion.holder_organ, opinion.town, opinion.congress, opinion.above) if o is not None]


def is_above_the_station(opinion: Opinion, organ: Organ) -> bool:
    """Only a congress office can send there: then that office decides, not the station head."""
    station = opinion.station
    inside = station is not None and organ.path.startswith(station.organ.path) and organ.level == station.organ.level
    return not (inside or organ.kind == OrganKind.HOTLINE)


def units_open_to(opinion: Opinion, by: Actor) -> list[Organ]:
    """The units `by` may send this matter to, for a form's choices."""
    return [organ for organ in Organ.objects.live().filter(kind__in=HANDLERS) if route_open(opinion, organ, by)]


def _organ(organ: str | Organ) -> Organ:
    found = Organ.objects.live().filter(code=organ).first() if isinstance(organ, str) else organ
    if found is None:
        raise Invalid("organ", "没有找到这个单位，请核对代码。")
    return found


# -- suggesting and sending --------------------------------------------------------------------------------------------


def suggest_refer(opinion: Opinion, *, by: Actor, organ: str | Organ, note: str) -> Opinion:
    """建议转办: whoever works on it proposes a unit, the station head or the congress office decides within a day."""
    unit = _organ(organ)
    note = clean_text(note, limit=NOTE_LIMIT, name="转办理由", pointer="note")
    with act(opinion, "suggest_refer", by=by, note=note) as m:
        if unit.kind not in HANDLERS:
            raise GuardFailed("route", "这类事不能转给这个单位，请告诉群众应当去哪里办。")
        opinion.suggested_organ, opinion.suggested_note = unit, note
        deciding = (
            opinion.station.organ if opinion.station and not is_above_the_station(opinion, unit) else opinion.congress
        )
        clocks.start(opinion, "refer_decision", organ=deciding, rules_of=deciding)
        m.recorded = {"organ": unit.code, "above": is_above_the_station(opinion, unit)}
    return opinion


def decline_refer(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """Not to be sent: the claimant goes on, the answer's date never stopped."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="原因", pointer="reason")
    with act(opinion, "decline_refer", by=by, note=reason) as m:
        m.recorded = {"organ": opinion.suggested_organ.code}
        opinion.suggested_organ, opinion.suggested_note = None, ""
        clocks.stop(opinion, "refer_decision")
    return opinion


def refer(
    opinion: Opinion, *, by: Actor, organ: str | Organ, note: str = "", summary: str = "", order_no: str = ""
) -> Opinion:
    """转办: a letter goes to a unit that has to report. Where the author must stay unknown it holds a summary alone.

    GuardFailed `route` where this sender may not send there, `summary` where one is needed.
    """
    unit = _organ(organ)
    note = clean_text(note, limit=NOTE_LIMIT, name="办理要求", required=False, pointer="note")
    summary = mask(clean_text(summary, limit=REPORT_LIMIT, name="摘要", required=False, pointer="summary")).text
    order_no = clean_text(order_no, limit=ORDER_LIMIT, name="工单号", required=False, pointer="order_no")
    with act(opinion, "refer", by=by, note=note, organ=unit) as m:
        if not route_open(opinion, unit, by):
            raise GuardFailed("route", "不能直接转给这个单位，请通过同级代表工委、12345 或代表建议反映。")
        concerned = any(row.organ_id and str(row.organ_id) in unit.path.split(".") for row in opinion.live_avoidances)
        if (opinion.confidential or concerned) and not summary:
            raise GuardFailed("summary", "作者要求保密或事情涉及该单位，请写一份不含个人信息的摘要再转。")
        rest(opinion)
        rules_of = opinion.town or opinion.congress
        span = (
            {"span": policies.value("opinion.refer_quick", rules_of), "at": opinion.accepted_at}
            if opinion.is_quick
            else {}
        )
        due = clocks.start(opinion, "refer", organ=unit, rules_of=rules_of, **span)
        clocks.start(opinion, "life_sign", rules_of=rules_of)
        if opinion.is_hazard and opinion.secured_at is None:
            clocks.start(opinion, "secure", organ=unit, at=opinion.acknowledged_at or clock.now(), rules_of=rules_of)
        earlier = opinion.referrals.count()
        now = clock.now()
        referral = Referral(
            opinion=opinion, letter_no=f"{opinion.number}-{earlier + 1}", organ=unit, round=opinion.round, sent_by=by,
            sent_by_label=m.by_label, sent_at=now, due_at=due.due_at, note=note, summary=summary,
            order_no=order_no or opinion.order_no,
            send_back_until=last_moment(now, policies.value("opinion.send_back", rules_of)),
        )  # fmt: skip
        m.part(referral)
        opinion.__dict__.pop("live_referral", None)
        opinion.order_no = referral.order_no
        opinion.suggested_organ, opinion.suggested_note = None, ""
        touched(opinion)
        m.recorded = {
            "organ": unit.code,
            "letter": referral.letter_no,
            "order_no": referral.order_no,
            "summary": bool(summary),
        }
        m.public_text = f"已转给{unit}办理，{date_words(due.due_at)}应有结果。"
    return opinion


def _back_in_hand(opinion: Opinion, referral: Referral, by: User | None) -> None:
    """Claimed again by whoever had it; where that person is gone, by whoever sent it or calls it back."""
    rest(opinion)
    seat = opinion.claimed_seat
    if opinion.claimed_by_id is None or (seat is not None and seat.state != "active"):
        takes(opinion, by or referral.sent_by)
    works(opinion)


def recall(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """收回: the unit no longer owes it, the claimant does."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="原因", pointer="reason")
    with act(opinion, "recall", by=by, note=reason, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        m.part(referral, note=reason)
        m.recorded = {"organ": referral.organ.code}
        _back_in_hand(opinion, referral, by)
        m.public_text = f"已从{referral.organ}收回，由联络站和代表继续跟进。"
    return opinion


def send_back(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """退单, within two working days of receipt: not this unit's matter."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="退单原因", pointer="reason")
    with act(opinion, "send_back", by=by, note=reason, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        m.part(referral, note=reason)
        m.recorded = {"organ": referral.organ.code}
        _back_in_hand(opinion, referral, None)
        m.public_text = f"{referral.organ}答复不属于其职责，由联络站和代表继续跟进。"
    return opinion


def _live_organ(opinion: Opinion) -> Organ | None:
    return opinion.live_referral.organ if opinion.live_referral is not None else None


# -- reporting and telling on ------------------------------------------------------------------------------------------


def report(opinion: Opinion, *, by: Actor, text: str, solved: str = "") -> Opinion:
    """回报: the unit says what was done; it is not yet with the author. For 12345 the sender's side enters it."""
    text = clean_text(text, limit=REPORT_LIMIT, name="办理结果", pointer="text")
    if solved and solved not in OpinionSolved.values:
        raise Invalid("solved", "请从所列的选项中选一个。")
    with act(opinion, "report", by=by, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        version = referral.reports.count() + 1
        now = clock.now()
        ReferralReport.objects.create(
            referral=referral, no=version, text=text, solved=solved, by_label=m.by_label, at=now
        )
        referral.report, referral.report_solved, referral.reported_at = text, solved, now
        clocks.stop(opinion, "refer", "question")
        clocks.drop(opinion, "settle_extension")
        due = clocks.start(opinion, "confirm", **owes(opinion))
        referral.head_confirms_from = due.due_at
        m.part(referral)
        m.recorded = {"version": version, "solved": solved}
    return opinion


def question(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """退回补充, once: the report does not say what the author needs to know."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="需要补充什么", pointer="reason")
    with act(opinion, "question", by=by, note=reason, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        referral.questioned = True
        m.part(referral, note=reason)
        clocks.stop(opinion, "confirm")
        due = clocks.start(opinion, "question", organ=referral.organ, rules_of=opinion.town or opinion.congress)
        referral.due_at = due.due_at
        Referral.objects.filter(pk=referral.pk).update(due_at=due.due_at)
    return opinion


@transaction.atomic
def confirm(opinion: Opinion, *, by: Actor, text: str, solved: str = "") -> Opinion:
    """转告: the deputy (then the station head) puts the unit's report, or the suggestions' replies, into plain words."""
    text = clean_text(text, limit=REPORT_LIMIT, name="告诉群众的话", pointer="text")
    if solved and solved not in OpinionSolved.values:
        raise Invalid("solved", "请从所列的选项中选一个。")
    with act(opinion, "confirm", by=by, words=text, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        if referral is not None:
            referral.confirmed_text = text
            m.part(referral)
        answered(opinion, m, text=text, solved=solved, unit_solved=referral.report_solved if referral else "")
        m.recorded = {"solved": solved, "organ": referral.organ.code if referral else ""}
    group.inherit_all(opinion)
    return opinion


@transaction.atomic
def pass_on(opinion: Opinion) -> Opinion:
    """Nobody worded it in time: the author gets the unit's own text, or a plain sentence with the replies."""
    with act(opinion, "pass_on", by=SYSTEM, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        if referral is not None:
            text = f"承办单位答复原文（{referral.organ}）：\n{referral.report}"
            referral.confirmed_text = text
            m.part(referral)
        else:
            text = "您反映的事已作为代表建议办理，有关部门答复如下：\n" + "\n".join(_replies(opinion))
        answered(opinion, m, text=text, unit_solved=referral.report_solved if referral else "",
                 label=str(referral.organ) if referral else "")  # fmt: skip
    group.inherit_all(opinion)
    return opinion


def _replies(opinion: Opinion) -> Iterable[str]:
    """The newest issued reply of each unit to each suggestion the author waits for, as far as it may be read."""
    for link in opinion.links.filter(ended_at=None).select_related("suggestion"):
        for assignment in link.suggestion.assignments.select_related("organ").prefetch_related("replies"):
            issued = [reply for reply in assignment.replies.all() if reply.issued_at is not None]
            if issued:
                newest = issued[-1]
                text = "答复不公开，可向代表了解。" if newest.publicity == "none" else mask(newest.text).text
                yield f"{assignment.organ}：{text}"


# -- more time, and reminding ------------------------------------------------------------------------------------------


@transaction.atomic
def ask_extension(opinion: Opinion, *, by: Actor, until: date, reason: str) -> Opinion:
    """延期, asked before the date, once, at most 15 working days more; of a small matter the unit dates it itself."""
    reason = clean_text(reason, limit=500, name="延期原因", pointer="reason")
    with act(opinion, "ask_extension", by=by, note=reason, organ=_live_organ(opinion)) as m:
        referral = opinion.live_referral
        _check_date(opinion, referral, until)
        ReferralExtension.objects.create(referral=referral, until=until, reason=reason, by=by, at=clock.now())
        opinion.__dict__.pop("_prefetched_objects_cache", None)
        opinion.__dict__.pop("pending_extension", None)
        decider = opinion.station.organ if opinion.station_id and not opinion.avoided else opinion.above
        clocks.start(opinion, "settle_extension", organ=decider, rules_of=opinion.town or opinion.congress)
        m.recorded = {"until": str(until)}
    if opinion.is_quick:
        settle_extension(opinion, by=SYSTEM, accept=True, reason="小事快办由承办单位自定一次日期")
    return opinion


def _check_date(opinion: Opinion, referral: Referral, until: date) -> None:
    longest = Span.parse(policies.value("opinion.extension_longest", opinion.town or opinion.congress))
    due_on = referral.due_at.astimezone(clock.SHANGHAI).date()
    last = workdays.add_workdays(due_on, longest.n, calendar.current())
    if until <= due_on:
        raise Invalid("until", "延期的日期要晚于现在的期限。")
    if until > last:
        raise Invalid("until", f"最多延 {longest.n} 个工作日，最晚 {last.month} 月 {last.day} 日。")


def settle_extension(opinion: Opinion, *, by: Actor, accept: bool, reason: str) -> Opinion:
    """Decided within a day; silence is refusal. The author is told the new date."""
    reason = clean_text(reason, limit=500, name="意见", pointer="reason")
    with act(opinion, "settle_extension", by=by, note=reason, organ=_live_organ(opinion)) as m:
        row: Any = opinion.pending_extension
        referral = opinion.live_referral
        row.accepted, row.settled_at, row.settled_reason = accept, clock.now(), reason
        row.settled_by_id = by.pk
        row.save(update_fields=["accepted", "settled_at", "settled_reason", "settled_by"])
        clocks.stop(opinion, "settle_extension")
        m.recorded = {"accepted": accept, "until": str(row.until)}
        if accept:
            due_at = workdays.end_of_day(row.until)
            user = by if by.actor_kind == "user" else None
            if any(deadline.kind == "refer" for deadline in clocks.open_of(opinion)):
                clocks.postpone(opinion, "refer", due_at, why="承办单位申请延期并获同意", by=user)
            Referral.objects.filter(pk=referral.pk).update(due_at=due_at)
            m.public_text = f"{referral.organ}需要更多时间，改为{date_words(due_at)}答复。"
        else:
            m.public_text = f"{referral.organ}申请延期没有获得同意，仍按原来的日期办理。"
    return opinion


def chase(opinion: Opinion, *, by: Actor, note: str) -> Opinion:
    """催办: noted and counted."""
    note = clean_text(note, limit=500, name="催办内容", pointer="note")
    with act(opinion, "chase", by=by, note=note, organ=_live_organ(opinion)) as m:
        m.recorded = {"times": opinion.steps.filter(verb="chase").count() + 1}
    return opinion
