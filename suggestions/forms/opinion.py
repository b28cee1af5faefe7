"""What is typed for each verb of an opinion: one table for deputies, stations, units and the console alike."""

import re
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import Organ
from accounts.states import OrganKind
from deputies.models import Deputy
from ground import clock
from ground.pages import Act, Acts, Press, VerbForm
from suggestions.forms.fields import day, decision, line, moment, organ, pick, pills, prose
from suggestions.models import Opinion, Suggestion
from suggestions.states.lists import (
    GUIDANCE,
    Category,
    Complaint,
    Concern,
    EnteredWay,
    Grade,
    OpinionSolved,
    RejectReason,
    TellBy,
    Urgency,
)
from suggestions.states.opinion import HEADS, OPINION
from suggestions.workflow import opinion as workflow
from suggestions.workflow.referral import HANDLERS, units_open_to
from suggestions.workflow.suggestion import escalate_opinion

UNSENT = ("draft", "cosigning", "returned")


class ReasonForm(VerbForm):
    reason = prose("原因", 500, hint="群众和同事会看到，请写明白")


class ContactForm(VerbForm):
    reason = line("为什么要联系", 200, hint="群众能看到是谁、什么时候、为什么打开了电话")


class AcceptForm(VerbForm):
    category = pick("类别", Category)
    public_text = prose(
        "别人能看到的文字",
        2000,
        rows=6,
        hint="已自动隐去电话、证件号和门牌号，请再看一遍；不公开的事也按这个文字转给单位。",
    )

    def adapt(self) -> None:
        self.initial |= {"category": self.obj.category, "public_text": self.obj.masked_text}


class RejectForm(VerbForm):
    reason_code = pills("为什么不在本渠道办理", RejectReason)
    note = prose("向群众说明", 500)
    guide = prose("去哪里办", 500, required=False, hint="不填就用系统的说法，写明地址和电话")
    with_members = forms.BooleanField(label="并在一起的人也一并引导", required=False)

    def adapt(self) -> None:
        if not self.obj.members.exists():
            del self.fields["with_members"]

    def clean_guide(self) -> str:
        return self.cleaned_data["guide"] or GUIDANCE.get(self.cleaned_data.get("reason_code", ""), "")


class MergeForm(VerbForm):
    into = line("并入哪一件", 20, hint="填同一地点、同一件事的编号，例如 Y2026-000123")

    def clean_into(self) -> Opinion:
        number = self.cleaned_data["into"].strip().upper()
        head = (
            Opinion.objects.visible_to(self.actor)
            .filter(number=number, state__in=HEADS)
            .exclude(pk=self.obj.pk)
            .first()
        )
        if head is None:
            raise forms.ValidationError("没有找到这个编号，或者那件事已经办完，请核对。")
        return head


class ReleaseForm(ReasonForm):
    to = forms.ModelChoiceField(Deputy.objects.none(), label="请哪位代表接着办", required=False, empty_label="不指定")

    def adapt(self) -> None:
        stationed = Q(seats__venues__venue=self.obj.station_id, seats__venues__until=None, seats__state="active")
        nearby = Deputy.objects.filter(stationed) if self.obj.station_id else Deputy.objects.none()
        self.fields["to"].queryset = nearby.distinct()

    def body(self) -> dict[str, Any]:
        typed = super().body()
        return typed | ({"to": typed["to"].code} if "to" in typed else {})


class CoordinateForm(VerbForm):
    parties = line("请哪些人一起商量", 200, required=False)
    note = prose("打算怎么协调", 1000)

    def body(self) -> dict[str, Any]:
        typed = super().body()
        names = re.split(r"[、，,；;\s]+", typed.pop("parties", ""))
        return typed | {"parties": [name for name in names if name]}


class TextForm(VerbForm):
    text = prose("对群众说的话", 2000, rows=6)
    solved = pills("解决了吗", OpinionSolved, required=False)


class ConfirmForm(TextForm):
    """The unit's report is offered as a beginning; the words to the citizen are the deputy's own."""

    def adapt(self) -> None:
        referral = self.obj.live_referral
        if referral is not None and referral.report:
            self.initial |= {"text": referral.report, "solved": referral.report_solved}


class ReportForm(VerbForm):
    text = prose("办理结果", 2000, rows=6, hint="由代表或联络站转告群众，请直接写给群众看")
    solved = pills("解决了吗", OpinionSolved, required=False)


class SuggestReferForm(VerbForm):
    """Which unit: any that the station, or the congress offices of the place, may write to."""

    organ = organ("建议转给哪个单位")
    note = prose("为什么转给它", 500)

    def adapt(self) -> None:
        near = [pk for pk in (self.obj.town_id, self.obj.congress_id, self.obj.above_id) if pk]
        units = Organ.objects.live().filter(Q(congress__in=near, kind__in=HANDLERS) | Q(kind=OrganKind.HOTLINE))
        self.fields["organ"].queryset = units.order_by("code")


class ReferForm(VerbForm):
    """Which unit: those whose route is open to this sender."""

    organ = organ("转给哪个单位")
    note = prose("对单位的要求", 500, required=False)
    summary = prose("给单位看的摘要", 2000, required=False, hint="要求保密或反映该单位本身的，必须用摘要，不写姓名。")
    order_no = line("12345 工单号", 40, required=False)

    def adapt(self) -> None:
        open_to = [unit.pk for unit in units_open_to(self.obj, self.actor)]
        self.fields["organ"].queryset = Organ.objects.filter(pk__in=open_to).order_by("code")
        if self.obj.suggested_organ_id in open_to:
            self.initial["organ"] = self.obj.suggested_organ_id


class AskExtensionForm(ReasonForm):
    until = day("延到哪一天", hint="最多延 15 个工作日，只能申请一次")


class SettleForm(ReasonForm):
    accept = decision("是否同意延期", "同意", "不同意")
    field_order = ("accept", "reason")


class EscalateForm(VerbForm):
    suggestion = forms.ModelChoiceField(
        Suggestion.objects.none(), label="放进哪件建议", required=False, empty_label="新写一件建议",
        help_text="也可以放进自己还没有提交的建议里。",
    )  # fmt: skip

    def adapt(self) -> None:
        seats = [seat.id for seat in self.actor.facts.seats]
        self.fields["suggestion"].queryset = Suggestion.objects.filter(lead__in=seats, state__in=UNSENT)


class EnteredRatingForm(VerbForm):
    """代录: what the citizen said by voice or on a signed slip, typed by somebody who did not handle the matter."""

    grade = pills("群众的评价", Grade)
    reasons = forms.MultipleChoiceField(
        label="不满意的原因", choices=Complaint.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    solved = pills("解决了吗", OpinionSolved, required=False)
    text = prose("群众的原话", 500, required=False)
    way = pills("怎么得到的", EnteredWay)
    note = line("凭据", 200, hint="签字回单的编号，或回访的时间和电话记录")

    def body(self) -> dict[str, Any]:
        typed = super().body()
        return typed | {"entered": {"way": typed.pop("way"), "note": typed.pop("note")}}


class UrgencyForm(VerbForm):
    urgency = pills("紧急程度", Urgency)
    reason = line("原因", 200, required=False, hint="降低紧急程度必须写明原因")

    def adapt(self) -> None:
        self.initial["urgency"] = self.obj.urgency

    def body(self) -> dict[str, Any]:
        return {"reason": "", **super().body()}


class AvoidForm(ReasonForm):
    concerns = forms.MultipleChoiceField(label="涉及谁", choices=Concern.choices, widget=forms.CheckboxSelectMultiple)
    field_order = ("concerns", "reason")


class ReissueForm(VerbForm):
    seen = line("核对了什么", 200, hint="例如：看过受理单；看过身份证，未留复印件")


class ToldForm(VerbForm):
    way = pills("怎样告知的", TellBy)
    at = moment("什么时候")
    person = line("告知了谁", 40, required=False)

    def adapt(self) -> None:
        self.initial |= {"way": self.obj.tell_by, "at": clock.now()}


class NoteForm(VerbForm):
    note = prose("说明", 500)


class AcknowledgeForm(VerbForm):
    note = prose("看到了什么、给谁打了电话", 500)


class SecureForm(VerbForm):
    text = prose("现场采取了什么措施", 500, hint="群众会看到")


class ExplainForm(VerbForm):
    text = prose("向群众说明", 2000, rows=6)


OPINION_ACTS = Acts(
    {
        "acknowledge": Act(
            workflow.acknowledge, AcknowledgeForm, "安全隐患要在 2 小时内确认，24 小时内采取现场措施。",
            done="已确认，请尽快到现场。", tone="main",
        ),
        "secure": Act(workflow.secure, SecureForm, "写明已经采取的措施，群众会收到通知。", done="现场措施已登记。", tone="main"),
        "accept": Act(workflow.accept, AcceptForm, "接收后，被反映的代表或联络站会收到提醒。", done="已接收，等待接单。", tone="main"),
        "claim": Act(workflow.claim, Press, "接单后由您负责到底，5 个工作日内答复。", done="已接单。", tone="main"),
        "answer": Act(workflow.answer, TextForm, "群众会看到全文，并在 7 天内评价。", done="已答复，等群众评价。", tone="main"),
        "coordinate": Act(workflow.coordinate, CoordinateForm, "联络站请有关方面一起商量，7 个工作日内有结果。", done="已转为站内协调。"),
        "suggest_refer": Act(workflow.suggest_refer, SuggestReferForm, "由站长决定是否转办，您会收到结果。", done="已建议转办。"),
        "refer": Act(workflow.refer, ReferForm, "转办函是请单位办理，不是命令；单位看不到群众的姓名和电话。", done="已转给承办单位。"),
        "decline_refer": Act(workflow.decline_refer, ReasonForm, "接单人会看到理由，继续自己办理。", done="已告诉接单人。"),
        "confirm": Act(workflow.confirm, ConfirmForm, "用您自己的话告诉群众，群众会收到并评价。", done="已转告群众。", tone="main"),
        "report": Act(workflow.report, ReportForm, "回报后由代表或联络站转告群众。", done="已回报。", tone="main"),
        "send_back": Act(workflow.send_back, ReasonForm, "不属于本单位职责的，收到后 2 个工作日内退单。", done="已退单。", tone="danger"),
        "question": Act(workflow.question, ReasonForm, "单位 5 个工作日内补充，只能退回一次。", done="已退回补充。"),
        "ask_extension": Act(workflow.ask_extension, AskExtensionForm, "到期前申请一次；批准前原期限照常计算。", done="延期申请已提交。"),
        "settle_extension": Act(workflow.settle_extension, SettleForm, "群众会收到新的日期。", done="延期申请已审批。", tone="main"),
        "chase": Act(workflow.chase, NoteForm, "催办会记录在案。", done="已催办。"),
        "recall": Act(workflow.recall, ReasonForm, "收回后由接单人继续办理。", done="已收回。"),
        "escalate": Act(escalate_opinion, EscalateForm, "写成代表建议，由有关部门依法答复；群众会一直收到进展。", done="已转为代表建议。"),
        "merge": Act(workflow.merge, MergeForm, "同一地点、同一件事才能并件；编号、查询码和评价都保留。", done="已并入同一件事。"),
        "unmerge": Act(workflow.unmerge, ReasonForm, "这件事重新单独办理。", done="已恢复单独办理。"),
        "release": Act(workflow.release, ReleaseForm, "让出后由联络站或其他代表接着办。", done="已让出。"),
        "explain": Act(workflow.explain, ExplainForm, "两次办理后群众仍不满意，请说明情况。", done="说明已发给群众。", tone="main"),
        "rate": Act(workflow.rate, EnteredRatingForm, "代为录入群众的评价；经办人不能录自己办的事。", done="评价已登记。"),
        "record_told": Act(workflow.record_told, ToldForm, "登记已经当面或打电话告诉了群众。", done="已登记告知。", tone="main"),
        "set_urgency": Act(workflow.set_urgency, UrgencyForm, "调整后按新的时限计算。", done="紧急程度已调整。"),
        "avoid": Act(workflow.avoid, AvoidForm, "设置后，被涉及的人和单位看不到这件事，由上一级办理。", done="已设置回避。"),
        "lift_avoidance": Act(workflow.lift_avoidance, ReasonForm, "解除后按正常程序办理。", done="已解除回避。"),
        "reissue": Act(workflow.reissue, ReissueForm, "核对受理单或身份证后补发，原查询码作废。", done="查询码已补发。"),
        "reject": Act(workflow.reject, RejectForm, "要告诉群众去哪里办，地址和电话写清楚。", done="已引导其他渠道。", tone="danger"),
    },
    OPINION.labels,
)  # fmt: skip
