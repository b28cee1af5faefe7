"""The verbs of duty reports: of the session from its plan to its publication, and of each report at it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.models import Organ
from clocks import rules as policies, workflow as clocks
from deputies import duty
from deputies.models import Seat, Term
from ground import clock
from ground.errors import Invalid
from ground.numbers import next_number
from ground.wording import clean_text
from ground.workflow import Actor, Move, begin, move
from votes.models import DutyQuestion, DutyRating, DutyReport, DutySession
from votes.states.duty import Grading, Listeners, Way
from votes.workflow.rectification import not_past

LONGEST = 10000
MOST_SEATS = 60  # deputies who report at one session
MOST_CAME = 100_000
TO_FILL = "（请补充）"  # stands in the draft where only the deputy knows

# -- the session -------------------------------------------------------------------------------------------------------


def plan(
    *,
    by: Actor,
    organ: Organ,
    term: Term,
    title: str,
    electorate: str,
    starts_at: datetime,
    place: str,
    listeners: str = Listeners.VOTERS,
    seats: Iterable[Seat] = (),
) -> DutySession:
    """When, where and to whom; the grades are those of the place (rule row `duty.grades`) and stay with the session."""
    session = DutySession(
        number=next_number("Z"), organ=organ, term=term, listeners=listeners, made_at=clock.now(), grading=grading_of(organ),
        title=clean_text(title, limit=120, name="名称", pointer="title"), starts_at=_to_come(starts_at),
        electorate=clean_text(electorate, limit=60, name="选区或选举单位", pointer="electorate"),
        place=clean_text(place, limit=120, name="地点", pointer="place"),
    )  # fmt: skip
    with begin(session, "plan", by=by) as m:
        _name(m, seats)
    return session


def grading_of(organ: Organ) -> str:
    """Raises Invalid where the rule row names no grades there are."""
    code = policies.value("duty.grades", organ)
    if code not in Grading.values:
        raise Invalid("title", f"规则 duty.grades 只能填 {' 或 '.join(Grading.values)}，请管理员改好以后再安排。")
    return code


def revise(
    session: DutySession,
    *,
    by: Actor,
    title: str = "",
    electorate: str = "",
    starts_at: datetime | None = None,
    place: str = "",
) -> DutySession:
    """Another day or place; deputies who were called are told."""
    with move(session, "revise", by=by):
        session.title = clean_text(title or session.title, limit=120, name="名称", pointer="title")
        session.electorate = clean_text(
            electorate or session.electorate, limit=60, name="选区或选举单位", pointer="electorate"
        )
        session.place = clean_text(place or session.place, limit=120, name="地点", pointer="place")
        if starts_at is not None and starts_at != session.starts_at:
            session.starts_at = _to_come(starts_at)
            if session.reports_due_on is not None:
                _before_it(session, session.reports_due_on, "starts_at")
                clocks.start(session, "hold", organ=session.organ, at=starts_at)
    return session


def name_deputies(session: DutySession, *, by: Actor, seats: Iterable[Seat]) -> DutySession:
    """Adds deputies who report; at a session that was called they are called at once."""
    with move(session, "name_deputies", by=by) as m:
        made = _name(m, seats)
        if not made:
            raise Invalid("seats", "请选择还没有列入这次会议的代表。")
        m.recorded = {"seats": [report.seat_id for report in made]}
        if session.state == "called":
            for report in made:
                _call(m, report)
    return session


def call(session: DutySession, *, by: Actor, due_on: date) -> DutySession:
    """Each deputy is told when and where, and owes the report by a day that is named."""
    with move(session, "call", by=by) as m:
        not_past(due_on)
        _before_it(session, due_on, "due_on")
        session.reports_due_on = due_on
        for report in _reports(session, "named"):
            _call(m, report)
        clocks.start(session, "hold", organ=session.organ, at=session.starts_at)
    return session


def chase(session: DutySession, *, by: Actor, note: str) -> DutySession:
    """To those who have not handed their report in."""
    with move(session, "chase", by=by) as m:
        m.public_text = clean_text(note, limit=500, name="催办内容", pointer="note")
    return session


def hold(session: DutySession, *, by: Actor, came: int, few_why: str = "") -> DutySession:
    """It has taken place. Fewer voters than the rule asks for (`duty.least_voters`) need a reason, which is public."""
    with move(session, "hold", by=by) as m:
        if not 1 <= came <= MOST_CAME:
            raise Invalid("came", "请填写到会人数，至少 1 人。")
        least = policies.value("duty.least_voters", session.organ) if session.listeners == Listeners.VOTERS else 0
        why = clean_text(few_why, limit=200, name="到会不足的原因", required=False, pointer="few_why")
        if came < least and not why:
            raise Invalid("few_why", f"到会选民 {came} 人，少于规定的 {least} 人：请另行召开，或者写明原因。")
        session.came, session.few_why, session.held_at = came, why if came < least else "", clock.now()
        m.recorded = {"came": came}
        for report in _reports(session, "written"):
            m.part(report)
            duty.record(report.seat, event="duty.reported", source=report, at=session.starts_at)
        clocks.stop(session, "hold")
        clocks.start(session, "publish", organ=session.organ)
    return session


def publish(session: DutySession, *, by: Actor) -> DutySession:
    """Reports, questions and counts are open to everybody. Who got the lowest grade from over half owes a written
    rectification."""
    with move(session, "publish", by=by) as m:
        session.published_at = clock.now()
        for report in _reports(session, "fed_back"):
            m.part(report, to="rectifying" if report.rating.is_failed else "published")
            if report.rating.is_failed:
                _owe(report, "rectify")
        clocks.stop(session, "publish")
    return session


def cancel(session: DutySession, *, by: Actor, reason: str) -> DutySession:
    with move(session, "cancel", by=by) as m:
        m.public_text = clean_text(reason, limit=500, name="取消原因", pointer="reason")
        for report in _reports(session, "named", "called", "written"):
            clocks.drop(report)
            m.part(report)
        clocks.drop(session)
    return session


def _name(m: Move, seats: Iterable[Seat]) -> list[DutyReport]:
    session = m.obj
    wanted = list(dict.fromkeys(seats))
    if any(seat.organ_id != session.organ_id or seat.term_id != session.term_id for seat in wanted):
        raise Invalid("seats", "只能选本级本届的代表。")
    if any(seat.state != "active" for seat in wanted):
        raise Invalid("seats", "只能选正在任职的代表。")
    known = set(session.reports.exclude(state="excused").values_list("seat_id", flat=True))
    wanted = [seat for seat in wanted if seat.pk not in known]
    if len(known) + len(wanted) > MOST_SEATS:
        raise Invalid("seats", f"一次会议最多 {MOST_SEATS} 名代表述职，请分几次安排。")
    made = [DutyReport(number=next_number("B"), session=session, seat=seat) for seat in wanted]
    for report in made:
        m.part(report, "name_deputies")
    return made


def _call(m: Move, report: DutyReport) -> None:
    m.part(report, "call")
    _owe(report, "write", until=max(m.obj.reports_due_on, clock.today()))


def _owe(report: DutyReport, kind: str, **how: Any) -> None:
    """The deputy owes it; for one without an account the office."""
    user, organ = report.seat.deputy.user, report.session.organ
    who = {"user": user} if user is not None else {"organ": organ}
    clocks.start(report, kind, rules_of=organ, **who, **how)


def _reports(session: DutySession, *states: str) -> list[DutyReport]:
    rows = session.reports.filter(state__in=states).select_related("seat__deputy__user", "rating").order_by("pk")
    found = list(rows)
    for report in found:
        report.session = session
    return found


def _to_come(moment: datetime) -> datetime:
    if moment <= clock.now():
        raise Invalid("starts_at", "开会时间要晚于现在。")
    if moment.year > clock.today().year + 5:
        raise Invalid("starts_at", "日期太远，请核对年份。")
    return moment


def _before_it(session: DutySession, due_on: date, pointer: str) -> None:
    if due_on > session.starts_at.astimezone(clock.SHANGHAI).date():
        raise Invalid(pointer, "提交报告的日期不能晚于开会那天。")


# -- a report ----------------------------------------------------------------------------------------------------------


def write_report(report: DutyReport, *, by: Actor, text: str, way: str = Way.ORAL) -> DutyReport:
    """Handed in, and written anew as often as the deputy likes until the session is held."""
    with move(report, "write_report", by=by):
        if way not in Way.values:
            raise Invalid("way", "请选择口头述职或者书面述职。")
        words = clean_text(text, limit=LONGEST, name="述职报告", pointer="text")
        if TO_FILL in words:
            raise Invalid("text", f"还有写着“{TO_FILL}”的地方，请写完，或者把那一段删去。")
        report.text, report.way, report.written_at = words, way, clock.now()
        clocks.stop(report, "write")
    return report


def excuse(report: DutyReport, *, by: Actor, reason: str) -> DutyReport:
    """Does not report this time, and stands on the list of those who have to once a term."""
    with move(report, "excuse", by=by) as m:
        m.note = clean_text(reason, limit=500, name="原因", pointer="reason")
        clocks.drop(report)
    return report


def note_question(report: DutyReport, *, by: Actor, text: str, answer: str) -> DutyReport:
    """What was asked and answered. Who asked is not asked for here."""
    with move(report, "note_question", by=by):
        DutyQuestion.objects.create(
            report=report, text=clean_text(text, limit=500, name="提问", pointer="text"), by_id=by.pk, at=clock.now(),
            answer=clean_text(answer, limit=2000, name="代表的回答", pointer="answer"),
        )  # fmt: skip
    return report


def key_rating(
    report: DutyReport,
    *,
    by: Actor,
    issued: int,
    returned: int,
    valid: int,
    spoiled: int,
    counts: Iterable[int],
) -> DutyReport:
    """The ballots as counted at the session, the grades from the best down; keyed in anew until somebody else compared."""
    with move(report, "key_rating", by=by) as m:
        counts = list(counts)
        _adds_up(report.session, issued, returned, valid, spoiled, counts)
        told = dict(zip(("first", "second", "third", "fourth"), counts, strict=False))
        report.rating, _ = DutyRating.objects.update_or_create(
            report=report,
            defaults={"issued": issued, "returned": returned, "valid": valid, "spoiled": spoiled, "by_id": by.pk, "at": clock.now(),
                      "fourth": None, **told},
        )  # fmt: skip
        m.recorded = {"issued": issued, "returned": returned, "valid": valid, "spoiled": spoiled, "counts": counts}
    return report


def _adds_up(session: DutySession, issued: int, returned: int, valid: int, spoiled: int, counts: list[int]) -> None:
    grades = session.grades
    if len(counts) != len(grades):
        raise Invalid("counts", f"请填写每个等次的票数：{'、'.join(grades)}。")
    if any(type(n) is not int or n < 0 for n in (issued, returned, valid, spoiled, *counts)):
        raise Invalid("issued", "票数要填 0 或者正整数。")
    if issued > (session.came or 0):
        raise Invalid("issued", f"发出 {issued} 张，多于到会的 {session.came} 人，请核对。")
    if returned > issued:
        raise Invalid("returned", f"收回 {returned} 张，多于发出的 {issued} 张，请核对。")
    if valid + spoiled != returned:
        raise Invalid(
            "valid", f"有效票 {valid}＋废票 {spoiled}＝{valid + spoiled}，不等于收回的 {returned} 张，请核对。"
        )
    if sum(counts) != valid:
        sums = "＋".join(f"{grade} {n}" for grade, n in zip(grades, counts, strict=True))
        raise Invalid("counts", f"{sums}＝{sum(counts)}，不等于有效票 {valid} 张，请核对。")


def confirm_rating(report: DutyReport, *, by: Actor) -> DutyReport:
    """Compared with the paper by somebody other than who keyed it in."""
    with move(report, "confirm_rating", by=by):
        report.rating.confirmed_by_id = by.pk
        report.rating.save(update_fields=["confirmed_by"])
    return report


def give_feedback(report: DutyReport, *, by: Actor, text: str) -> DutyReport:
    """评议意见 in writing to the deputy, who and the office read it."""
    with move(report, "give_feedback", by=by):
        report.feedback = clean_text(text, limit=LONGEST, name="评议意见", pointer="text")
    return report


def rectify(report: DutyReport, *, by: Actor, text: str) -> DutyReport:
    with move(report, "rectify", by=by):
        report.rectification = clean_text(text, limit=LONGEST, name="书面整改", pointer="text")
        clocks.stop(report, "rectify")
        clocks.start(report, "check", organ=report.session.organ)
    return report


def accept_rectification(report: DutyReport, *, by: Actor) -> DutyReport:
    with move(report, "accept_rectification", by=by):
        clocks.stop(report, "check")
    return report


def return_rectification(report: DutyReport, *, by: Actor, reason: str) -> DutyReport:
    """Once more, in the same span; the reason is for the deputy."""
    with move(report, "return_rectification", by=by) as m:
        m.note = clean_text(reason, limit=1000, name="退回原因", pointer="reason")
        clocks.stop(report, "check")
        _owe(report, "rectify")
    return report
