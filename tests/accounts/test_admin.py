"""Reference data in the console: who sees which rows, what is masked, what an import may do."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Organ, Post, User
from ground.models import AuditLine
from stations.models import Venue
from tests.cast import Cast

MODELS = {
    "accounts": ("region", "organ", "user", "post"),
    "deputies": ("term", "plenary", "group", "deputy", "seat"),
    "stations": ("venue",),
}
LISTS = [f"/admin/{app}/{model}/" for app, models in MODELS.items() for model in models]


def lists_of(client: Client) -> set[str]:
    return {address.split("/")[-2] for address in LISTS if client.get(address).status_code == 200}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("sun", {"organ", "user", "term", "plenary", "group", "deputy", "seat", "venue"}),
        ("feng", {"organ", "user", "term", "plenary", "group", "deputy", "seat", "venue"}),
        ("yao", {"region", "organ", "user", "post"}),
        ("jiang_xue", {"organ", "user", "post"}),
        ("fan", {"organ", "post"}),
    ],
)
def test_each_role_sees_its_own_tables(cast: Cast, client: Client, who: str, seen: set[str]):
    client.force_login(getattr(cast, who))
    assert lists_of(client) == seen


def test_rows_end_at_the_own_tree(cast: Cast, client: Client):
    client.force_login(cast.han)
    seats = client.get("/admin/deputies/seat/").content.decode()
    assert "张海" in seats
    assert "王建国" not in seats
    assert client.get(f"/admin/deputies/seat/{cast.seat('D00001').pk}/change/").status_code == 302
    assert "S00002" not in client.get("/admin/stations/venue/").content.decode()
    client.force_login(cast.feng)
    assert "S00001" not in client.get("/admin/stations/venue/").content.decode()


def test_a_phone_is_never_shown_in_clear(cast: Cast, client: Client):
    client.force_login(cast.jiang_xue)
    page = client.get("/admin/accounts/user/").content.decode()
    assert "199****0001" in page
    assert "19900000001" not in page
    one = client.get(f"/admin/accounts/user/{cast.wang.pk}/change/").content.decode()
    assert "199****0001" in one
    assert "19900000001" not in one


def test_an_account_is_made_without_a_password_and_its_phone_is_used_once(cast: Cast, client: Client):
    client.force_login(cast.yao)
    body = {"name": "新来", "phone": "199 0000 7777", "is_active": "on"}
    assert client.post("/admin/accounts/user/add/", body).status_code == 302
    made = User.objects.by_phone("19900007777")
    assert (made.name, made.pinyin, made.has_usable_password()) == ("新来", "xinlai xl", False)
    again = client.post("/admin/accounts/user/add/", body)
    assert "已有账号" in again.content.decode()
    assert AuditLine.objects.filter(act="accounts.keep_user", object=f"user:{made.pk}").exists()


def test_roles_are_granted_by_the_security_administrator_alone_and_never_to_oneself(cast: Cast, client: Client):
    body = {"user": cast.cao.pk, "organ": cast.organs["qs-gov"].pk, "role": "handler_clerk", "since": "2026-01-01"}
    for who in ("yao", "sun", "fan"):
        client.force_login(getattr(cast, who))
        assert client.post("/admin/accounts/post/add/", body).status_code == 403
    client.force_login(cast.jiang_xue)
    assert client.post("/admin/accounts/post/add/", body | {"user": cast.jiang_xue.pk}).status_code in (200, 403)
    assert "不能兼任业务岗位" in client.post("/admin/accounts/post/add/", body | {"user": cast.yao.pk}).content.decode()
    assert client.post("/admin/accounts/post/add/", body).status_code == 302
    assert Post.objects.filter(user=cast.cao, organ=cast.organs["qs-gov"]).exists()
    assert not Post.objects.filter(user=cast.jiang_xue, role="handler_clerk").exists()


def test_nobody_deletes_and_nobody_is_a_superuser(cast: Cast, client: Client):
    client.force_login(cast.sun)
    assert client.post(f"/admin/stations/venue/{cast.venues['S00003'].pk}/delete/", {"post": "yes"}).status_code == 403
    assert Venue.objects.filter(code="S00003").exists()
    assert not hasattr(cast.sun, "is_superuser")


def test_an_organ_keeps_its_path_when_it_is_moved(cast: Cast, client: Client):
    client.force_login(cast.yao)
    office = cast.organs["bh-gw"]
    body = {"code": "bh-gw", "name": office.name, "kind": "street", "level": "town", "parent": cast.organs["lx-rd"].pk,
            "congress": cast.organs["lx-rd"].pk}  # fmt: skip
    assert client.post(f"/admin/accounts/organ/{office.pk}/change/", body).status_code == 302
    assert Organ.objects.get(code="bh-jdb").path.startswith(Organ.objects.get(code="lx-rd").path)


def test_a_venue_is_added_with_the_next_code_and_only_in_the_own_tree(cast: Cast, client: Client):
    client.force_login(cast.feng)
    inlines = {f"{name}-{field}": "0" for name in ("deputies", "posts") for field in ("TOTAL_FORMS", "INITIAL_FORMS")}
    body = {"code": "", "kind": "post", "name": "桥东服务岗", "organ": cast.organs["bh-gw"].pk, **inlines}
    assert client.post("/admin/stations/venue/add/", body).status_code == 302
    assert Venue.objects.get(name="桥东服务岗").code == "S00008"
    foreign = client.post("/admin/stations/venue/add/", body | {"name": "外区", "organ": cast.organs["qs-rd"].pk})
    assert foreign.status_code == 200
    assert not Venue.objects.filter(name="外区").exists()


def test_a_portrait_is_shown_with_consent_alone(cast: Cast, client: Client):
    drawn = io.BytesIO()
    Image.new("RGB", (800, 1000), "navy").save(drawn, format="PNG")
    body = {"name": "王建国", "consents": "on"}
    address = f"/admin/deputies/deputy/{cast.deputies['D00001'].pk}/change/"
    client.force_login(cast.sun)
    without = client.post(address, {"name": "王建国", "portrait": SimpleUploadedFile("a.png", drawn.getvalue())})
    assert "要先经本人同意" in without.content.decode()
    assert client.get("/d/D00001/photo/").status_code == 404
    picture = SimpleUploadedFile("a.png", drawn.getvalue())
    assert client.post(address, body | {"portrait": picture}).status_code == 302
    answer = client.get("/d/D00001/photo/")
    assert answer.content.startswith(b"\xff\xd8")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert client.get("/api/v1/deputies/D00001/").json()["photo"] == "/d/D00001/photo/"
    assert client.post(address, {"name": "王建国"}).status_code == 302
    assert client.get("/d/D00001/photo/").status_code == 404
    assert client.get("/api/v1/deputies/D00001/").json()["photo"] is None


def test_the_stock_import_gives_way_to_ours(cast: Cast, client: Client):
    client.force_login(cast.han)
    answer = client.get("/admin/deputies/seat/import/")
    assert answer.headers["Location"] == "/admin/imports/new/deputies.seat/"
    assert client.get("/admin/accounts/user/import/").status_code == 403


def test_a_table_leaves_with_labels_and_a_line_of_audit(cast: Cast, client: Client):
    client.force_login(cast.sun)
    answer = client.post("/admin/stations/venue/export/", {"format": "1", "resource": "0"})
    table = answer.content.decode("utf-8-sig")
    assert "站点码,类别,名称" in table
    assert "S00001,中心联络站,清水镇中心联络站,qs-rd" in table
    assert AuditLine.objects.filter(act="stations.export_venue", actor=f"user:{cast.sun.pk}").exists()
