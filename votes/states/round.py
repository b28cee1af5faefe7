"""A round of livelihood projects (民生实事), one for an organ and a year (domain.md §4.2)."""

from django.db import models

from ground.workflow import NEW, STAY, States, Workflow, edge


class RoundState(States):
    COLLECTING = "collecting", "info", "正在征集", "征集"
    SCREENING = "screening", "review", "正在论证筛选", "论证筛选"
    SHORTLISTED = "shortlisted", "info", "已有初步候选", "初步候选"
    REVIEWING = "reviewing", "review", "代表正在审议", "审议"
    CANDIDATE = "candidate", "info", "已有正式候选", "正式候选"
    VOTING = "voting", "warn", "代表正在票决", "票决"
    PUBLISHED = "published", "ok", "结果已公布", "公布"
    IMPLEMENTING = "implementing", "info", "正在实施", "实施"
    EVALUATED = "evaluated", "ok", "已经评价", "评价"
    CLOSED = "closed", "neutral", "这一年已结束", "结束"


class BallotMode(models.TextChoices):
    CHOOSE_N = "choose_n", "从候选项目中选若干项"
    PER_ITEM = "per_item", "逐项赞成、反对、弃权"


OPEN_TO_CHANGE = "collecting screening shortlisted reviewing candidate"
BEFORE_VOTE = tuple(OPEN_TO_CHANGE.split())

ROUND = Workflow(
    "round",
    RoundState,
    initial="collecting",
    edges=(
        edge("create", NEW, "collecting", "votes.keep_round"),
        edge("revise", OPEN_TO_CHANGE, STAY, "votes.keep_round"),
        edge("screen", "collecting", "screening", "votes.keep_round"),
        edge("shortlist", "screening", "shortlisted", "votes.lead_round", when="screened some_shortlisted"),
        edge("review", "shortlisted", "reviewing", "votes.keep_round"),
        edge("nominate", "reviewing", "candidate", "votes.lead_round", when="reviewed some_candidates"),
        edge("make_ballot", "candidate voting", "voting", "votes.keep_round", when="no_live_ballot some_candidates"),
        edge("settle_rest", "voting", STAY, "votes.lead_round", when="no_live_ballot some_candidates some_ballot"),
        edge("publish", "voting", "published", "votes.lead_round", when="decided"),
        edge("begin", "published", "implementing", "votes.keep_round"),
        edge("evaluate", "implementing", "evaluated", "votes.lead_round", when="finished"),
        edge("close", "evaluated", "closed", "votes.lead_round"),
    ),
    labels={
        "create": "开始征集",
        "revise": "修改安排",
        "screen": "转入论证筛选",
        "shortlist": "确定初步候选",
        "review": "提请审议",
        "nominate": "确定正式候选",
        "make_ballot": "建立票决",
        "settle_rest": "其余项目不再票决",
        "publish": "公布项目名单",
        "begin": "转入实施",
        "evaluate": "完成评价",
        "close": "结束这一年",
    },
)
