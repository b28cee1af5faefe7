"""Talking with all sides where they disagree, and calling back those whose rating another hand wrote down.

Neither moves a matter: whoever is still not content has the verbs of the matter for it.
"""

import random
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count

from accounts.models import Organ
from clocks import rules as policies
from ground import clock
from ground.errors import Forbidden, Invalid, WrongState
from ground.wording import clean_text
from suggestions.models import CallBack, DisagreementTalk, OpinionAnswer, OpinionRating, Reply
from suggestions.queries import board
from suggestions.rules.desk import keeps_congress, keeps_office
from suggestions.states.lists import CallOutcome, TalkOutcome

NOTE = 500
TOLD = "这件事已经有人记下了，请刷新后再看。"


def record_talk(about: OpinionAnswer | Reply, *, by: Any, outcome: str, note: str) -> DisagreementTalk:
    """All sides were talked with about one answer or reply; once. Raises Invalid, Forbidden, WrongState."""
    of_opinion = isinstance(about, OpinionAnswer)
    if not (keeps_office(by) if of_opinion else keeps_congress(by)) or not _is_mine(about, by):
        raise Forbidden
    if outcome not in TalkOutcome.values:
        raise Invalid("outcome", "请选一个结果。")
    note = clean_text(note, limit=NOTE, name="经过", pointer="note")
    side = {"answer": about} if of_opinion else {"reply": about}
    try:
        with transaction.atomic():
            return DisagreementTalk.objects.create(**side, outcome=outcome, note=note, by=by, at=clock.now())
    except IntegrityError:
        raise WrongState(TOLD) from None


def _is_mine(about: OpinionAnswer | Reply, by: Any) -> bool:
    if isinstance(about, OpinionAnswer):
        return board.disagreeing(by).filter(answers=about).exists()
    return board.disputed_replies(by).filter(replies=about).exists()


def draw_call_backs(lot: random.Random | None = None) -> int:
    """Draws by lot among the ratings another hand entered, for each congress until the share of its rule is drawn; how
    many are new. Nobody steers it: it runs by itself, and who is drawn cannot be taken back."""
    lot = lot or random.SystemRandom()
    entered = OpinionRating.objects.exclude(entered_way="")
    with transaction.atomic():
        picked: list[int] = []
        counts = entered.order_by().values("opinion__congress").annotate(n=Count("pk"), drawn=Count("call_back"))
        for row in counts:
            congress = Organ.objects.get(pk=row["opinion__congress"]) if row["drawn"] < row["n"] else None
            share = policies.value("reports.call_back_share", congress)
            missing = -(-row["n"] * share // 100) - row["drawn"]  # rounded up: at least the share
            if congress is not None and missing > 0:
                free = (
                    entered.filter(opinion__congress=congress, call_back=None)
                    .order_by("pk")
                    .values_list("pk", flat=True)
                )
                picked += lot.sample(list(free), missing)
        rows = [CallBack(rating_id=pk, drawn_at=clock.now()) for pk in picked]
        CallBack.objects.bulk_create(rows, ignore_conflicts=True)
    return len(picked)


def record_call(call: CallBack, *, by: Any, outcome: str, note: str) -> CallBack:
    """What the author said when called back; never by whoever entered the rating. Raises Invalid, Forbidden, WrongState."""
    if not board.entered_ratings(by).filter(call_back=call).exists() or call.rating.entered_by_id == by.pk:
        raise Forbidden("代录这个评价的人不能自己回访，请换一位。")
    if outcome not in CallOutcome.values:
        raise Invalid("outcome", "请选一个结果。")
    note = clean_text(note, limit=NOTE, name="经过", pointer="note", required=outcome != CallOutcome.SAME)
    told = CallBack.objects.filter(pk=call.pk, at=None).update(outcome=outcome, note=note, by=by, at=clock.now())
    if not told:
        raise WrongState(TOLD)
    call.refresh_from_db()
    return call
