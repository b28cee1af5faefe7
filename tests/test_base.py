"""The ground under all other tests: which role they work as, and in which database."""

import pytest
from django.db import ProgrammingError, connection, transaction

from clocks.models import Holiday
from ground import clock
from ground.models import Heartbeat


def one(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_run_as_the_application_in_a_test_database() -> None:
    assert one("SELECT current_user") == "app"
    assert str(one("SELECT current_database()")).startswith("test_")


@pytest.mark.django_db
def test_the_application_owns_no_table() -> None:
    assert one("SELECT count(*) FROM pg_tables WHERE tableowner = 'app'") == 0
    assert one("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'owner'") > 0
    assert one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.django_db
def test_the_application_may_write_rows_but_not_alter_tables() -> None:
    Heartbeat.objects.create(name="test", at=clock.now())
    with pytest.raises(ProgrammingError), transaction.atomic():
        one("ALTER TABLE ground_heartbeat DISABLE TRIGGER ALL")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_transaction_test_leaves_nothing_behind_and_goes_on_as_the_application(time: str) -> None:
    assert not Heartbeat.objects.exists()
    assert Holiday.objects.exists()
    Heartbeat.objects.create(name="left", at=clock.now())
    assert one("SELECT current_user") == "app"
