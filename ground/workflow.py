"""The gate: life cycles are tables of edges, and `move` is the only thing that writes a `state`.

A room declares its machine in `states.py` (`States`, `Edge`, `Workflow`), binds permissions and named guards in
`rules.py`, and writes one function a verb in `workflow.py`, each a `with move(...)` block. What a person may do now
is `available`; whether one verb is open is `decide`, which writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from ground import clock
from ground.compiled import are_waiting, insert, new_row, on_commit
from ground.errors import Forbidden, GuardFailed, WrongState
from ground.nudges import nudge
from ground.once import once

STAY = "(stay)"  # the verb leaves the state as it is
FORMER = "(former)"  # the verb puts back a state the matter had before, named by the caller
NEW = ""  # the source of an edge that makes the object

SYSTEM_PERMISSION = "system"
MANY = 500  # rows a query writes at most


class States(models.TextChoices):
    """States of one machine. A member reads CODE = code, tone, citizen's label, label; an empty citizen's label means
    the label serves everybody. Tones: neutral, info, ok, warn, danger, review."""

    def __new__(cls, value: str, tone: str = "neutral", citizen: str = "") -> "States":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        member.citizen = citizen
        return member

    @property
    def citizen_label(self) -> str:
        return self.citizen or str(self.label)


@dataclass(frozen=True)
class Edge:
    """One line of a life cycle: `verb` leads from any of `sources` to `target` for whoever holds `permission`.

    `target` may be STAY, FORMER, or several (STAY among them) of which the verb chooses. `when` names guards that need
    no body, with blanks between.
    """

    verb: str
    sources: tuple[str, ...]
    target: str | tuple[str, ...]
    permission: str
    when: str = ""


def edge(
    verb: str, sources: str | Iterable[str], target: str | tuple[str, ...], permission: str, when: str = ""
) -> Edge:
    """An `Edge`; `sources` may be written as one string with blanks between the codes, NEW for a creating verb."""
    names = tuple(sources.split()) or (NEW,) if isinstance(sources, str) else tuple(str(s) for s in sources)
    if isinstance(target, str) and " " in target:
        target = tuple(target.split())
    return Edge(verb, names, target, permission, when)


class Actor(Protocol):
    """Who acts: a user, somebody who proved a query code, or the system."""

    actor_kind: str

    def has_perm(self, perm: str, obj: Any = None) -> bool: ...


Guard = Callable[[Any, Any], bool]


@dataclass
class Workflow:
    """A whole machine; checks itself when it is declared.

    `derived` names states no edge leads to: they follow from the object's parts by the one function that
    `@workflow.derivation` binds. Guards named in edges are bound by `@workflow.guard(name, sentence)`.
    """

    name: str
    states: type[States]
    initial: str
    edges: tuple[Edge, ...]
    derived: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)  # verb → what a button and a timeline say
    guards: dict[str, tuple[Guard, str]] = field(default_factory=dict)
    part_guards: set[str] = field(default_factory=set)  # guards that speak of a part's state: refused like a state
    derive: Callable[[Any], str | None] | None = None
    watchers: list[Callable[[Any], None]] = field(default_factory=list)  # called with the object after each Step

    def __post_init__(self) -> None:
        codes = {str(s) for s in self.states.values}
        for e in self.edges:
            unknown = {*e.sources, *self.targets(e)} - codes - {NEW}
            if unknown:
                raise ValueError(f"{self.name}: edge {e.verb} names unknown states {sorted(unknown)}")
        starts = {t for e in self.edges if NEW in e.sources for t in self.targets(e)} - set(self.derived)
        if self.initial not in starts:
            raise ValueError(f"{self.name}: no edge makes {self.initial}")
        reached = starts | set(self.derived)
        while more := {t for e in self.edges if reached & set(e.sources) for t in self.targets(e)} - reached:
            reached |= more
        if codes - reached:
            raise ValueError(f"{self.name}: states nobody reaches {sorted(codes - reached)}")

    @staticmethod
    def targets(e: Edge) -> tuple[str, ...]:
        names = (e.target,) if isinstance(e.target, str) else e.target
        return tuple(str(t) for t in names if t not in (STAY, FORMER))

    @property
    def verbs(self) -> list[str]:
        return list(dict.fromkeys(e.verb for e in self.edges))

    def of(self, verb: str) -> list[Edge]:
        return [e for e in self.edges if e.verb == verb]

    def guard(self, name: str, sentence: str, *, part: bool = False) -> Callable[[Guard], Guard]:
        """Binds the named guard of edges: a function of (obj, actor); `sentence` tells the refused what to do.

        `part`: the guard asks whether a part of the object stands in a state for this verb; refused as a WrongState.
        """

        def bind(function: Guard) -> Guard:
            self.guards[name] = (function, sentence)
            if part:
                self.part_guards.add(name)
            return function

        return bind

    def derivation(self, function: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
        """Binds the pure function of parts; it answers a state, or None where the object's own state stands."""
        self.derive = function
        return function

    def watch(self, function: Callable[[Any], None]) -> Callable[[Any], None]:
        """Binds a function that is called after each Step, in its transaction; it must be quick and take no lock."""
        self.watchers.append(function)
        return function

    def check_bound(self) -> None:
        """Every guard an edge names is bound; asked once when the process starts."""
        missing = {name for e in self.edges for name in e.when.split()} - set(self.guards)
        if missing or (self.derived and self.derive is None):
            raise ValueError(f"{self.name}: nothing bound for {sorted(missing) or 'the derivation'}")


# -- actors -----------------------------------------------------------------------------------------------------------


class _NoFacts:
    """Somebody without account holds no post, seat or group: every fact is empty."""

    def __getattr__(self, name: str) -> tuple[()]:
        return ()


@dataclass(frozen=True)
class CodeHolder:
    """Somebody who proved the query code of the opinion with this number, and of no other."""

    number: str
    actor_kind = "code"
    pk = None
    label = "群众"
    facts = _NoFacts()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        import rules

        return rules.has_perm(perm, self, obj)


class System:
    """Timers and derived steps. It holds the permission `system` and no other."""

    actor_kind = "system"
    pk = None
    label = "系统"
    facts = _NoFacts()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm == SYSTEM_PERMISSION

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()


# -- history ----------------------------------------------------------------------------------------------------------


class Step(models.Model):
    """One thing that happened to one object. Concrete steps add `obj`, a foreign key with related_name="steps"."""

    verb = models.CharField(max_length=30)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    by_kind = models.CharField(max_length=6)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(max_length=60)
    note = models.TextField(blank=True)  # for those inside
    public_text = models.TextField(blank=True)  # for whoever may see the step at all
    recorded = models.JSONField(default=dict)  # what the table calls “recorded”: shown, never filtered
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=models.Q(told_at=None), name="%(class)s_untold")]

    def __str__(self) -> str:
        return f"{self.verb} {self.before}→{self.after}"


# -- the decision -----------------------------------------------------------------------------------------------------


def decide(obj: Any, verb: str, actor: Actor) -> Edge:
    """The edge `verb` would take for `actor` now. Writes nothing.

    Raises Forbidden (a stranger learns nothing of the state), WrongState (holds the permission, but no edge leaves the
    present state), GuardFailed (the edge's named guard does not hold; its name is the code).
    """
    flow: Workflow = obj.workflow
    leaving = [e for e in flow.of(verb) if obj.state in e.sources]
    if not leaving:
        if any(actor.has_perm(e.permission, obj) for e in flow.of(verb)):
            raise WrongState
        raise Forbidden
    allowed = [e for e in leaving if actor.has_perm(e.permission, obj)]
    if not allowed:
        raise Forbidden
    for e in allowed:
        if not unmet(e, obj, actor):
            return e
    name = unmet(allowed[0], obj, actor)
    if name in flow.part_guards:
        raise WrongState(flow.guards[name][1])
    raise GuardFailed(name, flow.guards[name][1])


def unmet(e: Edge, obj: Any, actor: Actor) -> str:
    """The first named guard of the edge that does not hold; "" if all do."""
    return next((name for name in e.when.split() if not obj.workflow.guards[name][0](obj, actor)), "")


def available(obj: Any, actor: Actor) -> list[str]:
    """The verbs open to `actor` on `obj` now, in the order of the table: feeds buttons and the API's `actions`."""
    flow: Workflow = obj.workflow
    verbs: list[str] = []
    if actor.actor_kind == "anyone":  # every verb is somebody's: who proved nothing has none (tests/ground)
        return verbs
    for e in flow.edges:
        if e.verb in verbs or obj.state not in e.sources or e.permission == SYSTEM_PERMISSION:
            continue
        if actor.has_perm(e.permission, obj) and not unmet(e, obj, actor):
            verbs.append(e.verb)
    return verbs


# -- the gate ---------------------------------------------------------------------------------------------------------


@dataclass
class Move:
    """One passage through the gate, open while the verb's block runs. The verb writes the object's columns and may set
    what the Step records; the gate writes the state."""

    obj: Any
    edge: Edge
    by: Actor
    before: str
    note: str = ""
    public_text: str = ""
    by_label: str = ""
    recorded: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    step: Step | None = None

    @property
    def verb(self) -> str:
        return self.edge.verb

    def to(self, state: str) -> None:
        """Chooses among the edge's several targets, or names the state FORMER leads to."""
        self.target = str(state)

    def part(self, part: Any, verb: str = "", **said: Any) -> Step:
        """Moves a part (referral, cosign, commitment, assignment …) inside this move, checked against its own table."""
        return shift(part, verb or self.verb, by=self.by, **({"by_label": self.by_label} | said))

    def leave(self) -> None:
        """Writes the new state before the block ends, where parts to come have to find the object there already."""
        self.obj.state = self.settle()
        self.obj.save(update_fields=["state"])

    def settle(self) -> str:
        target = self.edge.target
        if target == STAY:
            return self.before
        if isinstance(target, str) and target != FORMER:
            return target
        choices = self.obj.workflow.states.values if target == FORMER else target
        if self.target not in choices:
            raise RuntimeError(f"{self.verb} must choose one of {choices}, not {self.target!r}")
        return self.before if self.target == STAY else self.target


@contextmanager
def move(obj: Any, verb: str, *, by: Actor, note: str = "", public_text: str = "") -> Iterator[Move]:
    """Opens the gate for one verb: locks, decides, runs the verb's block, writes changed columns, state and Step.

    1. locks the root matter first, then the object (house rule: lock order), and reads both afresh;
    2. asks permission, state and named guard (`decide`);
    3. the block does the verb's own work and may raise a domain error, which undoes everything;
    4. writes what changed with the new state, adds the Step, derives the root's state where its machine has one.
    """
    with once(), transaction.atomic():
        root = lock(obj)
        e = decide(obj, verb, by)
        passage = Move(obj, e, by, before=obj.state, note=note, public_text=public_text)
        columns = _columns(obj)
        yield passage
        obj.state = passage.settle()
        passage.step = _write(obj, columns, passage)
        if root is not None:
            derive(root, passage)
        derive(obj, passage)
        transaction.on_commit(_tell)


@contextmanager
def begin(obj: Any, verb: str, *, by: Actor, note: str = "", public_text: str = "") -> Iterator[Move]:
    """Makes an object by a creating verb: decides on the unsaved object, saves it, then runs the block with it.

    Where rows are gathered (`ground.compiled.together`) the one statement that writes them is the transaction.
    """
    with once(), nullcontext() if are_waiting() else transaction.atomic():
        matter = getattr(obj, "matter_field", "")
        if matter and getattr(obj, f"{matter}_id") is not None:
            lock(getattr(obj, matter))
        obj.state = NEW
        passage = Move(obj, decide(obj, verb, by), by, before=NEW, note=note, public_text=public_text)
        passage.target = obj.workflow.initial
        obj.state = passage.settle()
        insert(obj)
        columns = {} if obj._state.adding else _columns(obj)
        yield passage
        obj.state = passage.settle()
        passage.step = _write(obj, columns, passage)
        on_commit(_tell)


@contextmanager
def begin_all(objs: list[Any], verb: str, *, by: Actor) -> Iterator[list[Move]]:
    """`begin` for many new objects of one machine: the same decision for each, a Step for each, a few queries in all.

    Only machines without a root matter and without a derivation; the first refusal undoes everything.
    """
    with transaction.atomic():
        passages = []
        for obj in objs:
            obj.state = NEW
            passage = Move(obj, decide(obj, verb, by), by, before=NEW, target=obj.workflow.initial)
            obj.state = passage.settle()
            passages.append(passage)
        if objs:
            _without_parts(objs[0])
            type(objs[0])._base_manager.bulk_create(objs, batch_size=MANY)
        columns = [_columns(obj) for obj in objs]
        yield passages
        _write_all(passages, columns)


@contextmanager
def move_all(objs: list[Any], verb: str, *, by: Actor) -> Iterator[list[Move]]:
    """`move` for many objects of one machine, as `begin_all`: all rows are locked by id and read afresh first."""
    with transaction.atomic():
        if objs:
            _without_parts(objs[0])
            rows = type(objs[0])._base_manager.filter(pk__in=[obj.pk for obj in objs])
            fresh = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
            for obj in objs:
                for name, value in _columns(fresh[obj.pk]).items():
                    if getattr(obj, name) != value:
                        setattr(obj, name, value)
        passages = [Move(obj, decide(obj, verb, by), by, before=obj.state) for obj in objs]
        columns = [_columns(obj) for obj in objs]
        yield passages
        _write_all(passages, columns)


def shift(
    part: Any,
    verb: str,
    *,
    by: Actor,
    to: str = "",
    note: str = "",
    public_text: str = "",
    by_label: str = "",
    recorded: dict[str, Any] | None = None,
) -> Step:
    """Moves or makes a part under its matter's lock: no permission of its own, but its own table and its own Step.

    A part without an edge for `verb` is a WrongState like the matter itself. An unsaved part takes the NEW edge.
    """
    transaction.get_connection().validate_no_broken_transaction()
    making = part.pk is None
    before = NEW if making else part.state
    e = next((e for e in part.workflow.of(verb) if before in e.sources), None)
    if e is None:
        raise WrongState
    passage = Move(
        part,
        e,
        by,
        before=before,
        note=note,
        public_text=public_text,
        by_label=by_label,
        recorded=recorded or {},
        target=str(to),
    )
    if making:
        passage.target = passage.target or part.workflow.initial
        part.state = passage.settle()
        part.save(force_insert=True)
        return _write(part, _columns(part), passage)
    columns = {name: value for name, value in _columns(part).items() if name == "state"}
    part.state = passage.settle()
    return _write(part, columns, passage, everything=True)


def derive(root: Any, cause: Move) -> None:
    """Recomputes a state that follows from parts; a change is a second Step of the same actor and verb."""
    flow: Workflow = root.workflow
    if flow.derive is None or root.state is None:
        return
    state = flow.derive(root)
    if state is None or state == root.state:
        return
    passage = Move(
        root,
        Edge(cause.verb, (root.state,), str(state), SYSTEM_PERMISSION),
        cause.by,
        before=root.state,
        by_label=cause.by_label,
        recorded={"derived": True},
    )
    root.state = str(state)
    type(root)._base_manager.filter(pk=root.pk).update(state=root.state)
    _add_step(root, passage)


def lock(obj: Any) -> Any | None:
    """Locks the root matter, then the object, reading both afresh; answers the root, or None if it is the object."""
    root = None
    matter = getattr(obj, "matter_field", "")
    if matter and getattr(obj, f"{matter}_id") is not None:
        root = getattr(obj, matter)
        _reread(root)
    _reread(obj)
    if root is not None and getattr(obj, f"{matter}_id") == root.pk:
        setattr(obj, matter, root)
    return root


def _reread(obj: Any) -> None:
    obj.refresh_from_db(from_queryset=type(obj)._base_manager.select_for_update(of=("self",)))
    for name in getattr(obj, "forget_on_lock", ()):
        obj.__dict__.pop(name, None)


def _columns(obj: Any) -> dict[str, Any]:
    return {f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields if not f.primary_key}


def _write(obj: Any, columns: dict[str, Any], passage: Move, *, everything: bool = False) -> Step:
    if not obj._state.adding:  # a row that waits to be inserted takes its changes along
        changed = [name for name, value in _columns(obj).items() if everything or columns.get(name, value) != value]
        if changed:
            obj.save(update_fields=changed)
    return _add_step(obj, passage)


def _add_step(obj: Any, passage: Move) -> Step:
    step = new_row(obj.steps.model, obj=obj, **_told(passage))
    insert(step)
    for watcher in obj.workflow.watchers:
        watcher(obj)
    return step


def _told(passage: Move) -> dict[str, Any]:
    """The columns of a Step."""
    by = passage.by
    return {
        "verb": passage.verb,
        "before": passage.before,
        "after": passage.obj.state,
        "by_kind": by.actor_kind,
        "by_id": by.pk if by.actor_kind == "user" else None,
        "by_label": passage.by_label or by.label,
        "note": passage.note,
        "public_text": passage.public_text,
        "recorded": passage.recorded,
        "at": clock.now(),
    }


def _without_parts(obj: Any) -> None:
    if getattr(obj, "matter_field", "") or obj.workflow.derive is not None:
        raise TypeError(f"{obj.workflow.name}: parts and derived states pass the gate one by one")


def _write_all(passages: list[Move], columns: list[dict[str, Any]]) -> None:
    changed: set[str] = set()
    for passage, former in zip(passages, columns, strict=True):
        passage.obj.state = passage.settle()
        changed |= {name for name, value in _columns(passage.obj).items() if former[name] != value}
    if not passages:
        return
    objs = [passage.obj for passage in passages]
    values = {tuple(getattr(obj, name) for name in sorted(changed)) for obj in objs}
    rows = type(objs[0])._base_manager
    if len(values) == 1:
        rows.filter(pk__in=[obj.pk for obj in objs]).update(**dict(zip(sorted(changed), *values, strict=True)))
    elif changed:
        by_column = {f.attname: f.name for f in objs[0]._meta.concrete_fields}
        rows.bulk_update(objs, [by_column[name] for name in changed], batch_size=MANY)
    steps = objs[0].steps.model
    made = steps._base_manager.bulk_create([steps(obj_id=p.obj.pk, **_told(p)) for p in passages], batch_size=MANY)
    for passage, step in zip(passages, made, strict=True):
        passage.step = step
        for watcher in passage.obj.workflow.watchers:
            watcher(passage.obj)
    transaction.on_commit(_tell)


def _tell() -> None:
    nudge("ground.tell_steps")
