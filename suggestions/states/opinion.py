"""Opinion 群众意见 (lifecycles.md §1): what a citizen said, who is to act, and what became of it."""

from ground.workflow import FORMER, NEW, STAY, States, Workflow, edge


class OpinionState(States):
    SCREENING = "screening", "review", "已收到，正在核对", "待审核"
    REJECTED = "rejected", "neutral", "不在本渠道范围（告诉您去哪里）", "引导其他渠道"
    MERGED = "merged", "info", "与同一件事一并办理", "重复并件"
    OPEN = "open", "warn", "等待接收", "待接单"
    CLAIMED = "claimed", "info", "已有人接手", "已接单"
    COORDINATING = "coordinating", "info", "联络站正在协调", "站内协调"
    REFERRED = "referred", "info", "已转给承办单位", "已转办"
    ESCALATED = "escalated", "info", "", "转为代表建议"
    REPLIED = "replied", "review", "已答复，请您评价", "已答复待评价"
    REOPENED = "reopened", "warn", "", "重新办理"
    CLOSED = "closed", "ok", "已办完", "办结"
    WITHDRAWN = "withdrawn", "neutral", "您已撤回", "群众撤回"


HEADS = ("open", "claimed", "coordinating", "referred", "escalated", "replied", "reopened")  # may lead a group
AT_WORK = ("claimed", "coordinating", "referred", "escalated")  # one named person is responsible
WAITING = ("open", "reopened")  # nobody has claimed it
ENDED = ("rejected", "closed", "withdrawn")

_UNDONE = "merged open claimed coordinating referred escalated reopened"
_HANDLED = f"screening replied {_UNDONE}"  # only what one handles now opens a contact
_STANDING = "screening rejected merged open claimed coordinating referred escalated replied reopened closed"

OPINION = Workflow(
    "opinion",
    OpinionState,
    initial="screening",
    edges=(
        edge("submit", NEW, "screening", "suggestions.submit_opinion"),
        edge("accept", "screening", "open", "suggestions.screen_opinion"),
        edge("accept", "screening", "open", "system"),
        edge("reject", "screening open", "rejected", "suggestions.screen_opinion"),
        edge("reject", "claimed coordinating referred", "rejected", "suggestions.send_opinion"),
        edge("reject", "merged", "rejected", "system"),  # members, where the head's rejection says so
        edge("acknowledge", "screening open claimed", "claimed", "suggestions.acknowledge_opinion",
             when="is_hazard unacknowledged"),
        edge("ask_review", "rejected", "screening", "suggestions.author_opinion", when="review_open"),
        edge("merge", "screening open claimed reopened", "merged", "suggestions.merge_opinion"),
        edge("merge", "screening open claimed reopened", "merged", "system"),
        edge("unmerge", "merged", "open", "suggestions.unmerge_opinion"),
        edge("claim", "open reopened", "claimed", "suggestions.claim_opinion", when="not_yet not_released"),
        edge("fall", "screening open reopened", STAY, "system"),
        edge("release", "claimed coordinating", "open", "suggestions.release_opinion"),
        edge("release", "claimed coordinating", "open", "system"),
        edge("coordinate", "claimed", "coordinating", "suggestions.work_opinion"),
        edge("answer", "claimed coordinating", "replied", "suggestions.answer_opinion"),
        edge("suggest_refer", "claimed coordinating", STAY, "suggestions.work_opinion"),
        edge("decline_refer", "claimed coordinating", STAY, "suggestions.send_opinion", when="refer_suggested"),
        edge("refer", "claimed coordinating", "referred", "suggestions.refer_opinion"),
        edge("recall", "referred", "claimed", "suggestions.send_opinion"),
        edge("send_back", "referred", "claimed", "suggestions.unit_opinion", when="referral_sent send_back_open"),
        edge("report", "referred", STAY, "suggestions.report_opinion", when="report_awaited"),
        edge("question", "referred", STAY, "suggestions.question_opinion", when="report_in once"),
        edge("confirm", "referred", "replied", "suggestions.confirm_opinion", when="report_in not_yet"),
        edge("confirm", "escalated", "replied", "suggestions.lead_opinion", when="suggestions_answered"),
        edge("pass_on", "referred", "replied", "system", when="report_in"),
        edge("pass_on", "escalated", "replied", "system", when="suggestions_answered"),
        edge("escalate", "claimed coordinating", "escalated", "suggestions.escalate_opinion"),
        edge("escalate", "closed", "escalated", "suggestions.escalate_again_opinion", when="unsettled"),
        edge("come_back", "escalated", "claimed open", "system"),
        edge("inherit", "merged", "replied", "system"),
        edge("promote", "merged", FORMER, "system"),
        edge("rate", "replied", "closed", "suggestions.author_opinion"),
        edge("rate", "replied", "closed", "suggestions.rate_for_opinion", when="not_handler"),
        edge("close_unrated", "replied", "closed", "system"),
        edge("reopen", "replied closed", "reopened", "suggestions.author_opinion", when="reopen_open"),
        edge("explain", "closed", STAY, "suggestions.explain_opinion", when="unsettled unexplained"),
        edge("solved", _UNDONE, "closed", "suggestions.author_opinion"),
        edge("withdraw", f"screening {_UNDONE}", "withdrawn", "suggestions.author_opinion"),
        # Facets: verbs that change no state (§1.4)
        edge("secure", "claimed coordinating referred", STAY, "suggestions.secure_opinion", when="is_hazard unsecured"),
        edge("set_urgency", _STANDING, STAY, "suggestions.read_opinion"),
        edge("avoid", _STANDING, STAY, "suggestions.read_opinion"),
        edge("lift_avoidance", _STANDING, STAY, "suggestions.lift_avoidance_opinion", when="avoided"),
        edge("ask_extension", "referred", STAY, "suggestions.unit_opinion", when="extension_open"),
        edge("settle_extension", "referred", STAY, "suggestions.settle_extension_opinion", when="extension_waits"),
        edge("settle_extension", "referred", STAY, "system", when="extension_waits"),
        edge("chase", "referred", STAY, "suggestions.question_opinion"),
        edge("verify_phone", _STANDING, STAY, "suggestions.author_opinion", when="has_phone"),
        edge("reissue", _STANDING, STAY, "suggestions.reissue_opinion"),
        edge("record_told", _STANDING, STAY, "suggestions.station_opinion", when="untold"),
        edge("open_contact", _HANDLED, STAY, "suggestions.open_contact_opinion", when="has_phone"),
        edge("follow_up", "replied closed", STAY, "system"),
    ),
    labels={
        "submit": "提出意见",
        "accept": "接收",
        "reject": "引导其他渠道",
        "acknowledge": "确认隐患",
        "ask_review": "申请复核",
        "merge": "并入同一件事",
        "unmerge": "不是同一件事",
        "claim": "接单",
        "fall": "无人接手，转下一级",
        "release": "让出",
        "coordinate": "站内协调",
        "answer": "答复",
        "suggest_refer": "建议转办",
        "decline_refer": "不同意转办",
        "refer": "转给承办单位",
        "recall": "收回转办",
        "send_back": "退单",
        "report": "回报办理结果",
        "question": "退回补充",
        "confirm": "转告群众",
        "pass_on": "转发承办单位答复",
        "escalate": "转为代表建议",
        "come_back": "回到代表手中",
        "inherit": "随同一件事一并答复",
        "promote": "接替牵头",
        "rate": "评价",
        "close_unrated": "未评价办结",
        "reopen": "要求重新办理",
        "explain": "说明情况",
        "solved": "已经解决，不用再办",
        "withdraw": "撤回",
        "secure": "现场已采取措施",
        "set_urgency": "调整紧急程度",
        "avoid": "设置回避",
        "lift_avoidance": "解除回避",
        "ask_extension": "申请延期",
        "settle_extension": "审批延期",
        "chase": "催办",
        "verify_phone": "验证手机号",
        "reissue": "补发查询码",
        "record_told": "登记已告知",
        "open_contact": "联系群众",
        "follow_up": "后续进展",
    },
)  # fmt: skip
