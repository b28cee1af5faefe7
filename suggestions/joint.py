"""From one case to a class: what many people said is offered to the deputies it concerns as one joint suggestion, with the
evidence written down. The deputy who takes it up leads; the others are asked for their names."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from clocks import rules as policies
from deputies.queries import active_seat_of
from ground import clock
from ground.errors import Forbidden, NotVisible
from ground.masking import mask
from ground.workdays import Span
from ground.workflow import available
from suggestions.models import Cluster, Opinion, Suggestion
from suggestions.queries import hotspot
from suggestions.queries.mine import opinions_of
from suggestions.workflow import links, opinion as opinions, suggestion as suggestions

QUOTED, QUOTE = 5, 90  # matters quoted as evidence, and characters of each
TITLE = 60
UNFINISHED = ("draft", "cosigning", "returned", "submitted")


@dataclass(frozen=True)
class Offer:
    """A crowd behind one matter (`key` o…) or a cluster of like matters (`key` c…), with those the deputy may bring in."""

    key: str
    title: str
    people: int
    matters: int
    area: str
    opinions: list[Opinion] = field(default_factory=list)
    draft: Suggestion | None = None  # the deputy's own, begun already


def offers_to(actor: Any, most: int = 10) -> list[Offer]:
    """What can be taken up together now, the most people first."""
    if active_seat_of(actor) is None:
        return []
    rule = policies.value("opinion.many_people")
    since = clock.now() - timedelta(days=Span.parse(rule["within"]).n)
    crowds = list(hotspot.crowded_near(actor, rule["people"], since).select_related("town", "congress")[:most])
    clusters = list(hotspot.clusters_near(actor)[:most])
    found = [
        Offer(f"o{head.pk}", head.title, head.joined + 1, 1, str(head.town or head.congress), [head]) for head in crowds
    ]  # fmt: skip
    mine = _of_clusters(clusters, actor)
    begun = _begun(actor, [row.pk for rows in mine.values() for row in rows])
    for cluster in clusters:
        rows = mine.get(cluster.pk, [])
        draft = next((begun[row.pk] for row in rows if row.pk in begun), None)
        found.append(
            Offer(
                f"c{cluster.pk}",
                "、".join(cluster.terms),
                cluster.people,
                cluster.matters,
                str(cluster.area),
                rows,
                draft,
            )
        )
    return _once(sorted(found, key=lambda offer: (-offer.people, offer.key)))[:most]


def _once(offers: list[Offer]) -> list[Offer]:
    """A town's cluster is the city's as well: what holds no further matter is left out."""
    seen: set[int] = set()
    kept = []
    for offer in offers:
        ids = {row.pk for row in offer.opinions}
        if not ids <= seen:
            kept.append(offer)
            seen |= ids
    return kept


def offer_of(key: str, actor: Any) -> Offer:
    """One of them. Raises NotVisible for what is offered no longer."""
    found = next((offer for offer in offers_to(actor, 50) if offer.key == key), None)
    if found is None:
        raise NotVisible("这件事已经有人牵头，或者数据已经更新，请回到列表再看。")
    return found


def take_up(offer: Offer, *, by: Any) -> Suggestion:
    """Makes a draft led by `by`: a crowd nobody has taken up is claimed, what `by` has claimed is escalated into it, other
    matters of a cluster stand behind it as evidence and hear of its end. A second press answers the same draft."""
    if offer.draft is not None:
        return offer.draft
    seat = active_seat_of(by)
    if seat is None:
        raise Forbidden("只有在任代表可以提出建议。")
    with transaction.atomic():
        suggestion = suggestions.draft_for(seat, by=by, title=title_of(offer), situation=evidence(offer))
        for row in Opinion.objects.with_parts().filter(pk__in=[o.pk for o in offer.opinions]).order_by("pk"):
            if offer.matters == 1 and "claim" in available(row, by):
                opinions.claim(row, by=by)
                row = Opinion.objects.with_parts().get(pk=row.pk)
            if "escalate" in available(row, by) and row.claimed_by_id == by.pk:
                opinions.escalate(row, by=by, suggestion=suggestion)
            else:
                links.join(row, suggestion)
    return suggestion


def title_of(offer: Offer) -> str:
    return f"关于解决{offer.area}“{offer.title}”问题的建议"[:TITLE]


def evidence(offer: Offer) -> str:
    """The situation as people told it: how many, of what, and in their masked words."""
    counted = (
        f"{offer.people} 位群众反映同一件事"
        if offer.matters == 1
        else f"{offer.people} 位群众先后反映 {offer.matters} 件类似的事"
    )
    lines = [f"近期，{offer.area}有{counted}：{offer.title}。", "", "群众是这样说的："]
    quoted = [row for row in offer.opinions if not row.confidential and row.masked_text][:QUOTED]
    for n, row in enumerate(quoted, 1):
        words = " ".join(mask(row.masked_text).text.split())
        lines.append(f"{n}. {words[:QUOTE]}{'…' if len(words) > QUOTE else ''}（{row.number}）")
    return "\n".join(lines if quoted else lines[:1])


def _of_clusters(clusters: list[Cluster], actor: Any) -> dict[int, list[Opinion]]:
    """cluster id → its matters that are the deputy's own."""
    through = Cluster.opinions.through
    pairs = list(through.objects.filter(cluster__in=clusters).values_list("cluster_id", "opinion_id"))
    own = opinions_of(actor).filter(pk__in=[pk for _, pk in pairs], avoided=False).exclude(state="merged").in_bulk()
    found: dict[int, list[Opinion]] = {}
    for cluster_id, pk in sorted(pairs):
        if pk in own:
            found.setdefault(cluster_id, []).append(own[pk])
    return found


def _begun(actor: Any, ids: list[int]) -> dict[int, Suggestion]:
    """opinion id → an own suggestion that is not finished and has it behind it."""
    seats = [seat.id for seat in actor.facts.seats]
    rows = Suggestion.objects.filter(lead__in=seats, state__in=UNFINISHED, links__opinion__in=ids, links__ended_at=None)
    return {pk: row for row in rows.distinct() for pk in row.links.values_list("opinion_id", flat=True)}
