"""The town on the morning a story begins."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ground import clock
from ground.clock import SHANGHAI
from tests.cast import Cast, cast  # noqa: F401 the people, by the one way to make them
from tests.stories.client import Town

START = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)  # a Monday between sessions, no holiday near


@pytest.fixture
def started() -> Iterator[None]:
    with clock.at(START):
        yield


@pytest.fixture
def town(started: None, cast: Cast, settings: Any, tmp_path: Path) -> Town:  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    return Town(cast)
