"""Disagreements are talked over and written down; a share of the ratings others entered is called back."""

import random

import pytest
from django.test import Client

from ground import clock
from ground.errors import Forbidden, Invalid, WrongState
from suggestions.models import CallBack, DisagreementTalk, Opinion, OpinionRating
from suggestions.queries import board
from suggestions.workflow import checks, opinion as verbs
from tests.cast import Cast
from tests.suggestions.citizens import START, Citizens, author, fresh
from tests.suggestions.narrator import Narrator

pytestmark = pytest.mark.django_db


def disagreed(cast: Cast) -> Opinion:
    row = Citizens(cast).replied()
    return fresh(verbs.rate(row, by=author(row), grade="dissatisfied", solved="no", reasons=["not_solved"]))


def entered(cast: Cast, times: int) -> None:
    tells = Citizens(cast)
    for _ in range(times):
        row = tells.replied(tells.claimed(tells.accepted(tells.at_station(by=cast.zhou, channel="station"))))
        OpinionRating.objects.create(
            opinion=row, round=1, grade="satisfied", entered_way="paper", entered_by=cast.zhou, at=clock.now()
        )


def test_a_talk_takes_the_matter_out_of_the_queue_and_changes_nobodys_word(cast: Cast) -> None:
    with clock.at(START):
        row = disagreed(cast)
        assert list(board.disagreeing(cast.chen)) == [row]
        client = Client()
        client.force_login(cast.chen)
        page = client.get(f"/admin/ratings/opinions/{row.number}/")
        assert "没解决" in page.content.decode() and "已解决" in page.content.decode()
        kept = client.post(f"/admin/ratings/opinions/{row.number}/", {"outcome": "again", "note": ""})
        assert kept.status_code == 200 and kept.context["form"].errors
        client.post(
            f"/admin/ratings/opinions/{row.number}/", {"outcome": "again", "note": "三方在现场看过，下周补装一盏灯。"}
        )
    assert DisagreementTalk.objects.get().outcome == "again"
    assert list(board.disagreeing(cast.chen)) == []
    assert OpinionRating.objects.get(opinion=row).solved == "no" and fresh(row).state == row.state


def test_a_talk_is_written_down_once_and_by_the_office_that_sees_it(cast: Cast) -> None:
    with clock.at(START):
        answer = disagreed(cast).answers.get()
        for stranger in (cast.wang, cast.zheng, cast.liu):
            with pytest.raises(Forbidden):
                checks.record_talk(answer, by=stranger, outcome="solved", note="谈过了")
        with pytest.raises(Invalid):
            checks.record_talk(answer, by=cast.chen, outcome="won", note="谈过了")
        checks.record_talk(answer, by=cast.chen, outcome="solved", note="谈过了")
        with pytest.raises((Forbidden, WrongState)):
            checks.record_talk(answer, by=cast.chen, outcome="solved", note="又谈了")


def test_unit_and_deputy_are_talked_with_about_a_reply(cast: Cast) -> None:
    tells = Narrator(cast)
    with clock.at(START):
        row = tells.rated(tells.replied(solved="yes"), solved="no")
        assignment = tells.of(row)
        assert list(board.disputed_replies(cast.chen)) == [assignment]
        client = Client()
        client.force_login(cast.chen)
        client.post(
            f"/admin/ratings/assignments/{assignment.pk}/", {"outcome": "explained", "note": "双方当面说明了情况。"}
        )
    assert list(board.disputed_replies(cast.chen)) == []


@pytest.mark.parametrize(("ratings", "drawn"), [(0, 0), (1, 1), (10, 1), (11, 2)])
def test_at_least_a_tenth_is_drawn_and_no_more_on_a_second_draw(cast: Cast, ratings: int, drawn: int) -> None:
    with clock.at(START):
        entered(cast, ratings)
        assert checks.draw_call_backs(random.Random(1)) == drawn
        assert checks.draw_call_backs(random.Random(2)) == 0
    assert CallBack.objects.count() == drawn


def test_a_call_is_recorded_once_and_never_by_whoever_entered_the_rating(cast: Cast) -> None:
    with clock.at(START):
        entered(cast, 1)
        checks.draw_call_backs()
        call = CallBack.objects.get()
        with pytest.raises(Forbidden):
            checks.record_call(call, by=cast.zhou, outcome="same", note="")
        client = Client()
        client.force_login(cast.chen)
        assert "周" in client.get("/admin/ratings/?tab=calls").content.decode()
        client.post(f"/admin/ratings/calls/{call.pk}/", {"outcome": "differs", "note": "本人说没有签过字。"})
        call.refresh_from_db()
        assert (call.outcome, call.by) == ("differs", cast.chen)
        assert client.get(f"/admin/ratings/calls/{call.pk}/").status_code == 404
        with pytest.raises(WrongState):
            checks.record_call(call, by=cast.chen, outcome="same", note="")
