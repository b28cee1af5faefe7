"""Verbs of a chosen project: progress, visits, adjustment, acceptance, evaluation, carry-over (domain.md §4.5, §4.6)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Organ
from accounts.states import OrganKind
from clocks import workflow as clocks
from clocks.models import Deadline
from ground import clock, files
from ground.errors import GuardFailed, Invalid
from ground.uploads import clean_photo
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor, move
from votes.models import (
    LivelihoodProject,
    ProgressReport,
    ProjectAdjustment,
    ProjectFile,
    ProjectNote,
    ProjectRating,
    ProjectVersion,
)
from votes.rules.project import seat_in
from votes.states import AdjustKind, Decider, Grade, NoteKind, RaterKind
from votes.workflow.project import NOTE_LIMIT, Nodes, add_note, draft_after, freeze, money, put_fields, put_nodes

REASON_LIMIT = 1000
MOST_PHOTOS = 6
SAME = timedelta(days=1)  # the same words within it are one report that was sent twice
EARLY = timedelta(days=15)  # a report so near the end of the quarter is that quarter's
FEW = 5  # ratings of a kind below which only their number is shown


# -- from quarter to quarter -------------------------------------------------------------------------------------------


def quarter_of(day: date) -> int:
    return day.year * 10 + (day.month + 2) // 3


def end_of_quarter(quarter: int) -> date:
    """The first day after it."""
    year, n = divmod(quarter, 10)
    return date(year + (n == 4), 1 if n == 4 else n * 3 + 1, 1)


def after(quarter: int) -> int:
    return quarter + 7 if quarter % 10 == 4 else quarter + 1


def begin(project: LivelihoodProject) -> None:
    """Work starts, by the round's own step: the unit owes a report after each quarter, and the end by its day."""
    with move(project, "begin", by=SYSTEM, public_text="开始实施。"):
        owe_work(project, quarter_of(clock.today()))


def owe_work(project: LivelihoodProject, quarter: int) -> None:
    version, project.begun_on = project.version, clock.today()
    _owe_report(project, quarter)
    clocks.start(project, "finish", organ=project.unit, until=max(version.ends_on, clock.today()))


def _owe_report(project: LivelihoodProject, quarter: int) -> None:
    begins = datetime.combine(end_of_quarter(quarter), time(), clock.SHANGHAI)
    clocks.start(project, "report", organ=project.unit, at=begins, rules_of=project.organ)


def report(
    project: LivelihoodProject,
    *,
    by: Actor,
    percent: int,
    money_in: Any,
    money_paid: Any,
    done: str,
    problems: str = "",
    photos: Iterable[UploadedFile] = (),
) -> LivelihoodProject:
    """季度进度, by the responsible unit: share of the work, money in and paid, node, problems, photos. All or nothing.

    The same words twice within a day are refused as already said; less than before needs its reason in `problems`.
    """
    with move(project, "report", by=by) as m:
        said = _checked(project, percent, money_in, money_paid, done, problems)
        owed = Deadline.objects.open().of(project).filter(kind="report").first()
        near = (owed.started_at - EARLY).astimezone(clock.SHANGHAI).date() if owed else clock.today()
        quarter, last = quarter_of(near), project.last_report
        again = last is not None and clock.now() - last.at < SAME
        if again and all(getattr(last, name) == value for name, value in said.items()):
            raise GuardFailed("already_reported", "这份进度已经报过，没有变化。")
        row = ProgressReport.objects.create(
            project=project, quarter=quarter, no=project.reports.filter(quarter=quarter).count() + 1, version=project.version,
            by=by, at=clock.now(), **said,
        )  # fmt: skip
        add_photos(project, by, photos, report=row)
        if percent == 100:
            clocks.stop(project, "report", "finish")
            clocks.start(project, "accept_work", organ=project.organ)
        elif owed is not None and clock.now() >= owed.started_at - EARLY:
            clocks.stop(project, "report")
            _owe_report(project, after(quarter))
        m.recorded = {"percent": percent, "quarter": quarter}
        m.public_text = (
            f"形象进度 {percent}%，到位 {_plain(row.money_in)} 万元，支付 {_plain(row.money_paid)} 万元。{row.done}"
        )
    return project


def _plain(amount: Decimal) -> str:
    """620.00 as 620, 37.50 as 37.5."""
    return f"{amount:f}".rstrip("0").rstrip(".")


def _checked(
    project: LivelihoodProject, percent: int, money_in: Any, money_paid: Any, done: str, problems: str
) -> dict[str, Any]:
    if not 0 <= percent <= 100:
        raise Invalid("percent", "形象进度请填 0 到 100。")
    said = {
        "percent": percent, "money_in": money(money_in, "money_in"), "money_paid": money(money_paid, "money_paid"),
        "done": clean_text(done, limit=300, name="完成的节点", pointer="done"),
        "problems": clean_text(problems, limit=300, name="存在的问题", required=False, pointer="problems"),
    }  # fmt: skip
    if said["money_in"] is None or said["money_paid"] is None:
        raise Invalid("money_in", "请填写到位资金和支付资金，没有就写 0。")
    if said["money_paid"] > said["money_in"]:
        raise Invalid("money_paid", "支付资金不能多于到位资金。")
    last = project.last_report
    if last is not None and percent < last.percent and not said["problems"]:
        raise Invalid("problems", f"上次报的是 {last.percent}%，这次更少，请在“存在的问题”里说明原因。")
    return said


def add_photos(
    project: LivelihoodProject, by: Actor, photos: Iterable[UploadedFile], *,
    report: ProgressReport | None = None, note: ProjectNote | None = None,
) -> None:  # fmt: skip
    """Drawn anew, without where and when. Raises NotAPicture, TooLarge, GuardFailed."""
    photos = list(photos)
    if len(photos) > MOST_PHOTOS:
        raise GuardFailed("photos", f"一次最多 {MOST_PHOTOS} 张照片。")
    for upload in photos:
        photo = clean_photo(upload.read())
        ProjectFile.objects.create(
            project=project, report=report, note=note, by_id=by.pk, at=clock.now(),
            file=files.store(photo.jpeg, kind="photo", mime="image/jpeg"),
            thumb=files.store(photo.thumb, kind="thumb", mime="image/jpeg"),
        )  # fmt: skip


def visit(
    project: LivelihoodProject, *, by: Actor, text: str, on: date | None = None, photos: Iterable[UploadedFile] = ()
) -> LivelihoodProject:
    """视察: what a deputy saw on the spot."""
    text = clean_text(text, limit=NOTE_LIMIT, name="视察情况", pointer="text")
    on = on or clock.today()
    if on > clock.today():
        raise Invalid("on", "视察日期不能晚于今天。")
    with move(project, "visit", by=by, public_text=f"代表到现场视察（{on:%-m 月 %-d 日}）。"):
        add_photos(project, by, photos, note=add_note(project, by, NoteKind.VISIT, text, on))
    return project


# -- adjustment --------------------------------------------------------------------------------------------------------


def ask_adjustment(
    project: LivelihoodProject, *, by: Actor, kind: str, reason: str, letter_no: str = "", nodes: Nodes | None = None,
    **fields: Any,
) -> LivelihoodProject:  # fmt: skip
    """The unit's written request: what was decided is never edited, a further version is asked for (domain.md §4.5)."""
    if kind not in AdjustKind.values:
        raise Invalid("kind", "请选择调整内容还是取消项目。")
    reason = clean_text(reason, limit=REASON_LIMIT, name="理由", pointer="reason")
    letter_no = clean_text(letter_no, limit=40, name="文号", required=False, pointer="letter_no")
    with move(project, "ask_adjustment", by=by, public_text="责任单位申请调整，等有关机关决定。") as m:
        version = _wanted(project, nodes, fields) if kind == AdjustKind.CHANGE else None
        ProjectAdjustment.objects.create(
            project=project, no=project.adjustments.count() + 1, kind=kind, reason=reason, letter_no=letter_no,
            version=version, asked_at=clock.now(),
        )  # fmt: skip
        clocks.start(project, "forward", organ=_government(project), rules_of=project.organ)
        m.recorded = {"kind": kind}
    return project


def _wanted(project: LivelihoodProject, nodes: Nodes | None, fields: dict[str, Any]) -> ProjectVersion:
    now = project.version
    version = draft_after(now, project.versions.count() + 1)
    put_fields(version, fields)
    version.save()
    if nodes is not None:
        put_nodes(version, nodes)
    names = [f.attname for f in ProjectVersion._meta.concrete_fields if f.attname not in ("id", "no", "made_at", "frozen_at")]  # fmt: skip
    same = all(getattr(version, name) == getattr(now, name) for name in names)
    if same and [*version.nodes.values_list("due_on", "percent", "text")] == [
        (node.due_on, node.percent, node.text) for node in now.nodes.all()
    ]:
        raise Invalid("content", "与现行方案完全一样，请写明要调整成什么。")
    return version


def _government(project: LivelihoodProject) -> Organ:
    """Whose office passes the request on; the congress itself where no government stands beside it."""
    kinds = (OrganKind.GOVERNMENT, OrganKind.TOWN)
    return Organ.objects.filter(congress=project.organ_id, kind__in=kinds).order_by("path").first() or project.organ


def forward_adjustment(project: LivelihoodProject, *, by: Actor, letter_no: str = "") -> LivelihoodProject:
    """The government's office tables the request."""
    letter_no = clean_text(letter_no, limit=40, name="文号", required=False, pointer="letter_no")
    with move(project, "forward_adjustment", by=by, public_text="政府已报送调整申请。"):
        asked = project.adjustment
        asked.forwarded_at, asked.letter_no = clock.now(), letter_no or asked.letter_no
        asked.save(update_fields=["forwarded_at", "letter_no"])
        clocks.stop(project, "forward")
        clocks.start(project, "decide", organ=project.organ)
    return project


def decide_adjustment(
    project: LivelihoodProject, *, by: Actor, agreed: bool, decider: str, decided_on: date, document_no: str = ""
) -> LivelihoodProject:
    """What 常委会 or 主席团 decided: a new version holds and the old one is kept, or everything stays."""
    if decider not in Decider.values:
        raise Invalid("decider", "请选择作出决定的会议。")
    with move(project, "decide_adjustment", by=by) as m:
        asked = project.adjustment
        if not asked.asked_at.astimezone(clock.SHANGHAI).date() <= decided_on <= clock.today():
            raise Invalid("decided_on", "决定日期要在申请之后、今天以前。")
        asked.outcome, asked.decider, asked.decided_on = "agreed" if agreed else "refused", decider, decided_on
        asked.document_no = clean_text(document_no, limit=40, name="文号", required=False, pointer="document_no")
        asked.save()
        clocks.stop(project, "decide")
        meeting = f"{decided_on:%Y 年 %-m 月 %-d 日}{asked.get_decider_display()}"
        m.to("implementing")
        m.recorded = {"outcome": asked.outcome, "document_no": asked.document_no}
        if not agreed:
            m.public_text = f"{meeting}没有同意调整，按原方案实施。"
        elif asked.kind == AdjustKind.CANCEL:
            m.to("cancelled")
            clocks.drop(project)
            m.public_text = f"{meeting}同意取消。原因：{asked.reason}"
        else:
            _take_over(project, asked.version)
            m.public_text = f"{meeting}同意调整，第 {asked.version.no} 版开始执行。原因：{asked.reason}"
    return project


def _take_over(project: LivelihoodProject, version: ProjectVersion) -> None:
    freeze(version)
    moved = project.unit_id != version.unit_id
    project.current_no, project.unit, project.title = version.no, version.unit, version.title
    project.category = version.category
    clocks.start(project, "finish", organ=project.unit, until=max(version.ends_on, clock.today()))
    if moved:
        clocks.hand_to(project, "report", organ=project.unit)


# -- the end -----------------------------------------------------------------------------------------------------------


def accept_work(project: LivelihoodProject, *, by: Actor, note: str) -> LivelihoodProject:
    """验收: what was promised stands."""
    note = clean_text(note, limit=NOTE_LIMIT, name="验收情况", pointer="note")
    with move(project, "accept_work", by=by, public_text=f"已通过验收。{note}"):
        project.finished_at = clock.now()
        clocks.drop(project)
        clocks.start(project, "evaluate", organ=project.organ)
    return project


def carry_over(project: LivelihoodProject, *, by: Actor, reason: str) -> LivelihoodProject:
    """结转: not done within its year; it goes on in the next, under the same number."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="结转原因", pointer="reason")
    with move(project, "carry_over", by=by) as m:
        project.carried_to = (project.carried_to or project.round.year) + 1
        clocks.drop(project)
        m.public_text = f"没有在当年完成，转到 {project.carried_to} 年继续做。原因：{reason}"
    return project


def resume(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    with move(project, "resume", by=by, public_text="转入这一年，继续实施。"):
        owe_work(project, quarter_of(clock.today()))
    return project


def rate(project: LivelihoodProject, *, by: Actor, grade: str, text: str = "") -> LivelihoodProject:
    """满意度, by a deputy, once."""
    if grade not in Grade.values:
        raise Invalid("grade", "请选择满意、基本满意或不满意。")
    text = clean_text(text, limit=300, name="说明", required=grade == Grade.DISSATISFIED, pointer="text")
    with move(project, "rate", by=by):
        seat = seat_in(by, project.organ_id)
        ProjectRating.objects.create(project=project, kind=RaterKind.DEPUTY, seat_id=seat, grade=grade, text=text)
    return project


def evaluate(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """The evaluation is closed and published: deputies, phones and tablets counted apart."""
    with move(project, "evaluate", by=by) as m:
        project.result = counted(project.ratings.values_list("kind", "grade"))
        clocks.stop(project, "evaluate")
        total = sum(one["people"] for one in project.result.values())
        m.public_text = f"评价结果已公布，共 {total} 人评价。" if total else "评价期已过，没有人评价。"
    return project


def counted(ratings: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """By who rated: how many people and, from `FEW` up, how many said what."""
    by_kind: dict[str, Counter[str]] = {}
    for kind, grade in ratings:
        by_kind.setdefault(kind, Counter())[grade] += 1
    told = {}
    for kind in RaterKind.values:
        grades = by_kind.get(kind, Counter())
        people = grades.total()
        told[kind] = {"people": people, "grades": {g: grades[g] for g in Grade.values} if people >= FEW else None}
    return told
