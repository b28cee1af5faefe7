"""民生实事 on 办理台: the unit's quarterly reports and requests, the government's office, and stations that propose and hold
out their tablet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.faces import face
from clocks.workflow import due_view, open_of
from ground.errors import Forbidden
from ground.pages import one_main
from ground.paging import keyset
from suggestions.views.department.shell import desk_of, page, pills
from votes.forms.project import PROJECT_ACTS, ProposeForm, TabletForm, first_words
from votes.models import LivelihoodProject
from votes.notices.project import WORDS
from votes.showing import shown_rows
from votes.views.citizen.projects import context_of
from votes.views.deputy.projects import propose_with
from votes.workflow import proposal

TABS = (
    ("", "实施中", ("implementing", "adjusting")),
    ("next", "候选和选定", ("shortlisted", "candidate", "elected")),
    ("done", "验收和评价", ("accepted", "evaluated")),
    ("ended", "取消和结转", ("cancelled", "carried_over", "not_elected")),
    ("mine", "本单位提的", ()),
)


@face("desk")
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """By the nearest date that is owed."""
    tab = request.GET.get("tab", "")
    states = next((states for code, _, states in TABS if code == tab), TABS[0][2])
    rows = LivelihoodProject.objects.visible_to(request.user)
    if tab == "mine":
        rows = rows.filter(entered_by=request.user)
    else:
        rows = (rows.of_units(request.user) | rows.filter(organ__in=_congresses(request))).filter(state__in=states)
    found = keyset(rows.with_face(), request, order=("next_due_at", "pk"))
    return page(request, "projects", page=found, rows=shown_rows(list(found), request.user), pills=pills(request, TABS, {}),
                may_propose=_may_propose(request), tab=tab)  # fmt: skip


def _congresses(request: HttpRequest) -> list[int]:
    """Those whose governments the person's office serves; and, for stations, those whose projects they show people."""
    posts = request.user.facts.posts
    return [post.congress_id for post in posts if post.role == "gov_office" and post.congress_id is not None]


def _may_propose(request: HttpRequest) -> bool:
    desk = desk_of(request)
    return desk.is_station or desk.is_unit or desk.is_government


def find(request: HttpRequest, number: str) -> LivelihoodProject:
    return get_object_or_404(LivelihoodProject.objects.visible_to(request.user).whole(), number=number)


@face("desk")
@require_GET
def project(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    verbs = PROJECT_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:project-verb", args=[number, verb])
    )
    dues = [(WORDS[due.kind], due_view(due)) for due in open_of(found)]
    return page(request, "project", **context_of(found, request.user), verbs=one_main(verbs), dues=dues,
                may_show=desk_of(request).is_station and found.state == "accepted")  # fmt: skip


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def project_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return PROJECT_ACTS.page(
        request, found, verb, actor=request.user, template="department/project_verb.html",
        back=reverse("department:project", args=[number]), initial=first_words(found, verb), desk=desk_of(request),
        **context_of(found, request.user),
    )  # fmt: skip


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def project_propose(request: HttpRequest) -> HttpResponse:
    if not _may_propose(request):
        raise Forbidden("您的岗位没有这一页。")
    form = ProposeForm(request.POST or None, actor=request.user)
    made = propose_with(form, request) if request.method == "POST" else None
    if made is not None:
        messages.success(request, "已提出，审核后进入储备库，每一步都会告诉您。")
        return redirect("department:project", made.number)
    return page(request, "project_propose", form=form, status=422 if form.errors else 200)


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def project_tablet(request: HttpRequest, number: str) -> HttpResponse:
    """The station's tablet, handed to a visitor: one rating after the other, counted apart from the phones."""
    found = find(request, number)
    if not desk_of(request).is_station:
        raise Forbidden("只有联络站能现场收评价。")
    form = TabletForm(request.POST or None, obj=found, actor=request.user)
    if form.is_valid():
        proposal.rate_at_station(found, by=request.user, **form.body())
        messages.success(request, "已收到，谢谢。请把平板交给下一位。")
        return redirect("department:project-tablet", number)
    return page(
        request, "project_tablet", **context_of(found, request.user), form=form, status=422 if form.errors else 200
    )
