"""Who is told of a cosign: the invitee of what is asked, the lead of the answer (lifecycles.md §6)."""

from collections.abc import Iterable

from ground.outbox import Telling, teller
from suggestions.models import CosignStep
from suggestions.notices.readers import readers_of


@teller(CosignStep)
def tell(step: CosignStep) -> Iterable[Telling]:
    cosign = step.obj
    readers = readers_of(step, cosign.suggestion)
    name = cosign.seat.deputy.name
    match step.verb:
        case "invite":
            return readers.deputy(cosign.seat, "请您确认是否联名").tell("请您联名")
        case "revise":
            return readers.deputy(cosign.seat, "文本已改，请再次确认联名").tell("联名的建议文本已改，请看改动后再确认")
        case "submit" | "lapse":
            return readers.deputy(cosign.seat).tell("您没有确认，未列入联名")
        case "cosign":
            return readers.lead().tell(f"{name}已同意联名")
        case "decline_cosign":
            return readers.lead().tell(f"{name}不参加联名")
    return ()
