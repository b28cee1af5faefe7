"""打印: the codes of one's own station and of the deputies who are stationed there; letters of reply and of referral."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from ground import audit, ledgers as tables
from ground.errors import Invalid
from ground.letters import answer
from ground.pages import put_back
from ground.paper import NoFont
from stations import posters as sheets
from stations.forms import SheetForm
from suggestions import ledgers
from suggestions.letters import referral_letter, referral_of, reply_letter, reply_of
from suggestions.views.department.shell import only_for, page


class StationPostersForm(SheetForm):
    """Posters from the desk: which of the station's own codes, how, where."""

    codes = forms.MultipleChoiceField(
        label="印哪些", widget=forms.CheckboxSelectMultiple,
        help_text=f"一次最多 {sheets.AT_ONCE} 张。", error_messages={"required": "请至少选一个。"},
    )  # fmt: skip
    field_order = ["codes", "size", "place"]

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["codes"].choices = codes


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: HttpRequest) -> HttpResponse:
    desk = only_for(request, "station")
    codes = sheets.at_stations(desk.venues)
    names = sheets.names_of(codes)
    form = StationPostersForm(request.POST or None, codes=[(code, f"{names[code]}　{code}") for code in codes])
    if request.method == "POST" and form.is_valid():
        try:
            return sheets.answer(
                form.cleaned_data["codes"], size=form.cleaned_data["size"], place=form.cleaned_data["place"],
                by=request.user, kind=request.POST.get("kind", ""),
            )  # fmt: skip
        except (Invalid, NoFont) as refusal:
            put_back(form, refusal)
    return page(request, "posters", status=422 if form.errors else 200, form=form)


class MonthForm(forms.Form):
    """Which station's ledger, of which month."""

    venue = forms.ChoiceField(label="联络站")
    month = forms.CharField(label="月份", widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}))


@face("desk")
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """接待登记簿 of one of the own stations, this month's where nothing else is asked."""
    desk = only_for(request, "station")
    by_code = {venue.code: venue for venue in desk.venues}
    venue = by_code.get(request.GET.get("venue", ""), desk.venues[0])
    month = ledgers.month_of(request.GET.get("month", ""))
    found = ledgers.reception(venue, month, by=request.user)
    if request.GET.get("as") == "xlsx":
        audit.write(request.user, "suggestions.export_reception", venue.code)
        return tables.answer(found)
    asked = {"venue": venue.code, "month": f"{month:%Y-%m}"}
    form = MonthForm(initial=asked, label_suffix="")
    form.fields["venue"].choices = [(code, one.name) for code, one in by_code.items()]
    return page(request, "ledger", form=form, ledger=found, keep=urlencode(asked))


@face("desk")
@require_safe
def reply_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    return answer(reply_letter(reply_of(request.user, pk)), kind)


@face("desk")
@require_safe
def referral_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    return answer(referral_letter(referral_of(request.user, pk)), kind)
