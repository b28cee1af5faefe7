"""代表述职评议 (代表法 §58; domain.md §5.5): a session at which deputies report to their voters, and each deputy's report from
the call over the reading and the rating to its publication, with a written rectification where it went badly."""

from django.db import models

from ground.workflow import NEW, STAY, States, Workflow, edge


class DutySessionState(States):
    PLANNED = "planned", "neutral", "准备中", "已列计划"
    CALLED = "called", "info", "准备中", "已通知代表"
    HELD = "held", "review", "已述职", "已召开待公布"
    PUBLISHED = "published", "ok", "", "已公布"
    CANCELLED = "cancelled", "neutral", "", "已取消"


class DutyReportState(States):
    NAMED = "named", "neutral", "准备中", "待通知"
    CALLED = "called", "warn", "准备中", "待提交报告"
    WRITTEN = "written", "info", "准备中", "报告已提交"
    HEARD = "heard", "review", "已述职", "已述职待测评"
    RATED = "rated", "review", "已述职", "测评待核对"
    CONFIRMED = "confirmed", "warn", "已述职", "待反馈"
    FED_BACK = "fed_back", "info", "已述职", "已反馈待公布"
    PUBLISHED = "published", "ok", "结果已公布", "已公布"
    RECTIFYING = "rectifying", "warn", "要求书面整改", "待书面整改"
    RECTIFIED = "rectified", "review", "要求书面整改", "整改待审核"
    ACCEPTED = "accepted", "ok", "整改已完成", "整改已通过"
    EXCUSED = "excused", "neutral", "", "本次未述职"


class Listeners(models.TextChoices):
    VOTERS = "voters", "选民"
    ELECTORS = "electors", "选举单位"


class Way(models.TextChoices):
    ORAL = "oral", "口头述职"
    WRITTEN = "written", "书面述职"


class Grading(models.TextChoices):
    """The grades of a place, the best first (rule row `duty.grades`)."""

    FITNESS = "fitness", "优秀、称职、基本称职、不称职"
    CONTENT = "content", "满意、基本满意、不满意"

    @property
    def grades(self) -> tuple[str, ...]:
        return tuple(str(self.label).split("、"))


AHEAD = ("named", "called", "written")  # of a session that is still to come
REPORTED = ("heard", "rated", "confirmed", "fed_back", "published", "rectifying", "rectified", "accepted")
PUBLIC = ("published", "rectifying", "rectified", "accepted")

DUTY_SESSION = Workflow(
    "duty_session",
    DutySessionState,
    initial="planned",
    edges=(
        edge("plan", NEW, "planned", "votes.keep_duty"),
        edge("revise", "planned called", STAY, "votes.keep_duty"),
        edge("name_deputies", "planned", STAY, "votes.keep_duty"),
        edge("name_deputies", "called", STAY, "votes.keep_duty", when="ahead"),
        edge("call", "planned", "called", "votes.keep_duty", when="named ahead"),
        edge("chase", "called", STAY, "votes.keep_duty", when="unwritten"),
        edge("hold", "called", "held", "votes.keep_duty", when="begun all_written"),
        edge("publish", "held", "published", "votes.lead_duty", when="all_fed_back"),
        edge("cancel", "planned called", "cancelled", "votes.lead_duty"),
    ),
    labels={
        "plan": "安排述职评议会",
        "revise": "修改安排",
        "name_deputies": "确定述职代表",
        "call": "通知代表",
        "chase": "催交报告",
        "hold": "登记开会",
        "publish": "公布评议结果",
        "cancel": "取消",
    },
)

DUTY_REPORT = Workflow(
    "duty_report",
    DutyReportState,
    initial="named",
    edges=(
        # What "system" moves here goes with the session, inside its verb.
        edge("name_deputies", NEW, "named", "system"),
        edge("call", "named", "called", "system"),
        edge("write_report", "called", "written", "votes.write_duty"),
        edge("write_report", "written", STAY, "votes.write_duty"),
        edge("excuse", "named called written", "excused", "votes.keep_duty"),
        edge("cancel", "named called written", "excused", "system"),
        edge("hold", "written", "heard", "system"),
        edge("note_question", "heard rated confirmed fed_back", STAY, "votes.keep_duty"),
        edge("key_rating", "heard rated", "rated", "votes.keep_duty"),
        edge("confirm_rating", "rated", "confirmed", "votes.compare_duty", when="another_hand"),
        edge("give_feedback", "confirmed", "fed_back", "votes.keep_duty"),
        edge("publish", "fed_back", ("published", "rectifying"), "system"),
        edge("rectify", "rectifying", "rectified", "votes.write_duty"),
        edge("accept_rectification", "rectified", "accepted", "votes.lead_duty"),
        edge("return_rectification", "rectified", "rectifying", "votes.lead_duty"),
    ),
    labels={
        "name_deputies": "列为述职代表",
        "call": "通知述职",
        "write_report": "写述职报告",
        "excuse": "登记本次不述职",
        "cancel": "取消",
        "hold": "登记述职",
        "note_question": "记录提问",
        "key_rating": "录入测评票数",
        "confirm_rating": "核对测评票数",
        "give_feedback": "反馈评议意见",
        "publish": "公布评议结果",
        "rectify": "提交书面整改",
        "accept_rectification": "通过整改",
        "return_rectification": "退回整改",
    },
)
