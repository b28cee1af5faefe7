"""One joint suggestion of what many people said: offered, drafted with its evidence, and asked of the others."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ground import clock
from ground.errors import NotVisible
from suggestions import hotspots, joint
from suggestions.models import Opinion, Suggestion
from suggestions.workflow import suggestion as whole
from tests.cast import Cast
from tests.suggestions.citizens import START, Citizens
from tests.suggestions.test_hotspots import LAMPS


@pytest.fixture
def tell(cast: Cast, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(START):
        yield Citizens(cast)


def crowd(tell: Citizens, head: Opinion, people: int = 10) -> Opinion:
    for _ in range(people - 1):
        tell.merged(head)
    return head


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_ten_people_on_one_matter_are_offered_to_the_deputy_at_hand(tell: Citizens) -> None:
    head = crowd(tell, tell.claimed(), 9)
    assert joint.offers_to(tell.cast.wang) == []
    tell.merged(head)
    offer = joint.offers_to(tell.cast.wang)[0]
    assert (offer.key, offer.people, offer.matters, offer.opinions) == (f"o{head.pk}", 10, 1, [head])
    assert joint.offers_to(tell.cast.zhang) == []  # it is claimed by another
    assert joint.offers_to(tell.cast.gao) == []  # no deputy
    assert "多人反映" in as_(tell.cast.wang).get("/my/").content.decode()


def test_one_press_drafts_it_with_the_evidence_and_escalates(tell: Citizens) -> None:
    head = crowd(tell, tell.claimed(content="人民路 12 号路口的路灯坏了，电话 13812345678"))
    client = as_(tell.cast.wang)
    answer = client.post(reverse("deputy:hotspot-draft", args=[f"o{head.pk}"]))
    made = Suggestion.objects.get()
    assert answer["Location"] == reverse("deputy:suggestion-edit", args=[made.number])
    assert "10 位群众反映同一件事" in made.text.situation and "13812345678" not in made.text.situation
    head.refresh_from_db()
    assert (head.state, made.state, made.lead) == ("escalated", "draft", tell.cast.seat("D00001"))
    assert client.post(reverse("deputy:hotspot-draft", args=[f"o{head.pk}"])).status_code == 404
    assert Suggestion.objects.count() == 1


def test_a_crowd_that_nobody_took_up_is_claimed_with_it(tell: Citizens) -> None:
    head = crowd(tell, tell.accepted())
    joint.take_up(joint.offer_of(f"o{head.pk}", tell.cast.wang), by=tell.cast.wang)
    head.refresh_from_db()
    assert (head.state, head.claimed_by) == ("escalated", tell.cast.wang)


def test_the_others_it_concerns_stand_in_the_invitation(tell: Citizens) -> None:
    head = tell.claimed()
    for n in range(9):
        tell.merged(head, deputy="D00002" if n % 2 else "D00001")
    made = joint.take_up(joint.offer_of(f"o{head.pk}", tell.cast.wang), by=tell.cast.wang)
    whole.revise(made, by=tell.cast.wang, proposal="一、修好路灯。", field="urban_env")
    page = as_(tell.cast.wang).get(reverse("deputy:suggestion-verb", args=[made.number, "invite"]))
    assert page.context["form"].initial["others"] == "D00002"


def test_a_cluster_is_drafted_with_evidence_that_waits_for_nothing(tell: Citizens) -> None:
    mine = tell.claimed(content=LAMPS[0])
    others = [tell.accepted(content=text) for text in LAMPS[1:]]
    hotspots.refresh()
    offer = next(o for o in joint.offers_to(tell.cast.wang) if o.key.startswith("c"))
    assert (offer.people, offer.matters) == (5, 5)
    made = joint.take_up(offer, by=tell.cast.wang)
    mine.refresh_from_db()
    assert mine.state == "escalated"
    assert {Opinion.objects.get(pk=row.pk).state for row in others} == {"open"}
    assert set(made.links.values_list("opinion", flat=True)) == {mine.pk, *(row.pk for row in others)}
    again = joint.offer_of(offer.key, tell.cast.wang)
    assert again.draft == made and joint.take_up(again, by=tell.cast.wang) == made
    whole.revise(made, by=tell.cast.wang, proposal="一、修好路灯。", field="urban_env")
    whole.submit(made, by=tell.cast.wang)
    whole.send_back(Suggestion.objects.get(pk=made.pk), by=tell.cast.chen, reason="请补充地点")
    from clocks.models import Deadline

    waiting = (
        Deadline.objects.open().filter(matter_kind="opinion", kind="send_draft").values_list("matter_id", flat=True)
    )
    assert set(waiting) == {mine.pk}


def test_an_offer_that_is_gone_says_so(tell: Citizens) -> None:
    for key in ("o1", "c9", "x", "o"):
        with pytest.raises(NotVisible):
            joint.offer_of(key, tell.cast.wang)
    assert as_(tell.cast.gao).get("/my/hotspots/").status_code == 403
