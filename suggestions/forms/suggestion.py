"""What is typed for each verb of a suggestion: one table for deputies, units and the console alike."""

import re
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import Organ
from accounts.states import OrganKind, Role
from deputies.models import Deputy
from ground import clock
from ground.pages import Act, Acts, Press, VerbForm
from suggestions.forms.fields import HandlersForm, day, line, organ, pick, pills, prose, units_of
from suggestions.models import Assignment, Opinion, Suggestion
from suggestions.states.lists_suggestion import Field, NoteKind, Priority, Publicity, RuleCode, SendBackReason
from suggestions.states.suggestion import SUGGESTION
from suggestions.workflow import cosign as cosigns, suggestion as workflow
from suggestions.workflow.course import LONGEST_TEXT

# -- the text ----------------------------------------------------------------------------------------------------------


class TextForm(VerbForm):
    """What a suggestion says; a snap needs the first two only."""

    title = line("标题", workflow.TITLE, hint="一件建议只提一件事，例如：关于在清水花园增设充电车棚的建议")
    situation = prose("情况与问题", LONGEST_TEXT, rows=8, hint="哪里、什么事、影响多少人，最好有时间和数字")
    proposal = prose("建议", LONGEST_TEXT, rows=8, hint="希望怎么办，一条一条写，便于逐条答复")
    field = pick("领域", Field)
    is_public = forms.BooleanField(label="同意向社会公开全文", required=False, initial=True)
    confidential = forms.BooleanField(label="请为我保密", required=False, help_text="承办单位对提出人保密")


class LinkedForm(VerbForm):
    """With the citizens' matters behind a suggestion."""

    opinions = forms.ModelMultipleChoiceField(
        Opinion.objects.none(), label="随这件建议办理的群众意见", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="取消勾选的会退回给您继续办理",
    )  # fmt: skip

    def adapt(self) -> None:
        linked = Opinion.objects.filter(links__suggestion=self.obj, links__ended_at=None).order_by("pk")
        field, self.initial["opinions"] = self.fields["opinions"], list(linked)
        field.queryset, field.label_from_instance = linked, lambda opinion: f"{opinion.title}（{opinion.number}）"
        if not self.initial["opinions"]:
            del self.fields["opinions"]

    def body(self) -> dict[str, Any]:
        told = {**self.cleaned_data}
        if "opinions" in told:
            told["opinions"] = list(told["opinions"])
        return told


class ReviseForm(LinkedForm, TextForm):
    def adapt(self) -> None:
        super().adapt()
        suggestion, text = self.obj, self.obj.text
        for name in ("proposal", "field"):
            self.fields[name].required = not suggestion.is_snap
        self.initial |= {name: getattr(text, name) for name in ("title", "situation", "proposal")}
        self.initial |= {name: getattr(suggestion, name) for name in ("field", "is_public", "confidential")}


# -- co-signing --------------------------------------------------------------------------------------------------------


class InviteForm(VerbForm):
    """Deputies of the own delegation to tick, anybody else of the same congress by name or code."""

    near = forms.ModelMultipleChoiceField(
        Deputy.objects.none(), label="本代表团", required=False, widget=forms.CheckboxSelectMultiple
    )
    others = line("其他代表", 500, required=False, hint="填姓名或代表码，几位之间用空格或顿号隔开")

    def adapt(self) -> None:
        lead = self.obj.lead
        asked = [c.seat_id for c in self.obj.cosigns.all() if c.state in ("invited", "confirmed", "stale")]
        near = (
            self._colleagues().filter(seats__delegation=lead.delegation_id)
            if lead.delegation_id
            else Deputy.objects.none()
        )
        near = near.exclude(pk=lead.deputy_id).exclude(seats__in=asked).distinct()
        self.fields["near"].queryset = near
        if not near.exists():
            del self.fields["near"]

    def _colleagues(self) -> Any:
        """Whoever has an active seat in the same congress."""
        return Deputy.objects.filter(seats__organ=self.obj.congress_id, seats__state="active").order_by(
            "pinyin", "code"
        )

    def clean_others(self) -> list[Deputy]:
        words = [word for word in re.split(r"[\s,，、;；]+", self.cleaned_data["others"]) if word]
        found: list[Deputy] = []
        for word in words:
            named = list(self._colleagues().filter(Q(name=word) | Q(code__iexact=word)).distinct()[:2])
            if not named:
                raise forms.ValidationError(f"本级没有叫“{word}”的在任代表，请核对姓名或改填代表码。")
            if len(named) > 1:
                raise forms.ValidationError(f"本级有多位代表叫“{word}”，请改填代表码。")
            found += named
        return found

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not self.errors and not typed.get("near") and not typed.get("others"):
            self.add_error("others", "请选择或填写要邀请的代表。")
        return typed

    def body(self) -> dict[str, Any]:
        chosen = [*(self.cleaned_data.get("near") or ()), *self.cleaned_data["others"]]
        return {"deputies": list(dict.fromkeys(chosen))}


class CosignForm(VerbForm):
    """The exact version that was shown is the one that is signed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def adapt(self) -> None:
        self.initial.setdefault("version", self.obj.current_version)


class DeclineForm(VerbForm):
    reason = prose("说明", 500, required=False, rows=2, hint="只有领衔代表看得到")


# -- the congress office -----------------------------------------------------------------------------------------------


class SendBackForm(VerbForm):
    reason_code = pills("退回原因", SendBackReason)
    reason = prose("要改哪里", 1000, hint="写清楚要补充或修改的地方，领衔代表和联名代表都会看到")
    spelling_only = forms.BooleanField(
        label="只是文字修改", required=False, help_text="勾选后，已同意联名的代表不需要再确认一次"
    )


class RefuseForm(VerbForm):
    rule_code = pick("属于哪一种情况", RuleCode)
    reason = prose("说明", 1000, hint="写明已经怎样与领衔代表沟通，以及可以走的其他渠道")
    letter_ref = line("转为代表来信的编号", 40, required=False)


class RegisterForm(VerbForm):
    field = pick("领域", Field, required=False)
    priority = forms.TypedChoiceField(
        label="办理时限", choices=Priority.choices, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect,
        help_text="随手拍按轻重缓急定答复天数",
    )  # fmt: skip

    def adapt(self) -> None:
        self.initial.setdefault("field", self.obj.field)
        self.fields["field"].required = not self.obj.is_snap
        if self.obj.is_snap:
            self.fields["priority"].required = True
        else:
            del self.fields["priority"]


class MergeForm(VerbForm):
    into = line("并入哪一件", 60, hint="填另一件建议的编号或登记号，例如 J2026-000012 或 19-2闭-012")

    def clean_into(self) -> Suggestion:
        typed = self.cleaned_data["into"].strip()
        same = Q(number=typed.upper()) | Q(register_short=typed) | Q(register_display=typed)
        found = Suggestion.objects.visible_to(self.actor).filter(same, congress=self.obj.congress_id).first()
        if found is None:
            raise forms.ValidationError("没有找到这件建议，请核对编号。")
        return found


class ReasonForm(VerbForm):
    reason = prose("原因", 500)


class AssignForm(HandlersForm):
    def adapt(self) -> None:
        self.offer(units_of(self.obj))


class ChaseForm(VerbForm):
    assignment = forms.ModelChoiceField(
        Assignment.objects.none(), label="催哪个单位", required=False, empty_label="所有还没办完的单位"
    )
    note = prose("催办内容", 500, required=False, hint="单位负责人会收到通知和短信")

    def adapt(self) -> None:
        field = self.fields["assignment"]
        field.queryset = self.obj.assignments.live().exclude(state="done").select_related("organ")
        field.label_from_instance = lambda row: str(row.organ)


class KeySuperviseForm(VerbForm):
    leader = forms.ModelChoiceField(Deputy.objects.none(), label="督办领导", empty_label="请选择")
    committee = organ("对口督办的专（工）委")
    plan = prose("督办方案", LONGEST_TEXT, required=False, rows=6)

    def adapt(self) -> None:
        congress = self.obj.congress_id
        posts = Q(user__posts__organ=congress, user__posts__role=Role.COUNCIL_LEADER, user__posts__until=None)
        self.fields["leader"].queryset = Deputy.objects.filter(posts).distinct()
        committees = Organ.objects.live().filter(congress=congress, kind=OrganKind.COMMITTEE)
        self.fields["committee"].queryset = committees


class NoteForm(VerbForm):
    kind = pills("方式", NoteKind)
    at = day("日期")
    text = prose("情况", LONGEST_TEXT, rows=6)

    def adapt(self) -> None:
        self.initial.setdefault("at", clock.today())


class PublishForm(VerbForm):
    scope = pills("公开范围", Publicity)
    reason = prose("不公开的原因", 500, required=False, hint="选“不公开”时必填，会告诉领衔代表和承办单位")

    def adapt(self) -> None:
        if not self.obj.is_public:
            self.fields["scope"].help_text = "领衔代表没有同意公开，只能选“不公开”。"


SUGGESTION_ACTS = Acts(
    {
        "register": Act(workflow.register, RegisterForm, "登记后生成正式编号，接着交办。", tone="main"),
        "assign": Act(
            workflow.assign, AssignForm, "今天就是交办之日，承办单位自今天起三个月内答复代表。", tone="main"
        ),
        "submit": Act(
            workflow.submit, Press, "提交后由代表工委审查。还没有确认的联名自动失效，不会印在建议上。",
            done="已提交。代表工委一般 5 个工作日内审查交办。", tone="main",
        ),
        "cosign": Act(
            cosigns.cosign, CosignForm, "您确认的是当前这一稿。文字有改动会再请您看一次。", done="已同意联名。", tone="main"
        ),
        "invite": Act(cosigns.invite, InviteForm, "受邀代表会看到全文，本人确认后才算联名。", done="邀请已发出。"),
        "revise": Act(
            workflow.revise, ReviseForm, "改动会成为新的一稿，已同意联名的代表会看到改动并再确认一次。", done="已保存新的一稿。"
        ),
        "decline_cosign": Act(cosigns.decline_cosign, DeclineForm, "领衔代表会知道您这次不参加。", done="已回复领衔代表。"),
        "take_lead": Act(
            workflow.take_lead, Press, "接任后由您联系承办单位、评价答复。", done="您已接任领衔。", tone="main"
        ),
        "publish": Act(
            workflow.publish, PublishForm, "公开前自动隐去个人信息；承办单位标明不公开的答复不会公开。", done="公开范围已确定。"
        ),
        "archive": Act(workflow.archive, Press, "归档后不再变动。", done="已归档。"),
        "chase": Act(workflow.chase, ChaseForm, "催办会记入经过，并计入该单位的催办次数。", done="已催办。"),
        "key_supervise": Act(
            workflow.key_supervise, KeySuperviseForm, "主任会议确定后在这里登记督办领导和对口专（工）委。", done="已列为重点督办。"
        ),
        "note_supervision": Act(workflow.note_supervision, NoteForm, "现场、会议或报告，记一条督办情况。", done="已记录督办情况。"),
        "merge": Act(
            workflow.merge, MergeForm, "内容相同的建议并在一起办理，每位领衔代表仍分别收到答复。", done="已并案。"
        ),
        "unmerge": Act(workflow.unmerge, ReasonForm, "取消后各自办理、各自答复。", done="已取消并案。"),
        "send_back": Act(
            workflow.send_back, SendBackForm, "退回领衔代表修改，10 个工作日内重新提交。", done="已退回领衔代表。", tone="danger"
        ),
        "refuse": Act(
            workflow.refuse, RefuseForm, "请先与领衔代表沟通。决定后不再作为代表建议办理，并告诉所有联名代表。",
            done="已决定不作为建议处理。", tone="danger",
        ),
        "withdraw": Act(
            workflow.withdraw, ReasonForm, "领衔代表和全部联名代表都书面提出后，建议才撤回。", done="撤回请求已记录。", tone="danger"
        ),
    },
    SUGGESTION.labels,
)  # fmt: skip
