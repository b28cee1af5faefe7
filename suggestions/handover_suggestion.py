"""What of suggestions moves when a seat ends, is suspended or passes into the next term (lifecycles.md §7.1)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from clocks import workflow as clocks
from deputies.handovers import Change, Row
from deputies.models import Seat
from ground import clock
from ground.workflow import SYSTEM, lock, shift
from suggestions.models import Cosign, Suggestion
from suggestions.states.suggestion import DERIVED, ENDED, UNSENT
from suggestions.workflow import suggestion as whole
from suggestions.workflow.course import set_columns

ENDING = ("seat_ended", "term_ended")
LIVE = ("submitted", "registered", *DERIVED)


class SuggestionsCarrier:
    """Rows by verb: `withdraw` (a draft), `vacate` (the lead is open to co-signers), `pass` (to the same person's new
    seat), `lapse` (a pending invitation)."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind not in (*ENDING, "seat_suspended"):
            return []
        led = _by(Suggestion.objects.filter(lead__in=change.subjects).exclude(state__in=ENDED), "lead_id")
        asked = Cosign.objects.filter(seat__in=change.subjects, state__in=["invited", "stale"])
        invited = _by(asked.select_related("suggestion"), "seat_id")
        return [row for seat in change.subjects for row in self._of(seat, change, led[seat.pk], invited[seat.pk])]

    def _of(self, seat: Seat, change: Change, led: list[Suggestion], invited: list[Cosign]) -> Iterator[Row]:
        heir = change.successor_of(seat)
        goes_on = heir is not None and heir.deputy_id == seat.deputy_id
        for suggestion in led:
            label = f"建议 {suggestion.number}"
            if goes_on:
                yield Row("suggestion", suggestion.pk, label, "转到本人新一届任职", "pass", seat.pk, heir.pk)
            elif suggestion.state == "draft":
                if change.kind in ENDING:
                    yield Row(
                        "suggestion", suggestion.pk, label, "草稿撤回，所附群众意见回到联络站", "withdraw", seat.pk
                    )
            elif suggestion.state in UNSENT or suggestion.state in LIVE:
                yield Row("suggestion", suggestion.pk, label, "由联名代表依次接任领衔", "vacate", seat.pk)
        if change.kind in ENDING:
            for mine in invited:
                yield Row("cosign", mine.pk, f"联名邀请 {mine.suggestion.number}", "邀请失效", "lapse", seat.pk)

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        for row in rows:
            match row.verb:
                case "withdraw":
                    suggestion = Suggestion.objects.get(pk=row.id)
                    whole.withdraw_for(suggestion, "领衔代表任职结束")
                case "vacate":
                    _vacate(row.id)
                case "pass":
                    _take(row.id, lead_id=row.target)
                case "lapse":
                    mine = Cosign.objects.select_related("suggestion").get(pk=row.id)
                    lock(mine)
                    shift(mine, "lapse", by=SYSTEM)
                    clocks.drop(mine)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        """What was withdrawn or lapsed stays so; a lead nobody has taken yet goes back."""
        for row in rows:
            match row.verb:
                case "vacate":
                    _give_back(Suggestion.objects.get(pk=row.id))
                case "pass":
                    if Suggestion.objects.filter(pk=row.id, lead=row.target).exists():
                        _take(row.id, lead_id=row.origin)


def _by(rows: QuerySet, column: str) -> dict[int, list[Any]]:
    """Rows of all seats by the id of the seat, in the order of their making."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[getattr(row, column)].append(row)
    return found


def _vacate(pk: int) -> None:
    """Opens the lead: ten working days to take it, the co-signers in turn; rating and promises wait meanwhile."""
    suggestion = Suggestion.objects.get(pk=pk)
    lock(suggestion)
    set_columns(suggestion, lead_vacant_at=clock.now())
    whole.vacate(suggestion)
    clocks.start(suggestion, "take_lead", rules_of=suggestion.congress)
    clocks.start(suggestion, "take_lead_turn", rules_of=suggestion.congress)


def _take(pk: int, *, lead_id: int) -> None:
    suggestion = Suggestion.objects.get(pk=pk)
    lock(suggestion)
    set_columns(suggestion, lead_id=lead_id)


def _give_back(suggestion: Suggestion) -> None:
    lock(suggestion)
    if suggestion.lead_vacant_at is None:
        return
    set_columns(suggestion, lead_vacant_at=None, acting_lead_id=None)
    suggestion.cosigns.update(may_lead_at=None)
    clocks.drop(suggestion, "take_lead", "take_lead_turn")


def give_lead_back(sender: type, seat: Seat, verb: str, by: Any, **kwargs: Any) -> None:
    """A restored seat leads again what it led (lifecycles.md §7.1: “until restored”)."""
    if verb == "restore":
        for suggestion in Suggestion.objects.filter(lead=seat, lead_vacant_at__isnull=False).order_by("pk"):
            _give_back(suggestion)
