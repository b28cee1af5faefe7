"""Suggestion 代表建议 (lifecycles.md §3): the whole machine, and how its state follows from the units that work on it."""

from collections.abc import Collection, Iterable

from ground.workflow import NEW, STAY, States, Workflow, edge


class SuggestionState(States):
    DRAFT = "draft", "neutral", "", "草稿"
    COSIGNING = "cosigning", "info", "", "联名征集"
    SUBMITTED = "submitted", "review", "", "已提交待审查"
    RETURNED = "returned", "warn", "", "退回修改"
    NOT_ACCEPTED = "not_accepted", "neutral", "", "不作为建议处理"
    REGISTERED = "registered", "info", "", "已登记编号"
    ASSIGNED = "assigned", "warn", "", "已交办待签收"
    OBJECTED = "objected", "danger", "", "申请退办"
    HANDLING = "handling", "info", "", "办理中"
    REPLIED = "replied", "review", "", "已答复待评价"
    REDOING = "redoing", "danger", "", "重新办理"
    MEDIATING = "mediating", "danger", "", "会商处理"
    TRACKING = "tracking", "info", "", "承诺跟踪"
    CLOSED = "closed", "ok", "", "办结"
    ARCHIVED = "archived", "neutral", "", "归档"
    WITHDRAWN = "withdrawn", "neutral", "", "撤回"


DERIVED = ("assigned", "objected", "handling", "replied", "redoing", "mediating", "tracking", "closed")
UNSENT = ("draft", "cosigning", "returned")  # still with the lead deputy
ENDED = ("not_accepted", "archived", "withdrawn")
ANSWERED = ("replied", "redoing", "mediating", "tracking", "closed", "archived")  # every main unit has replied once
_DERIVED = " ".join(DERIVED)

SUGGESTION = Workflow(
    "suggestion",
    SuggestionState,
    initial="draft",
    derived=DERIVED,
    edges=(
        edge("create", NEW, "draft", "suggestions.create_suggestion"),
        edge("revise", "draft cosigning", STAY, "suggestions.revise_suggestion"),
        edge("revise", "returned", f"{STAY} cosigning", "suggestions.revise_suggestion"),
        edge("invite", "draft cosigning returned", "cosigning", "suggestions.invite_suggestion", when="complete"),
        edge("cosign", "cosigning", STAY, "suggestions.cosign_suggestion", when="cosign_waits"),
        edge("decline_cosign", "cosigning returned submitted", STAY, "suggestions.decline_cosign_suggestion", when="cosign_stands"),
        edge("submit", "draft cosigning returned", "submitted", "suggestions.submit_suggestion", when="complete"),
        edge("send_back", "submitted", "returned", "suggestions.send_back_suggestion"),
        edge("refuse", "submitted", "not_accepted", "suggestions.refuse_suggestion"),
        edge("register", "submitted", "registered", "suggestions.register_suggestion"),
        edge("merge", "registered", STAY, "suggestions.merge_suggestion", when="not_merged"),
        edge("unmerge", f"registered {_DERIVED}", STAY, "suggestions.merge_suggestion", when="uncovered"),
        edge("assign", "registered", STAY, "suggestions.assign_suggestion"),
        edge("take_lead", "cosigning returned submitted registered assigned objected handling replied redoing mediating tracking",
             STAY, "suggestions.take_lead_suggestion", when="lead_vacant"),
        edge("withdraw", "draft cosigning submitted returned registered assigned objected handling", f"{STAY} withdrawn",
             "suggestions.withdraw_suggestion", when="unanswered not_asked"),
        edge("withdraw", "draft cosigning submitted returned registered assigned objected handling", "withdrawn", "system"),
        edge("publish", "replied redoing mediating tracking closed", STAY, "suggestions.publish_suggestion"),
        edge("archive", "closed", "archived", "suggestions.archive_suggestion", when="publication_decided"),
        edge("archive", "closed", "archived", "system", when="publication_decided"),
        edge("key_supervise", "registered assigned objected handling replied redoing mediating tracking", STAY,
             "suggestions.key_supervise_suggestion", when="not_key"),
        edge("note_supervision", "registered assigned objected handling replied redoing mediating tracking", STAY,
             "suggestions.note_supervision_suggestion", when="is_key"),
        edge("chase", _DERIVED, STAY, "suggestions.chase_suggestion"),
    ),
    labels={
        "create": "起草建议",
        "revise": "修改",
        "invite": "邀请联名",
        "cosign": "同意联名",
        "decline_cosign": "不参加联名",
        "submit": "提交",
        "send_back": "退回修改",
        "refuse": "不作为建议处理",
        "register": "登记编号",
        "merge": "并案",
        "unmerge": "取消并案",
        "assign": "交办",
        "take_lead": "接任领衔",
        "withdraw": "撤回",
        "publish": "决定公开",
        "archive": "归档",
        "key_supervise": "列为重点督办",
        "note_supervision": "记录督办",
        "chase": "催办",
    },
)  # fmt: skip


def derived_state(mains: Iterable[tuple[str, bool]], promises: Collection[str]) -> str | None:
    """The state of a suggestion from the live main units, each as (state, has ever signed), and the states of its
    promises; the first line that fits (lifecycles.md §3.1). None without a live main unit."""
    rows = list(mains)
    states = {state for state, _ in rows}
    if not rows:
        return None
    if states == {"objected"}:
        return "objected"
    if "mediating" in states:
        return "mediating"
    if "redoing" in states:
        return "redoing"
    if not any(signed for _, signed in rows):
        return "assigned"
    if states & {"pending_dispatch", "pending_sign", "signed", "objected"}:
        return "handling"
    if "replied" in states:
        return "replied"
    return "tracking" if {"open", "reported", "disputed"} & set(promises) else "closed"
