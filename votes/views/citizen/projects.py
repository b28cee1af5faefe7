"""民生实事 for everybody: what is collected, decided, built and how it goes; support and rating, once for a phone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ground import files, throttle
from ground.errors import GuardFailed, Invalid, NotVisible, Throttled
from ground.outbox import NotSent
from ground.pages import put_back
from ground.paging import keyset
from ground.workflow import CodeHolder
from suggestions.views.citizen.shell import page
from suggestions.views.citizen.verifying import NOT_SENT
from votes import opendata
from votes.forms.project import PublicRateForm, SupportForm
from votes.models import LivelihoodProject, Round
from votes.showing import Shown, quarters, shown_rows
from votes.states import CHOSEN_TABS, RoundState
from votes.workflow import proposal

NOBODY = CodeHolder("")  # whoever is signed in reads on this face what everybody reads
NOT_FOUND = "没有找到这个公开的项目，请在“民生实事”里查找。自己提的，请用编号和查询码查进展。"
AN_HOUR, ASKED_AN_HOUR = 3600, 120  # from one address, which may be a whole town's
TABS = (("", "正在做"), ("vote", "候选"), ("pool", "大家提的"), ("done", "做完的"), ("all", "全部"))
MOST_ROUNDS = 4


class ProjectFilter(forms.Form):
    round = forms.ChoiceField(label="哪里哪一年", required=False)

    def __init__(self, data: Any, rounds: list[Round]) -> None:
        super().__init__(data, label_suffix="")
        self.fields["round"].choices = [("", "全部"), *((one.number, one.title) for one in rounds)]


def _words(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The running rounds with their stage, then projects: what is being built first."""
    rounds = list(Round.objects.select_related("organ").order_by("-year", "organ__path")[:20])
    form, tab, words = ProjectFilter(request.GET, rounds), request.GET.get("tab", ""), _words(request)
    form.full_clean()
    rows = LivelihoodProject.objects.published().filter(state__in=CHOSEN_TABS.get(tab, CHOSEN_TABS[""]))
    if number := form.cleaned_data.get("round"):
        rows = rows.filter(round__number=number)
    if words:
        rows = rows.search(words)
    found = keyset(rows.with_face(), request)
    running = [one for one in rounds if one.state != "closed"][:MOST_ROUNDS]
    return page(request, "citizen/projects.html", {
        "page": found, "rows": shown_rows(list(found), NOBODY), "filter": form, "query": words, "running": running,
        "collecting": [one for one in running if one.state == "collecting"], "pills": _pills(request, tab),
        "keep": [(name, request.GET[name]) for name in ("tab",) if request.GET.get(name)],
    })  # fmt: skip


def _pills(request: HttpRequest, tab: str) -> list[dict[str, Any]]:
    shown = []
    for code, label in TABS:
        query = request.GET.copy()
        for name in ("cursor", "tab"):
            query.pop(name, None)
        if code:
            query["tab"] = code
        shown.append(
            {"url": f"?{query.urlencode()}", "label": label, "here": code == (tab if tab in CHOSEN_TABS else "")}
        )
    return shown


@require_safe
def round(request: HttpRequest, number: str) -> HttpResponse:  # noqa: A001 a round is called a round
    """One year of one organ: its stages with dates, its ballots, its projects by what became of them."""
    found = (
        Round.objects.select_related("organ").prefetch_related("ballots__poll", "steps").filter(number=number).first()
    )
    if found is None:
        raise NotVisible("没有找到这一年的民生实事，请在“民生实事”里查找。")
    listed = LivelihoodProject.objects.published().filter(round=found).exclude(state__in=("merged", "screened_out"))
    rows = shown_rows(list(listed.with_face().order_by("pk")), NOBODY)
    polls = [
        ballot.poll for ballot in found.ballots.all() if ballot.poll.state == "published" and ballot.poll.is_public
    ]
    return page(request, "citizen/round.html", {
        "round": found, "stages": stages_in_short(found), "rows": rows, "polls": polls, "steps": _lines(found),
        "total": sum(row.money["total"] or 0 for row in rows if row.light or row.state == "elected"),
    })  # fmt: skip


def stages_of(round_: Round) -> list[dict[str, str]]:
    """The stages as a stepper, with the day each was reached."""
    order = list(RoundState)
    reached = order.index(RoundState(round_.state))
    on = {step.after: step.at for step in round_.steps.all() if step.before != step.after}
    return [
        {"label": str(state.label), "stage": "done" if n < reached else "now" if n == reached else "next",
         "note": f"{on[state]:%-m 月 %-d 日}" if state in on else ""}
        for n, state in enumerate(order)
    ]  # fmt: skip


SHORT = (("征集", ("collecting",)), ("筛选审议", ("screening", "shortlisted", "reviewing", "candidate")),
         ("票决", ("voting", "published")), ("实施", ("implementing",)), ("评价", ("evaluated",)))  # fmt: skip


def stages_in_short(round_: Round) -> list[dict[str, str]]:
    """The same in five, for a phone: when each was begun."""
    order = [name for name, states in SHORT if round_.state in states]
    reached = [name for name, _ in SHORT].index(order[0]) if order else len(SHORT)
    on = {step.after: step.at for step in round_.steps.all() if step.before != step.after}
    return [
        {"label": name, "stage": "done" if n < reached else "now" if n == reached else "next",
         "note": f"{on[states[0]]:%-m.%-d}" if states[0] in on else ""}
        for n, (name, states) in enumerate(SHORT)
    ]  # fmt: skip


def _lines(round_: Round) -> list[dict[str, Any]]:
    return [
        {"at": step.at, "label": round_.workflow.labels[step.verb], "who": "", "text": step.public_text}
        for step in round_.steps.all() if step.public_text
    ]  # fmt: skip


def find(request: HttpRequest, number: str) -> LivelihoodProject:
    rows = LivelihoodProject.objects.published().whole()
    found = rows.filter(number=number).first() if number.isascii() and number.isprintable() else None
    if found is None:
        raise NotVisible(NOT_FOUND)
    return found


@require_safe
def project(request: HttpRequest, number: str) -> HttpResponse:
    """一个项目的全过程: one line from the proposal to the evaluation, with light, money, photos and dates."""
    found = find(request, number)
    return page(request, "citizen/project.html", context_of(found) | {
        "may_support": found.state in proposal.SUPPORTED, "may_rate": found.state == "accepted",
    })  # fmt: skip


def context_of(found: LivelihoodProject, actor: Any = NOBODY) -> dict[str, Any]:
    shown = Shown(found, actor)
    return {"project": found, "shown": shown, "version": shown.version, "quarters": quarters(found), "lines": shown.lines,
            "old": [version for version in found.versions.all() if version.frozen_at and version.no < found.current_no]}  # fmt: skip


@require_safe
def project_photo(request: HttpRequest, number: str, pk: int, size: str) -> HttpResponse:
    """A photo of a project, for whoever may see the project."""
    seen = LivelihoodProject.objects.visible_to(request.user).filter(number=number).first()
    photo = seen.files.select_related("file", "thumb").filter(pk=pk).first() if seen is not None else None
    if photo is None or size not in ("thumb", "full"):
        raise NotVisible("没有找到这张照片。")
    return files.answer(photo.thumb if size == "thumb" else photo.file)


# -- one line for a phone ----------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def project_support(request: HttpRequest, number: str) -> HttpResponse:
    """“我也需要”: a code by SMS, then one line for this phone."""
    found = find(request, number)
    form = SupportForm(request.POST or None, obj=found, actor=request.user)

    def done(data: dict[str, Any]) -> None:
        made = proposal.support(found, phone=data["phone"], sms_code=data["sms_code"], area=data["area"])
        messages.success(request, "已记下，谢谢。" if made else "这个手机号已经表示过需要，不重复计算。")

    return _by_phone(request, found, form, proposal.SUPPORT, done, "citizen/project_support.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def project_rate(request: HttpRequest, number: str) -> HttpResponse:
    """The public's rating, once for a phone."""
    found = find(request, number)
    form = PublicRateForm(request.POST or None, obj=found, actor=request.user)

    def done(data: dict[str, Any]) -> None:
        given = {name: data[name] for name in ("phone", "sms_code", "grade", "text")}
        proposal.rate_publicly(found, **given)
        messages.success(request, "已收到您的评价，谢谢。")

    return _by_phone(request, found, form, proposal.RATE, done, "citizen/project_rate.html")


def _by_phone(
    request: HttpRequest, found: LivelihoodProject, form: Any, purpose: str, done: Any, template: str
) -> HttpResponse:
    """Two presses on one page: the SMS leaves at the first, its code is typed for the second; what was typed stays."""
    if request.method == "POST":
        throttle.check_address(request, purpose, ASKED_AN_HOUR, AN_HOUR)
        sending = "send" in request.POST
        if not sending:
            form.fields["sms_code"].required = True
        try:
            if sending and form.fields["phone"].clean(request.POST.get("phone", "")):
                proposal.ask_code(request.POST["phone"], purpose)
                messages.success(request, "验证码已发出，10 分钟内有效，请填在下面。")
                kept = {name: request.POST.get(name, "") for name in form.fields if name != "sms_code"}
                form = type(form)(initial=kept, obj=found, actor=request.user)
            elif form.is_valid():
                done(form.cleaned_data)
                return redirect(found.get_absolute_url())
        except forms.ValidationError as wrong:
            form.add_error("phone", wrong)
        except (Invalid, GuardFailed) as refusal:
            put_back(form, refusal)
        except (Throttled, NotSent) as refusal:
            form.full_clean()
            form.add_error(None, getattr(refusal, "detail", NOT_SENT))
    told = {"project": found, "form": form, "shown": Shown(found, NOBODY)}
    return page(request, template, told, status=422 if form.is_bound and form.errors else 200)


# -- open data ---------------------------------------------------------------------------------------------------------


@require_safe
def projects_open(request: HttpRequest, kind: str) -> HttpResponse:
    return opendata.as_json() if kind == "json" else opendata.as_csv()
