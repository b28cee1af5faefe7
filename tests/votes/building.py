"""A round of livelihood projects told through its verbs, as far as a test needs it, for the city's congress."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from ground import clock
from tests.votes.polling import Polling
from votes.models import LivelihoodProject, Round
from votes.workflow import ballots, progress, project as projects, proposal, round as rounds

MATERIAL = {
    "content": "改扩建一所幼儿园，新增 6 个班。", "target": "新增学位 180 个", "place": "清水镇柳溪路 8 号", "total_cost": "620",
    "year_cost": "400", "funding": "市财政 400 万元，镇财政 220 万元", "leader": "分管副市长", "beneficiaries": "周边 5 个村的孩子",
    "feasibility": "已完成选址和可研。",
}  # fmt: skip
TITLES = ("第二幼儿园改扩建", "大湾村通村道路硬化", "集镇污水管网改造")


@dataclass
class Building(Polling):
    """Also tells projects: 陈立 keeps the round, 孙敏 leads it, 郑伟 leads the unit (市住建局), 马骏 is the government's office."""

    unit: str = "dh-zjj"
    made: list[LivelihoodProject] = field(default_factory=list)

    def round(self, **words: Any) -> Round:
        told = {
            "organ": self.cast.organs["dh-rd"], "year": clock.today().year,
            "collects_until": clock.today() + timedelta(days=20), "places": 2, **words,
        }  # fmt: skip
        return rounds.create(by=self.cast.chen, **told)

    def proposed(self, title: str = TITLES[0], **words: Any) -> LivelihoodProject:  # type: ignore[override]
        told = {"by": None, "consent": True, "text": "附近的孩子要走三公里上学。", "category": "education", **words}
        return proposal.propose(organ=self.cast.organs["dh-rd"], title=title, **told)

    def pooled(self, title: str = TITLES[0], **words: Any) -> LivelihoodProject:
        return projects.accept(self.proposed(title, **words), by=self.cast.chen)

    def shortlisted(self, round_: Round, title: str = TITLES[0], **words: Any) -> LivelihoodProject:
        """In a round that is being screened."""
        row = self.pooled(title, **words)
        row.round = round_
        row.save(update_fields=["round"])
        return projects.shortlist(self.again(row), by=self.cast.chen)

    def filled(self, row: LivelihoodProject) -> LivelihoodProject:
        today = clock.today()
        nodes = [(today + timedelta(days=60 * n), 25 * n, f"第 {n} 个节点") for n in range(1, 5)]
        return projects.edit(
            self.again(row), by=self.cast.chen, unit=self.cast.organs[self.unit], starts_on=today,
            ends_on=today + timedelta(days=250), nodes=nodes, **MATERIAL,
        )  # fmt: skip

    def reviewing(self, *titles: str, **words: Any) -> tuple[Round, list[LivelihoodProject]]:
        round_ = rounds.screen(self.round(**words), by=self.cast.chen)
        rows = [self.filled(self.shortlisted(round_, title)) for title in titles or TITLES]
        round_ = rounds.shortlist(self.turn(round_), by=self.cast.sun)
        return rounds.review(self.turn(round_), by=self.cast.chen), [self.again(row) for row in rows]

    def candidates(self, *titles: str, **words: Any) -> tuple[Round, list[LivelihoodProject]]:
        round_, rows = self.reviewing(*titles, **words)
        rows = [projects.nominate(row, by=self.cast.chen) for row in rows]
        return rounds.nominate(self.turn(round_), by=self.cast.sun), [self.again(row) for row in rows]

    def voting(self, *titles: str, **words: Any) -> tuple[Round, list[LivelihoodProject]]:
        round_, rows = self.candidates(*titles, **words)
        return ballots.make_ballot(self.turn(round_), by=self.cast.chen, secret=False), rows

    def decided(self, round_: Round, papers: list[str], *, absent: int = 0) -> Any:
        """The open ballot of the round voted by so many seats, counted and published; `absent` stay away."""
        poll = self.turn(round_).ballots.last().poll
        return self.carried(poll, papers, absent=absent)

    def carried(self, poll: Any, papers: list[str], *, absent: int = 0) -> Any:
        from deputies.models import Seat
        from votes.workflow import poll as polls

        seats = list(Seat.objects.filter(term=poll.term, state="active").exclude(deputy__user=None).order_by("pk"))
        poll = polls.appoint(
            self.fresh(poll), by=self.cast.chen, chief=self.cast.shi, scrutineers=[self.cast.tang, self.cast.zhao],
            tellers=[self.cast.cai, self.cast.he],
        )  # fmt: skip
        if absent:
            polls.excuse(self.fresh(poll), by=self.cast.chen, absent=seats[-absent:])
        polls.propose(self.fresh(poll), by=self.cast.chen)
        poll = polls.open_poll(self.fresh(poll), by=self.user(self.cast.shi))
        lines = poll.roll.select_related("seat__deputy").order_by("pk")
        for line, marks in zip(lines, papers, strict=False):
            self.vote(poll, line.seat, marks, f"cast-{poll.pk}-{line.seat_id}")
        return self.published(self.counted(self.closed(poll)))

    def implementing(self, *titles: str) -> tuple[Round, list[LivelihoodProject]]:
        """All of the candidates chosen by everybody, and begun."""
        titles = titles or TITLES[:2]
        round_, rows = self.voting(*titles, places=len(titles))
        self.decided(round_, ["1" * len(rows)] * 40)
        round_ = rounds.publish(self.turn(round_), by=self.cast.sun)
        round_ = rounds.begin(self.turn(round_), by=self.cast.chen)
        return round_, [self.again(row) for row in rows]

    def reported(self, row: LivelihoodProject, percent: int = 40, **words: Any) -> LivelihoodProject:
        told = {"money_in": "400", "money_paid": "200", "done": "主体完工", **words}
        return progress.report(self.again(row), by=self.cast.zheng, percent=percent, **told)

    def accepted(self, row: LivelihoodProject) -> LivelihoodProject:
        return progress.accept_work(self.again(self.reported(row, 100)), by=self.cast.sun, note="现场验收合格。")

    def asked(self, row: LivelihoodProject, **words: Any) -> LivelihoodProject:
        told = {"kind": "change", "reason": "地质条件变化，要加固地基。", "content": "新增 5 个班。", **words}
        return progress.ask_adjustment(self.again(row), by=self.cast.zheng, **told)

    def forwarded(self, row: LivelihoodProject, **words: Any) -> LivelihoodProject:
        return progress.forward_adjustment(
            self.again(self.asked(row, **words)), by=self.cast.ma, letter_no="东政字 1 号"
        )

    def today(self) -> date:
        return clock.today()

    @staticmethod
    def again(row: LivelihoodProject) -> LivelihoodProject:
        return LivelihoodProject.objects.whole().get(pk=row.pk)

    @staticmethod
    def turn(row: Round) -> Round:
        return Round.objects.with_parts().get(pk=row.pk)

    @staticmethod
    def user(user: User) -> User:
        return User.objects.get(pk=user.pk)
