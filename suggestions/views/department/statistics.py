"""统计 of a unit, of a government's office and of a station: its own numbers, and the list behind each."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.faces import face
from accounts.models import Organ
from ground.errors import NotVisible
from suggestions.queries import desk as queries
from suggestions.queries.reported import Scope, period_of
from suggestions.views.counting import PeriodForm, listing, worked_out
from suggestions.views.department.shell import desk_of, only_for, page


def scopes(request: HttpRequest) -> list[tuple[str, Scope]]:
    """code of the report → whose numbers, for everything one acts for here."""
    user = request.user
    governments, units = (dict.fromkeys(found) for found in (queries.governments_of(user), queries.units_of(user)))
    organs = Organ.objects.in_bulk({*governments, *units})
    found = [("units", Scope(organs[pk], role="government")) for pk in governments]
    found += [("units", Scope(organs[pk], role="unit")) for pk in units]
    return found + [("stations", Scope(venue=venue, role="station")) for venue in desk_of(request).venues]


@face("desk")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government", "station")
    period = period_of(request.GET.get("period", ""))
    reports = [worked_out(code, scope, period, request.user) for code, scope in scopes(request)]
    form = PeriodForm(initial={"period": period.code})
    return page(
        request,
        "statistics",
        reports=reports,
        period=period,
        form_of_period=form,
        list_url=reverse("department:statistics-list"),
    )


@face("desk")
@require_safe
def statistics_list(request: HttpRequest) -> HttpResponse:
    only_for(request, "unit", "government", "station")
    asked = request.GET
    wanted = {"government": asked.get("organ"), "unit": asked.get("unit"), "station": asked.get("station")}
    scope = next((s for _, s in scopes(request) if wanted[s.role] == (s.venue or s.organ).code), None)
    if scope is None:
        raise NotVisible
    return page(
        request,
        "statistics_list",
        **listing(request, scope, lambda kind, number: reverse(f"department:{kind}", args=[number])),
    )
