"""Which appraisals of judges and prosecutors an actor may see: few, and nobody above or below by the tree."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.rules import DWC, UNIT
from accounts.states import Role
from votes.states.judicial import WITH_COURT

OFFICE = (*DWC, Role.COUNCIL_LEADER)
OF_COURT = (*UNIT, Role.LIAISON)


def _organs(actor: Any, *roles: str) -> list[int]:
    return [post.organ_id for post in actor.facts.posts if post.role in roles]


class JudicialQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "JudicialQuerySet":
        """The congress's own office and council of chairpersons, the committee that leads it; after the letter the court or
        procuratorate itself."""
        if actor.actor_kind == "system":
            return self
        if actor.actor_kind != "user":
            return self.none()
        return self.filter(at_desk(actor) | Q(court__in=_organs(actor, *OF_COURT), state__in=WITH_COURT))

    def of_desk(self, actor: Any) -> "JudicialQuerySet":
        return self.filter(at_desk(actor))

    def of_court(self, actor: Any) -> "JudicialQuerySet":
        return self.filter(court__in=_organs(actor, *OF_COURT), state__in=WITH_COURT)

    def with_parts(self) -> "JudicialQuerySet":
        return self.select_related("organ", "court", "committee", "poll", "drawn_by").prefetch_related(
            "people__cases", "items__unit", "steps"
        )


def at_desk(actor: Any) -> Q:
    return Q(organ__in=_organs(actor, *OFFICE)) | Q(committee__in=_organs(actor, Role.SPECIAL_COMMITTEE))
