"""What an actor is, gathered once per request: posts here; seats, venue posts and groups registered by higher rooms.

A loader answers a tuple of small frozen rows with ids, so that predicates compare numbers and never query.
"""

from collections.abc import Callable
from typing import Any

Loader = Callable[[Any], tuple[Any, ...]]
_loaders: dict[str, Loader] = {}


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
