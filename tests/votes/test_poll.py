"""A poll from draft to publication and what is refused on the way; the roll, the box and the database's own guards."""

import hashlib
from collections.abc import Iterator

import pytest
from django.db import Error, connection, transaction

from accounts.models import User
from ground import clock
from ground.errors import DomainError, Forbidden, GuardFailed, Invalid, WrongState
from ground.models import AuditLine
from tests.cast import people
from tests.votes.polling import START, Polling
from votes import sealing
from votes.models import BoxPaper, KeyWrap, Poll, RollLine
from votes.queries.poll import turnout
from votes.workflow import casting, paper, poll as polls
from votes.workflow.counting import box_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[Polling]:
    with clock.at(START):
        yield Polling(people())


def check_now() -> None:
    """What the database checks when a transaction ends, asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_secret_poll_goes_its_whole_way(told: Polling) -> None:
    seats = [*told.seats(6), told.cast.seat("D00001"), told.cast.seat("D00002")]
    poll = told.opened()
    assert poll.wraps.count() == 3 and poll.sealed_len == 81
    choices = ["+++", "+-0", "+-0", "---", "+++", "++0", "+++", "+++"]
    for seat, marks in zip(seats, choices, strict=True):
        receipt = told.vote(poll, seat, marks)
        assert receipt.stored == "now"
    assert turnout(poll)[0]["done"] == 8
    poll = told.closed(poll)
    line = AuditLine.objects.filter(act="votes.close").get()
    assert poll.roll_sha256.hex() in line.columns
    poll = told.counted(poll)
    check_now()
    box = box_of(poll)
    assert box["deputies", 1, "+"] == 7 and box["deputies", 1, "-"] == 1
    assert sum(n for (_, item, _), n in box.items() if item == 2) == 8
    poll = told.published(poll)
    check_now()
    assert KeyWrap.objects.count() == 0
    assert not RollLine.objects.exclude(sealed=None, mac=None, cast_tag=None).exists()
    assert poll.roll.exclude(fingerprint=None).count() == 8
    result = poll.result["classes"][0]
    assert result["people"] == {"quota": 10, "actual": 10, "suspended": 0, "due": 10, "leave": 0, "present": 10}
    assert result["passed"] == [1] and result["majority"]["needed"] == 6


def test_a_named_poll_needs_no_slips_and_keeps_who_chose_what(told: Polling) -> None:
    told.seats(5)
    poll = told.opened(secret=False)
    for line in list(poll.roll.select_related("seat__deputy"))[:6]:
        told.vote(poll, line.seat, "+0-")
    poll = told.published(told.counted(told.closed(poll)))
    check_now()
    papers = [bytes(line.sealed) for line in poll.roll.exclude(sealed=None)]
    assert [sealing.read_open(p) for p in papers] == ["+0-"] * 6
    assert poll.result["classes"][0]["lines"][0]["votes"] == 6


def test_the_roll_holds_who_is_there_and_the_figures_hold_everybody(told: Polling) -> None:
    suspended, away, absent = told.seats(3)
    told.suspend(suspended)
    draft = told.draft()
    polls.excuse(draft, by=told.cast.chen, leave=[away], absent=[absent])
    told.draft = lambda **words: draft  # type: ignore[method-assign]
    poll = told.opened()
    one = poll.classes.get()
    assert one.people == {"quota": 7, "actual": 7, "suspended": 1, "due": 6, "leave": 1, "present": 4}
    assert poll.roll.count() == 4
    codes = [line.seat.deputy.code for line in poll.roll.order_by("pk")]
    assert codes == sorted(codes)


def test_whoever_fits_two_classes_stands_once_in_the_first(told: Polling) -> None:
    poll = told.opened(classes={"committee": 0, "deputies": 0})
    assert sorted(poll.roll.values_list("voter_class", flat=True)) == ["committee", "committee", "deputies", "deputies"]
    assert {c.code: c.present for c in poll.classes.all()} == {"committee": 2, "deputies": 2}


def test_a_retry_answers_the_same_receipt_and_another_vote_is_refused(told: Polling) -> None:
    poll, seat = told.opened(), told.cast.seat("D00001")
    first = told.vote(poll, seat, "+++", "one")
    again = told.vote(poll, seat, "---", "one")  # an altered body cannot be noticed: the first one counts
    assert (again.stored, again.fingerprint, again.signature) == ("earlier", first.fingerprint, first.signature)
    with pytest.raises(casting.AlreadyCast):
        told.vote(poll, seat, "+++", "two")
    told.counted(told.closed(poll))
    assert list(BoxPaper.objects.values_list("item", "choices", "copies")) == [(1, "+", 1), (2, "+", 1), (3, "+", 1)]


def test_ballots_that_cannot_be_taken_leave_the_roll_alone(told: Polling) -> None:
    stranger, suspended = told.seats(1, "lx-rd")[0], told.seats(1)[0]
    poll = told.opened(mode="choose_n", rule={"most": 1})
    told.suspend(suspended)
    for seat, marks, refusal in (
        (told.cast.seat("D00001"), "110", Invalid),
        (told.cast.seat("D00001"), "1x0", Invalid),
        (told.cast.seat("D00001"), "10", Invalid),
        (stranger, "100", Forbidden),
        (suspended, "100", Forbidden),
    ):
        with pytest.raises(refusal):
            told.vote(poll, seat, marks)
    assert turnout(poll)[0]["done"] == 0
    told.closed(poll)
    with pytest.raises(WrongState):
        told.vote(poll, told.cast.seat("D00001"), "100")


def test_nothing_opens_without_its_officers_and_a_trial(told: Polling) -> None:
    with pytest.raises(GuardFailed, match="监票人"):
        polls.propose(told.draft(), by=told.cast.chen)
    poll = told.fresh(told.keyed())
    chief = told.user(told.cast.shi)
    wrong = {**told.slips, told.cast.tang.pk: sealing.read_slip(sealing.new_slip())}
    with pytest.raises(Invalid, match="试开没有成功"):
        polls.open_poll(poll, by=chief, secrets=wrong)
    with pytest.raises(Invalid, match="每一位监票人"):
        polls.open_poll(told.fresh(poll), by=chief, secrets={})
    with pytest.raises(Forbidden):
        polls.open_poll(told.fresh(poll), by=told.cast.chen, secrets=told.slips)
    assert Poll.objects.get(pk=poll.pk).state == "draft"
    with pytest.raises(GuardFailed, match="不能再改"):
        polls.revise(told.fresh(poll), by=told.cast.chen, title="另一个名称")


def test_any_two_of_the_three_open_the_box_and_nobody_else(told: Polling) -> None:
    poll = told.opened()
    told.vote(poll, told.cast.seat("D00001"), "+++")
    poll = told.closed(poll)
    shi, tang, zhao = told.officers
    for some in ((shi,), (shi, tang, zhao), (shi, told.cast.cai)):
        told.slips.setdefault(told.cast.cai.pk, sealing.read_slip(sealing.new_slip()))
        with pytest.raises(Invalid):
            told.counted(poll, *some)
    for some in ((shi, tang), (tang, zhao), (shi, zhao)):
        point = transaction.savepoint()
        assert told.counted(poll, *some).state == "counted"
        transaction.savepoint_rollback(point)


def test_void_destroys_without_opening(told: Polling) -> None:
    poll = told.opened()
    told.vote(poll, told.cast.seat("D00001"), "+++")
    with pytest.raises(Forbidden):
        polls.void(told.fresh(poll), by=told.cast.chen, reason="投票器故障")
    poll = polls.void(told.fresh(poll), by=told.user(told.cast.shi), reason="投票器故障")
    check_now()
    assert poll.state == "void" and not KeyWrap.objects.exists()
    assert not RollLine.objects.exclude(sealed=None).exists() and not BoxPaper.objects.exists()


def test_a_tie_goes_to_a_second_round_of_its_own(told: Polling) -> None:
    told.seats(2)
    poll = told.opened(mode="choose_n", rule={"most": 2, "pass": 1})
    for line in poll.roll.select_related("seat__deputy"):
        told.vote(poll, line.seat, "110")
    poll = told.counted(told.closed(poll))
    assert poll.result["classes"][0]["tie"] == {"items": [1, 2], "seats": 1}
    second = polls.second_round(told.fresh(poll), by=told.cast.chen)
    assert second.options == list(poll.options[:2]) and second.previous == poll and second.state == "draft"
    assert second.rule["majority"] is None and second.rule["pass"] == 1
    with pytest.raises(GuardFailed, match="没有并列"):
        polls.second_round(told.fresh(poll), by=told.cast.chen)


def test_paper_and_online_are_counted_together(told: Polling) -> None:
    seats = told.seats(6)
    poll = told.opened()
    told.hand_out(poll, *seats[:4])
    with pytest.raises(casting.PaperIssued):
        told.vote(poll, seats[0], "+++")
    told.vote(poll, seats[5], "+++")
    with pytest.raises(casting.AlreadyCast):
        told.hand_out(poll, seats[5])
    polls_officer = told.user(told.cast.tang)
    with pytest.raises(Invalid, match="另一位监票人"):
        paper.cancel_paper(told.fresh(poll), by=polls_officer, voter=seats[3], second=polls_officer)
    paper.cancel_paper(told.fresh(poll), by=polls_officer, voter=seats[3], second=told.user(told.cast.shi))
    poll = told.closed(poll)
    with pytest.raises(GuardFailed, match="没有核对完"):
        told.counted(poll)
    told.keyed_batch(poll, issued=3, returned=3, spoiled=1, marks=[(1, "+", 2), (2, "+", 1), (2, "-", 1), (3, "0", 2)])
    poll = told.counted(poll)
    check_now()
    assert box_of(poll)["deputies", 1, "+"] == 3
    assert poll.result["classes"][0]["papers"] == {
        "issued": 3,
        "returned": 3,
        "unreturned": 0,
        "valid": 2,
        "spoiled": 1,
    }


def test_two_keyers_who_disagree_are_settled_by_the_chief(told: Polling) -> None:
    seats = told.seats(2)
    poll = told.opened(mode="choose_n", rule={"most": 1})
    told.hand_out(poll, *seats)
    poll = told.closed(poll)
    batch = paper.open_batch(told.fresh(poll), by=told.user(told.cast.tang), voter_class="deputies", issued=2)
    cai, he = told.user(told.cast.cai), told.user(told.cast.he)

    def fresh() -> object:
        return type(batch).objects.get(pk=batch.pk)

    paper.key(fresh(), by=cai, returned=2, spoiled=0, marks=[(0, "100", 2)])
    with pytest.raises(GuardFailed, match="另一人"):
        paper.key(fresh(), by=cai, returned=2, spoiled=0, marks=[(0, "100", 2)])
    batch = paper.key(fresh(), by=he, returned=2, spoiled=1, marks=[(0, "010", 1)])
    assert batch.state == "differs"
    assert paper.differences(*batch.keyings.all()) == [("废票", "0", "1"), ("010", "0", "1"), ("100", "2", "0")]
    with pytest.raises(GuardFailed):
        told.counted(poll)
    with pytest.raises(Forbidden):
        paper.settle(fresh(), by=cai, take="first", reason="")
    again = paper.settle(fresh(), by=told.user(told.cast.shi), take="again", reason="当场复核")
    assert again.state == "waiting" and not again.keyings.exists()
    for keyer in (cai, he):
        batch = paper.key(fresh(), by=told.user(keyer), returned=2, spoiled=1, marks=[(0, "010", 1)])
    assert batch.state == "agreed" and (batch.valid, batch.unreturned) == (1, 0)


@pytest.mark.parametrize(
    ("returned", "spoiled", "marks", "words"),
    [
        (3, 0, [(0, "100", 3)], "收回的票数应在 0 到发出的 2 张之间"),
        (-1, 0, [], "收回"),
        (2, 3, [], "废票应在 0 到收回的 2 张之间"),
        (2, -1, [], "废票"),
        (2, 0, [(0, "100", 1)], "录入的选票是 1，应等于有效票 2 张"),
        (2, 0, [(0, "100", 3), (0, "010", -1)], "不能是负数"),
        (2, 0, [(0, "110", 2)], "应作废票"),
        (2, 0, [(1, "1", 2)], "不认识"),
    ],
)
def test_impossible_paper_counts_are_refused(
    told: Polling, returned: int, spoiled: int, marks: list, words: str
) -> None:
    seats = told.seats(2)
    poll = told.opened(mode="choose_n", rule={"most": 1})
    told.hand_out(poll, *seats)
    poll = told.closed(poll)
    batch = paper.open_batch(told.fresh(poll), by=told.user(told.cast.tang), voter_class="deputies", issued=2)
    with pytest.raises(Invalid, match=words):
        paper.key(batch, by=told.user(told.cast.cai), returned=returned, spoiled=spoiled, marks=marks)
    assert not batch.keyings.exists()


def test_more_papers_than_were_handed_out_make_no_batch(told: Polling) -> None:
    poll = told.opened()
    told.hand_out(poll, told.cast.seat("D00001"))
    poll = told.fresh(poll)
    for issued in (0, 2):
        with pytest.raises(Invalid):
            paper.open_batch(poll, by=told.user(told.cast.tang), voter_class="deputies", issued=issued)


# -- what PostgreSQL holds ---------------------------------------------------------------------------------------------


def refused(sql: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Error:
        return True
    return False


def test_the_application_cannot_rewrite_a_vote(told: Polling) -> None:
    poll = told.opened()
    told.vote(poll, told.cast.seat("D00001"), "+++")
    line, free = poll.roll.get(channel="online"), poll.roll.filter(channel="").first()
    whole = bytes(line.sealed)
    for sql, *values in (
        ("UPDATE votes_rollline SET channel = '' WHERE id = %s", line.pk),
        ("UPDATE votes_rollline SET sealed = NULL, mac = NULL, cast_tag = NULL WHERE id = %s", line.pk),
        ("UPDATE votes_rollline SET sealed = %s WHERE id = %s", whole[::-1], line.pk),
        ("UPDATE votes_rollline SET cast_tag = %s WHERE id = %s", b"x" * 32, line.pk),
        ("UPDATE votes_rollline SET seat_id = %s WHERE id = %s", told.cast.seat("D00003").pk, free.pk),
        ("DELETE FROM votes_rollline WHERE id = %s", free.pk),
        ("UPDATE votes_rollline SET channel = 'online', sealed = %s, mac = %s, fingerprint = %s, cast_tag = %s WHERE id = %s",
         whole[:-1], b"m" * 32, b"f" * 32, b"t" * 32, free.pk),
        ("INSERT INTO votes_rollline (poll_id, seat_id, voter_class, channel) VALUES (%s, %s, 'deputies', '')",
         poll.pk, told.cast.seat("D00003").pk),
        ("UPDATE votes_poll SET options = '[]' WHERE id = %s", poll.pk),
        ("UPDATE votes_poll SET public_key = %s WHERE id = %s", b"k" * 32, poll.pk),
        ("UPDATE votes_poll SET state = 'counted' WHERE id = %s", poll.pk),
        ("UPDATE votes_poll SET state = 'draft' WHERE id = %s", poll.pk),
        ("DELETE FROM votes_poll WHERE id = %s", poll.pk),
        ("DELETE FROM votes_keywrap WHERE poll_id = %s", poll.pk),
        ("INSERT INTO votes_boxpaper VALUES ('deputies', 1, '+', 1, %s)", poll.pk),
        ("TRUNCATE votes_rollline CASCADE",),
        ("ALTER TABLE votes_rollline DISABLE TRIGGER ALL",),
    ):  # fmt: skip
        assert refused(sql, *values), sql


def test_the_box_is_filled_by_a_count_alone_and_must_add_up(told: Polling) -> None:
    poll = told.opened()
    told.vote(poll, told.cast.seat("D00001"), "+++")
    poll = told.closed(poll)
    put = (
        "INSERT INTO votes_boxpaper (poll_id, voter_class, item, choices, copies) VALUES (%s, 'deputies', %s, '+', %s)"
    )
    turn = "UPDATE votes_poll SET state = 'counted', box_sha256 = '\\x00' WHERE id = %s"
    assert refused(put, poll.pk, 1, 1)
    assert refused(turn, poll.pk)
    poll = told.counted(poll)
    check_now()
    assert refused("UPDATE votes_boxpaper SET copies = 2 WHERE poll_id = %s", poll.pk)
    assert refused("DELETE FROM votes_boxpaper WHERE poll_id = %s", poll.pk)
    assert refused(put, poll.pk, 9, 1)
    assert refused("UPDATE votes_poll SET state = 'published' WHERE id = %s", poll.pk), "envelopes are still there"


def test_a_stranger_sees_a_poll_only_when_it_is_published(told: Polling) -> None:
    poll = told.opened(is_public=True)
    outsider = told.cast.liu
    assert not Poll.objects.visible_to(outsider).exists()
    assert Poll.objects.visible_to(User.objects.get(pk=told.cast.wang.pk)).get() == poll
    assert Poll.objects.visible_to(told.cast.chen).exists()
    told.published(told.counted(told.closed(poll)))
    assert Poll.objects.visible_to(outsider).exists()


def test_a_small_class_shows_the_outcome_alone(told: Polling) -> None:
    poll = told.opened()
    for code in ("D00001", "D00002"):
        told.vote(poll, told.cast.seat(code), "+++")
    poll = told.counted(told.closed(poll))
    one = poll.result["classes"][0]
    assert one["withheld"] and set(one["lines"][0]) == {"item", "text", "outcome"}


def test_receipts_are_made_anew_and_can_be_verified(told: Polling) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    poll = told.opened()
    receipt = told.vote(poll, told.cast.seat("D00001"), "+++")
    line = poll.roll.get(channel="online")
    assert casting.receipt_of(poll, line).signature == receipt.signature
    assert hashlib.sha256(bytes(line.sealed)).hexdigest() == receipt.fingerprint
    text = sealing.receipt_text(poll.number, "deputies", receipt.fingerprint)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(sealing.verifying_key())).verify(
        bytes.fromhex(receipt.signature), text.encode()
    )


def test_slips_are_read_however_they_are_typed() -> None:
    slip = sealing.new_slip()
    whole = sealing.read_slip(slip)
    assert sealing.read_slip(slip.lower().replace("-", " ")) == whole
    swapped = {"0": "O", "1": "I"}
    assert sealing.read_slip("".join(swapped.get(c, c) for c in slip[:-1]) + slip[-1]) == whole
    changed = ("X" if slip[0] != "X" else "Y") + slip[1:]
    for typed in ("", slip[:-1], changed, slip + "A"):
        with pytest.raises(sealing.SlipWrong):
            sealing.read_slip(typed)


def test_refusals_are_domain_errors() -> None:
    assert issubclass(casting.AlreadyCast, DomainError) and issubclass(casting.PaperIssued, DomainError)
