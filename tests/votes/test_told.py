"""What the demonstration city tells of inquiries, 审议意见, appraisals and duty reports, by the cast alone: every story to its
end, every state somewhere, every history a path of its machine."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Organ, Post, User
from clocks.sweep import sweep
from config.demo import duties, judges, stories
from config.management.commands import seed
from ground import clock, histories
from tests.cast import people
from tests.factories import a_user
from tests.votes.polling import Polling
from votes.models import (
    DeliberationOpinion,
    DutyReport,
    DutySession,
    Inquiry,
    JudicialAppraisal,
    RectificationItem,
    WorkAppraisal,
)

pytestmark = pytest.mark.django_db


def go_on(until: datetime) -> None:
    """From act to act at once: what fell due meanwhile is swept, but nobody is told (that is the seed's own test)."""
    clock.shift_to(max(until, clock.now()))
    sweep()


def test_every_state_of_what_was_asked_and_appraised_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "pass_time", go_on)
    monkeypatch.setattr(stories, "settle", sweep)
    now = clock.now()
    with clock.at(now - timedelta(days=300)):
        cast = people()
        seats = {cast.organs["dh-rd"].pk: Polling(cast).seats(5)}
        teller = stories.Teller(SimpleNamespace(cast=cast, seats=seats, post=_post))
        reported = [(now - timedelta(days=n), duties.reported(teller, stop)) for n, stop in duties.TOLD]
        judged = [(now - timedelta(days=n), judges.judged(teller, stop)) for n, stop in judges.TOLD]
        teller.tell([*seed._inquiries(teller, now), *seed._appraisals(teller, now), *reported, *judged], until=now)
    assert teller.refused == []
    for model in (Inquiry, RectificationItem, DeliberationOpinion, WorkAppraisal, DutySession, DutyReport):
        states = set(model.objects.values_list("state", flat=True))
        assert states == set(model.workflow.states.values), model
        assert list(histories.wrong_in(model)) == []
    assert set(JudicialAppraisal.objects.values_list("state", flat=True)) == {"drawn", "fed_back"}
    assert list(histories.wrong_in(JudicialAppraisal)) == []


def _post(organ: Organ, *roles: str, title: str = "") -> User:
    user = a_user(title)
    for role in roles:
        Post.objects.create(user=user, organ=organ, role=role, title=title, since=clock.today())
    return user
