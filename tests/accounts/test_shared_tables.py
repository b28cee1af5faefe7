"""Real tables, dirty as they are: they lie beside the repository and are never part of it."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Region
from deputies.models import Group, Seat, Term
from tests.cast import Cast
from tests.tables import book, page_of, press, upload

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"


def table(name: str) -> bytes:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the repository (../shared/data)")
    return path.read_bytes()


def map_columns(client: Client, batch, places: dict[str, str], fixed: dict[str, str]):
    names = [column.name for column in client.get(f"/admin/imports/{batch.pk}/columns/").context["form"].columns]
    body = {f"from-{names.index(name)}": heading for name, heading in places.items()}
    return press(
        client, batch, "columns", **body, **{f"fixed-{names.index(name)}": text for name, text in fixed.items()}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_twelfth_congress_comes_in_after_the_person_said_who_is_who(
    cast: Cast, client: Client, encoding: str
) -> None:
    content = table("npc12_deputies.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    city = cast.organs["dh-rd"]
    Term.objects.create(congress=city, ordinal=12, opens_on="2013-03-05")
    client.force_login(cast.sun)
    head = ("人大代码", "名称", "类别")
    delegations = sorted({row["delegation"] for row in rows})
    groups = upload(client, "deputies.group", book(head, *(("dh-rd", name, "代表团") for name in delegations)))
    press(client, groups, "apply")
    assert Group.objects.filter(organ=city, name__in=delegations).count() == len(delegations)
    batch = upload(client, "deputies.seat", content.encode(encoding), "npc12.csv")
    assert batch.standing == "columns"
    batch = map_columns(client, batch, {"姓名": "name", "代表团": "delegation", "届次": "term"}, {"人大代码": "dh-rd"})
    assert batch.wrong_rows == 0, page_of(client, batch)[-2000:]
    assert batch.asking_rows > 0, "namesakes are asked about"
    asked = {f"row-{no}": "new" for no in batch.rows.filter(asks=True).values_list("no", flat=True)}
    batch = press(client, batch, "people", **asked)
    assert (batch.new_rows, batch.asking_rows) == (len(rows), 0)
    batch = press(client, batch, "apply")
    assert batch.standing == "applied", batch.job.words
    assert Seat.objects.filter(term__ordinal=12, state="active").count() == len(rows)
    assert press(client, batch, "undo").standing == "undone"


def test_the_divisions_of_a_province_come_in_and_go_out_unchanged(cast: Cast, client: Client) -> None:
    content = table("divisions_shandong.csv")
    client.force_login(cast.yao)
    batch = upload(client, "accounts.region", content, "divisions.csv")
    places = {"代码": "code", "名称": "name", "上级代码": "parent_code", "级别": "level"}
    batch = map_columns(client, batch, places, {})
    assert (batch.new_rows, batch.wrong_rows) == (2021, 0), page_of(client, batch)[-2000:]
    assert press(client, batch, "apply").standing == "applied"
    assert Region.objects.get(pk="3701").path == "37.3701."
