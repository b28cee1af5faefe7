"""The verbs of a suggestion (lifecycles.md §3.2): one function each, keyword-only, through the gate."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Organ
from clocks import calendar, workflow as clocks
from deputies import duty
from deputies.models import Deputy, Plenary, Seat
from ground import clock, workdays
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.masking import mask
from ground.numbers import next_in_series, next_number
from ground.wording import clean_text
from ground.workflow import STAY, SYSTEM, Actor, Move, begin
from suggestions.models import (
    Assignment,
    KeySupervision,
    Opinion,
    Publication,
    PublishedReply,
    Suggestion,
    SupervisionNote,
    TextVersion,
    Withdrawal,
)
from suggestions.routing import outcomes
from suggestions.rules.suggestion import cosign_of
from suggestions.states.lists_suggestion import (
    Field,
    Kind,
    Mode,
    NoteKind,
    Priority,
    Publicity,
    RuleCode,
    SendBackReason,
)
from suggestions.workflow import cosign as cosigns, links
from suggestions.workflow.course import (
    LONGEST_TEXT,
    Handlers,
    act,
    check_units,
    close_books,
    hand_over,
    hash_of,
    index,
    is_active,
    mode_of,
    one_of,
    owed_by_congress,
    session_at,
)

TITLE = 60
NUMERALS = "零一二三四五六七八九"


# -- the text ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create(
    seat: Seat,
    *,
    by: Actor,
    title: str = "",
    situation: str = "",
    proposal: str = "",
    field: str = "",
    kind: str = Kind.FULL,
    is_public: bool = True,
    confidential: bool = False,
    opinions: Iterable[Opinion] = (),
    copy_of: Suggestion | None = None,
) -> Suggestion:
    """A draft of the deputy who holds `seat`. What is left empty is taken from `copy_of`; `opinions`, claimed or
    escalated by the caller, are escalated into it in the same transaction."""
    if not is_active(seat):
        raise Invalid("", "任职不在履职状态，不能起草建议。")
    one_of(kind, Kind, "kind")
    if copy_of is not None:
        text = copy_of.text
        title, situation = title or text.title, situation or text.situation
        proposal, field = proposal or text.proposal, field or copy_of.field
    words = _clean(title, situation, proposal, snap=kind == Kind.SNAP)
    one_of(field, Field, "field", required=kind == Kind.FULL)
    suggestion = _draft(
        seat, words, by=by, kind=kind, field=field, is_public=is_public, confidential=confidential, copy_of=copy_of
    )
    for opinion in opinions:
        _bring_in(opinion, suggestion, by=by)
    return suggestion


def _draft(seat: Seat, words: dict[str, str], *, by: Actor, **columns: Any) -> Suggestion:
    suggestion = Suggestion(
        number=next_number("J"),
        lead=seat,
        congress=seat.organ,
        term=seat.term,
        title=words["title"],
        made_at=clock.now(),
        **columns,
    )
    with begin(suggestion, "create", by=by):
        TextVersion.objects.create(suggestion=suggestion, no=1, hash=hash_of(**words), at=clock.now(), **words)
        index(suggestion)
    return suggestion


@transaction.atomic
def revise(
    suggestion: Suggestion,
    *,
    by: Actor,
    title: str | None = None,
    situation: str | None = None,
    proposal: str | None = None,
    field: str | None = None,
    kind: str | None = None,
    is_public: bool | None = None,
    confidential: bool | None = None,
    opinions: Iterable[Opinion] | None = None,
) -> Suggestion:
    """Writes a new text version where the text changed: who had confirmed is asked again, but for wording alone.

    `opinions`, where given, are all that stay linked: others are taken off, new ones escalated into it.
    """
    with act(suggestion, "revise", by=by) as m:
        before = suggestion.text
        suggestion.kind = one_of(kind, Kind, "kind") if kind is not None else suggestion.kind
        words = _clean(
            before.title if title is None else title,
            before.situation if situation is None else situation,
            before.proposal if proposal is None else proposal,
            snap=suggestion.is_snap
            or (proposal is None and not before.proposal),  # what is still to come may come later
        )
        if field is not None:
            suggestion.field = one_of(field, Field, "field", required=not suggestion.is_snap)
        suggestion.is_public = suggestion.is_public if is_public is None else is_public
        suggestion.confidential = suggestion.confidential if confidential is None else confidential
        m.to(STAY)
        if hash_of(**words) != before.hash:
            _rewrite(m, suggestion, words)
        if opinions is not None:
            _relink(suggestion, list(opinions), by=by)
    index(suggestion)
    return suggestion


def _rewrite(m: Move, suggestion: Suggestion, words: dict[str, str]) -> None:
    suggestion.title, suggestion.current_version = words["title"], suggestion.current_version + 1
    text = TextVersion.objects.create(
        suggestion=suggestion, no=suggestion.current_version, hash=hash_of(**words), at=clock.now(), **words
    )
    m.recorded = {"version": text.no, "hash": text.hash}
    signed = suggestion.cosigns.filter(state__in=["invited", "confirmed", "stale"]).exists()
    if suggestion.spelling_only and m.before == "returned":
        m.recorded["spelling_only"] = True
        return
    cosigns.unsettle(m, suggestion, text)
    if m.before == "returned" and signed:
        m.to("cosigning")


def _relink(suggestion: Suggestion, wanted: list[Opinion], *, by: Actor) -> None:
    kept = {opinion.pk for opinion in wanted}
    linked = {link.opinion_id: link for link in suggestion.links.filter(ended_at=None).select_related("opinion")}
    for pk, link in linked.items():
        if pk not in kept:
            links.end(link, "代表未将这件意见写入建议")
    for opinion in wanted:
        if opinion.pk not in linked:
            _bring_in(opinion, suggestion, by=by)


def _bring_in(opinion: Opinion, suggestion: Suggestion, *, by: Actor) -> None:
    """Escalates an opinion into a draft; one that is escalated already only waits for one suggestion more."""
    from suggestions.workflow import opinion as opinions

    if opinion.state == "escalated" and any(
        link.suggestion.lead_id == suggestion.lead_id for link in links.live_links(opinion)
    ):
        links.join(opinion, suggestion)
        return
    opinions.escalate(opinion, by=by, suggestion=suggestion)


def draft_for(seat: Seat, *, by: Actor, title: str, situation: str) -> Suggestion:
    """A draft begun from what people said: what to propose, and the field, are the deputy's to write."""
    if not is_active(seat):
        raise Invalid("", "任职不在履职状态，不能起草建议。")
    return _draft(seat, {"title": title[:TITLE], "situation": situation, "proposal": ""}, by=by)


@transaction.atomic
def escalate_opinion(opinion: Opinion, *, by: Actor, suggestion: Suggestion | None = None) -> Opinion:
    """The verb `escalate`: into an own unsent suggestion, or into a new draft made of the opinion's words."""
    from deputies.queries import active_seat_of
    from suggestions.workflow import opinion as opinions

    if suggestion is None:
        seat = active_seat_of(by)
        if seat is None:
            raise Forbidden
        situation = mask(opinion.text).text.strip() or "群众反映的情况见所附意见。"
        title = situation.split("\n")[0].split("。")[0][:40]
        words = {"title": f"关于解决“{title}”问题的建议"[:TITLE], "situation": situation, "proposal": ""}
        suggestion = _draft(seat, words, by=by)  # what to propose and the field are the deputy's to write
    else:
        Suggestion.objects.select_for_update().get(pk=suggestion.pk)  # the suggestion is locked before its opinions
    opinions.escalate(opinion, by=by, suggestion=suggestion)
    return opinion


def submit(suggestion: Suggestion, *, by: Actor) -> Suggestion:
    """Sends it to the congress office; the first submission decides whether it belongs to a session (domain.md §2.11)."""
    with act(suggestion, "submit", by=by) as m:
        now = clock.now()
        signed = cosigns.settle(m, suggestion)
        if suggestion.first_submitted_at is None:
            suggestion.first_submitted_at = now
            suggestion.plenary, suggestion.in_session = session_at(suggestion.congress, now.date())
        m.recorded = {"signers": [c.seat.deputy.code for c in signed], "in_session": suggestion.in_session}
        suggestion.spelling_only = False
        clocks.stop(suggestion, "cosigning", "returned")
        links.stop_waiting(suggestion)
        if suggestion.in_session and suggestion.plenary.closes_on >= now.date():
            closing = workdays.end_of_day(suggestion.plenary.closes_on)
            clocks.start(suggestion, "hand_over_session", at=closing, **owed_by_congress(suggestion))
        else:
            clocks.start(suggestion, "hand_over", **owed_by_congress(suggestion))
    return suggestion


# -- the congress office -----------------------------------------------------------------------------------------------


def send_back(
    suggestion: Suggestion,
    *,
    by: Actor,
    reason: str,
    reason_code: str = SendBackReason.OTHER,
    spelling_only: bool = False,
) -> Suggestion:
    """退回修改, with what is to be changed; `spelling_only`: the names that were confirmed stay."""
    with act(suggestion, "send_back", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="退回原因", pointer="reason")
        m.recorded = {"reason_code": one_of(reason_code, SendBackReason, "reason_code"), "spelling_only": spelling_only}
        suggestion.spelling_only = spelling_only
        clocks.stop(suggestion, "hand_over", "hand_over_session")
        clocks.start(suggestion, "returned", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
        links.wait_again(suggestion)
    return suggestion


def refuse(suggestion: Suggestion, *, by: Actor, rule_code: str, reason: str, letter_ref: str = "") -> Suggestion:
    """不作为建议处理, after the lead was talked with; a letter it was made into may be named."""
    with act(suggestion, "refuse", by=by) as m:
        suggestion.refused_for = one_of(rule_code, RuleCode, "rule_code")
        m.note = clean_text(reason, limit=1000, name="原因", pointer="reason")
        suggestion.letter_ref = clean_text(letter_ref, limit=40, name="来信编号", required=False, pointer="letter_ref")
        m.recorded = {"rule_code": suggestion.refused_for, "letter_ref": suggestion.letter_ref}
        clocks.drop(suggestion)
        links.end_all(suggestion, f"不作为代表建议处理：{RuleCode(rule_code).label}")
    return suggestion


@transaction.atomic
def register(suggestion: Suggestion, *, by: Actor, field: str = "", priority: int | None = None) -> Suggestion:
    """登记编号: the official number, gap-free in its series; the row that counts is the last one locked."""
    with act(suggestion, "register", by=by) as m:
        wanted = field or suggestion.field
        suggestion.field = one_of(wanted, Field, "field", required=not suggestion.is_snap)
        if suggestion.is_snap:
            if priority is None:
                raise GuardFailed("priority", "随手拍请选择办理时限：7、15 或 30 天。")
            suggestion.priority = one_of(priority, Priority, "priority")
        suggestion.registered_at = clock.now()
        signed = list(cosigns.counted(suggestion))
        _give_number(suggestion)
        m.recorded = {
            "register_no": suggestion.register_display,
            "field": suggestion.field,
            "priority": suggestion.priority,
        }
        duty.record(suggestion.lead, event="suggestion.registered", source=suggestion)
        for mine in signed:
            duty.record(mine.seat, event="suggestion.cosigned", source=suggestion)
    index(suggestion)
    return suggestion


def _give_number(suggestion: Suggestion) -> None:
    """`市十九届人大二次会议第045号` (19-2-045), between sessions `…闭会期间第012号` (19-2闭-012)."""
    plenary: Plenary | None = suggestion.plenary
    term = plenary.term if plenary else suggestion.term
    ordinal = plenary.ordinal if plenary else 0
    between = not suggestion.in_session
    series = f"{suggestion.congress.code}/{term.ordinal}/{ordinal}/{'between' if between else 'session'}"
    n = next_in_series(f"suggestion/{series}", (plenary or term).opens_on.year)
    session = f"{numeral(ordinal)}次会议" if plenary else ""
    suggestion.register_series, suggestion.register_ordinal = series, n
    place, when = _place_of(suggestion.congress), "闭会期间" if between else ""
    suggestion.register_display = f"{place}{numeral(term.ordinal)}届人大{session}{when}第{n:03}号"
    suggestion.register_short = f"{term.ordinal}-{ordinal}{'闭' if between else ''}-{n:03}"


def numeral(n: int) -> str:
    """十九, 二, 二十, 一百零三: as ordinals of terms and sessions are written."""
    if n < 10:
        return NUMERALS[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def _place_of(congress: Organ) -> str:
    """How the congress calls itself in a number: 省, 市, 区, 县 by its division, a township by its name."""
    if congress.region is None:
        return ""
    name = congress.region.name
    return name if congress.level == "town" else name[-1]


def merge(suggestion: Suggestion, *, by: Actor, into: Suggestion) -> Suggestion:
    """并案: a link only; each suggestion keeps its own state, and each deputy is answered."""
    with act(suggestion, "merge", by=by) as m:
        if into.pk == suggestion.pk or into.congress_id != suggestion.congress_id or into.merged_into_id:
            raise Invalid("into", "请选择本级另一件未并案的建议。")
        if into.registered_at is None or into.state in ("archived", "withdrawn", "closed"):
            raise Invalid("into", "只能并入已登记、还在办理的建议。")
        if suggestion.merged.exists():
            raise Invalid("into", "已有建议并入这一件，请反过来并案。")
        suggestion.merged_into = into
        m.recorded = {"into": into.number}
    return suggestion


def unmerge(suggestion: Suggestion, *, by: Actor, reason: str) -> Suggestion:
    with act(suggestion, "unmerge", by=by) as m:
        m.note = clean_text(reason, limit=500, name="原因", pointer="reason")
        m.recorded = {"from": suggestion.merged_into.number}
        suggestion.merged_into = None
    return suggestion


def assign(suggestion: Suggestion, *, by: Actor, mode: str, handlers: Handlers) -> Suggestion:
    """交办 to one unit, to a main unit with assists, or to several separately; now is 交办之日 (代表法 §51)."""
    with act(suggestion, "assign", by=by) as m:
        units = check_units(suggestion, handlers)
        if one_of(mode, Mode, "mode") != mode_of(role for _, role in units):
            raise GuardFailed("mode", "办理方式与承办单位的角色不符。")
        now = clock.now()
        suggestion.assigned_at, suggestion.mode = now, mode
        outcomes.note(suggestion, [organ for organ, role in units if role == "main"], by=by)
        for organ, role in units:
            hand_over(m, suggestion, organ, role, handed_over_at=now)
        m.recorded = {"mode": mode, "handlers": [{"organ": organ.code, "role": role} for organ, role in units]}
        clocks.stop(suggestion, "hand_over", "hand_over_session")
    return suggestion


def chase(suggestion: Suggestion, *, by: Actor, assignment: Assignment | None = None, note: str = "") -> Suggestion:
    """催办 of one unit, or of all that still owe something; counted by its steps."""
    with act(suggestion, "chase", by=by) as m:
        m.note = clean_text(note, limit=500, name="催办内容", required=False, pointer="note")
        owing = [assignment] if assignment else [a for a in suggestion.assignments.live() if a.state != "done"]
        m.recorded = {"assignments": [a.pk for a in owing], "organs": [a.organ.code for a in owing]}
    return suggestion


# -- the lead ----------------------------------------------------------------------------------------------------------


def take_lead(suggestion: Suggestion, *, by: Actor) -> Suggestion:
    """接任领衔: before submission the co-signer becomes the lead, afterwards the acting lead who rates and confirms."""
    with act(suggestion, "take_lead", by=by) as m:
        mine = cosign_of(by, suggestion)
        m.recorded = {"from": suggestion.lead.deputy.code, "to": mine.seat.deputy.code}
        if m.before in ("cosigning", "returned"):
            suggestion.lead, suggestion.lead_vacant_at = mine.seat, None
        else:
            suggestion.acting_lead = mine.seat
        suggestion.cosigns.update(may_lead_at=None)
        clocks.stop(suggestion, "take_lead", "take_lead_turn")
        for assignment in suggestion.assignments.filter(state="replied"):
            clocks.hand_to(assignment, "rate", user=mine.seat.deputy.user)
    return suggestion


def vacate(suggestion: Suggestion, *, at: datetime | None = None) -> None:
    """Opens the lead to the co-signers in order of signing, five working days each; called under the matter's lock."""
    at = at or clock.now()
    turn = workdays.Span.parse("5wd")
    for n, mine in enumerate(c for c in cosigns.counted(suggestion) if is_active(c.seat)):
        begins = at
        if n:
            begins = workdays.due(at, workdays.Span(turn.n * n, turn.unit), calendar.current()).at
        mine.may_lead_at = begins
        mine.save(update_fields=["may_lead_at"])


def withdraw(suggestion: Suggestion, *, by: Actor, reason: str) -> Suggestion:
    """One signatory's written wish; the suggestion is withdrawn at the last one's (山东省办理条例 §9)."""
    with act(suggestion, "withdraw", by=by) as m:
        m.note = clean_text(reason, limit=500, name="撤回原因", pointer="reason")
        seat = suggestion.lead if _holds(by, suggestion.lead) else cosign_of(by, suggestion).seat
        Withdrawal.objects.create(suggestion=suggestion, seat=seat, reason=m.note, at=clock.now())
        asked = set(suggestion.withdrawals.filter(lapsed_at=None).values_list("seat_id", flat=True))
        waiting = [s for s in _signatories(suggestion) if is_active(s) and s.pk not in asked]
        m.recorded = {"deputy": seat.deputy.code, "waits_for": [s.deputy.code for s in waiting]}
        if waiting:
            m.to(STAY)
            clocks.start(suggestion, "withdraw_request", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
        else:
            m.to("withdrawn")
            _let_go(m, suggestion, "领衔代表撤回了建议")
    return suggestion


def withdraw_for(suggestion: Suggestion, why: str) -> Suggestion:
    """The system's withdrawal of §7.1: nobody is left to lead it."""
    with act(suggestion, "withdraw", by=SYSTEM, note=why) as m:
        _let_go(m, suggestion, why)
    return suggestion


def lapse_withdrawal(suggestion: Suggestion) -> None:
    """A wish to withdraw that not everybody joined in ten working days is void."""
    suggestion.withdrawals.filter(lapsed_at=None).update(lapsed_at=clock.now())


def _let_go(m: Move, suggestion: Suggestion, why: str) -> None:
    for row in suggestion.assignments.live().exclude(state__in=["done", "replied", "redoing", "mediating"]):
        row.released_at = clock.now()
        m.part(row)
        clocks.drop(row)
    cosigns.lapse(m, suggestion)
    clocks.drop(suggestion)
    links.end_all(suggestion, why)


def _signatories(suggestion: Suggestion) -> list[Seat]:
    """The lead, and once it was submitted the co-signers who count."""
    signed = cosigns.counted(suggestion) if suggestion.first_submitted_at else ()
    return [suggestion.lead, *(mine.seat for mine in signed)]


def _holds(actor: Any, seat: Seat) -> bool:
    return any(fact.id == seat.pk for fact in actor.facts.seats)


# -- beside the state --------------------------------------------------------------------------------------------------


def publish(suggestion: Suggestion, *, by: Actor, scope: str, reason: str = "") -> Suggestion:
    """Decides what the public reads (国办发〔2014〕46 号): full text, without replies' text, or nothing with a reason.

    Personal details are masked; a reply its unit does not make public stays closed.
    """
    with act(suggestion, "publish", by=by) as m:
        one_of(scope, Publicity, "scope")
        m.note = clean_text(reason, limit=500, name="不公开的原因", required=scope == Publicity.NONE, pointer="reason")
        if scope != Publicity.NONE and not suggestion.is_public:
            raise GuardFailed("not_public", "领衔代表没有同意公开，请选择“不公开”并写明原因。")
        text = suggestion.text
        words = {name: mask(getattr(text, name)).text for name in ("title", "situation", "proposal")}
        shown = words if scope != Publicity.NONE else {}
        row = Publication.objects.create(
            suggestion=suggestion, scope=scope, reason=m.note, by_id=by.pk, at=clock.now(), **shown
        )
        if scope == Publicity.FULL:
            _publish_replies(row)
        suggestion.publication = scope
        m.recorded = {"scope": scope}
        clocks.stop(suggestion, "publish")
    return suggestion


def _publish_replies(row: Publication) -> None:
    for assignment in row.suggestion.assignments.mains().prefetch_related("replies"):
        last = assignment.last_reply
        if last is not None:
            text = "" if last.publicity == Publicity.NONE else mask(last.full_text).text
            PublishedReply.objects.create(publication=row, reply=last, text=text)


def archive(suggestion: Suggestion, *, by: Actor) -> Suggestion:
    with act(suggestion, "archive", by=by) as m:
        close_books(m, suggestion)
    return suggestion


def key_supervise(suggestion: Suggestion, *, by: Actor, leader: Deputy, committee: Organ, plan: str = "") -> Suggestion:
    """列为重点督办: decided by the council of chairpersons, led by one of its members (山东省办理条例 §14)."""
    with act(suggestion, "key_supervise", by=by) as m:
        seat = leader.seats.filter(organ=suggestion.congress_id, state="active").first()
        if seat is None:
            raise Invalid("leader", "督办领导要是本级在任代表。")
        if committee.kind != "committee" or committee.congress_id != suggestion.congress_id:
            raise Invalid("committee", "请选择本级的专门委员会或工作机构。")
        KeySupervision.objects.create(
            suggestion=suggestion,
            leader=seat,
            committee=committee,
            plan=clean_text(plan, limit=LONGEST_TEXT, name="督办方案", required=False, pointer="plan"),
            by_id=by.pk,
            at=clock.now(),
        )
        m.recorded = {"leader": leader.code, "committee": committee.code}
    return suggestion


def note_supervision(suggestion: Suggestion, *, by: Actor, kind: str, text: str, at: date) -> Suggestion:
    with act(suggestion, "note_supervision", by=by) as m:
        on = at.date() if isinstance(at, datetime) else at
        if on > clock.today():
            raise Invalid("at", "时间不能晚于今天。")
        m.note = clean_text(text, limit=LONGEST_TEXT, name="督办情况", pointer="text")
        SupervisionNote.objects.create(
            supervision=suggestion.key_supervision,
            kind=one_of(kind, NoteKind, "kind"),
            text=m.note,
            on=on,
            by_id=by.pk,
            made_at=clock.now(),
        )
        m.recorded = {"kind": kind, "on": str(on)}
    return suggestion


def _clean(title: str, situation: str, proposal: str, *, snap: bool) -> dict[str, str]:
    return {
        "title": clean_text(title, limit=TITLE, name="标题", pointer="title").replace("\n", " "),
        "situation": clean_text(situation, limit=LONGEST_TEXT, name="情况与问题", pointer="situation"),
        "proposal": clean_text(proposal, limit=LONGEST_TEXT, name="建议", required=not snap, pointer="proposal"),
    }
