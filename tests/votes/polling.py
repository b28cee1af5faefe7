"""Polls told through their verbs by the cast: a congress of so many deputies, officers with their slips, ballots cast."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from deputies import workflow as deputies
from deputies.models import Seat
from ground.clock import SHANGHAI
from tests.cast import Cast
from tests.factories import a_seat, a_user
from votes import sealing
from votes.models import Poll
from votes.workflow import casting, counting, paper, poll as polls

START = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
ITEMS = ("清水镇第二幼儿园改扩建", "大湾村通村道路硬化", "集镇污水管网改造")


@dataclass
class Polling:
    """Tells polls of the city's congress. The chief is 石建, 监票人 唐勇 and 赵慧敏, 计票人 蔡宁 and 何芳."""

    cast: Cast
    slips: dict[int, bytes] = field(default_factory=dict)

    @property
    def officers(self) -> list[User]:
        return [self.cast.shi, self.cast.tang, self.cast.zhao]

    def draft(self, **words: Any) -> Poll:
        told = {"title": "2026 年民生实事项目票决", "mode": "per_item", "options": ITEMS, **words}
        organ = told.pop("organ", "dh-rd")
        return polls.create(by=self.cast.chen, organ=self.cast.organs[organ], term=self.cast.terms[organ], **told)

    def appointed(self, **words: Any) -> Poll:
        return polls.appoint(
            self.draft(**words), by=self.cast.chen, chief=self.cast.shi, scrutineers=[self.cast.tang, self.cast.zhao],
            tellers=[self.cast.cai, self.cast.he],
        )  # fmt: skip

    def proposed(self, **words: Any) -> Poll:
        return polls.propose(self.fresh(self.appointed(**words)), by=self.cast.chen)

    def keyed(self, **words: Any) -> Poll:
        poll = self.fresh(self.proposed(**words))
        self.slips = {officer.pk: sealing.read_slip(sealing.new_slip()) for officer in self.officers}
        return polls.make_keys(poll, by=self.user(self.cast.shi), secrets=self.slips)

    def opened(self, **words: Any) -> Poll:
        if words.get("secret", True):
            return polls.open_poll(self.fresh(self.keyed(**words)), by=self.user(self.cast.shi), secrets=self.slips)
        return polls.open_poll(self.fresh(self.proposed(**words)), by=self.user(self.cast.shi))

    def closed(self, poll: Poll) -> Poll:
        return polls.close(self.fresh(poll), by=self.user(self.cast.shi))

    def counted(self, poll: Poll, *officers: User) -> Poll:
        told = officers or self.officers[:2]
        secrets = {user.pk: self.slips[user.pk] for user in told} if poll.secret else None
        return counting.count(self.fresh(poll), by=self.user(self.cast.shi), secrets=secrets)

    def published(self, poll: Poll) -> Poll:
        return polls.publish(self.fresh(poll), by=self.cast.sun)

    # -- people --------------------------------------------------------------------------------------------------------

    def seats(self, n: int, organ: str = "dh-rd") -> list[Seat]:
        """So many further deputies of a congress, each with an account."""
        return [a_seat(self.cast, organ=organ, name=f"代表{i}", user=a_user(f"代表{i}")) for i in range(n)]

    def suspend(self, seat: Seat) -> Seat:
        return deputies.suspend(seat, by=self.cast.sun, document_no="1 号")

    @staticmethod
    def vote(poll: Poll, seat: Seat, marks: str, cast_id: str = "") -> casting.Receipt:
        user = User.objects.get(pk=seat.deputy.user_id)
        return casting.cast(poll, by=user, marks=marks, cast_id=cast_id or f"cast-{seat.pk}")

    def hand_out(self, poll: Poll, *seats: Seat) -> None:
        for seat in seats:
            paper.issue_paper(poll, by=self.user(self.cast.tang), voter=seat)

    def keyed_batch(
        self, poll: Poll, *, issued: int, returned: int, spoiled: int, marks: list, code: str = "deputies"
    ) -> Any:
        batch = paper.open_batch(self.fresh(poll), by=self.user(self.cast.tang), voter_class=code, issued=issued)
        for keyer in (self.cast.cai, self.cast.he):
            batch = paper.key(
                type(batch).objects.get(pk=batch.pk),
                by=self.user(keyer),
                returned=returned,
                spoiled=spoiled,
                marks=marks,
            )
        return batch

    @staticmethod
    def fresh(poll: Poll) -> Poll:
        return Poll.objects.with_parts().get(pk=poll.pk)

    @staticmethod
    def user(user: User) -> User:
        """Read afresh: an appointment is a fact of the next request."""
        return User.objects.get(pk=user.pk)
