"""Every person × verb × state of Suggestion, Assignment, Commitment and Cosign against the tables written by hand.

A state may stand in several sub-states ("signed+contact"); what a table does not name nobody may. Each legal cell then
runs through its verb in a savepoint that is rolled back, and one refused one leaves nothing behind.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from ground import clock
from ground.errors import DomainError
from ground.workflow import SYSTEM, Workflow
from suggestions.models import Suggestion
from suggestions.states import ASSIGNMENT, COMMITMENT, COSIGN, SUGGESTION
from suggestions.workflow import assignment as work, commitment as promises, cosign as cosigns, suggestion as whole
from tests import cells
from tests.cast import people
from tests.suggestions.narrator import PROMISE, REPLY, START, Narrator, later

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
UNTIL = date(2026, 8, 28)
GRADES = {"attitude": "satisfied", "result": "satisfied"}
Run = Callable[[Any, Any], Any]


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def whole_table(name: str, flow: Workflow, objects: dict[str, Any]) -> list[tuple[str, str, set[str]]]:
    """The table with every cell it leaves out: there nobody may."""
    told = {(state, verb): who for state, verb, who in cells.read(HERE / f"cells_{name}.csv")}
    assert {state for state, _ in told} <= set(objects)
    assert set(flow.states.values) == {key.split("+")[0] for key in objects}
    return [(key, verb, told.get((key, verb), set())) for key in objects for verb in flow.verbs]


def check(tell: Narrator, name: str, flow: Workflow, objects: dict[str, Any], runs: dict[str, Run]) -> None:
    rows = whole_table(name, flow, objects)
    for key, obj in objects.items():
        obj.refresh_from_db()
        assert obj.state == key.split("+")[0], key
    assert cells.differences(tell.cast, rows, objects) == []
    for key, verb, who in rows:
        if verb in runs:
            for person in who:
                attempt(tell, objects[key], verb, runs[verb], person)
            refuse(tell, objects[key], runs[verb], next(p for p in ("liu", "gao", "chen", "wang") if p not in who))


def attempt(tell: Narrator, obj: Any, verb: str, run: Run, person: str) -> None:
    actor = SYSTEM if person == "system" else getattr(tell.cast, person)
    steps = obj.steps.filter(verb=verb)
    before = steps.count()
    with pytest.raises(Undo), transaction.atomic():
        run(type(obj).objects.get(pk=obj.pk), actor)
        assert steps.count() > before, (obj, verb, person)
        raise Undo


def refuse(tell: Narrator, obj: Any, run: Run, person: str) -> None:
    def attempt() -> None:
        with pytest.raises(DomainError), transaction.atomic():
            run(type(obj).objects.get(pk=obj.pk), getattr(tell.cast, person))

    assert cells.written(attempt) == 0, (obj, person)


class Undo(Exception):
    pass


def test_suggestion_cells(tell: Narrator) -> None:
    cast, organs = tell.cast, tell.cast.organs
    lent = tell.rated(tell.replied())
    whole.publish(lent, by=cast.sun, scope="full")
    silent = tell.replied()
    later(days=22)
    head, merged = tell.registered(), tell.registered()
    whole.merge(merged, by=cast.chen, into=head)
    keyed, asked = tell.signed(), tell.signed()
    whole.key_supervise(keyed, by=cast.shi, leader=cast.deputies["D00004"], committee=organs["dh-cjw"])
    whole.withdraw(asked, by=cast.wang, reason="情况变化")
    objected = tell.assigned()
    work.object(tell.of(objected), by=cast.zheng, reason="不属于我局")
    withdrawn, archived = tell.draft(), tell.rated(tell.replied())
    whole.withdraw(withdrawn, by=cast.wang, reason="不提了")
    whole.publish(archived, by=cast.sun, scope="full")
    whole.archive(archived, by=cast.chen)
    mediated = tell.rated(tell.replied(), result="dissatisfied", text="没有解决")
    tell.rated(tell.replied(mediated), result="dissatisfied", text="没有解决")
    objects = {
        "draft": tell.draft(),
        "cosigning": tell.invited(),
        "cosigning+signed": tell.cosigned(),
        "submitted": tell.submitted(),
        "returned": whole.send_back(tell.submitted(), by=cast.chen, reason="请补充"),
        "not_accepted": whole.refuse(tell.submitted(), by=cast.sun, rule_code="empty", reason="已沟通"),
        "registered": tell.registered(),
        "registered+merged": merged,
        "assigned": tell.assigned(),
        "assigned+government": tell.assigned(("dh-gov", "main")),
        "objected": objected,
        "handling": tell.signed(),
        "handling+key": keyed,
        "handling+asked": asked,
        "replied": tell.replied(),
        "replied+silent": silent,
        "redoing": tell.rated(tell.replied(), result="dissatisfied", text="没有解决"),
        "mediating": mediated,
        "tracking": tell.rated(tell.replied(result_class="B", commitments=[PROMISE])),
        "closed": tell.rated(tell.replied()),
        "closed+published": lent,
        "archived": archived,
        "withdrawn": withdrawn,
    }
    day = clock.today()
    runs: dict[str, Run] = {
        "revise": lambda s, by: whole.revise(s, by=by, title="改过的标题"),
        "invite": lambda s, by: cosigns.invite(s, by=by, deputies=[cast.deputies["D00006"]]),
        "cosign": lambda s, by: cosigns.cosign(s, by=by, version=s.current_version),
        "decline_cosign": lambda s, by: cosigns.decline_cosign(s, by=by),
        "submit": lambda s, by: whole.submit(s, by=by),
        "send_back": lambda s, by: whole.send_back(s, by=by, reason="请补充"),
        "refuse": lambda s, by: whole.refuse(s, by=by, rule_code="case", reason="已沟通"),
        "register": lambda s, by: whole.register(s, by=by),
        "merge": lambda s, by: whole.merge(s, by=by, into=head),
        "unmerge": lambda s, by: whole.unmerge(s, by=by, reason="不是同一件事"),
        "assign": lambda s, by: whole.assign(s, by=by, mode="sole", handlers=[(organs["dh-jyj"], "main")]),
        "take_lead": lambda s, by: whole.take_lead(s, by=by),
        "withdraw": lambda s, by: (
            whole.withdraw_for(s, "没有人接任") if by is SYSTEM else whole.withdraw(s, by=by, reason="撤")
        ),
        "publish": lambda s, by: whole.publish(s, by=by, scope="none", reason="涉及商业秘密"),
        "archive": lambda s, by: whole.archive(s, by=by),
        "key_supervise": lambda s, by: whole.key_supervise(
            s, by=by, leader=cast.deputies["D00004"], committee=organs["dh-cjw"]
        ),
        "note_supervision": lambda s, by: whole.note_supervision(s, by=by, kind="site", text="现场督办", at=day),
        "chase": lambda s, by: whole.chase(s, by=by, note="请抓紧"),
    }
    check(tell, "suggestion", SUGGESTION, objects, runs)


def test_assignment_cells(tell: Narrator) -> None:
    cast, organs = tell.cast, tell.cast.organs
    missing = tell.of(tell.signed(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist"), "dh-jtj")
    later(days=33)

    def dispatched() -> Any:
        row = tell.assigned(("dh-gov", "main"))
        work.dispatch(tell.of(row, "dh-gov"), by=cast.ma, handlers=[(organs["dh-zjj"], "main")])
        return row

    def assisted(make: Callable[..., Suggestion]) -> Any:
        return tell.of(make(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist"), "dh-jtj")

    through = dispatched()
    contacted, extended = tell.of(tell.signed()), tell.of(tell.signed())
    tell.talk(contacted)
    work.ask_extension(extended, by=cast.gao, until=UNTIL, reason="涉及面广")
    objected, objected_too = tell.of(tell.assigned()), tell.of(dispatched())
    for unit in (objected, objected_too):
        work.object(unit, by=cast.zheng, reason="不属于我局")
    released = tell.of(tell.assigned())
    work.reassign(released, by=cast.chen, handlers=[(organs["dh-jyj"], "main")], reason="交办有误")
    again = tell.rated(tell.replied(), result="dissatisfied", text="没有解决")
    tell.talk(tell.of(again))
    mediated = tell.rated(tell.replied(), result="dissatisfied", text="没有解决")
    tell.rated(tell.replied(mediated), result="dissatisfied", text="没有解决")
    objects = {
        "pending_dispatch": tell.of(tell.assigned(("dh-gov", "main")), "dh-gov"),
        "dispatched": tell.of(through, "dh-gov"),
        "pending_sign": tell.of(tell.assigned()),
        "pending_sign+dispatched": tell.of(through),
        "pending_sign+assist": assisted(tell.assigned),
        "signed": tell.of(tell.signed()),
        "signed+contact": contacted,
        "signed+extension": extended,
        "objected": objected,
        "objected+dispatched": objected_too,
        "released": released,
        "replied": tell.of(tell.replied()),
        "replied+attitude": tell.of(tell.rated(tell.replied(), attitude="dissatisfied", text="没有联系")),
        "redoing": tell.of(tell.rated(tell.replied(), result="dissatisfied", text="没有解决")),
        "redoing+contact": tell.of(again),
        "mediating": tell.of(mediated),
        "done": tell.of(tell.rated(tell.replied())),
        "opinion_submitted": work.contribute(assisted(tell.signed), by=cast.ding, text="无意见"),
        "opinion_missing": missing,
    }
    runs: dict[str, Run] = {
        "dispatch": lambda a, by: work.dispatch(a, by=by, handlers=[(organs["dh-jyj"], "main")]),
        "sign": lambda a, by: work.sign(a, by=by),
        "object": lambda a, by: work.object(a, by=by, reason="不属于我局"),
        "settle_objection": lambda a, by: work.settle_objection(a, by=by, accept=False, reason="请办理"),
        "reassign": lambda a, by: work.reassign(a, by=by, handlers=[(organs["dh-jyj"], a.role)], reason="改交"),
        "add_assist": lambda a, by: work.add_assist(a, by=by, organ=organs["dh-jyj"]),
        "record_contact": lambda a, by: work.record_contact(
            a, by=by, method="phone", at=clock.now(), summary="电话沟通"
        ),
        "confirm_contact": lambda a, by: work.confirm_contact(
            a, by=by, contact=getattr(a.contacts.filter(agrees=None).first(), "pk", 0), agrees=True
        ),
        "contribute": lambda a, by: work.contribute(a, by=by, text="协办意见"),
        "mark_missing": lambda a, by: work.mark_missing(a, by=by),
        "ask_extension": lambda a, by: work.ask_extension(a, by=by, until=UNTIL, reason="涉及面广"),
        "settle_extension": lambda a, by: work.settle_extension(a, by=by, accept=True, reason="同意"),
        "draft_reply": lambda a, by: work.draft_reply(a, by=by, **REPLY),
        "reply": lambda a, by: work.reply(a, by=by, **REPLY),
        "return_reply": lambda a, by: work.return_reply(a, by=by, reason_code="format", note="请补联系人"),
        "correct_class": lambda a, by: work.correct_class(a, by=by, result_class="C", reason="尚未解决"),
        "give_view": lambda a, by: work.give_view(a, by=by, grade="basically"),
        "rate": lambda a, by: work.rate(a, by=by, **GRADES),
        "settle_attitude": lambda a, by: work.settle_attitude(a, by=by, redo=False, note="已约谈"),
        "pass_attitude": lambda a, by: work.pass_attitude(a, by=by),
        "expire_rating": lambda a, by: work.expire_rating(a, by=by),
        "mediate": lambda a, by: work.mediate(a, by=by, minutes="会商", outcome="close"),
        "reopen_promise": lambda a, by: work.reopen_promise(a, by=by),
    }
    check(tell, "assignment", ASSIGNMENT, objects, runs)


def test_commitment_cells(tell: Narrator) -> None:
    cast = tell.cast
    asked = tell.promised()
    promises.change_commitment(asked, by=cast.zheng, due_on=asked.due_on.replace(year=2027), reason="资金")
    replaced = tell.unkept()
    new = PROMISE | {"replaces": replaced.pk}
    tell.replied(replaced.suggestion, result_class="B", commitments=[new])
    reported, kept = (
        promises.report_commitment(tell.promised(), by=cast.zheng, text="已建成", final=True) for _ in range(2)
    )
    objects = {
        "open": tell.promised(),
        "open+change": asked,
        "reported": reported,
        "disputed": tell.unkept(),
        "replaced": replaced,
        "kept": promises.rate_commitment(kept, by=cast.wang, result="satisfied"),
        "unkept": promises.end_commitment(tell.promised(), by=cast.sun, outcome="unkept", reason="条件不具备"),
    }
    runs: dict[str, Run] = {
        "report_commitment": lambda c, by: promises.report_commitment(c, by=by, text="推进中"),
        "rate_commitment": lambda c, by: promises.rate_commitment(c, by=by, result="satisfied"),
        "change_commitment": lambda c, by: promises.change_commitment(
            c, by=by, due_on=c.due_on.replace(year=c.due_on.year + 1), reason="资金"
        ),
        "settle_commitment_change": lambda c, by: promises.settle_commitment_change(
            c, by=by, accept=True, reason="同意"
        ),
        "end_commitment": lambda c, by: promises.end_commitment(c, by=by, outcome="unkept", reason="不具备条件"),
    }
    check(tell, "commitment", COMMITMENT, objects, runs)


def test_cosign_cells(tell: Narrator) -> None:
    cast = tell.cast
    stale, declined, lapsed = tell.cosigned(), tell.invited(), tell.invited()
    whole.revise(stale, by=cast.wang, title="改过的标题")
    cosigns.decline_cosign(declined, by=cast.zhao)
    whole.send_back(whole.submit(lapsed, by=cast.wang), by=cast.chen, reason="请补充")
    objects = {
        "invited": tell.invited().cosigns.get(),
        "confirmed": tell.cosigned().cosigns.get(),
        "stale": stale.cosigns.get(),
        "declined": declined.cosigns.get(),
        "lapsed": lapsed.cosigns.get(),
    }

    def by_the_lead(verb: Callable[..., Any], **body: Any) -> Run:
        """A step of the system: what the lead does to the text carries it."""
        return lambda c, by: verb(c.suggestion, by=cast.wang if by is SYSTEM else by, **body)

    runs: dict[str, Run] = {
        "invite": lambda c, by: cosigns.invite(c.suggestion, by=by, deputies=[c.seat.deputy]),
        "cosign": lambda c, by: cosigns.cosign(c.suggestion, by=by, version=c.suggestion.current_version),
        "decline_cosign": lambda c, by: cosigns.decline_cosign(c.suggestion, by=by, reason="另有建议"),
        "revise": by_the_lead(whole.revise, title="又改过的标题"),
        "submit": by_the_lead(whole.submit),
        "lapse": by_the_lead(whole.withdraw, reason="不提了"),
    }
    check(tell, "cosign", COSIGN, objects, runs)
