"""The reports staff must produce (domain.md §10): which columns each has, and one report worked out for somebody.

A column says its own definition; every number carries the address of the list it counts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from accounts.models import Organ
from clocks import rules as policies
from deputies.models import Group, GroupMembership, Seat
from deputies.states import GroupKind
from ground import clock
from ground.templatetags.ui import zh_date, zh_day
from stations.models import Venue
from suggestions import owed
from suggestions.models import Commitment, Suggestion
from suggestions.queries import board
from suggestions.queries.counted import KINDS
from suggestions.queries.reported import Numbers, Period, Scope, in_period, numbers
from suggestions.states.commitment import ALIVE

MOST_LINES = 2000  # of a report that is a list; beyond it the list itself is the better page
FEW = "样本太少"


@dataclass(frozen=True)
class Link:
    """What a number counts; `address` makes it a link on the face where it is shown."""

    kind: str
    key: str
    n: int
    at: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Cell:
    """`text` as it is read; `links` are the numbers in it; `note` stands small below."""

    text: str
    links: tuple[Link, ...] = ()
    note: str = ""
    url: str = ""  # of a matter, in a report that is a list


# -- columns -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """How many; with `of`, also the share of another mark."""

    kind: str
    key: str
    of: str = ""

    @property
    def label(self) -> str:
        return KINDS[self.kind].marks[self.key].label

    @property
    def means(self) -> str:
        share = f"占比按“{KINDS[self.kind].marks[self.of].label}”算。" if self.of else ""
        return KINDS[self.kind].marks[self.key].means + share

    def cell(self, row: "Row") -> Cell:
        n = row.n(self.kind, self.key)
        note = percent(n, row.n(self.kind, self.of)) if self.of else ""
        return Cell(str(n), (row.link(self.kind, self.key),), note)


@dataclass(frozen=True)
class Rate:
    """A part of a whole, both of them numbers one can open."""

    label: str
    kind: str
    part: str
    whole: str

    @property
    def means(self) -> str:
        part, whole = (KINDS[self.kind].marks[key].label for key in (self.part, self.whole))
        return f"{self.label} = {part} ÷ {whole}。"

    def cell(self, row: "Row") -> Cell:
        text = percent(row.n(self.kind, self.part), row.n(self.kind, self.whole))
        return Cell(text or "—", (row.link(self.kind, self.part), row.link(self.kind, self.whole)))


@dataclass(frozen=True)
class Average:
    """Time a matter took on the average, in hours or days."""

    label: str
    kind: str
    minutes: str
    over: str

    @property
    def means(self) -> str:
        marks = KINDS[self.kind].marks
        return f"{marks[self.minutes].means.rstrip('。')}，除以“{marks[self.over].label}”的件数。节假日也算在内。"

    def cell(self, row: "Row") -> Cell:
        n = row.n(self.kind, self.over)
        return Cell(duration(row.n(self.kind, self.minutes) / n) if n else "—", (row.link(self.kind, self.over),))


@dataclass(frozen=True)
class Said:
    """What is worked out for the row before: a rank, a number of people."""

    label: str
    means: str

    def cell(self, row: "Row") -> Cell:
        return row.said.get(self.label, Cell("—"))


Column = Number | Rate | Average | Said


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def duration(minutes: float) -> str:
    hours = minutes / 60
    return f"{hours:.1f} 小时" if hours < 48 else f"{hours / 24:.1f} 天"


@dataclass
class Row:
    label: str
    found: dict[str, int] = field(default_factory=dict)
    at: tuple[tuple[str, int], ...] = ()
    said: dict[str, Cell] = field(default_factory=dict)
    is_total: bool = False

    def n(self, kind: str, key: str) -> int:
        return self.found.get(f"{kind}.{key}", 0)

    def link(self, kind: str, key: str) -> Link:
        return Link(kind, key, self.n(kind, key), self.at)


@dataclass(frozen=True)
class Table:
    title: str
    head: str
    columns: tuple[Column, ...]
    rows: list[tuple[str, list[Cell]]]
    turned: bool = False  # many columns, few rows: shown with the columns downwards

    @property
    def is_list(self) -> bool:
        """Its rows are matters, not numbers."""
        return any(cell.url for _, cells in self.rows[:1] for cell in cells)

    @property
    def says_how(self) -> bool:
        return not self.turned and any(column.means for column in self.columns)

    @property
    def lines(self) -> Iterator[tuple[Column, list[Cell]]]:
        for place, column in enumerate(self.columns):
            yield column, [cells[place] for _, cells in self.rows]


@dataclass(frozen=True)
class Report:
    code: str
    title: str
    period: Period
    scope: Scope
    by_month: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)

    def address(self, link: Link) -> str:
        """What the list behind a number is asked with."""
        asked: dict[str, Any] = {"kind": link.kind, "key": link.key, "period": self.period.code}
        if self.scope.role in ("office", "government"):
            asked["organ"] = self.scope.organ.code
        if self.scope.below:
            asked["below"] = "1"
        if self.scope.role == "unit":
            asked["unit"] = self.scope.organ.code
        if self.scope.role == "station":
            asked["station"] = self.scope.venue.code
        return urlencode(asked | {f"at_{place}": pk for place, pk in (*self.scope.at, *link.at)})


# -- what each report shows --------------------------------------------------------------------------------------------

S, A, C, O = "suggestion", "assignment", "commitment", "opinion"  # noqa: E741


def _grades(kind: str, axis: str, name: str) -> tuple[Column, ...]:
    three = tuple(Number(kind, f"{axis}:{code}", "rated") for code in ("satisfied", "basically", "dissatisfied"))
    return (
        *three,
        Rate(f"{name}满意率", kind, f"{axis}:pleased", "rated"),
        Rate(f"{name}满意率（不含基本满意）", kind, f"{axis}:satisfied", "rated"),
    )


HANDLING = (
    Number(S, "total"), Number(S, "session"), Number(S, "between"), Number(S, "withdrawn"), Number(S, "assigned"),
    Number(S, "signed"), Number(S, "answered"), Rate("办复率", S, "answered", "assigned"), Number(S, "timely"),
    Rate("按期办复率", S, "timely", "assigned"), Number(S, "closed"), Rate("办结率", S, "closed", "assigned"),
    Number(S, "met"), Rate("面复率", S, "met", "answered"),
    *(Number(S, f"class:{code}", "answered") for code in "ABCD"),
    Rate("落实率", S, "fulfilled", "assigned"),
    *_grades(S, "result", "结果"), *_grades(S, "attitude", "态度"), Number(S, "unrated"), Number(S, "redo"), Number(S, "returned"),
    Number(S, "extended"), Number(S, "late"), Number(S, "overdue"), Number(S, "unkept"), Number(S, "key"),
)  # fmt: skip
RANK = Said("排名", "按结果满意率（含基本满意）排，只在整年的报表里排；已评价的件数不到下限的不排，写“样本太少”。")
UNITS = (
    Number(A, "main"), Number(A, "separate"), Number(A, "assist"), Number(A, "assist_late"), Rate("签收及时率", A, "sign_timely", "handed"),
    Number(A, "objected"), Rate("首次联系及时率", A, "contact_timely", "owed"), Number(A, "replied"), Rate("按期率", A, "timely", "owed"),
    Number(A, "late"), Number(A, "overdue"), Rate("满意率", A, "result:pleased", "rated"),
    Rate("满意率（不含基本满意）", A, "result:satisfied", "rated"), Number(A, "unrated"), Rate("A类率", A, "class:A", "replied"),
    Number(A, "redo"), Number(A, "returned"), Number(A, "extended"), Rate("承诺兑现率", C, "kept", "ended"), RANK,
)  # fmt: skip
OPINIONS = (
    Number(O, "received"), Number(O, "guided"), Number(O, "withdrawn"), Number(O, "owed"), Number(O, "closed"),
    Rate("办结率", O, "closed", "owed"), Average("接单时长", O, "claim_minutes", "claimed"),
    Average("办结时长", O, "close_minutes", "closed"), Rate("解决率", O, "solved", "worded"),
    Rate("满意率", O, "pleased", "rated"), Rate("满意率（不含基本满意）", O, "satisfied", "rated"), Number(O, "unrated"),
    Number(O, "entered"), Number(O, "self_solved"), Number(O, "shared"), Number(O, "referred"), Number(O, "suggested"),
    Number(O, "reopened"), Number(O, "unsettled"),
)  # fmt: skip
STATIONS = (
    Number(O, "received"), Number(O, "channel:station"), Number(O, "direct"), Number(O, "referred"), Number(O, "suggested"),
    Number(O, "owed"), Number(O, "closed"), Rate("办结率", O, "closed", "owed"), Rate("解决率", O, "solved", "worded"),
    Rate("满意率", O, "pleased", "rated"), Rate("满意率（不含基本满意）", O, "satisfied", "rated"), Number(O, "entered"),
    Number(O, "self_solved"), Number(O, "reopened"),
)  # fmt: skip
DEPUTIES = Said("代表数", "现任代表的人数。")
RAISERS = Said("提出人数", "领衔或联名提出过代表建议的人数。")
RAISED = Said("提出率", "提出率 = 提出人数 ÷ 代表数。")
EACH = Said("人均", "人均 = 领衔件数 ÷ 代表数。")
GROUPS = (DEPUTIES, RAISERS, RAISED, Number("led", "n"), Number("cosigned", "n"), EACH)

Maker = Callable[[Scope, Period, Any], tuple[list[Table], list[str]]]


def make(code: str, scope: Scope, period: Period, actor: Any) -> Report:
    title, kind, maker = REPORTS[code]
    tables, notes = maker(scope, period, actor)
    return Report(code, title, period, scope, KINDS[kind].by_month if kind else "", tables, notes)


def _table(title: str, head: str, columns: tuple[Column, ...], rows: Iterable[Row], *, turned: bool = False) -> Table:
    listed = [*rows]
    return Table(title, head, columns, [(row.label, [c.cell(row) for c in columns]) for row in listed], turned)


def _total(found: Numbers, label: str = "合计") -> Row:
    total: dict[str, int] = {}
    for cell in found.values():
        for name, n in cell.items():
            total[name] = total.get(name, 0) + n
    return Row(label, total, is_total=True)


def _rows(found: Numbers, place: str, names: dict[int, Any], none: str) -> list[Row]:
    """A row for each place that has numbers, as the names sort; the total in front where there are several."""
    known = sorted((pk for (pk,) in found if pk in names), key=lambda pk: str(getattr(names[pk], "code", "")))
    rows = [Row(str(names[pk]), found[pk,], ((place, pk),)) for pk in known]
    if found.get((None,)):
        rows.append(Row(none, found[None,], ((place, 0),)))
    return [_total(found), *rows] if len(rows) > 1 else rows or [_total(found)]


def _handling(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    found = numbers([S], scope, period, "congress", actor=actor)
    names = Organ.objects.in_bulk([pk for (pk,) in found if pk])
    return [_table("", "人大", HANDLING, _rows(found, "congress", names, "—"), turned=True)], []


def _fields(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    return [_split("", S, "field", "领域", "total", scope, period, actor)], []


def _split(
    title: str, kind: str, prefix: str, head: str, whole: str, scope: Scope, period: Period, actor: Any,
    found: Numbers | None = None,
) -> Table:  # fmt: skip
    """How many of each choice, and the share."""
    total = _total(found if found is not None else numbers([kind], scope, period, actor=actor, live=False))
    n = total.n(kind, whole)
    columns = (Said("件数", f"{KINDS[kind].marks[whole].means}"), Said("占比", "占全部件数的比例。"))
    rows = []
    for key, mark in KINDS[kind].marks.items():
        if key.startswith(f"{prefix}:"):
            m = total.n(kind, key)
            said = {"件数": Cell(str(m), (total.link(kind, key),)), "占比": Cell(percent(m, n) or "—")}
            rows.append(Row(mark.label, said=said))
    said = {"件数": Cell(str(n), (total.link(kind, whole),)), "占比": Cell("100%" if n else "—")}
    return _table(title, head, columns, [*rows, Row("合计", said=said)])


def _units(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    found = numbers([A, C], scope, period, "organ", actor=actor)
    rows = _rows(found, "organ", Organ.objects.in_bulk([pk for (pk,) in found if pk]), "—")
    _rank([row for row in rows if not row.is_total], scope, period)
    columns = tuple(column for column in UNITS if column is not RANK) if scope.role == "unit" else UNITS
    return [_table("", "承办单位", columns, rows, turned=scope.role == "unit")], []


def _rank(rows: list[Row], scope: Scope, period: Period) -> None:
    """Places by satisfaction within the whole year; equals share a place, a small sample has none (peers.md C.7)."""
    floor = policies.value("reports.rank_floor", scope.organ)
    ranked = {id(row): row.n(A, "result:pleased") / row.n(A, "rated") for row in rows if row.n(A, "rated") >= floor}
    for row in rows:
        if not period.is_year:
            row.said[RANK.label] = Cell("—")
        elif id(row) in ranked:
            row.said[RANK.label] = Cell(str(1 + sum(rate > ranked[id(row)] for rate in ranked.values())))
        else:
            row.said[RANK.label] = Cell(FEW)


def _groups(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    """Delegations and groups as they are made up today; who belongs to several groups counts in each."""
    by_seat = numbers(["led", "cosigned"], scope, period, "seat", actor=actor)
    seats = Seat.objects.filter(organ=scope.organ, state="active")
    delegations = dict(seats.values_list("pk", "delegation"))
    members: dict[int, set[int]] = {}
    for seat, group in delegations.items():
        if group:
            members.setdefault(group, set()).add(seat)
    for group, seat in GroupMembership.objects.filter(seat__in=seats.values("pk")).values_list("group", "seat"):
        members.setdefault(group, set()).add(seat)
    groups = Group.objects.filter(organ=scope.organ).order_by("name")
    tables = []
    for title, listed in (("代表团", [g for g in groups if g.kind == GroupKind.DELEGATION]),
                          ("代表小组", [g for g in groups if g.kind != GroupKind.DELEGATION])):  # fmt: skip
        rows = [_group(g.name, members.get(g.pk, set()), by_seat, (("group", g.pk),)) for g in listed]
        if title == "代表团":
            rows.append(_group("全体现任代表", set(delegations), by_seat, (("group", 0),)))
        if rows:
            tables.append(_table(title, title, GROUPS, rows))
    return tables, ["代表团和小组按今天的名单算；只算现任代表。优秀建议的评选还没有开始使用，表中没有这一栏。"]


def _group(name: str, seats: set[int], by_seat: Numbers, at: tuple[tuple[str, int], ...]) -> Row:
    cells = [by_seat[seat,] for seat in seats if (seat,) in by_seat]
    row = Row(name, {f"{kind}.n": sum(cell.get(f"{kind}.n", 0) for cell in cells) for kind in ("led", "cosigned")}, at)
    raisers, led = sum(any(cell.values()) for cell in cells), row.n("led", "n")
    row.said = {
        DEPUTIES.label: Cell(str(len(seats)), (Link("seats", "all", len(seats), at),)),
        RAISERS.label: Cell(str(raisers), (Link("seats", "raised", raisers, at),)),
        RAISED.label: Cell(percent(raisers, len(seats)) or "—"),
        EACH.label: Cell(f"{led / len(seats):.2f}" if seats else "—"),
    }
    return row


def _opinions(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    found = numbers([O], scope, period, "organ", actor=actor)
    rows = _rows(found, "organ", Organ.objects.in_bulk([pk for (pk,) in found if pk]), "不在镇街")
    tables = [_table("办理情况", "镇街", OPINIONS, rows, turned=True)]
    for prefix, head in (("category", "类别"), ("channel", "渠道"), ("urgency", "紧急程度")):
        tables.append(_split(f"按{head}", O, prefix, head, "received", scope, period, actor, found))
    return tables, [NOT_SEEN]


def _stations(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    found = numbers([O], scope, period, "venue", actor=actor)
    names = Venue.objects.in_bulk([pk for (pk,) in found if pk])
    rows = _rows(found, "venue", names, "没有联络站的")
    return [_table("", "联络站", STATIONS, rows, turned=scope.role == "station")], [
        NOT_SEEN,
        NOT_YET,
    ]


NOT_YET = "接待、活动和进站登记还没有开始使用，表中没有这些栏。"
NOT_SEEN = "设了回避的意见，只在您有权看到时计入。"

# -- reports that are lists --------------------------------------------------------------------------------------------


def _listed(head: str, labels: tuple[str, ...], lines: list[tuple[Cell, list[str]]]) -> Table:
    """Rows are matters: the first column leads to the matter."""
    columns = tuple(Said(label, "") for label in labels)
    return Table("", head, columns, [(str(n), [first, *map(Cell, rest)]) for n, (first, rest) in enumerate(lines, 1)])


def _key(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    rows = in_period(KINDS[S].rows().filter(scope.of_rows(KINDS[S]), key_supervision__isnull=False), period, "met_in")
    rows = (
        Suggestion.objects.filter(pk__in=rows.values("pk"))
        .visible_to(actor)
        .order_by("register_series", "register_ordinal")
    )
    rows = rows.select_related("lead__deputy", "key_supervision__leader__deputy", "key_supervision__committee")
    replies = "assignments__replies"
    lines = [
        (
            Cell(s.register_short or s.number, url=s.number),
            [s.title, s.lead.deputy.name, s.key_supervision.leader.deputy.name, str(s.key_supervision.committee),
             "、".join(str(a.organ) for a in s.assignments.all() if a.is_main and a.is_live), s.get_state_display(), _result(s)],
        )
        for s in rows.prefetch_related("assignments__organ", f"{replies}__corrections", f"{replies}__returned")[:MOST_LINES]
    ]  # fmt: skip
    return [_listed("序号", ("编号", "题目", "领衔代表", "督办领导", "督办专委", "主办", "进度", "结果"), lines)], []


def _result(suggestion: Suggestion) -> str:
    """The worst class of the replies that stand."""
    stands = [r for a in suggestion.assignments.all() if a.is_main and a.is_live for r in a.issued if not r.is_returned]
    return max((f"{reply.result_class} 类" for reply in stands), default="")


def _promises(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    rows = in_period(KINDS[C].rows().filter(scope.of_rows(KINDS[C])), period, "met_in").exclude(state="replaced")
    seen = Commitment.objects.filter(
        pk__in=rows.values("pk"), suggestion__in=Suggestion.objects.visible_to(actor).values("pk")
    )
    seen = seen.select_related("suggestion", "assignment__organ").prefetch_related(
        "reports", "ratings", "change_requests"
    )
    lines = []
    for c in seen.order_by("due_on", "pk")[:MOST_LINES]:
        moved = [change for change in c.change_requests.all() if change.accepted]
        told, rated = list(c.reports.all()), list(c.ratings.all())
        until = f"{zh_day(c.due_on)}" + (f"（改期 {len(moved)} 次）" if moved else "")
        late = "，已过期" if c.state in ALIVE and c.due_on < clock.today() else ""
        lines.append((
            Cell(c.suggestion.register_short or c.suggestion.number, url=c.suggestion.number),
            [c.text, until, str(c.assignment.organ), told[-1].text[:60] if told else "", c.get_state_display() + late,
             rated[-1].get_result_display() if rated else ""],
        ))  # fmt: skip
    totals = numbers([C], scope, period, actor=actor)
    counts = tuple(Number(C, key) for key in ("made", "alive", "kept", "unkept"))
    return [
        _table("合计", "范围", (*counts, Rate("承诺兑现率", C, "kept", "ended")), [_total(totals, "承诺")]),
        _listed("序号", ("编号", "承诺内容", "时限", "单位", "进展", "兑现", "代表二次评价"), lines),
    ], []


def _overdue(scope: Scope, period: Period, actor: Any) -> tuple[list[Table], list[str]]:
    """What is late or nearly so at this moment, whatever the period."""
    rows = board.owed(actor).filter(Q(due_at__lt=clock.now()) | Q(orange_at__lte=clock.now()))
    lines = [
        (Cell(row.number, url=row.url), [row.title, row.what, row.holder, zh_date(row.due["at"]), row.due["words"]])
        for row in owed.rows(
            rows.select_related("organ", "user").order_by("due_at", "pk")[:MOST_LINES], actor, helps=False
        )
    ]  # fmt: skip
    return [_listed("序号", ("件号", "题目", "未办的事", "单位", "期限", "剩余或超期"), lines)], [
        f"这张表说的是此刻：{zh_date(clock.now())}。"
    ]


# code → title, kind whose months are meant, what makes it
REPORTS: dict[str, tuple[str, str, Maker]] = {
    "handling": ("代表建议办理情况总表", S, _handling),
    "fields": ("按领域", S, _fields),
    "units": ("按承办单位", A, _units),
    "groups": ("按代表团、小组", "led", _groups),
    "key": ("重点督办表", S, _key),
    "promises": ("承诺事项跟踪表", C, _promises),
    "overdue": ("逾期预警", "", _overdue),
    "opinions": ("群众意见分析", O, _opinions),
    "stations": ("联络站运行表", O, _stations),
}
