"""Statements compiled once: they answer what the queryset answers, whatever values come."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, Organ
from ground.compiled import AnyOf, Compiled, Given, insert
from ground.once import asked, once
from tests.cast import Cast

_by_code = Compiled(lambda: Organ.objects.filter(code=Given("code")).values_list("pk", "name"))
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
    assert Contact.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Contact(uuid=contact.uuid, consent_version="2026-1"))


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
