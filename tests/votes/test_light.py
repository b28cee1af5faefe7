"""Property tests of the light and of the demand index: pure functions of what was planned, reported and asked for."""

from datetime import date, timedelta

from hypothesis import given, strategies as st

from votes import demand
from votes.light import GREEN, RED, YELLOW, light, planned

WORSE = {GREEN: 0, YELLOW: 1, RED: 2}
FIRST = date(2026, 1, 1)
days = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
percents = st.integers(0, 100)


@st.composite
def schedules(draw: st.DrawFn) -> list[tuple[date, int]]:
    n = draw(st.integers(1, 8))
    on = sorted(draw(st.sets(days, min_size=n, max_size=n)))
    shares = sorted(draw(st.sets(st.integers(1, 99), min_size=n - 1, max_size=n - 1)))
    return list(zip(on, [*shares, 100], strict=True))


def test_the_example_of_the_documents() -> None:
    plan = [(date(2026, 3, 31), 25), (date(2026, 6, 30), 60), (date(2026, 9, 30), 100)]
    assert light(plan, percent=0, on=date(2026, 3, 31)) == GREEN
    assert light(plan, percent=20, on=date(2026, 4, 1)) == YELLOW
    assert light(plan, percent=30, on=date(2026, 7, 1)) == RED
    assert light(plan, percent=60, on=date(2026, 7, 1)) == GREEN
    assert light(plan, percent=60, on=date(2026, 7, 20), report_due=date(2026, 7, 15)) == YELLOW
    assert light(plan, percent=60, on=date(2026, 8, 20), report_due=date(2026, 7, 15)) == RED
    assert light(plan, percent=99, on=date(2026, 10, 1)) == RED
    assert light(plan, percent=100, on=date(2027, 10, 1)) == GREEN


@given(schedules(), percents, percents, days, st.none() | days)
def test_more_progress_never_makes_it_worse(
    plan: list[tuple[date, int]], one: int, other: int, on: date, due: date | None
) -> None:
    less, more = sorted((one, other))
    was = light(plan, percent=less, on=on, report_due=due)
    now = light(plan, percent=more, on=on, report_due=due)
    assert WORSE[now] <= WORSE[was]


@given(schedules(), percents, days, days, st.none() | days)
def test_a_later_day_never_makes_it_better(
    plan: list[tuple[date, int]], percent: int, one: date, other: date, due: date | None
) -> None:
    early, late = sorted((one, other))
    was = light(plan, percent=percent, on=early, report_due=due)
    now = light(plan, percent=percent, on=late, report_due=due)
    assert WORSE[now] >= WORSE[was]


@given(schedules(), percents, days)
def test_who_has_what_was_planned_stands_green(plan: list[tuple[date, int]], percent: int, on: date) -> None:
    told = light(plan, percent=percent, on=on)
    if percent >= planned(plan, on) and (on <= plan[-1][0] or percent == 100):
        assert told == GREEN
    if percent < 100 and on > plan[-1][0]:
        assert told == RED


@given(st.permutations([(date(2026, 3, 1), 20), (date(2026, 6, 1), 60), (date(2026, 9, 1), 100)]), percents, days)
def test_the_order_of_the_nodes_says_nothing(plan: list[tuple[date, int]], percent: int, on: date) -> None:
    assert light(plan, percent=percent, on=on) == light(sorted(plan), percent=percent, on=on)


counts = st.integers(0, 10_000)
areas = st.lists(st.sampled_from(["大湾村", "柳溪村", "清水社区", "", "杨树坪村"]), max_size=20)


@given(counts, counts, st.integers(0, 50), areas)
def test_the_index_grows_with_each_of_its_parts(
    supporters: int, people: int, suggestions: int, where: list[str]
) -> None:
    told = {"supporters": supporters, "opinion_people": people, "suggestions": suggestions, "areas": where}
    index = demand.index(**told)
    assert index >= demand.people(supporters, people, suggestions) >= 0
    assert index <= 2 * demand.people(supporters, people, suggestions)
    for name, more in (
        ("supporters", supporters + 1),
        ("opinion_people", people + 1),
        ("suggestions", suggestions + 1),
    ):
        assert demand.index(**{**told, name: more}) > index
    assert demand.index(**{**told, "areas": [*where, "北河社区"]}) >= index
    assert demand.index(**{**told, "areas": [*where, *where]}) == index


def test_nobody_who_asks_is_no_demand() -> None:
    assert demand.index(supporters=0, opinion_people=0, areas=["大湾村", "柳溪村"]) == 0
    assert demand.index(supporters=40, opinion_people=10, suggestions=1, areas=["大湾村", "柳溪村"]) == 60
