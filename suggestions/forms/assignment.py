"""What is typed for each verb of an assignment: one table for deputies, units and the console alike."""

from typing import Any

from django import forms
from django.db.models import Q

from ground import clock
from ground.pages import Act, Acts, Press, VerbForm
from suggestions.forms.fields import HandlersForm, day, decision, moment, organ, pills, prose, units_of
from suggestions.models import Assignment, Commitment, ContactRecord, Suggestion
from suggestions.states.assignment import ASSIGNMENT
from suggestions.states.lists_suggestion import (
    ContactMethod,
    ContactStage,
    MediationOutcome,
    Publicity,
    ResultClass,
    ReturnReason,
    Solved,
    SuggestionGrade,
)
from suggestions.workflow import assignment as workflow
from suggestions.workflow.course import LONGEST_TEXT

PROMISES = 3  # new promises a page offers at once; more come with the next version or by the API

# -- handing on --------------------------------------------------------------------------------------------------------


class DispatchForm(HandlersForm):
    """The government's departments; the roles give the mode."""

    def adapt(self) -> None:
        self.offer(units_of(self.obj.suggestion, within=self.obj.organ))

    def body(self) -> dict[str, Any]:
        return {"handlers": self.handlers()}


class ObjectForm(VerbForm):
    reason = prose("退办理由", 1000, hint="写明不属于本单位职责的依据")
    proposed_organ = organ("建议改由哪个单位办理", required=False)

    def adapt(self) -> None:
        self.fields["proposed_organ"].queryset = units_of(self.obj.suggestion)


class SettleObjectionForm(VerbForm):
    accept = decision("是否同意退办", "同意退办", "不同意，继续办理")
    reassign_to = organ("改交给", required=False, hint="唯一的主办单位退办时必选")
    reason = prose("决定的理由", 1000, hint="申请单位和领衔代表都会看到")

    def adapt(self) -> None:
        self.fields["reassign_to"].queryset = units_of(self.obj.suggestion, within=_government_of(self.obj, self.actor))
        asked = getattr(self.obj, "objection", None)
        if asked is not None and asked.proposed_organ_id:
            self.initial.setdefault("reassign_to", asked.proposed_organ_id)


class ReassignForm(VerbForm):
    """One unit takes this one's place, in the same role."""

    unit = organ("改交给")
    reason = prose("改交的理由", 1000)

    def adapt(self) -> None:
        self.fields["unit"].queryset = units_of(self.obj.suggestion, within=_government_of(self.obj, self.actor))

    def body(self) -> dict[str, Any]:
        return {"handlers": [(self.cleaned_data["unit"], self.obj.role)], "reason": self.cleaned_data["reason"]}


class AddAssistForm(VerbForm):
    organ = organ("增加的协办单位")

    def adapt(self) -> None:
        self.fields["organ"].queryset = units_of(self.obj.suggestion, within=_government_of(self.obj, self.actor))


def _government_of(assignment: Any, actor: Any) -> Any:
    """A government office chooses among its own departments, the congress among all units."""
    source = assignment.dispatched_from
    is_office = source is not None and any(
        post.organ_id == source.organ_id and post.role == "gov_office" for post in actor.facts.posts
    )
    is_congress = any(post.organ_id == assignment.suggestion.congress_id for post in actor.facts.posts)
    return source.organ if is_office and not is_congress else None


# -- the work ----------------------------------------------------------------------------------------------------------


class RecordContactForm(VerbForm):
    method = pills("方式", ContactMethod)
    at = moment("时间")
    reached = decision("是否联系上", "联系上了", "没联系上")
    summary = prose("沟通内容", 1000, hint="没联系上的，写明拨打时间和情况")
    stage = forms.ChoiceField(
        label="阶段", choices=[("", "按办理进度"), *ContactStage.choices], required=False, widget=forms.RadioSelect
    )
    cosigners_present = forms.IntegerField(label="到场的联名代表（人）", min_value=0, max_value=500, required=False)

    def adapt(self) -> None:
        self.initial.setdefault("at", clock.now().replace(second=0, microsecond=0))
        self.initial.setdefault("reached", "yes")


class ConfirmContactForm(VerbForm):
    contact = forms.ModelChoiceField(
        ContactRecord.objects.none(), label="哪一次沟通", widget=forms.RadioSelect, empty_label=None
    )
    agrees = decision("情况是否属实", "属实", "没有这回事，或内容不符")

    def adapt(self) -> None:
        field = self.fields["contact"]
        field.queryset = self.obj.contacts.filter(agrees=None)
        field.label_from_instance = lambda row: (
            f"{row.held_at.astimezone(clock.SHANGHAI):%-m 月 %-d 日} {row.get_method_display()}：{row.summary[:60]}"
        )
        waiting = list(field.queryset)
        if len(waiting) == 1:
            self.initial.setdefault("contact", waiting[0].pk)

    def body(self) -> dict[str, Any]:
        return {"contact": self.cleaned_data["contact"].pk, "agrees": self.cleaned_data["agrees"]}


class ContributeForm(VerbForm):
    text = prose("协办意见", LONGEST_TEXT, rows=8, hint="主办单位会在答复中说明")


class AskExtensionForm(VerbForm):
    until = day("延到哪一天", hint="最长到交办之日起六个月")
    reason = prose("延期理由", 1000, hint="领衔代表会看到")


class SettleForm(VerbForm):
    accept = decision("是否同意", "同意", "不同意")
    reason = prose("理由", 1000)


# -- the reply ---------------------------------------------------------------------------------------------------------


class ReplyForm(VerbForm):
    """A reply with its class, what it promises, and what becomes of each disputed promise."""

    text = prose("答复内容", LONGEST_TEXT, rows=12, hint="逐条答复；有协办单位的，说明协办意见")
    result_class = pills("办理结果", ResultClass)
    publicity = pills("公开属性", Publicity)
    publicity_reason = prose("不公开的理由", 500, required=False, rows=2, hint="选“不公开”时必填")
    solved = pills("问题是否解决", Solved, required=False)

    def adapt(self) -> None:
        draft = self.obj.draft
        promised = draft.promised if draft else {}
        if draft is not None:
            self.initial |= {
                "text": draft.text,
                "result_class": draft.proposed_class,
                "publicity": draft.publicity,
                "publicity_reason": draft.publicity_reason,
                "solved": draft.solved,
            }
        self._offer_disputed(promised)
        self._offer_promises(promised)
        self._offer_covers(draft)

    def _offer_disputed(self, promised: dict[str, Any]) -> None:
        """For each promise the deputy disputed: done, or a new date."""
        done = promised.get("done", [])
        replaced = {row.get("replaces"): row for row in promised.get("commitments", [])}
        self.disputed = list(Commitment.objects.filter(assignment=self.obj, state="disputed"))
        for promise in self.disputed:
            row = replaced.get(promise.pk, {})
            ways = [("done", "已经完成"), ("again", "重新承诺")]
            way = pills(f"未落实的承诺：{promise.text[:60]}", ways)
            way.initial = "done" if promise.pk in done else "again" if row else None
            self.fields[f"way_{promise.pk}"] = way
            self._add_promise(f"of_{promise.pk}", "重新承诺", row)

    def _offer_promises(self, promised: dict[str, Any]) -> None:
        fresh = [row for row in promised.get("commitments", []) if not row.get("replaces")]
        for n in range(1, max(PROMISES, len(fresh)) + 1):
            self._add_promise(f"new_{n}", f"承诺事项 {n}", fresh[n - 1] if n <= len(fresh) else {})

    def _add_promise(self, key: str, label: str, row: dict[str, Any]) -> None:
        self.fields[f"text_{key}"] = prose(label, 500, required=False, rows=2)
        self.fields[f"due_{key}"] = day(f"{label}的完成日期", required=False)
        self.initial |= {f"text_{key}": row.get("text", ""), f"due_{key}": row.get("due_on") or None}

    def _offer_covers(self, draft: Any) -> None:
        """Suggestions of the same merger that this unit answers as well."""
        head = self.obj.suggestion.merged_into_id or self.obj.suggestion_id
        mine = Assignment.objects.live().filter(organ=self.obj.organ_id).values("suggestion")
        merged = Suggestion.objects.filter(Q(pk=head) | Q(merged_into=head), pk__in=mine).exclude(
            pk=self.obj.suggestion_id
        )
        if merged.exists():
            self.fields["covers"] = forms.ModelMultipleChoiceField(
                merged, label="一并答复的并案建议", required=False, widget=forms.CheckboxSelectMultiple,
                initial=list(draft.covers.all()) if draft else [],
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        for key in self._keys():
            if bool(typed.get(f"text_{key}")) != bool(typed.get(f"due_{key}")):
                missing = f"due_{key}" if typed.get(f"text_{key}") else f"text_{key}"
                if missing not in self.errors:
                    self.add_error(missing, "承诺的内容和完成日期要一起填写。")
        for promise in self.disputed:
            if typed.get(f"way_{promise.pk}") == "again" and not typed.get(f"text_of_{promise.pk}"):
                self.add_error(f"text_of_{promise.pk}", "请写明重新承诺的内容和日期。")
        return typed

    def _keys(self) -> list[str]:
        return [name.removeprefix("text_") for name in self.fields if name.startswith("text_")]

    def body(self) -> dict[str, Any]:
        typed = self.cleaned_data
        again = {f"of_{p.pk}": p for p in self.disputed if typed[f"way_{p.pk}"] == "again"}
        promises = []
        for key in self._keys():
            if typed[f"text_{key}"] and (key.startswith("new_") or key in again):
                replaced = {"replaces": again[key].pk} if key in again else {}
                promises.append({"text": typed[f"text_{key}"], "due_on": typed[f"due_{key}"], **replaced})
        told = {
            name: typed[name]
            for name in ("text", "result_class", "publicity", "publicity_reason", "solved")
            if typed[name]
        }
        told["commitments"] = promises
        told["done_commitments"] = [p.pk for p in self.disputed if typed[f"way_{p.pk}"] == "done"]
        if "covers" in typed:
            told["covers"] = [suggestion.number for suggestion in typed["covers"]]
        return told


class ReturnReplyForm(VerbForm):
    reason_code = pills("退回原因", ReturnReason)
    note = prose("要补什么", 1000, hint="答复期限照常计算，不因退回顺延")


class CorrectClassForm(VerbForm):
    result_class = pills("更正为", ResultClass)
    reason = prose("理由", 500, hint="原类别会保留在记录里")

    def adapt(self) -> None:
        if last := self.obj.last_reply:
            self.fields["result_class"].help_text = f"单位自评为 {last.result_class} 类。"


# -- the rating --------------------------------------------------------------------------------------------------------


class GiveViewForm(VerbForm):
    grade = pills("您的看法", SuggestionGrade)
    text = prose("说明", 500, required=False, rows=3, hint="只有领衔代表看得到，供其评价时参考")


class RateForm(VerbForm):
    attitude = pills("办理态度", SuggestionGrade)
    result = pills("办理结果", SuggestionGrade)
    solved = pills("问题是否解决", Solved, required=False)
    text = prose("说明", 1000, required=False, hint="有一项不满意时请写明原因，承办单位据此重新办理")
    class_disputed = forms.BooleanField(label="对单位自评的办理结果类别有异议", required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        low = SuggestionGrade.DISSATISFIED
        if low in (typed.get("attitude"), typed.get("result")) and not typed.get("text"):
            self.add_error("text", "有一项不满意，请写明原因。")
        return typed


class SettleAttitudeForm(VerbForm):
    redo = decision("怎样处理", "请单位重新办理", "约谈后办结")
    note = prose("约谈情况", 1000, hint="写明与单位负责人的谈话时间和结果")


class MediateForm(VerbForm):
    minutes = prose("会商纪要", LONGEST_TEXT, rows=8)
    outcome = pills("结果", MediationOutcome)

    def adapt(self) -> None:
        if self.obj.mediations.exists():
            self.fields["outcome"].choices = [(str(MediationOutcome.CLOSE), MediationOutcome.CLOSE.label)]
            self.fields["outcome"].help_text = "第二次会商只能终结办理，原评价保留。"


ASSIGNMENT_ACTS = Acts(
    {
        "sign": Act(workflow.sign, Press, "签收表示已收到，不影响 5 个工作日内申请退办。", done="已签收。", tone="main"),
        "dispatch": Act(workflow.dispatch, DispatchForm, "答复期限自交办之日算起，分办不顺延。", done="已分办。", tone="main"),
        "settle_objection": Act(
            workflow.settle_objection, SettleObjectionForm, "同意后由新的单位办理，自改交之日重新计算三个月，最长不超过首次交办后六个月。",
            done="退办申请已处理。", tone="main",
        ),
        "settle_extension": Act(
            workflow.settle_extension, SettleForm, "审批前原期限照常计算。", done="延期申请已审批。", tone="main"
        ),
        "settle_attitude": Act(
            workflow.settle_attitude, SettleAttitudeForm, "代表对结果满意、对态度不满意，请先与单位负责人谈话。",
            done="态度评价已处理。", tone="main",
        ),
        "mediate": Act(workflow.mediate, MediateForm, "请代表和承办单位一起会商，把结果记在这里。", done="会商结果已登记。", tone="main"),
        "rate": Act(workflow.rate, RateForm, "办理结果不满意的，单位一个月内重新办理。", done="已评价，单位会看到。", tone="main"),
        "confirm_contact": Act(
            workflow.confirm_contact, ConfirmContactForm, "单位说与您联系过，请您确认。", done="已确认。", tone="main"
        ),
        "give_view": Act(workflow.give_view, GiveViewForm, "答复后 10 个工作日内可以告诉领衔代表。", done="已告诉领衔代表。"),
        "reply": Act(
            workflow.reply, ReplyForm, "签发后文字不能再改。签发前要与代表沟通过，并说明协办意见。",
            done="答复已签发，代表会收到。", tone="main",
        ),
        "draft_reply": Act(workflow.draft_reply, ReplyForm, "草稿由单位负责人签发后才送代表。", done="草稿已保存。"),
        "contribute": Act(workflow.contribute, ContributeForm, "可以多次提交，各稿都会保留。", done="协办意见已提交。", tone="main"),
        "record_contact": Act(
            workflow.record_contact, RecordContactForm, "记录后由代表确认；没有联系上也请记一次。", done="沟通已记录，等代表确认。"
        ),
        "ask_extension": Act(
            workflow.ask_extension, AskExtensionForm, "到期前申请一次，由代表工委审批；审批前原期限照常计算。", done="延期申请已提交。"
        ),
        "add_assist": Act(workflow.add_assist, AddAssistForm, "协办单位自收到起一个月内提交意见。", done="已增加协办单位。"),
        "return_reply": Act(
            workflow.return_reply, ReturnReplyForm, "签发后 5 个工作日内、代表评价前可以退回。", done="答复已退回补正。", tone="danger"
        ),
        "correct_class": Act(workflow.correct_class, CorrectClassForm, "决定公开前可以更正，单位和代表都会知道。", done="类别已更正。"),
        "reassign": Act(workflow.reassign, ReassignForm, "原单位不再办理，由新的单位接着办。", done="已改交。", tone="danger"),
        "object": Act(
            workflow.object, ObjectForm, "收到后 5 个工作日内可以申请一次，批准前仍由本单位办理。", done="退办申请已提交。", tone="danger"
        ),
    },
    ASSIGNMENT.labels,
)  # fmt: skip
