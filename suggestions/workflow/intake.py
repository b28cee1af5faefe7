"""Opinions coming in: saying something, screening it, whom it must not reach, and proving who wrote it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from accounts import contacts, sms
from accounts.ladder import parent_congress
from accounts.models import Contact, Organ, Region
from accounts.states import Level, OrganKind
from clocks import rules as policies, workflow as clocks
from deputies.codes import resolve
from deputies.models import CodeTarget, Seat
from ground import bigrams, clock, codes
from ground.compiled import Compiled, Given, insert, new_row, together
from ground.errors import Forbidden, GuardFailed, Invalid, NotVisible
from ground.masking import mask
from ground.numbers import draw
from ground.once import once
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor, CodeHolder, begin
from stations import ladder
from stations.models import Venue, VenueDeputy
from stations.queries import station_of, station_of_division, station_of_seat
from suggestions import filters, likeness
from suggestions.models import Avoidance, Opinion
from suggestions.routing import shelf
from suggestions.rules.opinion import is_concerned
from suggestions.states.lists import GUIDANCE, Category, Channel, Concern, RejectReason, TellBy, Urgency
from suggestions.states.opinion import HEADS
from suggestions.workflow.opinion_course import (
    act,
    date_words,
    first_holder,
    lets_go,
    next_holder,
    owes,
    rest,
    takes,
    touched,
    voice,
    waits,
    windows_open,
    works,
)

CONTENT_LIMIT, PLACE_LIMIT, NOTE_LIMIT, ORDER_LIMIT = 2000, 120, 1000, 40
CONSENT = "2026-1"
WAYS_IN = ("deputy", "station", "division")


# -- submit ------------------------------------------------------------------------------------------------------------


@once()
@together()
def submit(
    *,
    by: Any,
    category: str,
    content: str,
    consent: bool,
    deputy: str = "",
    station: str = "",
    division: str = "",
    urgency: str = Urgency.NORMAL,
    place: str = "",
    location: Mapping[str, float] | None = None,
    contact_name: str = "",
    phone: str = "",
    is_public: bool = False,
    confidential: bool = False,
    concerns: Iterable[str] = (),
    order_no: str = "",
    joins: str = "",
    channel: str = "",
    tell_by: str = "",
    photos_follow: bool = False,
) -> Opinion:
    """What a citizen says at a deputy's code, a venue's code or a division (exactly one of them).

    `by` is a signed-in user who writes it down for a visitor, or anybody else: then the author is whoever gets the query
    code (`opinion.query_code`). `content` may be empty only where photos follow. Raises Invalid.
    """
    if not consent:
        raise Invalid("consent", "请先阅读并同意个人信息处理说明。")
    by_user = getattr(by, "actor_kind", "") == "user"
    channel = channel or (Channel.STATION if by_user else Channel.WEB)
    if not by_user and channel != Channel.WEB:
        raise Invalid("channel", "这个渠道由联络站登记。")
    text = clean_text(content, limit=CONTENT_LIMIT, name="要说的事", required=not photos_follow, pointer="content")
    place = clean_text(place, limit=PLACE_LIMIT, name="地点", required=False, pointer="place")
    found = filters.sift(text)
    number, (contact_key, opinion_key) = draw("Y", Contact, Opinion)
    opinion = new_row(
        Opinion,
        pk=opinion_key,
        number=number,
        urgency=_one_of(urgency, Urgency, "urgency"),
        channel=_one_of(channel, Channel, "channel"),
        tell_by=_one_of(tell_by, TellBy, "tell_by") if tell_by else "",
        category=_one_of(category, Category, "category"),
        text=text,
        masked_text=mask(text).text,
        place=mask(place).text,
        is_public=is_public,
        confidential=confidential,
        contact=contacts.make_contact(contact_name, phone, CONSENT, key=contact_key),
        consent_version=CONSENT,
        code_key_id=codes.current_key_id(),
        order_no=clean_text(order_no, limit=ORDER_LIMIT, name="工单号", required=False, pointer="order_no"),
        filter_hits=list(found.lists),
        filter_version=filters.VERSION,
        submitted_at=clock.now(),
        entered_by_id=by.pk if by_user else None,
    )
    opinion.lng, opinion.lat = _point(location)
    _address(opinion, {"deputy": deputy, "station": station, "division": division})
    opinion.staff_may_refer = policies.value("opinion.refer_by", opinion.town or opinion.congress) == "station_staff"
    opinion.joins = _head_to_join(joins)
    wanted = [_one_of(code, Concern, "concerns") for code in concerns]
    opinion.avoided = bool(wanted or found.concerns)
    opinion.hold(first_holder(opinion))
    opinion.bigrams = bigrams.vector(_found_by(opinion))
    dues = [clocks.plan(opinion, kind, **owes(opinion)) for kind in ("screen", "hazard")[: 1 + opinion.is_hazard]]
    opinion.next_due_at = min(due.due_at for due in dues)
    actor: Actor = by if by_user else CodeHolder(opinion.number)
    with begin(opinion, "submit", by=actor, public_text="已收到您反映的事。") as m:
        m.by_label = voice(opinion, by) if by_user else "群众"
        for code, why in [
            *((c, "作者说明涉及") for c in wanted),
            *((c, "文字过滤") for c in found.concerns if c not in wanted),
        ]:
            _name_concerned(opinion, code, why=why, by=actor, by_label=m.by_label)
        m.recorded = {"channel": opinion.channel, "code": opinion.code_used, "consent": CONSENT, "urgency": opinion.urgency,
                      "avoidance": opinion.avoided, "order_no": opinion.order_no}  # fmt: skip
        for due in dues:
            clocks.begin(due, opinion)
        m.public_text = f"已收到您反映的事，{first_holder(opinion)}会在{date_words(dues[-1].due_at)}核对。"
    return opinion


_venue_at_code = Compiled(
    lambda: Venue.objects.filter(code=CodeTarget.objects.filter(pk=Given("code"), redirect_to=None).values("venue_code")[:1])
    .select_related("organ__parent", "organ__congress")
)  # fmt: skip

_first_seat = Compiled(
    lambda: Seat.objects.filter(deputy=Given("deputy"), state="active")
    .select_related("organ__parent", "deputy__user", "deputy__employer").order_by("organ__path", "pk")[:1]
)  # fmt: skip


def _address(opinion: Opinion, ways: dict[str, str]) -> None:
    """Whom it is said to: a deputy in office, or a station; a printed code leads on to whoever followed."""
    named = {name: code.strip().upper() for name, code in ways.items() if code and code.strip()}
    if len(named) != 1:
        raise Invalid("deputy", "请选一位代表、一个联络站或一个村（社区），只能选一个。")
    name, code = named.popitem()
    opinion.code_used = code[:20]
    if name == "division":
        region = Region.objects.filter(code=code).first() if code.isprintable() else None
        if region is None:
            raise Invalid("division", "没有找到这个村（社区），请核对后再试。")
        opinion.division = region
        return _to_station(opinion, station_of_division(region), name)
    try:
        if name == "station" and (straight := _venue_at_code.objects(code=code)):  # as a rule it leads nowhere else
            return _to_station(opinion, station_of(straight[0]), name)
        landing = resolve(code)
    except (NotVisible, ValueError):
        raise Invalid(name, "没有找到这个码，请核对后再试。") from None
    if landing.kind == "venue":
        [venue] = _venue_at_code.objects(code=landing.code)
        return _to_station(opinion, station_of(venue), name)
    seat = next(iter(_first_seat.objects(deputy=landing.deputy.pk)), None)
    if seat is None:
        last = landing.deputy.seats.order_by("-pk").first()
        return _to_station(opinion, station_of_seat(last) if last else None, name)
    opinion.target_deputy, opinion.target_seat = landing.deputy, seat
    opinion.station = station_of_seat(seat)
    if opinion.station is None:
        opinion.congress = seat.organ
        opinion.above = parent_congress(seat.organ) or seat.organ
        return None
    _lie_at(opinion, opinion.station)
    if seat.organ_id != opinion.town_id:
        opinion.congress = seat.organ
    return None


def _to_station(opinion: Opinion, station: Venue | None, pointer: str) -> None:
    if station is None:
        raise Invalid(pointer, "这里还没有联络站，请换一个代表或联络站。")
    opinion.target_venue = opinion.station = station
    _lie_at(opinion, station)


def _lie_at(opinion: Opinion, station: Venue) -> None:
    """Town, congress and the office one level up, from where the station lies."""
    organ = station.organ
    opinion.above = ladder.above(station)
    is_town = organ.level == Level.TOWN or organ.kind in (OrganKind.STREET, OrganKind.TOWN)
    opinion.town, opinion.congress = (organ, opinion.above) if is_town else (None, organ)


def _point(location: Mapping[str, float] | None) -> tuple[float | None, float | None]:
    if not location:
        return None, None
    lng, lat = location.get("lng"), location.get("lat")
    if lng is None or lat is None or not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise Invalid("location", "定位不正确，请重新点选，或只写地点。")
    return lng, lat


def _head_to_join(number: str) -> Opinion | None:
    """A public matter the author says is the same one."""
    if not number:
        return None
    head = Opinion.objects.published().filter(number=number.strip().upper(), state__in=HEADS).first()
    if head is None:
        raise Invalid("joins", "没有找到这件公开的事，可以直接提交。")
    return head


def _one_of(code: str, among: type[models.TextChoices], pointer: str) -> str:
    if code not in among.values:
        raise Invalid(pointer, "请从所列的选项中选一个。")
    return code


def write_bigrams(opinion: Opinion) -> None:
    """What search reads: the masked text, for a search over more would be a way to ask for what is masked."""
    Opinion.objects.filter(pk=opinion.pk).update(bigrams=bigrams.vector(_found_by(opinion)))


def _found_by(opinion: Opinion) -> str:
    return f"{opinion.masked_text}\n{opinion.place}"


def preview(content: str) -> dict[str, Any]:
    """What others would see: {"masked", "hints"}; hints name what was hidden. Stores nothing."""
    text = clean_text(content, limit=CONTENT_LIMIT, name="要说的事", pointer="content")
    masked = mask(text)
    return {"masked": masked.text, "hints": sorted({hit.kind for hit in masked.hits})}


def similar(
    content: str,
    *,
    place: str = "",
    location: Mapping[str, float] | None = None,
    town_id: int | None = None,
    most: int = 5,
) -> list[Opinion]:
    """Published matters like these words, the most alike and the nearest first: what is sought and what is searched is
    masked (security.md §6.8). Those in a state of HEADS can be joined, the others show what became of the like."""
    text = clean_text(content, limit=CONTENT_LIMIT, name="要说的事", pointer="content")
    lng, lat = _point(location)
    wanted = likeness.Wanted.said(
        mask(text).text, place=mask(place[:PLACE_LIMIT]).text, town_id=town_id, point=(lng, lat) if lng is not None else None
    )  # fmt: skip
    rows = Opinion.objects.published().standing().exclude(state="merged")
    found = likeness.opinions_like(
        rows, [wanted], rarity=shelf.rarity(), published=True, most=most, enough=likeness.ENOUGH
    )  # fmt: skip
    return [row for row, _ in found[wanted.key]]


# -- screening ---------------------------------------------------------------------------------------------------------


def accept(opinion: Opinion, *, by: Actor, public_text: str | None = None, category: str = "") -> Opinion:
    """It belongs here: whoever was addressed is asked next. `public_text` corrects what others may read."""
    with act(opinion, "accept", by=by) as m:
        if public_text is not None:
            checked = clean_text(public_text, limit=CONTENT_LIMIT, name="公开文字", pointer="public_text")
            opinion.masked_text = mask(checked).text
        if category:
            opinion.category = _one_of(category, Category, "category")
        opinion.accepted_at = clock.now()
        opinion.first_reader_id = opinion.first_reader_id or by.pk
        opinion.reject_reason = opinion.guide = ""
        clocks.stop(opinion, "screen", "review")
        waits(opinion, next_holder(opinion))
        if opinion.is_quick:
            clocks.start(opinion, "first_contact", **owes(opinion))
        publish_if_fit(opinion)
        m.recorded = {"filter": opinion.filter_hits, "category": opinion.category}
        m.public_text = f"已经接收，请{_asked(opinion)}接手。"
    write_bigrams(opinion)
    return opinion


def _asked(opinion: Opinion) -> str:
    seat = opinion.holder_seat
    return f"{seat.deputy.name}代表" if seat is not None else str(opinion.holder)


def publish_if_fit(opinion: Opinion) -> None:
    """Others may read it: wished for, by a verified phone, accepted, of no concern to its readers, a hazard only once
    the place is safe."""
    fit = (
        opinion.is_public
        and opinion.has_verified_author
        and opinion.accepted_at is not None
        and not opinion.avoided
        and not opinion.confidential
        and bool(opinion.masked_text)
        and (not opinion.is_hazard or opinion.secured_at is not None)
    )
    opinion.published_at = (opinion.published_at or clock.now()) if fit else None


def reject(
    opinion: Opinion, *, by: Actor, reason_code: str, note: str, guide: str = "", with_members: bool = False
) -> Opinion:
    """It does not belong here: the author learns why and where to go, and may ask for one review."""
    from suggestions.workflow import group

    _one_of(reason_code, RejectReason, "reason_code")
    note = clean_text(note, limit=NOTE_LIMIT, name="原因说明", pointer="note")
    guide = (
        clean_text(guide, limit=NOTE_LIMIT, name="引导说明", required=False, pointer="guide") or GUIDANCE[reason_code]
    )
    with transaction.atomic():
        with act(opinion, "reject", by=by, note=note) as m:
            members = group.members_to_move(opinion)
            heir = members[0] if members and not with_members else None
            _turn_away(opinion, m, by, reason_code, guide, heir=heir)
        for member in members if with_members else ():
            with act(member, "reject", by=SYSTEM, note=f"随 {opinion.number}") as m:
                _turn_away(member, m, by, reason_code, guide)
        if heir is not None:
            group.promote(heir, former=opinion, to="open")
    return opinion


def _turn_away(opinion: Opinion, m: Any, by: Actor, reason_code: str, guide: str, heir: Opinion | None = None) -> None:
    if opinion.live_referral is not None:
        m.part(opinion.live_referral)
    rest(opinion)
    opinion.first_reader_id = opinion.first_reader_id or by.pk
    opinion.reject_reason, opinion.guide, opinion.rejected_at = reason_code, guide, clock.now()
    opinion.published_at = None
    lets_go(opinion)
    m.recorded = {"reason_code": reason_code}
    m.public_text = f"这件事不在本渠道范围（{RejectReason(reason_code).label}）。{guide}"
    if not opinion.reviewed:
        clocks.start(opinion, "review_window", rules_of=opinion.town or opinion.congress)
        m.public_text += "如果您不同意，可以在 15 天内申请一次复核。"


def ask_review(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """复核, once: somebody one level up reads it, never the first reader."""
    reason = clean_text(reason, limit=NOTE_LIMIT, name="复核理由", pointer="reason")
    with act(opinion, "ask_review", by=by, note=reason) as m:
        office = opinion.above
        if opinion.holder_organ_id == office.pk:
            office = parent_congress(office) or office
        clocks.stop(opinion, "review_window")
        opinion.reviewed = True
        opinion.hold(office)
        due = clocks.start(opinion, "review", organ=office, rules_of=office)
        m.public_text = f"已收到您的复核申请，{office}会在{date_words(due.due_at)}答复。"
    return opinion


def acknowledge(opinion: Opinion, *, by: Actor, note: str) -> Opinion:
    """A hazard is taken in hand within two hours: this stands in place of accept and claim."""
    note = clean_text(note, limit=NOTE_LIMIT, name="处置情况", pointer="note")
    with act(opinion, "acknowledge", by=by, note=note) as m:
        opinion.acknowledged_at = clock.now()
        opinion.accepted_at = opinion.accepted_at or opinion.acknowledged_at
        opinion.first_reader_id = opinion.first_reader_id or by.pk
        if opinion.claimed_by_id is None:
            takes(opinion, by)
        clocks.stop(opinion, "screen", "review", "claim", "hazard")
        due = clocks.start(opinion, "secure", **owes(opinion))
        works(opinion)
        m.public_text = f"{m.by_label}已确认这处隐患，{date_words(due.due_at)}到现场采取措施。"
    return opinion


# -- urgency and avoidance ---------------------------------------------------------------------------------------------


def set_urgency(opinion: Opinion, *, by: Actor, urgency: str, reason: str = "") -> Opinion:
    """Whoever reads it corrects how urgent it is; lowering needs a reason. A change of class gains nobody time: the
    answer is owed from the day it was owed from."""
    _one_of(urgency, Urgency, "urgency")
    reason = clean_text(reason, limit=NOTE_LIMIT, name="原因", required=False, pointer="reason")
    with act(opinion, "set_urgency", by=by, note=reason) as m:
        if urgency == opinion.urgency:
            raise Invalid("urgency", f"已经是“{Urgency(urgency).label}”，不用再调整。")
        if not reason and Urgency.values.index(urgency) < Urgency.values.index(opinion.urgency):
            raise Invalid("reason", "降低紧急程度，请写明原因。")
        m.recorded = {"from": opinion.urgency, "to": urgency}
        opinion.urgency = urgency
        if not opinion.is_hazard:
            clocks.drop(opinion, "hazard", "secure")
        elif opinion.acknowledged_at is None and opinion.state in ("screening", "open", "claimed"):
            clocks.start(opinion, "hazard", **owes(opinion))
        if opinion.is_quick and opinion.state == "open":
            clocks.start(opinion, "first_contact", **owes(opinion))
        elif not opinion.is_quick:
            clocks.drop(opinion, "first_contact")
        owed = next((deadline for deadline in clocks.open_of(opinion) if deadline.kind == "answer"), None)
        if opinion.state == "claimed" and owed is not None:
            works(opinion, since=owed.started_at)
        publish_if_fit(opinion)
    return opinion


def secure(opinion: Opinion, *, by: Actor, text: str) -> Opinion:
    """A measure on the spot: the place is safe for now, the rest goes on as a small matter."""
    text = clean_text(text, limit=NOTE_LIMIT, name="现场措施", pointer="text")
    with act(opinion, "secure", by=by, words=f"现场已采取措施：{text}") as m:
        opinion.secured_at = clock.now()
        clocks.stop(opinion, "secure")
        touched(opinion)
        publish_if_fit(opinion)
        m.recorded = {"secured": True}
    return opinion


@transaction.atomic
def avoid(opinion: Opinion, *, by: Actor, concerns: Iterable[str], reason: str, organ: str = "") -> Opinion:
    """回避: those concerned see it no longer; one level up holds it, a concerned claimant is released by the system.

    `organ` names the department where the author's own deputy has nothing to do with it.
    """
    wanted = [_one_of(code, Concern, "concerns") for code in concerns]
    if not wanted:
        raise Invalid("concerns", "请选出这件事涉及谁。")
    reason = clean_text(reason, limit=200, name="原因", pointer="reason")
    with act(opinion, "avoid", by=by, note=reason) as m:
        opinion.avoided, opinion.published_at = True, None
        for code in wanted:
            _name_concerned(opinion, code, why=reason, by=by, by_label=m.by_label, organ=organ)
        opinion.__dict__.pop("live_avoidances", None)
        m.recorded = {"concerns": wanted}
        if opinion.state == "screening" and not opinion.reviewed:
            opinion.hold(opinion.above)
            clocks.hand_to(opinion, "screen", organ=opinion.above)
        elif opinion.state in ("open", "reopened"):
            waits(opinion, opinion.above)
    if opinion.state in ("claimed", "coordinating") and _is_with_the_concerned(opinion):
        from suggestions.workflow import opinion as verbs

        verbs.release(opinion, by=SYSTEM, reason="设置了回避")
    return opinion


def _is_with_the_concerned(opinion: Opinion) -> bool:
    claimant = opinion.claimed_by
    at_station = opinion.holder_venue_id is not None
    return claimant is not None and (at_station or is_concerned(claimant, opinion))


def _name_concerned(opinion: Opinion, code: str, *, why: str, by: Actor, by_label: str, organ: str = "") -> None:
    """Writes whom a concern means here, and the seats of deputies whose own employer it is (代表法 §59)."""
    venue = seat = None
    about: Organ | None = None
    if code == Concern.STATION:
        venue = opinion.station
        if venue is None:
            return _name_concerned(opinion, Concern.DEPUTY, why=why, by=by, by_label=by_label)
    elif code == Concern.TOWN:
        about = opinion.town or (opinion.station.organ if opinion.station else opinion.congress)
    elif code == Concern.DEPUTY:
        seat = opinion.target_seat
    else:
        about = Organ.objects.filter(code=organ).first() if organ else None
        about = about or (opinion.target_deputy.employer if opinion.target_deputy else None)
    told = {
        "why": why[:200],
        "by_label": by_label,
        "by_id": by.pk if by.actor_kind == "user" else None,
        "at": clock.now(),
    }
    rows = [Avoidance(opinion=opinion, concern=code, venue=venue, organ=about, seat=seat, **told)]
    if about is not None:
        rows += [
            Avoidance(opinion=opinion, concern=Concern.DEPUTY, seat=own, **told) for own in _employed_by(opinion, about)
        ]
    with together():
        for row in rows:
            insert(row)
    return None


def _employed_by(opinion: Opinion, organ: Organ) -> list[Seat]:
    """Seats near the matter whose holder works for the organ it is about."""
    here = VenueDeputy.objects.filter(venue=opinion.station_id, until=None).values("seat")
    near = models.Q(pk__in=here) | models.Q(
        pk__in=[pk for pk in (opinion.target_seat_id, opinion.claimed_seat_id) if pk]
    )
    return list(Seat.objects.filter(near, deputy__employer__path__startswith=organ.path))


def lift_avoidance(opinion: Opinion, *, by: Actor, reason: str) -> Opinion:
    """The lead one level up finds that it concerns none of them after all."""
    reason = clean_text(reason, limit=200, name="原因", pointer="reason")
    with act(opinion, "lift_avoidance", by=by, note=reason):
        opinion.avoidances.filter(lifted_at=None).update(lifted_at=clock.now(), lifted_by=by.pk)
        opinion.avoided = False
        opinion.__dict__.pop("live_avoidances", None)
        if opinion.state == "screening" and not opinion.reviewed:
            opinion.hold(first_holder(opinion))
            clocks.hand_to(opinion, "screen", **_owner(opinion))
        elif opinion.state in ("open", "reopened"):
            waits(opinion, next_holder(opinion))
        publish_if_fit(opinion)
    return opinion


def _owner(opinion: Opinion) -> dict[str, Any]:
    return {name: value for name, value in owes(opinion).items() if name != "rules_of"}


# -- the author's phone and code ---------------------------------------------------------------------------------------


def send_verification(opinion: Opinion) -> None:
    """An SMS code to the phone the author left."""
    if not opinion.has_phone:
        raise GuardFailed("has_phone", "没有留手机号。")
    sms.send_code(contacts.reveal(opinion.contact).phone, "verify")


@transaction.atomic
def verify_phone(opinion: Opinion, *, by: Actor, sms_code: str) -> Opinion:
    """The author holds the phone: the matter may be shown to others, joins the one it asked for, and a clean one to a
    deputy is accepted at once (rule `trust_verified`)."""
    phone = contacts.reveal(opinion.contact).phone if opinion.has_phone else ""
    if phone and not sms.check_code(phone, "verify", sms_code):
        raise GuardFailed("sms_code", "验证码不对或已过期，请重新获取。")
    with act(opinion, "verify_phone", by=by, words="手机号已验证。"):
        opinion.contact = contacts.verify(opinion.contact, phone)
        contacts.list_matter(opinion.contact, opinion)
        publish_if_fit(opinion)
    _trust(opinion)
    return opinion


def _trust(opinion: Opinion) -> None:
    """What the system may do at once for a clean, verified author."""
    if opinion.state != "screening" or opinion.filter_hits or opinion.avoided or opinion.is_hazard or opinion.reviewed:
        return
    if opinion.joins_id is not None:
        from suggestions.workflow import group

        if opinion.joins.state in HEADS:
            group.merge(opinion, by=SYSTEM, into=opinion.joins)
            return
    if opinion.target_seat_id is not None and policies.value("opinion.trust_verified", opinion.congress):
        accept(opinion, by=SYSTEM)


def reissue(opinion: Opinion, *, by: Actor, seen: str) -> Opinion:
    """A new query code, at the station to the person whose slip or ID was seen (not copied); the old one is void."""
    seen = clean_text(seen, limit=200, name="核对了什么", pointer="seen")
    with act(opinion, "reissue", by=by, note=seen):
        opinion.code_version += 1
        opinion.code_key_id = codes.current_key_id()
    return opinion


def ask_reissue(number: str, phone: str) -> None:
    """An SMS code to the verified phone of this matter, if it is that one. Says nothing either way."""
    opinion = _by_verified_phone(number, phone)
    sms.send_code(phone, "reissue", really=opinion is not None)


@transaction.atomic
def reissue_by_phone(number: str, phone: str, sms_code: str) -> Opinion:
    """The author proves the verified phone and gets a new query code. Raises NotVisible for whatever does not fit."""
    opinion = _by_verified_phone(number, phone)
    if not sms.check_code(phone, "reissue", sms_code) or opinion is None:
        raise NotVisible
    with act(opinion, "reissue", by=CodeHolder(opinion.number), note="短信验证"):
        opinion.code_version += 1
        opinion.code_key_id = codes.current_key_id()
    return opinion


def _by_verified_phone(number: str, phone: str) -> Opinion | None:
    opinion = Opinion.objects.select_related("contact").filter(number=number.strip().upper()).first()
    if opinion is None or not opinion.has_verified_author or opinion.state == "withdrawn":
        return None
    from ground import sealed

    try:
        given = sealed.normalise_phone(phone)
    except ValueError:
        return None
    return opinion if contacts.reveal(opinion.contact).phone == given else None


def correct_contact(opinion: Opinion, *, name: str | None = None, phone: str | None = None) -> Opinion:
    """The author corrects name or phone; a new phone is unverified, and what was public waits for its verification."""
    with transaction.atomic():
        opinion.refresh_from_db(from_queryset=Opinion.objects.select_for_update(of=("self",)))
        if opinion.contact is None or opinion.contact.erased_at is not None:
            opinion.contact = contacts.make_contact(name or "", phone or "", CONSENT)
        else:
            opinion.contact = contacts.correct(opinion.contact, name=name, phone=phone)
        publish_if_fit(opinion)
        opinion.save(update_fields=["contact", "published_at"])
    return opinion


def erase_contact(opinion: Opinion) -> Contact | None:
    """The author's name and phone are destroyed; the matter goes on without them, seen by nobody beyond those at work."""
    with transaction.atomic():
        opinion.refresh_from_db(from_queryset=Opinion.objects.select_for_update(of=("self",)))
        if opinion.contact is not None:
            opinion.contact = contacts.erase(opinion.contact)
            publish_if_fit(opinion)
            opinion.save(update_fields=["published_at"])
    return opinion.contact


def open_contact(opinion: Opinion, *, by: Actor, reason: str) -> contacts.Opened:
    """Name and phone in clear, for one press; the author reads who, when and why."""
    if by.actor_kind != "user":
        raise Forbidden
    with act(opinion, "open_contact", by=by, note=reason) as m:
        opened = contacts.open_contact(opinion.contact, by=by, reason=reason, obj=opinion, label=m.by_label)
        touched(opinion)
        m.public_text = f"{m.by_label}查看了您的联系方式，原因：{reason.strip()}"
    return opened


def record_told(opinion: Opinion, *, by: Actor, way: str, at: Any, person: str = "") -> Opinion:
    """待告知, done: with time, way and person; being told the answer begins the author's windows."""
    from suggestions.workflow.opinion_course import told_by_hand

    _one_of(way, TellBy, "way")
    person = clean_text(person, limit=40, name="告知了谁", required=False, pointer="person")
    if at > clock.now() or at < opinion.submitted_at.replace(second=0, microsecond=0):  # typed to the minute
        raise Invalid("at", "告知时间不能晚于现在，也不能早于提出时间。")
    with act(opinion, "record_told", by=by) as m:
        m.recorded = {"way": way, "at": at.isoformat()}
        if told_by_hand(opinion, way=way, at=at, person=person, by=by) and opinion.state == "replied":
            windows_open(opinion, at)
    return opinion


def untold_too_long(opinion: Opinion) -> None:
    """30 days without being told: the author's windows begin all the same."""
    opinion.refresh_from_db(from_queryset=Opinion.objects.select_for_update(of=("self",)))
    if opinion.state == "replied" and opinion.told_at is None:
        windows_open(opinion, clock.now())
        opinion.save(update_fields=["told_at"])
