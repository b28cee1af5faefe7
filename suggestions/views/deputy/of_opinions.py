"""群众意见 on the deputy's phone: what waits first, one matter with its verbs, the person behind it for a reason."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faces import face
from clocks.workflow import due_view
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, NotAPicture, TooLarge
from ground.pages import Button, VerbForm, one_main, put_back
from ground.paging import keyset
from ground.templatetags.ui import chip, zh_date
from ground.workflow import available
from suggestions.alike import like
from suggestions.forms.citizen import PhotosField
from suggestions.forms.opinion import OPINION_ACTS
from suggestions.models import Opinion
from suggestions.progress import claimant_name, holder_name
from suggestions.queries import mine
from suggestions.queries.board import nearest
from suggestions.queries.sought import OWN
from suggestions.showing import Shown
from suggestions.views import of_any_face
from suggestions.views.deputy.frame import page, shell, tabs
from suggestions.workflow.opinion import add_photo, open_contact
from suggestions.workflow.photos import may_add

# The four ways to work on a claimed matter, in one row under these words.
WAYS = {
    "answer": ("答复", "message-square-reply"),
    "coordinate": ("站内协调", "users"),
    "suggest_refer": ("转办建议", "send"),
    "escalate": ("转为建议", "file-pen-line"),
}
FIRST = ("acknowledge", "secure", "claim", "confirm")  # what stands as the one red button where it is open
EARLIER = 3


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    opinion: Opinion
    sub: str
    due: dict[str, Any] | None


@dataclass(frozen=True)
class Way:
    """One of the four verbs, or its place where it is closed."""

    button: Button
    icon: str


@face("my")
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    told = shell(request)
    tab, shown_tabs = tabs(request, mine.OPINION_TABS, {"": told["counts"]["opinions"]})
    words = request.GET.get("q", "").strip()
    if words:
        rows, order = mine.opinions_of(request.user).search(words, people=True, own=True), OWN
    else:
        by_age = tab in ("all", "answered")
        rows, order = mine.opinions_in_tab(request.user, tab), {"order": "-pk" if by_age else ("next_due_at", "-pk")}
    found = keyset(rows.with_parts(), request, **order)
    due = nearest("opinion", found)
    lines = [Line(row, _sub(row), due_view(due[row.pk]) if row.pk in due else None) for row in found]
    return page(request, "opinions", tabs=shown_tabs, tab=tab, page=found, lines=lines, query=words)


def _sub(opinion: Opinion) -> str:
    parts = (opinion.place, opinion.get_category_display(), zh_date(opinion.submitted_at).split("（")[0])
    return "，".join(part for part in parts if part)


@face("my")
@require_safe
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    shown = Shown(found, request.user)
    buttons = OPINION_ACTS.buttons(found, request.user, lambda verb: _url(found, verb))
    ways = [
        Way(replace(b, label=WAYS[b.verb][0], tone=""), WAYS[b.verb][1])
        for verb in WAYS
        for b in buttons
        if b.verb == verb
    ]
    first = [button for button in buttons if button.verb in FIRST]
    rest = [button for button in buttons if button.verb not in WAYS and button not in first]
    return page(
        request, "opinion", opinion=found, shown=shown, marks=_marks(found, shown), say=_say(found, shown, request.user, first),
        ways=ways, first=one_main(first), rest=one_main(replace(b, tone="" if b.is_main else b.tone) for b in rest),
        may_open="open_contact" in available(found, request.user), left=_left(shown),
        due=[row for row in shown.due if row["kind"] in SHOWN_DUES],
        earlier=_earlier(request, found, shown), steps=[_step(shown, step) for step in shown.steps],
        suggestions=_suggestions(request, found) if shown.is_inside else [], takes_photos=shown.is_inside and may_add(found, request.user),
    )  # fmt: skip


# Dates a deputy looks at, each with what falls due then.
SHOWN_DUES = {
    "screen": "审核", "claim": "接单", "first_contact": "第一次联系群众", "answer": "答复群众", "coordinate": "协调结束",
    "hazard": "确认隐患",
    "secure": "现场措施", "refer_decision": "站长决定是否转办", "refer": "单位回报", "question": "单位补充", "confirm": "转告群众",
    "confirm_escalated": "转告群众", "send_draft": "提交建议", "explain": "说明情况", "tell": "告知群众",
}  # fmt: skip


def _marks(found: Opinion, shown: Shown) -> list[SafeString]:
    marks = []
    if found.is_hazard:
        marks.append(chip("安全隐患", "danger"))
    if found.is_quick:
        marks.append(chip("小事快办", "warn", "mark"))
    if shown.is_inside and found.avoided:
        marks.append(chip("回避", "neutral", "mark"))
    if found.reopened:
        marks.append(chip("第 2 轮", "neutral", "mark"))
    if found.pending_extension:
        marks.append(chip("申请延期", "neutral", "mark"))
    if shown.people and shown.people > 1:
        marks.append(chip(f"{shown.people} 人反映", "neutral", "mark"))
    return marks


def _say(found: Opinion, shown: Shown, actor: Any, first: list[Button]) -> str:
    """One sentence: what waits for the reader, else for whom the matter waits."""
    owed = next((row for row in shown.due if row["kind"] in SHOWN_DUES), None) if shown.is_inside else None
    by = f"，请在 {zh_date(owed['at'])} 前" if owed else ""
    verbs = {button.verb for button in first}
    if "acknowledge" in verbs:
        return format_html("<b>安全隐患，等您确认{}</b>。确认后请尽快到现场。", by)
    if "claim" in verbs:
        return format_html("<b>等人接单{}</b>。接单后由您负责到底，5 个工作日内答复。", by)
    if "confirm" in verbs:
        who = found.live_referral.organ if found.live_referral else "承办单位"
        return format_html("<b>{}已经答复{}</b>用您自己的话告诉群众。", who, by or "，请")
    state, is_mine = found.state, found.claimed_by_id == actor.pk
    if state in ("claimed", "coordinating") and is_mine:
        asked = found.suggested_organ
        waits = f"您建议转给{asked}，等站长决定。" if asked else ""
        return format_html("<b>由您办理{}答复群众</b>，或从下面选一种办法。{}", by or "，请", waits)
    if state == "referred":
        return format_html(
            "已转给<b>{}</b>，回报以后由{}转告群众。",
            found.live_referral.organ,
            "您" if is_mine else claimant_name(found),
        )
    if state == "escalated":
        return format_html(
            "已写进代表建议，等承办单位答复。答复以后由{}告诉群众。", "您" if is_mine else claimant_name(found)
        )
    if state in ("open", "reopened", "screening"):
        return format_html("等<b>{}</b>{}。", holder_name(found), "审核" if state == "screening" else "接单")
    return {
        "merged": "与同一件事一并办理，跟着牵头的那一件走。",
        "replied": "已经答复，等群众评价。",
        "closed": f"已办结：{found.get_outcome_display()}。",
        "rejected": f"不在本渠道办理：{found.get_reject_reason_display()}。",
    }.get(state, f"{shown.state_label}，由{claimant_name(found)}办理。")


def _left(shown: Shown) -> str:
    """How many days are left while nothing warns yet; a warning says it in its own chip."""
    owed = next((row for row in shown.due if row["kind"] in SHOWN_DUES), None)
    if owed is None or owed["level"]:
        return ""
    days = (owed["at"].astimezone(clock.SHANGHAI).date() - clock.today()).days
    return f"还有 {days} 天" if days > 1 else ""


def _step(shown: Shown, step: Any) -> dict[str, Any]:
    labels = shown.opinion.workflow.labels
    organ = str(step.organ) if step.organ_id else ""
    about = f"（{organ}）" if organ and organ not in step.by_label else ""
    label = labels.get(step.verb, step.verb)
    return {"at": step.at, "label": f"{label}{about}", "by_label": step.by_label, "text": shown.words(step)}


def _earlier(request: HttpRequest, found: Opinion, shown: Shown) -> list[Opinion]:
    """Matters like this one that the deputy may read: what was done the last time."""
    rows = Opinion.objects.published().standing().exclude(pk=found.pk).select_related("merged_into")
    return like(found, rows, most=EARLIER, published=True)


def _suggestions(request: HttpRequest, found: Opinion) -> list[Any]:
    """Suggestions it went into: those the deputy has a part in lead to the page, others are named."""
    own = set(mine.suggestions_of(request.user).filter(links__opinion=found).values_list("pk", flat=True))
    return [(link.suggestion, link.suggestion_id in own, link.ended_at is not None) for link in found.links.all()]


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    found = _visible(request, number)
    answer = OPINION_ACTS.page(
        request, found, verb, actor=request.user, template="deputy/opinion_verb.html", back=_page_of(found),
        opinion=found, shown=Shown(found, request.user), **shell(request),
    )  # fmt: skip
    if verb == "escalate" and answer.status_code == 302:  # on to writing it
        link = found.links.filter(ended_at=None).select_related("suggestion").latest("pk")
        return redirect("deputy:suggestion-edit", link.suggestion.number)
    return answer


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_contact(request: HttpRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    show = partial(page, request, "opinion_contact", opinion=found, back=_page_of(found))
    return of_any_face.contact_of(request, found, open_contact, show)


class PhotosForm(VerbForm):
    photos = PhotosField(label="照片", required=False, help_text="办理以后的现场，群众能看到；最多 6 张")

    def clean_photos(self) -> list[Any]:
        photos = self.cleaned_data["photos"] or []
        if not photos:
            raise forms.ValidationError("请先选照片。")
        return photos


@face("my")
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_photos(request: HttpRequest, number: str) -> HttpResponse:
    """The place after the work, taken by whoever works on it."""
    found = _visible(request, number)
    if not may_add(found, request.user):
        raise Forbidden
    form = PhotosForm(request.POST or None, request.FILES or None, obj=found, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                for photo in form.cleaned_data["photos"]:
                    add_photo(found, by=request.user, data=photo.read())
        except (GuardFailed, NotAPicture, TooLarge) as refusal:
            put_back(form, Invalid("photos", refusal.detail))
        else:
            messages.success(request, "照片已添加。")
            return redirect(_page_of(found))
    status = 422 if request.method == "POST" else 200
    return page(request, "opinion_photos", status=status, opinion=found, form=form, back=_page_of(found))


opinion_photo = face("my")(of_any_face.opinion_photo)


def _visible(request: HttpRequest, number: str) -> Opinion:
    return get_object_or_404(Opinion.objects.visible_to(request.user).whole(), number=number)


def _page_of(found: Opinion) -> str:
    return reverse("deputy:opinion", args=[found.number])


def _url(found: Opinion, verb: str) -> str:
    return reverse("deputy:opinion-verb", args=[found.number, verb])
