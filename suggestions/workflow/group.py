"""A group of merged people (lifecycles.md §1.5): the head does the work, each member keeps number, code and rating."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from clocks import rules as policies, workflow as clocks
from clocks.models import Deadline
from ground import clock
from ground.errors import Invalid
from ground.wording import clean_text
from ground.workdays import Span
from ground.workflow import SYSTEM, Actor, lock
from suggestions.models import Opinion, OpinionAnswer, OpinionLink, Referral
from suggestions.states.opinion import HEADS
from suggestions.states.referral import LIVE
from suggestions.workflow.opinion_course import act, answered, lets_go, members_of, next_holder, rest, waits

OF_THE_AUTHOR = ("rate", "reopen_window", "review_window", "untold", "tell")  # clocks no successor takes over
LEADS = tuple(state for state in HEADS if state != "replied")


@transaction.atomic
def merge(opinion: Opinion, *, by: Actor, into: Opinion) -> Opinion:
    """Same place and same matter: it follows its head from now on, and is answered with it.

    Members of `opinion` follow too. Raises Invalid where the head cannot lead, WrongState where it has ended meanwhile.
    """
    head = into
    if head.state == "merged":
        head = head.merged_into
    if head.pk == opinion.pk:
        raise Invalid("into", "不能并入它自己。")
    lock(head)
    if head.state not in HEADS:
        raise Invalid("into", "这件事已经办完或没有接收，不能再并入。")
    joining = [opinion, *members_of(opinion)]
    with act(opinion, "merge", by=by, words="与同一件事一并办理，您的编号不变。") as m:
        opinion.former_state = m.before
        opinion.accepted_at = opinion.accepted_at or clock.now()
        opinion.merged_into, opinion.group_id = head, head.root_id
        lets_go(opinion)
        rest(opinion)
        Opinion.objects.filter(merged_into=opinion, state="merged").update(merged_into=head, group=head.root_id)
        many = becomes_raised_by_many(head, joining)
        m.recorded = {"head": head.number, "former": m.before, "people": people(head) + 1, "many": many}
    if head.state == "replied":
        inherit(opinion, head)
    return opinion


@transaction.atomic
def unmerge(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """不是同一件事: it is open again, for itself."""
    reason = clean_text(reason, limit=500, name="原因", pointer="reason")
    with act(opinion, "unmerge", by=by, note=reason, words="已改为单独办理。") as m:
        m.recorded = {"head": opinion.merged_into.number}
        opinion.merged_into = opinion.group = None
        opinion.former_state = ""
        waits(opinion, next_holder(opinion))
    return opinion


def people(head: Opinion) -> int:
    """How many raised it: the head's author and those merged now."""
    return 1 + Opinion.objects.filter(merged_into=head, state__in=["merged", "replied", "closed"]).count()


def becomes_raised_by_many(head: Opinion, joining: Iterable[Opinion]) -> bool:
    """多人反映: with those who join now, as many people on one matter, in as many days, as the rule says (10 in 30 days);
    said once, when the number is reached."""
    rule = policies.value("opinion.many_people", head.town or head.congress)
    since = clock.now() - Span.parse(rule["within"]).n * timedelta(days=1)
    new = {row.pk for row in joining}
    joined = Opinion.objects.filter(merged_into=head, submitted_at__gte=since).exclude(pk__in=new).count()
    before = joined + (head.submitted_at >= since)
    return before < rule["people"] <= before + sum(row.submitted_at >= since for row in joining)


# -- answered together, rated alone ------------------------------------------------------------------------------------


def inherit_all(head: Opinion) -> None:
    """The head was answered: so is each member, who then rates alone."""
    for member in members_of(head):
        inherit(member, head)


def inherit(member: Opinion, head: Opinion) -> None:
    source = OpinionAnswer.objects.get(opinion=head, round=head.round)
    with act(member, "inherit", by=SYSTEM, words=source.text) as m:
        member.reopened = head.reopened
        answered(member, m, text=source.text, solved=source.solved, unit_solved=source.unit_solved, label=source.by_label,
                 source=source)  # fmt: skip
        m.by_label = source.by_label


# -- a head that leaves ------------------------------------------------------------------------------------------------


def members_to_move(head: Opinion) -> list[Opinion]:
    """The members under their locks, in order of their ids."""
    if head.merged_into_id is not None and head.state == "merged":
        return []
    rows = Opinion.objects.filter(merged_into=head, state="merged").select_for_update(of=("self",)).order_by("pk")
    return list(rows)


def promote(heir: Opinion, *, former: Opinion, to: str) -> Opinion:
    """The eldest member leads in the state the head had: holder, claimant, clocks, referral and links pass on."""
    others = Opinion.objects.filter(merged_into=former, state="merged").exclude(pk=heir.pk)
    heir.refresh_from_db()
    with act(heir, "promote", by=SYSTEM, words="您反映的事继续办理。") as m:
        m.to(to)
        m.recorded = {"former_head": former.number, "head": heir.number}
        heir.merged_into = None
        heir.former_state = ""
        if to == "open":
            waits(heir, next_holder(heir))
        else:
            _take_over(heir, former)
    others.update(merged_into=heir)
    return heir


def _take_over(heir: Opinion, former: Opinion) -> None:
    for name in ("holder_kind", "holder_seat_id", "holder_venue_id", "holder_organ_id", "claimed_by_id", "claimed_seat_id",
                 "last_claimant_id", "reopened", "waiting_since", "others_from", "station_from", "congress_from",
                 "suggested_organ_id", "suggested_note", "avoided"):  # fmt: skip
        setattr(heir, name, getattr(former, name))
    former.avoidances.update(opinion=heir)
    Referral.objects.filter(opinion=former, state__in=LIVE).update(opinion=heir)
    OpinionLink.objects.filter(opinion=former, ended_at=None).update(opinion=heir)
    for deadline in Deadline.objects.open().of(former).exclude(kind__in=OF_THE_AUTHOR):
        fixed = (
            {"until": deadline.due_at.astimezone(clock.SHANGHAI).date()} if deadline.fixed else {"span": deadline.span}
        )
        clocks.start(
            heir, deadline.kind, organ=deadline.organ, user=deadline.user, at=deadline.started_at,
            rules_of=deadline.rules_of, **fixed,
        )  # fmt: skip
    rest(former)


# -- a second round ----------------------------------------------------------------------------------------------------


def second_head(opinion: Opinion) -> Opinion | None:
    """Who leads the second round of this opinion's group already, if somebody does."""
    if opinion.group_id is None and not Opinion.objects.filter(group=opinion).exists():
        return None
    rows = Opinion.objects.in_group(opinion.root_id).filter(reopened=True, merged_into=None, state__in=LEADS)
    return rows.exclude(pk=opinion.pk).order_by("pk").first()


def leave_group(opinion: Opinion) -> None:
    """Stays alone from now on."""
    opinion.merged_into = opinion.group = None


def check_head(number: str, by: Actor) -> Opinion:
    """The head somebody names, if they may see it."""
    head = Opinion.objects.visible_to(by).select_related("merged_into").filter(number=number.strip().upper()).first()
    if head is None:
        raise Invalid("into", "没有找到这件事，请核对编号。")
    return head
