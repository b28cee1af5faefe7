"""What is typed for each verb of an inquiry: one table for the console, the units and the deputies."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import Organ
from accounts.states import OrganKind
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import NO_UNITS, day, line, pick, pills, prose
from votes.models import Answer, Inquiry, Question
from votes.rules.inquiry import may_answer
from votes.states.inquiry import INQUIRY, Meeting, QuestionKind, Scale
from votes.workflow import inquiry as workflow


def units_under(congress: Organ) -> Any:
    """Whoever a congress supervises: its government, departments, courts and procuratorates."""
    return Organ.objects.live().filter(congress=congress).exclude(kind__in=NO_UNITS).order_by("code")


def committees_of(congress: Organ) -> Any:
    return Organ.objects.live().filter(Q(congress=congress), kind=OrganKind.COMMITTEE).order_by("code")


def one_organ(label: str, *, required: bool = True, hint: str = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Organ.objects.none(), label=label, required=required, empty_label="请选择", help_text=hint
    )


class PlanForm(VerbForm):
    """A new inquiry; `obj` is the congress, or the inquiry that is revised."""

    title = line("询问题目", 120)
    scale = pills("规模", Scale, hint="微询问：题目小、提问人少，可以不测评")
    meeting = pills("会议形式", Meeting)
    units = forms.ModelMultipleChoiceField(
        Organ.objects.none(), label="被询问单位", widget=forms.CheckboxSelectMultiple, help_text="主要负责人要到会答复"
    )
    committee = one_organ("牵头委员会", required=False)
    held_on = day("计划询问日期", required=False)
    about = prose("方案", 3000, required=False, hint="为什么问、调研怎么安排、关联的报告或者检查")

    def adapt(self) -> None:
        congress = self.obj.organ if isinstance(self.obj, Inquiry) else self.obj
        self.fields["units"].queryset = units_under(congress)
        self.fields["committee"].queryset = committees_of(congress)
        if isinstance(self.obj, Inquiry):
            del self.fields["scale"]


def first_words(inquiry: Inquiry) -> dict[str, Any]:
    return {
        "title": inquiry.title, "meeting": inquiry.meeting, "units": [unit.organ_id for unit in inquiry.units.all()],
        "committee": inquiry.committee_id, "held_on": inquiry.held_on, "about": inquiry.about,
    }  # fmt: skip


class OfUnits(VerbForm):
    """Asks for one of the units of the inquiry, where the form has such a field."""

    def adapt(self) -> None:
        asked = Organ.objects.filter(pk__in=[unit.organ_id for unit in self.obj.units.all()]).order_by("code")
        self.fields["unit"].queryset = asked
        if len(asked) == 1:
            self.initial.setdefault("unit", asked[0].pk)


class FindingForm(OfUnits):
    team = line("调研组", 60)
    unit = one_organ("涉及单位", required=False)
    text = prose("发现的问题", 3000, rows=6, hint="时间、地点、情况；不写群众的姓名和电话")


class AskForm(OfUnits):
    unit = one_organ("问哪个单位", required=False, hint="不清楚可以不选")
    text = prose("问题", 500, hint="一次问一件事。采纳后列入询问会的问题")


class QuestionForm(OfUnits):
    kind = pills("类型", [c for c in QuestionKind.choices if c[0] != QuestionKind.ONLINE])
    follows = forms.ModelChoiceField(
        Question.objects.none(), label="追问哪个问题", required=False, empty_label="不是追问"
    )
    asker = line("提问人", 40)
    unit = one_organ("答复单位")
    text = prose("问题", 500)

    def adapt(self) -> None:
        super().adapt()
        if self.obj.state == "studying":
            del self.fields["kind"], self.fields["follows"]
            return
        self.fields["kind"].choices = [c for c in self.fields["kind"].choices if c[0] != QuestionKind.PLANNED]
        answered = [q.pk for q in self.obj.adopted if q.is_answered]
        self.fields["follows"].queryset = Question.objects.filter(pk__in=answered).order_by("order", "pk")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == QuestionKind.FOLLOWUP and not typed.get("follows") and "follows" in self.fields:
            self.add_error("follows", "请选择追问的是哪个问题。")
        return typed


class TakeForm(OfUnits):
    question = pick("采纳哪个提问", [])
    unit = one_organ("答复单位")

    def adapt(self) -> None:
        super().adapt()
        rows = [(q.pk, f"{q.asker}：{q.text[:40]}") for q in self.obj.offered]
        self.fields["question"].choices = [("", "请选择"), *rows]

    def body(self) -> dict[str, Any]:
        return {**super().body(), "question": int(self.cleaned_data["question"])}


class HoldForm(VerbForm):
    held_on = day("询问日期", hint="开会当天或之后填写")

    def adapt(self) -> None:
        self.initial.setdefault("held_on", self.obj.held_on)


class AnswerForm(VerbForm):
    question = forms.ModelChoiceField(Question.objects.none(), label="答复哪个问题", empty_label="请选择")
    answerer = line("答复人", 40)
    post = line("职务", 60)
    text = prose("答复", 3000, rows=8, hint="记原意；答复记下后不能改")
    promise = prose("当场承诺", 300, required=False, hint="没有承诺可以不填；填了会列入整改清单")
    due_on = day("承诺完成日期", required=False)

    def adapt(self) -> None:
        open_now = [q.pk for q in self.obj.adopted if not q.is_answered and may_answer(self.actor, self.obj, q)]
        self.fields["question"].queryset = Question.objects.filter(pk__in=open_now).order_by("order", "pk")
        self.fields["question"].label_from_instance = lambda q: f"第 {q.order} 题：{q.text[:50]}"
        if len(open_now) == 1:
            self.initial.setdefault("question", open_now[0])


class ItemForm(VerbForm):
    answer = forms.ModelChoiceField(
        Answer.objects.none(), label="来自哪项承诺", required=False, empty_label="不是承诺，另外列出",
        help_text="选了承诺的，下面不填就按承诺的单位、内容和日期",
    )  # fmt: skip
    unit = one_organ("整改单位", required=False)
    problem = prose("问题", 2000, required=False)
    measure = prose("整改要求", 2000, required=False)
    due_on = day("整改期限", required=False)

    def adapt(self) -> None:
        self.fields["unit"].queryset = Organ.objects.filter(pk__in=[u.organ_id for u in self.obj.units.all()])
        waiting = Answer.objects.filter(question__inquiry=self.obj, item=None).exclude(promise="")
        self.fields["answer"].queryset = waiting.select_related("question__unit")
        self.fields["answer"].label_from_instance = lambda a: f"{a.question.unit}：{a.promise[:40]}"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("answer") and "answer" not in self.errors:
            for name in ("unit", "problem", "due_on"):
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, f"请填写“{self.fields[name].label}”，或者选一项承诺。")
        return typed


class CloseForm(VerbForm):
    text = prose("办结说明", 1000, required=False)


INQUIRY_ACTS = Acts(
    {
        "study": Act(workflow.study, hint="通知被询问单位，调研组开始工作。", tone="main"),
        "record_finding": Act(workflow.record_finding, FindingForm, done="已记录。"),
        "ask": Act(workflow.ask, AskForm, "您的提问由人大机关汇总，采纳的列入询问会。", done="已提交，采纳和答复都会告诉您。", tone="main"),
        "take_question": Act(workflow.take_question, TakeForm, done="已采纳，列入问题清单。"),
        "put_question": Act(workflow.put_question, QuestionForm, done="已列出。"),
        "hold": Act(workflow.hold, HoldForm, "问题列好、会议召开后登记，接着记录答复。", done="已登记，请记录答复。", tone="main"),
        "answer": Act(workflow.answer, AnswerForm, done="答复已记录。", tone="main"),
        "call_rating": Act(
            workflow.call_rating, hint="建立一次无记名测评，请在“票决”里确定人员、开始投票。",
            done="测评已建立，请到票决里确定人员、开始投票。", tone="main",
        ),
        "take_rating": Act(workflow.take_rating, done="测评结果已登记，请列出整改清单。", tone="main"),
        "list_item": Act(workflow.list_item, ItemForm, "列入后，单位 3 个工作日内认领。", done="已列入整改清单。"),
        "close": Act(workflow.close, CloseForm, "全部销号或者转长期后办结。", done="已办结。"),
        "publish": Act(workflow.publish, hint="问题、答复、承诺和整改清单向社会公开。", done="已公布。"),
        "revise": Act(workflow.revise, PlanForm, done="方案已修改。"),
    },
    INQUIRY.labels,
)  # fmt: skip
