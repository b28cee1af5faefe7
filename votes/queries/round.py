"""Rounds: everybody may see that one is held; what stands in them is asked of the projects."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Prefetch

from accounts.rules import DWC, prefixes
from accounts.states import Role

READERS = (*DWC, Role.COUNCIL_LEADER, Role.SC_MEMBER, Role.SPECIAL_COMMITTEE, Role.SESSION_SECRETARIAT)


def own(actor: Any) -> models.Q:
    return models.Q(organ__in=[post.organ_id for post in actor.facts.posts if post.role in READERS])


class RoundQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "RoundQuerySet":
        """A round is a public matter from its first day on."""
        return self

    def of_offices(self, actor: Any) -> "RoundQuerySet":
        """Those of the congresses the actor works for, and of those below them."""
        seen = models.Q(pk__in=[])
        for path in prefixes(actor, *READERS):
            seen |= models.Q(organ__path__startswith=path)
        return self.filter(seen)

    def of_desk(self, actor: Any) -> "RoundQuerySet":
        """Those a desk of the console answers for: of the own congress."""
        return self.filter(own(actor))

    def running(self) -> "RoundQuerySet":
        return self.exclude(state="closed")

    def with_parts(self) -> "RoundQuerySet":
        """With what its guards ask: the state of each of its projects, and its ballots."""
        projects = apps.get_model("votes", "LivelihoodProject").objects.only("round_id", "state", "number")
        return self.select_related("organ").prefetch_related(Prefetch("projects", projects), "ballots__poll")
