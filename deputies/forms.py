"""What is typed when the congress decides about a seat; one table for the pages of the console."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Organ
from deputies import mergers, workflow
from deputies.models import Seat
from deputies.states import SEAT, EndReason
from ground import clock
from ground.pages import Act, Acts, VerbForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")  # the one spelling a browser's date field reads


class DayForm(VerbForm):
    on = forms.DateField(label="生效日期", widget=DAY)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError("日期不能晚于今天。")
        return on

    def adapt(self) -> None:
        self.initial.setdefault("on", clock.today())


class DecisionForm(DayForm):
    """A decision that hands things over: `seen` carries back the digest of what was shown."""

    document_no = forms.CharField(label="决定文号", max_length=40, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class TerminateForm(DecisionForm):
    reason = forms.ChoiceField(label="终止原因", choices=EndReason.choices, help_text="只供内部记载，群众看不到。")
    document_no = forms.CharField(label="决定文号", max_length=40, required=False, help_text="除逝世外都要填。")
    field_order = ["reason", "on", "document_no", "seen"]

    def clean(self) -> dict[str, Any]:
        """As the verb asks: said before the work begins, for a long one is done by the worker."""
        cleaned = super().clean()
        if cleaned.get("reason") not in (None, EndReason.DEATH) and not cleaned.get("document_no", "").strip():
            self.add_error("document_no", "请填写决定的文号。")
        return cleaned


class RestoreForm(DayForm):
    document_no = forms.CharField(label="决定文号", max_length=40, required=False)


class EndTermForm(DayForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SucceedForm(VerbForm):
    successor = forms.ModelChoiceField(Seat.objects.none(), label="继任的任职", empty_label="请选择")

    def adapt(self) -> None:
        seats = Seat.objects.active().filter(organ=self.obj.organ_id).exclude(pk=self.obj.pk)
        self.fields["successor"].queryset = seats.select_related("deputy", "organ").order_by("deputy__pinyin")


class MergerForm(forms.Form):
    """机构改革: which department goes into which; sent by GET to see what would move, by POST to settle the plan."""

    unit = forms.ModelChoiceField(Organ.objects.none(), to_field_name="code", label="撤并的单位", empty_label="请选择")
    into = forms.ModelChoiceField(Organ.objects.none(), to_field_name="code", label="并入", empty_label="请选择")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for name in ("unit", "into"):
            self.fields[name].queryset = mergers.units_of(actor)
            self.fields[name].error_messages |= {
                "required": f"请选择“{self.fields[name].label}”。",
                "invalid_choice": "没有这个单位，或者它不归本级人大交办。请另选一个。",
            }


HANDS_OVER = {
    "suspend": "seat_suspended",
    "terminate": "seat_ended",
    "end_term": "seat_ended",
}  # verb → kind of handover

SEAT_ACTS = Acts(
    {
        "seat": Act(workflow.seat, DayForm, "资格审查通过并公告后确认，代表码从这一天起有效。", tone="main"),
        "suspend": Act(
            workflow.suspend, DecisionForm, "未办完的群众意见转回联络站，扫码转到联络站，不说明原因。", tone="danger"
        ),
        "restore": Act(workflow.restore, RestoreForm, "恢复后代表码重新指向本人。", tone="main"),
        "terminate": Act(workflow.terminate, TerminateForm, "按决定日期终止，下列事项同时交接。", tone="danger"),
        "end_term": Act(
            workflow.end_term, EndTermForm, "新一届第一次会议召开后办理，下列事项同时交接。", tone="danger"
        ),
        "succeed": Act(
            workflow.succeed, SucceedForm, "承诺事项和代表码转给同一选区、选举单位的继任代表。", tone="main"
        ),
    },
    SEAT.labels,
)
