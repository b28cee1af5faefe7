"""What waits at a unit, a government's office or a station: what is owed there and by when, and how much of each.

Sight (`visible_to`) reaches further: published matters are everybody's. A desk is the actor's own units and stations.
"""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.rules import DESK as DESK, UNIT
from accounts.states import Role
from clocks.models import Deadline
from ground import clock
from suggestions import boards
from suggestions.states.opinion import AT_WORK, ENDED, WAITING

Tabs = tuple[tuple[str, str, tuple[str, ...]], ...]  # code, label, states; no states: all of them

ASSIGNMENT_TABS: Tabs = (
    ("sign", "待签收", ("pending_sign",)),
    ("work", "办理中", ("signed", "objected", "redoing", "mediating", "opinion_missing")),
    ("replied", "已答复", ("replied",)),
    ("done", "已办结", ("done", "opinion_submitted")),
    ("all", "全部", ()),
)
DISPATCH_TABS: Tabs = (
    ("", "待分办", ("pending_dispatch",)),
    ("objections", "退办申请", ("objected",)),
    ("units", "已分办", ("pending_sign", "signed", "replied", "redoing", "mediating", "opinion_missing")),
)
REFERRAL_TABS: Tabs = (
    ("", "待回报", ("sent", "questioned")),
    ("reported", "已回报", ("reported", "confirmed")),
    ("all", "全部", ()),
)
STATION_TABS: Tabs = (
    ("", "在办", (*WAITING, *AT_WORK)),
    ("answered", "待评价", ("replied",)),
    ("ended", "已办完", tuple(ENDED)),
    ("all", "全部", ()),
)
# What the station itself owes whoever holds the matter.
OF_THE_STATION = ("tell", "refer_decision", "settle_extension")


def units_of(actor: Any) -> list[int]:
    return [post.organ_id for post in actor.facts.posts if post.role in UNIT]


def governments_of(actor: Any) -> list[int]:
    return [post.organ_id for post in actor.facts.posts if post.role == Role.GOV_OFFICE]


def venues_of(actor: Any) -> list[int]:
    return [post.venue_id for post in actor.facts.venue_posts]


def is_liaison_alone(actor: Any) -> bool:
    """Nothing but liaison of a court or procuratorate: no matter of theirs comes here yet."""
    liaises = any(post.role == Role.LIAISON for post in actor.facts.posts)
    return liaises and not (units_of(actor) or governments_of(actor) or venues_of(actor))


# -- matters -----------------------------------------------------------------------------------------------------------


def assignments_of(actor: Any) -> QuerySet:
    """Those of the actor's units, with `due_at`: when the unit's own part is owed."""
    rows = _model("Assignment").objects.filter(organ__in=units_of(actor))
    return rows.annotate(due_at=Coalesce("opinion_due_at", "reply_due_at"))


def dispatches_of(actor: Any) -> QuerySet:
    """What came to the actor's government, and what its office handed on to its units."""
    governments = governments_of(actor)
    rows = _model("Assignment").objects.filter(Q(organ__in=governments) | Q(dispatched_from__organ__in=governments))
    return rows.annotate(due_at=F("reply_due_at"))


def returned(rows: QuerySet) -> QuerySet:
    """待补正: the newest issued reply was sent back and no other has followed."""
    replies = _model("Reply").objects.filter(assignment=OuterRef("pk"), issued_at__isnull=False)
    newer = _model("Reply").objects.filter(
        assignment=OuterRef("assignment"), issued_at__isnull=False, pk__gt=OuterRef("pk")
    )
    last_went_back = replies.filter(~Exists(newer), returned__isnull=False)
    return rows.filter(Exists(last_went_back), state__in=["signed", "redoing"])


def referrals_of(actor: Any) -> QuerySet:
    """What was sent to the actor's units; those the actor may see."""
    seen = _model("Opinion").objects.visible_to(actor)
    return _model("Referral").objects.filter(organ__in=units_of(actor), opinion__in=seen.values("pk"))


def opinions_of(actor: Any) -> QuerySet:
    """What lies at the actor's stations, whoever holds it."""
    return _model("Opinion").objects.visible_to(actor).filter(station__in=venues_of(actor))


def to_screen(actor: Any) -> QuerySet:
    return opinions_of(actor).screening().filter(holder_venue__in=venues_of(actor))


def hazards(actor: Any) -> QuerySet:
    """Places that may hurt somebody and are not safe yet."""
    return opinions_of(actor).open().filter(urgency="hazard", secured_at=None).exclude(state__in=["merged", "replied"])


def in_tab(rows: QuerySet, tabs: Tabs, code: str) -> QuerySet:
    """The rows of the tab `code`; of the first one where there is no such tab."""
    states = next((states for name, _, states in tabs if name == code), tabs[0][2])
    return rows.filter(state__in=states) if states else rows


# -- what is owed ------------------------------------------------------------------------------------------------------


def owed_by(actor: Any) -> QuerySet[Deadline]:
    """The nearest date the actor's units, government and stations owe on each matter, promise and referral."""
    organs = [*units_of(actor), *governments_of(actor)]
    mine = Q(organ__in=organs, matter_kind__in=["suggestion", "opinion", *boards.kinds()])
    if venues := venues_of(actor):
        mine |= _of_stations(actor, venues)
    rows = Deadline.objects.open().owed().filter(mine)
    nearest = rows.order_by("object_kind", "object_id", "due_at", "pk").distinct("object_kind", "object_id")
    return Deadline.objects.filter(pk__in=nearest.values("pk"))


def _of_stations(actor: Any, venues: list[int]) -> Q:
    """What the stations hold; what they decide and tell; and to its head what nobody told the citizen in time."""
    here = opinions_of(actor)
    organs = [post.organ_id for post in actor.facts.venue_posts]
    held = Q(organ__in=organs, matter_id__in=here.filter(holder_venue__in=venues).values("pk"))
    own = Q(organ__in=organs, kind__in=OF_THE_STATION, matter_id__in=here.values("pk"))
    heads = [post.venue_id for post in actor.facts.venue_posts if post.role == "station_head"]
    late = Q(kind="confirm", due_at__lt=clock.now(), matter_id__in=here.filter(station__in=heads).values("pk"))
    return Q(matter_kind="opinion") & (held | own | late)


SHOWS: dict[str, str] = {
    "sign": "待签收",
    "soon": "将到期",
    "late": "已逾期",
    "promise": "承诺到期",
    "back": "待补正",
    "screen": "待审核",
    "tell": "待告知",
}


def narrowed(rows: QuerySet[Deadline], show: str, actor: Any) -> QuerySet[Deadline]:
    """Only what one tile counts."""
    if show == "back":
        ids = returned(assignments_of(actor)).values("pk")
        return rows.filter(object_kind="assignment", object_id__in=ids)
    return rows.filter(_shows().get(show, Q()))


def owed_tallies(actor: Any) -> dict[str, int]:
    """How many there are under each name of SHOWS, but for `back`."""
    return owed_by(actor).aggregate(
        all=Count("pk"), **{name: Count("pk", filter=which) for name, which in _shows().items()}
    )


def _shows() -> dict[str, Q]:
    now = clock.now()
    soon = Q(due_at__gte=now) & warned(now)
    return {
        "sign": Q(object_kind="assignment", kind="sign"),
        "soon": soon,
        "late": Q(due_at__lt=now),
        "promise": Q(object_kind="commitment") & (soon | Q(due_at__lt=now)),
        "screen": Q(object_kind="opinion", kind__in=["screen", "hazard"]),
        "tell": Q(object_kind="opinion", kind="tell"),
    }


def warned(now: datetime) -> Q:
    """A warning has begun; of a short span the first one is orange."""
    return Q(yellow_at__lte=now) | Q(orange_at__lte=now)


def leaving_their_date(actor: Any, most: int) -> list[Deadline]:
    """Warned of or past, on anything of the actor's stations, whoever owes it: the nearest date of each."""
    rows = Deadline.objects.open().owed().filter(
        warned(clock.now()), matter_kind="opinion", matter_id__in=opinions_of(actor).open().values("pk")
    )  # fmt: skip
    nearest_of_each = rows.order_by("matter_id", "due_at", "pk").distinct("matter_id")
    rows = Deadline.objects.filter(pk__in=nearest_of_each.values("pk"))
    return list(rows.select_related("organ", "user").order_by("due_at", "pk")[:most])


# -- how many wait where -----------------------------------------------------------------------------------------------


def tallies(actor: Any) -> dict[str, int]:
    """sign, dispatch, objections, referrals, screening, telling: what waits, by one query for each kind of post."""
    found = dict.fromkeys(("sign", "dispatch", "objections", "referrals", "screening", "telling"), 0)
    if units_of(actor):
        found["sign"] = assignments_of(actor).filter(state="pending_sign").count()
        found["referrals"] = referrals_of(actor).filter(state__in=["sent", "questioned"]).count()
    if governments_of(actor):
        found |= dispatches_of(actor).aggregate(
            dispatch=Count("pk", filter=Q(state="pending_dispatch")), objections=Count("pk", filter=Q(state="objected"))
        )
    if venues := venues_of(actor):
        untold = _model("Telling").objects.filter(opinion=OuterRef("pk"), done_at=None)
        found |= opinions_of(actor).aggregate(
            screening=Count("pk", filter=Q(state="screening", holder_venue__in=venues)),
            telling=Count("pk", filter=Q(Exists(untold))),
        )
    return found


def counts_in(rows: QuerySet, tabs: Tabs) -> dict[str, int]:
    """How many there are under each tab that somebody waits for, by one query; 全部 and what has ended are not counted."""
    counted = {name: states for name, _, states in tabs if name not in ("all", "done", "ended")}
    return rows.aggregate(
        **{f"tab_{name}": Count("pk", filter=Q(state__in=states)) for name, states in counted.items()}
    )


def nearest(kind: str, objects: list[Any], *, of: str = "") -> dict[int, Deadline]:
    """The nearest open date owed on each of some objects of one kind, by their ids: one query. `of` names one clock."""
    found: dict[int, Deadline] = {}
    rows = Deadline.objects.open().owed().filter(object_kind=kind, object_id__in=[obj.pk for obj in objects])
    rows = rows.filter(kind=of) if of else rows
    for deadline in rows.select_related("organ", "user").order_by("due_at", "pk"):
        found.setdefault(deadline.object_id, deadline)
    return found


def _model(name: str) -> Any:
    return apps.get_model("suggestions", name)
