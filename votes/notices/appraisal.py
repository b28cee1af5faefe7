"""Who is told of the steps of a work appraisal."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from votes.models import AppraisalStep, WorkAppraisal
from votes.notices.readers import Readers


def readers_of(appraisal: WorkAppraisal, but: int | None = None) -> Readers:
    return Readers(appraisal, "appraisals", but=but)


@teller(AppraisalStep)
def tell(step: AppraisalStep) -> Iterable[Telling]:
    appraisal = step.obj
    readers = readers_of(appraisal, step.by_id)
    match step.verb:
        case "nominate":
            return readers.committee(appraisal.committee_id).dwc_lead().tell("评议候选名单已产生")
        case "choose":
            return readers.committee(appraisal.committee_id, "请列出突出问题").tell("评议对象已确定")
        case "begin":
            return _units(readers, appraisal, "请公开承诺并按月报告进展").tell("部门工作评议开始整改")
        case "pledge" | "report_progress":
            return readers.committee(appraisal.committee_id).dwc().tell("评议对象有新进展")
        case "take_rating":
            return readers.dwc_lead("评议结果请审核公布").tell("评议已有结果")
        case "publish":
            return _units(readers, appraisal).committee(appraisal.committee_id).council().tell("评议结果已公布")
        case "follow_up":
            return _units(readers, appraisal).council().tell("评议回访完成")
    return ()


def _units(readers: Readers, appraisal: WorkAppraisal, asked: str = "") -> Readers:
    for target in appraisal.targets.filter(is_chosen=True):
        readers.unit(target.unit_id, asked)
    return readers
