"""The cast as tests use it: `people()` builds it (or finds it) and answers it by role names; fixture `cast`.

A test module that brings objects through life cycles once per module opens its own transaction and calls `people()`.
"""

import pytest

from config.demo.cast import PASSWORD, Cast, build_cast, phone_of

__all__ = ["PASSWORD", "Cast", "cast", "people", "phone_of"]


def people() -> Cast:
    """The cast, with users read afresh so that no fact of an earlier test is remembered."""
    return build_cast()


@pytest.fixture
def cast(db: None) -> Cast:
    return people()
