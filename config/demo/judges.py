"""Appraisals of judges of the demonstration city, told through their verbs: one fed back, one just drawn. Names are made up."""

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.states import Role
from config.demo.appraisals import committee_voted
from config.demo.stories import Teller, days, hours
from ground import clock
from votes.models import JudicialAppraisal
from votes.workflow import judicial, rectification

LISTED = (
    ("柳文清", "民事审判第一庭审判员", 2016), ("段立诚", "刑事审判第一庭审判员", 2014), ("路雅宁", "行政审判庭庭长", 2017),
    ("秦远山", "执行局法官", 2018), ("闻静", "民事审判第二庭审判员", 2015), ("江知行", "立案庭审判员", 2019),
)  # fmt: skip
CASES = (("民终", "民间借贷纠纷"), ("民终", "建设工程施工合同纠纷"))
MARKS = ((92, 88, 90, 85), (86, 90, 84, 80))
# How many days ago each began, and where it stands
TOLD = ((58, "mending"), (6, "drawn"))


def judged(t: Teller, stop: str) -> Iterator[timedelta]:
    """One appraisal as far as `stop`."""
    cast = t.city.cast
    court, committee = cast.organs["dh-court"], cast.organs["dh-cjw"]
    season = "上半年" if stop == "mending" else "下半年"
    found = judicial.plan(
        by=cast.chen, organ=cast.organs["dh-rd"], term=cast.terms["dh-rd"], court=court, committee=committee, places=2,
        title=f"市中级法院法官履职评议（{season}）",
    )  # fmt: skip
    for name, post, year in LISTED:
        judicial.add_person(_fresh(found), by=cast.chen, name=name, post=post, since=date(year, 5, 1))
    yield hours(5)
    judicial.draw(_fresh(found), by=cast.chen, witness="唐勇，市人大常委会委员")
    if stop == "drawn":
        return
    yield days(9)
    sheet = judicial.sheet_of(cast.organs["dh-rd"])
    for person in _fresh(found).chosen:
        for n, (kind, cause) in enumerate(CASES):
            judicial.note_case(
                _fresh(found), by=cast.shen, person=person, number=f"（2025）云9901{kind}{100 * person.position + n}号", cause=cause,
                points=dict(zip(sheet, MARKS[n], strict=True)), remark="程序规范，说理可以再充分一些。",
            )  # fmt: skip
        judicial.note_interview(
            _fresh(found), by=cast.shen, person=person, text="同事和律师反映办案认真，庭审驾驭较好。"
        )
    yield days(4)
    judicial.settle_scores(_fresh(found), by=cast.sun)
    yield days(2)
    called = judicial.call_rating(_fresh(found), by=cast.chen)
    yield from committee_voted(t, called.poll, "")
    judicial.take_rating(_fresh(found), by=cast.chen)
    yield days(6)
    letter = "两位法官办案认真，群众反映较好。建议：一、加强裁判文书说理；二、规范庭审用语；三、把评查中的共性问题列入业务培训。"
    judicial.feed_back(_fresh(found), by=cast.sun, text=letter)
    head = t.city.post(court, Role.HANDLER_CLERK, Role.HANDLER_LEAD, title="审判管理办公室主任")
    due_on = clock.today() + timedelta(days=60)
    judicial.list_item(_fresh(found), by=cast.shen, problem="部分裁判文书说理不够充分", due_on=due_on)
    yield days(2)
    item = _fresh(found).items.get()
    rectification.accept(item, by=head, owner="审判管理办公室主任", measure="每月抽查文书，集中讲评两次")
    yield days(12)
    rectification.report(_fresh(found).items.get(), by=head, text="已经抽查文书 40 份，集中讲评一次。")


def _fresh(found: JudicialAppraisal) -> JudicialAppraisal:
    return JudicialAppraisal.objects.with_parts().get(pk=found.pk)
