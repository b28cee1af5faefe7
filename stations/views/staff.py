"""Pages of the console about venues: merging, closing, opening again; and the posters of venues and deputies."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.rules import DWC, holds, prefixes
from deputies import handovers, posters as walls
from deputies.models import Poster
from ground import jobs
from ground.errors import Forbidden
from ground.paging import keyset
from stations import posters as sheets
from stations.forms import CANNOT_TAKE, VENUE_ACTS, PostersForm
from stations.models import Venue
from stations.states import VENUE
from stations.workflow import moved_by, successor_of


def venue_verb(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    venues = Venue.objects.visible_to(request.user).under(prefixes(request.user, *DWC))
    venue = get_object_or_404(venues.select_related("organ", "parent"), code=code)
    kind, heir = _heir(request, venue, verb)
    if kind and heir is None and request.method != "POST" and verb == "merge":
        messages.error(request, CANNOT_TAKE)
    rows, seen = handovers.preview(handovers.change(kind, [venue], {venue.pk: heir})) if heir else ([], "")
    moved = len(rows) if verb != "reopen" else moved_by(venue)
    return VENUE_ACTS.page(
        request, venue, verb, actor=request.user, template="console/place_verb.html",
        worker="venue-verb" if moved > handovers.AT_ONCE else "",
        back=reverse("admin:stations_venue_change", args=[venue.pk]),
        title=f"{VENUE.labels.get(verb, '')}：{venue}", rows=rows, seen=seen, chooses=verb == "merge" and heir is None,
        chosen=heir if verb == "merge" else None,
        **site.each_context(request),
    )  # fmt: skip


def _heir(request: HttpRequest, venue: Venue, verb: str) -> tuple[str, Venue | None]:
    """The kind of handover and who would take over: for a merge the chosen venue, once one is chosen."""
    if verb == "close":
        return "venue_closed", successor_of(venue)
    chosen = request.POST.get("into") or request.GET.get("into")
    if verb == "merge" and chosen:
        return "venue_merged", Venue.objects.able_to_take(venue).filter(code=chosen).first()
    return "", None


# -- posters ----------------------------------------------------------------------------------------------------------


def posters(request: HttpRequest) -> HttpResponse:
    """What hangs where, and how many people it brought."""
    found = _posters(request).select_related("target__deputy").with_scans()
    words = request.GET.get("q", "").strip()[:40]
    if words:
        found = found.found_by(words)
    page = keyset(found, request, order=("-issued_at", "code"))
    names = sheets.names_of(poster.target_id for poster in page)
    return render(request, "console/posters.html", {
        "title": "代表码海报", "page": page, "rows": [(poster, names.get(poster.target_id, "")) for poster in page], "q": words,
        **site.each_context(request),
    })  # fmt: skip


def poster_new(request: HttpRequest) -> HttpResponse:
    """Chooses whose, how and where; a few come at once, many by a job."""
    _enter(request)
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("what", "codes") if name in request.GET}
        return _ask(request, PostersForm(actor=request.user, initial=asked))
    form = PostersForm(request.POST, actor=request.user)
    if not form.is_valid():
        return _ask(request, form, status=422)
    wanted = {name: form.cleaned_data[name] for name in ("what", "of", "size", "place")}
    codes = sheets.chosen(wanted["what"], wanted["of"], by=request.user)
    if not codes:
        form.add_error(form.asked, "这里没有您可以印的代表码、站点码，请核对。")
        return _ask(request, form, status=422)
    if len(codes) > sheets.AT_ONCE:
        title = f"{form.cleaned_data['size'].upper()} 海报 {len(codes)} 张"
        job = jobs.start("posters", by=request.user, title=title, body=wanted)
        return redirect("admin:job", job.pk)
    return sheets.answer(
        codes, size=wanted["size"], place=wanted["place"], by=request.user, kind=request.POST.get("kind", "pdf")
    )


def _ask(request: HttpRequest, form: PostersForm, *, status: int = 200) -> HttpResponse:
    context = {"title": "印海报", "form": form, "at_once": sheets.AT_ONCE, **site.each_context(request)}
    return render(request, "console/poster_new.html", context, status=status)


@require_POST
def poster_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Taken off the wall."""
    poster = get_object_or_404(_posters(request), pk=code)
    walls.withdraw(poster)
    messages.success(request, f"已记下：{poster} 的海报已撤下。码本身照常有效。")
    return redirect("admin:posters")


def _posters(request: HttpRequest) -> Any:
    _enter(request)
    return Poster.objects.under(prefixes(request.user, *DWC))


def _enter(request: HttpRequest) -> None:
    if not holds(request.user, *DWC):
        raise Forbidden("您的岗位没有这一页。")
