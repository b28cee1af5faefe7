"""Statements compiled once: they answer what the queryset answers, whatever values come."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, ContactOpening, Organ
from clocks.models import Deadline, RulePolicy
from ground import clock
from ground.compiled import AnyOf, Compiled, Given, insert, new_row, together
from ground.numbers import draw
from ground.once import asked, once
from suggestions.models import Opinion, OpinionStep, TallyEvent
from tests.cast import Cast
from votes.states.poll import Channel

_by_code = Compiled(lambda: Organ.objects.filter(code=Given("code")).values_list("pk", "name"))
_whole = Compiled(lambda: Organ.objects.filter(code=Given("code")).select_related("congress", "region__parent"))
_rules = Compiled(lambda: RulePolicy.objects.filter(code=Given("code")).order_by("version"))
_by_key = Compiled(lambda: Organ.objects.filter(AnyOf("pk", "ids")).order_by("pk").values_list("code"))


@pytest.mark.django_db
def test_a_compiled_query_answers_as_its_queryset(cast: Cast) -> None:
    for code in ("dh-rd", "dh-zjj", "'; --", "%s", "没有") * 3:
        assert _by_code.rows(code=code) == list(Organ.objects.filter(code=code).values_list("pk", "name"))
    for ids in ([], [1], list(Organ.objects.values_list("pk", flat=True)), [2**40]) * 3:
        assert _by_key.rows(ids=ids) == list(Organ.objects.filter(pk__in=ids).order_by("pk").values_list("code"))


@pytest.mark.django_db
def test_it_is_counted_like_every_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        _by_code.rows(code="dh-rd")
    assert len(queries) == 1


@pytest.mark.django_db
def test_an_inserted_row_is_what_saving_makes_of_it() -> None:
    contact = Contact(phone_mask="138****5678", consent_version="2026-1", name_sealed=b"\x00\xff%s")
    insert(contact)
    found = Contact.objects.get(pk=contact.pk)
    assert {f.attname: getattr(found, f.attname) for f in Contact._meta.concrete_fields if f.name != "name_sealed"} == {
        f.attname: getattr(contact, f.attname) for f in Contact._meta.concrete_fields if f.name != "name_sealed"
    }
    assert bytes(found.name_sealed) == b"\x00\xff%s"
    contact.phone_mask = ""
    contact.save()  # an UPDATE: the row is known to be there
    insert(unsaid := Contact(consent_version="2026-1", phone_mask=Channel("")))  # "" by the name of a choice
    assert Contact.objects.get(pk=unsaid.pk).phone_mask == ""
    unsaid.delete()
    assert Contact.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Contact(uuid=contact.uuid, consent_version="2026-1"))


@pytest.mark.django_db
def test_its_rows_are_models_with_what_was_selected_beside_them(cast: Cast, django_assert_num_queries: Any) -> None:
    for code in ("dh-rd", "dh-zjj", "没有") * 2:
        wanted = list(Organ.objects.filter(code=code).select_related("congress", "region__parent"))
        with django_assert_num_queries(1):
            found = _whole.objects(code=code)
            assert [columns(organ) for organ in found] == [columns(organ) for organ in wanted]
            for one, other in zip(found, wanted, strict=True):
                assert one.congress == other.congress and one.region == other.region
                assert not one._state.adding and (one.region is None or one.region.parent == other.region.parent)
    values = ["5wd", {"span": "3wd", "rungs": ["0"]}, 7, False, ""]
    for version, value in enumerate(values, 1):
        RulePolicy.objects.create(code="x", version=version, value=value, valid_from="2026-01-01")
    assert [row.value for row in _rules.objects(code="x")] == values


@pytest.mark.django_db
def test_rows_written_together_cost_one_statement_and_point_to_each_other(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    _, (key,) = draw("Y", Contact)
    user, now = cast.wang, clock.now()
    with django_assert_num_queries(1), together():
        insert(Contact(pk=key, consent_version="2026-1"))
        opening = ContactOpening(
            contact_id=key, by=user, by_label="站", reason="", at=now, object_kind="user", object_id=0
        )
        insert(opening)
        with together():  # the outermost counts
            insert(event := TallyEvent(kind="opinion", matter=0))
        opening.reason = "核实"  # as it stands at the end
    assert opening.pk and event.pk and not opening._state.adding
    kept = ContactOpening.objects.get(pk=opening.pk)
    assert (kept.contact_id, kept.reason, kept.object_id) == (key, "核实", 0)
    assert not Contact.objects.filter(pk=draw("Y", Contact)[1][0]).exists()


@pytest.mark.django_db
def test_what_was_refused_is_not_written() -> None:
    with pytest.raises(ZeroDivisionError), together():
        insert(TallyEvent(kind="opinion", matter=1))
        1 / 0  # noqa: B018
    assert not TallyEvent.objects.exists()
    insert(TallyEvent(kind="opinion", matter=2))  # the block has ended: at once
    assert TallyEvent.objects.get().matter == 2


def test_a_new_row_is_what_the_model_makes() -> None:
    given = {"obj": Opinion(pk=3), "by_id": 7, "verb": "submit", "at": clock.now()}
    made, wanted = new_row(OpinionStep, **given), OpinionStep(**given)
    assert columns(made) == columns(wanted) and made.obj is given["obj"] and made._state.adding
    assert new_row(OpinionStep).recorded is not new_row(OpinionStep).recorded
    assert new_row(Contact).uuid != new_row(Contact).uuid
    with pytest.raises(TypeError, match="nothing"):
        new_row(Contact, nothing=1)
    for model in (Opinion, Deadline, TallyEvent):
        unlike = {name for name, value in columns(model()).items() if columns(new_row(model))[name] != value}
        assert unlike <= {"uuid"}


def columns(obj: Any) -> dict[str, Any]:
    return {f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields}


def test_a_question_is_asked_once_in_a_block_and_again_outside() -> None:
    answers = iter(range(10))
    with once():
        assert asked("n", lambda: next(answers)) == 0
        with once():
            assert asked("n", lambda: next(answers)) == 0
        assert asked("m", lambda: next(answers)) == 1
    assert asked("n", lambda: next(answers)) == 2
    with once():
        assert asked("n", lambda: next(answers)) == 3
