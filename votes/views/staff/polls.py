"""Polls on the console: list, one poll, its verbs, the slips of its officers, paper, counting, the projector."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts import signin
from accounts.models import Organ
from accounts.rules import DWC
from deputies.models import Term
from deputies.queries import current_term
from ground import clock
from ground.errors import DomainError, Forbidden, GuardFailed, Invalid, NotVisible, WrongState
from ground.pages import Button, one_main, put_back
from ground.paging import keyset
from ground.workflow import available, decide
from suggestions.views.staff.frame import page, shell, tabs
from votes.bundle import names_of_roll
from votes.forms.poll import BATCH_ACTS, POLL_ACTS, BatchForm, IssueForm, NewPollForm, SlipsForm, first_words
from votes.models import PaperBatch, Poll
from votes.queries.poll import turnout
from votes.rules.poll import is_scrutineer, opens_polls, publishes, serves
from votes.sealing import new_slip
from votes.states import POLL, Office, PollState
from votes.workflow import counting, paper, poll as polls_workflow
from votes.workflow.electorate import lines_with

SLIP_VERBS = ("make_keys", "open", "count")
TABS = (
    ("", "未完"),
    ("draft", "草拟"),
    ("open", "投票中"),
    ("closed", "待计票"),
    ("counted", "待公布"),
    ("published", "已公布"),
    ("void", "作废"),
)
DONE = {
    "make_keys": "开箱密钥已生成。请全体监票人再输入一次，试开后开始投票。",
    "open": "投票已经开始。",
    "count": "计票完成。",
}


def enter(request: HttpRequest) -> None:
    if not opens_polls(request.user):
        raise Forbidden("您的岗位没有这一页。")


def find(request: HttpRequest, number: str) -> Poll:
    enter(request)
    return get_object_or_404(Poll.objects.visible_to(request.user).with_parts(), number=number)


def polls(request: HttpRequest) -> HttpResponse:
    enter(request)
    chosen, rows = request.GET.get("tab", ""), Poll.objects.visible_to(request.user).select_related("organ", "assembly")
    rows = rows.filter(state=chosen) if chosen in PollState.values else rows.exclude(state__in=("published", "void"))
    return page(
        request, "polls", "票决", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=bool(_organs(request)),
    )  # fmt: skip


def _organs(request: HttpRequest) -> list[int]:
    return [post.organ_id for post in request.user.facts.posts if post.role in DWC and post.kind == "congress"]


def poll_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ = Organ.objects.filter(pk__in=_organs(request)).order_by("path").first()
    term: Term | None = current_term(organ) if organ else None
    if organ is None or term is None:
        raise Forbidden("您的岗位不能建立表决。")
    form = NewPollForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = polls_workflow.create(by=request.user, organ=organ, term=term, **form.body())
            messages.success(request, "已建立，请确定监票、计票人员。")
            return redirect("admin:poll", made.number)
        except Invalid as refusal:
            put_back(form, refusal)
    status = 422 if form.is_bound else 200
    context = {**shell(request, "建立表决"), "form": form, "organ": organ}
    return render(request, "console/poll_new.html", context, status=status)


def poll(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    if request.GET.get("part"):
        return render(request, "console/_turnout.html", {"poll": found, "turnout": turnout(found)})
    is_officer = is_scrutineer(request.user, found)
    return page(
        request, "poll", found.title, poll=found, turnout=turnout(found), verbs=_buttons(found, request),
        officers=list(found.officers.all()), holds_slip=is_officer and found.secret and found.state == "draft",
        may_see_roll=_may_see_roll(request, found), at_paper=is_officer and found.state in ("open", "closed"),
        batches=_batches(found, request), classes=(found.result or {}).get("classes", []), words=dict(found.codes),
        steps=list(found.steps.all()), rounds=list(found.next_rounds.all()), say=_say(found),
    )  # fmt: skip


def _say(found: Poll) -> str:
    """Whose turn it is."""
    if found.state == "draft" and found.proposed_at is None:
        return "确定人员、登记请假后提请开始。"
    if found.state == "draft" and found.secret and found.public_key is None:
        return "请总监票人和监票人各自领取密语纸条，一起在监票台生成开箱密钥。"
    if found.state == "counted" and found.is_advice:
        return "请街道人大工委公布。"
    return {
        "draft": "请总监票人开始投票。", "open": "正在投票，只显示投票人数。", "closed": "请核对纸质票，然后计票。",
        "counted": "请人大办事机构负责人公布。", "published": "结果已公布。", "void": "这次表决已作废。",
    }[found.state]  # fmt: skip


def _buttons(found: Poll, request: HttpRequest) -> list[Button]:
    buttons = POLL_ACTS.buttons(found, request.user, lambda verb: reverse("admin:poll-verb", args=[found.number, verb]))
    may = available(found, request.user)
    for verb in SLIP_VERBS:
        if verb in may:
            done_before = verb == "make_keys" and found.public_key is not None
            url = reverse("admin:poll-slips", args=[found.number, verb])
            label = "重新生成开箱密钥" if done_before else POLL.labels[verb]
            buttons.insert(0, Button(verb, label, url, "" if done_before else "main"))
    return one_main(buttons)


def _batches(found: Poll, request: HttpRequest) -> list[dict[str, Any]]:
    rows = found.batches.prefetch_related("keyings")
    return [{"batch": b, "keyed": len(b.keyings.all()), "verbs": BATCH_ACTS.buttons(
        b, request.user, lambda verb, b=b: reverse("admin:batch-verb", args=[b.pk, verb]))} for b in rows]  # fmt: skip


def poll_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = POLL.labels.get(verb, "办理")
    initial = first_words(found) if verb == "revise" else _now(found, verb)
    return POLL_ACTS.page(
        request, found, verb, actor=request.user, template="console/poll_verb.html", back=reverse("admin:poll", args=[number]),
        initial=initial, poll=found, **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def _now(found: Poll, verb: str) -> dict[str, Any]:
    """What stands already, for the forms that replace a whole list."""
    if verb == "excuse":
        rows = list(found.away.all())
        return {kind: [row.voter_id for row in rows if row.kind == kind] for kind in ("leave", "absent")}
    if verb == "appoint":
        by_role = {role: [o.user_id for o in found.officers.all() if o.role == role] for role in Office}
        chief = by_role[Office.CHIEF]
        return {
            "chief": chief[0] if chief else None,
            "scrutineers": by_role[Office.SCRUTINEER],
            "tellers": by_role[Office.TELLER],
        }
    return {}


# -- slips, opening, counting ------------------------------------------------------------------------------------------


@never_cache
def poll_slip(request: HttpRequest, number: str) -> HttpResponse:
    """An officer's own slip, shown once; the server keeps nothing of it."""
    found = find(request, number)
    if not (is_scrutineer(request.user, found) and found.secret and found.state == "draft"):
        raise Forbidden("只有这次表决的总监票人、监票人，在开始投票前能领取密语纸条。")
    slip = new_slip() if request.method == "POST" else ""
    return page(request, "poll_slip", "开箱密语纸条", poll=found, groups=slip.split("-") if slip else [])


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def poll_slips(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """监票台: the officers' slips in one POST. They are in this request's memory and nowhere else."""
    found = find(request, number)
    if verb not in SLIP_VERBS:
        raise NotVisible("没有这一步。")
    decide(found, verb, request.user)
    form = (
        SlipsForm(request.POST if request.method == "POST" else None, poll=found, verb=verb) if found.secret else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _run(request, found, verb, form)
            messages.success(request, DONE[verb])
            return redirect("admin:poll", number)
        except (Invalid, GuardFailed, WrongState) as refusal:
            if form is None:
                raise
            form.add_error(None, refusal.detail)
    status = 422 if form is not None and form.is_bound else 200
    context = {**shell(request, f"{POLL.labels[verb]}：{found.title}"), "poll": found, "verb": verb, "form": form,
               "label": POLL.labels[verb], "back": reverse("admin:poll", args=[number])}  # fmt: skip
    return render(request, "console/poll_slips.html", context, status=status)


@sensitive_variables()
def _run(request: HttpRequest, found: Poll, verb: str, form: SlipsForm | None) -> None:
    if form is not None and verb == "count":
        for user, password in form.passwords().items():
            try:
                signin.prove(request, phone=user.phone, password=password)
            except DomainError:
                raise Invalid("", f"{user.name}的登录密码不对，请本人重新输入。") from None
    secrets = form.secrets if form is not None else None
    if verb == "make_keys":
        polls_workflow.make_keys(found, by=request.user, secrets=secrets or {})
    elif verb == "open":
        polls_workflow.open_poll(found, by=request.user, secrets=secrets)
    else:
        counting.count(found, by=request.user, secrets=secrets)


# -- paper -------------------------------------------------------------------------------------------------------------


def poll_paper(request: HttpRequest, number: str) -> HttpResponse:
    """发票台: who takes a paper ballot, and the batches it is gathered in. `do` says which of the two forms was sent."""
    found = find(request, number)
    if not is_scrutineer(request.user, found):
        raise Forbidden("只有这次表决的监票人能发放纸质票。")
    doing, status = request.POST.get("do", ""), 200
    issue = IssueForm(request.POST if doing == "issue" else None, obj=found, actor=request.user)
    stack = BatchForm(request.POST if doing == "batch" else None, obj=found, actor=request.user)
    form = {"issue": issue, "batch": stack}.get(doing)
    if form is not None:
        try:
            if form.is_valid():
                act = paper.issue_paper if doing == "issue" else paper.open_batch
                act(found, by=request.user, **form.body())
                messages.success(request, "已发放，名册已标记。" if doing == "issue" else "票批已建立。")
                return redirect("admin:poll-paper", number)
        except (Invalid, WrongState) as refusal:
            put_back(form, refusal)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        status = 422
    issued = lines_with(found, "paper").order_by("pk")
    context = {**shell(request, "纸质票"), "poll": found, "issue": issue, "stack": stack, "form": form, "issued": issued,
               "batches": _batches(found, request), "may_cancel": "cancel_paper" in available(found, request.user)}  # fmt: skip
    return render(request, "console/poll_paper.html", context, status=status)


def poll_print(request: HttpRequest, number: str) -> HttpResponse:
    """The paper ballot, to be printed as often as there are voters."""
    found = find(request, number)
    return page_of_print(request, found)


def page_of_print(request: HttpRequest, found: Poll) -> HttpResponse:
    shown = [word for _, word in found.codes if word not in ("不选", "不评", "不排")]
    context = {
        "poll": found,
        "marks": shown if found.mode != "rank" else ["名次"],
        "back": reverse("admin:poll", args=[found.number]),
    }
    return render(request, "print/poll_print.html", context)


def batch_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Keying and settling a batch."""
    enter(request)
    seen = Poll.objects.visible_to(request.user)
    batch = get_object_or_404(
        PaperBatch.objects.filter(poll__in=seen).select_related("poll").prefetch_related("keyings__keyer"), pk=pk
    )
    keyings = list(batch.keyings.all())
    may_read = verb == "settle" and len(keyings) == 2 and serves(request.user, batch.poll_id, Office.CHIEF)
    return BATCH_ACTS.page(
        request, batch, verb, actor=request.user, template="console/batch_verb.html",
        back=reverse("admin:poll", args=[batch.poll.number]), batch=batch, poll=batch.poll,
        keyings=keyings if may_read else [], differing=paper.differences(*keyings) if may_read else [],
        **shell(request, f"{batch}{BATCH_ACTS.labels.get(verb, '')}"),
    )  # fmt: skip


# -- reading -----------------------------------------------------------------------------------------------------------


def _may_see_roll(request: HttpRequest, found: Poll) -> bool:
    """The roll with names: 监票人 and the office's lead, after close."""
    allowed = is_scrutineer(request.user, found) or publishes(request.user, found)
    return allowed and found.state in ("closed", "counted", "published")


def poll_roll(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    if not _may_see_roll(request, found):
        raise Forbidden("带姓名的名册，截止后只有监票人和办事机构负责人能看。")
    return page(request, "poll_roll", "表决名册", poll=found, rows=names_of_roll(found))


def poll_projector(request: HttpRequest, number: str) -> HttpResponse:
    """For the hall: live turnout, then the result. Never a tally before it is published."""
    found = find(request, number)
    context = {"poll": found, "turnout": turnout(found), "now": clock.now(), "words": dict(found.codes),
               "classes": found.result["classes"] if found.state == "published" else []}  # fmt: skip
    template = "console/_projected.html" if request.GET.get("part") else "console/poll_projector.html"
    return render(request, template, context)
