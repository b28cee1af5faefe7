"""What is learnt each night from the city's own closed matters. Every text is masked before a word of it is counted."""

import logging
from collections.abc import Hashable, Iterator
from datetime import timedelta

from accounts.models import Organ
from ground import clock
from ground.masking import mask
from suggestions import likeness
from suggestions.models import Assignment, Learned, LearnedKind, Opinion, Referral
from suggestions.routing import shelf
from suggestions.routing.ranking import UNITS

log = logging.getLogger(__name__)

FRESH = timedelta(hours=20)  # what was learnt since then is not learnt again
MOST_ROWS = 50_000  # the newest closed matters of a congress
MOST_TEXTS = 200_000  # the newest opinions whose words are counted
UNSAID = ("withdrawn", "rejected")


def learn(*, again: bool = False) -> int:
    """Learns what is not fresh; answers how many arrays were written. Doing it twice does nothing more."""
    written = 0
    if again or not _is_fresh(LearnedKind.LIKENESS, None):
        written += count_words() is not None
    for congress in Organ.objects.live().filter(kind="congress").order_by("pk"):
        if again or not _is_fresh(LearnedKind.ROUTING, congress.pk):
            written += learn_routing(congress) is not None
    return written


def learn_routing(congress: Organ) -> Learned | None:
    """The arrays of one congress; None while too little is closed, or where scikit-learn was not installed."""
    from suggestions.routing.training import train

    examples = list(closed_matters(congress))
    try:
        trained = train(examples) if examples else None
    except ImportError:
        log.warning("routing is not learned: the extra `routing` is not installed")
        return None
    if trained is None:
        return None
    return shelf.keep(
        LearnedKind.ROUTING, trained.scorer.pack(), congress=congress, rows=trained.rows,
        terms=len(trained.scorer.vocabulary), top_1=trained.top_1, top_3=trained.top_3, calibration=trained.calibration,
    )  # fmt: skip


def closed_matters(congress: Organ) -> Iterator:
    """Suggestions with the unit that finished them, and opinions with the unit that reported on them."""
    from suggestions.routing.training import Example

    done = (
        Assignment.objects.filter(
            suggestion__congress=congress, role="main", state="done", suggestion__confidential=False
        )
        .select_related("suggestion__lead", "organ__merged_into")
        .prefetch_related("suggestion__versions")
        .order_by("-pk")[:MOST_ROWS]
    )
    for row in done.iterator(chunk_size=500):
        text, unit = row.suggestion.text, _today(row.organ)
        if unit is not None:
            body = mask(f"{text.situation}\n{text.proposal}").text
            yield Example(mask(text.title).text, body, unit.code, ("deputy", row.suggestion.lead.deputy_id))
    reported = (
        Referral.objects.filter(
            organ__congress=congress, state="confirmed", opinion__avoided=False, opinion__confidential=False
        )
        .select_related("opinion__contact", "organ__merged_into")
        .order_by("-pk")[:MOST_ROWS]
    )
    for row in reported.iterator(chunk_size=500):
        unit, text = _today(row.organ), mask(row.opinion.masked_text).text
        if unit is not None and text:
            yield Example(text[: likeness.TITLE], text, unit.code, person_of(row.opinion))


def _today(organ: Organ) -> Organ | None:
    """The unit that has the work now; None where nobody could be handed anything."""
    unit = organ.merged_into or organ
    return unit if unit.closed_on is None and unit.kind in UNITS else None


def count_words() -> Learned | None:
    """How rare runs of characters are among the accepted opinions; None where there are none."""
    rows = (
        Opinion.objects.filter(accepted_at__isnull=False, avoided=False, confidential=False)
        .exclude(state__in=UNSAID)
        .exclude(masked_text="")
        .select_related("contact")
        .order_by("-pk")[:MOST_TEXTS]
    )

    def texts() -> Iterator[tuple[str, str, Hashable]]:
        for row in rows.iterator(chunk_size=2000):
            text = mask(row.masked_text).text
            yield text[: likeness.TITLE], f"{text}\n{row.place}", person_of(row)

    rarity = likeness.count(texts())
    if not rarity.rows:
        return None
    return shelf.keep(LearnedKind.LIKENESS, rarity.pack(), rows=rarity.rows, terms=rarity.terms)


def person_of(opinion: Opinion) -> Hashable:
    """Whose words they are: a verified citizen is one person whatever they say; who cannot be told apart counts for each."""
    return ("citizen", opinion.contact_id) if opinion.has_verified_author else ("opinion", opinion.pk)


def _is_fresh(kind: str, congress_id: int | None) -> bool:
    row = shelf.newest(kind, congress_id)
    return row is not None and row.at > clock.now() - FRESH and not shelf.what_is_wrong(row)
