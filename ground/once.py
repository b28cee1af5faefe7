"""What a block of work asks of the database once: inside `with once():` the answer to a question is kept until it ends.

The gate opens one for each passage, where everything reads one moment of the rules anyway. Blocks nest; the outermost counts.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def once() -> Iterator[None]:
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def asked(question: Hashable, ask: Callable[[], Any]) -> Any:
    """What `ask()` answers: asked once in a block, each time outside of one."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if question not in kept:
        kept[question] = ask()
    return kept[question]
