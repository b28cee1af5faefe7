"""Assignment 交办 (lifecycles.md §4): the machine of the work. Role main is also each 分办单位, assist is 协办."""

from ground.workflow import FORMER, NEW, STAY, States, Workflow, edge


class AssignmentState(States):
    PENDING_DISPATCH = "pending_dispatch", "warn", "", "待分办"
    DISPATCHED = "dispatched", "neutral", "", "已分办"
    PENDING_SIGN = "pending_sign", "warn", "", "待签收"
    SIGNED = "signed", "info", "", "办理中"
    OBJECTED = "objected", "danger", "", "申请退办"
    RELEASED = "released", "neutral", "", "已改交"
    REPLIED = "replied", "review", "", "已答复"
    REDOING = "redoing", "danger", "", "重新办理"
    MEDIATING = "mediating", "danger", "", "会商处理"
    DONE = "done", "ok", "", "办结"
    OPINION_SUBMITTED = "opinion_submitted", "ok", "", "协办意见已提交"
    OPINION_MISSING = "opinion_missing", "danger", "", "逾期未提交协办意见"


GONE = ("released", "dispatched")  # no longer among the units that owe anything

ASSIGNMENT = Workflow(
    "assignment",
    AssignmentState,
    initial="pending_sign",
    edges=(
        edge("assign", NEW, "pending_sign pending_dispatch", "suggestions.assign_assignment"),
        edge("dispatch", NEW, "pending_sign", "suggestions.dispatch_assignment"),
        edge("dispatch", "pending_dispatch", "dispatched", "suggestions.dispatch_assignment"),
        edge("sign", "pending_sign", "signed", "suggestions.sign_assignment"),
        edge("sign", "pending_sign", "signed", "system"),
        edge("object", "pending_dispatch pending_sign signed", "objected", "suggestions.object_assignment", when="objection_open"),
        edge("settle_objection", NEW, "pending_sign pending_dispatch", "suggestions.settle_objection_assignment"),
        edge("settle_objection", "objected", "signed pending_dispatch released", "suggestions.settle_objection_assignment"),
        edge("reassign", NEW, "pending_sign pending_dispatch", "suggestions.reassign_assignment"),
        edge("reassign", "pending_dispatch pending_sign signed", "released", "suggestions.reassign_assignment"),
        edge("add_assist", NEW, "pending_sign", "suggestions.add_assist_assignment"),
        edge("add_assist", "pending_sign signed", STAY, "suggestions.add_assist_assignment"),
        edge("record_contact", "signed redoing replied", STAY, "suggestions.work_assignment"),
        edge("confirm_contact", "signed objected replied redoing mediating done", STAY,
             "suggestions.confirm_contact_assignment", when="contact_waits"),
        edge("contribute", "pending_sign signed opinion_missing opinion_submitted", "opinion_submitted",
             "suggestions.contribute_assignment"),
        edge("mark_missing", "pending_sign signed", "opinion_missing", "system"),
        edge("ask_extension", "signed", STAY, "suggestions.ask_extension_assignment", when="extension_open"),
        edge("settle_extension", "signed", STAY, "suggestions.settle_extension_assignment", when="extension_waits"),
        edge("draft_reply", "signed redoing", STAY, "suggestions.draft_reply_assignment"),
        edge("reply", "signed redoing", "replied", "suggestions.reply_assignment", when="contacted assists_in"),
        edge("return_reply", "replied", "signed redoing", "suggestions.return_reply_assignment", when="return_open"),
        edge("correct_class", "replied done", STAY, "suggestions.correct_class_assignment", when="unpublished"),
        edge("give_view", "replied", STAY, "suggestions.give_view_assignment", when="view_open"),
        edge("rate", "replied", f"{STAY} done redoing mediating", "suggestions.rate_assignment", when="unrated"),
        edge("settle_attitude", "replied", "done redoing", "suggestions.settle_attitude_assignment", when="attitude_waits"),
        edge("pass_attitude", "replied", "done", "system", when="attitude_waits"),
        edge("expire_rating", "replied", "done", "system", when="unrated"),
        edge("mediate", "mediating", "redoing done", "suggestions.mediate_assignment"),
        edge("reopen_promise", "done", "redoing", "system"),
        edge("follow_merger", "pending_dispatch pending_sign signed objected replied redoing mediating done opinion_submitted "
             "opinion_missing", f"{STAY} released", "system"),
        edge("follow_merger", "released", FORMER, "system"),
        edge("withdraw", "pending_dispatch pending_sign signed objected opinion_missing opinion_submitted", "released", "system"),
    ),
    labels={
        "assign": "交办",
        "dispatch": "分办",
        "sign": "签收",
        "object": "申请退办",
        "settle_objection": "处理退办申请",
        "reassign": "改交",
        "add_assist": "增加协办",
        "record_contact": "记录沟通",
        "confirm_contact": "确认沟通记录",
        "contribute": "提交协办意见",
        "mark_missing": "协办意见逾期",
        "ask_extension": "申请延期",
        "settle_extension": "审批延期",
        "draft_reply": "起草答复",
        "reply": "签发答复",
        "return_reply": "退回补正",
        "correct_class": "更正办理结果类别",
        "give_view": "告诉领衔代表我的看法",
        "rate": "评价",
        "settle_attitude": "处理态度评价",
        "pass_attitude": "态度评价到期未处理",
        "expire_rating": "评价到期",
        "mediate": "会商",
        "reopen_promise": "承诺未落实，重新办理",
        "follow_merger": "单位合并",
        "withdraw": "建议撤回",
    },
)  # fmt: skip
