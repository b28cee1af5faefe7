"""The count at a terminal: the same verb, the same refusals, nothing shown of what was typed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ground import clock
from tests.cast import PASSWORD, people
from tests.votes.polling import START, Polling
from votes import sealing
from votes.management.commands import count_poll
from votes.models import BoxPaper, Poll
from votes.workflow import poll as polls

pytestmark = pytest.mark.django_db
SHI, TANG, ZHAO = "19900000024", "19900000026", "19900000002"


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is typed in turn: telephones to the open prompt, passwords and slips to the one that shows nothing."""

    def typed(phones: list[str], hidden: list[str]) -> None:
        open_, closed = iter(phones), iter(hidden)
        monkeypatch.setattr("builtins.input", lambda prompt: next(open_))
        monkeypatch.setattr(count_poll, "getpass", lambda prompt: next(closed))

    return typed


def ready(told: Polling) -> tuple[Poll, dict[int, str]]:
    told.seats(6)
    poll, slips = told.fresh(told.proposed()), {}
    for officer in told.officers:
        slips[officer.pk] = sealing.new_slip()
    told.slips = {pk: sealing.read_slip(slip) for pk, slip in slips.items()}
    poll = polls.make_keys(poll, by=told.user(told.cast.shi), secrets=told.slips)
    poll = polls.open_poll(told.fresh(poll), by=told.user(told.cast.shi), secrets=told.slips)
    told.vote(poll, told.cast.seat("D00001"), "+-0")
    return told.closed(poll), slips


def test_two_officers_count_at_a_terminal(told: Polling, types: Any, capsys: Any) -> None:
    poll, slips = ready(told)
    types([SHI, TANG, ZHAO], [PASSWORD, PASSWORD, slips[told.cast.tang.pk], PASSWORD, slips[told.cast.zhao.pk]])
    call_command("count_poll", poll.number)
    assert told.fresh(poll).state == "counted"
    said = capsys.readouterr().out
    assert "计票完成" in said and not any(slip in said for slip in slips.values())


@pytest.mark.parametrize("wrong", ["password", "slip", "same officer", "no chief"])
def test_what_is_wrong_stops_it_and_writes_nothing(told: Polling, types: Any, wrong: str) -> None:
    poll, slips = ready(told)
    tang, zhao = slips[told.cast.tang.pk], slips[told.cast.zhao.pk]
    phones, hidden = {
        "password": ([SHI], ["not-it"]),
        "slip": ([SHI, TANG], [PASSWORD, PASSWORD, tang[:-1]]),
        "same officer": ([SHI, TANG, TANG], [PASSWORD, PASSWORD, tang, PASSWORD]),
        "no chief": ([TANG, TANG, ZHAO], [PASSWORD, PASSWORD, tang, PASSWORD, zhao]),
    }[wrong]
    types(phones, hidden)
    with pytest.raises(CommandError):
        call_command("count_poll", poll.number)
    assert told.fresh(poll).state == "closed" and not BoxPaper.objects.exists()
