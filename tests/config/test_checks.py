"""`check --deploy` refuses a demonstration, one role for everything, and a database that trusts everybody."""

import pytest
from django.core import checks
from django.test import override_settings

from dev.pytest_services import owner


def ids(*, databases: list[str] | None = None) -> set[str]:
    found = checks.run_checks(include_deployment_checks=True, databases=databases)
    return {told.id for told in found if told.id.startswith("lvzhiyun")}


def test_switches_of_the_demonstration_are_refused() -> None:
    with override_settings(DEMO=True, TESTING=False, CLOCK_MAY_SHIFT=False, SMS_SENDER="sms.gateway.send"):
        assert ids() == {"lvzhiyun.E001"}
    with override_settings(DEMO=False, TESTING=False, CLOCK_MAY_SHIFT=False, SMS_SENDER=""):
        assert ids() == {"lvzhiyun.E002"}
    with override_settings(DEMO=False, TESTING=False, CLOCK_MAY_SHIFT=False, SMS_SENDER="sms.gateway.send"):
        assert ids() == set()


@pytest.mark.django_db(transaction=True)
@override_settings(DEMO=False, TESTING=False, CLOCK_MAY_SHIFT=False, SMS_SENDER="sms.gateway.send")
def test_the_owner_may_not_be_the_application() -> None:
    trusted = ids(databases=["default"]) - {"lvzhiyun.E005"}  # the embedded cluster trusts its loopback port
    assert trusted == set()
    with owner():
        assert "lvzhiyun.E003" in ids(databases=["default"])


@pytest.mark.django_db
@override_settings(DEMO=False, TESTING=False, CLOCK_MAY_SHIFT=False, SMS_SENDER="sms.gateway.send")
def test_the_cast_may_not_be_left_behind() -> None:
    from accounts.models import User

    User.objects.make("19900000001", "王建国", is_demo=True)
    assert "lvzhiyun.E006" in ids(databases=["default"])


@pytest.mark.django_db
def test_a_trusting_database_is_noticed() -> None:
    from django.db import connection

    from config.checks import enters_without_password

    with connection.cursor() as cursor:
        cursor.execute("SHOW port")
        port = cursor.fetchone()[0]
    if str(connection.settings_dict["PORT"]) == port and not connection.settings_dict["PASSWORD"]:
        assert enters_without_password()
