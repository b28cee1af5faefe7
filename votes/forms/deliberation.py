"""What is typed for each verb of 审议意见: one table for the console and the units."""

from typing import Any

from accounts.models import Organ
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, decision, line, prose
from votes.forms.inquiry import committees_of, one_organ, units_under
from votes.models import DeliberationOpinion
from votes.states.deliberation import DELIBERATION
from votes.workflow import deliberation as workflow


class DraftForm(VerbForm):
    """A new 审议意见; `obj` is the congress, or what is revised."""

    title = line("标题", 120, hint="例如：关于全市停车管理情况报告的审议意见")
    meeting = line("会议", 60, hint="例如：市十九届人大常委会第十二次会议")
    met_on = day("会议日期")
    unit = one_organ("研究处理单位")
    committee = one_organ("对口专工委", hint="报告稿先征求它的意见")
    text = prose("审议意见", 8000, rows=10)

    def adapt(self) -> None:
        if isinstance(self.obj, DeliberationOpinion):
            for name in ("meeting", "met_on", "unit", "committee"):
                del self.fields[name]
            return
        congress: Organ = self.obj
        self.fields["unit"].queryset = units_under(congress)
        self.fields["committee"].queryset = committees_of(congress)


def first_words(obj: DeliberationOpinion) -> dict[str, Any]:
    return {"title": obj.title, "text": obj.text}


class DraftReportForm(VerbForm):
    text = prose("报告稿", 8000, rows=10, hint="对照审议意见逐条写研究处理情况")


class CommentForm(VerbForm):
    text = prose("修改意见", 8000, rows=6, hint="没有意见就写“无意见”")


class ReportForm(VerbForm):
    text = prose("书面报告", 8000, rows=12, hint="由单位负责人签发，会通报代表并向社会公布")

    def adapt(self) -> None:
        draft = self.obj.newest("draft")
        if draft is not None:
            self.initial.setdefault("text", draft.text)


class ReasonForm(VerbForm):
    reason = prose("退回原因", 1000, hint="哪一条没有回应，会公开")


class AgendaForm(VerbForm):
    meeting = line("列入哪次会议", 60)


class HearForm(VerbForm):
    content = decision("听取结果", "落实到位，办结", "没有落实到位，一个月内重新报告")
    text = prose("听取情况", 8000, rows=6, hint="回访调研和再次听取的情况，会公开")


class PointForm(VerbForm):
    problem = prose("问题", 2000, hint="审议意见里要整改的一件事")
    measure = prose("整改要求", 2000, required=False)
    due_on = day("整改期限")


class ChaseForm(VerbForm):
    note = prose("催办内容", 500)


DELIBERATION_ACTS = Acts(
    {
        "hand_over": Act(workflow.hand_over, hint="编号交办，单位两个月内书面报告。", done="已编号交办。", tone="main"),
        "report": Act(workflow.report, ReportForm, done="书面报告已提交。", tone="main"),
        "comment": Act(workflow.comment, CommentForm, "10 个工作日没有提意见的，单位可以直接报告。", done="意见已送单位。", tone="main"),
        "send_draft": Act(workflow.send_draft, DraftReportForm, "先送对口专工委征求意见，书面报告期限照常计算。", done="已送专工委。"),
        "put_on_agenda": Act(workflow.put_on_agenda, AgendaForm, "由主任会议决定。", done="已列入议程。", tone="main"),
        "publish": Act(
            workflow.publish, hint="通报全体代表并向社会公布，两个月后二次听取。", done="已通报公布。", tone="main"
        ),
        "hear_again": Act(workflow.hear_again, HearForm, done="二次听取已登记。", tone="main"),
        "list_item": Act(workflow.list_item, PointForm, done="已列入整改清单。"),
        "send_back": Act(workflow.send_back, ReasonForm, done="已退回。"),
        "chase": Act(workflow.chase, ChaseForm, done="已催办。"),
        "revise": Act(workflow.revise, DraftForm, done="已修改。"),
    },
    DELIBERATION.labels,
)  # fmt: skip
