"""Signing in over REST, one's own page of facts, notices and leave."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import Notice, SmsCode, Token
from accounts.states import Role
from accounts.workflow import end_post, give_post
from config.mailbox.sender import sent_to
from ground import clock
from ground.models import AuditLine, IdempotencyKey
from tests.cast import PASSWORD, people
from tests.factories import a_user

pytestmark = pytest.mark.django_db
CHEN, WANG = "19900000021", "19900000001"
TYPE = {"content_type": "application/json"}


@pytest.fixture
def cast(db):
    return people()


def post(path, body=None, token="", **headers):
    auth = {"Authorization": f"Token {token}"} if token else {}
    return Client().post(f"/api/v1/{path}", body or {}, headers={**auth, **headers}, **TYPE)


def get(path, token=""):
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Token {token}"} if token else {})


def sign_in(phone, password=PASSWORD):
    return post("auth/login/", {"phone": phone, "password": password}).json()["token"]


def code_to(phone):
    return re.search(r"\d{6}", sent_to(phone)[0].text)[0]


# -- tokens


def test_a_password_gives_a_token_for_twelve_hours(cast):
    answer = post("auth/login/", {"phone": CHEN, "password": PASSWORD})
    assert answer.status_code == 200 and set(answer.json()) == {"token", "expires_at"}
    assert answer["Cache-Control"] == "no-store" and answer.json()["expires_at"].endswith("+08:00")
    assert get("me/", answer.json()["token"]).json()["name"] == "陈立"
    row = Token.objects.get()
    assert bytes(row.key_hash) == tokens.hash_of(answer.json()["token"]) and row.expires_at - row.made_at == tokens.LIFE


def test_unknown_phone_and_wrong_password_are_one_refusal(cast):
    wrong = post("auth/login/", {"phone": CHEN, "password": "wrong"})
    unknown = post("auth/login/", {"phone": "13900000000", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401 and wrong.json() == unknown.json()


@pytest.mark.parametrize(("body", "pointer"), [
    ({"phone": "123", "password": "a"}, "/phone"), ({"phone": CHEN}, "/password"), ({"password": "a"}, "/phone"),
    ({"phone": CHEN, "password": "a", "sms_code": "1"}, "/password"), ({"phone": 19900000021, "password": "a"}, "/phone"),
])  # fmt: skip
def test_a_body_that_cannot_be_meant_is_422(cast, body, pointer):
    answer = post("auth/login/", body)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer


def test_repeated_failures_are_429_with_the_wait(cast):
    for _ in range(5):
        assert post("auth/login/", {"phone": CHEN, "password": "wrong"}).status_code == 401
    locked = post("auth/login/", {"phone": CHEN, "password": PASSWORD})
    assert locked.status_code == 429 and 1700 < int(locked["Retry-After"]) <= 1801


def test_a_token_rests_half_an_hour_and_staff_a_quarter(cast):
    start, deputy, staff = clock.now(), sign_in(WANG), sign_in(CHEN)
    for minutes, of_deputy, of_staff in ((14, 200, 200), (28, 200, 200), (44, 200, 401), (80, 401, 401)):
        with clock.at(start + timedelta(minutes=minutes)):
            assert (get("me/", deputy).status_code, get("me/", staff).status_code) == (of_deputy, of_staff), minutes


def test_a_token_ends_after_twelve_hours_however_busy(cast):
    start, key = clock.now(), sign_in(WANG)
    for n in range(1, 36):
        with clock.at(start + timedelta(minutes=20 * n)):
            assert get("me/", key).status_code == 200
    with clock.at(start + timedelta(hours=12, seconds=5)):
        assert get("me/", key).status_code == 401


def test_staff_hold_one_token_and_the_cast_many(cast):
    clerk = a_user("乙")
    clerk.set_password("Abc-12345")
    clerk.save()
    give_post(clerk, cast.organs["dh-zjj"], Role.HANDLER_CLERK, by=cast.yao)
    first, second = sign_in(clerk.phone, "Abc-12345"), sign_in(clerk.phone, "Abc-12345")
    assert get("me/", first).status_code == 401 and get("me/", second).status_code == 200
    one, two = sign_in(CHEN), sign_in(CHEN)
    assert get("me/", one).status_code == get("me/", two).status_code == 200


def test_a_new_password_and_the_end_of_a_post_end_tokens(cast):
    key = sign_in(CHEN)
    cast.chen.set_password("Xyz-98765")
    cast.chen.save()
    assert get("me/", key).status_code == 401
    other = sign_in("19900000033")
    end_post(cast.he.posts.get(), by=cast.jiang_xue)
    assert get("me/", other).status_code == 401 and not Token.objects.filter(user=cast.he).exists()


def test_the_cast_and_its_tokens_are_nothing_without_demo_mode(cast, settings):
    key = sign_in(CHEN)
    settings.DEMO = False
    assert get("me/", key).status_code == 401
    assert post("auth/login/", {"phone": CHEN, "password": PASSWORD}).status_code == 401


def test_signing_out_ends_this_token_alone(cast):
    one, two = sign_in(CHEN), sign_in(CHEN)
    assert post("auth/logout/", token=one).status_code == 204
    assert get("me/", one).status_code == 401 and get("me/", two).status_code == 200
    assert post("auth/logout/").status_code == 401


def test_no_key_is_kept_for_signing_in(cast):
    post("auth/login/", {"phone": CHEN, "password": PASSWORD}, **{"Idempotency-Key": "a" * 30})
    assert not IdempotencyKey.objects.exists()
    assert AuditLine.objects.filter(act="accounts.sign_in", actor=f"user:{cast.chen.pk}").count() == 1


# -- SMS codes


def test_an_sms_code_lets_a_deputy_in_once(cast):
    assert post("auth/sms/", {"phone": WANG}).status_code == 202
    code = code_to(WANG)
    body = {"phone": WANG, "sms_code": code}
    assert post("auth/login/", body).status_code == 200
    assert post("auth/login/", body).status_code == 401
    row = SmsCode.objects.get()
    assert code.encode() not in bytes(row.code_hash) and WANG.encode() not in bytes(row.phone_index)


def test_the_answer_does_not_say_whose_phone_is_known(cast):
    answers = [post("auth/sms/", {"phone": phone}) for phone in (WANG, CHEN, "13900000000")]
    assert [(a.status_code, a.json()) for a in answers] == [(202, {})] * 3
    again = [post("auth/sms/", {"phone": phone}).status_code for phone in (WANG, CHEN, "13900000000")]
    assert again == [429, 429, 429]
    assert [len(sent_to(phone)) for phone in (WANG, CHEN, "13900000000")] == [1, 0, 0]
    assert post("auth/sms/", {"phone": "5"}).status_code == 422


def test_five_codes_a_day_and_no_more(cast):
    noon = clock.now().replace(hour=9, minute=0)
    for n in range(6):
        with clock.at(noon + timedelta(minutes=2 * n)):
            assert post("auth/sms/", {"phone": WANG}).status_code == (202 if n < 5 else 429)
    assert len(sent_to(WANG)) == 5


def test_five_wrong_codes_make_it_void(cast):
    post("auth/sms/", {"phone": WANG})
    code = code_to(WANG)
    for n in range(5):
        wrong = f"{(int(code) + n + 1) % 10**6:06}"
        assert post("auth/login/", {"phone": WANG, "sms_code": wrong}).status_code in (401, 429)
    from accounts.sms import check_code

    assert not check_code(WANG, "login", code)


def test_a_code_is_good_for_ten_minutes_and_until_the_next(cast):
    start = clock.now().replace(hour=9, minute=0)
    with clock.at(start):
        post("auth/sms/", {"phone": WANG})
        first = code_to(WANG)
    with clock.at(start + timedelta(minutes=2)):
        post("auth/sms/", {"phone": WANG})
        second = code_to(WANG)
        if first != second:
            assert post("auth/login/", {"phone": WANG, "sms_code": first}).status_code == 401
    with clock.at(start + timedelta(minutes=13)):
        assert post("auth/login/", {"phone": WANG, "sms_code": second}).status_code == 401


# -- a proof again


def test_a_proof_is_renewed_by_password(cast):
    cast.wang.is_demo = False
    cast.wang.save()
    key = sign_in(WANG)
    Token.objects.update(proved_at=clock.now() - timedelta(minutes=10))
    assert post("auth/reauth/", {"password": "wrong"}, token=key).status_code == 401
    assert post("auth/reauth/", {"password": PASSWORD}, token=key).status_code == 200
    assert clock.now() - Token.objects.get().proved_at < timedelta(minutes=1)
    assert post("auth/reauth/", {"password": PASSWORD}).status_code == 401


# -- one's own


def test_me_tells_posts_seats_and_faces(cast):
    told = get("me/", sign_in("19900000024")).json()
    assert told["name"] == "石建" and told["faces"] == ["my", "console"] and told["leave_until"] is None
    assert told["seats"] == [{"organ": "dh-rd", "deputy": "D00004", "state": "active"}]
    assert {(post["organ"], post["role"]) for post in told["posts"]} == {("dh-rd", "council_leader")}
    assert get("me/").status_code == 401


def test_a_deputy_takes_leave_and_comes_back(cast):
    key = sign_in(WANG)
    client = Client(headers={"Authorization": f"Token {key}"})
    until = (clock.today() + timedelta(days=5)).isoformat()
    assert client.patch("/api/v1/me/", {"leave_until": until}, **TYPE).json()["leave_until"] == until
    assert client.patch("/api/v1/me/", {"leave_until": None}, **TYPE).json()["leave_until"] is None
    past = client.patch("/api/v1/me/", {"leave_until": "2020-01-01"}, **TYPE)
    assert past.status_code == 422 and past.json()["errors"][0]["pointer"] == "/leave_until"
    assert client.patch("/api/v1/me/", {}, **TYPE).status_code == 422
    chen = Client(headers={"Authorization": f"Token {sign_in(CHEN)}"})
    assert chen.patch("/api/v1/me/", {"leave_until": until}, **TYPE).status_code == 403


def test_notices_are_ones_own_and_read_once(cast):
    for n in range(3):
        Notice.objects.create(user=cast.wang, step=f"x:{n}", title=f"第 {n} 条", url="/my/", at=clock.now())
    Notice.objects.create(user=cast.chen, step="x:9", title="别人的", url="/", at=clock.now())
    key = sign_in(WANG)
    listed = get("me/notices/?limit=2", key).json()
    assert [row["title"] for row in listed["results"]] == ["第 2 条", "第 1 条"]
    rest = Client().get(listed["next"], headers={"Authorization": f"Token {key}"}).json()
    assert [row["title"] for row in rest["results"]] == ["第 0 条"] and rest["next"] is None
    read = post(f"me/notices/{listed['results'][0]['id']}/read/", token=key).json()["read_at"]
    assert read and post(f"me/notices/{listed['results'][0]['id']}/read/", token=key).json()["read_at"] == read
    others = Notice.objects.get(user=cast.chen)
    assert post(f"me/notices/{others.pk}/read/", token=key).status_code == 404
    assert get("me/notices/").status_code == 401
