"""Working days, due dates and warning levels: pure arithmetic over a calendar that is passed in.

A day count starts the day after the event and its last day lasts until 23:59:59 in Shanghai; a last day that is
not a working day moves to the next one (民法典 §203, for months clamped as in §202); hour clocks run through.
"""

from __future__ import annotations

import calendar as civil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Literal, NamedTuple, cast, get_args

from ground.clock import SHANGHAI

DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

Unit = Literal["wd", "d", "m", "h", "min"]
Level = Literal["", "yellow", "orange", "red"]


@dataclass(frozen=True)
class Calendar:
    """The yearly notice of the State Council as sets: days off with their short names (“国庆”), make-up working days.

    `known_years` are the years whose notice is in; in any other year Monday to Friday count as working days.
    """

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict)

    def name(self, day: date) -> str:
        return self.names.get(day) or "节假日"


@dataclass(frozen=True)
class Span:
    """A length of time as a rule states it: working days, days, months, hours or minutes."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"unknown unit {self.unit!r}")
        if self.n < 1:
            raise ValueError("a span is at least 1")

    def __str__(self) -> str:
        words = {"wd": "工作日", "d": "天", "m": "个月", "h": "小时", "min": "分钟"}
        return f"{self.n} {words[self.unit]}"

    @classmethod
    def parse(cls, text: str) -> Span:
        """From the short form of a rule: “5wd”, “30d”, “3m”, “24h”, “90min”."""
        match = re.fullmatch(r"(\d+)(wd|d|m|h|min)", text)
        if not match:
            raise ValueError(f"{text!r} is not a span")
        return cls(int(match[1]), cast(Unit, match[2]))

    @property
    def short(self) -> str:
        """The short form that `parse` reads."""
        return f"{self.n}{self.unit}"

    @property
    def is_clock(self) -> bool:
        """Runs by the hour, through nights and holidays."""
        return self.unit in ("h", "min")

    @property
    def length(self) -> timedelta:
        """The exact length of an hour clock."""
        return timedelta(hours=self.n) if self.unit == "h" else timedelta(minutes=self.n)


@dataclass(frozen=True)
class Due:
    """When something is due, why, and whether a year without a published calendar was crossed."""

    at: datetime
    reasons: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True)
class Fractions:
    """When warnings begin: shares of the span and their caps, both in the span's own unit (months: in days)."""

    yellow: Fraction = Fraction(1, 3)
    yellow_cap: int = 15
    orange: Fraction = Fraction(1, 6)
    orange_cap: int = 5
    short: Fraction = Fraction(1, 2)
    short_days: int = 2

    @classmethod
    def from_rule(cls, values: Mapping[str, str | int | float]) -> Fractions:
        """The same from a rule row, whose shares are text like "1/3"; what the row does not name keeps its default."""
        shares = {name: Fraction(str(values[name])) for name in ("yellow", "orange", "short") if name in values}
        counts = {name: int(values[name]) for name in ("yellow_cap", "orange_cap", "short_days") if name in values}
        return cls(**shares, **counts)


class Warnings(NamedTuple):
    """The moments at which yellow (None: never) and orange begin."""

    yellow: datetime | None
    orange: datetime


DEFAULT_FRACTIONS = Fractions()


def is_workday(day: date, calendar: Calendar) -> bool:
    return day in calendar.on or (day.weekday() < 5 and day not in calendar.off)


def next_workday(day: date, calendar: Calendar) -> date:
    """The first working day on or after `day`."""
    while not is_workday(day, calendar):
        day += DAY
    return day


def add_workdays(start: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after `start` (before it, if n is negative); `start` itself is not counted."""
    step = DAY if n >= 0 else -DAY
    for _ in range(abs(n)):
        start += step
        while not is_workday(start, calendar):
            start += step
    return start


def add_months(start: date, n: int) -> date:
    """The same day number n months on, clamped to the end of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    return date(year, month + 1, min(start.day, civil.monthrange(year, month + 1)[1]))


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after `start` up to and including `end`; 0 if `end` is not later."""
    return sum(is_workday(day, calendar) for day in _days(start + DAY, end))


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def end_of_day(day: date) -> datetime:
    """The last second of `day` in Shanghai, at which a count of days ends."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def due(started_at: datetime, span: Span, calendar: Calendar) -> Due:
    """When `span`, started by an event at `started_at` (aware), ends, with the reasons in sentences."""
    started_at = _local(started_at)
    start = started_at.date()
    if span.is_clock:
        at = started_at + span.length
        return Due(at, (f"{span}，自 {_day(start)} {started_at:%H:%M} 起，夜间和节假日照计",), provisional=False)
    if span.unit == "wd":
        end = add_workdays(start, span.n, calendar)
        consulted = (start + DAY, end)
        reasons = [f"{span}，自 {_day(start, end)}起{_what_was_counted(start, end, calendar)}"]
    else:
        last = start + span.n * DAY if span.unit == "d" else add_months(start, span.n)
        end = next_workday(last, calendar)
        consulted = (last, end)
        reasons = [f"{span}，自 {_day(start, end)}起"]
        if span.unit == "m" and last.day != start.day:
            reasons.append(f"{last.month} 月没有 {start.day} 日，按月末 {last.day} 日计")
        if end != last:
            why = f"{calendar.name(last)}假期" if last in calendar.off else WEEKDAYS[last.weekday()]
            reasons.append(f"期满日为{why}，顺延至 {_day(end, start)}")
        elif last.weekday() >= 5:
            reasons.append(f"期满日 {_day(last, start)}为补班日，不顺延")
    unknown = [year for year in range(consulted[0].year, consulted[1].year + 1) if year not in calendar.known_years]
    reasons += [f"{year} 年放假安排尚未公布，暂按周末推算" for year in unknown]
    return Due(end_of_day(end), tuple(reasons), provisional=bool(unknown))


def warning_at(
    started_at: datetime, due_at: datetime, span: Span, calendar: Calendar, fractions: Fractions = DEFAULT_FRACTIONS
) -> Warnings:
    """When yellow and orange begin, neither before `started_at`.

    What is left is counted as people read it: days from today to the last day, so that “剩 5 天” and the colour agree.
    Yellow at a third left and at most 15, orange at a sixth and at most 5, both rounded up, orange at the latest on
    the working day before the last; up to two days, and by the hour, no yellow and orange at half.
    """
    started_at, due_at = _local(started_at), _local(due_at)
    last = due_at.date()
    if span.is_clock:
        return Warnings(None, max(started_at, due_at - span.length * float(fractions.short)))

    def left(n: int) -> date:
        return add_workdays(last, -n, calendar) if span.unit == "wd" else last - n * DAY

    if span.unit != "m" and span.n <= fractions.short_days:
        return Warnings(None, max(started_at, start_of_day(left(int(span.n * fractions.short)))))
    start = started_at.date()
    total = (add_months(start, span.n) - start).days if span.unit == "m" else span.n
    orange_on = left(min(ceil(total * fractions.orange), fractions.orange_cap))
    orange = max(started_at, start_of_day(min(orange_on, add_workdays(last, -1, calendar))))
    yellow = max(started_at, start_of_day(left(min(ceil(total * fractions.yellow), fractions.yellow_cap))))
    return Warnings(yellow if yellow < orange else None, orange)


def level(
    started_at: datetime,
    due_at: datetime,
    span: Span,
    now: datetime,
    calendar: Calendar,
    fractions: Fractions = DEFAULT_FRACTIONS,
) -> Level:
    """The warning level of a running deadline at `now`: red once `due_at` has passed."""
    if now > due_at:
        return "red"
    begins = warning_at(started_at, due_at, span, calendar, fractions)
    if now >= begins.orange:
        return "orange"
    if begins.yellow and now >= begins.yellow:
        return "yellow"
    return ""


def remaining_words(now: datetime, due_at: datetime, level: Level, span: Span) -> str:
    """What stands in the deadline chip: “剩 12 天”, “今天到期”, “已逾期 2 天”, “今天 16:20 前”, or a date."""
    now, due_at = _local(now), _local(due_at)
    days = (due_at.date() - now.date()).days
    if now > due_at:
        hours, minutes = divmod(int((now - due_at).total_seconds()) // 60, 60)
        if not span.is_clock or hours >= 24:
            return f"已逾期 {max(-days, 1)} 天"
        return f"已逾期 {hours} 小时" if hours else f"已逾期 {max(minutes, 1)} 分钟"
    if span.is_clock:
        day = {0: "今天", 1: "明天"}.get(days) or _day(due_at.date(), now.date())
        return f"{day} {due_at:%H:%M} 前"
    if days == 0:
        return "今天到期"
    return f"剩 {days} 天" if level else f"{_day(due_at.date(), now.date())}到期"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(SHANGHAI)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _day(day: date, beside: date | None = None) -> str:
    """“9 月 28 日”, with the year where it differs from that of the date it stands beside."""
    year = f"{day.year} 年 " if beside and beside.year != day.year else ""
    return f"{year}{day.month} 月 {day.day} 日"


def _what_was_counted(start: date, end: date, calendar: Calendar) -> str:
    """“，10/1–7 国庆不计，周末不计，10/10 补班计入” for the days after `start` up to `end`."""
    holidays: list[tuple[str, date, date]] = []
    weekend = False
    made_up: list[date] = []
    for day in _days(start + DAY, end):
        if day in calendar.on:
            if day.weekday() >= 5:
                made_up.append(day)
        elif day in calendar.off:
            name = calendar.name(day)
            if holidays and holidays[-1][0] == name and holidays[-1][2] == day - DAY:
                holidays[-1] = (name, holidays[-1][1], day)
            else:
                holidays.append((name, day, day))
        elif day.weekday() >= 5:
            weekend = True
    parts = [f"{_run(first, last, start.year)} {name}不计" for name, first, last in holidays]
    parts += ["周末不计"] if weekend else []
    parts += [f"{_run(day, day, start.year)} 补班计入" for day in made_up]
    return "".join(f"，{part}" for part in parts)


def _run(first: date, last: date, year: int) -> str:
    """“10/1–7”, “1/31–2/6”, “5/1”, or “2027/1/1–3” where the year is not `year`."""
    text = f"{first.month}/{first.day}" if first.year == year else f"{first.year}/{first.month}/{first.day}"
    if last == first:
        return text
    return f"{text}–{last.day}" if last.month == first.month else f"{text}–{last.month}/{last.day}"
