"""写建议: a first page makes the draft, its parts are written one by one, everything is read once more before it is sent.

What is saved is on the server at once: every part is a `revise`, and the draft is there on any phone the deputy uses.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.faces import face
from ground.errors import DomainError, Forbidden, GuardFailed, Invalid, NotAPicture, NotVisible, TooLarge
from ground.pages import kept, put_back
from ground.workflow import available, decide
from suggestions.forms.draft import PART_TITLES, PARTS, NewForm, SeatForm, SnapForm
from suggestions.models import Suggestion
from suggestions.queries import mine
from suggestions.routing.ranking import rank_all
from suggestions.states.suggestion import UNSENT
from suggestions.views.deputy.frame import page, shell
from suggestions.workflow import files, suggestion as workflow

UNITS_NAMED = 3


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_new(request: HttpRequest) -> HttpResponse:
    form = NewForm(request.POST or kept(request), obj=None, actor=request.user, initial=_beginning(request))
    made = _make(request, form, lambda seat: workflow.create(seat, by=request.user, **form.body()))
    if made is not None:
        messages.success(request, "草稿已保存，可以接着加照片、请人联名，随时回来改。")
        return redirect("deputy:suggestion-edit", made.number)
    return page(request, "suggestion_new", form=form, status=_status(request, form))


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: an opinion it is written for, or an earlier suggestion it takes up again."""
    begun: dict[str, Any] = {}
    if number := request.GET.get("copy", ""):
        led = Suggestion.objects.led_by(mine.seats_of(request.user)).prefetch_related("versions")
        old = led.filter(number=number).first()
        if old is not None:
            text = old.text
            begun = {
                "title": text.title,
                "situation": text.situation,
                "proposal": text.proposal,
                "field": old.field,
                "copy": old.number,
            }
    return begun


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_snap(request: HttpRequest) -> HttpResponse:
    form = SnapForm(request.POST or kept(request), request.FILES or None, obj=None, actor=request.user)
    made = _make(request, form, lambda seat: _snap(seat, form, request))
    if made is not None:
        sent = made.state == "submitted"
        messages.success(request, "已提交，代表工委会尽快交办。" if sent else "已存为草稿，提交后才会交办。")
        return redirect("deputy:suggestion", made.number)
    return page(request, "suggestion_snap", form=form, status=_status(request, form))


def _snap(seat: Any, form: SnapForm, request: HttpRequest) -> Suggestion:
    suggestion = workflow.create(seat, by=request.user, **form.body())
    files.add_photos(suggestion, by=request.user, photos=form.cleaned_data["photos"])
    return workflow.submit(suggestion, by=request.user) if "send" in request.POST else suggestion


def _make(request: HttpRequest, form: SeatForm, make: Callable[[Any], Suggestion]) -> Suggestion | None:
    """Makes it in one transaction; None with what is wrong laid on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    if form.seat is None:
        raise Forbidden("只有在任代表可以提出建议。")
    try:
        with transaction.atomic():
            return make(form.seat)
    except (Invalid, GuardFailed) as refusal:
        put_back(form, refusal)
    except (NotAPicture, TooLarge) as refusal:
        put_back(form, Invalid("photos", refusal.detail))
    return None


def _status(request: HttpRequest, form: Any) -> int:
    return 422 if request.method == "POST" and form.errors else 200


# -- the draft and its parts -------------------------------------------------------------------------------------------


@face("my")
@require_safe
def suggestion_edit(request: HttpRequest, number: str) -> HttpResponse:
    found = _draft(request, number)
    open_now = available(found, request.user)
    signers = [c for c in found.cosigns.all() if c.seat_id != found.lead_id]
    return page(
        request, "suggestion_edit", suggestion=found, text=found.text, tasks=_tasks(found, signers), signers=signers,
        may_submit="submit" in open_now, may_invite="invite" in open_now, similar=_similar(found, request.user),
        ranked=rank_all([found], actor=request.user, most=UNITS_NAMED)[found.pk],
        behind=[link.opinion for link in found.links.all() if link.ended_at is None], back_said=_sent_back(found),
    )  # fmt: skip


def _tasks(found: Suggestion, signers: list[Any]) -> list[dict[str, str]]:
    """The five parts, each with how far it has come."""
    text, photos = found.text, [row for row in found.files.all() if row.assignment_id is None]
    signed = sum(1 for c in signers if c.state == "confirmed")
    words_done = bool(text.situation and (text.proposal or found.is_snap))
    basics_done = bool(found.title and (found.field or found.is_snap))

    def task(label: str, url: str, said: str, tone: str) -> dict[str, str]:
        return {"label": label, "url": url, "said": said, "tone": tone}

    def part(name: str) -> str:
        return reverse("deputy:suggestion-part", args=[found.number, name])

    done = basics_done and words_done
    return [
        task("基本信息", part("basics"), *(("已填写", "ok") if basics_done else ("还没填完", "warn"))),
        task("正文", part("words"), *((f"{len(text.situation) + len(text.proposal)} 字", "ok") if words_done else ("还没写完", "warn"))),
        task("照片", part("photos"), f"{len(photos)} 张" if photos else "选填", "ok" if photos else "neutral"),
        task(
            "联名", reverse("deputy:suggestion-verb", args=[found.number, "invite"]) if done else "",
            f"{signed} 位已确认" if signed else f"{len(signers)} 位待确认" if signers else "选填" if done else "写完正文再邀请",
            "ok" if signed else "neutral",
        ),
        task(
            "核对并提交", reverse("deputy:suggestion-check", args=[found.number]) if done else "",
            "可以提交" if done else "先写完前两项", "info" if done else "neutral",
        ),
    ]  # fmt: skip


def _similar(found: Suggestion, actor: Any) -> list[tuple[Suggestion, bool]]:
    """Suggestions of the last five years like this one, and whether the deputy has a part in each."""
    rows = mine.similar_suggestions(found, actor)
    own = (
        set(mine.suggestions_of(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        if rows
        else set()
    )
    return [(row, row.pk in own) for row in rows]


def _sent_back(found: Suggestion) -> Any:
    """What the congress office asked to be changed."""
    if found.state != "returned":
        return None
    return next((step for step in reversed(list(found.steps.all())) if step.verb == "send_back"), None)


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    found = _draft(request, number)
    if part not in PARTS:
        raise NotVisible
    back = reverse("deputy:suggestion-edit", args=[found.number])
    photos = [row for row in found.files.all() if row.assignment_id is None]
    told = {"suggestion": found, "part": part, "part_title": PART_TITLES[part], "photos": photos}
    try:
        return PARTS[part].page(
            request,
            found,
            "revise",
            actor=request.user,
            template="deputy/suggestion_part.html",
            back=back,
            **told,
            **shell(request),
        )
    except (NotAPicture, TooLarge) as refusal:
        return _refused_picture(request, refusal, back)


def _refused_picture(request: HttpRequest, refusal: DomainError, back: str) -> HttpResponse:
    messages.error(request, refusal.detail)
    return redirect(request.path or back)


@face("my")
@require_POST
def suggestion_file_drop(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    found = _draft(request, number)
    files.drop_file(found, by=request.user, pk=pk)
    messages.success(request, "照片已删除。")
    return redirect("deputy:suggestion-part", found.number, "photos")


@face("my")
@require_safe
def suggestion_check(request: HttpRequest, number: str) -> HttpResponse:
    """核对: the whole as it will be sent, and who stands under it."""
    found = _draft(request, number)
    decide(found, "submit", request.user)
    signers = [c for c in found.cosigns.all() if c.seat_id != found.lead_id]
    return page(
        request, "suggestion_check", suggestion=found, text=found.text,
        signed=[c for c in signers if c.state == "confirmed"], waiting=[c for c in signers if c.state in ("invited", "stale")],
        photos=[row for row in found.files.all() if row.assignment_id is None],
        behind=[link.opinion for link in found.links.all() if link.ended_at is None],
    )  # fmt: skip


def _draft(request: HttpRequest, number: str) -> Suggestion:
    """An own suggestion that has not been sent, or came back; one that has been sent is read, not written."""
    rows = (
        mine.suggestions_of(request.user).with_parts().prefetch_related("versions", "files", "steps", "links__opinion")
    )
    found = get_object_or_404(rows, number=number, state__in=UNSENT)
    if "revise" not in available(found, request.user):
        raise NotVisible
    return found
