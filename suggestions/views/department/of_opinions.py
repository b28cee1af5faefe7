"""意见 at the desk: what a station has in its hands, what was sent to a unit, one opinion as each of them may know it, and
the pages of its verbs."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from clocks.models import Deadline
from clocks.workflow import due_view
from ground import clock
from ground.pages import Button, one_main
from ground.paging import keyset
from ground.templatetags.ui import zh_date
from ground.workflow import available
from suggestions.alike import merge_candidates
from suggestions.models import Opinion
from suggestions.progress import claimant_name, holder_name
from suggestions.queries import desk as queries
from suggestions.queries.sought import OWN
from suggestions.showing import Shown
from suggestions.views import of_any_face
from suggestions.views.department.shell import only_for, page, pills
from suggestions.views.department.worklist import (
    DESK_OPINION_ACTS,
    Row,
    heading,
    opinion_chips,
    opinion_row,
    verb_url,
    what_of,
)
from suggestions.workflow.opinion import open_contact

ISSUED, ISSUED_FOR = "issued_code", timedelta(minutes=10)
HAZARD_FIRST = ("acknowledge", "secure", "accept", "claim", "confirm", "record_told")


# -- lists -------------------------------------------------------------------------------------------------------------


@face("desk")
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """One's stations' matters, and what was sent to one's units; whoever has both chooses by `?box=`."""
    desk = only_for(request, "unit", "station")
    box = request.GET.get("box", "")
    at_unit = desk.is_unit and (box != "station" or not desk.is_station)
    listed = _referrals(request) if at_unit else _of_station(request)
    both = [("unit", "转到本单位的"), ("station", "本站的")] if desk.is_unit and desk.is_station else []
    boxes = [{"url": f"?box={code}", "label": label, "here": (code == "unit") == at_unit} for code, label in both]
    keep = [(name, request.GET[name]) for name in ("box", "tab") if request.GET.get(name)]
    return page(request, "opinions", at_unit=at_unit, boxes=boxes, keep=keep, query=_query(request), **listed)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:40]


def _referrals(request: HttpRequest) -> dict[str, Any]:
    """A unit finds a matter by its numbers alone: a search for words would ask for what it may not read."""
    rows, words = queries.referrals_of(request.user), _query(request).upper()
    if words:
        rows = rows.filter(Q(letter_no=words) | Q(opinion__number=words) | Q(order_no=words))
    tab = request.GET.get("tab", "")
    found = keyset(queries.in_tab(rows, queries.REFERRAL_TABS, tab), request, order=("due_at", "-pk"))
    matters = Opinion.objects.visible_to(request.user).with_parts().prefetch_related("members").in_bulk(
        {row.opinion_id for row in found}
    )  # fmt: skip
    lines = _rows([matters[row.opinion_id] for row in found if row.opinion_id in matters], request.user)
    return {
        "page": found,
        "rows": lines,
        "pills": pills(request, queries.REFERRAL_TABS, queries.counts_in(rows, queries.REFERRAL_TABS)),
    }


def _of_station(request: HttpRequest) -> dict[str, Any]:
    rows, words = queries.opinions_of(request.user), _query(request)
    if words:
        rows = rows.search(words, people=True, own=True)
    tab = request.GET.get("tab", "all" if words else "")
    listed = queries.in_tab(rows, queries.STATION_TABS, tab).with_parts().prefetch_related("members")
    found = keyset(listed, request, **(OWN if words else {"order": ("next_due_at", "-pk")}))
    counts = {} if words else queries.counts_in(rows, queries.STATION_TABS)
    return {
        "page": found,
        "rows": _rows(list(found), request.user),
        "pills": pills(request, queries.STATION_TABS, counts, here=tab),
    }


def _rows(found: list[Opinion], actor: Any) -> list[Row]:
    due = queries.nearest("opinion", found)
    return [opinion_row(Shown(row, actor), due.get(row.pk)) for row in found]


# -- one opinion -------------------------------------------------------------------------------------------------------


@face("desk")
@require_safe
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    shown = Shown(found, request.user)
    if shown.reader not in ("inside", "unit"):
        return redirect("citizen:opinion", number)
    buttons = DESK_OPINION_ACTS.buttons(found, request.user, lambda verb: verb_url("opinion", found, verb))
    buttons = sorted(buttons, key=lambda button: button.verb not in HAZARD_FIRST)
    owed = (
        Deadline.objects.open()
        .owed()
        .under(found.merged_into or found)
        .select_related("organ", "user")
        .order_by("due_at", "pk")
    )
    due = list(owed)
    told = {
        "opinion": found, "shown": shown, "title": heading(shown), "marks": opinion_chips(shown), "verbs": one_main(buttons),
        "steps": [_step(shown, step) for step in shown.steps], "photos": shown.photos,
    }  # fmt: skip
    if shown.reader == "unit":
        return page(request, "opinion_unit", **told, **_for_unit(shown, due, buttons))
    return page(
        request, "opinion", **told, say=_say(found, due, buttons), due=due_view(due[0]) if due else None,
        due_what=what_of(due[0]) if due else "", may_open="open_contact" in available(found, request.user),
        answers=list(found.answers.all())[::-1], referrals=list(found.referrals.all())[::-1],
        members=list(found.members.all()), links=list(found.links.all()),
        alike=merge_candidates([found], request.user).get(found.pk, []),
        may_merge=any(button.verb == "merge" for button in buttons),
        tellings=[telling for telling in found.tellings.all() if telling.done_at is None],
    )  # fmt: skip


def _for_unit(shown: Shown, due: list[Deadline], buttons: list[Button]) -> dict[str, Any]:
    """Only the unit's own letters, and the date it owes."""
    units = queries.units_of(shown.actor)
    letters = [row for row in shown.opinion.referrals.all() if row.organ_id in units][::-1]
    own = [row for row in due if row.organ_id in units]
    letter = letters[0]
    may_report = any(button.verb == "report" for button in buttons)
    if may_report and own:
        say = format_html("<b>等本单位{}</b>，{} 前。", what_of(own[0]), zh_date(own[0].due_at))
    elif letter.state == "reported":
        say = format_html("<b>已回报</b>，由{}转告群众。", letter.sent_by_label)
    else:
        say = format_html("<b>{}</b>，没有要办的事。", letter.get_state_display())
    may_return = any(button.verb == "send_back" for button in buttons)
    return {
        "letters": letters, "letter": letter, "say": say, "due": due_view(own[0]) if own else None,
        "due_what": what_of(own[0]) if own else "", "send_back_until": letter.send_back_until if may_return else None,
    }  # fmt: skip


def _step(shown: Shown, step: Any) -> dict[str, Any]:
    return {
        "at": step.at,
        "label": shown.opinion.workflow.labels.get(step.verb, step.verb),
        "by_label": step.by_label,
        "organ": "",
        "text": shown.words(step),
    }


def _say(found: Opinion, due: list[Deadline], buttons: list[Button]) -> SafeString:
    """One sentence: what waits for the reader, else for whom the matter waits."""
    first = next((button for button in buttons if button.is_main), None)
    by = format_html("，{} 前", zh_date(due[0].due_at)) if due else ""
    if first:
        return format_html("<b>等您{}{}。</b>", first.label, by)
    if found.state == "merged":
        return format_html("{}", "与同一件事一并办理，跟着牵头的那一件走。")
    if found.state == "replied":
        return format_html("<b>{}</b>", "已答复，等群众评价。")
    if found.state == "referred":
        return format_html("现在在<b>{}</b>办理{}。", found.live_referral.organ, by)
    if due:
        who = claimant_name(found) if found.claimed_by_id else holder_name(found)
        return format_html("现在在<b>{}</b>手里：{}{}。", who, what_of(due[0]), by)
    return format_html("{}，没有要办的事。", found.get_state_display())


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _visible(request, number)
    shown = Shown(found, request.user)
    answer = DESK_OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="department/opinion_verb.html", back=_page_of(found),
        initial={"into": request.GET["into"]} if "into" in request.GET else None,
        opinion=found, shown=shown, title=heading(shown), letter=shown.referral if shown.reader == "unit" else None,
    )  # fmt: skip
    if answer.status_code != 302:
        return answer
    if verb == "reissue":
        issue(request, found)
        return redirect("department:opinion-slip", found.number)
    still = Opinion.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return answer if still else redirect("department:home")  # it has passed to somebody else, or must not be seen here


@face("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_contact(request: HttpRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    told = {"opinion": found, "back": _page_of(found), "title": heading(Shown(found, request.user))}
    return of_any_face.contact_of(request, found, open_contact, partial(page, request, "opinion_contact", **told))


opinion_photo = face("desk")(of_any_face.opinion_photo)


def _visible(request: HttpRequest, number: str) -> Opinion:
    return get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)


def _page_of(found: Opinion) -> str:
    return reverse("department:opinion", args=[found.number])


# -- a query code that was just given --------------------------------------------------------------------------------


def issue(request: HttpRequest, opinion: Opinion) -> None:
    """Lets this sign-in show the query code of one matter, for a few minutes: on the slip and nowhere else."""
    version = Opinion.objects.values_list("code_version", flat=True).get(pk=opinion.pk)
    request.session[ISSUED] = {"number": opinion.number, "version": version, "at": clock.now().isoformat()}


def was_issued(request: HttpRequest, number: str) -> int | None:
    """The version of the code that may be shown for this number, once."""
    told = request.session.get(ISSUED)
    if not told or told["number"] != number:
        return None
    del request.session[ISSUED]
    return told["version"] if clock.now() - datetime.fromisoformat(told["at"]) < ISSUED_FOR else None
