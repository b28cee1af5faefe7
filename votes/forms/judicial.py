"""What is typed for each verb of an appraisal of judges or prosecutors, on the console alone."""

from typing import Any

from django import forms

from accounts.models import Organ
from ground.pages import Act, Acts, VerbForm
from suggestions.forms.fields import day, line, prose
from votes.forms.inquiry import committees_of, one_organ
from votes.models import JudicialPerson
from votes.rules.judicial import COURTS
from votes.states.judicial import JUDICIAL
from votes.workflow import judicial as workflow


class PlanForm(VerbForm):
    """A new appraisal; `obj` is the congress."""

    title = line("名称", 120, hint="例如：2026 年市中级法院法官履职评议；不写个人姓名")
    court = one_organ("法院或检察院")
    committee = one_organ("牵头委员会")
    places = forms.IntegerField(label="抽取几人", min_value=1, max_value=workflow.MOST_PLACES, initial=3)

    def adapt(self) -> None:
        courts = Organ.objects.live().filter(congress=self.obj, kind__in=COURTS).order_by("code")
        self.fields["court"].queryset = courts
        self.fields["committee"].queryset = committees_of(self.obj)
        if len(courts) == 1:
            self.initial.setdefault("court", courts[0].pk)


class PersonForm(VerbForm):
    name = line("姓名", 40)
    post = line("职务", 60, hint="例如：民一庭审判员")
    since = day("任现职时间", hint="任职满三年的才列入")


class OfPerson(VerbForm):
    """Asks for somebody on the list, or of those drawn."""

    def adapt(self) -> None:
        wanted = [person.pk for person in self.listed()]
        self.fields["person"].queryset = JudicialPerson.objects.filter(pk__in=wanted)
        self.fields["person"].label_from_instance = lambda person: f"{person.position}. {person}"
        if len(wanted) == 1:
            self.initial.setdefault("person", wanted[0])

    def listed(self) -> list[JudicialPerson]:
        return self.obj.chosen


def one_person(label: str = "评议对象") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(JudicialPerson.objects.none(), label=label, empty_label="请选择")


class RemoveForm(OfPerson):
    person = one_person("移出谁")
    reason = line("原因", 500)

    def listed(self) -> list[JudicialPerson]:
        return list(self.obj.people.all())


class DrawForm(VerbForm):
    witness = line("见证人", 60, hint="在场见证的人，写姓名和单位")


class CaseForm(OfPerson):
    person = one_person()
    number = line("案号", 60)
    cause = line("案由", 60, hint="写大类，例如民间借贷纠纷；不写当事人")
    remark = prose("评查意见", workflow.LONGEST, required=False)

    def adapt(self) -> None:
        super().adapt()
        self.sheet = workflow.sheet_of(self.obj.organ)
        for n, (name, weight) in enumerate(self.sheet.items(), 1):
            self.fields[f"points{n}"] = forms.IntegerField(
                label=f"{name}（占 {weight}%）", min_value=0, max_value=100, help_text="0 到 100 分"
            )
        self.order_fields(
            ["person", "number", "cause", *(f"points{n}" for n in range(1, len(self.sheet) + 1)), "remark"]
        )

    def body(self) -> dict[str, Any]:
        typed = self.cleaned_data
        points = {name: typed[f"points{n}"] for n, name in enumerate(self.sheet, 1)}
        return {name: typed[name] for name in ("person", "number", "cause", "remark")} | {"points": points}


class InterviewForm(OfPerson):
    person = one_person()
    text = prose("谈话情况", workflow.LONGEST, rows=8, hint="和谁谈、谈了什么；只有人大机关和牵头委员会看得到")


class FileForm(VerbForm):
    reason = line("查看原因", 200, hint="谁、为什么、什么时候看的，都会留下记录")


class LetterForm(VerbForm):
    text = prose("评议意见", workflow.LONGEST, rows=10, hint="反馈给法院或检察院；写共性问题，不写案件当事人")


class PointForm(VerbForm):
    problem = prose("问题", 2000)
    measure = prose("整改要求", 2000, required=False)
    due_on = day("整改期限")


JUDICIAL_ACTS = Acts(
    {
        "draw": Act(
            workflow.draw, DrawForm, "只能抽取一次，种子和名单一并存档，任何人都能照着重算。", done="已抽取，记录已存档。", tone="main"
        ),
        "add_person": Act(workflow.add_person, PersonForm, done="已列入名单。"),
        "remove_person": Act(workflow.remove_person, RemoveForm, "后面的人序号依次前移。", done="已移出名单。"),
        "note_case": Act(workflow.note_case, CaseForm, "总分＝各项得分乘权重之和。", done="已录入。", tone="main"),
        "note_interview": Act(workflow.note_interview, InterviewForm, done="已记录。"),
        "settle_scores": Act(workflow.settle_scores, hint="确认后不能再录入案件和谈话。", done="评查已确认。"),
        "call_rating": Act(
            workflow.call_rating, hint="建立一次无记名测评，请在“票决”里办理。", done="测评已建立。", tone="main"
        ),
        "take_rating": Act(workflow.take_rating, done="测评结果已登记。", tone="main"),
        "feed_back": Act(
            workflow.feed_back, LetterForm, "反馈以后，法院或检察院看得到评议意见、名单和测评结果。", done="已反馈。", tone="main"
        ),
        "list_item": Act(workflow.list_item, PointForm, done="已列入整改清单。"),
        "close": Act(workflow.close, hint="整改清单全部销号或者转长期后办结。", done="已办结。", tone="main"),
    },
    JUDICIAL.labels,
)  # fmt: skip
