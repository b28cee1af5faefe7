"""What of accounts an actor may see."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q


def within(paths: Iterable[str], organ: str = "organ__") -> Q:
    """Rows whose organ stands at or below any of the path prefixes; without a prefix none."""
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(**{f"{organ}path__startswith": path})
    return below


class OrganQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "OrganQuerySet":
        """Organs are public reference data for whoever is signed in."""
        return self if actor.actor_kind in ("user", "system") else self.none()

    def live(self) -> "OrganQuerySet":
        return self.filter(merged_into=None, closed_on=None)

    def under(self, paths: list[str]) -> "OrganQuerySet":
        """Organs at or below any of the path prefixes."""
        return self.filter(within(paths, organ=""))


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "NoticeQuerySet":
        return self.filter(user_id=actor.pk) if actor.actor_kind == "user" else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class PostQuerySet(models.QuerySet):
    def live(self) -> "PostQuerySet":
        return self.filter(until=None)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "ImportQuerySet":
        """One's own, and those brought for an organ at or below one's posts; the table's keepers alone look here."""
        if actor.actor_kind != "user":
            return self.none()
        return self.filter(Q(by_id=actor.pk) | within(post.path for post in actor.facts.posts))
