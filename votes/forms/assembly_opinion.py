"""Forms of a member's opinion, and its verbs as the pages of member, committee and unit offer them."""

from typing import Any

from django import forms

from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import line, organ, pills, prose
from votes.states import ASSEMBLY_OPINION, AssemblyGrade, Pace
from votes.workflow import assembly_opinion as verbs


class OpinionForm(VerbForm):
    title = line("标题", verbs.TITLE, hint="一句话说清是什么事")
    text = prose("情况和建议", verbs.TEXT, rows=8, hint="请写清在哪里、是什么情况、建议怎么办")
    place = line("地点", 80, required=False)


class NewOpinionForm(OpinionForm):
    may_publish = forms.BooleanField(
        label="办理情况可以向社会公开", required=False, initial=True, help_text="公开前街道会去掉个人信息"
    )

    def body(self) -> dict[str, Any]:
        return {**super().body(), "may_publish": self.cleaned_data["may_publish"]}


class ReasonForm(VerbForm):
    reason = prose("原因", verbs.NOTE)


class HandlerForm(VerbForm):
    organ = organ("承办单位", hint="街道办事处及其站所，或经街道转请本区部门")

    def adapt(self) -> None:
        self.fields["organ"].queryset = verbs.handlers_of(self.obj.assembly)


class AssignForm(HandlerForm):
    pace = forms.ChoiceField(
        label="办理期限", widget=forms.RadioSelect, initial=Pace.USUAL,
        choices=[(Pace.USUAL.value, "一般事项"), (Pace.LONG.value, "涉及面广、处理难度大")],
        help_text="一般 15 个工作日，难度大的 3 个月，以本街道的规则为准",
    )  # fmt: skip
    note = prose("交办要求", verbs.NOTE, required=False)


class ReassignForm(HandlerForm):
    reason = prose("原因", verbs.NOTE)


class ReplyForm(VerbForm):
    text = prose("答复", verbs.REPLY, rows=8, hint="办了什么、结果怎样；没有办成的，说明原因和打算")


class RateForm(VerbForm):
    grade = pills("您对办理结果", AssemblyGrade)
    text = prose("意见", verbs.NOTE, required=False, hint="不满意的请写明哪里不满意")


class PublishForm(VerbForm):
    public_text = prose("公开的内容", verbs.TEXT, rows=8, hint="请去掉姓名、电话、门牌等个人信息")


class LinkForm(VerbForm):
    number = line("群众意见编号", 20, hint="例如 Y2026-000123；答复后，反映这件事的群众会收到短信")


OPINION_ACTS = Acts(
    {
        "accept": Act(verbs.accept, tone="main"),
        "assign": Act(verbs.assign, AssignForm, tone="main"),
        "complete": Act(verbs.complete, OpinionForm, tone="main"),
        "reply": Act(verbs.reply, ReplyForm, tone="main", hint="答复发出后不能修改，议事代表会收到通知并评价。"),
        "rate": Act(verbs.rate, RateForm, tone="main", hint="不满意的，承办单位要重新办理一次。"),
        "publish": Act(verbs.publish, PublishForm, hint="公开后，任何人都能看到内容和答复。"),
        "link": Act(verbs.link, LinkForm),
        "reassign": Act(verbs.reassign, ReassignForm, hint="期限不变。"),
        "send_back": Act(verbs.send_back, ReasonForm, hint="提出人会看到原因。"),
        "hand_back": Act(verbs.hand_back, ReasonForm, hint="不属于本单位职责的，退回街道另交。"),
        "withdraw": Act(verbs.withdraw, tone="danger"),
    },
    ASSEMBLY_OPINION.labels,
)
