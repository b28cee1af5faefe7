"""Every person × verb × state of a referral against a table written by hand; what the table leaves out nobody may.

A referral has no permissions of its own: it is a part, moved inside a verb of its opinion (lifecycles.md §2). So a cell
says who moves this referral, and that is found out by doing it: whoever the gate admits at the opinion runs the verb in
a savepoint that is rolled back, and the referral either has its Step and its new state, or nothing of it was touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from ground import clock
from ground.errors import DomainError
from ground.workflow import NEW, SYSTEM
from suggestions.models import Opinion, Referral, ReferralStep
from suggestions.states.referral import REFERRAL, ReferralState
from suggestions.workflow import opinion as verbs
from tests import cells
from tests.cast import Cast, people
from tests.suggestions.citizens import START, Citizens, author, fresh

pytestmark = pytest.mark.django_db  # each test in a savepoint of the module's transaction
TABLE = {(state, verb): who for state, verb, who in cells.read(Path(__file__).with_name("cells_referral.csv"))}
PHONE = {"phone": "19900008700"}
NEAREST = ("deng", "wu", "wang", "zhou", "gao", "chen", "author", "liu")  # who stands closest, the nearest first


@dataclass
class World:
    cast: Cast
    referrals: dict[str, Referral]  # by state or sub-state; before one is made, an unsaved one

    def actors(self, key: str) -> dict[str, Any]:
        return {**self.cast.users, "system": SYSTEM, "stranger": cells.STRANGER,
                "author": author(self.referrals[key].opinion)}  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The cast and one referral in each state and sub-state, brought there once through verbs, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(START):
            cast = people()
        with clock.at(START - timedelta(days=6)):
            late = Citizens(cast)
            made = {"sent+late": late.referred(**PHONE), "reported+late": late.reported(**PHONE)}
        with clock.at(START):
            tell = Citizens(cast)
            claimed = tell.claimed(**PHONE)
            sent_back = verbs.send_back(tell.referred(**PHONE), by=cast.deng, reason="不归我们")
            asked = verbs.question(tell.reported(**PHONE), by=cast.wang, reason="请写清数量")
            made |= {
                "sent": tell.referred(**PHONE),
                "sent+department": verbs.refer(tell.claimed(**PHONE), by=cast.chen, organ="dh-zjj"),
                "sent+hotline": verbs.refer(tell.claimed(**PHONE), by=cast.wu, organ="dh-12345"),
                "reported": tell.reported(**PHONE),
                "reported+again": verbs.report(asked, by=cast.deng, text="更换灯具 2 盏"),
                "questioned": verbs.question(tell.reported(**PHONE), by=cast.wang, reason="请写清数量"),
                "confirmed": verbs.confirm(tell.reported(**PHONE), by=cast.wang, text="已经修好了"),
                "returned": sent_back,
                "ended": verbs.recall(tell.referred(**PHONE), by=cast.wu, reason="改由站里办"),
            }
            referrals = {key: opinion.referrals.get() for key, opinion in made.items()}
            referrals |= {"new": Referral(opinion=claimed), "new+returned": Referral(opinion=sent_back)}
            for referral in referrals.values():
                referral.opinion = fresh(referral.opinion)
            yield World(cast, referrals)
        transaction.set_rollback(True)


def press(opinion: Opinion, verb: str, name: str, actor: Any) -> None:
    """The verb as the API calls it, with a right body."""
    if verb == "pass_on":
        verbs.pass_on(opinion)
        return
    body: dict[str, Any] = {
        "refer": {"organ": "dh-zjj" if name in ("chen", "sun") else "qs-gov"},
        "report": {"text": "已更换"},
        "question": {"reason": "请写清"},
        "confirm": {"text": "已经修好了"},
        "send_back": {"reason": "不归我们"},
        "recall": {"reason": "改由站里办"},
        "reject": {"reason_code": "personal", "note": "借款纠纷"},
    }.get(verb, {})
    getattr(verbs, verb)(opinion, by=actor, **body)


def moves(referral: Referral, verb: str, name: str, actor: Any) -> bool:
    """Whether this person moves this referral by `verb`: tried where the gate of its opinion is open, and undone."""
    if cells.outcome(referral.opinion, verb, actor) != "yes":
        return False
    before, newest = (referral.state if referral.pk else NEW), ReferralStep.objects.latest("pk").pk
    this = {"obj": referral.pk} if referral.pk else {"obj__opinion": referral.opinion}
    with transaction.atomic():
        press(fresh(referral.opinion), verb, name, actor)
        steps = list(ReferralStep.objects.filter(pk__gt=newest, **this).select_related("obj"))
        assert steps or not referral.pk or Referral.objects.get(pk=referral.pk).state == before, (before, verb, name)
        transaction.set_rollback(True)
    if not steps:
        return False
    (step,) = steps
    target = next(e.target for e in REFERRAL.of(verb) if before in e.sources)
    assert (step.verb, step.before, step.after, step.obj.state) == (verb, before, target, target), (before, verb, name)
    return True


def test_the_world_is_whole(world: World) -> None:
    assert {key.split("+")[0] for key in world.referrals} == {"new", *ReferralState.values}
    assert {state for state, _ in TABLE} <= set(world.referrals)
    for key, referral in world.referrals.items():
        assert referral.pk is None or Referral.objects.get(pk=referral.pk).state == key.split("+")[0]


def test_who_moves_a_referral_is_what_the_table_says(world: World) -> None:
    """Legal cells ran; an ended referral is moved by nobody, though its opinion goes on."""
    wrong, ran = [], 0
    for key, referral in world.referrals.items():
        for verb in REFERRAL.verbs:
            told = TABLE.get((key, verb), set())
            found = {name for name, actor in world.actors(key).items() if moves(referral, verb, name, actor)}
            ran += len(found)
            if found != told:
                wrong.append(f"{key} {verb}: table {sorted(told)}, in truth {sorted(found)}")
    assert wrong == []
    assert ran == sum(len(who) for who in TABLE.values()) > 100


def test_the_nearest_wrong_person_is_refused_without_a_trace(world: World) -> None:
    for key, referral in world.referrals.items():
        actors = world.actors(key)
        for verb in REFERRAL.verbs:
            if verb == "pass_on":
                continue  # its function takes no actor: the clock alone calls it
            opinion = fresh(referral.opinion)
            name = next(name for name in NEAREST if cells.outcome(opinion, verb, actors[name]) != "yes")

            def refused(args: tuple[Any, ...] = (opinion, verb, name, actors[name])) -> None:
                with pytest.raises(DomainError), transaction.atomic():
                    press(*args)

            assert cells.written(refused) == 0, (key, verb, name)


def test_an_opinion_has_one_live_referral_and_keeps_those_that_ended(world: World) -> None:
    """Sent again after a return: a new row with a letter of its own, the old one as it was."""
    old = world.referrals["returned"]
    with transaction.atomic():
        opinion = verbs.refer(fresh(old.opinion), by=world.cast.wu, organ="qs-gov")
        first, second = opinion.referrals.all()
        assert (first.pk, first.state, second.state) == (old.pk, "returned", "sent")
        assert second.letter_no == f"{opinion.number}-2"
        transaction.set_rollback(True)
