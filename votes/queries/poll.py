"""Which polls an actor may see, and what a roll says of its turnout."""

import json
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from accounts.rules import prefixes
from accounts.states import Role
from ground.compiled import AnyFound, Compiled, Given, loaded
from votes.queries.judicial import OFFICE

READERS = (Role.DWC_CLERK, Role.DWC_LEAD, Role.COUNCIL_LEADER, Role.SC_MEMBER, Role.SESSION_SECRETARIAT)


class PollQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "PollQuerySet":
        """Published ones that were made public are everybody's; before that they are seen by the offices of the congress
        and those above it, by their officers, and once open by whoever stands on the roll. A restricted one is seen by
        its own office and council alone, its officers and its roll."""
        if actor.actor_kind == "system":
            return self
        seen = Q(state="published", is_public=True)
        if actor.actor_kind == "user":
            for path in prefixes(actor, *READERS):
                seen |= Q(organ__path__startswith=path, is_restricted=False)
            if own := [post.organ_id for post in actor.facts.posts if post.role in OFFICE]:
                seen |= Q(organ__in=own)
            if offices := [fact.poll_id for fact in actor.facts.poll_offices]:
                seen |= Q(pk__in=offices)
            if (mine := _of(actor)) is not None:
                seen |= ~Q(state="draft") & Q(Exists(_lines().filter(mine, poll=OuterRef("pk"))))
        return self.filter(seen)

    def published(self) -> "PollQuerySet":
        return self.filter(state="published", is_public=True)

    def of_voter(self, actor: Any) -> "PollQuerySet":
        """Polls on whose roll the actor stands, that have been opened."""
        mine = _of(actor)
        return (
            self.exclude(state="draft").filter(Exists(_lines().filter(mine, poll=OuterRef("pk"))))
            if mine
            else self.none()
        )

    def to_vote(self, actor: Any) -> "PollQuerySet":
        """Open ones in which the actor has not voted yet."""
        mine = _of(actor, now=True)
        if mine is None:
            return self.none()
        return self.filter(Exists(_lines().filter(mine, poll=OuterRef("pk"), channel="")), state="open")

    def with_parts(self) -> "PollQuerySet":
        return self.select_related("organ", "previous", "assembly", "meeting__assembly").prefetch_related(
            "classes", "officers__user", "batches", "steps", "next_rounds", "wraps"
        )


def _lines() -> Any:
    return apps.get_model("votes", "RollLine").objects


def _of(actor: Any, *, now: bool = False) -> Q | None:
    """The lines of the actor's seats and memberships (of those that may vote `now`), or None where there can be none."""
    seats = [seat.id for seat in actor.facts.seats if seat.is_active or not now]
    members = [member.id for member in actor.facts.memberships if member.is_live or not now]
    mine = Q()
    if seats:
        mine |= Q(seat__in=seats)
    if members:
        mine |= Q(member__in=members)
    return mine or None


def turnout(poll: Any) -> list[dict[str, Any]]:
    """By class: how many stand on the roll, voted online, took paper, did neither. Never what they chose."""
    rows = (
        _lines()
        .filter(poll=poll)
        .values("voter_class")
        .order_by("voter_class")
        .annotate(
            roll=Count("pk"),
            online=Count("pk", filter=Q(channel="online")),
            paper=Count("pk", filter=Q(channel="paper")),
        )
    )
    return [
        {**row, "done": row["online"] + row["paper"], "left": row["roll"] - row["online"] - row["paper"]}
        for row in rows
    ]


def line_of(poll: Any, actor: Any) -> Any | None:
    """The actor's line in the roll of this poll, with its seat or member, or None."""
    return _own(actor).filter(poll=poll).first()


LINE = ("id", "poll_id", "seat_id", "member_id", "voter_class", "channel", "cast_tag", "fingerprint")
POLL = ("id", "number", "organ_id", "state", "mode", "secret", "public_key", "rule_sha256", "options", "rule")


def line_in(number: str, actor: Any) -> Any | None:
    """The same by the poll's number, with the columns of the poll that a vote needs, in one query compiled once: thousands
    ask at the same minute."""
    if actor.actor_kind != "user":
        return None
    row = next(iter(_in.rows(number=number, user=actor.pk)), None)
    if row is None:
        return None
    line = loaded(_lines().model, dict(zip(LINE, row, strict=False)))
    seat, member, *plain, options, rule = row[len(LINE) :]
    line.poll = loaded(
        apps.get_model("votes", "Poll"),
        dict(zip(POLL, (*plain, json.loads(options), json.loads(rule)), strict=True)),
    )
    line.seat = line.seat_id and loaded(apps.get_model("deputies", "Seat"), {"id": line.seat_id, "state": seat})
    line.member = line.member_id and loaded(
        apps.get_model("votes", "AssemblyMember"), {"id": line.member_id, "state": member}
    )
    return line


_in = Compiled(
    lambda: (
        _of_user(_lines(), Given("user"))
        .filter(poll__number=Given("number"))
        .exclude(poll__state="draft")
        .order_by("pk")
        .values_list(*LINE, "seat__state", "member__state", *(f"poll__{name}" for name in POLL))
    )
)


def _own(actor: Any) -> Any:
    """The actor's own lines with their seat or member."""
    rows = _lines().select_related("seat", "member")
    return _of_user(rows, actor.pk) if actor.actor_kind == "user" else rows.none()


def _of_user(rows: Any, user: Any) -> Any:
    """Lines of somebody's seats and memberships. Their few keys are found first: joined, a database that knows nothing yet of
    its tables walks the whole roll once for each of its lines."""
    seats = apps.get_model("deputies", "Seat")._base_manager.filter(deputy__user=user)
    members = apps.get_model("votes", "AssemblyMember")._base_manager.filter(user=user)
    return rows.filter(AnyFound("seat", seats) | AnyFound("member", members))
