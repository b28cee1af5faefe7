"""The closed lists of codes, gathered from all rooms for `GET /choices/`."""

from collections.abc import Iterable, Mapping

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
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


class ChoiceSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    tone = serializers.CharField(required=False, help_text="of states only")
    citizen_label = serializers.CharField(required=False, help_text="of states only")


class Choices(ApiView):
    """Every closed list by its name; a list of states has tones and the citizen's words."""

    authentication_classes = []

    @extend_schema(
        operation_id="choices",
        responses={200: serializers.DictField(child=serializers.ListField(child=ChoiceSerializer()))},
    )
    def get(self, request: Request) -> Response:
        answer = Response({name: entries(_lists[name]) for name in sorted(_lists)})
        answer["Cache-Control"] = "public, max-age=3600"
        return answer
