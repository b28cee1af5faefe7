"""The verbs of an appraisal of judges or prosecutors, from the list to its end."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import Organ
from accounts.states import OrganKind
from clocks import rules as policies, workflow as clocks
from deputies.models import Term
from ground import audit, clock
from ground.errors import Invalid
from ground.numbers import next_number
from ground.wording import clean_text
from ground.workflow import Actor, begin, move
from votes import draw as draws
from votes.models import JudicialAppraisal, JudicialCase, JudicialInterview, JudicialPerson, JudicialScore
from votes.states.poll import Mode, VoterClass
from votes.workflow import poll as polls, rectification
from votes.workflow.inquiry import GRADES

LONGEST = 5000
MOST_PEOPLE = 200
MOST_PLACES = 30
YEARS = 3  # in post for so long (泉州市法官检察官履职评议办法)


def plan(
    *, by: Actor, organ: Organ, term: Term, title: str, court: Organ, committee: Organ, places: int
) -> JudicialAppraisal:
    if court.congress_id != organ.pk or court.kind not in (OrganKind.COURT, OrganKind.PROCURATORATE):
        raise Invalid("court", "请选择本级的法院或者检察院。")
    if not 1 <= places <= MOST_PLACES:
        raise Invalid("places", f"抽取 1 到 {MOST_PLACES} 人。")
    obj = JudicialAppraisal(
        number=next_number("F"), organ=organ, term=term, court=court, committee=committee, places=places,
        title=clean_text(title, limit=120, name="名称", pointer="title"), made_at=clock.now(),
    )  # fmt: skip
    with begin(obj, "plan", by=by):
        pass
    return obj


def add_person(appraisal: JudicialAppraisal, *, by: Actor, name: str, post: str, since: date) -> JudicialAppraisal:
    """Onto the end of the list. Who has been in post for less than three years is not appraised."""
    with move(appraisal, "add_person", by=by) as m:
        if since > _three_years_ago():
            raise Invalid("since", f"任职满 {YEARS} 年的才列入评议，这位还不满。")
        known = list(appraisal.people.all())
        if len(known) >= MOST_PEOPLE:
            raise Invalid("name", f"一次评议最多列 {MOST_PEOPLE} 人。")
        name = clean_text(name, limit=40, name="姓名", pointer="name")
        post = clean_text(post, limit=60, name="职务", pointer="post")
        if any((one.name, one.post) == (name, post) for one in known):
            raise Invalid("name", "名单里已经有这个人。同名同职务的，请在职务里写明部门。")
        JudicialPerson.objects.create(appraisal=appraisal, position=len(known) + 1, name=name, post=post, since=since)
        m.recorded = {"position": len(known) + 1}
    return appraisal


def _three_years_ago() -> date:
    today = clock.today()
    day = min(today.day, 28) if today.month == 2 else today.day
    return today.replace(year=today.year - YEARS, day=day)


def remove_person(appraisal: JudicialAppraisal, *, by: Actor, person: JudicialPerson, reason: str) -> JudicialAppraisal:
    """Off the list, before the draw; those behind move up, for the draw counts without a gap."""
    with move(appraisal, "remove_person", by=by) as m:
        _own(appraisal, person)
        m.note = clean_text(reason, limit=500, name="原因", pointer="reason")
        m.recorded = {"position": person.position}
        behind = list(appraisal.people.filter(position__gt=person.position).order_by("position"))
        person.delete()
        for one in behind:
            one.position -= 1
            one.save(update_fields=["position"])
    return appraisal


def draw(appraisal: JudicialAppraisal, *, by: Actor, witness: str) -> JudicialAppraisal:
    """Once, before a witness: a fresh seed, kept with the list, repeats it for whoever doubts (votes/draw.py)."""
    with move(appraisal, "draw", by=by) as m:
        appraisal.witness = clean_text(witness, limit=60, name="见证人", pointer="witness")
        appraisal.seed, appraisal.drawn_at, appraisal.drawn_by_id = secrets.token_hex(16), clock.now(), by.pk
        positions = draws.drawn(appraisal.seed, appraisal.people.count(), appraisal.places)
        appraisal.people.filter(position__in=positions).update(is_drawn=True)
        m.recorded = {"seed": appraisal.seed, "listed": appraisal.people.count(), "drawn": positions}
    return appraisal


# -- what is looked at -------------------------------------------------------------------------------------------------


def sheet_of(organ: Organ) -> dict[str, int]:
    """item → weight; a hundred together (rule row `judicial.sheet`)."""
    return {row["name"]: row["weight"] for row in policies.value("judicial.sheet", organ)}


def note_case(
    appraisal: JudicialAppraisal,
    *,
    by: Actor,
    person: JudicialPerson,
    number: str,
    cause: str,
    points: Mapping[str, int],
    remark: str = "",
) -> JudicialAppraisal:
    """A sampled case with its whole sheet; no party is named."""
    with move(appraisal, "note_case", by=by) as m:
        _drawn(appraisal, person)
        sheet = sheet_of(appraisal.organ)
        if set(points) != set(sheet):
            raise Invalid("points", "请给评查表的每一项打分。")
        if any(type(n) is not int or not 0 <= n <= 100 for n in points.values()):
            raise Invalid("points", "每项得分 0 到 100。")
        number = clean_text(number, limit=60, name="案号", pointer="number")
        if person.cases.filter(number=number).exists():
            raise Invalid("number", "这个案件已经录入。")
        case = JudicialCase.objects.create(
            person=person, number=number, cause=clean_text(cause, limit=60, name="案由", pointer="cause"), by_id=by.pk, at=clock.now(),
            remark=clean_text(remark, limit=LONGEST, name="评查意见", required=False, pointer="remark"),
        )  # fmt: skip
        JudicialScore.objects.bulk_create(
            JudicialScore(case=case, name=name, weight=weight, points=points[name]) for name, weight in sheet.items()
        )
        m.recorded = {"position": person.position}
    return appraisal


def note_interview(appraisal: JudicialAppraisal, *, by: Actor, person: JudicialPerson, text: str) -> JudicialAppraisal:
    with move(appraisal, "note_interview", by=by) as m:
        _drawn(appraisal, person)
        words = clean_text(text, limit=LONGEST, name="谈话情况", pointer="text")
        JudicialInterview.objects.create(person=person, text=words, by_id=by.pk, at=clock.now())
        m.recorded = {"position": person.position}
    return appraisal


def open_file(appraisal: JudicialAppraisal, *, by: Actor, person: JudicialPerson, reason: str) -> JudicialPerson:
    """One person's cases and interviews, for one press with its reason: the step and the audit line stand in one
    transaction with what is shown."""
    with move(appraisal, "open_file", by=by) as m:
        _drawn(appraisal, person)
        m.note = clean_text(reason, limit=200, name="查看原因", pointer="reason")
        m.recorded = {"position": person.position}
        audit.write(by, "votes.open_judicial_file", appraisal, "cases interviews")
        files = JudicialPerson.objects.prefetch_related("cases__scores", "cases__by", "interviews__by")
        return files.get(pk=person.pk)


def settle_scores(appraisal: JudicialAppraisal, *, by: Actor) -> JudicialAppraisal:
    with move(appraisal, "settle_scores", by=by):
        pass
    return appraisal


# -- the vote and what follows -----------------------------------------------------------------------------------------


def call_rating(appraisal: JudicialAppraisal, *, by: Actor) -> JudicialAppraisal:
    """The committee rates those drawn, in secret; never public."""
    with move(appraisal, "call_rating", by=by) as m:
        rule = {**policies.value("inquiry.rating", appraisal.organ), "grades": list(GRADES), "grade_rule": "zhenhai"}
        appraisal.poll = polls.create(
            by=by, organ=appraisal.organ, term=appraisal.term, title=f"{appraisal.title}：测评"[:120], mode=Mode.GRADES,
            options=[str(person) for person in _people(appraisal)], rule=rule, is_public=False, is_restricted=True,
            about=f"{appraisal.number} 的测评，由常委会组成人员无记名测评，结果不公开。", classes={VoterClass.COMMITTEE: 0},
        )  # fmt: skip
        m.recorded = {"poll": appraisal.poll.number}
    return appraisal


def take_rating(appraisal: JudicialAppraisal, *, by: Actor) -> JudicialAppraisal:
    with move(appraisal, "take_rating", by=by) as m:
        lines = appraisal.poll.result["classes"][0]["lines"]
        for person, line in zip(_people(appraisal), lines, strict=True):
            person.grade = line["outcome"]
            person.save(update_fields=["grade"])
        m.recorded = {"poll": appraisal.poll.number}
        clocks.start(appraisal, "feed_back", organ=appraisal.organ)
    return appraisal


def feed_back(appraisal: JudicialAppraisal, *, by: Actor, text: str) -> JudicialAppraisal:
    """评议意见 in a letter to the court or procuratorate, which sees names, grades and the letter from now on."""
    with move(appraisal, "feed_back", by=by):
        appraisal.letter = clean_text(text, limit=LONGEST, name="评议意见", pointer="text")
        clocks.stop(appraisal, "feed_back")
    return appraisal


def list_item(
    appraisal: JudicialAppraisal, *, by: Actor, problem: str, due_on: date, measure: str = ""
) -> JudicialAppraisal:
    """What the court or procuratorate has to put right, on the common list but seen by nobody else."""
    with move(appraisal, "list_item", by=by) as m:
        item = rectification.list_item(
            appraisal, by=by, unit=appraisal.court, problem=problem, due_on=due_on, measure=measure
        )
        m.recorded = {"item": item.number}
    return appraisal


def close(appraisal: JudicialAppraisal, *, by: Actor) -> JudicialAppraisal:
    with move(appraisal, "close", by=by):
        clocks.drop(appraisal)
    return appraisal


def _people(appraisal: JudicialAppraisal) -> list[JudicialPerson]:
    return list(appraisal.people.filter(is_drawn=True).order_by("position"))


def _own(appraisal: JudicialAppraisal, person: Any) -> None:
    if person.appraisal_id != appraisal.pk:
        raise Invalid("person", "请选择本次评议名单里的人。")


def _drawn(appraisal: JudicialAppraisal, person: JudicialPerson) -> None:
    _own(appraisal, person)
    if not person.is_drawn:
        raise Invalid("person", "请选择抽取到的评议对象。")
