"""提项目 → 核对 → 已收到, and what the proposer may see and do with number and query code.

Nothing is kept of what is typed until it is sent; the page 核对 carries it in hidden fields, so that it needs no account.
"""

import re
import secrets
from types import SimpleNamespace

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ground import idempotency, throttle
from ground.errors import GuardFailed, Invalid, NotVisible
from ground.masking import mask
from ground.pages import put_back
from ground.workflow import CodeHolder
from suggestions.codes import prove_code
from suggestions.proofs import FOLLOWED, PROPOSED, Proof, drop, prove, proven
from suggestions.views.citizen.shell import page
from suggestions.views.citizen.verifying import verify_page
from votes.forms.project import PROJECT_ACTS, FollowForm, ProposeForm
from votes.models import LivelihoodProject, Round
from votes.showing import Shown
from votes.views.citizen.projects import AN_HOUR, NOBODY, context_of
from votes.workflow import proposal

SENT_AN_HOUR = 20  # from one address, which may be a whole town's


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def project_propose(request: HttpRequest) -> HttpResponse:
    """The form, the page 核对 with what is alike, and the sending: which of them, says the button."""
    form = ProposeForm(request.POST or None, initial=_asked(request), actor=None)
    if request.method == "POST" and "edit" not in request.POST:
        if form.is_valid():
            if "send" not in request.POST:
                return _check(request, form)
            throttle.check_address(request, "project-propose", SENT_AN_HOUR, AN_HOUR)
            made = _send(form, request.POST.get("once", ""))
            if made is not None:
                response = redirect("citizen:project-received")
                for what in (PROPOSED, FOLLOWED):
                    prove(response, what, Proof(made.number, made.code_version))
                return response
    elif request.method == "POST":
        form = ProposeForm(initial=request.POST.dict(), actor=None)
    rounds = Round.objects.filter(state="collecting").select_related("organ").order_by("collects_until")[:5]
    told = {"form": form, "rounds": rounds}
    return page(request, "citizen/project_propose.html", told, status=422 if form.is_bound and form.errors else 200)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.GET[name][:60] for name in ("organ", "opinion") if "\x00" not in request.GET.get(name, "\x00")
    }


def _check(request: HttpRequest, form: ProposeForm) -> HttpResponse:
    """What was written, what others would see of it, and what has been proposed already: supporting that is better."""
    data = form.cleaned_data
    like = proposal.similar(data["organ"], data["title"], data["text"])
    masked = mask("\n".join(filter(None, (data["title"], data["text"], data["place"] and f"地点：{data['place']}"))))
    parts = re.split(r"(\*+)", masked.text)
    return page(request, "citizen/project_check.html", {
        "said": form, "answers": [(bound.label, _shown(form, bound.name)) for bound in form],
        "preview": [{"text": part, "hidden": n % 2} for n, part in enumerate(parts) if part],
        "carried": [(name, request.POST.get(name, "")) for name in form.fields],
        "similar": [Shown(row, NOBODY) for row in like], "once": secrets.token_urlsafe(24),
    })  # fmt: skip


def _shown(form: ProposeForm, name: str) -> str:
    value = form.cleaned_data.get(name)
    if name == "organ":
        return form.fields["organ"].label_from_instance(value)
    if name == "category":
        return dict(form.fields["category"].choices)[value]
    return value or "没有填"


def _send(form: ProposeForm, once: str) -> LivelihoodProject | None:
    """Once for each page 核对, however often its button is pressed; None with what is wrong laid on the form."""
    if not re.fullmatch(r"[\w-]{22,64}", once, re.ASCII):
        once = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            kept = idempotency.keep(once, None, "citizen:project-propose", SimpleNamespace(data={}))
            if kept.is_repeat:
                return LivelihoodProject.objects.get(number=kept.number)
            made = proposal.propose(by=None, consent=True, **form.body())
            kept.done(201, made.number)
            return made
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
        return None


@never_cache
@require_safe
def project_received(request: HttpRequest) -> HttpResponse:
    """Number and query code in the largest type, for ten minutes and on this phone alone."""
    proof = proven(request, PROPOSED)
    made = (
        LivelihoodProject.objects.select_related("organ", "contact").filter(number=proof.number).first()
        if proof
        else None
    )
    if made is None:
        messages.info(request, "查询码只显示一次，现在看不到了。请用记下的编号和查询码查进展。")
        return redirect("citizen:project-follow")
    return page(request, "citizen/project_received.html", {
        "project": made, "code": made.query_code, "may_verify": made.contact is not None and made.contact.phone_sealed is not None,
    })  # fmt: skip


# -- the proposer ------------------------------------------------------------------------------------------------------


def _own(request: HttpRequest) -> LivelihoodProject | None:
    proof = proven(request, FOLLOWED)
    if proof is None:
        return None
    rows = LivelihoodProject.objects.visible_to(CodeHolder(proof.number)).whole()
    return rows.filter(number=proof.number, code_version=proof.version).first()


@never_cache
@sensitive_post_parameters("query_code")
@require_http_methods(["GET", "HEAD", "POST"])
def project_follow(request: HttpRequest) -> HttpResponse:
    """查进展: by number and query code; then for half an hour on this phone."""
    if request.method == "POST":
        return _enter(request)
    found, asked = _own(request), request.GET.get("n")
    if found is None or asked is not None and asked != found.number:
        form = FollowForm(initial={"number": (asked or "")[:40]}, label_suffix="")
        return page(request, "citizen/project_follow.html", {"form": form})
    author = CodeHolder(found.number)
    verbs = PROJECT_ACTS.buttons(found, author, lambda verb: reverse("citizen:project-follow-verb", args=[verb]))
    head = found.merged_into if found.state == "merged" else None
    return page(request, "citizen/project_follow.html", context_of(found, author) | {"verbs": verbs, "head": head})


def _enter(request: HttpRequest) -> HttpResponse:
    form = FollowForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            typed = form.cleaned_data
            author = prove_code(request, typed["number"], typed["query_code"], LivelihoodProject.objects.of_citizens())
        except NotVisible as refusal:
            form.add_error(None, refusal.detail)
        else:
            row = LivelihoodProject.objects.get(number=author.number)
            response = redirect("citizen:project-follow")
            prove(response, FOLLOWED, Proof(row.number, row.code_version))
            return response
    return page(request, "citizen/project_follow.html", {"form": form}, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def project_follow_verb(request: HttpRequest, verb: str) -> HttpResponse:
    found = _own(request)
    if found is None:
        messages.info(request, "离开时间太久，请再输一次编号和查询码。")
        return redirect("citizen:project-follow")
    author = CodeHolder(found.number)
    if verb == "verify_phone":
        return verify_page(
            request, found, author, verify=proposal.verify_phone, send=proposal.send_verification,
            back=reverse("citizen:project-follow"),
        )  # fmt: skip
    return PROJECT_ACTS.page(
        request, found, verb, actor=author, template="citizen/project_follow_verb.html",
        back=reverse("citizen:project-follow"), project=found,
    )  # fmt: skip


@never_cache
@require_safe
def project_leave(request: HttpRequest) -> HttpResponse:
    """On somebody else's phone: forgets what was proved."""
    response = redirect("citizen:projects")
    drop(response, FOLLOWED)
    drop(response, PROPOSED)
    messages.success(request, "已退出。")
    return response
