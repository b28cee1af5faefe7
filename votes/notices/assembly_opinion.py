"""Who is told of what happens to a member's opinion: the member, the street's committee, the unit, the citizens behind."""

from collections.abc import Iterable

from accounts.models import Post
from accounts.rules import UNIT
from ground.outbox import Telling, ToContact, ToUser, teller, template
from votes.models import AssemblyOpinion, AssemblyOpinionStep
from votes.notices.assembly import to_committee

MY, DESK, CONSOLE, TRACK = (
    "/my/assembly-opinions/",
    "/desk/assembly-opinions/",
    "/admin/assembly-opinions/",
    "/track/?n=",
)
ACT, BEHIND = "assembly_opinion.act", "assembly_opinion.behind"  # numbers and what is asked, nothing personal
template(ACT, "议事代表意见 {number}：{what}")
template(BEHIND, "您反映的事（{number}），议事代表提出意见后已有答复")


@teller(AssemblyOpinionStep)
def tell(step: AssemblyOpinionStep) -> Iterable[Telling]:
    opinion, by = step.obj, step.by_id
    match step.verb:
        case "file" | "complete":
            yield from committee(opinion, "议事代表提出意见，请受理", by)
        case "send_back":
            yield from member(opinion, "您的意见请补充后重新提交", by, asked="请补充后重新提交")
        case "accept":
            yield from member(opinion, "您的意见已受理", by)
        case "assign" | "reassign":
            yield from unit(opinion, "议事代表意见交您单位办理", by, asked="已交您单位办理，请按期答复")
            yield from member(opinion, step.public_text or "您的意见已交办", by)
        case "hand_back":
            yield from committee(opinion, "承办单位退回议事代表意见，请重新交办", by)
        case "reply":
            yield from member(opinion, "您的意见已答复，请评价", by, asked="已答复，请评价")
            yield from committee(opinion, "议事代表意见已答复", by)
            yield from citizens(opinion)
        case "rate" if step.after == "redoing":
            yield from unit(opinion, "议事代表不满意，请重新办理", by, asked="议事代表不满意，请重新办理")
            yield from committee(opinion, "议事代表对答复不满意，重新办理", by)
        case "rate":
            yield from unit(opinion, "议事代表已评价", by)
            yield from committee(opinion, "议事代表已评价", by)
        case "close_unrated":
            yield from member(opinion, "评价期已过，您的意见按未评价办结", by)
        case "report":
            yield from member(opinion, "您的意见办理情况已向会议报告", by)
        case "withdraw":
            yield from committee(opinion, "议事代表撤回了意见", by)


def member(opinion: AssemblyOpinion, words: str, but: int | None, *, asked: str = "") -> Iterable[Telling]:
    user = opinion.member.user_id
    if user and user != but:
        yield _to(user, opinion, words, MY, asked)


def committee(opinion: AssemblyOpinion, words: str, but: int | None = None) -> Iterable[Telling]:
    title, url = f"{words}：{opinion.title}", f"{CONSOLE}{opinion.number}/"
    return to_committee(opinion.assembly.organ_id, title, url, opinion.number, but)


def unit(opinion: AssemblyOpinion, words: str, but: int | None = None, *, asked: str = "") -> Iterable[Telling]:
    posts = Post.objects.live().filter(organ=opinion.handler_id, role__in=UNIT).exclude(user=but)
    for user in posts.values_list("user_id", flat=True).distinct():
        yield _to(user, opinion, words, DESK, asked)


def citizens(opinion: AssemblyOpinion) -> Iterable[Telling]:
    """The authors of the citizens' opinions behind it, where they left a phone."""
    for link in opinion.links.select_related("behind"):
        if link.behind.has_phone:
            number = link.behind.number
            yield ToContact(link.behind.contact_id, BEHIND, {"number": number}, f"{TRACK}{number}")


def _to(user: int, opinion: AssemblyOpinion, words: str, face: str, asked: str) -> ToUser:
    sms = {"sms": ACT, "variables": {"what": asked}} if asked else {}
    return ToUser(user, f"{words}：{opinion.title}"[:120], f"{face}{opinion.number}/", number=opinion.number, **sms)
