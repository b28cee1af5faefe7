"""The count (ballots.md §3.7): k officers open every envelope in memory and fill the sorted box, in one transaction."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.views.decorators.debug import sensitive_variables

from ground.errors import GuardFailed, Invalid
from ground.workflow import Actor, move
from votes import majority, sealing
from votes.models import BoxPaper, Poll, key_of
from votes.workflow.poll import Secrets

Box = dict[tuple[str, int, str], int]  # class, item, choices → copies


@sensitive_variables()
def count(poll: Poll, *, by: Actor, secrets: Secrets | None = None) -> Poll:
    """Opens, checks, sorts, counts. A line that fails stops it and names the voter; nothing is written then.

    `secrets` are the slips of exactly k officers (of a named poll none). Raises Invalid, GuardFailed.
    """
    with move(poll, "count", by=by) as m:
        box = fill(poll, opened(poll, secrets or {}))
        BoxPaper.objects.bulk_create(
            (BoxPaper(poll=poll, voter_class=c, item=item, choices=choices, copies=n) for (c, item, choices), n in box),
            batch_size=2000,
        )
        poll.box_sha256 = hashlib.sha256(box_csv(box)).digest()
        poll.result = {"classes": results(poll, dict(box))}
        m.recorded = {"box_sha256": poll.box_sha256.hex(), "officers": len(secrets or {})}
    return poll


@sensitive_variables()
def opened(poll: Poll, secrets: Secrets) -> list[tuple[str, str]]:
    """Class and marks of every line that was cast online; in no order that means anything later, for they are sorted."""
    private = _private_key(poll, secrets) if poll.secret else None
    info = sealing.info_of(poll.number, poll.rule_sha256)
    papers, options = [], len(poll.options)
    name = "member__name" if poll.assembly_id else "seat__deputy__name"
    lines = poll.roll.filter(channel="online").values_list("seat_id", "member_id", "voter_class", "sealed", "mac", name)
    for seat, member, voter_class, envelope, given, name in lines.iterator(chunk_size=5000):
        envelope = bytes(envelope)
        try:
            if not sealing.mac_fits(poll.number, key_of(seat, member), envelope, bytes(given)):
                raise sealing.EnvelopeBroken
            marks = sealing.read_open(envelope) if private is None else sealing.open_envelope(envelope, private, info)
            majority.check_marks(poll.mode, poll.rule, options, marks)
        except (sealing.EnvelopeBroken, majority.BadMarks):
            above = "人大街道工委" if poll.is_advice else "主席团"
            raise GuardFailed(
                "envelope_broken",
                f"{name}的选票信封不是原样，计票停止，没有写入任何结果。请报告{above}。",
            ) from None
        papers.append((voter_class, marks))
    return papers


@sensitive_variables()
def _private_key(poll: Poll, secrets: Secrets) -> Any:
    if len(secrets) != poll.k:
        raise Invalid("slips", f"需要 {poll.k} 名监票人同时输入开箱密语。")
    wrap = poll.wraps.filter(officers=sealing.names(secrets)).first()
    if wrap is None:
        raise Invalid("slips", "输入开箱密语的人不都是本次表决的监票人。")
    try:
        return sealing.unwrap(poll.number, bytes(wrap.wrapped), secrets)
    except sealing.SlipWrong as wrong:
        raise Invalid("slips", str(wrong)) from None


def fill(poll: Poll, papers: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, int, str], int]]:
    """Online papers and the agreed paper ones in one sorted multiset of pieces; the channel is not in it."""
    whole = Counter(papers)
    box: Counter[tuple[str, int, str]] = Counter()
    for (voter_class, marks), copies in whole.items():
        for item, choices in majority.pieces_of(marks, poll.unit):
            box[voter_class, item, choices] += copies
    for batch in poll.batches.all():
        for item, choices, copies in batch.marks or ():
            box[batch.voter_class, item, choices] += copies
    return sorted(box.items())


def box_csv(box: Iterable[tuple[tuple[str, int, str], int]]) -> bytes:
    """class,item,choices: one line a paper, sorted."""
    return "".join(lines_of(box)).encode()


def lines_of(box: Iterable[tuple[tuple[str, int, str], int]]) -> Iterator[str]:
    yield "class,item,choices\n"
    for (voter_class, item, choices), copies in box:
        yield f"{voter_class},{item},{choices}\n" * copies


def box_of(poll: Poll) -> Box:
    rows = poll.box.values_list("voter_class", "item", "choices", "copies").order_by("voter_class", "item", "choices")
    return {(voter_class, item, choices): copies for voter_class, item, choices, copies in rows}


def results(poll: Poll, box: Box) -> list[dict[str, Any]]:
    """What each class decided, with the class's figures; small classes of a secret poll show the outcome alone."""
    told = []
    for one in poll.classes.all():
        pieces = [(item, choices, n) for (code, item, choices), n in box.items() if code == one.code]
        first = poll.items[0]
        valid = sum(n for item, _, n in pieces if item == first)
        result = majority.decide(poll.mode, poll.rule, poll.options, one.people, pieces, valid)
        if poll.secret and majority.is_withheld(valid):
            result = majority.withhold(result)
        told.append({"class": one.code, "people": one.people, "papers": papers_of(poll, one.code), **result})
    return told


def papers_of(poll: Poll, code: str) -> dict[str, int]:
    """发出, 收回, 未收回, 有效, 废票 of a class's paper ballots."""
    batches = [batch for batch in poll.batches.all() if batch.voter_class == code]
    return {
        name: sum(getattr(b, name) or 0 for b in batches)
        for name in ("issued", "returned", "unreturned", "valid", "spoiled")
    }
