"""Keyset pages: a cursor names the last row that was shown, so that a page costs the same however far one has turned.

The same cursor serves pages (`keyset`) and REST lists (`CursorPages`). Nothing is ever counted.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Max, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from ground.errors import Invalid

BAD_CURSOR = "翻页的地址不完整，请从第一页看起。"
DEFAULT_SIZE, MOST = 20, 100


@dataclass
class Page:
    """Some rows of a list; `next` and `previous` are cursors, or empty."""

    rows: list[Any] = field(default_factory=list)
    next: str = ""
    previous: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset(
    queryset: QuerySet,
    request: HttpRequest | Request,
    order: str | Sequence[str] = ("-pk",),
    size: int = DEFAULT_SIZE,
    spans: Sequence[int] | None = None,
) -> Page:
    """The page of `queryset` that `?cursor=` names, the first one without it.

    `order` names columns or annotations ("-" for descending); empty values come last and the key breaks ties. With
    `spans` (and an order by "-pk" alone) so many keys beside the cursor are looked at first, and what lies beyond only
    where they do not fill the page: for a search, which may find a row in two or none in a million. Raises Invalid for
    a cursor that was not made by this list.
    """
    keys = _keys(queryset, [order] if isinstance(order, str) else list(order))
    cursor = request.GET.get("cursor", "")
    backwards, position = _read(cursor, keys) if cursor else (False, None)
    rows = queryset.order_by(*(key.order(backwards) for key in keys))
    if position is not None:
        rows = rows.filter(_beyond(keys, position, backwards))
    if spans is not None:
        rows = rows.filter(pk__in=_near(rows, position[-1] if position else None, backwards, size + 1, spans))
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page()
    return Page(
        found,
        next=_write("n", found[-1], keys) if more or backwards else "",
        previous=_write("p", found[0], keys) if (more if backwards else position is not None) else "",
    )


def first_page(found: list[Any], queryset: QuerySet, order: Sequence[str] = ("-pk",), size: int = DEFAULT_SIZE) -> Page:
    """What `keyset` answers without a cursor, of `size + 1` rows of `queryset` in that order that are fetched already."""
    rows = found[:size]
    return Page(rows, next=_write("n", rows[-1], _keys(queryset, list(order))) if len(found) > size else "")


def ordered(queryset: QuerySet, order: Sequence[str]) -> QuerySet:
    """`queryset` in the order in which `keyset` reads it."""
    return queryset.order_by(*(key.order(False) for key in _keys(queryset, list(order))))


def _near(rows: QuerySet, key: int | None, backwards: bool, wanted: int, spans: Sequence[int]) -> list[int]:
    """So many keys of `rows` next to `key` (the newest there are without one), sought in wider and wider spans."""
    keys = rows.values_list("pk", flat=True)
    if key is None:
        key = (rows.model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0) + 1
    for span in spans:
        near = keys.filter(pk__lt=key + span) if backwards else keys.filter(pk__gte=key - span)
        found = list(near[:wanted])
        if len(found) == wanted:
            return found
    sorted_after = F("pk") + 0  # the order itself is no reason to walk: by now few are found, by an index of their own
    return list(keys.order_by(sorted_after.asc() if backwards else sorted_after.desc())[:wanted])


class CursorPages(BasePagination):
    """REST lists: `{"next", "previous", "results"}` with whole addresses. The view names `ordering`."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order = getattr(view, "ordering", None) or ("-pk",)
        spans = getattr(view, "spans", None)
        self.page = keyset(queryset, request, order=order, size=limit_of(request), spans=spans)
        return self.page.rows

    def paginate_first(self, found: list[Any], queryset: QuerySet, request: Request) -> list[Any]:
        """`first_page` of a list that was asked for without any parameter."""
        self.request, self.page = request, first_page(found, queryset)
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self._link(self.page.next), "previous": self._link(self.page.previous), "results": data}
        )

    def _link(self, cursor: str) -> str | None:
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        results = {"type": "object", "required": ["next", "previous", "results"]}
        return {**results, "properties": {"next": link, "previous": link, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_SIZE}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"},
             "description": "as `next` and `previous` give it"},
            {"name": "limit", "in": "query", "required": False, "schema": limit},
        ]  # fmt: skip


def limit_of(request: Request) -> int:
    """`?limit=`, 1 to 100."""
    typed = request.GET.get("limit", "")
    if not typed:
        return DEFAULT_SIZE
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and 1 <= int(typed) <= MOST):
        raise Invalid("limit", f"每页条数请填 1 到 {MOST}。")
    return int(typed)


# -- keys and cursors --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """One column of an order, with the field that knows its type."""

    name: str
    descending: bool
    kind: Field
    nullable: bool

    def order(self, backwards: bool) -> OrderBy:
        """Empty values last, and first when the list is read backwards; without empties the plain index order."""
        descending = self.descending != backwards
        ends = {"nulls_first": True} if backwards else {"nulls_last": True}
        return OrderBy(F(self.name), descending=descending, **(ends if self.nullable else {}))

    def after(self, value: Any, backwards: bool) -> Q:
        """Rows strictly beyond `value` in the direction of reading."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~empty if backwards else Q(pk__in=[])
        beyond = Q(**{f"{self.name}__{'lt' if self.descending != backwards else 'gt'}": value})
        return beyond | empty if self.nullable and not backwards else beyond

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def _keys(queryset: QuerySet, order: list[str]) -> list[Key]:
    names = [name.lstrip("-") for name in order]
    if not {"pk", queryset.model._meta.pk.name} & set(names):
        order = [*order, "-pk" if order[-1].startswith("-") else "pk"]
    return [_key(queryset, name.lstrip("-"), name.startswith("-")) for name in order]


def _key(queryset: QuerySet, name: str, descending: bool) -> Key:
    if name in queryset.query.annotations:
        return Key(name, descending, queryset.query.annotations[name].output_field, True)
    model, kind, nullable = queryset.model, None, False
    for part in name.split("__"):
        kind = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or kind.null
        model = kind.related_model or model
    while kind.remote_field is not None:  # a key of another table has the type of what it points to
        kind = kind.target_field
    return Key(name, descending, kind, nullable)


def _beyond(keys: list[Key], position: list[Any], backwards: bool) -> Q:
    beyond, level = Q(pk__in=[]), Q()
    for key, value in zip(keys, position, strict=True):
        beyond |= level & key.after(value, backwards)
        level &= key.same(value)
    first, value = keys[0], position[0]
    if not first.nullable and len(keys) > 1:  # says the same once more, in a form that an index can start at
        beyond &= Q(**{f"{first.name}__{'lte' if first.descending != backwards else 'gte'}": value})
    return beyond


def _write(direction: str, row: Any, keys: list[Key]) -> str:
    values = [_plain(_value(row, key.name)) for key in keys]
    packed = json.dumps([direction, *values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = None if row is None else getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value if isinstance(value, int | float | None) else str(value)


def _read(cursor: str, keys: list[Key]) -> tuple[bool, list[Any]]:
    try:
        packed = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        direction, *values = packed
        if direction not in ("n", "p") or len(values) != len(keys):
            raise ValueError
        return direction == "p", [_typed(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError):
        raise Invalid("cursor", BAD_CURSOR) from None


def _typed(key: Key, value: Any) -> Any:
    if value is None:
        if not key.nullable:
            raise ValueError
        return None
    if not isinstance(value, str | int | float) or isinstance(value, float) and not isfinite(value):
        raise ValueError
    value = key.kind.to_python(value)
    if isinstance(value, str) and b"\x00" in value.encode():  # a lone surrogate is refused by encode()
        raise ValueError
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError
    return value
