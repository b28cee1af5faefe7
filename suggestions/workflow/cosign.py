"""联名: deputies asked to sign one exact text, and what becomes of their word (lifecycles.md §6)."""

from collections.abc import Iterable

from clocks import workflow as clocks
from deputies.models import Deputy, Seat
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.wording import clean_text
from ground.workflow import Actor, Move
from suggestions.models import Cosign, Suggestion, TextVersion
from suggestions.rules.suggestion import cosign_of
from suggestions.workflow.course import act, is_active

MOST_INVITED = 200


def invite(suggestion: Suggestion, *, by: Actor, deputies: Iterable[Deputy]) -> Suggestion:
    """Asks deputies of the same congress to sign the text as it stands; whoever declined or lapsed may be asked again."""
    with act(suggestion, "invite", by=by) as m:
        seats = _seats_of(suggestion, deputies)
        if suggestion.cosigns.count() + len(seats) > MOST_INVITED:
            raise Invalid("deputies", f"联名邀请最多 {MOST_INVITED} 人。")
        asked = {cosign.seat_id: cosign for cosign in suggestion.cosigns.select_related("seat__deputy__user")}
        fresh = [seat for seat in seats if seat.pk not in asked or asked[seat.pk].state in ("lapsed", "declined")]
        if not fresh:
            raise Invalid("deputies", "这些代表已经邀请过了。")
        for seat in fresh:
            cosign = asked.get(seat.pk) or Cosign(suggestion=suggestion, seat=seat)
            cosign.version, cosign.invited_at = suggestion.text, clock.now()
            cosign.confirmed_at, cosign.hash = None, ""
            m.part(cosign)
            clocks.start(cosign, "reminder", user=seat.deputy.user, rules_of=suggestion.congress)
        m.recorded = {"deputies": [seat.deputy.code for seat in fresh], "hash": suggestion.text.hash}
        clocks.start(suggestion, "cosigning", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
    return suggestion


def cosign(suggestion: Suggestion, *, by: Actor, version: int) -> Suggestion:
    """同意联名 of exactly this version. Raises GuardFailed `version` if the text was changed meanwhile."""
    with act(suggestion, "cosign", by=by) as m:
        mine = cosign_of(by, suggestion)
        if version != suggestion.current_version:
            raise GuardFailed("version", "建议文本已经修改，请看过新的文本后再确认。")
        text = suggestion.text
        mine.version, mine.hash, mine.confirmed_at = text, text.hash, clock.now()
        m.part(mine, recorded={"version": text.no, "hash": text.hash})
        m.recorded = {"version": text.no, "deputy": mine.seat.deputy.code}
        clocks.stop(mine, "reminder")
        clocks.start(suggestion, "cosigning", user=suggestion.lead.deputy.user, rules_of=suggestion.congress)
    return suggestion


def decline_cosign(suggestion: Suggestion, *, by: Actor, reason: str = "") -> Suggestion:
    """Not to sign, or to take one's name back before the suggestion is registered."""
    with act(suggestion, "decline_cosign", by=by) as m:
        mine = cosign_of(by, suggestion)
        m.note = clean_text(reason, limit=500, name="说明", required=False, pointer="reason")
        mine.confirmed_at, mine.hash = None, ""
        m.part(mine, note=m.note)
        m.recorded = {"deputy": mine.seat.deputy.code}
        clocks.drop(mine)
    return suggestion


def unsettle(m: Move, suggestion: Suggestion, text: TextVersion) -> None:
    """A changed text: who confirmed the former one is asked again, who was only invited is shown the new one."""
    for mine in suggestion.cosigns.filter(state__in=["invited", "confirmed", "stale"]).select_related(
        "seat__deputy__user"
    ):
        mine.version = text if mine.state == "invited" else mine.version
        if mine.state == "confirmed":
            m.part(mine)
            clocks.start(mine, "reminder", user=mine.seat.deputy.user, rules_of=suggestion.congress)
        else:
            mine.save(update_fields=["version"])


def settle(m: Move, suggestion: Suggestion) -> list[Cosign]:
    """At submission: those who did not confirm lapse; answers those who count."""
    for mine in suggestion.cosigns.filter(state__in=["invited", "stale"]):
        m.part(mine)
        clocks.drop(mine)
    return list(counted(suggestion))


def lapse(m: Move, suggestion: Suggestion) -> None:
    """Pending invitations end with the suggestion."""
    for mine in suggestion.cosigns.filter(state__in=["invited", "stale"]):
        m.part(mine, "lapse")
        clocks.drop(mine)


def counted(suggestion: Suggestion) -> Iterable[Cosign]:
    """The co-signers whose names stand under the text, in order of signing; the lead is not among them."""
    signed = suggestion.cosigns.filter(state="confirmed").exclude(seat=suggestion.lead_id)
    return signed.select_related("seat__deputy__user").order_by("confirmed_at", "pk")


def _seats_of(suggestion: Suggestion, deputies: Iterable[Deputy]) -> list[Seat]:
    """The active seats of these deputies in the suggestion's congress, each once, the lead excepted."""
    seats: dict[int, Seat] = {}
    for deputy in deputies:
        own = deputy.seats.filter(organ=suggestion.congress_id).select_related("deputy__user")
        seat = next((seat for seat in own if is_active(seat)), None)
        if seat is None:
            raise Invalid("deputies", f"{deputy.name}不是本级在任代表，不能联名。")
        if seat.pk == suggestion.lead_id:
            raise Invalid("deputies", "领衔代表本人不用联名。")
        seats[seat.pk] = seat
    if not seats:
        raise Invalid("deputies", "请选择要邀请的代表。")
    return list(seats.values())
