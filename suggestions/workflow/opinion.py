"""The verbs of an opinion at work (lifecycles.md §1.2): one function each. Coming in stands in intake.py, merged people
in group.py, units in referral.py; all are offered here under one name."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from clocks import workflow as clocks
from deputies.models import Deputy
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor
from suggestions.models import Opinion, OpinionLink, OpinionRating, OpinionRelease, Suggestion
from suggestions.states.lists import Complaint, EnteredWay, Grade, OpinionOutcome, OpinionSolved
from suggestions.workflow import group
from suggestions.workflow.intake import (
    CONTENT_LIMIT as CONTENT_LIMIT,
    NOTE_LIMIT as NOTE_LIMIT,
    accept as accept,
    acknowledge as acknowledge,
    ask_reissue as ask_reissue,
    ask_review as ask_review,
    avoid as avoid,
    correct_contact as correct_contact,
    erase_contact as erase_contact,
    lift_avoidance as lift_avoidance,
    open_contact as open_contact,
    preview as preview,
    record_told as record_told,
    reissue as reissue,
    reissue_by_phone as reissue_by_phone,
    reject as reject,
    secure as secure,
    send_verification as send_verification,
    set_urgency as set_urgency,
    similar as similar,
    submit as submit,
    untold_too_long as untold_too_long,
    verify_phone as verify_phone,
)
from suggestions.workflow.opinion_course import (
    act,
    answered,
    credit,
    date_words,
    is_concerned_seat,
    lets_go,
    next_holder,
    owes,
    reopening_opens,
    rest,
    takes,
    touched,
    voice,
    waits,
    works,
)
from suggestions.workflow.referral import (
    ask_extension as ask_extension,
    chase as chase,
    confirm as confirm,
    decline_refer as decline_refer,
    pass_on as pass_on,
    question as question,
    recall as recall,
    refer as refer,
    report as report,
    send_back as send_back,
    settle_extension as settle_extension,
    suggest_refer as suggest_refer,
)

ANSWER_LIMIT = 4000


# -- taking it up ------------------------------------------------------------------------------------------------------


def claim(opinion: Opinion, *, by: Actor) -> Opinion:
    """接单: from now on one named person is responsible."""
    with act(opinion, "claim", by=by) as m:
        takes(opinion, by)
        clocks.stop(opinion, "claim")
        works(opinion)
        due = next(deadline for deadline in clocks.open_of(opinion) if deadline.kind == "answer")
        m.by_label = voice(opinion, by)
        m.public_text = f"{m.by_label}已接手，{date_words(due.due_at)}答复您或告诉您进展。"
        m.recorded = {"claimant": m.by_label}
        credit(opinion, "opinion.claim")
    return opinion


def fall(opinion: Opinion, *, to: Any, why: str) -> Opinion:
    """Nobody took it up in time: the next one is asked. The state stays."""
    with act(opinion, "fall", by=SYSTEM, note=why) as m:
        m.recorded = {"from": str(opinion.holder), "to": str(to)}
        opinion.hold(to)
        owner = {name: value for name, value in owes(opinion).items() if name != "rules_of"}
        for kind in ("claim", "screen", "review"):
            clocks.hand_to(opinion, kind, **owner)
    return opinion


def release(opinion: Opinion, *, by: Actor, reason: str, to: str = "", by_clock: bool = False) -> Opinion:
    """让出: open again. `to` is the code of the deputy to be asked next; whom a clock released is not asked again."""
    reason = clean_text(reason, limit=500, name="原因", pointer="reason")
    asked = _deputy_asked(opinion, to) if to else None
    with act(opinion, "release", by=by, note=reason) as m:
        OpinionRelease.objects.create(
            opinion=opinion,
            user=opinion.claimed_by,
            seat=opinion.claimed_seat,
            by_clock=by_clock,
            reason=reason,
            at=clock.now(),
        )
        m.recorded = {"from": str(opinion.holder), "clock": by_clock}
        opinion.suggested_organ, opinion.suggested_note = None, ""
        rest(opinion)
        waits(opinion, asked or _who_is_next(opinion, by_clock))
        next_one = f"{asked.deputy.name}代表" if asked else str(opinion.holder)
        m.public_text = f"这件事由{next_one}继续跟进。"
    return opinion


def _who_is_next(opinion: Opinion, by_clock: bool) -> Any:
    """A deputy's matter goes to the station; the station's, let go by a clock, to the town or congress."""
    if opinion.avoided:
        return opinion.above
    if opinion.holder_seat_id is not None:
        return opinion.station or opinion.congress
    if opinion.holder_venue_id is not None and not by_clock:
        return opinion.holder_venue
    return opinion.town or opinion.congress


def _deputy_asked(opinion: Opinion, code: str) -> Any:
    deputy = Deputy.objects.filter(code=code.strip().upper()).first()
    seat = deputy.seats.active().select_related("deputy__user").order_by("organ__path").first() if deputy else None
    if seat is None or seat.deputy.user is None:
        raise Invalid("to", "没有找到在任的代表，请核对代表码。")
    if is_concerned_seat(opinion, seat):
        raise Invalid("to", "这件事与该代表有关，请另请一位。")
    return seat


def coordinate(opinion: Opinion, *, by: Actor, note: str, parties: Iterable[str] = ()) -> Opinion:
    """站内协调: the station calls the parties together."""
    note = clean_text(note, limit=NOTE_LIMIT, name="协调情况", pointer="note")
    with act(opinion, "coordinate", by=by, note=note) as m:
        clocks.stop(opinion, "answer")
        touched(opinion)
        due = clocks.start(opinion, "coordinate", **owes(opinion))
        m.recorded = {"parties": [clean_text(party, limit=40, name="参加方", pointer="parties") for party in parties]}
        m.public_text = f"联络站正在请有关各方一起协调，{date_words(due.due_at)}告诉您结果。"
    return opinion


@transaction.atomic
def answer(opinion: Opinion, *, by: Actor, text: str, solved: str = "") -> Opinion:
    """答复: the words go to the author and to everybody merged with the matter."""
    text = clean_text(text, limit=ANSWER_LIMIT, name="答复", pointer="text")
    with act(opinion, "answer", by=by, words=text) as m:
        answered(opinion, m, text=text, solved=check_solved(solved))
    group.inherit_all(opinion)
    return opinion


def check_solved(solved: str) -> str:
    if solved and solved not in OpinionSolved.values:
        raise Invalid("solved", "请从所列的选项中选一个。")
    return solved


# -- becoming a suggestion ---------------------------------------------------------------------------------------------


def escalate(opinion: Opinion, *, by: Actor, suggestion: Suggestion) -> Opinion:
    """转为代表建议: into an own suggestion that was not sent yet. The author waits for its replies."""
    from suggestions.workflow import links

    if suggestion.state not in ("draft", "cosigning", "returned"):
        raise GuardFailed("unsent", "这件建议已经提交，请另选一件草稿。")
    with act(opinion, "escalate", by=by) as m:
        if not any(seat.id == suggestion.lead_id and seat.is_active for seat in by.facts.seats):
            raise Invalid("suggestion", "请选您自己领衔、还没有提交的建议。")
        links.join(opinion, suggestion)
        opinion.__dict__.pop("_prefetched_objects_cache", None)
        opinion.__dict__.pop("live_links", None)
        if m.before == "closed":
            takes(opinion, by)
            opinion.outcome, opinion.closed_at = "", None
        rest(opinion)
        clocks.start(opinion, "send_draft", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
        clocks.start(opinion, "life_sign", rules_of=opinion.congress)
        m.recorded = {"suggestion": suggestion.number}
        m.public_text = f"{m.by_label}将把这件事写成代表建议，由有关部门正式答复。办理时间较长，每月会告诉您进展。"
        credit(opinion, "opinion.escalate")
    return opinion


def come_back(opinion: Opinion, *, cause: str) -> Opinion:
    """No suggestion is left to wait for: somebody follows it up again."""
    with act(opinion, "come_back", by=SYSTEM) as m:
        rest(opinion)
        seat = opinion.claimed_seat
        m.recorded = {"cause": cause}
        who = "代表"
        if seat is not None and seat.state == "active" and opinion.claimed_by_id is not None:
            m.to("claimed")
            works(opinion)
        else:
            m.to("open")
            waits(opinion, opinion.station or opinion.congress if not opinion.avoided else opinion.above)
            who = str(opinion.holder)
        m.public_text = f"没有作为代表建议交办，原因是{cause or '建议没有提交'}，{who}会继续跟进。"
    return opinion


def open_confirm(opinion: Opinion) -> None:
    """Every suggestion it waits for was answered: the lead words it for the author within five days, or it is passed on."""
    if any(deadline.kind == "confirm_escalated" for deadline in clocks.open_of(opinion)):
        return
    link = opinion.links.filter(ended_at=None).select_related("suggestion__lead__deputy__user").order_by("-pk").first()
    clocks.start(opinion, "confirm_escalated", user=link.suggestion.rater_seat.deputy.user, rules_of=opinion.congress)


def follow_up(opinion: Opinion, *, text: str, suggestion: Suggestion) -> Opinion:
    """What came later of a suggestion: a redo's reply, a promise kept, moved or not kept."""
    with act(opinion, "follow_up", by=SYSTEM, words=text) as m:
        m.recorded = {"suggestion": suggestion.number}
    for member in Opinion.objects.filter(merged_into=opinion, state__in=["replied", "closed"]):
        with act(member, "follow_up", by=SYSTEM, words=text) as m:
            m.recorded = {"suggestion": suggestion.number}
    return opinion


# -- the author's own --------------------------------------------------------------------------------------------------


def rate(opinion: Opinion, *, by: Actor, grade: str, reasons: Iterable[str] = (), solved: str = "", text: str = "",
         entered: Mapping[str, str] | None = None) -> Opinion:  # fmt: skip
    """The author judges the answer; `entered` ({"way", "note"}) where a station worker writes it down for him (代录)."""
    if grade not in Grade.values:
        raise Invalid("grade", "请选满意、基本满意或不满意。")
    chosen = list(dict.fromkeys(reasons))
    if any(reason not in Complaint.values for reason in chosen):
        raise Invalid("reasons", "请从所列的原因中选。")
    text = clean_text(text, limit=NOTE_LIMIT, name="补充说明", required=False, pointer="text")
    by_hand = by.actor_kind == "user"
    way, slip = _entered(entered) if by_hand else ("", "")
    with act(opinion, "rate", by=by) as m:
        clocks.stop(opinion, "rate", "untold")
        opinion.told_at = opinion.told_at or clock.now()
        OpinionRating.objects.create(
            opinion=opinion, round=opinion.round, grade=grade, reasons=chosen, solved=check_solved(solved), text=text,
            entered_way=way, entered_note=slip, entered_by_id=by.pk if by_hand else None, at=clock.now(),
        )  # fmt: skip
        unsettled = grade == Grade.DISSATISFIED and opinion.reopened
        _close(opinion, OpinionOutcome.UNSETTLED if unsettled else OpinionOutcome.RATED)
        if unsettled:
            office = opinion.above if opinion.avoided else opinion.town or opinion.congress
            clocks.start(opinion, "explain", organ=office, rules_of=office)
        m.recorded = {"grade": grade, "reasons": chosen, "solved": solved, "entered": way}
        m.public_text = f"评价：{Grade(grade).label}"
        credit(opinion, "opinion.closed")
    return opinion


def _entered(entered: Mapping[str, str] | None) -> tuple[str, str]:
    if not entered or entered.get("way") not in EnteredWay.values:
        raise Invalid("entered", "代为登记评价，请写明是签字回单还是电话回访。")
    return entered["way"], clean_text(entered.get("note", ""), limit=500, name="回单或通话记录", pointer="entered/note")


def _close(opinion: Opinion, outcome: str) -> None:
    opinion.outcome, opinion.closed_at = outcome, clock.now()


def close_unrated(opinion: Opinion) -> Opinion:
    """Seven days after the author was told: closed, and in no figure of satisfaction."""
    with act(opinion, "close_unrated", by=SYSTEM, words="评价期已过，这件事按未评价办结。") as m:
        clocks.stop(opinion, "rate")
        _close(opinion, OpinionOutcome.UNRATED)
        m.recorded = {"outcome": "unrated"}
        credit(opinion, "opinion.closed")
    return opinion


@transaction.atomic
def reopen(opinion: Opinion, *, by: Actor, reasons: Iterable[str], text: str = "", not_same: bool = False) -> Opinion:
    """要求重新办理, once. In a group the first one leads the second round, later ones join unless it is not the same."""
    chosen = list(dict.fromkeys(reasons))
    if not chosen or any(reason not in Complaint.values for reason in chosen):
        raise Invalid("reasons", "请选出要求重新办理的原因。")
    text = clean_text(text, limit=NOTE_LIMIT, name="补充说明", required=False, pointer="text")
    list(Opinion.objects.filter(pk=opinion.root_id).select_for_update(of=("self",)))  # one of the group at a time
    with act(opinion, "reopen", by=by, note=text) as m:
        rest(opinion)
        opinion.reopened, opinion.outcome, opinion.closed_at = True, "", None
        opinion.told_at = None
        head = None if not_same else group.second_head(opinion)
        if not_same:
            group.leave_group(opinion)
        elif opinion.merged_into_id is not None:
            opinion.last_claimant = opinion.merged_into.last_claimant
            opinion.group_id, opinion.merged_into = opinion.root_id, None
        m.recorded = {"reasons": chosen, "not_same": not_same}
        m.public_text = "已要求重新办理：" + "、".join(Complaint(reason).label for reason in chosen)
        claimant_first = opinion.last_claimant is not None and opinion.last_claimant.is_active
        lets_go(opinion)
        waits(opinion, _who_reopens(opinion), claimant_first=claimant_first)
    if head is not None:
        group.merge(opinion, by=SYSTEM, into=head)
    return opinion


def _who_reopens(opinion: Opinion) -> Any:
    """Whoever handled it holds it again, if still there; else as on the first day."""
    seat = opinion.holder_seat
    if opinion.avoided or seat is None:
        return opinion.above if opinion.avoided else opinion.holder
    return seat if seat.state == "active" else next_holder(opinion)


def explain(opinion: Opinion, *, by: Actor, text: str) -> Opinion:
    """Two rounds did not settle it: the congress office says plainly how things stand."""
    text = clean_text(text, limit=ANSWER_LIMIT, name="说明", pointer="text")
    with act(opinion, "explain", by=by, words=text):
        opinion.explained_at = clock.now()
        clocks.stop(opinion, "explain")
    return opinion


@transaction.atomic
def solved(opinion: Opinion, *, by: Actor, text: str = "") -> Opinion:
    """已经解决，不用再办: counted apart. A group goes on with its next member, a suggestion without this author."""
    return _leave(opinion, "solved", by=by, text=text, words="您说这件事已经解决，不用再办。")


@transaction.atomic
def withdraw(opinion: Opinion, *, by: Actor, text: str = "") -> Opinion:
    """撤回."""
    return _leave(opinion, "withdraw", by=by, text=text, words="您已撤回这件事。")


def _leave(opinion: Opinion, verb: str, *, by: Actor, text: str, words: str) -> Opinion:
    text = clean_text(text, limit=NOTE_LIMIT, name="说明", required=False, pointer="text")
    with act(opinion, verb, by=by, note=text, words=words) as m:
        members = group.members_to_move(opinion)
        heir, former_state = (members[0] if members else None), m.before
        if heir is None:
            if opinion.live_referral is not None and m.before == "referred":
                m.part(opinion.live_referral)
            rest(opinion)
            OpinionLink.objects.filter(opinion=opinion, ended_at=None).update(ended_at=clock.now(), why=words)
        if verb == "solved":
            _close(opinion, OpinionOutcome.SELF_SOLVED)
            reopening_opens(opinion, clock.now())
        opinion.published_at = opinion.published_at if verb == "solved" else None
        m.recorded = {"heir": heir.number if heir else ""}
    if heir is not None:
        group.promote(heir, former=opinion, to=former_state)
    return opinion


def merge(opinion: Opinion, *, by: Actor, into: str | Opinion) -> Opinion:
    """并入同一件事; `into` is the number of a matter the actor may see."""
    return group.merge(opinion, by=by, into=group.check_head(into, by) if isinstance(into, str) else into)


def unmerge(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    return group.unmerge(opinion, by=by, reason=reason)


def add_photo(opinion: Opinion, *, by: Actor, data: bytes) -> Any:
    from suggestions.workflow import photos

    return photos.add(opinion, by=by, data=data)
