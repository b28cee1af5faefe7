"""Verbs of a round of livelihood projects (domain.md §4.2)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Organ
from accounts.states import OrganKind
from clocks import workflow as clocks
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.numbers import next_number
from ground.wording import clean_text
from ground.workflow import Actor, begin as begin_object, move
from votes.models import LivelihoodProject, Round
from votes.states import BallotMode
from votes.states.project import IN_POOL
from votes.workflow import progress
from votes.workflow.project import check_day, decide

TITLE_LIMIT, ABOUT_LIMIT, REASON_LIMIT = 120, 2000, 500


def create(
    *,
    by: Actor,
    organ: Organ,
    year: int,
    collects_until: date,
    title: str = "",
    about: str = "",
    places: int = 10,
    mode: str = BallotMode.CHOOSE_N,
    votes_on: date | None = None,
) -> Round:
    """Opens the collecting for a year; what lies in the pool of this organ already is looked at again."""
    if organ.kind not in (OrganKind.CONGRESS, OrganKind.STREET):
        raise Invalid("organ", "民生实事由人大或街道开展。")
    if not clock.today().year - 1 <= year <= clock.today().year + 2:
        raise Invalid("year", "请填写今年或者明年。")
    title = title or f"{organ} {year} 年民生实事项目"
    round_ = Round(number=next_number("R"), organ=organ, year=year, made_at=clock.now())
    _put(
        round_,
        title=title,
        about=about,
        places=places,
        mode=mode,
        collects_until=collects_until,
        votes_on=votes_on,
    )
    try:
        with transaction.atomic(), begin_object(round_, "create", by=by, public_text="开始征集。"):
            clocks.start(round_, "collect", organ=organ, until=collects_until)
            pool = LivelihoodProject.objects.filter(organ=organ, round=None, state__in=IN_POOL)
            pool.update(round=round_)
    except IntegrityError:
        raise GuardFailed("one_a_year", f"{year} 年已经建立，请在列表里打开。") from None
    return round_


def revise(round_: Round, *, by: Actor, **fields: Any) -> Round:
    """Dates, words and how many, while nothing is put to the vote."""
    with move(round_, "revise", by=by) as m:
        _put(round_, **fields)
        if round_.state == "collecting":
            clocks.start(round_, "collect", organ=round_.organ, until=round_.collects_until)
        m.recorded = {"fields": sorted(fields)}
    return round_


def _put(round_: Round, **fields: Any) -> None:
    for name, value in fields.items():
        match name:
            case "title":
                value = clean_text(value, limit=TITLE_LIMIT, name="名称", pointer=name)
            case "about":
                value = clean_text(value, limit=ABOUT_LIMIT, name="说明", required=False, pointer=name)
            case "places":
                if not 1 <= value <= 35:
                    raise Invalid(name, "拟定项目数请填 1 到 35。")
            case "mode":
                if value not in BallotMode.values:
                    raise Invalid(name, "请选择票决方式。")
            case "collects_until" | "votes_on":
                check_day(value, name)
                if value is not None and value != getattr(round_, name) and value < clock.today():
                    raise Invalid(name, "日期不能早于今天。")
            case _:
                raise TypeError(f"a round has no {name}")
        setattr(round_, name, value)
    if round_.votes_on and round_.votes_on < round_.collects_until:
        raise Invalid("votes_on", "票决日期不能早于征集结束。")


def screen(round_: Round, *, by: Actor) -> Round:
    """The collecting is over; what comes later lies in the pool for the next year."""
    with move(round_, "screen", by=by, public_text="征集结束，开始论证筛选。"):
        clocks.stop(round_, "collect")
    return round_


def shortlist(round_: Round, *, by: Actor) -> Round:
    """初步候选: the government's executive meeting has agreed, and the congress's office was heard."""
    with move(round_, "shortlist", by=by) as m:
        n = round_.projects.filter(state="shortlisted").count()
        m.public_text = f"确定初步候选项目 {n} 项。"
    return round_


def review(round_: Round, *, by: Actor) -> Round:
    """常委会 (township: 主席团) examines; deputies inspect and give their views."""
    with move(round_, "review", by=by, public_text="提请审议，代表正在了解情况、提出意见。"):
        pass
    return round_


def nominate(round_: Round, *, by: Actor) -> Round:
    with move(round_, "nominate", by=by) as m:
        n = round_.projects.filter(state="candidate").count()
        m.public_text = f"确定正式候选项目 {n} 项，从中选 {min(n, round_.places)} 项。"
    return round_


def settle_rest(round_: Round, *, by: Actor, reason: str) -> Round:
    """The session decides on fewer than planned: what is left is not put to the vote again."""
    reason = clean_text(reason, limit=REASON_LIMIT, name="说明", pointer="reason")
    with move(round_, "settle_rest", by=by, public_text=f"其余项目不再票决。{reason}"):
        round_.rest_reason = reason
        for project in round_.projects.filter(state="candidate").order_by("pk"):
            decide(project, is_elected=False, poll="", words=f"：{reason}")
    return round_


def publish(round_: Round, *, by: Actor) -> Round:
    """The list of what was chosen, with money, unit and schedule."""
    with move(round_, "publish", by=by) as m:
        n = round_.projects.filter(state="elected").count()
        round_.published_at = clock.now()
        m.public_text = f"公布选定的 {n} 项。"
    return round_


def begin(round_: Round, *, by: Actor) -> Round:
    with move(round_, "begin", by=by, public_text="转入实施，责任单位每季度报告进度。"):
        for project in round_.projects.filter(state="elected").select_related("unit", "organ").order_by("pk"):
            progress.begin(project)
    return round_


def evaluate(round_: Round, *, by: Actor) -> Round:
    with move(round_, "evaluate", by=by, public_text="各项目的评价已经公布。"):
        pass
    return round_


def close(round_: Round, *, by: Actor) -> Round:
    with move(round_, "close", by=by, public_text="这一年的民生实事已结束。"):
        pass
    return round_
