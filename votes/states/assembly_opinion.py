"""议事代表意见 (domain.md §4.7): from a member's word to the next assembly, which hears what became of it."""

from django.db import models

from ground.workflow import NEW, STAY, SYSTEM_PERMISSION, States, Workflow, edge


class AssemblyOpinionState(States):
    FILED = "filed", "review", "已收到，正在核对", "待受理"
    RETURNED = "returned", "warn", "请议事代表补充", "退回补充"
    ACCEPTED = "accepted", "warn", "已受理，等待交办", "待交办"
    ASSIGNED = "assigned", "info", "承办单位正在办", "办理中"
    REPLIED = "replied", "review", "已答复，等议事代表评价", "已答复待评价"
    REDOING = "redoing", "danger", "", "重新办理"
    DONE = "done", "ok", "已办完", "办结待报告"
    REPORTED = "reported", "ok", "已办完，并向会议报告", "已向会议报告"
    WITHDRAWN = "withdrawn", "neutral", "议事代表已撤回", "已撤回"


class Through(models.TextChoices):
    """How a handler is reached: a street commands its own offices and stations, and asks a district's departments."""

    STREET = "street", "街道办事处及其站所"
    DISTRICT = "district", "经街道转请区县部门"


class Pace(models.TextChoices):
    USUAL = "usual", "一般"
    LONG = "long", "涉及面广、处理难度大"


class AssemblyGrade(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


OPEN_STATES = ("filed", "returned", "accepted", "assigned", "replied", "redoing")

ASSEMBLY_OPINION = Workflow(
    "assembly_opinion",
    AssemblyOpinionState,
    initial="filed",
    edges=(
        edge("file", NEW, "filed", "votes.file_assembly_opinion"),
        edge("send_back", "filed", "returned", "votes.keep_assembly_opinion"),
        edge("complete", "returned", "filed", "votes.own_assembly_opinion"),
        edge("accept", "filed", "accepted", "votes.keep_assembly_opinion"),
        edge("assign", "accepted", "assigned", "votes.keep_assembly_opinion"),
        edge("reassign", "assigned redoing", STAY, "votes.keep_assembly_opinion"),
        edge("hand_back", "assigned", "accepted", "votes.handle_assembly_opinion", when="first_round"),
        edge("reply", "assigned redoing", "replied", "votes.handle_assembly_opinion"),
        edge("rate", "replied", "redoing done", "votes.own_assembly_opinion"),
        edge("close_unrated", "replied", "done", "system"),
        edge("publish", "accepted assigned replied redoing done reported", STAY, "votes.keep_assembly_opinion", when="unpublished"),
        edge("report", "done", "reported", "votes.keep_assembly_opinion"),
        edge("link", "filed returned accepted assigned", STAY, "votes.link_assembly_opinion"),
        edge("withdraw", "filed returned accepted", "withdrawn", "votes.own_assembly_opinion"),
        edge("follow_merger", "assigned replied redoing", STAY, SYSTEM_PERMISSION),
    ),
    labels={
        "file": "提出意见",
        "send_back": "退回补充",
        "complete": "补充后重新提交",
        "accept": "受理",
        "assign": "交办",
        "reassign": "改交其他单位",
        "hand_back": "退回街道",
        "reply": "答复",
        "rate": "评价答复",
        "close_unrated": "逾期未评价办结",
        "publish": "公开",
        "report": "向会议报告",
        "link": "关联群众意见",
        "withdraw": "撤回",
        "follow_merger": "单位合并",
    },
)  # fmt: skip
