"""Pages of 评价与分歧 where somebody writes down what was talked over: with all sides, or with an author called back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ground.errors import Forbidden, Invalid, WrongState
from ground.pages import put_back
from suggestions.forms.checks import CallForm, TalkForm
from suggestions.queries import board
from suggestions.rules.desk import keeps_congress, keeps_office
from suggestions.views.staff.frame import enter, page
from suggestions.workflow import checks


def opinion_talk(request: HttpRequest, number: str) -> HttpResponse:
    """Three sides of an opinion disagree: each one's word, and what came of talking with them."""
    _only(request, keeps_office(request.user))
    found = get_object_or_404(board.disagreeing(request.user).with_parts().prefetch_related("ratings"), number=number)
    answer, rating = list(found.answers.all())[-1], list(found.ratings.all())[-1]
    words = [
        ("代表（联络站）答复", answer.by_label, answer.get_solved_display(), answer.text),
        ("承办单位", "", answer.get_unit_solved_display(), ""),
        ("群众", "", f"{rating.get_solved_display()}，{rating.get_grade_display()}", rating.text),
    ]
    back = reverse("admin:ratings") + ("?tab=opinions" if keeps_congress(request.user) else "")
    return _written(request, TalkForm, lambda body: checks.record_talk(answer, by=request.user, **body), back,
                    title=f"三方沟通：{found.title}", number=found.number, words=words)  # fmt: skip


def assignment_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Unit and deputy disagree about a reply."""
    _only(request, keeps_congress(request.user))
    found = get_object_or_404(board.disputed_replies(request.user).with_parts().select_related("suggestion"), pk=pk)
    reply = next(r for r in reversed(found.issued) if r.solved in ("yes", "partly") and getattr(r, "rating", None))
    words = [
        ("承办单位", str(found.organ), reply.get_solved_display(), reply.text),
        ("领衔代表", reply.rating.by_label, reply.rating.get_solved_display(), reply.rating.text),
    ]
    return _written(request, TalkForm, lambda body: checks.record_talk(reply, by=request.user, **body),
                    reverse("admin:ratings") + "?tab=disputed", title=f"双方沟通：{found.suggestion.title}",
                    number=found.suggestion.number, words=words)  # fmt: skip


def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A rating written down by another hand: what its author says."""
    _only(request, keeps_office(request.user))
    call = get_object_or_404(
        board.calls_back(request.user).select_related("rating__opinion", "rating__entered_by"), pk=pk
    )
    rating = call.rating
    if rating.entered_by_id == request.user.pk:
        raise Forbidden("代录这个评价的人不能自己回访，请换一位。")
    words = [
        (
            f"{rating.entered_by.name}代录（{rating.get_entered_way_display()}）",
            "",
            rating.get_grade_display(),
            rating.entered_note,
        )
    ]
    return _written(request, CallForm, lambda body: checks.record_call(call, by=request.user, **{"note": ""} | body),
                    reverse("admin:ratings") + "?tab=calls", title=f"回访：{rating.opinion.title}",
                    number=rating.opinion.number, words=words, opinion=rating.opinion)  # fmt: skip


def _only(request: HttpRequest, holds: bool) -> None:
    enter(request, "ratings")
    if not holds:
        raise Forbidden("您的岗位没有这一页。")


def _written(
    request: HttpRequest, form_class: type[forms.Form], write: Callable[[dict[str, Any]], Any], back: str, *, title: str,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write(form.body())
            messages.success(request, "已记下。")
            return redirect(back)
        except (Invalid, WrongState) as refusal:
            put_back(form, refusal)
    return page(request, "check", title, form=form, back=back, **context)
