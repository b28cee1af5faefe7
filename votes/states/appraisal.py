"""部门工作评议 (domain.md §5.3): candidates from what people complain of, a ballot that picks, three problems each, monthly
progress, a score sheet, a rating, publication, and a look back after two months."""

from ground.workflow import NEW, STAY, States, Workflow, edge


class AppraisalState(States):
    DRAFTED = "drafted", "neutral", "准备中", "准备中"
    NOMINATED = "nominated", "info", "准备中", "候选名单已定"
    BALLOTING = "balloting", "info", "准备中", "票决确定对象"
    CHOSEN = "chosen", "warn", "准备中", "已定对象待列问题"
    RUNNING = "running", "warn", "评议整改中", "评议整改中"
    SCORED = "scored", "review", "评议整改中", "已打分待测评"
    RATING = "rating", "info", "评议整改中", "满意度测评中"
    CONCLUDED = "concluded", "review", "评议整改中", "已有结果待公布"
    PUBLISHED = "published", "ok", "结果已公布", "已公布待回访"
    CLOSED = "closed", "ok", "", "已办结"


OPEN_TO_UNITS = ("chosen", "running", "scored", "rating", "concluded", "published", "closed")

APPRAISAL = Workflow(
    "appraisal",
    AppraisalState,
    initial="drafted",
    edges=(
        edge("draft", NEW, "drafted", "votes.keep_appraisal"),
        edge("nominate", "drafted nominated", "nominated", "votes.keep_appraisal"),
        edge("call_ballot", "nominated", "balloting", "votes.keep_appraisal"),
        edge("call_ballot", "balloting", STAY, "votes.keep_appraisal", when="ballot_void"),
        edge("choose", "balloting", "chosen", "votes.keep_appraisal", when="ballot_published"),
        edge("name_problem", "chosen", STAY, "votes.study_appraisal", when="problems_wanted"),
        edge("begin", "chosen", "running", "votes.keep_appraisal", when="problems_named"),
        edge("pledge", "running", STAY, "votes.sign_appraisal", when="unpledged"),
        edge("report_progress", "running", STAY, "votes.work_appraisal", when="month_open"),
        edge("note_visit", "running", STAY, "votes.study_appraisal"),
        edge("score", "running", STAY, "votes.study_appraisal"),
        edge("settle_scores", "running", "scored", "votes.lead_appraisal", when="all_scored"),
        edge("call_rating", "scored", "rating", "votes.keep_appraisal"),
        edge("call_rating", "rating", STAY, "votes.keep_appraisal", when="rating_void"),
        edge("take_rating", "rating", "concluded", "votes.keep_appraisal", when="rating_published"),
        edge("publish", "concluded", "published", "votes.lead_appraisal"),
        edge("follow_up", "published", "closed", "votes.lead_appraisal", when="two_months_on"),
    ),
    labels={
        "draft": "建立评议",
        "nominate": "按投诉量产生候选名单",
        "call_ballot": "提请票决确定对象",
        "choose": "登记票决结果",
        "name_problem": "列出突出问题",
        "begin": "开始整改",
        "pledge": "公开承诺",
        "report_progress": "报告本月进展",
        "note_visit": "记录走访",
        "score": "量化打分",
        "settle_scores": "确认打分",
        "call_rating": "发起满意度测评",
        "take_rating": "登记测评结果",
        "publish": "公布评议结果",
        "follow_up": "两个月后回访",
    },
)
