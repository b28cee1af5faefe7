"""履职通: what a deputy sees and does on the pages, through the views alone."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ground import clock
from suggestions.models import Opinion, Suggestion
from suggestions.workflow import assignment as work
from suggestions.workflow import commitment as promises
from suggestions.workflow import cosign as cosigns
from suggestions.workflow import opinion as opinions
from suggestions.workflow import suggestion as whole
from tests.cast import people
from tests.suggestions.citizens import Citizens
from tests.suggestions.narrator import PROMISE, START, WORDS, Narrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return client


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (64, 48), "red").save(held, "JPEG")
    return SimpleUploadedFile("现场.jpg", held.getvalue(), content_type="image/jpeg")


def body(answer: Any) -> str:
    return answer.content.decode()


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection, ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


# -- the face ----------------------------------------------------------------------------------------------------------


def test_strangers_are_led_to_sign_in_and_others_refused(tell: Narrator) -> None:
    assert Client().get("/my/").headers["Location"].startswith("/login/")
    for url in ("/my/", "/my/opinions/", "/my/suggestions/", "/my/suggestions/new/", "/my/notices/", "/my/me/"):
        assert signed_in(tell.cast.gao).get(url).status_code == 403
