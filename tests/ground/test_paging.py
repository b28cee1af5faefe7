"""Keyset pages: every row once, in both directions, empty values last, and no cursor that breaks a page."""

import base64
import json
from datetime import timedelta

import pytest
from django.test import RequestFactory

from accounts.models import Organ
from ground import clock
from ground.errors import Invalid
from ground.models import Heartbeat, Message
from ground.paging import keyset

pytestmark = pytest.mark.django_db


def page(queryset, cursor="", **options):
    return keyset(queryset, RequestFactory().get("/", {"cursor": cursor} if cursor else {}), **options)


def walk(queryset, **options):
    pages, cursor = [], ""
    while True:
        one = page(queryset, cursor, **options)
        pages.append(one)
        if not one.next:
            return pages
        cursor = one.next


@pytest.fixture
def messages():
    now = clock.now()
    sent = [None, now, now, now - timedelta(days=1), None, now + timedelta(days=1), None]
    rows = [
        Message(recipient_kind="user", recipient_id=n, channel="sms", template="t", step=f"x:{n}", made_at=now,
                next_at=now, sent_at=at)
        for n, at in enumerate(sent)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)
    return Message.objects.all()


@pytest.mark.parametrize("order", [("-pk",), ("pk",), ("sent_at",), ("-sent_at",), ("template", "-pk"), "next_at"])
def test_every_row_comes_once_and_back_again(messages, order):
    pages = walk(messages, order=order, size=2)
    ids = [row.pk for one in pages for row in one]
    assert sorted(ids) == sorted(messages.values_list("pk", flat=True)) and len(set(ids)) == len(ids)
    back, cursor = [list(pages[-1])], pages[-1].previous
    while cursor:
        one = page(messages, cursor, order=order, size=2)
        back.insert(0, list(one))
        cursor = one.previous
    assert [row.pk for rows in back for row in rows] == ids
    assert not pages[0].previous and pages[0].next and not pages[-1].next


def test_empty_values_come_last_in_either_order(messages):
    for order in ("sent_at", "-sent_at"):
        found = [row.sent_at for one in walk(messages, order=order, size=3) for row in one]
        assert found[-3:] == [None, None, None] and None not in found[:-3]


def test_a_first_page_that_holds_all_has_no_links(messages):
    one = page(messages, size=20)
    assert (one.next, one.previous, len(one)) == ("", "", 7)


def test_an_order_by_another_tables_column_works():
    Organ.objects.create(code="a", name="甲", kind="congress", level="city", path="1.")
    parent = Organ.objects.get(code="a")
    for n in range(3):
        Organ.objects.create(code=f"b{n}", name="乙", kind="department", level="city", path=f"1.{n}.", parent=parent)
    pages = walk(Organ.objects.select_related("parent"), order=("parent__code", "-code"), size=1)
    assert [row.code for one in pages for row in one] == ["b2", "b1", "b0", "a"]


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("cursor", [
    "x", "!!!", "5", forged(), forged("n"), forged("n", 1, 2), forged("q", 1), forged("n", None), forged("n", [1]),
    forged("n", "a"), forged("n", float("nan")), forged("n", True, {}), "n" * 5000, base64.b64encode(b"\xff\xfe").decode(),
])  # fmt: skip
def test_a_cursor_nobody_gave_is_refused_in_words(messages, cursor):
    with pytest.raises(Invalid) as refused:
        page(messages, cursor)
    assert refused.value.errors[0][0] == "cursor"


@pytest.mark.parametrize("value", ["2026-11-23", "2026-11-23T10:00:00", "yesterday", 5, "\x00"])
def test_a_cursor_of_the_wrong_type_is_refused(messages, value):
    with pytest.raises(Invalid):
        page(messages, forged("n", value, 1), order="next_at")


@pytest.mark.parametrize("value", ["\x00", "\ud800"])
def test_text_that_no_database_takes_is_refused(value):
    with pytest.raises(Invalid):
        page(Heartbeat.objects.all(), forged("n", value), order=("pk",))


def test_a_huge_number_is_only_an_end_of_the_list(messages):
    assert len(page(messages, forged("n", 10**30))) in (0, 7)
