"""What a deputy's public page says of their duty reports: `{% load duty %}`."""

from typing import Any

from django import template

from votes.models import DutyReport

register = template.Library()
SHOWN = 3  # the newest


@register.simple_tag
def duty_reports_of(deputy: Any) -> list[DutyReport]:
    """The newest published reports of the person, in whatever seat."""
    rows = DutyReport.objects.published().filter(seat__deputy=deputy).select_related("session", "seat__deputy")
    return list(rows.order_by("-pk")[:SHOWN])
