"""审议意见 and work appraisals of the demonstration city, told through their verbs: one in every state."""

# ruff: noqa: E501 - a table is read by its lines

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Organ, User
from config.demo.polls import slips_of, voted
from config.demo.stories import Teller, days, hours
from ground import clock
from votes.models import DeliberationOpinion, Poll, WorkAppraisal
from votes.workflow import appraisal as appraisals, deliberation as deliberations, poll as polls

# turn → title, unit, text, the points that go onto the list, the report
OPINIONS: dict[str, tuple[str, str, str, tuple[str, ...], str]] = {
    "roads": (
        "关于农村公路建设养护情况报告的审议意见",
        "dh-jtj",
        "一、把通组路安全防护补齐。\n二、落实养护资金，公开养护里程。\n三、对超限运输联合治理。",
        ("12 处临水临崖路段没有护栏", "养护里程没有公开"),
        "12 处护栏已经安装；养护里程和资金每季度公开；联合治超行动已经开展两次。",
    ),
    "schools": (
        "关于学前教育普惠发展情况报告的审议意见",
        "dh-jyj",
        "一、增加乡镇公办园学位。\n二、规范民办园收费公示。\n三、配齐保育员。",
        ("三所民办园没有公示收费",),
        "今年新增公办园学位 540 个；全部民办园已经公示收费；保育员持证上岗率达到九成五。",
    ),
}
PROBLEMS = ("群众反映的问题重复发生", "办理代表建议答复多、落实少", "服务窗口一次办成率不高")
# How many days ago each began, what it is about, and where it stands; the years only tell appraisals apart.
DELIBERATED = (
    (190, "roads", ""), (125, "schools", "second_due"), (70, "schools", "published"), (45, "roads", "on_agenda"),
    (42, "schools", "reported"), (35, "roads", "commented"), (28, "schools", "draft_sent"), (9, "roads", "handed_over"),
    (2, "schools", "drafted"),
)  # fmt: skip
APPRAISED = (
    (205, "2025 年度", ""), (60, "2026 年上半年", "published"), (40, "2026 年二季度", "concluded"), (32, "窗口单位", "rating"),
    (31, "执法单位", "scored"), (16, "民生领域", "running"), (5, "城建领域", "chosen"), (3, "公共服务", "balloting"),
    (2, "2026 年四季度", "nominated"), (1, "2027 年度", "drafted"),
)  # fmt: skip


def deliberated(t: Teller, turn: str, stop: str = "") -> Iterator[timedelta]:
    """One 审议意见 as far as `stop`; without one to the second hearing."""
    cast = t.city.cast
    title, code, text, points, answer = OPINIONS[turn]
    clerk, head = _hands(t, code)
    obj = deliberations.draft(
        by=cast.chen, organ=cast.organs["dh-rd"], term=cast.terms["dh-rd"], title=title, text=text, unit=cast.organs[code],
        meeting="市十九届人大常委会第十二次会议", met_on=clock.today(), committee=cast.organs["dh-cjw"],
    )  # fmt: skip
    yield days(3)
    if stop == "drafted":
        return
    deliberations.hand_over(_fresh(obj), by=cast.sun)
    for point in points:
        deliberations.list_item(_fresh(obj), by=cast.shen, problem=point, due_on=clock.today() + timedelta(days=60))
    if stop == "handed_over":
        return
    yield days(20)
    deliberations.send_draft(_fresh(obj), by=clerk, text=f"（报告稿）{answer}")
    if stop == "draft_sent":
        return
    yield days(4)
    deliberations.comment(_fresh(obj), by=cast.shen, text="请对照三条意见逐条写清时间和数量。")
    if stop == "commented":
        return
    yield days(6)
    deliberations.report(_fresh(obj), by=head, text=answer)
    if stop == "reported":
        return
    yield days(3)
    if turn == "roads":
        deliberations.put_on_agenda(_fresh(obj), by=cast.shi, meeting="市人大常委会第十四次会议")
    if stop == "on_agenda":
        return
    yield days(5)
    deliberations.publish(_fresh(obj), by=cast.sun)
    if stop == "published":
        return
    yield days(75)  # the second hearing falls due meanwhile
    if stop == "second_due":
        return
    deliberations.hear_again(_fresh(obj), by=cast.sun, content=True, text="回访了六个乡镇，问题已经解决。")


def appraised(t: Teller, turn: str, stop: str = "") -> Iterator[timedelta]:
    """One year's appraisal as far as `stop`; without one to the look back."""
    cast, organs = t.city.cast, t.city.cast.organs
    units = list(Organ.objects.filter(congress=organs["dh-rd"], kind="department").order_by("code"))
    found = appraisals.draft(
        by=cast.chen, organ=organs["dh-rd"], term=cast.terms["dh-rd"], title=f"{turn}部门工作评议", committee=organs["dh-cjw"],
        since=clock.today() - timedelta(days=180), until=clock.today(), places=2,
    )  # fmt: skip
    if stop == "drafted":
        return
    yield days(1)
    appraisals.nominate(_again(found), by=cast.chen, units=units)
    if stop == "nominated":
        return
    yield days(1)
    found = appraisals.call_ballot(_again(found), by=cast.chen)
    yield from committee_voted(t, found.ballot, "open" if stop == "balloting" else "")
    if stop == "balloting":
        return
    appraisals.choose(_again(found), by=cast.chen)
    if stop == "chosen":
        return
    yield days(2)
    for target in _again(found).chosen:
        for problem in PROBLEMS:
            appraisals.name_problem(_again(found), by=cast.shen, target=target, text=problem)
    appraisals.begin_work(_again(found), by=cast.chen, due_on=clock.today() + timedelta(days=90))
    yield days(5)
    for target in _again(found).chosen:
        for user in _people_of(t, target.unit):
            appraisals.report_progress(_again(found), by=user, text="三个问题已经列出任务单，完成约一半。")
            appraisals.pledge(_again(found), by=user, text="三个月内解决三个突出问题，欢迎大家监督。")
    if stop == "running":
        return
    yield days(18)
    names = appraisals.sheet_of(organs["dh-rd"])
    for n, target in enumerate(_again(found).chosen):
        appraisals.note_visit(
            _again(found), by=cast.shen, target=target, text="走访服务窗口和两个社区，群众评价有好转。"
        )
        points = dict(zip(names, (88 - 6 * n, 80, 84, 90 - 5 * n), strict=True))
        appraisals.score(_again(found), by=cast.shen, target=target, points=points, basis="走访、台账和投诉统计")
    appraisals.settle_scores(_again(found), by=cast.sun)
    if stop == "scored":
        return
    yield days(2)
    found = appraisals.call_rating(_again(found), by=cast.chen)
    yield from committee_voted(t, found.poll, "open" if stop == "rating" else "")
    if stop == "rating":
        return
    appraisals.take_rating(_again(found), by=cast.chen)
    if stop == "concluded":
        return
    yield days(2)
    appraisals.publish(_again(found), by=cast.sun)
    if stop == "published":
        return
    yield days(66)
    appraisals.follow_up(_again(found), by=cast.sun, text="回访两个部门，三个问题没有反弹，投诉有所下降。")


def committee_voted(t: Teller, poll: Poll, stop: str) -> Iterator[timedelta]:
    """The committee's ballot, with the demonstration's slips in its words."""
    poll = Poll.objects.with_parts().get(pk=poll.pk)
    polls.revise(poll, by=t.city.cast.chen, about=f"{poll.about}{slips_of(t, 'dh-rd')}")
    yield hours(1)
    yield from voted(t, poll, "dh-rd", "committee", stop)
    yield hours(2)


def _hands(t: Teller, code: str) -> tuple[User, User]:
    cast = t.city.cast
    return {"dh-zjj": (cast.gao, cast.zheng), "dh-jyj": (cast.he, cast.luo), "dh-jtj": (cast.ding, cast.ye)}[code]


def _people_of(t: Teller, unit: Organ) -> list[User]:
    """The head of a department of the cast; of another department nobody is told of."""
    return [_hands(t, unit.code)[1]] if unit.code in ("dh-zjj", "dh-jyj", "dh-jtj") else []


def _fresh(obj: DeliberationOpinion) -> Any:
    return DeliberationOpinion.objects.with_parts().get(pk=obj.pk)


def _again(found: WorkAppraisal) -> Any:
    return WorkAppraisal.objects.with_parts().get(pk=found.pk)
