"""Cosign 联名 (lifecycles.md §6): a deputy's own word for one exact text."""

from ground.workflow import NEW, States, Workflow, edge


class CosignState(States):
    INVITED = "invited", "warn", "", "待确认"
    CONFIRMED = "confirmed", "ok", "", "已同意联名"
    STALE = "stale", "warn", "", "文本已改待再确认"
    DECLINED = "declined", "neutral", "", "已谢绝"
    LAPSED = "lapsed", "neutral", "", "未确认失效"


COSIGN = Workflow(
    "cosign",
    CosignState,
    initial="invited",
    edges=(
        edge("invite", NEW, "invited", "suggestions.invite_cosign"),
        edge("invite", "lapsed declined", "invited", "suggestions.invite_cosign"),
        edge("cosign", "invited stale", "confirmed", "suggestions.answer_cosign"),
        edge("decline_cosign", "invited stale confirmed", "declined", "suggestions.answer_cosign"),
        edge("revise", "confirmed", "stale", "system"),
        edge("submit", "invited stale", "lapsed", "system"),
        edge("lapse", "invited stale", "lapsed", "system"),  # the seat ended, or the suggestion was withdrawn
    ),
    labels={
        "invite": "邀请联名",
        "cosign": "同意联名",
        "decline_cosign": "不参加联名",
        "revise": "文本已改",
        "submit": "提交时未确认",
        "lapse": "邀请失效",
    },
)
