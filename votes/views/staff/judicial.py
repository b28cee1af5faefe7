"""法官、检察官履职评议 on the console, for the few who may see it: the list, a new one, one whole with the record of its draw, the
pages of its verbs, and a person's file, which opens by a press with a reason."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.signin import require_fresh_proof
from ground.errors import Forbidden, Invalid
from ground.pages import one_main, put_back
from ground.paging import keyset
from ground.workflow import decide
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.judicial import JUDICIAL_ACTS, FileForm, PlanForm
from votes.models import JudicialAppraisal
from votes.rules.judicial import opens_judicial
from votes.rules.poll import opens_polls
from votes.states.judicial import JUDICIAL, JudicialState
from votes.views.of_any_face import dues_of
from votes.views.staff.inquiries import congress_kept_by, keeps_a_congress, new_page
from votes.workflow import judicial as workflow

TABS = (
    ("", "未办结"),
    ("drafted", "名单录入"),
    ("drawn", "评查中"),
    ("rating", "测评中"),
    ("fed_back", "整改中"),
    ("closed", "已办结"),
)
SAYS = {
    "drafted": "录入任职满三年的法官或者检察官，录好以后当着见证人抽取。",
    "drawn": "评查案件，开展谈话，每个评议对象至少一件案件。",
    "scored": "评查已经确认，请发起测评。",
    "rating": "请到票决里完成测评和公布，再登记结果。",
    "rated": "请负责人把评议意见反馈给法院或检察院。",
    "fed_back": "评议意见已经反馈，把要整改的列入清单，改好以后办结。",
    "closed": "这次评议已经办结。",
}


def enter(request: HttpRequest) -> None:
    if not opens_judicial(request.user):
        raise Forbidden("您的岗位没有这一页。")


def find(request: HttpRequest, number: str) -> JudicialAppraisal:
    enter(request)
    rows = JudicialAppraisal.objects.visible_to(request.user).of_desk(request.user).with_parts()
    return get_object_or_404(rows, number=number)


def judicial_appraisals(request: HttpRequest) -> HttpResponse:
    enter(request)
    chosen = request.GET.get("tab", "")
    rows = JudicialAppraisal.objects.of_desk(request.user).select_related("organ", "court", "committee")
    rows = rows.filter(state=chosen) if chosen in JudicialState.values else rows.exclude(state="closed")
    return page(
        request, "judicial_appraisals", "法官检察官履职评议", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=keeps_a_congress(request),
    )  # fmt: skip


def judicial_appraisal_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ, term = congress_kept_by(request)
    form = PlanForm(request.POST or None, obj=organ, actor=request.user)
    return new_page(
        request,
        form,
        partial(workflow.plan, term=term),
        name="judicial-appraisal",
        title="建立履职评议",
        done="已建立，请录入评议人选。",
        organ=organ,
    )


def judicial_appraisal(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = JUDICIAL_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:judicial-appraisal-verb", args=[found.number, verb])
    )
    return page(
        request, "judicial_appraisal", found.title, appraisal=found, verbs=one_main(buttons), say=SAYS[found.state],
        dues=dues_of(found), steps=list(found.steps.all()), may_poll=opens_polls(request.user),
    )  # fmt: skip


def judicial_appraisal_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = JUDICIAL.labels.get(verb, "办理")
    return JUDICIAL_ACTS.page(
        request, found, verb, actor=request.user, template="console/judicial_appraisal_verb.html", appraisal=found,
        back=reverse("admin:judicial-appraisal", args=[number]), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def judicial_file(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Cases, scores and interviews of one person, after a fresh proof of who asks and a reason that stays on record."""
    require_fresh_proof(request)
    found = find(request, number)
    decide(found, "open_file", request.user)
    person = get_object_or_404(found.people.filter(is_drawn=True), position=position)
    form, opened = FileForm(request.POST or None, obj=found, actor=request.user), None
    if request.method == "POST" and form.is_valid():
        try:
            opened = workflow.open_file(found, by=request.user, person=person, reason=form.cleaned_data["reason"])
        except Invalid as refusal:
            put_back(form, refusal)
    return page(
        request, "judicial_file", f"个人材料：{person.name}", status=422 if form.errors else 200, appraisal=found, person=person,
        form=form, opened=opened, back=reverse("admin:judicial-appraisal", args=[number]),
    )  # fmt: skip
