"""What everybody may read: published 审议意见 with the units' reports, and published work appraisals."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground.errors import NotVisible
from ground.paging import keyset
from suggestions.views.citizen.shell import page
from votes.models import DeliberationOpinion, WorkAppraisal


@require_safe
def deliberations(request: HttpRequest) -> HttpResponse:
    rows = DeliberationOpinion.objects.published().select_related("unit", "organ")
    return page(request, "citizen/deliberations.html", {"page": keyset(rows, request, order=("-published_at", "-pk"))})


@require_safe
def deliberation(request: HttpRequest, number: str) -> HttpResponse:
    found = DeliberationOpinion.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这件公布的审议意见，请从“审议意见”里查找。")
    return page(request, "citizen/deliberation.html", {"deliberation": found})


@require_safe
def appraisals(request: HttpRequest) -> HttpResponse:
    rows = WorkAppraisal.objects.published().select_related("organ")
    return page(request, "citizen/appraisals.html", {"page": keyset(rows, request, order=("-published_at", "-pk"))})


@require_safe
def appraisal(request: HttpRequest, number: str) -> HttpResponse:
    found = WorkAppraisal.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这次公布的评议，请从“工作评议”里查找。")
    return page(request, "citizen/appraisal.html", {"appraisal": found, "targets": found.chosen})
