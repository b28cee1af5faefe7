"""Rules: a row overrides a default, the nearest organ wins, a version begins on its day."""

from datetime import date

import pytest

from clocks import rules, workflow
from clocks.defaults import POLICIES, SPANS
from clocks.models import RulePolicy
from clocks.plan import check_spans
from ground import clock
from tests.clocks.conftest import KIND, make_organ, on

pytestmark = pytest.mark.django_db

# The numbers of lifecycles.md and domain.md, written down a second time by hand.
NUMBERS = {
    "opinion.screen": "1wd", "opinion.claim": "24h", "opinion.answer": "5wd", "opinion.coordinate": "7wd",
    "opinion.refer": "15wd", "opinion.confirm": "2wd", "opinion.confirm_escalated": "5wd", "opinion.send_draft": "10wd",
    "opinion.rate": "7d", "opinion.reopen_window": "15d", "opinion.review_window": "15d", "opinion.review": "3wd",
    "opinion.hazard": "2h", "opinion.secure": "24h", "opinion.explain": "10wd", "opinion.life_sign": "30d",
    "opinion.refer_decision": "1wd", "opinion.question": "5wd", "opinion.tell": "2wd", "opinion.idle": "5wd",
    "suggestion.hand_over": "5wd", "suggestion.publish": "20wd", "suggestion.archive": "40wd",
    "assignment.dispatch": "5wd", "assignment.sign": "2wd", "assignment.objection": "5wd", "assignment.settle": "5wd",
    "assignment.first_contact": "20wd", "assignment.confirm_contact": "10wd", "assignment.opinion": "1m",
    "assignment.reply": "3m", "assignment.redo": "1m", "assignment.rate": "20wd", "assignment.return": "5wd",
    "assignment.attitude": "5wd", "assignment.mediate": "15wd", "assignment.late_opinion": "10wd",
    "commitment.rate_commitment": "20wd", "commitment.check": "10wd", "commitment.settle_change": "5wd",
}  # fmt: skip


@pytest.mark.parametrize("code", NUMBERS)
def test_a_default_is_the_published_number(code):
    assert rules.value(code) == NUMBERS[code]


def test_every_clock_can_be_read():
    check_spans()
    assert all(code.count(".") == 1 for code in SPANS)
    assert all(policy.basis for policy in POLICIES.values()) and all(c.basis for c in SPANS.values())


def test_an_unknown_code_is_an_error_even_with_a_row(workdays_2026):
    RulePolicy.objects.create(code="opinion.nothing", version=1, value="1wd", valid_from=date(2020, 1, 1))
    with pytest.raises(KeyError):
        rules.value("opinion.nothing")


def test_the_nearest_organ_wins_then_all_then_the_default(workdays_2026):
    congress = make_organ("C")
    town = make_organ("T", congress)
    unit = make_organ("U", congress=town)
    code = "opinion.trust_verified"
    assert rules.value(code, unit) is True
    RulePolicy.objects.create(code=code, version=1, value="all", valid_from=date(2026, 1, 1))
    assert rules.value(code, unit) == "all"
    RulePolicy.objects.create(organ=congress, code=code, version=1, value="congress", valid_from=date(2026, 1, 1))
    assert [rules.value(code, organ) for organ in (congress, town, unit, None)] == ["congress"] * 3 + ["all"]
    RulePolicy.objects.create(organ=town, code=code, version=1, value="town", valid_from=date(2026, 1, 1))
    assert [rules.value(code, organ) for organ in (congress, town, unit)] == ["congress", "town", "town"]


def test_a_version_begins_on_its_day(workdays_2026):
    for version, day in ((1, date(2026, 1, 1)), (2, date(2026, 6, 1))):
        RulePolicy.objects.create(code="opinion.answer", version=version, value=f"{version}wd", valid_from=day)
    assert rules.value("opinion.answer") == "1wd"
    with clock.at(on(6, 1, 0, 1)):
        assert rules.value("opinion.answer") == "2wd"


def test_a_deadline_names_the_rule_that_made_it(matter, rule):
    rule("job", "5wd")
    row = RulePolicy.objects.create(
        organ=matter, code=f"{KIND}.job", version=1, value={"span": "2wd"}, valid_from=date(2026, 1, 1)
    )
    deadline = workflow.start(matter, "job", organ=matter)
    assert deadline.rule == row
    assert deadline.span == "2wd"


def test_warning_shares_are_a_rule_too(matter, rule):
    rule("job", "3m")
    RulePolicy.objects.create(code="warnings", version=1, value={"yellow_cap": 20}, valid_from=date(2026, 1, 1))
    deadline = workflow.start(matter, "job")
    assert (deadline.due_at.date() - deadline.yellow_at.astimezone(clock.SHANGHAI).date()).days == 20


@pytest.mark.parametrize(("code", "good", "bad"), [("quiet_from", 22, 24), ("quiet_to", 0, -1), ("a_day", 5, 0)])
def test_a_number_out_of_its_bounds_is_refused_in_words(code: str, good: int, bad: int):
    rules.check_value(f"messages.{code}", good)
    with pytest.raises(ValueError, match="之间的数"):
        rules.check_value(f"messages.{code}", bad)
