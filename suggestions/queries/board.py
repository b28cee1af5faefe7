"""What a desk of the console sees: the matters it answers for, what is owed on them, and how many wait where.

Sight (`visible_to`) reaches further down the tree than a desk does: a desk is the post's own organ.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.rules import DWC
from accounts.states import Role
from clocks.models import Deadline, DueChange
from ground import clock
from ground.models import Message
from suggestions import boards
from suggestions.queries.suggestion import OVERSEERS
from suggestions.states.assignment import GONE

DESKS = (*OVERSEERS, Role.SPECIAL_COMMITTEE, Role.GOV_OFFICE, Role.SC_MEMBER)


def organs_of(actor: Any, *roles: str) -> list[int]:
    """The organs the actor acts for on the console, in one of the roles (any of the desks' where none is named)."""
    return [post.organ_id for post in actor.facts.posts if post.role in (roles or DESKS)]


def suggestions_of(actor: Any) -> QuerySet:
    """The suggestions of the actor's own desk: of the own congress; for a government office those it got."""
    desk = Q(congress__in=organs_of(actor, *OVERSEERS))
    if congresses := [p.congress_id for p in actor.facts.posts if p.role in (Role.SPECIAL_COMMITTEE, Role.SC_MEMBER)]:
        desk |= Q(congress__in=congresses, registered_at__isnull=False)
    if governments := organs_of(actor, Role.GOV_OFFICE):
        handed = Q(organ__in=governments) | Q(dispatched_from__organ__in=governments)
        desk |= Q(Exists(_part("Assignment").filter(handed, suggestion=OuterRef("pk"))))
    sent = Q(first_submitted_at__isnull=False)
    return _model("Suggestion").objects.visible_to(actor).filter(desk, sent)


def opinions_of(actor: Any) -> QuerySet:
    """The opinions of the actor's own desk: of the own town or congress, and whatever the office itself holds."""
    own = organs_of(actor, *DWC, Role.COUNCIL_LEADER)
    desk = Q(town__in=own) | Q(congress__in=own) | Q(holder_organ__in=own)
    return _model("Opinion").objects.visible_to(actor).filter(desk)


def assignments_of(actor: Any) -> QuerySet:
    """Live assignments of the desk's suggestions; of a government office only those through its hands."""
    rows = _model("Assignment").objects.exclude(state__in=GONE).filter(suggestion__in=suggestions_of(actor))
    governments, congresses = organs_of(actor, Role.GOV_OFFICE), organs_of(actor, *OVERSEERS, Role.SPECIAL_COMMITTEE)
    if governments and not congresses:
        rows = rows.filter(Q(organ__in=governments) | Q(dispatched_from__organ__in=governments))
    return rows


# -- what is owed ------------------------------------------------------------------------------------------------------


def owed(actor: Any) -> QuerySet[Deadline]:
    """Open dates somebody owes on a matter of the desk, whoever that is."""
    return Deadline.objects.open().owed().filter(_of_matters(actor))


def owed_by(actor: Any) -> QuerySet[Deadline]:
    """Those the actor's own organs owe."""
    return owed(actor).filter(Q(organ__in=organs_of(actor)) | Q(user=actor.pk))


def stuck(actor: Any) -> QuerySet[Deadline]:
    """What is late, what has been warned of, and what the actor's own office owes; the oldest date first."""
    now = clock.now()
    near = Q(due_at__lt=now) | Q(yellow_at__lte=now) | Q(orange_at__lte=now)
    mine = Q(organ__in=organs_of(actor)) | Q(user=actor.pk)
    return owed(actor).filter(near | mine).select_related("organ", "user").order_by("due_at", "pk")


def today_until() -> datetime:
    """The end of today."""
    return clock.now().replace(hour=23, minute=59, second=59, microsecond=999_999)


def due_today(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    return rows.filter(due_at__gte=clock.now(), due_at__lte=today_until())


def late(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    return rows.filter(due_at__lt=clock.now())


def late_by_unit(actor: Any) -> list[dict[str, Any]]:
    """organ, code, n, oldest: which organs are how late, most first."""
    rows = late(owed(actor)).exclude(organ=None).values("organ__code", "organ__short_name", "organ__name")
    return list(rows.annotate(n=Count("pk"), oldest=Min("due_at")).order_by("-n", "oldest"))


def moved_dates(actor: Any, since: datetime) -> QuerySet[DueChange]:
    """Dates of the desk's open matters that were moved since then, newest first."""
    open_rows = Deadline.objects.open().filter(_of_matters(actor))
    return (
        DueChange.objects.filter(at__gte=since, deadline__in=open_rows)
        .select_related("deadline__organ")
        .order_by("-pk")
    )


def _of_matters(actor: Any) -> Q:
    found = Q(matter_kind="suggestion", matter_id__in=suggestions_of(actor).values("pk"))
    if organs_of(actor, *DWC, Role.COUNCIL_LEADER):
        found |= Q(matter_kind="opinion", matter_id__in=opinions_of(actor).values("pk"))
    for kind in boards.kinds():
        found |= Q(matter_kind=kind, matter_id__in=boards.of_desk(kind, actor).values("pk"))
    return found


# -- how many wait where -----------------------------------------------------------------------------------------------


def _once(tally: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """A tally is taken once for each request: the menu, the board and the desks show the same numbers."""

    @wraps(tally)
    def taken(actor: Any) -> dict[str, Any]:
        kept: dict[str, dict[str, Any]] = actor.facts.__dict__.setdefault("_tallies", {})
        if tally.__name__ not in kept:
            kept[tally.__name__] = tally(actor)
        return kept[tally.__name__]

    return taken


@_once
def suggestion_tallies(actor: Any) -> dict[str, Any]:
    """submitted, registered, in_session: how many wait, and since when (`…_since`)."""
    waits = {"submitted": Q(state="submitted"), "registered": Q(state="registered")}
    return suggestions_of(actor).aggregate(
        **{name: Count("pk", filter=q) for name, q in waits.items()},
        in_session=Count("pk", filter=waits["registered"] & Q(in_session=True)),
        submitted_since=Min("first_submitted_at", filter=waits["submitted"]),
        registered_since=Min("registered_at", filter=waits["registered"]),
    )


@_once
def assignment_tallies(actor: Any) -> dict[str, Any]:
    """objections, extensions, unrated, attitudes, returnable, undispatched: how many wait, and since when."""
    waits = assignment_waits()
    since = {
        "objections": "objection__at",
        "extensions": "extensions__at",
        "unrated": "replies__issued_at",
        "undispatched": "received_at",
    }
    counts = {name: Count("pk", filter=q, distinct=True) for name, q in waits.items()}
    oldest = {f"{name}_since": Min(column, filter=waits[name]) for name, column in since.items()}
    return assignments_of(actor).aggregate(**oldest, **counts)  # `extensions` names a count only after the dates


def assignment_waits() -> dict[str, Q]:
    """For each queue of assignments which of them stand in it."""
    last = _last_reply()
    return {
        "objections": Q(state="objected"),
        "extensions": Q(state="signed", extensions__decided_at=None, extensions__isnull=False),
        "unrated": Q(state="replied", replies__in=last, replies__rating=None),
        "attitudes": Q(
            state="replied", replies__rating__attitude="dissatisfied", replies__rating__attitude_settled_at=None,
            replies__rating__result__in=["satisfied", "basically"],
        ),
        "returnable": Q(state="replied", replies__in=last, replies__rating=None, return_until__gte=clock.now()),
        "undispatched": Q(state="pending_dispatch"),
        "mediating": Q(state="mediating"),
    }  # fmt: skip


def waiting(rows: QuerySet, queue: str) -> QuerySet:
    """The assignments of one queue, each once."""
    return rows.filter(pk__in=rows.model.objects.filter(assignment_waits()[queue]).values("pk"))


def load_of(organs: Iterable[int]) -> dict[int, dict[str, int]]:
    """organ id → past (assignments it finished), running, late: what the suggested units have on their hands."""
    rows = _model("Assignment").objects.filter(organ__in=list(organs)).values("organ")
    done = Q(state__in=["done", "opinion_submitted"])
    running = ~done & ~Q(state__in=GONE)
    late_now = running & Q(reply_due_at__lt=clock.now(), state__in=["pending_sign", "signed", "redoing"])
    counted = rows.annotate(
        past=Count("pk", filter=done), running=Count("pk", filter=running), late=Count("pk", filter=late_now)
    )
    return {row["organ"]: {name: row[name] for name in ("past", "running", "late")} for row in counted}


def _last_reply() -> QuerySet:
    """The newest issued reply of each assignment."""
    replies = _part("Reply").filter(issued_at__isnull=False)
    newer = replies.filter(assignment=OuterRef("assignment"), pk__gt=OuterRef("pk"))
    return replies.filter(~Exists(newer)).values("pk")


def _model(name: str) -> Any:
    return apps.get_model("suggestions", name)


def _part(name: str) -> models.QuerySet:
    return _model(name)._base_manager.all()


# -- tabs --------------------------------------------------------------------------------------------------------------

Tabs = tuple[tuple[str, str, tuple[str, ...]], ...]  # code, label, states; no states: all of them

SUGGESTION_TABS: Tabs = (
    ("", "全部", ()),
    ("submitted", "待审查", ("submitted",)),
    ("registered", "待交办", ("registered",)),
    ("handling", "办理中", ("assigned", "objected", "handling")),
    ("replied", "待评价", ("replied",)),
    ("redoing", "重新办理", ("redoing", "mediating")),
    ("tracking", "承诺跟踪", ("tracking",)),
    ("closed", "已办结", ("closed", "archived")),
    ("ended", "退回与未受理", ("returned", "not_accepted", "withdrawn")),
)
OPINION_TABS: Tabs = (
    ("", "全部", ()),
    ("screening", "待审核", ("screening",)),
    ("open", "待接单", ("open", "reopened")),
    ("working", "办理中", ("claimed", "coordinating", "referred")),
    ("escalated", "转为建议", ("escalated",)),
    ("replied", "待评价", ("replied",)),
    ("merged", "并件", ("merged",)),
    ("closed", "已办结", ("closed",)),
    ("ended", "引导与撤回", ("rejected", "withdrawn")),
)
ENDS = {"closed", "ended", "merged", ""}  # tabs that nobody waits for: they are not counted


def in_tab(rows: QuerySet, tabs: Tabs, code: str) -> QuerySet:
    """The rows of the tab `code`; all of them where there is no such tab."""
    states = next((states for name, _, states in tabs if name == code), ())
    return rows.filter(state__in=states) if states else rows


def tab_counts(rows: QuerySet, tabs: Tabs) -> dict[str, int]:
    """How many wait under each tab, by one query."""
    counted = [state for name, _, states in tabs if name not in ENDS for state in states]
    found = rows.filter(state__in=counted).order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(found)
    return {name: sum(by_state.get(s, 0) for s in states) for name, _, states in tabs if name not in ENDS}


def nearest(kind: str, matters: Iterable[Any]) -> dict[int, Deadline]:
    """matter id → the nearest date owed on it or its parts, by one query."""
    found: dict[int, Deadline] = {}
    ids = [matter.pk for matter in matters]
    rows = Deadline.objects.open().owed().filter(matter_kind=kind, matter_id__in=ids)
    for deadline in rows.select_related("organ", "user").order_by("due_at", "pk"):
        found.setdefault(deadline.matter_id, deadline)
    return found


@_once
def opinion_tallies(actor: Any) -> dict[str, Any]:
    """screening and mine: what the actor's own office has to read, and what it holds; and since when."""
    own = Q(holder_organ__in=organs_of(actor, *DWC))
    waits = {
        "screening": own & Q(state="screening"),
        "mine": own & Q(state__in=["open", "reopened", "claimed", "coordinating"]),
    }
    return opinions_of(actor).aggregate(
        **{name: Count("pk", filter=q) for name, q in waits.items()},
        screening_since=Min("submitted_at", filter=waits["screening"]),
    )


def to_screen(actor: Any) -> QuerySet:
    """What waits to be read by the actor's own office: its own first readings, reviews and avoided matters."""
    return opinions_of(actor).filter(holder_organ__in=organs_of(actor, *DWC), state="screening")


def crowded(actor: Any, people: int, since: datetime) -> list[Any]:
    """Heads of groups that so many people joined since then (多人反映)."""
    return list(
        opinions_of(actor)
        .annotate(joined=Count("members", filter=Q(members__state="merged", members__submitted_at__gte=since)))
        .filter(
            joined__gte=people - 1, state__in=["open", "claimed", "coordinating", "referred", "escalated", "reopened"]
        )
        .order_by("-joined", "-pk")[:5]
    )


def disagreeing(actor: Any) -> QuerySet:
    """Opinions whose three sides differ: what unit or answer said was solved, and what the citizen says; until somebody
    has talked with all of them about the newest answer."""
    answers, ratings = _part("OpinionAnswer"), _part("OpinionRating")
    said = answers.filter(opinion=OuterRef("pk")).order_by("-round")
    judged = ratings.filter(opinion=OuterRef("pk")).order_by("-round")
    rows = opinions_of(actor).filter(
        state__in=["closed", "reopened", "claimed", "coordinating", "referred", "escalated"]
    )
    rows = rows.annotate(
        said_solved=models.Subquery(said.values("solved")[:1]),
        unit_solved=models.Subquery(said.values("unit_solved")[:1]),
        citizen_solved=models.Subquery(judged.values("solved")[:1]),
        talked=models.Subquery(said.values("talk")[:1]),
    )
    differs = (Q(said_solved__in=["yes", "partly"]) | Q(unit_solved__in=["yes", "partly"])) & Q(citizen_solved="no")
    return rows.filter(differs, talked=None)


def disputed_replies(actor: Any) -> QuerySet:
    """Assignments whose unit says solved and whose deputy says it is not, until all sides were talked with."""
    replies = _part("Reply").filter(
        solved__in=["yes", "partly"], rating__solved="no", assignment=OuterRef("pk"), talk=None
    )
    return assignments_of(actor).filter(Exists(replies))


def entered_ratings(actor: Any) -> QuerySet:
    """Ratings that another hand wrote down (代录), of the desk's opinions."""
    return _part("OpinionRating").exclude(entered_way="").filter(opinion__in=opinions_of(actor).values("pk"))


def calls_back(actor: Any) -> QuerySet:
    """Those of them that were drawn by lot and have not been called back yet."""
    return _part("CallBack").filter(at=None, rating__in=entered_ratings(actor).values("pk"))


def to_publish(actor: Any) -> QuerySet:
    """Answered by every unit, and nobody has decided what the public reads."""
    return (
        suggestions_of(actor)
        .filter(answered_at__isnull=False, publication="")
        .exclude(state__in=["archived", "withdrawn"])
    )


# -- messages ----------------------------------------------------------------------------------------------------------

STEPS_OF = {"opinionstep": "OpinionStep", "suggestionstep": "SuggestionStep", "assignmentstep": "AssignmentStep"}
MOST_DEAD = 1000  # undelivered messages that are looked through; more than these nobody reads one by one


def dead_messages(actor: Any, *, everything: bool = False) -> QuerySet[Message]:
    """Messages nobody got, about the desk's own matters; `everything` for whoever keeps the system."""
    dead = Message.objects.filter(state=Message.State.DEAD)
    if everything:
        return dead
    steps: dict[str, dict[int, int]] = {kind: {} for kind in STEPS_OF}
    for pk, step in dead.order_by("-pk").values_list("pk", "step")[:MOST_DEAD]:
        kind, _, key = step.partition(":")
        if kind in steps and key.isdecimal():
            steps[kind][int(key)] = pk
    own: list[int] = []
    for kind, found in steps.items():
        if found:
            rows = _part(STEPS_OF[kind]).filter(pk__in=found)
            matter = "obj__suggestion__in" if kind == "assignmentstep" else "obj__in"
            scope = opinions_of(actor) if kind == "opinionstep" else suggestions_of(actor)
            own += [found[pk] for pk in rows.filter(**{matter: scope}).values_list("pk", flat=True)]
    return dead.filter(pk__in=own)
