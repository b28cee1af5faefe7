"""What is typed for each verb of a rectification item: one table for units and the console alike."""

from ground.pages import Act, Acts, VerbForm
from suggestions.forms.citizen import PhotosField
from suggestions.forms.fields import day, line, prose
from votes.states.rectification import RECTIFICATION
from votes.workflow import rectification as workflow


class AcceptForm(VerbForm):
    owner = line("责任人", 60, hint="姓名和职务，会公开")
    measure = prose("整改措施", 2000, hint="怎么改，分几步，会公开")

    def adapt(self) -> None:
        self.initial.setdefault("measure", self.obj.measure)


class ReportForm(VerbForm):
    text = prose("进展", 2000, rows=6, hint="做了什么、到哪一步、还差什么。公布的整改事项，这些话群众看得到")
    photos = PhotosField(label="照片", required=False, help_text="整改前后对比最好；不要拍到个人信息")


class DoneForm(VerbForm):
    text = prose("整改结果", 2000, rows=6, hint="对照问题逐条写，由人大核查后销号")


class StrikeForm(VerbForm):
    text = prose("核查情况", 1000, hint="怎么核查的、看到什么，会公开")


class SendBackForm(VerbForm):
    reason = prose("退回原因", 1000, hint="哪里没有改好，会公开")
    until = day("重改到哪一天", required=False, hint="不填按一个月")


class ReasonForm(VerbForm):
    reason = prose("理由", 1000, hint="会公开")


class PostponeForm(VerbForm):
    until = day("改到哪一天")
    reason = prose("改期理由", 1000, hint="原来的日期和理由会一直显示")


class ChaseForm(VerbForm):
    note = prose("催办内容", 500)


ITEM_ACTS = Acts(
    {
        "accept": Act(workflow.accept, AcceptForm, "认领后由责任人按期整改。", done="已认领。", tone="main"),
        "strike": Act(workflow.strike, StrikeForm, "核查属实的，予以销号。", done="已销号。", tone="main"),
        "send_back": Act(workflow.send_back, SendBackForm, "没有改好的，退回重改。", done="已退回。"),
        "report": Act(workflow.report, ReportForm, done="进展已报告。", tone="main"),
        "claim_done": Act(
            workflow.claim_done, DoneForm, "由单位负责人报告，人大 10 个工作日内核查。", done="已报告完成。"
        ),
        "postpone": Act(workflow.postpone, PostponeForm, done="已改期。"),
        "chase": Act(workflow.chase, ChaseForm, "单位的人会收到消息和短信。", done="已催办。"),
        "defer": Act(
            workflow.defer,
            ReasonForm,
            "一时改不完、要长期做的，每季度报告一次进展。",
            done="已转长期整改。",
            tone="danger",
        ),
    },
    RECTIFICATION.labels,
)
