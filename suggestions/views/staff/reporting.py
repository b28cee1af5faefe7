"""统计报表: the reports of domain.md §10, the list behind each number, each as a file; and what a recount mended."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import Organ
from accounts.states import OrganKind, Role
from ground import jobs
from ground.errors import Forbidden, NotVisible
from ground.paging import keyset
from ground.paper import NoFont
from suggestions.models import TallyMend
from suggestions.queries.counted import KINDS
from suggestions.queries.reported import Scope, period_of
from suggestions.queries.suggestion import OVERSEERS
from suggestions.reports import REPORTS
from suggestions.rules.desk import may_open, may_read_report
from suggestions.sheets import FORMATS, as_file, is_long
from suggestions.views.counting import PeriodForm, listing, worked_out
from suggestions.views.staff.frame import enter, page

BELOW = (OrganKind.CONGRESS, OrganKind.STREET, OrganKind.TOWN)
MOST_ORGANS = 300


class ScopeForm(PeriodForm):
    organ = forms.ChoiceField(label="单位", required=False)
    below = forms.BooleanField(label="含下级", required=False)

    field_order = ("organ", "period", "below")

    def __init__(self, *args: Any, organs: list[Organ], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organ"].choices = [(organ.code, str(organ)) for organ in organs]
        if len(organs) < 2:
            del self.fields["organ"]


def offices(user: Any) -> list[Organ]:
    """The offices whose matters somebody may count: the own ones first, then those below; a government's office too."""
    posts = user.facts.posts
    own = [p.organ_id for p in posts if p.role in (*OVERSEERS, Role.GOV_OFFICE)]
    own += [p.congress_id for p in posts if p.role == Role.SPECIAL_COMMITTEE and p.congress_id]
    paths = [p.path for p in posts if p.role in OVERSEERS]
    rows = Organ.objects.filter(pk__in=own)
    if paths:
        rows = rows | Organ.objects.filter(pk__in=Organ.objects.under(paths).filter(kind__in=BELOW).values("pk"))
    found = list(rows.distinct().order_by("path")[:MOST_ORGANS])
    return sorted(found, key=lambda organ: organ.pk not in own)


def scope_of(user: Any, organs: list[Organ], code: str, *, below: bool) -> Scope:
    """Of the office with this code, the own one where none is named."""
    organ = next((organ for organ in organs if organ.code == code), None) if code else next(iter(organs), None)
    if organ is None:
        raise NotVisible
    if organ.kind == OrganKind.GOVERNMENT:
        return Scope(organ, role="government")
    return Scope(
        organ, below=below and any(organ.path.startswith(p.path) for p in user.facts.posts if p.role in OVERSEERS)
    )


def reports(request: HttpRequest) -> HttpResponse:
    """Leads to the first report one may read."""
    enter(request, "reports")
    return redirect("admin:report", next(code for code in REPORTS if may_read_report(request.user, code)))


def _entered(request: HttpRequest, code: str) -> None:
    enter(request, "reports")
    if code not in REPORTS:
        raise NotVisible
    if not may_read_report(request.user, code):
        raise Forbidden("您的岗位没有这张报表。")


def report(request: HttpRequest, code: str) -> HttpResponse:
    _entered(request, code)
    organs = offices(request.user)
    scope = scope_of(request.user, organs, request.GET.get("organ", ""), below="below" in request.GET)
    found = worked_out(code, scope, period_of(request.GET.get("period", "")), request.user)
    asked = {"period": found.period.code, "organ": scope.organ.code, "below": scope.below}
    query = request.GET.urlencode()
    tabs = [
        {
            "url": f"{reverse('admin:report', args=[name])}{'?' if query else ''}{query}",
            "label": title,
            "here": name == code,
        }
        for name, (title, *_) in REPORTS.items()
        if may_read_report(request.user, name)
    ]
    form = ScopeForm(initial=asked, organs=organs, congress=scope.organ.congress_id or scope.organ.pk)
    return page(
        request, "report", found.title, report=found, tabs=tabs, form_of_scope=form, formats=FORMATS, asked=asked,
        list_url=reverse("admin:report-list"), reads_mends=may_open(request.user, "mends"),
    )  # fmt: skip


def report_list(request: HttpRequest) -> HttpResponse:
    enter(request, "reports")
    scope = scope_of(request.user, offices(request.user), request.GET.get("organ", ""), below="below" in request.GET)
    found = listing(request, scope, lambda kind, number: reverse(f"admin:{kind}", args=[number]))
    return page(request, "report_list", found.pop("title"), **found)


@require_POST
def report_file(request: HttpRequest, code: str) -> HttpResponse:
    """The report as a file: at once, or as a job where it is long."""
    _entered(request, code)
    kind = request.POST.get("format", "")
    if kind not in FORMATS:
        raise NotVisible
    below = request.POST.get("below") == "True"
    scope = scope_of(request.user, offices(request.user), request.POST.get("organ", ""), below=below)
    period = period_of(request.POST.get("period", ""))
    found = worked_out(code, scope, period, request.user)
    if is_long(found):
        body = {"code": code, "organ": scope.organ.code, "below": scope.below, "period": period.code, "format": kind}
        job = jobs.start("report", by=request.user, title=f"{found.title}（{period.label}）", body=body)
        return redirect("admin:job", job.pk)
    try:
        return as_file(found, kind, by=request.user)
    except NoFont as refusal:
        messages.error(request, f"{refusal.detail}也可以先下载 Excel。")
        return redirect("admin:report", code)


def mends(request: HttpRequest) -> HttpResponse:
    """计数更正: every number the nightly recount found wrong, newest first."""
    enter(request, "mends")
    rows = TallyMend.objects.select_related("congress", "organ", "venue", "seat__deputy")
    shown = keyset(rows, request, order=("-pk",))
    return page(request, "mends", "计数更正", page=shown, lines=[(mend, _label(mend)) for mend in shown])


def _label(mend: TallyMend) -> str:
    """What was counted, as reports call it; by its key what is no longer counted."""
    mark = KINDS[mend.kind].marks.get(mend.key)
    return mark.label if mark else mend.key
