"""Every person × verb × state of the room's machines against the tables written by hand; what a table omits nobody may."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from ground import clock
from ground.errors import DomainError
from ground.workflow import Workflow
from tests import cells
from tests.cast import people
from tests.votes.polling import START, Polling
from votes.states import BATCH, POLL
from votes.workflow import counting, paper, poll as polls

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
Run = Callable[[Any, Any], Any]


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


class Undo(Exception):
    pass


def check(told: Polling, name: str, flow: Workflow, objects: dict[str, Any], runs: dict[str, Run]) -> None:
    table = {(state, verb): who for state, verb, who in cells.read(HERE / f"cells_{name}.csv")}
    assert {state for state, _ in table} <= set(objects)
    assert set(flow.states.values) == {key.split("+")[0] for key in objects}
    rows = [(key, verb, table.get((key, verb), set())) for key in objects for verb in flow.verbs]
    told.cast = people()  # appointments are facts of the next request
    objects = {key: type(obj).objects.get(pk=obj.pk) for key, obj in objects.items()}
    assert [key for key, obj in objects.items() if obj.state != key.split("+")[0]] == []
    assert cells.differences(told.cast, rows, objects) == []
    for key, verb, who in rows:
        if verb not in runs:
            continue
        for person in who:
            with pytest.raises(Undo), transaction.atomic():
                runs[verb](type(objects[key]).objects.get(pk=objects[key].pk), told.user(told.cast.users[person]))
                raise Undo
        stranger = next(p for p in ("liu", "chen", "wang", "gao") if p not in who)

        def refuse(key: str = key, verb: str = verb, stranger: str = stranger) -> None:
            with pytest.raises(DomainError), transaction.atomic():
                runs[verb](type(objects[key]).objects.get(pk=objects[key].pk), told.user(told.cast.users[stranger]))

        assert cells.written(refuse) == 0, (key, verb, stranger)


def test_poll_cells(told: Polling) -> None:
    seats = told.seats(2)
    secrets: dict[int, dict[int, bytes]] = {}

    def keyed(make: Callable[..., Any], **words: Any) -> Any:
        poll = make(**words)
        secrets[poll.pk] = dict(told.slips)
        return poll

    def two(poll: Any) -> dict[int, bytes]:
        mine = secrets.get(poll.pk, {})
        return {user.pk: mine[user.pk] for user in told.officers[:2]} if mine else {}

    def count(poll: Any) -> Any:
        told.slips = secrets[poll.pk]
        return told.counted(told.closed(poll))

    def tied() -> Any:
        poll = keyed(told.opened, mode="choose_n", rule={"most": 2, "pass": 1})
        for line in poll.roll.select_related("seat__deputy"):
            told.vote(poll, line.seat, "110")
        return count(poll)

    papered = keyed(told.opened)
    told.hand_out(papered, seats[0])
    objects = {
        "draft": told.draft(),
        "draft+appointed": told.appointed(),
        "draft+proposed": told.proposed(),
        "draft+keyed": keyed(told.keyed),
        "open": keyed(told.opened),
        "closed": told.closed(keyed(told.opened)),
        "closed+paper": told.closed(papered),
        "counted": count(keyed(told.opened)),
        "counted+tied": tied(),
        "published": told.published(count(keyed(told.opened))),
        "published+tied": told.published(tied()),
        "void": polls.void(told.draft(), by=told.cast.sun, reason="不办了"),
    }
    cast = told.cast
    runs: dict[str, Run] = {
        "revise": lambda p, by: polls.revise(p, by=by, title="改过的名称"),
        "appoint": lambda p, by: polls.appoint(
            p, by=by, chief=cast.shi, scrutineers=[cast.tang, cast.zhao], tellers=[cast.cai, cast.he]
        ),
        "excuse": lambda p, by: polls.excuse(p, by=by, leave=[seats[0]]),
        "propose": lambda p, by: polls.propose(p, by=by),
        "make_keys": lambda p, by: polls.make_keys(p, by=by, secrets=told.slips),
        "open": lambda p, by: polls.open_poll(p, by=by, secrets=secrets.get(p.pk)),
        "close": lambda p, by: polls.close(p, by=by),
        "count": lambda p, by: counting.count(p, by=by, secrets=two(p)),
        "publish": lambda p, by: polls.publish(p, by=by),
        "second_round": lambda p, by: polls.second_round(p, by=by),
        "void": lambda p, by: polls.void(p, by=by, reason="作废"),
    }
    check(told, "poll", POLL, objects, runs)


def test_batch_cells(told: Polling) -> None:
    seats = told.seats(4)
    poll = told.opened(mode="choose_n", rule={"most": 1})
    told.hand_out(poll, *seats)
    poll = told.closed(poll)

    def batch() -> Any:
        return paper.open_batch(told.fresh(poll), by=told.user(told.cast.tang), voter_class="deputies", issued=1)

    def key(one: Any, keyer: Any, marks: str) -> Any:
        one = type(one).objects.get(pk=one.pk)
        return paper.key(one, by=told.user(keyer), returned=1, spoiled=0, marks=[(0, marks, 1)])

    objects = {
        "waiting": batch(),
        "waiting+keyed": key(batch(), told.cast.cai, "100"),
        "differs": key(key(batch(), told.cast.cai, "100"), told.cast.he, "010"),
        "agreed": key(key(batch(), told.cast.cai, "100"), told.cast.he, "100"),
    }
    runs: dict[str, Run] = {
        "key": lambda b, by: paper.key(b, by=by, returned=1, spoiled=0, marks=[(0, "100", 1)]),
        "settle": lambda b, by: paper.settle(b, by=by, take="first", reason="核对原票"),
    }
    check(told, "batch", BATCH, objects, runs)
