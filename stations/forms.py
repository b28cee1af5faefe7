"""What is typed when a venue is merged, closed or opened again."""

from django import forms

from ground.pages import Act, Acts, VerbForm
from stations import workflow
from stations.models import Venue
from stations.states import VENUE


class MergeForm(VerbForm):
    into = forms.ModelChoiceField(Venue.objects.none(), to_field_name="code", label="并入")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def adapt(self) -> None:
        others = Venue.objects.receiving().filter(organ__congress=self.obj.organ.congress_id)
        self.fields["into"].queryset = others.exclude(path__startswith=self.obj.path).order_by("code")


class CloseForm(VerbForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


VENUE_ACTS = Acts(
    {
        "merge": Act(
            workflow.merge,
            MergeForm,
            "站点码、进站代表、工作人员、下级阵地和未办完的事都转到并入的站点。",
            tone="danger",
        ),
        "close": Act(workflow.close, CloseForm, "关闭后下列事项转到上级联络站，站点码也转过去。", tone="danger"),
        "reopen": Act(workflow.reopen, hint="把合并、关闭时交接出去、还没有人继续办理的事项收回来。", tone="main"),
    },
    VENUE.labels,
)
