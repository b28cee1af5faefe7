"""Who may do what to a poll: the congress office keeps it, its officers open, count and sign it. Guards of the edges."""

from typing import Any

import rules

from accounts.rules import DWC, holds, is_dwc_of, leads_dwc_of
from votes.queries.poll import READERS
from votes.states import BATCH, POLL, Office


def serves(actor: Any, poll_id: int, *roles: str) -> bool:
    """The actor is an officer of this poll in one of the roles."""
    return any(fact.poll_id == poll_id and fact.role in roles for fact in actor.facts.poll_offices)


@rules.predicate
def keeps(actor: Any, poll: Any) -> bool:
    return holds(actor, *DWC) if poll is None else is_dwc_of(actor, poll.organ_id)


@rules.predicate
def publishes(actor: Any, poll: Any) -> bool:
    """The lead of the congress office; of an assembly's recommendation also the clerk, for a street's committee is often
    one person."""
    return leads_dwc_of(actor, poll.organ_id) or (poll.is_advice and is_dwc_of(actor, poll.organ_id))


@rules.predicate
def is_chief(actor: Any, poll: Any) -> bool:
    return serves(actor, poll.pk, Office.CHIEF)


@rules.predicate
def is_scrutineer(actor: Any, poll: Any) -> bool:
    """总监票人 or 监票人."""
    return serves(actor, poll.pk, Office.CHIEF, Office.SCRUTINEER)


@rules.predicate
def scrutinises_batch(actor: Any, obj: Any) -> bool:
    return is_scrutineer(actor, getattr(obj, "poll", obj))


@rules.predicate
def keys_batch(actor: Any, batch: Any) -> bool:
    return serves(actor, batch.poll_id, Office.TELLER, Office.SCRUTINEER)


@rules.predicate
def is_chief_of_batch(actor: Any, batch: Any) -> bool:
    return serves(actor, batch.poll_id, Office.CHIEF)


rules.add_perm("votes.keep_poll", keeps)
rules.add_perm("votes.publish_poll", publishes)
rules.add_perm("votes.lead_count", is_chief)
rules.add_perm("votes.void_poll", is_chief | publishes)
rules.add_perm("votes.scrutinise", scrutinises_batch)
rules.add_perm("votes.key_batch", keys_batch)
rules.add_perm("votes.lead_count_of_batch", is_chief_of_batch)


@POLL.guard("unkeyed", "开箱密钥已经生成，不能再改。要改请作废后另建。")
def is_unkeyed(poll: Any, actor: Any) -> bool:
    return poll.public_key is None


@POLL.guard("unproposed", "已经提请开始，请总监票人确认。")
def is_unproposed(poll: Any, actor: Any) -> bool:
    return poll.proposed_at is None


@POLL.guard("officered", "请先确定总监票人 1 名、监票人至少 2 名、计票人至少 2 名。")
def is_officered(poll: Any, actor: Any) -> bool:
    roles = [officer.role for officer in poll.officers.all()]
    enough = roles.count(Office.SCRUTINEER) + 1 > poll.k and roles.count(Office.SCRUTINEER) >= 2
    return Office.CHIEF in roles and enough and roles.count(Office.TELLER) >= 2


@POLL.guard("proposed", "请人大办事机构先提请开始。")
def is_proposed(poll: Any, actor: Any) -> bool:
    return poll.proposed_at is not None


@POLL.guard("secret", "记名表决没有开箱密钥。")
def is_secret(poll: Any, actor: Any) -> bool:
    return poll.secret


@POLL.guard("keyed", "请先由全体监票人生成开箱密钥。")
def is_keyed(poll: Any, actor: Any) -> bool:
    return not poll.secret or poll.public_key is not None


@POLL.guard("in_session", "会议正在开会时才能开始投票，请先宣布开会。")
def is_in_session(poll: Any, actor: Any) -> bool:
    return poll.meeting_id is None or poll.meeting.state == "open"


@POLL.guard("reconciled", "纸质票还没有核对完：每批要两人录入一致，发出的总数要等于领票人数。")
def is_reconciled(poll: Any, actor: Any) -> bool:
    batches = list(poll.batches.all())
    issued = sum(batch.issued for batch in batches)
    return all(b.state == "agreed" for b in batches) and issued == poll.roll.filter(channel="paper").count()


@POLL.guard("tied", "末位没有并列，不用再次投票。")
def is_tied(poll: Any, actor: Any) -> bool:
    """A tie that the rule sends to a second round, which nobody has called yet."""
    told = (poll.result or {}).get("classes", [])
    open_tie = any(one["tie"] for one in told) and poll.rule["tie"] == "second_round"
    return open_tie and not any(one.state != "void" for one in poll.next_rounds.all())


@BATCH.guard("closed", "截止投票以后才能录入纸质票。")
def is_closed(batch: Any, actor: Any) -> bool:
    return batch.poll.state == "closed"


@BATCH.guard("not_keyed_by_me", "您已经录入过这一批，请另一人录入。")
def is_not_keyed_by_me(batch: Any, actor: Any) -> bool:
    return not any(keying.keyer_id == actor.pk for keying in batch.keyings.all())


def opens_polls(actor: Any) -> bool:
    """Who finds polls on the console."""
    return holds(actor, *READERS) or bool(actor.facts.poll_offices)
