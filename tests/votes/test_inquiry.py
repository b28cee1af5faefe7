"""An inquiry from its plan to the end of its rectification list: what is asked, promised, owed, told and published."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import Anyone, Notice
from clocks.models import Deadline
from clocks.sweep import sweep
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.outbox import tell_steps
from suggestions.queries import board, desk
from suggestions.todo import waiting_for
from tests.cast import people
from tests.votes.inquiring import Inquiring
from tests.votes.polling import START
from votes.models import Answer, Inquiry, RectificationItem
from votes.workflow import inquiry as inquiries, rectification as items

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Inquiring]:
    with clock.at(START):
        yield Inquiring(people())


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.signin.PhoneBackend")
    return client


def test_a_deputys_question_is_taken_up_and_its_answer_told(told: Inquiring) -> None:
    cast = told.cast
    inquiry = told.again(inquiries.ask(told.questioned(), by=cast.wang, text="学校门口怎么停车？"))
    assert [q.text for q in inquiry.offered] == ["学校门口怎么停车？"]
    question = inquiry.offered[0]
    inquiry = told.again(
        inquiries.take_question(inquiry, by=cast.shen, question=question.pk, unit=cast.organs["dh-jyj"])
    )
    assert [q.order for q in inquiry.adopted] == [1, 2, 3]
    inquiry = told.again(inquiries.hold(inquiry, by=cast.chen))
    question.refresh_from_db()
    inquiries.answer(inquiry, by=cast.luo, question=question, answerer="罗强", post="副局长", text="错峰放学。")
    tell_steps()
    titles = list(Notice.objects.filter(user=cast.wang).values_list("title", flat=True))
    assert any(title.startswith("您的提问已采纳") for title in titles)
    assert any(title.startswith("询问问题有了答复") for title in titles)


def test_a_unit_answers_only_what_it_was_asked(told: Inquiring) -> None:
    inquiry = told.held()
    of_others = next(q for q in inquiry.adopted if q.unit.code == "dh-jyj")
    with pytest.raises(Forbidden):
        inquiries.answer(
            inquiry, by=told.cast.zheng, question=of_others, answerer="郑伟", post="副局长", text="我来答。"
        )


def test_a_deputy_asks_at_most_five_questions(told: Inquiring) -> None:
    inquiry = told.studying()
    for n in range(5):
        inquiries.ask(inquiry, by=told.cast.wang, text=f"第 {n} 问")
    with pytest.raises(GuardFailed) as refused:
        inquiries.ask(inquiry, by=told.cast.wang, text="再问")
    assert "最多提 5 个" in refused.value.detail


def test_a_followup_stands_behind_its_answer(told: Inquiring) -> None:
    cast, inquiry = told.cast, told.answered()
    first = inquiry.adopted[0]
    inquiry = told.again(
        inquiries.put_question(inquiry, by=cast.chen, asker="唐勇", unit=first.unit, text="钱从哪来？", kind="followup", follows=first)
    )  # fmt: skip
    assert [q.text for q in inquiry.adopted][1] == "钱从哪来？"
    with pytest.raises(Invalid):
        inquiries.put_question(inquiry, by=cast.chen, asker="唐勇", unit=first.unit, text="再问", kind="followup")


def test_a_promise_needs_a_date_and_an_answer_stands(told: Inquiring) -> None:
    inquiry = told.held()
    question = inquiry.adopted[0]
    words = {"by": told.cast.chen, "question": question, "answerer": "郑伟", "post": "副局长", "text": "抓紧办。"}
    for more in ({"promise": "年底完成"}, {"due_on": told.in_days(30)}, {"promise": "x", "due_on": told.in_days(-1)}):
        with pytest.raises(Invalid):
            inquiries.answer(inquiry, **words, **more)
    inquiries.answer(inquiry, **words)
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.update(text="改过的答复")


def test_the_rating_counts_the_classes_apart_and_hides_the_small_ones(told: Inquiring) -> None:
    inquiry = told.rated()
    classes = {one["class"]: one for one in inquiry.result}
    assert set(classes) == {"committee", "deputies"}
    assert inquiry.poll.options == [unit.organ.name for unit in inquiry.units.all()]
    assert all(one["withheld"] for one in classes.values()), "fewer than five papers: the outcome alone"
    assert [line["outcome"] for line in classes["committee"]["lines"]] == ["满意", "基本满意"]
    assert "counts" not in classes["committee"]["lines"][0]


def test_a_promise_goes_onto_the_list_before_the_inquiry_ends(told: Inquiring) -> None:
    inquiry = told.rated()
    with pytest.raises(GuardFailed) as refused:
        inquiries.close(inquiry, by=told.cast.sun)
    assert refused.value.code == "kept_word"
    promise = next(q.answer for q in inquiry.adopted if q.answer.promise)
    inquiry = told.again(inquiries.list_item(inquiry, by=told.cast.chen, answer=promise))
    item = inquiry.items.get()
    assert (item.unit.code, item.measure, item.due_on) == ("dh-zjj", promise.promise, promise.due_on)
    with pytest.raises(GuardFailed):
        inquiries.list_item(inquiry, by=told.cast.chen, answer=promise)


def test_nobody_outside_sees_an_inquiry_before_it_is_published(told: Inquiring) -> None:
    cast, inquiry = told.cast, told.answered()

    def sees(who) -> bool:
        return Inquiry.objects.visible_to(who).filter(pk=inquiry.pk).exists()

    assert [name for name in ("chen", "shen", "wang", "zheng", "ma", "han", "liu", "li") if sees(cast.users[name])] == [
        "chen", "shen", "wang", "zheng", "ma",
    ]  # fmt: skip
    assert not sees(Anyone())
    inquiries.publish(inquiry, by=cast.sun)
    assert sees(Anyone()) and sees(cast.liu)
    page = Client().get(f"/inquiries/{inquiry.number}/").content.decode()
    assert "年底前新增车位 300 个" in page and "怎么增加车位" in page


# -- rectification -----------------------------------------------------------------------------------------------------


def test_an_item_lives_on_the_desk_beside_suggestions(told: Inquiring) -> None:
    cast, item = told.cast, told.listed()
    owed = [d.code for d in desk.owed_by(told.user(cast.zheng))]
    assert owed == ["rectification.accept"]
    page = client_of(cast.zheng).get("/desk/").content.decode()
    assert item.problem in page and "认领" in page and f"/desk/rectifications/{item.number}/accept/" in page
    assert [t.words for t in waiting_for(told.user(cast.zheng))][:1] == ["认领整改"]
    assert board.owed(told.user(cast.sun)).filter(matter_kind="rectification").count() == 2
    assert not desk.owed_by(told.user(cast.luo)).exists()


def test_an_item_past_its_date_is_told_up_the_ladder(told: Inquiring) -> None:
    item = told.accepted()
    with clock.at(START + timedelta(days=61)):
        sweep()
        tell_steps()
        late = Deadline.objects.open().get(object_kind="rectification", object_id=item.pk)
        assert late.code == "rectification.finish" and late.level == "red"
        assert Notice.objects.filter(user=told.cast.zheng, title__startswith="完成整改已逾期").exists()
        page = client_of(told.cast.sun).get("/admin/supervise/").content.decode()
        assert item.title in page and "整改未完成" in page
    with clock.at(START + timedelta(days=95)):
        sweep()
        tell_steps()
        assert Notice.objects.filter(user=told.cast.ma, title__startswith="完成整改已逾期").exists()
        assert Notice.objects.filter(user=told.cast.shen, title__startswith="完成整改已逾期").exists()


def test_done_needs_a_proof_and_what_came_back_needs_a_new_one(told: Inquiring) -> None:
    cast, item = told.cast, told.accepted()
    with pytest.raises(GuardFailed) as refused:
        items.claim_done(item, by=cast.zheng, text="完成")
    assert refused.value.code == "proved"
    with clock.at(START + timedelta(days=1)):
        item = told.sent_back()
        assert item.due_on == (START + timedelta(days=1)).date().replace(month=4)
    with clock.at(START + timedelta(days=2)):
        item = told.item_again(items.report(item, by=cast.gao, text="已补齐。"))
        item = told.claimed(item)
        item = items.strike(item, by=cast.sun, text="属实")
    assert item.struck_at is not None
    assert not Deadline.objects.open().filter(object_kind="rectification", object_id=item.pk).exists()


def test_a_date_moves_only_to_a_later_day(told: Inquiring) -> None:
    item = told.accepted()
    with pytest.raises(Invalid):
        items.postpone(item, by=told.cast.sun, until=item.due_on, reason="工期")
    old = item.due_on
    item = told.item_again(items.postpone(item, by=told.cast.sun, until=told.in_days(90), reason="工期"))
    step = item.steps.last()
    assert step.recorded == {"old": str(old), "new": str(item.due_on)}
    deadline = Deadline.objects.open().get(object_kind="rectification", object_id=item.pk)
    assert deadline.due_at.astimezone(clock.SHANGHAI).date() == item.due_on


def test_what_runs_for_long_owes_a_report_each_quarter(told: Inquiring) -> None:
    item = told.deferred()
    first = Deadline.objects.open().get(object_kind="rectification", object_id=item.pk)
    assert first.code == "rectification.review"
    with clock.at(START + timedelta(days=80)):
        items.report(item, by=told.cast.gao, text="增容方案已批复。")
        second = Deadline.objects.open().get(object_kind="rectification", object_id=item.pk)
    assert second.due_at > first.due_at


def test_postgresql_keeps_the_day_of_what_was_struck(told: Inquiring) -> None:
    item = told.strike(told.listed())
    with pytest.raises(DatabaseError), transaction.atomic():
        RectificationItem.objects.filter(pk=item.pk).update(struck_at=None)
