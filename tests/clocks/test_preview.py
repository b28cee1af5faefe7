"""A changed calendar: seen before it is done, and done exactly as it was seen."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import Post, User
from clocks import calendar, workflow
from clocks.models import Deadline, DueChange, Holiday
from clocks.preview import DayChange, apply_change, preview
from clocks.sweep import sweep
from ground import clock
from ground.models import AuditLine
from tests.clocks.conftest import make_organ, on

pytestmark = pytest.mark.django_db

NEW_YEAR = [
    DayChange(date(2027, 1, 1), "off", "元旦"),
    DayChange(date(2027, 1, 4), "off", "元旦"),
    DayChange(date(2027, 1, 9), "on", "元旦"),
    DayChange(date(2027, 10, 1), "off", "国庆"),
]


@pytest.fixture
def admin(workdays_2026: None) -> User:
    user = User.objects.make("19900000009", "系统管理员")
    Post.objects.create(user=user, organ=make_organ("SYS"), role="sys_admin", since=on(1, 1).date())
    return user


def test_the_preview_says_what_would_move_and_writes_nothing(matter, rule):
    rule("job", "5wd")
    rule("hours", "48h")
    job = workflow.start(matter, "job", at=on(12, 30))
    workflow.start(matter, "hours", at=on(12, 31))
    workflow.start(make_organ("B"), "job", until=date(2027, 1, 4))
    before = list(Deadline.objects.order_by("pk").values())
    (shift,) = preview(NEW_YEAR)
    assert shift.deadline == job
    assert (shift.old.date(), shift.new.date()) == (date(2027, 1, 6), date(2027, 1, 8))
    assert not shift.due.provisional
    assert list(Deadline.objects.order_by("pk").values()) == before
    assert not Holiday.objects.filter(date__year=2027).exists()


def test_what_is_applied_is_what_was_shown(matter, rule, admin):
    rule("job", "5wd")
    rule("long", "3m")
    for n, day in enumerate((28, 29, 30, 31)):
        organ = make_organ(f"M{n}")
        workflow.start(organ, "job", at=on(12, day))
        workflow.start(organ, "long", at=on(10, day))
    shown = [(s.deadline.pk, s.old, s.new, s.due.reasons) for s in preview(NEW_YEAR)]
    done = [(s.deadline.pk, s.old, s.new, s.due.reasons) for s in apply_change(NEW_YEAR, admin)]
    assert shown == done and len(shown) == 8  # four that move, four that are provisional no longer
    assert preview() == preview(NEW_YEAR) == []
    for pk, old, new, _ in shown:
        deadline = Deadline.objects.get(pk=pk)
        assert (deadline.due_at, deadline.provisional) == (new, False)
        if old != new:
            assert DueChange.objects.get(deadline=deadline).by == admin
            assert deadline.reasons[-1].startswith("节假日安排变化，由 ")
    assert AuditLine.objects.get().act == "clocks.change_calendar"


def test_an_ordinary_day_again(matter, rule, admin):
    rule("job", "5wd")
    deadline = workflow.start(matter, "job", at=on(9, 28))
    assert deadline.due_at.date() == date(2026, 10, 10)
    apply_change([DayChange(date(2026, 10, 10), "")], admin)
    deadline.refresh_from_db()
    assert deadline.due_at.astimezone(clock.SHANGHAI).date() == date(2026, 10, 12)
    assert not Holiday.objects.filter(date=date(2026, 10, 10)).exists()


def test_a_row_edited_by_hand_moves_nothing_until_it_is_confirmed(matter, rule, admin):
    rule("job", "5wd")
    deadline = workflow.start(matter, "job", at=on(9, 28))
    Holiday.objects.filter(date=date(2026, 10, 10)).delete()
    calendar.forget()
    clock.shift_to(on(9, 29))
    sweep()
    deadline.refresh_from_db()
    assert deadline.due_at.astimezone(clock.SHANGHAI).date() == date(2026, 10, 10)
    assert [shift.deadline for shift in preview()] == [deadline]


def test_an_extension_stays_among_the_reasons(matter, rule, admin):
    rule("job", "5wd")
    workflow.start(matter, "job", at=on(9, 21))
    workflow.extend(matter, "job", "10wd", why="同意延长", by=None)
    apply_change([DayChange(date(2026, 10, 10), "")], admin)
    (deadline,) = workflow.open_of(matter)
    assert deadline.reasons[1:] == ["同意延长", "节假日安排变化，由 2026 年 10 月 12 日改为 2026 年 10 月 13 日"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(
        st.tuples(st.dates(date(2026, 5, 7), date(2026, 12, 31)), st.sampled_from(["off", "on", ""])),
        max_size=8,
        unique_by=lambda pair: pair[0],
    )
)
def test_any_change_is_applied_as_previewed(django_db_blocker, matter, rule, admin, days):
    for span in ("5wd", "30d", "3m"):
        rule(span, span)
        workflow.start(matter, span, at=on(9, 28))
    changes = [DayChange(day, kind, "节" if kind else "") for day, kind in days]
    shown = [(s.deadline.pk, s.new) for s in preview(changes)]
    assert [(s.deadline.pk, s.new) for s in apply_change(changes, admin)] == shown
    assert preview() == []


# -- the page ----------------------------------------------------------------------------------------------------------

PREVIEW, APPLY = "/admin/calendar/preview/", "/admin/calendar/apply/"


@pytest.fixture
def page(admin: User) -> Iterator[Client]:
    client = Client()
    client.force_login(admin)
    yield client


def test_the_page_shows_the_moves_and_confirms_them(page, matter, rule):
    rule("job", "5wd")
    workflow.start(matter, "job", at=on(9, 28))
    answer = page.post(PREVIEW, {"days": "2026-10-10 取消"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1 项期限会变" in text and "2026年10月12日" in text and "机构 A1" in text
    assert Holiday.objects.filter(date=date(2026, 10, 10)).exists()
    answer = page.post(APPLY, {"days": "2026-10-10 取消", "stamp": answer.context["stamp"]})
    assert answer.status_code == 302
    (deadline,) = workflow.open_of(matter)
    assert deadline.due_at.astimezone(clock.SHANGHAI).date() == date(2026, 10, 12)


def test_many_moves_cost_no_more_queries_than_two(page, rule):
    rule("job", "5wd")
    costs = []
    for letters in ("BC", "DEFGHIJKLM"):
        for letter in letters:
            workflow.start(make_organ(letter), "job", at=on(9, 28))
        with CaptureQueriesContext(connection) as queries:
            text = page.post(PREVIEW, {"days": "2026-10-10 取消"}).content.decode()
        assert all(f"机构 {letter}" in text for letter in letters)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_confirmation_of_something_else_is_refused(page, matter, rule):
    rule("job", "5wd")
    stamp = page.post(PREVIEW, {"days": "2026-10-10 取消"}).context["stamp"]
    workflow.start(matter, "job", at=on(9, 28))
    answer = page.post(APPLY, {"days": "2026-10-10 取消", "stamp": stamp})
    assert answer.status_code == 422
    assert "请核对下面的新清单" in answer.content.decode()
    assert Holiday.objects.filter(date=date(2026, 10, 10)).exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("明年元旦", "看不懂"),
        ("2027-02-30 放假 春节", "没有这一天"),
        ("2027-02-01 休息 春节", "请写放假、补班或取消"),
        ("2027-02-01 放假", "请写上节日名称"),
        ("2027-02-01 放假 春节\n2027-02-01 补班 春节", "2027-02-01 写了两次"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(page, line, words):
    answer = page.post(PREVIEW, {"days": line})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_only_whoever_keeps_the_calendar_enters(admin, matter):
    other = User.objects.make("19900000008", "经办人")
    Post.objects.create(user=other, organ=matter, role="dwc_clerk", since=on(1, 1).date())
    client = Client()
    client.force_login(other)
    assert client.post(PREVIEW, {"days": "2026-10-10 取消"}).status_code == 403
    assert client.post(APPLY, {"days": "2026-10-10 取消"}).status_code == 403
