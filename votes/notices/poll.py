"""Who is told what happens to a poll. Nobody is ever told, or asked, what they chose."""

from collections.abc import Iterable

from accounts.models import Post
from accounts.states import Role
from ground.outbox import Telling, ToUser, teller
from votes.models import BatchStep, Poll, PollStep
from votes.states import Office
from votes.workflow.electorate import users_on_roll

MY, CONSOLE = "/my/polls/", "/admin/polls/"


@teller(PollStep)
def tell(step: PollStep) -> Iterable[Telling]:
    poll = step.obj
    match step.verb:
        case "propose":
            return _officers(poll, step.by_id, "请确认开始投票", Office.CHIEF)
        case "appoint":
            return _officers(poll, step.by_id, "请您监票、计票", *Office)
        case "open":
            return _voters(poll, "投票开始", step.by_id)
        case "close":
            return _officers(poll, step.by_id, "投票已截止，请计票", *Office)
        case "count":
            return _office(poll, step.by_id, "已计票，请公布")
        case "publish":
            return _voters(poll, "投票结果（建议）已公布" if poll.is_advice else "表决结果已公布", step.by_id)
        case "void":
            return _voters(poll, f"{_word(poll)}已作废", step.by_id) if step.before != "draft" else ()
    return ()


@teller(BatchStep)
def tell_of_batch(step: BatchStep) -> Iterable[Telling]:
    if step.after == "differs":
        return _officers(step.obj.poll, step.by_id, "两人录入不一致，请裁定", Office.CHIEF)
    return ()


def _voters(poll: Poll, words: str, but: int | None) -> Iterable[Telling]:
    for user in users_on_roll(poll):
        if user != but:
            yield ToUser(user, f"{words}：{poll.title}"[:120], f"{MY}{poll.number}/", number=poll.number)


def _officers(poll: Poll, but: int | None, words: str, *roles: str) -> Iterable[Telling]:
    for officer in poll.officers.filter(role__in=roles).exclude(user=but):
        yield ToUser(officer.user_id, f"{words}：{poll.title}"[:120], f"{CONSOLE}{poll.number}/", number=poll.number)


def _office(poll: Poll, but: int | None, words: str) -> Iterable[Telling]:
    roles = (Role.DWC_LEAD, Role.DWC_CLERK) if poll.is_advice else (Role.DWC_LEAD,)
    posts = Post.objects.live().filter(organ=poll.organ_id, role__in=roles).exclude(user=but)
    for user in posts.values_list("user_id", flat=True).distinct():
        yield ToUser(user, f"{words}：{poll.title}"[:120], f"{CONSOLE}{poll.number}/", number=poll.number)


def _word(poll: Poll) -> str:
    return "投票" if poll.is_advice else "表决"
