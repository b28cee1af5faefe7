"""Which sessions and reports of duty an actor may see, and which deputies have not reported in their term."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from deputies.models import Seat
from votes.queries.inquiry import at_desks, at_offices
from votes.states.duty import AHEAD, PUBLIC, REPORTED


class DutySessionQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "DutySessionQuerySet":
        """Published ones are everybody's. Before that the congress's offices and committees and, once they were told, the
        deputies who report."""
        if actor.actor_kind == "system":
            return self
        seen = Q(published_at__isnull=False)
        if actor.actor_kind == "user":
            seen |= at_offices(actor) | Q(Exists(_own(actor).filter(session=OuterRef("pk"))))
        return self.filter(seen)

    def of_desk(self, actor: Any) -> "DutySessionQuerySet":
        return self.filter(at_desks(actor))

    def of_deputy(self, actor: Any) -> "DutySessionQuerySet":
        """Those at which the deputy reports or did."""
        return self.filter(Exists(_own(actor).filter(session=OuterRef("pk"))))

    def with_parts(self) -> "DutySessionQuerySet":
        return self.select_related("organ", "term").prefetch_related(
            "steps", "reports__seat__deputy", "reports__rating", "reports__questions"
        )


class DutyReportQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "DutyReportQuerySet":
        """Published ones are everybody's. Before that the congress's offices and, once called, the deputy's own."""
        if actor.actor_kind == "system":
            return self
        seen = Q(state__in=PUBLIC)
        if actor.actor_kind == "user":
            sessions = apps.get_model("votes", "DutySession").objects.filter(at_offices(actor))
            seen |= Q(session__in=sessions.values("pk")) | Q(pk__in=_own(actor).values("pk"))
        return self.filter(seen)

    def published(self) -> "DutyReportQuerySet":
        return self.filter(state__in=PUBLIC)

    def with_parts(self) -> "DutyReportQuerySet":
        return self.select_related("session__organ", "session__term", "seat__deputy", "seat__organ", "rating").prefetch_related(
            "questions", "steps"
        )  # fmt: skip


def _own(actor: Any) -> Any:
    """The actor's reports, from the call on."""
    seats = [seat.id for seat in actor.facts.seats]
    return apps.get_model("votes", "DutyReport").objects.filter(seat__in=seats).exclude(state="named")


def unreported(term: Any) -> Any:
    """Active seats of a term that have not reported in it yet, by name, each with `session_number` where a session is
    planned for it."""
    reports = apps.get_model("votes", "DutyReport").objects.filter(seat=OuterRef("pk"))
    planned = reports.filter(state__in=AHEAD).order_by("-pk").values("session__number")[:1]
    rows = Seat.objects.active().filter(~Exists(reports.filter(state__in=REPORTED)), term=term)
    return rows.annotate(session_number=Subquery(planned), name=F("deputy__pinyin")).select_related(
        "deputy", "delegation"
    )
