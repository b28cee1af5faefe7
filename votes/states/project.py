"""A livelihood project from the first proposal to its evaluation (domain.md §4.2–4.6). Support and the public's rating are
no edges: whoever has no account only leaves a line, once for a phone."""

from django.db import models

from ground.workflow import NEW, STAY, SYSTEM_PERMISSION, States, Workflow, edge


class ProjectState(States):
    PROPOSED = "proposed", "review", "已收到，正在核对", "待审核"
    POOLED = "pooled", "info", "已收进项目库", "已入储备库"
    SCREENED_OUT = "screened_out", "neutral", "没有列入（原因已写明）", "未列入"
    MERGED = "merged", "info", "与同类建议一并考虑", "已并入"
    SHORTLISTED = "shortlisted", "info", "", "初步候选"
    CANDIDATE = "candidate", "review", "正式候选，等代表票决", "正式候选"
    ELECTED = "elected", "ok", "代表已选定", "票决选定"
    NOT_ELECTED = "not_elected", "neutral", "这次没有选上", "未选定"
    IMPLEMENTING = "implementing", "info", "正在实施", "实施中"
    ADJUSTING = "adjusting", "warn", "正在申请调整", "调整中"
    CANCELLED = "cancelled", "neutral", "经批准取消", "已取消"
    CARRIED_OVER = "carried_over", "warn", "转到下一年继续做", "结转下年"
    ACCEPTED = "accepted", "ok", "做完了，已验收", "已验收"
    EVALUATED = "evaluated", "ok", "做完了，已评价", "已评价"


class Field(models.TextChoices):
    """类别 (domain.md §4.3)."""

    TOWN = "town", "城乡建设"
    ROAD = "road", "道路交通"
    CARE = "care", "养老托育"
    EDUCATION = "education", "教育"
    HEALTH = "health", "医疗卫生"
    WATER = "water", "供水排水"
    ENVIRONMENT = "environment", "环境整治"
    CULTURE = "culture", "文化体育"
    WORK = "work", "就业帮扶"
    SAFETY = "safety", "公共安全"
    OTHER = "other", "其他"


class Proposer(models.TextChoices):
    CITIZEN = "citizen", "群众"
    STATION = "station", "联络站"
    DEPUTY = "deputy", "代表"
    DEPARTMENT = "department", "部门单位"


class ScreenReason(models.TextChoices):
    """Why a proposal is not taken up. 陕西 bars what adds burdens, debt or risk (domain.md §4.2)."""

    NOT_COMMON = "not_common", "受益面小，不属于普惠项目"
    NOT_BALANCED = "not_balanced", "这一片已有同类项目，要兼顾各地"
    NOT_PUBLIC = "not_public", "不属于公益事项"
    NOT_FEASIBLE = "not_feasible", "目前没有条件实施"
    NO_MONEY = "no_money", "资金没有落实"
    BURDEN = "burden", "会增加群众或基层负担"
    DEBT = "debt", "会增加政府债务"
    RISK = "risk", "可能影响社会稳定"
    OUTSIDE = "outside", "不属于本级办理"
    IN_PLAN = "in_plan", "已列入别的计划"
    UNCLEAR = "unclear", "事情没有写清楚"


class AdjustKind(models.TextChoices):
    CHANGE = "change", "调整内容"
    CANCEL = "cancel", "取消项目"


class Decider(models.TextChoices):
    COMMITTEE = "committee", "常务委员会会议"
    PRESIDIUM = "presidium", "主席团会议"


class NoteKind(models.TextChoices):
    NOTE = "note", "审议意见"
    VISIT = "visit", "视察记录"


class RaterKind(models.TextChoices):
    DEPUTY = "deputy", "代表"
    PUBLIC = "public", "群众"
    TABLET = "tablet", "联络站现场"


class Grade(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Light(models.TextChoices):
    GREEN = "green", "进度正常"
    YELLOW = "yellow", "进度偏慢"
    RED = "red", "进度滞后"


IN_POOL = ("proposed", "pooled")
CHOSEN = ("elected", "implementing", "adjusting", "cancelled", "carried_over", "accepted", "evaluated")
AT_WORK = ("implementing", "adjusting")
DONE = ("cancelled", "carried_over", "evaluated")

PROJECT = Workflow(
    "project",
    ProjectState,
    initial="proposed",
    edges=(
        edge("propose", NEW, "proposed", "votes.propose_project"),
        edge("verify_phone", "proposed pooled shortlisted", STAY, "votes.follow_project", when="unverified"),
        edge("erase_contact", ProjectState.values, STAY, "votes.follow_project", when="has_contact"),
        edge("open_contact", ProjectState.values, STAY, "votes.keep_project", when="has_phone"),
        edge("accept", "proposed", "pooled", "votes.keep_project"),
        edge("screen_out", "proposed pooled", "screened_out", "votes.keep_project"),
        edge("screen_out", "shortlisted", "screened_out", "votes.keep_project", when="before_candidates"),
        edge("merge", "proposed pooled", "merged", "votes.keep_project"),
        edge("link", "proposed pooled shortlisted", STAY, "votes.keep_project"),
        edge("shortlist", "pooled", "shortlisted", "votes.keep_project", when="in_screening"),
        edge("edit", "shortlisted", STAY, "votes.keep_project", when="before_candidates"),
        edge("note", "shortlisted candidate", STAY, "votes.review_project", when="in_review"),
        edge("nominate", "shortlisted", "candidate", "votes.keep_project", when="in_review complete"),
        edge("elect", "candidate", "elected", SYSTEM_PERMISSION),
        edge("miss", "candidate", "not_elected", SYSTEM_PERMISSION),
        edge("repool", "not_elected", "pooled", "votes.keep_project"),
        edge("begin", "elected", "implementing", SYSTEM_PERMISSION),
        edge("report", "implementing adjusting", STAY, "votes.report_project"),
        edge("visit", "implementing adjusting accepted", STAY, "votes.review_project"),
        edge("ask_adjustment", "implementing", "adjusting", "votes.adjust_project"),
        edge("forward_adjustment", "adjusting", STAY, "votes.forward_project", when="unforwarded"),
        edge("put_to_vote", "adjusting", STAY, "votes.keep_project", when="forwarded no_live_vote"),
        edge(
            "decide_adjustment",
            "adjusting",
            ("implementing", "cancelled"),
            "votes.lead_project",
            when="forwarded no_live_vote",
        ),
        edge("decide_adjustment", "adjusting", ("implementing", "cancelled"), SYSTEM_PERMISSION),
        edge("accept_work", "implementing", "accepted", "votes.lead_project", when="all_done"),
        edge("carry_over", "implementing", "carried_over", "votes.lead_project"),
        edge("resume", "carried_over", "implementing", "votes.keep_project", when="next_year"),
        edge("rate", "accepted", STAY, "votes.review_project", when="unrated_by_me"),
        edge("evaluate", "accepted", "evaluated", "votes.lead_project"),
        edge(
            "follow_merger",
            "shortlisted candidate elected implementing adjusting carried_over accepted",
            STAY,
            SYSTEM_PERMISSION,
        ),
    ),  # fmt: skip
    labels={
        "propose": "提出项目",
        "verify_phone": "验证手机号",
        "erase_contact": "删除联系方式",
        "open_contact": "联系提出人",
        "accept": "收入储备库",
        "screen_out": "不列入",
        "merge": "并入同类项目",
        "link": "关联意见建议",
        "shortlist": "列为初步候选",
        "edit": "填写候选材料",
        "note": "写审议意见",
        "nominate": "列为正式候选",
        "elect": "票决选定",
        "miss": "票决未选定",
        "repool": "放回储备库",
        "begin": "开始实施",
        "report": "报告进度",
        "visit": "记录视察",
        "ask_adjustment": "申请调整",
        "forward_adjustment": "报送调整申请",
        "put_to_vote": "提请表决",
        "decide_adjustment": "记录调整决定",
        "accept_work": "验收",
        "carry_over": "结转下年",
        "resume": "继续实施",
        "rate": "评价项目",
        "evaluate": "公布评价结果",
        "follow_merger": "单位合并",
    },
)

# The citizen's tabs: what stands in each
CHOSEN_TABS = {
    "": ("elected", "implementing", "adjusting", "carried_over"),
    "vote": ("shortlisted", "candidate"),
    "pool": ("pooled", "not_elected"),
    "done": ("accepted", "evaluated"),
    "all": tuple(state for state in ProjectState.values if state not in ("proposed", "screened_out", "merged")),
}
