"""民生实事 in 履职通: candidates to read and to give views on, what is being built, visits, ratings, and proposing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.faces import face
from ground.errors import GuardFailed, Invalid
from ground.pages import one_main, put_back
from ground.paging import keyset
from suggestions.views.deputy.frame import page, shell, tabs
from votes.forms.project import PROJECT_ACTS, ProposeForm, first_words
from votes.models import LivelihoodProject
from votes.showing import shown_rows
from votes.views.citizen.projects import context_of
from votes.workflow import proposal

TABS = (("", "候选"), ("built", "实施"), ("rate", "待评价"), ("pool", "储备库"), ("mine", "我提的"))
STATES = {
    "": ("shortlisted", "candidate", "elected", "not_elected"), "built": ("implementing", "adjusting", "carried_over"),
    "rate": ("accepted", "evaluated"), "pool": ("pooled",),
}  # fmt: skip


@face("my")
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    here, pills = tabs(request, TABS, {})
    rows = LivelihoodProject.objects.of_deputy(request.user)
    if here == "mine":
        rows = LivelihoodProject.objects.visible_to(request.user).filter(entered_by=request.user)
    else:
        rows = rows.filter(state__in=STATES[here])
    found = keyset(rows.with_face(), request)
    return page(request, "projects", page=found, rows=shown_rows(list(found), request.user), pills=pills, tab=here)


def find(request: HttpRequest, number: str) -> LivelihoodProject:
    return get_object_or_404(LivelihoodProject.objects.visible_to(request.user).whole(), number=number)


@face("my")
@require_GET
def project(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    verbs = PROJECT_ACTS.buttons(found, request.user, lambda verb: reverse("deputy:project-verb", args=[number, verb]))
    mine = {seat.id for seat in request.user.facts.seats}
    return page(request, "project", **context_of(found, request.user), verbs=one_main(verbs),
                may_support=found.state in proposal.SUPPORTED,
                views=[note for note in found.notes.all() if note.kind == "note"],
                rated=next((rating for rating in found.ratings.all() if rating.seat_id in mine), None))  # fmt: skip


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def project_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    return PROJECT_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/project_verb.html",
        back=reverse("deputy:project", args=[number]), initial=first_words(found, verb), project=found, **shell(request),
    )  # fmt: skip


@face("my")
@require_POST
def project_support(request: HttpRequest, number: str) -> HttpResponse:
    """“我也需要”, by the person's own account."""
    made = proposal.support_as(find(request, number), by=request.user)
    messages.success(request, "已记下。" if made else "您已经表示过需要，不重复计算。")
    return redirect("deputy:project", number)


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def project_propose(request: HttpRequest) -> HttpResponse:
    form = ProposeForm(request.POST or None, actor=request.user)
    made = propose_with(form, request) if request.method == "POST" else None
    if made is not None:
        messages.success(request, "已提出，审核后进入储备库，每一步都会告诉您。")
        return redirect("deputy:project", made.number)
    return page(request, "project_propose", form=form, status=422 if form.errors else 200)


def propose_with(form: ProposeForm, request: HttpRequest) -> LivelihoodProject | None:
    """A proposal of somebody signed in; None with what is wrong laid on the form."""
    if not form.is_valid():
        return None
    body: dict[str, Any] = form.body()
    try:
        return proposal.propose(by=request.user, consent=True, **body)
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
        return None
