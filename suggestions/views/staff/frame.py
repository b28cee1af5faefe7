"""The frame of the console's own pages: who may open one, the shell around it, tabs and filters that stand in the URL."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ground.errors import Forbidden
from suggestions.rules.desk import may_open


def enter(request: HttpRequest, name: str) -> None:
    """Refuses whoever holds no post this page is for."""
    if not may_open(request.user, name):
        raise Forbidden("您的岗位没有这一页。")


def shell(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**site.each_context(request), "title": title}


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"console/{template}.html", {**shell(request, title), **context}, status=status)


def tabs(
    request: HttpRequest, listed: Iterable[tuple[str, str]], counts: Mapping[str, int], name: str = "tab"
) -> list[dict[str, Any]]:
    """The tabs above a list: address, label, how many wait, and which one is open. Other filters are kept."""
    chosen, shown = request.GET.get(name, ""), []
    for code, label in listed:
        query = request.GET.copy()
        query.pop("cursor", None)
        query.pop(name, None)
        if code:
            query[name] = code
        here = code == chosen or (not code and chosen not in dict(listed))
        shown.append({"url": f"?{query.urlencode()}", "label": label, "count": counts.get(code) or "", "here": here})
    return shown


def chosen(request: HttpRequest, form: type[forms.Form]) -> tuple[forms.Form, dict[str, Any], bool]:
    """The drawer's filters: the form, what is set, and whether anything is. What cannot be read filters nothing."""
    bound = form(request.GET)
    bound.is_valid()
    wanted = {name: value for name, value in bound.cleaned_data.items() if value not in (None, "", False)}
    return bound, wanted, bool(wanted)


def matter_url(kind: str, number: str) -> str:
    return reverse(f"admin:{kind}", args=[number])
