"""What higher rooms put on the desks and boards, beside opinions and suggestions: the same lists, the same manner.

A higher room registers the kind of its matter when the process starts; nothing here knows what it is. Its model has
`number`, `title`, `origin` (what it comes from, in words) and `objects` with `visible_to`, `of_desk` and `with_parts`; its
pages are named by the kind (or by `page`): `department:<kind>`, `admin:<kind>`, `deputy:<kind>`, and `…-verb`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ground.pages import Acts
from ground.refs import model_of

Clocks = Mapping[str, tuple[str, tuple[str, ...]]]  # clock → words, verbs, the first open one counts


@dataclass(frozen=True)
class Kind:
    """`part`: what the desk is in it. `work`: what has to be done by a date. `owes`: what has not been done, for the board.
    `acts`: the verbs as pages offer them. `faces`: where it has a page. `parts`: the kind of a part that has verbs of its
    own → the relation it is found by."""

    part: str
    work: Clocks
    owes: Clocks
    acts: Acts
    faces: tuple[str, ...] = ("department", "admin")
    page: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One line of the menu of a desk: address name, icon, words, who finds it, and how many wait there."""

    name: str
    icon: str
    label: str
    opens: Callable[[Any], bool]
    count: Callable[[Any], int] = field(default=lambda actor: 0)


_kinds: dict[str, Kind] = {}
_desk_entries: list[Entry] = []


def register(kind: str, told: Kind) -> None:
    """Called once from the owner's `apps.ready`."""
    _kinds[kind] = told


def add_to_desk(entry: Entry) -> None:
    _desk_entries.append(entry)


def kinds() -> tuple[str, ...]:
    return tuple(_kinds)


def find(kind: str) -> Kind | None:
    return _kinds.get(kind)


def page_of(kind: str) -> str:
    """The name of its pages."""
    return _kinds[kind].page or kind if kind in _kinds else kind


def on_face(kind: str, face: str) -> bool:
    return kind in _kinds and face in _kinds[kind].faces


def desk_entries(actor: Any) -> list[Entry]:
    return [entry for entry in _desk_entries if entry.opens(actor)]


def work_of(code: str) -> tuple[str, tuple[str, ...]] | None:
    return next((told.work[code] for told in _kinds.values() if code in told.work), None)


def owes_of(code: str) -> tuple[str, tuple[str, ...]] | None:
    return next((told.owes[code] for told in _kinds.values() if code in told.owes), None)


def of_desk(kind: str, actor: Any) -> Any:
    """The matters of a kind that the actor's desk of the console answers for."""
    return model_of(kind).objects.visible_to(actor).of_desk(actor)
