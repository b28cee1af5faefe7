"""Every person × verb × state of DutySession and DutyReport against the tables written by hand."""

from collections.abc import Iterator

import pytest

from ground import clock
from tests.cast import people
from tests.factories import a_seat
from tests.votes.polling import START
from tests.votes.reporting import BAD, GOOD, TEXT, Reporting
from tests.votes.test_cells import Run, check
from votes.states.duty import DUTY_REPORT, DUTY_SESSION
from votes.workflow import duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Reporting]:
    with clock.at(START):
        yield Reporting(people())


def test_duty_session_cells(told: Reporting) -> None:
    objects = {
        "planned": told.duty_planned(seats=[]),
        "planned+named": told.duty_planned(),
        "called": told.duty_called(),
        "called+begun": told.duty_begun(),
        "held": told.duty_held(),
        "held+fed_back": told.duty_fed_back(),
        "published": told.duty_public(),
        "cancelled": told.duty_cancelled(),
    }
    others = [told.cast.seat("D00004")]
    runs: dict[str, Run] = {
        "revise": lambda s, by: duty.revise(s, by=by, place="柳溪村部"),
        "name_deputies": lambda s, by: duty.name_deputies(told.session(s), by=by, seats=others),
        "call": lambda s, by: duty.call(s, by=by, due_on=told.in_days(5)),
        "chase": lambda s, by: duty.chase(s, by=by, note="请抓紧。"),
        "hold": lambda s, by: duty.hold(s, by=by, came=60),
        "publish": lambda s, by: duty.publish(s, by=by),
        "cancel": lambda s, by: duty.cancel(s, by=by, reason="改期。"),
    }
    check(told, "duty_session", DUTY_SESSION, objects, runs)


def test_duty_report_cells(told: Reporting) -> None:
    paper = told.duty_called("dh-rd", "D00001")
    old = a_seat(told.cast, name="老代表")
    paper = told.session(duty.name_deputies(paper, by=told.cast.chen, seats=[old]))
    town = told.first(told.duty_held("qs-rd"))
    duty.key_rating(town, by=told.cast.han, **GOOD)
    with told.before():
        excused = told.first(told.duty_called("dh-rd", "D00001"))
        duty.excuse(excused, by=told.cast.chen, reason="住院。")
    accepted = told.duty_rectified()
    duty.accept_rectification(accepted, by=told.cast.sun)
    objects = {
        "named": told.first(told.duty_planned("dh-rd", "D00001")),
        "called": told.first(told.duty_called("dh-rd", "D00001")),
        "called+paper": next(r for r in paper.reports.all() if r.seat_id == old.pk),
        "written": told.first(told.duty_written("dh-rd", "D00001")),
        "heard": told.first(told.duty_held("dh-rd", "D00001")),
        "rated": told.first(told.duty_keyed("D00001")),
        "rated+town": told.report(town),
        "confirmed": told.first(told.duty_compared("D00001")),
        "fed_back": told.first(told.duty_fed_back("D00001")),
        "published": told.first(told.duty_public("D00001")),
        "rectifying": told.first(told.duty_public("D00001", rating=BAD)),
        "rectified": told.duty_rectified(),
        "accepted": told.report(accepted),
        "excused": told.report(excused),
    }
    runs: dict[str, Run] = {
        "write_report": lambda r, by: duty.write_report(r, by=by, text=TEXT),
        "excuse": lambda r, by: duty.excuse(r, by=by, reason="住院。"),
        "note_question": lambda r, by: duty.note_question(r, by=by, text="路什么时候修？", answer="年底前。"),
        "key_rating": lambda r, by: duty.key_rating(r, by=by, **GOOD),
        "confirm_rating": lambda r, by: duty.confirm_rating(r, by=by),
        "give_feedback": lambda r, by: duty.give_feedback(r, by=by, text="继续努力。"),
        "rectify": lambda r, by: duty.rectify(r, by=by, text="每月进站两次。"),
        "accept_rectification": lambda r, by: duty.accept_rectification(r, by=by),
        "return_rectification": lambda r, by: duty.return_rectification(r, by=by, reason="没有写时间。"),
    }
    check(told, "duty_report", DUTY_REPORT, objects, runs)
