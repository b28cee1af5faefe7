"""What is typed for each verb of a promise: one table for deputies, units and the console alike."""

from typing import Any

from django import forms

from accounts.rules import leads_unit_of
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, decision, line, pills, prose
from suggestions.states.commitment import COMMITMENT
from suggestions.states.lists_suggestion import SuggestionGrade
from suggestions.workflow import commitment as workflow


class ReportForm(VerbForm):
    text = prose("进展", 2000, rows=6, hint="做了什么、到哪一步、还差什么")
    final = forms.BooleanField(
        label="已经全部完成", required=False, help_text="由单位负责人报告，作为再次答复请代表评价"
    )

    def adapt(self) -> None:
        if not leads_unit_of(self.actor, self.obj.assignment.organ_id):
            del self.fields["final"]


class RateCommitmentForm(VerbForm):
    result = pills("承诺落实得怎么样", SuggestionGrade)
    text = prose("说明", 1000, required=False, hint="不满意时请写明原因，单位一个月内重新办理")

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if typed.get("result") == SuggestionGrade.DISSATISFIED and not typed.get("text"):
            self.add_error("text", "不满意，请写明原因。")
        return typed


class ChangeForm(VerbForm):
    due_on = day("改到哪一天", hint="最多改两次，原来的日期会一直显示")
    text = prose("承诺内容", 500, required=False, hint="内容不变可以不填")
    reason = prose("改期理由", 1000, hint="领衔代表会看到")
    signed_by = line("单位主要负责人", 40, required=False, hint="第二次改期须由主要负责人签字")

    def adapt(self) -> None:
        self.fields["signed_by"].required = self.obj.changes > 0


class SettleChangeForm(VerbForm):
    accept = decision("是否同意改期", "同意改期", "不同意")
    reason = prose("理由", 1000, hint="写明听取领衔代表意见的情况")


class EndForm(VerbForm):
    outcome = pills("认定为", [("unkept", "未兑现"), ("kept", "已兑现（现场核查）")])
    reason = prose("理由", 1000, hint="写明听取领衔代表意见的情况，理由会公开")

    def adapt(self) -> None:
        if self.obj.state != "reported":
            self.fields["outcome"].choices = [("unkept", "未兑现")]
            self.initial.setdefault("outcome", "unkept")


COMMITMENT_ACTS = Acts(
    {
        "rate_commitment": Act(
            workflow.rate_commitment, RateCommitmentForm, "单位报告承诺已完成，请您评价落实情况。", done="已评价承诺落实。", tone="main"
        ),
        "report_commitment": Act(
            workflow.report_commitment, ReportForm, "每季度报告一次进展，完成时再报一次。", done="进展已报告。", tone="main"
        ),
        "settle_commitment_change": Act(
            workflow.settle_commitment_change, SettleChangeForm, "请先听取领衔代表意见。审批前原日期照常计算。",
            done="改期申请已审批。", tone="main",
        ),
        "change_commitment": Act(
            workflow.change_commitment, ChangeForm, "到期前申请，由代表工委听取代表意见后决定。", done="改期申请已提交。"
        ),
        "end_commitment": Act(
            workflow.end_commitment, EndForm, "认定后不能更改，未兑现的一直计入统计。", done="承诺已终结。", tone="danger"
        ),
    },
    COMMITMENT.labels,
)  # fmt: skip
