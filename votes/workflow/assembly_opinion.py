"""Verbs of a member's opinion (议事代表意见): filed, accepted, assigned, replied to, rated, told to the next assembly."""

from django.db.models import Q

from accounts.models import Organ
from accounts.states import OrganKind
from clocks import workflow as clocks
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.masking import mask
from ground.numbers import next_in_series, next_number
from ground.wording import clean_text
from ground.workflow import SYSTEM, Actor, begin, move
from suggestions.models import Opinion
from votes.models import (
    AssemblyMember,
    AssemblyOpinion,
    AssemblyOpinionLink,
    AssemblyRating,
    AssemblyReply,
    DeliberativeAssembly,
)
from votes.states import AssemblyGrade, Pace, Through

TITLE, TEXT, REPLY, NOTE = 60, 4000, 4000, 500  # characters
HANDLERS = (OrganKind.GOVERNMENT, OrganKind.DEPARTMENT)


# -- the member --------------------------------------------------------------------------------------------------------


def file(
    assembly: DeliberativeAssembly, *, by: Actor, title: str, text: str, place: str = "", may_publish: bool = True
) -> AssemblyOpinion:
    """A member says what has to be seen to; the committee of the street reads it within five working days."""
    member = AssemblyMember.objects.sitting().filter(assembly=assembly, user=by.pk).first()
    if member is None:
        raise Forbidden("只有本届议事代表能提出意见。")
    opinion = AssemblyOpinion(number=next_number("A"), assembly=assembly, member=member, may_publish=may_publish,
                              filed_at=clock.now(), **_words(title, text, place))  # fmt: skip
    with begin(opinion, "file", by=by):
        clocks.start(opinion, "accept", organ=assembly.organ)
    return opinion


def complete(
    opinion: AssemblyOpinion, *, by: Actor, title: str = "", text: str = "", place: str = ""
) -> AssemblyOpinion:
    """Puts right what the committee asked for."""
    with move(opinion, "complete", by=by):
        for name, words in _words(title or opinion.title, text or opinion.text, place or opinion.place).items():
            setattr(opinion, name, words)
        clocks.stop(opinion, "complete")
        clocks.start(opinion, "accept", organ=opinion.assembly.organ)
    return opinion


def _words(title: str, text: str, place: str) -> dict[str, str]:
    return {
        "title": clean_text(title, limit=TITLE, name="标题", pointer="title"),
        "text": clean_text(text, limit=TEXT, name="内容", pointer="text"),
        "place": " ".join(place.split())[:80],
    }


def rate(opinion: AssemblyOpinion, *, by: Actor, grade: str, text: str = "") -> AssemblyOpinion:
    """满意 and 基本满意 end it; 不满意 has it done again, once; a second 不满意 ends it as not settled."""
    with move(opinion, "rate", by=by) as m:
        text = text.strip()[:NOTE]
        if grade == AssemblyGrade.DISSATISFIED and not text:
            raise Invalid("text", "请写明哪里不满意，以便重新办理。")
        AssemblyRating.objects.create(reply=_reply_of(opinion), grade=grade, text=text, at=clock.now())
        clocks.stop(opinion, "rate")
        if grade == AssemblyGrade.DISSATISFIED and opinion.round == 1:
            opinion.round = 2
            clocks.start(opinion, "redo", organ=opinion.handler, rules_of=opinion.assembly.organ)
            m.to("redoing")
        else:
            opinion.outcome = "unsettled" if grade == AssemblyGrade.DISSATISFIED else "settled"
            m.to("done")
        m.recorded = {"grade": grade}
        m.public_text = f"评价：{AssemblyGrade(grade).label}"
    return opinion


def close_unrated(opinion: AssemblyOpinion) -> AssemblyOpinion:
    """Nobody rated in time: it is done, and counts in no satisfaction figure."""
    with move(opinion, "close_unrated", by=SYSTEM):
        opinion.outcome = "unrated"
        clocks.drop(opinion, "rate")
    return opinion


def withdraw(opinion: AssemblyOpinion, *, by: Actor, reason: str = "") -> AssemblyOpinion:
    with move(opinion, "withdraw", by=by, note=reason):
        clocks.drop(opinion)
    return opinion


def link(opinion: AssemblyOpinion, *, by: Actor, number: str) -> AssemblyOpinion:
    """Names a citizen's opinion behind it, one the actor may see; its author is told when this is replied to."""
    with move(opinion, "link", by=by) as m:
        found = Opinion.objects.visible_to(by).filter(number=number.strip()).first() if "\x00" not in number else None
        if found is None:
            raise Invalid("number", "没有找到这件群众意见，或者您看不到它，请核对编号。")
        _, made = AssemblyOpinionLink.objects.get_or_create(opinion=opinion, behind=found)
        if not made:
            raise Invalid("number", "这件群众意见已经关联过。")
        m.recorded = {"number": found.number}
    return opinion


# -- the committee of the street ---------------------------------------------------------------------------------------


def send_back(opinion: AssemblyOpinion, *, by: Actor, reason: str) -> AssemblyOpinion:
    with move(opinion, "send_back", by=by, public_text=clean_text(reason, limit=NOTE, name="原因", pointer="reason")):
        clocks.stop(opinion, "accept")
        clocks.start(opinion, "complete", user=opinion.member.user, rules_of=opinion.assembly.organ)
    return opinion


def accept(opinion: AssemblyOpinion, *, by: Actor) -> AssemblyOpinion:
    """Takes it in; it keeps one number in the street's register for good."""
    with move(opinion, "accept", by=by) as m:
        clocks.stop(opinion, "accept")
        clocks.start(opinion, "assign", organ=opinion.assembly.organ)
        opinion.register_year = opinion.register_year or clock.today().year
        opinion.register_no = opinion.register_no or next_in_series(
            f"assembly {opinion.assembly.code}", opinion.register_year
        )
        m.recorded = {"register": opinion.register}
    return opinion


def handlers_of(assembly: DeliberativeAssembly) -> Organ:
    """Units an opinion may be given to: whatever stands below the street's committee, and, asked through the street, the
    departments of the district and its government."""
    own = Q(path__startswith=assembly.organ.path)
    district = (
        Q(congress=assembly.organ.congress_id, level=assembly.organ.congress.level) if assembly.organ.congress else Q()
    )
    return Organ.objects.live().filter(own | district, kind__in=HANDLERS).order_by("level", "code")


def assign(
    opinion: AssemblyOpinion, *, by: Actor, organ: Organ, pace: str = Pace.USUAL, note: str = ""
) -> AssemblyOpinion:
    """Gives it to 街道办, one of its offices or stations, or through the street to a department of the district. 15 working
    days; 3 months for what is wide and hard (both rule rows)."""
    with move(opinion, "assign", by=by, note=note) as m:
        _hand_to(opinion, organ)
        opinion.pace, opinion.note, opinion.assigned_at = pace, note.strip()[:NOTE], clock.now()
        clocks.stop(opinion, "assign")
        kind = "reply_long" if pace == Pace.LONG else "reply"
        clocks.start(opinion, kind, organ=organ, rules_of=opinion.assembly.organ)
        m.recorded = {"organ": organ.code, "through": opinion.through, "pace": pace}
        m.public_text = f"交{organ}办理" if opinion.through == Through.STREET else f"经街道转请{organ}办理"
    return opinion


def reassign(opinion: AssemblyOpinion, *, by: Actor, organ: Organ, reason: str) -> AssemblyOpinion:
    """Another unit owes it now; the date stays."""
    with move(opinion, "reassign", by=by, note=reason) as m:
        if organ.pk == opinion.handler_id:
            raise Invalid("organ", "已经由这个单位承办，请选别的单位。")
        _hand_to(opinion, organ)
        for deadline in clocks.open_of(opinion):
            clocks.hand_to(opinion, deadline.kind, organ=organ)
        m.recorded = {"organ": organ.code, "through": opinion.through}
        m.public_text = f"改由{organ}办理"
    return opinion


def _hand_to(opinion: AssemblyOpinion, organ: Organ) -> None:
    if not handlers_of(opinion.assembly).filter(pk=organ.pk).exists():
        raise GuardFailed("route", "这类意见不能交给这个单位：请选街道办事处及其站所，或者本区的部门。")
    own = organ.path.startswith(opinion.assembly.organ.path)
    opinion.handler, opinion.through = organ, Through.STREET if own else Through.DISTRICT


def publish(opinion: AssemblyOpinion, *, by: Actor, public_text: str = "") -> AssemblyOpinion:
    """Lets everybody read it, with its replies: the text without personal data, as the committee has looked it over."""
    with move(opinion, "publish", by=by):
        words = public_text.strip() or opinion.text
        opinion.public_text, opinion.is_public = (
            mask(clean_text(words, limit=TEXT, name="公开的内容", pointer="public_text")).text,
            True,
        )
    return opinion


# -- the unit ----------------------------------------------------------------------------------------------------------


def hand_back(opinion: AssemblyOpinion, *, by: Actor, reason: str) -> AssemblyOpinion:
    """Not ours: back to the street, which names another unit; the date it once had is gone with it."""
    with move(opinion, "hand_back", by=by, note=clean_text(reason, limit=NOTE, name="原因", pointer="reason")) as m:
        clocks.drop(opinion)
        clocks.start(opinion, "assign", organ=opinion.assembly.organ)
        m.recorded = {"organ": opinion.handler.code}
        opinion.handler, opinion.through, opinion.pace = None, "", ""
    return opinion


def reply(opinion: AssemblyOpinion, *, by: Actor, text: str) -> AssemblyOpinion:
    """The unit answers the member; the citizens behind it are told."""
    with move(opinion, "reply", by=by) as m:
        words = clean_text(text, limit=REPLY, name="答复", pointer="text")
        AssemblyReply.objects.create(opinion=opinion, round=opinion.round, organ=opinion.handler, text=words, by_label=by.label,
                                     at=clock.now())  # fmt: skip
        clocks.stop(opinion, "reply", "reply_long", "redo")
        clocks.start(opinion, "rate", user=opinion.member.user, rules_of=opinion.assembly.organ)
        m.public_text = words
    return opinion


def _reply_of(opinion: AssemblyOpinion) -> AssemblyReply:
    return opinion.replies.get(round=opinion.round)
