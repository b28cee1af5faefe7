"""The verbs of an assignment (lifecycles.md §4.2): one function each, keyword-only, through the gate."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from accounts.models import Organ
from clocks import workflow as clocks
from deputies import duty
from ground import clock, workdays
from ground.errors import GuardFailed, Invalid
from ground.wording import clean_text
from ground.workflow import STAY, SYSTEM, Actor, Move
from suggestions.models import (
    Assignment,
    ClassCorrection,
    Commitment,
    ContactRecord,
    Contribution,
    Extension,
    Mediation,
    Objection,
    Reply,
    ReplyRating,
    ReplyReturn,
    ReplyView,
    Suggestion,
)
from suggestions.routing import outcomes
from suggestions.rules import assignment as rules
from suggestions.rules.suggestion import cosign_of
from suggestions.states.lists import Grade
from suggestions.states.lists_suggestion import (
    ContactMethod,
    ContactStage,
    MediationOutcome,
    Publicity,
    ResultClass,
    ReturnReason,
    Solved,
)
from suggestions.workflow import links
from suggestions.workflow.course import (
    LONGEST_TEXT,
    Handlers,
    act,
    check_units,
    due_of_reply,
    hand_over,
    is_active,
    longest_until,
    one_of,
    owed_by,
    owed_by_congress,
    owed_by_lead,
    runs,
    set_columns,
    set_mode,
)

LONGEST_REPLY = 20000
LATEST_PROMISE_YEARS = 10
MOST_COSIGNERS = 1000


# -- from hand to hand -------------------------------------------------------------------------------------------------


def dispatch(assignment: Assignment, *, by: Actor, handlers: Handlers) -> Assignment:
    """分办: the government names its units; their reply still counts from the first 交办之日, the rest from now."""
    with act(assignment, "dispatch", by=by) as m:
        suggestion = assignment.suggestion
        m.leave()  # so that the government itself may be among its units
        units = check_units(suggestion, handlers, within=assignment.organ)
        set_mode(suggestion, [role for _, role in units])
        outcomes.note(suggestion, [organ for organ, role in units if role == "main"], by=by, within=assignment.organ)
        clocks.drop(assignment)
        for organ, role in units:
            hand_over(
                m,
                suggestion,
                organ,
                role,
                handed_over_at=assignment.handed_over_at,
                first_handed_over_at=assignment.first_handed_over_at,
                dispatched_from=assignment,
                capped=True,
            )
        m.recorded = {"handlers": [{"organ": organ.code, "role": role} for organ, role in units]}
    return assignment


def sign(assignment: Assignment, *, by: Actor) -> Assignment:
    """签收 means received, not accepted. The system signs when the objection window ends."""
    with act(assignment, "sign", by=by):
        assignment.signed_at = clock.now()
        clocks.stop(assignment, "sign")
    return assignment


def object(assignment: Assignment, *, by: Actor, reason: str, proposed_organ: Organ | None = None) -> Assignment:
    """申请退办, with a reason and whom it might concern; the unit never hands on by itself."""
    with act(assignment, "object", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="退办理由", pointer="reason")
        Objection.objects.create(
            assignment=assignment,
            round=assignment.round,
            former_state=m.before,
            reason=m.note,
            proposed_organ=proposed_organ,
            by_id=by.pk,
            at=clock.now(),
        )
        m.recorded = {"proposed_organ": proposed_organ.code if proposed_organ else ""}
        clocks.stop(assignment, "sign", "objection")
        decider = assignment.dispatched_from.organ if assignment.dispatched_from_id else assignment.suggestion.congress
        clocks.start(assignment, "settle", **owed_by(decider, assignment.suggestion))
    return assignment


def settle_objection(
    assignment: Assignment, *, by: Actor, accept: bool, reason: str, reassign_to: Organ | None = None
) -> Assignment:
    """Refused: the unit goes on as signed (a government as before). Accepted: it is released, another may follow.

    Raises Invalid where the only main unit would leave nobody to answer.
    """
    with act(assignment, "settle_objection", by=by) as m:
        suggestion = assignment.suggestion
        m.note = clean_text(reason, limit=1000, name="处理意见", pointer="reason")
        objection = assignment.objection
        objection.accepted, objection.decision = accept, m.note
        objection.decided_by_id, objection.decided_at = by.pk, clock.now()
        objection.save(update_fields=["accepted", "decision", "decided_by", "decided_at"])
        m.recorded = {"accept": accept, "reassign_to": reassign_to.code if reassign_to else ""}
        clocks.stop(assignment, "settle")
        if not accept:
            to_government = objection.former_state == "pending_dispatch"
            m.to("pending_dispatch" if to_government else "signed")
            if not to_government:
                assignment.signed_at = assignment.signed_at or clock.now()
            return assignment
        others = suggestion.assignments.mains().exclude(pk=assignment.pk).exists()
        if assignment.is_main and not others and reassign_to is None:
            raise Invalid("reassign_to", "这是唯一的主办单位，同意退办时请同时选择改交的单位。")
        m.to("released")
        successors = [(reassign_to, assignment.role)] if reassign_to else []
        _hand_on(m, assignment, successors, by=by)
    return assignment


def reassign(assignment: Assignment, *, by: Actor, handlers: Handlers, reason: str) -> Assignment:
    """改交 by the congress, or by a government among its own units."""
    with act(assignment, "reassign", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="改交原因", pointer="reason")
        handlers = list(handlers)
        m.recorded = {"handlers": [{"organ": organ.code, "role": role} for organ, role in handlers]}
        if not handlers:
            raise Invalid("handlers", "请选择改交的单位。")
        _hand_on(m, assignment, handlers, by=by)
    return assignment


def _hand_on(m: Move, assignment: Assignment, handlers: list[tuple[Organ, str]], *, by: Actor) -> None:
    """Releases a unit and hands its part to others: three months anew by the rule `restart_on_reassign`, never beyond
    six months from the first 交办之日."""
    from clocks.rules import value

    suggestion = assignment.suggestion
    source = assignment.dispatched_from
    assignment.released_at = clock.now()
    m.leave()
    clocks.drop(assignment)
    by_government = source is not None and not rules.is_dwc(by, assignment)
    if handlers:
        check_units(suggestion, handlers, within=source.organ if by_government else None)
    set_mode(suggestion, [role for _, role in handlers])
    restarts = value("suggestion.restart_on_reassign", suggestion.congress)
    for organ, role in handlers:
        stays_within = source is not None and organ.path.startswith(source.organ.path)
        hand_over(
            m,
            suggestion,
            organ,
            role,
            handed_over_at=clock.now() if restarts else assignment.handed_over_at,
            first_handed_over_at=assignment.first_handed_over_at,
            dispatched_from=source if stays_within else None,
            replaces=assignment,
            capped=True,
        )


def add_assist(assignment: Assignment, *, by: Actor, organ: Organ) -> Assignment:
    """A further 协办 beside the main unit this is called on."""
    with act(assignment, "add_assist", by=by) as m:
        suggestion = assignment.suggestion
        source = assignment.dispatched_from
        by_government = source is not None and not rules.is_dwc(by, assignment)
        check_units(suggestion, [(organ, "assist")], within=source.organ if by_government else None)
        assignment.mode = set_mode(suggestion, ["assist"])
        within = source is not None and organ.path.startswith(source.organ.path)
        hand_over(
            m, suggestion, organ, "assist", handed_over_at=clock.now(), dispatched_from=source if within else None
        )
        m.recorded = {"organ": organ.code}
    return assignment


# -- with the deputy ---------------------------------------------------------------------------------------------------


def record_contact(
    assignment: Assignment,
    *,
    by: Actor,
    method: str,
    at: datetime,
    summary: str,
    stage: str = "",
    reached: bool = True,
    cosigners_present: int = 0,
) -> Assignment:
    """办前、办中、办后沟通, or an attempt that reached nobody; it counts for the round in which it is recorded."""
    with act(assignment, "record_contact", by=by) as m:
        if at > clock.now():
            raise Invalid("at", "沟通时间不能晚于现在。")
        if not 0 <= cosigners_present <= MOST_COSIGNERS:
            raise Invalid("cosigners_present", "请填写参加沟通的联名代表人数。")
        ContactRecord.objects.create(
            assignment=assignment,
            round=assignment.round,
            stage=one_of(stage, ContactStage, "stage", required=False) or _stage_of(m.before),
            method=one_of(method, ContactMethod, "method"),
            held_at=at,
            summary=clean_text(summary, limit=2000, name="沟通情况", pointer="summary"),
            reached=reached,
            cosigners_present=cosigners_present,
            by_id=by.pk,
            at=clock.now(),
        )
        m.recorded = {"reached": reached, "method": method, "cosigners_present": cosigners_present}
        if rules.is_contacted(assignment, by):
            clocks.stop(assignment, "first_contact", "call_both")  # in a redo: both sides have talked
        clocks.start(assignment, "confirm_contact", **owed_by_lead(assignment.suggestion))
    return assignment


def _stage_of(state: str) -> str:
    return ContactStage.AFTER if state == "replied" else ContactStage.DURING


def confirm_contact(assignment: Assignment, *, by: Actor, contact: int, agrees: bool) -> Assignment:
    """One tap of the deputy: it was so, or it was not; a record that was denied counts for nothing."""
    with act(assignment, "confirm_contact", by=by) as m:
        row = assignment.contacts.filter(pk=contact).first()
        if row is None:
            raise Invalid("contact", "没有这条沟通记录。")
        if row.agrees is not None:
            raise GuardFailed("contact_waits", "这条沟通记录已经确认过了。")
        row.agrees, row.answered_at = agrees, clock.now()
        row.save(update_fields=["agrees", "answered_at"])
        m.recorded = {"contact": row.pk, "agrees": agrees}
        if not assignment.contacts.filter(agrees=None, is_unanswered=False).exists():
            clocks.stop(assignment, "confirm_contact")
    return assignment


def pass_contacts(assignment: Assignment) -> None:
    """Ten working days of silence: the records stand as 代表未确认."""
    assignment.contacts.filter(agrees=None).update(is_unanswered=True)


# -- the assisting unit ------------------------------------------------------------------------------------------------


def contribute(assignment: Assignment, *, by: Actor, text: str) -> Assignment:
    """协办意见 to the main unit; may be added to, and is still owed when it is late."""
    with act(assignment, "contribute", by=by) as m:
        late = assignment.opinion_due_at is not None and clock.now() > assignment.opinion_due_at
        version = (assignment.contributions.aggregate(last=Max("version"))["last"] or 0) + 1
        Contribution.objects.create(
            assignment=assignment,
            round=assignment.round,
            version=version,
            text=clean_text(text, limit=LONGEST_TEXT, name="协办意见", pointer="text"),
            is_late=late,
            by_id=by.pk,
            at=clock.now(),
        )
        assignment.signed_at = assignment.signed_at or clock.now()
        assignment.is_late = assignment.is_late or (late and version == 1)
        m.recorded = {"version": version, "late": late}
        clocks.stop(assignment, "sign", "objection", "opinion", "late_opinion")
    return assignment


def mark_missing(assignment: Assignment, *, by: Actor = SYSTEM) -> Assignment:
    """The month is over: the lateness is booked on this unit, and blocks nobody."""
    with act(assignment, "mark_missing", by=by):
        assignment.is_late = True
        clocks.drop(assignment, "sign", "objection")
    return assignment


# -- more time ---------------------------------------------------------------------------------------------------------


def ask_extension(assignment: Assignment, *, by: Actor, until: date, reason: str) -> Assignment:
    """延期, asked before the due day, at most to six months from 交办之日 (代表法 §51)."""
    with act(assignment, "ask_extension", by=by) as m:
        if until <= _day(assignment.reply_due_at):
            raise Invalid("until", "延期日期要晚于现在的到期日。")
        if until > _day(longest_until(assignment)):
            raise Invalid(
                "until", f"最长只能到 {_day(longest_until(assignment)):%Y 年 %-m 月 %-d 日}（交办之日起六个月）。"
            )
        m.note = clean_text(reason, limit=1000, name="延期理由", pointer="reason")
        Extension.objects.create(
            assignment=assignment, round=assignment.round, until=until, reason=m.note, by_id=by.pk, at=clock.now()
        )
        m.recorded = {"until": str(until)}
        clocks.start(assignment, "settle_extension", **owed_by_congress(assignment.suggestion))
    return assignment


def settle_extension(assignment: Assignment, *, by: Actor, accept: bool, reason: str) -> Assignment:
    with act(assignment, "settle_extension", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="审批意见", pointer="reason")
        request = assignment.extensions.get(decided_at=None)
        old = _day(assignment.reply_due_at)
        if accept:
            due = workdays.end_of_day(request.until)
            due_of_reply(assignment, clocks.postpone(assignment, "reply", due, why="经批准延期", by=by))
        _decide(request, accept, m.note, by)
        m.recorded = {"accept": accept, "old": str(old), "new": str(_day(assignment.reply_due_at))}
        clocks.stop(assignment, "settle_extension")
    return assignment


def _decide(request: Extension, accept: bool, decision: str, by: Actor) -> None:
    request.accepted, request.decision, request.decided_at = accept, decision, clock.now()
    request.decided_by_id = by.pk
    request.save(update_fields=["accepted", "decision", "decided_at", "decided_by"])


# -- the reply ---------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """What a reply says, checked; promises as the unit wrote them."""

    text: str
    result_class: str
    publicity: str
    publicity_reason: str
    solved: str
    promised: dict[str, Any]


def draft_reply(assignment: Assignment, *, by: Actor, **body: Any) -> Assignment:
    """The clerk's draft; the lead issues it as it stands or in other words. Body as `reply`."""
    with act(assignment, "draft_reply", by=by):
        _lay_down(assignment, _answer(assignment, **body), by=by)
    return assignment


def reply(assignment: Assignment, *, by: Actor, **body: Any) -> Assignment:
    """Issues a reply by {text, result_class, publicity, publicity_reason?, solved?, commitments?, done_commitments?,
    covers?}; without a body the draft is issued. Immutable from here on; promises become rows of their own.

    Raises GuardFailed `promise_needed` (class B without a date), `disputed_promises` (one neither done nor replaced).
    """
    with act(assignment, "reply", by=by) as m:
        row = _lay_down(assignment, _answer(assignment, **body), by=by) if body else assignment.draft
        if row is None:
            raise Invalid("text", "还没有答复草稿，请填写答复内容。")
        answer = _answer(assignment, **_body_of(row))
        _check_promises(assignment, answer)
        row.remarks = _remarks(assignment)
        row.issued_by_id, row.issued_at = by.pk, clock.now()
        row.save()
        row.covers.set(_covered(assignment, answer.promised["covers"]))
        _promise(m, row, answer)
        m.recorded = {"version": row.version, "class": row.proposed_class, "covers": answer.promised["covers"],
                      "unreached": not rules.is_reached(assignment)}  # fmt: skip
        assignment.first_replied_at = assignment.first_replied_at or clock.now()
        _wait_for_rating(assignment)
    return assignment


def _answer(
    assignment: Assignment,
    *,
    text: str = "",
    result_class: str = "",
    publicity: str = "",
    publicity_reason: str = "",
    solved: str = "",
    commitments: Iterable[dict[str, Any]] = (),
    done_commitments: Iterable[int] = (),
    covers: Iterable[str] = (),
) -> Answer:
    publicity = one_of(publicity, Publicity, "publicity")
    promised = {
        "commitments": [_promise_of(assignment, n, each) for n, each in enumerate(commitments)],
        "done": sorted({_disputed(assignment, pk, "done_commitments").pk for pk in done_commitments}),
        "covers": list(dict.fromkeys(covers)),
    }
    _covered(assignment, promised["covers"])
    return Answer(
        text=clean_text(text, limit=LONGEST_REPLY, name="答复内容", pointer="text"),
        result_class=one_of(result_class, ResultClass, "result_class"),
        publicity=publicity,
        publicity_reason=clean_text(
            publicity_reason,
            limit=500,
            name="不公开的理由",
            required=publicity == Publicity.NONE,
            pointer="publicity_reason",
        ),
        solved=one_of(solved, Solved, "solved", required=False),
        promised=promised,
    )


def _promise_of(assignment: Assignment, n: int, each: dict[str, Any]) -> dict[str, Any]:
    """One promise {text, due_on, replaces?} as a draft keeps it."""
    pointer = f"commitments/{n}"
    due_on = each["due_on"] if isinstance(each["due_on"], date) else date.fromisoformat(each["due_on"])
    today = clock.today()
    if not today < due_on <= today.replace(year=today.year + LATEST_PROMISE_YEARS, day=1):
        raise Invalid(f"{pointer}/due_on", f"承诺期限要晚于今天，且在 {LATEST_PROMISE_YEARS} 年以内。")
    replaced = each.get("replaces")
    if replaced is not None and _disputed(assignment, replaced, f"{pointer}/replaces").changes >= 2:
        raise Invalid(f"{pointer}/replaces", "这项承诺已改期两次，不能再换成新承诺：请说明已完成，或由代表工委终结。")
    text = clean_text(each["text"], limit=1000, name="承诺内容", pointer=f"{pointer}/text")
    return {"text": text, "due_on": due_on.isoformat(), "replaces": replaced}


def _disputed(assignment: Assignment, pk: int, pointer: str) -> Commitment:
    row = assignment.commitments.filter(pk=pk, state="disputed").first()
    if row is None:
        raise Invalid(pointer, "只能填写本单位被评价为未落实的承诺。")
    return row


def _covered(assignment: Assignment, numbers: list[str]) -> list[Suggestion]:
    """The suggestions of one merger in which this unit answers too."""
    head = assignment.suggestion.merged_into_id or assignment.suggestion_id
    found = []
    for number in numbers:
        other = Suggestion.objects.filter(number=number).exclude(pk=assignment.suggestion_id).first()
        same = other is not None and head in (other.pk, other.merged_into_id)
        if not same or not other.assignments.live().filter(organ=assignment.organ_id).exists():
            raise Invalid("covers", f"{number} 没有与这件建议并案，或不由本单位办理。")
        found.append(other)
    return found


def _lay_down(assignment: Assignment, answer: Answer, *, by: Actor) -> Reply:
    """Writes the draft: the one there is, or the next version."""
    row = assignment.draft
    if row is None:
        version = (assignment.replies.aggregate(last=Max("version"))["last"] or 0) + 1
        row = Reply(assignment=assignment, version=version)
    row.round = assignment.round
    row.text, row.proposed_class, row.solved = answer.text, answer.result_class, answer.solved
    row.publicity, row.publicity_reason, row.promised = answer.publicity, answer.publicity_reason, answer.promised
    row.drafted_by_id, row.drafted_at = by.pk, clock.now()
    row.save()
    return row


def _body_of(draft: Reply) -> dict[str, Any]:
    """A draft as the body of `reply`: it is checked again when it is issued, for days may have passed."""
    return {
        "text": draft.text,
        "result_class": draft.proposed_class,
        "publicity": draft.publicity,
        "publicity_reason": draft.publicity_reason,
        "solved": draft.solved,
        "commitments": draft.promised["commitments"],
        "done_commitments": draft.promised["done"],
        "covers": draft.promised["covers"],
    }


def _check_promises(assignment: Assignment, answer: Answer) -> None:
    """Class B promises with a date; each disputed promise is said done or replaced (lifecycles.md §4.2)."""
    promises = answer.promised["commitments"]
    standing = assignment.commitments.filter(state="open").exists()
    if answer.result_class == ResultClass.B and not promises and not standing:
        raise GuardFailed("promise_needed", "B 类答复要写明承诺事项和完成期限。")
    answered = {*answer.promised["done"], *(each["replaces"] for each in promises)}
    if set(assignment.commitments.filter(state="disputed").values_list("pk", flat=True)) - answered:
        raise GuardFailed("disputed_promises", "每项未落实的承诺，都要说明已经完成或换成新的承诺。")


def _remarks(assignment: Assignment) -> str:
    """What is printed below the text: an assist that is late, a deputy who could not be reached."""
    lines = []
    for assist in rules.assists_beside(assignment):
        if assist.state != "opinion_submitted":
            over = assist.opinion_due_at is not None and clock.now() > assist.opinion_due_at
            lines.append(f"{assist.organ}逾期未提供协办意见。" if over else f"{assist.organ}尚未提供协办意见。")
    if not rules.is_reached(assignment):
        lines.append("经多次联系，答复前未联系上代表。")
    return "\n".join(lines)


def _promise(m: Move, row: Reply, answer: Answer) -> None:
    """Makes the promises rows of their own; those they replace end, those said done wait for the rating."""
    assignment = row.assignment
    owed = owed_by(assignment.organ, assignment.suggestion)
    for each in answer.promised["commitments"]:
        former = assignment.commitments.filter(pk=each["replaces"]).first() if each["replaces"] else None
        promise = Commitment(
            suggestion=assignment.suggestion,
            assignment=assignment,
            reply=row,
            text=each["text"],
            due_on=date.fromisoformat(each["due_on"]),
            replaces=former,
            changes=former.changes if former else 0,
        )
        m.part(promise)
        clocks.start(promise, "promise", until=promise.due_on, **owed)
        clocks.start(promise, "report", **owed)
        if former is not None:
            m.part(former, to="replaced")
            clocks.drop(former)
    for done in assignment.commitments.filter(pk__in=answer.promised["done"]):
        done.done_by = row
        m.part(done, to="reported")
        clocks.drop(done)


def _wait_for_rating(assignment: Assignment) -> None:
    suggestion = assignment.suggestion
    for pending in assignment.extensions.filter(decided_at=None):
        _decide(pending, False, "已经答复，申请终止", SYSTEM)
    clocks.stop(assignment, "reply", "redo", "first_contact", "call_both", "settle_extension")
    clocks.start(assignment, "rate", **owed_by_lead(suggestion))
    assignment.return_until = clocks.start(assignment, "return", **owed_by_congress(suggestion)).due_at
    if suggestion.cosigns.filter(state="confirmed").exists():
        assignment.view_until = clocks.start(assignment, "give_view", **owed_by_lead(suggestion)).due_at
    for assist in suggestion.assignments.live().filter(role="assist").exclude(state="opinion_submitted"):
        if not runs(assist, "late_opinion"):
            clocks.start(assist, "late_opinion", **owed_by(assist.organ, suggestion))


def return_reply(assignment: Assignment, *, by: Actor, reason_code: str, note: str) -> Assignment:
    """退回补正 within five working days, before the rating; the reply is owed as if it had never been given."""
    with act(assignment, "return_reply", by=by) as m:
        m.note = clean_text(note, limit=1000, name="补正要求", pointer="note")
        last = assignment.last_reply
        ReplyReturn.objects.create(
            reply=last,
            reason_code=one_of(reason_code, ReturnReason, "reason_code"),
            note=m.note,
            by_id=by.pk,
            at=clock.now(),
        )
        m.recorded = {"reason_code": reason_code, "version": last.version}
        m.to("signed" if assignment.round == 1 else "redoing")
        _unpromise(last)
        clocks.drop(assignment, "rate", "return", "give_view")
        kind, since = ("reply", assignment.handed_over_at) if assignment.round == 1 else ("redo", clock.now())
        owed = owed_by(assignment.organ, assignment.suggestion)
        clocks.start(assignment, kind, at=since, until=_day(assignment.reply_due_at), **owed)
    return assignment


def _unpromise(row: Reply) -> None:
    """What a returned version promised counts no more: a promise it had replaced or said done is disputed again."""
    from ground.workflow import shift

    for promise in row.commitments.filter(state="open"):
        shift(promise, "return_reply", by=SYSTEM, to="disputed" if promise.replaces_id else "replaced")
        clocks.drop(promise)
    for promise in row.says_done.filter(state="reported"):
        promise.done_by = None
        shift(promise, "return_reply", by=SYSTEM, to="disputed")


def correct_class(assignment: Assignment, *, by: Actor, result_class: str, reason: str) -> Assignment:
    """The congress corrects the class with a reason; what the unit had proposed stays on record."""
    with act(assignment, "correct_class", by=by) as m:
        last = assignment.last_reply
        if one_of(result_class, ResultClass, "result_class") == last.result_class:
            raise Invalid("result_class", "和现在的类别相同。")
        m.note = clean_text(reason, limit=500, name="更正原因", pointer="reason")
        m.recorded = {"old": last.result_class, "new": result_class}
        ClassCorrection.objects.create(
            reply=last, old=last.result_class, new=result_class, reason=m.note, by_id=by.pk, at=clock.now()
        )
    return assignment


# -- the rating --------------------------------------------------------------------------------------------------------


def give_view(assignment: Assignment, *, by: Actor, grade: str, text: str = "") -> Assignment:
    """What a co-signer thinks, for the lead alone."""
    with act(assignment, "give_view", by=by):
        ReplyView.objects.create(
            reply=assignment.last_reply,
            seat=cosign_of(by, assignment.suggestion).seat,
            grade=one_of(grade, Grade, "grade"),
            text=clean_text(text, limit=1000, name="看法", required=False, pointer="text"),
            by_id=by.pk,
            at=clock.now(),
        )
    return assignment


@transaction.atomic
def rate(
    assignment: Assignment,
    *,
    by: Actor,
    attitude: str,
    result: str,
    solved: str = "",
    text: str = "",
    class_disputed: bool = False,
) -> Assignment:
    """Attitude and result, once for each reply; a result that does not satisfy is redone (山东省办理条例 §24).

    It answers for the promises a redo's reply says done.
    """
    with act(assignment, "rate", by=by) as m:
        one_of(attitude, Grade, "attitude")
        one_of(result, Grade, "result")
        bad = Grade.DISSATISFIED in (attitude, result)
        last = assignment.last_reply
        ReplyRating.objects.create(
            reply=last,
            attitude=attitude,
            result=result,
            solved=one_of(solved, Solved, "solved", required=False),
            text=clean_text(text, limit=1000, name="不满意的原因", required=bad, pointer="text"),
            class_disputed=class_disputed,
            by_id=by.pk,
            by_label=by.label,
            at=clock.now(),
        )
        m.recorded = {"attitude": attitude, "result": result, "solved": solved}
        clocks.stop(assignment, "rate")
        clocks.drop(assignment, "return", "give_view")
        dissatisfied = result == Grade.DISSATISFIED
        for promise in last.says_done.filter(state="reported"):
            m.part(promise, to="disputed" if dissatisfied else "kept")
        if dissatisfied:
            _redo_or_mediate(m, assignment)
        elif attitude == Grade.DISSATISFIED:
            m.to(STAY)
            clocks.start(assignment, "attitude", **owed_by_congress(assignment.suggestion))
        else:
            m.to("done")
            assignment.outcome = "rated"
        _lead_was_heard(assignment.suggestion, by)
        duty.record(_seat_of(assignment.suggestion, by), event="suggestion.rated", source=last)
    _reopen_where_disputed(assignment)
    return assignment


def _redo_or_mediate(m: Move, assignment: Assignment) -> None:
    """The first time the unit redoes it in a month, and the congress calls both sides; later both are mediated."""
    suggestion = assignment.suggestion
    if assignment.round == 1:
        m.to("redoing")
        _next_round(assignment)
        clocks.start(assignment, "call_both", **owed_by_congress(suggestion))
    else:
        m.to("mediating")
        clocks.start(assignment, "mediate", **owed_by_congress(suggestion))


def _next_round(assignment: Assignment) -> None:
    assignment.round += 1
    assignment.outcome = ""
    deadline = clocks.start(assignment, "redo", **owed_by(assignment.organ, assignment.suggestion))
    due_of_reply(assignment, deadline)


def _seat_of(suggestion: Suggestion, by: Any) -> Any:
    mine = {fact.id for fact in by.facts.seats if fact.is_active}
    return suggestion.lead if suggestion.lead_id in mine else suggestion.acting_lead


def _lead_was_heard(suggestion: Suggestion, by: Actor) -> None:
    """An acting lead who stepped in for a silent, serving lead stood in for this reply alone."""
    columns: dict[str, Any] = {"rating_reminded_at": None}
    if is_active(suggestion.lead):
        columns["acting_lead"] = None
        suggestion.cosigns.update(may_lead_at=None)
    set_columns(suggestion, **columns)


def remind_of_rating(assignment: Assignment) -> None:
    """Five working days before the rating lapses the co-signers may step in, in order of signing."""
    from suggestions.workflow.suggestion import vacate

    suggestion = assignment.suggestion
    if suggestion.rating_reminded_at is None:
        set_columns(suggestion, rating_reminded_at=clock.now())
        vacate(suggestion)


@transaction.atomic
def settle_attitude(assignment: Assignment, *, by: Actor, redo: bool, note: str) -> Assignment:
    """Only the attitude did not satisfy: the congress talked with the unit's leader, and says whether it is redone."""
    with act(assignment, "settle_attitude", by=by) as m:
        m.note = clean_text(note, limit=1000, name="处理情况", pointer="note")
        _settle_attitude(assignment, note=m.note)
        m.recorded = {"redo": redo}
        m.to("redoing" if redo else "done")
        if redo:
            _next_round(assignment)
        else:
            assignment.outcome = "rated"
    _reopen_where_disputed(assignment)
    return assignment


@transaction.atomic
def pass_attitude(assignment: Assignment, *, by: Actor = SYSTEM) -> Assignment:
    """Nobody settled it in time: done, and flagged on the board."""
    with act(assignment, "pass_attitude", by=by):
        _settle_attitude(assignment, passed=True)
        assignment.outcome = "rated"
    _reopen_where_disputed(assignment)
    return assignment


def _settle_attitude(assignment: Assignment, *, note: str = "", passed: bool = False) -> None:
    rating = assignment.last_reply.rating
    rating.attitude_note, rating.attitude_passed, rating.attitude_settled_at = note, passed, clock.now()
    rating.save(update_fields=["attitude_note", "attitude_passed", "attitude_settled_at"])
    clocks.stop(assignment, "attitude")


@transaction.atomic
def expire_rating(assignment: Assignment, *, by: Actor = SYSTEM) -> Assignment:
    """No rating in time: done, in no figure and never 满意; waived where nobody could have rated.

    Promises the reply says done are then looked at by the congress on the spot.
    """
    with act(assignment, "expire_rating", by=by) as m:
        suggestion = assignment.suggestion
        last = assignment.last_reply
        ReplyRating.objects.create(reply=last, expired=True, at=clock.now())
        could = is_active(suggestion.lead) or is_active(suggestion.acting_lead)
        assignment.outcome = "rating_expired" if could else "rating_waived"
        m.recorded = {"outcome": assignment.outcome}
        clocks.drop(assignment, "return", "give_view", "rate")
        for promise in last.says_done.filter(state="reported"):
            clocks.start(promise, "check", **owed_by_congress(suggestion))
        _lead_was_heard(suggestion, by)
    _reopen_where_disputed(assignment)
    return assignment


# -- again -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def mediate(assignment: Assignment, *, by: Actor, minutes: str, outcome: str) -> Assignment:
    """会商: once more, or the end; a second mediation can only close, and what is still disputed is then unkept."""
    with act(assignment, "mediate", by=by) as m:
        m.note = clean_text(minutes, limit=LONGEST_TEXT, name="会商纪要", pointer="minutes")
        one_of(outcome, MediationOutcome, "outcome")
        if outcome == MediationOutcome.REDO and assignment.mediations.exists():
            raise GuardFailed("second_mediation", "第二次会商只能终结，不能再办一次。")
        Mediation.objects.create(
            assignment=assignment, round=assignment.round, outcome=outcome, minutes=m.note, by_id=by.pk, at=clock.now()
        )
        m.recorded = {"outcome": outcome}
        clocks.stop(assignment, "mediate")
        if outcome == MediationOutcome.REDO:
            m.to("redoing")
            _next_round(assignment)
        else:
            m.to("done")
            assignment.outcome = "settled"
            for promise in assignment.commitments.filter(state="disputed"):
                m.part(promise)
                clocks.drop(promise)
    if outcome == MediationOutcome.CLOSE:
        links.follow_up(assignment.suggestion, "这件建议经会商办结")
    return assignment


def reopen_promise(assignment: Assignment, *, by: Actor = SYSTEM) -> Assignment:
    """A promise was not kept: its unit has a month for a new plan."""
    with act(assignment, "reopen_promise", by=by):
        _next_round(assignment)
    return assignment


def _reopen_where_disputed(assignment: Assignment) -> None:
    """A promise that was disputed while the unit still worked on something else is redone now."""
    if assignment.state == "done" and assignment.commitments.filter(state="disputed").exists():
        reopen_promise(assignment)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()
