"""How a suggestion's state follows from its units, as a table; and what PostgreSQL itself refuses."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from ground import clock
from suggestions.models import Assignment, Reply, TextVersion
from suggestions.states.suggestion import derived_state
from tests.cast import people
from tests.suggestions.narrator import START, Narrator

# live mains as state (a star: has signed), states of promises → the suggestion's
TABLE = [
    ("", "", None),
    ("objected", "", "objected"),
    ("objected objected", "", "objected"),
    ("objected pending_sign", "", "assigned"),
    ("objected* signed*", "", "handling"),
    ("mediating* redoing*", "", "mediating"),
    ("mediating* pending_sign", "", "mediating"),
    ("redoing* replied*", "", "redoing"),
    ("redoing* signed*", "", "redoing"),
    ("pending_sign", "", "assigned"),
    ("pending_dispatch", "", "assigned"),
    ("pending_sign pending_dispatch", "", "assigned"),
    ("signed* pending_sign", "", "handling"),
    ("signed* pending_dispatch", "", "handling"),
    ("replied* signed*", "", "handling"),
    ("replied* objected", "", "handling"),
    ("done* pending_sign", "", "handling"),
    ("replied*", "", "replied"),
    ("replied* done*", "open", "replied"),
    ("done*", "open", "tracking"),
    ("done* done*", "kept reported", "tracking"),
    ("done*", "disputed", "tracking"),
    ("done*", "kept unkept replaced", "closed"),
    ("done*", "", "closed"),
]


@pytest.mark.parametrize(("mains", "promises", "state"), TABLE, ids=[row[0] or "none" for row in TABLE])
def test_the_first_line_that_fits(mains: str, promises: str, state: str | None) -> None:
    rows = [(main.rstrip("*"), main.endswith("*")) for main in mains.split()]
    assert derived_state(rows, promises.split()) == state


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


@pytest.mark.django_db
def test_an_issued_reply_is_immutable_a_draft_is_not(tell: Narrator) -> None:
    reply = Reply.objects.get(assignment__suggestion=tell.replied())
    for statement in ("UPDATE suggestions_reply SET text = 'x'", "DELETE FROM suggestions_reply"):
        with pytest.raises(ProgrammingError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [reply.pk])
    with pytest.raises(ProgrammingError, match="immutable"), transaction.atomic():
        TextVersion.objects.filter(suggestion=reply.assignment.suggestion).update(proposal="x")


@pytest.mark.django_db
def test_one_live_main_unless_separate(tell: Narrator) -> None:
    row = tell.assigned()
    first = tell.of(row)
    same = {
        "suggestion": row,
        "role": "main",
        "handed_over_at": START,
        "first_handed_over_at": START,
        "received_at": START,
    }
    organs = tell.cast.organs
    with pytest.raises(IntegrityError, match="one_live_main"), transaction.atomic():
        Assignment.objects.create(organ=organs["dh-jyj"], mode="sole", state="pending_sign", **same)
    with pytest.raises(IntegrityError, match="one_live_assignment_per_unit"), transaction.atomic():
        Assignment.objects.create(organ=first.organ, mode="separate", state="pending_sign", **same)
    with pytest.raises(IntegrityError, match="separate_knows_no_assist"), transaction.atomic():
        Assignment.objects.create(organ=organs["dh-jyj"], mode="separate", **(same | {"role": "assist"}))


@pytest.mark.django_db
def test_an_official_number_is_given_once(tell: Narrator) -> None:
    first, second = tell.registered(), tell.registered()
    assert (first.register_short, second.register_short) == ("19-2闭-001", "19-2闭-002")
    with pytest.raises(IntegrityError, match="register_no_once"), transaction.atomic():
        type(first).objects.filter(pk=second.pk).update(register_ordinal=first.register_ordinal)
