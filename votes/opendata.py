"""Open data of livelihood projects: every public one in JSON and CSV, without a personal field (domain.md §11)."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, JsonResponse

from accounts.models import Anyone
from ground import clock, sheets
from votes.models import LivelihoodProject
from votes.showing import Shown, shown_rows

# column in CSV → how it is read off a row
COLUMNS: dict[str, Any] = {
    "number": lambda s: s.number,
    "organ": lambda s: str(s.project.organ),
    "year": lambda s: s.project.round.year if s.project.round else "",
    "title": lambda s: s.project.title,
    "category": lambda s: str(s.project.get_category_display()),
    "state": lambda s: s.state,
    "state_label": lambda s: s.state_label,
    "place": lambda s: s.project.place,
    "content": lambda s: s.text,
    "unit": lambda s: str(s.project.unit or ""),
    "starts_on": lambda s: s.version.starts_on if s.version else "",
    "ends_on": lambda s: s.version.ends_on if s.version else "",
    "total_wan": lambda s: s.money["total"],
    "year_wan": lambda s: s.money["year"],
    "come_wan": lambda s: s.money["come"],
    "paid_wan": lambda s: s.money["paid"],
    "percent": lambda s: s.percent if s.light else "",
    "light": lambda s: s.light,
    "demand": lambda s: s.demand.index,
    "proposer": lambda s: s.project.proposer_kind,
    "proposed_on": lambda s: s.project.proposed_at.astimezone(clock.SHANGHAI).date(),
}


def _rows() -> Iterator[Shown]:
    rows = LivelihoodProject.objects.published().with_face().order_by("pk")
    return iter(shown_rows(list(rows), Anyone()))


def _row(shown: Shown) -> dict[str, Any]:
    return {name: _plain(read(shown)) for name, read in COLUMNS.items()}


def _plain(value: Any) -> Any:
    return "" if value is None else value if isinstance(value, int) else str(value)


def as_json() -> HttpResponse:
    told = {"made_on": clock.today().isoformat(), "projects": [_row(shown) for shown in _rows()]}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def as_csv() -> HttpResponse:
    """With a byte order mark, so that a spreadsheet reads the Chinese; no cell begins a formula."""
    rows = (list(_row(shown).values()) for shown in _rows())
    response = HttpResponse(sheets.write_csv(list(COLUMNS), rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="projects.csv"'
    return response
