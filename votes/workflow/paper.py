"""Paper in the same count (ballots.md §3.5): issuing marks the roll, two people key each batch without seeing each other's."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from ground.errors import Forbidden, Invalid, WrongState
from ground.workflow import STAY, Actor, begin, move
from votes import majority
from votes.models import Keying, PaperBatch, Poll
from votes.rules.poll import is_scrutineer
from votes.workflow.casting import AlreadyCast, PaperIssued
from votes.workflow.electorate import Voter, named
from votes.workflow.poll import LOCK

Piece = tuple[int, str, int]


def issue_paper(poll: Poll, *, by: Actor, voter: Voter) -> None:
    """Hands a paper ballot to a voter: the line is taken, so that nobody votes twice. Like a cast it leaves no Step."""
    if not is_scrutineer(by, poll):
        raise Forbidden("只有本次表决的监票人能发放纸质票。")
    mine = poll.roll.filter(**named(voter))
    line = mine.first()
    if line is None:
        raise Invalid("voter", "这位代表不在名册上，请核对。")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK, poll.pk])
        cursor.execute(
            "UPDATE votes_rollline SET channel = 'paper' WHERE id = %s AND poll_id = %s AND channel = ''"
            " AND EXISTS (SELECT FROM votes_poll WHERE id = %s AND state = 'open')",
            [line.pk, poll.pk, poll.pk],
        )
        done = cursor.rowcount == 1
    if done:
        return
    line = mine.get()
    if line.channel == "online":
        raise AlreadyCast("这位代表已在网上投票，不能再领纸质票。")
    if line.channel == "paper":
        raise PaperIssued("这位代表已经领过纸质票。")
    raise WrongState


def cancel_paper(poll: Poll, *, by: Actor, voter: Voter, second: User) -> Poll:
    """Takes an unmarked paper back before two officers; the minutes count it."""
    with move(poll, "cancel_paper", by=by) as m:
        if second.pk == by.pk or not is_scrutineer(second, poll):
            raise Invalid("second", "请另一位监票人一起确认。")
        line = poll.roll.filter(**named(voter)).first()
        if line is None or line.channel != "paper":
            raise Invalid("voter", "这位代表没有领取纸质票。")
        poll.roll.filter(pk=line.pk).update(channel="")
        m.recorded = {"second": second.name}
    return poll


def open_batch(poll: Poll, *, by: Actor, voter_class: str, issued: int) -> PaperBatch:
    """A stack of papers of one class: how many were handed out."""
    if poll.state not in ("open", "closed"):
        raise WrongState
    last = poll.batches.order_by("-number").values_list("number", flat=True).first() or 0
    if issued < 1:
        raise Invalid("issued", "发出的票数至少是 1。")
    left = poll.roll.filter(channel="paper", voter_class=voter_class).count() - sum(
        batch.issued for batch in poll.batches.filter(voter_class=voter_class)
    )
    if issued > left:
        raise Invalid("issued", f"名册上还没有归入票批的领票人只有 {left} 名，请核对。")
    batch = PaperBatch(poll=poll, voter_class=voter_class, number=last + 1, issued=issued)
    with begin(batch, "open_batch", by=by):
        pass
    return batch


def key(batch: PaperBatch, *, by: Actor, returned: int, spoiled: int, marks: Iterable[Piece]) -> PaperBatch:
    """What one keyer reads off: papers returned, spoiled, and the pieces of the valid ones. The second keying decides
    whether the batch agrees; until then nobody reads either."""
    with move(batch, "key", by=by) as m:
        pieces = check_keying(batch, returned, spoiled, marks)
        Keying.objects.create(batch=batch, keyer_id=by.pk, returned=returned, spoiled=spoiled, marks=pieces)
        keyings = list(batch.keyings.all())
        if len(keyings) < 2:
            m.to(STAY)
        elif is_same(*keyings):
            _agree(batch, keyings[0])
            m.to("agreed")
        else:
            m.to("differs")
    return batch


def settle(batch: PaperBatch, *, by: Actor, take: str, reason: str) -> PaperBatch:
    """总监票人 looks at the papers themselves: takes the first or the second keying, or has both done again."""
    with move(batch, "settle", by=by, note=reason) as m:
        keyings = list(batch.keyings.all())
        if take == "again":
            batch.keyings.all().delete()
            m.to("waiting")
        else:
            _agree(batch, keyings[0 if take == "first" else 1])
            m.to("agreed")
        m.recorded = {"take": take}
    return batch


def _agree(batch: PaperBatch, keying: Keying) -> None:
    batch.returned, batch.spoiled, batch.marks = keying.returned, keying.spoiled, keying.marks
    batch.unreturned, batch.valid = batch.issued - keying.returned, keying.returned - keying.spoiled


def is_same(one: Keying, other: Keying) -> bool:
    return (one.returned, one.spoiled, one.marks) == (other.returned, other.spoiled, other.marks)


def differences(one: Keying, other: Keying) -> list[tuple[str, str, str]]:
    """Where two keyings differ: what it is, what the first says, what the second says."""
    told = [("收回", one.returned, other.returned), ("废票", one.spoiled, other.spoiled)]
    first, second = ({(item, choices): n for item, choices, n in k.marks} for k in (one, other))
    for item, choices in sorted(first.keys() | second.keys()):
        word = f"第 {item} 项 {choices}" if item else choices
        told.append((word, first.get((item, choices), 0), second.get((item, choices), 0)))
    return [(word, str(a), str(b)) for word, a, b in told if a != b]


def check_keying(batch: PaperBatch, returned: int, spoiled: int, marks: Iterable[Piece]) -> list[list[Any]]:
    """The pieces in their one order; Invalid for counts that cannot be."""
    poll = batch.poll
    if not 0 <= returned <= batch.issued:
        raise Invalid("returned", f"收回的票数应在 0 到发出的 {batch.issued} 张之间。")
    if not 0 <= spoiled <= returned:
        raise Invalid("spoiled", f"废票应在 0 到收回的 {returned} 张之间。")
    valid, gathered = returned - spoiled, {}
    for item, choices, copies in marks:
        if copies < 0:
            raise Invalid("marks", "票数不能是负数。")
        if item not in poll.items:
            raise Invalid("marks", "有不认识的表决项。")
        _check_piece(poll, choices)
        if copies:
            gathered[item, choices] = gathered.get((item, choices), 0) + copies
    for item in poll.items:
        total = sum(copies for (at, _), copies in gathered.items() if at == item)
        if total != valid:
            where = f"第 {item} 项的票数合计" if item else "录入的选票"
            raise Invalid("marks", f"{where}是 {total}，应等于有效票 {valid} 张，请核对。")
    return [[item, choices, copies] for (item, choices), copies in sorted(gathered.items())]


def _check_piece(poll: Poll, choices: str) -> None:
    if poll.unit == "item":
        if choices not in {code for code, _ in poll.codes}:
            raise Invalid("marks", "有不认识的选项。")
        return
    try:
        majority.check_marks(poll.mode, poll.rule, len(poll.options), choices)
    except majority.BadMarks as wrong:
        raise Invalid("marks", f"有一张票应作废票：{wrong}") from None
