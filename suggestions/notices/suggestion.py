"""Who is told of the verbs of a suggestion, and in which words (lifecycles.md §3.2)."""

from collections.abc import Callable, Iterable

from deputies.models import Deputy
from ground.outbox import Telling, teller
from suggestions.models import Assignment, SuggestionStep
from suggestions.notices.readers import MY, Readers, is_silent, readers_of
from suggestions.states.suggestion import SUGGESTION

Gather = Callable[[Readers, SuggestionStep], Readers]


def _withdraw(readers: Readers, step: SuggestionStep) -> Readers:
    if step.after == "withdrawn":
        return readers.signers().dwc()
    waiting = Deputy.objects.filter(code__in=step.recorded.get("waits_for", ()), user__isnull=False)
    return readers.add(waiting.values_list("user_id", flat=True), MY, "联名代表提出撤回，请您表态")


def _chase(readers: Readers, step: SuggestionStep) -> Readers:
    for row in Assignment.objects.filter(pk__in=step.recorded.get("assignments", ())):
        readers.unit_lead(row, "人大催办，请尽快办理")
        readers.unit(row)
    return readers


def _merge(readers: Readers, step: SuggestionStep) -> Readers:
    head = readers.suggestion.merged_into
    return readers.lead().deputy(head.lead if head else None)


def _key(readers: Readers, step: SuggestionStep) -> Readers:
    readers.lead().committees().deputy(readers.suggestion.key_supervision.leader)
    for row in readers.suggestion.assignments.live():
        readers.unit_lead(row)
    return readers


TOLD: dict[str, tuple[str, Gather]] = {
    "submit": ("代表建议已提交，请审查", lambda r, s: r.dwc_clerk("请审查登记").secretariat()),
    "send_back": ("建议退回修改", lambda r, s: r.lead("已退回修改，请看原因").cosigners()),
    "refuse": ("不作为代表建议处理", lambda r, s: r.signers()),
    "register": ("建议已登记编号", lambda r, s: r.signers()),
    "merge": ("建议已并案", _merge),
    "unmerge": ("建议已取消并案", _merge),
    "assign": ("建议已交办", lambda r, s: r.signers()),
    "take_lead": ("联名代表接任领衔", lambda r, s: r.lead().dwc().units().former_lead()),
    "withdraw": ("建议撤回", _withdraw),
    "publish": ("建议的公开方式已确定", lambda r, s: r.lead().mains()),
    "archive": ("建议已归档", lambda r, s: r.signers().mains()),
    "key_supervise": ("建议列为重点督办", _key),
    "note_supervision": ("重点督办有新记录", lambda r, s: r.lead().mains()),
    "chase": ("人大催办", _chase),
}


@teller(SuggestionStep)
def tell(step: SuggestionStep) -> Iterable[Telling]:
    told = TOLD.get(step.verb)
    if told is None or is_silent(step):
        return ()
    title, gather = told
    return gather(readers_of(step, step.obj), step).tell(title)


assert set(TOLD) <= set(SUGGESTION.verbs)
