"""Which opinions an actor may see, and adjectives of lists. Avoidance is a row rule: it hides before anything shows."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.rules import DWC, UNIT, prefixes
from accounts.states import Role
from ground import clock, trees
from ground.compiled import AnyOf, Compiled
from ground.sharing import Sharing
from suggestions.queries import sought
from suggestions.states.opinion import AT_WORK, ENDED, WAITING

OVERSEERS = (*DWC, Role.COUNCIL_LEADER)
# Until it is accepted only the screener reads it; a hazard is everybody's at once.
READ = Q(accepted_at__isnull=False) | Q(urgency="hazard", state="screening")


class OpinionQuerySet(Sharing):
    def visible_to(self, actor: Any) -> "OpinionQuerySet":
        """The author by the code; screener and holder; then target deputy, station, claimant, the congress offices of
        the place and those above them, units by referral; published ones are everybody's.

        A concerned station, organ or deputy sees nothing of it, and other offices only the one level up that holds it.
        """
        kind = getattr(actor, "actor_kind", "")
        if kind == "system":
            return self
        if kind == "code":
            return self.filter(number=actor.number)
        published = Q(published_at__isnull=False)
        if kind != "user":
            return self.filter(published)
        mine = _held_by(actor) | (READ & (Q(avoided=False) & _near(actor) | Q(avoided=True) & _over(actor)))
        unconcerned = Q(avoided=False) | ~Exists(_part("Avoidance").filter(_concerning(actor), lifted_at=None))
        return self.filter(published | (mine & unconcerned) | _sent_to(actor))

    def published(self) -> "OpinionQuerySet":
        return self.filter(published_at__isnull=False)

    def open(self) -> "OpinionQuerySet":
        return self.exclude(state__in=ENDED)

    def waiting(self) -> "OpinionQuerySet":
        """Accepted, claimed by nobody."""
        return self.filter(state__in=WAITING)

    def at_work(self) -> "OpinionQuerySet":
        return self.filter(state__in=AT_WORK)

    def screening(self) -> "OpinionQuerySet":
        return self.filter(state="screening")

    def overdue(self) -> "OpinionQuerySet":
        return self.filter(next_due_at__lt=clock.now())

    def claimed_by_user(self, user: Any) -> "OpinionQuerySet":
        return self.filter(claimed_by=user)

    def to_be_told(self) -> "OpinionQuerySet":
        """With a step that its author, who has no mobile, has not been told."""
        return self.filter(Exists(_part("Telling").filter(done_at=None)))

    def concerning(self, actor: Any) -> "OpinionQuerySet":
        """The actor's own: claimed, held, addressed to, entered for a visitor, or at the actor's unit."""
        seats = [seat.id for seat in actor.facts.seats]
        units = [post.organ_id for post in actor.facts.posts if post.role in UNIT]
        own = Q(claimed_by=actor.pk) | Q(target_seat__in=seats) | Q(entered_by=actor.pk) | _held_by(actor)
        return self.filter(own | Q(Exists(_part("Referral").filter(organ__in=units))))

    def in_group(self, root_id: int) -> "OpinionQuerySet":
        """Those who were ever merged with one matter and still belong to it."""
        return self.filter(Q(pk=root_id) | Q(group=root_id))

    def search(self, text: str, *, people: bool = False, own: bool = False) -> "OpinionQuerySet":
        """A number; else words of the text and place; with `people` (for staff) also a deputy by code or whole name and
        a unit by its name, never a citizen. Page it with `sought.NEWEST`; with `own`, of a few rows that an index of theirs
        finds, with `sought.OWN`."""
        number = sought.typed(text)
        if sought.NUMBER.fullmatch(number):
            return self.filter(number=number)
        found = sought.words(text, own=own)
        if people and (deputies := sought.deputies_named(text)):
            seats = sought.seats_of(deputies)
            found |= Q(target_deputy__in=deputies) | Q(holder_seat__in=seats) | Q(claimed_seat__in=seats)
        if people and (units := sought.units_named(text)):
            referrals = apps.get_model("suggestions", "Referral")._base_manager.filter(organ__in=units)
            found |= Q(holder_organ__in=units) | Q(sought.among(referrals, "opinion"))
        return self.filter(found)

    def standing(self) -> "OpinionQuerySet":
        """Neither taken back nor turned away."""
        return self.exclude(state__in=["withdrawn", "rejected"])

    def with_parts(self) -> "OpinionQuerySet":
        """Everything rules and lists ask of a row, in a fixed number of queries."""
        return self.select_related("contact", "claimed_by", "division").sharing(
            "target_deputy", "target_seat__deputy", "target_venue", "station", "town", "congress", "above", "holder_seat__deputy",
            "holder_venue", "holder_organ", "claimed_seat__deputy", "merged_into", "suggested_organ", "referrals__extensions",
            "avoidances", "releases", "answers", "tellings", referrals=_referrals, links=_newest_links,
        )  # fmt: skip

    def whole(self) -> "OpinionQuerySet":
        """With everything the detail page and object show."""
        return self.with_parts().sharing(
            "steps__organ", "ratings", "photos__file", "photos__thumb", "referrals__reports", "merged_into__steps__organ",
            members=_members,
        )  # fmt: skip

    def by_due(self) -> "OpinionQuerySet":
        return self.order_by(F("next_due_at").asc(nulls_last=True), "-pk")


_referrals = Compiled(
    lambda: (
        apps.get_model("suggestions", "Referral").objects.filter(AnyOf("opinion_id", "keys")).select_related("organ")
    )
)
_newest_links = Compiled(
    lambda: (
        apps.get_model("suggestions", "OpinionLink")
        .objects.filter(AnyOf("opinion_id", "keys"))
        .select_related("suggestion")
        .order_by("-pk")
    )
)
_members = Compiled(
    lambda: (
        apps.get_model("suggestions", "Opinion")
        ._base_manager.filter(AnyOf("merged_into_id", "keys"), state="merged")
        .order_by("pk")
    )
)


def _held_by(actor: Any) -> Q:
    """Who must act now: screener, holder, claimant; and whoever typed it for a visitor."""
    venues = [post.venue_id for post in actor.facts.venue_posts]
    offices = [post.organ_id for post in actor.facts.posts if post.role in DWC]
    seats = [seat.id for seat in actor.facts.seats if seat.is_active]
    held = Q(claimed_by=actor.pk) | Q(entered_by=actor.pk)
    return held | Q(holder_venue__in=venues) | Q(holder_organ__in=offices) | Q(holder_seat__in=seats)


def _near(actor: Any) -> Q:
    """Sight through place and people: the station and its deputies, the deputy addressed, the offices at or above."""
    seats = [seat.id for seat in actor.facts.seats]
    stations = [post.venue_id for post in actor.facts.venue_posts] + [row.venue_id for row in actor.facts.stationed]
    seen = Q(station__in=stations) | Q(target_seat__in=seats) | Q(last_claimant=actor.pk)
    if seats:
        # Few keys each, gathered first: asked row by row PostgreSQL holds them for so dear that it leaves the newest rows.
        members = apps.get_model("suggestions", "Opinion")._base_manager.filter(state="merged", target_seat__in=seats)
        led = apps.get_model("suggestions", "OpinionLink")._base_manager.filter(
            Q(suggestion__lead__in=seats) | Q(suggestion__acting_lead__in=seats)
        )
        seen |= Q(sought.among(members, "merged_into")) | Q(sought.among(led, "opinion"))
    if organs := _organs_below(actor):
        seen |= Q(town__in=organs[0]) | Q(congress__in=organs[0]) | Q(holder_organ__in=organs[0])
    return seen


def _over(actor: Any) -> Q:
    """Under avoidance: the deputy addressed, and the offices at or above the one that holds it."""
    seen = Q(target_seat__in=[seat.id for seat in actor.facts.seats])
    if organs := _organs_below(actor):
        seen |= Q(above__in=organs[0]) | Q(holder_organ__in=organs[0])
    return seen


def _organs_below(actor: Any) -> list[QuerySet]:
    """The organs that the actor's posts of oversight reach: at or below the path of each. Empty without such a post."""
    paths = prefixes(actor, *OVERSEERS)
    return [apps.get_model("accounts", "Organ").objects.under(paths).values("pk")] if paths else []


def _sent_to(actor: Any) -> Q:
    """Units see what was sent to them; a unit the matter complains about only where it went out as a summary."""
    units = [post.organ_id for post in actor.facts.posts if post.role in UNIT]
    if not units:
        return Q(pk__in=[])
    sent = _part("Referral").filter(organ__in=units)
    return Q(avoided=False) & Q(Exists(sent)) | Q(avoided=True) & Q(Exists(sent.exclude(summary="")))


def _concerning(actor: Any) -> Q:
    """Rows of avoidance that name the actor: by venue, by an organ at or above one of the actor's, by seat."""
    facts = actor.facts
    venues = [post.venue_id for post in facts.venue_posts] + [row.venue_id for row in facts.stationed]
    return Q(venue__in=venues) | Q(organ__in=concerned_organs(actor)) | Q(seat__in=[seat.id for seat in facts.seats])


def concerned_organs(actor: Any) -> set[int]:
    """The organs somebody belongs to: by a post there or at a unit below, or at a station of it."""
    paths = {int(pk) for post in actor.facts.posts for pk in trees.ids_on(post.path)}
    return paths | {post.organ_id for post in actor.facts.venue_posts}


def _part(name: str) -> QuerySet:
    """Rows of a part that belong to the opinion of the outer query."""
    return apps.get_model("suggestions", name)._base_manager.filter(opinion=OuterRef("pk"))
