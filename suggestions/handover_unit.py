"""What of opinions and suggestions moves when a unit is merged into another (lifecycles.md §7.3).

The other unit's people take over what is live, with its dates; what is done stays in the books of the unit that did it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from accounts.models import Organ
from accounts.notices import write_notice
from clocks.models import Deadline
from deputies.handovers import Change, Row
from ground import clock
from ground.errors import GuardFailed
from ground.outbox import ToUser
from ground.workflow import lock
from suggestions.models import Assignment, Avoidance, Opinion, Referral, SubjectUnit
from suggestions.notices.opinion import Readers
from suggestions.states.assignment import GONE
from suggestions.states.commitment import ALIVE
from suggestions.states.referral import LIVE
from suggestions.states.suggestion import ENDED
from suggestions.workflow import merger

UNANSWERED = ("pending_dispatch", "pending_sign", "signed", "objected", "opinion_submitted", "opinion_missing")
MOST_NAMED = 5  # matters in the way that are named


class UnitsCarrier:
    """Rows by verb: `give_up` (of two parts of one suggestion the one that ends), `follow` (a part of a suggestion),
    `refer` (a referral), `suggest` (a unit proposed for one), `avoid` (回避), `subject` (a line of 交办对照表)."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind != "organ_merged":
            return []
        return [row for organ in change.subjects for row in self._of(organ, change.successor_of(organ))]

    def _of(self, organ: Organ, heir: Organ) -> Iterator[Row]:
        yield from _parts(organ, heir)
        referrals = Referral.objects.filter(organ=organ, state__in=LIVE).select_related("opinion")
        for row in referrals.order_by("pk"):
            words = f"由{heir}继续办理，回报期限不变"
            yield Row("opinion", row.opinion_id, f"转办 {row.letter_no}", words, "refer", row.pk, heir.pk)
        for row in Opinion.objects.filter(suggested_organ=organ).order_by("pk"):
            words = f"建议转办的单位改为{heir}"
            yield Row("opinion", row.pk, f"意见 {row.number}", words, "suggest", organ.pk, heir.pk)
        for row in _avoided(organ, heir):
            words = f"对{heir}同样回避"
            yield Row("opinion", row.opinion_id, f"意见 {row.opinion.number}", words, "avoid", row.pk, heir.pk)
        taken = set(SubjectUnit.objects.filter(organ=heir).values_list("congress", "role", "field"))
        for row in SubjectUnit.objects.filter(organ=organ).order_by("pk"):
            if (row.congress_id, row.role, row.field) not in taken:
                yield Row("organ", organ.pk, f"对照表：{row}", f"改由{heir}", "subject", row.pk, heir.pk)

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        heir = change.successor_of(change.subjects[0])
        for row in rows:
            match row.verb:
                case "give_up":
                    merger.give_up(_part(row), to=heir)
                case "follow":
                    merger.follow(_part(row), to=heir)
                case "refer":
                    _send(row.origin, heir, by=by)
                case "suggest":
                    Opinion.objects.filter(pk=row.id).update(suggested_organ=heir)
                case "avoid":
                    _avoid(row.origin, heir)
                case "subject":
                    SubjectUnit.objects.filter(pk=row.origin).update(organ=heir)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        """What the other unit has finished meanwhile stays in its books; so does a part whose place was taken."""
        organ, heir = change.subjects[0], change.successor_of(change.subjects[0])
        for row in rows:
            match row.verb:
                case "give_up":
                    part = _part(row)
                    if part.state == "released" and not _beside(part, part.organ):
                        merger.take_again(part)
                case "follow":
                    part = _part(row)
                    if part.organ_id == heir.pk and _is_open(part) and not _beside(part, organ):
                        merger.follow(part, to=organ)
                case "refer":
                    if Referral.objects.filter(pk=row.origin, organ=heir, state__in=LIVE).exists():
                        _send(row.origin, organ, by=by)
                case "suggest":
                    Opinion.objects.filter(pk=row.id, suggested_organ=heir).update(suggested_organ=organ)
                case "avoid":
                    former = Avoidance.objects.get(pk=row.origin)
                    Avoidance.objects.filter(opinion=row.id, organ=heir, why=_why(former)).delete()
                case "subject":
                    SubjectUnit.objects.filter(pk=row.origin, organ=heir).update(organ=organ)


# -- suggestions -------------------------------------------------------------------------------------------------------


def _parts(organ: Organ, heir: Organ) -> Iterator[Row]:
    """Raises GuardFailed `both_answered` where both units have answered the same suggestion and wait for its rating."""
    alive = Q(commitments__state__in=ALIVE)
    live = ~Q(state__in=(*GONE, "done")) & ~Q(state="opinion_submitted", suggestion__state__in=ENDED)
    rows = Assignment.objects.filter(live | Q(state="done") & alive, organ=organ)
    there = {row.suggestion_id: row for row in Assignment.objects.filter(organ=heir).exclude(state__in=GONE)}
    stuck = []
    for part in rows.select_related("suggestion").distinct().order_by("pk"):
        other = there.get(part.suggestion_id)
        label = f"建议 {part.suggestion.register_short or part.suggestion.number}（{part.get_role_display()}）"
        ending = _ending(part, other) if other else None
        if other and ending is None:
            stuck.append(part.suggestion.register_short or part.suggestion.number)
            continue
        if ending is not None:
            words = f"{heir}也在办理这件，原单位这一份并入" if ending is part else f"原单位主办，{heir}的协办并入"
            yield Row("assignment", ending.pk, label, words, "give_up", organ.pk, heir.pk)
        if ending is not part:
            yield Row("assignment", part.pk, label, f"由{heir}继续办理，期限不变", "follow", organ.pk, heir.pk)
    if stuck:
        named = "、".join(stuck[:MOST_NAMED]) + (f"等 {len(stuck)} 件" if len(stuck) > MOST_NAMED else "")
        raise GuardFailed("both_answered", f"两个单位都已答复、还没有评价完：{named}。请等代表评价后再合并。")


def _ending(part: Assignment, other: Assignment) -> Assignment | None:
    """Of two parts of one suggestion the one that gives way: an assisting one, else one that has not answered."""
    if not part.is_main or (other.is_main and part.state in UNANSWERED):
        return part if part.state in UNANSWERED else None
    return other if other.state in UNANSWERED else None


def _part(row: Row) -> Assignment:
    return Assignment.objects.select_related("organ").get(pk=row.id)


def _is_open(part: Assignment) -> bool:
    return part.state not in (*GONE, "done") or part.commitments.filter(state__in=ALIVE).exists()


def _beside(part: Assignment, organ: Organ) -> bool:
    """The unit has another live part of the same suggestion."""
    others = Assignment.objects.filter(suggestion=part.suggestion_id, organ=organ).exclude(pk=part.pk)
    return others.exclude(state__in=GONE).exists()


# -- opinions ----------------------------------------------------------------------------------------------------------


def _send(pk: int, to: Organ, *, by: Any) -> None:
    """The letter is the other unit's now; whoever holds the opinion and that unit hear of it."""
    referral = Referral.objects.select_related("opinion", "organ").get(pk=pk)
    opinion, former = referral.opinion, referral.organ
    lock(opinion)
    Deadline.objects.open().under(opinion).filter(organ=former).update(organ=to)
    Referral.objects.filter(pk=pk).update(organ=to)
    readers = Readers(opinion, but=by.pk).unit(to, "原单位的转办请接着办理").claimant()
    for telling in readers.tell(f"{former}并入{to}，转办由其继续办理"):
        if isinstance(telling, ToUser):
            write_notice(telling, f"merger:{former.pk}:{to.pk}:{pk}:{clock.now():%m%d%H%M%S}")


def _avoided(organ: Organ, heir: Organ) -> Iterable[Avoidance]:
    """What must not reach the merged unit's people, who work in the other one from now on."""
    already = Avoidance.objects.filter(organ=heir, lifted_at=None).values("opinion")
    rows = Avoidance.objects.filter(organ=organ, lifted_at=None).exclude(opinion__in=already)
    return rows.select_related("opinion").order_by("pk")


def _avoid(pk: int, heir: Organ) -> None:
    former = Avoidance.objects.get(pk=pk)
    Avoidance.objects.create(
        opinion_id=former.opinion_id, concern=former.concern, organ=heir, why=_why(former), by_label=former.by_label,
        by=former.by, at=clock.now(),
    )  # fmt: skip


def _why(former: Avoidance) -> str:
    return f"单位合并，承接原回避（{former.pk}）：{former.why}"[:200]
