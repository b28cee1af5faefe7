"""The closed lists of codes, gathered from all rooms for `GET /choices/`."""

from collections.abc import Iterable, Mapping

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ground.api import ApiView
from ground.workflow import States

Source = type[models.TextChoices] | Mapping[str, str] | Iterable[tuple[str, str]]
_lists: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Publishes a list under `name`; called once from the owner's `apps.ready`. States bring tone and citizen's label."""
    if _lists.setdefault(name, source) is not source:
        raise ValueError(f"the list {name} is taken")


def entries(source: Source) -> list[dict[str, str]]:
    if isinstance(source, type) and issubclass(source, States):
        return [
            {"code": s.value, "label": str(s.label), "tone": s.tone, "citizen_label": s.citizen_label} for s in source
        ]
    pairs = source.choices if isinstance(source, type) else source.items() if isinstance(source, Mapping) else source
    return [{"code": str(code), "label": str(label)} for code, label in pairs]


TEXT = {"type": "string"}
ENTRY = {
    "type": "object",
    "required": ["code", "label"],
    "properties": {"code": TEXT, "label": TEXT, "tone": TEXT, "citizen_label": TEXT},  # the last two: states only
}
LISTS = {"type": "object", "additionalProperties": {"type": "array", "items": ENTRY}}


class Choices(ApiView):
    """Every closed list by its name; a list of states has tones and the citizen's words."""

    authentication_classes = []

    @extend_schema(operation_id="choices", responses={200: LISTS})
    def get(self, request: Request) -> Response:
        answer = Response({name: entries(_lists[name]) for name in sorted(_lists)})
        answer["Cache-Control"] = "public, max-age=3600"
        return answer
