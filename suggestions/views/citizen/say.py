"""说件事 → 核对 → 已收到. Nothing is kept of what is typed until it is sent, but for photos (suggestions/pending.py):
the pages carry the words along in hidden fields, so that they need neither an account, a session nor script.

Both POSTs stand without the cross-site token. Nobody's authority is used here, and a page that stood open for a day, or a
phone that keeps no cookie, must not lose what somebody wrote; the answer to a POST tells its sender alone.
"""

import re
import secrets
from types import SimpleNamespace

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ground import idempotency, throttle
from ground.codes import qr_svg
from ground.errors import GuardFailed, Invalid, NotVisible
from ground.masking import mask
from ground.pages import put_back
from ground.workflow import CodeHolder
from suggestions import pending
from suggestions.forms.citizen import STEPS, VISIBILITIES, SayForm
from suggestions.models import Opinion
from suggestions.places import Place, place_of
from suggestions.progress import what_next
from suggestions.proofs import SENT, TRACKED, Proof, prove, proven
from suggestions.showing import Shown
from suggestions.states.lists import Category, Concern, Urgency
from suggestions.states.opinion import HEADS
from suggestions.views.citizen.shell import choose_mode, is_elder, page
from suggestions.workflow.intake import similar, submit
from suggestions.workflow.opinion import add_photo

AN_HOUR = 3600
SENT_AN_HOUR, CHECKED_AN_HOUR = 20, 120  # from one address, which may be a whole town's


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_say(request: HttpRequest, letter: str, code: str) -> HttpResponse:
    """The form; and where the page 核对 sends everything, to be kept or to be changed once more."""
    place = _place(letter, code)
    if request.method != "POST":
        if place.code != code or place.letter != letter:
            return redirect(place.say_url)
        return _ask(request, SayForm(place=place, step=0 if is_elder(request) else None))
    if "send" not in request.POST:
        return _ask(request, _carried(request, place, _step(request.POST.get("edit"))), to_check=True)
    throttle.check_address(request, "opinion-submit", SENT_AN_HOUR, AN_HOUR)
    form = SayForm(request.POST, place=place)
    opinion = _send(form, request.POST.get("once", ""), code)
    if opinion is None:
        return _ask_again(request, form)
    pending.drop(form.waiting)
    response = redirect("citizen:opinion-received")
    for what in (SENT, TRACKED):
        prove(response, what, Proof(opinion.number, opinion.code_version))
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_check(request: HttpRequest, letter: str, code: str) -> HttpResponse:
    """The next question where one is asked at a time, and at the end what will be sent and what others would see of it."""
    place = _place(letter, code)
    if request.method != "POST":
        return redirect(place.say_url)
    throttle.check_address(request, "opinion-check", CHECKED_AN_HOUR, AN_HOUR)
    step = _step(request.POST.get("step")) if "step" in request.POST else None
    if "to_mode" in request.POST:
        return _in_the_other_mode(request, place, step or 0)
    if "back" in request.POST and step:
        return _ask(request, _carried(request, place, step - 1))
    form = SayForm(request.POST, request.FILES, place=place, step=step)
    form.full_clean()
    at_end = step is None or "to_check" in request.POST or step + 1 == len(STEPS)
    if not at_end:
        form.only_asked()
    if form.errors:
        return _ask_again(request, form, to_check=at_end and step is not None)
    if not at_end:
        return _ask(request, _carried(request, place, step + 1, form.waiting))
    return _check(request, form)


@require_safe
def opinion_received(request: HttpRequest) -> HttpResponse:
    """Number and query code in the largest type, for ten minutes and on this phone alone."""
    opinion = _just_sent(request)
    if opinion is None:
        messages.info(request, "查询码只显示一次，现在看不到了。请用记下的编号和查询码查进度；没有记下，可以找回。")
        return redirect("citizen:track")
    return page(request, "citizen/opinion_received.html", {
        "organ_name": opinion.congress.name,
        "phone": _phone(opinion),
        "opinion": opinion,
        "code": opinion.query_code,
        "next": what_next(opinion),
        "draft": _draft(opinion),
        "may_verify": opinion.is_public and opinion.has_phone and not opinion.has_verified_author,
    })  # fmt: skip


@require_safe
def opinion_slip(request: HttpRequest) -> HttpResponse:
    opinion = _just_sent(request)
    if opinion is None:
        return redirect("citizen:opinion-received")
    return render(request, "print/slip.html", {
        "number": opinion.number,
        "code": opinion.query_code,
        "to": f"{opinion.target}代表" if opinion.target_deputy else str(opinion.target),
        "at": opinion.submitted_at,
        "next": what_next(opinion),
        "station": opinion.station or opinion.congress,
        "phone": _phone(opinion),
        "host": settings.PUBLIC_URL.partition("://")[2],
        "qr": mark_safe(qr_svg(f"{settings.PUBLIC_URL}/track/?n={opinion.number}")),  # noqa: S308 drawn by us
        "back": "/received/",
        "organ_name": opinion.congress.name,
    })  # fmt: skip


# -- the pages ---------------------------------------------------------------------------------------------------------


def _place(letter: str, code: str) -> Place:
    """Where it is said today: a code that leads on is followed, so that words written for it are not lost."""
    place = place_of(letter, code)
    for _ in range(3):
        if not place.elsewhere:
            break
        letter, code = place.elsewhere.strip("/").split("?")[0].rstrip("/").split("/")
        place = place_of(letter, code)
    if place.elsewhere or not place.receives:
        raise NotVisible("这里现在不接收留言，请在首页找您这里的联络站，或者拨打 12345。")
    return place


def _carrying(place: Place) -> dict[str, str]:
    """For the bar: these pages carry words, so its switch must post them along (templates/citizen/_bar.html)."""
    return {"words": "say", "words_to": f"{place.say_url}check/"}


def _step(typed: str | None) -> int:
    return int(typed) if typed and re.fullmatch(r"[0-9]", typed) and int(typed) < len(STEPS) else 0


def _carried(request: HttpRequest, place: Place, step: int, waiting: list[pending.Pending] | None = None) -> SayForm:
    """A fresh form with what was given so far: all on one page, or the question of this step in 长辈版."""
    data = request.POST
    if waiting is None:
        waiting = [photo for reference in data.getlist("kept") if (photo := pending.find(reference))]
    given = {
        name: data.getlist(name) if name == "concerns" else data[name]
        for name in SayForm.base_fields
        if name in data and name != "photos"
    }
    form = SayForm(initial=given, place=place, step=step if is_elder(request) else None)
    form.waiting = waiting
    return form


def _ask(request: HttpRequest, form: SayForm, *, to_check: bool = False, status: int = 200) -> HttpResponse:
    told = {
        "form": form, "to_check": to_check and form.step is not None, "similar_url": reverse("api:opinion-similar"),
        "joinable": " ".join(HEADS),
        **_carrying(form.at),
    }  # fmt: skip
    return page(request, "citizen/opinion_say.html", told, place=form.at, status=status)


def _in_the_other_mode(request: HttpRequest, place: Place, step: int) -> HttpResponse:
    """长辈版 turned on or off in the middle of writing: everything typed and picked so far comes along."""
    form = SayForm(request.POST, request.FILES, place=place)
    form.full_clean()
    elder = "1" if request.POST["to_mode"] == "elder" else "0"
    request.COOKIES["elder"] = elder
    response = _ask(request, _carried(request, place, step, form.waiting))
    choose_mode(response, elder)
    return response


def _ask_again(request: HttpRequest, form: SayForm, *, to_check: bool = False) -> HttpResponse:
    if is_elder(request) and (form.step is None or not set(form.errors) & set(form.asked)):
        form.step = form.first_wrong or 0
    return _ask(request, form, to_check=to_check, status=422)


def _check(request: HttpRequest, form: SayForm) -> HttpResponse:
    data = form.cleaned_data
    masked = mask("\n".join(filter(None, (data["content"], data["place"] and f"地点：{data['place']}"))))
    parts = re.split(r"(\*+)", masked.text)
    like = _similar(form)
    body = form.body()
    told = {
        "said": form,  # not called form: nothing here is asked, so nothing can want changing
        "answers": _answers(form),
        "is_public": body["is_public"],
        "preview": [{"text": part, "hidden": n % 2} for n, part in enumerate(parts) if part],
        "masked": len(masked.hits),
        "similar": [Shown(found, request.user) for found in like if found.state in HEADS],
        "ended": [Shown(found, request.user) for found in like if found.state not in HEADS],
        "chosen": data["joins"],
        "once": secrets.token_urlsafe(24),
        **_carrying(form.at),
    }
    return page(request, "citizen/opinion_check.html", told, place=form.at)


def _similar(form: SayForm) -> list[Opinion]:
    """Public matters like what is said here; the one that was chosen while typing stays in the choice."""
    data = form.cleaned_data
    point = {"lng": data["lng"], "lat": data["lat"]} if data["lng"] is not None and data["lat"] is not None else None
    found = (
        similar(data["content"], place=data["place"], location=point, town_id=form.at.town_id)
        if data["content"]
        else []
    )
    if data["joins"] and all(row.number != data["joins"] for row in found):
        chosen = Opinion.objects.published().filter(number=data["joins"], state__in=HEADS).first()
        return [chosen, *found] if chosen else found
    return found


def _answers(form: SayForm) -> list[tuple[str, str, int]]:
    """Label, words and step of each answer, as the page 核对 shows them."""
    data = form.cleaned_data
    words = {
        "urgency": Urgency(data["urgency"]).label,
        "category": Category(data["category"]).label,
        "content": data["content"],
        "place": data["place"] + ("（已定位）" if data.get("lng") is not None and data.get("lat") is not None else ""),
        "contact_name": data["contact_name"],
        "phone": data["phone"],
        "visibility": dict(VISIBILITIES)[data["visibility"]],
        "concerns": "、".join(Concern(one).label for one in data["concerns"]),
    }
    empty = {
        "content": "没有写字，看照片",
        "contact_name": "不留",
        "phone": "不留",
        "place": "没有写",
        "concerns": "都不涉及",
    }
    return [
        (str(form.fields[name].label), words[name] or empty[name], step)
        for step, names in enumerate(STEPS)
        for name in names
        if name in words
    ]


def _send(form: SayForm, once: str, code: str) -> Opinion | None:
    """Submits once for each page 核对, however often its button is pressed; None with what is wrong laid on the form.

    `code` is the one that was scanned, though it may lead on today: the verb follows it and keeps it.
    """
    if not re.fullmatch(r"[\w-]{22,64}", once, re.ASCII):
        once = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            kept = idempotency.keep(once, None, "citizen:opinion-say", SimpleNamespace(data={}))
            if kept.is_repeat:
                return Opinion.objects.get(number=kept.number)
            if not form.is_valid():
                transaction.set_rollback(True)
                return None
            body = {"content": "", "photos_follow": bool(form.waiting)} | form.body()
            opinion = submit(by=None, consent=True, joins=form.data.get("joins", ""), **{form.at.kind: code}, **body)
            for photo in form.waiting:
                add_photo(opinion, by=CodeHolder(opinion.number), data=photo.jpeg)
            kept.done(201, opinion.number)
            return opinion
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
        return None


# -- what was sent -----------------------------------------------------------------------------------------------------


def _just_sent(request: HttpRequest) -> Opinion | None:
    proof = proven(request, SENT)
    if proof is None:
        return None
    opinions = Opinion.objects.select_related("contact", "station", "congress", "target_deputy", "target_venue")
    return opinions.filter(number=proof.number, code_version=proof.version).first()


def _phone(opinion: Opinion) -> str:
    return (opinion.station and opinion.station.phone) or opinion.congress.phone


def _draft(opinion: Opinion) -> str:
    """The key under which the form kept its words in this tab (templates/citizen/opinion_say.html)."""
    letter, code = ("d", opinion.target_deputy.code) if opinion.target_deputy else ("s", opinion.target_venue.code)
    if opinion.division_id:
        letter, code = "v", opinion.division_id
    return f"say-{letter}-{code}"
