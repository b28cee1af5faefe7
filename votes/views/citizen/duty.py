"""What everybody may read of duty reports: the published ones, each with questions and counts."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground.errors import NotVisible
from ground.paging import keyset
from suggestions.views.citizen.shell import page
from votes.models import DutyReport


@require_safe
def duty_reports(request: HttpRequest) -> HttpResponse:
    rows = DutyReport.objects.published().select_related("session__organ", "seat__deputy")
    rows = rows.annotate(published_at=F("session__published_at"))
    return page(request, "citizen/duty_reports.html", {"page": keyset(rows, request, order=("-published_at", "-pk"))})


@require_safe
def duty_report(request: HttpRequest, number: str) -> HttpResponse:
    found = DutyReport.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这份公布的述职报告，请从“代表述职”里查找。")
    return page(request, "citizen/duty_report.html", {"report": found})
