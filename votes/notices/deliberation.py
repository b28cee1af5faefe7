"""Who is told of the steps of 审议意见."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from votes.models import DeliberationOpinion, DeliberationStep
from votes.notices.readers import Readers


def readers_of(obj: DeliberationOpinion, but: int | None = None) -> Readers:
    return Readers(obj, "deliberations", but=but)


@teller(DeliberationStep)
def tell(step: DeliberationStep) -> Iterable[Telling]:
    obj = step.obj
    readers = readers_of(obj, step.by_id)
    match step.verb:
        case "draft":
            return readers.dwc_lead("审议意见请审核交办").tell("审议意见待交办")
        case "hand_over":
            return readers.unit(obj.unit_id, "请研究处理审议意见").committee(obj.committee_id).tell("审议意见交办")
        case "send_draft":
            return readers.committee(obj.committee_id, "请对报告稿提意见").tell("报告稿征求意见")
        case "comment" | "pass_comment":
            return readers.unit(obj.unit_id, "请提交书面报告").tell("可以提交书面报告")
        case "report":
            return readers.dwc().committee(obj.committee_id).council().tell("审议意见研究处理情况已报告")
        case "send_back":
            return readers.unit(obj.unit_id, "书面报告退回，请重新报告").tell("书面报告退回")
        case "put_on_agenda":
            return readers.dwc().unit(obj.unit_id, "报告已列入会议议程").tell("报告列入议程")
        case "publish":
            return readers.unit(obj.unit_id).deputies().tell("审议意见研究处理情况通报")
        case "fall_due":
            return readers.dwc("请组织二次听取").committee(obj.committee_id).tell("到二次听取时间")
        case "hear_again":
            return readers.unit(obj.unit_id, "" if step.after == "closed" else "请重新报告").tell("二次听取有了结果")
        case "chase":
            return readers.unit(obj.unit_id, "请抓紧研究处理").tell("人大催办")
    return ()
