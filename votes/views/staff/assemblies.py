"""Assemblies on the console: the body, its members, its meetings with attendance, report and recommendations."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts.models import Organ
from accounts.rules import DWC
from accounts.states import OrganKind
from clocks.workflow import due_view, open_of
from ground.errors import Forbidden, Invalid
from ground.letters import DOCX
from ground.pages import one_main, put_back
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes import assembly_report
from votes.forms.assembly import (
    MEETING_ACTS,
    MEMBER_ACTS,
    AdviceForm,
    AssemblyForm,
    MeetingForm,
    MemberForm,
    first_words,
)
from votes.models import AssemblyMeeting, AssemblyMember, AssemblyOpinion, DeliberativeAssembly
from votes.queries.assembly import roll_of
from votes.queries.assembly_opinion import OPEN_STATES
from votes.rules.assembly import keeps_assembly, keeps_some_assembly
from votes.states import MEETING, MEMBER
from votes.workflow import assembly as verbs, poll as polls

MEMBER_TABS = (
    ("", "在任", ("confirmed",)),
    ("coming", "产生中", ("proposed", "reviewed", "publicised")),
    ("gone", "未确定和已终止", ("refused", "ended")),
)


def enter(request: HttpRequest) -> None:
    if not keeps_some_assembly(request.user):
        raise Forbidden("您的岗位没有这一页。")


def find_assembly(request: HttpRequest, code: str) -> DeliberativeAssembly:
    enter(request)
    return get_object_or_404(DeliberativeAssembly.objects.of_console(request.user).with_counts(), code=code)


def _own_organ(request: HttpRequest) -> Organ | None:
    """The street or zone whose committee the person works in."""
    own = [p.organ_id for p in request.user.facts.posts if p.role in DWC and p.kind == OrganKind.STREET]
    return Organ.objects.filter(pk__in=own).select_related("region").order_by("path").first()


def assemblies(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows = DeliberativeAssembly.objects.of_console(request.user).with_counts()
    return page(
        request, "assemblies", "议事代表会", page=keyset(rows, request), may_found=_own_organ(request) is not None
    )


def assembly_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ = _own_organ(request)
    if organ is None:
        raise Forbidden("只有街道、开发区的人大工委能建立议事代表会。")
    form = AssemblyForm(request.POST or None, obj=organ, actor=request.user)
    made = _made(request, form, lambda **body: verbs.found_assembly(by=request.user, organ=organ, **body))
    if made is not None:
        messages.success(request, "已建立，请登记人选。")
        return redirect("admin:assembly", made.code)
    return _form(request, "assembly_new", "建立议事代表会", form, back=reverse("admin:assemblies"), organ=organ)


def assembly(request: HttpRequest, code: str) -> HttpResponse:
    found = find_assembly(request, code)
    members = AssemblyMember.objects.visible_to(request.user).filter(assembly=found)
    states = next((s for tab, _, s in MEMBER_TABS if tab == request.GET.get("tab", "")), MEMBER_TABS[0][2])
    counted = {tab: members.filter(state__in=s).count() for tab, _, s in MEMBER_TABS}
    shown = keyset(members.filter(state__in=states).with_parts(), request, order=("region", "pinyin", "pk"), size=50)
    opinions = AssemblyOpinion.objects.filter(assembly=found)
    return page(
        request, "assembly", found.name, assembly=found, page=shown, may_keep=keeps_assembly(request.user, found),
        tabs=tabs(request, [(tab, label) for tab, label, _ in MEMBER_TABS], counted),
        meetings=found.meetings.select_related("assembly").order_by("-ordinal")[:10],
        polls=found.polls.select_related("organ", "assembly").order_by("-pk")[:10],
        open_opinions=opinions.filter(state__in=OPEN_STATES).count(), to_report=opinions.to_report(found).count(),
    )  # fmt: skip


# -- members -----------------------------------------------------------------------------------------------------------


def assembly_member_new(request: HttpRequest, code: str) -> HttpResponse:
    found = find_assembly(request, code)
    form = MemberForm(request.POST or None, obj=found, actor=request.user)
    if not keeps_assembly(request.user, found):
        raise Forbidden("只有本街道的人大工委能登记人选。")
    made = _made(request, form, lambda **body: verbs.put_forward(found, by=request.user, **body))
    if made is not None:
        messages.success(request, "已登记，请审核。")
        return redirect("admin:assembly-member", made.number)
    return _form(
        request, "assembly_member_new", "登记人选", form, back=reverse("admin:assembly", args=[code]), assembly=found
    )


def _member(request: HttpRequest, number: str) -> AssemblyMember:
    enter(request)
    seen = AssemblyMember.objects.visible_to(request.user).with_parts().prefetch_related("steps")
    own = DeliberativeAssembly.objects.of_console(request.user)
    return get_object_or_404(seen.filter(assembly__in=own), number=number)


def assembly_member(request: HttpRequest, number: str) -> HttpResponse:
    found = _member(request, number)
    buttons = MEMBER_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:assembly-member-verb", args=[number, verb])
    )
    return page(
        request, "assembly_member", found.name, member=found, assembly=found.assembly,
        verbs=one_main(buttons), steps=list(found.steps.all()),
        due=[due_view(deadline) for deadline in open_of(found)],
    )  # fmt: skip


def assembly_member_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _member(request, number)
    label = MEMBER.labels.get(verb, "办理")
    return MEMBER_ACTS.page(
        request, found, verb, actor=request.user, template="console/assembly_member_verb.html", member=found,
        assembly=found.assembly, back=reverse("admin:assembly-member", args=[number]), **shell(request, f"{label}：{found.name}"),
    )  # fmt: skip


# -- meetings ----------------------------------------------------------------------------------------------------------


def assembly_meeting_new(request: HttpRequest, code: str) -> HttpResponse:
    found = find_assembly(request, code)
    form = MeetingForm(request.POST or None, obj=found, actor=request.user)
    if not keeps_assembly(request.user, found):
        raise Forbidden("只有本街道的人大工委能筹备会议。")
    made = _made(request, form, lambda **body: verbs.plan(found, by=request.user, **body))
    if made is not None:
        messages.success(request, "会议已列入筹备，准备好后通知开会。")
        return redirect("admin:assembly-meeting", made.number)
    back = reverse("admin:assembly", args=[code])
    return _form(request, "assembly_meeting_new", "筹备会议", form, back=back, assembly=found)


def _meeting(request: HttpRequest, number: str) -> AssemblyMeeting:
    enter(request)
    own = DeliberativeAssembly.objects.of_console(request.user)
    return get_object_or_404(AssemblyMeeting.objects.with_parts().filter(assembly__in=own), number=number)


def assembly_meeting(request: HttpRequest, number: str) -> HttpResponse:
    found = _meeting(request, number)
    roll = roll_of(found) if found.state in ("convened", "open") else []
    there = sum(row is not None and row.presence == "present" for _, row in roll)
    buttons = MEETING_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:assembly-meeting-verb", args=[number, verb])
    )
    return page(
        request, "assembly_meeting", found.title, meeting=found, assembly=found.assembly, roll=roll, there=there,
        needed=len(roll) // 2 + 1, verbs=one_main(buttons),
        polls=sorted(found.polls.all(), key=lambda one: one.pk), say=_say(found, there, len(roll)), steps=list(found.steps.all()),
        may_poll=keeps_assembly(request.user, found) and found.state in ("planned", "convened", "open"),
    )  # fmt: skip


def _say(meeting: AssemblyMeeting, there: int, members: int) -> str:
    """What comes next."""
    if meeting.state == "convened":
        fits = "可以宣布开会" if there * 2 > members else "还没有超过半数，不能开会"
        return f"应到 {members} 名，已登记到会 {there} 名，{fits}。"
    return {
        "planned": "议题和材料准备好后，通知议事代表开会。", "closed": "已闭会。", "called_off": "这次会议已取消。",
        "open": f"应到 {meeting.due} 名，实到 {meeting.present} 名。各项投票公布后可以闭会。",
    }[meeting.state]  # fmt: skip


def assembly_meeting_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _meeting(request, number)
    label = MEETING.labels.get(verb, "办理")
    return MEETING_ACTS.page(
        request, found, verb, actor=request.user, template="console/assembly_meeting_verb.html", meeting=found,
        assembly=found.assembly, back=reverse("admin:assembly-meeting", args=[number]),
        initial=first_words(found) if verb == "revise" else {}, **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def assembly_report_list(request: HttpRequest, number: str) -> HttpResponse:
    """The standing item: every opinion the meeting hears of."""
    found = _meeting(request, number)
    lines = assembly_report.lines_of(found)
    return page(
        request, "assembly_report_list", "议事代表意见办理情况报告", meeting=found, assembly=found.assembly, lines=lines,
        say=assembly_report.sentence(lines),
    )  # fmt: skip


def assembly_report_file(request: HttpRequest, number: str) -> HttpResponse:
    return answer_report(_meeting(request, number))


def answer_report(meeting: AssemblyMeeting) -> HttpResponse:
    name = f"议事代表意见办理情况报告 {meeting.title}.docx"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    return HttpResponse(assembly_report.document(meeting), content_type=DOCX, headers=headers)


def assembly_poll_new(request: HttpRequest, number: str) -> HttpResponse:
    """A recommendation of this meeting: the one poll engine, with the members for its electorate."""
    found = _meeting(request, number)
    if not keeps_assembly(request.user, found) or found.state not in ("planned", "convened", "open"):
        raise Forbidden("闭会前，由本街道的人大工委建立投票。")
    form = AdviceForm(request.POST or None)

    def create(**body: Any) -> Any:
        return polls.create(by=request.user, organ=found.assembly.organ, assembly=found.assembly, meeting=found, **body)

    made = _made(request, form, create)
    if made is not None:
        messages.success(request, "已建立，请确定监票、计票人员。")
        return redirect("admin:poll", made.number)
    back = reverse("admin:assembly-meeting", args=[number])
    return _form(request, "assembly_poll_new", "建立建议投票", form, back=back, meeting=found, assembly=found.assembly)


# -- parts -------------------------------------------------------------------------------------------------------------


def _made(request: HttpRequest, form: forms.Form, make: Any) -> Any | None:
    """What a valid form made; None where there is none yet, with the refusal laid on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return make(**form.body())
    except Invalid as refusal:
        put_back(form, refusal)
        return None


def _form(request: HttpRequest, template: str, title: str, form: forms.Form, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(
        request, f"console/{template}.html", {**shell(request, title), "form": form, **context}, status=status
    )
