"""One line of a rectification list 整改清单 (domain.md §5.2, §5.7): listed, taken on, worked at, claimed done, struck off."""

from ground.workflow import NEW, STAY, SYSTEM_PERMISSION, States, Workflow, edge


class RectificationState(States):
    LISTED = "listed", "warn", "已列入清单", "待认领"
    ACCEPTED = "accepted", "info", "已认领", "已认领"
    IN_PROGRESS = "in_progress", "info", "", "整改中"
    CLAIMED_DONE = "claimed_done", "review", "等待核查", "已报完成待销号"
    STRUCK = "struck", "ok", "已解决", "已销号"
    SENT_BACK = "sent_back", "danger", "要求重新整改", "退回重改"
    LONG_TERM = "long_term", "neutral", "长期推进", "转长期整改"


ENDED = ("struck",)
AT_WORK = ("accepted", "in_progress", "sent_back")

RECTIFICATION = Workflow(
    "rectification",
    RectificationState,
    initial="listed",
    edges=(
        edge("list_item", NEW, "listed", "votes.list_item"),
        edge("accept", "listed", "accepted", "votes.work_item"),
        edge("report", "accepted in_progress sent_back", "in_progress", "votes.work_item"),
        edge("report", "long_term", STAY, "votes.work_item"),
        edge(
            "claim_done", "accepted in_progress sent_back long_term", "claimed_done", "votes.sign_item", when="proved"
        ),
        edge("strike", "claimed_done", "struck", "votes.strike_item"),
        edge("send_back", "claimed_done", "sent_back", "votes.check_item"),
        edge("defer", "accepted in_progress sent_back claimed_done", "long_term", "votes.strike_item"),
        edge("postpone", "listed accepted in_progress sent_back", STAY, "votes.strike_item"),
        edge("chase", "listed accepted in_progress sent_back long_term", STAY, "votes.check_item"),
        edge("follow_merger", "listed accepted in_progress claimed_done sent_back long_term", STAY, SYSTEM_PERMISSION),
    ),
    labels={
        "list_item": "列入整改清单",
        "accept": "认领",
        "report": "报告进展",
        "claim_done": "报告完成",
        "strike": "销号",
        "send_back": "退回重改",
        "defer": "转长期整改",
        "postpone": "改期",
        "chase": "催办",
        "follow_merger": "单位合并",
    },
)
