"""Letting time pass: for the seed command and for tests that tell a story. Only where the clock may be shifted."""

from datetime import datetime

from django.db.models import Min

from clocks.models import Deadline
from clocks.sweep import sweep
from ground import clock, outbox
from ground.models import Message


def pass_time(until: datetime) -> None:
    """Sets the clock to each moment at which something is due, up to `until`, and does there what the worker does."""
    settle()
    former = None
    while (moment := _next_moment()) and moment <= until:
        if moment == former:
            raise RuntimeError(f"what was due at {moment} is still due")
        clock.shift_to(max(moment, clock.now()))
        settle()
        former = moment
    clock.shift_to(max(until, clock.now()))


def settle() -> None:
    """Everything that is due now is fired, told and sent."""
    sweep()
    outbox.tell_steps()
    outbox.send_messages()


def _next_moment() -> datetime | None:
    wake = Deadline.objects.open().aggregate(at=Min("wake_at"))["at"]
    post = Message.objects.filter(state__in=["waiting", "failed"]).aggregate(at=Min("next_at"))["at"]
    return min((at for at in (wake, post) if at), default=None)
