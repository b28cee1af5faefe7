"""What everybody may read: matters whose author wished it, and suggestions that were published with their replies."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground.errors import NotVisible
from ground.masking import mask
from ground.paging import first_page, keyset
from ground.workflow import CodeHolder
from suggestions.models import Suggestion
from suggestions.progress import lines_of, stages
from suggestions.queries.published import (
    FRONT,
    LINE,
    front_lines,
    opinion_in_public,
    opinions_in_public,
    suggestions_in_public,
)
from suggestions.queries.sought import NEWEST
from suggestions.showing import Shown
from suggestions.states.assignment import GONE
from suggestions.states.lists import Category
from suggestions.states.lists_suggestion import Field
from suggestions.views.citizen.shell import page

NOBODY = CodeHolder("")  # whoever is signed in reads on this face what everybody reads


class OpinionFilter(forms.Form):
    category = forms.ChoiceField(label="哪方面的事", required=False, choices=[("", "全部"), *Category.choices])


class SuggestionFilter(forms.Form):
    field = forms.ChoiceField(label="领域", required=False, choices=[("", "全部"), *Field.choices])


def _asked(form: forms.Form, name: str) -> str:
    form.full_clean()
    return form.cleaned_data.get(name, "")


def _words(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]


@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    form, words = OpinionFilter(request.GET, label_suffix=""), _words(request)
    rows = opinions_in_public()
    if category := _asked(form, "category"):
        rows = rows.filter(category=category)
    if words:
        rows = rows.search(words)
    if request.GET:
        found = keyset(rows.only(*LINE), request, **(NEWEST if words else {"order": FRONT}))
    else:  # what most who come here read
        found = first_page(front_lines(), rows, FRONT)
    return page(request, "citizen/opinions.html", {
        "page": found, "rows": [Shown(row, NOBODY) for row in found], "filter": form, "query": words,
    })  # fmt: skip


@require_safe
def opinion(request: HttpRequest, number: str) -> HttpResponse:
    if not (number.isascii() and number.isprintable()):
        raise NotVisible(NO_OPINION)
    found = opinion_in_public(number)
    if found is None or found.state in ("withdrawn", "rejected"):
        raise NotVisible(NO_OPINION)
    shown = Shown(found, NOBODY)
    return page(request, "citizen/opinion.html", {
        "opinion": found,
        "shown": shown,
        "answer": mask(shown.answer.text).text if shown.answer else "",
        "stages": stages(found),
        "steps": lines_of(shown),
    })  # fmt: skip


NO_OPINION = "没有找到这件公开的意见。如果是您自己提的，请用编号和查询码查进度。"


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    form, words = SuggestionFilter(request.GET, label_suffix=""), _words(request)
    rows = suggestions_in_public()
    if field := _asked(form, "field"):
        rows = rows.filter(field=field)
    if words:
        rows = rows.search(words)
    found = keyset(rows, request, **(NEWEST if words else {}))
    return page(request, "citizen/suggestions.html", {
        "page": found, "rows": [(row, row.decided[-1], _by(row)) for row in found], "filter": form, "query": words,
    })  # fmt: skip


@require_safe
def suggestion(request: HttpRequest, number: str) -> HttpResponse:
    printable = number.isascii() and number.isprintable()
    found = suggestions_in_public().filter(number=number).first() if printable else None
    if found is None:
        raise NotVisible("没有找到这件公开的代表建议，请在“公开建议”里按标题查找。")
    return page(request, "citizen/suggestion.html", {
        "suggestion": found,
        "decided": found.decided[-1],
        "post": found.lead.post,
        "units": [part for part in found.assignments.all() if part.state not in GONE],
    })  # fmt: skip


def _by(row: Suggestion) -> str:
    """Who raised it and which units handle it."""
    units = "、".join(str(part.organ) for part in row.assignments.all() if part.state not in GONE)
    return f"{row.lead.deputy.name}代表提出" + (f"，{units}办理" if units else "")
