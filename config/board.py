"""The console's first page and its menu: what waits, where and since when; every number leads to the list behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.imports import tables_of
from accounts.rules import holds
from accounts.states import ADMINISTRATORS
from clocks import rules
from ground import clock
from ground.templatetags.ui import WEEKDAYS, zh_day
from ground.workdays import Span
from suggestions import owed
from suggestions.queries import board as desk
from suggestions.rules.desk import is_government_office, is_secretariat, keeps_congress, keeps_office, may_open
from votes.queries.owed import waiting_at
from votes.rules.assembly import opens_assemblies
from votes.rules.duty import opens_duty
from votes.rules.inquiry import opens_inquiries
from votes.rules.judicial import opens_judicial
from votes.rules.poll import opens_polls
from votes.rules.round import opens_rounds

STUCK = 8  # rows of 卡住的事
MOVED_WITHIN = timedelta(days=14)

# -- the menu ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    icon: str
    label: str
    url: str
    count: int = 0
    late: bool = False
    here: bool = False


@dataclass
class Group:
    label: str
    entries: list[Entry] = field(default_factory=list)


# page, icon, label, and the tally it shows
WORK = (
    ("review", "file-check", "审核登记"),
    ("assign", "send", "交办台"),
    ("supervise", "bell", "督办台"),
)
MATTERS = (
    ("opinions", "message-square", "群众意见"),
    ("suggestions", "file-text", "代表建议"),
    ("replies", "badge-check", "答复把关"),
    ("ratings", "star", "评价与分歧"),
    ("reports", "bar-chart-3", "统计报表"),
    ("hotspots", "flame", "热点"),
    ("routing", "route", "智能交办"),
    ("rounds", "hammer", "民生实事"),
    ("polls", "vote", "票决"),
    ("assemblies", "users-round", "议事代表会"),
    ("assembly-opinions", "message-square-quote", "议事代表意见"),
    ("inquiries", "message-circle-question-mark", "专题询问"),
    ("deliberations", "gavel", "审议意见"),
    ("appraisals", "clipboard-check", "工作评议"),
    ("rectifications", "clipboard-list", "整改清单"),
    ("duty-sessions", "mic-vocal", "述职评议"),
    ("judicial-appraisals", "scale", "法官检察官评议"),
)
KEPT = (
    ("posters", "qr-code", "代表码海报"),
    ("ledger", "scroll-text", "建议台账"),
    ("imports", "file-up", "导入"),
    ("rollovers", "landmark", "换届"),
    ("mends", "wrench", "计数更正"),
    ("handovers", "repeat", "交接方案"),
    ("undelivered", "mail-x", "未送达消息"),
    ("jobs", "hourglass", "后台任务"),
)
OPENED_BY = {  # pages of the room of votes say so themselves
    "polls": opens_polls,
    "rounds": opens_rounds,
    "assemblies": opens_assemblies,
    "assembly-opinions": opens_assemblies,
    "duty-sessions": opens_duty,
    "judicial-appraisals": opens_judicial,
    **dict.fromkeys(("inquiries", "deliberations", "appraisals", "rectifications"), opens_inquiries),
}
PARTS = {  # whose pages of verbs belong to which entry
    "suggestions": ("assignments", "commitments"),
    "rounds": ("projects",),
    "assemblies": ("assembly-members", "assembly-meetings"),
    "duty-sessions": ("duty-reports", "duty-unreported"),
}
OPENED_AS = {"undelivered": "messages", "ledger": "suggestions", "rollovers": "handovers"}
ICONS = {
    "deputy": "user-round",
    "seat": "id-card",
    "group": "users-round",
    "term": "landmark",
    "plenary": "calendar-check",
    "venue": "map-pin",
    "organ": "building-2",
    "region": "map",
    "user": "users",
    "post": "key-round",
    "holiday": "calendar-days",
    "rulepolicy": "scroll-text",
    "subjectunit": "table-2",
}


def menu(request: HttpRequest) -> list[Group]:
    """What this person may open, with how many wait there; a few aggregate queries, whatever the page."""
    user = request.user
    counts, late = _counts(user) if _has_desk(user) else ({}, False)
    groups = [Group("工作台", [_entry(request, "", "layout-dashboard", "工作看板")])]
    for label, listed in (("", WORK), ("办理", MATTERS)):
        entries = [
            _entry(request, name, icon, words, counts.get(name, 0), late and name == "supervise")
            for name, icon, words in listed
            if (OPENED_BY[name](user) if name in OPENED_BY else may_open(user, name))
        ]
        if label:
            groups.append(Group(label, entries))
        else:
            groups[0].entries += entries
    groups.append(Group("基础数据", [*_reference(request), *(
        _entry(request, name, icon, words) for name, icon, words in KEPT if _opens(user, name)
    )]))  # fmt: skip
    return [group for group in groups if group.entries]


def _opens(user: Any, name: str) -> bool:
    return name == "jobs" or (bool(tables_of(user)) if name == "imports" else may_open(user, OPENED_AS.get(name, name)))


def _entry(request: HttpRequest, name: str, icon: str, label: str, count: int = 0, late: bool = False) -> Entry:
    url = reverse(f"admin:{name or 'index'}")
    here = request.path == url if not name else request.path.startswith(url) or _belongs(request.path, name)
    return Entry(icon, label, url, count, late, here)


def _belongs(path: str, name: str) -> bool:
    """Whether a page is one of a part, whose menu entry is that of its whole."""
    root = reverse("admin:index")
    return path.startswith(tuple(f"{root}{part}/" for part in PARTS.get(name, ())))


def _reference(request: HttpRequest) -> Iterable[Entry]:
    """Reference data the person keeps, in one order whatever the rooms are called."""
    models = {model._meta.model_name: (model, keeper) for model, keeper in admin.site._registry.items()}
    listed = [name for name in ICONS if name in models] + sorted(set(models) - set(ICONS))
    for name in listed:
        model, keeper = models[name]
        if not keeper.has_module_permission(request):
            continue
        url = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
        yield Entry(
            ICONS.get(name, "table"), str(model._meta.verbose_name_plural), url, here=request.path.startswith(url)
        )


def post_of(user: Any) -> dict[str, str]:
    """organ and role one acts in; of several posts the first that opens the console."""
    posts = list(user.posts.live().select_related("organ").order_by("pk"))
    desks = [post for post in posts if post.role in (*desk.DESKS, *ADMINISTRATORS)] or posts
    if not desks:
        return {"organ": "", "role": ""}
    more = f"等 {len(desks)} 个岗位" if len(desks) > 1 else ""
    return {"organ": str(desks[0].organ), "role": f"{desks[0].title or desks[0].get_role_display()}{more}"}


def _has_desk(user: Any) -> bool:
    return holds(user, *desk.DESKS)


def _counts(user: Any) -> tuple[dict[str, int], bool]:
    """page → how many wait there for this person's office; and whether anything is late."""
    suggestions, parts = desk.suggestion_tallies(user), desk.assignment_tallies(user)
    opinions = desk.opinion_tallies(user) if may_open(user, "opinions") else {"screening": 0, "mine": 0}
    hands_over = keeps_congress(user) or is_secretariat(user)
    late = desk.late(desk.owed(user)).count() if may_open(user, "supervise") else 0
    to_assign = (suggestions["registered"] if hands_over else 0) + (
        parts["undispatched"] if is_government_office(user) else 0
    )
    counts = {
        "review": (suggestions["submitted"] if hands_over else 0)
        + (opinions["screening"] if keeps_office(user) else 0),
        "assign": to_assign,
        "supervise": late,
        "opinions": opinions["mine"],
        "replies": parts["returnable"],
        "ratings": parts["attitudes"] + parts["mediating"],
    }
    return counts, late > 0


# -- the board ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """One figure that leads to its list."""

    label: str
    n: int
    url: str
    tone: str = "neutral"
    since: str = ""
    where: str = ""


def board(request: HttpRequest) -> dict[str, Any]:
    """The first page: one sentence, eight tiles, what is stuck and with whom, where it is late, which dates moved."""
    user = request.user
    today = clock.today()
    context: dict[str, Any] = {
        "title": "工作看板",
        "heading": f"{zh_day(today)}（周{WEEKDAYS[today.weekday()]}）要处理的事",
    }
    if not _has_desk(user):
        return {**context, "heading": "工作看板", "is_keeper": True, "say": _count_to_come(user)}
    units = desk.late_by_unit(user)
    stuck = owed.rows(desk.stuck(user)[:STUCK], user)
    return {
        **context,
        "say": _sentence(user, stuck),
        "tiles": _tiles(user, units),
        "stuck": stuck,
        "units": units[:6],
        "most": max((row["n"] for row in units), default=1),
        "late": sum(row["n"] for row in units),
        "moves": _moves(user),
        "crowds": _crowds(user) if may_open(user, "opinions") else [],
    }


def _count_to_come(user: Any) -> SafeString | str:
    """To whoever comes for a count alone."""
    url = reverse("admin:polls")
    return format_html('您担任监票、计票人员，<a href="{}">请到票决</a>办理。', url) if user.facts.poll_offices else ""


def _sentence(user: Any, stuck: list[owed.Owed]) -> SafeString:
    """Mine, today's, and the longest stuck."""
    mine = desk.owed_by(user)
    count, today = mine.count(), desk.late(mine).count() + desk.due_today(mine).count()
    url = reverse("admin:supervise")
    first = format_html('本单位待办 <a href="{}?tab=mine">{} 件</a>', url, count) if count else "本单位没有待办的事"
    now = format_html('，其中今天必须处理 <a href="{}?tab=mine">{} 件</a>', url, today) if today else ""
    oldest = next((row for row in stuck if row.is_late), None)
    if oldest is None:
        return format_html("{}{}。没有逾期的事。", first, now)
    return format_html(
        '{}{}。停得最久的是 <a href="{}">{}</a>，在{}逾期 {}。',
        first,
        now,
        oldest.url,
        oldest.number,
        oldest.holder,
        oldest.overdue,
    )


def _tiles(user: Any, units: list[dict[str, Any]]) -> list[Tile]:
    """The figures of the pages this person may open, in the order in which a matter passes them."""
    suggestions, parts = desk.suggestion_tallies(user), desk.assignment_tallies(user)
    tiles: list[Tile] = []
    if may_open(user, "review"):
        tiles.append(_review(user, suggestions))
    if may_open(user, "assign"):
        tiles.append(_assign(user, suggestions, parts))
    if may_open(user, "supervise"):
        tiles += _dates(user, units)
    if may_open(user, "assign"):
        tiles += _requests(user, parts)
    if may_open(user, "ratings") and may_open(user, "suggestions"):
        since = _since(parts["unrated_since"])
        tiles.append(Tile("待评价", parts["unrated"], reverse("admin:ratings"), "info", since, "等领衔代表评价"))
    if opens_rounds(user):
        tiles.append(_projects(user))
    if may_open(user, "messages"):
        dead, where = desk.dead_messages(user).count(), "号码停用或拒收，请另想办法告知"
        tiles.append(Tile("未送达消息", dead, reverse("admin:undelivered"), "neutral", "", where))
    return tiles


def _review(user: Any, suggestions: dict[str, Any]) -> Tile:
    opinions = desk.opinion_tallies(user) if keeps_office(user) else {"screening": 0, "screening_since": None}
    hands_over = keeps_congress(user) or is_secretariat(user)
    screening, submitted = opinions["screening"], suggestions["submitted"] if hands_over else 0
    dates = [opinions["screening_since"], suggestions["submitted_since"] if hands_over else None]
    oldest = _since(min((at for at in dates if at), default=None))
    url = reverse("admin:review") + ("?tab=opinions" if screening and hands_over and not submitted else "")
    where = [f"群众意见 {screening}"] * keeps_office(user) + [f"代表建议 {submitted}"] * hands_over
    return Tile("待审核", submitted + screening, url, "review", oldest, " · ".join(where))


def _assign(user: Any, suggestions: dict[str, Any], parts: dict[str, Any]) -> Tile:
    url = reverse("admin:assign")
    if is_government_office(user) and not keeps_congress(user):
        since = _since(parts["undispatched_since"])
        return Tile("待分办", parts["undispatched"], f"{url}?tab=dispatch", "warn", since, "答复期限自交办之日算起")
    n, inside = suggestions["registered"], suggestions["in_session"]
    where = f"会议期间 {inside} · 闭会期间 {n - inside}"
    return Tile("待交办", n, url, "warn", _since(suggestions["registered_since"]), where)


def _dates(user: Any, units: list[dict[str, Any]]) -> list[Tile]:
    url, rows = reverse("admin:supervise"), desk.owed(user)
    today = desk.due_today(rows).aggregate(n=Count("pk"), first=Min("due_at"))
    late = desk.late(rows).aggregate(n=Count("pk"), oldest=Min("due_at"))
    by = f"最早 {today['first'].astimezone(clock.SHANGHAI):%H:%M} 前" if today["n"] else ""
    where = " · ".join(f"{row['organ__short_name'] or row['organ__name']} {row['n']}" for row in units[:2])
    tone = "danger" if late["n"] else "neutral"
    return [
        Tile("今天到期", today["n"], f"{url}?tab=today", "warn", by, "今天之内要办完"),
        Tile("已逾期", late["n"], url, tone, _since(late["oldest"]), where or "没有逾期的单位"),
    ]


def _requests(user: Any, parts: dict[str, Any]) -> list[Tile]:
    """What units ask for: a government office decides on objections of its own units only, never on more time."""
    url, asked, more = reverse("admin:assign"), parts["objections"], parts["extensions"]
    tone, since = "danger" if asked else "neutral", _since(parts["objections_since"])
    tiles = [Tile("退办待处理", asked, f"{url}?tab=objections", tone, since, "5 个工作日内决定")]
    if keeps_congress(user):
        since = _since(parts["extensions_since"])
        tiles.append(Tile("延期待批", more, f"{url}?tab=extensions", "review", since, "批复前原期限照常计算"))
    return tiles


def _projects(user: Any) -> Tile:
    """What the office itself owes on livelihood projects, and what units are late with."""
    told = waiting_at(user)
    tone = "danger" if told["late"] else "review"
    return Tile(
        "民生实事待办", told["mine"], reverse("admin:rounds"), tone, _since(told["oldest"]), f"单位逾期 {told['late']}"
    )


def _since(at: datetime | None) -> str:
    if at is None:
        return ""
    days = (clock.today() - at.astimezone(clock.SHANGHAI).date()).days
    return f"最久 {days} 天" if days else "都是今天的"


def _moves(user: Any) -> list[tuple[str, int, Any]]:
    """Why dates moved in the last days, how many, and the newest such change."""
    told: dict[str, list[Any]] = {}
    for change in desk.moved_dates(user, clock.now() - MOVED_WITHIN)[:200]:
        told.setdefault(change.why.split("，")[0], []).append(change)
    return [(why, len(rows), rows[0]) for why, rows in told.items()]


def _crowds(user: Any) -> list[Any]:
    """多人反映: matters so many people spoke of in so short a time."""
    rule = rules.value("opinion.many_people")
    return desk.crowded(user, rule["people"], clock.now() - timedelta(days=Span.parse(rule["within"]).n))
