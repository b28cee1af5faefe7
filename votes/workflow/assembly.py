"""Verbs of an assembly: how its members come to sit in it, and how it meets (domain.md §4.7)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Organ, Region, User
from accounts.states import OrganKind
from clocks import workflow as clocks
from deputies.models import Deputy
from ground import clock
from ground.errors import Forbidden, Invalid
from ground.numbers import next_number
from ground.pinyin import pinyin_of
from ground.workflow import Actor, begin, move
from votes.models import (
    AgendaItem,
    AssemblyMeeting,
    AssemblyMember,
    AssemblyOpinion,
    DeliberativeAssembly,
    HeardOpinion,
    MeetingAttendance,
)
from votes.queries.assembly import sitting_in
from votes.states import EndReason, ItemKind, Presence, Variant, Way

Agenda = Sequence[tuple[str, str]]  # kind, title
LONGEST_MINUTES = 20_000


def found_assembly(
    *, by: Actor, organ: Organ, variant: str, ordinal: int, opens_on: date, name: str = ""
) -> DeliberativeAssembly:
    """Sets up one term of a street's or zone's assembly; the name is the place's and the variant's where none is given."""
    if organ.kind != OrganKind.STREET:
        raise Invalid("organ", "只有街道、开发区的人大工委设议事代表会。")
    place = organ.region.name if organ.region else str(organ)
    assembly = DeliberativeAssembly(
        code=f"{organ.code}-{ordinal}", organ=organ, variant=variant, ordinal=ordinal, opens_on=opens_on,
        name=name.strip() or f"{place}{Variant(variant).body}",
    )  # fmt: skip
    if not by.has_perm("votes.keep_assembly", assembly):
        raise Forbidden
    if DeliberativeAssembly.objects.filter(organ=organ, ordinal=ordinal).exists():
        raise Invalid("ordinal", f"第 {ordinal} 届已经建立。")
    assembly.save(force_insert=True)
    return assembly


# -- members -----------------------------------------------------------------------------------------------------------


def put_forward(
    assembly: DeliberativeAssembly, *, by: Actor, name: str, region: Region, way: str, occupation: str = "", recommender: str = "",
    deputy: Deputy | None = None,
) -> AssemblyMember:  # fmt: skip
    """Somebody is recommended, or comes forward, for one of the assembly's communities."""
    if not assembly.organ.region or not region.path.startswith(assembly.organ.region.path):
        raise Invalid("region", "请选择本街道的社区。")
    if way == Way.RECOMMENDED and not recommender.strip():
        raise Invalid("recommender", "请写明推荐单位；本人自荐的请选“自荐”。")
    member = AssemblyMember(
        number=next_number("T"), assembly=assembly, name=name.strip(), pinyin=pinyin_of(name.strip()), region=region, way=way,
        occupation=occupation.strip(), recommender=recommender.strip() if way == Way.RECOMMENDED else "", deputy=deputy,
        made_at=clock.now(),
    )  # fmt: skip
    with begin(member, "put_forward", by=by):
        pass
    return member


def review(member: AssemblyMember, *, by: Actor, note: str = "") -> AssemblyMember:
    with move(member, "review", by=by, note=note):
        pass
    return member


def publicise(member: AssemblyMember, *, by: Actor) -> AssemblyMember:
    """公示 for at least so many working days (a rule row); nobody may be confirmed before they are over."""
    with move(member, "publicise", by=by) as m:
        until = clocks.start(member, "publicise", organ=member.assembly.organ).due_at
        member.publicised_at, member.publicised_until = clock.now(), until
        m.recorded = {"until": until.isoformat()}
    return member


def note_objection(member: AssemblyMember, *, by: Actor, note: str) -> AssemblyMember:
    """What somebody said against it while it was publicised; the committee reads it before it confirms."""
    with move(member, "note_objection", by=by, note=note):
        pass
    return member


def confirm(
    member: AssemblyMember, *, by: Actor, document_no: str, decided_on: date | None = None, phone: str = ""
) -> AssemblyMember:
    """街道党工委 has confirmed: by which document and when; `phone` opens the account the member signs in by."""
    if decided_on is not None and decided_on > clock.today():
        raise Invalid("decided_on", "确定日期不能晚于今天。")
    with move(member, "confirm", by=by) as m:
        clocks.stop(member, "publicise")
        member.document_no, member.since = document_no.strip(), decided_on or clock.today()
        if phone.strip():
            member.user = _account(member, phone)
        m.recorded = {"document_no": member.document_no}
    return member


def give_account(member: AssemblyMember, *, by: Actor, phone: str) -> AssemblyMember:
    """The phone a member signs in by; another phone ends what the earlier one opened."""
    with move(member, "give_account", by=by):
        member.user = _account(member, phone)
    return member


def _account(member: AssemblyMember, phone: str) -> User:
    """Who signs in by this phone: somebody of the same name (a deputy keeps the one account), else a new one."""
    try:
        user = User.objects.by_phone(phone)
    except ValueError:
        raise Invalid("phone", "请填写 11 位手机号。") from None
    if user is not None and user.name != member.name:
        raise Invalid("phone", "这个手机号已登记在别人名下，请核对。")
    taken = AssemblyMember.objects.sitting().filter(assembly=member.assembly_id, user=user).exclude(pk=member.pk)
    if user is not None and taken.exists():
        raise Invalid("phone", "这个手机号已登记给另一位议事代表。")
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.make(phone, member.name, pinyin=member.pinyin)
        except IntegrityError:
            raise Invalid("phone", "这个手机号刚刚被登记，请再试一次。") from None
    return user


def refuse(member: AssemblyMember, *, by: Actor, reason: str) -> AssemblyMember:
    with move(member, "refuse", by=by, note=reason):
        clocks.drop(member)
    return member


def end(member: AssemblyMember, *, by: Actor, reason: str, note: str = "") -> AssemblyMember:
    with move(member, "end", by=by, note=note) as m:
        member.end_reason, member.until = reason, clock.today()
        m.recorded = {"reason": str(EndReason(reason).label)}
    return member


# -- meetings ----------------------------------------------------------------------------------------------------------


def plan(
    assembly: DeliberativeAssembly, *, by: Actor, starts_at: datetime, place: str, agenda: Agenda = ()
) -> AssemblyMeeting:
    """Prepares the next meeting. The report on members' opinions stands on every agenda, first where nobody placed it."""
    last = assembly.meetings.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    meeting = AssemblyMeeting(number=next_number("H"), assembly=assembly, ordinal=last + 1, starts_at=starts_at,
                              place=place.strip(), made_at=clock.now())  # fmt: skip
    with begin(meeting, "plan", by=by):
        _put_agenda(meeting, agenda)
    return meeting


def revise(
    meeting: AssemblyMeeting,
    *,
    by: Actor,
    starts_at: datetime | None = None,
    place: str = "",
    agenda: Agenda | None = None,
) -> AssemblyMeeting:
    """Another time, place or agenda; whoever was called is told."""
    with move(meeting, "revise", by=by):
        meeting.starts_at, meeting.place = starts_at or meeting.starts_at, place.strip() or meeting.place
        if agenda is not None:
            _put_agenda(meeting, agenda)
    return meeting


def _put_agenda(meeting: AssemblyMeeting, agenda: Agenda) -> None:
    told = [(kind, " ".join(title.split())[:120]) for kind, title in agenda if title.strip()]
    standing = [(ItemKind.OPINIONS.value, str(ItemKind.OPINIONS.label))]
    if not any(kind == ItemKind.OPINIONS for kind, _ in told):
        told = standing + told
    if sum(kind == ItemKind.OPINIONS for kind, _ in told) > 1:
        raise Invalid("agenda", "意见办理情况报告只列一次。")
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=n, kind=kind, title=title) for n, (kind, title) in enumerate(told, 1)
    )


def convene(meeting: AssemblyMeeting, *, by: Actor) -> AssemblyMeeting:
    """Every member is told when, where and what about."""
    with move(meeting, "convene", by=by):
        pass
    return meeting


def ask_leave(meeting: AssemblyMeeting, *, by: Actor, why: str) -> AssemblyMeeting:
    """A member says beforehand that they cannot come."""
    with move(meeting, "ask_leave", by=by, note=why) as m:
        member = sitting_in(meeting.assembly_id).get(user=by.pk)
        MeetingAttendance.objects.update_or_create(
            meeting=meeting, member=member, defaults={"presence": Presence.LEAVE, "why": why.strip()[:100]}
        )
        m.recorded = {"member": member.number}
    return meeting


def take_attendance(
    meeting: AssemblyMeeting, *, by: Actor, present: Iterable[AssemblyMember], leave: Iterable[AssemblyMember] = ()
) -> AssemblyMeeting:
    """Who is there and who is on leave, the whole list each time; whoever is in neither is absent."""
    came, away = {m.pk for m in present}, {m.pk for m in leave}
    if came & away:
        raise Invalid("leave", "同一位议事代表不能既出席又请假。")
    with move(meeting, "take_attendance", by=by) as m:
        why = dict(meeting.attendance.filter(presence=Presence.LEAVE).values_list("member_id", "why"))
        meeting.attendance.all().delete()
        rows = [
            MeetingAttendance(
                meeting=meeting, member=one, why=why.get(one.pk, "") if one.pk in away else "",
                presence=Presence.PRESENT if one.pk in came else Presence.LEAVE if one.pk in away else Presence.ABSENT,
            )
            for one in sitting_in(meeting.assembly_id)
        ]  # fmt: skip
        MeetingAttendance.objects.bulk_create(rows)
        if meeting.state == "open":
            meeting.present = sum(row.presence == Presence.PRESENT for row in rows)
            if meeting.present * 2 <= meeting.due:
                raise Invalid("present", "会议正在进行，到会人数不能少于过半数；中途离会的请写进会议记录。")
        m.recorded = {name: sum(row.presence == name for row in rows) for name in Presence.values}
    return meeting


def open_meeting(meeting: AssemblyMeeting, *, by: Actor) -> AssemblyMeeting:
    """Opens where more than half of the members are there; the two figures stay with the meeting."""
    with move(meeting, "open", by=by) as m:
        meeting.due = sitting_in(meeting.assembly_id).count()
        meeting.present = meeting.attendance.filter(presence=Presence.PRESENT).count()
        meeting.opened_at = clock.now()
        m.recorded = {"due": meeting.due, "present": meeting.present}
    return meeting


def close(meeting: AssemblyMeeting, *, by: Actor, minutes: str) -> AssemblyMeeting:
    """Closes with minutes. What was heard of each member's opinion is kept as it stood; those done are reported for good."""
    with move(meeting, "close", by=by) as m:
        meeting.minutes, meeting.closed_at = minutes.strip()[:LONGEST_MINUTES], clock.now()
        opinions = AssemblyOpinion.objects.to_report(meeting.assembly_id).order_by("pk")
        opinions = list(
            opinions.select_for_update(of=("self",)).select_related("handler").prefetch_related("replies__rating")
        )
        HeardOpinion.objects.bulk_create(_heard(meeting, opinion) for opinion in opinions)
        done = [opinion for opinion in opinions if opinion.state == "done"]
        for opinion in done:
            opinion.heard_in = meeting
            m.part(opinion, "report", recorded={"meeting": meeting.number})
        m.recorded = {"opinions": len(opinions), "done": len(done)}
    return meeting


def _heard(meeting: AssemblyMeeting, opinion: AssemblyOpinion) -> HeardOpinion:
    replies = list(opinion.replies.all())
    last = replies[-1] if replies else None
    return HeardOpinion(
        meeting=meeting, opinion=opinion, state=opinion.state, handler=str(opinion.handler or ""),
        reply=last.text if last else "", grade=getattr(getattr(last, "rating", None), "grade", ""),
    )  # fmt: skip


def call_off(meeting: AssemblyMeeting, *, by: Actor, reason: str) -> AssemblyMeeting:
    with move(meeting, "call_off", by=by, public_text=reason):
        pass
    return meeting
