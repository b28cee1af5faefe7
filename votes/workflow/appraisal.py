"""The verbs of a work appraisal, from the list of candidates to the look back after two months."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.models import Organ
from accounts.states import Role
from clocks import rules as policies, workflow as clocks
from deputies.models import Term
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.numbers import next_number
from ground.wording import clean_text
from ground.workflow import Actor, begin, move
from votes.models import (
    AppraisalProblem,
    AppraisalProgress,
    AppraisalTarget,
    AppraisalVisit,
    ScoreLine,
    WorkAppraisal,
)
from votes.queries.appraisal import complaints
from votes.rules.appraisal import PROBLEMS, owes_month, own_targets, this_month
from votes.states.poll import Mode, VoterClass
from votes.workflow import poll as polls, rectification
from votes.workflow.inquiry import GRADES

LONGEST = 2000
MOST_CANDIDATES = 10


def draft(
    *, by: Actor, organ: Organ, term: Term, title: str, committee: Organ, since: date, until: date, places: int = 3
) -> WorkAppraisal:
    """A year's appraisal: which window of complaints counts, and how many departments are to be chosen."""
    if since >= until or until > clock.today():
        raise Invalid("until", "统计时段要先后相接，结束日期不能晚于今天。")
    if not 1 <= places <= 10:
        raise Invalid("places", "评议对象 1 到 10 个。")
    obj = WorkAppraisal(
        number=next_number("K"), organ=organ, term=term, committee=committee, since=since, until=until, places=places,
        title=clean_text(title, limit=120, name="名称", pointer="title"), made_at=clock.now(),
    )  # fmt: skip
    with begin(obj, "draft", by=by):
        pass
    return obj


def nominate(appraisal: WorkAppraisal, *, by: Actor, units: Iterable[Organ]) -> WorkAppraisal:
    """Candidates by what people complained of in the window: of `units` those with most, at most ten, more than are to be
    chosen. Counted anew each time."""
    with move(appraisal, "nominate", by=by) as m:
        units = list(units)
        counted = complaints([unit.pk for unit in units], appraisal.since, appraisal.until)
        nothing = {"opinions": 0, "suggestions": 0, "dissatisfied": 0}
        rows = [(unit, counted.get(unit.pk, nothing)) for unit in units]
        rows.sort(key=lambda row: (-sum(row[1].values()), row[0].code))
        rows = rows[:MOST_CANDIDATES]
        if len(rows) <= appraisal.places:
            raise Invalid("units", f"候选单位要多于 {appraisal.places} 个。")
        appraisal.targets.all().delete()
        AppraisalTarget.objects.bulk_create(AppraisalTarget(appraisal=appraisal, unit=u, **cell) for u, cell in rows)
        m.recorded = {"candidates": len(rows)}
    return appraisal


def call_ballot(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    """常委会票决: the committee chooses the departments, of all its members over half."""
    with move(appraisal, "call_ballot", by=by) as m:
        options = [f"{t.unit.name}（投诉和建议 {t.before} 件）" for t in _candidates(appraisal)]
        appraisal.ballot = polls.create(
            by=by, organ=appraisal.organ, term=appraisal.term, title=f"{appraisal.title}：票决评议对象"[:120],
            mode=Mode.CHOOSE_N, options=options, rule={"most": appraisal.places, "pass": appraisal.places},
            about=f"{appraisal.number}，从投诉较多的单位中确定 {appraisal.places} 个评议对象。", is_public=False,
            classes={VoterClass.COMMITTEE: 0},
        )  # fmt: skip
        m.recorded = {"poll": appraisal.ballot.number}
    return appraisal


def choose(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    """The chosen ones are those the ballot passed."""
    with move(appraisal, "choose", by=by) as m:
        passed = appraisal.ballot.result["classes"][0]["passed"]
        if not passed:
            raise GuardFailed("nobody_chosen", "票决没有选出评议对象，请作废后重新票决。")
        rows = _candidates(appraisal)
        chosen = [rows[n - 1].pk for n in passed]
        appraisal.targets.filter(pk__in=chosen).update(is_chosen=True)
        m.recorded = {"chosen": len(chosen)}
    return appraisal


def name_problem(appraisal: WorkAppraisal, *, by: Actor, target: AppraisalTarget, text: str) -> WorkAppraisal:
    with move(appraisal, "name_problem", by=by) as m:
        _own(appraisal, target)
        if target.problems.count() >= PROBLEMS:
            raise Invalid("target", f"{target.unit}的 {PROBLEMS} 个问题已经列满。")
        m.note = clean_text(text, limit=LONGEST, name="突出问题", pointer="text")
        AppraisalProblem.objects.create(target=target, text=m.note, by_id=by.pk, at=clock.now())
    return appraisal


def begin_work(appraisal: WorkAppraisal, *, by: Actor, due_on: date) -> WorkAppraisal:
    """Every problem goes onto the rectification list of its unit; each unit reports once a month."""
    with move(appraisal, "begin", by=by):
        rectification.not_past(due_on)
        appraisal.begun_on = clock.today()
        for target in appraisal.targets.filter(is_chosen=True).select_related("unit").prefetch_related("problems"):
            for problem in target.problems.all():
                rectification.list_item(appraisal, by=by, unit=target.unit, problem=problem.text, due_on=due_on)
            clocks.start(target, "progress", organ=target.unit, rules_of=appraisal.organ)
    return appraisal


def pledge(appraisal: WorkAppraisal, *, by: Actor, text: str) -> WorkAppraisal:
    """公开承诺 of the unit's lead; everybody will read it."""
    with move(appraisal, "pledge", by=by) as m:
        target = next(t for t in own_targets(by, appraisal, Role.HANDLER_LEAD) if not t.pledge)
        target.pledge = clean_text(text, limit=LONGEST, name="公开承诺", pointer="text")
        target.save(update_fields=["pledge"])
        m.public_text = f"{target.unit}公开承诺"
    return appraisal


def report_progress(appraisal: WorkAppraisal, *, by: Actor, text: str) -> WorkAppraisal:
    """Once for each month; the next one is owed in a month."""
    with move(appraisal, "report_progress", by=by) as m:
        target = next(t for t in own_targets(by, appraisal) if owes_month(t))
        words = clean_text(text, limit=LONGEST, name="本月进展", pointer="text")
        AppraisalProgress.objects.create(target=target, month=this_month(), text=words, by_id=by.pk, at=clock.now())
        m.public_text = f"{target.unit}报告本月进展"
        clocks.stop(target, "progress")
        clocks.start(target, "progress", organ=target.unit, rules_of=appraisal.organ)
    return appraisal


def note_visit(appraisal: WorkAppraisal, *, by: Actor, target: AppraisalTarget, text: str) -> WorkAppraisal:
    with move(appraisal, "note_visit", by=by) as m:
        _own(appraisal, target)
        m.note = clean_text(text, limit=LONGEST, name="走访情况", pointer="text")
        AppraisalVisit.objects.create(target=target, text=m.note, by_id=by.pk, at=clock.now())
    return appraisal


def score(
    appraisal: WorkAppraisal, *, by: Actor, target: AppraisalTarget, points: Mapping[str, int], basis: str = ""
) -> WorkAppraisal:
    """The whole sheet of one unit: each item of the sheet (rule row `appraisal.sheet`) gets points of a hundred."""
    with move(appraisal, "score", by=by) as m:
        _own(appraisal, target)
        sheet = sheet_of(appraisal.organ)
        if set(points) != set(sheet):
            raise Invalid("points", "请给打分表的每一项打分。")
        if any(type(n) is not int or not 0 <= n <= 100 for n in points.values()):
            raise Invalid("points", "每项得分 0 到 100。")
        words = clean_text(basis, limit=200, name="打分依据", required=False, pointer="basis")
        target.scores.all().delete()
        ScoreLine.objects.bulk_create(
            ScoreLine(target=target, name=name, weight=weight, points=points[name], basis=words)
            for name, weight in sheet.items()
        )
        m.recorded = {"target": target.pk, "points": dict(points)}
    return appraisal


def sheet_of(organ: Organ) -> dict[str, int]:
    """item → weight; a hundred together."""
    return {row["name"]: row["weight"] for row in policies.value("appraisal.sheet", organ)}


def settle_scores(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    with move(appraisal, "settle_scores", by=by):
        for target in appraisal.targets.filter(is_chosen=True):
            clocks.drop(target, "progress")
    return appraisal


def call_rating(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    """The committee rates the chosen departments, in secret."""
    with move(appraisal, "call_rating", by=by) as m:
        rule = {**policies.value("inquiry.rating", appraisal.organ), "grades": list(GRADES), "grade_rule": "zhenhai"}
        appraisal.poll = polls.create(
            by=by, organ=appraisal.organ, term=appraisal.term, title=f"{appraisal.title}：满意度测评"[:120],
            mode=Mode.GRADES, options=[t.unit.name for t in _chosen(appraisal)], rule=rule, is_public=False,
            about=f"{appraisal.number} 的满意度测评，由常委会组成人员无记名测评。", classes={VoterClass.COMMITTEE: 0},
        )  # fmt: skip
        m.recorded = {"poll": appraisal.poll.number}
    return appraisal


def take_rating(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    with move(appraisal, "take_rating", by=by) as m:
        lines = appraisal.poll.result["classes"][0]["lines"]
        for target, line in zip(_chosen(appraisal), lines, strict=True):
            target.grade = line["outcome"]
            target.save(update_fields=["grade"])
        m.recorded = {"poll": appraisal.poll.number}
    return appraisal


def publish(appraisal: WorkAppraisal, *, by: Actor) -> WorkAppraisal:
    """Problems, pledges, scores and grades are open to everybody; the look back is owed in two months."""
    with move(appraisal, "publish", by=by):
        appraisal.published_at = clock.now()
        appraisal.items.update(is_public=True)
        clocks.start(appraisal, "follow_up", organ=appraisal.organ)
    return appraisal


def follow_up(appraisal: WorkAppraisal, *, by: Actor, text: str) -> WorkAppraisal:
    """回访: complaints since the publication are counted again and stand beside those before."""
    with move(appraisal, "follow_up", by=by) as m:
        m.public_text = clean_text(text, limit=LONGEST, name="回访情况", pointer="text")
        since = appraisal.published_at.astimezone(clock.SHANGHAI).date()
        rows = _chosen(appraisal)
        counted = complaints([t.unit_id for t in rows], since, clock.today())
        for target in rows:
            target.after = sum(counted.get(target.unit_id, {}).values())
            target.save(update_fields=["after"])
        clocks.drop(appraisal)
    return appraisal


def _candidates(appraisal: WorkAppraisal) -> list[AppraisalTarget]:
    rows: Any = appraisal.targets.select_related("unit")
    return sorted(rows, key=lambda t: (-t.before, t.pk))


def _chosen(appraisal: WorkAppraisal) -> list[AppraisalTarget]:
    return list(appraisal.targets.filter(is_chosen=True).select_related("unit").order_by("pk"))


def _own(appraisal: WorkAppraisal, target: AppraisalTarget) -> None:
    if target.appraisal_id != appraisal.pk or not target.is_chosen:
        raise Invalid("target", "请选择本次评议的对象。")
