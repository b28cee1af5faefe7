"""What is typed when a venue is merged, closed or opened again, and what is chosen when posters are printed."""

import re
from typing import Any

from django import forms

from accounts.models import Organ
from accounts.queries import within
from accounts.rules import DWC, prefixes
from accounts.states import OrganKind
from deputies.codes import CODE
from deputies.models import Group
from deputies.posters import PLACE
from deputies.states import PosterSize
from ground.pages import Act, Acts, VerbForm
from stations import workflow
from stations.models import Venue
from stations.posters import What
from stations.states import VENUE

CANNOT_TAKE = "这个站点不能并入：要选本级人大另一个开放的联络站，不能是它自己、它的下级或者联络点。请另选一个。"


class MergeForm(VerbForm):
    into = forms.ModelChoiceField(
        Venue.objects.none(), to_field_name="code", label="并入", empty_label="请选择",
        error_messages={"invalid_choice": CANNOT_TAKE},
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def adapt(self) -> None:
        self.fields["into"].queryset = Venue.objects.able_to_take(self.obj).order_by("code")


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


class SheetForm(forms.Form):
    """How a poster is printed and where it will hang."""

    size = forms.ChoiceField(label="尺寸", choices=PosterSize, initial=PosterSize.A4, widget=forms.RadioSelect)
    place = forms.CharField(
        label="张贴地点", max_length=PLACE, required=False,
        help_text="如“清水镇便民大厅”。印在海报下端；每个地点的扫码人数分开统计。",
    )  # fmt: skip


class PostersForm(SheetForm):
    """Posters from the console: whose, how, where."""

    what = forms.ChoiceField(label="印哪些", choices=What, initial=What.CODES, widget=forms.RadioSelect)
    codes = forms.CharField(
        label="代表码、站点码", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="选前两项时填写，多个码用空格或换行隔开，如 D00001 S00001。",
    )  # fmt: skip
    group = forms.ModelChoiceField(Group.objects.none(), label="代表团、代表小组", required=False, empty_label="请选择")
    organ = forms.ModelChoiceField(
        Organ.objects.none(), label="人大", required=False, to_field_name="code", empty_label="请选择"
    )
    field_order = ["what", "codes", "group", "organ", "size", "place"]

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        paths = prefixes(actor, *DWC)
        self.fields["group"].queryset = Group.objects.filter(within(paths)).select_related("organ")
        organs = Organ.objects.live().under(paths).filter(kind__in=(OrganKind.CONGRESS, OrganKind.STREET))
        self.fields["organ"].queryset = organs.order_by("path")

    @property
    def asked(self) -> str:
        """The field that says which ones."""
        return {What.GROUP: "group", What.DEPUTIES: "organ", What.VENUES: "organ"}.get(
            self.cleaned_data["what"], "codes"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        what = cleaned.get("what")
        if what in (What.CODES, What.STATIONS):
            cleaned["of"] = sorted(set(re.findall(rf"\b{CODE}\b", cleaned.get("codes", "").upper(), re.ASCII)))
            if not cleaned["of"]:
                self.add_error("codes", "请填写代表码或站点码，如 D00001。")
        elif what == What.GROUP:
            cleaned["of"] = self._chosen(cleaned, "group", "请选择一个代表团或代表小组。", "pk")
        elif what:
            cleaned["of"] = self._chosen(cleaned, "organ", "请选择一级人大。", "path")
        return cleaned

    def _chosen(self, cleaned: dict[str, Any], name: str, refusal: str, key: str) -> Any:
        if not cleaned.get(name) and name not in self.errors:
            self.add_error(name, refusal)
        return getattr(cleaned.get(name), key, None)
