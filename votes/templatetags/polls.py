"""How polls are told on pages, and which hats a person wears in 履职通: `{% load polls %}`."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from deputies.facts import has_active_seat
from ground.templatetags.ui import chip
from votes.facts import is_member
from votes.majority import ADVISED, PASSED
from votes.models import DeliberativeAssembly
from votes.states import VoterClass

register = template.Library()


@register.filter
def voter_class(code: str) -> str:
    """代表, 议事代表, 常委会组成人员."""
    return str(VoterClass(code).label)


@register.simple_tag
def outcome(word: str) -> SafeString:
    """What became of an option. A recommendation has a look of its own and is never green like a decision."""
    if word == ADVISED:
        return chip(word, "review", "advice")
    return chip(word, "ok" if word == PASSED else "neutral")


def _user(context: Context) -> Any | None:
    user = getattr(context.get("request"), "user", None)
    return user if user is not None and user.is_authenticated else None


@register.simple_tag(takes_context=True)
def is_member_alone(context: Context) -> bool:
    """Whether the person sits in an assembly and in no congress: 履职通 then shows the assembly's places alone."""
    user = _user(context)
    return user is not None and not has_active_seat(user) and is_member(user)


@register.simple_tag(takes_context=True)
def my_assemblies(context: Context) -> list[DeliberativeAssembly]:
    """The assemblies the person sits in."""
    user = _user(context)
    live = [fact.assembly_id for fact in user.facts.memberships if fact.is_live] if user is not None else []
    return list(DeliberativeAssembly.objects.filter(pk__in=live)) if live else []
