"""docs/workflow.md says what the code says."""

from config.management.commands.write_workflow_docs import MACHINES, PATH, text


def test_the_written_life_cycles_are_the_declared_ones() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), "run manage.py write_workflow_docs"


def test_every_verb_has_a_word_for_people() -> None:
    missing = [f"{flow.name}.{verb}" for flow in MACHINES for verb in flow.verbs if not flow.labels.get(verb)]
    assert missing == []
