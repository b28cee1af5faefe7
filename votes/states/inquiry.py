"""A special inquiry 专题询问 (监督法 2024 §46–50; domain.md §5.2): from the plan over study, meeting and rating to the end of
its rectification list."""

from django.db import models

from ground.workflow import NEW, STAY, States, Workflow, edge


class InquiryState(States):
    PLANNED = "planned", "neutral", "准备中", "已列计划"
    STUDYING = "studying", "info", "准备中", "调研中"
    HELD = "held", "review", "已询问", "已开会待测评"
    RATED = "rated", "warn", "已测评", "已测评待列清单"
    RECTIFYING = "rectifying", "warn", "", "整改中"
    CLOSED = "closed", "ok", "", "已办结"


class Scale(models.TextChoices):
    FULL = "full", "专题询问"
    MICRO = "micro", "微询问"


class Meeting(models.TextChoices):
    """In which form the committee meets (监督法 §48)."""

    PLENARY = "plenary", "全体会议"
    JOINT = "joint", "联组会议"
    GROUP = "group", "分组会议"


class QuestionKind(models.TextChoices):
    PLANNED = "planned", "会前准备"
    FOLLOWUP = "followup", "追问"
    ONSITE = "onsite", "现场提问"
    ONLINE = "online", "线上提问"


INQUIRY = Workflow(
    "inquiry",
    InquiryState,
    initial="planned",
    edges=(
        edge("plan", NEW, "planned", "votes.keep_inquiry"),
        edge("revise", "planned studying", STAY, "votes.keep_inquiry"),
        edge("study", "planned", "studying", "votes.keep_inquiry"),
        edge("record_finding", "studying", STAY, "votes.study_inquiry"),
        edge("ask", "planned studying held", STAY, "votes.ask_inquiry"),
        edge("take_question", "studying held", STAY, "votes.study_inquiry", when="asked"),
        edge("put_question", "studying held", STAY, "votes.study_inquiry"),
        edge("hold", "studying", "held", "votes.keep_inquiry", when="questioned"),
        edge("answer", "held", STAY, "votes.answer_inquiry", when="unanswered"),
        edge("call_rating", "held", STAY, "votes.keep_inquiry", when="answered uncalled"),
        edge("take_rating", "held", "rated", "votes.keep_inquiry", when="rating_published"),
        edge("list_item", "rated rectifying", "rectifying", "votes.study_inquiry"),
        # 微询问 may go on without a rating: a few questions, answered and put right at once.
        edge("list_item", "held", "rectifying", "votes.study_inquiry", when="micro answered uncalled"),
        edge("publish", "held rated rectifying closed", STAY, "votes.lead_inquiry", when="answered unpublished"),
        edge("close", "rated rectifying", "closed", "votes.lead_inquiry", when="rectified kept_word"),
    ),
    labels={
        "plan": "列入计划",
        "revise": "修改方案",
        "study": "开始调研",
        "record_finding": "记录调研发现",
        "ask": "我要提问",
        "take_question": "采纳线上提问",
        "put_question": "列出问题",
        "hold": "开会询问",
        "answer": "记录答复",
        "call_rating": "发起满意度测评",
        "take_rating": "登记测评结果",
        "list_item": "列入整改清单",
        "publish": "向社会公布",
        "close": "办结",
    },
)
