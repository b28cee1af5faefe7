"""Every test works as the application's role on a database that the owner made (dev/pytest_services.py)."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
import pytest_django.fixtures
from django.core.cache import cache
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app
from dev import pytest_services
from tests.cast import cast  # noqa: F401 the people, for every test

hypothesis.settings.register_profile("house", deadline=None, max_examples=50)
hypothesis.settings.load_profile("house")

TransactionTestCase._fixture_teardown = pytest_services.flush_as_owner

# Whoever asks for the database, also late and by name, gets the test database and never the one it was copied beside.
pytest_django.fixtures._get_databases_for_setup = lambda items: ({DEFAULT_DB_ALIAS}, set())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Just before the test database is made: the owner makes and migrates it."""
    pytest_services.become(os.environ["MIGRATE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The owner has made and migrated the test database; from here to the end the application works in it."""
    pytest_services.become(os.environ["DATABASE_URL"])
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with django_db_blocker.unblock():
        call_command("load_calendar", verbosity=0)
    yield
    pytest_services.become(os.environ["MIGRATE_URL"])


@pytest.fixture(scope="session", autouse=True)
def worker_is_loaded() -> None:
    """As a worker does at its start: every room's tasks, with the runners of its jobs, whichever test comes first."""
    app.loader.import_default_modules()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles and caches of one test mean nothing to the next."""
    cache.clear()
