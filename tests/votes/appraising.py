"""审议意见 and work appraisals told through their verbs by the cast."""

from datetime import timedelta
from typing import Any

from ground import clock
from tests.votes.inquiring import Inquiring
from votes.models import DeliberationOpinion, WorkAppraisal
from votes.workflow import appraisal as appraisals, deliberation as deliberations


class Appraising(Inquiring):
    # -- 审议意见 of 市住建局, with 城建环保委 -------------------------------------------------------------------------

    def drafted(self, **words: Any) -> DeliberationOpinion:
        cast = self.cast
        told = {"title": "关于停车管理情况报告的审议意见", "text": "一、抓紧编制规划。二、盘活闲置地块。",
                "meeting": "市十九届人大常委会第十二次会议", "met_on": clock.today(), "unit": cast.organs["dh-zjj"],
                "committee": cast.organs["dh-cjw"], **words}  # fmt: skip
        return self.of(deliberations.draft(by=cast.chen, organ=cast.organs["dh-rd"], term=cast.terms["dh-rd"], **told))

    def handed(self) -> DeliberationOpinion:
        return self.of(deliberations.hand_over(self.drafted(), by=self.cast.sun))

    def draft_sent(self) -> DeliberationOpinion:
        return self.of(deliberations.send_draft(self.handed(), by=self.cast.gao, text="已编制规划初稿。"))

    def commented(self) -> DeliberationOpinion:
        return self.of(deliberations.comment(self.draft_sent(), by=self.cast.shen, text="请补充时间表。"))

    def reported_on(self) -> DeliberationOpinion:
        return self.of(
            deliberations.report(self.commented(), by=self.cast.zheng, text="规划年底前报批，闲置地块已开工三处。")
        )

    def on_agenda(self) -> DeliberationOpinion:
        return self.of(deliberations.put_on_agenda(self.reported_on(), by=self.cast.shi, meeting="常委会第十四次会议"))

    def made_public(self) -> DeliberationOpinion:
        return self.of(deliberations.publish(self.reported_on(), by=self.cast.sun))

    def second_due(self) -> DeliberationOpinion:
        return self.of(deliberations.fall_due(self.made_public()))

    def heard_again(self, content: bool = True) -> DeliberationOpinion:
        text = "现场察看，落实到位。" if content else "还有两处没有开工。"
        return self.of(deliberations.hear_again(self.second_due(), by=self.cast.sun, content=content, text=text))

    @staticmethod
    def of(obj: DeliberationOpinion) -> DeliberationOpinion:
        return DeliberationOpinion.objects.with_parts().get(pk=obj.pk)

    # -- 工作评议: 住建局, 教育局 and 交通局 are candidates, two are chosen ------------------------------------------------

    @property
    def departments(self) -> list[Any]:
        return [self.cast.organs[code] for code in ("dh-zjj", "dh-jyj", "dh-jtj")]

    def appraisal(self, **words: Any) -> WorkAppraisal:
        cast, today = self.cast, clock.today()
        told = {"title": "2026 年部门工作评议", "committee": cast.organs["dh-cjw"], "since": today - timedelta(days=365),
                "until": today, "places": 2, **words}  # fmt: skip
        return self.at(appraisals.draft(by=cast.chen, organ=cast.organs["dh-rd"], term=cast.terms["dh-rd"], **told))

    def nominated(self) -> WorkAppraisal:
        return self.at(appraisals.nominate(self.appraisal(), by=self.cast.chen, units=self.departments))

    def balloting(self) -> WorkAppraisal:
        return self.at(appraisals.call_ballot(self.nominated(), by=self.cast.chen))

    def balloted(self) -> WorkAppraisal:
        found = self.balloting()
        self.vote_through(found.ballot, "011")
        return self.at(found)

    def chosen(self) -> WorkAppraisal:
        return self.at(appraisals.choose(self.balloted(), by=self.cast.chen))

    def named(self) -> WorkAppraisal:
        found = self.chosen()
        for target in found.chosen:
            for n in range(3):
                appraisals.name_problem(found, by=self.cast.shen, target=target, text=f"{target.unit}第 {n + 1} 个问题")
        return self.at(found)

    def running(self) -> WorkAppraisal:
        return self.at(appraisals.begin_work(self.named(), by=self.cast.chen, due_on=self.in_days(120)))

    def points(self) -> dict[str, int]:
        return dict(zip(appraisals.sheet_of(self.cast.organs["dh-rd"]), (90, 75, 80, 85), strict=True))

    def sheeted(self) -> WorkAppraisal:
        found = self.running()
        for target in found.chosen:
            appraisals.score(found, by=self.cast.shen, target=target, points=self.points())
        return self.at(found)

    def scored(self) -> WorkAppraisal:
        return self.at(appraisals.settle_scores(self.sheeted(), by=self.cast.sun))

    def in_rating(self) -> WorkAppraisal:
        return self.at(appraisals.call_rating(self.scored(), by=self.cast.chen))

    def rating_done(self) -> WorkAppraisal:
        found = self.in_rating()
        self.vote_through(found.poll, "AB")
        return self.at(found)

    def concluded(self) -> WorkAppraisal:
        return self.at(appraisals.take_rating(self.rating_done(), by=self.cast.chen))

    def result_public(self) -> WorkAppraisal:
        return self.at(appraisals.publish(self.concluded(), by=self.cast.sun))

    def looked_back(self) -> WorkAppraisal:
        found = self.result_public()
        with clock.at(clock.now() + timedelta(days=61)):
            return self.at(appraisals.follow_up(found, by=self.cast.sun, text="问题没有反弹。"))

    @staticmethod
    def at(found: WorkAppraisal) -> WorkAppraisal:
        return WorkAppraisal.objects.with_parts().get(pk=found.pk)
