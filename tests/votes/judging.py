"""Appraisals of judges told through their verbs by the cast: 陈立 keeps them, 沈洁 of the committee looks at cases, 孙敏 leads;
of 市中级法院 蒋敏 reads, and a handler of the court works at what is listed."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.states import Role
from accounts.workflow import give_post
from tests.factories import a_user
from tests.votes.reporting import Reporting
from votes.models import JudicialAppraisal, JudicialPerson
from votes.workflow import judicial

JUDGES = (("甲法官", "民一庭审判员"), ("乙法官", "刑一庭审判员"), ("丙法官", "行政庭庭长"), ("丁法官", "执行局法官"))


class Judging(Reporting):
    def judicial(self, **words: Any) -> JudicialAppraisal:
        cast = self.cast
        told = {"title": "2026 年市中级法院法官履职评议", "court": cast.organs["dh-court"], "committee": cast.organs["dh-cjw"],
                "places": 2, **words}  # fmt: skip
        return self.seen(judicial.plan(by=cast.chen, organ=cast.organs["dh-rd"], term=cast.terms["dh-rd"], **told))

    def judges_listed(self) -> JudicialAppraisal:
        found = self.judicial()
        for name, post in JUDGES:
            judicial.add_person(found, by=self.cast.chen, name=name, post=post, since=date(2019, 5, 1))
        return self.seen(found)

    def judges_drawn(self) -> JudicialAppraisal:
        return self.seen(judicial.draw(self.judges_listed(), by=self.cast.chen, witness="唐勇，市人大常委会委员"))

    def marks(self) -> dict[str, int]:
        return dict(zip(judicial.sheet_of(self.cast.organs["dh-rd"]), (90, 80, 85, 95), strict=True))

    def judges_sampled(self) -> JudicialAppraisal:
        found = self.judges_drawn()
        for person in found.chosen:
            self.sample(found, person)
        return self.seen(found)

    def sample(self, found: JudicialAppraisal, person: JudicialPerson, by: User | None = None, **words: Any) -> Any:
        told = {
            "number": "（2025）云9901民终12号",
            "cause": "民间借贷纠纷",
            "points": self.marks(),
            "remark": "说理充分。",
            **words,
        }
        judicial.note_case(found, by=by or self.cast.shen, person=person, **told)
        return judicial.note_interview(found, by=by or self.cast.shen, person=person, text="同事反映办案认真。")

    def judges_scored(self) -> JudicialAppraisal:
        return self.seen(judicial.settle_scores(self.judges_sampled(), by=self.cast.sun))

    def judges_in_rating(self) -> JudicialAppraisal:
        return self.seen(judicial.call_rating(self.judges_scored(), by=self.cast.chen))

    def judges_voted(self) -> JudicialAppraisal:
        found = self.judges_in_rating()
        self.vote_through(found.poll, "AB")
        return self.seen(found)

    def judges_rated(self) -> JudicialAppraisal:
        return self.seen(judicial.take_rating(self.judges_voted(), by=self.cast.chen))

    def judges_fed_back(self) -> JudicialAppraisal:
        letter = "总体认真。请加强裁判文书说理，规范庭审用语。"
        return self.seen(judicial.feed_back(self.judges_rated(), by=self.cast.sun, text=letter))

    def judges_to_mend(self) -> JudicialAppraisal:
        found = self.judges_fed_back()
        judicial.list_item(found, by=self.cast.shen, problem="裁判文书说理不够", due_on=self.in_days(60))
        return self.seen(found)

    def judges_done(self) -> JudicialAppraisal:
        return self.seen(judicial.close(self.judges_fed_back(), by=self.cast.sun))

    def of_the_court(self) -> User:
        """A head of the court who works at what is listed."""
        user = a_user("法院办公室主任")
        for role in (Role.HANDLER_CLERK, Role.HANDLER_LEAD):
            give_post(user, self.cast.organs["dh-court"], role, by=self.cast.jiang_xue)
        return self.user(user)

    @staticmethod
    def seen(found: JudicialAppraisal) -> JudicialAppraisal:
        return JudicialAppraisal.objects.with_parts().get(pk=found.pk)
