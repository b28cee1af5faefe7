"""Whose poll it is: the seats of a term, or the members of an assembly; and the roll as it is drawn up at the opening."""

from collections import Counter
from typing import Any

from django.db.models import Q

from accounts.models import Post, User
from accounts.states import Role
from clocks import rules as policies
from deputies.models import Seat
from deputies.states import SeatState
from ground.errors import GuardFailed
from votes.models import AssemblyMember, Poll, RollLine
from votes.states import Away, Presence, VoterClass

Voter = Seat | AssemblyMember


def voters_of(poll: Poll) -> Any:
    """Who may vote in it now, in the order the roll is drawn up."""
    if poll.assembly_id:
        return AssemblyMember.objects.sitting().filter(assembly=poll.assembly_id).order_by("number")
    return Seat.objects.filter(term=poll.term_id, state=SeatState.ACTIVE).order_by("deputy__code")


def users_of(poll: Poll) -> Any:
    """The accounts of those who may vote: from among them come 总监票人 and 监票人."""
    voters = voters_of(poll).order_by()
    user = voters.values("user" if poll.assembly_id else "deputy__user")
    return User.objects.filter(pk__in=user)


def named(voter: Voter) -> dict[str, Voter]:
    """The column of a roll line or an absence that holds this voter."""
    return {"member" if isinstance(voter, AssemblyMember) else "seat": voter}


def draw_up(poll: Poll) -> None:
    """Lines in the order of codes, and the figures of each class."""
    lines = _members(poll) if poll.assembly_id else _seats(poll)
    if not lines:
        raise GuardFailed("empty_roll", "没有能参加表决的代表，请核对请假和缺席。")
    RollLine.objects.bulk_create(lines, batch_size=1000)


def _seats(poll: Poll) -> list[RollLine]:
    """Who has several seats or fits several classes stands once, in the first. Suspended ones count and do not vote."""
    held = (SeatState.ACTIVE, SeatState.SUSPENDED)
    seats = Seat.objects.filter(term=poll.term_id, state__in=held).select_related("deputy").order_by("deputy__code")
    of_committee = set(
        Post.objects.live()
        .filter(organ=poll.organ_id, role__in=(Role.COUNCIL_LEADER, Role.SC_MEMBER))
        .values_list("user_id", flat=True)
    )
    away = dict(poll.away.values_list("seat_id", "kind"))
    codes = {one.code for one in poll.classes.all()}
    lines: list[RollLine] = []
    tally: dict[str, Counter[str]] = {code: Counter() for code in codes}
    for seat in seats:
        fits = VoterClass.COMMITTEE if seat.deputy.user_id in of_committee else VoterClass.DEPUTIES
        code = fits if fits in codes else VoterClass.DEPUTIES if VoterClass.DEPUTIES in codes else ""
        if not code:
            continue
        if _stands(seat.state == SeatState.SUSPENDED, away.get(seat.pk, ""), tally[code]):
            lines.append(RollLine(poll=poll, seat=seat, voter_class=code))
    _put_figures(poll, tally)
    return lines


def _members(poll: Poll) -> list[RollLine]:
    """One class. Of a poll at a meeting those are there who were marked present; nobody is ever suspended."""
    away = dict(poll.away.values_list("member_id", "kind"))
    if poll.meeting_id:
        came = dict(poll.meeting.attendance.values_list("member_id", "presence"))
        missing = {Presence.LEAVE: Away.LEAVE, Presence.PRESENT: ""}
        away = {m.pk: away.get(m.pk) or missing.get(came.get(m.pk, ""), Away.ABSENT) for m in voters_of(poll)}
    lines: list[RollLine] = []
    tally: Counter[str] = Counter()
    for member in voters_of(poll):
        if _stands(False, away.get(member.pk, ""), tally):
            lines.append(RollLine(poll=poll, member=member, voter_class=VoterClass.MEMBERS))
    _put_figures(poll, {VoterClass.MEMBERS.value: tally})
    return lines


def _stands(suspended: bool, away: str, counted: Counter[str]) -> bool:
    """Counts one voter; whether a line of the roll is theirs."""
    counted["suspended" if suspended else "active"] += 1
    if suspended:
        return False
    if away:
        counted["leave"] += away == Away.LEAVE
        return False
    counted["present"] += 1
    return True


def _put_figures(poll: Poll, tally: dict[str, Counter[str]]) -> None:
    """名额, 实有, 暂停, 应出席, 请假, 实到 of each class, as the chair reads them out."""
    counts_suspended = policies.value("poll.suspended_count", poll.organ)
    for one in poll.classes.all():
        counted = tally.get(one.code, Counter())
        one.suspended, one.due = counted["suspended"], counted["active"]
        one.actual = counted["active"] + (counted["suspended"] if counts_suspended else 0)
        one.leave, one.present = counted["leave"], counted["present"]
        one.quota = max(one.quota, one.actual)
        one.save()


def lines_with(poll: Poll, channel: str) -> Any:
    """The lines of the roll in one channel, with whoever they stand for."""
    return poll.roll.filter(channel=channel).select_related("seat__deputy", "seat__delegation", "member__region")


def users_on_roll(poll: Poll) -> list[int]:
    """The accounts of everybody on the roll."""
    there = poll.roll.filter(~Q(seat__deputy__user=None) | ~Q(member__user=None)).order_by("pk")
    return [seat or member for seat, member in there.values_list("seat__deputy__user_id", "member__user_id")]
