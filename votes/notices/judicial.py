"""Who is told of the steps of an appraisal of judges or prosecutors: titles alone, never a name."""

from collections.abc import Iterable

from accounts.states import Role
from ground.outbox import Telling, teller
from votes.models import JudicialAppraisal, JudicialStep
from votes.notices.readers import DESK, Readers


def readers_of(appraisal: JudicialAppraisal, but: int | None = None) -> Readers:
    return Readers(appraisal, "judicial-appraisals", but=but)


@teller(JudicialStep)
def tell(step: JudicialStep) -> Iterable[Telling]:
    appraisal = step.obj
    readers = readers_of(appraisal, step.by_id)
    match step.verb:
        case "plan":
            return readers.committee(appraisal.committee_id).dwc_lead().tell("履职评议已建立")
        case "draw":
            return readers.committee(appraisal.committee_id, "请评查案件、开展谈话").dwc_lead().tell("评议对象已抽取")
        case "settle_scores":
            return readers.committee(appraisal.committee_id).council().tell("案件评查已确认")
        case "take_rating":
            return readers.dwc_lead("履职评议意见请反馈").tell("履职评议已有测评结果")
        case "feed_back":
            return (
                _court(readers, appraisal, "履职评议意见已反馈，请研究整改")
                .committee(appraisal.committee_id)
                .tell("履职评议意见已反馈")
            )
        case "close":
            return _court(readers, appraisal).committee(appraisal.committee_id).council().tell("履职评议已办结")
    return ()


def _court(readers: Readers, appraisal: JudicialAppraisal, asked: str = "") -> Readers:
    return readers.unit(appraisal.court_id, asked).at(appraisal.court_id, Role.LIAISON, face=DESK, asked=asked)
