"""审议意见 on the console: the list with its ledger, a new one, one whole, the pages of its verbs."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.deliberation import DELIBERATION_ACTS, DraftForm, first_words
from votes.models import DeliberationOpinion
from votes.states.deliberation import DELIBERATION
from votes.views.of_any_face import dues_of
from votes.views.staff.inquiries import congress_kept_by, enter, keeps_a_congress, new_page
from votes.workflow import deliberation as workflow

TABS = (
    ("", "未办结"),
    ("drafted", "待交办"),
    ("work", "研究处理中"),
    ("reported", "已报告"),
    ("published", "已公布"),
    ("second_due", "待二次听取"),
    ("closed", "已办结"),
)
IN_TAB = {"work": ("handed_over", "draft_sent", "commented"), "reported": ("reported", "on_agenda")}
SAYS = {
    "drafted": "会后 10 个工作日内编号交办。",
    "handed_over": "单位正在研究处理，报告稿先送对口专工委。",
    "draft_sent": "请对口专工委对报告稿提意见。",
    "commented": "单位按意见修改后提交书面报告。",
    "reported": "主任会议可以列入议程；20 个工作日内通报代表并公布。",
    "on_agenda": "已列入议程，会后通报代表并公布。",
    "published": "已经通报公布，两个月后二次听取。",
    "second_due": "请回访调研，再次听取。",
    "closed": "已经办结。",
}


def find(request: HttpRequest, number: str) -> DeliberationOpinion:
    enter(request)
    return get_object_or_404(DeliberationOpinion.objects.visible_to(request.user).with_parts(), number=number)


def deliberations(request: HttpRequest) -> HttpResponse:
    enter(request)
    tab = request.GET.get("tab", "")
    rows = DeliberationOpinion.objects.visible_to(request.user).of_desk(request.user).select_related("unit", "organ")
    rows = rows.filter(state__in=IN_TAB.get(tab, (tab,))) if tab else rows.exclude(state="closed")
    return page(
        request, "deliberations", "审议意见", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=keeps_a_congress(request),
    )  # fmt: skip


def deliberation_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ, term = congress_kept_by(request)
    form = DraftForm(request.POST or None, obj=organ, actor=request.user)
    return new_page(
        request,
        form,
        partial(workflow.draft, term=term),
        name="deliberation",
        title="起草审议意见",
        done="已起草，请负责人交办。",
        organ=organ,
    )


def deliberation(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = DELIBERATION_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:deliberation-verb", args=[found.number, verb])
    )
    return page(
        request, "deliberation", found.title, deliberation=found, verbs=one_main(buttons), say=SAYS[found.state],
        dues=dues_of(found), steps=list(found.steps.all()),
    )  # fmt: skip


def deliberation_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = DELIBERATION.labels.get(verb, "办理")
    return DELIBERATION_ACTS.page(
        request, found, verb, actor=request.user, template="console/deliberation_verb.html", deliberation=found,
        back=reverse("admin:deliberation", args=[number]), initial=first_words(found) if verb == "revise" else {},
        **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip
