"""What is a deputy's own: opinions that reached them, suggestions they lead or sign, in the tabs of their lists.

Sight (`visible_to`) reaches further: published matters are everybody's. These are the matters one works on.
"""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clocks.models import Deadline
from ground import bigrams, clock
from suggestions.queries.sought import among
from suggestions.states.opinion import AT_WORK, WAITING

Tabs = tuple[tuple[str, str], ...]  # code, label

OPINION_TABS: Tabs = (
    ("", "等我处理"),
    ("free", "可接单"),
    ("working", "办理中"),
    ("answered", "已答复"),
    ("all", "全部"),
)
SUGGESTION_TABS: Tabs = (("", "我领衔"), ("asked", "请我联名"), ("rate", "待我评价"), ("signed", "我联名的"))

TO_RATE = ("rate", "rate_commitment", "confirm_contact")
LOOK_BACK = timedelta(days=5 * 365)  # similar suggestions of the last five years
MOST_WORDS = 24


def seats_of(actor: Any) -> list[int]:
    return [seat.id for seat in actor.facts.seats]


def active_seats_of(actor: Any) -> list[int]:
    return [seat.id for seat in actor.facts.seats if seat.is_active]


def deadlines_of(actor: Any) -> QuerySet[Deadline]:
    """Open dates the person owes, and contact records that wait for a yes or no, for which nobody is ever late."""
    return Deadline.objects.open().filter(Q(owed=True) | Q(kind="confirm_contact"), user=actor.pk)


# -- opinions ----------------------------------------------------------------------------------------------------------


def opinions_of(actor: Any) -> QuerySet:
    """Addressed to, taken up, entered or held by the deputy, and whatever lies at the deputy's stations."""
    seats, stations = seats_of(actor), [row.venue_id for row in actor.facts.stationed]
    own = Q(claimed_by=actor.pk) | Q(last_claimant=actor.pk) | Q(entered_by=actor.pk)
    own |= Q(target_seat__in=seats) | Q(holder_seat__in=seats) | Q(station__in=stations)
    led = _model("OpinionLink").objects.filter(Q(suggestion__lead__in=seats) | Q(suggestion__acting_lead__in=seats))
    return _model("Opinion").objects.visible_to(actor).filter(own | Q(among(led, "opinion")))


def opinions_in_tab(actor: Any, code: str) -> QuerySet:
    """One tab of the deputy's opinions; the first one where there is no such tab."""
    rows, seats = opinions_of(actor), active_seats_of(actor)
    mine = Q(claimed_by=actor.pk)
    if code == "free":
        stations = [row.venue_id for row in actor.facts.stationed]
        return rows.filter(state__in=WAITING, station__in=stations, avoided=False).exclude(holder_seat__in=seats)
    if code == "working":
        return rows.filter(mine, state__in=AT_WORK)
    if code == "answered":
        return rows.filter(mine | Q(last_claimant=actor.pk), state__in=["replied", "closed"])
    if code == "all":
        return rows
    waits = deadlines_of(actor).filter(matter_kind="opinion").values("matter_id")
    named = Q(holder_seat__in=seats, state__in=WAITING)
    return rows.filter(named | Q(pk__in=waits) | Q(mine, state__in=["claimed", "coordinating"]))


# -- suggestions -------------------------------------------------------------------------------------------------------


def suggestions_of(actor: Any) -> QuerySet:
    """Led by the deputy, put before the deputy for a signature, or under the deputy's key supervision."""
    seats = seats_of(actor)
    own = Q(lead__in=seats) | Q(acting_lead__in=seats) | Q(Exists(_asked(seats))) | Q(key_supervision__leader__in=seats)
    return _model("Suggestion").objects.visible_to(actor).filter(own)


def suggestions_in_tab(actor: Any, code: str) -> QuerySet:
    rows, seats = suggestions_of(actor), seats_of(actor)
    if code == "asked":
        waits = _asked(active_seats_of(actor)).filter(state__in=["invited", "stale"])
        return rows.filter(Exists(waits), state="cosigning")
    if code == "rate":
        return rows.filter(
            pk__in=deadlines_of(actor).filter(matter_kind="suggestion", kind__in=TO_RATE).values("matter_id")
        )
    if code == "signed":
        return rows.filter(Exists(_asked(seats).filter(state="confirmed")))
    return rows.filter(Q(lead__in=seats) | Q(acting_lead__in=seats))


def similar_suggestions(suggestion: Any, actor: Any, most: int = 3) -> list[Any]:
    """Suggestions of the same congress in the last five years that share the most words of the title; those the deputy
    has a part in, and published ones."""
    words = [word.strip("'") for word in bigrams.bigrams(suggestion.title).split() if len(word) > 1][:MOST_WORDS]
    if not words:
        return []
    wanted = " | ".join("'" + word.replace("'", "") + "'" for word in words)
    alike = models.expressions.RawSQL(
        "ts_rank(suggestions_suggestion.bigrams, to_tsquery('simple', %s), 1)", [wanted], models.FloatField()
    )
    sharing = models.expressions.RawSQL(
        "SELECT id FROM suggestions_suggestion WHERE bigrams @@ to_tsquery('simple', %s)", [wanted]
    )
    seats = seats_of(actor)
    own = Q(lead__in=seats) | Q(acting_lead__in=seats) | Q(publication__in=["full", "summary"])
    rows = _model("Suggestion").objects.visible_to(actor).filter(
        own, pk__in=sharing, congress=suggestion.congress_id, registered_at__gte=clock.now() - LOOK_BACK
    )  # fmt: skip
    return list(rows.exclude(pk=suggestion.pk).annotate(alike=alike).order_by("-alike", "-pk")[:most])


def colleagues(suggestion: Any, words: str, most: int = 20) -> list[Any]:
    """Deputies of the same congress by name, pinyin or code, those already asked left out."""
    asked = [c.seat.deputy_id for c in suggestion.cosigns.all() if c.state in ("invited", "confirmed", "stale")]
    rows = (
        apps.get_model("deputies", "Deputy")
        .objects.with_seat(organ=suggestion.congress_id, state="active")
        .found_by(words)
    )
    return list(rows.exclude(pk__in=[*asked, suggestion.lead.deputy_id]).order_by("pinyin", "code")[:most])


# -- how much waits ----------------------------------------------------------------------------------------------------


def counts(actor: Any) -> dict[str, int]:
    """opinions, suggestions, asked, rate, notices: what waits for the deputy, by three queries."""
    by_kind = dict(
        deadlines_of(actor).order_by().values_list("matter_kind").annotate(n=Count("matter_id", distinct=True))
    )
    asked = (
        _asked(active_seats_of(actor), of_outer=False)
        .filter(state__in=["invited", "stale"], suggestion__state="cosigning")
        .count()
    )
    owed = by_kind.get("suggestion", 0)
    return {
        "opinions": by_kind.get("opinion", 0),
        "suggestions": owed + asked,
        "asked": asked,
        "rate": owed,
        "notices": actor.notices.unread().count(),
    }


def record_of(actor: Any, seats: list[int] | None = None) -> dict[str, int] | None:
    """What a deputy did in the present seats, or in those given, by five queries; None for somebody without one. Ratings
    that expired are in no figure (lifecycles.md §4.2).

    led, signed, answered: suggestions handed in, signed with others, answered by their units; rated, content: ratings
    given to replies and how many of them were satisfied or basically so; opinions, replied: matters of citizens taken
    up, and answered; judged, pleased: how citizens rated those.
    """
    seats = active_seats_of(actor) if seats is None else seats
    if not seats:
        return None
    sent = _model("Suggestion").objects.filter(lead__in=seats, first_submitted_at__isnull=False)
    signed = Q(seat__in=seats, state="confirmed", suggestion__first_submitted_at__isnull=False)
    found = sent.aggregate(led=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))
    found["signed"] = _model("Cosign").objects.filter(signed).exclude(suggestion__lead__in=seats).count()
    good = Q(result__in=["satisfied", "basically"])
    given = _model("ReplyRating").objects.filter(reply__assignment__suggestion__in=sent.values("pk"), expired=False)
    found |= given.aggregate(rated=Count("pk"), content=Count("pk", filter=good))
    taken = _model("Opinion").objects.filter(Q(claimed_seat__in=seats) | Q(claimed_by=None, last_claimant=actor.pk))
    heard = _model("OpinionRating").objects.filter(opinion__in=taken.values("pk"))
    found |= taken.aggregate(opinions=Count("pk"), replied=Count("pk", filter=Q(state__in=["replied", "closed"])))
    return found | heard.aggregate(
        judged=Count("pk"), pleased=Count("pk", filter=Q(grade__in=["satisfied", "basically"]))
    )


def _asked(seats: list[int], *, of_outer: bool = True) -> QuerySet:
    rows = _model("Cosign").objects.filter(seat__in=seats)
    return rows.filter(suggestion=OuterRef("pk")) if of_outer else rows


def _model(name: str) -> Any:
    return apps.get_model("suggestions", name)
