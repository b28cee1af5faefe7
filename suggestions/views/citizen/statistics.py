"""办理统计, what everybody may read: how much was said, answered and solved; of a congress and of its stations."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ground import clock
from suggestions.public_numbers import years_of
from suggestions.views.citizen.shell import page


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """`?year=`; never a person, and no rate where few have spoken."""
    this = clock.today().year
    typed = request.GET.get("year", "")
    year = int(typed) if typed in {str(n) for n in range(this - 2, this + 1)} else this
    return page(request, "citizen/statistics.html", {
        "year": year, "years": list(range(this, this - 3, -1)), "numbers": years_of(year), "today": clock.today(),
    })  # fmt: skip
