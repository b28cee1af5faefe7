"""Who is told of the steps of an inquiry."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from votes.models import Inquiry, InquiryStep
from votes.notices.readers import MY, Readers


def readers_of(inquiry: Inquiry, but: int | None = None) -> Readers:
    return Readers(inquiry, "inquiries", but=but)


@teller(InquiryStep)
def tell(step: InquiryStep) -> Iterable[Telling]:
    inquiry = step.obj
    readers = readers_of(inquiry, step.by_id)
    match step.verb:
        case "plan":
            return (
                readers.committee(inquiry.committee_id, "请牵头准备专题询问")
                .deputies()
                .tell("专题询问已列入计划，欢迎提问")
            )
        case "study":
            return _units(readers, inquiry, "请准备接受专题询问").tell("专题询问开始调研")
        case "ask":
            return readers.dwc().committee(inquiry.committee_id).tell("代表提交了询问问题")
        case "take_question":
            return readers.add([step.recorded.get("user")], MY).tell("您的提问已采纳")
        case "hold":
            return _units(readers, inquiry).tell("询问会已召开，请补记答复")
        case "answer":
            return readers.add([step.recorded.get("user")], MY).dwc().tell("询问问题有了答复")
        case "take_rating":
            return _units(readers, inquiry).committee(inquiry.committee_id, "请列出整改清单").tell("专题询问已测评")
        case "publish":
            return _units(readers, inquiry).deputies().tell("专题询问已公布")
        case "close":
            return _units(readers, inquiry).committee(inquiry.committee_id).tell("专题询问已办结")
    return ()


def _units(readers: Readers, inquiry: Inquiry, asked: str = "") -> Readers:
    for unit in inquiry.units.all():
        readers.unit(unit.organ_id, asked)
    return readers
