"""查进度: by number and query code, sent as a form; then a signed cookie of 30 minutes for that one number.

The proof is asked on every page; a form that was posted after it had run out is kept and offered again.
"""

from dataclasses import replace
from functools import wraps
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import contacts
from ground import files
from ground.errors import GuardFailed, Invalid, NotAPicture, NotVisible, Throttled, TooLarge
from ground.outbox import NotSent
from ground.pages import keep
from ground.workflow import CodeHolder, available
from suggestions import proofs
from suggestions.codes import prove_code
from suggestions.forms.citizen import (
    CITIZEN_ACTS,
    ContactForm,
    LostCodeForm,
    LostForm,
    PhotosForm,
    RateForm,
    TrackForm,
)
from suggestions.models import Opinion
from suggestions.pending import MOST, clean_name
from suggestions.progress import lines_of, progress_of, takes_photos
from suggestions.proofs import TRACKED, Proof, prove, proven
from suggestions.showing import Shown
from suggestions.states.lists import Grade
from suggestions.views.citizen.shell import page
from suggestions.views.citizen.verifying import NOT_SENT, verify_page
from suggestions.workflow import intake, opinion as workflow

REMEDIES = ("reopen", "ask_review")  # stand beside what one is told, not among the other verbs
ASK_AGAIN = "离开时间太久，请再输一次编号和查询码。您刚才写的内容还在。"


class OwnPage(Protocol):
    def __call__(self, request: HttpRequest, opinion: Opinion, **kwargs: Any) -> HttpResponse: ...


def own(view: OwnPage) -> Any:
    """A page of one's own matter: `view(request, opinion)` for whoever proved it, else number and code are asked first."""

    @never_cache
    @wraps(view)
    def asked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        opinion = _own(request)
        if opinion is not None:
            return view(request, opinion, **kwargs)
        if request.method == "POST":
            keep(request)
            messages.info(request, ASK_AGAIN)
        return redirect(f"{reverse('citizen:track')}?{urlencode({'next': request.path})}")

    return asked


def _own(request: HttpRequest) -> Opinion | None:
    proof = proven(request, TRACKED)
    if proof is None:
        return None
    opinions = Opinion.objects.visible_to(CodeHolder(proof.number)).whole()
    return opinions.filter(code_version=proof.version).first()


@never_cache
@sensitive_post_parameters("query_code")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _enter(request)
    asked = request.GET.get("n")
    opinion = _own(request)
    if opinion is None or asked is not None and asked != opinion.number:
        form = TrackForm(initial={"number": (asked or "")[:40]}, label_suffix="")
        return page(request, "citizen/track.html", {"form": form, "then": _then(request.GET.get("next", ""))})
    return _progress(request, opinion)


def _enter(request: HttpRequest) -> HttpResponse:
    """Unknown number and wrong code get the same words, and wrong ones are counted (suggestions/codes.py)."""
    form = TrackForm(request.POST, label_suffix="")
    then = _then(request.POST.get("next", ""))
    if form.is_valid():
        try:
            author = prove_code(request, form.cleaned_data["number"], form.cleaned_data["query_code"])
        except NotVisible as refusal:
            form.add_error(None, refusal.detail)
        else:
            opinion = Opinion.objects.visible_to(author).get()
            response = redirect(then or reverse("citizen:track"))
            prove(response, TRACKED, Proof(opinion.number, opinion.code_version))
            return response
    return page(request, "citizen/track.html", {"form": form, "then": then}, status=422)


def _then(path: str) -> str:
    """Where one wanted to go: a page of one's own matter, nothing else."""
    return path if path.startswith("/track/") and path.isascii() and path.isprintable() and "//" not in path else ""


def _progress(request: HttpRequest, opinion: Opinion) -> HttpResponse:
    author = CodeHolder(opinion.number)
    shown = Shown(opinion, author)
    verbs = CITIZEN_ACTS.buttons(opinion, author, lambda verb: reverse("citizen:track-verb", args=[verb]))
    may_rate = any(button.verb == "rate" for button in verbs)
    links = sorted(opinion.links.all(), key=lambda link: -link.pk)
    return page(request, "citizen/track.html", {
        **_speaker(opinion),
        "opinion": opinion,
        "shown": shown,
        "progress": progress_of(shown),
        "answers": _answers(opinion),
        "rate_form": RateForm(obj=opinion) if may_rate else None,
        "remedies": [replace(button, tone="" if may_rate else "main") for button in verbs if button.verb in REMEDIES],
        "verbs": [button for button in verbs if button.verb not in ("rate", *REMEDIES)],
        "suggestions": [link.suggestion for link in links if link.suggestion.publication in ("full", "summary")],
        "steps": lines_of(shown),
        "takes_photos": takes_photos(opinion),
    })  # fmt: skip


def _speaker(opinion: Opinion) -> dict[str, str]:
    """Who speaks on the pages of one matter: the station's telephone where there is one."""
    phone = (opinion.station and opinion.station.phone) or opinion.congress.phone
    return {"organ_name": opinion.congress.name, "phone": phone}


def _answers(opinion: Opinion) -> list[dict[str, Any]]:
    """Each round's answer with the rating it got, the newest first."""
    ratings = {rating.round: rating for rating in opinion.ratings.all()}
    rounds = sorted(opinion.answers.all(), key=lambda answer: -answer.round)
    return [{"said": answer, "rating": ratings.get(answer.round)} for answer in rounds]


@require_safe
def track_leave(request: HttpRequest) -> HttpResponse:
    """For a borrowed phone: forgets the proof."""
    response = redirect("citizen:home")
    for what in proofs.LASTS:
        response.delete_cookie(what, samesite="Lax")
    return response


# -- verbs -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@own
def track_verb(request: HttpRequest, opinion: Opinion, verb: str) -> HttpResponse:
    author = CodeHolder(opinion.number)
    if verb == "verify_phone":
        return verify_page(
            request, opinion, author, verify=intake.verify_phone, send=intake.send_verification, back=reverse("citizen:track"),
            **_speaker(opinion),
        )  # fmt: skip
    back = reverse("citizen:track")
    if verb == "rate" and request.POST.get("grade") == Grade.DISSATISFIED and not opinion.reopened:
        back = reverse("citizen:track-verb", args=["reopen"])  # asked at once: 要重新办理吗
    return CITIZEN_ACTS.page(
        request, opinion, verb, actor=author, template="citizen/track_verb.html", back=back,
        answer=Shown(opinion, author).answer if verb in ("rate", "reopen") else None, **_speaker(opinion),
    )  # fmt: skip


# -- one's own data and photos -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@own
def track_contact(request: HttpRequest, opinion: Opinion) -> HttpResponse:
    """Who opened name and phone, when and why; and both, corrected."""
    alive = opinion.contact if opinion.contact and opinion.contact.erased_at is None else None
    form = ContactForm(request.POST or None, label_suffix="")
    if form.is_valid():
        typed = form.cleaned_data
        given = {name: typed[field] for name, field in (("name", "contact_name"), ("phone", "phone")) if typed[field]}
        if not given:
            form.add_error(None, "请填写要更正的称呼或手机号。")
        else:
            intake.correct_contact(opinion, **given)
            messages.success(request, "已更正。" + ("换了手机号，请重新验证。" if "phone" in given else ""))
            return redirect("citizen:track-contact")
    may_verify = "verify_phone" in available(opinion, CodeHolder(opinion.number)) and not opinion.has_verified_author
    told = {
        **_speaker(opinion),
        "opinion": opinion,
        "form": form,
        "has_contact": alive is not None,
        "is_erased": opinion.contact is not None and alive is None,
        "name": contacts.reveal(alive).name if alive else "",
        "openings": list(opinion.contact.openings.all()) if opinion.contact else [],
        "may_verify": may_verify,
    }
    return page(request, "citizen/track_contact.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def track_erase(request: HttpRequest, opinion: Opinion) -> HttpResponse:
    if request.method == "POST":
        intake.erase_contact(opinion)
        messages.success(request, "姓名和电话已经删除。")
        return redirect("citizen:track-contact")
    return page(request, "citizen/track_erase.html", _speaker(opinion))


@require_http_methods(["GET", "HEAD", "POST"])
@own
def track_photos(request: HttpRequest, opinion: Opinion) -> HttpResponse:
    """More photos within the hour; each that cannot be taken is named, the others are kept."""
    author = CodeHolder(opinion.number)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = PhotosForm(request.POST, request.FILES)
        if form.is_valid() and not form.cleaned_data["photos"]:
            form.add_error("photos", "请先拍照或选图。")
        taken = 0
        for file in form.cleaned_data.get("photos") or []:
            try:
                workflow.add_photo(opinion, by=author, data=file.read())
                taken += 1
            except (NotAPicture, TooLarge, Invalid, GuardFailed) as refusal:
                form.add_error("photos", f"“{clean_name(file.name)}”没有收：{refusal.detail}")
        if taken:
            messages.success(request, f"已收下 {taken} 张照片。")
        if not form.errors:
            return redirect("citizen:track")
    photos = list(opinion.photos.all())
    told = {"opinion": opinion, "form": form, "photos": photos, "most": MOST, "room": max(1, MOST - len(photos))}
    return page(request, "citizen/track_photos.html", _speaker(opinion) | told, status=422 if form.errors else 200)


@require_safe
@own
def track_photo(request: HttpRequest, opinion: Opinion, pk: int, size: str) -> HttpResponse:
    """One of one's own photos; it has no other address on pages."""
    photo = next((photo for photo in opinion.photos.all() if photo.pk == pk), None)
    if photo is None:
        raise NotVisible("没有找到这张照片。")
    return files.answer(photo.thumb if size == "thumb" else photo.file)


# -- a code that was lost ----------------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("phone", "sms_code")
@require_http_methods(["GET", "HEAD", "POST"])
def track_lost(request: HttpRequest) -> HttpResponse:
    """An SMS to the verified phone, then a new query code. Whether number and phone fit is said by the SMS alone."""
    is_second = "sms_code" in request.POST
    form = (LostCodeForm if is_second else LostForm)(request.POST or None, label_suffix="")
    if form.is_valid():
        number, phone = form.cleaned_data["number"], form.cleaned_data["phone"]
        try:
            if not is_second:
                intake.ask_reissue(number, phone)
                return page(
                    request,
                    "citizen/track_lost.html",
                    {"form": LostCodeForm(initial=form.cleaned_data, label_suffix="")},
                )
            opinion = intake.reissue_by_phone(number, phone, form.cleaned_data["sms_code"])
        except NotVisible:
            form.add_error("sms_code", "验证码不对或已过期，请核对编号、手机号和验证码。")
        except (Throttled, NotSent) as refusal:
            form.add_error(None, getattr(refusal, "detail", NOT_SENT))
        else:
            response = page(request, "citizen/track_lost.html", {"number": opinion.number, "code": opinion.query_code})
            prove(response, TRACKED, Proof(opinion.number, opinion.code_version))
            return response
    return page(request, "citizen/track_lost.html", {"form": form}, status=422 if form.errors else 200)
