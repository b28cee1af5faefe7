"""In place of a gateway: lays a message into the demonstration's mailbox."""

from ground import clock, sealed
from ground.models import DemoMail


def deliver(phone: str, text: str, url: str = "") -> None:
    """The sender of demonstration and tests: keeps the text, and of the number only its mask and index."""
    mask = sealed.mask_phone(phone)
    DemoMail.objects.create(to_mask=mask, to_index=index_of(phone), text=text, url=url, at=clock.now())


def index_of(phone: str) -> bytes:
    return sealed.blind_index(sealed.normalise_phone(phone), table="ground_demomail", column="phone")


def sent_to(phone: str) -> list[DemoMail]:
    """What was sent to this phone, the newest first."""
    return list(DemoMail.objects.filter(to_index=index_of(phone)))
