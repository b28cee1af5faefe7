"""Who may enter which face: a register the rooms fill when the process starts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ground.errors import Forbidden
from ground.pages import keep

FACES = {"my": "/my/", "desk": "/desk/", "console": "/admin/"}  # in the order `/login/` leads to
Predicate = Callable[[Any], bool]
_admitted: dict[str, list[Predicate]] = {face: [] for face in FACES}


def admit(face: str, predicate: Predicate) -> None:
    """Lets users for whom `predicate(user)` holds into `face` (my, desk or console)."""
    _admitted[face].append(predicate)


def may_enter(user: Any, face: str) -> bool:
    return bool(user.is_authenticated) and any(predicate(user) for predicate in _admitted[face])


def faces_of(user: Any) -> list[str]:
    return [face for face in FACES if may_enter(user, face)]


def home_of(user: Any) -> str:
    """Where sign-in leads: the first face the user may enter, else the citizen's home."""
    return next((FACES[face] for face in faces_of(user)), "/")


def face(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorates a view of a face: not signed in leads to `/login/?next=`, signed in without the face is 403."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                keep(request)
                return redirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}")
            if not may_enter(request.user, name):
                raise Forbidden("您的账号不能进入这个工作台。")
            return view(request, *args, **kwargs)

        guarded.face = name
        return guarded

    return decorate
