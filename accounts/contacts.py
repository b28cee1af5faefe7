"""A citizen's name and phone: sealed under a key of their own, opened one at a time and never without a line.

security.md §5 and §6: the blind index exists only once the phone was verified; erasing destroys the key at once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from accounts.models import Contact, ContactMatter, ContactOpening, User
from ground import audit, clock, refs, sealed
from ground.compiled import insert, new_row
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.wording import clean_text

TABLE = "accounts_contact"
A_DAY = 20
NAME_LIMIT, REASON_LIMIT = 40, 200


@dataclass(frozen=True)
class Opened:
    name: str
    phone: str


def make_contact(name: str, phone: str, consent_version: str, *, key: int | None = None) -> Contact | None:
    """A new contact with what was typed, unverified, under a `key` drawn before; None where neither name nor phone was
    given."""
    name, phone = _name(name), _phone(phone)
    if not name and not phone:
        return None
    contact = new_row(Contact, pk=key, consent_version=consent_version)
    _seal(contact, name, phone)
    insert(contact)
    return contact


@transaction.atomic
def open_contact(contact: Contact, *, by: User, reason: str, obj: models.Model, label: str) -> Opened:
    """Name and phone in clear, for one press of one person: the line and the opening stand in one transaction.

    `obj` is the matter, `label` unit and post as the citizen will read them. Raises Invalid without a reason, and
    GuardFailed `contact_limit` after 20 a day and `contact_erased`. Who may is the caller's question.
    """
    if getattr(by, "actor_kind", "") != "user":
        raise Forbidden
    reason = clean_text(reason, limit=REASON_LIMIT, name="查看原因", pointer="reason")
    User.objects.select_for_update().get(pk=by.pk)  # two presses at once are counted one after the other
    now = clock.now()
    morning = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if ContactOpening.objects.filter(by=by, at__gte=morning, at__lt=morning + timedelta(days=1)).count() >= A_DAY:
        raise GuardFailed("contact_limit", f"今天已查看 {A_DAY} 位群众的联系方式，请联系负责人。")
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.erased_at is not None:
        raise GuardFailed("contact_erased", "群众已删除联系方式。")
    ContactOpening.objects.create(
        contact=contact, by=by, by_label=label[:80], reason=reason, at=now, object_kind=refs.kind_of(obj),
        object_id=obj.pk,
    )  # fmt: skip
    audit.write(by, "accounts.open_contact", obj, "name phone")
    return reveal(contact)


def reveal(contact: Contact) -> Opened:
    """In clear, without a line: only for the citizen's own eyes and for sending to the number."""
    return Opened(_opened(contact, "name"), _opened(contact, "phone"))


@transaction.atomic
def correct(contact: Contact, *, name: str | None = None, phone: str | None = None) -> Contact:
    """Replaces what is given ("" empties it). A new phone is unverified again; its index goes with the verification."""
    contact = _locked(contact)
    was = reveal(contact)
    new_name = was.name if name is None else _name(name)
    new_phone = was.phone if phone is None else _phone(phone)
    if new_phone != was.phone:
        contact.verified_at = contact.phone_index = None
    _seal(contact, new_name, new_phone)
    contact.save()
    return contact


@transaction.atomic
def erase(contact: Contact) -> Contact:
    """Destroys the data key and what it sealed. The row stays, empty, for the matters that point to it."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.erased_at is None:
        contact.name_sealed = contact.phone_sealed = contact.data_key = contact.phone_index = None
        contact.phone_mask, contact.erased_at = "", clock.now()
        contact.save()
        contact.matters.all().delete()
    return contact


@transaction.atomic
def verify(contact: Contact, phone: str) -> Contact:
    """Notes that the citizen proved (by SMS code) to hold this very phone, and answers the contact that is theirs.

    Where an earlier verified contact has the same phone, that one is answered and this one's copy is erased: the matter
    then has to point to the answer, so that there is one place to correct, withdraw and erase.
    """
    contact = _locked(contact)
    phone = _phone(phone)
    if not phone or _opened(contact, "phone") != phone:
        raise Invalid("phone", "这不是您留下的手机号，请先更正联系电话。")
    index = sealed.blind_index(phone, table=TABLE, column="phone")
    known = Contact.objects.select_for_update().filter(phone_index=index, erased_at=None).exclude(pk=contact.pk).first()
    if known is not None:
        if not _opened(known, "name") and (name := _opened(contact, "name")):
            known = correct(known, name=name)
        contact.openings.update(contact=known)
        erase(contact)
        return known
    contact.phone_index, contact.verified_at = index, clock.now()
    contact.save(update_fields=["phone_index", "verified_at"])
    return contact


def list_matter(contact: Contact, obj: models.Model) -> None:
    """Puts a matter on the verified citizen's own list."""
    if contact.verified_at is not None:
        ContactMatter.objects.get_or_create(
            contact=contact, object_kind=refs.kind_of(obj), object_id=obj.pk, defaults={"at": clock.now()}
        )


def _locked(contact: Contact) -> Contact:
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.erased_at is not None:
        raise GuardFailed("contact_erased", "联系方式已删除。")
    return contact


def _seal(contact: Contact, name: str, phone: str) -> None:
    contact.data_key = contact.data_key or sealed.new_data_key(contact.uuid)
    given = {column: text for column, text in (("name", name), ("phone", phone)) if text}
    closed = sealed.seal_with(contact.data_key, given, table=TABLE, row=contact.uuid)
    contact.name_sealed, contact.phone_sealed = closed.get("name"), closed.get("phone")
    contact.phone_mask = sealed.mask_phone(phone) if phone else ""


def _opened(contact: Contact, column: str) -> str:
    value: Any = getattr(contact, f"{column}_sealed")
    if value is None or contact.data_key is None:
        return ""
    return sealed.open_with(contact.data_key, value, table=TABLE, column=column, row=contact.uuid)


def _name(typed: str) -> str:
    return clean_text(typed, limit=NAME_LIMIT, name="称呼", required=False, pointer="contact_name")


def _phone(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return sealed.normalise_phone(typed)
    except ValueError as error:
        raise Invalid("phone", str(error)) from None
