"""A poll and a batch of paper ballots (ballots.md, domain.md §4.4). Casting is no edge: it is one line of the roll."""

from django.db import models

from ground.workflow import NEW, STAY, States, Workflow, edge


class PollState(States):
    DRAFT = "draft", "neutral", "准备中", "草拟"
    OPEN = "open", "info", "", "投票中"
    CLOSED = "closed", "review", "", "已截止待计票"
    COUNTED = "counted", "review", "", "已计票待公布"
    PUBLISHED = "published", "ok", "", "已公布"
    VOID = "void", "danger", "", "已作废"


class Mode(models.TextChoices):
    PER_ITEM = "per_item", "逐项赞成、反对、弃权"
    CHOOSE_N = "choose_n", "从候选项中选若干项"
    GRADES = "grades", "满意度测评"
    RANK = "rank", "按先后排序"


class Unit(models.TextChoices):
    ITEM = "item", "每项各计一张小票"
    WHOLE = "whole", "整张票一起计"


class Channel(models.TextChoices):
    NONE = "", "未投票"
    ONLINE = "online", "网上投票"
    PAPER = "paper", "领取纸质票"


class Office(models.TextChoices):
    CHIEF = "chief", "总监票人"
    SCRUTINEER = "scrutineer", "监票人"
    TELLER = "teller", "计票人"


class VoterClass(models.TextChoices):
    COMMITTEE = "committee", "常委会组成人员"
    DEPUTIES = "deputies", "代表"
    MEMBERS = "members", "议事代表"


class Away(models.TextChoices):
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


class BatchState(States):
    WAITING = "waiting", "info", "", "待两人录入"
    DIFFERS = "differs", "danger", "", "两人录入不一致"
    AGREED = "agreed", "ok", "", "已核对一致"


POLL = Workflow(
    "poll",
    PollState,
    initial="draft",
    edges=(
        edge("create", NEW, "draft", "votes.keep_poll"),
        edge("revise", "draft", STAY, "votes.keep_poll", when="unkeyed"),
        edge("appoint", "draft", STAY, "votes.keep_poll", when="unkeyed"),
        edge("excuse", "draft", STAY, "votes.keep_poll"),
        edge("propose", "draft", STAY, "votes.keep_poll", when="unproposed officered"),
        edge("make_keys", "draft", STAY, "votes.lead_count", when="secret proposed"),
        edge("open", "draft", "open", "votes.lead_count", when="proposed keyed in_session"),
        edge("cancel_paper", "open", STAY, "votes.scrutinise"),
        edge("close", "open", "closed", "votes.lead_count"),
        edge("count", "closed", "counted", "votes.lead_count", when="reconciled"),
        edge("publish", "counted", "published", "votes.publish_poll"),
        edge("second_round", "counted published", STAY, "votes.keep_poll", when="tied"),
        edge("void", "draft open closed counted", "void", "votes.void_poll"),
    ),
    labels={
        "create": "建立表决",
        "revise": "修改表决",
        "appoint": "确定监票、计票人员",
        "excuse": "登记请假和缺席",
        "propose": "提请开始",
        "make_keys": "生成开箱密钥",
        "open": "开始投票",
        "cancel_paper": "注销退回的空白票",
        "close": "截止投票",
        "count": "计票",
        "publish": "公布结果",
        "second_round": "就并列项再次投票",
        "void": "作废",
    },
)

BATCH = Workflow(
    "batch",
    BatchState,
    initial="waiting",
    edges=(
        edge("open_batch", NEW, "waiting", "votes.scrutinise"),
        edge("key", "waiting", f"{STAY} differs agreed", "votes.key_batch", when="closed not_keyed_by_me"),
        edge("settle", "differs", "waiting agreed", "votes.lead_count_of_batch", when="closed"),
    ),
    labels={"open_batch": "建立票批", "key": "录入", "settle": "裁定差异"},
)
