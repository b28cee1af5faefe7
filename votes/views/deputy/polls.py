"""The deputy's side of a poll: password, ballot, check, 已存入, receipt. Choices travel in POST bodies alone.

Every option sends one field of one character, and every page of a ballot has one length, so that neither sizes nor
addresses tell what was chosen. Nothing typed here is kept: no draft, no session, no query string.
"""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.faces import face
from ground import codes
from ground.errors import DomainError, Invalid, NotVisible
from ground.paging import keyset
from ground.templatetags import ui
from suggestions.views.deputy.frame import page
from votes import majority, stepup
from votes.forms.poll import PasswordForm
from votes.models import Poll
from votes.queries.poll import line_of
from votes.workflow import casting

LENGTH = 16 * 1024  # bytes: the pages of a ballot are padded to a multiple of it
MOST_OPEN = 20


@face("my")
@require_GET
def polls(request: HttpRequest) -> HttpResponse:
    mine = Poll.objects.of_voter(request.user).select_related("organ", "assembly")
    waiting = list(
        Poll.objects.to_vote(request.user).select_related("organ", "assembly").order_by("-opened_at")[:MOST_OPEN]
    )
    shown = keyset(mine.exclude(pk__in=[poll.pk for poll in waiting]), request)
    return page(request, "polls", waiting=waiting, page=shown)


@face("my")
@never_cache
@require_GET
def poll(request: HttpRequest, number: str) -> HttpResponse:
    return _front(request, number, PasswordForm(label_suffix=""))


def _front(request: HttpRequest, number: str, form: PasswordForm, status: int = 200) -> HttpResponse:
    found, line = _mine(request, number)
    return page(
        request, "poll", status=status, poll=found, line=line, form=form, is_proved=stepup.is_proved(request),
        may_vote=found.state == "open" and line.channel == "", rows=_lines_of_result(found),
    )  # fmt: skip


@face("my")
@never_cache
@sensitive_post_parameters("password")
@sensitive_variables("form")
@require_POST
def poll_enter(request: HttpRequest, number: str) -> HttpResponse:
    """The password that opens the ballot."""
    form = PasswordForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _front(request, number, form, 422)
    _mine(request, number)
    try:
        stepup.prove(request, form.cleaned_data["password"])
    except DomainError as refusal:
        form.add_error("password", refusal.detail)
        return _front(request, number, form, 422)
    return redirect("deputy:poll-ballot", number)


@face("my")
@require_POST
def poll_lock(request: HttpRequest, number: str) -> HttpResponse:
    """The page lay in the background for ten minutes: the password is asked again."""
    stepup.forget(request)
    return redirect("deputy:poll", number)


@face("my")
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def poll_ballot(request: HttpRequest, number: str) -> HttpResponse:
    """The ballot; by POST with what was marked so far, when one comes back from the check to change it."""
    found, line = _mine(request, number)
    if (elsewhere := _not_now(request, found, line)) is not None:
        return elsewhere
    return _ballot(request, found, _read(request, found), step=_step(request, found))


@face("my")
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def poll_check(request: HttpRequest, number: str) -> HttpResponse:
    """What was marked, once more; in 长辈版 the next question first, until the last was answered."""
    found, line = _mine(request, number)
    if (elsewhere := _not_now(request, found, line)) is not None:
        return elsewhere
    marks, step = _read(request, found), _step(request, found)
    if step and step < len(found.options):
        return _ballot(request, found, marks, step=step + 1)
    try:
        majority.check_marks(found.mode, found.rule, len(found.options), marks)
    except majority.BadMarks as wrong:
        return _ballot(request, found, marks, step=step, wrong=str(wrong), status=422)
    words = dict(found.codes)
    answers = [(text, words[mark], n) for n, (text, mark) in enumerate(zip(found.options, marks, strict=True), 1)]
    return _even(
        page(
            request, "poll_check", poll=found, answers=answers, fields=_fields(marks), cast_id=secrets.token_urlsafe(16)
        )
    )


@face("my")
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def poll_cast(request: HttpRequest, number: str) -> HttpResponse:
    """Casting and confirming are one act; a retry after a cut network finds the vote already stored."""
    found, line = _mine(request, number)
    if line.channel == "" and not stepup.is_proved(request):
        return redirect("deputy:poll", number)
    cast_id = request.POST.get("cast_id", "")
    if not 22 <= len(cast_id) <= 64:
        raise Invalid("cast_id", "选票不完整，请回到选票重新核对后再投。")
    receipt = casting.cast(found, by=request.user, marks=_read(request, found), cast_id=cast_id, line=line)
    return redirect(f"{reverse('deputy:poll-receipt', args=[number])}{'' if receipt.stored == 'now' else '?again=1'}")


@face("my")
@never_cache
@require_GET
def poll_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """已存入: that an envelope of this seat lies in the roll. No choice, no time."""
    found, line = _mine(request, number)
    if line.channel != "online":
        return redirect("deputy:poll", number)
    receipt = casting.receipt_of(found, line)
    shown = f"{receipt.poll} {receipt.voter_class} {receipt.fingerprint} {receipt.signature}"
    return page(
        request, "poll_receipt", poll=found, receipt=receipt, again=bool(request.GET.get("again")),
        groups=[receipt.fingerprint[n : n + 8] for n in range(0, 64, 8)], qr=mark_safe(codes.qr_svg(shown)),
    )  # fmt: skip


# -- parts -------------------------------------------------------------------------------------------------------------


def _mine(request: HttpRequest, number: str) -> tuple[Poll, Any]:
    """The poll and one's own line; whoever does not stand on its roll finds nothing."""
    found = (
        Poll.objects.of_voter(request.user)
        .select_related("organ", "previous", "assembly")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotVisible("没有找到这次表决，请从“表决”里打开。")
    return found, line_of(found, request.user)


def _not_now(request: HttpRequest, found: Poll, line: Any) -> HttpResponse | None:
    """Where to go instead of the ballot: to the receipt, to the password, or to what the poll has become."""
    if line.channel == "online":
        return redirect(f"{reverse('deputy:poll-receipt', args=[found.number])}?again=1")
    if found.state != "open" or line.channel or not stepup.is_proved(request):
        return redirect("deputy:poll", found.number)
    return None


def _read(request: HttpRequest, found: Poll) -> str:
    """The marks of the form, one character an option; what was not sent or is longer than that is blank or refused later."""
    marks = [request.POST.get(f"m{n}", majority.BLANK) for n in range(1, len(found.options) + 1)]
    if any(len(mark) != 1 or not mark.isascii() for mark in marks):
        raise Invalid("marks", "选票不完整或有不认识的选项，请回到选票重新选择。")
    return "".join(marks)


def _step(request: HttpRequest, found: Poll) -> int:
    """Which question of 长辈版 is on the page; 0 where all are."""
    if ui.mode({"request": request}) != "elder" or len(found.options) == 1:
        return 0
    typed = request.POST.get("back") or request.POST.get("step", "1")
    return min(max(int(typed), 1), len(found.options)) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1


def _ballot(
    request: HttpRequest, found: Poll, marks: str, *, step: int = 0, wrong: str = "", status: int = 200
) -> HttpResponse:
    shown = [step] if step else range(1, len(found.options) + 1)
    questions = [{"n": n, "name": f"m{n}", "text": found.options[n - 1], "mark": marks[n - 1]} for n in shown]
    most = found.rule["most"] if found.mode == "choose_n" else 0
    return _even(page(
        request, "poll_ballot", status=status, poll=found, questions=questions, step=step, wrong=wrong, most=most,
        chosen=sum(mark != majority.BLANK for mark in marks), hidden=[f for f in _fields(marks) if f[2] not in shown],
    ))  # fmt: skip


def _fields(marks: str) -> list[tuple[str, str, int]]:
    return [(f"m{n}", mark, n) for n, mark in enumerate(marks, 1)]


def _even(response: HttpResponse) -> HttpResponse:
    """The same length whatever stands on the page."""
    missing = -(len(response.content) + 9) % LENGTH
    response.content += b"<!--" + b" " * (missing + 1) + b"-->\n"
    return response


def _lines_of_result(found: Poll) -> list[dict[str, Any]]:
    return found.result["classes"] if found.state == "published" and found.result else []
