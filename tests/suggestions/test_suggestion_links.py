"""Opinions behind a suggestion: they wait, come back, are worded by the deputy, and hear what came later (§7.2)."""

from collections.abc import Iterator

import pytest

from accounts.models import Notice
from ground import clock, outbox
from ground.errors import DomainError
from ground.models import Message
from suggestions.models import Opinion, Suggestion
from suggestions.workflow import commitment as promises, links, opinion as opinions, suggestion as whole
from suggestions.workflow.course import runs
from tests.cast import people
from tests.suggestions.citizens import Citizens, author, fresh as again
from tests.suggestions.narrator import PROMISE, START, Narrator, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


@pytest.fixture
def said(tell: Narrator) -> Citizens:
    return Citizens(tell.cast)


def escalated(tell: Narrator, said: Citizens, **more: str) -> tuple[Opinion, Suggestion]:
    opinion = said.claimed(**more)
    suggestion = tell.draft(opinions=[opinion])
    return again(opinion), suggestion


def test_an_opinion_is_escalated_into_the_new_draft_and_taken_off_again(tell: Narrator, said: Citizens) -> None:
    opinion, suggestion = escalated(tell, said)
    assert (opinion.state, runs(opinion, "send_draft")) == ("escalated", True)
    whole.revise(suggestion, by=tell.cast.wang, opinions=[])
    assert (again(opinion).state, suggestion.links.get().why != "") == ("claimed", True)


def test_only_who_claimed_it_may_bring_it_in(tell: Narrator, said: Citizens) -> None:
    opinion = said.claimed()
    with pytest.raises(DomainError):
        whole.create(tell.cast.seat("D00002"), by=tell.cast.zhao, title="题", situation="况", proposal="议",
                     field="general", opinions=[opinion])  # fmt: skip
    assert not Suggestion.objects.exists()


def test_a_refused_suggestion_brings_its_opinions_back(tell: Narrator, said: Citizens) -> None:
    opinion, suggestion = escalated(tell, said)
    tell.submitted(suggestion)
    assert not runs(opinion, "send_draft")
    whole.refuse(suggestion, by=tell.cast.sun, rule_code="personal", reason="已与代表沟通")
    assert again(opinion).state == "claimed"


def test_with_two_suggestions_it_waits_for_the_last_live_one(tell: Narrator, said: Citizens) -> None:
    opinion, first = escalated(tell, said)
    second = tell.draft(opinions=[opinion])
    whole.withdraw(first, by=tell.cast.wang, reason="合并到另一件")
    assert again(opinion).state == "escalated"
    tell.replied(tell.signed(suggestion=second))
    assert runs(again(opinion), "confirm_escalated")


def test_the_deputy_words_the_replies_and_the_citizen_hears_of_the_promise(tell: Narrator, said: Citizens) -> None:
    cast = tell.cast
    opinion, suggestion = escalated(tell, said, phone="19900009991")
    row = tell.replied(tell.signed(suggestion=suggestion), result_class="B", commitments=[PROMISE])
    opinions.confirm(again(opinion), by=cast.wang, text="年底前建成三处车棚。", solved="partly")
    opinions.rate(again(opinion), by=author(opinion), grade="satisfied")
    tell.rated(row)
    promise = row.commitments.get()
    promises.report_commitment(promise, by=cast.zheng, text="三处都已建成", final=True)
    promises.rate_commitment(promise, by=cast.wang, result="satisfied")
    told = again(opinion).steps.filter(verb="follow_up").values_list("public_text", flat=True)
    assert [text.split("：")[0] for text in told][-1] == "承诺事项已兑现"


def test_a_draft_that_is_never_sent_loses_its_opinions(tell: Narrator, said: Citizens) -> None:
    opinion, suggestion = escalated(tell, said)
    later(days=16)
    assert again(opinion).state == "claimed"
    assert suggestion.links.get().ended_at is not None
    assert links.opinions_of(suggestion) == []


def test_whoever_must_act_is_told_and_messaged_once(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.replied()
    outbox.tell_steps()
    assert Notice.objects.filter(user=cast.zhao, title__startswith="请您联名").count() == 1
    assert Notice.objects.filter(user=cast.chen, title__startswith="代表建议已提交").count() == 1
    rating = Notice.objects.get(user=cast.wang, title__startswith="承办单位已答复")
    assert (rating.url, rating.number) == (f"/my/suggestions/{row.number}/", row.number)
    asked = Message.objects.filter(recipient_id=cast.wang.pk, template="suggestion.act")
    assert {message.variables["what"] for message in asked} >= {"承办单位已答复，请您评价"}
    assert Notice.objects.filter(user=cast.gao, title__startswith="新交办的代表建议").count() == 1
    assert not Notice.objects.filter(user=cast.liu).exists()
    before = Notice.objects.count()
    outbox.tell_steps()
    assert Notice.objects.count() == before


def test_a_late_reply_is_heard_of_one_level_after_the_other(tell: Narrator) -> None:
    cast = tell.cast
    tell.signed(("dh-zjj", "main"))

    def heard(user: object) -> bool:
        return Notice.objects.filter(user=user, title__startswith="答复代表").exists()

    later(days=91)
    assert heard(cast.gao) and not heard(cast.sun) and not heard(cast.shi)
    later(days=3)
    assert heard(cast.sun) and heard(cast.zheng)
    assert not heard(cast.shen)
    later(days=31)
    assert heard(cast.shen) and not heard(cast.shi)
