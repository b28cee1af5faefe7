"""Every person × verb × state of DeliberationOpinion and WorkAppraisal against the tables written by hand."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ground import clock
from ground.errors import Forbidden
from tests.cast import people
from tests.votes.appraising import Appraising
from tests.votes.polling import START
from tests.votes.test_cells import Run, check
from votes.states.appraisal import APPRAISAL
from votes.states.deliberation import DELIBERATION
from votes.workflow import appraisal as appraisals, deliberation as deliberations, poll as polls

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Appraising]:
    with clock.at(START):
        yield Appraising(people())


def test_deliberation_cells(told: Appraising) -> None:
    objects = {
        "drafted": told.drafted(),
        "handed_over": told.handed(),
        "draft_sent": told.draft_sent(),
        "commented": told.commented(),
        "reported": told.reported_on(),
        "on_agenda": told.on_agenda(),
        "published": told.made_public(),
        "second_due": told.second_due(),
        "closed": told.heard_again(),
    }
    due = told.in_days(60)
    runs: dict[str, Run] = {
        "revise": lambda d, by: deliberations.revise(d, by=by, title="改过的标题"),
        "hand_over": lambda d, by: deliberations.hand_over(d, by=by),
        "send_draft": lambda d, by: deliberations.send_draft(d, by=by, text="报告稿"),
        "comment": lambda d, by: deliberations.comment(d, by=by, text="无意见"),
        "report": lambda d, by: deliberations.report(d, by=by, text="书面报告"),
        "send_back": lambda d, by: deliberations.send_back(d, by=by, reason="没有逐条回应"),
        "put_on_agenda": lambda d, by: deliberations.put_on_agenda(d, by=by, meeting="第十四次会议"),
        "publish": lambda d, by: deliberations.publish(d, by=by),
        "hear_again": lambda d, by: deliberations.hear_again(d, by=by, content=False, text="还要整改"),
        "list_item": lambda d, by: deliberations.list_item(d, by=by, problem="没有开工", due_on=due),
        "chase": lambda d, by: deliberations.chase(d, by=by, note="请抓紧"),
    }
    check(told, "deliberation", DELIBERATION, objects, runs)


def test_appraisal_cells(told: Appraising) -> None:
    void = told.balloting()
    polls.void(told.fresh(void.ballot), by=told.cast.sun, reason="名单有误")
    with clock.at(START - timedelta(days=61)):
        later = told.result_public()
    objects = {
        "drafted": told.appraisal(),
        "nominated": told.nominated(),
        "balloting": told.balloting(),
        "balloting+published": told.balloted(),
        "balloting+void": told.at(void),
        "chosen": told.chosen(),
        "chosen+named": told.named(),
        "running": told.running(),
        "running+sheeted": told.sheeted(),
        "scored": told.scored(),
        "rating": told.in_rating(),
        "rating+published": told.rating_done(),
        "concluded": told.concluded(),
        "published": told.result_public(),
        "published+later": later,
        "closed": told.looked_back(),
    }

    def target(found):
        if not found.chosen:
            raise Forbidden
        return found.chosen[0]

    runs: dict[str, Run] = {
        "nominate": lambda a, by: appraisals.nominate(a, by=by, units=told.departments),
        "call_ballot": lambda a, by: appraisals.call_ballot(a, by=by),
        "choose": lambda a, by: appraisals.choose(a, by=by),
        "name_problem": lambda a, by: appraisals.name_problem(a, by=by, target=target(a), text="停车难"),
        "begin": lambda a, by: appraisals.begin_work(a, by=by, due_on=told.in_days(90)),
        "pledge": lambda a, by: appraisals.pledge(a, by=by, text="三个月见效"),
        "report_progress": lambda a, by: appraisals.report_progress(a, by=by, text="已开工"),
        "note_visit": lambda a, by: appraisals.note_visit(a, by=by, target=target(a), text="看了两处工地"),
        "score": lambda a, by: appraisals.score(a, by=by, target=target(a), points=told.points()),
        "settle_scores": lambda a, by: appraisals.settle_scores(a, by=by),
        "call_rating": lambda a, by: appraisals.call_rating(a, by=by),
        "take_rating": lambda a, by: appraisals.take_rating(a, by=by),
        "publish": lambda a, by: appraisals.publish(a, by=by),
        "follow_up": lambda a, by: appraisals.follow_up(a, by=by, text="没有反弹"),
    }
    check(told, "appraisal", APPRAISAL, objects, runs)
