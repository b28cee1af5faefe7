"""The stories of the contract at the level of the machines, from the draft to the archive."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from clocks.models import Deadline
from config.demo.time import pass_time
from deputies import workflow as deputies
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from suggestions.models import Suggestion
from suggestions.queries.suggestion import marks
from suggestions.workflow import assignment as work, commitment as promises, cosign as cosigns, suggestion as whole
from suggestions.workflow.course import runs
from tests.cast import people
from tests.factories import a_seat, a_user
from tests.suggestions.narrator import PROMISE, REPLY, START, Narrator, later, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def fresh(suggestion: Suggestion) -> Suggestion:
    return Suggestion.objects.get(pk=suggestion.pk)


def test_the_chain_of_the_cast(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.assigned(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
    assert row.state == "assigned"
    assert (row.register_display, row.register_short) == ("市十九届人大二次会议闭会期间第001号", "19-2闭-001")
    assist = tell.of(row, "dh-jtj")
    work.object(assist, by=cast.ye, reason="不属于我局职责")
    work.settle_objection(assist, by=cast.chen, accept=False, reason="涉及道路，请配合")
    main = tell.of(row)
    work.sign(main, by=cast.gao)
    assert fresh(row).state == "handling"
    tell.talk(main)
    work.confirm_contact(main, by=cast.wang, contact=main.contacts.get().pk, agrees=True)
    work.contribute(tell.of(row, "dh-jtj"), by=cast.ding, text="道路红线不受影响")
    work.draft_reply(main, by=cast.gao, **(REPLY | {"result_class": "B", "commitments": [PROMISE]}))
    work.reply(main, by=cast.zheng)
    assert fresh(row).state == "replied"
    work.rate(main, by=cast.wang, attitude="satisfied", result="basically")
    assert fresh(row).state == "tracking"
    promise = row.commitments.get()
    promises.change_commitment(promise, by=cast.zheng, due_on=promise.due_on.replace(year=2027), reason="管线迁改")
    promises.settle_commitment_change(promise, by=cast.sun, accept=True, reason="已听取代表意见")
    promises.report_commitment(promise, by=cast.zheng, text="三处都已建成", final=True)
    promises.rate_commitment(promise, by=cast.wang, result="satisfied")
    assert (promise.state, fresh(row).state) == ("kept", "closed")
    whole.publish(fresh(row), by=cast.sun, scope="full")
    assert fresh(row).state == "archived"
    assert fresh(row).steps.get(verb="archive").recorded == {"mark": "kept"}


def test_twelve_cosigners_and_three_units_separately(tell: Narrator) -> None:
    """One unit objects and another takes its place, one reply does not satisfy and is redone; the others go on."""
    cast = tell.cast
    seats = [a_seat(cast, name=f"联名{n}", user=a_user(f"联名{n}"), since=START.date()) for n in range(12)]
    row = tell.draft()
    cosigns.invite(row, by=cast.wang, deputies=[seat.deputy for seat in seats])
    for seat in seats[:11]:
        cosigns.cosign(row, by=seat.deputy.user, version=1)
    whole.submit(row, by=cast.wang)
    assert [c.state for c in row.cosigns.all()] == ["confirmed"] * 11 + ["lapsed"]
    whole.register(row, by=cast.chen)
    units = [(cast.organs[code], "main") for code in ("dh-zjj", "dh-jyj", "dh-court")]
    whole.assign(row, by=cast.cai, mode="separate", handlers=units)
    housing, school, court = (tell.of(row, code) for code in ("dh-zjj", "dh-jyj", "dh-court"))
    work.sign(housing, by=cast.gao)
    work.object(school, by=cast.luo, reason="不属于教育部门职责", proposed_organ=cast.organs["dh-jtj"])
    assert (fresh(row).state, marks(fresh(row))) == ("handling", ["objection"])
    work.settle_objection(school, by=cast.chen, accept=True, reason="同意改交", reassign_to=cast.organs["dh-jtj"])
    roads = tell.of(row, "dh-jtj")
    assert (school.state, roads.state, roads.replaces, roads.mode) == ("released", "pending_sign", school, "separate")
    work.reassign(court, by=cast.chen, handlers=[(cast.organs["dh-jyj"], "main")], reason="交办有误")
    for code in ("dh-jtj", "dh-jyj"):
        work.sign(tell.of(row, code), by=tell.clerk(code))
    for code in ("dh-zjj", "dh-jtj", "dh-jyj"):
        tell.replied(row, code)
    assert fresh(row).state == "replied"
    work.give_view(tell.of(row), by=seats[0].deputy.user, grade="dissatisfied", text="没有说到管理单位")
    tell.rated(row, "dh-jtj")
    assert marks(fresh(row)) == ["rating_due"]
    tell.rated(row, "dh-zjj", result="dissatisfied", text="没有答复管理单位")
    assert fresh(row).state == "redoing"
    tell.rated(row, "dh-jyj")
    redo = tell.of(row)
    assert (redo.state, redo.round, marks(fresh(row))) == ("redoing", 2, ["redo_one"])
    tell.replied(row)
    tell.rated(row)
    assert (fresh(row).state, states(row.assignments.mains())) == ("closed", ["done"] * 3)


def test_an_assist_that_never_contributes_holds_nobody_up(tell: Narrator) -> None:
    row = tell.signed(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
    main = tell.of(row)
    tell.talk(main)
    with pytest.raises(GuardFailed, match="协办"):
        work.reply(main, by=tell.cast.zheng, **REPLY)
    later(days=32)
    assist = tell.of(row, "dh-jtj")
    assert (assist.state, assist.is_late) == ("opinion_missing", True)
    work.reply(main, by=tell.cast.zheng, **REPLY)
    assert main.replies.get().remarks == "市交通局逾期未提供协办意见。"
    assert runs(assist, "late_opinion")
    tell.rated(row)
    assert fresh(row).state == "closed"
    work.contribute(assist, by=tell.cast.ding, text="补交")
    assert (assist.state, assist.is_late, runs(assist, "late_opinion")) == ("opinion_submitted", True, False)


def test_a_promise_changed_twice_and_unkept(tell: Narrator) -> None:
    cast, promise = tell.cast, tell.promised("2026-04-01")
    for day, signature in ((10, ""), (20, "局长 江河")):
        promises.change_commitment(
            promise, by=cast.zheng, due_on=promise.due_on.replace(day=day), reason="资金未到位", signed_by=signature
        )
        promises.settle_commitment_change(promise, by=cast.sun, accept=True, reason="代表同意")
    with pytest.raises(GuardFailed, match="最多两次"):
        promises.change_commitment(promise, by=cast.zheng, due_on=promise.due_on.replace(day=30), reason="再改")
    pass_time(START.replace(month=4, day=22))
    assert runs(promise, "end")
    promises.end_commitment(promise, by=cast.sun, outcome="unkept", reason="至今未建成，代表已听取情况")
    row = fresh(promise.suggestion)
    assert (promise.state, row.state, marks(row)) == ("unkept", "closed", ["unkept"])
    assert [str(c.old) for c in promise.change_requests.all()] == ["2026-04-01", "2026-04-10"]


def test_a_deputy_who_resigns_with_open_matters(tell: Narrator) -> None:
    """The draft goes, the co-signed text waits for a new lead, the running matter gets an acting one who rates."""
    cast = tell.cast
    draft, signed, running = tell.draft(), tell.cosigned(), tell.replied(tell.signed())
    waiting = tell.invited()
    deputies.terminate(cast.seat("D00001"), by=cast.sun, reason="resigned", document_no="东人常〔2026〕3号")
    zhao = cast.zhao
    assert (fresh(draft).state, fresh(signed).state, fresh(running).state) == ("withdrawn", "cosigning", "replied")
    whole.take_lead(fresh(signed), by=zhao)
    assert fresh(signed).lead == cast.seat("D00002")
    whole.submit(fresh(signed), by=zhao)
    whole.take_lead(fresh(running), by=zhao)
    assert fresh(running).acting_lead == cast.seat("D00002")
    work.rate(tell.of(running), by=zhao, attitude="satisfied", result="satisfied")
    assert fresh(running).state == "closed"
    later(days=20)
    assert fresh(waiting).state == "withdrawn"


def test_without_anybody_to_rate_the_rating_is_waived(tell: Narrator) -> None:
    row = tell.replied(tell.signed(suggestion=tell.draft()))
    deputies.terminate(tell.cast.seat("D00001"), by=tell.cast.sun, reason="resigned", document_no="东人常〔2026〕3号")
    later(days=40)
    assert (tell.of(row).state, tell.of(row).outcome, fresh(row).state) == ("done", "rating_waived", "closed")


def test_a_suspended_lead_is_frozen_and_leads_again(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.replied()
    deputies.suspend(cast.seat("D00001"), by=cast.sun)
    whole.take_lead(fresh(row), by=cast.zhao)
    wang = User.objects.get(pk=cast.wang.pk)
    with pytest.raises(Forbidden):
        work.rate(tell.of(row), by=wang, attitude="satisfied", result="satisfied")
    deputies.restore(cast.seat("D00001"), by=cast.sun)
    assert fresh(row).acting_lead is None
    work.rate(tell.of(row), by=User.objects.get(pk=wang.pk), attitude="satisfied", result="satisfied")
    assert fresh(row).state == "closed"


def test_a_government_dispatches_and_its_units_keep_the_first_day(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.assigned(("dh-gov", "main"))
    government = tell.of(row, "dh-gov")
    assert (government.state, fresh(row).state) == ("pending_dispatch", "assigned")
    due = government.reply_due_at
    later(days=3)
    with pytest.raises(Invalid, match="部门"):
        work.dispatch(government, by=cast.ma, handlers=[(cast.organs["dh-court"], "main")])
    handlers = [(cast.organs["dh-zjj"], "main"), (cast.organs["dh-jtj"], "assist")]
    work.dispatch(government, by=cast.ma, handlers=handlers)
    unit = tell.of(row)
    assert (government.state, unit.state, fresh(row).mode) == ("dispatched", "pending_sign", "main_assist")
    assert (unit.reply_due_at, unit.handed_over_at) == (due, government.handed_over_at)
    assert unit.received_at > unit.handed_over_at
    work.object(unit, by=cast.zheng, reason="不属于我局职责")
    assert fresh(row).state == "objected"
    work.settle_objection(unit, by=cast.ma, accept=True, reason="同意", reassign_to=cast.organs["dh-jyj"])
    assert tell.of(row, "dh-jyj").dispatched_from == government


def test_silence_in_the_objection_window_signs(tell: Narrator) -> None:
    row = tell.assigned()
    later(days=8)
    assert (tell.of(row).state, fresh(row).state) == ("signed", "handling")
    assert tell.of(row).steps.get(verb="sign").by_kind == "system"


def test_a_rating_that_never_comes_counts_nowhere(tell: Narrator) -> None:
    row = tell.replied()
    later(days=45)
    assert (tell.of(row).outcome, fresh(row).state) == ("rating_expired", "closed")
    rating = tell.of(row).last_reply.rating
    assert (rating.expired, rating.attitude, rating.result) == (True, "", "")


def test_attitude_alone_is_settled_or_passes(tell: Narrator) -> None:
    row = tell.rated(attitude="dissatisfied", text="没有提前联系")
    assert fresh(row).state == "replied"
    later(days=9)
    assert (tell.of(row).state, tell.of(row).last_reply.rating.attitude_passed) == ("done", True)
    other = tell.rated(attitude="dissatisfied", text="没有提前联系")
    work.settle_attitude(tell.of(other), by=tell.cast.sun, redo=True, note="已约谈分管领导")
    assert (tell.of(other).state, fresh(other).state) == ("redoing", "redoing")


def test_a_second_mediation_only_closes(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.rated(result="dissatisfied", text="没有解决")
    tell.replied(row)
    tell.rated(row, result="dissatisfied", text="还是没有解决")
    assert fresh(row).state == "mediating"
    work.mediate(tell.of(row), by=cast.sun, minutes="双方商定再办", outcome="redo")
    tell.replied(row)
    tell.rated(row, result="dissatisfied", text="仍没有解决")
    with pytest.raises(GuardFailed, match="第二次会商"):
        work.mediate(tell.of(row), by=cast.sun, minutes="再办", outcome="redo")
    work.mediate(tell.of(row), by=cast.sun, minutes="条件所限，向代表说明", outcome="close")
    assert (tell.of(row).outcome, fresh(row).state) == ("settled", "closed")


def test_an_unkept_promise_is_redone_and_replaced(tell: Narrator) -> None:
    cast, promise = tell.cast, tell.unkept()
    row = fresh(promise.suggestion)
    assert (promise.state, row.state, tell.of(row).round) == ("disputed", "redoing", 2)
    tell.talk(tell.of(row))
    with pytest.raises(GuardFailed, match="每项未落实的承诺"):
        work.reply(tell.of(row), by=cast.zheng, **REPLY)
    new = PROMISE | {"due_on": "2027-06-30", "replaces": promise.pk}
    work.reply(tell.of(row), by=cast.zheng, **(REPLY | {"result_class": "B", "commitments": [new]}))
    promise.refresh_from_db()
    assert (promise.state, promise.replaced_by.get().state) == ("replaced", "open")
    tell.rated(row)
    assert fresh(row).state == "tracking"


def test_a_redo_that_says_done_is_answered_by_its_rating(tell: Narrator) -> None:
    promise = tell.unkept()
    row = promise.suggestion
    tell.replied(row, done_commitments=[promise.pk])
    promise.refresh_from_db()
    assert promise.state == "reported"
    tell.rated(row)
    promise.refresh_from_db()
    assert (promise.state, fresh(row).state) == ("kept", "closed")


def test_a_returned_reply_is_owed_as_if_it_had_never_been_given(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.signed()
    due = tell.of(row).reply_due_at
    tell.replied(row, result_class="B", commitments=[PROMISE])
    work.return_reply(tell.of(row), by=cast.chen, reason_code="not_point_by_point", note="请逐条答复")
    unit = tell.of(row)
    assert (unit.state, unit.reply_due_at, fresh(row).state) == ("signed", due, "handling")
    assert states(row.commitments.all()) == ["replaced"]
    work.reply(unit, by=cast.zheng, **(REPLY | {"result_class": "B", "commitments": [PROMISE]}))
    assert [r.version for r in unit.issued] == [1, 2]
    assert states(row.commitments.all()) == ["replaced", "open"]


def test_a_withdrawal_needs_everybody_who_signed(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.signed()
    whole.withdraw(row, by=cast.wang, reason="情况已经变化")
    assert row.state == "handling"
    later(days=15)
    assert not row.withdrawals.filter(lapsed_at=None).exists()
    whole.withdraw(fresh(row), by=cast.wang, reason="情况已经变化")
    whole.withdraw(fresh(row), by=cast.zhao, reason="同意撤回")
    assert (fresh(row).state, tell.of(row).state) == ("withdrawn", "released")


def test_a_changed_text_is_confirmed_again_but_for_wording(tell: Narrator) -> None:
    cast = tell.cast
    row = tell.cosigned()
    whole.revise(row, by=cast.wang, proposal="一、建设车棚，并配灭火器。")
    assert states(row.cosigns.all()) == ["stale"]
    with pytest.raises(GuardFailed, match="已经修改"):
        cosigns.cosign(row, by=cast.zhao, version=1)
    cosigns.cosign(row, by=cast.zhao, version=2)
    whole.submit(row, by=cast.wang)
    whole.send_back(row, by=cast.chen, reason="请改错字", reason_code="wording", spelling_only=True)
    whole.revise(row, by=cast.wang, proposal="一、建设车棚，并配灭火器材。")
    assert (row.state, states(row.cosigns.all())) == ("returned", ["confirmed"])
    whole.submit(row, by=cast.wang)
    whole.send_back(row, by=cast.chen, reason="请写清数量")
    whole.revise(row, by=cast.wang, proposal="一、建设车棚 3 处。")
    assert (row.state, states(row.cosigns.all())) == ("cosigning", ["stale"])


def test_a_submission_in_session_belongs_to_it(tell: Narrator) -> None:
    with clock.at(START.replace(month=1, day=21)):
        row = tell.registered()
    assert (row.register_display, row.register_short) == ("市十九届人大二次会议第001号", "19-2-001")


def test_what_the_congress_owes_after_a_bad_rating_ends_when_both_sides_have_talked(tell: Narrator) -> None:
    """Called within two working days; red until the unit has talked with the deputy in the new round."""
    row = tell.rated(tell.replied(), result="dissatisfied", text="没有解决")
    later(days=5)
    owed = Deadline.objects.open().filter(matter_kind="suggestion", matter_id=row.pk, kind="call_both")
    assert owed.get().due_at < clock.now()
    tell.talk(tell.of(row), reached=False)
    assert owed.exists()
    tell.talk(tell.of(row))
    assert not owed.exists()
