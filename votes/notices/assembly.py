"""Who is told of what happens to members and meetings of an assembly."""

from collections.abc import Iterable

from accounts.models import Post
from accounts.rules import DWC
from ground import clock
from ground.outbox import Telling, ToUser, teller, template
from votes.models import AssemblyMeeting, AssemblyMeetingStep, AssemblyMemberStep
from votes.queries.assembly import sitting_in

MY, MEETINGS, CONSOLE = "/my/assembly/", "/my/assembly-meetings/", "/admin/assembly-"
CALLED, SEATED = "assembly.called", "assembly.seated"  # messages to members' phones: when, nothing personal
template(CALLED, "{what}：{when}开会，请按时参加，不能到会的请先请假")
template(SEATED, "您已确定为{what}，可以用这个手机号登录履职通")


@teller(AssemblyMemberStep)
def tell_of_member(step: AssemblyMemberStep) -> Iterable[Telling]:
    member = step.obj
    if step.verb in ("confirm", "give_account") and member.user_id:
        title = f"您已确定为{member.assembly.name}{member.assembly.member_word}"
        what = {"what": f"{member.assembly.name}{member.assembly.member_word}"}
        yield ToUser(member.user_id, title, MY, number=member.number, sms=SEATED, variables=what)
    elif step.verb == "end" and member.user_id:
        yield ToUser(
            member.user_id, f"您的{member.assembly.member_word}资格已终止", "/my/notices/", number=member.number
        )


@teller(AssemblyMeetingStep)
def tell_of_meeting(step: AssemblyMeetingStep) -> Iterable[Telling]:
    meeting = step.obj
    match step.verb:
        case "convene":
            return _members(meeting, "请您参加", step.by_id, called=True)
        case "revise" if step.before == "convened":
            return _members(meeting, "会议安排有变化", step.by_id, called=True)
        case "call_off" if step.before == "convened":
            return _members(meeting, "会议已取消", step.by_id)
        case "close":
            return _members(meeting, "会议已闭会，可以看会议记录", step.by_id)
        case "ask_leave":
            return to_committee(meeting.assembly.organ_id, f"{step.by_label}请假：{meeting.title}", f"{CONSOLE}meetings/{meeting.number}/",
                                meeting.number)  # fmt: skip
    return ()


def _members(meeting: AssemblyMeeting, words: str, but: int | None, *, called: bool = False) -> Iterable[Telling]:
    at = meeting.starts_at.astimezone(clock.SHANGHAI)
    sms = {"what": str(meeting.assembly), "when": f"{at.month} 月 {at.day} 日 {at:%H:%M}"}
    for user in sitting_in(meeting.assembly_id).exclude(user=None).values_list("user_id", flat=True):
        if user != but:
            more = {"sms": CALLED, "variables": sms} if called else {}
            yield ToUser(
                user,
                f"{words}：{meeting.title}"[:120],
                f"{MEETINGS}{meeting.number}/",
                number=meeting.number,
                **more,
            )


def to_committee(organ_id: int, title: str, url: str, number: str, but: int | None = None) -> Iterable[Telling]:
    """The people of 人大街道工委."""
    posts = Post.objects.live().filter(organ=organ_id, role__in=DWC).exclude(user=but)
    for user in posts.values_list("user_id", flat=True).distinct():
        yield ToUser(user, title[:120], url, number=number)
