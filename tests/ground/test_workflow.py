"""The gate declares, decides and refuses as the house says; machines with parts are tested in their rooms."""

from dataclasses import dataclass
from typing import Any

import pytest

from ground.errors import Forbidden, GuardFailed, WrongState
from ground.workflow import FORMER, NEW, STAY, SYSTEM, CodeHolder, States, Workflow, available, decide, edge


class Light(States):
    RED = "red", "danger", "请停一下", "红"
    GREEN = "green", "ok", "", "绿"
    DARK = "dark", "neutral", "", "灭"


def machine(*edges: Any, **more: Any) -> Workflow:
    return Workflow("light", Light, "red", edges, **more)


CROSSING = machine(
    edge("build", NEW, "red", "keep"),
    edge("go", "red", "green", "drive", when="is_day"),
    edge("go", "red", "green", "police"),
    edge("stop", "green", "red", "drive"),
    edge("look", "red green", STAY, "see"),
    edge("fail", "red green", "dark", "system"),
)


@CROSSING.guard("is_day", "天黑了，请等天亮。")
def is_day(obj: Any, actor: Any) -> bool:
    return obj.day


@dataclass
class Lamp:
    state: str
    day: bool = True
    workflow = CROSSING


@dataclass
class Person:
    perms: frozenset[str]
    actor_kind = "user"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm in self.perms


driver = Person(frozenset({"drive"}))
stranger = Person(frozenset())
officer = Person(frozenset({"drive", "police"}))


def test_a_state_carries_label_tone_and_the_citizens_words() -> None:
    assert (str(Light.RED.label), Light.RED.tone, Light.RED.citizen_label) == ("红", "danger", "请停一下")
    assert Light.GREEN.citizen_label == "绿"
    assert Light("red") is Light.RED


def test_a_machine_refuses_an_unknown_target() -> None:
    with pytest.raises(ValueError, match="unknown"):
        machine(edge("build", NEW, "red", "keep"), edge("go", "red", "blue", "drive"))


def test_a_machine_refuses_a_state_nobody_reaches() -> None:
    with pytest.raises(ValueError, match="reaches"):
        machine(edge("build", NEW, "red", "keep"), edge("go", "red", "green", "drive"))


def test_a_machine_refuses_a_missing_beginning() -> None:
    with pytest.raises(ValueError, match="makes red"):
        machine(edge("go", "red", "green dark", "drive"))


def test_a_named_guard_that_nobody_binds_is_an_error_at_start() -> None:
    flow = machine(edge("build", NEW, "red", "keep"), edge("go", "red", ("green", "dark"), "drive", when="forgotten"))
    with pytest.raises(ValueError, match="forgotten"):
        flow.check_bound()


def test_derived_and_former_need_no_edge_of_their_own() -> None:
    flow = machine(
        edge("build", NEW, "red", "keep"), edge("back", "dark green", FORMER, "keep"), derived=("green", "dark")
    )
    assert flow.targets(flow.of("back")[0]) == ()


def test_a_stranger_learns_nothing_of_the_state() -> None:
    for state in Light.values:
        with pytest.raises(Forbidden):
            decide(Lamp(state), "go", stranger)


def test_who_holds_the_permission_is_told_of_the_wrong_state() -> None:
    with pytest.raises(WrongState):
        decide(Lamp("dark"), "go", driver)


def test_a_right_that_begins_later_is_a_guard_with_a_name() -> None:
    with pytest.raises(GuardFailed) as refused:
        decide(Lamp("red", day=False), "go", driver)
    assert refused.value.code == "is_day"
    assert decide(Lamp("red", day=False), "go", officer).permission == "police"


def test_a_button_is_an_available_verb() -> None:
    assert available(Lamp("red"), driver) == ["go"]
    assert available(Lamp("red", day=False), driver) == []
    assert available(Lamp("dark"), officer) == []


def test_timers_hold_the_systems_permission_and_no_other() -> None:
    assert decide(Lamp("red"), "fail", SYSTEM).target == "dark"
    for actor in (driver, officer, CodeHolder("Y2026-000001")):
        with pytest.raises(Forbidden):
            decide(Lamp("red"), "fail", actor)
    with pytest.raises(Forbidden):
        decide(Lamp("red"), "go", SYSTEM)
    assert "fail" not in available(Lamp("red"), Person(frozenset({"system", "see"})))
