"""The words and tones of every state stand in one table of code; this is the table the design asks for."""

import csv
from pathlib import Path

import pytest

from suggestions.states import ASSIGNMENT, COMMITMENT, COSIGN, OPINION, REFERRAL, SUGGESTION
from votes import states as votes

FLOWS = (
    *(OPINION, REFERRAL, SUGGESTION, ASSIGNMENT, COMMITMENT, COSIGN),
    *(votes.POLL, votes.BATCH, votes.ROUND, votes.PROJECT, votes.MEMBER, votes.MEETING, votes.ASSEMBLY_OPINION),
    *(
        votes.INQUIRY,
        votes.RECTIFICATION,
        votes.DELIBERATION,
        votes.APPRAISAL,
        votes.DUTY_SESSION,
        votes.DUTY_REPORT,
        votes.JUDICIAL,
    ),
)
MACHINES = {flow.name: flow for flow in FLOWS}
ROWS = list(csv.DictReader((Path(__file__).parent / "labels.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['machine']}-{r['state']}" for r in ROWS])
def test_a_state_says_what_the_design_says(row: dict[str, str]) -> None:
    state = MACHINES[row["machine"]].states(row["state"])
    assert str(state.label) == row["label"]
    assert state.citizen_label == (row["citizen_label"] or row["label"])
    assert state.tone == row["tone"]


def test_no_machine_has_a_state_the_design_does_not_know() -> None:
    known = {(row["machine"], row["state"]) for row in ROWS}
    assert {(name, str(state)) for name, flow in MACHINES.items() for state in flow.states} == known
