"""意见 on the console: the list, one opinion as the congress office sees it, the pages of its verbs, its contact."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clocks.models import Deadline
from clocks.workflow import due_view
from ground.pages import one_main
from ground.paging import keyset
from ground.templatetags.ui import chip, zh_date
from ground.workflow import available
from suggestions import owed
from suggestions.alike import merge_candidates
from suggestions.forms.opinion import OPINION_ACTS
from suggestions.models import Opinion
from suggestions.queries import board
from suggestions.queries.sought import NEWEST
from suggestions.showing import Shown
from suggestions.states.lists import Category, Urgency
from suggestions.views import of_any_face
from suggestions.views.staff.frame import chosen, enter, page, shell, tabs
from suggestions.workflow.opinion import open_contact


class OpinionFilter(forms.Form):
    category = forms.ChoiceField(label="类别", choices=[("", "全部"), *Category.choices], required=False)
    urgency = forms.ChoiceField(label="紧急程度", choices=[("", "全部"), *Urgency.choices], required=False)
    reach = forms.ChoiceField(label="范围", choices=[("", "本级"), ("all", "本级和下级")], required=False)
    overdue = forms.BooleanField(label="只看已逾期", required=False)
    held = forms.BooleanField(label="只看等本单位办的", required=False)


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    opinion: Opinion
    marks: list[SafeString]
    due: dict[str, Any] | None


def opinions(request: HttpRequest) -> HttpResponse:
    enter(request, "opinions")
    form, wanted, is_narrowed = chosen(request, OpinionFilter)
    rows = _narrowed(board.opinions_of(request.user), request, wanted)
    words = request.GET.get("q", "").strip()
    counts = {} if words else board.tab_counts(rows, board.OPINION_TABS)  # what is found is never counted
    shown = keyset(
        board.in_tab(rows, board.OPINION_TABS, request.GET.get("tab", "")).with_parts(),
        request,
        **(NEWEST if words else {"order": ("next_due_at", "-pk")}),
    )
    due = board.nearest("opinion", shown)
    return page(
        request, "opinions", "群众意见",
        tabs=tabs(request, [(c, label) for c, label, _ in board.OPINION_TABS], counts),
        page=shown, filters=form, is_narrowed=is_narrowed, query=request.GET.get("q", ""),
        keep=[("tab", request.GET["tab"])] if request.GET.get("tab") else [],
        lines=[Line(o, chips_of(o), due_view(due[o.pk]) if o.pk in due else None) for o in shown],
    )  # fmt: skip


def _narrowed(rows: Any, request: HttpRequest, wanted: dict[str, Any]) -> Any:
    if wanted.get("reach"):
        rows = Opinion.objects.visible_to(request.user)
    for name in ("category", "urgency"):
        if name in wanted:
            rows = rows.filter(**{name: wanted[name]})
    if "overdue" in wanted:
        rows = rows.overdue()
    if "held" in wanted:
        rows = rows.filter(holder_organ__in=board.organs_of(request.user))
    typed = request.GET.get("q", "").strip()
    return rows.search(typed, people=True) if typed else rows


def chips_of(opinion: Opinion) -> list[SafeString]:
    """The marks beside the state."""
    marks = []
    if opinion.is_hazard:
        marks.append(chip("安全隐患", "danger"))
    if opinion.is_quick:
        marks.append(chip("小事快办", "neutral", "mark"))
    if opinion.avoided:
        marks.append(chip("回避", "neutral", "mark"))
    if opinion.reopened:
        marks.append(chip("第 2 轮", "neutral", "mark"))
    if opinion.pending_extension:
        marks.append(chip("申请延期", "neutral", "mark"))
    return marks


# -- one opinion -------------------------------------------------------------------------------------------------------


def opinion(request: HttpRequest, number: str) -> HttpResponse:
    enter(request, "opinions")
    found = get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)
    shown = Shown(found, request.user)
    due = [
        d
        for d in Deadline.objects.open().under(found).select_related("organ", "user").order_by("due_at", "pk")
        if d.owed
    ]
    buttons = OPINION_ACTS.buttons(found, request.user, lambda verb: _url(found, verb))
    return page(
        request, "opinion", found.title, opinion=found, shown=shown, marks=chips_of(found),
        due=due_view(due[0]) if due else None, due_words=owed.name_of(due[0]) if due else "",
        say=_say(found, due, buttons), verbs=one_main(buttons), may_open=_may_open(found, request.user),
        steps=[step for step in found.steps.all() if shown.is_inside or step.public_text],
        referrals=list(found.referrals.all())[::-1], answers=list(found.answers.all())[::-1],
        members=list(found.members.all()), alike=merge_candidates([found], request.user).get(found.pk, []),
        may_merge=any(button.verb == "merge" for button in buttons),
        links=list(found.links.all()), tellings=[t for t in found.tellings.all() if t.done_at is None],
    )  # fmt: skip


def _say(found: Opinion, due: list[Deadline], buttons: list[Any]) -> SafeString:
    """One sentence: what waits for the reader, else for whom it waits."""
    main = next((button for button in buttons if button.is_main), None)
    if main and due:
        return format_html("<b>等您{}：</b>请在 <b>{}</b> 前办理。", main.label, zh_date(due[0].due_at))
    if main:
        return format_html("<b>等您{}。</b>", main.label)
    if due:
        return format_html(
            "现在在<b>{}</b>手里：{}，期限 {}。", owed.holder_of(due[0]) or found.holder, owed.words_of(due[0]), zh_date(due[0].due_at)
        )  # fmt: skip
    return format_html("{}，没有要办的事。", found.get_state_display())


def _may_open(found: Opinion, actor: Any) -> bool:
    return "open_contact" in available(found, actor)


def opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    enter(request, "opinions")
    found = get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)
    label = OPINION_ACTS.labels.get(verb, "办理")
    return OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="console/opinion_verb.html", back=_page_of(found),
        initial={"into": request.GET["into"]} if "into" in request.GET else None,
        opinion=found, shown=Shown(found, request.user), **shell(request, f"{label}：{found.title}"),
    )  # fmt: skip


def opinion_contact(request: HttpRequest, number: str) -> HttpResponse:
    enter(request, "opinions")
    found = get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)
    listed = reverse("admin:opinions"), "群众意见"
    show = partial(page, request, "contact", "联系群众", matter=found, listed=listed, back=_page_of(found))
    return of_any_face.contact_of(request, found, open_contact, show)


def _page_of(found: Opinion) -> str:
    return reverse("admin:opinion", args=[found.number])


def _url(found: Opinion, verb: str) -> str:
    return reverse("admin:opinion-verb", args=[found.number, verb])
