"""Signing in on pages: by password, by SMS code, again; locks, bound phones, faces."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import Device, Notice, Post
from accounts.signin import drop_sessions
from accounts.states import Role
from accounts.workflow import end_post, give_post
from config.mailbox.sender import sent_to
from ground import clock
from ground.models import AuditLine
from tests.cast import PASSWORD, people
from tests.factories import a_user

pytestmark = pytest.mark.django_db
CHEN, WANG, ZHOU, HE = "19900000021", "19900000001", "19900000011", "19900000033"


@pytest.fixture
def cast(db):
    return people()


def login(client, phone=CHEN, password=PASSWORD, **more):
    return client.post("/login/", {"phone": phone, "password": password, **more})


def code_to(phone):
    return re.search(r"\d{6}", sent_to(phone)[0].text)[0]


def by_sms(client, phone=WANG, **more):
    client.post("/login/sms/", {"phone": phone})
    return client.post("/login/sms/", {"phone": phone, "sms_code": code_to(phone), **more})


def is_in(client, path="/my/devices/"):
    return client.get(path).status_code == 200


@pytest.mark.parametrize(("phone", "home"), [
    (CHEN, "/admin/"), (WANG, "/my/"), (ZHOU, "/desk/"), (HE, "/desk/"), ("19900000051", "/desk/"),
    ("19900000024", "/my/"), ("19900000091", "/admin/"), ("19900000061", "/admin/"), ("19900000042", "/desk/"),
])  # fmt: skip
def test_sign_in_leads_to_ones_first_face(cast, phone, home):
    response = login(Client(), phone)
    assert (response.status_code, response["Location"]) == (302, home)


def test_a_phone_may_be_typed_in_any_way(cast):
    assert login(Client(), "+86 199-0000-0021").status_code == 302


@pytest.mark.parametrize(("target", "leads_to"), [
    ("/my/opinions/?state=open", "/my/opinions/?state=open"), ("https://evil.example/", "/admin/"), ("//evil.example/", "/admin/"),
    ("javascript:alert(1)", "/admin/"), ("", "/admin/"),
])  # fmt: skip
def test_only_our_own_link_is_followed_afterwards(cast, target, leads_to):
    assert login(Client(), next=target)["Location"] == leads_to


def test_a_stranger_is_led_to_sign_in_and_back(cast):
    client = Client()
    asked = client.get("/my/devices/")
    assert asked["Location"] == "/login/?next=%2Fmy%2Fdevices%2F"
    assert 'name="next" value="/my/devices/"' in client.get(asked["Location"]).content.decode()
    assert client.get("/desk/devices/").status_code == 302


def test_a_face_one_may_not_enter_is_403_when_signed_in(cast):
    client = Client()
    login(client, CHEN)
    assert client.get("/my/devices/").status_code == 403


def test_unknown_phone_and_wrong_password_read_the_same(cast):
    wrong, unknown = login(Client(), password="wrong"), login(Client(), "13900000000", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    plain = [re.sub(r'value="[^"]*"', "", r.content.decode()) for r in (wrong, unknown)]
    assert plain[0] == plain[1]
    assert f'value="{CHEN}"' in wrong.content.decode() and "wrong" not in wrong.content.decode()


def test_an_unknown_phone_costs_a_hash_as_well(cast, monkeypatch):
    from accounts import signin

    hashed = []
    monkeypatch.setattr(signin, "make_password", hashed.append)
    login(Client(), "13900000000", "wrong")
    login(Client(), a_user().phone, "wrong")
    assert hashed == ["wrong", "wrong"]


def test_a_form_with_mistakes_says_where_and_keeps_the_phone(cast):
    page = login(Client(), "1990000002", "")
    assert page.status_code == 422
    text = page.content.decode()
    assert "请填写 11 位手机号。" in text and "请填写密码。" in text and 'value="1990000002"' in text


# -- locks


def test_five_wrong_passwords_lock_phone_and_address_for_half_an_hour(cast):
    noon = clock.now().replace(hour=12, minute=0)
    with clock.at(noon):
        for _ in range(5):
            assert login(Client(), password="wrong").status_code == 401
        locked = login(Client())
        assert locked.status_code == 429 and f'value="{CHEN}"' in locked.content.decode()
        assert login(Client(REMOTE_ADDR="127.0.0.2")).status_code == 302
        assert login(Client(), WANG).status_code == 302
    with clock.at(noon + timedelta(minutes=31)):
        assert login(Client()).status_code == 302


def test_a_device_that_signed_in_before_is_not_locked_by_others(cast):
    mine = Client()
    login(mine)
    mine.post("/logout/")
    for _ in range(5):
        login(Client(), password="wrong")
    assert login(Client()).status_code == 429
    assert login(mine).status_code == 302


def test_the_owner_is_told_of_the_third_failure(cast):
    for _ in range(4):
        login(Client(), password="wrong")
    assert Notice.objects.filter(user=cast.chen).count() == 1


def test_a_right_password_forgets_earlier_mistakes(cast):
    for _ in range(2):
        for _ in range(4):
            login(Client(), password="wrong")
        assert login(Client()).status_code == 302


# -- who may


def test_the_cast_stays_outside_without_demo_mode(cast, settings):
    settings.DEMO = False
    assert login(Client()).status_code == 401


def test_somebody_switched_off_stays_outside_and_is_put_out(cast):
    client = Client()
    login(client, WANG)
    assert is_in(client)
    cast.wang.is_active = False
    cast.wang.save()
    assert not is_in(client) and login(Client(), WANG).status_code == 401


def test_there_is_no_superuser(cast):
    with pytest.raises(CommandError):
        call_command("createsuperuser")


# -- SMS codes and bound phones


def test_a_deputys_own_phone_is_bound_by_a_code_and_stays_signed_in(cast):
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger"})
    assert by_sms(client, next="/my/devices/")["Location"] == "/my/devices/"
    page = client.get("/my/devices/").content.decode()
    assert "安卓手机（微信）" in page and "正在用的这部" in page
    assert 29 * 86400 < client.session.get_expiry_age() <= 30 * 86400
    with clock.at(clock.now() + timedelta(days=3)):
        assert is_in(client)


def test_a_password_alone_binds_nothing_and_lasts_half_a_day(cast):
    client = Client()
    login(client, WANG)
    assert not Device.objects.exists() and client.session.get_expiry_age() <= 12 * 3600


def test_binding_the_same_browser_again_adds_no_second_phone(cast):
    client = Client()
    by_sms(client)
    with clock.at(clock.now() + timedelta(minutes=2)):
        by_sms(client)
    assert Device.objects.count() == 1


def test_unbinding_signs_that_phone_out_at_once(cast):
    lost, kept = Client(), Client()
    by_sms(lost)
    login(kept, WANG)
    assert "解绑" in kept.get("/my/devices/").content.decode()
    assert kept.post(f"/my/devices/{Device.objects.get().pk}/unbind/")["Location"] == "/my/devices/"
    assert not is_in(lost) and is_in(kept)
    assert "解绑</" not in kept.get("/my/devices/").content.decode()


def test_one_unbinds_ones_own_phones_only(cast):
    by_sms(Client())
    other = Client()
    login(other, "19900000002")
    assert other.post(f"/my/devices/{Device.objects.get().pk}/unbind/").status_code == 404
    assert Device.objects.get().ended_at is None


def test_station_workers_have_their_list_at_the_desk(cast):
    client = Client()
    by_sms(client, ZHOU)
    assert "正在用的这部" in client.get("/desk/devices/").content.decode()
    assert client.post(f"/desk/devices/{Device.objects.get().pk}/unbind/")["Location"] == "/login/"
    assert not is_in(client, "/desk/devices/")


def test_staff_and_strangers_get_no_code_and_the_same_page(cast):
    pages = [Client().post("/login/sms/", {"phone": phone}) for phone in (WANG, CHEN, "13900000000")]
    assert [bool(sent_to(phone)) for phone in (WANG, CHEN, "13900000000")] == [True, False, False]
    texts = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages]
    assert texts[0] == texts[1] == texts[2] and pages[0].status_code == 200


def test_a_second_code_has_to_wait_a_minute(cast):
    client = Client()
    client.post("/login/sms/", {"phone": WANG})
    again = client.post("/login/sms/", {"phone": WANG})
    assert again.status_code == 429 and f'value="{WANG}"' in again.content.decode()
    assert len(sent_to(WANG)) == 1
    assert client.post("/login/sms/", {"phone": WANG, "sms_code": code_to(WANG)}).status_code == 302


def test_a_wrong_code_keeps_the_phone_and_asks_again(cast):
    client = Client()
    client.post("/login/sms/", {"phone": WANG})
    wrong = client.post("/login/sms/", {"phone": WANG, "sms_code": "abcdef"})
    assert wrong.status_code == 401 and f'value="{WANG}"' in wrong.content.decode()


# -- sessions


def test_an_office_session_ends_after_a_quarter_of_an_hour_of_silence(cast):
    client, start = Client(), clock.now()
    login(client, HE)
    for minutes in (10, 20, 34):
        with clock.at(start + timedelta(minutes=minutes)):
            assert is_in(client, "/desk/devices/"), minutes
    with clock.at(start + timedelta(minutes=50)):
        assert not is_in(client, "/desk/devices/")


def test_an_office_session_lasts_twelve_hours_at_most(cast):
    client, start = Client(), clock.now()
    login(client, HE)
    for quarter in range(1, 73):
        with clock.at(start + timedelta(minutes=10 * quarter)):
            assert is_in(client, "/desk/devices/") is (quarter <= 72), quarter
    with clock.at(start + timedelta(hours=12, seconds=5)):
        assert not is_in(client, "/desk/devices/")


def test_staff_outside_the_cast_have_one_browser(cast):
    clerk = a_user("乙", is_demo=False)
    clerk.set_password("Abc-12345")
    clerk.save()
    give_post(clerk, cast.organs["dh-zjj"], Role.HANDLER_CLERK, by=cast.yao)
    first, second = Client(), Client()
    login(first, clerk.phone, "Abc-12345")
    assert is_in(first, "/desk/devices/")
    login(second, clerk.phone, "Abc-12345")
    assert is_in(second, "/desk/devices/") and not is_in(first, "/desk/devices/")


def test_the_end_of_a_post_ends_sessions_at_once(cast):
    client = Client()
    login(client, HE)
    end_post(Post.objects.get(user=cast.he), by=cast.jiang_xue)
    assert not is_in(client, "/desk/devices/")
    assert login(client, HE)["Location"] == "/"


def test_dropping_ends_browser_phone_and_token(cast):
    client = Client()
    by_sms(client)
    drop_sessions(cast.wang)
    assert not is_in(client) and Device.objects.get().ended_at is not None


def test_signing_out_is_a_press_not_a_link(cast):
    client = Client()
    login(client, WANG)
    assert client.get("/logout/").status_code == 405 and is_in(client)
    assert client.post("/logout/")["Location"] == "/" and not is_in(client)


def test_a_form_without_its_token_is_refused(cast):
    assert Client(enforce_csrf_checks=True).post("/login/", {"phone": CHEN, "password": PASSWORD}).status_code == 403


# -- a proof again


def test_a_stale_proof_is_renewed_on_the_same_page(cast):
    deputy = cast.wang
    deputy.is_demo = False
    deputy.save()
    client, start = Client(), clock.now()
    login(client, WANG)
    assert client.get("/login/?next=/my/devices/")["Location"] == "/my/devices/"
    with clock.at(start + timedelta(minutes=6)):
        page = client.get("/login/?next=/my/devices/")
        assert page.status_code == 200 and "再输入一次密码" in page.content.decode()
        assert 'name="phone"' not in page.content.decode()
        assert client.post("/login/", {"password": "wrong", "next": "/my/devices/"}).status_code == 401
        assert is_in(client)
        renewed = client.post("/login/", {"password": PASSWORD, "next": "/my/devices/"})
        assert renewed["Location"] == "/my/devices/"
        assert client.get("/login/?next=/my/devices/")["Location"] == "/my/devices/"


# -- a new password


def test_a_password_is_set_by_whoever_holds_the_phone(cast):
    clerk = a_user("乙")
    give_post(clerk, cast.organs["dh-zjj"], Role.HANDLER_CLERK, by=cast.yao)
    client, phone = Client(), clerk.phone
    assert "短信验证码" in client.post("/login/password/", {"phone": phone}).content.decode()
    asked = {"phone": phone, "sms_code": code_to(phone), "password": "abc12345", "repeated": "abc12345"}
    weak = client.post("/login/password/", asked)
    assert weak.status_code == 422 and "三种" in weak.content.decode()
    differs = client.post("/login/password/", {**asked, "password": "Abc-12345"})
    assert "两次输入的密码不一样" in differs.content.decode()
    asked |= {"password": "Abc-12345", "repeated": "Abc-12345"}
    assert client.post("/login/password/", {**asked, "sms_code": "000"}).status_code == 401
    assert client.post("/login/password/", asked)["Location"] == "/login/"
    assert login(client, phone, "Abc-12345")["Location"] == "/desk/"
    assert AuditLine.objects.filter(act="accounts.set_password", columns="password").exists()


def test_the_casts_password_cannot_be_changed_by_sms(cast):
    Client().post("/login/password/", {"phone": CHEN})
    assert not sent_to(CHEN)


def test_sign_in_pages_are_kept_by_no_cache(cast):
    for page in ("/login/", "/login/sms/", "/login/password/"):
        response = Client().get(page)
        assert response.status_code == 200 and "no-store" in response["Cache-Control"]
