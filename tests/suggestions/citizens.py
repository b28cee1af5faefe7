"""Opinions told through their verbs by the cast, as far as a test needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.demo.time import pass_time
from ground import clock
from ground.clock import SHANGHAI
from ground.models import DemoMail
from ground.workflow import CodeHolder
from suggestions.models import Opinion
from suggestions.workflow import opinion as verbs
from tests.cast import Cast

START = datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)  # a Tuesday without a holiday near
LAMP = "人民路路口的路灯坏了半个月，晚上老人过马路很危险。"


@dataclass
class Citizens:
    """Says things at 王建国's code or at S00001 and lets the cast handle them."""

    cast: Cast

    def say(self, content: str = LAMP, **said: Any) -> Opinion:
        target = {} if {"deputy", "station", "division"} & said.keys() else {"deputy": "D00001"}
        by = said.pop("by", None)
        told = {"category": "urban", "consent": True, **target, **said}
        return fresh(verbs.submit(by=by, content=content, **told))

    def at_station(self, content: str = LAMP, **said: Any) -> Opinion:
        return self.say(content, station="S00001", **said)

    def accepted(self, opinion: Opinion | None = None, **said: Any) -> Opinion:
        return fresh(verbs.accept(opinion or self.say(**said), by=self.cast.zhou))

    def claimed(self, opinion: Opinion | None = None, **said: Any) -> Opinion:
        return fresh(verbs.claim(opinion or self.accepted(**said), by=self.cast.wang))

    def coordinating(self, **said: Any) -> Opinion:
        return fresh(
            verbs.coordinate(self.claimed(**said), by=self.cast.wang, note="请物业和供电所到站", parties=["物业"])
        )

    def referred(self, opinion: Opinion | None = None, **said: Any) -> Opinion:
        row = opinion or self.claimed(**said)
        return fresh(verbs.refer(row, by=self.cast.wu, organ="qs-gov", note="请尽快修复"))

    def reported(self, **said: Any) -> Opinion:
        row = self.referred(**said)
        return fresh(verbs.report(row, by=self.cast.deng, text="已更换灯具，当晚亮灯。", solved="yes"))

    def replied(self, opinion: Opinion | None = None, **said: Any) -> Opinion:
        row = opinion or self.claimed(**said)
        return fresh(verbs.answer(row, by=self.cast.wang, text="路灯已经修好，谢谢您的提醒。", solved="yes"))

    def closed(self, grade: str = "satisfied", **said: Any) -> Opinion:
        row = self.replied(**said)
        return fresh(verbs.rate(row, by=author(row), grade=grade))

    def reopened(self, **said: Any) -> Opinion:
        row = self.replied(**said)
        return fresh(verbs.reopen(row, by=author(row), reasons=["not_solved"]))

    def unsettled(self, **said: Any) -> Opinion:
        row = self.replied(self.claimed(self.reopened(**said)))
        return fresh(verbs.rate(row, by=author(row), grade="dissatisfied", reasons=["not_solved"]))

    def escalated(self, **said: Any) -> Opinion:
        from suggestions.workflow.suggestion import escalate_opinion

        return fresh(escalate_opinion(self.claimed(**said), by=self.cast.wang))

    def merged(self, head: Opinion | None = None, **said: Any) -> Opinion:
        head = head or self.claimed()
        row = self.say(**{"content": "人民路的路灯不亮，请修一下。"} | said)
        return fresh(verbs.merge(row, by=self.cast.zhou, into=head.number))

    def rejected(self, **said: Any) -> Opinion:
        return fresh(verbs.reject(self.say(**said), by=self.cast.zhou, reason_code="personal", note="邻里借款纠纷"))

    def verified(self, **said: Any) -> Opinion:
        """Said with a phone that was then verified by SMS code."""
        row = self.say(phone=said.pop("phone", "19900008888"), **said)
        verbs.send_verification(row)
        code = "".join(c for c in DemoMail.objects.latest("pk").text.split("，")[0] if c.isdigit())
        return fresh(verbs.verify_phone(row, by=author(row), sms_code=code))


def author(opinion: Opinion) -> CodeHolder:
    return CodeHolder(opinion.number)


def fresh(opinion: Opinion) -> Opinion:
    return Opinion.objects.with_parts().get(pk=opinion.pk)


def later(**span: float) -> None:
    """Time passes, and the worker does what falls due meanwhile."""
    pass_time(clock.now() + timedelta(**span))


def verbs_of(opinion: Opinion) -> list[str]:
    return list(opinion.steps.values_list("verb", flat=True))
