"""The frame of 办理台 on every page of it, whichever room draws the page: `{% load desk %}{% desk as desk %}`."""

from typing import Any

from django import template
from django.template import Context

from suggestions.views.department.shell import Desk, desk_of

register = template.Library()


@register.simple_tag(takes_context=True)
def desk(context: Context) -> Desk | None:
    """For whom one acts and one's places there; None where nobody is signed in."""
    request: Any = context.get("request")
    return desk_of(request) if request is not None and request.user.is_authenticated else None
