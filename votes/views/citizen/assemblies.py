"""Assemblies for everybody: who sits in them, what they recommended, which opinions are public and what became of them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground.errors import NotVisible
from ground.paging import keyset
from suggestions.views.citizen.shell import page
from votes.models import EFFECT, AssemblyMeeting, AssemblyMember, AssemblyOpinion, DeliberativeAssembly, Poll
from votes.showing_assembly import ShownOpinion

SHOWN = 20


@require_safe
def assemblies(request: HttpRequest) -> HttpResponse:
    found = keyset(DeliberativeAssembly.objects.visible_to(request.user).with_counts(), request)
    return page(request, "citizen/assemblies.html", {"page": found})


@require_safe
def assembly(request: HttpRequest, code: str) -> HttpResponse:
    found = DeliberativeAssembly.objects.visible_to(request.user).select_related("organ").filter(code=code).first()
    if found is None:
        raise NotVisible("没有找到这个议事代表会，请从“议事代表会”里查找。")
    members = AssemblyMember.objects.visible_to(request.user).filter(assembly=found).select_related("region")
    members = members.order_by("region", "pinyin", "pk")
    meetings = AssemblyMeeting.objects.visible_to(request.user).filter(assembly=found, state="closed")
    opinions = AssemblyOpinion.objects.published().filter(assembly=found).select_related("member", "handler")
    return page(request, "citizen/assembly.html", {
        "assembly": found, "effect": EFFECT, "organ_name": found.name, "phone": found.organ.phone,
        "members": list(members.filter(state="confirmed")), "publicised": list(members.filter(state="publicised")),
        "polls": list(Poll.objects.published().filter(assembly=found).order_by("-published_at")[:SHOWN]),
        "meetings": list(meetings.select_related("assembly")[:SHOWN]),
        "page": keyset(opinions, request),
    })  # fmt: skip


@require_safe
def assembly_opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = AssemblyOpinion.objects.published().with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这件公开的意见，请从“议事代表会”里查找。")
    told = {"opinion": found, "shown": ShownOpinion(found, request.user), "organ_name": found.assembly.name}
    return page(request, "citizen/assembly_opinion.html", told | {"phone": found.assembly.organ.phone})


@require_safe
def assembly_meeting(request: HttpRequest, number: str) -> HttpResponse:
    rows = AssemblyMeeting.objects.visible_to(request.user).filter(state="closed")
    found = rows.with_parts().filter(number=number).first()
    if found is None:
        raise NotVisible("没有找到这次会议，请从“议事代表会”里查找。")
    return page(request, "citizen/assembly_meeting.html", {
        "meeting": found, "effect": EFFECT, "organ_name": found.assembly.name, "phone": found.assembly.organ.phone,
        "polls": [poll for poll in found.polls.all() if poll.state == "published" and poll.is_public],
    })  # fmt: skip
