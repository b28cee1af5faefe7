"""Opinions behind a suggestion: joined when one is escalated, ended when the suggestion comes to nothing (§7.2)."""

from django.db.models import QuerySet

from clocks import workflow as clocks
from ground import clock
from suggestions.models import Opinion, OpinionLink, Suggestion
from suggestions.states.suggestion import UNSENT


def join(opinion: Opinion, suggestion: Suggestion) -> OpinionLink:
    """Links an opinion to a suggestion; one that was ended before lives again."""
    link, made = OpinionLink.objects.get_or_create(opinion=opinion, suggestion=suggestion, defaults={"at": clock.now()})
    if not made and link.ended_at:
        link.ended_at, link.why, link.at = None, "", clock.now()
        link.save(update_fields=["ended_at", "why", "at"])
    return link


def end(link: OpinionLink, why: str) -> None:
    """Ends one link, with a reason the citizen may read; an opinion whose last live link it was comes back."""
    if link.ended_at is None:
        link.ended_at, link.why = clock.now(), why
        link.save(update_fields=["ended_at", "why"])
        look(link.opinion, why)


def live_links(opinion: Opinion) -> QuerySet[OpinionLink]:
    return opinion.links.filter(ended_at=None).select_related("suggestion")


def opinions_of(suggestion: Suggestion) -> list[Opinion]:
    """The opinions that wait for this suggestion, oldest first."""
    return [link.opinion for link in suggestion.links.filter(ended_at=None).select_related("opinion")]


def end_all(suggestion: Suggestion, why: str) -> None:
    for link in suggestion.links.filter(ended_at=None).select_related("opinion"):
        end(link, why)


def look(opinion: Opinion, why: str = "") -> None:
    """What follows for an opinion: it comes back when nothing is left to wait for; when all it waits for is answered,
    the deputy words the answer."""
    if opinion.state != "escalated":
        return
    from suggestions.workflow import opinion as opinions

    waiting = [link.suggestion for link in live_links(opinion)]
    if not waiting:
        opinions.come_back(opinion, cause=why)
    elif all(suggestion.answered_at for suggestion in waiting):
        opinions.open_confirm(opinion)


def follow_up(suggestion: Suggestion, text: str) -> None:
    """Tells every citizen behind, after their opinion was answered, what came later (§1.4)."""
    for opinion in opinions_of(suggestion):
        if opinion.state in ("replied", "closed"):
            from suggestions.workflow import opinion as opinions

            opinions.follow_up(opinion, text=text, suggestion=suggestion)


def stop_waiting(suggestion: Suggestion) -> None:
    """The suggestion was sent: nobody need be reminded of the draft, unless another one is still with its lead."""
    for opinion in opinions_of(suggestion):
        others = live_links(opinion).exclude(suggestion=suggestion)
        if not others.filter(suggestion__state__in=UNSENT).exists():
            clocks.stop(opinion, "send_draft")


def wait_again(suggestion: Suggestion) -> None:
    """The suggestion came back to the lead: the citizens behind wait for it to be sent once more."""
    for opinion in opinions_of(suggestion):
        if opinion.state != "escalated":  # evidence beside it, which waits for nothing
            continue
        clocks.start(opinion, "send_draft", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
