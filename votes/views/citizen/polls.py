"""What was decided, for everybody: the result with its arithmetic, and the bundle to recount it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground import files
from ground.errors import NotVisible
from ground.paging import keyset
from suggestions.views.citizen.shell import page
from votes.models import Poll

NOT_FOUND = "没有找到这次公开的表决，请从“表决结果”里查找。"


@require_safe
def polls(request: HttpRequest) -> HttpResponse:
    found = keyset(
        Poll.objects.published().select_related("organ", "assembly"), request, order=("-published_at", "-pk")
    )
    return page(request, "citizen/polls.html", {"page": found})


@require_safe
def poll(request: HttpRequest, number: str) -> HttpResponse:
    shown = Poll.objects.published().select_related("organ", "previous", "assembly").prefetch_related("next_rounds")
    found = shown.filter(number=number).first()
    if found is None:
        raise NotVisible(NOT_FOUND)
    rounds = [one for one in found.next_rounds.all() if one.state == "published" and one.is_public]
    return page(request, "citizen/poll.html", {"poll": found, "classes": found.result["classes"], "rounds": rounds,
                                               "words": dict(found.codes)})  # fmt: skip


@require_safe
def poll_bundle(request: HttpRequest, number: str) -> HttpResponse:
    found = Poll.objects.visible_to(request.user).filter(number=number, state="published").first()
    if found is None or found.bundle is None:
        raise NotVisible(NOT_FOUND)
    return files.answer(found.bundle, name=f"{found.number}.zip")
