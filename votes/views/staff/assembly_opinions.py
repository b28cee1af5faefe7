"""议事代表意见 on the console: the list, one opinion, its verbs."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from clocks.workflow import due_view, open_of
from ground.masking import mask
from ground.pages import one_main
from ground.paging import keyset
from suggestions.queries.board import nearest
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.assembly_opinion import OPINION_ACTS
from votes.models import AssemblyOpinion
from votes.queries.assembly_opinion import TABS
from votes.showing_assembly import ShownOpinion
from votes.states import ASSEMBLY_OPINION
from votes.views.staff.assemblies import enter

UNCOUNTED = ("done", "ended", "all")


def assembly_opinions(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows = AssemblyOpinion.objects.of_console(request.user)
    by_state = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    counts = {tab: sum(by_state.get(s, 0) for s in states) for tab, _, states in TABS if tab not in UNCOUNTED}
    found = keyset(rows.in_tab(TABS, request.GET.get("tab", "")).with_parts(), request, order=("next_due_at", "-pk"))
    due = nearest("assemblyopinion", found)
    lines = [(row, due_view(due[row.pk]) if row.pk in due else None) for row in found]
    listed = tabs(request, [(tab, label) for tab, label, _ in TABS], counts)
    return page(request, "assembly_opinions", "议事代表意见", page=found, lines=lines, tabs=listed)


def _opinion(request: HttpRequest, number: str) -> AssemblyOpinion:
    enter(request)
    return get_object_or_404(AssemblyOpinion.objects.of_console(request.user).with_parts(), number=number)


def assembly_opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = _opinion(request, number)
    shown = ShownOpinion(found, request.user)
    buttons = OPINION_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:assembly-opinion-verb", args=[number, verb])
    )
    return page(
        request, "assembly_opinion", found.title, opinion=found, shown=shown, links=found.links.select_related("behind"),
        verbs=one_main(buttons), due=[due_view(d) for d in open_of(found)],
    )  # fmt: skip


def assembly_opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _opinion(request, number)
    label = ASSEMBLY_OPINION.labels.get(verb, "办理")
    return OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="console/assembly_opinion_verb.html", opinion=found,
        shown=ShownOpinion(found, request.user), back=reverse("admin:assembly-opinion", args=[number]),
        initial=_initial(found, verb), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def _initial(found: AssemblyOpinion, verb: str) -> dict[str, Any]:
    return {"public_text": mask(found.text).text} if verb == "publish" else {}
