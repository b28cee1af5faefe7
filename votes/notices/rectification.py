"""Who is told of the steps of a rectification list."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from votes.models import RectificationItem, RectificationStep
from votes.notices.readers import Readers


def readers_of(item: RectificationItem, but: int | None = None) -> Readers:
    return Readers(item, "rectifications", but=but)


def committee_of(item: RectificationItem) -> int | None:
    return getattr(item.source, "committee_id", None)


@teller(RectificationStep)
def tell(step: RectificationStep) -> Iterable[Telling]:
    item = step.obj
    readers = readers_of(item, step.by_id)
    match step.verb:
        case "list_item":
            return readers.unit(item.unit_id, "请认领整改事项").tell("列入整改清单")
        case "accept" | "report":
            return readers.committee(committee_of(item)).dwc().tell("整改有进展")
        case "claim_done":
            return readers.dwc("请核查整改情况").committee(committee_of(item)).tell("整改报告完成")
        case "strike":
            return readers.unit(item.unit_id).tell("整改已销号")
        case "send_back":
            return readers.unit(item.unit_id, "整改退回，请重新整改").tell("整改退回重改")
        case "defer":
            return readers.unit(item.unit_id).tell("整改转为长期推进")
        case "postpone":
            return readers.unit(item.unit_id).tell("整改已改期")
        case "chase":
            return readers.unit(item.unit_id, "请抓紧整改").tell("人大催办")
    return ()
