"""Inquiries and rectification items told through their verbs by the cast: 陈立 keeps them, 沈洁 of the committee leads, 市住建局
and 市教育局 answer, 孙敏 publishes and strikes off."""

from datetime import date, timedelta
from typing import Any

from ground import clock
from tests.cast import Cast
from tests.votes.polling import Polling
from votes import sealing
from votes.models import Inquiry, RectificationItem
from votes.workflow import inquiry as inquiries, poll as polls, rectification as items


class Inquiring(Polling):
    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)

    def in_days(self, n: int) -> date:
        return clock.today() + timedelta(days=n)

    def planned(self, **words: Any) -> Inquiry:
        told = {"title": "城区停车难治理", "committee": self.cast.organs["dh-cjw"], **words}
        told.setdefault("units", [self.cast.organs["dh-zjj"], self.cast.organs["dh-jyj"]])
        organ = self.cast.organs["dh-rd"]
        return self.again(inquiries.plan(by=self.cast.chen, organ=organ, term=self.cast.terms["dh-rd"], **told))

    def studying(self, **words: Any) -> Inquiry:
        return self.again(inquiries.study(self.planned(**words), by=self.cast.chen))

    def questioned(self, **words: Any) -> Inquiry:
        inquiry = self.studying(**words)
        for unit in [row.organ for row in inquiry.units.all()]:
            inquiry = self.again(
                inquiries.put_question(
                    inquiry, by=self.cast.shen, asker="唐勇", unit=unit, text=f"{unit}怎么增加车位？"
                )
            )
        return inquiry

    def held(self, **words: Any) -> Inquiry:
        return self.again(inquiries.hold(self.questioned(**words), by=self.cast.chen))

    def answered(self, **words: Any) -> Inquiry:
        """The first unit promises something, the others do not."""
        inquiry = self.held(**words)
        for n, question in enumerate(inquiry.adopted):
            promise = {"promise": "年底前新增车位 300 个", "due_on": self.in_days(200)} if n == 0 else {}
            inquiry = self.again(
                inquiries.answer(inquiry, by=self.cast.chen, question=question, answerer="郑伟", post="副局长",
                                 text="正在编制方案。", **promise)
            )  # fmt: skip
        return inquiry

    def called(self, **words: Any) -> Inquiry:
        return self.again(inquiries.call_rating(self.answered(**words), by=self.cast.chen))

    def rating_published(self, **words: Any) -> Inquiry:
        """The rating runs its course: 王建国 and 赵慧敏 of the deputies, 石建 and 唐勇 of the committee vote."""
        inquiry = self.called(**words)
        self.vote_through(inquiry.poll, "AB"[: len(inquiry.poll.options)])
        return self.again(inquiry)

    def vote_through(self, poll: Any, marks: str) -> None:
        """A drawn up poll from its officers to its publication, everybody on the roll with an account voting alike."""
        cast = self.cast
        poll = polls.appoint(
            self.fresh(poll),
            by=cast.chen,
            chief=cast.shi,
            scrutineers=[cast.tang, cast.zhao],
            tellers=[cast.cai, cast.he],
        )
        poll = polls.propose(self.fresh(poll), by=cast.chen)
        self.slips = {officer.pk: sealing.read_slip(sealing.new_slip()) for officer in self.officers}
        poll = polls.make_keys(self.fresh(poll), by=self.user(cast.shi), secrets=self.slips)
        poll = polls.open_poll(self.fresh(poll), by=self.user(cast.shi), secrets=self.slips)
        for line in poll.roll.select_related("seat__deputy").exclude(seat__deputy__user=None):
            self.vote(poll, line.seat, marks, f"cast-{poll.pk}-{line.seat_id}")
        self.published(self.counted(self.closed(poll)))

    def rated(self, **words: Any) -> Inquiry:
        return self.again(inquiries.take_rating(self.rating_published(**words), by=self.cast.chen))

    def rectifying(self, **words: Any) -> Inquiry:
        inquiry = self.rated(**words)
        promise = next(q.answer for q in inquiry.adopted if q.answer.promise)
        return self.again(inquiries.list_item(inquiry, by=self.cast.chen, answer=promise))

    def struck_off(self, **words: Any) -> Inquiry:
        inquiry = self.rectifying(**words)
        for item in inquiry.items.all():
            self.strike(self.item_again(item))
        return self.again(inquiry)

    def ended(self, **words: Any) -> Inquiry:
        return self.again(inquiries.close(self.struck_off(**words), by=self.cast.sun))

    # -- items: each of its own small inquiry, of 市住建局 --------------------------------------------------------------

    def listed(self, **words: Any) -> RectificationItem:
        inquiry = self.answered(units=[self.cast.organs["dh-zjj"]], scale="micro", title="小区充电桩")
        told = {
            "unit": self.cast.organs["dh-zjj"],
            "problem": "老旧小区充电桩不够用",
            "due_on": self.in_days(60),
            **words,
        }
        inquiries.list_item(inquiry, by=self.cast.chen, **told)
        return self.item_again(inquiry.items.last())

    def accepted(self) -> RectificationItem:
        return self.item_again(
            items.accept(self.listed(), by=self.cast.gao, owner="副局长郑伟", measure="三季度前完成 12 个小区改造")
        )

    def reported(self) -> RectificationItem:
        return self.item_again(items.report(self.accepted(), by=self.cast.gao, text="已完成 5 个小区。"))

    def claimed(self, item: RectificationItem | None = None) -> RectificationItem:
        return self.item_again(
            items.claim_done(item or self.reported(), by=self.cast.zheng, text="12 个小区全部完成。")
        )

    def strike(self, item: RectificationItem) -> RectificationItem:
        cast = self.cast
        item = self.item_again(items.accept(item, by=cast.gao, owner="副局长郑伟", measure="新建停车场两处"))
        item = self.item_again(items.report(item, by=cast.gao, text="已开工。"))
        return self.item_again(items.strike(self.claimed(item), by=cast.sun, text="现场核查属实。"))

    def sent_back(self) -> RectificationItem:
        return self.item_again(items.send_back(self.claimed(), by=self.cast.shen, reason="有两个小区还没有通电。"))

    def deferred(self) -> RectificationItem:
        return self.item_again(items.defer(self.reported(), by=self.cast.sun, reason="电力增容要跨年度实施。"))

    def again(self, inquiry: Inquiry) -> Inquiry:
        return Inquiry.objects.with_parts().get(pk=inquiry.pk)

    def item_again(self, item: RectificationItem) -> RectificationItem:
        return RectificationItem.objects.with_parts().get(pk=item.pk)
