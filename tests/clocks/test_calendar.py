"""The calendar's rows: loaded once for all known years, read again when one changes."""

from datetime import date

import pytest
from django.core.management import call_command

from clocks import calendar
from clocks.models import Holiday
from ground import clock
from ground.workdays import is_workday
from tests.clocks.conftest import on

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing_and_keeps_what_somebody_wrote(workdays_2026):
    Holiday.objects.filter(date=date(2026, 10, 10)).update(kind="off", name="改过")
    before = list(Holiday.objects.values())
    call_command("load_calendar", verbosity=0)
    assert list(Holiday.objects.values()) == before


def test_the_notice_of_2026_is_in_it(workdays_2026):
    cal = calendar.current()
    assert cal.known_years == frozenset(range(2004, 2027))
    for day in (date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)):
        assert is_workday(day, cal)
    for day in (date(2026, 1, 2), date(2026, 2, 23), date(2026, 5, 5), date(2026, 6, 19), date(2026, 9, 25)):
        assert not is_workday(day, cal)
    assert cal.name(date(2026, 10, 1)) == "国庆"


def test_a_new_year_day_in_the_notice_of_the_year_before_does_not_make_a_year_known(workdays_2026):
    Holiday.objects.create(date=date(2027, 1, 1), kind="off", name="元旦", changed_at=clock.now())
    calendar.forget()
    assert 2027 not in calendar.current().known_years
    Holiday.objects.create(date=date(2027, 10, 1), kind="off", name="国庆", changed_at=clock.now())
    assert 2027 in calendar.current().known_years


def test_a_row_changed_by_another_process_is_seen(workdays_2026):
    assert is_workday(date(2026, 10, 10), calendar.current())
    with clock.at(on(12, 1)):
        Holiday.objects.filter(date=date(2026, 10, 10)).update(kind="off", changed_at=clock.now())
    assert not is_workday(date(2026, 10, 10), calendar.current())


def test_asking_again_costs_one_small_query(workdays_2026, django_assert_num_queries):
    calendar.current()
    with django_assert_num_queries(1):
        calendar.current()
