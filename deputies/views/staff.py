"""Pages of the console about seats, terms and merged departments: what was decided is entered, with what it hands over
shown first."""

from django.contrib import messages
from django.contrib.admin import site
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.queries import within
from accounts.rules import DWC, holds, prefixes
from deputies import handovers, mergers, rollovers as changes
from deputies.forms import HANDS_OVER, SEAT_ACTS, MergerForm
from deputies.models import Seat, Term
from deputies.states import SEAT
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.pages import put_back


def seat_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    seats = Seat.objects.visible_to(request.user).under(prefixes(request.user, *DWC))
    seat = get_object_or_404(seats.select_related("deputy", "organ", "term"), pk=pk)
    rows, seen = handovers.preview(handovers.change(HANDS_OVER[verb], [seat])) if verb in HANDS_OVER else ([], "")
    return SEAT_ACTS.page(
        request, seat, verb, actor=request.user, template="console/place_verb.html",
        worker="seat-verb" if len(rows) > handovers.AT_ONCE else "",
        back=reverse("admin:deputies_seat_change", args=[seat.pk]),
        title=f"{SEAT.labels.get(verb, '')}：{seat}", rows=rows, seen=seen, **site.each_context(request),
    )  # fmt: skip


def rollovers(request: HttpRequest) -> HttpResponse:
    terms = changes.waiting(_terms(request))
    return render(request, "console/rollovers.html", {"title": "换届", "terms": terms, **site.each_context(request)})


def rollover(request: HttpRequest, pk: int) -> HttpResponse:
    """Who goes on and what becomes of the rest; a press stores the plan, which is applied on its own page."""
    term = get_object_or_404(_terms(request), pk=pk)
    found = changes.of(term)
    if request.method == "POST":
        try:
            plan = changes.plan(found, by=request.user, seen=request.POST.get("seen", ""))
            messages.success(request, "方案已定下，还没有交接。请核对后按“按方案交接”。")
            return redirect("admin:handover", plan.pk)
        except GuardFailed as refusal:
            messages.error(request, refusal.detail)
            return redirect("admin:rollover", pk)
    rows, seen = changes.preview(found) if found.is_ready else ([], "")
    shown = handovers.first_of(rows, request.GET)
    told = {"title": f"换届：{term}", "rollover": found, "rows": rows, "shown": shown, "seen": seen}
    return render(request, "console/rollover.html", {**told, **site.each_context(request)})


@require_POST
def rollover_continue(request: HttpRequest, pk: int) -> HttpResponse:
    """Enters the chosen deputies for the new term, in the constituency they have."""
    term = get_object_or_404(_terms(request), pk=pk)
    chosen = [int(one) for one in request.POST.getlist("seat") if one.isdecimal() and len(one) < 12]
    seats = Seat.objects.filter(organ=term.congress, pk__in=chosen)
    made = changes.continue_in(term, seats, by=request.user)
    messages.success(request, f"已登记 {len(made)} 名代表连任。") if made else messages.error(
        request, "还没有勾选代表。"
    )
    return redirect("admin:rollover", pk)


def organ_merge(request: HttpRequest) -> HttpResponse:
    """机构改革: chosen, shown, and settled as a plan that is applied on its own page."""
    if not holds(request.user, *DWC):
        raise Forbidden
    typed = request.POST if request.method == "POST" else request.GET
    form = MergerForm(typed if "unit" in typed else None, actor=request.user)
    rows, seen = [], ""
    if form.is_bound and form.is_valid():
        organ, into = form.cleaned_data["unit"], form.cleaned_data["into"]
        try:
            if request.method == "POST":
                plan = mergers.plan(organ, into, by=request.user, seen=form.cleaned_data["seen"])
                messages.success(request, "方案已定下，还没有交接。请核对后按“按方案交接”。")
                return redirect("admin:handover", plan.pk)
            rows, seen = mergers.preview(organ, into)
        except (GuardFailed, Invalid) as refusal:
            put_back(form, refusal)
    told = {"title": "单位合并", "form": form, "rows": rows, "seen": seen}
    status = 422 if form.is_bound and form.errors and request.method == "POST" else 200
    return render(request, "console/organ_merge.html", {**told, **site.each_context(request)}, status=status)


def _terms(request: HttpRequest) -> QuerySet:
    """The terms of the congresses one's own office keeps."""
    if not holds(request.user, *DWC):
        raise Forbidden
    return Term.objects.filter(within(prefixes(request.user, *DWC), organ="congress__")).select_related("congress")
