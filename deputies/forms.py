"""What is typed when the congress decides about a seat; one table for the pages of the console."""

from django import forms

from deputies import workflow
from deputies.models import Seat
from deputies.states import SEAT, EndReason
from ground import clock
from ground.pages import Act, Acts, VerbForm

DAY = forms.DateInput(attrs={"type": "date"})


class DayForm(VerbForm):
    on = forms.DateField(label="生效日期", widget=DAY)

    def adapt(self) -> None:
        self.initial.setdefault("on", clock.today())


class DecisionForm(DayForm):
    """A decision that hands things over: `seen` carries back the digest of what was shown."""

    document_no = forms.CharField(label="决定文号", max_length=40, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class TerminateForm(DecisionForm):
    reason = forms.ChoiceField(label="终止原因", choices=EndReason.choices, help_text="只供内部记载，群众看不到。")
    field_order = ["reason", "on", "document_no", "seen"]


class RestoreForm(DayForm):
    document_no = forms.CharField(label="决定文号", max_length=40, required=False)


class EndTermForm(DayForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SucceedForm(VerbForm):
    successor = forms.ModelChoiceField(Seat.objects.none(), label="继任的任职")

    def adapt(self) -> None:
        seats = Seat.objects.active().filter(organ=self.obj.organ_id).exclude(pk=self.obj.pk)
        self.fields["successor"].queryset = seats.select_related("deputy", "organ").order_by("deputy__pinyin")


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
