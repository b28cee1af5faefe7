"""The official reply on paper, for the deputies it was given to."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.faces import face
from ground.letters import answer
from suggestions.letters import reply_letter, reply_of


@face("my")
@require_safe
def reply_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    return answer(reply_letter(reply_of(request.user, pk)), kind)
