from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from ground.clock import SHANGHAI
from ground.workdays import (
    Calendar,
    Fractions,
    Span,
    add_months,
    add_workdays,
    due,
    end_of_day,
    is_workday,
    level,
    next_workday,
    remaining_words,
    start_of_day,
    warning_at,
    workdays_between,
)


def run(name: str, first: date, last: date) -> dict[date, str]:
    return {first + timedelta(days=i): name for i in range((last - first).days + 1)}


NAMES = {
    **run("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    **run("春节", date(2026, 2, 15), date(2026, 2, 23)),
    **run("清明", date(2026, 4, 4), date(2026, 4, 6)),
    **run("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    **run("端午", date(2026, 6, 19), date(2026, 6, 21)),
    **run("中秋", date(2026, 9, 25), date(2026, 9, 27)),
    **run("国庆", date(2026, 10, 1), date(2026, 10, 7)),
}
MADE_UP = frozenset(date(2026, month, day) for month, day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
Y2026 = Calendar(off=frozenset(NAMES), on=MADE_UP, known_years=frozenset({2025, 2026}), names=NAMES)


def at(day: date, hour: int = 10, minute: int = 20) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_the_year_2026_as_announced() -> None:
    working = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    working = [day for day in working if is_workday(day, Y2026)]
    assert len(working) == 248
    assert is_workday(date(2026, 2, 28), Y2026) and date(2026, 2, 28).weekday() == 5
    assert not is_workday(date(2026, 5, 4), Y2026) and date(2026, 5, 4).weekday() == 0


PUBLISHED = [
    # started, span, last day
    (date(2026, 9, 28), Span(5, "wd"), date(2026, 10, 10)),  # the sentence every due date is modelled on
    (date(2026, 9, 25), Span(1, "wd"), date(2026, 9, 28)),  # started on a holiday
    (date(2026, 9, 18), Span(1, "wd"), date(2026, 9, 20)),  # the made-up Sunday is the first working day
    (date(2026, 4, 30), Span(2, "wd"), date(2026, 5, 7)),
    (date(2026, 4, 30), Span(4, "wd"), date(2026, 5, 9)),
    (date(2026, 3, 2), Span(20, "wd"), date(2026, 3, 30)),
    (date(2026, 6, 1), Span(15, "wd"), date(2026, 6, 23)),
    (date(2026, 11, 30), Span(3, "m"), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
    (date(2026, 1, 31), Span(1, "m"), date(2026, 2, 28)),  # clamped, and a made-up Saturday does not move on
    (date(2026, 3, 10), Span(3, "m"), date(2026, 6, 10)),
    (date(2026, 7, 2), Span(3, "m"), date(2026, 10, 8)),  # 2 October falls into the national holiday
    (date(2026, 2, 28), Span(6, "m"), date(2026, 8, 28)),
    (date(2026, 8, 31), Span(1, "m"), date(2026, 9, 30)),
    (date(2026, 9, 10), Span(1, "m"), date(2026, 10, 10)),
    (date(2026, 5, 8), Span(7, "d"), date(2026, 5, 15)),
    (date(2026, 5, 8), Span(15, "d"), date(2026, 5, 25)),  # Saturday moves to Monday
    (date(2026, 11, 20), Span(30, "d"), date(2026, 12, 21)),
    (date(2025, 12, 31), Span(2, "wd"), date(2026, 1, 5)),
]


@pytest.mark.parametrize(("started", "span", "last"), PUBLISHED)
def test_published_rules(started: date, span: Span, last: date) -> None:
    assert due(at(started), span, Y2026).at == end_of_day(last)


def test_hours_run_through_nights_and_holidays() -> None:
    answer = due(at(date(2026, 9, 30), 22), Span(24, "h"), Y2026)
    assert answer.at == at(date(2026, 10, 1), 22)
    assert not answer.provisional
    assert answer.reasons == ("24 小时，自 9 月 30 日 22:20 起，夜间和节假日照计",)
    assert due(at(date(2026, 9, 30)), Span(90, "min"), Y2026).at == at(date(2026, 9, 30), 11, 50)


REASONS = [
    (date(2026, 9, 28), Span(5, "wd"), ("5 工作日，自 9 月 28 日起，10/1–7 国庆不计，10/10 补班计入",)),
    (date(2026, 3, 2), Span(2, "wd"), ("2 工作日，自 3 月 2 日起",)),
    (date(2026, 3, 2), Span(5, "wd"), ("5 工作日，自 3 月 2 日起，周末不计",)),
    (
        date(2026, 9, 22),
        Span(7, "wd"),
        ("7 工作日，自 9 月 22 日起，9/25–27 中秋不计，10/1–7 国庆不计",),
    ),
    (date(2026, 8, 28), Span(3, "m"), ("3 个月，自 8 月 28 日起", "期满日为周六，顺延至 11 月 30 日")),
    (date(2026, 7, 2), Span(3, "m"), ("3 个月，自 7 月 2 日起", "期满日为国庆假期，顺延至 10 月 8 日")),
    (date(2026, 9, 10), Span(1, "m"), ("1 个月，自 9 月 10 日起", "期满日 10 月 10 日为补班日，不顺延")),
    (
        date(2026, 11, 30),
        Span(3, "m"),
        (
            "3 个月，自 2026 年 11 月 30 日起",
            "2 月没有 30 日，按月末 28 日计",
            "期满日为周日，顺延至 2027 年 3 月 1 日",
            "2027 年放假安排尚未公布，暂按周末推算",
        ),
    ),
    (
        date(2026, 12, 30),
        Span(3, "wd"),
        ("3 工作日，自 2026 年 12 月 30 日起，周末不计", "2027 年放假安排尚未公布，暂按周末推算"),
    ),
]


@pytest.mark.parametrize(("started", "span", "reasons"), REASONS)
def test_reasons_are_sentences(started: date, span: Span, reasons: tuple[str, ...]) -> None:
    answer = due(at(started), span, Y2026)
    assert answer.reasons == reasons
    assert answer.provisional == ("尚未公布" in reasons[-1])


def test_a_run_that_crosses_a_month_and_one_without_a_name() -> None:
    spring = run("", date(2025, 1, 28), date(2025, 2, 4))
    calendar = Calendar(off=frozenset(spring), known_years=frozenset({2025}))
    answer = due(at(date(2025, 1, 27)), Span(1, "wd"), calendar)
    assert answer.reasons == ("1 工作日，自 1 月 27 日起，1/28–2/4 节假日不计",)


def test_the_first_of_january_2027_is_no_error() -> None:
    answer = due(at(date(2027, 1, 1)), Span(5, "wd"), Y2026)
    assert answer.provisional
    assert answer.at == end_of_day(date(2027, 1, 8))


def test_the_day_of_the_event_is_the_day_in_shanghai() -> None:
    late = datetime.fromisoformat("2026-03-02T18:30:00+00:00")
    assert due(late, Span(1, "wd"), Y2026).at == end_of_day(date(2026, 3, 4))
    with pytest.raises(ValueError):
        due(late.replace(tzinfo=None), Span(1, "wd"), Y2026)


@pytest.mark.parametrize(("n", "unit"), [(0, "wd"), (-1, "d"), (3, "week")])
def test_a_span_is_at_least_one_of_a_known_unit(n: int, unit: str) -> None:
    with pytest.raises(ValueError):
        Span(n, unit)  # type: ignore[arg-type]


def test_a_span_has_a_short_form() -> None:
    for text in ("5wd", "30d", "3m", "24h", "90min"):
        assert Span.parse(text).short == text
    assert str(Span.parse("15wd")) == "15 工作日"
    for text in ("", "5", "wd", "5 wd", "-5wd", "0d", "5wds"):
        with pytest.raises(ValueError):
            Span.parse(text)


# Warning levels ---------------------------------------------------------------------------------------------------

BEGINNINGS = [
    # started, span, yellow and orange begin on
    (date(2026, 3, 10), Span(3, "m"), date(2026, 5, 26), date(2026, 6, 5)),  # 15 and 5 days before 10 June
    (date(2026, 6, 1), Span(15, "wd"), date(2026, 6, 15), date(2026, 6, 17)),  # 5 and 3 working days before 23 June
    (date(2026, 3, 2), Span(5, "wd"), date(2026, 3, 5), date(2026, 3, 6)),  # 2 and 1 working days before 9 March
    (date(2026, 3, 2), Span(20, "wd"), date(2026, 3, 19), date(2026, 3, 24)),  # 7 and 4
    (date(2026, 3, 2), Span(2, "wd"), None, date(2026, 3, 3)),
    (date(2026, 3, 2), Span(1, "wd"), None, date(2026, 3, 3)),
    (date(2026, 3, 11), Span(5, "d"), None, date(2026, 3, 13)),  # due on Monday 16 March: orange from Friday
]


@pytest.mark.parametrize(("started", "span", "yellow", "orange"), BEGINNINGS)
def test_warnings_begin_at_a_share_of_the_span(started: date, span: Span, yellow: date | None, orange: date) -> None:
    due_at = due(at(started), span, Y2026).at
    begins = warning_at(at(started), due_at, span, Y2026)
    assert begins.yellow == (yellow and start_of_day(yellow))
    assert begins.orange == start_of_day(orange)


def test_hour_clocks_turn_orange_at_half_and_never_yellow() -> None:
    start = at(date(2026, 3, 2))
    span = Span(24, "h")
    due_at = due(start, span, Y2026).at
    levels = [level(start, due_at, span, start + timedelta(hours=h), Y2026) for h in (0, 11, 12, 24, 25)]
    assert levels == ["", "", "orange", "orange", "red"]


def test_levels_of_three_months_day_by_day() -> None:
    start, span = at(date(2026, 3, 10)), Span(3, "m")
    due_at = due(start, span, Y2026).at
    on = {days: level(start, due_at, span, due_at - timedelta(days=days), Y2026) for days in (16, 15, 6, 5, 0, -1)}
    assert on == {16: "", 15: "yellow", 6: "yellow", 5: "orange", 0: "orange", -1: "red"}


def test_a_rule_row_moves_the_shares() -> None:
    fractions = Fractions.from_rule({"yellow": "1/2", "yellow_cap": 30})
    assert fractions == Fractions(yellow=Fraction(1, 2), yellow_cap=30)
    start = at(date(2026, 3, 10))
    due_at = due(start, Span(3, "m"), Y2026).at
    assert warning_at(start, due_at, Span(3, "m"), Y2026, fractions).yellow == start_of_day(date(2026, 5, 11))


def test_words_of_the_deadline_chip() -> None:
    now, days = at(date(2026, 3, 10), 9), Span(15, "wd")
    assert remaining_words(now, end_of_day(date(2026, 3, 22)), "yellow", days) == "剩 12 天"
    assert remaining_words(now, end_of_day(date(2026, 3, 10)), "orange", days) == "今天到期"
    assert remaining_words(now, end_of_day(date(2026, 3, 8)), "red", days) == "已逾期 2 天"
    assert remaining_words(now, end_of_day(date(2026, 3, 9)), "red", days) == "已逾期 1 天"
    assert remaining_words(now, end_of_day(date(2026, 6, 9)), "", days) == "6 月 9 日到期"
    assert remaining_words(now, end_of_day(date(2027, 1, 4)), "", days) == "2027 年 1 月 4 日到期"
    hours = Span(24, "h")
    assert remaining_words(now, at(date(2026, 3, 10), 16), "orange", hours) == "今天 16:20 前"
    assert remaining_words(now, at(date(2026, 3, 11), 16), "", hours) == "明天 16:20 前"
    assert remaining_words(now, at(date(2026, 3, 10), 8), "red", hours) == "已逾期 1 小时"
    assert remaining_words(now, at(date(2026, 3, 10), 9, 0), "red", hours) == "已逾期 20 分钟"
    assert remaining_words(now, at(date(2026, 3, 8), 8), "red", hours) == "已逾期 2 天"


# Properties -------------------------------------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
near = st.sets(days, max_size=60).map(frozenset)
calendars = st.builds(
    Calendar, off=near, on=near, known_years=st.sets(st.integers(2024, 2028)).map(frozenset), names=st.just({})
)
moments = st.builds(datetime.combine, days, st.times(), st.just(SHANGHAI))
spans = st.one_of(
    st.builds(Span, st.integers(1, 60), st.sampled_from(["wd", "d", "h", "min"])),
    st.builds(Span, st.integers(1, 12), st.just("m")),
)


@given(moments, spans, calendars, st.integers(0, 120))
def test_a_further_holiday_never_makes_a_deadline_earlier(
    moment: datetime, span: Span, calendar: Calendar, offset: int
) -> None:
    holiday = moment.date() + timedelta(days=offset)
    more = Calendar(calendar.off | {holiday}, calendar.on, calendar.known_years, calendar.names)
    assert due(moment, span, more).at >= due(moment, span, calendar).at


@given(moments, spans, calendars, st.integers(0, 120))
def test_a_further_make_up_day_never_makes_a_deadline_later(
    moment: datetime, span: Span, calendar: Calendar, offset: int
) -> None:
    made_up = moment.date() + timedelta(days=offset)
    more = Calendar(calendar.off, calendar.on | {made_up}, calendar.known_years, calendar.names)
    assert due(moment, span, more).at <= due(moment, span, calendar).at


@given(moments, spans, calendars)
def test_a_longer_span_is_never_due_earlier(moment: datetime, span: Span, calendar: Calendar) -> None:
    longer = Span(span.n + 1, span.unit)
    assert due(moment, longer, calendar).at >= due(moment, span, calendar).at
    if span.unit == "wd":
        assert due(moment, longer, calendar).at > due(moment, span, calendar).at


@given(moments, spans, calendars)
def test_counts_of_days_end_on_a_working_day_at_its_last_second(
    moment: datetime, span: Span, calendar: Calendar
) -> None:
    answer = due(moment, span, calendar)
    if span.is_clock:
        assert answer.at - moment == span.length
    else:
        assert is_workday(answer.at.date(), calendar)
        assert (answer.at.hour, answer.at.minute, answer.at.second) == (23, 59, 59)
        assert answer.at.date() > moment.date()
    assert answer.provisional == any("尚未公布" in reason for reason in answer.reasons)


@given(days, st.integers(0, 80), calendars)
def test_adding_and_counting_working_days_agree(day: date, n: int, calendar: Calendar) -> None:
    assert workdays_between(day, add_workdays(day, n, calendar), calendar) == n
    assert next_workday(day, calendar) >= day


@given(days, st.integers(0, 60))
def test_months_keep_the_day_or_clamp_to_the_end(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(moments, spans, calendars)
def test_levels_only_climb_and_agree_with_their_beginnings(moment: datetime, span: Span, calendar: Calendar) -> None:
    due_at = due(moment, span, calendar).at
    begins = warning_at(moment, due_at, span, calendar)
    assert moment <= begins.orange <= due_at
    assert begins.yellow is None or moment <= begins.yellow < begins.orange
    ladder = ["", "yellow", "orange", "red"]
    steps = [moment + (due_at - moment) * i / 20 for i in range(23)]
    found = [ladder.index(level(moment, due_at, span, now, calendar)) for now in steps]
    assert found == sorted(found)
    assert level(moment, due_at, span, begins.orange, calendar) == "orange"
    assert level(moment, due_at, span, due_at + timedelta(seconds=1), calendar) == "red"
    if span.is_clock or (span.unit == "wd" and span.n <= 2):
        assert begins.yellow is None
