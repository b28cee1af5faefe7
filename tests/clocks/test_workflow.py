"""Starting and moving deadlines: dates as published, sentences that explain them, one open run of a kind."""

from datetime import date

import pytest

from accounts.models import Organ, User
from clocks import workflow
from clocks.defaults import SPANS
from clocks.models import Deadline, DueChange
from ground import clock
from tests.clocks.conftest import on

pytestmark = pytest.mark.django_db

# Published rules counted by hand on the calendar of 2026: clock, start, due, first sentence.
PUBLISHED = [
    # 代表法 §51: three months from the day of handing over; the last day is a working day.
    ("assignment.reply", on(2, 26, 16), on(5, 26, 23, 59), "3 个月，自 2 月 26 日起"),
    # The last day falls on a Saturday: moved to Monday (民法典 §203).
    ("assignment.reply", on(3, 12, 9), on(6, 12, 23, 59), "3 个月，自 3 月 12 日起"),
    ("assignment.reply", on(2, 9, 9), on(5, 9, 23, 59), "3 个月，自 2 月 9 日起"),
    ("assignment.reply", on(7, 3, 9), on(10, 8, 23, 59), "3 个月，自 7 月 3 日起"),
    # One month clamped to the end of February.
    ("assignment.redo", on(1, 31, 9), on(2, 28, 23, 59), "1 个月，自 1 月 31 日起"),
    # Working days over the National Day with a make-up Saturday.
    ("suggestion.hand_over", on(9, 28, 11), on(10, 10, 23, 59),
     "5 工作日，自 9 月 28 日起，10/1–7 国庆不计，10/10 补班计入"),
    ("assignment.rate", on(9, 28, 11), on(10, 30, 23, 59),
     "20 工作日，自 9 月 28 日起，10/1–7 国庆不计，周末不计，10/10 补班计入"),
    # By the hour, through night and holiday.
    ("opinion.claim", on(10, 1, 22, 30), on(10, 2, 22, 30), "24 小时，自 10 月 1 日 22:30 起，夜间和节假日照计"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "start", "due", "sentence"), PUBLISHED, ids=[f"{p[0]} {p[1]:%F}" for p in PUBLISHED])
def test_a_clock_ends_on_the_day_the_published_rule_gives(matter, rule, code, start, due, sentence):
    rule("job", SPANS[code].span)
    deadline = workflow.start(matter, "job", at=start)
    assert deadline.due_at.replace(second=0) == due
    assert deadline.reasons[0] == sentence


def test_a_last_day_on_a_holiday_says_why_it_moved(matter, rule):
    rule("job", "3m")
    deadline = workflow.start(matter, "job", at=on(7, 3))
    assert deadline.reasons[1] == "期满日为国庆假期，顺延至 10 月 8 日"


def test_a_year_without_a_notice_is_provisional_and_says_so(matter, rule):
    rule("job", "20wd")
    deadline = workflow.start(matter, "job", at=on(12, 21))
    assert deadline.due_at.date() == date(2027, 1, 18)
    assert deadline.provisional
    assert deadline.reasons[-1] == "2027 年放假安排尚未公布，暂按周末推算"


def test_the_first_of_january_2027_is_no_error(matter, rule):
    rule("job", "5wd")
    with clock.at(on(1, 1, 9, year=2027)):
        deadline = workflow.start(matter, "job")
        view = workflow.due_view(deadline)
    assert deadline.due_at.date() == date(2027, 1, 8)
    assert view["words"] == "1 月 8 日到期"


def test_each_start_is_a_new_run_and_drops_the_open_one(matter, rule):
    rule("job", "5wd")
    first = workflow.start(matter, "job")
    second = workflow.start(matter, "job")
    first.refresh_from_db()
    assert (first.run, second.run) == (1, 2)
    assert first.dropped_at and not first.met_at
    assert workflow.open_of(matter) == [second]


def test_stop_meets_and_drop_drops(matter, rule):
    for kind in ("one", "two", "three"):
        rule(kind, "5wd")
        workflow.start(matter, kind)
    workflow.stop(matter, "one")
    workflow.drop(matter)
    rows = {d.kind: (d.met_at is not None, d.dropped_at is not None) for d in Deadline.objects.all()}
    assert rows == {"one": (True, False), "two": (False, True), "three": (False, True)}


def test_a_postponed_date_stays_on_record(matter, rule):
    rule("job", "5wd")
    by = User.objects.make("19900000001", "王建国")
    deadline = workflow.start(matter, "job")
    old = deadline.due_at
    workflow.postpone(matter, "job", on(6, 1, 23, 59), why="同意延期", by=by)
    deadline.refresh_from_db()
    assert deadline.due_at == on(6, 1, 23, 59) and deadline.fixed
    assert deadline.reasons[-1] == "同意延期，改为 2026 年 6 月 1 日"
    change = DueChange.objects.get()
    assert (change.old, change.new, change.why, change.by) == (old, deadline.due_at, "同意延期", by)


def test_an_extension_counts_from_the_first_day(matter, rule):
    rule("job", "3m")
    workflow.start(matter, "job", at=on(2, 26))
    deadline = workflow.extend(matter, "job", "6m", why="涉及面广，同意延长至 6 个月", by=None)
    assert deadline.due_at.date() == date(2026, 8, 26)
    assert deadline.reasons == ["6 个月，自 2 月 26 日起", "涉及面广，同意延长至 6 个月"]


def test_a_promised_day_is_kept_as_named(matter, rule):
    rule("promise", "3m")
    deadline = workflow.start(matter, "promise", until=date(2026, 10, 3))
    assert deadline.due_at.date() == date(2026, 10, 3)
    assert deadline.reasons == ["约定日期为 2026 年 10 月 3 日"]
    assert deadline.yellow_at < deadline.orange_at < deadline.due_at


LEVELS = [  # span, days from 6 May 2026, level, words
    ("3m", on(7, 20), "", "8 月 6 日到期"),
    ("3m", on(7, 22), "yellow", "剩 15 天"),
    ("3m", on(8, 1), "orange", "剩 5 天"),
    ("3m", on(8, 6, 23), "orange", "今天到期"),
    ("3m", on(8, 7, 0), "red", "已逾期 1 天"),
    ("24h", on(5, 6, 12), "", "明天 10:00 前"),
    ("24h", on(5, 6, 22, 1), "orange", "明天 10:00 前"),
    ("24h", on(5, 7, 13), "red", "已逾期 3 小时"),
]


@pytest.mark.parametrize(("span", "now", "level", "words"), LEVELS)
def test_one_level_for_chips_lists_and_reminders(matter, rule, span, now, level, words):
    rule("job", span)
    deadline = workflow.start(matter, "job", at=on(5, 6))
    with clock.at(now):
        view = workflow.due_view(deadline)
    assert (view["kind"], view["level"], view["words"]) == ("job", level, words)


def test_a_view_of_a_deadline_asks_the_database_nothing(matter, rule, django_assert_num_queries):
    rule("job", "3m")
    workflow.start(matter, "job")
    rows = workflow.open_of(matter)
    with django_assert_num_queries(0):
        workflow.due_view(rows[0])


def test_windows_are_no_dates_anybody_owes(matter, rule):
    rule("job", "20wd")
    rule("window", "5wd", window=True, owed=False)
    workflow.start(matter, "window")
    job = workflow.start(matter, "job")
    assert workflow.next_due(matter) == job.due_at
    assert isinstance(matter, Organ)
