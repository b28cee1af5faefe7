"""The verbs of a seat: what the congress announces is entered here, with date and document number."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Model

from accounts.models import Region, User
from accounts.signin import drop_sessions
from deputies import codes, handovers
from deputies.models import CodeTarget, Deputy, Group, GroupMembership, Seat, Term
from deputies.signals import leave_changed, seat_changed
from deputies.states import EndReason
from ground import clock, files
from ground.errors import Forbidden, Invalid
from ground.pinyin import pinyin_of
from ground.uploads import clean_photo
from ground.workflow import Actor, begin, begin_all, move, move_all


@transaction.atomic
def enrol(name: str, *, code: str = "", user: User | None = None, **fields: str) -> Deputy:
    """Makes the person with a code for life: the given one, else the next free. Seats come by `elect`."""
    code = code or codes.next_code("D")
    codes.check_free(code)
    deputy = Deputy.objects.create(code=code, name=name, pinyin=pinyin_of(name), user=user, **fields)
    codes.issue(deputy.code, deputy=deputy)
    return deputy


@transaction.atomic
def enrol_all(deputies: list[Deputy]) -> list[Deputy]:
    """`enrol` for many unsaved people: those without a code get the next free ones."""
    fresh = [deputy for deputy in deputies if not deputy.code]
    for deputy, code in zip(fresh, codes.next_codes("D", len(fresh)) if fresh else [], strict=True):
        deputy.code = code
    for deputy in deputies:
        deputy.pinyin = pinyin_of(deputy.name)
    Deputy.objects.bulk_create(deputies, batch_size=500)
    codes.issue_all([CodeTarget(code=one.code, kind="deputy", deputy=one) for one in deputies])
    return deputies


def show_portrait(deputy: Deputy, picture: bytes) -> Deputy:
    """Shows a portrait on the deputy's page, with the person's consent; drawn anew, small. Raises NotAPicture, TooLarge."""
    portrait = clean_photo(picture)
    deputy.photo = files.store(portrait.thumb, kind="portrait", mime="image/jpeg")
    deputy.photo_consent_at = clock.now()
    deputy.save(update_fields=["photo", "photo_consent_at"])
    return deputy


def elect(deputy: Deputy, *, by: Actor, term: Term, since: date | None = None, delegation: Group | None = None,
          constituency: str = "", divisions: Iterable[Region] = ()) -> Seat:  # fmt: skip
    """Enters an election or by-election (选举法 §57); the seat counts once `seat` confirms it (代表法 §63)."""
    row = Seat(deputy=deputy, term=term, organ=term.congress, since=since or clock.today(), delegation=delegation,
               constituency=constituency)  # fmt: skip
    with begin(row, "elect", by=by):
        row.divisions.set(divisions)
        if delegation is not None:
            GroupMembership.objects.create(group=delegation, seat=row)
    _tell(row, "elect", by)
    return row


@transaction.atomic
def seat(seat: Seat, *, by: Actor, on: date | None = None) -> Seat:
    """Confirms the credentials: from `on` the seat is active and its code leads to the deputy."""
    with move(seat, "seat", by=by):
        seat.since = _past(on, "on")
        codes.lead_home(seat.deputy.code)
    _tell(seat, "seat", by)
    return seat


@transaction.atomic
def install(
    seats: list[Seat], *, by: Actor, divisions: dict[int, list[Region]] | None = None
) -> dict[int, list[Model]]:
    """`elect` and `seat` for many unsaved seats whose congress has announced them, through the same two edges.

    `divisions` and the answer (memberships and links that were made) are by the `id()` of the seat.
    """
    divisions = divisions or {}
    with begin_all(seats, "elect", by=by):
        members = [GroupMembership(group=seat.delegation, seat=seat) for seat in seats if seat.delegation_id]
        GroupMembership.objects.bulk_create(members, batch_size=500)
        link = Seat.divisions.through
        links = [link(seat_id=seat.pk, region_id=r.pk) for seat in seats for r in divisions.get(id(seat), ())]
        link.objects.bulk_create(links, batch_size=500)
    for seat in seats:
        _tell(seat, "elect", by)
    with move_all(seats, "seat", by=by):
        for seat in seats:
            _past(seat.since, "since")
    CodeTarget.objects.filter(deputy__in={seat.deputy_id for seat in seats}).exclude(
        redirect_to=None, announced=True
    ).update(redirect_to=None, announced=True)
    for seat in seats:
        _tell(seat, "seat", by)
    made: dict[int, list[Model]] = {id(seat): [] for seat in seats}
    of = {seat.pk: id(seat) for seat in seats}
    for part in (*members, *links):
        made[of[part.seat_id]].append(part)
    return made


@transaction.atomic
def suspend(seat: Seat, *, by: Actor, on: date | None = None, document_no: str = "", seen: str = "") -> Seat:
    """暂停执行代表职务 (代表法 §61). `seen`: digest of the handover that was shown; if it differs, nothing is done."""
    with move(seat, "suspend", by=by) as m:
        plan = handovers.plan("seat_suspended", [seat], by=by, seen=seen)
        seat.decided_on, seat.document_no = _past(on, "on"), document_no
        m.recorded = {"on": str(seat.decided_on), "document_no": document_no}
    handovers.apply(plan, by=by)
    _tell(seat, "suspend", by)
    return seat


@transaction.atomic
def restore(seat: Seat, *, by: Actor, on: date | None = None, document_no: str = "") -> Seat:
    """The cause of the suspension has ended; the code leads to the deputy again."""
    with move(seat, "restore", by=by) as m:
        seat.decided_on, seat.document_no = _past(on, "on"), document_no
        m.recorded = {"on": str(seat.decided_on), "document_no": document_no}
        codes.lead_home(seat.deputy.code)
    _tell(seat, "restore", by)
    return seat


@transaction.atomic
def terminate(
    seat: Seat, *, by: Actor, reason: str, on: date | None = None, document_no: str = "", seen: str = ""
) -> Seat:
    """资格终止 on the date of the decision (代表法 §62, 选举法 §55). Citizens never see the reason."""
    with move(seat, "terminate", by=by) as m:
        if reason not in EndReason.values:
            raise Invalid("reason", "请选择终止原因。")
        if reason != EndReason.DEATH and not document_no.strip():
            raise Invalid("document_no", "请填写决定的文号。")
        plan = handovers.plan("seat_ended", [seat], by=by, seen=seen)
        seat.reason, seat.document_no = reason, document_no.strip()
        seat.decided_on = seat.until = _past(on, "on")
        m.recorded = {"reason": reason, "on": str(seat.decided_on), "document_no": seat.document_no}
    handovers.apply(plan, by=by)
    _sign_out(seat)
    _tell(seat, "terminate", by)
    return seat


@transaction.atomic
def end_term(seat: Seat, *, by: Actor, on: date | None = None, seen: str = "", planned: bool = False) -> Seat:
    """届满: the first plenary of the next term has opened. `planned`: a 换届 applies one plan for all seats at once."""
    with move(seat, "end_term", by=by):
        own = None if planned else handovers.plan("seat_ended", [seat], by=by, seen=seen)
        seat.until = _past(on, "on")
    if own is not None:
        handovers.apply(own, by=by)
    _sign_out(seat)
    _tell(seat, "end_term", by)
    return seat


@transaction.atomic
def bring_back(seat: Seat, *, by: Actor) -> Seat:
    """Undoes `end_term` when the plan of a 换届 is undone: the seat stands as it stood."""
    with move(seat, "bring_back", by=by) as m:
        m.to(seat.steps.filter(verb="end_term").latest("pk").before)
        seat.until = None
    _tell(seat, "bring_back", by)
    return seat


@transaction.atomic
def succeed(seat: Seat, *, by: Actor, successor: Seat) -> Seat:
    """Names who follows in the same constituency or electing unit: promises and the printed code go to that seat."""
    with move(seat, "succeed", by=by) as m:
        if successor.organ_id != seat.organ_id or successor.pk == seat.pk:
            raise Invalid("successor", "继任的任职要在同一个人大。")
        seat.successor = successor
        m.recorded = {"successor": successor.deputy.code}
        if not seat.deputy.seats.active().exists() and successor.deputy_id != seat.deputy_id:
            codes.lead_on(seat.deputy.code, successor.deputy.code, announced=False)
    _tell(seat, "succeed", by)
    return seat


@transaction.atomic
def take_leave(deputy: Deputy, *, by: Actor, until: date | None) -> Deputy:
    """请假代管, one's own switch: until that day (None: back now) the station holds what would reach the deputy."""
    if deputy.user_id is None or by.pk != deputy.user_id:
        raise Forbidden
    if until is not None and until < clock.today():
        raise Invalid("leave_until", "请选今天或以后的日期。")
    user = User.objects.select_for_update().get(pk=deputy.user_id)
    if user.leave_until != until:
        user.leave_until = deputy.user.leave_until = until
        user.save(update_fields=["leave_until"])
        leave_changed.send(Deputy, deputy=deputy, until=until, by=by)
    return deputy


def leave_of_user(user: User, until: date | None) -> None:
    """`take_leave` as `/me/` asks for it. Raises Forbidden for somebody who is no deputy."""
    deputy = Deputy.objects.select_related("user").filter(user=user).first()
    if deputy is None:
        raise Forbidden("只有代表可以请假代管。")
    take_leave(deputy, by=user, until=until)


def _sign_out(seat: Seat) -> None:
    """An ended seat loses its sign-ins at once; the person signs in again for what remains (security.md §2.7)."""
    if seat.deputy.user is not None:
        drop_sessions(seat.deputy.user)


def _past(on: date | None, pointer: str) -> date:
    on = on or clock.today()
    if on > clock.today():
        raise Invalid(pointer, "日期不能晚于今天。")
    return on


def _tell(seat: Seat, verb: str, by: Actor) -> None:
    seat_changed.send(Seat, seat=seat, verb=verb, by=by)
