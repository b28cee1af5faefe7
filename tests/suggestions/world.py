"""A small world with something of every kind in it, told through verbs: what reports and counters are tried on."""

from datetime import timedelta

from ground import clock
from suggestions.models import Opinion
from suggestions.workflow import assignment as work, opinion as verbs, suggestion as whole
from tests.cast import Cast
from tests.suggestions.citizens import Citizens, author
from tests.suggestions.narrator import START, Narrator, later


def tell(cast: Cast) -> None:
    """Two months of opinions and suggestions, in nearly every state; afterwards the clock stands where it stood."""
    with clock.at(START):
        suggestions(cast)
    with clock.at(START + timedelta(days=1)):
        opinions(cast)
    with clock.at(START + timedelta(days=40)):
        Citizens(cast).at_station("四月里的另一件事，路面有坑。", category="transport")
        Narrator(cast).assigned(suggestion=Narrator(cast).draft(field="agriculture"))


def suggestions(cast: Cast) -> None:
    tells = Narrator(cast)
    tells.draft()
    tells.registered()
    tells.assigned()
    tells.signed()
    tells.rated()
    tells.rated(attitude="basically", result="basically")
    tells.rated(attitude="dissatisfied", result="dissatisfied", text="没有解决", solved="no")
    tells.replied(result_class="C", solved="yes")
    helped = tells.signed(("dh-zjj", "main"), ("dh-jyj", "assist"), mode="main_assist")
    work.contribute(tells.of(helped, "dh-jyj"), by=cast.he, text="同意主办单位的意见。")
    tells.replied(helped, result_class="D")
    tells.promised()
    tells.unkept()
    both = tells.signed(("dh-zjj", "main"), ("dh-jtj", "main"), mode="separate")
    tells.replied(both)
    returned = tells.replied(result_class="B", commitments=[{"text": "建成两处", "due_on": "2026-11-30"}])
    work.return_reply(tells.of(returned), by=cast.chen, reason_code="format", note="缺联系人")
    objected = tells.assigned()
    work.object(tells.of(objected), by=cast.zheng, reason="不属于本单位职责")
    through = tells.assigned(("dh-gov", "main"))
    work.dispatch(tells.of(through, "dh-gov"), by=cast.ma, handlers=[(cast.organs["dh-jtj"], "main")])
    gone = tells.assigned(suggestion=tells.draft())
    whole.withdraw(gone, by=cast.wang, reason="已经解决")


def opinions(cast: Cast) -> None:
    tells = Citizens(cast)
    tells.say()
    tells.at_station(urgency="quick", category="transport")
    tells.accepted()
    tells.claimed()
    tells.coordinating()
    head = tells.referred()
    tells.merged(head)
    tells.reported()
    tells.replied()
    tells.closed()
    tells.closed("dissatisfied")
    tells.reopened()
    tells.unsettled()
    tells.escalated()
    tells.rejected()
    tells.at_station(concerns=["town"])
    verbs.withdraw(tells.claimed(), by=author(Opinion.objects.latest("pk")))
    row = tells.claimed()
    verbs.solved(row, by=author(row))
    silent = tells.replied()
    later(days=9)
    assert Opinion.objects.get(pk=silent.pk).outcome == "unrated"
