"""接待登记簿 of a station by month, 建议台账 of a congress by session: what stands in each column."""

from datetime import date, datetime, time
from typing import Any

from deputies.models import Plenary
from ground import clock
from ground.ledgers import Ledger
from stations.models import Venue
from suggestions.models import Opinion, Suggestion
from suggestions.queries import board
from suggestions.queries.suggestion import SuggestionQuerySet
from suggestions.showing import street_of
from suggestions.states.assignment import GONE

RECEPTION = ("序号", "编号", "日期", "渠道", "类别", "地点", "办理人", "状态", "评价")
SUGGESTIONS = (
    "序号",
    "登记号",
    "标题",
    "领衔代表",
    "联名",
    "领域",
    "主办",
    "协办",
    "交办之日",
    "答复类别",
    "态度",
    "结果",
    "状态",
)


def month_of(typed: str) -> date:
    """The first day of a month typed as 2026-11; this month where it cannot be read."""
    try:
        return datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007 a month has no hour
    except ValueError:
        return clock.today().replace(day=1)


def reception(venue: Venue, month: date, *, by: Any) -> Ledger:
    """What was said at a station within a month, without anybody's name and with the place to the street; what must not
    be seen there (回避) is not in it."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    first, last = (datetime.combine(day, time(), clock.SHANGHAI) for day in (month, following))
    found = Opinion.objects.visible_to(by).filter(station=venue, submitted_at__gte=first, submitted_at__lt=last)
    found = found.select_related("claimed_seat__deputy", "holder_venue", "holder_organ", "holder_seat__deputy")
    rows = [
        [str(n), opinion.number, f"{opinion.submitted_at.astimezone(clock.SHANGHAI):%m-%d}", opinion.get_channel_display(),
         opinion.get_category_display(), street_of(opinion.place), _handler(opinion), opinion.get_state_display(), _grade(opinion)]
        for n, opinion in enumerate(found.prefetch_related("ratings").order_by("submitted_at", "pk"), start=1)
    ]  # fmt: skip
    return Ledger(
        f"{venue.name}接待登记簿（{month.year}年{month.month}月）", RECEPTION, rows, venue.name, by.name, clock.today()
    )


def _handler(opinion: Opinion) -> str:
    if opinion.claimed_seat:
        return f"{opinion.claimed_seat.deputy.name}代表"
    seat = opinion.holder_seat
    return str(opinion.holder_venue or opinion.holder_organ or (seat and f"{seat.deputy.name}代表") or "")


def _grade(opinion: Opinion) -> str:
    rating = max(opinion.ratings.all(), key=lambda row: row.round, default=None)
    return f"{rating.get_grade_display()}{'（代录）' if rating.entered_way else ''}" if rating else ""


def sessions(actor: Any) -> list[tuple[str, str]]:
    """The sessions whose suggestions are on the actor's desk, newest first: plenary id with "s" (in session) or "b"
    (between this session and the next), and its name."""
    wanted = board.suggestions_of(actor).filter(plenary__isnull=False).order_by().values("plenary")
    plenaries = Plenary.objects.filter(pk__in=wanted).select_related("term__congress").order_by("-opens_on", "pk")
    return [
        (f"{plenary.pk}{mark}", f"{plenary}{words}")
        for plenary in plenaries
        for mark, words in (("b", "闭会期间"), ("s", "会议期间"))
    ]


def registered(session: str, *, by: Any) -> SuggestionQuerySet:
    """The registered suggestions of a session, in the order of their official numbers."""
    rows = board.suggestions_of(by).filter(
        plenary=session[:-1], in_session=session[-1] == "s", register_ordinal__isnull=False
    )
    return rows.order_by("register_ordinal", "pk")


def of_session(session: str, title: str, *, by: Any, unit: str, most: int | None = None) -> Ledger:
    """The suggestions of a session, the first `most` of them where that is given. A name asked to be kept secret (保密)
    is not printed."""
    found = (
        registered(session, by=by)
        .select_related("lead__deputy")
        .prefetch_related(
            "cosigns", "assignments__organ", "assignments__replies__rating", "assignments__replies__corrections"
        )
    )
    rows = [_row(n, s) for n, s in enumerate(found[:most], start=1)]
    return Ledger(f"{title}代表建议台账", SUGGESTIONS, rows, unit, by.name, clock.today())


def _row(n: int, suggestion: Suggestion) -> list[str]:
    units = [part for part in suggestion.assignments.all() if part.state not in GONE]
    mains = [part for part in units if part.is_main]
    replies = [part.last_reply for part in mains if part.last_reply]
    ratings = [rating for reply in replies if (rating := getattr(reply, "rating", None))]
    signed = sum(c.state == "confirmed" and c.seat_id != suggestion.lead_id for c in suggestion.cosigns.all())
    handed = suggestion.assigned_at
    return [
        str(n), suggestion.register_display, suggestion.title, "（保密）" if suggestion.confidential else suggestion.lead.deputy.name,
        str(signed), suggestion.get_field_display(), "、".join(str(part.organ) for part in mains),
        "、".join(str(part.organ) for part in units if not part.is_main),
        f"{handed.astimezone(clock.SHANGHAI):%Y-%m-%d}" if handed else "", "、".join(reply.result_class for reply in replies),
        "、".join(_of(rating, "attitude") for rating in ratings), "、".join(_of(rating, "result") for rating in ratings),
        suggestion.get_state_display(),
    ]  # fmt: skip


def _of(rating: Any, axis: str) -> str:
    return "逾期未评价" if rating.expired else getattr(rating, f"get_{axis}_display")()
