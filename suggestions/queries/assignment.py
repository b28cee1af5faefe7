"""Assignments of a unit, and what rules ask of one."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Prefetch, Q

from accounts.rules import UNIT
from accounts.states import Role
from ground import clock
from suggestions.states.assignment import GONE


class AssignmentQuerySet(models.QuerySet):
    def live(self) -> "AssignmentQuerySet":
        return self.exclude(state__in=GONE)

    def mains(self) -> "AssignmentQuerySet":
        return self.live().filter(role="main")

    def of_units(self, actor: Any) -> "AssignmentQuerySet":
        """Those of the units the actor works for, and of the government whose office it is."""
        posts = actor.facts.posts
        own = Q(organ__in=[post.organ_id for post in posts if post.role in UNIT])
        own |= Q(
            organ__in=[post.organ_id for post in posts if post.role == Role.GOV_OFFICE],
            state__in=["pending_dispatch", "dispatched", "objected"],
        )
        return self.filter(own)

    def late(self) -> "AssignmentQuerySet":
        """A reply or a 协办 opinion is past its date."""
        owes = Q(
            role="main",
            state__in=["pending_dispatch", "pending_sign", "signed", "objected", "redoing"],
            reply_due_at__lt=clock.now(),
        )
        return self.filter(owes | Q(state="opinion_missing"))

    def with_parts(self) -> "AssignmentQuerySet":
        return self.select_related("organ", "dispatched_from__organ", "objection__proposed_organ").prefetch_related(
            "contacts", "extensions", "contributions", Prefetch("replies", _replies().select_related("returned", "rating")),
            "replies__corrections", "replies__views",
        )  # fmt: skip


def _replies() -> models.QuerySet:
    return apps.get_model("suggestions", "Reply").objects.all()
