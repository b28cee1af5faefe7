"""What pages of numbers have in common on every face: the time asked for, and the list behind a number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.safestring import SafeString

from deputies.models import Plenary
from ground import clock
from ground.errors import NotVisible
from ground.paging import keyset
from ground.templatetags.ui import status_chip, zh_day
from suggestions.queries.counted import KINDS
from suggestions.queries.reported import Period, Scope, behind, members_of, of_term, period_of, raisers
from suggestions.reports import Report, make
from suggestions.workflow import tallies

PLACES = ("congress", "organ", "via", "venue", "seat", "plenary", "group")  # of `at` in an address: a row of a report


class PeriodForm(forms.Form):
    period = forms.ChoiceField(label="时间", required=False)

    def __init__(self, *args: Any, congress: Any = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["period"].choices = periods(congress)


def periods(congress: Any) -> list[tuple[str, str]]:
    """This year and the two before it, the quarters and months that have begun, the newest terms and plenary sessions of
    the congress."""
    today = clock.today()
    years = [(str(n), f"{n}年") for n in range(today.year, today.year - 3, -1)]
    quarters = [
        (f"{today.year}-Q{q}", f"{today.year}年第{'一二三四'[q - 1]}季度") for q in range(1, (today.month + 2) // 3 + 1)
    ]
    months = [(f"{today.year}-{m:02}", f"{today.year}年{m}月") for m in range(1, today.month + 1)]
    found = years + quarters[::-1] + months[::-1]
    if congress is not None:
        rows = (
            Plenary.objects.filter(term__congress=congress).select_related("term__congress").order_by("-opens_on")[:6]
        )
        terms = {row.term_id: row.term for row in rows}.values()
        found += [(period.code, period.label) for period in map(of_term, terms)]
        found += [(f"s{row.pk}", f"{row}期间") for row in rows]
    return found


def worked_out(code: str, scope: Scope, period: Period, actor: Any) -> Report:
    """A report with everything that has happened up to now."""
    if tallies.is_waiting():
        tallies.fold()
    return make(code, scope, period, actor)


# -- the list behind a number ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A matter of the list; `cells` stand under the heads."""

    title: str
    number: str
    url: str
    cells: list[str | SafeString]


def listing(request: HttpRequest, scope: Scope, url_of: Callable[[str, str], str]) -> dict[str, Any]:
    """title, means, heads, lines, page, hidden: the matters a number counts. `url_of` is asked with kind and number;
    `hidden` are those of which only the screener reads the words. Raises NotVisible for a number nobody counts."""
    kind, key = request.GET.get("kind", ""), request.GET.get("key", "")
    period, at = period_of(request.GET.get("period", "")), _at(request)
    whole = {"period": period, "scope": scope, "organ": scope.name}
    if kind == "seats":
        return whole | _seats(request, key, scope, period, at)
    if key not in getattr(KINDS.get(kind), "marks", ()) or not _fits(kind, at):
        raise NotVisible
    narrowed = Scope(scope.organ, scope.venue, scope.role, scope.below, at)
    mark, (rows, hidden) = KINDS[kind].marks[key], behind(kind, key, narrowed, period, request.user)
    related, heads, draw = DRAWN[kind]
    shown = keyset(rows.select_related(*related), request, order=("-pk",))
    return whole | {
        "title": f"{mark.label}：{period.label}", "means": mark.means, "heads": heads, "hidden": hidden, "page": shown,
        "lines": [draw(row, url_of) for row in shown],
    }  # fmt: skip


def _at(request: HttpRequest) -> tuple[tuple[str, int], ...]:
    """The places of the row; an id that no column can hold is nobody's."""
    found = []
    for place in PLACES:
        typed = request.GET.get(f"at_{place}", "")
        if typed:
            if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
                raise NotVisible
            found.append((place, int(typed)))
    return tuple(found)


def _fits(kind: str, at: tuple[tuple[str, int], ...]) -> bool:
    places = KINDS[kind].places
    return all(place in places or (place == "group" and "seat" in places) for place, _ in at)


def _seats(
    request: HttpRequest, key: str, scope: Scope, period: Period, at: tuple[tuple[str, int], ...]
) -> dict[str, Any]:
    group = dict(at).get("group")
    if key not in ("all", "raised") or group is None or scope.organ is None:
        raise NotVisible
    rows = members_of(scope.organ, group) if key == "all" else raisers(scope.organ, group, scope, period)
    shown = keyset(rows.select_related("deputy", "delegation"), request, order=("-pk",))
    return {
        "title": "代表数" if key == "all" else f"提出人数：{period.label}",
        "means": "现任代表。" if key == "all" else "领衔或联名提出过代表建议的现任代表。",
        "heads": ("代表团",), "hidden": 0, "page": shown,
        "lines": [Line(seat.deputy.name, "", "", [str(seat.delegation or "")]) for seat in shown],
    }  # fmt: skip


Url = Callable[[str, str], str]


def _opinion(row: Any, url_of: Url) -> Line:
    place = str(row.station or row.town or row.congress)
    return Line(
        row.title,
        row.number,
        url_of("opinion", row.number),
        [row.get_category_display(), place, zh_day(row.submitted_at), status_chip(row)],
    )


def _suggestion(row: Any, url_of: Url) -> Line:
    at = zh_day(row.assigned_at) if row.assigned_at else "还没有交办"
    return _of_suggestion(row, url_of, row.lead.deputy.name, at, status_chip(row))


def _assignment(row: Any, url_of: Url) -> Line:
    return _of_suggestion(
        row.suggestion,
        url_of,
        str(row.organ),
        row.get_role_display(),
        zh_day(row.first_handed_over_at),
        status_chip(row),
    )


def _commitment(row: Any, url_of: Url) -> Line:
    return _of_suggestion(
        row.suggestion, url_of, row.text[:60], str(row.assignment.organ), zh_day(row.due_on), status_chip(row)
    )


def _cosign(row: Any, url_of: Url) -> Line:
    return _of_suggestion(row.suggestion, url_of, row.seat.deputy.name, status_chip(row.suggestion))


def _of_suggestion(row: Any, url_of: Url, *cells: Any) -> Line:
    return Line(row.title, row.register_short or row.number, url_of("suggestion", row.number), list(cells))


LED = (("lead__deputy",), ("领衔代表", "交办之日", "状态"), _suggestion)
DRAWN: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Any, Url], Line]]] = {
    "opinion": (("station", "town", "congress"), ("类别", "地方", "提出", "状态"), _opinion),
    "suggestion": LED,
    "led": LED,
    "assignment": (("suggestion", "organ"), ("单位", "承办方式", "交办之日", "状态"), _assignment),
    "commitment": (("suggestion", "assignment__organ"), ("承诺", "单位", "时限", "状态"), _commitment),
    "cosigned": (("suggestion", "seat__deputy"), ("联名代表", "状态"), _cosign),
}
