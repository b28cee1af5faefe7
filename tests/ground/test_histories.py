"""`check_histories` finds a row of each kind of wrong, and nothing in what the gate has written."""

import pytest
from django.core.management import CommandError, call_command

from deputies.models import Seat, SeatStep
from ground import histories
from suggestions.models import Opinion, OpinionStep, Suggestion, SuggestionStep
from tests.cast import Cast
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import Narrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned(cast: Cast) -> Suggestion:
    """Told up to a derived state: the last two steps are `assign` and what follows from it."""
    return Narrator(cast).assigned(("dh-zjj", "main"))


def wrong(model: type = Suggestion) -> list[tuple[int, str]]:
    return [(one.step, one.why) for one in histories.wrong_in(model)]


def spoil(suggestion: Suggestion, n: int, **columns: object) -> None:
    """Writes over the n-th step (from 1; negative from the end) as no verb would."""
    steps = list(suggestion.steps.order_by("pk"))
    SuggestionStep.objects.filter(pk=steps[n - 1 if n > 0 else n].pk).update(**columns)


def test_what_the_gate_wrote_is_right(assigned: Suggestion, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_histories")
    told = capsys.readouterr()
    assert told.err == "" and ["suggestion", "1", "个", "全部相符"] in [line.split() for line in told.out.splitlines()]


def test_a_state_no_step_led_to(assigned: Suggestion) -> None:
    Suggestion.objects.filter(pk=assigned.pk).update(state="handling")
    assert wrong() == [(0, "end")]


def test_an_object_without_steps(assigned: Suggestion) -> None:
    SuggestionStep.objects.filter(obj=assigned).delete()
    assert wrong() == [(0, "none")]


def test_a_missing_beginning(assigned: Suggestion) -> None:
    assigned.steps.order_by("pk").first().delete()
    assert (1, "begins") in wrong()


def test_a_gap_between_two_steps(assigned: Suggestion) -> None:
    number = [step.verb for step in assigned.steps.order_by("pk")].index("submit") + 1
    assigned.steps.get(verb="submit").delete()
    assert wrong() == [(number, "gap")]


def test_a_verb_the_machine_has_not_there(assigned: Suggestion) -> None:
    spoil(assigned, 1, verb="archive")
    assert wrong() == [(1, "edge")]


def test_a_verb_that_should_have_stayed(assigned: Suggestion) -> None:
    spoil(assigned, -2, after="submitted")
    assert (assigned.steps.count() - 1, "edge") in wrong()


def test_a_derived_step_into_a_state_of_its_own(assigned: Suggestion) -> None:
    spoil(assigned, -1, after="withdrawn")
    Suggestion.objects.filter(pk=assigned.pk).update(state="withdrawn")
    assert wrong() == [(assigned.steps.count(), "derived")]


def test_a_derived_step_that_does_not_say_so(assigned: Suggestion) -> None:
    spoil(assigned, -1, recorded={})
    assert wrong() == [(assigned.steps.count(), "edge")]


def test_a_former_state_the_matter_never_had(cast: Cast) -> None:
    """`promote` puts back a state from before the merging; any other is wrong."""
    opinion = Citizens(cast).say()
    assert opinion.state == "screening"
    Opinion.objects.filter(pk=opinion.pk).update(state="referred")
    one = {"obj": opinion, "by_kind": "system", "by_label": "系统", "at": opinion.submitted_at}
    OpinionStep.objects.create(verb="merge", before="screening", after="merged", **one)
    last = OpinionStep.objects.create(verb="promote", before="merged", after="referred", **one)
    assert wrong(Opinion) == [(3, "edge")]
    OpinionStep.objects.filter(pk=last.pk).update(after="screening")
    Opinion.objects.filter(pk=opinion.pk).update(state="screening")
    assert wrong(Opinion) == []


def test_each_machine_is_walked_and_the_command_fails(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    seat = cast.seat("D00001")
    Seat.objects.filter(pk=seat.pk).update(state="suspended")
    SeatStep.objects.filter(obj=cast.seat("D00002"), verb="seat").update(verb="restore")
    with pytest.raises(CommandError, match="共有 2 处"):
        call_command("check_histories")
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("seat ") and "restore" in told[1] and "流程里没有这一步" in told[1]


def test_spans_of_ids_leave_nobody_out(cast: Cast) -> None:
    SeatStep.objects.all().delete()
    assert len(list(histories.wrong_in(Seat, span=2))) == Seat.objects.count()
