"""What waits on livelihood projects at an office, for the board."""

from typing import Any

from django.db.models import Count, Min, Q

from accounts.rules import DWC
from clocks.models import Deadline
from ground import clock


def waiting_at(actor: Any) -> dict[str, Any]:
    """mine (what the offices owe), oldest (since when it was started), late (what units of their congresses are late with):
    one query."""
    organs = [post.organ_id for post in actor.facts.posts if post.role in DWC]
    rows = Deadline.objects.open().owed().filter(matter_kind__in=("project", "round"))
    own = Q(organ__in=organs)
    units = Q(organ__congress__in=organs) & ~own & Q(due_at__lt=clock.now())
    return rows.filter(own | units).aggregate(
        mine=Count("pk", filter=own), late=Count("pk", filter=units), oldest=Min("started_at", filter=own)
    )
