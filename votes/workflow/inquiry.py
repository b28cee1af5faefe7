"""The verbs of a special inquiry, from its plan to its end."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Organ
from clocks import rules as policies, workflow as clocks
from deputies import duty
from deputies.models import Seat, Term
from deputies.queries import active_seat_of
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, NotVisible
from ground.numbers import next_number
from ground.wording import clean_text
from ground.workflow import Actor, begin, move
from votes.models import Answer, Finding, Inquiry, InquiryUnit, Question, RectificationItem
from votes.rules.inquiry import may_answer
from votes.states.inquiry import Meeting, QuestionKind, Scale
from votes.states.poll import Mode, VoterClass
from votes.workflow import poll as polls, rectification

LONGEST = 3000
GRADES = ("满意", "基本满意", "不满意")
MOST_ASKED = 5  # questions a deputy may put before one inquiry


def plan(
    *,
    by: Actor,
    organ: Organ,
    term: Term,
    title: str,
    units: Iterable[Organ],
    scale: str = Scale.FULL,
    meeting: str = Meeting.JOINT,
    committee: Organ | None = None,
    held_on: date | None = None,
    about: str = "",
) -> Inquiry:
    """Puts a topic into the plan: who has to answer, which committee leads, in which form the committee meets."""
    inquiry = Inquiry(
        number=next_number("W"), organ=organ, term=term, scale=scale, meeting=meeting, committee=committee, held_on=held_on,
        title=clean_text(title, limit=120, name="询问题目", pointer="title"), made_at=clock.now(),
        about=clean_text(about, limit=LONGEST, name="方案", required=False, pointer="about"),
    )  # fmt: skip
    with begin(inquiry, "plan", by=by):
        _put_units(inquiry, units)
    return inquiry


def revise(
    inquiry: Inquiry,
    *,
    by: Actor,
    title: str = "",
    about: str | None = None,
    units: Iterable[Organ] | None = None,
    meeting: str = "",
    committee: Organ | None = None,
    held_on: date | None = None,
) -> Inquiry:
    """Changes the plan; units that have questions already stay."""
    with move(inquiry, "revise", by=by):
        inquiry.title = clean_text(title or inquiry.title, limit=120, name="询问题目", pointer="title")
        if about is not None:
            inquiry.about = clean_text(about, limit=LONGEST, name="方案", required=False, pointer="about")
        inquiry.meeting, inquiry.committee = meeting or inquiry.meeting, committee or inquiry.committee
        inquiry.held_on = held_on or inquiry.held_on
        if units is not None:
            _put_units(inquiry, units)
    return inquiry


def _put_units(inquiry: Inquiry, units: Iterable[Organ]) -> None:
    wanted = list(dict.fromkeys(units))
    if not 1 <= len(wanted) <= 12:
        raise Invalid("units", "请选择被询问的单位，1 到 12 个。")
    if any(unit.congress_id != inquiry.organ_id for unit in wanted):
        raise Invalid("units", "只能询问本级人大监督的单位。")
    asked = set(inquiry.questions.exclude(unit=None).values_list("unit_id", flat=True))
    if asked - {unit.pk for unit in wanted}:
        raise Invalid("units", "已经列了问题的单位不能去掉。")
    inquiry.units.exclude(organ__in=wanted).delete()
    known = set(inquiry.units.values_list("organ_id", flat=True))
    InquiryUnit.objects.bulk_create(InquiryUnit(inquiry=inquiry, organ=unit) for unit in wanted if unit.pk not in known)


# -- before the meeting ------------------------------------------------------------------------------------------------


def study(inquiry: Inquiry, *, by: Actor) -> Inquiry:
    """Teams go out; the units are told what they will be asked about."""
    with move(inquiry, "study", by=by):
        pass
    return inquiry


def record_finding(inquiry: Inquiry, *, by: Actor, team: str, text: str, unit: Organ | None = None) -> Inquiry:
    with move(inquiry, "record_finding", by=by) as m:
        m.note = clean_text(text, limit=LONGEST, name="发现的问题", pointer="text")
        Finding.objects.create(
            inquiry=inquiry, team=clean_text(team, limit=60, name="调研组", pointer="team"), text=m.note,
            unit=_asked(inquiry, unit) if unit else None, by_id=by.pk, at=clock.now(),
        )  # fmt: skip
    return inquiry


def ask(inquiry: Inquiry, *, by: Actor, text: str, unit: Organ | None = None) -> Inquiry:
    """A deputy's own question; the office takes it up or leaves it."""
    with move(inquiry, "ask", by=by) as m:
        seat = active_seat_of(by, inquiry.organ)
        if seat is None:
            raise Forbidden
        if inquiry.questions.filter(seat=seat, kind=QuestionKind.ONLINE).count() >= MOST_ASKED:
            raise GuardFailed("questions", f"一次询问最多提 {MOST_ASKED} 个问题。")
        words = clean_text(text, limit=500, name="问题", pointer="text")
        Question.objects.create(
            inquiry=inquiry, kind=QuestionKind.ONLINE, seat=seat, asker=seat.deputy.name, text=words,
            unit=_asked(inquiry, unit) if unit else None, by_id=by.pk, at=clock.now(),
        )  # fmt: skip
        m.recorded = {"seat": seat.pk}
    return inquiry


def take_question(inquiry: Inquiry, *, by: Actor, question: int, unit: Organ) -> Inquiry:
    """Puts a deputy's question on the list of the meeting: a line in the deputy's duty ledger."""
    with move(inquiry, "take_question", by=by) as m:
        row = inquiry.questions.select_related("seat__deputy").filter(pk=question, order=None).first()
        if row is None:
            raise NotVisible("没有找到这个提问，可能已经采纳。")
        row.unit, row.order = _asked(inquiry, unit), _next_order(inquiry)
        row.save(update_fields=["unit", "order"])
        duty.record(row.seat, event="inquiry.asked", source=inquiry)
        m.recorded = {"question": row.pk, "user": row.by_id}
    return inquiry


def put_question(
    inquiry: Inquiry,
    *,
    by: Actor,
    text: str,
    unit: Organ,
    asker: str = "",
    seat: Seat | None = None,
    kind: str = QuestionKind.PLANNED,
    follows: Question | None = None,
) -> Inquiry:
    """A question of the meeting, in its order; a follow-up 追问 stands behind the answer it follows."""
    with move(inquiry, "put_question", by=by) as m:
        if kind not in (QuestionKind.PLANNED, QuestionKind.FOLLOWUP, QuestionKind.ONSITE):
            raise Invalid("kind", "请选择会前准备、现场提问或者追问。")
        if (kind == QuestionKind.PLANNED) != (inquiry.state == "studying"):
            raise Invalid("kind", "开会前列“会前准备”的问题，会上的记为现场提问或者追问。")
        if (kind == QuestionKind.FOLLOWUP) != (follows is not None):
            raise Invalid("follows", "追问要写明是对哪个问题的追问，其他提问不填。")
        if follows is not None and (follows.inquiry_id != inquiry.pk or not follows.is_answered):
            raise Invalid("follows", "只能追问本次询问中已经答复的问题。")
        name = seat.deputy.name if seat is not None else clean_text(asker, limit=40, name="提问人", pointer="asker")
        row = Question.objects.create(
            inquiry=inquiry, kind=kind, seat=seat, asker=name, unit=_asked(inquiry, unit), follows=follows,
            order=follows.order if follows else _next_order(inquiry), by_id=by.pk, at=clock.now(),
            text=clean_text(text, limit=500, name="问题", pointer="text"),
        )  # fmt: skip
        if seat is not None:
            duty.record(seat, event="inquiry.asked", source=inquiry)
        m.recorded = {"question": row.pk}
    return inquiry


def _asked(inquiry: Inquiry, unit: Organ) -> Organ:
    if not inquiry.units.filter(organ=unit).exists():
        raise Invalid("unit", "请选择被询问的单位。")
    return unit


def _next_order(inquiry: Inquiry) -> int:
    return max((row.order for row in inquiry.questions.all() if row.order is not None), default=0) + 1


# -- the meeting -------------------------------------------------------------------------------------------------------


def hold(inquiry: Inquiry, *, by: Actor, held_on: date | None = None) -> Inquiry:
    """The meeting takes place. Heads of the units attend (监督法 §48)."""
    with move(inquiry, "hold", by=by):
        day = held_on or inquiry.held_on or clock.today()
        if day > clock.today():
            raise Invalid("held_on", "询问会还没有开，日期不能晚于今天。")
        inquiry.held_on = day
    return inquiry


def answer(
    inquiry: Inquiry,
    *,
    by: Actor,
    question: Question,
    answerer: str,
    post: str,
    text: str,
    promise: str = "",
    due_on: date | None = None,
) -> Inquiry:
    """What the unit's head answered, and what was promised for when; it stands for good."""
    with move(inquiry, "answer", by=by) as m:
        if question.inquiry_id != inquiry.pk or question.order is None:
            raise Invalid("question", "请选择本次询问的问题。")
        if not may_answer(by, inquiry, question):
            raise Forbidden
        if Answer.objects.filter(question=question).exists():
            raise GuardFailed("unanswered", "这个问题已经答复，答复不能改。")
        word = clean_text(promise, limit=300, name="承诺", required=False, pointer="promise")
        if bool(word) != (due_on is not None):
            raise Invalid("due_on" if word else "promise", "承诺和完成日期要一起填写。")
        if due_on is not None:
            rectification.not_past(due_on)
        Answer.objects.create(
            question=question, promise=word, due_on=due_on, by_id=by.pk, at=clock.now(),
            answerer=clean_text(answerer, limit=40, name="答复人", pointer="answerer"),
            post=clean_text(post, limit=60, name="职务", pointer="post"),
            text=clean_text(text, limit=LONGEST, name="答复", pointer="text"),
        )  # fmt: skip
        m.recorded = {"question": question.pk, "user": question.by_id if question.seat_id else None}
    return inquiry


# -- rating and what follows -------------------------------------------------------------------------------------------


def call_rating(inquiry: Inquiry, *, by: Actor) -> Inquiry:
    """满意度测评: a secret poll with one option a unit; the committee's own and the deputies' papers are counted apart.

    Grades by half of who is there or of all (rule row `inquiry.rating`); one mark a unit, several spoil the paper.
    """
    with move(inquiry, "call_rating", by=by) as m:
        rule = {**policies.value("inquiry.rating", inquiry.organ), "grades": list(GRADES), "grade_rule": "zhenhai"}
        inquiry.poll = polls.create(
            by=by, organ=inquiry.organ, term=inquiry.term, title=f"{inquiry.title}：满意度测评"[:120], mode=Mode.GRADES,
            options=[unit.organ.name for unit in inquiry.units.select_related("organ")], rule=rule,
            about=f"专题询问 {inquiry.number} 的满意度测评。常委会组成人员和代表分别计票；代表的测评供参考，不具有法定效力。",
            classes={VoterClass.COMMITTEE: 0, VoterClass.DEPUTIES: 0},
        )  # fmt: skip
        m.recorded = {"poll": inquiry.poll.number}
    return inquiry


def take_rating(inquiry: Inquiry, *, by: Actor) -> Inquiry:
    """The published result stands with the inquiry; the list of what has to be put right is owed next."""
    with move(inquiry, "take_rating", by=by) as m:
        m.recorded = {"poll": inquiry.poll.number}
        clocks.start(inquiry, "list", organ=inquiry.organ)
    return inquiry


def list_item(
    inquiry: Inquiry,
    *,
    by: Actor,
    unit: Organ | None = None,
    problem: str = "",
    due_on: date | None = None,
    measure: str = "",
    answer: Answer | None = None,
) -> Inquiry:
    """One line of the rectification list; of a promise its unit, words and date are taken over where none are given."""
    with move(inquiry, "list_item", by=by) as m:
        if answer is not None:
            if answer.question.inquiry_id != inquiry.pk or not answer.promise:
                raise Invalid("answer", "请选择本次询问中的承诺。")
            if RectificationItem.objects.filter(answer=answer).exists():
                raise GuardFailed("listed", "这项承诺已经列入清单。")
            unit, due_on = unit or answer.question.unit, due_on or answer.due_on
            problem, measure = problem or answer.question.text, measure or answer.promise
        if unit is None or due_on is None:
            raise Invalid("unit" if unit is None else "due_on", "请写明整改单位和整改期限。")
        item = rectification.list_item(
            inquiry, by=by, unit=_asked(inquiry, unit), problem=problem, due_on=due_on, measure=measure, answer=answer
        )
        m.recorded = {"item": item.number}
        clocks.stop(inquiry, "list")
    return inquiry


def publish(inquiry: Inquiry, *, by: Actor) -> Inquiry:
    """Questions, answers, promises and the list are open to everybody (监督法 §50)."""
    with move(inquiry, "publish", by=by):
        inquiry.published_at = clock.now()
        inquiry.items.update(is_public=True)
    return inquiry


def close(inquiry: Inquiry, *, by: Actor, text: str = "") -> Inquiry:
    """Everything on the list is struck off or goes on for long."""
    with move(inquiry, "close", by=by) as m:
        m.public_text = clean_text(text, limit=1000, name="办结说明", required=False, pointer="text")
        clocks.drop(inquiry)
    return inquiry
