"""Which projects an actor may see, and adjectives of lists."""

from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from accounts.rules import UNIT, prefixes
from accounts.states import Role
from ground import bigrams
from votes.queries.round import READERS, own
from votes.states.project import AT_WORK, CHOSEN, IN_POOL

UNSEEN = ("proposed", "screened_out", "merged")  # before the office has looked, or turned down: not for deputies' lists


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, actor: Any) -> "ProjectQuerySet":
        """Published ones are everybody's. A proposal is read by the office of its congress and those above it, by whoever
        proposed it; from the pool on by the deputies of the congress, its government's office and its unit."""
        kind = getattr(actor, "actor_kind", "")
        if kind == "system":
            return self
        if kind == "code":
            return self.filter(Q(number=actor.number) | Q(published_at__isnull=False))
        seen = Q(published_at__isnull=False)
        if kind == "user":
            for path in prefixes(actor, *READERS):
                seen |= Q(organ__path__startswith=path)
            posts = actor.facts.posts
            seen |= ~Q(state__in=UNSEEN) & (
                Q(organ__in=[seat.organ_id for seat in actor.facts.seats if seat.is_active])
                | Q(organ__in=[post.congress_id for post in posts if post.role == Role.GOV_OFFICE])
            )
            seen |= Q(unit__in=units_of(actor)) | Q(entered_by=actor.pk)
        return self.filter(seen)

    def published(self) -> "ProjectQuerySet":
        return self.filter(published_at__isnull=False)

    def chosen(self) -> "ProjectQuerySet":
        """Decided on by the deputies, whatever became of them."""
        return self.filter(state__in=CHOSEN)

    def pool(self) -> "ProjectQuerySet":
        return self.filter(state__in=IN_POOL)

    def at_work(self) -> "ProjectQuerySet":
        return self.filter(state__in=AT_WORK)

    def of_citizens(self) -> "ProjectQuerySet":
        """Those whose proposer holds a query code."""
        return self.filter(proposer_kind="citizen")

    def of_desk(self, actor: Any) -> "ProjectQuerySet":
        """Those a desk of the console answers for: of the own congress."""
        return self.filter(own(actor))

    def of_units(self, actor: Any) -> "ProjectQuerySet":
        """Those the actor's units answer for."""
        return self.filter(unit__in=units_of(actor))

    def of_deputy(self, actor: Any) -> "ProjectQuerySet":
        """Those of the congresses one sits in, past the first look."""
        seats = [seat.organ_id for seat in actor.facts.seats if seat.is_active]
        return self.filter(organ__in=seats).exclude(state__in=UNSEEN)

    def reported(self, no: int) -> "ProjectQuerySet":
        return self.filter(reports__quarter=no)

    def search(self, words: str) -> "ProjectQuerySet":
        query = bigrams.query(words)
        return self.filter(bigrams=SearchQuery(query, config="simple", search_type="raw")) if query else self.none()

    def with_face(self) -> "ProjectQuerySet":
        """With what a row of a list shows: versions and their nodes, the last report, who answers for it."""
        return self.select_related("organ__congress", "round", "unit").prefetch_related("versions__nodes", "reports")

    def with_parts(self) -> "ProjectQuerySet":
        """With everything its guards ask."""
        return self.with_face().select_related(
            "contact", "merged_into", "proposer_seat__deputy", "proposer_venue", "proposer_organ"
        ).prefetch_related("adjustments__poll", "ratings")  # fmt: skip

    def whole(self) -> "ProjectQuerySet":
        """With everything the pages of one project show."""
        files = apps.get_model("votes", "ProjectFile").objects.select_related("file", "thumb")
        return self.with_parts().prefetch_related(
            "steps", "links__opinion", "links__suggestion", "notes__seat__deputy", "adjustments__version",
            "ballot_lines__ballot__poll", "ballot_lines__ballot__round", Prefetch("files", files), "versions__unit",
        )  # fmt: skip

    def behind_merged(self, project: Any) -> "ProjectQuerySet":
        """It and what was merged into it: whoever proposed any of them hears what becomes of it."""
        return self.filter(Q(pk=project.pk) | Q(merged_into=project.pk))


def units_of(actor: Any) -> list[int]:
    return [post.organ_id for post in actor.facts.posts if post.role in (*UNIT, Role.GOV_OFFICE)]


def supporters() -> Any:
    """How many people said “我也需要”, as an annotation that costs no join."""
    rows = apps.get_model("votes", "ProjectSupport").objects.filter(project=OuterRef("pk"))
    return models.functions.Coalesce(
        models.Subquery(
            rows.order_by().values("project").annotate(n=models.Count("pk")).values("n"),
            output_field=models.IntegerField(),
        ),
        0,
    )


def has_supported(phone_index: bytes) -> Any:
    rows = apps.get_model("votes", "ProjectSupport").objects
    return Exists(rows.filter(project=OuterRef("pk"), phone_index=phone_index))
