"""Deputies and seats: public reference data, narrowed by adjectives; posters, which their own offices see."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.queries import within
from deputies.states import SeatState
from ground import clock
from ground.pinyin import matches


class DeputyQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "DeputyQuerySet":
        """Everybody may know who represents them."""
        return self

    def serving(self) -> "DeputyQuerySet":
        """Deputies with at least one active seat."""
        return self.with_seat(state=SeatState.ACTIVE)

    def with_seat(self, *conditions: Q, **fields: Any) -> "DeputyQuerySet":
        """Deputies one of whose seats meets the conditions."""
        seats = apps.get_model("deputies", "Seat").objects.filter(*conditions, deputy=OuterRef("pk"), **fields)
        return self.filter(Exists(seats))

    def found_by(self, words: str) -> "DeputyQuerySet":
        """Each word is the code, or in the name, or the beginning of its pinyin or initials."""
        found = self
        for word in words.split():
            found = found.filter(Q(code__iexact=word) | matches(word))
        return found

    def with_seats(self) -> "DeputyQuerySet":
        """Prefetches `serving_seats`: the active seats with congress and groups."""
        memberships = apps.get_model("deputies", "GroupMembership").objects.select_related("group").order_by("pk")
        seats = (
            apps.get_model("deputies", "Seat")
            .objects.active()
            .select_related("organ", "delegation")
            .order_by("organ__path")
            .prefetch_related(Prefetch("memberships", memberships))
        )  # fmt: skip
        return self.prefetch_related(Prefetch("seats", seats, to_attr="serving_seats"))


class SeatQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "SeatQuerySet":
        return self

    def active(self) -> "SeatQuerySet":
        return self.filter(state=SeatState.ACTIVE)

    def under(self, paths: list[str]) -> "SeatQuerySet":
        """Seats of congresses at or below any of the organ paths."""
        return self.filter(within(paths))


class PosterQuerySet(models.QuerySet):
    def under(self, paths: list[str]) -> "PosterQuerySet":
        """Posters of codes that belong to organs at or below any of the organ paths."""
        return self.filter(within(paths))

    def hanging(self) -> "PosterQuerySet":
        """Not taken off the wall."""
        return self.filter(withdrawn_at=None)

    def found_by(self, words: str) -> "PosterQuerySet":
        """It is the printed code, or stands in the place or the deputy's name."""
        name = Q(target__deputy__name__icontains=words)
        return self.filter(Q(target__code__iexact=words) | Q(place__icontains=words) | name)

    def with_scans(self, days: int = 30) -> "PosterQuerySet":
        """Annotates `recent`, scans within the last `days` days, and `last_on`, the day of the last one."""
        scans = apps.get_model("deputies", "PosterScans").objects.filter(poster=OuterRef("pk")).order_by()
        since = clock.today() - timedelta(days=days - 1)
        recent = scans.filter(day__gte=since).values("poster").annotate(sum=Sum("n")).values("sum")
        last = scans.order_by("-day").values("day")[:1]
        return self.annotate(recent=Coalesce(Subquery(recent), 0), last_on=Subquery(last))


def active_seat_of(user: Any, congress: Any = None) -> Any | None:
    """The user's active seat, in `congress` if one is named, else the one of the highest congress; None without one."""
    if user.actor_kind != "user":
        return None
    seats = (
        apps.get_model("deputies", "Seat")
        .objects.active()
        .filter(deputy__user=user)
        .select_related("deputy", "organ", "term")
    )
    if congress is not None:
        seats = seats.filter(organ=congress)
    return seats.order_by("organ__path", "pk").first()


def current_term(congress: Any) -> Any | None:
    """The term of a congress that runs today."""
    today = clock.today()
    terms = apps.get_model("deputies", "Term").objects.filter(congress=congress, opens_on__lte=today)
    return terms.filter(Q(closes_on=None) | Q(closes_on__gt=today)).order_by("-opens_on").first()


def current_plenary(term: Any, day: Any = None) -> Any | None:
    """The plenary that is in session on that day (today); None between sessions (闭会期间)."""
    day = day or clock.today()
    return term.plenaries.filter(opens_on__lte=day, closes_on__gte=day).first()


def latest_plenary(term: Any) -> Any | None:
    """The last plenary opened so far: what is registered between sessions is counted after it."""
    return term.plenaries.filter(opens_on__lte=clock.today()).order_by("-ordinal").first()


def is_on_leave(user: Any) -> bool:
    """请假代管 is switched on today."""
    return user is not None and user.leave_until is not None and user.leave_until >= clock.today()
