"""述职评议 on the console: the sessions, a new one, who has not reported in the term, one session and one report whole, the
pages of their verbs."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ground.errors import Forbidden
from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.duty import REPORT_ACTS, SESSION_ACTS, PlanForm, first_words
from votes.models import DutyReport, DutySession
from votes.queries.duty import unreported
from votes.rules.duty import opens_duty
from votes.states.duty import DUTY_REPORT, DUTY_SESSION, DutySessionState
from votes.views.of_any_face import dues_of
from votes.views.staff.inquiries import congress_kept_by, keeps_a_congress, new_page
from votes.workflow import duty as workflow

TABS = (
    ("", "要办的"),
    ("planned", "已列计划"),
    ("called", "已通知"),
    ("held", "待公布"),
    ("published", "已公布"),
    ("cancelled", "已取消"),
)
SAYS = {
    "planned": "述职代表定了就通知，代表开始写报告。",
    "called": "代表正在写报告；会开过以后登记到会人数。",
    "held": "逐人录入测评票数，另一个人核对，反馈评议意见，再由负责人公布。",
    "published": "评议结果已经公布。",
    "cancelled": "这次会议已经取消。",
}
REPORT_SAYS = {
    "named": "会议通知以后，代表开始写报告。",
    "called": "等代表提交述职报告。",
    "written": "报告已经提交，开会前代表还可以修改。",
    "heard": "记录提问，照计票结果录入测评票数。",
    "rated": "请另一个人对照纸质计票结果核对。",
    "confirmed": "请把评议意见书面反馈给代表。",
    "fed_back": "这位代表的都办完了，全体办完以后由负责人公布。",
    "published": "评议结果已经公布。",
    "rectifying": "最低等次超过有效票的一半，等代表提交书面整改。",
    "rectified": "请负责人审核书面整改。",
    "accepted": "书面整改已经通过。",
    "excused": "本次没有述职，本届内另行安排。",
}


def enter(request: HttpRequest) -> None:
    if not opens_duty(request.user):
        raise Forbidden("您的岗位没有这一页。")


def find(request: HttpRequest, number: str) -> DutySession:
    enter(request)
    return get_object_or_404(DutySession.objects.visible_to(request.user).with_parts(), number=number)


def find_report(request: HttpRequest, number: str) -> DutyReport:
    enter(request)
    return get_object_or_404(DutyReport.objects.visible_to(request.user).with_parts(), number=number)


def duty_sessions(request: HttpRequest) -> HttpResponse:
    enter(request)
    chosen = request.GET.get("tab", "")
    rows = (
        DutySession.objects.visible_to(request.user).select_related("organ").prefetch_related("reports__seat__deputy")
    )
    ended = ("published", "cancelled")
    rows = rows.filter(state=chosen) if chosen in DutySessionState.values else rows.exclude(state__in=ended)
    return page(
        request, "duty_sessions", "述职评议", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=keeps_a_congress(request),
    )  # fmt: skip


def duty_unreported(request: HttpRequest) -> HttpResponse:
    """Who has to report yet: once a term is the least (domain.md §5.5)."""
    enter(request)
    organ, term = congress_kept_by(request)
    rows = keyset(unreported(term), request, order=("name", "pk"))
    return page(request, "duty_unreported", "本届还没有述职的代表", page=rows, organ=organ, term=term)


def duty_session_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ, term = congress_kept_by(request)
    chosen = {"seats": request.GET.getlist("seats")}
    form = PlanForm(request.POST or None, obj=organ, actor=request.user, term=term, initial=chosen)
    return new_page(
        request,
        form,
        partial(workflow.plan, term=term),
        name="duty-session",
        title="安排述职评议会",
        done="已列入计划，请通知代表。",
        organ=organ,
    )


def duty_session(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = SESSION_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:duty-session-verb", args=[found.number, verb])
    )
    return page(
        request, "duty_session", found.title, session=found, verbs=one_main(buttons), say=SAYS[found.state],
        dues=dues_of(found), steps=list(found.steps.all()),
    )  # fmt: skip


def duty_session_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = DUTY_SESSION.labels.get(verb, "办理")
    return SESSION_ACTS.page(
        request, found, verb, actor=request.user, template="console/duty_session_verb.html", session=found,
        back=reverse("admin:duty-session", args=[number]), initial=first_words(found) if verb == "revise" else {},
        **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def duty_report(request: HttpRequest, number: str) -> HttpResponse:
    found = find_report(request, number)
    buttons = REPORT_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:duty-report-verb", args=[found.number, verb])
    )
    return page(
        request, "duty_report", found.title, report=found, verbs=one_main(buttons), say=REPORT_SAYS[found.state],
        dues=dues_of(found), steps=list(found.steps.all()),
    )  # fmt: skip


def duty_report_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find_report(request, number)
    label = DUTY_REPORT.labels.get(verb, "办理")
    return REPORT_ACTS.page(
        request, found, verb, actor=request.user, template="console/duty_report_verb.html", report=found,
        back=reverse("admin:duty-report", args=[number]), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip
