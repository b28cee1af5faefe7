"""The one outbox. Steps and reminders are told once each: what users read here, and what leaves by SMS.

`tell_steps` claims rows whose `told_at` is empty, asks their teller, and writes what it answers with `told_at`.
`send_messages` sends outside any transaction. Both are swept each minute; a nudge after commit (`ground.nudges`) only makes
them prompt.
Rooms bind: a `teller` for each Step table, `addresses` for each kind of recipient, `to_users` for what is read here,
`manners` for when to send.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.module_loading import import_string

from ground import clock, refs
from ground.compiled import Compiled
from ground.models import Message

log = logging.getLogger(__name__)

BATCH = 500
LEASE = timedelta(minutes=5)  # how long a sending may take before another worker tries again
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
GATHERED = "gathered"
NO_ADDRESS = "没有可用的号码"


@dataclass(frozen=True)
class ToUser:
    """A notice for a user to read here; with `sms` (a template's name) also a message to the phone."""

    user_id: int
    title: str
    url: str
    number: str = ""
    urgent: bool = False
    sms: str = ""
    variables: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class ToContact:
    """A message to a citizen. `variables` hold numbers, dates and names of offices: nothing personal."""

    contact_id: int
    template: str
    variables: Mapping[str, str | int]
    url: str
    urgent: bool = False


@dataclass(frozen=True)
class Manners:
    """What holds for every message but those of hazards: nobody is woken, and what is more than `a_day` to one person is
    gathered into one."""

    quiet_from: time
    quiet_to: time
    a_day: int


Telling = ToUser | ToContact
Teller = Callable[[Any], Iterable[Telling]]
Sender = Callable[[str, str, str], None]


class NotSent(Exception):
    """The gateway did not take a message; it is tried again."""


# -- what rooms bind ---------------------------------------------------------------------------------------------------

_tellers: dict[type[models.Model], Teller] = {}
_templates: dict[str, str] = {}
addresses: dict[str, Callable[[int], str | None]] = {}
_to_users: Callable[[ToUser, str], None] | None = None
_manners: Callable[[], Manners] | None = None
_on_dead: list[Callable[[Message], None]] = []


def teller(model: type[models.Model]) -> Callable[[Teller], Teller]:
    """Binds the function that says who is told of a row of `model`, a table with `told_at`."""

    def bind(function: Teller) -> Teller:
        _tellers[model] = function
        return function

    return bind


def template(name: str, text: str) -> None:
    """Names the wording of a message, with {placeholders}; the link is added at its end."""
    _templates[name] = text


def address(kind: str, function: Callable[[int], str | None]) -> None:
    """Binds how the phone of a recipient of this kind is found, at the moment of sending."""
    addresses[kind] = function


def to_users(function: Callable[[ToUser, str], None]) -> None:
    """Binds what writes a notice: a function of the telling and of the row's reference ("opinionstep:17")."""
    global _to_users
    _to_users = function


def manners(function: Callable[[], Manners]) -> None:
    """Binds where the rules of sending stand; asked once a round."""
    global _manners
    _manners = function


def on_dead(function: Callable[[Message], None]) -> None:
    """Binds who is told of a message that could not be delivered at all."""
    _on_dead.append(function)


template(GATHERED, "您有 {count} 件事有新进展")


# -- telling -----------------------------------------------------------------------------------------------------------


def tell_steps() -> int:
    """Tells every untold row of every table that has a teller; returns how many. A row that fails stops no other."""
    told = 0
    for model in _with_untold():
        last = 0
        while ids := list(
            model._base_manager.filter(told_at=None, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            for pk in ids:
                try:
                    told += _tell(model, pk)
                except Exception:
                    log.exception("%s %s could not be told", model.__name__, pk)
            last = ids[-1]
    return told


def _with_untold() -> list[type[models.Model]]:
    """The tables with a row that waits, asked of all in one query."""
    tables = tuple(_tellers)
    return [tables[n] for (n,) in _untold(tables).rows()]


@cache
def _untold(tables: tuple[type[models.Model], ...]) -> Compiled:
    def build() -> models.QuerySet:
        first, *others = (
            table._base_manager.filter(told_at=None).order_by().values_list(models.Value(n))[:1]
            for n, table in enumerate(tables)
        )
        return first.union(*others, all=True)

    return Compiled(build)


@transaction.atomic
def _tell(model: type[models.Model], pk: int) -> bool:
    """Writes what the teller of one row answers, and that it was told, in one transaction."""
    rows = model._base_manager.select_for_update(skip_locked=True, of=("self",))
    row = rows.filter(pk=pk, told_at=None).first()
    if row is None:
        return False
    ref = f"{refs.kind_of(row)}:{row.pk}"
    for telling in _tellers[model](row):
        _write(telling, ref)
    model._base_manager.filter(pk=pk).update(told_at=clock.now())
    return True


def _write(telling: Telling, ref: str) -> None:
    if isinstance(telling, ToContact):
        _post("contact", telling.contact_id, telling.template, telling.variables, telling, ref)
        return
    if _to_users is None:
        raise RuntimeError("nobody writes notices: the room of users is not loaded")
    _to_users(telling, ref)
    if telling.sms:
        known = {"number": telling.number, "title": telling.title}
        _post("user", telling.user_id, telling.sms, {**known, **telling.variables}, telling, ref)


def _post(kind: str, pk: int, name: str, variables: Mapping[str, Any], telling: Telling, ref: str) -> None:
    """Lays a message into the outbox, once for each row, recipient, channel. Wording that does not fit fails here."""
    _templates[name].format(**variables)
    now = clock.now()
    Message.objects.bulk_create(
        [
            Message(
                recipient_kind=kind,
                recipient_id=pk,
                channel="sms",
                template=name,
                variables=dict(variables),
                url=telling.url,
                step=ref,
                urgent=telling.urgent,
                made_at=now,
                next_at=now,
            )
        ],
        ignore_conflicts=True,
    )


# -- sending -----------------------------------------------------------------------------------------------------------


def send_messages() -> int:
    """Sends what is due and returns how many messages left; sending stands outside any transaction.

    In the quiet hours and beyond so many a day messages wait, then leave as one. Delivery is at least once: a worker that dies
    while sending leaves its messages to another after the lease.
    """
    if _manners is None:
        raise RuntimeError("nobody says when to send: the room of rules is not loaded")
    due = _due(clock.now()).order_by("recipient_kind", "recipient_id", "channel").distinct()
    recipients = list(due.values_list("recipient_kind", "recipient_id", "channel"))
    if not recipients:
        return 0
    sent, rules = 0, _manners()
    for recipient in recipients:
        for parcel in _claim(*recipient, rules):
            sent += _send(parcel)
    return sent


def send_now(phone: str, name: str, variables: Mapping[str, Any], url: str = "") -> None:
    """Sends at once what cannot wait for the outbox (a sign-in code). Raises NotSent, whatever the gateway said."""
    text = words(name, variables, url)
    try:
        _sender()(phone, text, url)
    except NotSent:
        raise
    except Exception as error:
        log.warning("%s was not sent: %s", name, type(error).__name__)
        raise NotSent(name) from error


def words(name: str, variables: Mapping[str, Any], url: str = "") -> str:
    """The text of a message; its link opens the matter itself."""
    return "".join([_templates[name].format(**variables), f"，请看 {settings.PUBLIC_URL}{url}" if url else "。"])


def in_quiet_hours(now: datetime, rules: Manners) -> bool:
    local = now.astimezone(clock.SHANGHAI).time()
    if rules.quiet_from < rules.quiet_to:  # a quiet time within one day, or (both the same) none at all
        return rules.quiet_from <= local < rules.quiet_to
    return rules.quiet_from != rules.quiet_to and (local >= rules.quiet_from or local < rules.quiet_to)


def next_morning(now: datetime, rules: Manners) -> datetime:
    """The next end of the quiet hours."""
    local = now.astimezone(clock.SHANGHAI)
    day = local.date() if local.time() < rules.quiet_to else local.date() + timedelta(days=1)
    return datetime.combine(day, rules.quiet_to, clock.SHANGHAI)


def _due(now: datetime) -> models.QuerySet[Message]:
    return Message.objects.filter(state__in=[Message.State.WAITING, Message.State.FAILED], next_at__lte=now)


@transaction.atomic
def _claim(kind: str, pk: int, channel: str, rules: Manners) -> list[list[Message]]:
    """Takes the due messages of one recipient under a lease, in parcels: each parcel is one text on the phone."""
    now = clock.now()
    mine = Message.objects.filter(recipient_kind=kind, recipient_id=pk, channel=channel)
    due = list((mine & _due(now)).select_for_update(skip_locked=True).order_by("pk"))
    urgent, others = [m for m in due if m.urgent], [m for m in due if not m.urgent]
    midnight = now.astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    # Gathered messages share their moment of sending; one that is under way counts too.
    left = rules.a_day - mine.filter(urgent=False, sent_at__gte=midnight).values("sent_at").distinct().count()
    if others and (in_quiet_hours(now, rules) or left <= 0):
        Message.objects.filter(pk__in=[m.pk for m in others]).update(next_at=next_morning(now, rules))
        others = []
    parcels = [[message] for message in urgent]
    parcels += [[message] for message in others] if len(others) <= left else [others]
    for n, parcel in enumerate(parcels):
        at = now + timedelta(microseconds=n)
        Message.objects.filter(pk__in=[m.pk for m in parcel]).update(
            attempts=F("attempts") + 1, sent_at=at, next_at=now + LEASE
        )
    return parcels


def _send(parcel: list[Message]) -> int:
    """Sends one parcel and notes how it went: no transaction is open, for a gateway may take its time."""
    first = parcel[0]
    rows = Message.objects.filter(pk__in=[message.pk for message in parcel])
    phone = addresses[first.recipient_kind](first.recipient_id)
    if not phone:
        rows.update(state=Message.State.DEAD, sent_at=None, error=NO_ADDRESS)
        return 0
    try:
        text, url = _text(parcel)
        _sender()(phone, text, url)
    except Exception as error:
        log.warning("message %s was not sent: %s", first.pk, type(error).__name__)
        _put_back(parcel, f"{type(error).__name__}: {masked(str(error))}"[:200])
        return 0
    rows.update(state=Message.State.SENT, sent_text=masked(text), error="")
    return len(parcel)


def _text(parcel: list[Message]) -> tuple[str, str]:
    """One message as it is; several as one sentence, with the link of the newest matter."""
    newest = parcel[-1]
    if len(parcel) == 1:
        return words(newest.template, newest.variables, newest.url), newest.url
    return words(GATHERED, {"count": len({m.url for m in parcel})}, newest.url), newest.url


def _put_back(parcel: list[Message], error: str) -> None:
    """Each failure waits longer; after the last one the message is dead, and somebody is told."""
    now = clock.now()
    for message in parcel:
        tried = message.attempts + 1
        dead = tried > len(BACKOFF)
        message.state = Message.State.DEAD if dead else Message.State.FAILED
        message.next_at = now if dead else now + BACKOFF[tried - 1]
        message.sent_at, message.attempts, message.error = None, tried, error
        message.save(update_fields=["state", "next_at", "sent_at", "attempts", "error"])
        if dead:
            _report(message)


def _report(message: Message) -> None:
    for tell in _on_dead:
        try:
            tell(message)
        except Exception:
            log.exception("nobody could be told that message %s is dead", message.pk)


def masked(text: str) -> str:
    """A text as it may be kept: without codes and phone numbers; a matter's own number stays."""
    return re.sub(r"(?<![\w-])\d{3}-\d{3}-\d{4}(?!\d)|(?<![\w-])\d{6,}(?!\d)", "******", text)


def _sender() -> Sender:
    if not settings.SMS_SENDER:
        raise NotSent("no gateway is set (SMS_SENDER)")
    return import_string(settings.SMS_SENDER)
