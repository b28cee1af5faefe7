"""Who is told of the verbs of an opinion, and in which words (lifecycles.md §1.2): citizens in plain ones, by SMS."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.ladder import parent_congress
from accounts.models import Organ, Post
from accounts.rules import DWC, UNIT
from accounts.states import Role
from ground.outbox import Telling, ToContact, ToUser, teller, template
from stations.models import VenuePost
from suggestions.models import Opinion, OpinionStep, ReferralStep
from suggestions.states.opinion import OPINION
from suggestions.workflow.opinion_course import PUBLIC, SELF_KNOWN, members_of

MY, DESK, CONSOLE, TRACK = "/my/opinions/", "/desk/opinions/", "/admin/opinions/", "/track/?n="
ACT = "opinion.act"  # a message to whoever must act: the number and what is asked, nothing personal
template(ACT, "群众意见 {number}：{what}")

# What a citizen's phone shows for each step: numbers, offices and dates, nothing of what was said.
SMS = {
    "submit": "您反映的事已收到，编号 {number}，我们会尽快核对，可用编号和查询码查看进度",
    "accept": "您反映的事（{number}）已接收，正在请人接手",
    "reject": "您反映的事（{number}）不在本渠道范围，原因和该去哪里办已写明",
    "acknowledge": "您反映的安全隐患（{number}）已由{who}确认，正在安排现场处置",
    "secure": "您反映的安全隐患（{number}）现场已采取措施",
    "merge": "您反映的事（{number}）与同一件事一并办理，您的编号不变",
    "unmerge": "您反映的事（{number}）已改为单独办理",
    "claim": "您反映的事（{number}）由{who}接手",
    "release": "您反映的事（{number}）有了新的接手人",
    "coordinate": "您反映的事（{number}），联络站正在请有关各方协调",
    "answer": "您反映的事（{number}）已答复，请查看并评价",
    "refer": "您反映的事（{number}）已转给{organ}办理",
    "recall": "您反映的事（{number}）已从承办单位收回，由联络站和代表继续跟进",
    "send_back": "您反映的事（{number}）被承办单位退回，由联络站和代表继续跟进",
    "confirm": "您反映的事（{number}）已有办理结果，请查看并评价",
    "pass_on": "您反映的事（{number}）已有承办单位答复，请查看并评价",
    "escalate": "您反映的事（{number}）将作为代表建议提出，由有关部门正式答复",
    "come_back": "您反映的事（{number}）没有作为代表建议交办，代表会继续跟进",
    "inherit": "您反映的事（{number}）已答复，请查看并评价",
    "promote": "您反映的事（{number}）继续办理",
    "close_unrated": "您反映的事（{number}）评价期已过，按未评价办结",
    "explain": "您反映的事（{number}），人大工作机构向您说明了情况",
    "settle_extension": "您反映的事（{number}）的办理日期有变化",
    "follow_up": "您反映的事（{number}）有后续进展",
    "open_contact": "{who}因办理您反映的事（{number}）查看了您的联系方式",
    "ask_review": "您对 {number} 的复核申请已收到",
    "reopen": "您反映的事（{number}）已重新办理",
}
for verb, text in SMS.items():
    template(f"opinion.{verb}", text)

SOON = {
    "rate": "请您评价 {number} 的答复，两天后将按未评价办结",
    "life_sign": "您反映的事（{number}）仍在办理，可用编号和查询码查看在哪一步",
}
for name, text in SOON.items():
    template(f"opinion.soon.{name}", text)


@dataclass
class Readers:
    """Gathers readers of one opinion, each user once; the first face named for a user is where the notice leads."""

    opinion: Opinion
    but: int | None = None  # who did it knows
    urgent: bool = False
    found: dict[int, tuple[str, str]] = field(default_factory=dict)  # user → (face, what is asked of them)

    def tell(self, title: str) -> Iterable[Telling]:
        number = self.opinion.number
        for user_id, (face, asked) in self.found.items():
            sms = {"sms": ACT, "variables": {"what": asked}} if asked else {}
            yield ToUser(
                user_id, f"{title}：{self.opinion.title}", f"{face}{number}/", number=number, urgent=self.urgent, **sms
            )

    def people(self, ids: Iterable[int | None], face: str, asked: str = "") -> "Readers":
        for user_id in ids:
            if user_id is not None and user_id != self.but:
                self.found.setdefault(user_id, (face, asked))
        return self

    def deputy(self, seat: Any, asked: str = "") -> "Readers":
        return self.people([seat.deputy.user_id] if seat is not None else [], MY, asked)

    def claimant(self, asked: str = "") -> "Readers":
        opinion = self.opinion
        user_id = opinion.claimed_by_id
        if opinion.claimed_seat_id is not None:
            return self.people([user_id], MY, asked)
        return self.people([user_id], CONSOLE if opinion.holder_organ_id else DESK, asked)

    def last_claimant(self, asked: str = "") -> "Readers":
        face = MY if self.opinion.holder_seat_id else CONSOLE if self.opinion.holder_organ_id else DESK
        return self.people([self.opinion.last_claimant_id], face, asked)

    def target(self, asked: str = "") -> "Readers":
        return self if self.opinion.avoided else self.deputy(self.opinion.target_seat, asked)

    def station(self, asked: str = "", *, heads_only: bool = False) -> "Readers":
        """The people of the station; under avoidance the office one level up in their place."""
        if self.opinion.avoided or self.opinion.station_id is None:
            return self.dwc_of(self.opinion.above if self.opinion.avoided else self.opinion.congress, asked)
        rows = VenuePost.objects.filter(venue=self.opinion.station_id, until=None)
        rows = rows.filter(role=VenuePost.Role.HEAD) if heads_only else rows
        return self.people(rows.order_by("pk").values_list("user_id", flat=True), DESK, asked)

    def head(self, asked: str = "") -> "Readers":
        return self.station(asked, heads_only=True)

    def at(self, organ_id: int | None, *roles: str, face: str = CONSOLE, asked: str = "") -> "Readers":
        rows = Post.objects.live().filter(organ_id=organ_id, role__in=roles).order_by("pk")
        return self.people(rows.values_list("user_id", flat=True), face, asked)

    def dwc_of(self, organ: Organ | None, asked: str = "") -> "Readers":
        return self.at(organ.pk, *DWC, asked=asked) if organ is not None else self

    def dwc_lead_of(self, organ: Organ | None, asked: str = "") -> "Readers":
        return self.at(organ.pk, Role.DWC_LEAD, asked=asked) if organ is not None else self

    def town(self, asked: str = "") -> "Readers":
        return self if self.opinion.avoided else self.dwc_of(self.opinion.town, asked)

    def dwc(self, asked: str = "") -> "Readers":
        return self.dwc_of(self.office, asked)

    @property
    def office(self) -> Organ:
        """The congress office that answers for the matter now."""
        opinion = self.opinion
        return opinion.holder_organ or (opinion.above if opinion.avoided else opinion.town or opinion.congress)

    @property
    def one_up(self) -> Organ:
        """One level up: of a station or town the office above; of an office its parent's."""
        office = self.opinion.holder_organ
        if office is None or office.pk == self.opinion.town_id:
            return self.opinion.above
        return parent_congress(office) or office

    def holder(self, asked: str = "") -> "Readers":
        opinion = self.opinion
        if opinion.holder_seat_id is not None:
            return self.deputy(opinion.holder_seat, asked)
        if opinion.holder_venue_id is not None:
            return self.station(asked)
        return self.dwc_of(opinion.holder_organ, asked)

    def unit(self, organ: Organ | None, asked: str = "", *, leads_only: bool = False) -> "Readers":
        roles = (Role.HANDLER_LEAD,) if leads_only else UNIT
        return self.at(organ.pk, *roles, face=DESK, asked=asked) if organ is not None else self

    def sender(self, asked: str = "") -> "Readers":
        newest = self.opinion.referrals.order_by("-pk").first()
        if newest is None:
            return self
        face = CONSOLE if Post.objects.live().filter(user=newest.sent_by, role__in=DWC).exists() else DESK
        return self.people([newest.sent_by_id], face, asked)

    def leads(self, asked: str = "") -> "Readers":
        for link in self.opinion.links.filter(ended_at=None).select_related("suggestion"):
            self.deputy(link.suggestion.rater_seat, asked)
        return self


Gather = Callable[[Readers, OpinionStep], Readers]


def _rate(readers: Readers, step: OpinionStep) -> Readers:
    referral = readers.opinion.referrals.order_by("-pk").select_related("organ").first()
    readers.last_claimant().unit(referral.organ if referral and referral.state == "confirmed" else None)
    return readers.dwc() if step.recorded.get("grade") == "dissatisfied" else readers


def _suggest(readers: Readers, step: OpinionStep) -> Readers:
    if step.recorded.get("above"):
        return readers.dwc_of(
            readers.opinion.above if readers.opinion.avoided else readers.opinion.congress, "请决定是否转办"
        )
    return readers.head("请决定是否转办")


def _submit(readers: Readers, step: OpinionStep) -> Readers:
    if readers.opinion.is_hazard:
        return readers.head("安全隐患，请在 2 小时内确认").station().town("安全隐患，请督促处置").holder()
    return readers.holder()


TOLD: dict[str, tuple[str, Gather]] = {
    "submit": ("新的群众意见待审核", _submit),
    "accept": ("有群众意见等待接单", lambda r, s: r.holder("请接单").target().station()),
    "reject": ("群众意见已引导其他渠道", lambda r, s: r.last_claimant().unit(s.organ)),
    "acknowledge": ("安全隐患已有人确认", lambda r, s: r.head().town()),
    "ask_review": ("群众申请复核", lambda r, s: r.dwc_of(r.opinion.holder_organ, "群众申请复核，请处理")),
    "merge": ("群众意见并入同一件事", lambda r, s: r.target()),  # who may read on
    "unmerge": ("群众意见改为单独办理", lambda r, s: r.holder("请接单").target()),
    "claim": ("群众意见已有人接单", lambda r, s: r.station()),
    "fall": ("群众意见无人接手，请接单", lambda r, s: r.holder("无人接手，请尽快办理")),
    "release": ("群众意见等待接单", lambda r, s: r.holder("请接单")),
    "suggest_refer": ("请决定是否转办", _suggest),
    "decline_refer": ("没有同意转办", lambda r, s: r.claimant()),
    "refer": ("群众意见转办", lambda r, s: r.unit(s.organ, "请办理并回报").claimant()),
    "recall": ("转办已收回", lambda r, s: r.unit(s.organ).claimant()),
    "send_back": ("承办单位退单", lambda r, s: r.claimant("承办单位退单，请继续办理").sender()),
    "report": ("承办单位已回报，请转告群众", lambda r, s: r.claimant("承办单位已回报，请转告群众").sender()),
    "question": ("回报退回补充", lambda r, s: r.unit(s.organ, "回报需要补充")),
    "confirm": ("办理结果已转告群众", lambda r, s: r.unit(s.organ).claimant()),
    "pass_on": ("承办单位答复已转发群众", lambda r, s: r.claimant().leads()),
    "escalate": ("群众意见转为代表建议", lambda r, s: r.station()),
    "come_back": ("群众意见回到手中", lambda r, s: r.holder("请继续办理").claimant().station()),
    "promote": ("群众意见的牵头人变更", lambda r, s: r.holder()),
    "rate": ("群众已评价", _rate),
    "close_unrated": ("群众意见未评价办结", lambda r, s: r.last_claimant()),
    "reopen": ("群众要求重新办理", lambda r, s: r.last_claimant("群众要求重新办理，请接单").station().dwc()),
    "explain": ("已向群众说明情况", lambda r, s: r.last_claimant()),
    "solved": ("群众说已经解决", lambda r, s: r.holder().claimant().unit(s.organ)),
    "withdraw": ("群众已撤回", lambda r, s: r.holder().claimant().unit(s.organ)),
    "secure": ("隐患现场已采取措施", lambda r, s: r.head().town()),
    "set_urgency": ("紧急程度已调整", lambda r, s: r.holder("安全隐患，请立即确认" if r.opinion.is_hazard else "")),
    "avoid": ("群众意见设置了回避，请办理", lambda r, s: r.dwc_of(r.opinion.above, "设置了回避，请办理")),
    "ask_extension": ("承办单位申请延期", lambda r, s: r.head("请审批延期").town()),
    "settle_extension": ("延期申请有了结果", lambda r, s: r.unit(s.organ)),
    "chase": ("催办", lambda r, s: r.unit(s.organ, "请尽快办理并回报")),
}


@teller(OpinionStep)
def tell(step: OpinionStep) -> Iterable[Telling]:
    opinion = step.obj
    yield from to_authors(step, opinion)
    if step.verb == "merge" and step.recorded.get("many") and opinion.merged_into is not None:
        head = opinion.merged_into
        told_of = (
            Readers(head).head("多人反映同一件事").town("多人反映同一件事").dwc_of(head.congress, "多人反映同一件事")
        )
        yield from told_of.tell("多人反映同一件事")
    told = TOLD.get(step.verb)
    if told is None:
        return
    title, gather = told
    readers = Readers(opinion, but=step.by_id, urgent=opinion.is_hazard)
    yield from gather(readers, step).tell(title)


def to_authors(step: OpinionStep, opinion: Opinion) -> Iterable[Telling]:
    """The author of the matter and those merged with it, each by their own number; never one the name of another."""
    if step.verb not in PUBLIC or step.verb not in SMS:
        return
    hearers = [opinion]
    if step.verb not in SELF_KNOWN | {"merge", "unmerge", "inherit", "promote", "open_contact", "reject", "follow_up"}:
        hearers += members_of(opinion)
    for one in hearers:
        if one.has_phone:
            said = {"number": one.number, "who": step.by_label, "organ": str(step.organ or "")}
            yield ToContact(one.contact_id, f"opinion.{step.verb}", said, f"{TRACK}{one.number}", urgent=one.is_hazard)


@teller(ReferralStep)
def tell_of_part(step: ReferralStep) -> Iterable[Telling]:
    """The opinion's own step says it."""
    return ()


assert set(TOLD) | set(SMS) <= set(OPINION.verbs)
