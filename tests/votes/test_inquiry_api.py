"""Inquiries, rectification lists, 审议意见 and appraisals over REST."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from ground import clock
from tests.cast import people
from tests.votes.appraising import Appraising
from tests.votes.polling import START
from tests.votes.test_api import KEY, api

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Appraising]:
    with clock.at(START):
        yield Appraising(people())


def test_an_inquiry_is_asked_answered_and_read(told: Appraising) -> None:
    cast, inquiry = told.cast, told.questioned()
    at = f"/api/v1/inquiries/{inquiry.number}/"
    assert APIClient().get(at).status_code == 404, "not public yet"
    asked = api(cast.wang).post(f"{at}ask/", {"text": "学校门口怎么停车？"}, HTTP_IDEMPOTENCY_KEY=KEY)
    assert asked.status_code == 200 and "ask" in asked.json()["actions"]
    again = api(cast.wang).post(f"{at}ask/", {"text": "学校门口怎么停车？"}, HTTP_IDEMPOTENCY_KEY=KEY)
    assert again.status_code == 200 and told.again(inquiry).questions.filter(order=None).count() == 1
    assert api(cast.zheng).post(f"{at}ask/", {"text": "？"}).status_code == 403
    assert api(cast.wang).post(f"{at}ask/", {"text": ""}).status_code == 422
    assert api(cast.chen).post(f"{at}answer/", {}).status_code == 409
    assert api(cast.chen).post(f"{at}hold/", {}).status_code == 200
    body = {
        "question": inquiry.adopted[0].pk,
        "answerer": "郑伟",
        "post": "副局长",
        "text": "抓紧办。",
        "promise": "年底完成",
    }
    assert api(cast.chen).post(f"{at}answer/", body).json()["errors"][0]["pointer"] == "/due_on"
    done = api(cast.chen).post(f"{at}answer/", {**body, "due_on": str(told.in_days(200))}).json()
    assert done["questions"][0]["answer"]["promise"] == "年底完成"
    assert api(cast.chen).post(f"{at}answer/", {**body, "question": 10**12}).status_code == 422


def test_an_item_is_worked_at_with_a_picture(told: Appraising) -> None:
    cast, item = told.cast, told.listed()
    at = f"/api/v1/rectifications/{item.number}/"
    assert api(cast.luo).get(at).status_code == 404
    taken = api(cast.gao).post(f"{at}accept/", {"owner": "副局长郑伟", "measure": "分三批改造"}).json()
    assert (taken["state"], taken["actions"]) == ("accepted", ["report"])
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "green").save(drawn, "PNG")
    photo = SimpleUploadedFile("a.png", drawn.getvalue(), "image/png")
    assert api(cast.gao).post(f"{at}photos/", {"file": photo}, format="multipart").json() == {"photos": 1}
    bad = SimpleUploadedFile("b.png", b"not a picture", "image/png")
    assert api(cast.gao).post(f"{at}photos/", {"file": bad}, format="multipart").status_code == 422
    assert api(cast.chen).post(f"{at}photos/", {}, format="multipart").status_code == 403
    done = api(cast.zheng).post(f"{at}claim_done/", {"text": "全部完成"}).json()
    assert done["state"] == "claimed_done", "a picture is a proof"
    assert api(cast.sun).post(f"{at}strike/", {"text": "属实"}).json()["state"] == "struck"


def test_papers_for_those_inside_stay_inside(told: Appraising) -> None:
    cast, obj = told.cast, told.made_public()
    at = f"/api/v1/deliberations/{obj.number}/"
    assert [paper["kind"] for paper in APIClient().get(at).json()["papers"]] == ["report"]
    assert [paper["kind"] for paper in api(cast.wang).get(at).json()["papers"]] == ["report"]
    assert [paper["kind"] for paper in api(cast.zheng).get(at).json()["papers"]] == ["draft", "comment", "report"]


def test_a_score_outside_the_sheet_is_refused(told: Appraising) -> None:
    found = told.running()
    at, target = f"/api/v1/appraisals/{found.number}/score/", found.chosen[0].pk
    for points in ({"问题整改": 90}, {**told.points(), "别的": 1}, {**told.points(), "问题整改": 101}):
        assert api(told.cast.shen).post(at, {"target": target, "points": points}, format="json").status_code == 422
    done = api(told.cast.shen).post(at, {"target": target, "points": told.points()}, format="json").json()
    assert done["targets"][0]["total"] == 84.0 or done["targets"][1]["total"] == 84.0
