"""What is typed for each verb of a work appraisal: one table for the console and the units."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import Organ
from accounts.states import OrganKind
from ground import clock
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, line, prose
from votes.forms.inquiry import committees_of, one_organ
from votes.models import AppraisalTarget
from votes.rules.appraisal import PROBLEMS
from votes.states.appraisal import APPRAISAL
from votes.workflow import appraisal as workflow


class DraftForm(VerbForm):
    """A new appraisal; `obj` is the congress."""

    title = line("名称", 120)
    committee = one_organ("牵头委员会")
    since = day("投诉统计自")
    until = day("投诉统计至", hint="群众意见转办、代表建议和不满意评价都从这段时间里数")
    places = forms.IntegerField(label="确定几个评议对象", min_value=1, max_value=10, initial=3)

    def adapt(self) -> None:
        self.fields["committee"].queryset = committees_of(self.obj)
        self.initial.setdefault("until", clock.today())
        self.initial.setdefault("since", clock.today() - timedelta(days=365))


def departments_of(congress: Organ) -> Any:
    return Organ.objects.live().filter(congress=congress, kind=OrganKind.DEPARTMENT).order_by("code")


class NominateForm(VerbForm):
    units = forms.ModelMultipleChoiceField(
        Organ.objects.none(), label="从哪些部门里产生", widget=forms.CheckboxSelectMultiple,
        help_text="系统数出每个部门的投诉和建议，取最多的 10 个",
    )  # fmt: skip

    def adapt(self) -> None:
        listed = departments_of(self.obj.organ)
        self.fields["units"].queryset = listed
        self.initial.setdefault("units", [organ.pk for organ in listed])


class OfTarget(VerbForm):
    """Asks for one of the chosen departments."""

    def adapt(self) -> None:
        wanted = [target.pk for target in self.obj.chosen if self.is_open(target)]
        self.fields["target"].queryset = AppraisalTarget.objects.filter(pk__in=wanted).select_related("unit")
        if len(wanted) == 1:
            self.initial.setdefault("target", wanted[0])

    def is_open(self, target: AppraisalTarget) -> bool:
        return True


def one_target() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(AppraisalTarget.objects.none(), label="评议对象", empty_label="请选择")


class ProblemForm(OfTarget):
    target = one_target()
    text = prose("突出问题", 2000, hint="每个对象三个，开始整改后列入整改清单")

    def is_open(self, target: AppraisalTarget) -> bool:
        return len(target.problems.all()) < PROBLEMS


class BeginForm(VerbForm):
    due_on = day("整改期限")


class PledgeForm(VerbForm):
    text = prose("公开承诺", 2000, rows=6, hint="由单位负责人承诺，结果公布时一并公开")


class ProgressForm(VerbForm):
    text = prose("本月进展", 2000, rows=6, hint="对照三个问题写")


class VisitForm(OfTarget):
    target = one_target()
    text = prose("走访情况", 2000)


class ScoreForm(OfTarget):
    target = one_target()
    basis = line("打分依据", 200, required=False)

    def adapt(self) -> None:
        super().adapt()
        self.sheet = workflow.sheet_of(self.obj.organ)
        for n, (name, weight) in enumerate(self.sheet.items(), 1):
            self.fields[f"points{n}"] = forms.IntegerField(
                label=f"{name}（占 {weight}%）", min_value=0, max_value=100, help_text="0 到 100 分"
            )
        self.order_fields(["target", *(f"points{n}" for n in range(1, len(self.sheet) + 1)), "basis"])

    def body(self) -> dict[str, Any]:
        typed = self.cleaned_data
        points = {name: typed[f"points{n}"] for n, name in enumerate(self.sheet, 1)}
        return {"target": typed["target"], "points": points, "basis": typed["basis"]}


class FollowForm(VerbForm):
    text = prose("回访情况", 2000, hint="投诉量由系统重新统计，和评议前的放在一起公布")


APPRAISAL_ACTS = Acts(
    {
        "nominate": Act(workflow.nominate, NominateForm, done="候选名单已产生。", tone="main"),
        "call_ballot": Act(
            workflow.call_ballot,
            hint="建立一次常委会票决，请在“票决”里确定人员、开始投票。",
            done="票决已建立。",
            tone="main",
        ),
        "choose": Act(workflow.choose, done="评议对象已确定，请列出突出问题。", tone="main"),
        "name_problem": Act(workflow.name_problem, ProblemForm, done="已列出。", tone="main"),
        "begin": Act(
            workflow.begin_work,
            BeginForm,
            "三个问题列入各单位的整改清单，单位每月报告一次。",
            done="已开始整改。",
            tone="main",
        ),
        "report_progress": Act(workflow.report_progress, ProgressForm, done="本月进展已报告。", tone="main"),
        "pledge": Act(workflow.pledge, PledgeForm, done="已公开承诺。"),
        "score": Act(workflow.score, ScoreForm, "总分＝各项得分乘权重之和。", done="已打分。"),
        "note_visit": Act(workflow.note_visit, VisitForm, done="已记录。"),
        "settle_scores": Act(workflow.settle_scores, hint="确认后不能再改分。", done="打分已确认。", tone="main"),
        "call_rating": Act(
            workflow.call_rating, hint="建立一次无记名测评，请在“票决”里办理。", done="测评已建立。", tone="main"
        ),
        "take_rating": Act(workflow.take_rating, done="测评结果已登记。", tone="main"),
        "publish": Act(workflow.publish, hint="问题、承诺、得分和测评结果向社会公布。", done="已公布。", tone="main"),
        "follow_up": Act(workflow.follow_up, FollowForm, done="回访已登记。", tone="main"),
    },
    APPRAISAL.labels,
)
