"""热点 and 智能交办 on the console: what many people said, and how good the guesses of units are."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ground.errors import GuardFailed, NotVisible
from ground.paging import keyset
from suggestions.models import Cluster, HotWord, LearnedKind, Opinion, SubjectUnit
from suggestions.queries import hotspot as hot
from suggestions.routing import outcomes, shelf
from suggestions.routing.subjects import SUBJECTS
from suggestions.views.staff.frame import enter, page, tabs
from suggestions.workflow import hotspot as hot_verbs

MONTHS = 6


def hotspots(request: HttpRequest) -> HttpResponse:
    """Clusters and words of a month, in one of the areas one oversees."""
    enter(request, "hotspots")
    areas = list(hot.areas_overseen(request.user).order_by("path"))
    listed = [(f"{month:%Y-%m}", f"{month.year} 年 {month.month} 月") for month in hot.months(MONTHS)]
    chosen = request.GET.get("month", "")
    month = next((m for m in hot.months(MONTHS) if f"{m:%Y-%m}" == chosen), hot.months(1)[0])
    area = next((a for a in areas if a.code == request.GET.get("area", "")), areas[0] if areas else None)
    found = {"clusters": [], "words": []}
    if area is not None:
        found = {"clusters": list(hot.clusters_of([area.pk], month)), "words": list(hot.words_of([area.pk], month))}
    listed[0] = ("", listed[0][1])
    return page(
        request, "hotspots", "热点", months=tabs(request, listed, {}, name="month"), areas=areas, area=area, month=month,
        most=max((row.people for row in found["words"]), default=1), **found,
    )  # fmt: skip


def hotspot(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The matters behind a cluster or a word, as far as one may see them."""
    enter(request, "hotspots")
    rows: Any = {"cluster": Cluster, "word": HotWord}.get(kind)
    if rows is None:
        raise NotVisible("没有这一页。")
    areas = hot.areas_overseen(request.user)
    spot = get_object_or_404(rows.objects.select_related("area").filter(area__in=areas), pk=pk)
    if kind == "cluster":
        found = Opinion.objects.visible_to(request.user).filter(pk__in=spot.opinions.values("pk"))
    else:
        found = hot.opinions_saying(spot, request.user)
    shown = keyset(found.with_parts(), request, order=("-pk",))
    passes = kind == "cluster" and request.user.has_perm("suggestions.pass_on_hotspot", spot)
    passed = hot_verbs.passed_to(spot) if kind == "cluster" else 0
    return page(request, "hotspot", str(spot), spot=spot, kind=kind, page=shown, passes=passes, passed=passed)


@require_POST
def hotspot_pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """转给代表参考."""
    enter(request, "hotspots")
    areas = hot.areas_overseen(request.user)
    spot = get_object_or_404(Cluster.objects.select_related("area").filter(area__in=areas), pk=pk)
    try:
        fresh = hot_verbs.pass_on(spot, by=request.user)
        words = f"已转给 {fresh} 名代表参考，他们在“消息”里看到。" if fresh else "有关代表都已收到过，没有重复发。"
        messages.success(request, words)
    except GuardFailed as refusal:
        messages.error(request, refusal.detail)
    return redirect("admin:hotspot", "cluster", pk)


def routing(request: HttpRequest) -> HttpResponse:
    """How often the first and third guess was taken, what was learnt and when, and where the table is kept."""
    enter(request, "routing")
    congresses = sorted({p.congress_id for p in request.user.facts.posts if p.congress_id})
    learned = [shelf.newest(LearnedKind.ROUTING, pk) for pk in congresses]
    likeness = shelf.newest(LearnedKind.LIKENESS)
    return page(
        request, "routing", "智能交办", record=outcomes.record_of(congresses),
        learned=[(row, shelf.what_is_wrong(row)) for row in learned if row is not None],
        likeness=likeness, likeness_wrong=shelf.what_is_wrong(likeness), enough=outcomes.ENOUGH,
        lines=SubjectUnit.objects.filter(congress__in=congresses).count(), defaults=len(SUBJECTS),
        table_url=reverse("admin:suggestions_subjectunit_changelist") if request.user.has_perm("suggestions.keep_subjectunit") else "",
    )  # fmt: skip
