"""审议意见 of a standing committee (监督法 2024 §17, §50; domain.md §5.2): handed over, studied, drafted, commented on, reported
in writing, published, and heard a second time."""

from django.db import models

from ground.workflow import NEW, STAY, SYSTEM_PERMISSION, States, Workflow, edge


class DeliberationState(States):
    DRAFTED = "drafted", "neutral", "准备中", "起草中"
    HANDED_OVER = "handed_over", "info", "研究处理中", "研究处理中"
    DRAFT_SENT = "draft_sent", "review", "研究处理中", "报告稿征求意见"
    COMMENTED = "commented", "info", "研究处理中", "待书面报告"
    REPORTED = "reported", "review", "已报告", "已书面报告"
    ON_AGENDA = "on_agenda", "warn", "已报告", "已列入议程"
    PUBLISHED = "published", "ok", "已公布", "已公布"
    SECOND_DUE = "second_due", "warn", "等待再次听取", "待二次听取"
    CLOSED = "closed", "ok", "", "已办结"


class PaperKind(models.TextChoices):
    DRAFT = "draft", "报告稿"
    COMMENT = "comment", "专工委意见"
    REPORT = "report", "研究处理情况报告"
    HEARING = "hearing", "二次听取"


WITH_UNIT = ("handed_over", "draft_sent", "commented", "reported", "on_agenda", "published", "second_due", "closed")

DELIBERATION = Workflow(
    "deliberation",
    DeliberationState,
    initial="drafted",
    edges=(
        edge("draft", NEW, "drafted", "votes.keep_deliberation"),
        edge("revise", "drafted", STAY, "votes.keep_deliberation"),
        edge("hand_over", "drafted", "handed_over", "votes.lead_deliberation"),
        edge("send_draft", "handed_over commented", "draft_sent", "votes.work_deliberation"),
        edge("comment", "draft_sent", "commented", "votes.comment_deliberation"),
        edge("pass_comment", "draft_sent", "commented", "system"),
        edge("report", "commented", "reported", "votes.sign_deliberation"),
        edge("send_back", "reported on_agenda", "handed_over", "votes.lead_deliberation"),
        edge("put_on_agenda", "reported", "on_agenda", "votes.set_agenda"),
        edge("publish", "reported on_agenda", "published", "votes.lead_deliberation"),
        edge("fall_due", "published", "second_due", "system"),
        edge("hear_again", "second_due", "closed handed_over", "votes.lead_deliberation"),
        edge(
            "list_item", "handed_over draft_sent commented reported on_agenda published second_due", STAY,
            "votes.comment_deliberation",
        ),
        edge("chase", "handed_over commented", STAY, "votes.comment_deliberation"),
        edge("follow_merger", "drafted handed_over draft_sent commented reported on_agenda published second_due", STAY, SYSTEM_PERMISSION),
    ),
    labels={
        "draft": "起草审议意见",
        "revise": "修改",
        "hand_over": "交办",
        "send_draft": "送报告稿征求意见",
        "comment": "提出修改意见",
        "pass_comment": "到期未提意见",
        "report": "提交书面报告",
        "send_back": "退回重新报告",
        "put_on_agenda": "列入会议议程",
        "publish": "向代表通报并公布",
        "fall_due": "到二次听取时间",
        "hear_again": "二次听取",
        "list_item": "列入整改清单",
        "chase": "催办",
        "follow_merger": "单位合并",
    },
)  # fmt: skip
