"""From candidates to a poll and back: who is an option, and what the result makes of each (domain.md §4.4).

`make_poll` is the one place where projects become options; whoever decides on projects (a congress now, an assembly with
its own roll) comes through it. What a poll decides is laid on the projects inside the poll's own verb.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Organ
from accounts.states import OrganKind
from deputies.models import Term
from deputies.queries import current_term
from ground import clock
from ground.errors import GuardFailed, Invalid
from ground.workflow import SYSTEM, Actor, move
from votes.models import Ballot, BallotLine, DeliberativeAssembly, LivelihoodProject, Poll, ProjectAdjustment, Round
from votes.states import BallotMode, Decider, Mode, VoterClass
from votes.workflow import poll as polls
from votes.workflow.progress import decide_adjustment
from votes.workflow.project import decide

MOST_OPTIONS = 35


def make_poll(
    projects: Sequence[LivelihoodProject], *, by: Actor, organ: Organ, title: str, mode: str, places: int,
    rule: Mapping[str, Any] | None = None, **more: Any,
) -> tuple[Poll, list[BallotLine]]:  # fmt: skip
    """A poll draft whose options are the projects, in their order, and the lines that say so. `more` is the poll's own: the
    `term` of its congress, or the `assembly` and `meeting` of its street (see `body_of`)."""
    if len(projects) > MOST_OPTIONS:
        raise Invalid("places", f"一次最多表决 {MOST_OPTIONS} 项，现在有 {len(projects)} 项。")
    places = min(places, len(projects))
    told = {"pass": places, "most": places if mode == Mode.CHOOSE_N else 0, **(rule or {})}
    names = [project.title for project in projects]
    options = [name if names.count(name) == 1 else f"{name}（{p.number}）" for name, p in zip(names, projects, strict=True)]  # fmt: skip
    poll = polls.create(by=by, organ=organ, title=title, mode=mode, options=options, rule=told, **more)
    return poll, [BallotLine(item=n, project=project) for n, project in enumerate(projects, 1)]


def make_ballot(round_: Round, *, by: Actor, mode: str = "", secret: bool = True) -> Round:
    """The first ballot of a round, or another on what is left: after a meeting without quorum, a void ballot, a tie that the
    session settles anew, or fewer chosen than planned."""
    mode = mode or round_.mode
    if mode not in BallotMode.values:
        raise Invalid("mode", "请选择票决方式。")
    body = body_of(round_.organ)
    with move(round_, "make_ballot", by=by) as m:
        left = list(round_.projects.filter(state="candidate").order_by("pk"))
        places = round_.places - round_.projects.filter(state="elected").count()
        if places < 1:
            raise GuardFailed("places", "拟定的项目数已经选满，其余项目请说明不再票决。")
        n = round_.ballots.count()
        title = f"{round_.title}票决" + (f"（第 {n + 1} 次）" if n else "")
        poll, lines = make_poll(
            left, by=by, organ=round_.organ, title=title[:120], mode=mode, places=places, secret=secret, **body,
            about="候选项目的材料见“民生实事”。",
        )  # fmt: skip
        _keep(round_, poll, lines)
        m.recorded = {"poll": poll.number}
    return round_


def body_of(organ: Organ) -> dict[str, Any]:
    """Who decides on an organ's projects: the deputies of its term; in a street, which has no congress, its assembly, whose
    result is a recommendation (domain.md §4.7), at the meeting that is called or held."""
    if organ.kind == OrganKind.STREET:
        assembly = DeliberativeAssembly.objects.filter(organ=organ, closes_on=None).order_by("-ordinal").first()
        if assembly is None:
            raise GuardFailed("term", "本街道还没有建立议事代表会，不能建立投票。")
        return {"assembly": assembly, "meeting": assembly.meetings.to_come().order_by("-pk").first()}
    term: Term | None = current_term(organ)
    if term is None:
        raise GuardFailed("term", "这个人大还没有设置本届，不能建立票决。")
    return {"term": term}


def _keep(round_: Round, poll: Poll, lines: list[BallotLine]) -> None:
    ballot = Ballot.objects.create(round=round_, poll=poll)
    for line in lines:
        line.ballot = ballot
    BallotLine.objects.bulk_create(lines)


def put_to_vote(project: LivelihoodProject, *, by: Actor) -> LivelihoodProject:
    """A poll of the standing committee on a request for adjustment; its result is the decision."""
    term = current_term(project.organ)
    if term is None:
        raise GuardFailed("term", "这个人大还没有设置本届，不能建立表决。")
    with move(project, "put_to_vote", by=by) as m:
        asked = project.adjustment
        what = "取消" if asked.version_id is None else "调整"
        asked.poll = polls.create(
            by=by, organ=project.organ, term=term, title=f"关于{what}民生实事项目“{project.title}”的表决"[:120],
            mode=Mode.PER_ITEM, options=[f"同意{what}“{project.title}”"[:120]], secret=False, about=asked.reason,
            rule={"quorum": [1, 2]}, classes={VoterClass.COMMITTEE: 0},
        )  # fmt: skip
        asked.save(update_fields=["poll"])
        m.recorded = {"poll": asked.poll.number}
    return project


# -- what a poll decides -----------------------------------------------------------------------------------------------


@polls.follows("publish")
def settle(poll: Poll, by: Actor) -> None:
    """Lays the published result on what the poll was made for."""
    ballot = Ballot.objects.filter(poll=poll).first()
    if ballot is not None:
        _settle_projects(ballot, poll)
    for asked in ProjectAdjustment.objects.filter(poll=poll, outcome="").select_related("project"):
        _settle_adjustment(asked, poll)


def _settle_projects(ballot: Ballot, poll: Poll) -> None:
    """Chosen and not chosen. Without quorum nobody is; the tied, and all who are left where fewer were chosen than there are
    places, wait for what the session decides: another ballot, or fewer."""
    result = poll.result["classes"][0]
    if not result["quorum"]["held"]:
        return
    passed, tie = set(result["passed"]), result["tie"]
    tied = set(tie["items"]) if tie else set()
    short = bool(poll.rule["pass"]) and not tie and len(passed) < poll.rule["pass"]
    votes = {line["item"]: line.get("votes") for line in result["lines"]}
    for line in ballot.lines.select_related("project").order_by("project_id"):
        if line.project.state != "candidate" or line.item in tied or (short and line.item not in passed):
            continue
        said = f"，得 {votes[line.item]} 票" if votes[line.item] is not None else ""
        decide(line.project, is_elected=line.item in passed, poll=poll.number, words=said)


def _settle_adjustment(asked: ProjectAdjustment, poll: Poll) -> None:
    result = poll.result["classes"][0]
    if result["quorum"]["held"]:
        decide_adjustment(
            asked.project, by=SYSTEM, agreed=bool(result["passed"]), decider=Decider.COMMITTEE, decided_on=clock.today(),
            document_no=poll.number,
        )  # fmt: skip


@polls.follows("second_round")
def follow_round(poll: Poll, nextone: Poll, by: Actor) -> None:
    """The second round of a tie is a ballot of the same round on the tied projects alone."""
    ballot = Ballot.objects.filter(poll=poll).first()
    if ballot is None:
        return
    tie = next(one["tie"] for one in poll.result["classes"] if one["tie"])
    by_item = {line.item: line.project for line in ballot.lines.select_related("project")}
    _keep(ballot.round, nextone, [BallotLine(item=n, project=by_item[item]) for n, item in enumerate(tie["items"], 1)])
