"""Assemblies told through their verbs by the cast: 冯丽 keeps 北河街道议事代表会, 曹阳 is one of its members."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organ, Post, User
from accounts.states import Level, OrganKind, Role
from config.demo.time import pass_time
from ground import clock, trees
from ground.clock import SHANGHAI
from tests.cast import Cast, phone_of
from votes import sealing
from votes.models import AssemblyMeeting, AssemblyMember, AssemblyOpinion, DeliberativeAssembly, Poll
from votes.workflow import assembly as assemblies, assembly_opinion as opinions, casting, counting, poll as polls

START = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
ITEMS = ("北河社区路灯更换", "桥东社区口袋公园", "老旧小区电动车棚")


@dataclass
class Assembling:
    """The street's committee is 冯丽 (bh-gw); 街道办 has a clerk, the district a housing bureau with one; officers of its
    polls are members."""

    cast: Cast
    slips: dict[int, bytes] = field(default_factory=dict)
    made: DeliberativeAssembly | None = None
    people: list[AssemblyMember] = field(default_factory=list)

    @property
    def feng(self) -> User:
        return self.user(self.cast.feng)

    @property
    def assembly(self) -> DeliberativeAssembly:
        if self.made is None:
            self.made = assemblies.found_assembly(
                by=self.feng, organ=self.cast.organs["bh-gw"], variant="deliberative", ordinal=1, opens_on=clock.today()
            )
        return self.made

    # -- units ---------------------------------------------------------------------------------------------------------

    def clerk(self, code: str) -> User:
        """A handler of 街道办 (bh-jdb: 高峰) or of the district's housing bureau (nh-zjj: 丁洋), appointed when first asked
        for."""
        organ = self.cast.organs.get(code) or Organ.objects.filter(code=code).first()
        if organ is None:
            district = {name: self.cast.organs[name] for name in ("nh-rd", "nh-gov")}
            organ = Organ(code=code, name="南湖区住房和城乡建设局", short_name="区住建局", kind=OrganKind.DEPARTMENT,
                          level=Level.COUNTY, region=self.cast.regions["990101"], parent=district["nh-gov"])  # fmt: skip
            trees.plant(organ)
            organ.congress = district["nh-rd"]
            organ.save(update_fields=["congress"])
        self.cast.organs[code] = organ
        user = self.cast.gao if code == "bh-jdb" else self.cast.ding
        Post.objects.get_or_create(
            organ=organ, role=Role.HANDLER_CLERK, user=user, until=None, defaults={"since": clock.today()}
        )
        return self.user(user)

    # -- members -------------------------------------------------------------------------------------------------------

    def candidate(self, name: str = "候选", **words: Any) -> AssemblyMember:
        told = {
            "region": self.cast.regions["990101001001"],
            "way": "recommended",
            "recommender": "北河社区居委会",
        } | words
        return assemblies.put_forward(self.assembly, by=self.feng, name=name, **told)

    def reviewed(self, name: str = "候选") -> AssemblyMember:
        return assemblies.review(self.candidate(name), by=self.feng)

    def publicised(self, name: str = "候选") -> AssemblyMember:
        return assemblies.publicise(self.reviewed(name), by=self.feng)

    def seat(self, *members: AssemblyMember, phones: tuple[str, ...] = ()) -> list[AssemblyMember]:
        """Confirms members once their publication is over; the clock is left standing there."""
        pass_time(max(member.publicised_until for member in members) + timedelta(minutes=1))
        found = []
        for n, member in enumerate(members):
            phone = phones[n] if n < len(phones) else f"1990000{3000 + len(self.people) + n}"
            found.append(assemblies.confirm(member, by=self.feng, document_no="北工委〔2026〕1 号", phone=phone))
        self.people += found
        return found

    def sitting(self, n: int = 7) -> list[AssemblyMember]:
        """曹阳 and so many others less one, confirmed."""
        rows = [self.publicised("曹阳"), *(self.publicised(f"代表{i}") for i in range(1, n))]
        return self.seat(*rows, phones=(phone_of("cao"),))

    # -- meetings ------------------------------------------------------------------------------------------------------

    def planned(self, **words: Any) -> AssemblyMeeting:
        told = {"starts_at": clock.now() + timedelta(days=7), "place": "街道会议室",
                "agenda": [("plan", "街道上半年工作报告"), ("projects", "票选民生实事项目")], **words}  # fmt: skip
        return assemblies.plan(self.assembly, by=self.feng, **told)

    def convened(self) -> AssemblyMeeting:
        return assemblies.convene(self.planned(), by=self.feng)

    def attended(self, missing: int = 1) -> AssemblyMeeting:
        present = self.people[: len(self.people) - missing]
        return assemblies.take_attendance(
            self.convened(), by=self.feng, present=present, leave=self.people[len(present) :]
        )

    def open_meeting(self, missing: int = 1) -> AssemblyMeeting:
        return assemblies.open_meeting(self.fresh(self.attended(missing)), by=self.feng)

    def closed_meeting(self) -> AssemblyMeeting:
        return assemblies.close(self.fresh(self.open_meeting()), by=self.feng, minutes="会议听取并讨论了各项报告。")

    # -- opinions ------------------------------------------------------------------------------------------------------

    def filed(self, **words: Any) -> AssemblyOpinion:
        told = {"title": "桥东路路灯不亮", "text": "桥东路 12 号到 30 号路灯坏了两个月，老人晚上不敢出门。", **words}
        return opinions.file(self.assembly, by=self.user(self.cast.cao), **told)

    def accepted(self, **words: Any) -> AssemblyOpinion:
        return opinions.accept(self.filed(**words), by=self.feng)

    def assigned(self, code: str = "bh-jdb", **words: Any) -> AssemblyOpinion:
        self.clerk(code)
        return opinions.assign(self.accepted(), by=self.feng, organ=self.cast.organs[code], **words)

    def replied(self, code: str = "bh-jdb") -> AssemblyOpinion:
        return opinions.reply(self.assigned(code), by=self.clerk(code), text="已更换 18 盏路灯，今晚起恢复照明。")

    def redoing(self) -> AssemblyOpinion:
        return opinions.rate(self.replied(), by=self.user(self.cast.cao), grade="dissatisfied", text="还有三盏不亮。")

    def done(self) -> AssemblyOpinion:
        return opinions.rate(self.replied(), by=self.user(self.cast.cao), grade="satisfied")

    # -- polls ---------------------------------------------------------------------------------------------------------

    @property
    def officers(self) -> list[User]:
        return [self.user(member.user) for member in self.people[1:4]]

    def draft_poll(self, meeting: AssemblyMeeting | None = None, **words: Any) -> Poll:
        told = {"title": "票选民生实事项目", "mode": "per_item", "options": ITEMS, **words}
        return polls.create(by=self.feng, organ=self.assembly.organ, assembly=self.assembly, meeting=meeting, **told)

    def proposed_poll(self, meeting: AssemblyMeeting | None = None, **words: Any) -> Poll:
        chief, first, second = self.officers
        tellers = [self.user(member.user) for member in self.people[4:6]]
        poll = self.draft_poll(meeting, **words)
        polls.appoint(poll, by=self.feng, chief=chief, scrutineers=[first, second], tellers=tellers)
        return polls.propose(self.fresh(poll), by=self.feng)

    def opened_poll(self, meeting: AssemblyMeeting | None = None, **words: Any) -> Poll:
        poll = self.fresh(self.proposed_poll(meeting, **words))
        if not poll.secret:
            return polls.open_poll(poll, by=self.officers[0])
        self.slips = {user.pk: sealing.read_slip(sealing.new_slip()) for user in self.officers}
        polls.make_keys(poll, by=self.officers[0], secrets=self.slips)
        return polls.open_poll(self.fresh(poll), by=self.officers[0], secrets=self.slips)

    def vote(self, poll: Poll, member: AssemblyMember, marks: str) -> casting.Receipt:
        return casting.cast(poll, by=self.user(member.user), marks=marks, cast_id=f"cast-{member.pk}")

    def published_poll(self, poll: Poll) -> Poll:
        polls.close(self.fresh(poll), by=self.officers[0])
        secrets = {user.pk: self.slips[user.pk] for user in self.officers[:2]} if poll.secret else None
        counting.count(self.fresh(poll), by=self.officers[0], secrets=secrets)
        return polls.publish(self.fresh(poll), by=self.feng)

    @staticmethod
    def fresh(obj: Any) -> Any:
        return type(obj).objects.with_parts().get(pk=obj.pk)

    @staticmethod
    def user(user: User) -> User:
        """Read afresh: a membership or an appointment is a fact of the next request."""
        return User.objects.get(pk=user.pk)
