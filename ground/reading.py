"""Reference data over REST: read only, found by a code, narrowed by what stands in the query."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from rest_framework.viewsets import ReadOnlyModelViewSet

from ground.errors import Invalid, NotVisible

LONGEST = 100  # characters of one parameter


class ReadingViewSet(ReadOnlyModelViewSet):
    lookup_field = "code"
    ordering: str | tuple[str, ...] = "code"

    def asked(self, name: str, among: Iterable[str] = ()) -> str:
        """What the query says under `name`, or "". Raises Invalid for what no row can be found by."""
        typed = self.request.query_params.get(name, "").strip()
        if len(typed) > LONGEST or "\x00" in typed:
            raise Invalid(name, f"最多写 {LONGEST} 个字。")
        if typed and among and typed not in among:
            raise Invalid(name, "请从所列的选项中选一个。")
        return typed

    def get_object(self) -> Model:
        code = self.kwargs[self.lookup_field]
        found: Any = None if "\x00" in code else self.get_queryset().filter(**{self.lookup_field: code}).first()
        if found is None:
            raise NotVisible("没有找到，请核对代码。")
        return found
