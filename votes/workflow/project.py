"""Verbs of a project in the hands of the congress's office and its deputies, up to the ballot (domain.md §4.2, §4.3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Organ
from clocks import workflow as clocks
from ground import clock
from ground.errors import Invalid
from ground.masking import mask
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor, move
from suggestions.models import Opinion, Suggestion
from votes.models import LivelihoodProject, Node, ProjectLink, ProjectNote, ProjectSupport, ProjectVersion, Round
from votes.rules.project import seat_in
from votes.states import Field, NoteKind, ScreenReason
from votes.workflow.proposal import TEXT_LIMIT, TITLE_LIMIT, publish_if_fit

REASON_LIMIT, LONG_LIMIT, NOTE_LIMIT = 500, 2000, 1000
MOST_YEARS = 10
SHORT = {"target": 300, "place": 120, "funding": 200, "leader": 60, "helpers": 200, "beneficiaries": 200}
LONG = ("content", "feasibility")
HEADS = ("pooled", "shortlisted", "candidate")  # what others may be merged into
VERSION_FIELDS = [field.name for field in ProjectVersion._meta.concrete_fields if not field.primary_key]
Nodes = Sequence[tuple[date, int, str]]  # due on, per cent, what stands then


def accept(project: LivelihoodProject, *, by: Actor, public_text: str = "") -> LivelihoodProject:
    """Into the pool (储备库). `public_text` corrects what everybody may read."""
    with move(project, "accept", by=by, public_text="已收进项目库。") as m:
        if public_text:
            checked = clean_text(public_text, limit=TEXT_LIMIT, name="公开文字", pointer="public_text")
            project.masked_text = mask(checked).text
        clocks.stop(project, "screen")
        m.leave()
        publish_if_fit(project)
    return project


def screen_out(project: LivelihoodProject, *, by: Actor, reason_code: str, public_reason: str) -> LivelihoodProject:
    """Not taken up, with a reason everybody who proposed or supports it can read."""
    if reason_code not in ScreenReason.values:
        raise Invalid("reason_code", "请从所列的原因中选一个。")
    public_reason = clean_text(public_reason, limit=REASON_LIMIT, name="公开说明", pointer="public_reason")
    with move(project, "screen_out", by=by) as m:
        project.screen_reason, project.public_reason = reason_code, public_reason
        clocks.stop(project, "screen")
        m.recorded = {"reason_code": reason_code}
        m.public_text = f"没有列入：{ScreenReason(reason_code).label}。{public_reason}"
    return project


def merge(project: LivelihoodProject, *, by: Actor, into: str) -> LivelihoodProject:
    """Joins it to a like one of the same congress: supports and links go along, whoever proposed it hears of the other."""
    head = LivelihoodProject.objects.filter(number=into.strip().upper(), organ=project.organ_id).first()
    if head is None or head.pk == project.pk or head.state not in HEADS:
        raise Invalid("into", "没有找到可以并入的项目，请核对编号：要是同一个人大的、已入库的项目。")
    with move(project, "merge", by=by, public_text=f"与“{head.title}”（{head.number}）一并考虑。") as m:
        project.merged_into = head
        project.members.update(merged_into=head)
        rows = project.supports.values_list("phone_index", "area")
        moved = [ProjectSupport(project=head, phone_index=bytes(index), area=area) for index, area in rows]
        ProjectSupport.objects.bulk_create(moved, ignore_conflicts=True)
        links = [ProjectLink(project=head, opinion_id=link.opinion_id, suggestion_id=link.suggestion_id, at=link.at)
                 for link in project.links.all()]  # fmt: skip
        ProjectLink.objects.bulk_create(links, ignore_conflicts=True)
        clocks.stop(project, "screen")
        m.recorded = {"into": head.number}
    return project


def link(
    project: LivelihoodProject, *, by: Actor, opinions: Iterable[str] = (), suggestions: Iterable[str] = ()
) -> LivelihoodProject:
    """来源: opinions and suggestions that ask for the same, by their numbers, as far as `by` may see them."""
    with move(project, "link", by=by) as m:
        told: list[str] = []
        for numbers, model, name in ((opinions, Opinion, "opinion"), (suggestions, Suggestion, "suggestion")):
            wanted = {number.strip().upper() for number in numbers if number.strip()}
            rows = {row.number: row for row in model.objects.visible_to(by).filter(number__in=wanted)}
            if missing := wanted - set(rows):
                raise Invalid(f"{name}s", f"没有找到 {'、'.join(sorted(missing))}，请核对编号。")
            fresh = [ProjectLink(project=project, at=clock.now(), **{name: row}) for row in rows.values()]
            ProjectLink.objects.bulk_create(fresh, ignore_conflicts=True)
            told += sorted(rows)
        if not told:
            raise Invalid("opinions", "请至少填写一个编号。")
        m.recorded = {"linked": told}
    return project


def shortlist(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """初步候选: its first version begins with the words of the proposal."""
    with move(project, "shortlist", by=by, public_text="列为初步候选项目。"):
        former = project.version  # of an earlier round, where it was not chosen
        project.current_no += 1
        version = ProjectVersion(
            project=project,
            title=project.title,
            category=project.category,
            content=project.masked_text,
            place=project.place,
        )
        draft_after(former or version, project.current_no)
        publish_if_fit(project)
    return project


def draft_after(former: ProjectVersion, no: int) -> ProjectVersion:
    """The next version, open to change: everything as it was, its nodes too."""
    nodes = list(former.nodes.all()) if former.pk else []
    kept = [name for name in VERSION_FIELDS if name not in ("no", "made_at", "frozen_at")]
    fresh = ProjectVersion.objects.create(
        no=no, made_at=clock.now(), **{name: getattr(former, name) for name in kept}
    )  # fmt: skip
    Node.objects.bulk_create(
        Node(version=fresh, no=one.no, due_on=one.due_on, percent=one.percent, text=one.text) for one in nodes
    )
    return fresh


def edit(project: LivelihoodProject, *, by: Actor, nodes: Nodes | None = None, **fields: Any) -> LivelihoodProject:
    """Candidate material, filled in bit by bit until it is frozen. Raises Invalid beside the field that is wrong."""
    with move(project, "edit", by=by):
        version = project.version
        put_fields(version, fields)
        version.save()
        if nodes is not None:
            put_nodes(version, nodes)
        project.title, project.category, project.unit = version.title, version.category, version.unit
    return project


def put_fields(version: ProjectVersion, fields: Mapping[str, Any]) -> None:
    """Lays checked fields of §4.3 on a version; what is not given stays."""
    for name, value in fields.items():
        match name:
            case "title":
                value = clean_text(value, limit=TITLE_LIMIT, name="项目名称", pointer=name)
            case "category":
                if value not in Field.values:
                    raise Invalid(name, "请从所列的类别中选一个。")
            case "total_cost" | "year_cost":
                value = money(value, name)
            case "unit":
                if value is not None and not isinstance(value, Organ):
                    raise Invalid(name, "请选择责任单位。")
            case "lng" | "lat":
                most = 180 if name == "lng" else 90
                if value is not None and not -most <= value <= most:
                    raise Invalid(name, "坐标不正确。")
            case "starts_on" | "ends_on":
                check_day(value, name)
            case _ if name in SHORT or name in LONG:
                label = ProjectVersion._meta.get_field(name).verbose_name
                value = clean_text(value, limit=SHORT.get(name, LONG_LIMIT), name=label, required=False, pointer=name)
            case _:
                raise TypeError(f"a version has no {name}")
        setattr(version, name, value)
    if (version.total_cost is None) != (version.year_cost is None):
        raise Invalid("year_cost", "总投资和当年投资要一起填写。")
    if version.total_cost is not None and version.year_cost > version.total_cost:
        raise Invalid("year_cost", "当年投资不能多于总投资。")
    if version.starts_on and version.ends_on and version.ends_on < version.starts_on:
        raise Invalid("ends_on", "完工日期不能早于开工日期。")


def check_day(day: date | None, pointer: str) -> None:
    """A day a project can be meant for."""
    if day is not None and abs(day.year - clock.today().year) > MOST_YEARS:
        raise Invalid(pointer, f"日期不正确，请填写前后 {MOST_YEARS} 年以内的日期。")


def money(value: Any, pointer: str) -> Decimal | None:
    """万元, two places; None where nothing was given."""
    if value is None:
        return None
    value = Decimal(value).quantize(Decimal("0.01"))
    if not 0 <= value < 10**9:
        raise Invalid(pointer, "金额不正确，请按万元填写。")
    return value


def put_nodes(version: ProjectVersion, nodes: Nodes) -> None:
    """The nodes in their order: days and shares rise, the last one is the whole."""
    if not 1 <= len(nodes) <= 12:
        raise Invalid("nodes", "请填写 1 到 12 个节点。")
    days, shares = [day for day, _, _ in nodes], [percent for _, percent, _ in nodes]
    if days != sorted(set(days)) or shares != sorted(set(shares)) or shares[0] < 1 or shares[-1] != 100:
        raise Invalid("nodes", "节点要按日期先后填写，进度一个比一个大，最后一个是 100。")
    if version.starts_on and version.ends_on and not (version.starts_on <= days[0] and days[-1] <= version.ends_on):
        raise Invalid("nodes", "节点日期要在开工和完工之间。")
    check_day(days[0], "nodes")
    check_day(days[-1], "nodes")
    version.nodes.all().delete()
    Node.objects.bulk_create(
        Node(version=version, no=n, due_on=day, percent=percent, text=clean_text(text, limit=200, name="节点内容", pointer="nodes"))
        for n, (day, percent, text) in enumerate(nodes, 1)
    )  # fmt: skip


def note(project: LivelihoodProject, *, by: Actor, text: str) -> LivelihoodProject:
    """A deputy's view while the congress's committee reviews the candidates."""
    text = clean_text(text, limit=NOTE_LIMIT, name="审议意见", pointer="text")
    with move(project, "note", by=by):
        add_note(project, by, NoteKind.NOTE, text, clock.today())
    return project


def add_note(project: LivelihoodProject, by: Actor, kind: str, text: str, on: date) -> ProjectNote:
    seat = seat_in(by, project.organ_id)
    return ProjectNote.objects.create(project=project, kind=kind, seat_id=seat, text=text, on=on, at=clock.now())


def nominate(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """正式候选: from here on its material is frozen."""
    with move(project, "nominate", by=by, public_text="列为正式候选项目，等代表票决。"):
        freeze(project.version)
    return project


def freeze(version: ProjectVersion) -> None:
    version.frozen_at = clock.now()
    version.save(update_fields=["frozen_at"])


def repool(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """What was not chosen this time stays a need: back into the pool, for the next round."""
    with move(project, "repool", by=by, public_text="放回项目库，下一年再考虑。"):
        project.round = Round.objects.filter(organ=project.organ_id, state="collecting").first()
    return project


def decide(project: LivelihoodProject, *, is_elected: bool, poll: str, words: str) -> None:
    """What the ballot says, by the system alone (votes/workflow/ballots.py)."""
    said = f"代表票决选定{words}。" if is_elected else f"代表票决没有选上{words}。"
    with move(project, "elect" if is_elected else "miss", by=SYSTEM, public_text=said) as m:
        m.recorded = {"poll": poll}
