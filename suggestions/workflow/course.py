"""What the verbs of a suggestion and its parts share: the passage whose consequences follow, clocks by who owes them,
the rows of units, and the checks of what was typed."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import models, transaction
from django.db.models import Value

from accounts.models import Organ
from accounts.states import OrganKind
from clocks import calendar, rules, workflow as clocks
from clocks.models import Deadline
from deputies.models import Plenary, Seat
from ground import bigrams, clock, workdays
from ground.errors import GuardFailed, Invalid
from ground.workdays import Span
from ground.workflow import SYSTEM, Actor, Move, move
from suggestions.models import Assignment, Suggestion
from suggestions.states.suggestion import DERIVED, SUGGESTION, derived_state

Handlers = Iterable[tuple[Organ, str]]
LONGEST_TEXT = 5000


@contextmanager
def act(obj: Any, verb: str, *, by: Actor, note: str = "", public_text: str = "") -> Iterator[Move]:
    """A move of a suggestion or of one of its parts; what follows for the whole happens in the same transaction."""
    with transaction.atomic():
        with move(obj, verb, by=by, note=note, public_text=public_text) as m:
            yield m
        follow(obj if isinstance(obj, Suggestion) else obj.suggestion)


@SUGGESTION.derivation
def state_of(suggestion: Suggestion) -> str | None:
    """The state that follows from the units; None while the suggestion's own state stands."""
    if suggestion.state != "registered" and suggestion.state not in DERIVED:
        return None
    mains = suggestion.assignments.mains().values_list("state", "signed_at")
    promises = suggestion.commitments.values_list("state", flat=True)
    return derived_state([(state, signed_at is not None) for state, signed_at in mains], set(promises))


def follow(suggestion: Suggestion) -> None:
    """1. When every main unit has replied for the first time: publication is owed and opinions behind are confirmed.
    2. A closed suggestion is to be archived; by itself where its promises have ended and publication is decided."""
    if suggestion.state not in DERIVED:
        return
    if suggestion.answered_at is None:
        mains = list(suggestion.assignments.mains())
        if mains and all(a.first_replied_at for a in mains):
            _answered(suggestion)
    if suggestion.state != "closed":
        clocks.drop(suggestion, "archive")
    elif suggestion.publication and suggestion.commitments.exists():
        with move(suggestion, "archive", by=SYSTEM) as m:
            close_books(m, suggestion)
    elif not runs(suggestion, "archive"):
        clocks.start(suggestion, "archive", organ=suggestion.congress)


def _answered(suggestion: Suggestion) -> None:
    from suggestions.workflow import links

    set_columns(suggestion, answered_at=clock.now())
    if not suggestion.publication:
        clocks.start(suggestion, "publish", organ=suggestion.congress)
    for opinion in links.opinions_of(suggestion):
        links.look(opinion)


def close_books(m: Move, suggestion: Suggestion) -> None:
    """What an archived suggestion keeps: whether its promises were kept."""
    states = set(suggestion.commitments.values_list("state", flat=True)) - {"replaced"}
    m.recorded = {"mark": "unkept" if "unkept" in states else "kept"} if states else {}
    clocks.drop(suggestion)


# -- clocks ------------------------------------------------------------------------------------------------------------


def runs(obj: models.Model, *kinds: str) -> bool:
    return Deadline.objects.open().of(obj).filter(kind__in=kinds).exists()


def owed_by_lead(suggestion: Suggestion) -> dict[str, Any]:
    """Whoever stands for the suggestion owes it, by the rules of its congress."""
    return {"user": suggestion.rater_seat.deputy.user, "rules_of": suggestion.congress}


def owed_by(organ: Organ, suggestion: Suggestion) -> dict[str, Any]:
    return {"organ": organ, "rules_of": suggestion.congress}


def owed_by_congress(suggestion: Suggestion) -> dict[str, Any]:
    return {"organ": suggestion.congress}


def due_of_reply(assignment: Assignment, deadline: Deadline) -> None:
    """Keeps on the row when the reply is owed, and from when a missing assist holds nobody up."""
    assignment.reply_due_at = deadline.due_at
    near = Span.parse(rules.value("assignment.reply_anyway_within", assignment.suggestion.congress))
    last = deadline.due_at.astimezone(clock.SHANGHAI).date()
    assignment.reply_anyway_at = workdays.start_of_day(workdays.add_workdays(last, -near.n, calendar.current()))


def longest_until(assignment: Assignment) -> datetime:
    """The latest a reply may ever be owed: six months from the first 交办之日 (代表法 §51)."""
    longest = Span.parse(rules.value("assignment.longest", assignment.suggestion.congress))
    return workdays.due(assignment.first_handed_over_at, longest, calendar.current()).at


# -- units -------------------------------------------------------------------------------------------------------------


def mode_of(roles: Iterable[str]) -> str:
    """独办, 主办＋协办 or 分别办理, from the roles of the live units. Raises GuardFailed `mode` where they fit none."""
    roles = list(roles)
    mains, assists = roles.count("main"), roles.count("assist")
    if mains == 1:
        return "main_assist" if assists else "sole"
    if mains > 1 and not assists:
        return "separate"
    raise GuardFailed("mode", "办理方式与承办单位不符：主办只能一个，分别办理不设协办。")


def set_mode(suggestion: Suggestion, roles_to_come: Iterable[str] = ()) -> str:
    """Settles the mode of the whole from the live rows and those to come, and copies it onto the rows."""
    live = suggestion.assignments.live()
    mode = mode_of([*live.values_list("role", flat=True), *roles_to_come])
    live.exclude(mode=mode).update(mode=mode)
    set_columns(suggestion, mode=mode)
    return mode


def check_units(suggestion: Suggestion, handlers: Handlers, *, within: Organ | None = None) -> list[tuple[Organ, str]]:
    """Units of this congress (of the government `within`), each once and without a live assignment."""
    handlers = list(handlers)
    if not handlers:
        raise Invalid("handlers", "请选择承办单位。")
    taken = set(suggestion.assignments.live().values_list("organ_id", flat=True))
    for organ, role in handlers:
        if role not in ("main", "assist"):
            raise Invalid("handlers", "承办单位的角色只有主办和协办。")
        if organ.kind in (OrganKind.CONGRESS, OrganKind.HOTLINE) or organ.merged_into_id or organ.closed_on:
            raise Invalid("handlers", f"{organ}不能作为承办单位。")
        if organ.congress_id != suggestion.congress_id:
            raise Invalid("handlers", f"{organ}不在本级人大的交办范围内。")
        if within is not None and not organ.path.startswith(within.path):
            raise Invalid("handlers", f"{organ}不是{within}的部门。")
        if organ.pk in taken:
            raise Invalid("handlers", f"{organ}已经是承办单位，不能重复交办。")
        taken.add(organ.pk)
    return handlers


def hand_over(
    m: Move,
    suggestion: Suggestion,
    organ: Organ,
    role: str,
    *,
    handed_over_at: datetime,
    first_handed_over_at: datetime | None = None,
    dispatched_from: Assignment | None = None,
    replaces: Assignment | None = None,
    capped: bool = False,
) -> Assignment:
    """One new row, with the clocks that run from its own receipt and from 交办之日; a government dispatches first."""
    now = clock.now()
    to_government = organ.kind == OrganKind.GOVERNMENT and dispatched_from is None
    if to_government and role == "assist":
        raise Invalid("handlers", f"{organ}只能作为主办再分办；协办请选具体部门。")
    row = Assignment(
        suggestion=suggestion,
        organ=organ,
        role=role,
        mode=suggestion.mode,
        handed_over_at=handed_over_at,
        first_handed_over_at=first_handed_over_at or handed_over_at,
        received_at=now,
        dispatched_from=dispatched_from,
        replaces=replaces,
    )
    m.part(row, to="pending_dispatch" if to_government else "pending_sign")
    owed = owed_by(organ, suggestion)
    row.objection_until = clocks.start(row, "objection", **owed).due_at
    clocks.start(row, "dispatch" if to_government else "sign", **owed)
    if role == "main":
        if not to_government:
            clocks.start(row, "first_contact", **owed)
        _owe_reply(row, owed, capped=capped)
    else:
        row.opinion_due_at = clocks.start(row, "opinion", **owed).due_at
    row.save(update_fields=["objection_until", "opinion_due_at", "reply_due_at", "reply_anyway_at"])
    return row


def _owe_reply(row: Assignment, owed: dict[str, Any], *, capped: bool) -> None:
    """Three months from 交办之日 (a snap: its days); a new unit's never beyond six months from the first."""
    suggestion = row.suggestion
    span = f"{suggestion.priority}d" if suggestion.is_snap and suggestion.priority else None
    deadline = clocks.start(row, "reply", at=row.handed_over_at, span=span, **owed)
    cap = longest_until(row)
    if capped and deadline.due_at > cap:
        why = "自首次交办之日起最长六个月"
        deadline = clocks.postpone(row, "reply", cap, why=why, by=None)
    due_of_reply(row, deadline)


def release(m: Move, row: Assignment, *, to: str = "released") -> None:
    """Takes a unit off, inside a move; nothing is owed by it any longer."""
    row.released_at = clock.now()
    m.part(row, to=to)
    clocks.drop(row)


# -- texts -------------------------------------------------------------------------------------------------------------


def hash_of(title: str, situation: str, proposal: str) -> str:
    """The SHA-256 that names one exact text."""
    return hashlib.sha256("\x1f".join((title, situation, proposal)).encode()).hexdigest()


def index(suggestion: Suggestion) -> None:
    """Makes the suggestion findable by its words, its people and its official number."""
    text = suggestion.text
    words = [text.title, text.situation, text.proposal, suggestion.lead.deputy.name, suggestion.register_display]
    vector = SearchVector(Value(bigrams.bigrams(" ".join(words))), config="simple")
    Suggestion.objects.filter(pk=suggestion.pk).update(bigrams=vector)


def set_columns(obj: models.Model, **columns: Any) -> None:
    """Writes columns of a row whose matter is locked: of a root while one of its parts moves."""
    for name, value in columns.items():
        setattr(obj, name, value)
    type(obj)._base_manager.filter(pk=obj.pk).update(**columns)


# -- checks ------------------------------------------------------------------------------------------------------------


def one_of(value: Any, choices: type[models.Choices], pointer: str, *, required: bool = True) -> Any:
    """A value of a closed list, or "" where none is needed. Raises Invalid."""
    if value in (None, "") and not required:
        return ""
    if value not in choices.values:
        raise Invalid(pointer, "请从列表中选择。")
    return value


def on_or_after(day: date, first: date, pointer: str, sentence: str) -> date:
    if day < first:
        raise Invalid(pointer, sentence)
    return day


def session_at(congress: Organ, day: date) -> tuple[Plenary | None, bool]:
    """The plenary a submission of that day belongs to, and whether it fell into it; else 闭会 after the last one."""
    rows = (
        Plenary.objects.filter(term__congress=congress, opens_on__lte=day).select_related("term").order_by("-opens_on")
    )
    last = rows.first()
    return last, last is not None and day <= last.closes_on


def is_active(seat: Seat | None) -> bool:
    return seat is not None and seat.state == "active"
