"""The member's side, on a phone: the assembly, its meetings, one's opinions. The hat of a deputy stays another one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from clocks.workflow import due_view, open_of
from ground.errors import Forbidden, Invalid, NotVisible
from ground.pages import kept, one_main, put_back
from ground.paging import keyset
from suggestions.queries.board import nearest
from suggestions.views.deputy.frame import page, shell, tabs
from votes import assembly_report
from votes.forms.assembly import MEETING_ACTS
from votes.forms.assembly_opinion import OPINION_ACTS, NewOpinionForm
from votes.models import AssemblyMeeting, AssemblyOpinion, DeliberativeAssembly, Poll
from votes.showing_assembly import ShownOpinion
from votes.states import ASSEMBLY_OPINION, MEETING
from votes.workflow import assembly_opinion as verbs

TABS = (("", "我提的"), ("waiting", "等我处理"), ("others", "其他议事代表的"))
SHOWN = 5


def my_assembly(request: HttpRequest) -> DeliberativeAssembly:
    """The assembly the person sits in; Forbidden for whoever sits in none."""
    live = [fact.assembly_id for fact in request.user.facts.memberships if fact.is_live]
    found = DeliberativeAssembly.objects.filter(pk__in=live).select_related("organ").order_by("-pk").first()
    if found is None:
        raise Forbidden("您不是议事代表，没有这一页。")
    return found


@face("my")
@require_safe
def assembly(request: HttpRequest) -> HttpResponse:
    mine = my_assembly(request)
    meetings = AssemblyMeeting.objects.visible_to(request.user).filter(assembly=mine).select_related("assembly")
    waiting = AssemblyOpinion.objects.of_member(request.user).filter(state__in=("replied", "returned"))
    return page(
        request, "assembly", assembly=mine, organ_name=mine.name, coming=list(meetings.to_come()[:SHOWN]),
        past=list(meetings.filter(state="closed")[:SHOWN]), waiting=list(waiting[:SHOWN]),
        opinions=list(AssemblyOpinion.objects.of_member(request.user).order_by("-pk")[:SHOWN]),
        polls=list(Poll.objects.to_vote(request.user).filter(assembly=mine).order_by("-opened_at")[:SHOWN]),
    )  # fmt: skip


# -- opinions ----------------------------------------------------------------------------------------------------------


@face("my")
@require_safe
def assembly_opinions(request: HttpRequest) -> HttpResponse:
    mine = my_assembly(request)
    here, listed = tabs(request, TABS, {})
    own = AssemblyOpinion.objects.of_member(request.user)
    rows = {"": own, "waiting": own.filter(state__in=("replied", "returned")), "others":
            AssemblyOpinion.objects.visible_to(request.user).filter(assembly=mine).exclude(member__user=request.user.pk)}[here]  # fmt: skip
    found = keyset(rows.select_related("member__region"), request)
    due = nearest("assemblyopinion", found)
    lines = [(row, due_view(due[row.pk]) if row.pk in due else None) for row in found]
    return page(request, "assembly_opinions", organ_name=mine.name, page=found, lines=lines, tabs=listed, tab=here)


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def assembly_opinion_new(request: HttpRequest) -> HttpResponse:
    mine = my_assembly(request)
    form = NewOpinionForm(request.POST if request.method == "POST" else kept(request), actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.file(mine, by=request.user, **form.body())
            messages.success(request, "已提交，街道人大工委 5 个工作日内核对受理。")
            return redirect("deputy:assembly-opinion", made.number)
        except Invalid as refusal:
            put_back(form, refusal)
    status = 422 if form.is_bound and form.errors else 200
    context = {**shell(request), "organ_name": mine.name, "form": form, "assembly": mine}
    return render(request, "deputy/assembly_opinion_new.html", context, status=status)


def _opinion(request: HttpRequest, number: str) -> AssemblyOpinion:
    found = AssemblyOpinion.objects.visible_to(request.user).with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这件意见，请从“议事意见”里打开。")
    return found


@face("my")
@require_safe
def assembly_opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = _opinion(request, number)
    buttons = OPINION_ACTS.buttons(
        found, request.user, lambda verb: reverse("deputy:assembly-opinion-verb", args=[number, verb])
    )
    return page(
        request, "assembly_opinion", organ_name=found.assembly.name, opinion=found, shown=ShownOpinion(found, request.user),
        verbs=one_main(buttons), due=[due_view(d) for d in open_of(found)],
        say=_say(found),
    )  # fmt: skip


def _say(opinion: AssemblyOpinion) -> str:
    """Where it lies, in one sentence."""
    handler = opinion.handler
    return {
        "filed": "街道人大工委正在核对。", "returned": "请补充后重新提交。", "accepted": "已受理，等待交给承办单位。",
        "assigned": f"{handler}正在办理。", "replied": "已答复，请您评价。", "redoing": f"{handler}正在重新办理。",
        "done": "已办结，下一次会议会报告办理情况。", "reported": "已办结，办理情况已向会议报告。", "withdrawn": "您已撤回。",
    }[opinion.state]  # fmt: skip


@face("my")
def assembly_opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _opinion(request, number)
    words = {"title": found.title, "text": found.text, "place": found.place} if verb == "complete" else {}
    return OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/assembly_opinion_verb.html", opinion=found,
        shown=ShownOpinion(found, request.user), initial=words, back=reverse("deputy:assembly-opinion", args=[number]),
        **shell(request) | {"organ_name": found.assembly.name, "label": ASSEMBLY_OPINION.labels.get(verb, "办理")},
    )  # fmt: skip


# -- meetings ----------------------------------------------------------------------------------------------------------


def _meeting(request: HttpRequest, number: str) -> AssemblyMeeting:
    found = AssemblyMeeting.objects.visible_to(request.user).with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这次会议，请从“议事代表会”里打开。")
    return found


@face("my")
@require_safe
def assembly_meeting(request: HttpRequest, number: str) -> HttpResponse:
    found = _meeting(request, number)
    mine = {fact.id for fact in request.user.facts.memberships if fact.assembly_id == found.assembly_id}
    here = next((row for row in found.attendance.all() if row.member_id in mine), None)
    lines = assembly_report.lines_of(found) if mine and found.state != "called_off" else []
    buttons = MEETING_ACTS.buttons(
        found, request.user, lambda verb: reverse("deputy:assembly-meeting-verb", args=[number, verb])
    )
    return page(
        request, "assembly_meeting", organ_name=found.assembly.name, meeting=found, attendance=here, lines=lines,
        say=assembly_report.sentence(lines) if lines else "", verbs=buttons,
        polls=[poll for poll in found.polls.all() if poll.state != "draft"],
    )  # fmt: skip


@face("my")
def assembly_meeting_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _meeting(request, number)
    return MEETING_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/assembly_meeting_verb.html", meeting=found,
        back=reverse("deputy:assembly-meeting", args=[number]),
        **shell(request) | {"organ_name": found.assembly.name, "label": MEETING.labels.get(verb, "办理")},
    )  # fmt: skip


def waiting_of(user: Any) -> dict[str, Any]:
    """What of the assembly waits for a member on the first page of 履职通; empty for whoever sits in none."""
    live = [fact.assembly_id for fact in user.facts.memberships if fact.is_live]
    if not live:
        return {}
    meetings = AssemblyMeeting.objects.filter(assembly__in=live).to_come().select_related("assembly")
    waiting = AssemblyOpinion.objects.of_member(user).filter(state__in=("replied", "returned"))
    mine = DeliberativeAssembly.objects.filter(pk__in=live).order_by("-pk").first()
    return {"assembly": mine, "meetings": list(meetings[:SHOWN]), "opinions": list(waiting[:SHOWN])}
