"""Who is told of the verbs of a promise (lifecycles.md §5); the citizens behind hear by `follow_up`."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from suggestions.models import CommitmentStep
from suggestions.notices.readers import readers_of


@teller(CommitmentStep)
def tell(step: CommitmentStep) -> Iterable[Telling]:
    promise = step.obj
    readers, unit = readers_of(step, promise.suggestion), promise.assignment
    match step.verb:
        case "report_commitment" if step.recorded.get("final"):
            return readers.lead("承办单位报告承诺已完成，请您评价").tell("承诺已报完成")
        case "report_commitment":
            return readers.lead().tell("承诺有新进展")
        case "rate_commitment":
            return readers.unit(unit).dwc().tell("代表已评价承诺落实情况")
        case "change_commitment":
            return readers.dwc_lead("承办单位申请承诺改期，请审批").lead().tell("承办单位申请承诺改期")
        case "settle_commitment_change":
            if promise.changes >= 2 and step.recorded.get("accept"):
                readers.council_leaders()
                return readers.unit(unit).signers().tell("承诺已第二次改期，建议列为重点督办")
            return readers.unit(unit).signers().tell("承诺改期已审批")
        case "end_commitment":
            return readers.unit(unit).signers().tell("承诺已终结")
    return ()
