"""Told histories of the demonstration city: each story is a generator that acts through verbs and yields how long until
its next act. `tell` turns the clock from act to act, and lets everything fall due in between; what has not happened by
now is left as it stands, so that every state has somebody in it.
"""

import heapq
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Anyone, User
from config.demo import words
from config.demo.city import City, made_name
from config.demo.time import pass_time, settle
from config.mailbox.sender import sent_to
from deputies.models import Seat
from ground import clock
from ground.errors import DomainError
from ground.workflow import CodeHolder
from stations.models import Venue
from suggestions.models import Assignment, Opinion, Suggestion
from suggestions.workflow import (
    assignment as work,
    commitment as promises,
    cosign as cosigns,
    opinion as opinions,
    suggestion as whole,
)

Story = Iterator[timedelta]


def days(n: float) -> timedelta:
    return timedelta(days=n)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@dataclass
class Teller:
    """Tells the city's stories in the order of time, always the same for the same day."""

    city: City
    dice: random.Random = field(default_factory=lambda: random.Random(20260301))
    citizens: Any = field(default_factory=lambda: itertools.count(5001))
    refused: list[str] = field(default_factory=list)

    def tell(self, stories: list[tuple[datetime, Story]], until: datetime) -> None:
        """Runs each story from its beginning; the clock stands at `until` afterwards."""
        order = itertools.count()
        queue = [(at, next(order), story) for at, story in stories]
        heapq.heapify(queue)
        while queue and queue[0][0] <= until:
            at, _, story = heapq.heappop(queue)
            pass_time(max(at, clock.now()))
            try:
                heapq.heappush(queue, (clock.now() + next(story), next(order), story))
            except StopIteration:
                continue
            except DomainError as refusal:  # a timer was quicker than the people of this story: it ends here
                self.refused.append(f"{story.__name__}: {refusal.code} {refusal.detail}")
        pass_time(until)
        settle()

    # -- people --------------------------------------------------------------------------------------------------------

    def phone(self) -> str:
        return f"1990000{next(self.citizens):04}"

    def say(self, text: str = "", *, venue: Venue, seat: Seat | None = None, phone: str = "", **more: Any) -> Opinion:
        """Somebody says something at a deputy's code or at the station."""
        category, urgency, template = self.dice.choice(words.OPINIONS)
        place = venue.region.name if venue.region else "清水镇"
        if "urgency" in more and more["urgency"] == "hazard":
            category, _, template = next(row for row in words.OPINIONS if row[1] == "hazard")
        elif urgency == "hazard":
            urgency = "normal"
        told = {"urgency": urgency, "place": place, "category": category, **more}
        to = {"deputy": seat.deputy.code} if seat else {"station": venue.code}
        if phone:
            told |= {"phone": phone, "contact_name": made_name(int(phone[-4:]))}
        by = told.pop("by", Anyone())
        return opinions.submit(by=by, content=text or template.format(place=place), consent=True, **to, **told)

    def verify(self, opinion: Opinion, phone: str) -> None:
        """The citizen types the code that came by SMS."""
        opinions.send_verification(opinion)
        code = re.search(r"\d{6}", sent_to(phone)[0].text)
        opinions.verify_phone(opinion, by=self.author(opinion), sms_code=code[0] if code else "")

    def author(self, opinion: Opinion) -> CodeHolder:
        return CodeHolder(opinion.number)

    def worker(self, venue: Venue) -> User:
        return self.city.workers[venue.pk]

    def head(self, venue: Venue) -> User:
        return self.city.heads[venue.pk]

    def user(self, seat: Seat) -> User:
        return seat.deputy.user

    def unit_of(self, venue: Venue) -> Any:
        """The government's office of the station's town."""
        organ = venue.organ
        return next(unit for unit in organ.children.all() if unit.kind == "government")

    def work_hours(self) -> timedelta:
        return hours(self.dice.choice((1, 2, 3, 5, 7)))

    # -- opinions ------------------------------------------------------------------------------------------------------

    def taken(self, opinion: Opinion, venue: Venue, by: User) -> Story:
        """Screened by the station and claimed."""
        yield self.work_hours()
        opinion.refresh_from_db()
        if opinion.state == "screening":
            opinions.accept(opinion, by=self.worker(venue))
        yield self.work_hours()
        opinions.claim(opinion, by=by)

    def answered(self, venue: Venue, seat: Seat, grade: str = "satisfied", public: bool = False) -> Story:
        phone = self.phone()
        opinion = self.say(venue=venue, seat=seat, phone=phone, is_public=public)
        if public:
            self.verify(opinion, phone)
        yield from self.taken(opinion, venue, self.user(seat))
        yield days(1)
        opinions.answer(opinion, by=self.user(seat), text=self.dice.choice(words.ANSWERS), solved="yes")
        yield days(self.dice.choice((1, 2, 4)))
        if grade:
            opinions.rate(
                opinion, by=self.author(opinion), grade=grade, solved="yes" if grade == "satisfied" else "partly"
            )

    def coordinated(self, venue: Venue, seat: Seat) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield from self.taken(opinion, venue, self.user(seat))
        yield hours(20)
        opinions.coordinate(
            opinion, by=self.user(seat), note=self.dice.choice(words.COORDINATED), parties=["村委会", "物业"]
        )
        yield days(3)
        opinions.answer(opinion, by=self.worker(venue), text=self.dice.choice(words.ANSWERS), solved="partly")
        yield days(2)
        opinions.rate(opinion, by=self.author(opinion), grade="basically", solved="partly")

    def referred(self, venue: Venue, seat: Seat, turn: str = "") -> Story:
        """Sent to the town's government; `turn`: question, send_back, late, extension."""
        unit = self.unit_of(venue)
        clerk = self.city.units[unit.pk][0]
        opinion = self.say(venue=venue, seat=seat, phone=self.phone(), urgency="normal")
        yield from self.taken(opinion, venue, self.user(seat))
        yield hours(4)
        opinions.suggest_refer(opinion, by=self.user(seat), organ=unit, note="属于镇街职责，请核实办理。")
        yield hours(5)
        opinions.refer(opinion, by=self.head(venue), organ=unit, note="请核实情况，按期回报。")
        if turn == "send_back":
            yield days(1)
            opinions.send_back(opinion, by=clerk, reason="设施权属不在本镇街，建议由产权单位处理。")
            yield days(2)
            opinions.answer(opinion, by=self.user(seat), text=self.dice.choice(words.ANSWERS), solved="partly")
            return
        if turn == "extension":
            yield days(4)
            until = (opinion.referrals.latest("pk").due_at + days(8)).astimezone(clock.SHANGHAI).date()
            opinions.ask_extension(opinion, by=clerk, until=until, reason="需要采购配件，十日后到货。")
            yield hours(6)
            opinions.settle_extension(opinion, by=self.head(venue), accept=True, reason="同意，请按时完成。")
        yield days(40 if turn == "late" else 4)
        opinions.report(opinion, by=clerk, text=self.dice.choice(words.REPORTS), solved="yes")
        yield hours(20)
        if turn == "question":
            opinions.question(opinion, by=self.user(seat), reason="请写明什么时候完工。")
            yield days(2)
            opinions.report(opinion, by=clerk, text=self.dice.choice(words.REPORTS), solved="yes")
            yield hours(8)
        opinions.confirm(opinion, by=self.user(seat), text="镇街已经处理，请您看看是否满意。", solved="yes")
        yield days(2)
        opinions.rate(opinion, by=self.author(opinion), grade=self.dice.choice(("satisfied", "satisfied", "basically")))

    def turned_away(self, venue: Venue, seat: Seat, review: bool = False) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield self.work_hours()
        reason = self.dice.choice(words.TURNED_AWAY)
        opinions.reject(opinion, by=self.worker(venue), reason_code=reason, note="已电话说明去哪里办。")
        if review:
            yield days(2)
            opinions.ask_review(opinion, by=self.author(opinion), reason="这件事村里好多户都有，不是我一家的事。")
            yield days(1)
            reviewer = self.city.offices[opinion.holder_organ_id][0]
            opinions.reject(opinion, by=reviewer, reason_code=reason, note="复核过，仍应走这个渠道，已帮您约好窗口。")

    def not_satisfied(self, venue: Venue, seat: Seat, settled: bool = True) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield from self.taken(opinion, venue, self.user(seat))
        yield days(2)
        opinions.answer(opinion, by=self.user(seat), text="已向有关方面反映，请耐心等待。")
        yield days(1)
        opinions.rate(opinion, by=self.author(opinion), grade="dissatisfied", reasons=["not_solved"])
        yield hours(1)
        opinions.reopen(opinion, by=self.author(opinion), reasons=["not_solved", "no_contact"], text="现场没有变化。")
        yield hours(10)
        opinions.claim(opinion, by=self.user(seat))
        yield days(3)
        opinions.answer(
            opinion, by=self.user(seat), text="再次到现场督促，施工队今天进场。", solved="yes" if settled else "partly"
        )
        yield days(2)
        opinions.rate(opinion, by=self.author(opinion), grade="satisfied" if settled else "dissatisfied")
        if not settled:
            yield days(3)
            office = self.city.offices[venue.organ_id][0]
            opinions.explain(opinion, by=office, text="道路权属还在核实，镇人大会继续督促，有结果再告诉您。")

    def taken_back(self, venue: Venue, seat: Seat, verb: str) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield from self.taken(opinion, venue, self.user(seat))
        yield days(1)
        getattr(opinions, verb)(
            opinion, by=self.author(opinion), text="已经修好了，谢谢。" if verb == "solved" else "不用办了。"
        )

    def hazard(self, venue: Venue, seat: Seat, safe: bool = True) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone(), urgency="hazard")
        yield hours(1)
        opinions.acknowledge(opinion, by=self.worker(venue), note="已打电话给镇应急值班室，派人去现场看守。")
        if safe:
            yield hours(5)
            opinions.secure(opinion, by=self.worker(venue), text="现场已围挡并立警示牌，安排专人看守。")
            yield days(2)
            opinions.answer(opinion, by=self.worker(venue), text="井盖已更换加固，围挡已撤除。", solved="yes")
            yield days(1)
            opinions.rate(opinion, by=self.author(opinion), grade="satisfied", solved="yes")

    def at_the_station(self, venue: Venue, seat: Seat) -> Story:
        """An old man without a mobile says it at the station."""
        opinion = self.say(venue=venue, by=self.worker(venue), channel="station", tell_by="village")
        yield from self.taken(opinion, venue, self.head(venue))
        yield days(2)
        opinions.answer(opinion, by=self.head(venue), text=self.dice.choice(words.ANSWERS), solved="yes")
        yield days(1)
        opinions.record_told(opinion, by=self.worker(venue), way="village", at=clock.now() - hours(1), person="村会计")
        yield days(1)
        rating = {"way": "paper", "note": "签字回单已存档"}
        opinions.rate(opinion, by=self.worker(venue), grade="satisfied", entered=rating)

    def many_people(self, venue: Venue, seat: Seat, people: int = 12) -> Story:
        """Many on one matter: merged, one of them alone again, answered once."""
        text = f"{venue.region.name}塑料加工点夜里排放刺鼻气味，关窗也挡不住，附近几百户都受影响。"
        head = self.say(text, venue=venue, seat=seat, phone=self.phone(), category="environment", urgency="normal")
        yield hours(2)
        opinions.accept(head, by=self.worker(venue))
        yield hours(1)
        opinions.claim(head, by=self.user(seat))
        members = []
        for n in range(people):
            yield hours(2)
            said = f"{text}{words.CITIZENS[n % len(words.CITIZENS)]}也闻到了。"
            member = self.say(
                said, venue=venue, seat=seat, phone=self.phone(), category="environment", urgency="normal"
            )
            opinions.merge(member, by=self.worker(venue), into=head)
            members.append(member)
        opinions.unmerge(members[-1], by=self.author(members[-1]), reason="我说的是另一家厂。")
        yield days(1)
        opinions.answer(
            head, by=self.user(seat), text="加工点已停产整改，环保部门每晚巡查，验收合格前不得开工。", solved="partly"
        )
        for n, member in enumerate(members[:-1]):
            yield hours(3)
            opinions.rate(member, by=self.author(member), grade="dissatisfied" if n % 5 == 4 else "satisfied")

    def about_the_station(self, venue: Venue, seat: Seat) -> Story:
        """A complaint about the station itself goes one level up and is never seen there."""
        text = "联络站上周三接待日没有开门，打电话也没人接，白跑了一趟。"
        opinion = self.say(
            text, venue=venue, phone=self.phone(), concerns=["station"], category="other", urgency="normal"
        )
        clerk = self.city.offices[opinion.above_id][0]
        yield hours(4)
        opinions.accept(opinion, by=clerk)
        yield hours(5)
        opinions.claim(opinion, by=clerk)
        yield days(2)
        opinions.answer(
            opinion, by=clerk, text="已核实，当天值班人员外出未换班。已调整排班并公示值班电话。", solved="yes"
        )
        yield days(1)
        opinions.rate(opinion, by=self.author(opinion), grade="basically")

    def unanswered(self, venue: Venue, seat: Seat | None) -> Story:
        """Accepted and then nobody moves: the clocks do."""
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield self.work_hours()
        opinions.accept(opinion, by=self.worker(venue))

    def only_claimed(self, venue: Venue, seat: Seat) -> Story:
        opinion = self.say(venue=venue, seat=seat, phone=self.phone())
        yield from self.taken(opinion, venue, self.user(seat))

    def just_said(self, venue: Venue, seat: Seat | None) -> Story:
        self.say(venue=venue, seat=seat, phone=self.phone())
        yield days(400)

    # -- suggestions ---------------------------------------------------------------------------------------------------

    def drafted(self, lead: Seat, n: int, **more: Any) -> Suggestion:
        title, situation, proposal, subject, *_ = words.SUGGESTIONS[n % len(words.SUGGESTIONS)]
        return whole.create(
            lead, by=self.user(lead), title=title, situation=situation, proposal=proposal, field=subject, **more
        )

    def signed_by(self, suggestion: Suggestion, lead: Seat, others: list[Seat], stop: str) -> Story:
        cosigns.invite(suggestion, by=self.user(lead), deputies=[seat.deputy for seat in others])
        if stop == "invited":
            return
        for other in others:
            yield hours(9)
            cosigns.cosign(suggestion, by=self.user(other), version=suggestion.current_version)

    def suggested(self, lead: Seat, n: int, *, stop: str = "", opinion: tuple[Venue, Seat] | None = None,
                  grade: str = "satisfied", result_class: str = "A", turn: str = "", others: int = 2) -> Story:  # fmt: skip
        """The whole course of one suggestion, up to the verb `stop`; `turn` names what happens on the way."""
        clerk, boss = self.city.offices[lead.organ_id]
        suggestion = self.drafted(lead, n)
        if opinion is not None:
            behind = self.say(venue=opinion[0], seat=lead, phone=self.phone())
            yield from self.taken(behind, opinion[0], self.user(lead))
            yield hours(3)
            whole.escalate_opinion(behind, by=self.user(lead), suggestion=suggestion)
        if stop == "draft":
            return
        pool = [seat for seat in self.city.seats[lead.organ_id] if seat.pk != lead.pk]
        yield from self.signed_by(suggestion, lead, self.dice.sample(pool, others), stop)
        if stop == "stale":
            whole.revise(suggestion, by=self.user(lead), proposal="一、先试点。二、再推开。三、年底评估。")
        if stop in ("invited", "cosigning", "stale"):
            return
        yield days(1)
        whole.submit(suggestion, by=self.user(lead))
        if stop == "submitted":
            return
        yield days(1)
        if turn == "send_back":
            whole.send_back(suggestion, by=clerk, reason="请把一事一议写清楚。", reason_code="several_matters")
            if stop == "returned":
                return
            yield days(2)
            whole.submit(suggestion, by=self.user(lead))
            yield days(1)
        if turn == "refuse":
            whole.refuse(suggestion, by=boss, rule_code="case", reason="已同领衔代表当面沟通，涉及正在审理的具体案件。")
            return
        whole.register(suggestion, by=clerk)
        if turn == "withdraw":
            yield days(1)
            for user in (self.user(lead), *(c.seat.deputy.user for c in suggestion.cosigns.filter(state="confirmed"))):
                whole.withdraw(suggestion, by=user, reason="与已有建议重复，自愿撤回。")
            return
        if stop == "registered":
            return
        yield days(1)
        yield from self.handled(suggestion, lead, n, stop=stop, grade=grade, result_class=result_class, turn=turn)

    def handled(
        self, suggestion: Suggestion, lead: Seat, n: int, *, stop: str, grade: str, result_class: str, turn: str
    ) -> Story:
        clerk, boss = self.city.offices[lead.organ_id]
        *_, main_code, assist_code = words.SUGGESTIONS[n % len(words.SUGGESTIONS)]
        main, assist = self.city.cast.organs[main_code], self.city.cast.organs[assist_code]
        handlers, mode = [(main, "main"), (assist, "assist")], "main_assist"
        if turn == "separate":
            handlers, mode = [(main, "main"), (assist, "main")], "separate"
        if turn == "dispatch":
            whole.assign(suggestion, by=clerk, mode="sole", handlers=[(self.city.cast.organs["dh-gov"], "main")])
            yield days(2)
            first = suggestion.assignments.get(state="pending_dispatch")
            work.dispatch(first, by=self.city.cast.ma, handlers=handlers)
        else:
            whole.assign(suggestion, by=clerk, mode=mode, handlers=handlers)
        if stop == "assigned":
            return
        yield hours(20)
        if turn == "object":
            work.object(
                self.at(suggestion, main),
                by=self.lead_of(main),
                reason="主要职责在协办单位，建议改由其主办。",
                proposed_organ=None,
            )
            if stop == "objected":
                return
            yield days(2)
            work.settle_objection(self.at(suggestion, main), by=boss, accept=False, reason="经研究，仍由原单位主办。")
        else:
            work.sign(self.at(suggestion, main), by=self.clerk_of(main))
        yield hours(6)
        if turn != "assist_missing":
            work.contribute(
                self.at(suggestion, assist), by=self.clerk_of(assist), text=words.CONTRIBUTION
            ) if turn != "separate" else (work.sign(self.at(suggestion, assist), by=self.clerk_of(assist)))
        if stop == "handling":
            return
        yield days(6)
        yield from self.replied(suggestion, lead, main, result_class=result_class, turn=turn)
        if turn == "separate":
            yield from self.replied(suggestion, lead, assist, result_class="A", turn="")
        if turn == "return":
            work.return_reply(
                self.at(suggestion, main), by=clerk, reason_code="not_point_by_point", note="请逐条答复。"
            )
            return
        if stop == "replied":
            return
        yield days(4)
        for unit in (main, assist) if turn == "separate" else (main,):
            given = grade if unit == main else "satisfied"
            text = "没有说明什么时候完成。" if given == "dissatisfied" else ""
            work.rate(
                self.at(suggestion, unit),
                by=self.user(lead),
                attitude="satisfied",
                result=given,
                solved="partly",
                text=text,
            )
        if turn == "mediate":
            yield from self.redone(suggestion, lead, main)
            return
        if grade == "dissatisfied":
            return
        yield days(8)
        whole.publish(suggestion, by=boss, scope="full")
        if result_class == "B":
            yield from self.promised(suggestion, lead, main, boss, turn=turn)
        suggestion.refresh_from_db()
        if suggestion.state == "closed" and stop != "closed":
            yield days(3)
            whole.archive(suggestion, by=clerk)

    def at(self, suggestion: Suggestion, organ: Any) -> Assignment:
        return suggestion.assignments.live().filter(organ=organ).latest("pk")

    def clerk_of(self, organ: Any) -> User:
        return self.city.units[organ.pk][0]

    def lead_of(self, organ: Any) -> User:
        return self.city.units[organ.pk][1]

    def replied(self, suggestion: Suggestion, lead: Seat, unit: Any, *, result_class: str, turn: str) -> Story:
        row = self.at(suggestion, unit)
        work.record_contact(row, by=self.clerk_of(unit), method=self.dice.choice(("face", "phone", "visit")), at=clock.now() - hours(2),
                            summary="就办理思路当面听取代表意见。")  # fmt: skip
        yield days(2)
        work.confirm_contact(row, by=self.user(lead), contact=row.contacts.latest("pk").pk, agrees=True)
        yield days(20)
        if turn == "extension":
            work.ask_extension(
                row,
                by=self.clerk_of(unit),
                until=clock.today() + days(100),
                reason="涉及多部门资金，需报市政府常务会议研究。",
            )
            yield days(2)
            work.settle_extension(
                row, by=self.city.offices[lead.organ_id][1], accept=True, reason="情况属实，同意延期。"
            )
            yield days(20)
        body = {"text": words.REPLY.format(n=3), "result_class": result_class, "publicity": "full", "solved": "partly"}
        if result_class == "B":
            soon = turn in ("unkept", "disputed", "reported")
            due_on = clock.today() + days(20 if soon else self.dice.choice((20, 60, 150)))
            body["commitments"] = [{"text": self.dice.choice(words.PROMISES), "due_on": due_on}]
        work.draft_reply(row, by=self.clerk_of(unit), **body)
        yield hours(5)
        if turn == "assist_missing":
            yield days(8)
        work.reply(row, by=self.lead_of(unit))
        late = row.suggestion.assignments.filter(role="assist", state="opinion_missing").first()
        if late is not None:
            yield days(2)
            work.contribute(late, by=self.clerk_of(late.organ), text=words.CONTRIBUTION)

    def redone(self, suggestion: Suggestion, lead: Seat, unit: Any) -> Story:
        """Not satisfied twice: the congress brings both sides together."""
        yield days(5)
        row = self.at(suggestion, unit)
        work.record_contact(
            row, by=self.clerk_of(unit), method="face", at=clock.now() - hours(1), summary="上门说明重新办理的安排。"
        )
        yield days(3)
        work.reply(row, by=self.lead_of(unit), text=words.REPLY.format(n=3), result_class="C", publicity="full")
        yield days(3)
        work.rate(row, by=self.user(lead), attitude="satisfied", result="dissatisfied", text="仍没有时间表。")

    def promised(self, suggestion: Suggestion, lead: Seat, unit: Any, boss: User, *, turn: str) -> Story:
        """A promise: changed where the story says so, reported done, kept."""
        promise = suggestion.commitments.latest("pk")
        if turn == "change":
            yield days(5)
            later = promise.due_on + days(60)
            promises.change_commitment(promise, by=self.lead_of(unit), due_on=later, reason="招标延后，施工期顺延。")
            yield days(2)
            promises.settle_commitment_change(promise, by=boss, accept=True, reason="已听取代表意见，同意。")
        if turn == "broken":
            return
        if turn == "unkept":
            yield self.before(promise.due_on) + days(20)
            promises.end_commitment(
                promise, by=boss, outcome="unkept", reason="承诺到期未完成，已听取代表意见，记为未兑现。"
            )
            return
        yield self.before(promise.due_on)
        promises.report_commitment(promise, by=self.lead_of(unit), text="已按承诺完成，请代表验收。", final=True)
        if turn == "reported":
            return
        yield days(3)
        if turn == "disputed":
            promises.rate_commitment(promise, by=self.user(lead), result="dissatisfied", text="现场只完成了一半。")
            return
        promises.rate_commitment(promise, by=self.user(lead), result="satisfied")

    def before(self, due_on: date) -> timedelta:
        moment = datetime.combine(due_on, datetime.min.time(), clock.SHANGHAI) - days(5) + hours(10)
        return max(moment - clock.now(), hours(1))

    def snapped(self, lead: Seat, n: int, stop: str = "") -> Story:
        """随手拍: a photo and a sentence, handled within days."""
        clerk, _ = self.city.offices[lead.organ_id]
        title, situation = words.SNAPS[n % len(words.SNAPS)]
        suggestion = whole.create(lead, by=self.user(lead), title=title, situation=situation, kind="snap")
        yield hours(1)
        whole.submit(suggestion, by=self.user(lead))
        yield hours(6)
        whole.register(suggestion, by=clerk, priority=15, field="urban_env")
        yield hours(2)
        unit = self.city.cast.organs["dh-cgj"]
        whole.assign(suggestion, by=clerk, mode="sole", handlers=[(unit, "main")])
        if stop:
            return
        yield hours(8)
        row = self.at(suggestion, unit)
        work.sign(row, by=self.clerk_of(unit))
        work.record_contact(
            row, by=self.clerk_of(unit), method="phone", at=clock.now(), summary="电话告知代表明天施工。"
        )
        yield days(4)
        work.reply(row, by=self.lead_of(unit), text="已处理完毕，附现场照片。", result_class="A", publicity="full")
        yield days(2)
        work.rate(row, by=self.user(lead), attitude="satisfied", result="satisfied", solved="yes")
