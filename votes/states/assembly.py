"""A street's deliberative assembly (domain.md §4.7): how somebody becomes its member, and how it meets.

It is no congress: its members are recommended or come forward, and what it adopts is a recommendation.
"""

from django.db import models

from ground.workflow import NEW, STAY, States, Workflow, edge


class Variant(models.TextChoices):
    """What the body is called in different places; the second word is what its members are called."""

    DELIBERATIVE = "deliberative", "街道议事代表会"
    POLITICAL = "political", "街道议政代表会"
    VOTERS = "voters", "选民代表会议"
    ZONE = "zone", "开发区议事代表会"

    @property
    def body(self) -> str:
        """The name that follows the place's: 北河街道 + 议事代表会."""
        return str(self.label).removeprefix("街道").removeprefix("开发区")

    @property
    def member(self) -> str:
        return {"political": "议政代表", "voters": "选民代表"}.get(self.value, "议事代表")


class Way(models.TextChoices):
    RECOMMENDED = "recommended", "推荐"
    SELF = "self", "自荐"


class EndReason(models.TextChoices):
    RESIGNED = "resigned", "本人辞去"
    MOVED = "moved", "迁出本辖区"
    DECEASED = "deceased", "去世"
    REMOVED = "removed", "不再符合条件"
    TERM_OVER = "term_over", "本届任期届满"


class ItemKind(models.TextChoices):
    """Standing items of an agenda (domain.md §4.7); the report on members' opinions belongs to every meeting."""

    OPINIONS = "opinions", "议事代表意见办理情况报告"
    PLAN = "plan", "街道工作计划和报告"
    BUDGET = "budget", "街道预算"
    PROJECTS = "projects", "街道民生实事项目"
    OTHER = "other", "其他"


class Presence(models.TextChoices):
    PRESENT = "present", "出席"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


class MemberState(States):
    PROPOSED = "proposed", "review", "", "待审核"
    REVIEWED = "reviewed", "info", "", "审核通过待公示"
    PUBLICISED = "publicised", "info", "", "公示中"
    CONFIRMED = "confirmed", "ok", "", "在任"
    REFUSED = "refused", "neutral", "", "未确定"
    ENDED = "ended", "neutral", "", "已终止"


class MeetingState(States):
    PLANNED = "planned", "neutral", "筹备中", "筹备中"
    CONVENED = "convened", "info", "", "已通知"
    OPEN = "open", "warn", "", "正在开会"
    CLOSED = "closed", "ok", "", "已闭会"
    CALLED_OFF = "called_off", "neutral", "", "已取消"


MEMBER = Workflow(
    "assembly_member",
    MemberState,
    initial="proposed",
    edges=(
        edge("put_forward", NEW, "proposed", "votes.keep_assembly"),
        edge("review", "proposed", "reviewed", "votes.keep_assembly"),
        edge("publicise", "reviewed", "publicised", "votes.keep_assembly"),
        edge("note_objection", "publicised", STAY, "votes.keep_assembly"),
        edge("confirm", "publicised", "confirmed", "votes.keep_assembly", when="publicity_over"),
        edge("refuse", "proposed reviewed publicised", "refused", "votes.keep_assembly"),
        edge("give_account", "confirmed", STAY, "votes.keep_assembly"),
        edge("end", "confirmed", "ended", "votes.keep_assembly"),
    ),
    labels={
        "put_forward": "登记人选",
        "review": "审核通过",
        "publicise": "公示",
        "note_objection": "记录公示意见",
        "confirm": "确认为议事代表",
        "refuse": "不予确定",
        "give_account": "登记手机号",
        "end": "终止资格",
    },
)

MEETING = Workflow(
    "assembly_meeting",
    MeetingState,
    initial="planned",
    edges=(
        edge("plan", NEW, "planned", "votes.keep_assembly"),
        edge("revise", "planned convened", STAY, "votes.keep_assembly"),
        edge("convene", "planned", "convened", "votes.keep_assembly"),
        edge("ask_leave", "convened", STAY, "votes.attend_assembly", when="not_excused"),
        edge("take_attendance", "convened open", STAY, "votes.keep_assembly"),
        edge("open", "convened", "open", "votes.keep_assembly", when="quorate"),
        edge("close", "open", "closed", "votes.keep_assembly", when="polls_ended"),
        edge("call_off", "planned convened", "called_off", "votes.keep_assembly"),
    ),
    labels={
        "plan": "筹备会议",
        "revise": "修改会议安排",
        "convene": "通知开会",
        "ask_leave": "请假",
        "take_attendance": "登记到会",
        "open": "宣布开会",
        "close": "闭会并存会议记录",
        "call_off": "取消会议",
    },
)
