"""A citizen's contact: sealed, opened one at a time with a line, corrected, verified, erased."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import contacts
from accounts.models import Contact, ContactMatter, ContactOpening
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.models import AuditLine
from ground.workflow import SYSTEM
from tests.factories import a_user

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


def a_contact(name="李某某", phone=PHONE):
    return contacts.make_contact(name, phone, "2026-1")


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_contact t")
        return "".join(row[0] for row in cursor.fetchall())


def opened(contact, by, reason="联系核实"):
    return contacts.open_contact(contact, by=by, reason=reason, obj=by, label="清水镇中心联络站 站长")


def test_nothing_is_stored_in_clear_and_no_index_before_verification():
    contact = a_contact(phone="+86 138-1234-5678")
    text = stored()
    for clear in (PHONE, "李某某", PHONE.encode().hex(), "李某某".encode().hex()):
        assert clear not in text
    assert contact.phone_mask == "138****5678" and contact.phone_index is None
    assert contacts.reveal(contact) == contacts.Opened("李某某", PHONE)


def test_no_contact_is_made_of_nothing_and_a_wrong_phone_is_refused():
    assert contacts.make_contact(" ", "", "2026-1") is None
    assert contacts.reveal(a_contact(name="", phone=PHONE)).name == ""
    with pytest.raises(Invalid) as refused:
        a_contact(phone="12345")
    assert refused.value.errors[0][0] == "phone"


def test_opening_leaves_a_line_the_citizen_can_read():
    user, contact = a_user("吴某"), a_contact()
    assert opened(contact, user).phone == PHONE
    line = ContactOpening.objects.get()
    assert (line.by, line.by_label, line.reason) == (user, "清水镇中心联络站 站长", "联系核实")
    audit = AuditLine.objects.get()
    assert (audit.act, audit.columns) == ("accounts.open_contact", "name phone")
    assert PHONE not in f"{audit}{audit.object}"


def test_no_line_no_number(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(contacts.audit, "write", broken)
    with pytest.raises(RuntimeError):
        opened(a_contact(), a_user())
    assert not ContactOpening.objects.exists()


def test_a_reason_and_a_person_are_needed():
    contact = a_contact()
    with pytest.raises(Invalid) as refused:
        opened(contact, a_user(), reason="  ")
    assert refused.value.errors[0][0] == "reason"
    with pytest.raises(Forbidden):
        contacts.open_contact(contact, by=SYSTEM, reason="联系核实", obj=contact, label="系统")


def test_twenty_a_day_and_more_tomorrow():
    user, contact, morning = a_user(), a_contact(), clock.now().replace(hour=9, minute=0)
    with clock.at(morning):
        for _ in range(20):
            opened(contact, user)
        with pytest.raises(GuardFailed) as refused:
            opened(contact, user)
        assert refused.value.code == "contact_limit"
        assert opened(contact, a_user()).phone == PHONE
    with clock.at(morning + timedelta(days=1)):
        assert opened(contact, user).phone == PHONE


def test_a_corrected_phone_is_unverified_again():
    contact = contacts.verify(a_contact(), PHONE)
    assert contact.phone_index is not None and contact.verified_at is not None
    renamed = contacts.correct(contact, name="李四")
    assert renamed.verified_at is not None and contacts.reveal(renamed) == contacts.Opened("李四", PHONE)
    changed = contacts.correct(contact, phone="13900001111")
    assert changed.verified_at is None and changed.phone_index is None and changed.phone_mask == "139****1111"
    assert contacts.reveal(changed).name == "李四"
    assert contacts.reveal(contacts.correct(contact, phone="")).phone == ""


def test_only_the_phone_that_was_left_can_be_verified():
    with pytest.raises(Invalid):
        contacts.verify(a_contact(), "13900001111")


def test_one_verified_contact_per_phone():
    user = a_user()
    first = contacts.verify(a_contact(name=""), PHONE)
    second = a_contact(name="李某某")
    opened(second, user)
    kept = contacts.verify(second, PHONE)
    assert kept == first and contacts.reveal(kept).name == "李某某"
    second.refresh_from_db()
    assert second.erased_at is not None and second.phone_sealed is None
    assert ContactOpening.objects.get().contact == kept


def test_erasing_destroys_the_key_at_once():
    user, contact = a_user(), contacts.verify(a_contact(), PHONE)
    contacts.list_matter(contact, user)
    contacts.list_matter(contact, user)
    assert ContactMatter.objects.count() == 1
    opened(contact, user)
    contacts.erase(contact)
    row = Contact.objects.get()
    assert (row.data_key, row.name_sealed, row.phone_sealed, row.phone_index, row.phone_mask) == (None,) * 4 + ("",)
    assert row.erased_at is not None and not ContactMatter.objects.exists() and ContactOpening.objects.exists()
    with pytest.raises(GuardFailed) as refused:
        opened(row, user)
    assert refused.value.code == "contact_erased"
    with pytest.raises(GuardFailed):
        contacts.correct(row, name="甲")
    assert contacts.verify(a_contact(), PHONE).verified_at is not None


def test_an_unverified_contact_has_no_list():
    contacts.list_matter(a_contact(), a_user())
    assert not ContactMatter.objects.exists()
