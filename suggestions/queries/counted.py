"""What is counted, and how each number is defined: one screen of policy, like the edges of a machine.

A `Counted` names a kind of matter: its rows, the month and places a row belongs to, and its marks. A mark is a condition
on rows: the same condition makes the number (`aggregate`), repairs it, and draws the list behind it, so the three agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Extract, TruncMonth

from clocks.models import Deadline
from ground import clock
from suggestions.states.assignment import GONE
from suggestions.states.commitment import ALIVE
from suggestions.states.lists import Category, Channel, Grade, Urgency
from suggestions.states.lists_suggestion import Field, ResultClass
from suggestions.states.suggestion import UNSENT
from suggestions.states.tally import TallyKind

PLACES = ("congress", "organ", "via", "venue", "seat", "plenary")


@dataclass(frozen=True)
class Mark:
    """One thing that is counted: `where` says of which rows, `means` says it to the clerk. `amount` adds up minutes
    instead of rows. `live` is a condition on the present moment: counted when it is asked for, never kept."""

    label: str
    means: str
    where: Q = field(default_factory=Q)
    amount: models.expressions.Combinable | None = None
    live: Callable[[], Q] | None = None

    @property
    def holds(self) -> Q:
        """Of which rows it is true now."""
        return self.where & self.live() if self.live else self.where

    @property
    def number(self) -> models.expressions.BaseExpression:
        if self.amount is not None:
            return Coalesce(Sum(self.amount, filter=self.where), 0)
        return Count("pk", filter=self.holds)


@dataclass(frozen=True)
class Counted:
    kind: str
    by_month: str  # how a row finds its month, as the page says it
    rows: Callable[[], QuerySet]  # with `month` and whatever the marks ask for
    places: dict[str, str]  # place of the cell → column of the row
    marks: dict[str, Mark]

    def kept(self) -> dict[str, Mark]:
        return {key: mark for key, mark in self.marks.items() if mark.live is None}

    def cells(self, rows: QuerySet) -> QuerySet:
        """One row for each cell: month, places (c_…) and the number of each kept mark (m_…)."""
        named = {f"c_{place}": F(column) for place, column in self.places.items()}
        numbers = {f"m_{key}": mark.number for key, mark in self.kept().items()}
        return rows.order_by().values("month", **named).annotate(**numbers)


def month_of(column: Any) -> models.expressions.Combinable:
    return TruncMonth(column, output_field=models.DateField(), tzinfo=clock.SHANGHAI)


def in_months(rows: QuerySet, since: date, until: date) -> QuerySet:
    """Rows whose month begins in [since, until)."""
    return rows.filter(month__gte=since, month__lt=until)


def _part(name: str) -> QuerySet:
    return apps.get_model("suggestions", name)._base_manager.all()


def _of(part: str, **where: Any) -> Q:
    """Rows whose opinion, suggestion or assignment has such a part."""
    return Q(Exists(_part(part).filter(**where)))


def _each(prefix: str, column: str, choices: type[models.TextChoices], what: str) -> dict[str, Mark]:
    return {
        f"{prefix}:{code}": Mark(str(label), f"{what}为“{label}”的件数。", Q(**{column: code}))
        for code, label in choices.choices
    }


# -- 群众意见 ------------------------------------------------------------------------------------------------------------


def _opinions() -> QuerySet:
    """What is to be kept from somebody (回避) is in no figure: it is counted for each reader, see `avoided`."""
    return opinions_with_words().filter(avoided=False)


def opinions_with_words() -> QuerySet:
    """Every opinion, with what was last said of it: `grade`, `word` and `hand` by the citizen, `said` by the answer."""
    taken = _part("OpinionStep").filter(obj=OuterRef("pk"), verb__in=["claim", "acknowledge"]).order_by("pk")
    rounds = {
        f"{what}{n}": FilteredRelation(f"{what}s", condition=Q(**{f"{what}s__round": n}))
        for what in ("rating", "answer")
        for n in (1, 2)
    }
    return _part("Opinion").annotate(
        month=month_of("submitted_at"),
        taken_at=Subquery(taken.values("at")[:1]),
        **rounds,
        grade=Coalesce("rating2__grade", "rating1__grade", Value("")),
        word=Case(When(rating2__isnull=False, then="rating2__solved"), default=Coalesce("rating1__solved", Value(""))),
        hand=Case(
            When(rating2__isnull=False, then="rating2__entered_way"),
            default=Coalesce("rating1__entered_way", Value("")),
        ),
        said=Coalesce("answer2__solved", "answer1__solved", Value("")),
    )


def _minutes(since: str, until: str) -> models.expressions.Combinable:
    seconds = Extract(F(until) - F(since), "epoch", output_field=models.FloatField())
    return models.functions.Cast(seconds / 60, models.BigIntegerField())


_OWN = Q(hand="")  # by the citizen's own hand
_OWED = Q(accepted_at__isnull=False) & ~Q(state__in=["rejected", "withdrawn"]) & ~Q(outcome="self_solved")

OPINIONS = Counted(
    TallyKind.OPINION,
    "按群众提出之日归月",
    _opinions,
    {"congress": "congress_id", "organ": "town_id", "venue": "station_id"},
    {
        "received": Mark("收件", "收到的群众意见，不论后来怎样。设了回避的不在内。"),
        "guided": Mark("引导", "不在本渠道范围、已告诉群众去哪里办的件数。", Q(state="rejected")),
        "withdrawn": Mark("群众撤回", "群众自己撤回的件数。", Q(state="withdrawn")),
        "owed": Mark("应办", "已接收的件数，减去引导、群众撤回和群众自行解决的。", _OWED),
        "claimed": Mark("已接单", "有代表、联络站或人大接过单的件数。", Q(taken_at__isnull=False)),
        "claim_minutes": Mark(
            "接单用时", "从接收到第一次接单的分钟数之和。",
            Q(taken_at__isnull=False, accepted_at__isnull=False, taken_at__gte=F("accepted_at")),
            _minutes("accepted_at", "taken_at"),
        ),
        "closed": Mark("办结", "已办完的件数，不含群众自行解决的。", _OWED & Q(state="closed")),
        "close_minutes": Mark(
            "办结用时", "从接收到办结的分钟数之和。", _OWED & Q(state="closed"), _minutes("accepted_at", "closed_at")
        ),
        "self_solved": Mark("自行解决", "群众说已经解决、不用再办的件数，单独计，不算办结。", Q(outcome="self_solved")),
        "direct": Mark(
            "现场解决", "没有转办、也没有转为建议，由代表或联络站直接答复解决，群众没有要求重新办理的件数。",
            Q(replied_at__isnull=False, said="yes", reopened=False)
            & ~_of("Referral", opinion=OuterRef("pk")) & ~_of("OpinionLink", opinion=OuterRef("pk")),
        ),
        "referred": Mark("转办", "转给过承办单位的件数。", _of("Referral", opinion=OuterRef("pk"))),
        "suggested": Mark("转建议", "转为过代表建议的件数。", _of("OpinionLink", opinion=OuterRef("pk"))),
        "shared": Mark(
            "多人反映", "与别人反映的是同一件事、一并办理的件数（每人一件）。",
            Q(merged_into__isnull=False) | _of("Opinion", merged_into=OuterRef("pk")),
        ),
        "reopened": Mark("重新办理", "群众要求重新办理过的件数。", Q(reopened=True)),
        "rated": Mark("已评价", "群众自己作了评价的件数，按最后一次；别人代录的不在内。", ~Q(grade="") & _OWN),
        **{
            code: Mark(str(label), f"群众自己最后一次评价为“{label}”的件数，代录的不在内。", Q(grade=code) & _OWN)
            for code, label in Grade.choices
        },
        "pleased": Mark("满意和基本满意", "满意与基本满意之和，代录的不在内。", Q(grade__in=["satisfied", "basically"]) & _OWN),
        "entered": Mark("代录评价", "由联络站按签字回单或电话回访代录的评价，单独计。", ~Q(grade="") & ~_OWN),
        "unrated": Mark("未评价", "已办结而群众没有评价的件数，不算满意。", Q(state="closed", outcome="unrated")),
        "worded": Mark("说过是否解决", "群众自己说过是否解决的件数，按最后一次。", ~Q(word="") & _OWN),
        "solved": Mark("群众说已解决", "群众自己说“已解决”的件数，按最后一次。", Q(word="yes") & _OWN),
        "unsolved": Mark("群众说没解决", "群众自己说“没解决”的件数，按最后一次。", Q(word="no") & _OWN),
        "unsettled": Mark("两次仍不满意", "重新办理后仍不满意的件数。", Q(outcome="unsettled")),
        **_each("category", "category", Category, "类别"),
        **_each("channel", "channel", Channel, "渠道"),
        **_each("urgency", "urgency", Urgency, "紧急程度"),
    },
)  # fmt: skip


def avoided(marks: dict[str, Mark]) -> dict[str, models.Aggregate]:
    """Numbers of the same marks, to be asked of the rows under avoidance that one reader may see."""
    return {f"m_{key}": mark.number for key, mark in marks.items()}


# -- 代表建议 ------------------------------------------------------------------------------------------------------------


def _mains(**where: Any) -> QuerySet:
    """Live main units of the suggestion of the outer query."""
    rows = _part("Assignment").exclude(state__in=GONE)
    return rows.filter(suggestion=OuterRef("pk"), role="main", **where)


def _standing(**where: Any) -> QuerySet:
    """The reply that stands of each assignment: the newest that went out and was not sent back; with `klass`."""
    issued = _part("Reply").filter(issued_at__isnull=False, returned=None)
    newer = issued.filter(assignment=OuterRef("assignment"), pk__gt=OuterRef("pk"))
    corrected = _part("ClassCorrection").filter(reply=OuterRef("pk")).order_by("-pk").values("new")[:1]
    rows = issued.filter(~Exists(newer), **where)
    return rows.annotate(klass=Coalesce(Subquery(corrected), "proposed_class"), **_ranks())


def _ranks() -> dict[str, Case]:
    """`attitude` and `result` of the rating as a number, the worst highest; empty where there is none."""
    order = {"satisfied": 1, "basically": 2, "dissatisfied": 3}
    return {
        axis: Case(
            *(When(**{f"rating__{axis}": grade}, then=Value(rank)) for grade, rank in order.items()),
            output_field=models.IntegerField(),
        )
        for axis in ("attitude", "result")
    }


def _worst(column: str) -> Subquery:
    """The worst of the suggestion's live main units (lifecycles.md §4: the congress's result)."""
    rows = _standing(assignment__suggestion=OuterRef("pk"), assignment__role="main")
    rows = rows.exclude(assignment__state__in=GONE).exclude(**{column: None})
    return Subquery(rows.order_by(f"-{column}").values(column)[:1])


def _deadline(kind: str, **where: Any) -> QuerySet:
    """A date of the assignment of the outer query."""
    return Deadline.objects.filter(object_kind="assignment", object_id=OuterRef("pk"), kind=kind, **where)


def _in_time(kind: str) -> Q:
    """Of an assignment: what was owed by that date was done by then."""
    return Q(Exists(_deadline(kind, met_at__lte=F("due_at"))))


def _owes_a_reply() -> dict[str, Any]:
    """Of an assignment: its reply is past its date at this moment."""
    owing = ["pending_dispatch", "pending_sign", "signed", "objected", "redoing"]
    return {"state__in": owing, "reply_due_at__lt": clock.now()}


_LATE = Q(Exists(_deadline("reply", met_at__gt=F("due_at"))))  # of an assignment: its first reply came too late


def registered() -> QuerySet:
    """Every suggestion with an official number, with the worst of its parts."""
    rows = _part("Suggestion").filter(registered_at__isnull=False)
    return rows.annotate(
        month=month_of(Coalesce("assigned_at", "registered_at")),
        met_in=Case(When(in_session=True, then=F("plenary_id")), output_field=models.BigIntegerField()),
        klass=_worst("klass"),
        attitude=_worst("attitude"),
        result=_worst("result"),
    )


_HANDED = Q(assigned_at__isnull=False) & ~Q(state="withdrawn")
_ANSWERED = _HANDED & Q(answered_at__isnull=False)
_PROMISES = {"suggestion": OuterRef("pk")}


def _grades(axis: str, name: str, when: Q, what: str) -> dict[str, Mark]:
    """Marks of one axis of the rating: the three grades, and the first two together."""
    codes = {1: ("satisfied", "满意"), 2: ("basically", "基本满意"), 3: ("dissatisfied", "不满意")}
    found = {
        f"{axis}:{code}": Mark(f"{name}{label}", f"{what}{name}评价为“{label}”。", when & Q(**{axis: rank}))
        for rank, (code, label) in codes.items()
    }
    both = Mark(f"{name}满意和基本满意", f"{what}{name}评价为满意或基本满意。", when & Q(**{f"{axis}__in": [1, 2]}))
    return found | {f"{axis}:pleased": both}


def _classes(when: Q, what: str) -> dict[str, Mark]:
    return {
        f"class:{code}": Mark(f"{code} 类", f"{what}办理结果为{label}。", when & Q(klass=code))
        for code, label in ResultClass.choices
    }


SUGGESTIONS = Counted(
    TallyKind.SUGGESTION,
    "按交办之日归月；已登记还没有交办的，按登记之日",
    registered,
    {"congress": "congress_id", "plenary": "met_in"},
    {
        "total": Mark("总件数", "已登记编号的代表建议，撤回的也在内。"),
        "session": Mark("会议期间", "会议期间提出的件数。", Q(in_session=True)),
        "between": Mark("闭会期间", "闭会期间提出的件数。", Q(in_session=False)),
        "withdrawn": Mark("撤回", "登记以后撤回的件数。", Q(state="withdrawn")),
        "assigned": Mark("已交办", "已交办的件数，减去撤回的；这也是“应答复”。", _HANDED),
        "signed": Mark("已签收", "主办（分办）单位都已签收的件数。", _HANDED & Q(Exists(_mains())) & ~Q(Exists(_mains(signed_at=None)))),
        "answered": Mark("已答复", "每个主办（分办）单位都已第一次答复的件数。", _ANSWERED),
        "timely": Mark(
            "按期答复", "每个主办（分办）单位的第一次答复都没有超过期限（含经批准的延期）的件数。",
            _ANSWERED & ~Q(Exists(_mains().filter(_LATE))),
        ),
        "late": Mark("逾期答复", "有主办（分办）单位第一次答复超过期限的件数。", _ANSWERED & Q(Exists(_mains().filter(_LATE)))),
        "overdue": Mark(
            "逾期未答复", "此刻有主办（分办）单位超过期限还没有答复或没有重新答复的件数。",
            _HANDED, live=lambda: Q(Exists(_mains(**_owes_a_reply()))),
        ),
        "closed": Mark(
            "办结", "已办结或归档的件数：承诺都已兑现才算，有未兑现承诺的不算。",
            Q(state__in=["closed", "archived"]) & ~_of("Commitment", state="unkept", **_PROMISES),
        ),
        "met": Mark(
            "面复", "有一个单位当面（面谈、座谈、现场调研）与代表沟通过，代表没有否认的件数。",
            _ANSWERED & _of("ContactRecord", assignment__suggestion=OuterRef("pk"), reached=True,
                            method__in=["face", "meeting", "visit"], agrees__isnull=True)
            | _ANSWERED & _of("ContactRecord", assignment__suggestion=OuterRef("pk"), reached=True,
                              method__in=["face", "meeting", "visit"], agrees=True),
        ),
        **_classes(_ANSWERED, "已答复，几个单位取最差的，"),
        **_grades("result", "结果", _ANSWERED, "代表对现行答复（几个单位取最差的）的"),
        **_grades("attitude", "态度", _ANSWERED, "代表对现行答复（几个单位取最差的）的"),
        "rated": Mark("已评价", "已答复并有代表评价的件数。", _ANSWERED & Q(result__isnull=False)),
        "unrated": Mark("未评价", "已答复而没有评价的件数（含逾期未评价），不算满意。", _ANSWERED & Q(result=None)),
        "redo": Mark("重新办理", "有单位重新办理过的件数。", Q(Exists(_mains(round__gt=1)))),
        "returned": Mark("退回补正", "有答复被退回补正过的件数。", _of("ReplyReturn", reply__assignment__suggestion=OuterRef("pk"))),
        "extended": Mark("延期", "有单位经批准延期的件数。", _of("Extension", assignment__suggestion=OuterRef("pk"), accepted=True)),
        "unkept": Mark("有未兑现承诺", "有承诺被认定未兑现的件数。", _of("Commitment", state="unkept", **_PROMISES)),
        "fulfilled": Mark(
            "已落实", "A 类，或 B 类并且承诺都已兑现的件数。",
            _ANSWERED & (Q(klass="A") | Q(klass="B") & _of("Commitment", state="kept", **_PROMISES))
            & ~_of("Commitment", state__in=[*ALIVE, "unkept"], **_PROMISES),
        ),
        "key": Mark("重点督办", "列为重点督办的件数。", Q(key_supervision__isnull=False)),
        **_each("field", "field", Field, "领域"),
    },
)  # fmt: skip


# -- 承办单位 ------------------------------------------------------------------------------------------------------------


def _assignments() -> QuerySet:
    """Every unit's part in a suggestion; a government office's own row only until its units have taken over."""
    stands = {name: _of_unit(name) for name in ("klass", "attitude", "result")}
    return (
        _part("Assignment")
        .exclude(state="dispatched")
        .annotate(
            month=month_of("first_handed_over_at"),
            met_in=Case(
                When(suggestion__in_session=True, then=F("suggestion__plenary_id")), output_field=models.BigIntegerField()
            ),
            government=Case(
                When(dispatched_from__isnull=False, then=F("dispatched_from__organ_id")),
                When(organ__kind="government", then=F("organ_id")),
            ),
            **stands,
        )
    )  # fmt: skip


def _of_unit(column: str) -> Subquery:
    return Subquery(_standing(assignment=OuterRef("pk")).values(column)[:1])


_HERE = ~Q(state="released")
_MAIN = _HERE & Q(role="main")
_REPLIED = _MAIN & Q(first_replied_at__isnull=False)
_OF_UNIT = {"assignment": OuterRef("pk")}

ASSIGNMENTS = Counted(
    TallyKind.ASSIGNMENT,
    "按第一次交办之日归月",
    _assignments,
    {"congress": "suggestion__congress_id", "organ": "organ_id", "via": "government", "plenary": "met_in"},
    {
        "main": Mark("主办", "独办和主办的件数，这也是“应答复”的一部分；改交、撤回的不算。", _MAIN & ~Q(mode="separate")),
        "separate": Mark("分办", "分别办理的件数，每个分办单位各计一件。", _MAIN & Q(mode="separate")),
        "assist": Mark("协办", "协办的件数。", _HERE & Q(role="assist")),
        "assist_late": Mark("协办逾期", "协办意见超过期限的件数。", _HERE & Q(role="assist", is_late=True)),
        "handed": Mark("承办", "主办、分办、协办之和；改交、撤回的不算。", _HERE),
        "owed": Mark("应答复", "主办和分办之和。", _MAIN),
        "sign_timely": Mark("及时签收", "在签收期限内由单位自己签收的件数。", _HERE & _in_time("sign")),
        "objected": Mark("退办", "申请退办过的件数，不论是否同意。", _of("Objection", **_OF_UNIT)),
        "contact_timely": Mark("及时首次联系", "在期限内第一次联系上代表的件数。", _MAIN & _in_time("first_contact")),
        "replied": Mark("已答复", "已第一次答复的件数。", _REPLIED),
        "timely": Mark("按期答复", "第一次答复没有超过期限（含经批准的延期）的件数。", _REPLIED & ~_LATE),
        "late": Mark("逾期答复", "第一次答复超过期限的件数。", _REPLIED & _LATE),
        "overdue": Mark(
            "逾期未答复", "此刻超过期限还没有答复或没有重新答复的件数。",
            _MAIN, live=lambda: Q(**_owes_a_reply()),
        ),
        **_classes(_REPLIED, "已答复，现行答复"),
        **_grades("result", "结果", _REPLIED, "代表对现行答复的"),
        **_grades("attitude", "态度", _REPLIED, "代表对现行答复的"),
        "rated": Mark("已评价", "现行答复有代表评价的件数。", _REPLIED & Q(result__isnull=False)),
        "unrated": Mark("未评价", "现行答复没有评价的件数（含逾期未评价），不算满意。", _REPLIED & Q(result=None)),
        "redo": Mark("重新办理", "重新办理过的件数。", _MAIN & Q(round__gt=1)),
        "returned": Mark("退回补正", "答复被退回补正过的件数。", _of("ReplyReturn", reply__assignment=OuterRef("pk"))),
        "extended": Mark("延期", "经批准延期的件数。", _of("Extension", accepted=True, **_OF_UNIT)),
    },
)  # fmt: skip


def _commitments() -> QuerySet:
    return _part("Commitment").annotate(
        month=month_of("assignment__first_handed_over_at"),
        met_in=Case(
            When(suggestion__in_session=True, then=F("suggestion__plenary_id")), output_field=models.BigIntegerField()
        ),
        government=F("assignment__dispatched_from__organ_id"),
    )


COMMITMENTS = Counted(
    TallyKind.COMMITMENT,
    "按建议交办之日归月",
    _commitments,
    {"congress": "suggestion__congress_id", "organ": "assignment__organ_id", "via": "government", "plenary": "met_in"},
    {
        "made": Mark("承诺", "答复中作出的承诺，被新承诺替代的不算。", ~Q(state="replaced")),
        "alive": Mark("跟踪中", "还没有兑现、也没有终结的承诺。", Q(state__in=ALIVE)),
        "kept": Mark("已兑现", "代表认可或代表工委核查认定已兑现的承诺。", Q(state="kept")),
        "unkept": Mark("未兑现", "认定未兑现的承诺。", Q(state="unkept")),
        "ended": Mark("已到头", "已兑现与未兑现之和。", Q(state__in=["kept", "unkept"])),
    },
)

# -- 代表 ----------------------------------------------------------------------------------------------------------------


def _signed() -> QuerySet:
    rows = _part("Cosign").filter(state="confirmed", suggestion__registered_at__isnull=False)
    return rows.exclude(suggestion__state__in=UNSENT).annotate(
        month=month_of(Coalesce("suggestion__assigned_at", "suggestion__registered_at")),
        met_in=Case(
            When(suggestion__in_session=True, then=F("suggestion__plenary_id")), output_field=models.BigIntegerField()
        ),
    )


def _led() -> QuerySet:
    return _part("Suggestion").filter(registered_at__isnull=False).annotate(
        month=month_of(Coalesce("assigned_at", "registered_at")),
        met_in=Case(When(in_session=True, then=F("plenary_id")), output_field=models.BigIntegerField()),
    )  # fmt: skip


LED = Counted(
    TallyKind.LED, SUGGESTIONS.by_month, _led,
    {"congress": "congress_id", "seat": "lead_id", "plenary": "met_in"},
    {"n": Mark("领衔", "领衔提出并已登记编号的代表建议。")},
)  # fmt: skip
COSIGNED = Counted(
    TallyKind.COSIGNED, SUGGESTIONS.by_month, _signed,
    {"congress": "suggestion__congress_id", "seat": "seat_id", "plenary": "met_in"},
    {"n": Mark("联名", "同意联名、已登记编号的代表建议，每人一件。")},
)  # fmt: skip

KINDS: dict[str, Counted] = {
    str(counted.kind): counted for counted in (OPINIONS, SUGGESTIONS, ASSIGNMENTS, COMMITMENTS, LED, COSIGNED)
}
