"""The outbox: told once, sent once, quiet at night, at most three a day, and a dead end that somebody sees."""

import threading
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Contact, Notice, Organ, Post, User
from clocks.models import Reminder, RulePolicy
from config.demo.time import pass_time
from config.mailbox.sender import sent_to
from ground import clock, outbox, sealed
from ground.clock import SHANGHAI
from ground.models import DemoMail, Message
from ground.outbox import ToContact, ToUser
from tests.clocks.conftest import KIND, make_organ, on, test_kind  # noqa: F401 a fixture

PHONE = "19900000001"


@pytest.fixture(autouse=True)
def daytime(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    with clock.at(on(5, 6)):
        yield


@pytest.fixture
def user() -> User:
    return User.objects.make(PHONE, "王建国")


@pytest.fixture
def tellings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the teller answers for every reminder, the row the tests tell of."""
    answer: list[object] = []
    monkeypatch.setattr(outbox, "_tellers", {Reminder: lambda row: list(answer)})
    monkeypatch.setattr(outbox, "_templates", dict(outbox._templates))
    outbox.template("moved", "您的 {number} 有新进展")
    return answer


@pytest.fixture
def happen(matter_row):
    """Something happens that has to be told: one untold row."""

    def write(n: int = 1) -> None:
        for _ in range(n):
            Reminder.objects.create(
                deadline=matter_row, level=f"red-{Reminder.objects.count()}", due_at=clock.now(), at=clock.now()
            )

    return write


@pytest.fixture
def matter_row():
    from clocks.models import Deadline

    return Deadline.objects.create(
        object_kind=KIND, object_id=1, matter_kind=KIND, matter_id=1, kind="job", run=1, started_at=clock.now(),
        due_at=clock.now(), span="5wd", wake_at=on(1, 1, year=2030),
    )  # fmt: skip


def texts() -> list[str]:
    return list(DemoMail.objects.order_by("pk").values_list("text", flat=True))


def by_sms(user: User, number: str = "Y2026-000001", **more: object) -> ToUser:
    return ToUser(user.pk, "有新进展", f"/my/{number}/", number, sms="moved", **more)


def test_a_row_is_told_once_here_and_by_message(user, tellings, happen):
    tellings.append(by_sms(user))
    happen()
    assert outbox.tell_steps() == 1
    assert outbox.tell_steps() == 0
    assert outbox.send_messages() == 1
    assert outbox.send_messages() == 0
    notice = Notice.objects.get()
    assert (notice.user, notice.title) == (user, "有新进展")
    assert (notice.number, notice.url) == ("Y2026-000001", "/my/Y2026-000001/")
    assert [mail.text for mail in sent_to(PHONE)] == [
        "您的 Y2026-000001 有新进展，请看 http://127.0.0.1:8000/my/Y2026-000001/"
    ]
    assert DemoMail.objects.get().to_mask == "199****0001"


def test_a_row_that_cannot_be_told_stops_no_other_and_leaves_nothing(user, tellings, happen, caplog):
    happen(2)
    first = Reminder.objects.earliest("pk")

    def tell(row: Reminder) -> Iterator[ToUser]:
        yield ToUser(user.pk, f"第 {row.pk} 件", "/my/")
        if row == first:
            raise ZeroDivisionError

    outbox._tellers[Reminder] = tell
    assert outbox.tell_steps() == 1
    assert Notice.objects.count() == 1
    first.refresh_from_db()
    assert first.told_at is None
    assert "could not be told" in caplog.text


def test_wording_that_misses_a_word_fails_when_it_is_told_not_at_night(tellings, happen):
    tellings.append(ToContact(1, "moved", {}, "/track/"))
    happen()
    assert outbox.tell_steps() == 0
    assert not Message.objects.exists()


def test_nobody_is_woken_but_for_hazards(user, tellings, happen):
    clock.shift_to(on(5, 6, 22))
    tellings.append(by_sms(user))
    happen()
    outbox.tell_steps()
    tellings[:] = [by_sms(user, "Y2026-000002", urgent=True)]
    happen()
    outbox.tell_steps()
    outbox.send_messages()
    assert [text[3:15] for text in texts()] == ["Y2026-000002"]
    pass_time(on(5, 7, 7, 59))
    assert len(texts()) == 1
    pass_time(on(5, 7, 8, 1))
    assert [text[3:15] for text in texts()] == ["Y2026-000002", "Y2026-000001"]


def test_three_a_day_and_the_rest_is_gathered_in_the_morning(user, tellings, happen):
    for n in range(7):
        clock.shift_to(on(5, 6, 10 + n))
        tellings[:] = [by_sms(user, f"Y2026-00000{n}")]
        happen()
        outbox.tell_steps()
        outbox.send_messages()
    assert len(texts()) == 3
    pass_time(on(5, 7, 9))
    assert len(texts()) == 4
    assert texts()[-1] == "您有 4 件事有新进展，请看 http://127.0.0.1:8000/my/Y2026-000006/"
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert Notice.objects.count() == 7


def test_night_and_number_are_rules_that_rows_override(user, tellings, happen):
    for code, value in (("quiet_from", 19), ("quiet_to", 9), ("a_day", 1)):
        RulePolicy.objects.create(code=f"messages.{code}", version=1, value=value, valid_from=date(2020, 1, 1))
    for n, hour in enumerate((10, 18, 20)):
        clock.shift_to(on(5, 6, hour))
        tellings[:] = [by_sms(user, f"Y2026-00000{n}")]
        happen()
        outbox.tell_steps()
        outbox.send_messages()
    assert [text[3:15] for text in texts()] == ["Y2026-000000"]
    pass_time(on(5, 7, 8, 30))
    assert len(texts()) == 1
    pass_time(on(5, 7, 9, 1))
    assert texts()[1:] == ["您有 2 件事有新进展，请看 http://127.0.0.1:8000/my/Y2026-000002/"]


def test_hazards_are_not_counted(user, tellings, happen):
    tellings.append(by_sms(user, urgent=True))
    happen(5)
    outbox.tell_steps()
    assert outbox.send_messages() == 5
    assert len(texts()) == 5


def test_the_phone_is_looked_up_when_it_is_sent(user, tellings, happen):
    tellings.append(by_sms(user))
    happen()
    outbox.tell_steps()
    user.set_phone("19900000002")
    user.save()
    outbox.send_messages()
    assert DemoMail.objects.get().to_mask == "199****0002"


def test_an_erased_contact_gets_nothing(tellings, happen):
    contact = Contact(consent_version="1")
    contact.data_key = sealed.new_data_key(contact.uuid)
    given = sealed.seal_with(contact.data_key, {"phone": PHONE}, table="accounts_contact", row=contact.uuid)
    contact.phone_sealed = given["phone"]
    contact.save()
    tellings.append(ToContact(contact.pk, "moved", {"number": "Y2026-000001"}, "/track/"))
    happen(2)
    outbox.tell_steps()
    contact.data_key = contact.phone_sealed = None
    contact.erased_at = clock.now()
    contact.save()
    assert outbox.send_messages() == 0
    assert set(Message.objects.values_list("state", "error")) == {("dead", outbox.NO_ADDRESS)}


def test_a_gateway_that_fails_is_tried_again_ever_later_and_then_somebody_is_told(user, tellings, happen, monkeypatch):
    admin = User.objects.make("19900000009", "系统管理员")
    Post.objects.create(user=admin, organ=make_organ(), role="sys_admin", since=on(1, 1).date())
    tries: list[datetime] = []

    def refuse(phone: str, text: str, url: str) -> None:
        assert not connection.in_atomic_block or connection.savepoint_ids == []  # the test's own one
        tries.append(clock.now())
        raise outbox.NotSent(f"refused for {phone}")

    monkeypatch.setattr(outbox, "_sender", lambda: refuse)
    tellings.append(by_sms(user, urgent=True))
    happen()
    outbox.tell_steps()
    pass_time(on(5, 8))
    message = Message.objects.get()
    assert (message.state, message.attempts, message.error) == ("dead", 6, "NotSent: refused for ******")
    waits = [round((later - earlier).total_seconds() / 60) for earlier, later in zip(tries, tries[1:], strict=False)]
    assert waits == [1, 5, 30, 120, 720]
    assert Notice.objects.filter(user=admin).get().title == "有短信多次发送失败，请检查短信通道"


def test_a_gateway_that_breaks_is_one_refusal_to_whoever_sends_at_once(monkeypatch):
    def broken(phone: str, text: str, url: str) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(outbox, "_sender", lambda: broken)
    with pytest.raises(outbox.NotSent):
        outbox.send_now(PHONE, outbox.GATHERED, {"count": 2})


def test_what_is_kept_of_a_text_holds_no_code_and_no_phone():
    text = "编号 Y2026-000123，查询码 123-456-7890，验证码 654321，电话 19900000001"
    assert outbox.masked(text) == "编号 Y2026-000123，查询码 ******，验证码 ******，电话 ******"


def test_the_outbox_holds_no_phone_in_clear(user, tellings, happen):
    tellings.append(by_sms(user))
    happen()
    outbox.tell_steps()
    outbox.send_messages()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM (SELECT m FROM ground_message m) t")
        assert PHONE not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(d::text, ' ') FROM ground_demomail d")
        assert PHONE not in cursor.fetchone()[0]


def test_the_mailbox_shows_the_newest_first_and_finds_a_number(user, tellings, happen):
    outbox.template("code", "验证码 {code}，5 分钟内有效")
    outbox.send_now("19900000002", "code", {"code": "123456"})
    outbox.send_now(PHONE, "code", {"code": "222222"})
    page = Client().get("/demo/mailbox/").content.decode()
    assert page.index("222222") < page.index("123456")
    page = Client().get("/demo/mailbox/?phone=0002").content.decode()
    assert "123456" in page and "222222" not in page


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_and_send_everything_once(transactional_db, user, tellings, happen):
    others = [User.objects.make(f"1990000{n:04}", f"代表{n}") for n in range(100, 110)]
    tellings.extend(by_sms(other) for other in others)
    happen(3)
    errors: list[Exception] = []

    def work() -> None:
        try:
            outbox.tell_steps()
            outbox.send_messages()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    outbox.send_messages()
    assert errors == []
    assert Notice.objects.count() == Message.objects.count() == 30
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert Organ.objects.count() == 0
    assert DemoMail.objects.filter(at__gte=datetime(2026, 5, 6, tzinfo=SHANGHAI)).count() <= 30
