"""The demonstration city tells itself through verbs, once."""

import pytest
from django.core.management import call_command

from accounts.models import User
from ground.workflow import Step
from suggestions.models import Opinion, Suggestion
from votes.models import Inquiry, LivelihoodProject, Poll, RectificationItem, Round
from votes.states import InquiryState, PollState, ProjectState, RectificationState, RoundState

pytestmark = pytest.mark.django_db


def test_every_story_is_told_to_its_end_through_the_gate_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", few=True)
    assert capsys.readouterr().err == "", "a story was refused"
    for model in (Opinion, Suggestion, Poll, Round, LivelihoodProject, Inquiry, RectificationItem):
        for row in model.objects.prefetch_related("steps"):
            steps: list[Step] = list(row.steps.all())
            assert steps[0].before == "" and steps[-1].after == row.state
            assert all(one.after == two.before for one, two in zip(steps, steps[1:], strict=False))
    assert set(Poll.objects.values_list("state", flat=True)) == set(PollState.values)
    assert set(Round.objects.values_list("state", flat=True)) == set(RoundState.values)
    assert set(LivelihoodProject.objects.values_list("state", flat=True)) == set(ProjectState.values)
    assert set(Inquiry.objects.values_list("state", flat=True)) == set(InquiryState.values)
    assert set(RectificationItem.objects.values_list("state", flat=True)) == set(RectificationState.values)
    assert any(one["tie"] for poll in Poll.objects.exclude(result=None) for one in poll.result["classes"])
    before = (User.objects.count(), Opinion.objects.count(), Suggestion.objects.count())
    assert min(before) > 0
    call_command("seed", few=True)
    assert (User.objects.count(), Opinion.objects.count(), Suggestion.objects.count()) == before
