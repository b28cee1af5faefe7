"""What an actor is, gathered once per request: posts here; seats, venue posts and groups registered by higher rooms.

A loader answers a tuple of small frozen rows with ids, so that predicates compare numbers and never query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ground import clock

Loader = Callable[[Any], tuple[Any, ...]]
_loaders: dict[str, Loader] = {}


@dataclass(frozen=True)
class PostFact:
    """A live post, with what of its organ the rules compare."""

    organ_id: int
    role: str
    kind: str
    path: str
    congress_id: int | None
    level: str


def posts_of(user: Any) -> tuple[PostFact, ...]:
    """Posts that have begun and not ended."""
    today = clock.today()
    live = user.posts.filter(Q(until=None) | Q(until__gt=today), since__lte=today).order_by("pk")
    organ = ("organ__kind", "organ__path", "organ__congress_id", "organ__level")
    return tuple(PostFact(*row) for row in live.values_list("organ_id", "role", *organ))


def register(name: str, loader: Loader) -> None:
    """Adds the fact `name`; `loader(user)` is asked at most once for each User instance."""
    _loaders[name] = loader


class Facts:
    """`user.facts.posts`, `.seats`, `.venue_posts`, `.groups` …: each loaded at first use and then kept."""

    def __init__(self, user: Any) -> None:
        self._user = user

    def __getattr__(self, name: str) -> tuple[Any, ...]:
        if name.startswith("_") or name not in _loaders:
            raise AttributeError(name)
        rows = _loaders[name](self._user)
        self.__dict__[name] = rows
        return rows
