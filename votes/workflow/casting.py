"""Casting: one UPDATE of one line of the roll, and nothing else is written (ballots.md §3.2–3). Not an edge, no Step."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from deputies.states import SeatState
from ground.errors import DomainError, Forbidden, Invalid, WrongState
from ground.workflow import Actor
from votes import majority, sealing
from votes.models import Poll, RollLine
from votes.queries.poll import line_of
from votes.states import MemberState
from votes.workflow.poll import LOCK

NOT_OPEN = "这次表决现在不能投票，请看大屏幕或问工作人员。"


class AlreadyCast(DomainError):
    status, code = 409, "already_cast"
    detail = "您已投票，以第一次存入的为准。"


class PaperIssued(DomainError):
    status, code = 409, "paper_issued"
    detail = "您已领取纸质票，请用纸质票投票。"


@dataclass(frozen=True)
class Receipt:
    """An envelope of this voter lies in the roll. It tells no choice and no time."""

    poll: str
    voter_class: str
    fingerprint: str
    signature: str
    stored: str = "now"  # now | earlier


@sensitive_variables("marks", "paper", "cast_id")
def cast(poll: Poll, *, by: Actor, marks: str, cast_id: str, line: RollLine | None = None) -> Receipt:
    """Stores the vote of `by`, once. A retry with the same `cast_id` answers the same receipt, "earlier".

    `line` is the actor's own line, where it has been read already.

    Raises Forbidden (not on the roll, or suspended), WrongState, AlreadyCast, PaperIssued, Invalid (marks beyond the rule).
    """
    line = line or line_of(poll, by)
    if line is None or not may_vote(line):
        raise Forbidden("您不在这次表决的名册上。")
    try:
        majority.check_marks(poll.mode, poll.rule, len(poll.options), marks)
    except majority.BadMarks as wrong:
        raise Invalid("marks", str(wrong)) from None
    tag = sealing.tag_of(cast_id)
    paper = sealing.lay_open(marks)
    if poll.secret:
        if poll.public_key is None:
            raise WrongState(NOT_OPEN)
        paper = sealing.seal(marks, bytes(poll.public_key), sealing.info_of(poll.number, poll.rule_sha256))
    with transaction.atomic():
        stored = _put(poll, line, paper, tag)
    if stored:
        line.fingerprint = sealing.fingerprint(paper)
        return receipt_of(poll, line, stored="now")
    line = RollLine.objects.get(pk=line.pk)
    if line.channel == "paper":
        raise PaperIssued
    if line.channel == "":
        raise WrongState(NOT_OPEN)
    if bytes(line.cast_tag or b"") != tag:
        raise AlreadyCast
    return receipt_of(poll, line)


def may_vote(line: RollLine) -> bool:
    """Whoever was suspended, or left, since the roll was drawn up does not vote."""
    if line.seat_id:
        return bool(line.seat.state == SeatState.ACTIVE)
    return bool(line.member.state == MemberState.CONFIRMED)


def _put(poll: Poll, line: RollLine, paper: bytes, tag: bytes) -> bool:
    """The one write: waits for a close in progress, then asks the state within the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK, poll.pk])
        cursor.execute(
            "UPDATE votes_rollline SET channel = 'online', sealed = %s, mac = %s, fingerprint = %s, cast_tag = %s"
            " WHERE id = %s AND poll_id = %s AND channel = ''"
            " AND EXISTS (SELECT FROM votes_poll WHERE id = %s AND state = 'open')",
            [
                paper,
                sealing.mac(poll.number, line.key, paper),
                sealing.fingerprint(paper),
                tag,
                line.pk,
                poll.pk,
                poll.pk,
            ],
        )
        return cursor.rowcount == 1


def receipt_of(poll: Poll, line: RollLine, stored: str = "earlier") -> Receipt:
    """The receipt of a line, made anew on demand."""
    fingerprint = bytes(line.fingerprint)
    signature = sealing.sign(poll.number, line.voter_class, fingerprint)
    return Receipt(poll.number, line.voter_class, fingerprint.hex(), signature, stored)
