"""What every face does alike with an opinion, but for its own frame: the person behind it, and its photos."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.contacts import Opened
from accounts.signin import require_fresh_proof
from ground import files
from ground.errors import GuardFailed, Invalid, NotSignedIn, NotVisible
from ground.pages import keep, kept, put_back
from ground.workflow import decide
from suggestions.forms.opinion import ContactForm
from suggestions.models import Opinion
from suggestions.showing import Shown


def contact_of(
    request: HttpRequest, matter: Any, opens: Callable[..., Opened], show: Callable[..., HttpResponse]
) -> HttpResponse:
    """Name and phone of whoever said it, by the matter's own verb `opens`, after a fresh proof of who asks (security.md §4)
    and a reason that he reads as well; never kept by a browser. `show(status=…, form=…, opened=…)` draws the face's own page.
    """
    try:
        require_fresh_proof(request)
    except NotSignedIn:
        keep(request)  # a reason that was typed meanwhile waits behind the sign-in
        raise
    decide(matter, "open_contact", request.user)
    form, opened = ContactForm(request.POST or kept(request), obj=matter, actor=request.user), None
    if request.method == "POST" and form.is_valid():
        try:
            opened = opens(matter, by=request.user, reason=form.cleaned_data["reason"])
        except (Invalid, GuardFailed) as refusal:
            put_back(form, refusal)
    answer = show(status=422 if request.method == "POST" and form.errors else 200, form=form, opened=opened)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def opinion_photo(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    """One photo, for whoever may see it with the matter; a unit sees none of the citizen's."""
    opinion = get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)
    photo = next((row for row in Shown(opinion, request.user).photos if row.pk == pk), None)
    if photo is None:
        raise NotVisible("没有找到这张照片。")
    return files.answer(photo.thumb if size == "thumb" else photo.file)
