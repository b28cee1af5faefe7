"""The life of a seat (domain.md §1.2) and the closed lists of this room."""

from django.db import models

from ground.workflow import FORMER, NEW, STAY, SYSTEM_PERMISSION, States, Workflow, edge


class SeatState(States):
    ELECTED_PENDING = "elected_pending", "neutral", "", "当选待确认"
    ACTIVE = "active", "ok", "", "在任"
    SUSPENDED = "suspended", "danger", "", "暂停执行代表职务"
    TERMINATED = "terminated", "neutral", "", "资格终止"
    TERM_ENDED = "term_ended", "neutral", "", "届满"


SEAT = Workflow(
    "seat",
    SeatState,
    initial="elected_pending",
    edges=(
        edge("elect", NEW, "elected_pending", "deputies.keep_seats"),
        edge("seat", "elected_pending", "active", "deputies.keep_seats"),
        edge("suspend", "active", "suspended", "deputies.keep_seats"),
        edge("restore", "suspended", "active", "deputies.keep_seats"),
        edge("terminate", "elected_pending active suspended", "terminated", "deputies.keep_seats"),
        edge("end_term", "active suspended", "term_ended", "deputies.keep_seats"),
        edge("bring_back", "term_ended", FORMER, SYSTEM_PERMISSION),  # a change of term is undone
        edge("succeed", "terminated term_ended", STAY, "deputies.keep_seats"),
    ),
    labels={
        "elect": "登记当选",
        "seat": "确认任职",
        "suspend": "暂停执行职务",
        "restore": "恢复执行职务",
        "terminate": "资格终止",
        "end_term": "届满",
        "bring_back": "撤销届满",
        "succeed": "登记继任",
    },
)


class EndReason(models.TextChoices):
    """代表法 §62 (2025)."""

    MOVED = "moved", "迁出或调离本行政区域"
    RESIGNED = "resigned", "辞职被接受"
    ORDERED = "ordered", "责令辞职被接受"
    ABSENT = "absent", "未经批准两次不出席会议"
    RECALLED = "recalled", "被罢免"
    NATIONALITY = "nationality", "丧失国籍"
    RIGHTS = "rights", "被剥夺政治权利"
    CAPACITY = "capacity", "丧失行为能力"
    DEATH = "death", "逝世"


class GroupKind(models.TextChoices):
    DELEGATION = "delegation", "代表团"
    AREA = "area", "地域代表小组"
    PROFESSIONAL = "professional", "专业代表小组"
    CHAIN = "chain", "产业链代表小组"


class PosterSize(models.TextChoices):
    A4 = "a4", "A4 海报"
    A6 = "a6", "A6 卡片"
