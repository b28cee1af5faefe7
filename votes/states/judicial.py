"""法官、检察官履职评议 (domain.md §5.4), restricted: a list of one court or procuratorate, a draw that anybody inside can repeat,
sampled cases scored by a sheet, interviews, a secret vote of the committee, a letter, and what has to be put right."""

from ground.workflow import NEW, STAY, States, Workflow, edge


class JudicialState(States):
    DRAFTED = "drafted", "neutral", "内部办理", "名单录入中"
    DRAWN = "drawn", "warn", "内部办理", "已抽取待评查"
    SCORED = "scored", "review", "内部办理", "已评查待测评"
    RATING = "rating", "info", "内部办理", "测评中"
    RATED = "rated", "warn", "内部办理", "已测评待反馈"
    FED_BACK = "fed_back", "warn", "内部办理", "已反馈整改中"
    CLOSED = "closed", "ok", "内部办理", "已办结"


WITH_COURT = ("fed_back", "closed")
AFTER_DRAW = ("drawn", "scored", "rating", "rated", "fed_back", "closed")

JUDICIAL = Workflow(
    "judicial",
    JudicialState,
    initial="drafted",
    edges=(
        edge("plan", NEW, "drafted", "votes.keep_judicial"),
        edge("add_person", "drafted", STAY, "votes.keep_judicial"),
        edge("remove_person", "drafted", STAY, "votes.keep_judicial", when="listed"),
        edge("draw", "drafted", "drawn", "votes.keep_judicial", when="enough"),
        edge("note_case", "drawn", STAY, "votes.study_judicial"),
        edge("note_interview", "drawn", STAY, "votes.study_judicial"),
        edge("open_file", AFTER_DRAW, STAY, "votes.read_judicial"),
        edge("settle_scores", "drawn", "scored", "votes.lead_judicial", when="all_sampled"),
        edge("call_rating", "scored", "rating", "votes.keep_judicial"),
        edge("call_rating", "rating", STAY, "votes.keep_judicial", when="rating_void"),
        edge("take_rating", "rating", "rated", "votes.keep_judicial", when="rating_published"),
        edge("feed_back", "rated", "fed_back", "votes.lead_judicial"),
        edge("list_item", "fed_back", STAY, "votes.study_judicial"),
        edge("close", "fed_back", "closed", "votes.lead_judicial", when="rectified"),
    ),
    labels={
        "plan": "建立履职评议",
        "add_person": "录入评议人选",
        "remove_person": "移出名单",
        "draw": "随机抽取",
        "note_case": "录入评查案件",
        "note_interview": "记录谈话",
        "open_file": "查看个人材料",
        "settle_scores": "确认评查",
        "call_rating": "发起测评",
        "take_rating": "登记测评结果",
        "feed_back": "反馈评议意见",
        "list_item": "列入整改清单",
        "close": "办结",
    },
)
