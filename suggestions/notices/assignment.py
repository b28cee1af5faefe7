"""Who is told of the verbs of an assignment, and in which words (lifecycles.md §4.2)."""

from collections.abc import Callable, Iterable

from ground.outbox import Telling, teller
from suggestions.models import Assignment, AssignmentStep
from suggestions.notices.readers import Readers, readers_of
from suggestions.states.assignment import ASSIGNMENT

Gather = Callable[[Readers, Assignment, AssignmentStep], Readers]


def _decider(r: Readers, a: Assignment, s: AssignmentStep) -> Readers:
    asked = "有单位申请退办，请处理"
    return r.gov_office(a, asked).lead() if a.dispatched_from_id else r.dwc(asked).lead()


def _rated(r: Readers, a: Assignment, s: AssignmentStep) -> Readers:
    if "dissatisfied" in (s.recorded.get("attitude"), s.recorded.get("result")):
        return r.unit_lead(a, "代表评价不满意，请看意见").unit(a).dwc_lead("代表评价不满意，请联系双方").dwc()
    return r.unit(a).dwc()


TOLD: dict[str, tuple[str, Gather]] = {
    "dispatch": ("建议已分办", lambda r, a, s: r.signers().dwc()),
    "sign": ("承办单位已签收", lambda r, a, s: r.lead().dwc()),
    "object": ("承办单位申请退办", _decider),
    "settle_objection": ("退办申请已处理", lambda r, a, s: r.unit(a).signers()),
    "reassign": ("建议已改交其他单位", lambda r, a, s: r.unit(a).signers()),
    "add_assist": ("增加了协办单位", lambda r, a, s: r.unit(a)),
    "record_contact": ("承办单位记录了与您的沟通", lambda r, a, s: r.lead("请确认沟通记录")),
    "confirm_contact": ("代表已确认沟通记录", lambda r, a, s: r.unit(a)),
    "contribute": ("协办意见已提交", lambda r, a, s: r.mains()),
    "mark_missing": ("协办意见逾期未提交", lambda r, a, s: r.unit_lead(a, "协办意见已逾期，请尽快提交").mains().dwc()),
    "ask_extension": ("承办单位申请延期", lambda r, a, s: r.dwc_lead("有延期申请，请审批").lead()),
    "settle_extension": ("延期申请已审批", lambda r, a, s: r.unit(a).signers()),
    "draft_reply": ("答复草稿已拟好", lambda r, a, s: r.unit_lead(a, "答复草稿已拟好，请签发")),
    "reply": (
        "承办单位已答复",
        lambda r, a, s: r.lead("承办单位已答复，请您评价").cosigners().dwc().assists().former_lead(),
    ),
    "return_reply": ("答复退回补正", lambda r, a, s: r.unit(a, "答复退回补正，请看原因").lead()),
    "correct_class": ("办理结果类别已更正", lambda r, a, s: r.unit(a).lead()),
    "give_view": ("联名代表告诉您对答复的看法", lambda r, a, s: r.lead()),
    "rate": ("代表已评价", _rated),
    "settle_attitude": ("态度评价已处理", lambda r, a, s: r.lead().unit(a)),
    "pass_attitude": ("态度评价到期未处理", lambda r, a, s: r.lead().unit(a).dwc_lead()),
    "expire_rating": ("评价已到期", lambda r, a, s: r.lead().unit(a).dwc()),
    "mediate": ("会商已有结果", lambda r, a, s: r.lead().unit(a)),
    "reopen_promise": ("承诺未落实，重新办理", lambda r, a, s: r.unit(a, "承诺未落实，请一个月内重新办理").dwc()),
    "follow_merger": ("承办单位合并，由新单位继续办理", lambda r, a, s: r.unit(a, "原单位的建议请接着办理").signers()),
    "withdraw": ("建议已撤回，不用再办", lambda r, a, s: r.unit(a)),
}


@teller(AssignmentStep)
def tell(step: AssignmentStep) -> Iterable[Telling]:
    row = step.obj
    readers = readers_of(step, row.suggestion)
    if step.before == "":
        asked = "已交您单位分办，请分办" if step.after == "pending_dispatch" else "已交您单位办理，请签收"
        return readers.unit(row, asked).tell("新交办的代表建议")
    title, gather = TOLD[step.verb]
    return gather(readers, row, step).tell(f"{title}（{row.organ}）")


assert set(TOLD) == set(ASSIGNMENT.verbs) - {"assign"}
