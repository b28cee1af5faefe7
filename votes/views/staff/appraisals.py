"""部门工作评议 on the console: the list, a new one, one whole with scores and arithmetic, the pages of its verbs."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.appraisal import APPRAISAL_ACTS, DraftForm
from votes.models import WorkAppraisal
from votes.states.appraisal import APPRAISAL, AppraisalState
from votes.views.of_any_face import dues_of
from votes.views.staff.inquiries import congress_kept_by, enter, keeps_a_congress, new_page
from votes.workflow import appraisal as workflow

TABS = (
    ("", "未办结"),
    ("balloting", "票决中"),
    ("running", "整改中"),
    ("rating", "测评中"),
    ("published", "已公布"),
    ("closed", "已办结"),
)
SAYS = {
    "drafted": "先按投诉量产生候选名单。",
    "nominated": "候选名单已经产生，提请常委会票决。",
    "balloting": "请到票决里完成投票、计票和公布，再登记结果。",
    "chosen": "请给每个评议对象列出三个突出问题。",
    "running": "单位每月报告进展；走访以后打分。",
    "scored": "打分已经确认，请发起满意度测评。",
    "rating": "请到票决里完成测评和公布，再登记结果。",
    "concluded": "请负责人公布结果。",
    "published": "结果已经公布，两个月后回访。",
    "closed": "这次评议已经办结。",
}


def find(request: HttpRequest, number: str) -> WorkAppraisal:
    enter(request)
    return get_object_or_404(WorkAppraisal.objects.visible_to(request.user).with_parts(), number=number)


def appraisals(request: HttpRequest) -> HttpResponse:
    enter(request)
    chosen = request.GET.get("tab", "")
    rows = WorkAppraisal.objects.visible_to(request.user).select_related("organ", "committee")
    rows = rows.filter(state=chosen) if chosen in AppraisalState.values else rows.exclude(state="closed")
    return page(
        request, "appraisals", "工作评议", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=keeps_a_congress(request),
    )  # fmt: skip


def appraisal_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ, term = congress_kept_by(request)
    form = DraftForm(request.POST or None, obj=organ, actor=request.user)
    return new_page(
        request,
        form,
        partial(workflow.draft, term=term),
        name="appraisal",
        title="建立工作评议",
        done="已建立，请产生候选名单。",
        organ=organ,
    )


def appraisal(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = APPRAISAL_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:appraisal-verb", args=[found.number, verb])
    )
    polls = [poll for poll in (found.ballot, found.poll) if poll is not None]
    return page(
        request, "appraisal", found.title, appraisal=found, verbs=one_main(buttons), say=SAYS[found.state], polls=polls,
        dues=dues_of(found), steps=list(found.steps.all()),
        words=dict(found.poll.codes) if found.poll else {},
    )  # fmt: skip


def appraisal_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = APPRAISAL.labels.get(verb, "办理")
    return APPRAISAL_ACTS.page(
        request, found, verb, actor=request.user, template="console/appraisal_verb.html", appraisal=found,
        back=reverse("admin:appraisal", args=[number]), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip
