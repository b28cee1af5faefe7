"""Inquiries on the console: the list, a new plan, one inquiry whole, the pages of its verbs; and how anything new
of a congress is made."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import Organ
from accounts.rules import DWC
from deputies.queries import current_term
from ground.errors import Forbidden, Invalid
from ground.pages import one_main, put_back
from ground.paging import keyset
from suggestions.views.staff.frame import page, shell, tabs
from votes.forms.inquiry import INQUIRY_ACTS, PlanForm, first_words
from votes.models import Inquiry
from votes.rules.inquiry import opens_inquiries
from votes.states.inquiry import INQUIRY, InquiryState
from votes.views.of_any_face import dues_of
from votes.workflow import inquiry as workflow

TABS = (
    ("", "未办结"),
    ("planned", "已列计划"),
    ("studying", "调研中"),
    ("held", "待测评"),
    ("rated", "待列清单"),
    ("rectifying", "整改中"),
    ("closed", "已办结"),
)
SAYS = {
    "planned": "方案定了就开始调研，被询问单位会收到通知。",
    "studying": "记录调研发现，列出问题，采纳代表的线上提问，然后开会。",
    "held": "把每个答复和承诺记下来，再发起满意度测评。",
    "rated": "测评已经完成，请把问题和承诺列入整改清单。",
    "rectifying": "单位正在整改，全部销号或者转长期后办结。",
    "closed": "这次询问已经办结。",
}


def enter(request: HttpRequest) -> None:
    if not opens_inquiries(request.user):
        raise Forbidden("您的岗位没有这一页。")


def congress_kept_by(request: HttpRequest) -> tuple[Organ, Any]:
    """The congress (and its term) whose office the person serves; Forbidden without one."""
    own = [post.organ_id for post in request.user.facts.posts if post.role in DWC and post.kind == "congress"]
    organ = Organ.objects.filter(pk__in=own).order_by("path").first()
    term = current_term(organ) if organ else None
    if organ is None or term is None:
        raise Forbidden("您的岗位不能新建。")
    return organ, term


def keeps_a_congress(request: HttpRequest) -> bool:
    return any(post.role in DWC and post.kind == "congress" for post in request.user.facts.posts)


def find(request: HttpRequest, number: str) -> Inquiry:
    enter(request)
    return get_object_or_404(Inquiry.objects.visible_to(request.user).with_parts(), number=number)


def inquiries(request: HttpRequest) -> HttpResponse:
    enter(request)
    chosen = request.GET.get("tab", "")
    rows = Inquiry.objects.visible_to(request.user).select_related("organ").prefetch_related("units__organ")
    rows = rows.filter(state=chosen) if chosen in InquiryState.values else rows.exclude(state="closed")
    return page(
        request, "inquiries", "专题询问", page=keyset(rows, request), tabs=tabs(request, TABS, {}),
        may_make=keeps_a_congress(request),
    )  # fmt: skip


def new_page(
    request: HttpRequest, form: Any, make: Callable[..., Any], *, name: str, title: str, done: str, organ: Organ
) -> HttpResponse:
    """A form that makes a matter of the congress `organ` and leads to it; what cannot be taken comes back as it was typed.
    `name` is the kind's: its page is admin:<name>, the template <name>_new."""
    if request.method == "POST" and form.is_valid():
        try:
            made = make(by=request.user, organ=organ, **form.body())
            messages.success(request, done)
            return redirect(f"admin:{name}", made.number)
        except Invalid as refusal:
            put_back(form, refusal)
    template = f"{name.replace('-', '_')}_new"
    return page(request, template, title, status=422 if form.is_bound else 200, form=form, organ=organ)


def inquiry_new(request: HttpRequest) -> HttpResponse:
    enter(request)
    organ, term = congress_kept_by(request)
    form = PlanForm(request.POST or None, obj=organ, actor=request.user)
    return new_page(
        request,
        form,
        partial(workflow.plan, term=term),
        name="inquiry",
        title="新的专题询问",
        done="已列入计划，代表可以提问了。",
        organ=organ,
    )


def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    found = find(request, number)
    buttons = INQUIRY_ACTS.buttons(
        found, request.user, lambda verb: reverse("admin:inquiry-verb", args=[found.number, verb])
    )
    return page(
        request, "inquiry", found.title, inquiry=found, verbs=one_main(buttons), say=SAYS[found.state],
        dues=dues_of(found), steps=list(found.steps.all()),
        words=dict(found.poll.codes) if found.poll else {},
    )  # fmt: skip


def inquiry_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = find(request, number)
    label = INQUIRY.labels.get(verb, "办理")
    return INQUIRY_ACTS.page(
        request, found, verb, actor=request.user, template="console/inquiry_verb.html",
        back=reverse("admin:inquiry", args=[number]), initial=first_words(found) if verb == "revise" else {}, inquiry=found,
        **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip
