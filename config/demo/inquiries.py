"""Inquiries of the demonstration city and what came of them, told through their verbs: one in every state, and a line of
a rectification list in every state."""

# ruff: noqa: E501 - a table is read by its lines

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import User
from config.demo.polls import slips_of, voted
from config.demo.stories import Teller, days, hours
from ground import clock
from votes.models import Inquiry, RectificationItem
from votes.workflow import inquiry as inquiries, poll as polls, rectification as items

# turn → topic, scale, units, findings (unit, words), questions (unit, words, answer, promise)
TOPICS: dict[str, dict[str, Any]] = {
    "school": {
        "title": "中小学校内午餐质量和安全", "scale": "full", "units": ("dh-jyj", "dh-zjj"),
        "about": "围绕食材采购、校内加工和家长监督，走访 12 所学校，发放问卷 600 份，听取家长和教师意见。",
        "findings": (("dh-jyj", "抽查的 12 所学校中，有 3 所没有公开每周食谱和采购单。"), ("dh-zjj", "两所学校的食堂改造拖期。")),
        "questions": (
            ("dh-jyj", "食材从哪里来、家长怎么监督？", "全市中小学统一公开采购单和每周食谱，家长委员会每月进食堂一次。", "九月底前全部学校公开食谱和采购单"),
            ("dh-jyj", "午餐涨价听过家长意见吗？", "去年有两所学校没有听取意见，已经退还差价。", ""),
            ("dh-zjj", "两所学校的食堂改造什么时候完成？", "受设计变更影响，工期推迟了三个月。", "年底前完成两所学校食堂改造"),
        ),
        "problems": (("dh-jyj", "三所学校没有公开每周食谱"), ("dh-zjj", "食堂改造工地离教室太近，课间有噪声"),
                     ("dh-jyj", "农村小规模学校食材配送成本高")),
    },
    "parking": {
        "title": "城区停车难治理", "scale": "full", "units": ("dh-zjj", "dh-jtj"),
        "about": "老城区晚间停车、学校和医院周边停车、闲置地块利用。",
        "findings": (("dh-zjj", "老城区夜间缺口约 4000 个车位。"), ("dh-jtj", "医院周边临时停车没有限时管理。")),
        "questions": (
            ("dh-zjj", "老城区今年能增加多少车位？", "利用闲置地块建设 6 处临时停车场。", "年底前新增 800 个车位"),
            ("dh-jtj", "医院周边怎么缓解？", "实行限时停车，增加公交接驳。", ""),
        ),
        "problems": (("dh-zjj", "闲置地块移交慢，三处停车场没有开工"), ("dh-jtj", "限时停车标志设置不清楚")),
    },
    "charging": {
        "title": "老旧小区充电桩不够用", "scale": "micro", "units": ("dh-zjj",),
        "about": "题目来自 12345 热线和群众意见。", "findings": (("dh-zjj", "18 个老旧小区飞线充电比较普遍。"),),
        "questions": (("dh-zjj", "今年能装多少充电桩？", "计划在 18 个小区安装 240 个充电端口。", "三个月内完成 18 个小区"),),
        "problems": (("dh-zjj", "六个小区电力容量不足"), ("dh-zjj", "充电收费标准没有公示")),
    },
}  # fmt: skip
# What becomes of the lines of a list, in turn.
ENDS = {
    "school": ("struck", "long_term"),
    "parking": ("sent_back", "accepted", "claimed_done"),
    "charging": ("in_progress", "long_term", "listed"),
}


def inquired(t: Teller, turn: str, stop: str = "") -> Iterator[timedelta]:
    """One inquiry as far as `stop`; without one it goes on to its list, that of the school to the end."""
    told, cast = TOPICS[turn], t.city.cast
    organs = cast.organs
    inquiry = inquiries.plan(
        by=cast.chen, organ=organs["dh-rd"], term=cast.terms["dh-rd"], title=told["title"], scale=told["scale"],
        units=[organs[code] for code in told["units"]], committee=organs["dh-cjw"], about=told["about"],
        held_on=clock.today() + timedelta(days=8),
    )  # fmt: skip
    yield days(1)
    inquiries.ask(_fresh(inquiry), by=cast.wang, text="清水镇的学校和小区有没有列进今年的计划？")
    if stop == "planned":
        return
    inquiries.study(_fresh(inquiry), by=cast.chen)
    for code, words in told["findings"]:
        yield days(1)
        inquiries.record_finding(_fresh(inquiry), by=cast.shen, team="第一调研组", text=words, unit=organs[code])
    for code, words, _, _ in told["questions"]:
        inquiries.put_question(_fresh(inquiry), by=cast.shen, asker="唐勇", unit=organs[code], text=words)
    if stop == "studying":
        return
    yield days(2)
    offered = _fresh(inquiry).offered[0]
    inquiries.take_question(_fresh(inquiry), by=cast.chen, question=offered.pk, unit=organs[told["units"][0]])
    yield days(3)
    inquiries.hold(_fresh(inquiry), by=cast.chen, held_on=clock.today())
    if stop == "held":
        return
    yield hours(2)
    _answer(t, inquiry, told)
    yield hours(2)
    if told["scale"] == "full":
        inquiry = inquiries.call_rating(_fresh(inquiry), by=cast.chen)
        about = f"{inquiry.poll.about}{slips_of(t, 'dh-rd')}"
        polls.revise(_poll(inquiry), by=cast.chen, about=about)
        yield from voted(t, inquiry.poll, "dh-rd", "rating", "open" if stop == "called" else "")
        if stop == "called":
            return
        yield hours(2)
        inquiries.take_rating(_fresh(inquiry), by=cast.chen)
    if stop == "rated":
        return
    yield days(1)
    inquiries.publish(_fresh(inquiry), by=cast.sun)
    yield days(3)
    _list(t, inquiry, told)
    yield from _put_right(t, inquiry, ENDS[turn])
    if turn == "school":
        inquiries.close(_fresh(inquiry), by=cast.sun, text="两项承诺已经兑现，一项转为长期推进。")


def _answer(t: Teller, inquiry: Inquiry, told: dict[str, Any]) -> None:
    cast, answers = t.city.cast, {words: (answer, promise) for _, words, answer, promise in told["questions"]}
    heads = {"dh-zjj": cast.zheng, "dh-jyj": cast.luo, "dh-jtj": cast.ye}
    for question in _fresh(inquiry).adopted:
        answer, promise = answers.get(question.text, ("已经列入，会后把名单报给您。", ""))
        head = heads[question.unit.code]
        dated = {"promise": promise, "due_on": clock.today() + timedelta(days=75)} if promise else {}
        inquiries.answer(
            _fresh(inquiry), by=head, question=question, answerer=head.name, post="副局长", text=answer, **dated
        )


def _list(t: Teller, inquiry: Inquiry, told: dict[str, Any]) -> None:
    """Promises first, then what else was found."""
    cast = t.city.cast
    for question in _fresh(inquiry).adopted:
        if question.answer.promise:
            inquiries.list_item(_fresh(inquiry), by=cast.chen, answer=question.answer)
    for n, (code, problem) in enumerate(told["problems"]):
        inquiries.list_item(
            _fresh(inquiry), by=cast.shen, unit=cast.organs[code], problem=problem, due_on=clock.today() + timedelta(days=45 + 15 * n)
        )  # fmt: skip


def _put_right(t: Teller, inquiry: Inquiry, ends: tuple[str, ...]) -> Iterator[timedelta]:
    """Each line goes as far as its turn says; those that are struck off take two months."""
    cast = t.city.cast
    hands = {"dh-zjj": (cast.gao, cast.zheng), "dh-jyj": (cast.he, cast.luo), "dh-jtj": (cast.ding, cast.ye)}
    for n, item in enumerate(inquiry.items.order_by("pk").select_related("unit")):
        yield from _one(t, item, ends[n % len(ends)], *hands[item.unit.code])


def _one(t: Teller, item: RectificationItem, end: str, clerk: User, head: User) -> Iterator[timedelta]:
    cast = t.city.cast
    if end == "listed":
        return
    yield days(1)
    items.accept(_again(item), by=clerk, owner=f"{head.name}副局长", measure="列出任务单，每周调度，按月公开进展。")
    if end == "accepted":
        return
    yield days(4)
    items.report(_again(item), by=clerk, text="已经制定方案并开始实施，完成约三成。")
    if end == "in_progress":
        items.chase(_again(item), by=cast.shen, note="群众反映进展慢，请每周报一次。")
        return
    yield days(5)
    if end == "long_term":
        items.defer(_again(item), by=cast.sun, reason="牵涉跨年度的投入，需要长期推进。")
        return
    items.claim_done(_again(item), by=head, text="对照问题逐条整改，已经完成。")
    yield days(2)
    if end == "sent_back":
        items.send_back(_again(item), by=cast.shen, reason="现场还有两处没有改到位。")
    if end == "struck":
        items.strike(_again(item), by=cast.sun, text="现场核查，问题已经解决。")


def _fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.with_parts().get(pk=inquiry.pk)


def _again(item: RectificationItem) -> RectificationItem:
    return RectificationItem.objects.with_parts().get(pk=item.pk)


def _poll(inquiry: Inquiry) -> Any:
    return type(inquiry.poll).objects.with_parts().get(pk=inquiry.poll_id)
