"""Referral 转办 (lifecycles.md §2): one sending of an opinion to a unit; its verbs are the opinion's."""

from ground.workflow import NEW, States, Workflow, edge


class ReferralState(States):
    SENT = "sent", "info", "", "已转办"
    REPORTED = "reported", "review", "", "已回报待转告"
    QUESTIONED = "questioned", "warn", "", "退回补充"
    CONFIRMED = "confirmed", "ok", "", "已转告"
    RETURNED = "returned", "neutral", "", "已退单"
    ENDED = "ended", "neutral", "", "已收回"


LIVE = ("sent", "reported", "questioned")

REFERRAL = Workflow(
    "referral",
    ReferralState,
    initial="sent",
    edges=(
        edge("refer", NEW, "sent", "suggestions.refer_opinion"),
        edge("report", "sent questioned", "reported", "suggestions.report_opinion"),
        edge("question", "reported", "questioned", "suggestions.question_opinion"),
        edge("confirm", "reported", "confirmed", "suggestions.confirm_opinion"),
        edge("pass_on", "reported", "confirmed", "system"),
        edge("send_back", "sent", "returned", "suggestions.unit_opinion"),
        edge("recall", "sent reported questioned", "ended", "suggestions.send_opinion"),
        edge("reject", "sent reported questioned", "ended", "suggestions.send_opinion"),
        edge("solved", "sent reported questioned", "ended", "suggestions.author_opinion"),
        edge("withdraw", "sent reported questioned", "ended", "suggestions.author_opinion"),
    ),
    labels={
        "refer": "转办",
        "report": "回报办理结果",
        "question": "退回补充",
        "confirm": "转告群众",
        "pass_on": "转发承办单位答复",
        "send_back": "退单",
        "recall": "收回转办",
        "reject": "引导其他渠道",
        "solved": "群众说已解决",
        "withdraw": "群众撤回",
    },
)
