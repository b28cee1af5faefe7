"""Duty sessions and reports told through their verbs by the cast: 陈立 and 孙敏 of the city's office with 王建国 and 赵慧敏, or
韩卫 of 清水镇 with 张海."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from accounts.models import User
from ground import clock
from tests.votes.appraising import Appraising
from votes.models import DutyReport, DutySession
from votes.workflow import duty

TEXT = "各位选民：我接办群众意见 12 件，领衔提出建议 3 件，推动修通大湾村道路。请评议。"
GOOD = {"issued": 58, "returned": 56, "valid": 55, "spoiled": 1, "counts": [30, 18, 5, 2]}
BAD = {"issued": 58, "returned": 56, "valid": 55, "spoiled": 1, "counts": [3, 8, 14, 30]}


class Reporting(Appraising):
    @staticmethod
    def before() -> AbstractContextManager[Any]:
        """Long enough ago for a session that was called then to have taken place."""
        return clock.at(clock.now() - timedelta(days=20))

    def clerk(self, organ: str) -> User:
        return self.cast.han if organ == "qs-rd" else self.cast.chen

    def duty_planned(self, organ: str = "dh-rd", *codes: str, **words: Any) -> DutySession:
        cast = self.cast
        codes = codes or (("D00005",) if organ == "qs-rd" else ("D00001", "D00002"))
        told = {"title": "清水镇述职评议会", "electorate": "清水镇", "place": "镇政府三楼会议室", "listeners": "voters",
                "starts_at": clock.now() + timedelta(days=10), "seats": [cast.seat(code) for code in codes], **words}  # fmt: skip
        made = duty.plan(by=self.clerk(organ), organ=cast.organs[organ], term=cast.terms[organ], **told)
        return self.session(made)

    def duty_called(self, organ: str = "dh-rd", *codes: str, **words: Any) -> DutySession:
        planned = self.duty_planned(organ, *codes, **words)
        return self.session(duty.call(planned, by=self.clerk(organ), due_on=self.in_days(7)))

    def duty_written(self, organ: str = "dh-rd", *codes: str, **words: Any) -> DutySession:
        session = self.duty_called(organ, *codes, **words)
        for report in session.reporting:
            duty.write_report(report, by=self.user(report.seat.deputy.user), text=TEXT)
        return self.session(session)

    def duty_begun(self, organ: str = "dh-rd", *codes: str, **words: Any) -> DutySession:
        """Its hour has come, everything is written."""
        with self.before():
            return self.duty_written(organ, *codes, **words)

    def duty_held(self, organ: str = "dh-rd", *codes: str, **words: Any) -> DutySession:
        session = self.duty_begun(organ, *codes, **words)
        return self.session(duty.hold(session, by=self.clerk(organ), came=58))

    def duty_keyed(self, *codes: str, rating: dict[str, Any] = GOOD) -> DutySession:
        session = self.duty_held("dh-rd", *codes)
        for report in session.heard:
            duty.note_question(report, by=self.cast.chen, text="大湾村的路什么时候修？", answer="年底前修通。")
            duty.key_rating(report, by=self.cast.chen, **rating)
        return self.session(session)

    def duty_compared(self, *codes: str, rating: dict[str, Any] = GOOD) -> DutySession:
        session = self.duty_keyed(*codes, rating=rating)
        for report in session.heard:
            duty.confirm_rating(report, by=self.cast.sun)
        return self.session(session)

    def duty_fed_back(self, *codes: str, rating: dict[str, Any] = GOOD) -> DutySession:
        session = self.duty_compared(*codes, rating=rating)
        for report in session.heard:
            duty.give_feedback(report, by=self.cast.chen, text="联系群众多，希望多走访偏远村。")
        return self.session(session)

    def duty_public(self, *codes: str, rating: dict[str, Any] = GOOD) -> DutySession:
        return self.session(duty.publish(self.duty_fed_back(*codes, rating=rating), by=self.cast.sun))

    def duty_rectified(self) -> DutyReport:
        report = self.first(self.duty_public("D00001", rating=BAD))
        return self.report(duty.rectify(report, by=self.cast.wang, text="一、每月进站两次。二、年底前走遍六个村。"))

    def duty_cancelled(self) -> DutySession:
        return self.session(duty.cancel(self.duty_called(), by=self.cast.sun, reason="与防汛冲突，另行安排。"))

    def first(self, session: DutySession) -> DutyReport:
        return self.report(session.reports.order_by("pk").first())

    @staticmethod
    def session(made: DutySession) -> DutySession:
        return DutySession.objects.with_parts().get(pk=made.pk)

    @staticmethod
    def report(made: Any) -> DutyReport:
        return DutyReport.objects.with_parts().get(pk=made.pk)
