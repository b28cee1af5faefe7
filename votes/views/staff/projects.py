"""民生实事 on the console: the round desk and each project in the hands of the congress's office."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import Organ
from accounts.rules import DWC
from accounts.states import OrganKind
from clocks import rules as policies
from clocks.workflow import due_view, open_of
from ground.errors import Forbidden, GuardFailed, Invalid
from ground.pages import one_main, put_back
from ground.paging import keyset
from ground.workflow import available
from suggestions.views.of_any_face import contact_of
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms import round as round_forms
from votes.forms.project import PROJECT_ACTS, first_words
from votes.forms.round import ROUND_ACTS, NewRoundForm
from votes.models import LivelihoodProject, Round
from votes.notices.project import WORDS
from votes.rules.round import opens_rounds
from votes.showing import shown_rows
from votes.states import PROJECT, ROUND
from votes.views.citizen.projects import context_of, stages_of
from votes.workflow import proposal, round as rounds_workflow

TABS = (("", "未结束"), ("closed", "已结束"))
PROJECT_TABS = (
    ("", "待审核"), ("pool", "储备库"), ("vote", "候选和票决"), ("built", "实施"), ("done", "验收评价"), ("out", "未列入和并入"),
)  # fmt: skip
IN_TAB = {
    "": ("proposed",), "pool": ("pooled", "not_elected"), "vote": ("shortlisted", "candidate", "elected"),
    "built": ("implementing", "adjusting", "carried_over"), "done": ("accepted", "evaluated"),
    "out": ("screened_out", "merged", "cancelled"),
}  # fmt: skip
SAY = {
    "collecting": "正在征集。把收到的建议审核入库，征集结束后转入论证筛选。",
    "screening": "把储备库里的每一件列为初步候选、并入同类，或者写明不列入的原因。",
    "shortlisted": "填写候选材料，然后提请审议。",
    "reviewing": "代表正在了解情况、写意见。材料填全后列为正式候选。",
    "candidate": "材料已经定下。建立票决，再到“票决”里确定监票人、开始投票。",
    "voting": "公布票决结果后，各项目自动成为选定或未选定。",
    "published": "名单已经公布，转入实施后责任单位开始按季度报告。",
    "implementing": "看进度、收视察意见、办理调整和验收。",
    "evaluated": "各项目都有了结果，可以结束这一年。",
    "closed": "这一年已经结束。",
}
SHOWN_BY_STATE = {
    "collecting": ("proposed", "pooled"), "screening": ("proposed", "pooled", "shortlisted"),
    "shortlisted": ("shortlisted",), "reviewing": ("shortlisted", "candidate"), "candidate": ("candidate",),
    "voting": ("candidate", "elected", "not_elected"), "published": ("elected", "not_elected"),
}  # fmt: skip


def enter(request: HttpRequest) -> None:
    if not opens_rounds(request.user):
        raise Forbidden("您的岗位没有这一页。")


def _organs(request: HttpRequest) -> list[Organ]:
    posts = [post.organ_id for post in request.user.facts.posts if post.role in DWC]
    kinds = (OrganKind.CONGRESS, OrganKind.STREET)
    return list(Organ.objects.filter(pk__in=posts, kind__in=kinds).order_by("path"))


def rounds(request: HttpRequest) -> HttpResponse:
    enter(request)
    rows = Round.objects.of_offices(request.user).with_parts()
    rows = rows.filter(state="closed") if request.GET.get("tab") == "closed" else rows.running()
    found = keyset(rows, request, order=("-year", "-pk"))
    return page(
        request, "rounds", "民生实事", page=found, tabs=tabs(request, TABS, {}), may_make=bool(_organs(request)),
        rows=[(one, _count(one)) for one in found],
    )  # fmt: skip


def _count(round_: Round) -> dict[str, int]:
    told = [project.state for project in round_.projects.all()]
    groups = {"open": ("proposed", "pooled"), "vote": ("shortlisted", "candidate")}
    counts = {name: sum(state in states for state in told) for name, states in groups.items()}
    chosen = sum(state in ("elected", *IN_TAB["built"], *IN_TAB["done"], "cancelled") for state in told)
    return counts | {"chosen": chosen}


def round_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organs = _organs(request)
    if not organs:
        raise Forbidden("您的岗位不能开始征集。")
    form = NewRoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rounds_workflow.create(by=request.user, organ=organs[0], **form.body())
            messages.success(request, "已开始征集。")
            return redirect("admin:round", made.number)
        except (Invalid, GuardFailed) as refusal:
            put_back(form, refusal)
    context = {**shell(request, "开始征集"), "form": form, "organ": organs[0]}
    return render(request, "console/round_new.html", context, status=422 if form.errors else 200)


def _round(request: HttpRequest, number: str) -> Round:
    enter(request)
    rows = Round.objects.of_offices(request.user).with_parts().prefetch_related("steps")
    return get_object_or_404(rows, number=number)


def round(request: HttpRequest, number: str) -> HttpResponse:  # noqa: A001 a round is called a round
    """The desk of one round: where it stands, what has to be done now, and the projects that wait for it."""
    found = _round(request, number)
    states = SHOWN_BY_STATE.get(
        found.state, ("implementing", "adjusting", "carried_over", "accepted", "evaluated", "cancelled")
    )
    whole = LivelihoodProject.objects.filter(round=found).with_face()
    listed = keyset(whole.filter(state__in=states), request, order="pk", size=50)
    verbs = ROUND_ACTS.buttons(found, request.user, lambda verb: reverse("admin:round-verb", args=[number, verb]))
    return page(
        request, "round", found.title, round=found, say=SAY[found.state], stages=stages_of(found), verbs=one_main(verbs),
        page=listed, rows=shown_rows(list(listed), request.user), counts=_by_state(found), ballots=list(found.ballots.all()),
        steps=list(found.steps.all()), hint=_hint(found), with_demand=found.state in BEFORE_DECISION,
    )  # fmt: skip


BEFORE_DECISION = ("collecting", "screening", "shortlisted", "reviewing", "candidate", "voting")


def _by_state(round_: Round) -> list[tuple[str, int]]:
    told = [project.state for project in round_.projects.all()]
    return [(str(state.label), told.count(state)) for state in PROJECT.states if state in told]


def _hint(round_: Round) -> str:
    """差额: more candidates than places, as the rule row advises (domain.md §4.4)."""
    n = sum(project.state in ("shortlisted", "candidate") for project in round_.projects.all())
    more = policies.value("project.ballot", round_.organ)["more"]
    wanted = -(-round_.places * (100 + more) // 100)
    if round_.state in ("shortlisted", "reviewing", "candidate") and n < wanted:
        return f"候选 {n} 项，拟定 {round_.places} 项；按差额 {more}% 应有 {wanted} 项候选。等额也可以，请主席团决定。"
    return ""


def round_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _round(request, number)
    label = ROUND.labels.get(verb, "办理")
    return ROUND_ACTS.page(
        request, found, verb, actor=request.user, template="console/round_verb.html", back=reverse("admin:round", args=[number]),
        initial=round_forms.first_words(found, verb), round=found, stages=stages_of(found), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


# -- projects ----------------------------------------------------------------------------------------------------------


def projects(request: HttpRequest) -> HttpResponse:
    """Every project of the offices' congresses: the year-round pool first."""
    enter(request)
    tab, words = request.GET.get("tab", ""), " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]
    organs = Round.objects.of_offices(request.user).values("organ")
    rows = LivelihoodProject.objects.visible_to(request.user)
    own = [post.organ_id for post in request.user.facts.posts]
    rows = rows.filter(organ__in=own) | rows.filter(organ__in=organs)
    rows = rows.search(words) if words else rows.filter(state__in=IN_TAB.get(tab, IN_TAB[""]))
    found = keyset(rows.with_face(), request)
    return page(
        request, "projects", "项目库", page=found, rows=shown_rows(list(found), request.user), query=words,
        tabs=tabs(request, PROJECT_TABS, {}), keep=[("tab", tab)] if tab else [],
    )  # fmt: skip


def _project(request: HttpRequest, number: str) -> LivelihoodProject:
    enter(request)
    return get_object_or_404(LivelihoodProject.objects.visible_to(request.user).whole(), number=number)


def project(request: HttpRequest, number: str) -> HttpResponse:
    found = _project(request, number)
    verbs = PROJECT_ACTS.buttons(found, request.user, lambda verb: reverse("admin:project-verb", args=[number, verb]))
    dues = [(WORDS[due.kind], due_view(due)) for due in open_of(found)]
    like: list[Any] = []
    if found.state in ("proposed", "pooled"):
        like = [row for row in proposal.similar(found.organ, found.title, found.masked_text) if row.pk != found.pk]
    return page(
        request, "project", found.title, **context_of(found, request.user), verbs=one_main(verbs), dues=dues, alike=like,
        steps=list(found.steps.all()), views=[note for note in found.notes.all() if note.kind == "note"],
        members=list(found.members.all()), may_open="open_contact" in available(found, request.user),
    )  # fmt: skip


def project_contact(request: HttpRequest, number: str) -> HttpResponse:
    found = _project(request, number)
    listed, back = (reverse("admin:projects"), "项目库"), reverse("admin:project", args=[number])
    show = partial(page, request, "contact", "联系提出人", matter=found, listed=listed, back=back)
    return contact_of(request, found, proposal.open_contact, show)


def project_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _project(request, number)
    initial = first_words(found, verb)
    if verb == "merge" and "\x00" not in request.GET.get("into", ""):
        initial = {"into": request.GET.get("into", "")[:20]}
    return PROJECT_ACTS.page(
        request, found, verb, actor=request.user, template="console/project_verb.html", back=reverse("admin:project", args=[number]),
        initial=initial, **context_of(found, request.user), **shell(request, f"{PROJECT.labels.get(verb, '办理')}：{found.title}"),
    )  # fmt: skip
