"""What verbs of an opinion have in common: who speaks, who holds it next, what is told by hand, which clocks run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import Organ, User
from accounts.rules import is_dwc_of, is_unit_of
from clocks import calendar, rules as policies, workflow as clocks
from clocks.defaults import SPANS
from deputies import duty
from deputies.models import Seat
from deputies.queries import is_on_leave
from deputies.rules import holds_seat
from ground import clock, workdays
from ground.workdays import Span
from ground.workflow import Actor, Move, move
from stations.rules import works_at
from suggestions.models import Opinion, OpinionAnswer, OpinionStep, Telling
from suggestions.states.lists import Channel

# Steps the author hears of; everything else stays inside.
PUBLIC = frozenset(
    (
        *(
            "submit",
            "accept",
            "reject",
            "acknowledge",
            "ask_review",
            "merge",
            "unmerge",
            "claim",
            "release",
            "coordinate",
        ),
        *(
            "answer",
            "refer",
            "recall",
            "send_back",
            "confirm",
            "pass_on",
            "escalate",
            "come_back",
            "inherit",
            "promote",
        ),
        *("rate", "close_unrated", "reopen", "explain", "solved", "withdraw", "secure", "settle_extension"),
        *("verify_phone", "reissue", "open_contact", "follow_up"),
    )
)
# What the author did or sees at once needs nobody to tell it.
SELF_KNOWN = frozenset(("submit", "ask_review", "rate", "reopen", "solved", "withdraw", "verify_phone", "reissue"))
ANSWERING = ("answer", "confirm", "pass_on", "inherit", "reject")
IDLE_KINDS = ("claimed", "coordinating")
# Everything that runs while somebody owes the matter something; what the author still has to be told runs on.
WORK_CLOCKS = tuple(
    kind for room, _, kind in (code.partition(".") for code in SPANS) if room == "opinion" and kind != "tell"
)


@contextmanager
def act(
    opinion: Opinion, verb: str, *, by: Actor, note: str = "", words: str = "", organ: Organ | None = None
) -> Iterator[Move]:
    """A verb of an opinion: the gate, who speaks, the idle clock of whoever claimed it, and what is told by hand.

    `words` is the sentence the author reads, `note` stays inside, `organ` is the unit the step speaks of.
    """
    with transaction.atomic():
        with move(opinion, verb, by=by, note=note, public_text=words) as m:
            m.by_label = voice(opinion, by)
            yield m
        step: Any = m.step
        if organ is not None:
            OpinionStep.objects.filter(pk=step.pk).update(organ=organ)
        watch_idleness(opinion)
        if verb in PUBLIC and verb not in SELF_KNOWN:
            tell_by_hand(opinion, step)


def voice(opinion: Opinion, by: Actor) -> str:
    """How the timeline names who acts: 王建国代表, 清水镇中心联络站, 市住建局, 群众."""
    if by.actor_kind != "user":
        return by.label
    referral = opinion.live_referral
    if referral is not None and is_unit_of(by, referral.organ_id):
        return str(referral.organ)
    if seat_of(opinion, by) is not None:
        return f"{by.name}代表"
    if opinion.station_id is not None and works_at(by, opinion.station_id):
        return str(opinion.station)
    office = office_of(opinion, by)
    return str(office) if office else by.name


def seat_of(opinion: Opinion, by: Actor) -> int | None:
    """The seat by which the actor has to do with the matter: claimed, named or addressed, or stationed there."""
    for seat_id in (opinion.claimed_seat_id, opinion.holder_seat_id, opinion.target_seat_id):
        if seat_id is not None and holds_seat(by, seat_id):
            return seat_id
    return next((row.seat_id for row in by.facts.stationed if row.venue_id == opinion.station_id), None)


def office_of(opinion: Opinion, by: Actor) -> Organ | None:
    """The congress office the actor speaks for here."""
    offices = (opinion.holder_organ, opinion.town, opinion.congress, opinion.above)
    return next((organ for organ in offices if organ is not None and is_dwc_of(by, organ.pk)), None)


# -- who holds it ------------------------------------------------------------------------------------------------------


def first_holder(opinion: Opinion) -> models.Model:
    """Who screens: the station; the office of the congress where there is none; one level up under avoidance."""
    if opinion.avoided:
        return opinion.above
    return opinion.station or opinion.congress


def next_holder(opinion: Opinion) -> models.Model:
    """Who is asked once it is accepted: the deputy addressed, the station where that deputy is not there to answer."""
    if opinion.avoided:
        return opinion.above
    seat = opinion.target_seat
    if seat is not None and seat.state == "active" and not is_on_leave(seat.deputy.user):
        return seat
    return opinion.station or opinion.congress


def takes(opinion: Opinion, by: User) -> None:
    """Makes `by` the one responsible, in the role that brings them here: deputy, station, congress office."""
    seat_id = seat_of(opinion, by)
    at_station = opinion.station_id is not None and works_at(by, opinion.station_id) and not opinion.avoided
    opinion.claimed_by = opinion.last_claimant = by
    opinion.claimed_seat_id = seat_id
    if seat_id is not None:
        opinion.hold(Seat.objects.select_related("deputy").get(pk=seat_id))
    elif at_station:
        opinion.hold(opinion.station)
    else:
        opinion.hold(office_of(opinion, by))


def lets_go(opinion: Opinion) -> None:
    opinion.claimed_by = opinion.claimed_seat = None


def owes(opinion: Opinion) -> dict[str, Any]:
    """Who owes the next date, for a Deadline: the deputy in person, else the organ of the station or office."""
    rules_of = opinion.town or opinion.congress
    if opinion.holder_seat_id is not None:
        return {"user": opinion.holder_seat.deputy.user, "rules_of": rules_of}
    organ = opinion.holder_organ or opinion.holder_venue.organ
    return {"organ": organ, "rules_of": rules_of}


def waits(opinion: Opinion, holder: models.Model, *, claimant_first: bool = False) -> None:
    """Nobody has claimed it: `holder` is asked, and the turns of the others begin by the rules of today."""
    now = clock.now()
    lets_go(opinion)
    opinion.hold(holder)
    opinion.waiting_since = now
    opinion.station_from = now + hours(opinion, "opinion.station_claims_after")
    opinion.congress_from = now + hours(opinion, "opinion.town_claims_after")
    opinion.others_from = now + hours(opinion, "opinion.last_claimant_first") if claimant_first else None
    clocks.start(opinion, "claim", **owes(opinion))


def hours(opinion: Opinion, code: str) -> Any:
    return Span.parse(policies.value(code, opinion.town or opinion.congress)).length


def works(opinion: Opinion, *, since: datetime | None = None) -> None:
    """Claimed: the answer is owed, from now or `since`; of a small matter from the day it was accepted."""
    if opinion.is_quick or opinion.is_hazard:
        span = policies.value("opinion.answer_quick", opinion.town or opinion.congress)
        clocks.start(opinion, "answer", at=opinion.accepted_at, span=span, **owes(opinion))
    else:
        clocks.start(opinion, "answer", at=since, **owes(opinion))


def watch_idleness(opinion: Opinion) -> None:
    """A claim asleep is let go by a clock; each step wakes it. A congress office is never released: it turns red."""
    if opinion.state in IDLE_KINDS and opinion.holder_organ_id is None:
        rules_of = opinion.town or opinion.congress
        code = "opinion.idle" if opinion.state == "claimed" else "opinion.idle_coordinating"
        clocks.start(opinion, "idle", span=policies.value(code, rules_of), **owes(opinion))
    else:
        clocks.drop(opinion, "idle")


def rest(opinion: Opinion) -> None:
    """Nobody owes the matter anything for now."""
    clocks.drop(opinion, *WORK_CLOCKS)


def touched(opinion: Opinion) -> None:
    """The author was contacted for the first time (小事快办)."""
    clocks.stop(opinion, "first_contact")


def last_moment(started_at: datetime, span: str) -> datetime:
    return workdays.due(started_at, Span.parse(span), calendar.current()).at


# -- being told by a person --------------------------------------------------------------------------------------------


def members_of(opinion: Opinion) -> list[Opinion]:
    """Those merged into this head now, the eldest first."""
    return list(Opinion.objects.filter(merged_into=opinion, state="merged").select_related("contact").order_by("pk"))


def tell_by_hand(opinion: Opinion, step: OpinionStep) -> None:
    """待告知: authors without a mobile, and merged ones like them, are told by a person within two working days."""
    hearers = [opinion]
    if step.verb not in ("merge", "unmerge", "inherit", "promote") and opinion.state != "merged":
        hearers += members_of(opinion)
    for one in hearers:
        if not one.is_told_by_hand:
            continue
        starts = one is opinion and step.verb in ANSWERING
        Telling.objects.create(
            opinion=one, step=step, words=step.public_text or step.obj.state, starts_windows=starts, made_at=clock.now()
        )
        _tell_clock(one)


def _tell_clock(opinion: Opinion) -> None:
    """One clock for all that is untold: it runs from the oldest."""
    oldest = opinion.tellings.filter(done_at=None).order_by("pk").first()
    if oldest is None:
        clocks.stop(opinion, "tell")
    elif not any(deadline.kind == "tell" for deadline in clocks.open_of(opinion)):
        organ = opinion.station.organ if opinion.station_id is not None and not opinion.avoided else opinion.above
        clocks.start(opinion, "tell", at=oldest.made_at, organ=organ, rules_of=opinion.town or opinion.congress)


def told_by_hand(opinion: Opinion, *, way: str, at: datetime, person: str, by: User) -> bool:
    """Closes what is untold; answers whether the answer was among it, so that the author's windows begin."""
    rows = list(opinion.tellings.filter(done_at=None))
    for row in rows:
        row.done_at, row.way, row.person, row.by = at, way, person, by
        row.save(update_fields=["done_at", "way", "person", "by"])
    _tell_clock(opinion)
    return any(row.starts_windows for row in rows)


# -- the answer --------------------------------------------------------------------------------------------------------


def answered(opinion: Opinion, m: Move, *, text: str, solved: str = "", unit_solved: str = "", label: str = "",
             source: OpinionAnswer | None = None) -> OpinionAnswer:  # fmt: skip
    """The answer goes to the author: every clock of the work stops, the author's windows begin when told."""
    rest(opinion)
    m.public_text = m.public_text or text
    opinion.replied_at, opinion.closed_at, opinion.outcome = clock.now(), None, ""
    answer = OpinionAnswer.objects.create(
        opinion=opinion, round=opinion.round, text=text, solved=solved, unit_solved=unit_solved,
        by_label=(label or m.by_label)[:60], handled_by=m.by if m.by.actor_kind == "user" else None, source=source,
        at=clock.now(),
    )  # fmt: skip
    if opinion.is_told_by_hand:
        opinion.told_at = None
        clocks.start(opinion, "untold", rules_of=opinion.town or opinion.congress)
    else:
        windows_open(opinion, clock.now())
    credit(opinion, f"opinion.{m.verb}")
    return answer


def windows_open(opinion: Opinion, at: datetime) -> None:
    """The author has been told the answer: rating and reopening run from here."""
    opinion.told_at = at
    clocks.stop(opinion, "untold")
    clocks.start(opinion, "rate", at=at, rules_of=opinion.town or opinion.congress)
    reopening_opens(opinion, at)


def reopening_opens(opinion: Opinion, at: datetime) -> None:
    """The right to have it handled once more runs from here; nobody has it twice."""
    if not opinion.reopened:
        clocks.start(opinion, "reopen_window", at=at, rules_of=opinion.town or opinion.congress)


def credit(opinion: Opinion, event: str) -> None:
    """履职记录: the seat by which the matter was claimed did this."""
    if opinion.claimed_seat is not None:
        duty.record(opinion.claimed_seat, event=event, source=opinion)


def came_in_person(channel: str) -> bool:
    return channel in (Channel.STATION, Channel.PAPER, Channel.CALL)


def is_concerned_seat(opinion: Opinion, seat: Seat) -> bool:
    """The matter is about this deputy, or the employer's."""
    return any(row.seat_id == seat.pk for row in opinion.live_avoidances)


def date_words(moment: datetime) -> str:
    """“11 月 26 日前” as citizens read a due date."""
    local = moment.astimezone(clock.SHANGHAI)
    return f"{local.month} 月 {local.day} 日前"
