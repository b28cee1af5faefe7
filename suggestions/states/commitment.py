"""Commitment 承诺事项 (lifecycles.md §5): what a reply promised, followed until it is kept or not."""

from ground.workflow import NEW, STAY, States, Workflow, edge


class CommitmentState(States):
    OPEN = "open", "info", "", "承诺跟踪中"
    REPORTED = "reported", "review", "", "已报完成待评价"
    DISPUTED = "disputed", "danger", "", "未落实重新办理"
    REPLACED = "replaced", "neutral", "", "由新承诺替代"
    KEPT = "kept", "ok", "", "已兑现"
    UNKEPT = "unkept", "danger", "", "未兑现"


ALIVE = ("open", "reported", "disputed")

COMMITMENT = Workflow(
    "commitment",
    CommitmentState,
    initial="open",
    edges=(
        edge("reply", NEW, "open", "suggestions.reply_commitment"),
        edge("reply", "disputed", "replaced reported", "suggestions.reply_commitment"),
        # The version that promised it, or said it done, went back: what it had answered is disputed again.
        edge("return_reply", "open reported", "replaced disputed", "system"),
        edge("report_commitment", "open", f"{STAY} reported", "suggestions.report_commitment"),
        edge("rate_commitment", "reported", "kept disputed", "suggestions.rate_commitment"),
        edge("rate", "reported", "kept disputed", "suggestions.rate_commitment"),
        edge("change_commitment", "open", STAY, "suggestions.change_commitment", when="change_open"),
        edge("settle_commitment_change", "open", STAY, "suggestions.settle_commitment_change", when="change_waits"),
        edge("end_commitment", "open disputed", "unkept", "suggestions.end_commitment"),
        edge("end_commitment", "reported", "unkept kept", "suggestions.end_commitment"),
        edge("mediate", "disputed", "unkept", "system"),
    ),
    labels={
        "reply": "作出承诺",
        "return_reply": "答复退回补正",
        "report_commitment": "报告承诺进展",
        "rate_commitment": "评价承诺落实",
        "rate": "评价答复",
        "change_commitment": "申请改期",
        "settle_commitment_change": "审批承诺改期",
        "end_commitment": "终结承诺",
        "mediate": "会商终结",
    },
)
