"""Who may do what to an opinion (lifecycles.md §1), as sentences over ids; and the guards its edges name.

Under avoidance the congress office one level up stands in the station's place everywhere, and whoever the matter
concerns has no relation to it at all.
"""

from typing import Any

import rules

from accounts.rules import is_dwc_of, is_unit_of, leads_dwc_of
from deputies.rules import held_seat, holds_seat
from ground import clock
from stations.rules import heads, is_stationed_at, works_at
from suggestions.queries.opinion import concerned_organs
from suggestions.states.opinion import OPINION

# -- relations ---------------------------------------------------------------------------------------------------------


def is_concerned(actor: Any, opinion: Any) -> bool:
    """回避: the matter is about the actor, the actor's station, organ or own unit."""
    for row in opinion.live_avoidances:
        if row.seat_id is not None and held_seat(actor, row.seat_id):
            return True
        if row.venue_id is not None and (works_at(actor, row.venue_id) or is_stationed_at(actor, row.venue_id)):
            return True
        if row.organ_id is not None and row.organ_id in concerned_organs(actor):
            return True
    return False


def predicate(function: Any) -> Any:
    """A relation to an opinion; nobody concerned has one."""

    def related(actor: Any, opinion: Any) -> bool:
        return opinion is not None and function(actor, opinion) and not is_concerned(actor, opinion)

    related.__name__, related.__doc__ = function.__name__, function.__doc__
    return rules.predicate(related)


@rules.predicate
def is_author(actor: Any, opinion: Any) -> bool:
    """Whoever proved number and query code."""
    return actor.actor_kind == "code" and opinion is not None and actor.number == opinion.number


@rules.predicate
def files_for_visitors(actor: Any, opinion: Any) -> bool:
    """Station people and deputies write down what a visitor says."""
    return bool(actor.facts.venue_posts) or any(seat.is_active for seat in actor.facts.seats)


@predicate
def is_claimant(actor: Any, opinion: Any) -> bool:
    """The one named person who is responsible; a deputy only while the seat is active."""
    if actor.actor_kind != "user" or opinion.claimed_by_id != actor.pk:
        return False
    return opinion.claimed_seat_id is None or holds_seat(actor, opinion.claimed_seat_id)


@predicate
def is_target_deputy(actor: Any, opinion: Any) -> bool:
    return holds_seat(actor, opinion.target_seat_id)


@predicate
def is_deputy_here(actor: Any, opinion: Any) -> bool:
    """Stationed at the station that answers for the matter."""
    return is_stationed_at(actor, opinion.station_id)


@predicate
def is_station(actor: Any, opinion: Any) -> bool:
    """Staff or head of the station; under avoidance the office one level up, and so where there is no station."""
    if opinion.avoided:
        return is_dwc_of(actor, opinion.above_id)
    if opinion.station_id is None:
        return is_dwc_of(actor, opinion.congress_id)
    return works_at(actor, opinion.station_id)


@predicate
def heads_station(actor: Any, opinion: Any) -> bool:
    if opinion.avoided or opinion.station_id is None:
        return is_station(actor, opinion)
    return heads(actor, opinion.station_id)


@predicate
def is_town(actor: Any, opinion: Any) -> bool:
    """The congress office of the township or street."""
    return not opinion.avoided and opinion.town_id is not None and is_dwc_of(actor, opinion.town_id)


@predicate
def is_dwc(actor: Any, opinion: Any) -> bool:
    """A congress office the matter belongs to: the town's, the one beyond it, and whichever holds it now."""
    if is_holding_dwc(actor, opinion):
        return True
    if opinion.avoided:
        return is_dwc_of(actor, opinion.above_id)
    return is_town(actor, opinion) or is_dwc_of(actor, opinion.congress_id)


@predicate
def is_holding_dwc(actor: Any, opinion: Any) -> bool:
    return opinion.holder_organ_id is not None and is_dwc_of(actor, opinion.holder_organ_id)


@predicate
def is_named_deputy(actor: Any, opinion: Any) -> bool:
    """The deputy who was asked next, by name."""
    return holds_seat(actor, opinion.holder_seat_id)


@predicate
def is_screener(actor: Any, opinion: Any) -> bool:
    """Station people; the holding office, if it is one; in a review that office alone, never the first reader."""
    if opinion.reviewed and opinion.state == "screening":
        return is_holding_dwc(actor, opinion) and actor.pk != opinion.first_reader_id
    return is_station(actor, opinion) or is_holding_dwc(actor, opinion)


@predicate
def is_unit(actor: Any, opinion: Any) -> bool:
    """Clerk or lead of the unit that works on the live referral."""
    return opinion.live_referral is not None and is_unit_of(actor, opinion.live_referral.organ_id)


@predicate
def sent_to_hotline(actor: Any, opinion: Any) -> bool:
    """12345 does not sign in here: its answer is entered by the sender's side."""
    referral = opinion.live_referral
    return referral is not None and referral.organ.kind == "hotline" and sends(actor, opinion)


@predicate
def claims(actor: Any, opinion: Any) -> bool:
    """May take the matter up, now or when the turn comes; whose turn it is, the guard says."""
    if opinion.avoided:
        return is_holding_dwc(actor, opinion) or is_named_deputy(actor, opinion)
    return is_claiming_deputy(actor, opinion) or is_station(actor, opinion) or is_dwc(actor, opinion)


def is_claiming_deputy(actor: Any, opinion: Any) -> bool:
    return is_target_deputy(actor, opinion) or is_deputy_here(actor, opinion) or is_named_deputy(actor, opinion)


@predicate
def sends(actor: Any, opinion: Any) -> bool:
    """Station head or congress office: decides what leaves for a unit, comes back, or does not belong here."""
    return heads_station(actor, opinion) or is_dwc(actor, opinion)


@predicate
def refers(actor: Any, opinion: Any) -> bool:
    """As `sends`; station staff too where the rule `opinion.refer_by` says so."""
    return sends(actor, opinion) or (opinion.staff_may_refer and is_station(actor, opinion))


@predicate
def works_on(actor: Any, opinion: Any) -> bool:
    return is_claimant(actor, opinion) or is_station(actor, opinion)


@predicate
def answers(actor: Any, opinion: Any) -> bool:
    return works_on(actor, opinion) or is_holding_dwc(actor, opinion)


@predicate
def confirms(actor: Any, opinion: Any) -> bool:
    """The claimant; the station head when the claimant's days are over; the office that holds it."""
    return is_claimant(actor, opinion) or heads_station(actor, opinion) or is_holding_dwc(actor, opinion)


@predicate
def questions(actor: Any, opinion: Any) -> bool:
    return is_claimant(actor, opinion) or sends(actor, opinion)


@predicate
def leads_suggestion(actor: Any, opinion: Any) -> bool:
    """Lead or acting lead of a suggestion the matter waits for (an answered one may have ended)."""
    return any(
        holds_seat(actor, link.suggestion.lead_id) or holds_seat(actor, link.suggestion.acting_lead_id)
        for link in opinion.live_links
    )


@predicate
def escalates(actor: Any, opinion: Any) -> bool:
    """The claimant, by an active seat: only a deputy makes suggestions."""
    return is_claimant(actor, opinion) and opinion.claimed_seat_id is not None


@predicate
def escalates_again(actor: Any, opinion: Any) -> bool:
    """The last claimant of a matter that stayed unsettled, by an active seat."""
    return opinion.last_claimant_id == getattr(actor, "pk", None) and any(seat.is_active for seat in actor.facts.seats)


@predicate
def reads(actor: Any, opinion: Any) -> bool:
    """Whoever acts on the matter: sets its urgency and whom it must not reach."""
    return (
        is_screener(actor, opinion)
        or is_claimant(actor, opinion)
        or is_target_deputy(actor, opinion)
        or is_deputy_here(actor, opinion)
        or is_dwc(actor, opinion)
        or is_unit(actor, opinion)
    )


@predicate
def lifts(actor: Any, opinion: Any) -> bool:
    """The lead one level up."""
    return leads_dwc_of(actor, opinion.above_id)


@predicate
def opens_contact(actor: Any, opinion: Any) -> bool:
    """Who holds the matter now; under avoidance only the office or deputy that holds it."""
    if opinion.holder_venue_id is not None and not opinion.avoided:
        return works_at(actor, opinion.holder_venue_id)
    return is_claimant(actor, opinion) or is_holding_dwc(actor, opinion) or is_named_deputy(actor, opinion)


for verb, relation in {
    "submit": is_author | files_for_visitors,
    "author": is_author,
    "screen": is_screener,
    "acknowledge": is_station | is_dwc | is_target_deputy,
    "merge": is_screener | sends,
    "unmerge": is_station | is_dwc | is_author,
    "claim": claims,
    "release": is_claimant | sends,
    "work": works_on,
    "answer": answers,
    "send": sends,
    "refer": refers,
    "unit": is_unit,
    "report": is_unit | sent_to_hotline,
    "question": questions,
    "confirm": confirms,
    "lead": leads_suggestion,
    "escalate": escalates,
    "escalate_again": escalates_again,
    "rate_for": is_station,
    "explain": is_town | is_dwc,
    "secure": is_claimant | is_station | is_unit,
    "read": reads,
    "lift_avoidance": lifts,
    "settle_extension": sends | is_town,
    "station": is_station,
    "reissue": is_station | is_author,
    "open_contact": opens_contact,
}.items():
    rules.add_perm(f"suggestions.{verb}_opinion", relation)


# -- guards ------------------------------------------------------------------------------------------------------------


@OPINION.guard("not_yet", "还没有轮到您办理这一步。")
def turn_has_come(opinion: Any, actor: Any) -> bool:
    """Claiming: the deputy addressed and those of the station at once; the station at once where it was addressed,
    else after 24 h; town and congress after 48 h or when they hold it; after a reopening the last claimant alone for
    24 h. Confirming: the station head when the claimant's two days are over, or where nobody claims it any longer."""
    if opinion.state == "referred":
        return _may_confirm_now(opinion, actor)
    now = clock.now()
    if opinion.state == "reopened" and opinion.others_from and now < opinion.others_from:
        return opinion.last_claimant_id == actor.pk
    if is_holding_dwc(actor, opinion) or is_claiming_deputy(actor, opinion):
        return True
    if is_station(actor, opinion) and (opinion.holder_venue_id is not None or now >= opinion.station_from):
        return True
    return is_dwc(actor, opinion) and now >= opinion.congress_from


def _may_confirm_now(opinion: Any, actor: Any) -> bool:
    if is_claimant(actor, opinion) or is_holding_dwc(actor, opinion):
        return True
    referral = opinion.live_referral
    return opinion.claimed_by_id is None or clock.now() > referral.head_confirms_from


@OPINION.guard("not_released", "这件事因超过期限没有进展，已从您这里转出，请由其他人接手。")
def was_not_released(opinion: Any, actor: Any) -> bool:
    return not any(row.by_clock and row.user_id == actor.pk for row in opinion.releases.all())


@OPINION.guard("is_hazard", "只有安全隐患才有这一步。")
def is_hazard(opinion: Any, actor: Any) -> bool:
    return opinion.is_hazard


@OPINION.guard("unacknowledged", "这处隐患已经有人确认。")
def is_unacknowledged(opinion: Any, actor: Any) -> bool:
    return opinion.acknowledged_at is None


@OPINION.guard("unsecured", "现场措施已经登记。")
def is_unsecured(opinion: Any, actor: Any) -> bool:
    return opinion.secured_at is None


@OPINION.guard("review_open", "每件事可以在 15 天内申请一次复核，现在已经不能申请。")
def is_review_open(opinion: Any, actor: Any) -> bool:
    until = opinion.windows.get("review_window")
    return not opinion.reviewed and until is not None and clock.now() <= until


@OPINION.guard("reopen_open", "每件事可以在得到答复后 15 天内要求重新办理一次，现在已经不能要求。")
def is_reopen_open(opinion: Any, actor: Any) -> bool:
    """Until the author has been told the answer the right has not begun to run."""
    if opinion.reopened or opinion.outcome == "unsettled":
        return False
    if opinion.told_at is None and opinion.outcome != "self_solved":
        return True
    until = opinion.windows.get("reopen_window")
    return until is not None and clock.now() <= until


@OPINION.guard("refer_suggested", "没有等待决定的转办建议。")
def is_refer_suggested(opinion: Any, actor: Any) -> bool:
    return opinion.suggested_organ_id is not None


@OPINION.guard("referral_sent", "已经回报，不能退单。", part=True)
def is_referral_sent(opinion: Any, actor: Any) -> bool:
    return opinion.live_referral.state == "sent"


@OPINION.guard("send_back_open", "退单要在收到后 2 个工作日内提出。")
def is_send_back_open(opinion: Any, actor: Any) -> bool:
    return clock.now() <= opinion.live_referral.send_back_until


@OPINION.guard("report_awaited", "已经回报，正在等转告。", part=True)
def is_report_awaited(opinion: Any, actor: Any) -> bool:
    return opinion.live_referral.state in ("sent", "questioned")


@OPINION.guard("report_in", "承办单位还没有回报办理结果。", part=True)
def is_report_in(opinion: Any, actor: Any) -> bool:
    return opinion.live_referral is not None and opinion.live_referral.state == "reported"


@OPINION.guard("once", "每次转办可以退回补充一次。")
def is_unquestioned(opinion: Any, actor: Any) -> bool:
    return not opinion.live_referral.questioned


@OPINION.guard("extension_open", "延期要在到期前提出，每次转办一次。")
def is_extension_open(opinion: Any, actor: Any) -> bool:
    """Asked before the date, once, while the report is owed."""
    referral = opinion.live_referral
    return referral.state == "sent" and not referral.extensions.all() and clock.now() <= referral.due_at


@OPINION.guard("extension_waits", "没有等待审批的延期申请。")
def is_extension_waiting(opinion: Any, actor: Any) -> bool:
    return opinion.pending_extension is not None


@OPINION.guard("suggestions_answered", "所提建议还没有全部得到答复。")
def are_suggestions_answered(opinion: Any, actor: Any) -> bool:
    """Every suggestion it waits for has been replied to at least once, and one has."""
    return bool(opinion.live_links) and all(link.suggestion.answered_at for link in opinion.live_links)


@OPINION.guard("unsettled", "只有两次办理后仍不满意的，才有这一步。")
def is_unsettled(opinion: Any, actor: Any) -> bool:
    return opinion.outcome == "unsettled"


@OPINION.guard("unexplained", "已经向群众说明过。")
def is_unexplained(opinion: Any, actor: Any) -> bool:
    return opinion.explained_at is None


@OPINION.guard("avoided", "没有设置回避。")
def is_avoided(opinion: Any, actor: Any) -> bool:
    return opinion.avoided


@OPINION.guard("has_phone", "没有留手机号。")
def has_phone(opinion: Any, actor: Any) -> bool:
    return opinion.has_phone


@OPINION.guard("not_handler", "办理过这件事的人不能代为登记评价，请由另一位工作人员登记。")
def did_not_handle(opinion: Any, actor: Any) -> bool:
    handlers = {opinion.claimed_by_id, opinion.last_claimant_id, *(row.handled_by_id for row in opinion.answers.all())}
    return actor.pk not in handlers


@OPINION.guard("untold", "没有待告知的事项。")
def is_untold(opinion: Any, actor: Any) -> bool:
    return any(row.done_at is None for row in opinion.tellings.all())
