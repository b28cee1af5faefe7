"""接待台: what a station worker does for people who come, write or call; and what the station has to read and to tell."""

import re
import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from ground import idempotency
from ground.codes import qr_svg
from ground.errors import GuardFailed, Invalid, NotVisible
from ground.pages import kept, put_back
from ground.paging import keyset
from ground.workflow import CodeHolder
from stations.models import VenueDeputy
from suggestions import pending
from suggestions.alike import merge_candidates
from suggestions.forms.department import FileForm
from suggestions.models import Opinion
from suggestions.progress import what_next
from suggestions.queries import desk as queries
from suggestions.showing import Shown
from suggestions.views.department.of_opinions import issue, was_issued
from suggestions.views.department.shell import Desk, only_for, page
from suggestions.views.department.worklist import DESK_OPINION_ACTS, heading, opinion_chips, opinion_row, rows, verb_url
from suggestions.workflow.intake import submit
from suggestions.workflow.opinion import add_photo

A_FEW, MANY = 5, 20
TO_SCREEN = ("acknowledge", "accept", "merge", "reject", "set_urgency", "avoid")
TO_TELL = ("record_told", "rate", "reissue")
IN_DANGER = ("acknowledge", "secure", "accept", "claim", "answer", "refer", "reject")


@face("desk")
@require_safe
def reception(request: HttpRequest) -> HttpResponse:
    """Hazards on top, then the visitor's form, whom to tell, and what is about to leave its date."""
    desk = only_for(request, "station")
    return page(
        request, "reception", stations=desk.venues, hazards=_cards(request, queries.hazards(request.user).by_due()[:MANY], IN_DANGER),
        tellings=_cards(request, queries.opinions_of(request.user).to_be_told().by_due()[:A_FEW], TO_TELL, of="tell"),
        leaving=rows(queries.leaving_their_date(request.user, MANY), request.user), waits=desk.tallies,
    )  # fmt: skip


@face("desk")
@require_safe
def screening(request: HttpRequest) -> HttpResponse:
    only_for(request, "station")
    found = keyset(queries.to_screen(request.user), request, order=("next_due_at", "-pk"))
    return page(request, "screening", page=found, cards=_cards(request, found, TO_SCREEN))


@face("desk")
@require_safe
def tellings(request: HttpRequest) -> HttpResponse:
    only_for(request, "station")
    found = keyset(queries.opinions_of(request.user).to_be_told(), request, order=("next_due_at", "-pk"))
    return page(request, "tellings", page=found, cards=_cards(request, found, TO_TELL, of="tell"))


def _cards(request: HttpRequest, found: Any, verbs: tuple[str, ...], *, of: str = "") -> list[dict[str, Any]]:
    """Opinions with what their card shows: words, marks, the date of one clock or the nearest, what is untold, and some of
    their verbs, none of which is the one red button of the screen."""
    wanted = [row.pk for row in found]
    whole = (
        Opinion.objects.visible_to(request.user).with_parts().prefetch_related("photos", "members", "tellings__step")
    )
    matters = whole.in_bulk(wanted)
    due = queries.nearest("opinion", list(matters.values()), of=of)
    alike = merge_candidates(list(matters.values()), request.user) if "merge" in verbs else {}
    cards = []
    for pk in wanted:
        if pk not in matters:
            continue
        opinion = matters[pk]
        shown = Shown(opinion, request.user)
        buttons = DESK_OPINION_ACTS.buttons(
            opinion, request.user, lambda verb, opinion=opinion: verb_url("opinion", opinion, verb)
        )
        cards.append({
            "opinion": opinion, "shown": shown, "row": opinion_row(shown, due.get(pk)), "title": heading(shown),
            "chips": opinion_chips(shown), "verbs": [replace(b, tone="") if b.is_main else b for b in buttons if b.verb in verbs],
            "alike": alike.get(pk, []) if any(b.verb == "merge" for b in buttons) else [],
            "untold": [row for row in opinion.tellings.all() if row.done_at is None],
        })  # fmt: skip
    return cards


# -- for a visitor -----------------------------------------------------------------------------------------------------


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_file(request: HttpRequest) -> HttpResponse:
    """代为登记: one page, sent once however often its button is pressed; then the slip with the query code."""
    desk = only_for(request, "station")
    receivers = _receivers(desk)
    if request.method != "POST":
        form = FileForm(kept(request), receivers=receivers)
        return _ask(request, form)
    form = FileForm(request.POST, request.FILES, receivers=receivers)
    opinion = _send(request, form)
    if opinion is None:
        return _ask(request, form, status=422)
    pending.drop(form.waiting)
    issue(request, opinion)
    return redirect("department:opinion-slip", opinion.number)


def _ask(request: HttpRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    typed = request.POST.get("once", "")
    once = typed if re.fullmatch(r"[\w-]{22,64}", typed, re.ASCII) else secrets.token_urlsafe(24)
    return page(request, "opinion_file", status=status, form=form, once=once)


def _receivers(desk: Desk) -> list[tuple[str, str]]:
    """The stations one works at, then the deputies who are stationed there."""
    stationed = VenueDeputy.objects.filter(venue__in=desk.venues, until=None, seat__state="active")
    deputies = {
        row.seat.deputy.code: row.seat.deputy
        for row in stationed.select_related("seat__deputy").order_by("seat__deputy__code")
    }
    return [(venue.code, venue.name) for venue in desk.venues] + [(d.code, f"{d.name}代表") for d in deputies.values()]


def _send(request: HttpRequest, form: FileForm) -> Opinion | None:
    """Files it; None with what is wrong laid on the form. The photos are the author's own, like the words."""
    once = request.POST.get("once", "") or secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            first = idempotency.keep(once, request.user, "department:opinion-file", SimpleNamespace(data={}))
            if first.is_repeat:
                return Opinion.objects.get(number=first.number)
            if not form.is_valid():
                transaction.set_rollback(True)
                return None
            opinion = submit(by=request.user, consent=True, photos_follow=bool(form.waiting), **form.body())
            for photo in form.waiting:
                add_photo(opinion, by=CodeHolder(opinion.number), data=photo.jpeg)
            first.done(201, opinion.number)
            return opinion
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
        return None


@face("desk")
@never_cache
@require_safe
def opinion_slip(request: HttpRequest, number: str) -> HttpResponse:
    """The slip on paper. The query code stands on it once, right after it was given; a matter that must not be seen here
    (回避) shows nothing else than that slip."""
    only_for(request, "station")
    version = was_issued(request, number)
    reader = CodeHolder(number) if version else request.user
    opinion = Opinion.objects.visible_to(reader).whole().filter(number=number).first()
    if opinion is None or not version and not Shown(opinion, request.user).is_inside:
        raise NotVisible("没有找到这件事，请核对编号。")
    is_mine = Opinion.objects.visible_to(request.user).filter(pk=opinion.pk).exists()
    return page(
        request, "opinion_slip", number=opinion.number, code=opinion.query_code if version == opinion.code_version else "",
        to=str(opinion.target), at=opinion.submitted_at, next=what_next(opinion), station=opinion.station or opinion.congress,
        phone=(opinion.station and opinion.station.phone) or opinion.congress.phone,
        host=settings.PUBLIC_URL.partition("://")[2], is_mine=is_mine,
        qr=mark_safe(qr_svg(f"{settings.PUBLIC_URL}/track/?n={opinion.number}")),  # noqa: S308 drawn by us
    )  # fmt: skip
