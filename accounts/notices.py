"""What a user reads here, and whose phone the outbox finds when it sends."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.urls import reverse

from accounts.models import Contact, Notice, Post, User
from accounts.states import Role
from ground import clock, outbox, sealed
from ground.models import Message
from ground.outbox import NO_ADDRESS, ToUser


def write_notice(telling: ToUser, ref: str) -> None:
    """One notice for each user and row, however often it is told."""
    row = Notice(
        user_id=telling.user_id,
        step=ref,
        title=telling.title[:120],
        number=telling.number,
        url=telling.url,
        urgent=telling.urgent,
        at=clock.now(),
    )
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def phone_of_user(pk: int) -> str | None:
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user.phone if user else None


def phone_of_contact(pk: int) -> str | None:
    """None where no phone was left or the contact was erased."""
    contact = Contact.objects.filter(pk=pk, erased_at=None).first()
    if contact is None or contact.phone_sealed is None or contact.data_key is None:
        return None
    return sealed.open_with(
        contact.data_key, contact.phone_sealed, table="accounts_contact", column="phone", row=contact.uuid
    )


def tell_of_dead_letter(message: Message) -> None:
    """Whoever runs the system learns of a message that could not be delivered; the matter's own clocks go on."""
    if message.error == NO_ADDRESS:
        return
    title, url = "有短信多次发送失败，请检查短信通道", reverse("admin:undelivered")
    for user_id in Post.objects.live().filter(role=Role.SYS_ADMIN).values_list("user_id", flat=True).distinct():
        write_notice(ToUser(user_id, title, url), f"message:{message.pk}")


def bind() -> None:
    """Called once from `apps.ready`."""
    outbox.to_users(write_notice)
    outbox.address("user", phone_of_user)
    outbox.address("contact", phone_of_contact)
    outbox.on_dead(tell_of_dead_letter)


@dataclass(kw_only=True)
class Gathered:
    """Who reads of one matter, each user once; the first face named for a user is where the notice leads."""

    but: int | None = None  # who did it knows
    found: dict[int, tuple[str, str]] = field(default_factory=dict)  # user → (face, what is asked of them)

    def at(self, organ_id: int | None, *roles: str, face: str, asked: str = "") -> Self:
        rows = Post.objects.live().filter(organ_id=organ_id, role__in=roles).values_list("user_id", flat=True)
        return self.add(rows, face, asked)

    def add(self, users: Iterable[int | None], face: str, asked: str = "") -> Self:
        for user_id in users:
            if user_id is not None and user_id != self.but:
                known = self.found.get(user_id)
                self.found[user_id] = (known[0], known[1] or asked) if known else (face, asked)
        return self
