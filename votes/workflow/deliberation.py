"""The verbs of 审议意见, from the drafting to the second hearing."""

from datetime import date
from typing import Any

from accounts.models import Organ
from clocks import workflow as clocks
from deputies.models import Term
from ground import clock
from ground.errors import Invalid
from ground.numbers import next_in_series, next_number
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor, begin, move
from votes.models import DeliberationOpinion, DeliberationPaper, Inquiry
from votes.states.deliberation import PaperKind
from votes.workflow import rectification

LONGEST = 8000


def draft(
    *, by: Actor, organ: Organ, term: Term, title: str, text: str, meeting: str, met_on: date, unit: Organ, committee: Organ,
    inquiry: Inquiry | None = None,
) -> DeliberationOpinion:  # fmt: skip
    """Written down after the meeting; it is to be handed over within ten working days of it."""
    if met_on > clock.today():
        raise Invalid("met_on", "会议还没有开，日期不能晚于今天。")
    if unit.congress_id != organ.pk:
        raise Invalid("unit", "请选择本级人大监督的单位。")
    obj = DeliberationOpinion(
        number=next_number("S"), organ=organ, term=term, unit=unit, committee=committee, inquiry=inquiry, met_on=met_on,
        title=clean_text(title, limit=120, name="标题", pointer="title"), made_at=clock.now(),
        text=clean_text(text, limit=LONGEST, name="审议意见", pointer="text"),
        meeting=clean_text(meeting, limit=60, name="会议", pointer="meeting"),
    )  # fmt: skip
    with begin(obj, "draft", by=by):
        clocks.start(obj, "hand_over", organ=organ)
    return obj


def revise(obj: DeliberationOpinion, *, by: Actor, title: str = "", text: str = "") -> DeliberationOpinion:
    with move(obj, "revise", by=by):
        obj.title = clean_text(title or obj.title, limit=120, name="标题", pointer="title")
        obj.text = clean_text(text or obj.text, limit=LONGEST, name="审议意见", pointer="text")
    return obj


def hand_over(obj: DeliberationOpinion, *, by: Actor) -> DeliberationOpinion:
    """交办: it gets its number; the unit reports in writing within two months (rule row `deliberation.report`)."""
    with move(obj, "hand_over", by=by) as m:
        obj.handed_over_at, obj.year = clock.now(), clock.today().year
        clocks.stop(obj, "hand_over")
        clocks.start(obj, "report", organ=obj.unit, rules_of=obj.organ)
        obj.ordinal = next_in_series(f"deliberation:{obj.organ.code}", obj.year)
        m.recorded = {"ordinal": obj.ordinal}
    return obj


def send_draft(obj: DeliberationOpinion, *, by: Actor, text: str) -> DeliberationOpinion:
    """The draft of the report goes to the committee first (监督法 §17); the date of the report runs on."""
    with move(obj, "send_draft", by=by):
        _write(obj, by, PaperKind.DRAFT, text, "报告稿")
        clocks.start(obj, "comment", organ=obj.committee, rules_of=obj.organ)
    return obj


def comment(obj: DeliberationOpinion, *, by: Actor, text: str) -> DeliberationOpinion:
    with move(obj, "comment", by=by):
        _write(obj, by, PaperKind.COMMENT, text, "修改意见")
        clocks.stop(obj, "comment")
    return obj


def pass_comment(obj: DeliberationOpinion) -> DeliberationOpinion:
    """The committee said nothing in time: the report may go out."""
    with move(obj, "pass_comment", by=SYSTEM) as m:
        m.public_text = "对口专工委到期没有提出意见，可以提交书面报告。"
        clocks.drop(obj, "comment")
    return obj


def report(obj: DeliberationOpinion, *, by: Actor, text: str) -> DeliberationOpinion:
    """研究处理情况 in writing to the standing committee, signed by the unit's lead."""
    with move(obj, "report", by=by):
        _write(obj, by, PaperKind.REPORT, text, "书面报告")
        clocks.stop(obj, "report", "redo")
        clocks.start(obj, "publish", organ=obj.organ)
    return obj


def send_back(obj: DeliberationOpinion, *, by: Actor, reason: str) -> DeliberationOpinion:
    """The report does not answer: once more within a month."""
    with move(obj, "send_back", by=by) as m:
        m.public_text = clean_text(reason, limit=1000, name="退回原因", pointer="reason")
        _again(obj)
    return obj


def put_on_agenda(obj: DeliberationOpinion, *, by: Actor, meeting: str) -> DeliberationOpinion:
    """主任会议 may put the report before the committee."""
    with move(obj, "put_on_agenda", by=by) as m:
        words = clean_text(meeting, limit=60, name="会议", pointer="meeting")
        m.public_text = f"列入{words}议程"
    return obj


def publish(obj: DeliberationOpinion, *, by: Actor) -> DeliberationOpinion:
    """Told to the deputies and published (监督法 §17, §50); two months later it is heard again."""
    with move(obj, "publish", by=by):
        obj.published_at = obj.published_at or clock.now()
        obj.items.update(is_public=True)
        clocks.stop(obj, "publish")
        clocks.start(obj, "second", organ=obj.organ)
    return obj


def fall_due(obj: DeliberationOpinion) -> DeliberationOpinion:
    with move(obj, "fall_due", by=SYSTEM):
        clocks.stop(obj, "second")
        clocks.start(obj, "hear", organ=obj.organ)
    return obj


def hear_again(obj: DeliberationOpinion, *, by: Actor, content: bool, text: str) -> DeliberationOpinion:
    """二次听取: surveyed and heard again. Content ends it, else the unit reports once more."""
    with move(obj, "hear_again", by=by) as m:
        m.public_text = _write(obj, by, PaperKind.HEARING, text, "听取情况")
        m.to("closed" if content else "handed_over")
        m.recorded = {"content": content}
        clocks.stop(obj, "hear")
        if not content:
            _again(obj)
    return obj


def list_item(
    obj: DeliberationOpinion, *, by: Actor, problem: str, due_on: date, measure: str = ""
) -> DeliberationOpinion:
    """One point of the opinion becomes a line of a rectification list of its unit."""
    with move(obj, "list_item", by=by) as m:
        item = rectification.list_item(
            obj, by=by, unit=obj.unit, problem=problem, due_on=due_on, measure=measure
        )  # fmt: skip
        m.recorded = {"item": item.number}
    return obj


def chase(obj: DeliberationOpinion, *, by: Actor, note: str) -> DeliberationOpinion:
    with move(obj, "chase", by=by) as m:
        m.public_text = clean_text(note, limit=500, name="催办内容", pointer="note")
    return obj


def _again(obj: DeliberationOpinion) -> None:
    obj.round += 1
    clocks.drop(obj, "publish")
    clocks.start(obj, "redo", organ=obj.unit, rules_of=obj.organ)


def _write(obj: DeliberationOpinion, by: Any, kind: str, text: str, name: str) -> str:
    words = clean_text(text, limit=LONGEST, name=name, pointer="text")
    DeliberationPaper.objects.create(
        deliberation=obj, kind=kind, round=obj.round, text=words, by_id=by.pk, at=clock.now()
    )
    return words
