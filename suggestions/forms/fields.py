"""Fields that several verbs of suggestions ask for in the same words."""

from typing import Any

from django import forms

from accounts.models import Organ
from accounts.states import OrganKind
from ground.pages import VerbForm
from suggestions.models import Suggestion
from suggestions.states.lists_suggestion import HandlerRole, Mode

NO_UNITS = (OrganKind.CONGRESS, OrganKind.HOTLINE, OrganKind.COMMITTEE, OrganKind.STREET)


def prose(label: str, limit: int = 1000, *, required: bool = True, rows: int = 4, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, required=required, widget=widget, help_text=hint)


def line(label: str, limit: int = 60, *, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required, help_text=hint)


def pills(label: str, choices: Any, *, required: bool = True, hint: str = "") -> forms.ChoiceField:
    """One of a few: every choice is seen."""
    listed = choices.choices if hasattr(choices, "choices") else choices
    return forms.ChoiceField(label=label, choices=listed, required=required, widget=forms.RadioSelect, help_text=hint)


def pick(label: str, choices: Any, *, required: bool = True, hint: str = "") -> forms.ChoiceField:
    """One of many: a list that opens."""
    listed = [("", "请选择"), *(choices.choices if hasattr(choices, "choices") else choices)]
    return forms.ChoiceField(label=label, choices=listed, required=required, help_text=hint)


def decision(label: str, yes: str, no: str) -> forms.TypedChoiceField:
    """Yes or no, neither of them set beforehand."""
    return forms.TypedChoiceField(
        label=label, choices=[("yes", yes), ("no", no)], coerce=lambda word: word == "yes", widget=forms.RadioSelect
    )


def day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=hint)


def moment(label: str, *, required: bool = True, hint: str = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=hint)


def organ(label: str, *, required: bool = True, hint: str = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Organ.objects.none(), label=label, required=required, empty_label="请选择", help_text=hint
    )


def units_of(suggestion: Suggestion, *, within: Organ | None = None) -> Any:
    """The units a suggestion of this congress may be handed to, those that have it left out."""
    units = Organ.objects.live().filter(congress=suggestion.congress_id).exclude(kind__in=NO_UNITS)
    if within is not None:
        units = units.filter(path__startswith=within.path).exclude(pk=within.pk)
    return units.exclude(pk__in=[a.organ_id for a in suggestion.assignments.all() if a.is_live]).order_by("code")


class HandlersForm(VerbForm):
    """Which units: one alone, one with assists, or several separately. Gives `handlers` as (organ, role) pairs."""

    mode = pills("办理方式", Mode)
    main = organ("主办单位")
    others = forms.ModelMultipleChoiceField(
        Organ.objects.none(), label="其他单位", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="“主办＋协办”时为协办单位，“分别办理”时为另外的办理单位，“独办”时不选。",
    )  # fmt: skip

    def offer(self, units: Any) -> None:
        for name in ("main", "others"):
            self.fields[name].queryset = units

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        mode, main, others = typed.get("mode"), typed.get("main"), list(typed.get("others") or ())
        if mode == Mode.SOLE and others:
            self.add_error("others", "独办只选主办单位，请取消其他单位或改选办理方式。")
        if mode and mode != Mode.SOLE and not [unit for unit in others if unit != main]:
            self.add_error("others", "请至少再选一个单位，或改选“独办”。")
        return typed

    def handlers(self) -> list[tuple[Organ, str]]:
        main, mode = self.cleaned_data["main"], self.cleaned_data["mode"]
        beside = HandlerRole.MAIN if mode == Mode.SEPARATE else HandlerRole.ASSIST
        rest = [(unit, str(beside)) for unit in self.cleaned_data.get("others") or () if unit != main]
        return [(main, str(HandlerRole.MAIN)), *rest]

    def body(self) -> dict[str, Any]:
        return {"mode": self.cleaned_data["mode"], "handlers": self.handlers()}
