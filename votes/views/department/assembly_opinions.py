"""议事代表意见 at the desk of the unit they were given to: the list by date, one opinion, its verbs."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from clocks.models import Deadline
from clocks.workflow import due_view, open_of
from ground.errors import NotVisible
from ground.pages import Button, one_main
from ground.paging import keyset
from ground.templatetags.ui import status_chip
from ground.workflow import available
from suggestions.queries.desk import nearest
from suggestions.views.department.shell import only_for, page, pills
from suggestions.views.department.worklist import Row
from votes.forms.assembly_opinion import OPINION_ACTS
from votes.models import AssemblyOpinion
from votes.queries.assembly_opinion import UNIT_TABS
from votes.showing_assembly import ShownOpinion
from votes.states import ASSEMBLY_OPINION


@face("desk")
@require_safe
def assembly_opinions(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit")
    rows = AssemblyOpinion.objects.of_units(request.user)
    by_state = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    counts = {f"tab_{tab}": sum(by_state.get(s, 0) for s in states) for tab, _, states in UNIT_TABS if states}
    found = keyset(
        rows.in_tab(UNIT_TABS, request.GET.get("tab", "")).with_parts(), request, order=("next_due_at", "-pk")
    )
    due = nearest("assemblyopinion", list(found))
    lines = [row_of(row, due.get(row.pk), request.user) for row in found]
    return page(request, "assembly_opinions", page=found, rows=lines, pills=pills(request, UNIT_TABS, counts))


def row_of(opinion: AssemblyOpinion, deadline: Deadline | None, actor: object) -> Row:
    """One opinion as a row of the desk."""
    mine = deadline if deadline is not None and deadline.organ_id == opinion.handler_id else None
    may = "reply" in available(opinion, actor)
    url = reverse("department:assembly-opinion-verb", args=[opinion.number, "reply"])
    return Row(
        number=opinion.register or opinion.number, title=opinion.title, holder=str(opinion.handler),
        url=reverse("department:assembly-opinion", args=[opinion.number]), origin=opinion.origin,
        part="议事代表意见", chips=[status_chip(opinion)], what="答复" if mine else "", due=due_view(mine) if mine else None,
        next=Button("reply", "答复", url) if may else None,
    )  # fmt: skip


def _opinion(request: HttpRequest, number: str) -> AssemblyOpinion:
    only_for(request, "unit")
    found = AssemblyOpinion.objects.of_units(request.user).with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这件意见，请从“议事代表意见”里打开。")
    return found


@face("desk")
@require_safe
def assembly_opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = _opinion(request, number)
    say = {
        "assigned": "请办理后答复议事代表。",
        "redoing": "议事代表不满意，请重新办理后答复。",
        "replied": "已答复，等议事代表评价。",
    }
    buttons = OPINION_ACTS.buttons(
        found, request.user, lambda verb: reverse("department:assembly-opinion-verb", args=[number, verb])
    )
    return page(
        request, "assembly_opinion", opinion=found, shown=ShownOpinion(found, request.user), say=say.get(found.state, "已办结。"),
        verbs=one_main(buttons), due=[due_view(d) for d in open_of(found)],
    )  # fmt: skip


@face("desk")
def assembly_opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _opinion(request, number)
    return OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="department/assembly_opinion_verb.html", opinion=found,
        shown=ShownOpinion(found, request.user), label=ASSEMBLY_OPINION.labels.get(verb, "办理"),
        back=reverse("department:assembly-opinions" if verb == "hand_back" else "department:assembly-opinion",
                     args=[] if verb == "hand_back" else [number]),
    )  # fmt: skip
