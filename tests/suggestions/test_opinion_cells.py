"""Every person × verb × state and sub-state of an opinion, compared with a table written by hand."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from ground import clock
from ground.errors import DomainError, Forbidden
from ground.workflow import SYSTEM
from suggestions.models import Opinion
from suggestions.states import OPINION, OpinionState
from suggestions.workflow import opinion as verbs
from suggestions.workflow.suggestion import escalate_opinion
from tests import cells
from tests.cast import Cast, people
from tests.suggestions.citizens import START, Citizens, author, fresh
from tests.suggestions.narrator import Narrator

pytestmark = pytest.mark.django_db  # each test in a savepoint of the module's transaction
TABLE = cells.read(Path(__file__).with_name("cells_opinion.csv"))
PHONE = {"phone": "19900008700"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Cast, dict[str, Opinion]]]:
    """The cast and one opinion in each state and sub-state, brought there once through verbs, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(START):
            cast = people()
        long_ago = START - timedelta(days=6)
        with clock.at(long_ago):
            late = Citizens(cast)
            made = {"open_late": late.accepted(**PHONE), "reported_late": late.reported(**PHONE)}
            made["answered"] = _answered(cast, late)
        with clock.at(START):
            made |= _made(cast, Citizens(cast))
            yield cast, {state: fresh(row) for state, row in made.items()}
        transaction.set_rollback(True)


def _made(cast: Cast, tell: Citizens) -> dict[str, Opinion]:
    told_by_hand = tell.at_station(by=cast.zhou, channel="station")
    told_by_hand = verbs.claim(fresh(verbs.accept(told_by_hand, by=cast.zhou)), by=cast.zhou)
    referred = tell.referred(**PHONE)
    tomorrow = fresh(referred).live_referral.due_at.date() + timedelta(days=3)
    withdrawn = tell.say(**PHONE)
    rejected = tell.rejected(**PHONE)
    return {
        "screening": tell.say(**PHONE),
        "hazard": tell.say(urgency="hazard", **PHONE),
        "review": verbs.ask_review(tell.rejected(**PHONE), by=author_of_last(), reason="请再看一次"),
        "rejected": rejected,
        "merged": tell.merged(**PHONE),
        "open": tell.accepted(**PHONE),
        "station_open": tell.accepted(tell.at_station(**PHONE)),
        "claimed": tell.claimed(**PHONE),
        "suggested": verbs.suggest_refer(tell.claimed(**PHONE), by=cast.wang, organ="qs-gov", note="归镇里管"),
        "hazard_claimed": verbs.acknowledge(tell.say(urgency="hazard", **PHONE), by=cast.wu, note="已派人"),
        "coordinating": tell.coordinating(**PHONE),
        "referred": tell.referred(**PHONE),
        "reported": tell.reported(**PHONE),
        "questioned": verbs.question(tell.reported(**PHONE), by=cast.wang, reason="请写清数量"),
        "extension": verbs.ask_extension(referred, by=cast.deng, until=tomorrow, reason="备料"),
        "escalated": tell.escalated(**PHONE),
        "replied": tell.replied(**PHONE),
        "untold": verbs.answer(fresh(told_by_hand), by=cast.zhou, text="修好了"),
        "reopened": tell.reopened(**PHONE),
        "closed": tell.closed(**PHONE),
        "unsettled": tell.unsettled(**PHONE),
        "withdrawn": verbs.withdraw(withdrawn, by=author(withdrawn)),
        "avoided": tell.say(concerns=["station"], **PHONE),
        "avoided_open": verbs.accept(tell.say(concerns=["station"], **PHONE), by=cast.chen),
    }


def author_of_last() -> Any:
    return author(Opinion.objects.latest("pk"))


def _answered(cast: Cast, tell: Citizens) -> Opinion:
    """Its suggestion was registered, assigned and replied to."""
    row = tell.escalated(**PHONE)
    suggestion = row.live_links[0].suggestion
    from suggestions.workflow import suggestion as whole

    whole.revise(suggestion, by=cast.wang, proposal="请更换全镇路灯。", field="urban_env")
    teller = Narrator(cast)
    teller.replied(teller.signed(suggestion=suggestion))
    return fresh(row)


def test_the_table_is_whole() -> None:
    assert {state.value for state in OpinionState} <= {state for state, _, _ in TABLE}
    wanted = {verb for verb in OPINION.verbs if verb != "submit"}
    for state in {state for state, _, _ in TABLE}:
        assert {verb for name, verb, _ in TABLE if name == state} == wanted


def test_the_gate_decides_as_the_table_says(world: tuple[Cast, dict[str, Opinion]]) -> None:
    cast, made = world
    assert {name: row.state for name, row in made.items() if name in OpinionState.values} == {
        name: name for name in OpinionState.values
    }
    assert cells.differences(cast, TABLE, made) == []


def bodies(cast: Cast, row: Opinion, head: Opinion) -> dict[str, dict[str, Any]]:
    """A right body for each verb."""
    due = row.live_referral.due_at.date() if row.live_referral else None
    return {
        "reject": {"reason_code": "personal", "note": "借款纠纷"},
        "acknowledge": {"note": "已派人"},
        "ask_review": {"reason": "请再看"},
        "merge": {"into": head},
        "unmerge": {"reason": "不是一件事"},
        "fall": {"to": cast.organs["qs-rd"], "why": "无人接手"},
        "release": {"reason": "外出"},
        "coordinate": {"note": "请各方到站"},
        "answer": {"text": "已修好"},
        "suggest_refer": {"organ": "qs-gov", "note": "归镇里管"},
        "decline_refer": {"reason": "站里能办"},
        "recall": {"reason": "改由站里办"},
        "send_back": {"reason": "不归我们"},
        "report": {"text": "已更换"},
        "question": {"reason": "请写清"},
        "confirm": {"text": "已经修好了"},
        "come_back": {"cause": "建议没有提交"},
        "rate": {"grade": "satisfied"},
        "reopen": {"reasons": ["not_solved"]},
        "explain": {"text": "情况如下"},
        "secure": {"text": "已设围挡"},
        "set_urgency": {"urgency": "quick", "reason": "是小事"},
        "avoid": {"concerns": ["town"], "reason": "涉及镇里"},
        "lift_avoidance": {"reason": "无关"},
        "ask_extension": {"until": due + timedelta(days=3) if due else None, "reason": "备料"},
        "settle_extension": {"accept": True, "reason": "同意"},
        "chase": {"note": "请尽快"},
        "reissue": {"seen": "看过回单"},
        "record_told": {"way": "visit", "at": clock.now()},
        "open_contact": {"reason": "核实地点"},
    }


BY_THE_SYSTEM_ALONE = ("fall", "come_back", "pass_on", "close_unrated")  # functions that take no actor


def call(cast: Cast, made: dict[str, Opinion], state: str, verb: str, actor: Any) -> Callable[[], Any] | None:
    """The verb as the API would call it; None where only another verb can cause it, which its story tells."""
    row = Opinion.objects.get(pk=made[state].pk)
    body = bodies(cast, row, made["claimed" if state != "claimed" else "coordinating"]).get(verb, {})
    if verb in ("inherit", "promote", "follow_up", "verify_phone") or (verb, state) == ("reject", "merged"):
        return None
    if verb == "escalate":
        return lambda: escalate_opinion(row, by=actor)
    if verb == "refer":
        return lambda: verbs.refer(row, by=actor, organ="dh-zjj" if actor in (cast.chen, cast.sun) else "qs-gov")
    if verb == "rate" and actor.actor_kind == "user":
        body = {**body, "entered": {"way": "voice", "note": "电话 3 月 3 日"}}
    if verb in BY_THE_SYSTEM_ALONE:
        return (lambda: getattr(verbs, verb)(row, **body)) if actor is SYSTEM else None
    return lambda: getattr(verbs, verb)(row, by=actor, **body)


def test_every_legal_cell_runs_and_leaves_its_step(world: tuple[Cast, dict[str, Opinion]]) -> None:
    cast, made = world
    ran = 0
    for state, verb, who in TABLE:
        actors = {**cast.users, "system": SYSTEM, "author": author(made[state])}
        for name in sorted(who):
            run = call(cast, made, state, verb, actors[name])
            if run is None:
                continue
            with transaction.atomic():
                steps = made[state].steps.count()
                run()
                assert made[state].steps.filter(verb=verb).exists(), (state, verb, name)
                assert made[state].steps.count() > steps, (state, verb, name)
                transaction.set_rollback(True)
            ran += 1
    assert ran > 400


def test_the_nearest_wrong_person_is_refused_without_a_trace(world: tuple[Cast, dict[str, Opinion]]) -> None:
    """The nearest is whoever stands closest to the matter and may not: station, town, congress, unit, deputies."""
    cast, made = world
    nearest = ("zhou", "wang", "wu", "han", "chen", "deng", "liu", "gao", "author")
    for state, verb, who in TABLE:
        actors = {**cast.users, "author": author(made[state])}
        name = next(name for name in nearest if name not in who)
        run = call(cast, made, state, verb, actors[name])
        if run is None:
            continue

        def refused(run: Callable[[], Any] = run) -> None:
            with pytest.raises(DomainError), transaction.atomic():
                run()

        assert cells.written(refused) == 0, (state, verb, name)


def test_the_three_administrators_hold_no_verb(world: tuple[Cast, dict[str, Opinion]]) -> None:
    cast, made = world
    for row in made.values():
        for verb in OPINION.verbs:
            for administrator in (cast.yao, cast.jiang_xue, cast.fan):
                assert cells.outcome(row, verb, administrator) == "forbidden"


def test_sight_comes_before_everything(world: tuple[Cast, dict[str, Opinion]]) -> None:
    """Whoever may do something to an opinion sees it; outsiders and the concerned see none of it."""
    cast, made = world
    for state, _, who in TABLE:
        for name in who - {"system", "author"}:
            if state in ("screening", "merged", "hazard", "review", "rejected") or state.startswith("avoided"):
                continue  # before it is accepted only the screener reads it
            assert Opinion.objects.visible_to(cast.users[name]).filter(pk=made[state].pk).exists(), (state, name)
    for name in ("liu", "feng", "li", "tang", "he", "cao", "yao", "cai"):
        assert (
            not Opinion.objects.visible_to(cast.users[name]).filter(pk__in=[row.pk for row in made.values()]).exists()
        )
    for name in ("zhou", "wu", "wang", "zhao", "zhang", "han"):
        hidden = [made["avoided"].pk, made["avoided_open"].pk]
        assert not Opinion.objects.visible_to(cast.users[name]).filter(pk__in=hidden).exists(), name
    unread = Opinion.objects.visible_to(cast.wang).filter(pk=made["screening"].pk)
    assert not unread.exists()
    assert Opinion.objects.visible_to(cast.zhou).filter(pk=made["screening"].pk).exists()


def test_a_stranger_learns_nothing(world: tuple[Cast, dict[str, Opinion]]) -> None:
    cast, made = world
    for row in made.values():
        for verb in OPINION.verbs:
            assert cells.outcome(row, verb, cells.STRANGER) == "forbidden"
    assert issubclass(Forbidden, DomainError)
