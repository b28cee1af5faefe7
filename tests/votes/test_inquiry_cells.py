"""Every person × verb × state of Inquiry and RectificationItem against the tables written by hand."""

from collections.abc import Iterator

import pytest

from ground import clock
from tests.cast import people
from tests.votes.inquiring import Inquiring
from tests.votes.polling import START
from tests.votes.test_cells import Run, check
from votes.models import Question
from votes.states.inquiry import INQUIRY
from votes.states.rectification import RECTIFICATION
from votes.workflow import inquiry as inquiries, rectification as items

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Inquiring]:
    with clock.at(START):
        yield Inquiring(people())


def test_inquiry_cells(told: Inquiring) -> None:
    cast = told.cast
    objects = {
        "planned": told.planned(),
        "studying": told.studying(),
        "studying+asked": told.again(inquiries.ask(told.studying(), by=cast.wang, text="学校门口怎么停车？")),
        "studying+questioned": told.questioned(),
        "held": told.held(),
        "held+answered": told.answered(),
        "held+micro": told.answered(scale="micro"),
        "held+called": told.called(),
        "held+counted": told.rating_published(),
        "rated": told.rated(),
        "rectifying": told.rectifying(),
        "rectifying+struck": told.struck_off(),
        "closed": told.ended(),
    }
    unit, due = cast.organs["dh-zjj"], told.in_days(90)
    runs: dict[str, Run] = {
        "revise": lambda i, by: inquiries.revise(i, by=by, title="改过的题目"),
        "study": lambda i, by: inquiries.study(i, by=by),
        "record_finding": lambda i, by: inquiries.record_finding(i, by=by, team="第一组", text="车位不足"),
        "ask": lambda i, by: inquiries.ask(i, by=by, text="什么时候建好？"),
        "take_question": lambda i, by: inquiries.take_question(
            i, by=by, question=next((q.pk for q in i.offered), 1), unit=unit
        ),
        "put_question": lambda i, by: inquiries.put_question(
            i, by=by, asker="唐勇", unit=unit, text="怎么办？", kind="planned" if i.state == "studying" else "onsite"
        ),
        "hold": lambda i, by: inquiries.hold(i, by=by),
        "answer": lambda i, by: inquiries.answer(
            i, by=by, answerer="某某", post="局长", text="抓紧办。",
            question=next((q for q in i.adopted if by.name not in ("何芳", "罗强") or q.unit.code == "dh-jyj"), Question()),
        ),
        "call_rating": lambda i, by: inquiries.call_rating(i, by=by),
        "take_rating": lambda i, by: inquiries.take_rating(i, by=by),
        "list_item": lambda i, by: inquiries.list_item(i, by=by, unit=unit, problem="车位不足", due_on=due),
        "publish": lambda i, by: inquiries.publish(i, by=by),
        "close": lambda i, by: inquiries.close(i, by=by),
    }  # fmt: skip
    check(told, "inquiry", INQUIRY, objects, runs)


def test_rectification_cells(told: Inquiring) -> None:
    objects = {
        "listed": told.listed(),
        "accepted": told.accepted(),
        "in_progress": told.reported(),
        "claimed_done": told.claimed(),
        "struck": told.strike(told.listed()),
        "sent_back": told.sent_back(),
        "long_term": told.deferred(),
    }
    later = told.in_days(300)
    runs: dict[str, Run] = {
        "accept": lambda i, by: items.accept(i, by=by, owner="副局长郑伟", measure="改造"),
        "report": lambda i, by: items.report(i, by=by, text="有进展"),
        "claim_done": lambda i, by: items.claim_done(i, by=by, text="完成"),
        "strike": lambda i, by: items.strike(i, by=by, text="属实"),
        "send_back": lambda i, by: items.send_back(i, by=by, reason="没有完成"),
        "defer": lambda i, by: items.defer(i, by=by, reason="长期"),
        "postpone": lambda i, by: items.postpone(i, by=by, until=later, reason="工期"),
        "chase": lambda i, by: items.chase(i, by=by, note="请抓紧"),
    }
    check(told, "rectification", RECTIFICATION, objects, runs)
