"""Who proved a query code: number and code together, in a header or a POST body, never in an address."""

from typing import Any

from django.db.models import QuerySet

from ground import codes, throttle
from ground.errors import NotVisible
from ground.workflow import CodeHolder
from suggestions.models import Opinion

WRONG_LIMIT, WRONG_SECONDS = 10, 15 * 60  # wrong codes from one address (security.md §4.3); never a lock on the number


def code_holder(request: Any, number: str, matters: QuerySet | None = None) -> CodeHolder | None:
    """The author of `number`, where the request carries a query code; None where it carries none. `matters` are the rows
    whose authors hold codes, opinions unless told; they have `number`, `uuid` and `query_code`.

    Raises NotVisible for an unknown number and for a wrong code alike, after the same work.
    """
    typed = request.headers.get("Query-Code", "") or _in_body(request)
    return prove_code(request, number, str(typed), matters) if typed and number else None


def prove_code(request: Any, number: str, typed: str, matters: QuerySet | None = None) -> CodeHolder:
    """As `code_holder`, for number and code that were typed into a form."""
    address = throttle.client_address(request)
    throttle.refuse_after("query_code", address, WRONG_LIMIT, WRONG_SECONDS)
    number = number.strip().upper()
    rows = Opinion.objects.all() if matters is None else matters
    matter = None if "\x00" in number else rows.filter(number=number).first()
    right = matter.query_code if matter is not None else codes.query_code(rows.model().uuid, 1)
    if not codes.same(codes.clean(typed), right) or matter is None:
        throttle.note("query_code", address)
        raise NotVisible
    return CodeHolder(matter.number)


def _in_body(request: Any) -> Any:
    if request.method != "POST":
        return ""
    data = getattr(request, "data", None)
    return data.get("query_code", "") if hasattr(data, "get") else ""
